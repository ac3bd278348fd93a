"""Terms of the filing of a long-term residence out of area (F-15.29 to F-15.31, R-15.5)."""

from dataclasses import dataclass
from datetime import date

from calculators.rules.terms.common import Cited, SchemeTerms


@dataclass(frozen=True, slots=True, kw_only=True)
class ResidentFilingTerms(SchemeTerms):
    """How long a resident's filing lasts: always, as the clauses `lasting` say."""

    lasting: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FlexibleFilingTerms(SchemeTerms):
    """How long a flexible worker's filing lasts, by the paper it rests on.

    `lasting` are the clauses of papers without an end, `permit` those of a residence permit with
    one; a permit without one lasts `permit_years`. `day` is the day that is asked about.
    """

    day: date
    lasting: tuple[str, ...]
    permit: tuple[str, ...]
    permit_years: Cited[int]
    old_policy_until: Cited[date]
