"""Terms of the residents' major-illness insurance (居民大病保险)."""

from calculators.rules.bands import Band
from calculators.rules.terms import Cited
from calculators.rules.terms.major_illness import MajorIllnessTerms
from portal.policy import models
from portal.policy.in_force import Rulebook, read_once
from portal.policy.terms.reading import bands_from_zero, decided_readings
from portal.policy.titles import READINGS, RESIDENT

TABLE = (RESIDENT, "major_illness")
MAJOR_ILLNESS_TABLES = (TABLE, (RESIDENT, READINGS))


@read_once
def major_illness_terms(book: Rulebook) -> MajorIllnessTerms:
    """Return the terms of the major-illness insurance, or raise NoPolicyInForce.

    The documents do not give the threshold; it is read where staff have entered one (A-63).
    """
    bands = (
        Band(row.above, row.rate, row.clause.code)
        for row in book.rows(models.MajorIllnessBand, *TABLE)
    )
    thresholds = (
        Cited(row.value, row.clause.code)
        for row in book.rows(models.Amount, *TABLE)
        if row.name == "threshold"
    )
    return MajorIllnessTerms(
        bands=bands_from_zero(book, TABLE, bands),
        threshold=next(thresholds, None),
        scope=book.citing(*TABLE, "scope"),
        tilt=book.citing(*TABLE, "tilt"),
        readings=decided_readings(book, RESIDENT),
    )
