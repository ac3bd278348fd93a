"""Terms of ordinary outpatient care (门诊统筹)."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from calculators.rules.people import Group, OutpatientTier
from calculators.rules.terms.common import Cited, SchemeTerms


@dataclass(frozen=True, slots=True, kw_only=True)
class FlexibleOutpatientTerms(SchemeTerms):
    """Everything an outpatient visit of the flexible scheme is computed from (F-13).

    `deductibles` are yuan for a year, `limits` what the fund pays in a year to those who hold
    慢性病 benefits (True) and to all others (False). `maternity`, `long_term` and `temporary` are
    the clauses on such visits (F-18.9, F-15.18, F-15.19); empty where the case does not need them.
    """

    deductibles: Mapping[OutpatientTier, Cited[Decimal]]
    rates: Mapping[tuple[OutpatientTier, Group], Cited[Decimal]]
    limits: Mapping[bool, Cited[Decimal]]
    scope: tuple[str, ...]
    pool_cap: Cited[Decimal]
    maternity: tuple[str, ...]
    long_term: tuple[str, ...]
    temporary: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ResidentOutpatientTerms(SchemeTerms):
    """Everything outpatient care of the resident scheme is computed from (R-10), by quarter."""

    deductible: Cited[Decimal]
    limit: Cited[Decimal]
    rate: Cited[Decimal]
    scope: tuple[str, ...]
