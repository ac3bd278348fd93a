"""What this worker knows of the public version: reread once a second, kept while the database is away."""

import datetime
import logging
import threading
import time
from typing import NamedTuple

from django.conf import settings
from django.db import Error, connection

from portal import clock
from portal.policy.models import PublicVersion

logger = logging.getLogger(__name__)


class Shown(NamedTuple):
    """What decides what public pages say: the data's version, and the day in Shenyang."""

    version: int
    day: datetime.date


class VersionReader:
    """The newest version that this process has read."""

    def __init__(self) -> None:
        self._reading = threading.Lock()
        self._shown: Shown | None = None
        self._read_at = 0.0
        self._is_away = False
        self.changed_at = 0.0  # by the monotonic clock

    def current(self) -> Shown | None:
        """Return the version, at most a second old; None if the database was never reached.

        One thread asks, the others go on with what is known.
        """
        is_due = time.monotonic() - self._read_at >= settings.PAGE_CACHE_REREAD_SECONDS
        if is_due and self._reading.acquire(blocking=self._shown is None):
            try:
                self._reread()
            finally:
                self._reading.release()
        return self._shown

    def _reread(self) -> None:
        known = self._shown.version if self._shown else None
        try:
            known = PublicVersion.read()
            if self._is_away:
                logger.warning("the database is back; pages are made anew where they changed")
            self._is_away = False
        except Error as error:
            if not self._is_away:
                logger.error("the database is away, pages are shown as they were: %s", error)
            self._is_away = True
        finally:
            # This is outside of Django's handling of a request, which would do so.
            connection.close_if_unusable_or_obsolete()
        if known is not None:
            shown = Shown(known, clock.today())
            if shown != self._shown:
                self.changed_at = time.monotonic()
            self._shown = shown
        self._read_at = time.monotonic()
