"""对谁有影响, and the cases that staff keep: as pages of the desk."""

import datetime
import re
from decimal import Decimal
from urllib.parse import urlencode

import pytest
from django.contrib.auth.models import Permission, User
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from portal import clock
from portal.policy.models import ChangeSet, Edition
from portal.policy.publishing import publish
from portal.staff.case_links import read_case_link
from portal.staff.desk.cases import MOST_SAVED
from portal.staff.models import SavedCase
from portal.staff.personas import personas
from tests.conftest import TODAY
from tests.policy.desk import NEW_DAY, draft_of_limit, hand_in, person
from tests.policy.drafting import drafted, new_set, put

pytestmark = pytest.mark.django_db

STAY = "scheme=flexible&group=active&tier=level3&cost=20000&pool_paid=150000"
SAVED = "/admin/desk/cases/"


@pytest.fixture
def editor(client: Client) -> Client:
    client.force_login(somebody("编辑", "view_changeset", "change_changeset"))
    return client


@pytest.fixture
def reader() -> Client:
    client = Client()
    client.force_login(somebody("审核", "view_changeset"))
    return client


def somebody(name: str, *permissions: str) -> User:
    user = person(name)
    user.user_permissions.add(*Permission.objects.filter(codename__in=permissions))
    return user


def page_of(client: Client, change_set: ChangeSet, **query: str) -> HttpResponse:
    answer = client.get(reverse("admin:desk:cases", args=[change_set.pk]), query)
    assert answer.status_code == 200
    return answer


def titles(answer: HttpResponse) -> list[str]:
    return [card["case"].title for card in answer.context["cards"]]


def keep(title: str = "热线常问", query: str = STAY, slug: str = "inpatient") -> SavedCase:
    user = User.objects.filter(username="存").first() or person("存")
    return SavedCase.objects.create(title=title, slug=slug, query=query, saved_by=user)


# What a set does


def test_what_differs_stands_first_and_saved_cases_before_personas(reader: Client) -> None:
    keep("和限额无关", "scheme=flexible&group=active&tier=level3&cost=20000")
    keep("限额用完")
    draft = draft_of_limit(person("甲"))
    changed = titles(page_of(reader, draft))
    assert changed[0] == "限额用完"
    assert changed[1].startswith(("许先生", "费先生", "何先生", "秦先生"))
    assert "和限额无关" not in changed
    everyone = titles(page_of(reader, draft, show="all"))
    assert everyone[: len(changed)] == changed
    assert everyone[len(changed)] == "和限额无关"
    assert len(everyone) == len(personas()) + 2


@pytest.mark.reads
def test_a_card_has_both_amounts_and_the_difference(reader: Client) -> None:
    """Worked in tests/staff/test_recomputing.py: 1,482 → 2,047.64 yuan."""
    keep("限额用完")
    card = page_of(reader, draft_of_limit(person("甲"))).context["cards"][0]
    assert card["verdict"] == "多付 565.64 元"
    assert card["before"]["says"] == "您自己付 1,482 元"
    assert card["after"]["says"] == "您自己付 2,047.64 元"
    assert ("统筹基金支付", "0 元", "10,000 元") in card["says_more"]


def test_the_page_says_it_in_words_with_steps_and_clauses(reader: Client) -> None:
    keep("限额用完")
    draft = draft_of_limit(person("甲"))
    html = page_of(reader, draft, calculator="inpatient").content.decode()
    first = html.split("<article")[1]
    assert "多付 565.64 元" in first
    assert re.search(r"两边的步骤（\d+ 步有变化）", first)
    assert ">变了</strong> 您自己付" in first
    assert ">新增</strong> 统筹基金支付" in first
    assert "依据 F-14.6" in first
    assert "N-1.1" in first
    assert f'href="/calculators/inpatient/?{STAY.replace("&", "&amp;")}"' in first
    preview = f"/admin/preview/{draft.pk}/2026-12-01/calculators/inpatient/?"
    assert f'href="{preview}{STAY.replace("&", "&amp;")}"' in first


def test_the_preview_that_a_card_links_shows_the_new_amount(reader: Client) -> None:
    keep("限额用完")
    card = page_of(reader, draft_of_limit(person("甲"))).context["cards"][0]
    assert "2,047.64" in reader.get(card["preview_url"]).content.decode()
    assert "1,482" in reader.get(card["public_url"]).content.decode()


