"""Terms of the day from which benefits are paid."""

from calculators.rules.terms.start_date import FlexibleStartTerms, ResidentStartTerms
from portal.policy import models
from portal.policy.in_force import NoPolicyInForce, Rulebook, read_once
from portal.policy.terms.reading import decided_readings, named
from portal.policy.titles import FLEXIBLE, READINGS, RESIDENT

RESIDENT_START_TABLES = (
    (RESIDENT, "start_date"),
    (RESIDENT, "enrollment_window"),
    (RESIDENT, READINGS),
)
FLEXIBLE_START_TABLES = ((FLEXIBLE, "waiting"), (FLEXIBLE, READINGS))


@read_once
def resident_start_terms(book: Rulebook) -> ResidentStartTerms:
    """Return the terms of a resident's first day, or raise NoPolicyInForce.

    The days of the window's edition are the plan year that it opens (reading A-93).
    """
    window = (RESIDENT, "enrollment_window")
    table = (RESIDENT, "start_date")
    plan_year = book.edition(*window)
    if plan_year.in_force_until is None:
        # Without its last day nobody knows whether anything is left of the year.
        raise NoPolicyInForce(*window, book.day)
    return ResidentStartTerms(
        window_first=named(book, models.Day, *window, "first_day"),
        window_last=named(book, models.Day, *window, "last_day"),
        year_first=plan_year.in_force_from,
        year_last=plan_year.in_force_until,
        year=book.citing(*table, "window"),
        adult_waiting=named(book, models.Count, *table, "adult_waiting_months"),
        newborn_months=named(book, models.Count, *table, "newborn_months"),
        conversion_gap=named(book, models.Count, *table, "conversion_gap_months"),
        conversion_waiting=named(book, models.Count, *table, "conversion_waiting_months"),
        child_midyear=book.citing(*table, "child_midyear"),
        newborn_next_year=book.citing(*table, "newborn_next_year"),
        newborn_late=book.citing(*table, "newborn_late"),
        low_income=book.citing(*table, "low_income"),
        low_margin=book.citing(*table, "low_margin"),
        low_margin_student=book.citing(*table, "low_margin_student"),
        severe_disability=book.citing(*table, "severe_disability"),
        readings=decided_readings(book, RESIDENT, "A-53"),
    )


@read_once
def flexible_start_terms(book: Rulebook) -> FlexibleStartTerms:
    """Return the terms of a flexible worker's first day, or raise NoPolicyInForce."""
    table = (FLEXIBLE, "waiting")
    return FlexibleStartTerms(
        waiting_months=named(book, models.Count, *table, "waiting_months"),
        back_pay_months=named(book, models.Count, *table, "back_pay_months"),
        resident_years=named(book, models.Count, *table, "resident_years"),
        breaks_counted_from=named(book, models.Day, *table, "breaks_counted_from"),
        first=book.citing(*table, "first"),
        not_repaid=book.citing(*table, "not_repaid"),
        transfer=book.citing(*table, "transfer"),
        from_resident=book.citing(*table, "from_resident"),
        readings=decided_readings(book, FLEXIBLE, "A-47"),
    )
