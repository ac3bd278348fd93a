"""Terms of hospital stays, and of the stages above the pool that other care shares with them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from calculators.rules.bands import Bands
from calculators.rules.people import Condition, Group, Place, Tier
from calculators.rules.terms.common import Cited, SchemeTerms


@dataclass(frozen=True, slots=True)
class Decrement:
    """How the deductible falls with each further stay of the year (F-14.10)."""

    step: Decimal
    most_times: int
    clause: str


@dataclass(frozen=True, slots=True)
class Exemption:
    """A condition that lifts the deductible, from which stay of the year on, and where.

    `local_only` is true where the clause asks for a Shenyang institution (R-7.9).
    """

    from_admission: int
    local_only: bool
    clause: str


@dataclass(frozen=True, slots=True)
class InpatientTerms:
    """The inpatient table of one scheme (F-14, R-7).

    `deductibles` are yuan for a stay, `rates` the fund's share of the cost after the deductible.
    `scope` are the clauses that say which cost counts.
    """

    deductibles: Mapping[tuple[Tier, Group], Cited[Decimal]]
    rates: Mapping[tuple[Tier, Group], Bands]
    decrement: Decrement | None
    exemptions: Mapping[Condition, Exemption]
    scope: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Adjustment:
    """What being out of area does to the local table: the deductible times, the rate minus."""

    deductible_times: Decimal
    rate_minus: Decimal
    clause: str


@dataclass(frozen=True, slots=True)
class OutOfAreaTerms:
    """Terms of care out of area (F-15).

    Who filed a long-term residence on `old_policy_until` or before keeps a policy that is not in
    the documents. `no_reduction` are the clauses that take exemptions away, `large_sum` those that
    say which terms hold in the large-sum stage.
    """

    inpatient: Mapping[Place, Adjustment]
    emergency: Mapping[Place, Adjustment]
    old_policy_until: Cited[date]
    no_reduction: tuple[str, ...]
    large_sum: Mapping[Place, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class LargeSumTerms:
    """Large-sum supplement (大额): its yearly limit and the share of deductible and self-payment
    that is left of the basic ones (F-4.7, F-17.5)."""

    cap: Cited[Decimal]
    reduction: Cited[Decimal]
    scope: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SupplementaryTerms:
    """Supplementary insurance (补充): bands by column of its table (F-16.6 to F-16.13).

    `scope` are the clauses that say of which self-payment, `columns` those that name the columns.
    """

    bands: Mapping[Place, Bands]
    scope: tuple[str, ...]
    columns: Mapping[Place, tuple[str, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class FlexibleStayTerms(SchemeTerms):
    """Everything a stay of the flexible scheme is computed from."""

    inpatient: InpatientTerms
    pool_cap: Cited[Decimal]
    large_sum: LargeSumTerms
    supplementary: SupplementaryTerms
    out_of_area: OutOfAreaTerms | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ResidentStayTerms(SchemeTerms):
    """Everything a stay of the resident scheme is computed from."""

    inpatient: InpatientTerms