def test_the_summary_counts_all_cases_whatever_is_shown(reader: Client) -> None:
    draft = draft_of_limit(person("甲"))
    whole = page_of(reader, draft).context["summary"]
    assert re.match(rf"{len(personas())} 个例子里有 \d+ 个会变：多付 \d+ 个", whole)
    assert page_of(reader, draft, calculator="chronic").context["summary"] == whole


def test_a_calculator_is_chosen(reader: Client) -> None:
    draft = draft_of_limit(person("甲"))
    shown = page_of(reader, draft, calculator="chronic", show="all").context["cards"]
    assert {card["case"].slug for card in shown} == {"chronic"}
    assert page_of(reader, draft, calculator="no-such").context["cards"] != []


@pytest.mark.reads
@pytest.mark.slow
def test_each_start_day_can_be_looked_at_and_today_if_one_has_passed(reader: Client) -> None:
    draft = new_set()
    past = datetime.date(2026, 7, 1)
    account = drafted("flexible", "retiree_account", past, draft)
    put(account, "amount", {"name": "monthly_account"}, value=Decimal(70))
    drafted("flexible", "emergency", NEW_DAY, draft)
    days = page_of(reader, draft).context["days"]
    assert [day for day, _, _ in days] == ["2026-07-01", TODAY.isoformat(), "2026-12-01"]
    # Two personas have an account whose amount is known.
    assert days[1][1] == "2026年11月21日，今天，2 个会变"
    assert [chosen for _, _, chosen in days] == [True, False, False]
    days = page_of(reader, draft, day="2026-12-01").context["days"]
    assert [chosen for _, _, chosen in days] == [False, False, True]


@pytest.mark.reads
@pytest.mark.slow
def test_the_first_day_with_a_change_is_shown_unless_another_is_chosen(reader: Client) -> None:
    draft = draft_of_limit(person("甲"), start=datetime.date(2027, 1, 1))
    drafted("flexible", "emergency", TODAY, draft)  # a copy: it changes nothing
    assert page_of(reader, draft).context["day_label"] == "2027年1月1日"
    assert page_of(reader, draft, day=TODAY.isoformat()).context["cards"] == []
    assert page_of(reader, draft, day="../1").context["day_label"] == "2027年1月1日"


def test_of_many_days_one_is_computed(reader: Client) -> None:
    draft = draft_of_limit(person("甲"))
    for month in (1, 2, 3, 4):
        drafted("flexible", "emergency", datetime.date(2027, month, 1), draft)
    answer = page_of(reader, draft, day="2027-02-01")
    assert answer.context["day_label"] == "2027年2月1日"
    labels = [label for _, label, _ in answer.context["days"]]
    assert labels[0] == "2026年12月1日"
    assert "个会变" in labels[2]


def test_a_case_that_breaks_is_shown_first_and_the_page_stays(reader: Client) -> None:
    keep("限额用完")
    draft = draft_of_limit(person("甲"))
    edition = drafted("flexible", "out_of_area", NEW_DAY, draft)
    put(edition, "count", {"name": "permit_years"}, value=9_000)
    answer = page_of(reader, draft)
    assert titles(answer)[0].startswith("夏女士")
    assert "计算出错 1 个" in answer.context["summary"]
    assert titles(answer)[1] == "限额用完"
    assert "算这个例子的时候出错了" in answer.content.decode()


def test_a_dropped_cell_makes_cases_impossible(reader: Client) -> None:
    edition = drafted("flexible", "inpatient", NEW_DAY)
    edition.inpatientrate_rows.get(tier="level3", group="active").delete()
    answer = page_of(reader, edition.change_set, calculator="inpatient")
    assert "变成算不出" in answer.context["summary"]
    verdicts = {card["case"].title[:3]: card["verdict"] for card in answer.context["cards"]}
    assert verdicts["郑女士"] == "变成算不出"
    assert verdicts["韩先生"] == "算不出的原因有变"
    assert "王阿姨" not in verdicts
    assert "本站没有“灵活就业住院”的规定" in answer.content.decode()


def test_a_set_without_tables_changes_no_result(reader: Client) -> None:
    assert "不会改变任何计算结果" in page_of(reader, new_set()).content.decode()


