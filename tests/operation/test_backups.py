"""A backup is the whole database at one moment; a restore brings it back, and nothing else does."""

import os
import sqlite3
import stat
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from django.db import connection

from portal.operation.backups import check

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        connection.vendor != "sqlite",
        reason="SQLite's own; what holds on PostgreSQL is in test_pg_dump.py",
    ),
]

ROOT = Path(__file__).resolve().parents[2]
ADDRESS = "SELECT address FROM offices_office WHERE slug = 'heping'"
# Printed in F-19.2.
HEPING = "和平区政务服务中心，和平区长白西路51号。"


class Installation:
    """A seeded database of its own, in a process of its own, as a city has it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.database = folder / "portal.sqlite3"
        self._environment = {
            **os.environ,
            "DATABASE_URL": f"sqlite:///{self.database}",
            "SECRET_KEY": "only-for-these-tests",
            "DJANGO_SETTINGS_MODULE": "portal.settings",
        }

    def manage(self, *command: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "manage.py", *command],
            check=False,
            cwd=ROOT,
            env=self._environment,
            capture_output=True,
            text=True,
        )

    def ask(self, question: str) -> str:
        with closing(sqlite3.connect(self.database)) as database:
            return str(database.execute(question).fetchone()[0])

    def tell(self, statement: str) -> None:
        with closing(sqlite3.connect(self.database)) as database:
            database.execute(statement)
            database.commit()


@pytest.fixture(scope="module")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = Installation(tmp_path_factory.mktemp("seeded"))
    assert made.manage("migrate", "-v0").returncode == 0
    assert made.manage("seed").returncode == 0
    return made.database


@pytest.fixture
def installation(seeded: Path, tmp_path: Path) -> Installation:
    made = Installation(tmp_path)
    with closing(sqlite3.connect(seeded)) as old, closing(sqlite3.connect(made.database)) as new:
        old.backup(new)
    return made


def test_what_was_backed_up_comes_back(installation: Installation) -> None:
    backup = installation.folder / "backup.sqlite3"
    assert installation.ask(ADDRESS) == HEPING
    assert "已备份到" in installation.manage("backup", str(backup)).stdout
    installation.tell("UPDATE offices_office SET address = '别处' WHERE slug = 'heping'")
    version = int(installation.ask("SELECT number FROM caching_publicversion"))
    restored = installation.manage("restore", str(backup))
    assert restored.returncode == 0, restored.stderr
    assert installation.ask(ADDRESS) == HEPING
    assert int(installation.ask("SELECT number FROM caching_publicversion")) > version
    assert installation.manage("migrate", "--check").returncode == 0
    kept = next(installation.folder.glob("before-restore-*.sqlite3"))
    with closing(sqlite3.connect(kept)) as database:
        assert database.execute(ADDRESS).fetchone()[0] == "别处"


def test_a_backup_is_readable_by_its_owner_only_and_replaces_nothing(
    installation: Installation,
) -> None:
    backup = installation.folder / "backup.sqlite3"
    installation.manage("backup", str(backup))
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600
    again = installation.manage("backup", str(backup))
    assert again.returncode == 1
    assert "已经有了" in again.stderr
    assert sorted(file.name for file in installation.folder.glob("*backup*")) == [backup.name]


def test_a_backup_under_load_is_whole(installation: Installation) -> None:
    # Both rows are written in one transaction each time, so a whole copy has both alike.
    command = [sys.executable, "-c", WRITER, str(installation.database)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as writer:
        try:
            assert writer.stdout is not None
            writer.stdout.readline()
            for turn in range(3):
                _check_copy(installation, installation.folder / f"backup-{turn}.sqlite3")
        finally:
            writer.kill()


def _check_copy(installation: Installation, backup: Path) -> None:
    made = installation.manage("backup", str(backup))
    assert made.returncode == 0, made.stderr
    check(backup)
    with closing(sqlite3.connect(backup)) as copy:
        query = "SELECT address FROM offices_office WHERE slug IN ('heping', 'shenhe')"
        first, second = (address for (address,) in copy.execute(query))
    assert first == second
    assert first.startswith("第")


WRITER = """
import sqlite3, sys
database = sqlite3.connect(sys.argv[1], timeout=60)
for turn in range(1_000_000):
    with database:
        for slug in ("heping", "shenhe"):
            database.execute(
                "UPDATE offices_office SET address = ? WHERE slug = ?", (f"第{turn}处", slug)
            )
    if not turn:
        print("begun", flush=True)
"""


@pytest.mark.parametrize("content", [b"", b"no database", b"SQLite format 3\x00" + b"\xff" * 4096])
def test_what_is_no_backup_is_refused_and_changes_nothing(
    installation: Installation, content: bytes
) -> None:
    file = installation.folder / "wrong.sqlite3"
    file.write_bytes(content)
    refused = installation.manage("restore", str(file))
    assert refused.returncode == 1
    assert "Traceback" not in refused.stderr
    assert "不是本站的备份" in refused.stderr
    assert installation.ask(ADDRESS) == HEPING
    assert not list(installation.folder.glob("before-restore-*"))


def test_a_file_that_is_not_there_is_refused(installation: Installation) -> None:
    refused = installation.manage("restore", str(installation.folder / "nothing.sqlite3"))
    assert refused.returncode == 1
    assert "Traceback" not in refused.stderr


def test_a_backup_of_a_newer_version_is_refused(installation: Installation) -> None:
    backup = installation.folder / "backup.sqlite3"
    installation.manage("backup", str(backup))
    with closing(sqlite3.connect(backup)) as database:
        database.execute(
            "INSERT INTO django_migrations (app, name, applied) VALUES ('offices', '9999_x', '')"
        )
        database.commit()
    refused = installation.manage("restore", str(backup))
    assert refused.returncode == 1
    assert "offices.9999_x" in refused.stderr
