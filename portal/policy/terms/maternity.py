"""Terms of maternity: childbirth, family planning, assisted reproduction."""

from calculators.rules.people import MaternityKind
from calculators.rules.terms.maternity import (
    AssistedTerms,
    FlexibleMaternityTerms,
    MaternityStayTerms,
    ResidentMaternityTerms,
)
from portal.policy import models
from portal.policy.in_force import Rulebook, TableKey, read_once
from portal.policy.terms.reading import decided_readings, named
from portal.policy.terms.stay import RESIDENT_STAY_SWITCHES, inpatient_terms
from portal.policy.titles import FLEXIBLE, READINGS, RESIDENT

CHILDBIRTH_TABLE = (FLEXIBLE, "childbirth")
ASSISTED_TABLE = (FLEXIBLE, "assisted_reproduction")
RESIDENT_TABLE = (RESIDENT, "maternity")
RESIDENT_MATERNITY_TABLES = ((RESIDENT, "inpatient"), RESIDENT_TABLE, (RESIDENT, READINGS))


def flexible_maternity_tables(kind: MaternityKind | None) -> tuple[TableKey, ...]:
    """Return the tables that a kind of maternity care needs; those of a stay where none is named."""
    if kind == MaternityKind.ASSISTED_REPRODUCTION:
        return ASSISTED_TABLE, (FLEXIBLE, "pool"), (FLEXIBLE, READINGS)
    return (FLEXIBLE, "inpatient"), CHILDBIRTH_TABLE, (FLEXIBLE, "pool"), (FLEXIBLE, READINGS)


@read_once
def flexible_maternity_terms(book: Rulebook, kind: MaternityKind) -> FlexibleMaternityTerms:
    """Return the terms of a kind of maternity care, or raise NoPolicyInForce."""
    assisted = kind == MaternityKind.ASSISTED_REPRODUCTION
    return FlexibleMaternityTerms(
        pool_cap=named(book, models.Amount, FLEXIBLE, "pool", "yearly_limit"),
        stay=None if assisted else _stay(book),
        assisted=_assisted(book) if assisted else None,
        readings=decided_readings(book, FLEXIBLE, "A-29" if assisted else "A-01"),
    )


def _stay(book: Rulebook) -> MaternityStayTerms:
    return MaternityStayTerms(
        inpatient=inpatient_terms(book, FLEXIBLE),
        childbirth_deductible=named(book, models.Amount, *CHILDBIRTH_TABLE, "deductible"),
        weeks=named(book, models.Count, *CHILDBIRTH_TABLE, "weeks"),
        family_planning=book.citing(*CHILDBIRTH_TABLE, "family_planning"),
        away=book.citing(*CHILDBIRTH_TABLE, "away"),
    )


def _assisted(book: Rulebook) -> AssistedTerms:
    return AssistedTerms(
        rate=named(book, models.Rate, *ASSISTED_TABLE, "rate"),
        deductible=named(book, models.Amount, *ASSISTED_TABLE, "deductible"),
        most_times=named(book, models.Count, *ASSISTED_TABLE, "most_times"),
    )


@read_once
def resident_maternity_terms(book: Rulebook) -> ResidentMaternityTerms:
    """Return the terms of residents' maternity, or raise NoPolicyInForce."""
    return ResidentMaternityTerms(
        inpatient=inpatient_terms(book, RESIDENT),
        allowance=named(book, models.Amount, *RESIDENT_TABLE, "prenatal_allowance"),
        weeks=named(book, models.Count, *RESIDENT_TABLE, "weeks"),
        scope=book.citing(*RESIDENT_TABLE, "scope"),
        readings=decided_readings(book, RESIDENT, *RESIDENT_STAY_SWITCHES),
    )
