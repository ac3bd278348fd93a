"""The only reader of today's date.

Rules never look at a clock: a view asks this module once and passes the day on. Whoever must see
the site as of another day (a test, a staff preview) wraps the call in `as_of`.
"""

import datetime
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.conf import settings
from django.utils import timezone

_pretended_day: ContextVar[datetime.date | None] = ContextVar("pretended_day", default=None)


def today() -> datetime.date:
    """Return the current day in Shenyang (Asia/Shanghai), or the day that `as_of` pretends."""
    return _pretended_day.get() or timezone.localdate(timezone.now() + _offset())


def _offset() -> datetime.timedelta:
    """How far the clock is put forward: by settings of tests only, which wait for a midnight so."""
    ahead: Callable[[], datetime.timedelta] | None = getattr(settings, "CLOCK_OFFSET", None)
    return ahead() if ahead is not None else datetime.timedelta()


@contextmanager
def as_of(day: datetime.date) -> Iterator[None]:
    """Let `today()` answer `day` inside the block, in this thread or task only."""
    token = _pretended_day.set(day)
    try:
        yield
    finally:
        _pretended_day.reset(token)
