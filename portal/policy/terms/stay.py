"""Terms of hospital stays, and of the stages above the pool that other care shares with them."""

from collections.abc import Mapping
from itertools import product

from calculators.rules.bands import Band
from calculators.rules.money import ZERO
from calculators.rules.people import Condition, Group, Place, Tier
from calculators.rules.terms import (
    Adjustment,
    Cited,
    Decrement,
    Exemption,
    FlexibleStayTerms,
    InpatientTerms,
    LargeSumTerms,
    OutOfAreaTerms,
    ResidentStayTerms,
    SupplementaryTerms,
)
from portal.policy import models
from portal.policy.in_force import NoPolicyInForce, Rulebook, read_once
from portal.policy.models.choices import Care
from portal.policy.terms.reading import (
    bands_from_zero,
    bands_of,
    decided_readings,
    named,
    whole,
)
from portal.policy.titles import FLEXIBLE, READINGS, RESIDENT

# The tables that a stay is computed from, in the order in which an answer names them.
FLEXIBLE_STAY_TABLES = tuple(
    (FLEXIBLE, name) for name in ("inpatient", "pool", "large_sum", "supplementary", READINGS)
)
OUT_OF_AREA_TABLE = (FLEXIBLE, "out_of_area")
SUPPLEMENTARY_TABLE = (FLEXIBLE, "supplementary")
RESIDENT_STAY_TABLES = ((RESIDENT, "inpatient"), (RESIDENT, READINGS))

# The cells that people can ask for.
EMPLOYEES = (Group.ACTIVE, Group.RETIRED)
RESIDENTS = (Group.MINOR, Group.ADULT)
INPATIENT_CELLS = {
    FLEXIBLE: tuple(
        product(
            (Tier.LEVEL1, Tier.LEVEL2_DISTRICT, Tier.LEVEL2_CITY, Tier.LEVEL3, Tier.TOP3),
            EMPLOYEES,
        )
    ),
    RESIDENT: tuple(
        product((Tier.GRASSROOTS, Tier.LEVEL1, Tier.LEVEL2, Tier.LEVEL3, Tier.TOP3), RESIDENTS)
    ),
}
EXEMPT_CONDITIONS = (Condition.NO_DEDUCTIBLE, Condition.CANCER)
SUPPLEMENTARY_COLUMNS = (Place.LOCAL, Place.TEMPORARY)
AWAY = (Place.LONG_TERM, Place.TEMPORARY, Place.TEMPORARY_EMERGENCY)

# The switches that rules ask for.
SUPPLEMENTARY_SWITCHES = ("A-17", "A-19.long_term", "A-19.temporary_emergency")
FLEXIBLE_STAY_SWITCHES = (
    *("A-01", "A-05", "A-07", "A-08", "A-08.deductible", "A-09", "A-09.deductible"),
    *SUPPLEMENTARY_SWITCHES,
)
RESIDENT_STAY_SWITCHES = ("A-61",)


@read_once
def flexible_stay_terms(book: Rulebook, *, out_of_area: bool) -> FlexibleStayTerms:
    """Return the terms of a flexible stay; those out of area only where they are asked for.

    Raises NoPolicyInForce where a table that is needed is not on file for the day.
    """
    return FlexibleStayTerms(
        inpatient=inpatient_terms(book, FLEXIBLE),
        pool_cap=named(book, models.Amount, FLEXIBLE, "pool", "yearly_limit"),
        large_sum=large_sum_terms(book),
        supplementary=supplementary_terms(book),
        out_of_area=out_of_area_terms(book) if out_of_area else None,
        readings=decided_readings(book, FLEXIBLE, *FLEXIBLE_STAY_SWITCHES),
    )


@read_once
def resident_stay_terms(book: Rulebook) -> ResidentStayTerms:
    """Return the terms of a resident stay, or raise NoPolicyInForce."""
    return ResidentStayTerms(
        inpatient=inpatient_terms(book, RESIDENT),
        readings=decided_readings(book, RESIDENT, *RESIDENT_STAY_SWITCHES),
    )


