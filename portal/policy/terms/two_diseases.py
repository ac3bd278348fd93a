"""Terms of drugs for high blood pressure and diabetes (“两病”用药)."""

from calculators.rules.people import Disease
from calculators.rules.terms import Cited
from calculators.rules.terms.two_diseases import TwoDiseasesTerms
from portal.policy import models
from portal.policy.in_force import Rulebook, read_once
from portal.policy.terms.reading import decided_readings, named, whole
from portal.policy.titles import READINGS, RESIDENT

TABLE = (RESIDENT, "two_diseases")
TWO_DISEASES_TABLES = (TABLE, (RESIDENT, READINGS))


@read_once
def two_diseases_terms(book: Rulebook) -> TwoDiseasesTerms:
    """Return the terms of drugs for both diseases, or raise NoPolicyInForce."""
    limits = {
        Disease(row.disease): Cited(row.amount, row.clause.code)
        for row in book.rows(models.DiseaseLimit, *TABLE)
    }
    return TwoDiseasesTerms(
        rate=named(book, models.Rate, *TABLE, "rate"),
        limits=whole(book, TABLE, limits, Disease),
        scope=book.citing(*TABLE, "scope"),
        readings=decided_readings(book, RESIDENT, "A-67"),
    )
