"""Terms of retirement: years to have paid, and how those that are missing are paid."""

from collections.abc import Iterable

from calculators.rules.people import Sex
from calculators.rules.terms import Cited
from calculators.rules.terms.retirement import RetirementTerms, Years
from portal.policy import models
from portal.policy.in_force import NoPolicyInForce, Rulebook, read_once
from portal.policy.models.choices import YearsBasis
from portal.policy.terms.contribution import MONTHLY_TABLE, arrears_until, monthly_amounts
from portal.policy.terms.reading import decided_readings, named
from portal.policy.titles import FLEXIBLE, READINGS

RETIREMENT_TABLE = (FLEXIBLE, "retirement")
TOP_UP_TABLE = (FLEXIBLE, "top_up")
RETIREMENT_TABLES = (RETIREMENT_TABLE, TOP_UP_TABLE, MONTHLY_TABLE, (FLEXIBLE, READINGS))


@read_once
def retirement_terms(book: Rulebook) -> RetirementTerms:
    """Return everything a retirement is computed from, or raise NoPolicyInForce.

    Years reach from the first row to the next: those by sex and those by the day of approval start
    without a first day, so that no day lies before them.
    """
    total = book.rows(models.MinimumTotalYears, *RETIREMENT_TABLE)
    actual = book.rows(models.MinimumActualYears, *RETIREMENT_TABLE)
    top_up = named(book, models.Rate, *TOP_UP_TABLE, "rate")
    by_sex = {sex: _years(row for row in total if row.sex == sex) for sex in Sex}
    by_approval = _years(row for row in actual if row.basis == YearsBasis.APPROVAL)
    by_age = _years(row for row in actual if row.basis == YearsBasis.REACHES_AGE)
    if not by_age or any(not rows or rows[0].first for rows in (*by_sex.values(), by_approval)):
        raise NoPolicyInForce(*RETIREMENT_TABLE, book.day)
    return RetirementTerms(
        total=by_sex,
        actual_by_approval=by_approval,
        actual_by_age=by_age,
        increments=book.citing(*RETIREMENT_TABLE, "increments"),
        deemed=(
            named(book, models.Day, *RETIREMENT_TABLE, "deemed_until").clause,
            *book.citing(*RETIREMENT_TABLE, "outside_years"),
        ),
        enough=book.citing(*RETIREMENT_TABLE, "enough"),
        continuing=book.citing(*RETIREMENT_TABLE, "continue"),
        first_join_late=book.citing(*RETIREMENT_TABLE, "first_join_late"),
        # The clause has a first day and no rule before it: the table starts on that day.
        top_up_since=Cited(book.edition(*TOP_UP_TABLE).in_force_from, top_up.clause),
        monthly=monthly_amounts(book),
        arrears_until=arrears_until(book),
        arrears=book.citing(*MONTHLY_TABLE, "arrears"),
        readings=decided_readings(book, FLEXIBLE),
    )


def _years(
    rows: Iterable[models.MinimumTotalYears | models.MinimumActualYears],
) -> tuple[Years, ...]:
    """Rows in rising order; the one without a first day comes first."""
    ordered = sorted(rows, key=lambda row: (row.first_day is not None, row.first_day))
    return tuple(Years(r.first_day, r.last_day, r.years, r.clause.code) for r in ordered)