@read_once
def inpatient_terms(book: Rulebook, scheme: str) -> InpatientTerms:
    """Return the inpatient table of a scheme (F-14, R-7).

    Raises NoPolicyInForce where it is on file without a cell, its decrement or an exemption: a row
    that is missing would look like a deductible that nothing lowers. So it does where the flexible
    scheme has rates by bands, of which the large-sum stage knows nothing.
    """
    table = (scheme, "inpatient")
    deductibles = {
        (Tier(row.tier), Group(row.group)): Cited(row.amount, row.clause.code)
        for row in book.rows(models.InpatientDeductible, *table)
    }
    bands: dict[tuple[Tier, Group], list[Band]] = {}
    for row in book.rows(models.InpatientRate, *table):
        key = (Tier(row.tier), Group(row.group))
        bands.setdefault(key, []).append(Band(row.above, row.rate, row.clause.code))
    exemptions = {
        Condition(row.condition): Exemption(row.from_admission, row.local_only, row.clause.code)
        for row in book.rows(models.DeductibleExemption, *table)
    }
    rates = {key: bands_from_zero(book, table, rows) for key, rows in bands.items()}
    if scheme == FLEXIBLE and any(len(of_cell.bands) > 1 for of_cell in rates.values()):
        raise NoPolicyInForce(*table, book.day)
    return InpatientTerms(
        deductibles=whole(book, table, deductibles, INPATIENT_CELLS[scheme]),
        rates=whole(book, table, rates, INPATIENT_CELLS[scheme]),
        # Only the flexible scheme lowers the deductible of further stays.
        decrement=_decrement(book) if scheme == FLEXIBLE else None,
        exemptions=whole(book, table, exemptions, EXEMPT_CONDITIONS),
        scope=book.citing(*table, "scope"),
    )


def _decrement(book: Rulebook) -> Decrement:
    for row in book.rows(models.AdmissionDecrement, FLEXIBLE, "inpatient"):
        return Decrement(row.step, row.most_times, row.clause.code)
    raise NoPolicyInForce(FLEXIBLE, "inpatient", book.day)


@read_once
def large_sum_terms(book: Rulebook) -> LargeSumTerms:
    """Return the terms of the large-sum stage (F-4.7, F-17)."""
    return LargeSumTerms(
        cap=named(book, models.Amount, FLEXIBLE, "large_sum", "yearly_limit"),
        reduction=named(book, models.Rate, FLEXIBLE, "large_sum", "reduction"),
        scope=book.citing(FLEXIBLE, "large_sum", "scope"),
    )


@read_once
def supplementary_terms(book: Rulebook) -> SupplementaryTerms:
    """Return the two columns of the supplementary table (F-16.6 to F-16.13).

    It is one table of the same bands in every column. Raises NoPolicyInForce where a column lacks a
    band: the one below or nothing at all would be paid in its place.
    """
    cells = {
        (Place(row.place), row.above): Band(row.above, row.rate, row.clause.code)
        for row in book.rows(models.SupplementaryBand, *SUPPLEMENTARY_TABLE)
    }
    edges = {above for _, above in cells}
    columns = dict.fromkeys((*SUPPLEMENTARY_COLUMNS, *(place for place, _ in cells)))
    whole(book, SUPPLEMENTARY_TABLE, cells, product(columns, edges or [ZERO]))
    return SupplementaryTerms(
        bands={place: bands_of(cells[place, above] for above in edges) for place in columns},
        scope=book.citing(*SUPPLEMENTARY_TABLE, "scope"),
        columns={
            place: book.citing(*SUPPLEMENTARY_TABLE, f"column_{place.value}") for place in columns
        },
    )


@read_once
def out_of_area_terms(book: Rulebook) -> OutOfAreaTerms:
    """Return what being out of area changes (F-15)."""
    rows = book.rows(models.OutOfAreaAdjustment, *OUT_OF_AREA_TABLE)

    def adjustments(care: str) -> Mapping[Place, Adjustment]:
        by_place = {
            Place(row.place): Adjustment(row.deductible_times, row.rate_minus, row.clause.code)
            for row in rows
            if row.care == care
        }
        return whole(book, OUT_OF_AREA_TABLE, by_place, AWAY)

    return OutOfAreaTerms(
        inpatient=adjustments(Care.INPATIENT),
        emergency=adjustments(Care.EMERGENCY),
        old_policy_until=named(book, models.Day, *OUT_OF_AREA_TABLE, "old_policy_until"),
        no_reduction=book.citing(*OUT_OF_AREA_TABLE, "no_reduction"),
        large_sum={
            place: book.citing(*OUT_OF_AREA_TABLE, f"large_sum_{place.value}")
            for place in (Place.TEMPORARY, Place.TEMPORARY_EMERGENCY)
        },
    )
