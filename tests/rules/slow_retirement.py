"""A second, slow way to work out a retirement, written from the clauses' own words.

It shares no line and no number with the rules (months are priced by `slow_arrears`). Everything is
told here; what is not known is left to the tests of the rule itself.
"""

import datetime
from fractions import Fraction
from typing import Any

from tests.rules import slow_arrears

# F-5.1 and F-5.2: 2024 is the first year that counts one more, 2028 and later stay at 30.
MALE = {2024: 26, 2025: 27, 2026: 28, 2027: 29}


def total_years(sex: str, reached: datetime.date) -> int:
    if sex == "female":
        return 25  # F-5.3
    if reached.year < 2024:
        return 25
    return MALE.get(reached.year, 30)


def actual_years(reached: datetime.date, approved: datetime.date) -> int | None:
    if reached.year >= 2022:
        return 10  # F-5.9
    if approved <= datetime.date(2016, 3, 31):
        return 5  # F-5.5
    if approved.year > 2021:
        return None
    # F-5.6 to F-5.8: 6 in 2016, and one more each year
    return 6 + approved.year - 2016


def first_of_next_month(day: datetime.date) -> datetime.date:
    while True:
        day += datetime.timedelta(days=1)
        if day.day == 1:
            return day


def retirement(
    *,
    sex: str,
    reached: datetime.date,
    approved: datetime.date,
    handled: datetime.date,
    actual: int,
    deemed: int,
    arrears: tuple[str, str] | None,
    path: str,
) -> dict[str, Any]:
    """All results by their public names."""
    total, own = total_years(sex, reached), actual_years(reached, approved)
    short_total = max(total * 12 - actual - deemed, 0)
    short_own = None if own is None else max(own * 12 - actual, 0)
    results: dict[str, Any] = {
        "min_total_years": total,
        "min_actual_years": own,
        "short_total_months": short_total,
        "short_actual_months": short_own,
        "retiree_benefits_from": first_of_next_month(handled),
    }
    enough = short_total == 0 and short_own == 0
    # F-8.3: all of the months that are owed, each at its own price, where years are missing
    owed = slow_arrears.every_month(*arrears) if arrears and not enough else []
    prices = [slow_arrears.price(month) for month in owed]
    results["arrears"] = sum((price for price in prices if price), Fraction(0))
    left = None if short_own is None else max(max(short_total, short_own) - len(owed), 0)
    going_on = path == "continue"
    results["top_up_months"] = 0 if going_on else left
    results["continue_months"] = left if going_on else 0
    results["top_up"] = Fraction(0) if going_on or left == 0 else None
    # F-5.13 starts with 2025, and there is an amount for 2025 only
    if not going_on and left and handled.year == 2025:
        results["top_up"] = left * Fraction("484.38")
    top_up = results["top_up"]
    results["total"] = None if top_up is None else results["arrears"] + top_up
    if enough:
        results["account_from"] = first_of_next_month(reached)  # F-5.12
    elif short_total or short_own:
        results["account_from"] = first_of_next_month(handled)  # F-5.14, A-35
    else:
        results["account_from"] = None
    return results
