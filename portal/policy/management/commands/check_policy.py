"""`manage.py check_policy`: name what is missing, colliding, uncited or about to end."""

import datetime
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal import clock
from portal.policy.checks import check_published


class Command(BaseCommand):
    help = "检查已发布的政策数据：缺的表和格、撞期的版本、没有条款的行、快到期的版本、写错的引用。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--day", metavar="YYYY-MM-DD", help="查哪一天，不填就是今天")

    def handle(self, *args: Any, day: str | None = None, **options: Any) -> None:
        problems = check_published(_day(day))
        for problem in problems:
            self.stdout.write(f"{'错误' if problem.blocks else '提醒'}　{problem}")
        errors = sum(problem.blocks for problem in problems)
        self.stdout.write(f"{errors} 处错误，{len(problems) - errors} 处提醒。")
        if errors:
            sys.exit(1)


def _day(text: str | None) -> datetime.date:
    if text is None:
        return clock.today()
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        raise CommandError(f"“{text}”不是日期，请写成 2027-07-01 这样。") from None
