"""Terms of retirement: years to have paid, and how those that are missing are paid."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from calculators.rules.people import Sex
from calculators.rules.terms.common import Cited, SchemeTerms
from calculators.rules.terms.monthly import MonthlyAmounts


@dataclass(frozen=True, slots=True)
class Years:
    """Years that are needed where a certain day is `first` or later (None: ever before).

    They hold until the next row starts, or to `last` where the clause bounds them.
    """

    first: date | None
    last: date | None
    years: int
    clause: str


def years_on(rows: Sequence[Years], day: date | None) -> Years | None:
    """Return the row of `day` from `rows` in rising order; None where there is none.

    A day that is not known matters only where the years differ by it.
    """
    if day is None:
        return rows[0] if len(rows) == 1 and rows[0].first is None else None
    started = [row for row in rows if row.first is None or row.first <= day]
    if not started or (started[-1].last and started[-1].last < day):
        return None
    return started[-1]


@dataclass(frozen=True, slots=True, kw_only=True)
class RetirementTerms(SchemeTerms):
    """Everything a retirement is computed from (F-5, F-8).

    `total` are the years in all, by sex and the day of reaching the age. The years actually paid
    go by the day of approval (`actual_by_approval`) or, later, by that of reaching the age
    (`actual_by_age`). `top_up_since` is the first day on which a one-off top-up has a rule; the
    other fields of text are the clauses about their matter.
    """

    total: Mapping[Sex, tuple[Years, ...]]
    actual_by_approval: tuple[Years, ...]
    actual_by_age: tuple[Years, ...]
    increments: tuple[str, ...]
    deemed: tuple[str, ...]
    enough: tuple[str, ...]
    continuing: tuple[str, ...]
    first_join_late: tuple[str, ...]
    top_up_since: Cited[date]
    monthly: MonthlyAmounts
    arrears_until: Cited[date]
    arrears: tuple[str, ...]
