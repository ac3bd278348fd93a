"""Terms of listed outpatient diseases (门诊慢特病)."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from calculators.rules.people import ChronicCategory, Group, OutpatientTier
from calculators.rules.terms.common import Cited, SchemeTerms


@dataclass(frozen=True, slots=True, kw_only=True)
class FlexibleChronicTerms(SchemeTerms):
    """Everything a listed disease of the flexible scheme is computed from (F-12, F-17.8, F-17.9).

    `closed` are the clauses by which new people are no longer admitted to 慢性病 benefits,
    `out_of_area` those that carry Shenyang's terms to another place; empty in Shenyang.
    """

    rates: Mapping[tuple[ChronicCategory, Group], Cited[Decimal]]
    large_sum_rates: Mapping[tuple[ChronicCategory, Group], Cited[Decimal]]
    pool_cap: Cited[Decimal]
    large_sum_cap: Cited[Decimal]
    closed: tuple[str, ...]
    out_of_area: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ResidentChronicTerms(SchemeTerms):
    """The rates of listed diseases of the resident scheme (R-9.2, R-9.3)."""

    rates: Mapping[tuple[ChronicCategory, OutpatientTier], Cited[Decimal]]
