"""A served site with a database of its own: for browser tests, and for the pictures in docs/.

The site runs in its own process, as `./dev serve` runs it: what is tested is what is served,
compression, hashed static files and headers included.
"""

import datetime
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen
from zoneinfo import ZoneInfo

from benchmarks.servers import SERVED, end

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 60
SHENYANG = ZoneInfo("Asia/Shanghai")
PASSWORD = "shen-yang-2025"  # of every account of such a site
# How Chromium is started: in Chinese, and quiet.
CHROMIUM_ARGUMENTS = ["--no-sandbox", "--lang=zh-CN", "--disable-background-networking"]


@dataclass(frozen=True)
class Prepared:
    """What takes half a minute to make and is the same for every site: data and static files."""

    database: Path
    static: Path


@dataclass
class Site:
    """A running site: where it answers, and how to run a management command on its data."""

    address: str
    environment: dict[str, str]
    server: subprocess.Popen[bytes] | None = None

    def stop(self) -> None:
        """End its process, as a machine that fails does; its data stay."""
        if self.server is not None:
            end(self.server)

    def manage(self, *command: str) -> None:
        subprocess.run(
            [sys.executable, "manage.py", *command],
            cwd=ROOT,
            env=self.environment,
            check=True,
            stdout=subprocess.DEVNULL,
        )

    def stop_clock(self, day: datetime.date) -> None:
        """Let the site take today for `day`; its settings must be `tests.browser.settings`."""
        ahead = day - datetime.datetime.now(SHENYANG).date()
        Path(self.environment["CLOCK_FILE"]).write_text(str(ahead.days))

    def add_staff(self, *people: tuple[str, str]) -> None:
        """Make accounts, each a user name and a role; all have the same password."""
        for name, role in people:
            self.manage(
                "shell",
                "-c",
                "from django.contrib.auth.models import Group, User;"
                f"User.objects.create_user('{name}', password='{PASSWORD}', is_staff=True)"
                f".groups.add(Group.objects.get(name='{role}'))",
            )


def collect(static: Path) -> None:
    """Collect and compress the static files as an installation does, unless they are there."""
    if (static / "staticfiles.json").exists():
        return
    subprocess.run(
        [sys.executable, "manage.py", "collectstatic", "--noinput", "--verbosity=0"],
        cwd=ROOT,
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "portal.settings",
            "STATIC_ROOT": str(static),
            "STATIC_BROTLI": "1",
            "SECRET_KEY": "only-for-these-tests",
        },
        check=True,
    )


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(address: str) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        try:
            urlopen(address)
        except URLError:
            time.sleep(0.2)
        else:
            return
    raise TimeoutError(f"the site did not answer within {START_SECONDS} s")


@contextmanager
def serve(
    folder: Path,
    *,
    prepared: Prepared | None = None,
    settings: str = "portal.settings",
    workers: int = 1,
    brotli: bool = True,
    reread_seconds: float = 0,
) -> Iterator[Site]:
    """Serve a freshly seeded site of its own, as production does, until the block ends.

    A change shows with the next request, unless `reread_seconds` has it wait as installations do.
    What is not `prepared` is made here.
    """
    database = folder / "portal.sqlite3"
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": settings,
        "DATABASE_URL": f"sqlite:///{database}",
        "STATIC_ROOT": str(prepared.static if prepared else folder / "static"),
        "STATIC_BROTLI": str(int(brotli)),
        "SECRET_KEY": "only-for-these-tests",
        "PAGE_CACHE_REREAD_SECONDS": str(reread_seconds),
        "FEEDBACK_AN_HOUR": "100",  # all tests come from one address
        "DJANGO_SUPERUSER_PASSWORD": PASSWORD,
        "CLOCK_FILE": str(folder / "days-ahead"),
    }
    port = _free_port()
    running = Site(f"http://127.0.0.1:{port}", environment)
    if prepared:
        shutil.copyfile(prepared.database, database)
    else:
        running.manage("migrate", "--verbosity=0")
        running.manage("seed")
        running.manage("collectstatic", "--noinput", "--verbosity=0")
    running.manage("createsuperuser", "--noinput", "--username=clerk", "--email=")
    running.server = subprocess.Popen(
        [sys.executable, "-m", SERVED],
        cwd=ROOT,
        env={**environment, "PORT": str(port), "WEB_CONCURRENCY": str(workers)},
    )
    try:
        _wait_for(running.address)
        yield running
    finally:
        running.stop()
