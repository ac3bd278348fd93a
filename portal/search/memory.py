"""The index of this process, as fresh as the data: built anew when their fingerprint changes."""

import datetime
from functools import lru_cache
from typing import Any

from django.db.models import Count, Max

from portal import clock
from portal.contributions.models import Channel
from portal.offices.models import Office
from portal.policy.in_force import published_version
from portal.policy.preview import previewed
from portal.search.entries import read_entries
from portal.search.index import Index

Fingerprint = tuple[Any, ...]


def current_index() -> Index:
    """Return the index of what counts today; the database is asked only whether it changed."""
    today = clock.today()
    if previewed() is not None:  # a draft changes under the same fingerprint
        return Index(read_entries(today))
    return _index(today, read_fingerprint())


def read_fingerprint() -> Fingerprint:
    """Return what changes whenever anything that can be found does.

    What is published never changes, so its version tells everything; drafts do not count. Saving an
    office, or what belongs to it, dates the office. Channels bear no date, but there are few: their
    words are their own.
    """
    parts = ("phones", "aliases", "stops", "stops__lines")
    offices = Office.objects.aggregate(
        Count("pk", distinct=True),
        Max("updated_at"),
        *(Count(part, distinct=True) for part in parts),
        *(Max(part) for part in parts),
    )
    channels = Channel.objects.order_by("pk", "uses__pk").values_list(
        "pk", "slug", "name", "other_names", "position", "uses__purpose", "uses__scheme"
    )
    return published_version(), tuple(offices.values()), tuple(channels)


def forget_index() -> None:
    """Forget the index: for tests, whose databases are rolled back."""
    _index.cache_clear()


# Two, so that a request around midnight does not build for a day what the next one needs not.
@lru_cache(maxsize=2)
def _index(today: datetime.date, fingerprint: Fingerprint) -> Index:
    return Index(read_entries(today))
