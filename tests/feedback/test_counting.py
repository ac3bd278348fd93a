"""How often pages are used: counted in memory, written in one go, and about nobody."""

import datetime
import threading

import pytest
from django.db import connection
from django.test import Client, override_settings

from portal import clock
from portal.feedback.counting import Key, Tally, tally, write
from portal.feedback.models import DailyCount
from tests.addresses import STAY
from tests.conftest import TODAY

pytestmark = pytest.mark.django_db

RESULT = f"/calculators/inpatient/?scheme=flexible&{STAY}"
HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def counted(settings):
    """A phone whose visits are counted; nothing is written but by the test."""
    settings.COUNT_USE = True
    tally._waiting.clear()
    yield Client()
    tally._waiting.clear()


def counts() -> dict[tuple[str, str], int]:
    tally.flush()
    return {(one.path, one.kind): one.count for one in DailyCount.objects.filter(day=TODAY)}


def test_a_page_is_counted_without_its_query(counted: Client) -> None:
    for path in ("/offices/", "/offices/?q=205", "/offices/hunnan/"):
        counted.get(path)
    assert counts() == {("/offices/", "opened"): 2, ("/offices/hunnan/", "opened"): 1}


@pytest.mark.parametrize(
    ("path", "kinds"),
    [
        ("/calculators/inpatient/", {"opened"}),
        ("/calculators/inpatient/?scheme=flexible", {"opened"}),
        (RESULT, {"opened", "answered"}),
        (f"{RESULT}&date=2020-01-01", {"opened", "refused"}),
        ("/calculators/inpatient/?scheme=flexible&cost=abc", {"opened", "wrong"}),
        ("/calculators/year/?scheme=flexible&group=active", {"opened"}),
        (
            "/calculators/year/?scheme=flexible&group=active&e=inpatient,2025-02-01,level3,10000",
            {"opened", "answered"},
        ),
        (
            "/calculators/year/?scheme=flexible&group=active&e=inpatient,2020-02-01,level3,10000",
            {"opened", "refused"},
        ),
        (f"/api/v1/calculators/inpatient?scheme=flexible&{STAY}", {"answered"}),
        (f"/api/v1/calculators/inpatient?scheme=flexible&{STAY}&date=2020-01-01", {"refused"}),
        ("/api/v1/calculators/inpatient?cost=1", {"wrong"}),
    ],
)
def test_what_a_calculator_made_of_it_is_counted(counted: Client, path, kinds) -> None:
    counted.get(path)
    assert counts() == {(path.partition("?")[0], kind): 1 for kind in kinds}


def test_a_part_of_a_page_is_not_the_page_opened_again(counted: Client) -> None:
    counted.get(RESULT, **HTMX)
    counted.get("/calculators/inpatient/?scheme=flexible&place=temporary&ask=1", **HTMX)
    assert counts() == {("/calculators/inpatient/", "answered"): 1}


@pytest.mark.parametrize(
    "path",
    [
        "/nothing",
        "/offices/none/",
        "/calculators/inpatient/?scheme=flexible&utm_source=x",  # sent on by a 303
        "/calculators/inpatient/qr.svg?scheme=flexible",
        "/robots.txt",
        "/sitemap.xml",
        "/updates/feed.xml",
        "/api/v1/offices",
        "/admin/login/",
    ],
)
def test_what_is_no_page_is_not_counted(counted: Client, path: str) -> None:
    counted.get(path)
    assert counts() == {}


def test_programs_that_say_so_and_heads_are_not_counted(counted: Client) -> None:
    counted.get("/", HTTP_USER_AGENT="Mozilla/5.0 (compatible; Baiduspider/2.0)")
    counted.get("/", HTTP_USER_AGENT="curl/8")
    counted.head("/")
    assert counts() == {}


def test_a_preview_of_staff_is_not_counted(counted: Client, django_user_model) -> None:
    from portal.policy.models import ChangeSet

    counted.force_login(django_user_model.objects.create_superuser("clerk"))
    pk = ChangeSet.objects.values_list("pk", flat=True)[0]
    assert counted.get(f"/admin/preview/{pk}/2026-11-21{RESULT}").status_code == 200
    assert counts() == {}


