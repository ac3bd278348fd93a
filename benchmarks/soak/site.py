"""The site of one run as `deploy/` has it: granian with its workers, nginx in front."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path

from benchmarks.servers import ROOT, manage, nginx, portal, process

WORKERS = 3
ORIGIN = "http://127.0.0.1"  # nginx hands the name on without its port
# All phones of a run have one address, and so may say and do as much as they like.
SETTINGS = {
    "DJANGO_SETTINGS_MODULE": "portal.settings",
    "DJANGO_DEBUG": "0",
    "BEHIND_PROXY": "1",
    "SECRET_KEY": "only-for-this-run",
    "FEEDBACK_AN_HOUR": "1000000",
    "COUNT_EVERY_SECONDS": "2",
}


@dataclass
class Site:
    """A running site: where it answers, its processes, its data."""

    folder: Path
    environment: dict[str, str]
    port: int  # of granian itself
    front: int  # of nginx

    @property
    def database(self) -> Path | None:
        """Return the file of the database, where it is one."""
        url = self.environment["DATABASE_URL"]
        return Path(url.removeprefix("sqlite:///")) if url.startswith("sqlite") else None

    def master(self) -> int:
        """Return the process of granian that watches over the workers."""
        return process(self.port)

    def workers(self) -> list[int]:
        """Return the processes that answer."""
        return _children(self.master())

    def cpu_seconds(self) -> tuple[float, float]:
        """Return how long processors have worked for granian's workers, and for nginx's."""
        nginx_master = int((self.folder / "nginx" / "nginx.pid").read_text())
        at_work = (self.workers(), _children(nginx_master))
        ours, nginxs = (sum(time.clock_gettime(_clock(pid)) for pid in pids) for pids in at_work)
        return ours, nginxs

    def ask(self, path: str, *, directly: bool = False, seconds: float = 15) -> tuple[int, str]:
        """Ask for an address on a connection of its own; return status and body, 0 where it broke."""
        connection = HTTPConnection(
            "127.0.0.1", self.port if directly else self.front, timeout=seconds
        )
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            return answer.status, answer.read().decode(errors="replace")
        except OSError:
            return 0, ""
        finally:
            connection.close()

    def run(self, *arguments: str) -> subprocess.Popen[str]:
        """Start a Python on the site's data."""
        return subprocess.Popen(
            [sys.executable, *arguments],
            cwd=ROOT,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )


@contextmanager
def serving(
    folder: Path, database_url: str, *, static: Path | None = None, **settings: str
) -> Iterator[Site]:
    """Serve a site of its own until the block ends; its data are there already where `static` is.

    What it logs is in the file `log` of the folder.
    """
    environment = {
        **os.environ,
        **SETTINGS,
        **settings,
        "DATABASE_URL": database_url,
        "STATIC_ROOT": str(static or folder / "static"),
    }
    if static is None:
        manage(environment, "migrate", "seed", "collectstatic --no-input")
    with (
        portal(environment, workers=WORKERS, log=folder / "log") as port,
        nginx(folder / "nginx", port) as front,
    ):
        yield Site(folder, environment, port, front)


def _children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def _clock(pid: int) -> int:
    """Return the clock of another process's processor time, as Linux numbers them."""
    return (~pid << 3) | 2


def kill(pid: int) -> None:
    os.kill(pid, signal.SIGKILL)
