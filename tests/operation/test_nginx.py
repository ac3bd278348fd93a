"""Debian's nginx with the configuration of `deploy/`, in front of the site as it is served."""

import os
import shutil
import socket
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import NamedTuple
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from benchmarks.servers import nginx
from tests.browser.serving import Prepared, Site, serve

pytestmark = pytest.mark.slow
READING = "/enrollment/retirement/"
ANSWERS = "/calculators/inpatient/?scheme=flexible&group=active&tier=level3&cost=20000"
SECONDS = 2.0  # within which a change shows everywhere


class Front(NamedTuple):
    site: Site
    address: str
    folder: Path

    def get(self, path: str, **headers: str) -> str:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        with urlopen(Request(self.address + path, headers=sent)) as answer:
            return str(answer.read().decode())

    def log(self) -> list[str]:
        """The lines of the log so far; nginx keeps them back for at most five seconds."""
        time.sleep(5.5)
        return (self.folder / "log" / "access.log").read_text("utf-8").splitlines()


@pytest.fixture(scope="module")
def front(prepared: Prepared | None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Front]:
    if not (shutil.which("nginx") or Path("/usr/sbin/nginx").exists()):
        if os.environ.get("PORTAL_REQUIRE_BROWSER"):
            pytest.fail("nginx is missing")
        pytest.skip("nginx is missing: apt-get install nginx-light")
    folder = tmp_path_factory.mktemp("nginx")
    with serve(folder, prepared=prepared, workers=2, reread_seconds=1) as site:
        port = int(site.address.rpartition(":")[2])
        with nginx(folder / "front", port) as front_port:
            yield Front(site, f"http://127.0.0.1:{front_port}", folder / "front")


def test_a_page_is_kept_and_answers_are_not(front: Front) -> None:
    for path in (READING, ANSWERS, "/admin/login/"):
        for _ in range(3):
            front.get(path)
    log = front.log()
    assert any(f"GET {READING} 200" in line and line.endswith(" HIT") for line in log)
    for path in ("/calculators/inpatient/", "/admin/login/"):
        assert not any(f"GET {path} 200" in line and line.endswith(" HIT") for line in log)


def test_the_log_tells_no_question_and_no_address(front: Front) -> None:
    front.get(ANSWERS)
    log = "\n".join(front.log())
    assert "GET /calculators/inpatient/ 200" in log
    assert "cost" not in log
    assert "127.0.0.1" not in log


def test_a_change_shows_on_every_worker_in_time(front: Front) -> None:
    path = "/offices/heping/"
    assert "和平区长白西路51号" in front.get(path)
    front.site.manage("shell", "--command", MOVE)
    changed = time.monotonic()
    while time.monotonic() < changed + SECONDS:
        time.sleep(0.1)
        front.get(path)
    assert all("别处1号" in front.get(path) for _ in range(10))


MOVE = """
from portal.offices.models import Office
office = Office.objects.get(slug="heping")
office.address = "和平区别处1号"
office.save()
"""


def test_care_and_ordinary_are_told_apart(front: Front) -> None:
    for _ in range(2):
        assert 'class="care"' in front.get("/", Cookie="mode=care")
        assert 'class="care"' not in front.get("/")


def test_a_part_for_htmx_is_not_taken_for_the_page(front: Front) -> None:
    path = "/calculators/inpatient/?scheme=flexible"
    for _ in range(2):
        assert "<html" in front.get(path)
        assert "<html" not in front.get(path, HX_Request="true")


def test_a_header_with_underscores_does_not_pass_for_another(front: Front) -> None:
    path = "/calculators/inpatient/?scheme=flexible"
    for address, passes in ((front.site.address, True), (front.address, False)):
        with urlopen(Request(address + path, headers={"HX_Request": "true"})) as answer:
            assert (b"<html" not in answer.read()) is passes


def test_a_form_that_broke_off_is_not_passed_on(front: Front) -> None:
    port = int(front.address.rpartition(":")[2])
    database = front.site.environment["DATABASE_URL"].removeprefix("sqlite:///")
    words = b"page=%2Foffices%2F&kind=helped&text=x"
    for length, kept in ((900, 0), (len(words), 1)):
        with socket.create_connection(("127.0.0.1", port)) as phone:
            phone.sendall(FORM % length + words)
            time.sleep(0.5)
        with closing(sqlite3.connect(database)) as asked:
            assert asked.execute("SELECT count(*) FROM feedback_feedback").fetchone() == (kept,)


FORM = b"""\
POST /feedback/ HTTP/1.1\r
Host: 127.0.0.1\r
Origin: http://127.0.0.1\r
Content-Type: application/x-www-form-urlencoded\r
Content-Length: %d\r
\r
"""


def test_watchers_on_this_machine_only_see_its_health(front: Front) -> None:
    assert front.get("/healthz") == "ok\n"
    assert '"database": true' in front.get("/readyz")


def test_pages_go_on_while_the_application_is_away(front: Front) -> None:
    page = front.get(READING)
    front.site.stop()
    time.sleep(1.5)  # so that what is kept has had its second
    assert front.get(READING) == page
    with pytest.raises(HTTPError, match="503"):
        front.get("/search/?q=1")
