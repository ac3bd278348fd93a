"""What the machines' watchers ask: alive without a database, ready only with one that is up to date."""

import pytest
from django.db import OperationalError, connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client

from portal.operation import health
from portal.policy.models import PublicVersion

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _nothing_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "_known", set())


def away(*_: object) -> None:
    raise OperationalError("could not connect to server at /var/secret/path")


def test_a_worker_is_alive_without_a_database(client: Client) -> None:
    with connection.execute_wrapper(away):
        answer = client.get("/healthz")
    assert (answer.status_code, answer.content) == (200, b"ok\n")
    assert "no-store" in answer["Cache-Control"]


def test_it_is_ready_and_says_for_which_version(client: Client) -> None:
    PublicVersion.step()
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json() == {
        "database": True,
        "migrations": True,
        "version": PublicVersion.read(),
    }


def test_it_is_not_ready_without_a_database_and_tells_no_path(client: Client) -> None:
    with connection.execute_wrapper(away):
        answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json() == {"database": False, "migrations": False, "version": None}


def test_it_is_not_ready_before_the_migrations_have_run(client: Client) -> None:
    MigrationRecorder(connection).record_unapplied("offices", "0003_closures")
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["migrations"] is False
