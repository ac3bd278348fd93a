"""Load the served site: ratios to the yardsticks of the same run.

    ./dev bench web

Yardsticks: a static file out of nginx; a Wagtail page that lists its fifteen children; OpenFisca's
/calculate. The portal is loaded as nginx keeps it, as it keeps pages itself, and with nothing kept.
All take turns on one machine with the client (`wrk`), so that a busy machine slows all of them: the
ratios count, requests a second say little about another machine. Exits 1 where a ratio is missed.
"""

import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple

from benchmarks import openfisca_web, wagtail_children
from benchmarks.servers import ROOT, gunicorn, manage, nginx

CONNECTIONS = 16
TURNS, SECONDS_A_TURN = 5, 2

READING = "/enrollment/retirement/"
FORM = "/calculators/inpatient/?scheme=flexible"
STAY = "scheme=flexible&group=active&tier=level3&cost=20000"
ANSWER = f"/calculators/inpatient/?{STAY}"
ENCODED = ("Accept-Encoding: gzip",)
STATIC, WAGTAIL, OPENFISCA = "nginx, a static file", "Wagtail, 15 children", "OpenFisca /calculate"


class Target(NamedTuple):
    """An address to load; headers beside those of every request; a body makes it a POST."""

    port: int
    path: str
    headers: tuple[str, ...] = ENCODED
    body: str = ""


class Floor(NamedTuple):
    """The ratio that a target must reach at least."""

    target: str
    yardstick: str
    ratio: float


FLOORS = (
    Floor("through nginx's cache", STATIC, 0.5),
    Floor("through our cache", STATIC, 0.05),
    Floor("reading page, nothing kept", WAGTAIL, 2.5),
    Floor("form page, nothing kept", WAGTAIL, 1.5),
    Floor("htmx answer", WAGTAIL, 5.0),
    Floor("JSON", OPENFISCA, 3.0),
)


def prepare_portal(folder: Path) -> dict[str, str]:
    """Make a scratch database and the static files; return the environment."""
    environment = {
        **os.environ,
        "DATABASE_URL": f"sqlite:///{folder / 'portal.sqlite3'}",
        "SECRET_KEY": "only-for-this-benchmark",
        "STATIC_ROOT": str(folder / "static"),
        "DJANGO_DEBUG": "0",
        "BEHIND_PROXY": "1",
    }
    manage(environment, "migrate", "seed", "collectstatic --no-input")
    return environment


def portal_targets(front: int, kept: int, bare: int) -> dict[str, Target]:
    htmx = (*ENCODED, "HX-Request: true")
    return {
        STATIC: Target(front, "/yardstick.html"),
        "through nginx's cache": Target(front, READING),
        "through our cache": Target(kept, READING),
        "reading page, nothing kept": Target(bare, READING),
        "form page, nothing kept": Target(bare, FORM),
        "result page": Target(bare, ANSWER),
        "htmx answer": Target(bare, ANSWER, htmx),
        "JSON": Target(bare, f"/api/v1/calculators/inpatient?{STAY}"),
        "search": Target(bare, "/search/?q=%E6%8A%A5%E9%94%80"),
        "offices": Target(bare, "/offices/"),
    }


def load(target: Target, script: Path) -> float:
    """Load one address for a turn; return answers a second. Raises where an answer is no 200."""
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{SECONDS_A_TURN}s"]
    headers = target.headers
    if target.body:
        script.write_text(f'wrk.method = "POST"\nwrk.body = {json.dumps(target.body)}\n', "utf-8")
        command += ["-s", str(script)]
        headers = ("Content-Type: application/json",)
    for header in headers:
        command += ["-H", header]
    said = subprocess.run(
        [*command, f"http://127.0.0.1:{target.port}{target.path}"],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    if "Non-2xx" in said or "Socket errors" in said:
        raise RuntimeError(f"{target.path}: {said}")
    found = re.search(r"Requests/sec:\s+([\d.]+)", said)
    assert found, said
    return float(found[1])


def measure(targets: dict[str, Target], folder: Path) -> dict[str, float]:
    """Return answers a second for each target, the median of several turns."""
    turns: dict[str, list[float]] = {name: [] for name in targets}
    for turn in range(TURNS + 1):
        for name, target in targets.items():
            rate = load(target, folder / "post.lua")
            if turn:  # the first one only warms up
                turns[name].append(rate)
    return {name: statistics.median(rates) for name, rates in turns.items()}


def report(rates: dict[str, float]) -> bool:
    """Print each rate with its ratios; return whether every floor was reached."""
    yardsticks = [name for name in (STATIC, WAGTAIL, OPENFISCA) if name in rates]
    for name, rate in rates.items():
        ratios = ", ".join(f"{rate / rates[y]:.3g} × {y}" for y in yardsticks if y != name)
        sys.stdout.write(f"{name}: {rate:.0f}/s; {ratios}\n")
    reached = True
    for floor in FLOORS:
        if floor.yardstick not in rates:
            continue
        ratio = rates[floor.target] / rates[floor.yardstick]
        verdict = "ok  " if ratio >= floor.ratio else "MISS"
        reached = reached and ratio >= floor.ratio
        sys.stdout.write(
            f"{verdict} {floor.target}: {ratio:.3g}, at least {floor.ratio} × {floor.yardstick}\n"
        )
    return reached


def main(wagtail_python: str = "", openfisca_python: str = "") -> int:
    with tempfile.TemporaryDirectory() as scratch, ExitStack() as servers:
        folder = Path(scratch)
        environment = prepare_portal(folder)
        application = "portal.wsgi:application"
        kept = servers.enter_context(gunicorn(sys.executable, application, ROOT, environment))
        bare = servers.enter_context(
            gunicorn(sys.executable, application, ROOT, environment | {"PAGE_CACHE_MB": "0"})
        )
        front = servers.enter_context(nginx(folder / "nginx", kept))
        targets = portal_targets(front, kept, bare)
        if wagtail_python:
            wagtail_python = str(Path(wagtail_python).absolute())  # it runs in the site's folder
            site = wagtail_children.prepare(wagtail_python)
            settings = {**os.environ, "DJANGO_SETTINGS_MODULE": wagtail_children.SETTINGS}
            wagtail = gunicorn(wagtail_python, "bench.wsgi:application", site, settings)
            targets[WAGTAIL] = Target(servers.enter_context(wagtail), "/")
        if openfisca_python:
            openfisca = openfisca_web.serving(str(Path(openfisca_python).absolute()))
            port = servers.enter_context(openfisca)
            targets[OPENFISCA] = Target(port, openfisca_web.PATH, body=openfisca_web.BODY)
        return 0 if report(measure(targets, folder)) else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
