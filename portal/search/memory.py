"""The index of this process, as fresh as the data: built anew when their fingerprint changes."""

import datetime
from functools import lru_cache

from portal import clock
from portal.policy.in_force import published_version
from portal.policy.preview import previewed
from portal.search.entries import read_entries
from portal.search.index import Index


def current_index() -> Index:
    """Return the index of what counts today; the database is asked only whether it changed."""
    today = clock.today()
    if previewed() is not None:  # a draft changes under the same fingerprint
        return Index(read_entries(today))
    return _index(today, read_fingerprint())


def read_fingerprint() -> int:
    """Return what changes whenever anything that can be found does.

    It is the public version: what is published, confirmed or withdrawn makes another one, and so
    does every office and channel that is saved. Drafts do not.
    """
    return published_version()


def forget_index() -> None:
    """Forget the index: for tests, whose databases are rolled back."""
    _index.cache_clear()


# Two, so that a request around midnight does not build for a day what the next one needs not.
@lru_cache(maxsize=2)
def _index(today: datetime.date, fingerprint: int) -> Index:
    return Index(read_entries(today))
