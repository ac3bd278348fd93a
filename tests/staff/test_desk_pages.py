"""What a set changes, and which public pages then say something else: held against made-up sets."""

import re
from html import unescape

import pytest
from django.contrib.auth.models import Permission
from django.http import Http404, HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import path

from portal import urls
from portal.policy.models import ChangeSet, ClauseText, DecidedReading, InpatientRate
from portal.policy.preview import previewed
from portal.staff.desk.differing import Run, compare, lines_of, main_of, runs, title_of
from portal.staff.desk.pages import CHANGED, FAILED, GONE, NEW, addresses_to_compare
from tests.policy.desk import NEW_DAY, draft_of_limit, person
from tests.policy.drafting import NEXT_YEAR, drafted, new_set, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.reads]


@pytest.fixture
def clerk(client: Client) -> Client:
    user = person("审核人")
    user.user_permissions.add(Permission.objects.get(codename="view_changeset"))
    client.force_login(user)
    return client


@pytest.fixture
def draft() -> ChangeSet:
    return draft_of_limit(person("起草人"))


def address(change_set: ChangeSet, page: str = "pages") -> str:
    return f"/admin/desk/{change_set.pk}/{page}/"


def text_of_page(answer: HttpResponse) -> str:
    content = answer.content.decode().partition('id="content-main"')[2]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", content)).split())


# Which pages change


def test_the_pages_that_a_limit_changes(clerk: Client, draft: ChangeSet) -> None:
    """Those that show the pool's limit, those that list documents and their age, its clauses."""
    answer = clerk.get(address(draft))
    assert answer.status_code == 200
    assert {change.page: change.kind for change in answer.context["changes"]} == {
        "/": CHANGED,
        "/about/": CHANGED,
        "/policy/": CHANGED,
        "/updates/": CHANGED,
        "/benefits/flexible-limits/": CHANGED,
        "/for/flexible/": CHANGED,
        # The calculators whose answer takes the limit say whose rules they follow.
        "/calculators/inpatient/?scheme=flexible": CHANGED,
        "/calculators/emergency/?scheme=flexible": CHANGED,
        "/calculators/outpatient/?scheme=flexible": CHANGED,
        "/calculators/chronic/?scheme=flexible": CHANGED,
        "/calculators/maternity/?scheme=flexible": CHANGED,
        # The limit rested on F-9.1, and rests on the notice's own clause now.
        "/policy/F-9.1": CHANGED,
        "/policy/N-1.1": NEW,
        "/policy/documents/notice-pool-limit/": NEW,
    }


@pytest.mark.slow
def test_each_page_shows_its_lines_and_can_be_opened(clerk: Client, draft: ChangeSet) -> None:
    answer = clerk.get(address(draft))
    changes = {change.page: change for change in answer.context["changes"]}
    new = changes["/policy/N-1.1"]
    assert (new.before, new.removed) == ("", 0)
    assert new.after.endswith("/2026-12-01/policy/N-1.1")
    change = changes["/benefits/flexible-limits/"]
    assert change.title == "灵活就业：三层报销和全年限额"
    assert (change.added, change.removed) == (2, 1)
    told = [(run.mark, run.lines) for run in change.runs if run.mark != " "]
    assert [mark for mark, _ in told] == ["+", "-", "+"]
    assert "一年最多报150,000 元" in told[1][1][0]
    assert "一年最多报160,000 元" in told[2][1][0]
    shown, was = f"/admin/preview/{draft.pk}/2026-12-01{change.page}", change.before
    assert change.after == shown
    assert was == f"/admin/preview/{draft.pk}/2026-12-01.before{change.page}"
    for link in (shown, was):
        assert f'href="{link}"' in answer.text
    assert "160,000 元" in clerk.get(shown).text
    assert "150,000 元" in clerk.get(was).text
    said = text_of_page(answer)
    assert "删去： 门诊、住院等符合支付范围的费用，一年最多报150,000 元" in said
    assert "有 14 个不一样" in said


@pytest.mark.slow
def test_a_text_changes_its_page_and_what_tells_of_it(clerk: Client) -> None:
    draft = new_set()
    text_of(draft, "# 怎么结算\n\n换了一段话。\n")
    changes = clerk.get(address(draft)).context["changes"]
    pages = {change.page for change in changes}
    # The page, the list of its book and its neighbours, and the log of changes.
    assert {"/care/settlement/", "/care/", "/updates/"} <= pages
    assert not any(page.startswith(("/policy/", "/calculators/")) for page in pages)


@pytest.mark.slow
def test_before_its_first_day_a_set_shows_its_document_and_itself(
    clerk: Client, draft: ChangeSet
) -> None:
    answer = clerk.get(address(draft), {"day": "2026-11-30"})
    assert {change.page for change in answer.context["changes"]} == {
        "/about/",
        "/policy/",
        "/policy/documents/notice-pool-limit/",
        "/updates/",
    }


