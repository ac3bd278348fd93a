"""Terms of listed outpatient diseases (门诊慢特病)."""

from collections.abc import Mapping
from decimal import Decimal
from itertools import product

from calculators.rules.people import ChronicCategory, Group, OutpatientTier, Place
from calculators.rules.terms import Cited
from calculators.rules.terms.chronic import FlexibleChronicTerms, ResidentChronicTerms
from portal.policy import models
from portal.policy.in_force import Rulebook, TableKey, read_once
from portal.policy.terms.reading import decided_readings, named, whole
from portal.policy.terms.stay import EMPLOYEES, OUT_OF_AREA_TABLE
from portal.policy.titles import FLEXIBLE, READINGS, RESIDENT

FLEXIBLE_TABLES = tuple((FLEXIBLE, name) for name in ("chronic", "pool", "large_sum", READINGS))
RESIDENT_TABLE = (RESIDENT, "chronic")
RESIDENT_CHRONIC_TABLES = (RESIDENT_TABLE, (RESIDENT, READINGS))
# The cells that people can ask for.
EMPLOYEE_CELLS = tuple(
    product((ChronicCategory.DIALYSIS, ChronicCategory.SPECIAL, ChronicCategory.CHRONIC), EMPLOYEES)
)
RESIDENT_CELLS = tuple(
    product(
        (ChronicCategory.LISTED, ChronicCategory.OTHER),
        (OutpatientTier.LEVEL1_OR_BELOW, OutpatientTier.LEVEL2, OutpatientTier.LEVEL3_OR_ABOVE),
    )
)


def flexible_chronic_tables(place: Place) -> tuple[TableKey, ...]:
    """Return the tables that a listed disease of the flexible scheme at `place` is computed from."""
    return FLEXIBLE_TABLES if place == Place.LOCAL else (*FLEXIBLE_TABLES, OUT_OF_AREA_TABLE)


@read_once
def flexible_chronic_terms(book: Rulebook, *, out_of_area: bool) -> FlexibleChronicTerms:
    """Return the terms of a listed disease; those out of area only where they are asked for."""
    return FlexibleChronicTerms(
        rates=_employee_rates(book, "chronic"),
        large_sum_rates=_employee_rates(book, "large_sum"),
        pool_cap=named(book, models.Amount, FLEXIBLE, "pool", "yearly_limit"),
        large_sum_cap=named(book, models.Amount, FLEXIBLE, "large_sum", "yearly_limit"),
        closed=book.citing(FLEXIBLE, "chronic", "closed"),
        out_of_area=book.citing(*OUT_OF_AREA_TABLE, "chronic") if out_of_area else (),
        readings=decided_readings(book, FLEXIBLE),
    )


@read_once
def resident_chronic_terms(book: Rulebook) -> ResidentChronicTerms:
    """Return the rates of listed diseases of residents, or raise NoPolicyInForce."""
    rates = {
        (ChronicCategory(row.category), OutpatientTier(row.tier)): Cited(row.rate, row.clause.code)
        for row in book.rows(models.ResidentChronicRate, *RESIDENT_TABLE)
    }
    return ResidentChronicTerms(
        rates=whole(book, RESIDENT_TABLE, rates, RESIDENT_CELLS),
        readings=decided_readings(book, RESIDENT),
    )


def _employee_rates(
    book: Rulebook, table: str
) -> Mapping[tuple[ChronicCategory, Group], Cited[Decimal]]:
    rates = {
        (ChronicCategory(row.category), Group(row.group)): Cited(row.rate, row.clause.code)
        for row in book.rows(models.EmployeeChronicRate, FLEXIBLE, table)
    }
    return whole(book, (FLEXIBLE, table), rates, EMPLOYEE_CELLS)
