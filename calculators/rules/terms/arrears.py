"""Terms of paying months that are owed."""

from dataclasses import dataclass
from datetime import date

from calculators.rules.months import Month
from calculators.rules.terms.common import Cited, SchemeTerms
from calculators.rules.terms.monthly import MonthlyAmounts


@dataclass(frozen=True, slots=True, kw_only=True)
class ArrearsTerms(SchemeTerms):
    """Which months may still be paid, and at what amount (F-6.4, F-6.5, F-8).

    Months up to that of `until` are paid at retirement, `scope` are the clauses that say so. Of
    later months at most `back_pay_months` in all, which `not_repaid` says.
    """

    monthly: MonthlyAmounts
    until: Cited[date]
    scope: tuple[str, ...]
    back_pay_months: Cited[int]
    not_repaid: tuple[str, ...]

    @property
    def last_month(self) -> Month:
        """The last month that may be paid at retirement."""
        return Month.of(self.until.value)
