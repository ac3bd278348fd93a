"""How often pages and calculators were used in the last days, ready to be shown as a chart."""

import datetime
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import QuerySet, Sum

from portal.feedback.counting import CALCULATORS
from portal.feedback.models import DailyCount
from portal.staff.page_names import page_names

DAYS = 30
MOST_PAGES = 100
Kind = DailyCount.Kind


@dataclass(frozen=True, slots=True)
class Use:
    """What happened on a page, and how long its bar is: in percent of the longest."""

    path: str
    name: str
    opened: int
    answered: int
    refused: int
    wrong: int
    share: int

    @property
    def refused_percent(self) -> int | None:
        """How many of a hundred cases that were answered got no number; None where there was none."""
        asked = self.answered + self.refused
        return round(100 * self.refused / asked) if asked else None


@dataclass(frozen=True, slots=True)
class Day:
    """A day's sums, with the place and height of its bar in the chart (100 wide a bar: 10)."""

    day: datetime.date
    opened: int
    answered: int
    refused: int
    x: int
    height: int

    @property
    def y(self) -> int:
        return 100 - self.height


def by_day(today: datetime.date) -> list[Day]:
    """Return the last days, oldest first, also those without a use."""
    first = today - datetime.timedelta(days=DAYS - 1)
    sums: dict[tuple[datetime.date, str], int] = {
        (row["day"], row["kind"]): row["sum"]
        for row in _counts(today).values("day", "kind").annotate(sum=Sum("count"))
    }
    days = [first + datetime.timedelta(days=n) for n in range(DAYS)]
    most = max((sums.get((day, Kind.OPENED), 0) for day in days), default=0)
    return [
        Day(
            day,
            opened := sums.get((day, Kind.OPENED), 0),
            sums.get((day, Kind.ANSWERED), 0),
            sums.get((day, Kind.REFUSED), 0),
            x=10 * n + 1,
            height=_part(opened, most),
        )
        for n, day in enumerate(days)
    ]


def by_page(today: datetime.date) -> tuple[list[Use], list[Use], int]:
    """Return calculators, other pages (the most used first), and how many pages were left out."""
    sums: dict[str, dict[str, int]] = defaultdict(dict)
    for row in _counts(today).values("path", "kind").annotate(sum=Sum("count")):
        sums[row["path"]][row["kind"]] = row["sum"]
    names = page_names(sums)
    calculators = {path: kinds for path, kinds in sums.items() if _is_calculator(path)}
    pages = {path: kinds for path, kinds in sums.items() if path not in calculators}
    others = _uses(pages, names)
    return _uses(calculators, names), others[:MOST_PAGES], max(0, len(others) - MOST_PAGES)


def _is_calculator(path: str) -> bool:
    return path.startswith(CALCULATORS) and path not in CALCULATORS


def _uses(sums: Mapping[str, Mapping[str, int]], names: Mapping[str, str]) -> list[Use]:
    most = max((_weight(kinds) for kinds in sums.values()), default=0)
    uses = [
        Use(
            path,
            names[path],
            opened=kinds.get(Kind.OPENED, 0),
            answered=kinds.get(Kind.ANSWERED, 0),
            refused=kinds.get(Kind.REFUSED, 0),
            wrong=kinds.get(Kind.WRONG, 0),
            share=_part(_weight(kinds), most),
        )
        for path, kinds in sums.items()
    ]
    return sorted(uses, key=lambda use: (-_weight(sums[use.path]), use.path))


def _weight(kinds: Mapping[str, int]) -> int:
    """How much a page was used: opened, or asked by a program that opens no page."""
    asked = sum(kinds.get(kind, 0) for kind in (Kind.ANSWERED, Kind.REFUSED, Kind.WRONG))
    return max(kinds.get(Kind.OPENED, 0), asked)


def _part(count: int, most: int) -> int:
    """The length of a bar from 0 to 100; what is not nothing can be seen."""
    return max(1, round(100 * count / most)) if count else 0


def _counts(today: datetime.date) -> QuerySet[DailyCount]:
    first = today - datetime.timedelta(days=DAYS - 1)
    return DailyCount.objects.order_by().filter(day__gte=first, day__lte=today)