def test_a_published_set_tells_the_same(reader: Client) -> None:
    author, reviewer = person("甲"), person("乙")
    draft = draft_of_limit(author)
    before = page_of(reader, draft).context
    hand_in(draft, author)
    publish(draft, reviewer)
    after = page_of(reader, draft).context
    assert after["summary"] == before["summary"]
    assert [c["verdict"] for c in after["cards"]] == [c["verdict"] for c in before["cards"]]
    assert after["is_final"]


def test_the_page_asks_the_database_little(reader: Client, django_assert_max_num_queries) -> None:
    """However many cases there are. Rows of published tables are read once for each process."""
    draft = draft_of_limit(person("甲"))
    for number in range(20):
        keep(f"例子 {number}", f"{STAY}&class_b={number}")
    page_of(reader, draft)
    with django_assert_max_num_queries(12):
        page_of(reader, draft)


@pytest.mark.parametrize("path", ["cases/", "{pk}/cases/"])
def test_strangers_are_asked_to_log_in_and_colleagues_without_the_right_told_no(
    client: Client, path: str
) -> None:
    address = f"/admin/desk/{path.format(pk=new_set().pk)}"
    assert client.get(address).status_code == 302
    client.force_login(person("别人"))
    assert client.get(address).status_code == 403


def test_a_set_that_is_not_there(reader: Client) -> None:
    assert reader.get("/admin/desk/99999/cases/").status_code == 404


# Cases that staff keep


def save(client: Client, link: str, title: str = "李阿姨那样的", note: str = "") -> HttpResponse:
    return client.post(SAVED, {"link": link, "title": title, "note": note})


@pytest.mark.parametrize(
    ("link", "slug", "query"),
    [
        (f"/calculators/inpatient/?{STAY}", "inpatient", STAY),
        (f"https://ybj.example/calculators/inpatient/?{STAY}&mode=care", "inpatient", STAY),
        (f"calculators/inpatient?{STAY}&from=timeline&utm_source=x", "inpatient", STAY),
        (f"住院要自己付多少\nhttp://localhost/calculators/inpatient/?{STAY}", "inpatient", STAY),
        (f"/admin/preview/3/2026-12-01/calculators/inpatient/?{STAY}", "inpatient", STAY),
        (
            "/calculators/inpatient/?scheme=resident&group=adult&tier=level3&cost=2万",
            "inpatient",
            "scheme=resident&group=adult&tier=level3&cost=20000",
        ),
        (
            (
                "/calculators/start-date/?scheme=resident&kind=adult&paid_on_year=2024"
                "&paid_on_month=3&paid_on_day=15"
            ),
            "start-date",
            "scheme=resident&kind=adult&paid_on=2024-03-15",
        ),
        (
            "/calculators/contribution/?scheme=resident&member=adult%3Alow_margin&member=adult",
            "contribution",
            "scheme=resident&member=adult:low_margin&member=adult",
        ),
        ("/calculators/retiree-account/?months=6", "retiree-account", "months=6"),
        (
            (
                "/calculators/year/?scheme=flexible&group=active&next=30000&mode=care"
                "&e=inpatient%2C2025-03-01%2Clevel3%2C9000&e=inpatient,2025-02-01,level3,8000"
            ),
            "year",
            (
                "scheme=flexible&group=active&e=inpatient,2025-02-01,level3,8000"
                "&e=inpatient,2025-03-01,level3,9000"
            ),
        ),
    ],
)
def test_a_result_link_becomes_a_case(editor: Client, link: str, slug: str, query: str) -> None:
    answer = save(editor, link, note="热线常问")
    assert answer.status_code == 302, answer.context["form"].errors
    kept = SavedCase.objects.get()
    assert (kept.slug, kept.query, kept.title) == (slug, query, "李阿姨那样的")
    assert (kept.note, kept.saved_by.username) == ("热线常问", "编辑")


