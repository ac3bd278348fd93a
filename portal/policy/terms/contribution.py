"""Terms of what people pay: residents for a year, the flexible scheme by the month."""

import datetime
from itertools import product

from calculators.rules.months import Month
from calculators.rules.people import Hardship, Member
from calculators.rules.terms import Cited
from calculators.rules.terms.contribution import (
    FlexibleContributionTerms,
    ResidentContributionTerms,
)
from calculators.rules.terms.monthly import MonthlyAmount, MonthlyAmounts
from portal.policy import models
from portal.policy.in_force import NoPolicyInForce, Rulebook, read_once
from portal.policy.terms.reading import decided_readings, named, whole
from portal.policy.titles import FLEXIBLE, READINGS, RESIDENT

FEE_TABLE = (RESIDENT, "contribution")
RESIDENT_CONTRIBUTION_TABLES = (FEE_TABLE, (RESIDENT, READINGS))
MONTHLY_TABLE = (FLEXIBLE, "contribution")
FLEXIBLE_CONTRIBUTION_TABLES = (MONTHLY_TABLE, (FLEXIBLE, "large_sum_fee"), (FLEXIBLE, READINGS))


@read_once
def resident_contribution_terms(book: Rulebook) -> ResidentContributionTerms:
    """Return the fees of residents, or raise NoPolicyInForce."""
    fees = {
        (Member(row.member), Hardship(row.hardship)): Cited(row.amount, row.clause.code)
        for row in book.rows(models.ResidentFee, *FEE_TABLE)
    }
    return ResidentContributionTerms(
        fees=whole(book, FEE_TABLE, fees, product(Member, Hardship)),
        special_paid_by=book.citing(*FEE_TABLE, "special_paid_by"),
        readings=decided_readings(book, RESIDENT),
    )


@read_once
def flexible_contribution_terms(book: Rulebook) -> FlexibleContributionTerms:
    """Return what the flexible scheme costs, or raise NoPolicyInForce.

    So it does without the day up to which months are arrears: they would pass as paid in time.
    """
    arrears_until(book)
    return FlexibleContributionTerms(
        monthly=monthly_amounts(book),
        rate=named(book, models.Rate, *MONTHLY_TABLE, "rate"),
        large_sum_fee=named(book, models.Amount, FLEXIBLE, "large_sum_fee", "yearly_fee"),
        when=(
            *book.citing(FLEXIBLE, "large_sum_fee", "scope"),
            *book.citing(FLEXIBLE, "large_sum_fee", "when"),
        ),
        readings=decided_readings(book, FLEXIBLE),
    )


def monthly_amounts(book: Rulebook) -> MonthlyAmounts:
    """Return the monthly amounts of the flexible scheme in rising order (F-8.5 to F-8.18).

    Raises NoPolicyInForce without the oldest, which has no first month: arrears that reach back
    behind the others would cost nothing.
    """
    rows = {
        _month(row.first_month): MonthlyAmount(
            _month(row.first_month), _month(row.last_month), row.amount, row.clause.code
        )
        for row in book.rows(models.MonthlyAmount, *MONTHLY_TABLE)
    }
    amounts = whole(book, MONTHLY_TABLE, rows, [None]).values()
    return MonthlyAmounts(tuple(sorted(amounts, key=lambda row: row.first or Month(0, 1))))


def _month(day: datetime.date | None) -> Month | None:
    return Month.of(day) if day else None


def arrears_until(book: Rulebook) -> Cited[datetime.date]:
    """Return the day up to which arrears are paid at retirement (F-8.3)."""
    return named(book, models.Day, *MONTHLY_TABLE, "retirement_arrears_until")


def last_month_of_arrears(day: datetime.date) -> Month | None:
    """Return the last month that is paid as arrears at retirement; None without a rule for `day`."""
    try:
        return Month.of(arrears_until(Rulebook.on(day)).value)
    except NoPolicyInForce:
        return None
