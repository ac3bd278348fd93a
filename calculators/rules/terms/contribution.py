"""Terms of what people pay: residents for a year, the flexible scheme by the month."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from calculators.rules.people import Hardship, Member
from calculators.rules.terms.common import Cited, SchemeTerms
from calculators.rules.terms.monthly import MonthlyAmounts


@dataclass(frozen=True, slots=True, kw_only=True)
class ResidentContributionTerms(SchemeTerms):
    """What a resident pays for the plan year, in yuan (R-2).

    `special_paid_by` are the clauses that say who pays for those who pay nothing.
    """

    fees: Mapping[tuple[Member, Hardship], Cited[Decimal]]
    special_paid_by: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FlexibleContributionTerms(SchemeTerms):
    """What the flexible scheme costs a month, and its large-sum fee of a year (F-3, F-4).

    `rate` is the share of last year's average wage that a month amounts to, `when` are the clauses
    that say that the fee is due, and when.
    """

    monthly: MonthlyAmounts
    rate: Cited[Decimal]
    large_sum_fee: Cited[Decimal]
    when: tuple[str, ...]