@pytest.mark.parametrize(
    ("link", "message"),
    [
        ("", "请粘贴结果页的链接"),
        ("您好", "不是本站计算器的结果链接"),
        ("https://[calculators/x", "这个链接不完整"),
        ("/calculators/no-such/?a=1", "不是计算器的结果"),
        ("/calculators/", "不是计算器的结果"),
        ("/calculators/inpatient/compare/?" + STAY, "不是计算器的结果"),
        ("/elsewhere/calculators/inpatient/?" + STAY, "没有这个网页"),
        ("/calculators/inpatient/", "没有写是居民医保还是灵活就业"),
        (
            "/calculators/inpatient/?scheme=flexible&group=active",
            "“住的是哪一级医院？”：请选医院级别",
        ),
        (f"/calculators/inpatient/?{STAY}&colour=red", "用不上的内容：“colour”"),
        (
            "/calculators/inpatient/?scheme=resident&group=adult&tier=level3&cost=1&pool_paid=5",
            "用不上的内容：“今年统筹基金已经替您付了多少？”",
        ),
        (
            "/calculators/inpatient/?scheme=flexible&group=active&tier=level3&cost=-1",
            "“能报销的费用一共多少？”：请填写金额",
        ),
        ("/calculators/retiree-account/", "请填写月数"),
        ("/calculators/year/", "还没有填是谁的"),
        ("/calculators/year/?scheme=flexible&group=active", "一笔也没有记"),
        ("/calculators/year/?scheme=flexible&group=active&e=dance,2025-01-01", "读不出来"),
        (
            (
                "/calculators/year/?scheme=flexible&group=active&colour=red"
                "&e=inpatient,2025-02-01,level3,8000"
            ),
            "读不出来",
        ),
        ("/calculators/inpatient/?" + "cost=1&" * 2000, "链接太长了"),
    ],
)
def test_what_is_no_result_link_is_refused_and_stays_as_typed(
    editor: Client, link: str, message: str
) -> None:
    answer = save(editor, link, title="某人", note="备注在此")
    assert answer.status_code == 422
    assert message in "".join(answer.context["form"].errors.get("link", []))
    html = answer.content.decode()
    assert 'value="某人"' in html
    assert "备注在此" in html
    assert not SavedCase.objects.exists()


def test_a_case_is_saved_once(editor: Client) -> None:
    keep("已有的")
    answer = save(editor, f"/calculators/inpatient/?{STAY}")
    assert "已经保存过了，名称是“已有的”" in str(answer.context["form"].errors)


def test_there_is_a_limit(editor: Client) -> None:
    user = person("存")
    SavedCase.objects.bulk_create(
        SavedCase(title=str(n), slug="retiree-account", query=f"months={n}", saved_by=user)
        for n in range(MOST_SAVED)
    )
    answer = save(editor, f"/calculators/inpatient/?{STAY}")
    assert answer.status_code == 422
    assert f"最多保存 {MOST_SAVED} 个例子" in answer.content.decode()


@pytest.mark.parametrize("field", ["title", "note"])
def test_words_have_a_limit_too(editor: Client, field: str) -> None:
    typed = {"link": f"/calculators/inpatient/?{STAY}", "title": "某人", field: "长" * 501}
    answer = editor.post(SAVED, typed)
    assert answer.status_code == 422
    assert field in answer.context["form"].errors


def test_the_list_shows_todays_answer_and_opens_it(editor: Client) -> None:
    keep("限额用完")
    html = editor.get(SAVED).content.decode()
    assert "今天的答案：您自己付 1,482 元" in html
    assert f'href="/calculators/inpatient/?{STAY.replace("&", "&amp;")}"' in html


def test_a_link_can_be_brought_along(editor: Client) -> None:
    link = f"/calculators/inpatient/?{STAY}"
    answer = editor.get(f"{SAVED}?{urlencode({'link': link, 'title': '某人'})}")
    assert f'value="{link.replace("&", "&amp;")}"' in answer.content.decode()


def test_a_case_of_a_calculator_that_is_gone_stays_listed(editor: Client) -> None:
    case = keep("老例子", "a=1", slug="gone")
    assert "已经没有的计算器" in editor.get(SAVED).content.decode()
    assert "已经没有的计算器" in page_of(editor, draft_of_limit(person("甲"))).content.decode()
    assert editor.post(f"{SAVED}{case.pk}/remove/").status_code == 302


def test_a_removed_case_can_be_saved_again(editor: Client) -> None:
    case = keep("限额用完")
    answer = editor.post(f"{SAVED}{case.pk}/remove/", follow=True)
    assert not SavedCase.objects.exists()
    (message,) = answer.context["messages"]
    assert read_case_link(str(message)) == ("inpatient", STAY)
    assert editor.post(f"{SAVED}{case.pk}/remove/").status_code == 404


