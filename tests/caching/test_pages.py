"""Pages kept in memory: the same as fresh ones, gone with the first change, kept when nothing else is."""

import datetime
import gzip
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import brotli
import pytest
from django.core.wsgi import get_wsgi_application
from django.db import OperationalError, connection, transaction
from django.test import Client, RequestFactory

from portal import clock
from portal.caching.pages import PageCache
from portal.feedback.counting import tally
from portal.feedback.models import DailyCount
from portal.offices.models import Office
from portal.policy.models import PublicVersion
from portal.policy.publishing import publish, withdraw
from tests.addresses import pages
from tests.conftest import TODAY
from tests.policy.desk import draft_of_limit, hand_in, person, reasons_for

pytestmark = pytest.mark.django_db
READING = "/enrollment/retirement/"


class Answer(NamedTuple):
    status: int
    headers: dict[str, str]
    body: bytes


class Site:
    """The cache around the real application; `asked` counts what the application had to answer."""

    def __init__(self, application: Callable[..., Any] | None = None) -> None:
        self.asked: list[str] = []
        self._django = application or get_wsgi_application()
        self.cache = PageCache(self._counted, megabytes=8)

    def _counted(self, environ: dict[str, Any], start_response: Any) -> Any:
        self.asked.append(environ["PATH_INFO"])
        return self._django(environ, start_response)

    def get(self, path: str, *, method: str = "GET", **headers: str) -> Answer:
        names = {f"HTTP_{name.upper()}": value for name, value in headers.items()}
        environ = RequestFactory().generic(method, path, **names).environ
        started: list[tuple[str, list[tuple[str, str]]]] = []
        chunks = self.cache(environ, lambda *start: started.append(start))
        body = b"".join(chunks)
        if hasattr(chunks, "close"):
            chunks.close()
        status, pairs = started[-1]
        return Answer(int(status[:3]), dict(pairs), body)

    def is_kept(self, path: str, **headers: str) -> bool:
        """Whether a second request is answered without the application."""
        self.get(path, **headers)
        before = len(self.asked)
        self.get(path, **headers)
        return len(self.asked) == before


@pytest.fixture(autouse=True)
def _connection_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    """An installation closes it between requests; here it holds the transaction that is rolled back.

    (SQLite's database in memory is not closed in any case, PostgreSQL's is.)
    """
    monkeypatch.setattr(connection, "close_if_unusable_or_obsolete", lambda: None)


@pytest.fixture
def site(settings: Any) -> Site:
    settings.PAGE_CACHE_REREAD_SECONDS = 0
    return Site()


# --- what is kept ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    [
        "/",
        READING,
        "/policy/F-14.6",
        "/offices/",
        "/offices/heping/",
        "/calculators/inpatient/",
        "/calculators/inpatient/?scheme=flexible",
        "/calculators/inpatient/?scheme=flexible&mode=care",
        "/?mode=care&embed=1",
        "/api/v1/calculators",
        "/sitemap.xml",
    ],
)
def test_a_page_that_says_nothing_of_anybody_is_kept(site: Site, path: str) -> None:
    assert site.is_kept(path)


@pytest.mark.parametrize(
    "path",
    [
        "/calculators/inpatient/?scheme=flexible&group=active&tier=level3&cost=20000",
        "/search/?q=报销",
        "/offices/?q=205",
        "/feedback/?page=/",
        "/?mode=anything",
        "/?scheme=flexible&scheme=resident&scheme=flexible&scheme=resident",
        "/admin/login/",
        "/static/css/portal.css",
        "/nothing",
    ],
)
def test_answers_the_admin_and_what_is_not_there_are_not(site: Site, path: str) -> None:
    assert not site.is_kept(path)


def test_a_part_for_htmx_is_not_kept_nor_taken_for_the_page(site: Site) -> None:
    path = "/calculators/inpatient/?scheme=flexible"
    whole = site.get(path).body
    assert b"<html" not in site.get(path, hx_request="true").body
    assert site.get(path).body == whole


def test_what_wechat_appends_makes_no_page_of_its_own(site: Site) -> None:
    plain = site.get(READING).body
    assert site.get(f"{READING}?from=singlemessage&isappinstalled=0&utm_source=x").body == plain
    assert site.asked == [READING]