def test_a_request_asks_the_database_nothing_for_it(
    counted: Client, django_assert_num_queries
) -> None:
    with django_assert_num_queries(0):
        counted.get("/search/")
        counted.get("/search/")
    assert counts() == {("/search/", "opened"): 2}


def test_visitors_and_counts_are_not_told_apart(counted: Client) -> None:
    answer = counted.get("/", HTTP_USER_AGENT="Li's own phone", REMOTE_ADDR="203.0.113.7")
    assert not answer.cookies
    tally.flush()
    assert {field.name for field in DailyCount._meta.fields} == {
        "id",
        "day",
        "path",
        "kind",
        "count",
    }
    assert [str(one) for one in DailyCount.objects.all()] == ["2026-11-21 / 打开 1"]


def test_counts_of_several_processes_add_up(django_assert_max_num_queries) -> None:
    one, other = Key(TODAY, "/", "opened"), Key(TODAY, "/offices/", "opened")
    write({one: 3, other: 1})
    with django_assert_max_num_queries(6):  # begin, insert what is new, a sum each, tidy up, commit
        write({one: 200, other: 2})
    assert DailyCount.objects.get(path="/").count == 203
    assert DailyCount.objects.get(path="/offices/").count == 3


def test_a_new_day_begins_at_nothing_and_old_days_go(counted: Client) -> None:
    counted.get("/")
    with clock.as_of(TODAY + datetime.timedelta(days=1)):
        counted.get("/")
    tally.flush()
    assert list(DailyCount.objects.values_list("count", flat=True)) == [1, 1]
    write({Key(TODAY + datetime.timedelta(days=401), "/", "opened"): 1})
    assert [one.day.isoformat() for one in DailyCount.objects.all()] == ["2027-12-27", "2026-11-22"]


def test_a_database_that_is_away_costs_nobody_anything(counted: Client, caplog) -> None:
    counted.get("/search/")
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE feedback_dailycount RENAME TO away")
    tally.flush()
    assert "counts are written later" in caplog.text
    assert counted.get("/search/").status_code == 200
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE away RENAME TO feedback_dailycount")
    assert counts() == {("/search/", "opened"): 2}


def test_made_up_addresses_cannot_fill_the_memory(monkeypatch) -> None:
    monkeypatch.setattr("portal.feedback.counting.MOST_KEYS", 3)
    counting = Tally()
    for n in range(10):
        counting.add(f"/{n}/", "opened")
    counting.add("/0/", "opened")
    counting.flush()
    assert {one.path: one.count for one in DailyCount.objects.all()} == {
        "/0/": 2,
        "/1/": 1,
        "/2/": 1,
    }


def test_many_at_once_lose_nothing() -> None:
    counting = Tally()

    def visit() -> None:
        for _ in range(500):
            counting.add("/", "opened")

    threads = [threading.Thread(target=visit) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    counting.flush()
    assert {one.count for one in DailyCount.objects.all()} == {4000}


def test_it_can_be_turned_off(client: Client) -> None:
    tally._waiting.clear()
    with override_settings(COUNT_USE=False):
        client.get("/")
    assert counts() == {}


@pytest.mark.django_db(transaction=False)
def test_a_thread_writes_by_itself_and_only_one(settings, monkeypatch) -> None:
    settings.COUNT_EVERY_SECONDS = 0.01
    written = threading.Event()
    counting = Tally()

    def tell(counts: object) -> None:
        """The database of this test is in another thread's hands; what is written is told instead."""
        written.set()
        # For ever: going on, it would write without a pause under the settings of later tests.
        threading.Event().wait()

    monkeypatch.setattr("portal.feedback.counting.write", tell)
    before = threading.active_count()
    counting.add("/", "opened")
    counting.add("/", "opened")
    assert threading.active_count() == before + 1
    assert written.wait(5)
    counting._waiting.clear()  # nothing is left for the end of the process
