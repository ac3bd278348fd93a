"""Months and the arithmetic of days that the documents use (「次月」, 「3个月内」, 「1年」)."""

import calendar
from dataclasses import dataclass
from datetime import date

MONTHS_A_YEAR = 12


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """A calendar month. `month` counts from 1."""

    year: int
    month: int

    @classmethod
    def of(cls, day: date) -> "Month":
        """Return the month that `day` lies in."""
        return cls(day.year, day.month)

    def __add__(self, months: int) -> "Month":
        index = self.year * MONTHS_A_YEAR + self.month - 1 + months
        return Month(index // MONTHS_A_YEAR, index % MONTHS_A_YEAR + 1)

    def __sub__(self, other: "Month") -> int:
        """Return how many months `other` lies before this one."""
        return (self.year - other.year) * MONTHS_A_YEAR + self.month - other.month

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.month:02d}"

    @property
    def first_day(self) -> date:
        """The first day of the month."""
        return date(self.year, self.month, 1)


def next_month(day: date, months: int = 1) -> date:
    """「次月」: the first day of the month that comes `months` after the month of `day`."""
    return (Month.of(day) + months).first_day


def months_later(day: date, months: int) -> date:
    """The same day `months` later; the last of the month where that month is shorter (A-56)."""
    target = Month.of(day) + months
    last = calendar.monthrange(target.year, target.month)[1]
    return date(target.year, target.month, min(day.day, last))
