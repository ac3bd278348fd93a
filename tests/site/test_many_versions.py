"""A hundred versions of each table, text and clause: no page asks more, or reads more, for it."""

import datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from benchmarks.growing import LONG_AGO, VERSIONS, earlier_sets
from portal.policy.in_force import Timetable, forget_cached_rows
from portal.policy.models import ChangeSet, ClauseText, Edition, TextVersion
from portal.policy.models.publishing import Published
from portal.search.memory import forget_index
from tests.site.test_queries import PAGES

pytestmark = pytest.mark.django_db


@pytest.fixture
def hundred_versions() -> None:
    """Put ninety-nine earlier versions behind each one that is shipped, as a long life would."""
    for change_set, day in earlier_sets():
        for model in (Edition, TextVersion, ClauseText):
            model._default_manager.bulk_create(_again(model, change_set, day))
    forget_cached_rows()
    forget_index()


def _again(model: type[Published], change_set: ChangeSet, day: datetime.date) -> list[Published]:
    shipped = model._default_manager.filter(in_force_from__gt=LONG_AGO + datetime.timedelta(200))
    copies = {}
    for version in shipped.order_by("-in_force_from", "-pk"):
        owner = (
            (version.scheme, version.table)
            if isinstance(version, Edition)
            else version.text_id
            if isinstance(version, TextVersion)
            else version.clause_id
        )
        version.pk, version.change_set, version.in_force_from = None, change_set, day
        copies.setdefault(owner, version)
    return list(copies.values())


def asked(client: Client, path: str) -> list[str]:
    client.get(path)  # what is remembered is read once for each process
    with CaptureQueriesContext(
        connection,
    ) as queries:
        client.get(path)
    return [query["sql"] for query in queries.captured_queries]


@pytest.mark.reads
@pytest.mark.slow
def test_no_page_asks_more_often(client: Client, hundred_versions: None) -> None:
    """The counts are the very ones that are pinned for the site as it is shipped."""
    table = Timetable.load().edition("flexible", "pool", datetime.date(2026, 11, 21))
    assert Edition.objects.filter(scheme="flexible", table="pool").count() == VERSIONS
    assert table.change_set.slug == "flexible-2025-10", "what counts is still what is shipped"
    counted = {path: len(asked(client, path)) for path, _ in PAGES}
    assert counted == dict(PAGES)
