"""Load the served site: ratios to the yardsticks of the same run.

    ./dev bench web

Yardsticks: a static file out of nginx; a Wagtail page that lists its fifteen children; OpenFisca's
/calculate. The portal is loaded as nginx keeps it, as it keeps pages itself, and with nothing kept.
Every application has one worker of the same kind. All take turns on one machine with the client
(`wrk`), so that a busy machine slows all of them: the ratios count, answers a second say little about
another machine. Beside them stands the ratio of the processor time that a server takes for one
answer. Exits 1 where a ratio is missed. docs/benchmarks.md says what limits each.
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
from benchmarks.servers import cpu_seconds, granian, manage, nginx, portal

CONNECTIONS = 8
TURNS, SECONDS_A_TURN = 7, 1

READING = "/enrollment/retirement/"
FORM = "/calculators/inpatient/?scheme=flexible"
STAY = "scheme=flexible&group=active&tier=level3&cost=20000"
ANSWER = f"/calculators/inpatient/?{STAY}"
# What a browser sends of the form: every box, also those left alone; and that it shows no error.
FORM_SENT = (
    "/calculators/inpatient/?scheme=flexible&date=&group=active&tier=level3&cost=20000&admission=1"
    "&class_b=&outside=&condition=none&place=local&pool_paid=&large_sum_paid="
)
FROM_FORM = {"HX-Request": "true", "Form-Stands": "1"}
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
    from_form = tuple(f"{name}: {value}" for name, value in FROM_FORM.items())
    return {
        STATIC: Target(front, "/yardstick.html"),
        "through nginx's cache": Target(front, READING),
        "through our cache": Target(kept, READING),
        "reading page, nothing kept": Target(bare, READING),
        "form page, nothing kept": Target(bare, FORM),
        "result page": Target(bare, ANSWER),
        "htmx answer": Target(bare, FORM_SENT, (*ENCODED, *from_form)),
        "JSON": Target(bare, f"/api/v1/calculators/inpatient?{STAY}"),
        "search": Target(bare, "/search/?q=%E6%8A%A5%E9%94%80"),
        "offices": Target(bare, "/offices/"),
    }


class Turn(NamedTuple):
    """One turn of loading: answers a second, and the server's processor time for one, in ms."""

    rate: float
    cpu: float


def load(target: Target, script: Path) -> Turn:
    """Load one address for a turn. Raises where an answer is no 200."""
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{SECONDS_A_TURN}s", "--timeout", "20s"]
    headers = target.headers
    if target.body:
        script.write_text(f'wrk.method = "POST"\nwrk.body = {json.dumps(target.body)}\n', "utf-8")
        command += ["-s", str(script)]
        headers = ("Content-Type: application/json",)
    for header in headers:
        command += ["-H", header]
    before = cpu_seconds(target.port)
    said = subprocess.run(
        [*command, f"http://127.0.0.1:{target.port}{target.path}"],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    used = cpu_seconds(target.port) - before
    if "Non-2xx" in said or "Socket errors" in said:
        raise RuntimeError(f"{target.path}: {said}")
    rate = re.search(r"Requests/sec:\s+([\d.]+)", said)
    count = re.search(r"(\d+) requests in", said)
    assert rate, said
    assert count, said
    return Turn(float(rate[1]), used * 1000 / max(int(count[1]), 1))


def measure(
    targets: dict[str, Target], folder: Path, *, number_of_turns: int = TURNS
) -> dict[str, Turn]:
    """Return answers a second and milliseconds an answer for each target, medians of the turns."""
    turns: dict[str, list[Turn]] = {name: [] for name in targets}
    for number in range(number_of_turns + 1):
        for name, target in targets.items():
            turn = load(target, folder / "post.lua")
            if number:  # the first one only warms up
                turns[name].append(turn)
    return {
        name: Turn(*(statistics.median(of_one) for of_one in zip(*taken, strict=True)))
        for name, taken in turns.items()
    }


def report(measured: dict[str, Turn]) -> bool:
    """Print one table; return whether every floor was reached."""
    floors = {floor.target: floor for floor in FLOORS if floor.yardstick in measured}
    width = max(map(len, measured))
    sys.stdout.write(f"{'':{width}}  answers/s  ms CPU   ratio  by CPU   floor\n")
    reached = True
    for name, turn in measured.items():
        line = f"{name:{width}}  {turn.rate:9.0f}  {turn.cpu:6.2f}"
        if floor := floors.get(name):
            yardstick = measured[floor.yardstick]
            ratio = turn.rate / yardstick.rate
            by_cpu = yardstick.cpu / turn.cpu if turn.cpu else float("inf")
            verdict = "ok" if ratio >= floor.ratio else "below"
            reached = reached and ratio >= floor.ratio
            line += (
                f"  {ratio:6.3g}  {by_cpu:6.3g}   {floor.ratio:g} × {floor.yardstick}: {verdict}"
            )
        sys.stdout.write(f"{line}\n")
    return reached


def main(wagtail_python: str = "", openfisca_python: str = "") -> int:
    with tempfile.TemporaryDirectory() as scratch, ExitStack() as servers:
        folder = Path(scratch)
        environment = prepare_portal(folder)
        kept = servers.enter_context(portal(environment))
        bare = servers.enter_context(portal(environment | {"PAGE_CACHE_MB": "0"}))
        front = servers.enter_context(nginx(folder / "nginx", kept))
        targets = portal_targets(front, kept, bare)
        if wagtail_python:
            wagtail_python = str(Path(wagtail_python).absolute())  # it runs in the site's folder
            site = wagtail_children.prepare(wagtail_python)
            settings = {**os.environ, "DJANGO_SETTINGS_MODULE": wagtail_children.SETTINGS}
            wagtail = granian(wagtail_python, "bench.wsgi:application", site, settings)
            targets[WAGTAIL] = Target(servers.enter_context(wagtail), "/")
        if openfisca_python:
            openfisca = openfisca_web.serving(str(Path(openfisca_python).absolute()))
            port = servers.enter_context(openfisca)
            targets[OPENFISCA] = Target(port, openfisca_web.PATH, body=openfisca_web.BODY)
        return 0 if report(measure(targets, folder)) else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