def test_a_calculator_still_leads_to_its_clean_address(site: Site) -> None:
    answer = site.get("/calculators/inpatient/?scheme=flexible&from=timeline")
    assert answer.status == 303
    assert answer.headers["Location"] == "/calculators/inpatient/?scheme=flexible"


@pytest.mark.reads
@pytest.mark.slow
def test_every_page_is_the_same_kept_as_fresh(site: Site, client: Client) -> None:
    for path in pages():
        fresh = client.get(path)
        site.get(path)
        kept = site.get(path)
        assert (kept.status, kept.body) == (fresh.status_code, fresh.content), path
        for name in ("Content-Type", "Content-Security-Policy", "Cache-Control", "X-Robots-Tag"):
            assert kept.headers.get(name) == fresh.headers.get(name), (path, name)


def test_care_and_ordinary_are_two_pages(site: Site) -> None:
    ordinary = site.get("/").body
    care = site.get("/", cookie="mode=care; other=1").body
    assert b'class="care"' in care
    assert b'class="care"' not in ordinary
    assert site.get("/", cookie="mode=care").body == care
    assert site.get("/", cookie="anything=mode").body == ordinary


def test_a_strange_host_is_refused_however_often_it_asks(site: Site) -> None:
    site.get("/")
    for _ in range(2):
        assert site.get("/", host="evil.example").status == 400


# --- how it is sent ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [
        ("gzip, deflate, br", "br"),
        ("gzip", "gzip"),
        ("br;q=0, gzip", "gzip"),
        ("identity", None),
        ("", None),
    ],
)
def test_it_is_sent_compressed_as_the_phone_takes_it(
    site: Site, accepted: str, encoding: str | None
) -> None:
    plain = site.get(READING).body
    for _ in range(2):
        answer = site.get(READING, accept_encoding=accepted)
        assert answer.headers.get("Content-Encoding") == encoding
        unpack = {"br": brotli.decompress, "gzip": gzip.decompress, None: bytes}[encoding]
        assert unpack(answer.body) == plain
        assert answer.headers["Content-Length"] == str(len(answer.body))
        assert "Accept-Encoding" in answer.headers["Vary"]


def test_a_phone_that_has_the_page_gets_a_304(site: Site) -> None:
    etag = site.get(READING, accept_encoding="br").headers["ETag"]
    again = site.get(READING, accept_encoding="br", if_none_match=etag)
    assert (again.status, again.body) == (304, b"")
    assert again.headers["ETag"] == etag
    assert again.headers["Cache-Control"] == "no-cache"
    assert site.get(READING, if_none_match='"another"').status == 200


def test_a_phone_that_has_the_page_does_not_keep_others_from_it(site: Site, client: Client) -> None:
    etag = client.get(READING).headers["ETag"]
    assert site.get(READING, if_none_match=etag).status == 304
    assert site.get(READING).body == client.get(READING).content


def test_head_has_the_headers_only(site: Site) -> None:
    for _ in range(2):
        answer = site.get(READING, method="HEAD")
        assert (answer.status, answer.body) == (200, b"")
        assert int(answer.headers["Content-Length"]) > 1000
    assert len(site.get(READING).body) > 1000


def test_a_post_goes_through(site: Site) -> None:
    site.get("/")
    assert site.get("/", method="POST").status == 403, "no page of ours takes one"


# --- what ends it ----------------------------------------------------------------------------------


def test_an_office_that_moves_is_shown_at_once(site: Site) -> None:
    assert site.is_kept("/offices/heping/")
    office = Office.objects.get(slug="heping")
    office.address = "和平区别处1号"
    office.save()
    assert "和平区别处1号" in site.get("/offices/heping/").body.decode()


