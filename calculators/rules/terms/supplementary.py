"""Terms of the supplementary insurance on its own."""

from dataclasses import dataclass

from calculators.rules.terms.common import SchemeTerms
from calculators.rules.terms.stay import SupplementaryTerms


@dataclass(frozen=True, slots=True, kw_only=True)
class SettlementTerms(SchemeTerms):
    """Everything that the supplementary payment on settlements is computed from."""

    supplementary: SupplementaryTerms
