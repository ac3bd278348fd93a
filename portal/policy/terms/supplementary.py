"""Terms of the supplementary insurance on its own."""

from calculators.rules.terms.supplementary import SettlementTerms
from portal.policy.in_force import Rulebook, read_once
from portal.policy.terms.reading import decided_readings
from portal.policy.terms.stay import supplementary_terms
from portal.policy.titles import FLEXIBLE, READINGS

SUPPLEMENTARY_TABLES = ((FLEXIBLE, "supplementary"), (FLEXIBLE, READINGS))


@read_once
def settlement_terms(book: Rulebook) -> SettlementTerms:
    """Return the terms of the supplementary payment, or raise NoPolicyInForce."""
    return SettlementTerms(
        supplementary=supplementary_terms(book),
        readings=decided_readings(book, FLEXIBLE, "A-17"),
    )