@pytest.mark.slow
def test_a_table_as_it_was_changes_no_number(clerk: Client) -> None:
    edition = drafted("flexible", "emergency")
    answer = clerk.get(address(edition.change_set))
    pages = {change.page: change for change in answer.context["changes"]}
    assert not any(page.startswith(("/benefits/", "/for/", "/calculators/")) for page in pages)
    # The page of a clause says since when its number holds.
    clauses = [change for page, change in pages.items() if page.startswith("/policy/")]
    assert clauses
    for change in clauses:
        told = {line for run in change.runs if run.mark == "+" for line in run.lines}
        assert all("2027年1月1日起" in line for line in told), change.page


def test_only_pages_that_a_set_can_touch_are_asked_for(draft: ChangeSet) -> None:
    pages = addresses_to_compare(draft, NEW_DAY)
    assert len(pages) == len(set(pages))
    assert not any(page.startswith("/offices/") for page in pages)
    clauses = {page for page in pages if re.fullmatch(r"/policy/[A-Z]+-[\d.]+", page)}
    assert "/policy/N-1.1" in clauses
    assert "/policy/F-9.1" in clauses
    assert len(clauses) < 10
    assert "/calculators/inpatient/?scheme=resident" in pages
    assert "/care/settlement/" in pages


@pytest.mark.slow
def test_an_empty_set_changes_nothing_but_the_log(clerk: Client) -> None:
    answer = clerk.get(address(new_set()))
    assert [change.page for change in answer.context["changes"]] == ["/updates/"]
    assert "还没有内容" in clerk.get(address(new_set("other"), "differences")).text


def test_a_day_can_be_chosen(clerk: Client, draft: ChangeSet) -> None:
    words = ClauseText.objects.get(change_set=draft)
    later = ClauseText(
        change_set=draft, clause=words.clause, in_force_from=NEXT_YEAR, sentence="限额不变。"
    )
    later.save()
    answer = clerk.get(address(draft))
    assert answer.context["day"] == NEW_DAY
    assert answer.context["days"] == [NEW_DAY, NEXT_YEAR]
    assert 'href="?day=2027-01-01"' in answer.text
    chosen = clerk.get(address(draft), {"day": "2027-01-01"})
    assert 'value="2027-01-01"' in chosen.text
    assert "/2027-01-01/policy/N-1.1" in chosen.text


@pytest.mark.parametrize("day", ["soon", "2026-02-30", "1", "99999-01-01"])
def test_a_wrong_day_is_said_and_kept(clerk: Client, draft: ChangeSet, day: str) -> None:
    answer = clerk.get(address(draft), {"day": day})
    assert answer.status_code == 422
    assert "预览的日期要写成 2027-07-01 这样" in answer.text
    assert f'value="{day}"' in answer.text


def fails_with_the_draft(request: HttpRequest) -> HttpResponse:
    if previewed() is not None:
        raise ValueError("broken by the draft")
    return HttpResponse("<title>关于</title><main>一切都好</main>")


def goes_with_the_draft(request: HttpRequest) -> HttpResponse:
    if previewed() is not None:
        raise Http404
    return HttpResponse("<title>理解</title><main>还在</main>")


urlpatterns = [
    path("about/", fails_with_the_draft),
    path("about/readings/", goes_with_the_draft),
    *urls.urlpatterns,
]


@override_settings(ROOT_URLCONF=__name__)
@pytest.mark.slow
def test_a_page_that_fails_or_goes_is_shown_as_such(clerk: Client, draft: ChangeSet) -> None:
    answer = clerk.get(address(draft))
    assert answer.status_code == 200
    changes = {change.page: change for change in answer.context["changes"]}
    assert changes["/about/"].kind == FAILED
    assert changes["/about/readings/"].kind == GONE
    assert changes["/about/readings/"].after == ""
    assert changes["/policy/N-1.1"].kind == NEW
    assert "这一页出错了，打不开" in answer.text


@pytest.mark.slow
def test_a_published_set_has_nothing_to_compare(clerk: Client, draft: ChangeSet) -> None:
    draft.publish()
    answer = clerk.get(address(draft))
    assert "已经发布，现在的页面就是它的样子" in answer.text
    assert "changes" not in answer.context
    draft.withdraw()
    pages = {change.page for change in clerk.get(address(draft)).context["changes"]}
    assert "/benefits/flexible-limits/" in pages


# What differs, row by row


