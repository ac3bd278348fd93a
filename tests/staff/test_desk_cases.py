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

from portal.policy.models import ChangeSet
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
