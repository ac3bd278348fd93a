"""Terms of the day from which benefits are paid (R-1, R-6, F-6)."""

from dataclasses import dataclass
from datetime import date

from calculators.rules.terms.common import Cited, SchemeTerms

Clauses = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ResidentStartTerms(SchemeTerms):
    """Everything the first day of a resident's benefits is computed from.

    The window and the plan year are both ends included. `year` are the clauses that say from when
    to when a plan year lasts; the others are those of one kind of person.
    """

    window_first: Cited[date]
    window_last: Cited[date]
    year_first: date
    year_last: date
    year: Clauses
    adult_waiting: Cited[int]
    newborn_months: Cited[int]
    conversion_gap: Cited[int]
    conversion_waiting: Cited[int]
    child_midyear: Clauses
    newborn_next_year: Clauses
    newborn_late: Clauses
    low_income: Clauses
    low_margin: Clauses
    low_margin_student: Clauses
    severe_disability: Clauses

    @property
    def window(self) -> Clauses:
        """The clauses of the window, and of what a payment inside it opens."""
        days = dict.fromkeys((self.window_first.clause, self.window_last.clause))
        return (*days, *self.year)

    def in_window(self, day: date) -> bool:
        """Whether `day` lies in the window in which the plan year is paid for in advance."""
        return self.window_first.value <= day <= self.window_last.value


@dataclass(frozen=True, slots=True, kw_only=True)
class FlexibleStartTerms(SchemeTerms):
    """Everything the first day of a flexible worker's benefits is computed from.

    A break that began before `breaks_counted_from` is not in the documents. `first`, `not_repaid`,
    `transfer` and `from_resident` are clauses of these cases.
    """

    waiting_months: Cited[int]
    back_pay_months: Cited[int]
    resident_years: Cited[int]
    breaks_counted_from: Cited[date]
    first: Clauses
    not_repaid: Clauses
    transfer: Clauses
    from_resident: Clauses
