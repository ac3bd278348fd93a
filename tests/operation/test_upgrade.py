"""A database of an earlier version is brought up to date with everything that people put into it.

The earlier version is the commit before the last one that changed a migration or a fixture.
"""

import json
import os
import subprocess
import sys
import tarfile
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from tests.operation import staff_data

pytestmark = pytest.mark.slow
ROOT = Path(__file__).resolve().parents[2]
DATA = ("*/migrations/*.py", "fixtures")
PAGES = ("/", "/updates/", "/offices/heping/", "/enrollment/resident/", "/search/?q=205")
ANSWER = "/calculators/inpatient/?scheme=flexible&group=active&tier=level3&cost=20000"
# Asks today's code for its pages, and the desk as the clerk who was made before.
LOOK = """
import json, sys
import django
django.setup()
from django.test import Client
from django.urls import reverse
public, desk = Client(), Client()
desk.post(reverse("admin:login"), {"username": "审核人", "password": sys.argv[1]})
pages = {path: public.get(path) for path in sys.argv[2:]}
pages["desk"] = desk.get(reverse("admin:desk:sets"))
print(json.dumps({path: [page.status_code, page.content.decode()] for path, page in pages.items()}))
"""


def git(*command: str) -> bytes:
    run = subprocess.run(["git", *command], cwd=ROOT, capture_output=True, check=False)
    if run.returncode:
        pytest.skip(f"no history here: git {command[0]}: {run.stderr.decode().strip()}")
    return run.stdout


def earlier_commit() -> str:
    """Return the commit whose data are brought up to date. Skips where a clone does not have it."""
    if git("status", "--porcelain", "--", *DATA):
        return "HEAD"
    last = git("log", "-1", "--format=%H", "--", *DATA).decode().strip()
    return git("rev-parse", "--verify", f"{last}^").decode().strip()


class Version:
    """A tree of the program that works on the database."""

    def __init__(self, tree: Path, database: Path) -> None:
        self._tree = tree
        self._environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "tests.settings",
            "DATABASE_URL": f"sqlite:///{database}",
            "SECRET_KEY": "only-for-these-tests",
            "PYTHONDONTWRITEBYTECODE": "1",
        }

    def run(self, *arguments: str) -> str:
        run = subprocess.run(
            [sys.executable, *arguments],
            cwd=self._tree,
            env=self._environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert run.returncode == 0, run.stderr
        return run.stdout

    def bring_up_to_date(self) -> str:
        """Migrate and seed; return what `seed` says."""
        self.run("manage.py", "migrate", "--verbosity=0")
        return self.run("manage.py", "seed")


@pytest.fixture(scope="module")
def earlier(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("earlier")
    with tarfile.open(fileobj=BytesIO(git("archive", earlier_commit()))) as archive:
        archive.extractall(folder, filter="data")
    # Its own, where it has one.
    script = folder / "tests" / "operation" / "staff_data.py"
    if not script.exists():
        script.write_bytes(Path(staff_data.__file__).read_bytes())
    return folder


def test_everything_is_still_there_and_nothing_twice(earlier: Path, tmp_path: Path) -> None:
    database = tmp_path / "portal.sqlite3"
    old, new = Version(earlier, database), Version(ROOT, database)
    assert "新载入" in old.bring_up_to_date()
    before = json.loads(old.run("-m", "tests.operation.staff_data", "write"))
    new.bring_up_to_date()
    assert "初始数据已是最新" in new.run("manage.py", "seed")  # nothing is loaded a second time
    after = json.loads(new.run("-m", "tests.operation.staff_data", "tell"))
    assert {name: after[name] for name in before} == before
    assert after["clerk"]
    assert after["limit"] == "160000.00"
    assert [kept[1] for kept in after["sets"]] == ["draft", "published"]
    look(new)


def look(new: Version) -> None:
    """Read today's pages of yesterday's data."""
    told: dict[str, Any] = json.loads(new.run("-c", LOOK, staff_data.PASSWORD, *PAGES, ANSWER))
    pages = {path: page for path, (status, page) in told.items() if status == 200}
    assert pages.keys() == {*PAGES, ANSWER, "desk"}
    assert staff_data.ADDRESS in pages["/offices/heping/"]
    assert "160,000" in pages["/updates/"]
    assert pages["desk"].count("调整统筹基金限额") >= 2
