"""Terms of emergency rescue outside a ward (门（急）诊抢救)."""

from dataclasses import dataclass
from decimal import Decimal

from calculators.rules.terms.common import Cited, SchemeTerms
from calculators.rules.terms.stay import LargeSumTerms, OutOfAreaTerms, SupplementaryTerms


@dataclass(frozen=True, slots=True, kw_only=True)
class FlexibleEmergencyTerms(SchemeTerms):
    """Everything a rescue of the flexible scheme is computed from (F-11, F-15, F-16, F-17).

    `rate` is the pool's share; `scope` are the clauses that say which limit it counts towards.
    `out_of_area` is needed for any place but local.
    """

    rate: Cited[Decimal]
    scope: tuple[str, ...]
    pool_cap: Cited[Decimal]
    large_sum: LargeSumTerms
    supplementary: SupplementaryTerms
    out_of_area: OutOfAreaTerms | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ResidentEmergencyTerms(SchemeTerms):
    """Everything a rescue of the resident scheme is computed from (R-8).

    `out_of_area` are the clauses that carry Shenyang's terms to another place (R-15.2).
    """

    rate: Cited[Decimal]
    scope: tuple[str, ...]
    out_of_area: tuple[str, ...]