def test_the_rows_and_words_that_a_set_changes(clerk: Client, draft: ChangeSet) -> None:
    answer = clerk.get(address(draft, "differences"))
    assert answer.status_code == 200
    said = text_of_page(answer)
    assert "统筹基金年限额 灵活就业人员职工医保，2026年12月1日起" in said
    assert "改了 1 行" in said
    assert "改了 全年最高支付 150,000 元 160,000 元 F-9.1 改为 N-1.1" in said
    assert "关于调整统筹基金限额的通知，沈医保发〔2026〕30号，2026年通知" in said
    assert "N-1.1 2026年12月1日起，新增。 新增： 统筹基金年度最高支付限额为160000元。" in said
    for code in ("F-9.1", "N-1.1"):
        link = f"/admin/preview/{draft.pk}/2026-12-01/policy/{code}"
        assert f'href="{link}"' in answer.text
        assert clerk.get(link).status_code == 200
    assert 'rel="noopener noreferrer"' in answer.text


def test_rows_that_come_and_go_are_named_so(clerk: Client) -> None:
    edition = drafted("flexible", "inpatient")
    rates = InpatientRate.objects.filter(edition=edition)
    gone = rates.order_by("pk").first()
    assert gone
    gone.delete()
    table = clerk.get(address(edition.change_set, "differences")).context["tables"][0]
    assert table["counts"] == [("删去", 1)]
    assert [row["word"] for row in table["rows"]] == ["删去"]


def test_a_table_that_says_the_same_says_so(clerk: Client) -> None:
    edition = drafted("flexible", "emergency")
    assert "与原来一样，没有改动" in clerk.get(address(edition.change_set, "differences")).text


def test_words_are_shown_line_by_line(clerk: Client) -> None:
    draft = new_set()
    text_of(draft, "# 怎么结算\n\n换了一段<b>话</b>。\n")
    answer = clerk.get(address(draft, "differences"))
    assert "<ins>" in answer.text
    assert "<del>" in answer.text
    assert "换了一段&lt;b&gt;话" in answer.text
    assert "2027年1月1日起，改了。" in text_of_page(answer)


def test_a_reading_is_shown_line_by_line(clerk: Client) -> None:
    edition = drafted("flexible", "readings")
    reading = DecidedReading.objects.filter(edition=edition, reading__code="A-17").get()
    reading.text = "每次结算单独计算。"
    reading.save()
    said = text_of_page(clerk.get(address(edition.change_set, "differences")))
    assert "已定的理解：A-17" in said
    assert "新增： 每次结算单独计算。" in said


def test_the_differences_of_a_published_set_stay(clerk: Client, draft: ChangeSet) -> None:
    change = "改了 全年最高支付 150,000 元 160,000 元"
    for step in (lambda: None, draft.publish, draft.withdraw):
        step()
        assert change in text_of_page(clerk.get(address(draft, "differences")))


@pytest.mark.parametrize("page", ["pages", "differences"])
def test_only_staff_who_may_look_at_sets_see_it(
    client: Client, draft: ChangeSet, page: str
) -> None:
    assert client.get(address(draft, page)).status_code == 302
    client.force_login(person("别的同事"))
    assert client.get(address(draft, page)).status_code == 403


@pytest.mark.parametrize("page", ["pages", "differences"])
def test_an_unknown_set_and_a_post_are_refused(clerk: Client, draft: ChangeSet, page: str) -> None:
    assert clerk.get(f"/admin/desk/99999/{page}/").status_code == 404
    assert clerk.post(address(draft, page)).status_code == 405
    assert "no-store" in clerk.get(address(new_set(), page))["Cache-Control"]


# How words are compared


def test_words_come_in_lines_by_block() -> None:
    html = (
        "<main>\n<h1>标题 <span>A</span></h1><p>一<b>二</b>\n三&amp;</p><ul><li>甲<li>乙</ul>"
        "<table><tr><th>丙<td>丁</table><p> </p></main>"
    )
    assert lines_of(html) == ["标题 A", "一二 三&", "甲", "乙", "丙 丁"]


def test_the_main_part_and_the_title() -> None:
    html = "<title>条款\n F&amp;1 - 沈阳医保服务门户</title><p>x</p><main id=a>y</main><p>z</p>"
    assert main_of(html) == "<main id=a>y</main>"
    assert main_of("<p>x</p>") == "<p>x</p>"
    assert title_of(html) == "条款 F&1"


def test_far_lines_that_are_alike_are_folded() -> None:
    same = [f"行{number}" for number in range(10)]
    marked = compare([*same, "旧", *same], [*same, "新", *same])
    assert runs(marked) == [
        Run(" ", tuple(same[:8]), folded=True),
        Run(" ", ("行8", "行9")),
        Run("-", ("旧",)),
        Run("+", ("新",)),
        Run(" ", ("行0", "行1")),
        Run(" ", tuple(same[2:]), folded=True),
    ]
    assert [run.word for run in runs(marked)[2:4]] == ["删去：", "新增："]
    assert runs(compare(["a"], ["a"])) == [Run(" ", ("a",))]
