"""Terms of the filing of a long-term residence out of area."""

from calculators.rules.terms.filing import FlexibleFilingTerms, ResidentFilingTerms
from portal.policy import models
from portal.policy.in_force import Rulebook, read_once
from portal.policy.terms.reading import decided_readings, named
from portal.policy.titles import FLEXIBLE, READINGS, RESIDENT

FLEXIBLE_FILING_TABLES = ((FLEXIBLE, "out_of_area"), (FLEXIBLE, READINGS))
RESIDENT_FILING_TABLES = ((RESIDENT, "out_of_area"), (RESIDENT, READINGS))


@read_once
def flexible_filing_terms(book: Rulebook) -> FlexibleFilingTerms:
    """Return how long a flexible worker's filing lasts, or raise NoPolicyInForce."""
    table = (FLEXIBLE, "out_of_area")
    return FlexibleFilingTerms(
        day=book.day,
        lasting=book.citing(*table, "filing_lasting"),
        permit=book.citing(*table, "filing_permit"),
        permit_years=named(book, models.Count, *table, "permit_years"),
        old_policy_until=named(book, models.Day, *table, "old_policy_until"),
        readings=decided_readings(book, FLEXIBLE),
    )


@read_once
def resident_filing_terms(book: Rulebook) -> ResidentFilingTerms:
    """Return how long a resident's filing lasts, or raise NoPolicyInForce."""
    return ResidentFilingTerms(
        lasting=book.citing(RESIDENT, "out_of_area", "filing_lasting"),
        readings=decided_readings(book, RESIDENT),
    )
