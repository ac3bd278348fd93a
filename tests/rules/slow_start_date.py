"""A second, slow way to find the first day of benefits, written from the clauses' own words.

It shares no line and no number with the rules: the days are typed in from the sentences, months are
counted by walking the calendar day by day. `reading` says which of several readings is meant.
"""

from datetime import date, timedelta
from typing import Any

ONE_DAY = timedelta(days=1)
# 集中参保缴费期为2023年9月1日至12月20日; 次年1月1日至12月31日
WINDOW = (date(2023, 9, 1), date(2023, 12, 20))
YEAR = (date(2024, 1, 1), date(2024, 12, 31))
RULES_BEGIN = date(2022, 1, 1)  # 沈医保发〔2022〕2号

REFUSED = "refused"
Results = dict[str, Any] | str


def month_after(day: date, count: int) -> date:
    """Walk on from `day` until the first of a month has come `count` times."""
    while count:
        day += ONE_DAY
        if day.day == 1:
            count -= 1
    return day


def month_before(day: date, count: int) -> date:
    """Walk back from the first of a month until the first of a month has come `count` times."""
    while count:
        day -= ONE_DAY
        if day.day == 1:
            count -= 1
    return day


def three_months_old(born_on: date) -> date:
    """A-56: the same day of the third month, or the last day that this month has."""
    first = month_after(born_on, 3)
    day = first
    while day.day < born_on.day and (day + ONE_DAY).month == first.month:
        day += ONE_DAY
    return day


def resident(
    *,
    kind: str,
    paid_on: date | None = None,
    born_on: date | None = None,
    handled_on: date | None = None,
    identified_on: date | None = None,
    gap_months: int = 0,
    back_paid: bool = False,
    waits: str = "from_next_month",
) -> Results:
    """R-6, by kind of person; A-53 says from which month three months are waited."""
    wait = {"from_next_month": 4, "from_arrival_month": 3}[waits]
    decided = {
        "low_income": handled_on,
        "severe_disability": handled_on,
        "preferential": handled_on or paid_on,
    }.get(kind, paid_on)
    if decided is not None and (decided < WINDOW[0] or decided > YEAR[1]):
        return REFUSED  # another plan year
    in_window = decided is not None and WINDOW[0] <= decided <= WINDOW[1]

    if kind == "preferential":
        if not in_window:
            return REFUSED
        start = YEAR[0]
    elif kind == "low_income":
        assert handled_on is not None
        start = handled_on  # 手续办理完毕之日
    elif kind == "low_margin":
        assert paid_on is not None
        start = paid_on  # 到账之日
    elif kind == "low_margin_student":
        assert identified_on is not None
        if identified_on > YEAR[1]:
            return REFUSED
        start = identified_on  # 身份认定之日
    elif kind == "severe_disability":
        assert handled_on is not None
        start = month_after(handled_on, 1)  # 手续办理完毕次月
    elif kind == "newborn":
        start = newborn(paid_on, born_on, back_paid)
    else:
        start = payer(kind, paid_on, gap_months, in_window, wait)
    if start < YEAR[0] and not (kind == "newborn" and start == born_on):
        start = YEAR[0]
    if start > YEAR[1]:
        return {"start": None, "end": None}
    return {"start": start, "end": YEAR[1]}


def payer(kind: str, paid_on: date | None, gap_months: int, in_window: bool, wait: int) -> date:
    """R-6.1 to R-6.3, R-6.11 and R-6.12."""
    assert paid_on is not None
    if in_window:
        return YEAR[0]
    if kind == "adult" or (kind == "from_employee" and gap_months > 3):
        return month_after(paid_on, wait)
    return month_after(paid_on, 1)  # 到账次月


def newborn(paid_on: date | None, born_on: date | None, back_paid: bool) -> date:
    """R-6.4 to R-6.6, with A-57 for the year of birth."""
    assert paid_on is not None
    assert born_on is not None
    if born_on.year == 2023 and paid_on.year == 2023:
        return YEAR[0]
    if paid_on > three_months_old(born_on):
        return month_after(paid_on, 1)
    if born_on.year == 2023 and not back_paid:
        return YEAR[0]  # 须按出生年度缴费标准补缴费用
    return born_on


def flexible(
    *,
    kind: str,
    first_month: date,
    gap_months: int = 0,
    back_paid: bool = False,
    resident_years: int = 0,
    waits: str = "from_first_month",
) -> Results:
    """F-6; `first_month` is the first day of that month. A-47 says where three months begin."""
    waited = month_after(first_month, {"from_first_month": 3, "from_next_month": 4}[waits])
    waiting: Results = {
        "start": waited,
        "retroactive_from": None,
        "waiting": True,
        "back_pay_allowed": False,
    }
    if kind == "first" or (kind == "from_resident" and resident_years < 2):
        return waiting  # F-6.2; F-6.8 已连续2年（含2年）以上, A-49
    missing = month_before(first_month, gap_months)
    if gap_months and missing < RULES_BEGIN:
        return REFUSED
    if gap_months > 3:  # F-6.5, F-6.7 不可补缴
        return waiting
    if gap_months and not back_paid:
        return {**waiting, "back_pay_allowed": True}
    # F-6.4, F-6.6, F-6.9 缴费当月即享受医保待遇，同时中断期间待遇可追溯享受
    return {
        "start": first_month,
        "retroactive_from": missing if gap_months else None,
        "waiting": False,
        "back_pay_allowed": bool(gap_months),
    }