def test_who_may_only_look_changes_nothing(reader: Client) -> None:
    case = keep("限额用完")
    html = reader.get(SAVED).content.decode()
    assert "限额用完" in html
    assert "保存这个例子" not in html
    assert "移除" not in html.split('<div id="content-main">')[1].split("desk-case")[1]
    assert save(reader, "/calculators/retiree-account/?months=6").status_code == 403
    assert reader.post(f"{SAVED}{case.pk}/remove/").status_code == 403
    assert SavedCase.objects.count() == 1


def test_nothing_is_removed_by_a_link(editor: Client) -> None:
    case = keep()
    assert editor.get(f"{SAVED}{case.pk}/remove/").status_code == 405
    assert SavedCase.objects.exists()


@pytest.mark.parametrize("shown", ["", "all"])
def test_there_is_no_inline_code(editor: Client, shown: str) -> None:
    keep()
    inline = re.compile(r"<style|<script(?![^>]*\bsrc=)|<[^>]*\s(style|on[a-z]+)=|javascript:")
    draft = draft_of_limit(person("甲"))
    assert not inline.search(page_of(editor, draft, show=shown).content.decode())
    assert not inline.search(editor.get(SAVED).content.decode())


# What a saved case should come to


def expected(client: Client, link: str = f"/calculators/inpatient/?{STAY}") -> SavedCase:
    """A case saved on the page, with what it comes to today."""
    assert save(client, link, title="限额用完").status_code == 302
    return SavedCase.objects.get()


def case_page(case: SavedCase) -> str:
    return f"{SAVED}{case.pk}/"


def publish_a_limit() -> ChangeSet:
    author = person("甲")
    draft = draft_of_limit(author, start=TODAY)
    hand_in(draft, author)
    publish(draft, person("乙"))
    return draft


def test_saving_keeps_the_results_as_they_are_today(editor: Client) -> None:
    """Worked in tests/staff/test_recomputing.py, before the change."""
    case = expected(editor)
    assert case.expected_on == TODAY
    kept = case.expected["results"]
    assert kept["self"] == "1482.00"
    assert kept["large_sum"] == "18518.00"
    assert all(isinstance(value, str) for value in kept.values())
    assert (case.expected["headline"], case.expected["reason"]) == ("self", "")
    html = editor.get(SAVED).content.decode()
    assert "<strong>是</strong>，和 2026年11月21日记下的一样：您自己付 1,482 元" in html


def test_the_list_says_what_is_not_so_any_more(editor: Client) -> None:
    expected(editor)
    publish_a_limit()
    html = editor.get(SAVED).content.decode()
    assert "<strong>不是</strong>，和 2026年11月21日记下的应有结果不同" in html
    row = '<th scope="row">您自己付</th><td>1,482 元</td><td>2,047.64 元</td>'
    assert html.index(row) < html.index('<th scope="row">统筹基金支付</th>')


def test_a_refusal_is_kept_with_its_reason(editor: Client) -> None:
    """No rule is on file for a day of 2020."""
    case = expected(editor, f"/calculators/inpatient/?{STAY}&date=2020-01-01")
    assert case.expected["results"] == {}
    assert "没有" in case.expected["reason"]
    assert "<strong>是</strong>" in editor.get(SAVED).content.decode()


def test_a_refusal_of_today_is_the_same_tomorrow(editor: Client) -> None:
    """The reason names the day that was asked; that day is no part of what is kept."""
    for one in ChangeSet.objects.filter(slug="flexible-2025-10"):
        one.withdraw()
    case = expected(editor)
    assert case.expected["results"] == {}
    with clock.as_of(TODAY + datetime.timedelta(days=1)):
        html = editor.get(SAVED).content.decode()
    assert "2026年11月22日这一天" in html
    assert "<strong>是</strong>" in html


def test_an_answer_where_there_was_none_is_told(editor: Client) -> None:
    opened = ChangeSet.objects.get(slug="flexible-2025-10")
    pool = Edition.objects.get(scheme="flexible", table="pool")
    copied = drafted("flexible", "pool", pool.in_force_from)
    opened.withdraw()
    case = expected(editor)
    assert case.expected["results"] == {}
    draft = copied.change_set
    for table in ("inpatient", "large_sum", "supplementary", "readings", "emergency"):
        drafted("flexible", table, pool.in_force_from, draft)
    draft.publish()
    (listed,) = editor.get(SAVED).context["listed"]
    (row,) = listed["differing"]
    assert row[0] == "结果"
    assert row[2] == "您自己付 1,482 元"


