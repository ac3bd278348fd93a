"""`manage.py restore FILE`: the database as it was when it was backed up."""

import datetime
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.utils import timezone

from portal.operation.backups import NotRestorable, back_up, check, restore
from portal.operation.management.commands.backup import ELSEWHERE


class Command(BaseCommand):
    help = "用备份文件换掉现在的数据库。现在的数据先自动备份一份。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="用 manage.py backup 做的文件")

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        if connection.vendor != "sqlite":
            raise CommandError(ELSEWHERE)
        try:
            check(file)
            kept = self._keep(timezone.localtime())
            restore(file)
        except NotRestorable as error:
            raise CommandError(str(error)) from None
        self.stdout.write(f"已恢复成 {file}。恢复以前的数据在 {kept}。")
        self.stdout.write("请接着运行 manage.py migrate。")

    def _keep(self, now: datetime.datetime) -> Path:
        database = Path(connection.settings_dict["NAME"])
        kept = database.with_name(f"before-restore-{now:%Y%m%d-%H%M%S}.sqlite3")
        back_up(kept)
        return kept
