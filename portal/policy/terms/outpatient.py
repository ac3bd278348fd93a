"""Terms of ordinary outpatient care (门诊统筹)."""

from itertools import product

from calculators.rules.people import Group, OutpatientTier, Place
from calculators.rules.terms import Cited
from calculators.rules.terms.outpatient import FlexibleOutpatientTerms, ResidentOutpatientTerms
from portal.policy import models
from portal.policy.in_force import Rulebook, TableKey, read_once
from portal.policy.terms.reading import decided_readings, named, whole
from portal.policy.terms.stay import EMPLOYEES, OUT_OF_AREA_TABLE
from portal.policy.titles import FLEXIBLE, READINGS, RESIDENT

FLEXIBLE_TABLES = tuple((FLEXIBLE, name) for name in ("outpatient", "pool", READINGS))
MATERNITY_TABLE = (FLEXIBLE, "maternity_outpatient")
# The tiers that people can ask for.
TIERS = (
    OutpatientTier.LEVEL1_OR_BELOW,
    OutpatientTier.LEVEL2,
    OutpatientTier.SPECIALIST3,
    OutpatientTier.LEVEL3,
    OutpatientTier.TOP3,
)
RESIDENT_OUTPATIENT_TABLES = ((RESIDENT, "outpatient"), (RESIDENT, READINGS))


def flexible_outpatient_tables(place: Place, *, maternity: bool) -> tuple[TableKey, ...]:
    """Return the tables that a visit needs; a maternity visit counts alike at every place."""
    if maternity:
        return (*FLEXIBLE_TABLES, MATERNITY_TABLE)
    return FLEXIBLE_TABLES if place == Place.LOCAL else (*FLEXIBLE_TABLES, OUT_OF_AREA_TABLE)


@read_once
def flexible_outpatient_terms(
    book: Rulebook, *, out_of_area: bool, maternity: bool
) -> FlexibleOutpatientTerms:
    """Return the terms of a visit; those out of area and of maternity only where asked for."""
    table = (FLEXIBLE, "outpatient")
    deductibles = {
        OutpatientTier(row.tier): Cited(row.amount, row.clause.code)
        for row in book.rows(models.OutpatientDeductible, *table)
    }
    rates = {
        (OutpatientTier(row.tier), Group(row.group)): Cited(row.rate, row.clause.code)
        for row in book.rows(models.OutpatientRate, *table)
    }
    limits = {
        row.chronic_holder: Cited(row.amount, row.clause.code)
        for row in book.rows(models.OutpatientLimit, *table)
    }
    return FlexibleOutpatientTerms(
        deductibles=whole(book, table, deductibles, TIERS),
        rates=whole(book, table, rates, product(TIERS, EMPLOYEES)),
        limits=whole(book, table, limits, (True, False)),
        scope=book.citing(*table, "scope"),
        pool_cap=named(book, models.Amount, FLEXIBLE, "pool", "yearly_limit"),
        maternity=book.citing(*MATERNITY_TABLE, "scope") if maternity else (),
        long_term=book.citing(*OUT_OF_AREA_TABLE, "outpatient_long_term") if out_of_area else (),
        temporary=book.citing(*OUT_OF_AREA_TABLE, "outpatient_temporary") if out_of_area else (),
        readings=decided_readings(book, FLEXIBLE, "A-24", "A-25"),
    )


@read_once
def resident_outpatient_terms(book: Rulebook) -> ResidentOutpatientTerms:
    """Return the terms of residents' outpatient care, or raise NoPolicyInForce."""
    table = (RESIDENT, "outpatient")
    return ResidentOutpatientTerms(
        deductible=named(book, models.Amount, *table, "quarter_deductible"),
        limit=named(book, models.Amount, *table, "quarter_limit"),
        rate=named(book, models.Rate, *table, "rate"),
        scope=book.citing(*table, "scope"),
        readings=decided_readings(book, RESIDENT),
    )
