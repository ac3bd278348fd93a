"""What all tests share: the seeded database, a day that stands still, and a strict harness."""

import datetime
import gc
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from portal import clock
from portal.policy.in_force import forget_cached_rows
from portal.policy.seeding import seed

# Long after both documents were written, as residents meet the site.
TODAY = datetime.date(2026, 11, 21)
REAL_DATABASE = str(connection.settings_dict["NAME"])


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    """Every test database starts with the shipped fixtures, as every installation does."""
    with django_db_blocker.unblock():
        # Where no selected test needs a database, pytest-django makes none: leave the real one be.
        if str(connection.settings_dict["NAME"]) != REAL_DATABASE:
            seed()
    # What has been loaded by now stays; looking through it after each page took half of the time.
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 20, 20)


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
