"""Load the served site: requests a second, and ratios to two yardsticks of the same run.

    ./dev bench web

gunicorn serves as `./dev serve` runs it, on loopback, with a scratch database. The yardsticks are a
static file by WhiteNoise, out of the same server, and a Wagtail page that lists its fifteen children
(`benchmarks.wagtail_children`), out of a second one; without Wagtail that ratio is left out. All
take turns, so that a busy machine slows all of them; the figures that count are the ratios. The
clients share the machine with the server, so requests a second say little about another one.
"""

import json
import multiprocessing
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import NamedTuple

from benchmarks import wagtail_children

ROOT = Path(__file__).resolve().parent.parent
CLIENTS = 4
TURNS, SECONDS_A_TURN = 5, 1.0
START_SECONDS = 60

FORM = "/calculators/inpatient/?scheme=flexible"
STAY = "scheme=flexible&group=active&tier=level3&cost=20000"


class Target(NamedTuple):
    """An address to load, and the headers that are sent beside those of every request."""

    port: int
    path: str
    headers: tuple[tuple[str, str], ...] = ()


@contextmanager
def serving(
    python: str, application: str, folder: Path, environment: dict[str, str]
) -> Iterator[int]:
    """Serve a WSGI application as `./dev serve` does; give its port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    command = (
        f"-m gunicorn {application} --bind 127.0.0.1:{port} --preload --workers 2 "
        "--worker-class gthread --threads 4 --no-control-socket --log-level warning"
    )
    server = subprocess.Popen([python, *command.split()], cwd=folder, env=environment)
    try:
        until = time.monotonic() + START_SECONDS
        while True:
            try:
                socket.create_connection(("127.0.0.1", port)).close()
                break
            except ConnectionRefusedError:
                if server.poll() is not None or time.monotonic() > until:
                    raise
                time.sleep(0.1)
        yield port
    finally:
        server.terminate()
        server.wait()


def count_answers(target: Target) -> float:
    """Ask for one address over one kept connection, as often as it goes; return answers a second.

    A bare socket: http.client would spend as long on its headers as the server on a static file.
    Raises AssertionError where an answer is not 200.
    """
    lines = [
        f"GET {target.path} HTTP/1.1",
        "Host: 127.0.0.1",
        "Accept-Encoding: gzip",
        *(f"{name}: {value}" for name, value in target.headers),
    ]
    request = "\r\n".join([*lines, "", ""]).encode()
    answers = 0
    with socket.create_connection(("127.0.0.1", target.port)) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        start = time.perf_counter()
        while (took := time.perf_counter() - start) < SECONDS_A_TURN:
            connection.sendall(request)
            read_answer(connection, target)
            answers += 1
    return answers / took


def read_answer(connection: socket.socket, target: Target) -> int:
    """Read one whole answer; return the length of its body in bytes, as sent."""
    received = b""
    while b"\r\n\r\n" not in received:
        part = connection.recv(65536)
        assert part, f"{target.path}: the server hung up"
        received += part
    head, _, body = received.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200 "), f"{target.path}: {head.splitlines()[0].decode()}"
    length = next(
        int(line.partition(b":")[2])
        for line in head.lower().splitlines()
        if line.startswith(b"content-length:")
    )
    missing = length - len(body)
    while missing > 0:
        part = connection.recv(65536)
        assert part, f"{target.path}: the server hung up"
        missing -= len(part)
    return length


def manage(environment: dict[str, str], *commands: str) -> None:
    for command in commands:
        subprocess.run(
            [sys.executable, "manage.py", *command.split(), "--verbosity=0"],
            cwd=ROOT,
            env=environment,
            check=True,
        )


def prepare_portal(folder: Path) -> tuple[dict[str, str], str]:
    """Make a scratch database and the static files; return the environment and one static path."""
    static = folder / "static"
    environment = {
        **os.environ,
        "DATABASE_URL": f"sqlite:///{folder / 'portal.sqlite3'}",
        "SECRET_KEY": "only-for-this-benchmark",
        "STATIC_ROOT": str(static),
        "DJANGO_DEBUG": "0",
    }
    manage(environment, "migrate", "seed", "collectstatic --no-input")
    hashed = json.loads((static / "staticfiles.json").read_text(encoding="utf-8"))["paths"]
    return environment, f"/static/{hashed['css/portal.css']}"


def portal_targets(port: int, static_file: str) -> dict[str, Target]:
    answer = f"/calculators/inpatient/?{STAY}"
    return {
        "static file": Target(port, static_file),
        "reading page": Target(port, "/enrollment/retirement/"),
        "finder": Target(port, "/calculators/"),
        "form page": Target(port, FORM),
        "result page": Target(port, answer),
        "htmx answer": Target(port, answer, (("HX-Request", "true"),)),
        "JSON": Target(port, f"/api/v1/calculators/inpatient?{STAY}"),
    }


def measure(targets: dict[str, Target]) -> dict[str, float]:
    """Return requests a second for each target, the median of several turns."""
    turns: dict[str, list[float]] = {name: [] for name in targets}
    with multiprocessing.Pool(CLIENTS) as clients:
        for turn in range(TURNS + 1):
            for name, target in targets.items():
                each = clients.map(count_answers, [target] * CLIENTS, chunksize=1)
                if turn:  # the first one only warms up
                    turns[name].append(sum(each))
    return {name: statistics.median(rates) for name, rates in turns.items()}


def main(wagtail_python: str = "") -> None:
    with tempfile.TemporaryDirectory() as scratch, ExitStack() as servers:
        environment, static_file = prepare_portal(Path(scratch))
        port = servers.enter_context(
            serving(sys.executable, "portal.wsgi:application", ROOT, environment)
        )
        targets = portal_targets(port, static_file)
        if wagtail_python:
            wagtail_python = str(Path(wagtail_python).absolute())  # it runs in the site's folder
            site = wagtail_children.prepare(wagtail_python)
            wagtail_environment = {
                **os.environ,
                "DJANGO_SETTINGS_MODULE": wagtail_children.SETTINGS,
            }
            children = serving(wagtail_python, "bench.wsgi:application", site, wagtail_environment)
            targets["Wagtail, 15 children"] = Target(servers.enter_context(children), "/")
        rates = measure(targets)
    for name, rate in rates.items():
        line = f"{name}: {rate:.0f}/s, {rate / rates['static file']:.3f} of the static file"
        if wagtail_python:
            line += f", {rate / rates['Wagtail, 15 children']:.1f} times Wagtail"
        sys.stdout.write(f"{line}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
