"""各表和核对: the three dates of each table, what is overdue, and 已核对."""

import datetime
import re

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from portal import clock
from portal.policy.in_force import Timetable
from portal.policy.models import ChangeSet, Confirmation, Document, Edition
from portal.policy.tables import TABLES
from portal.staff.desk.freshness import (
    ago,
    table_states,
    why_overdue,
)
from tests.conftest import TODAY
from tests.policy.desk import draft_of_limit, hand_in, person
from tests.policy.drafting import drafted, new_set, shipped
from tests.staff.access import EDIT, PUBLISH, VIEW, answers, client_of, staff_member

pytestmark = pytest.mark.django_db

PAGE = "/admin/desk/tables/"
DAY = datetime.timedelta(days=1)


@pytest.fixture
def editor() -> Client:
    return client_of(staff_member("编", VIEW, EDIT))


def confirm_url(edition: Edition) -> str:
    return reverse("admin:desk:table-confirm", args=[edition.pk])


def checked(edition: Edition, on: datetime.date, by: User | None = None) -> Confirmation:
    by = by or User.objects.filter(username="核").first() or person("核")
    return Confirmation.objects.create(edition=edition, confirmed_on=on, confirmed_by=by)


def read(edition: Edition) -> Edition:
    """An edition as the timetable hands it out."""
    return Timetable.load().latest_edition(edition.scheme, edition.table, TODAY)


def made(dated: str, published_on: datetime.date) -> Edition:
    """A made-up version of the pool's limit that was published on a day."""
    start = datetime.date(2026, 1, 1)
    edition = drafted("flexible", "pool", start)
    edition.document = Document.objects.create(
        slug="made-up",
        letter="M",
        scheme="flexible",
        title="某通知",
        edition_name="某年",
        dated=dated,
    )
    edition.save()
    at = datetime.datetime.combine(published_on, datetime.time(12), datetime.UTC)
    edition.change_set.publish(at)
    return read(edition)


# What is overdue


@pytest.mark.parametrize(
    ("published_on", "is_overdue"),
    [
        (TODAY, False),
        (datetime.date(2026, 5, 25), False),  # 180 days before 2026-11-21
        (datetime.date(2026, 5, 24), True),  # 181
    ],
)
def test_without_a_check_publication_counts(published_on: datetime.date, is_overdue: bool) -> None:
    assert (TODAY - datetime.date(2026, 5, 24)).days == 181
    edition = made("2026-01", published_on)
    assert bool(why_overdue(edition, TODAY)) is is_overdue
    if is_overdue:
        assert why_overdue(edition, TODAY) == "发布到现在已经 181 天。"


@pytest.mark.parametrize(
    ("confirmed_on", "why"),
    [
        (datetime.date(2026, 5, 25), ""),
        (datetime.date(2026, 5, 24), "上次核对到现在已经 181 天。"),
    ],
)
def test_the_last_check_counts_and_not_publication(confirmed_on: datetime.date, why: str) -> None:
    edition = made("2026-01", datetime.date(2026, 1, 1))
    checked(edition, datetime.date(2026, 2, 1))
    checked(edition, confirmed_on)
    assert why_overdue(read(edition), TODAY) == why


@pytest.mark.parametrize(
    ("dated", "confirmed_on", "is_overdue"),
    [
        ("2025-11", None, False),  # twelve months are not more than twelve
        ("2025-10", None, True),
        ("2025-10-20", None, True),
        ("2025-10", datetime.date(2026, 10, 31), True),  # old from 2026-11-01 on
        ("2025-10", datetime.date(2026, 11, 1), False),
        ("2025-12", datetime.date(2026, 10, 31), False),
        ("", None, True),
        ("", datetime.date(2026, 6, 1), False),
        ("", datetime.date(2026, 5, 1), True),  # 204 days
    ],
)
def test_an_old_document_wants_a_check_once_it_is_old(
    dated: str, confirmed_on: datetime.date | None, is_overdue: bool
) -> None:
    edition = made(dated, TODAY - 2 * DAY)
    if confirmed_on:
        checked(edition, confirmed_on)
    assert bool(why_overdue(read(edition), TODAY)) is is_overdue


def test_the_day_comes_from_the_clock(editor: Client) -> None:
    made("2026-11", TODAY)
    place = ("flexible", "pool")
    with clock.as_of(TODAY + 180 * DAY):
        assert place not in overdue_of(editor)
    with clock.as_of(TODAY + 181 * DAY):
        assert place in overdue_of(editor)


def overdue_of(client: Client) -> set[tuple[str, str]]:
    groups = client.get(PAGE, {"show": "overdue"}).context["groups"]
    states = [entry["state"] for _, entries in groups for entry in entries]
    return {(state.scheme, state.name) for state in states}


@pytest.mark.parametrize(("days", "words"), [(0, "今天"), (1, "昨天"), (30, "30 天前")])
def test_days_in_words(days: int, words: str) -> None:
    assert ago(TODAY - days * DAY, TODAY) == words


# The page


