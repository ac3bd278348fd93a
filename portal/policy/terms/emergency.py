"""Terms of emergency rescue outside a ward (门（急）诊抢救)."""

from calculators.rules.people import Place
from calculators.rules.terms.emergency import FlexibleEmergencyTerms, ResidentEmergencyTerms
from portal.policy import models
from portal.policy.in_force import Rulebook, TableKey, read_once
from portal.policy.terms.reading import decided_readings, named
from portal.policy.terms.stay import (
    OUT_OF_AREA_TABLE,
    SUPPLEMENTARY_SWITCHES,
    large_sum_terms,
    out_of_area_terms,
    supplementary_terms,
)
from portal.policy.titles import FLEXIBLE, READINGS, RESIDENT

FLEXIBLE_TABLES = tuple(
    (FLEXIBLE, name) for name in ("emergency", "pool", "large_sum", "supplementary", READINGS)
)
RESIDENT_TABLES = ((RESIDENT, "emergency"), (RESIDENT, READINGS))
EMERGENCY_SWITCHES = (*SUPPLEMENTARY_SWITCHES, "A-09", "A-09.deductible")
RESIDENT_OUT_OF_AREA_TABLE = (RESIDENT, "out_of_area")


def flexible_emergency_tables(place: Place) -> tuple[TableKey, ...]:
    """Return the tables that a flexible rescue at `place` is computed from."""
    return FLEXIBLE_TABLES if place == Place.LOCAL else (*FLEXIBLE_TABLES, OUT_OF_AREA_TABLE)


@read_once
def flexible_emergency_terms(book: Rulebook, *, out_of_area: bool) -> FlexibleEmergencyTerms:
    """Return the terms of a flexible rescue; those out of area only where they are asked for."""
    return FlexibleEmergencyTerms(
        rate=named(book, models.Rate, FLEXIBLE, "emergency", "rate"),
        scope=book.citing(FLEXIBLE, "emergency", "not_in_outpatient_limit"),
        pool_cap=named(book, models.Amount, FLEXIBLE, "pool", "yearly_limit"),
        large_sum=large_sum_terms(book),
        supplementary=supplementary_terms(book),
        out_of_area=out_of_area_terms(book) if out_of_area else None,
        readings=decided_readings(book, FLEXIBLE, *EMERGENCY_SWITCHES),
    )


def resident_emergency_tables(place: Place) -> tuple[TableKey, ...]:
    """Return the tables that a resident's rescue at `place` is computed from."""
    if place == Place.LONG_TERM:
        return (*RESIDENT_TABLES, RESIDENT_OUT_OF_AREA_TABLE)
    return RESIDENT_TABLES


@read_once
def resident_emergency_terms(book: Rulebook, *, out_of_area: bool) -> ResidentEmergencyTerms:
    """Return the terms of a resident's rescue, or raise NoPolicyInForce."""
    return ResidentEmergencyTerms(
        rate=named(book, models.Rate, RESIDENT, "emergency", "rate"),
        scope=book.citing(RESIDENT, "emergency", "scope"),
        out_of_area=book.citing(*RESIDENT_OUT_OF_AREA_TABLE, "policy") if out_of_area else (),
        readings=decided_readings(book, RESIDENT),
    )
