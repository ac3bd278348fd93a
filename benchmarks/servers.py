"""Servers of one run: the portal, nginx in front of it, and the yardsticks beside it.

All listen on loopback, on ports of their own, and end with their block. Whatever is measured is served
as an installation serves it: `deploy/` for nginx, `./dev serve`'s command for the portal.
"""

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

from portal.operation.serving import STOP_SECONDS, TAKEN, THREADS, WAITING

ROOT = Path(__file__).resolve().parent.parent
START_SECONDS = 60
END_SECONDS = STOP_SECONDS + 10
SERVED = "portal.operation.serving"
# What `SERVED` asks of granian, for an application that is not ours.
GRANIAN = "-m granian --interface wsgi --http 1 --no-ws --workers 1 --log-level warning "
GRANIAN += f"--blocking-threads {THREADS} --backlog {WAITING} --backpressure {TAKEN} "
GRANIAN += f"--workers-kill-timeout {STOP_SECONDS}"

# The process that listens on each port of this run.
_listening: dict[int, int] = {}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(
    command: list[str],
    port: int,
    folder: Path,
    environment: Mapping[str, str],
    log: Path | None = None,
) -> Iterator[int]:
    """Run a server until the block ends; give its port once it listens."""
    with ExitStack() as files:
        out = files.enter_context(log.open("ab")) if log else None
        server = subprocess.Popen(command, cwd=folder, env=environment, stdout=out, stderr=out)
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
        _listening[port] = server.pid
        yield port
    finally:
        end(server)


def end(server: subprocess.Popen[bytes]) -> None:
    """Tell a server to stop and wait until it has; raise TimeoutExpired where it goes on."""
    server.terminate()
    try:
        server.wait(END_SECONDS)
    except subprocess.TimeoutExpired:
        server.kill()
        raise


def process(port: int) -> int:
    """Return the process that was started to listen there; its workers are its children."""
    return _listening[port]


def cpu_seconds(port: int) -> float:
    """Return the processor time that a server of this run has used so far, its workers' too.

    Unlike answers a second it says the same on a busy machine. Linux only.
    """
    return sum(map(_own_cpu_seconds, _with_children(_listening[port])))


def _with_children(pid: int) -> Iterator[int]:
    yield pid
    for listed in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in listed.read_text().split():
            yield from _with_children(int(child))


def _own_cpu_seconds(pid: int) -> float:
    # Behind the name, which stands in brackets, utime and stime are the 12th and 13th.
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def portal(
    environment: Mapping[str, str], *, workers: int = 1, log: Path | None = None
) -> Iterator[int]:
    """Serve the portal as `./dev serve` does; what it says goes to the end of the file `log`."""
    port = free_port()
    where = {"HOST": "127.0.0.1", "PORT": str(port), "WEB_CONCURRENCY": str(workers)}
    with running([sys.executable, "-m", SERVED], port, ROOT, {**environment, **where}, log):
        yield port


@contextmanager
def granian(
    python: str, application: str, folder: Path, environment: Mapping[str, str]
) -> Iterator[int]:
    """Serve another WSGI application with one worker like the portal's."""
    port = free_port()
    command = [python, *GRANIAN.split(), "--port", str(port), application]
    with running(command, port, folder, environment):
        yield port


@contextmanager
def nginx(folder: Path, portal_port: int) -> Iterator[int]:
    """Serve the portal through `deploy/nginx/portal.conf`, with what an installation changes changed.

    /yardstick.html is a static file of 12 KB beside it. Raises FileNotFoundError without nginx.
    """
    port = free_port()
    program = shutil.which("nginx") or "/usr/sbin/nginx"
    for name in ("cache", "log", "html"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    (folder / "html" / "yardstick.html").write_bytes(os.urandom(6144).hex().encode())
    (folder / "nginx.conf").write_text(make_nginx_conf(folder, port, portal_port), "utf-8")
    command = [program, "-c", str(folder / "nginx.conf"), "-p", str(folder)]
    with running(command, port, folder, os.environ):
        yield port


def make_nginx_conf(folder: Path, port: int, portal_port: int) -> str:
    """Return a whole configuration around the one of `deploy/`: plain HTTP, files under `folder`."""
    site = (ROOT / "deploy" / "nginx" / "portal.conf").read_text("utf-8")
    before, _, tls = site.split("\nserver {\n")
    tls_lines = ("listen ", "ssl_", "limit_req ")  # one client may ask as often as it likes here
    kept = [line for line in tls.splitlines() if not line.strip().startswith(tls_lines)]
    yardstick = f"location = /yardstick.html {{ root {folder}/html; }}"
    changed = "\n".join([before, "server {", f"listen 127.0.0.1:{port};", yardstick, *kept])
    for old, new in {
        "/run/portal-nginx": f"{folder}/cache",
        "/var/log/portal": f"{folder}/log",
        "127.0.0.1:8000": f"127.0.0.1:{portal_port}",
        "portal.example": "127.0.0.1",
    }.items():
        changed = changed.replace(old, new)
    # Else workers of root become a user who may not write there.
    user = "user root;" if os.geteuid() == 0 else ""
    return f"""\
daemon off;
{user}
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/log/start.log;
events {{ worker_connections 4096; }}
http {{
types {{ text/html html; }}
client_body_temp_path {folder}/body;
proxy_temp_path {folder}/proxy;
fastcgi_temp_path {folder}/fastcgi;
uwsgi_temp_path {folder}/uwsgi;
scgi_temp_path {folder}/scgi;
{changed}
}}
"""


def manage(environment: Mapping[str, str], *commands: str) -> None:
    """Run management commands of the portal, one process each."""
    for command in commands:
        subprocess.run(
            [sys.executable, "manage.py", *command.split(), "--verbosity=0"],
            cwd=ROOT,
            env=environment,
            check=True,
        )
