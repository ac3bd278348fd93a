"""Several application machines on one PostgreSQL: two servers that share its database and nothing else.

They serve a copy of the seeded test database. `./dev test postgres` has one.
"""

import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.cookiejar import CookieJar
from typing import NamedTuple
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, OpenerDirector, Request, build_opener

import psycopg
import pytest

from benchmarks.servers import ROOT, portal
from tests.conftest import TODAY
from tests.operation.postgresql import address_of, only_on_postgresql, tell_server
from tests.staff.people import PASSWORD

pytestmark = [pytest.mark.django_db, only_on_postgresql]
LIMITS = "/benefits/flexible-limits/"
OLD, NEW = "150,000", "160,000"  # F-9.1, and the made-up notice
SECONDS = 2.0  # within which a change shows on every machine

# What an office has done before: drafts that are handed in, two of them for one day, and two people
# who may publish them.
PREPARE = """
import django
django.setup()
from portal import clock
from tests.policy.desk import draft_of_limit, hand_in
from tests.staff.people import colleague

colleague("first", "审核"), colleague("second", "审核")
author = colleague("author", "编辑")
drafts = [
    draft_of_limit(author, start=clock.today()),
    draft_of_limit(author, 170_000, slug="one", letter="M"),
    draft_of_limit(author, 180_000, slug="other", letter="P"),
]
for draft in drafts:
    hand_in(draft, author)
print(*(draft.pk for draft in drafts))
"""


class Answer(NamedTuple):
    status: int
    body: str


class Browser:
    """Keeps the cookies of one person, whichever machine answers."""

    def __init__(self) -> None:
        self._opener: OpenerDirector = build_opener(HTTPCookieProcessor(CookieJar()))

    def ask(self, address: str, data: bytes | None = None) -> Answer:
        try:
            with self._opener.open(Request(address, data, {"Referer": address})) as answer:
                return Answer(answer.status, answer.read().decode())
        except HTTPError as error:
            return Answer(error.code, error.read().decode())

    def form(self, address: str, **typed: str) -> Callable[[], Answer]:
        """Open a page with a form; return what sends it."""
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', self.ask(address).body)
        assert token
        data = urlencode({"csrfmiddlewaretoken": token[1], **typed}).encode()
        return lambda: self.ask(address, data)


class Machines(NamedTuple):
    first: str  # where each answers
    second: str
    database: str
    draft: str  # the address of its page
    one: str
    other: str

    def clerk(self, name: str, machine: str) -> Browser:
        """Log in on one machine; the session holds on the other, too."""
        browser = Browser()
        login = browser.form(f"{machine}/admin/login/", username=name, password=PASSWORD)
        assert login().status == 200
        return browser

    def ask_both(self, path: str) -> list[Answer]:
        return [Browser().ask(machine + path) for machine in (self.first, self.second)]


@pytest.fixture(scope="module")
def machines(database: str) -> Iterator[Machines]:
    environment = {
        **os.environ,
        "DATABASE_URL": address_of(database),
        "DJANGO_SETTINGS_MODULE": "tests.operation.settings",
        "SECRET_KEY": "the-same-on-every-machine",
        "SITE_DAY": str(TODAY),
    }
    prepared = subprocess.run(
        [sys.executable, "-c", PREPARE],
        check=True,
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    )
    with portal(environment, workers=2) as first, portal(environment, workers=2) as second:
        yield Machines(
            f"http://127.0.0.1:{first}",
            f"http://127.0.0.1:{second}",
            database,
            *(f"/admin/desk/{key}/" for key in prepared.stdout.split()),
        )


@contextmanager
def stopped(database: str) -> Iterator[None]:
    """Nobody reaches the database, as while PostgreSQL is restarted."""
    tell_server(f'ALTER DATABASE "{database}" ALLOW_CONNECTIONS false')
    try:
        cut(database)
        yield
    finally:
        tell_server(f'ALTER DATABASE "{database}" ALLOW_CONNECTIONS true')


def cut(database: str) -> None:
    """End every connection, as a restart does."""
    tell_server(
        f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{database}'"
    )


def at_once(*press: Callable[[], Answer]) -> list[int]:
    """Send forms at the same moment; return the sorted status of the answers."""
    with ThreadPoolExecutor(len(press)) as hands:
        return sorted(answer.status for answer in hands.map(lambda send: send(), press))


def test_of_two_who_publish_at_once_one_does_and_every_machine_shows_it(machines: Machines) -> None:
    here = machines.clerk("first", machines.first)
    there = machines.clerk("second", machines.first)  # and at work on the other machine
    for _ in range(4):  # so that every worker keeps the page
        assert all(OLD in answer.body for answer in machines.ask_both(LIMITS))
    ours, theirs = machines.first + machines.draft, machines.second + machines.draft
    told = at_once(here.form(ours, step="publish"), there.form(theirs, step="publish"))
    assert told == [200, 422]
    assert_shows(machines, NEW)
    with psycopg.connect(address_of(machines.database)) as asked:
        events = asked.execute(PUBLICATIONS, [machines.draft.split("/")[-2]]).fetchall()
    assert len(events) == 1

    assert there.form(theirs, step="withdraw", why="试一试")().status == 200
    assert_shows(machines, OLD)


PUBLICATIONS = """
SELECT * FROM policy_changesetevent WHERE action = 'published' AND change_set_id = %s
"""


def test_of_two_sets_for_one_day_the_second_sees_what_the_first_published(
    machines: Machines,
) -> None:
    here = machines.clerk("first", machines.first)
    there = machines.clerk("second", machines.second)
    told = at_once(
        here.form(machines.first + machines.one, step="publish"),
        there.form(machines.second + machines.other, step="publish"),
    )
    # That it would replace the other at once has to be confirmed.
    assert told == [200, 422]


def assert_shows(machines: Machines, amount: str) -> None:
    """After `SECONDS` every worker of every machine shows the amount, and no other."""
    time.sleep(SECONDS)
    other = OLD if amount == NEW else NEW
    for _ in range(6):
        for answer in machines.ask_both(LIMITS):
            assert amount in answer.body
            assert other not in answer.body


def test_while_the_database_is_stopped_kept_pages_stay_and_all_comes_back_by_itself(
    machines: Machines,
) -> None:
    path = "/enrollment/retirement/"
    clerk = machines.clerk("first", machines.first)
    pages = machines.ask_both(path)
    for _ in range(8):  # so that every worker keeps it
        machines.ask_both(path)
    with stopped(machines.database):
        for _ in range(8):
            assert machines.ask_both(path) == pages
            time.sleep(0.25)  # longer in all than the version is believed without asking
        assert [answer.status for answer in machines.ask_both("/readyz")] == [503, 503]
        away = clerk.ask(machines.second + machines.draft)
        assert away.status == 503
        assert "数据暂时读不到" in away.body
    time.sleep(SECONDS)
    assert [answer.status for answer in machines.ask_both("/readyz")] == [200, 200]
    assert clerk.ask(machines.second + machines.draft).status == 200


def test_connections_that_a_restart_has_ended_are_not_noticed(machines: Machines) -> None:
    clerk = machines.clerk("first", machines.first)
    for _ in range(3):
        for _ in range(8):  # every thread of every worker has a connection
            machines.ask_both("/readyz")
        cut(machines.database)
        assert [answer.status for answer in machines.ask_both("/readyz")] == [200, 200]
        assert clerk.ask(machines.first + machines.draft).status == 200
