"""PostgreSQL's backup and restore as docs/operations.zh.md has them, and every night's own."""

import os
import re
import shlex
import stat
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from tests.operation.postgresql import address_of, only_on_postgresql

pytestmark = [pytest.mark.django_db, pytest.mark.slow, only_on_postgresql]
ROOT = Path(__file__).resolve().parents[2]
ADDRESS = "SELECT address FROM offices_office WHERE slug = 'heping'"
# Printed in F-19.2.
HEPING = "和平区政务服务中心，和平区长白西路51号。"


def documented(program: str) -> str:
    """Return the one line of the manual that begins with `program`."""
    manual = (ROOT / "docs" / "operations.zh.md").read_text("utf-8")
    (line,) = re.findall(rf"^ *({program} .*)$", manual, re.MULTILINE)
    return str(line)


def test_what_the_night_kept_comes_back(database: str, tmp_path: Path) -> None:
    environment = {
        **os.environ,
        "DATABASE_URL": address_of(database),
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "SECRET_KEY": "only-for-these-tests",
    }

    def run(*command: str) -> None:
        subprocess.run(command, check=True, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)

    run("sh", "deploy/nightly.sh", str(tmp_path))
    (kept,) = tmp_path.iterdir()
    assert kept.name.endswith(".dump")
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    with psycopg.connect(environment["DATABASE_URL"], autocommit=True) as site:
        site.execute("UPDATE offices_office SET address = '别处'")
        run("sh", "-c", documented("pg_restore").replace("文件名", shlex.quote(str(kept))))
        # The connection of a site that went on meanwhile.
        assert site.execute(ADDRESS).fetchone() == (HEPING,)
    run(sys.executable, "manage.py", "migrate", "--check")