def test_every_table_of_both_schemes_is_listed(editor: Client) -> None:
    groups = editor.get(PAGE).context["groups"]
    assert [scheme for scheme, _ in groups] == ["城乡居民医保", "灵活就业人员职工医保"]
    listed = [(e["state"].scheme, e["state"].name) for _, entries in groups for e in entries]
    assert len(listed) == len(set(listed)) == len(TABLES) + 2
    assert set(TABLES) < set(listed)


def test_the_three_dates_are_told(editor: Client) -> None:
    pool = shipped("flexible", "pool")
    checked(pool, datetime.date(2026, 11, 1), User.objects.create_user("li", last_name="李"))
    html = editor.get(PAGE).content.decode()
    card = html.split('<li id="flexible-pool"')[1].split("</li>")[0]
    assert re.search(r"<dt>执行</dt><dd>\d{4}年\d+月\d+日起", card)
    assert "《沈阳市灵活就业人员参加职工基本医疗保险办事指南》2025-10，13 个月前" in card
    assert "2026年11月1日（20 天前），李" in card
    assert 'href="/policy/F-9.1"' in card
    assert "该核对了" not in card  # checked since the document grew old
    other = html.split('<li id="flexible-emergency"')[1].split("</li>")[0]
    assert "还没有核对过，发布于2026年11月21日（今天）" in other
    assert "文件写于 13 个月以前，满一年以后还没有人核对过。" in other
    resident = html.split('<li id="resident-emergency"')[1].split("</li>")[0]
    assert "没有落款日期" in resident


def test_a_table_that_has_ended_is_told_and_can_be_listed_alone(editor: Client) -> None:
    groups = editor.get(PAGE, {"show": "ending"}).context["groups"]
    ended = {e["state"].name: e["state"].why_ending for _, entries in groups for e in entries}
    assert "之后的标准还没有录入" in ended["enrollment_window"]
    assert "pool" not in ended


@pytest.mark.parametrize(("days", "is_told"), [(60, True), (61, False)])
def test_a_table_that_ends_soon_wants_another(days: int, is_told: bool) -> None:
    edition = drafted("flexible", "pool", datetime.date(2026, 1, 1))
    edition.in_force_until = TODAY + days * DAY
    edition.save()
    edition.change_set.publish()
    state = next(s for s in table_states(Timetable.load(), TODAY) if s.anchor == "flexible-pool")
    assert bool(state.why_ending) is is_told


def test_a_table_whose_successor_waits_does_not_end() -> None:
    edition = drafted("flexible", "pool", datetime.date(2026, 1, 1))
    edition.in_force_until = TODAY + 30 * DAY
    edition.save()
    drafted("flexible", "pool", TODAY + 31 * DAY, edition.change_set)
    edition.change_set.publish()
    state = next(s for s in table_states(Timetable.load(), TODAY) if s.anchor == "flexible-pool")
    assert (state.edition, state.why_ending) == (edition, "")


def test_a_table_without_a_version_is_listed(editor: Client) -> None:
    for change_set in ChangeSet.objects.filter(status="published"):
        change_set.withdraw()
    html = editor.get(PAGE).content.decode()
    assert html.count("还没有任何一版") == len(TABLES) + 2


def test_a_draft_is_not_listed(editor: Client) -> None:
    draft_of_limit(person("甲"), start=datetime.date(2026, 1, 1))
    html = editor.get(PAGE).content.decode()
    assert "关于调整统筹基金限额的通知" not in html


def test_an_unknown_way_to_narrow_shows_all(editor: Client) -> None:
    groups = editor.get(PAGE, {"show": "<x>"}).context["groups"]
    assert sum(len(entries) for _, entries in groups) == len(TABLES) + 2


def test_the_page_asks_the_database_little(editor: Client, django_assert_num_queries) -> None:
    editor.get(PAGE)  # the timetable is read once a publication
    # session, person, second factor, rights (2), version of the timetable, confirmations, clauses
    with django_assert_num_queries(8):
        editor.get(PAGE)


# 已核对


def test_one_click_is_public_at_once(editor: Client, client: Client) -> None:
    address = "/api/v1/calculators/inpatient?scheme=flexible&group=active&tier=level3&cost=20000"

    def told() -> dict[str, str | None]:
        policy = client.get(address).json()["policy"]
        return {table["table"]: table["confirmed_on"] for table in policy}

    assert told()["inpatient"] is None
    answer = editor.post(confirm_url(shipped("flexible", "inpatient")), {"show": "overdue"})
    assert answer.status_code == 302
    assert answer["Location"] == f"{PAGE}?show=overdue#flexible-inpatient"
    after = told()
    assert after["inpatient"] == "2026-11-21"
    assert after["pool"] is None
    (confirmation,) = Confirmation.objects.all()
    assert confirmation.confirmed_by.username == "编"


