"""`manage.py export_policy`: the policy of a day as a fixture."""

import datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal import clock
from portal.policy.exporting import fixture_of, write_fixture
from portal.policy.models import ChangeSet


class Command(BaseCommand):
    help = "把某一天的政策数据导出成初始数据文件，格式和 fixtures/ 里的一样。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--day", metavar="YYYY-MM-DD", help="导出哪一天的，不填就是今天")
        parser.add_argument("--set", metavar="SLUG", help="连同这张还没有发布的变更单")
        parser.add_argument("--all", action="store_true", help="导出所有已发布的，不论哪一天")
        parser.add_argument("--output", metavar="FILE", help="写到哪个文件，不填就直接输出")

    def handle(self, *args: Any, **options: Any) -> None:
        day, everything = options["day"], options["all"]
        if day is not None and everything:
            raise CommandError("--day 和 --all 只能填一个。")
        draft = _draft(options["set"]) if options["set"] else None
        records = fixture_of(_day(day), draft, everything=everything)
        written = write_fixture(records)
        if not options["output"]:
            self.stdout.write(written, ending="")
            return
        try:
            Path(options["output"]).write_text(written, encoding="utf-8")
        except OSError as error:
            raise CommandError(f"不能写入 {options['output']}：{error.strerror}。") from None
        self.stdout.write(f"已导出 {len(records)} 条记录到 {options['output']}。")


def _day(text: str | None) -> datetime.date:
    if text is None:
        return clock.today()
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        raise CommandError(f"“{text}”不是日期，请写成 2027-07-01 这样。") from None


def _draft(slug: str) -> ChangeSet:
    found = ChangeSet.objects.filter(slug=slug).first()
    if found is None:
        raise CommandError(f"没有标识是“{slug}”的变更单。")
    if found.is_final:
        raise CommandError(f"变更单“{found}”已经发布过，不用 --set。")
    return found
