"""A SQLite database into one file and back, while the site goes on. PostgreSQL has pg_dump.

SQLite's own backup copies a database that is in use as it was at one moment. Restoring copies the
other way, in one transaction: a worker sees the old data or the new, never half of it.
"""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from django.db import connection
from django.db.backends.sqlite3._functions import (  # type: ignore[import-untyped]
    register as register_functions,
)
from django.db.migrations.loader import MigrationLoader

from portal.policy.models import PublicVersion

PATIENCE_SECONDS = 60.0  # for writers who are just at it


class NotRestorable(Exception):
    """A file is no whole database of this portal; the message says why, in Chinese."""


def back_up(target: Path) -> int:
    """Write the whole database to a new file of mode 0600; return its size in bytes.

    Raises FileExistsError where there is a file already, and OSError where it cannot be written.
    The file appears only when it is complete.
    """
    if target.exists():
        raise FileExistsError(target)
    unfinished = target.with_name(f".{target.name}.unfinished")
    unfinished.unlink(missing_ok=True)
    os.close(os.open(unfinished, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    try:
        with closing(_live()) as live, closing(sqlite3.connect(unfinished)) as copy:
            live.backup(copy)
            # One file that needs no companions, wherever it is carried.
            copy.execute("PRAGMA journal_mode=DELETE")
        unfinished.rename(target)
    finally:
        unfinished.unlink(missing_ok=True)
    return target.stat().st_size


def restore(source: Path) -> None:
    """Replace the database by a backup. Raises NotRestorable and changes nothing if it is none.

    An older backup is restored as it was; `manage.py migrate` then brings it up to date.
    """
    check(source)
    connection.close()
    with closing(_read_only(source)) as backup, closing(_live()) as live:
        live.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        backup.backup(live)
    if _has_table(PublicVersion._meta.db_table):
        # What workers keep of the data must not come back as true by having the same number.
        PublicVersion.step()


def check(source: Path) -> None:
    """Raise NotRestorable unless the file is a whole database that this version can go on from."""
    try:
        with closing(_read_only(source)) as backup:
            state = backup.execute("PRAGMA integrity_check").fetchone()[0]
            ran = set(backup.execute("SELECT app, name FROM django_migrations"))
    except sqlite3.Error as error:
        raise NotRestorable(f"{source} 不是本站的备份，或者已经损坏：{error}") from error
    if state != "ok":
        raise NotRestorable(f"{source} 已经损坏：{state}")
    known = set(MigrationLoader(None).disk_migrations or ())
    if newer := sorted(f"{app}.{name}" for app, name in ran - known):
        raise NotRestorable(
            f"{source} 是更新的版本做的备份，请先升级程序。这里没有：{'、'.join(newer)}"
        )


def _live() -> sqlite3.Connection:
    return sqlite3.connect(str(connection.settings_dict["NAME"]), timeout=PATIENCE_SECONDS)


def _read_only(source: Path) -> sqlite3.Connection:
    opened = sqlite3.connect(f"{source.absolute().as_uri()}?mode=ro", uri=True)
    # Constraints that Django made call functions of its own.
    register_functions(opened)
    return opened


def _has_table(name: str) -> bool:
    return name in connection.introspection.table_names()
