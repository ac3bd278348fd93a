"""Terms of a retiree's personal account."""

from dataclasses import dataclass
from decimal import Decimal

from calculators.rules.terms.common import Cited, SchemeTerms


@dataclass(frozen=True, slots=True, kw_only=True)
class RetireeAccountTerms(SchemeTerms):
    """What comes into the account each month, and the large-sum fee that leaves it (F-7.2, F-4.5).

    `fee_at_once` is the fee of those who pay it once by the tax channel (F-4.6); it is there only
    where it is asked for.
    """

    monthly_in: Cited[Decimal]
    monthly_fee: Cited[Decimal]
    fee_at_once: Cited[Decimal] | None