def test_a_year_is_kept_too(editor: Client) -> None:
    """Two bills of 8,000 and 9,000 yuan are 17,000 together."""
    link = (
        "/calculators/year/?scheme=flexible&group=active&e=inpatient,2026-02-01,level3,8000"
        "&e=inpatient,2026-05-01,level3,9000"
    )
    case = expected(editor, link)
    assert case.expected["results"]["cost"] == "17000.00"
    assert "<strong>是</strong>" in editor.get(SAVED).content.decode()


def test_a_set_that_breaks_it_is_marked_and_counted(editor: Client) -> None:
    expected(editor)
    keep("没有记下", f"{STAY}&class_b=100")
    answer = page_of(editor, draft_of_limit(person("甲")))
    assert answer.context["summary"].endswith("有 1 个常看的例子，改后的结果和记下的应有结果不同。")
    first, second = answer.context["cards"][:2]
    assert first["case"].title == "限额用完"
    assert first["unexpected"][0] == ("您自己付", "1,482 元", "2,047.64 元")
    assert second["unexpected"] == ()
    assert answer.content.decode().count("和记下的应有结果不同</strong>") == 1


def test_the_page_of_a_published_set_stays_as_it_was(editor: Client) -> None:
    draft = publish_a_limit()
    before = page_of(editor, draft).context["summary"]
    case = expected(editor)
    case.expected["results"]["self"] = "1.00"
    case.save()
    answer = page_of(editor, draft)
    assert "应有结果" not in answer.context["summary"]
    # One case more, which changes with the others.
    assert before.partition(" 个例子里")[0] == str(len(personas()))
    assert answer.context["summary"].partition(" 个例子里")[0] == str(len(personas()) + 1)


def test_a_set_that_does_not_touch_it_leaves_it_alone(editor: Client) -> None:
    expected(editor)
    edition = drafted("flexible", "emergency", NEW_DAY)
    answer = page_of(editor, edition.change_set)
    assert "应有结果" not in answer.context["summary"]


def test_what_is_wrong_already_is_shown_though_the_set_changes_nothing(editor: Client) -> None:
    case = expected(editor)
    case.expected["results"]["self"] = "1482.01"
    case.save()
    answer = page_of(editor, drafted("flexible", "emergency", NEW_DAY).change_set)
    (card,) = answer.context["cards"]
    assert card["unexpected"] == [("您自己付", "1,482.01 元", "1,482 元")]
    assert "和记下的应有结果不同" in answer.content.decode()


def test_a_result_that_a_calculator_gains_is_no_difference(editor: Client) -> None:
    case = expected(editor)
    del case.expected["results"]["supplementary"], case.expected["labels"]["supplementary"]
    case.save()
    assert editor.get(SAVED).context["listed"][0]["differing"] == []


def test_a_result_that_is_gone_is_a_difference(editor: Client) -> None:
    case = expected(editor)
    case.expected["results"]["old"] = "5.00"
    case.expected["labels"]["old"] = "老的补助"
    case.save()
    (row,) = editor.get(SAVED).context["listed"][0]["differing"]
    assert row == ("老的补助", "5 元", "没有")


@pytest.mark.parametrize(
    ("whole", "name"),
    [
        (f"{STAY}&class_b=0&outside=0", "class_b"),
        (f"{STAY}&class_b=0&outside=0", "outside"),
        (f"{STAY}&admission=1", "admission"),
    ],
)
def test_a_link_from_before_a_question_was_asked_comes_to_the_same(
    editor: Client, whole: str, name: str
) -> None:
    """What a calculator asks one day more has a default: the older link is the link without it."""
    case = expected(editor, f"/calculators/inpatient/?{whole}")
    parts = [part for part in whole.split("&") if not part.startswith(f"{name}=")]
    assert f"&{name}=" in case.query
    case.query = "&".join(parts)
    case.save()
    (listed,) = editor.get(SAVED).context["listed"]
    assert listed["differing"] == []
    assert listed["says"] == "您自己付 1,482 元"


def test_a_case_from_before_there_was_this(editor: Client) -> None:
    case = keep("老例子")
    assert "还没有记下应有的结果" in editor.get(SAVED).content.decode()
    page = editor.get(case_page(case))
    answer = editor.post(case_page(case), {"do": "keep", "seen": page.context["seen"]})
    assert (answer.status_code, answer["Location"]) == (302, case_page(case))
    case.refresh_from_db()
    assert case.expected["results"]["self"] == "1482.00"
    assert case.expected_on == TODAY


