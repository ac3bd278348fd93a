"""What goes wrong on a deadline evening. Each fault is a block: it holds until the block ends.

A fault gives a list; what it finds wrong while it holds, or after, it writes there in a few words.
"""

import os
import resource
import sqlite3
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from http.client import HTTPConnection
from urllib.parse import urlencode

from benchmarks.soak.publishing import SHOWN, SHOWN_AT
from benchmarks.soak.site import ORIGIN, Site, kill

SECONDS = 2.0  # within which a publication shows on every worker, and a fault is over
PATIENCE_SECONDS = 30.0
# Nobody keeps the answer to this, so it shows whether the data can be read.
ASKED = "/calculators/inpatient/?scheme=flexible&group=active&tier=level3&cost=20000"
KIND = ("024-12345", '"errors"')

Wrong = list[str]
Fault = Callable[[Site], AbstractContextManager[Wrong]]


@contextmanager
def worker_killed(site: Site) -> Iterator[Wrong]:
    """A worker is killed, as when the machine has no memory left; a new one takes its place."""
    wrong: Wrong = []
    before = set(site.workers())
    kill(min(before))
    yield wrong
    if len(set(site.workers())) < len(before):
        wrong.append("no new worker")


@contextmanager
def database_locked(site: Site) -> Iterator[Wrong]:
    """Somebody holds the whole database; who reads goes on, who writes waits."""
    assert site.database
    with closing(sqlite3.connect(site.database, timeout=10, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        yield []
        other.execute("ROLLBACK")


@contextmanager
def database_away(site: Site) -> Iterator[Wrong]:
    """The folder of the database is away, as a disk that is not mounted, and a worker is killed."""
    assert site.database
    folder = site.database.parent
    away = folder.with_name(f"{folder.name}-away")
    folder.rename(away)
    try:
        kill(min(site.workers()))
        yield []
    finally:
        away.rename(folder)


@contextmanager
def postgresql_stopped(site: Site) -> Iterator[Wrong]:
    """PostgreSQL is stopped at once and started again, in the cluster that pg_virtualenv made."""
    cluster = ["pg_ctlcluster", os.environ["PGVERSION"], "regress"]
    subprocess.run([*cluster, "--mode=immediate", "stop"], check=True)
    try:
        yield []
    finally:
        subprocess.run([*cluster, "start"], check=True)


@contextmanager
def disk_full(site: Site) -> Iterator[Wrong]:
    """No process of the site can write a byte; what is read goes on, what is said is refused kindly."""
    wrong: Wrong = []
    kept = _said(site)
    processes = [site.master(), *site.workers()]
    try:
        for pid in processes:
            resource.prlimit(pid, resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))
        yield wrong
        status, answer = say(site)
        if status != 503 or not any(word in answer for word in KIND):
            wrong.append(f"feedback was answered {status}")
        if site.ask(ASKED)[0] != 200:
            wrong.append("answers cannot be read")
    finally:
        for pid in {*processes, *site.workers()}:
            if os.path.exists(f"/proc/{pid}"):
                unlimited = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
                resource.prlimit(pid, resource.RLIMIT_FSIZE, unlimited)
    if say(site)[0] != 303:
        wrong.append("feedback is not taken again")
    if _said(site) <= kept:
        wrong.append("feedback was lost")


@contextmanager
def publication(site: Site) -> Iterator[Wrong]:
    """A publication that is killed, or has no disk, leaves nothing; of two at once one counts,
    on every worker in time.
    """
    wrong: Wrong = []
    if site.database and not _step(site, "full").startswith("failed"):
        wrong.append("published on a full disk")
    if _step(site, "killed"):
        wrong.append("not killed")
    if (told := _step(site, "tell")) != "submitted submitted":
        wrong.append(f"a killed publication left {told}")
    watch = _Watch(site)
    both = [_start(site, "first"), _start(site, "second")]
    told_by = sorted(process.communicate()[0] for process in both)
    yield wrong
    watch.end()
    published = [told for told in told_by if told.startswith("published")]
    if len(published) != 1 or "refused\n" not in told_by:
        wrong.append(f"two at once: {told_by}")
    elif watch.last_old - float(published[0].split()[1]) > SECONDS:
        late = watch.last_old - float(published[0].split()[1])
        wrong.append(f"a worker showed it only after {late:.1f} s")
    elif not watch.new:
        wrong.append("it never showed")
    if (told := _step(site, "tell")) != "published submitted approved published":
        wrong.append(f"two at once left {told}")


class _Watch:
    """Asks the workers again and again for the page that tells of the publication."""

    def __init__(self, site: Site) -> None:
        self.last_old = 0.0
        self.new = 0
        self._ends = threading.Event()
        self._thread = threading.Thread(target=self._ask, args=[site])
        self._thread.start()

    def _ask(self, site: Site) -> None:
        while not self._ends.wait(0.05):
            asked_at = time.time()
            status, page = site.ask(SHOWN_AT, directly=True)
            if status == 200 and SHOWN in page:
                self.new += 1
            else:
                self.last_old = asked_at

    def end(self) -> None:
        self._ends.set()
        self._thread.join()


def recovery(site: Site) -> float:
    """Return the seconds until ten answers in a row are fine, on whichever worker."""
    began = well_since = time.monotonic()
    in_a_row = 0
    while in_a_row < 10 and well_since - began < PATIENCE_SECONDS:
        in_a_row += 1
        if site.ask(ASKED)[0] != 200:
            in_a_row, well_since = 0, time.monotonic()
    return well_since - began


def say(site: Site) -> tuple[int, str]:
    """Say something by the feedback form; return status and body."""
    connection = HTTPConnection("127.0.0.1", site.front, timeout=30)
    body = urlencode({"page": "/offices/", "kind": "helped", "text": "很清楚"})
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Origin": ORIGIN}
    try:
        connection.request("POST", "/feedback/", body, headers)
        answer = connection.getresponse()
        return answer.status, answer.read().decode(errors="replace")
    finally:
        connection.close()


def _said(site: Site) -> int:
    """Return how many words of feedback are kept."""
    assert site.database
    with closing(sqlite3.connect(site.database, timeout=30)) as database:
        return int(database.execute("SELECT count(*) FROM feedback_feedback").fetchone()[0])


def _start(site: Site, part: str) -> "subprocess.Popen[str]":
    return site.run("-m", "benchmarks.soak.publishing", part)


def _step(site: Site, part: str) -> str:
    return _start(site, part).communicate()[0].strip()


def prepare_publication(site: Site) -> None:
    assert _step(site, "prepare") == "submitted"
