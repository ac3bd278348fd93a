"""Terms of maternity: childbirth, family planning, assisted reproduction."""

from dataclasses import dataclass
from decimal import Decimal

from calculators.rules.terms.common import Cited, SchemeTerms
from calculators.rules.terms.stay import InpatientTerms, ResidentStayTerms


@dataclass(frozen=True, slots=True)
class MaternityStayTerms:
    """Stays of the flexible scheme (F-18.5 to F-18.8): the inpatient table, and what differs.

    `childbirth_deductible` holds for childbirth, also after `weeks` of pregnancy without a birth;
    `family_planning` and `away` are the clauses about the other stays and about other places.
    """

    inpatient: InpatientTerms
    childbirth_deductible: Cited[Decimal]
    weeks: Cited[int]
    family_planning: tuple[str, ...]
    away: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AssistedTerms:
    """Assisted reproduction (F-18.10): the pool's share, and how many times it is paid."""

    rate: Cited[Decimal]
    deductible: Cited[Decimal]
    most_times: Cited[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class FlexibleMaternityTerms(SchemeTerms):
    """Terms of the flexible scheme: of stays or of assisted reproduction, whichever is asked."""

    pool_cap: Cited[Decimal]
    stay: MaternityStayTerms | None = None
    assisted: AssistedTerms | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ResidentMaternityTerms(ResidentStayTerms):
    """Terms of residents (R-13): a stay, and the allowance for checks before a birth."""

    allowance: Cited[Decimal]
    weeks: Cited[int]
    scope: tuple[str, ...]