def test_todays_result_can_be_made_what_is_expected(editor: Client) -> None:
    case = expected(editor)
    publish_a_limit()
    page = editor.get(case_page(case))
    assert "把现在的结果记为应有的结果" in page.content.decode()
    answer = editor.post(case_page(case), {"do": "keep", "seen": page.context["seen"]}, follow=True)
    assert "已记下“限额用完”应有的结果：您自己付 2,047.64 元。" in answer.content.decode()
    assert "<strong>是</strong>" in editor.get(SAVED).content.decode()


def test_a_result_that_nobody_has_seen_is_not_kept(editor: Client) -> None:
    case = expected(editor)
    seen = editor.get(case_page(case)).context["seen"]
    publish_a_limit()
    answer = editor.post(case_page(case), {"do": "keep", "seen": seen}, follow=True)
    assert "结果刚刚又变了" in answer.content.decode()
    case.refresh_from_db()
    assert case.expected["results"]["self"] == "1482.00"


def test_what_cannot_be_computed_cannot_be_kept(editor: Client) -> None:
    case = keep("老例子", "a=1", slug="gone")
    page = editor.get(case_page(case))
    assert "把现在的结果" not in page.content.decode()
    answer = editor.post(case_page(case), {"do": "keep", "seen": page.context["seen"]}, follow=True)
    assert "没有结果可以记下" in answer.content.decode()
    case.refresh_from_db()
    assert case.expected == {}


def words(title: str, note: str = "", **base: str) -> dict[str, str]:
    return {"do": "save", "title": title, "note": note, **base}


def test_its_words_are_changed(editor: Client) -> None:
    case = expected(editor)
    assert editor.post(case_page(case), words("新名", "热线")).status_code == 302
    case.refresh_from_db()
    assert (case.title, case.note, case.query) == ("新名", "热线", STAY)
    assert case.expected["results"]["self"] == "1482.00"


@pytest.mark.parametrize(
    ("title", "message"), [("", "请起一个名称"), ("长" * 101, "最多 100 个字")]
)
def test_wrong_words_stay_as_typed(editor: Client, title: str, message: str) -> None:
    case = expected(editor)
    answer = editor.post(case_page(case), words(title, "打了一半"))
    assert answer.status_code == 422
    assert message in answer.content.decode()
    assert "打了一半" in answer.content.decode()
    case.refresh_from_db()
    assert case.title == "限额用完"


def test_two_people_lose_no_words(editor: Client) -> None:
    case = expected(editor)
    base = {"base-title": "限额用完", "base-note": ""}
    assert editor.post(case_page(case), words("甲的名", **base)).status_code == 302
    answer = editor.post(case_page(case), words("乙的名", **base))
    assert answer.status_code == 409
    html = answer.content.decode()
    assert "名称：甲的名" in html
    assert 'value="乙的名"' in html
    assert 'name="base-title" value="甲的名"' in html
    again = words("乙的名", **{"base-title": "甲的名", "base-note": ""})
    assert editor.post(case_page(case), again).status_code == 302
    case.refresh_from_db()
    assert case.title == "乙的名"


def test_a_case_that_is_not_there(editor: Client) -> None:
    assert editor.get(f"{SAVED}99999/").status_code == 404
    assert editor.post(f"{SAVED}99999/", {"do": "keep"}).status_code == 404


def test_who_may_only_look_keeps_nothing(reader: Client) -> None:
    case = keep("限额用完")
    assert reader.get(case_page(case)).status_code == 403
    assert reader.post(case_page(case), {"do": "keep", "seen": "x"}).status_code == 403
    assert case_page(case) not in reader.get(SAVED).content.decode()


def test_the_list_asks_the_database_little(reader: Client, django_assert_max_num_queries) -> None:
    for number in range(20):
        keep(f"例子 {number}", f"{STAY}&class_b={number}")
    reader.get(SAVED)
    with django_assert_max_num_queries(8):
        reader.get(SAVED)


def test_its_page_has_no_inline_code(editor: Client) -> None:
    case = expected(editor)
    publish_a_limit()
    inline = re.compile(r"<style|<script(?![^>]*\bsrc=)|<[^>]*\s(style|on[a-z]+)=|javascript:")
    for address in (SAVED, case_page(case)):
        assert not inline.search(editor.get(address).content.decode())
