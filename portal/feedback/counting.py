"""Counting how often pages are used: in memory, and now and then into the database.

A request is counted without a query. A thread of each process writes what has come together, at
most once in `COUNT_EVERY_SECONDS` or when much has; the rest is written when the process ends.
Counts are lost if it is killed: they are for looking at, not for accounts. Who asked is not looked
at, except that programs that call themselves so are left out.
"""

import atexit
import datetime
import logging
import os
import re
import threading
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.db import Error, connection, transaction
from django.db.models import F
from django.http import HttpRequest, HttpResponse

from portal import clock
from portal.feedback.models import LONGEST_PATH, DailyCount
from portal.site.outcomes import outcome_of

logger = logging.getLogger(__name__)

Kind = DailyCount.Kind
MUCH = 200  # so many counts are written without waiting
MOST_KEYS = 5_000  # of a day's pages; more would mean that somebody makes addresses up
KEPT = datetime.timedelta(days=400)
PROGRAMS = re.compile(r"bot|crawl|spider|slurp|curl|wget|python|monitor|headless", re.IGNORECASE)
CALCULATORS = ("/calculators/", "/api/v1/calculators")


class Key(NamedTuple):
    day: datetime.date
    path: str
    kind: str


class Tally:
    """Counts of this process that are not in the database yet."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: Counter[Key] = Counter()
        self._much = threading.Event()
        self._writer_of = 0  # the process whose thread writes; a fork has none

    def add(self, path: str, *kinds: str) -> None:
        """Count `kinds` for a page, today. Asks the database nothing and never fails."""
        day = clock.today()
        with self._lock:
            for kind in kinds:
                key = Key(day, path, kind)
                if key in self._waiting or len(self._waiting) < MOST_KEYS:
                    self._waiting[key] += 1
            much = self._waiting.total() >= MUCH
        if much:
            self._much.set()
        if settings.COUNT_EVERY_SECONDS and self._writer_of != os.getpid():
            self._start_writing()

    def flush(self) -> None:
        """Write what is waiting; what cannot be written waits on."""
        with self._lock:
            taken, self._waiting = self._waiting, Counter()
        if not taken:
            return
        try:
            write(taken)
        except Error as error:
            logger.warning("counts are written later: %s", error)
            with self._lock:
                self._waiting += taken

    def _start_writing(self) -> None:
        with self._lock:
            if self._writer_of == os.getpid():
                return
            self._writer_of = os.getpid()
        atexit.register(self.flush)  # here, because a forked process forgets its parent's
        try:
            threading.Thread(target=self._write_on, name="counts", daemon=True).start()
        except RuntimeError:  # the process is about to end; `atexit` writes
            return

    def _write_on(self) -> None:
        while True:
            self._much.wait(settings.COUNT_EVERY_SECONDS)
            self._much.clear()
            try:
                self.flush()
            finally:
                connection.close()  # of this thread; none is held open between two writings


def write(counts: Mapping[Key, int]) -> None:
    """Add counts to those of the database, whoever else is adding to them.

    In one order, so that two processes never wait for each other.
    """
    keys = sorted(counts)
    with transaction.atomic():
        DailyCount.objects.bulk_create(
            [DailyCount(**key._asdict()) for key in keys], ignore_conflicts=True
        )
        for key in keys:
            DailyCount.objects.filter(**key._asdict()).update(count=F("count") + counts[key])
        DailyCount.objects.filter(day__lt=keys[-1].day - KEPT).delete()


tally = Tally()


def count_opened(content_type: str, environ: Mapping[str, Any]) -> None:
    """Count a page that was answered from memory, before Django saw its request."""
    path = environ["PATH_INFO"].encode("latin-1").decode(errors="replace")
    if (
        settings.COUNT_USE
        and environ["REQUEST_METHOD"] == "GET"
        and content_type.startswith("text/html")
        and len(path) <= LONGEST_PATH
        and not PROGRAMS.search(environ.get("HTTP_USER_AGENT", ""))
    ):
        tally.add(path, Kind.OPENED)


class CountingMiddleware:
    """Count each public page that was shown, and what calculators made of what they were asked."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        if not settings.COUNT_USE:
            raise MiddlewareNotUsed
        self.get_response = get_response
        self.admin_prefix = "/" + settings.ADMIN_PATH

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if self._counts(request):
            tally.add(request.path, *_kinds(request, response))
        return response

    def _counts(self, request: HttpRequest) -> bool:
        return (
            request.method != "HEAD"
            and len(request.path) <= LONGEST_PATH
            and not request.path.startswith(self.admin_prefix)
            and not PROGRAMS.search(request.headers.get("User-Agent", ""))
        )


def _kinds(request: HttpRequest, response: HttpResponse) -> list[str]:
    """What an answer counts as. A part that htmx puts into a page is not the page opened again."""
    kinds: list[str] = []
    if response.status_code not in (200, 422):
        return kinds
    is_page = response.get("Content-Type", "").startswith("text/html")
    if is_page and request.method == "GET" and "HX-Request" not in request.headers:
        kinds.append(Kind.OPENED)
    if outcome := outcome_of(request):
        kinds.append(Kind(outcome.value))
    elif response.status_code == 422 and request.path.startswith(CALCULATORS):
        kinds.append(Kind.WRONG)
    return kinds
