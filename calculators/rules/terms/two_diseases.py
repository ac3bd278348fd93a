"""Terms of drugs for high blood pressure and diabetes (“两病”用药)."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from calculators.rules.people import Disease
from calculators.rules.terms.common import Cited, SchemeTerms


@dataclass(frozen=True, slots=True, kw_only=True)
class TwoDiseasesTerms(SchemeTerms):
    """Everything that drugs for both diseases are computed from (R-11).

    `limits` are what the fund pays in a year for each disease, in yuan.
    """

    rate: Cited[Decimal]
    limits: Mapping[Disease, Cited[Decimal]]
    scope: tuple[str, ...]
