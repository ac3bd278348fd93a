"""A second, slow way to price months: one month after another, from a list typed in by hand.

It shares no line and no number with the rules. F-8.5 to F-8.18, each with its first and last month.
"""

from fractions import Fraction

# F-8.5 「2010年8月前」 holds for August too; F-8.18 ends with the year of the guide.
PRICES = (
    ("0001-01", "2010-08", "167.42"),
    ("2010-09", "2012-07", "194.28"),
    ("2012-08", "2014-06", "218.42"),
    ("2014-07", "2015-06", "252.62"),
    ("2015-07", "2016-06", "276.08"),
    ("2016-07", "2017-06", "289.2"),
    ("2017-07", "2018-06", "310.28"),
    ("2018-07", "2019-06", "337.21"),
    ("2019-07", "2020-06", "356.59"),
    ("2020-07", "2021-06", "378.15"),
    ("2021-07", "2022-06", "417.38"),
    ("2022-07", "2023-12", "450.36"),
    ("2024-01", "2024-12", "469.2"),
    ("2025-01", "2025-12", "484.38"),
)


def price(month: str) -> Fraction | None:
    for first, last, amount in PRICES:
        if first <= month <= last:
            return Fraction(amount)
    return None


def following(month: str) -> str:
    year, number = int(month[:4]), int(month[5:])
    return f"{year + 1:04d}-01" if number == 12 else f"{year:04d}-{number + 1:02d}"


def every_month(first: str, last: str) -> list[str]:
    months = []
    while first <= last:
        months.append(first)
        first = following(first)
    return months


def owed(first: str, last: str) -> Fraction | None:
    """What the months cost together, None where they may not be paid or have no price."""
    months = every_month(first, last)
    # F-6.5: 中断缴费3个月以上的（不可补缴）, for months behind 2021-12 (F-8.3)
    if len([month for month in months if month >= "2022-01"]) > 3:
        return None
    prices = [price(month) for month in months]
    return None if None in prices else sum((p for p in prices if p), Fraction(0))


def due(first: str, last: str, fee_paid: set[int]) -> tuple[Fraction, Fraction] | None:
    """F-3.2 and F-4.4: the months, and 132 yuan for each calendar year that is not paid yet."""
    months = every_month(first, last)
    prices = [price(month) for month in months]
    if None in prices:
        return None
    years = {int(month[:4]) for month in months} - fee_paid
    return sum((p for p in prices if p), Fraction(0)), Fraction(132 * len(years))
