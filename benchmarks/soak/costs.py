"""How long a processor works for one answer of each kind: from it, how many machines a city needs.

Processor time, unlike the clock on the wall, hardly minds what else the machine does.
"""

from http.client import HTTPConnection
from typing import NamedTuple

from benchmarks.soak.faults import ASKED
from benchmarks.soak.site import Site
from benchmarks.web import FORM_SENT, FROM_FORM

READING = "/enrollment/retirement/"
PHONE = {"Accept-Encoding": "gzip", "User-Agent": "Mozilla/5.0 MicroMessenger"}


class Kind(NamedTuple):
    """What is asked, so many times."""

    name: str
    path: str
    times: int
    headers: dict[str, str] = PHONE


KINDS = (
    Kind("page that nginx keeps", READING, 2000),
    Kind("the same, not changed (304)", READING, 2000, PHONE | {"If-None-Match": ""}),
    Kind("result page", ASKED, 200),
    Kind("result into the page (htmx)", FORM_SENT, 200, PHONE | FROM_FORM),
    Kind("JSON", ASKED.replace("/calculators/inpatient/", "/api/v1/calculators/inpatient"), 200),
    Kind("search", "/search/?q=205", 100),
)


class Cost(NamedTuple):
    """Milliseconds of a processor for one answer."""

    name: str
    ours: float
    nginx: float

    @property
    def a_core(self) -> float:
        """Return how many of these a core bears in a second."""
        return 1000 / (self.ours + self.nginx)


def measure(site: Site) -> list[Cost]:
    """Ask for each kind one after the other, with nothing else going on."""
    return [_measure(site, kind) for kind in KINDS]


def _measure(site: Site, kind: Kind) -> Cost:
    connection = HTTPConnection("127.0.0.1", site.front, timeout=30)
    headers = dict(kind.headers)
    if "If-None-Match" in headers:
        headers["If-None-Match"] = _get(connection, kind.path, PHONE)
    for _ in range(20):
        _get(connection, kind.path, headers)
    before = site.cpu_seconds()
    for _ in range(kind.times):
        _get(connection, kind.path, headers)
    ours, nginx = (
        1000 * (now - then) / kind.times
        for now, then in zip(site.cpu_seconds(), before, strict=True)
    )
    connection.close()
    return Cost(kind.name, ours, nginx)


def _get(connection: HTTPConnection, path: str, headers: dict[str, str]) -> str:
    """Ask for a path; return the answer's ETag, if any. Raises RuntimeError for an error."""
    connection.request("GET", path, headers=headers)
    answer = connection.getresponse()
    answer.read()
    if answer.status not in {200, 304}:
        raise RuntimeError(f"{path}: {answer.status}")
    return answer.getheader("ETag", "")
