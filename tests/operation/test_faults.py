"""The faults of `./dev soak`, for a second each: the site as `deploy/` runs it, under some load."""

import json
import os
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.soak import faults
from benchmarks.soak.asking import HTMX, feedback, line
from benchmarks.soak.faults import Fault
from benchmarks.soak.load import Crowd
from benchmarks.soak.parts import broken, warm_up
from benchmarks.soak.site import Site, serving
from tests.addresses import STAY
from tests.browser.serving import Prepared

pytestmark = pytest.mark.slow
CROWD = Crowd(reading=20, asking=10, seconds=3, look_seconds=0.2, encoding="")
PAGES = ("/", "/enrollment/resident/", "/offices/", "/guide/", "/calculators/", "/policy/F-14.6")
CASE = f"/calculators/inpatient/?scheme=flexible&{STAY}"


@pytest.fixture(scope="module")
def site(prepared: Prepared | None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    missing = [name for name in ("nginx", "wrk") if not shutil.which(name, path=PATH)]
    if missing and os.environ.get("PORTAL_REQUIRE_BROWSER"):
        pytest.fail(f"missing: {missing}")
    if missing:
        pytest.skip(f"missing: {missing}; apt-get install nginx-light wrk")
    folder = tmp_path_factory.mktemp("soak")
    (folder / "data").mkdir()
    database = folder / "data" / "portal.sqlite3"
    if prepared:
        shutil.copyfile(prepared.database, database)
    write(folder / "pages", [line(path) for path in PAGES])
    asked = [line(CASE), line(CASE, HTMX), line("/search/?q=报销"), line("/offices/?q=205")]
    write(folder / "answers", [*asked * 10, feedback()])
    static = prepared.static if prepared else None
    with serving(folder, f"sqlite:///{database}", static=static, LOG_FORMAT="json") as made:
        warm_up(made)
        yield made


PATH = f"{os.environ['PATH']}:/usr/sbin"


def write(file: Path, lines: list[str]) -> None:
    file.write_text("".join(f"{line}\n" for line in lines), "utf-8")


@pytest.mark.parametrize("fault", [faults.disk_full, faults.database_away])
def test_the_site_bears_it(site: Site, fault: Fault) -> None:
    # Other tests run beside this one: how fast it is well again is for ./dev soak to say.
    part = broken(site, CROWD, fault.__name__, fault, within=15)
    assert part.wrong == []
    assert part.load.told["pages"].fine > 5
    assert part.load.told["answers"].fine > 0


def test_every_line_of_the_log_is_json_and_tells_no_question(site: Site) -> None:
    workers = site.workers()
    faults.kill(workers[0])  # granian says so; what the faults above left comes first
    until = time.monotonic() + 10
    while not (killed := [line for line in said(site) if "Unexpected exit" in line["message"]]):
        assert time.monotonic() < until
        time.sleep(0.1)
    assert killed[-1]["logger"] == "_granian"
    assert not any("cost" in line["message"] for line in said(site))


def said(site: Site) -> list[dict[str, str]]:
    return [json.loads(line) for line in (site.folder / "log").read_text("utf-8").splitlines()]


def test_where_nobody_answers_nginx_says_so_kindly(site: Site) -> None:
    for process in (site.master(), *site.workers()):
        faults.kill(process)
    assert site.ask("/enrollment/resident/")[0] == 200
    status, page = site.ask(CASE)
    assert status == 503
    assert "请过半分钟再刷新这一页" in page
    assert "024-12345" in page
    status, answer = site.ask(f"/api{CASE[:-1]}")
    assert status == 503
    assert json.loads(answer)["errors"][""] == ["网站正在恢复，请过一会儿再试。"]
