"""Terms of hospital stays, and of the stages above the pool that other care shares with them."""

from calculators.rules.bands import Band
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
from portal.policy.in_force import NoPolicyInForce, Rulebook
from portal.policy.models.choices import Care
from portal.policy.terms.reading import bands_of, decided_readings, named
from portal.policy.titles import FLEXIBLE, READINGS, RESIDENT

# The tables that a stay is computed from, in the order in which an answer names them.
FLEXIBLE_STAY_TABLES = tuple(
    (FLEXIBLE, name) for name in ("inpatient", "pool", "large_sum", "supplementary", READINGS)
)
OUT_OF_AREA_TABLE = (FLEXIBLE, "out_of_area")
RESIDENT_STAY_TABLES = ((RESIDENT, "inpatient"), (RESIDENT, READINGS))


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
        readings=decided_readings(book, FLEXIBLE),
    )


def resident_stay_terms(book: Rulebook) -> ResidentStayTerms:
    """Return the terms of a resident stay, or raise NoPolicyInForce."""
    return ResidentStayTerms(
        inpatient=inpatient_terms(book, RESIDENT), readings=decided_readings(book, RESIDENT)
    )


def inpatient_terms(book: Rulebook, scheme: str) -> InpatientTerms:
    """Return the inpatient table of a scheme (F-14, R-7).

    Raises NoPolicyInForce where it is on file without its decrement or an exemption: a row that is
    missing would look like a deductible that nothing lowers.
    """
    bands: dict[tuple[Tier, Group], list[Band]] = {}
    for row in book.rows(models.InpatientRate, scheme, "inpatient"):
        key = (Tier(row.tier), Group(row.group))
        bands.setdefault(key, []).append(Band(row.above, row.rate, row.clause.code))
    exemptions = {
        Condition(row.condition): Exemption(row.from_admission, row.local_only, row.clause.code)
        for row in book.rows(models.DeductibleExemption, scheme, "inpatient")
    }
    if exemptions.keys() != set(Condition) - {Condition.NONE}:
        raise NoPolicyInForce(scheme, "inpatient", book.day)
    return InpatientTerms(
        deductibles={
            (Tier(row.tier), Group(row.group)): Cited(row.amount, row.clause.code)
            for row in book.rows(models.InpatientDeductible, scheme, "inpatient")
        },
        rates={key: bands_of(rows) for key, rows in bands.items()},
        # Only the flexible scheme lowers the deductible of further stays.
        decrement=_decrement(book) if scheme == FLEXIBLE else None,
        exemptions=exemptions,
        scope=book.citing(scheme, "inpatient", "scope"),
    )


def _decrement(book: Rulebook) -> Decrement:
    for row in book.rows(models.AdmissionDecrement, FLEXIBLE, "inpatient"):
        return Decrement(row.step, row.most_times, row.clause.code)
    raise NoPolicyInForce(FLEXIBLE, "inpatient", book.day)


def large_sum_terms(book: Rulebook) -> LargeSumTerms:
    """Return the terms of the large-sum stage (F-4.7, F-17)."""
    return LargeSumTerms(
        cap=named(book, models.Amount, FLEXIBLE, "large_sum", "yearly_limit"),
        reduction=named(book, models.Rate, FLEXIBLE, "large_sum", "reduction"),
        scope=book.citing(FLEXIBLE, "large_sum", "scope"),
    )


def supplementary_terms(book: Rulebook) -> SupplementaryTerms:
    """Return the two columns of the supplementary table (F-16.6 to F-16.13)."""
    bands: dict[Place, list[Band]] = {}
    for row in book.rows(models.SupplementaryBand, FLEXIBLE, "supplementary"):
        place = Place(row.place)
        bands.setdefault(place, []).append(Band(row.above, row.rate, row.clause.code))
    return SupplementaryTerms(
        bands={place: bands_of(rows) for place, rows in bands.items()},
        scope=book.citing(FLEXIBLE, "supplementary", "scope"),
        columns={
            place: book.citing(FLEXIBLE, "supplementary", f"column_{place.value}")
            for place in bands
        },
    )


def out_of_area_terms(book: Rulebook) -> OutOfAreaTerms:
    """Return what being out of area changes (F-15)."""
    rows = book.rows(models.OutOfAreaAdjustment, *OUT_OF_AREA_TABLE)

    def adjustments(care: str) -> dict[Place, Adjustment]:
        return {
            Place(row.place): Adjustment(row.deductible_times, row.rate_minus, row.clause.code)
            for row in rows
            if row.care == care
        }

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