def test_twice_a_day_is_one(editor: Client) -> None:
    pool = shipped("flexible", "pool")
    editor.post(confirm_url(pool))
    other = client_of(staff_member("审", VIEW, PUBLISH))
    answer = other.post(confirm_url(pool), follow=True)
    assert [str(m) for m in answer.context["messages"]] == [
        "“统筹基金年限额”今天编已经核对过，不用再记。"
    ]
    assert Confirmation.objects.count() == 1
    with clock.as_of(TODAY + DAY):
        other.post(confirm_url(pool))
    assert Confirmation.objects.count() == 2


def test_the_button_is_gone_once_it_was_pressed(editor: Client) -> None:
    pool = shipped("flexible", "pool")
    assert "已核对“统筹基金年限额”" in editor.get(PAGE).content.decode()
    editor.post(confirm_url(pool))
    html = editor.get(PAGE).content.decode()
    assert "已核对“统筹基金年限额”" not in html
    assert html.count("今天已核对") == 1


def test_readings_can_be_checked_too(editor: Client) -> None:
    readings = Edition.objects.filter(table="readings", scheme="flexible").get()
    assert editor.post(confirm_url(readings)).status_code == 302
    assert Confirmation.objects.get().edition == readings


def test_what_was_replaced_meanwhile_is_not_confirmed(editor: Client) -> None:
    pool = shipped("flexible", "pool")
    author = person("甲")
    draft = draft_of_limit(author, start=TODAY)
    hand_in(draft, author)
    draft.refresh_from_db()
    ChangeSet.objects.get(pk=draft.pk).publish(timezone.now())
    answer = editor.post(confirm_url(pool), follow=True)
    assert "刚刚换成了新的一版" in str(next(iter(answer.context["messages"])))
    assert not Confirmation.objects.exists()


def test_what_is_not_published_is_not_there(editor: Client) -> None:
    draft = drafted("flexible", "pool")
    for address in (confirm_url(draft), "/admin/desk/tables/999999/confirm/"):
        assert editor.post(address).status_code == 404
    assert editor.get(reverse("admin:desk:table-copy", args=[draft.pk])).status_code == 404


def test_nothing_is_confirmed_by_a_link(editor: Client) -> None:
    assert editor.get(confirm_url(shipped("flexible", "pool"))).status_code == 405
    assert not Confirmation.objects.exists()


MAY = {
    "list": {"view", "edit", "publish", "withdraw"},
    "confirm": {"edit", "publish"},
    "copy": {"edit"},
}


@pytest.mark.parametrize("page", MAY)
@pytest.mark.parametrize("role", ["view", "edit", "publish", "withdraw", "nobody", "anonymous"])
def test_who_may_do_what(page: str, role: str) -> None:
    pool = shipped("flexible", "pool")
    address, data = {
        "list": (PAGE, None),
        "confirm": (confirm_url(pool), {}),
        "copy": (reverse("admin:desk:table-copy", args=[pool.pk]), None),
    }[page]
    expected = "log in" if role == "anonymous" else "open" if role in MAY[page] else "refused"
    assert answers(role, address, data) == expected


def test_who_may_only_look_sees_no_button() -> None:
    html = client_of(staff_member("看", VIEW)).get(PAGE).content.decode()
    assert "统筹基金年限额" in html
    assert "table-confirm" not in html
    assert "/confirm/" not in html
    assert "/copy/" not in html


# 复制为新一版


def test_a_new_version_goes_into_a_draft_that_one_chooses(editor: Client) -> None:
    draft = new_set("fees-2027")
    pool = shipped("flexible", "pool")
    page = editor.get(reverse("admin:desk:table-copy", args=[pool.pk])).content.decode()
    address = f"/admin/desk/{draft.pk}/tables/new/?table=flexible.pool"
    assert f'href="{address}"' in page
    form = editor.get(address).content.decode()
    (chosen,) = re.findall(r'<input type="radio"[^>]* checked>', form)
    assert 'value="flexible.pool"' in chosen


def test_readings_have_a_page_of_their_own(editor: Client) -> None:
    draft = new_set()
    readings = Edition.objects.get(table="readings", scheme="flexible")
    page = editor.get(reverse("admin:desk:table-copy", args=[readings.pk])).content.decode()
    assert f'href="/admin/desk/{draft.pk}/readings/new/"' in page


def test_without_a_draft_one_is_begun_first(editor: Client) -> None:
    pool = shipped("flexible", "pool")
    page = editor.get(reverse("admin:desk:table-copy", args=[pool.pk])).content.decode()
    assert "现在没有草稿" in page
    assert 'href="/admin/desk/new/"' in page


def test_a_table_that_nobody_knows_is_chosen_by_none(editor: Client) -> None:
    draft = new_set()
    answer = editor.get(f"/admin/desk/{draft.pk}/tables/new/", {"table": "<b>"})
    assert answer.status_code == 200
    assert " checked>" not in answer.content.decode()


def test_there_is_no_inline_code(editor: Client) -> None:
    inline = re.compile(r"<style|<script(?![^>]*\bsrc=)|<[^>]*\s(style|on[a-z]+)=|javascript:")
    new_set()
    copy = reverse("admin:desk:table-copy", args=[shipped("flexible", "pool").pk])
    for address in (PAGE, copy):
        assert not inline.search(editor.get(address).content.decode())
