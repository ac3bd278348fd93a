"""`manage.py backup FILE`: the whole database into one file, while the site goes on."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from portal.operation.backups import back_up

ELSEWHERE = (
    "这个命令只管 SQLite。PostgreSQL 请用 pg_dump --format=custom 备份，用 pg_restore --clean 恢复；"
    "见 docs/operations.zh.md。"
)


class Command(BaseCommand):
    help = "把整个数据库备份成一个文件。网站不用停。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="新文件的名字，例如 backup-2026-11-22.sqlite3")

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        if connection.vendor != "sqlite":
            raise CommandError(ELSEWHERE)
        try:
            size = back_up(file)
        except FileExistsError:
            raise CommandError(f"{file} 已经有了，请换一个名字。") from None
        except OSError as error:
            raise CommandError(f"写不进 {file}：{error.strerror}") from None
        self.stdout.write(f"已备份到 {file}，{size / 1024 / 1024:.1f} MB。")
