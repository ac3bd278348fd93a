"""The server as installations start it: odd requests, a killed worker, a second start, Ctrl+C."""

import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode

import pytest

from benchmarks.servers import ROOT, SERVED, free_port, manage
from tests.browser.serving import Prepared

pytestmark = pytest.mark.slow
PAGE = "/offices/"
HOST = b"Host: localhost\r\n"


@dataclass
class Served:
    """A running server: how it was started, where it answers, its data."""

    environment: dict[str, str]
    port: int
    database: Path
    process: subprocess.Popen[bytes]

    def ask(self, path: str, method: str = "GET", body: str | None = None) -> int:
        headers = {"User-Agent": "Mozilla/5.0", "Origin": f"http://localhost:{self.port}"}
        if body:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        with closing(HTTPConnection("localhost", self.port, timeout=30)) as connection:
            connection.request(method, path, body, headers)
            return connection.getresponse().status

    def send(self, request: bytes) -> bytes:
        """Send bytes as they are; return all that comes back until the server closes."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=30) as connection:
            connection.sendall(request)
            return b"".join(iter(lambda: connection.recv(65536), b""))

    def workers(self) -> set[str]:
        pid = self.process.pid
        return set(Path(f"/proc/{pid}/task/{pid}/children").read_text().split())

    def wait_until_up(self) -> None:
        until = time.monotonic() + 30
        while True:
            try:
                assert self.ask("/healthz") == 200
                return
            except ConnectionError:
                assert time.monotonic() < until
                time.sleep(0.05)


@pytest.fixture(scope="module")
def served(prepared: Prepared | None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("served")
    database, port = folder / "portal.sqlite3", free_port()
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "portal.settings",
        "DATABASE_URL": f"sqlite:///{database}",
        "STATIC_ROOT": str(prepared.static if prepared else folder / "static"),
        "SECRET_KEY": "only-for-these-tests",
        "PORT": str(port),
    }
    if prepared:
        shutil.copyfile(prepared.database, database)
    else:
        manage(environment, "migrate", "seed", "collectstatic --no-input")
    process = subprocess.Popen(
        [sys.executable, "-m", SERVED], cwd=ROOT, env=environment, start_new_session=True
    )
    server = Served(environment, port, database, process)
    try:
        server.wait_until_up()
        yield server
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


REFUSED = {
    "an address of 70 KB": (b"GET /" + b"a" * 70_000 + b" HTTP/1.1\r\n" + HOST, 414),
    "200 headers": (b"GET / HTTP/1.1\r\n" + HOST + b"A: b\r\n" * 200, 431),
    "two hosts": (b"GET / HTTP/1.1\r\n" + HOST + b"Host: other.example\r\n", 400),
    "no host": (b"GET / HTTP/1.1\r\n", 400),
    "a strange host in the address": (b"GET http://other.example/ HTTP/1.0\r\n", 400),
    "a space in a header's name": (b"GET / HTTP/1.1\r\n" + HOST + b"A : b\r\n", 400),
    "a header over two lines": (b"GET / HTTP/1.1\r\n" + HOST + b"A: b\r\n c\r\n", 400),
    "a zero in a header": (b"GET / HTTP/1.1\r\n" + HOST + b"A: b\0c\r\n", 400),
    "no UTF-8 in the address": (b"GET /search/?q=\xb1\xa8 HTTP/1.1\r\n" + HOST, 400),
    "two lengths": (
        b"POST / HTTP/1.1\r\n" + HOST + b"Content-Length: 5\r\nContent-Length: 6\r\n",
        400,
    ),
    "another encoding than chunks": (
        b"POST / HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: gzip\r\n",
        400,
    ),
    "TLS": (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 400),
}


@pytest.mark.parametrize(("request_", "status"), REFUSED.values(), ids=REFUSED)
def test_an_odd_request_is_refused(served: Served, request_: bytes, status: int) -> None:
    came = served.send(request_ + b"Connection: close\r\n\r\n")
    assert came.split(b" ", 2)[1] == str(status).encode()


def test_a_request_in_the_body_of_another_is_not_answered(served: Served) -> None:
    both = b"Content-Length: 60\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
    hidden = b"GET /healthz HTTP/1.1\r\n" + HOST + b"\r\n"
    came = served.send(b"POST / HTTP/1.1\r\n" + HOST + both + hidden)
    assert came.startswith(b"HTTP/1.1 4")
    assert came.count(b"HTTP/1.1") == 1


def test_an_address_as_some_apps_send_it_is_answered(served: Served) -> None:
    asked = "GET /search/?q=报销|{}^[]` HTTP/1.1\r\n".encode() + HOST + b"Connection: close\r\n\r\n"
    assert served.send(asked).startswith(b"HTTP/1.1 200 ")


def test_a_killed_worker_is_replaced(served: Served) -> None:
    before = served.workers()
    os.kill(int(min(before)), signal.SIGKILL)
    until = time.monotonic() + 10
    while len(served.workers() - {min(before)}) < len(before):
        assert time.monotonic() < until
        time.sleep(0.01)
    assert {served.ask("/healthz") for _ in range(8)} == {200}


def test_a_second_server_does_not_share_the_port(served: Served) -> None:
    second = subprocess.run(
        [sys.executable, "-m", SERVED],
        cwd=ROOT,
        env=served.environment,
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    )
    assert second.returncode == 1
    assert second.stderr.startswith(f"127.0.0.1:{served.port} 不能用。")


def test_ctrl_c_lets_an_answer_be_given_and_writes_the_counts(served: Served) -> None:
    assert served.ask(PAGE) == 200
    said = urlencode({"page": PAGE, "kind": "helped", "text": "很清楚"})
    with (
        ThreadPoolExecutor(1) as hand,
        closing(sqlite3.connect(served.database, isolation_level=None)) as other,
    ):
        other.execute("BEGIN IMMEDIATE")  # so that it cannot be answered yet
        answer = hand.submit(served.ask, "/feedback/", "POST", said)
        time.sleep(0.5)
        os.killpg(served.process.pid, signal.SIGINT)
        time.sleep(0.5)
        other.execute("ROLLBACK")
        assert answer.result() == 303
    assert served.process.wait(10) == 0
    assert rows(served, "SELECT text FROM feedback_feedback") == [("很清楚",)]
    opened = "SELECT count FROM feedback_dailycount WHERE path = ? AND kind = 'opened'"
    assert rows(served, opened, PAGE) == [(1,)]


def rows(served: Served, query: str, *values: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(served.database)) as database:
        return database.execute(query, values).fetchall()