def test_a_publication_and_its_withdrawal_are_shown_at_once(site: Site) -> None:
    # F-9.1 says 150,000; the made-up notice 160,000, from the day that the site shows.
    path = "/benefits/flexible-limits/"
    assert "150,000" in site.get(path).body.decode()
    author, publisher = person("起草人"), person("审核人")
    draft = draft_of_limit(author, start=TODAY)
    assert "150,000" in site.get(path).body.decode()
    hand_in(draft, author)
    publish(draft, publisher, "核对过", reasons_for(draft))
    assert "160,000" in site.get(path).body.decode()
    withdraw(draft, publisher, "试一试")
    assert "150,000" in site.get(path).body.decode()


def test_a_draft_ends_nothing(site: Site) -> None:
    site.get(READING)
    before = PublicVersion.read()
    draft_of_limit(person("起草人"))
    assert PublicVersion.read() == before
    assert site.is_kept(READING)


def test_midnight_ends_it(site: Site) -> None:
    site.get("/")
    with clock.as_of(TODAY + datetime.timedelta(days=1)):
        site.get("/")
        assert site.asked == ["/", "/"]
        assert site.is_kept("/")


def test_a_change_that_is_rolled_back_ends_nothing(site: Site) -> None:
    before = PublicVersion.read()
    with transaction.atomic():
        Office.objects.get(slug="heping").save()
        transaction.set_rollback(True)
    assert PublicVersion.read() == before


# --- when something is wrong --------------------------------------------------------------------------


def test_while_the_database_is_away_kept_pages_are_shown_on(site: Site) -> None:
    page = site.get(READING).body

    def away(*_: object) -> None:
        raise OperationalError("gone")

    with connection.execute_wrapper(away):
        assert site.get(READING).body == page
        assert site.get("/offices/").status == 503
    assert site.get("/offices/").status == 200


def test_a_page_that_cannot_be_made_anew_is_shown_as_it_was(settings: Any) -> None:
    settings.PAGE_CACHE_REREAD_SECONDS = 0
    status = ["200 OK"]

    def application(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        start_response(status[0], [("Content-Type", "text/html"), ("ETag", '"1"')])
        return [b"page"]

    site = Site(application)
    site.get("/")
    status[0] = "503 Service Unavailable"
    PublicVersion.step()
    assert (site.get("/").status, site.get("/").body) == (200, b"page")


def test_a_page_is_made_once_for_all_who_wait_for_it(settings: Any) -> None:
    settings.PAGE_CACHE_REREAD_SECONDS = 3600  # threads of a test see another database
    begun = threading.Event()

    def slow(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        begun.set()
        time.sleep(0.2)
        start_response("200 OK", [("Content-Type", "text/html"), ("ETag", '"1"')])
        return [b"page"]

    site = Site(slow)
    site.cache._version.current()
    answers: list[Answer] = []
    threads = [threading.Thread(target=lambda: answers.append(site.get("/"))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [answer.body for answer in answers] == [b"page"] * 8
    assert site.asked == ["/"]


def test_the_least_used_pages_leave_when_it_is_full(settings: Any) -> None:
    settings.PAGE_CACHE_REREAD_SECONDS = 0

    def large(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        start_response("200 OK", [("Content-Type", "text/html"), ("ETag", '"1"')])
        return [b"x" * 1024 * 1024]

    site = Site(large)  # 8 MB: four of these, which are reckoned twice
    for path in ("/a", "/b", "/c", "/d", "/a", "/e"):
        site.get(path)
    assert site.asked == ["/a", "/b", "/c", "/d", "/e"]
    assert site.is_kept("/a")
    site.asked.clear()
    site.get("/b")
    assert site.asked == ["/b"], "it was the least used"


# --- counting ------------------------------------------------------------------------------------------


@pytest.fixture
def counted(settings: Any) -> Iterator[None]:
    settings.COUNT_USE = True
    tally.flush()
    yield
    tally.flush()


@pytest.mark.usefixtures("counted")
def test_a_kept_page_is_counted_and_a_program_is_not(site: Site) -> None:
    for agent in ("Mozilla/5.0", "Mozilla/5.0", "Mozilla/5.0", "a-bot/1.0"):
        site.get("/", user_agent=agent)
    tally.flush()
    # The first one went through to Django, which in tests counts nothing unless asked to.
    rows = DailyCount.objects.filter(path="/", kind=DailyCount.Kind.OPENED)
    assert [row.count for row in rows] == [3]
