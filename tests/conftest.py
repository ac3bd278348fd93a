"""What all tests share: the seeded database, a day that stands still, and a strict harness."""

import datetime
import fcntl
import gc
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from portal import clock
from portal.policy.in_force import forget_cached_rows
from portal.policy.seeding import seed
from tests.browser.serving import Prepared, collect

HERE = Path(__file__).parent
# Long after both documents were written, as residents meet the site.
TODAY = datetime.date(2026, 11, 21)
REAL_DATABASE = str(connection.settings_dict["NAME"])
# They compute from rows that the others read, too: on PostgreSQL they would tell nothing new.
READERS = ("calculators", "guide", "reading", "rules")
# What has been loaded stays: looking through it after each migration and page took half of the time.
gc.set_threshold(100_000, 20, 20)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.relative_to(HERE).parts[0] in READERS:
            item.add_marker(pytest.mark.reads)


def _seeded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.getbasetemp() / "seeded.sqlite3"


@pytest.fixture(scope="session")
def django_db_setup(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Every test database starts with the shipped fixtures, as every installation does."""
    with django_db_blocker.unblock():
        # Where no selected test needs a database, pytest-django makes none: leave the real one be.
        if str(connection.settings_dict["NAME"]) != REAL_DATABASE:
            seed()
            if connection.vendor == "sqlite":  # kept as it is now, for sites that tests serve
                with closing(sqlite3.connect(_seeded(tmp_path_factory))) as copy:
                    connection.connection.backup(copy)
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def prepared(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Prepared | None:
    """What served sites start from: the database of these tests, and static files for all workers."""
    if not _seeded(tmp_path_factory).exists():
        return None
    everybodys = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        everybodys = everybodys.parent
    with (everybodys / "static.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        collect(everybodys / "static")
    return Prepared(_seeded(tmp_path_factory), everybodys / "static")


@pytest.fixture(autouse=True)
def _nothing_remembered() -> Iterator[None]:
    """A rolled-back database hands out the same keys again, so cached rows must not outlive it."""
    forget_cached_rows()
    yield
    forget_cached_rows()


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with clock.as_of(TODAY):
        yield


@pytest.fixture
def resident() -> Client:
    """A phone that asks for pages: no cookies, no account, and errors are answers, not exceptions."""
    return Client(raise_request_exception=False)
