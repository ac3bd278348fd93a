"""待遇起算: from which day benefits are paid, in both schemes."""

from dataclasses import dataclass, replace
from datetime import date

from calculators.rules.breakdown import Finding, Notice, Outcome, Refusal, Step
from calculators.rules.months import Month, months_later, next_month
from calculators.rules.people import FlexibleEntry, ResidentEntry
from calculators.rules.terms.common import Cited
from calculators.rules.terms.start_date import Clauses, FlexibleStartTerms, ResidentStartTerms

# For these the day of the formalities decides, for the others that of the payment.
BY_FORMALITIES = (ResidentEntry.LOW_INCOME, ResidentEntry.SEVERE_DISABILITY)


def resident_start(
    terms: ResidentStartTerms,
    *,
    kind: ResidentEntry,
    paid_on: date | None = None,
    born_on: date | None = None,
    handled_on: date | None = None,
    identified_on: date | None = None,
    gap_months: int = 0,
    back_paid: bool = False,
) -> Outcome:
    """「待遇享受期为次年1月1日至12月31日」(R-6.1), and who joins in the course of the year (R-6.2).

    `paid_on` is the day on which the payment arrived, `handled_on` that of the formalities,
    `identified_on` that of the low-margin standing. `gap_months` are the unpaid months between the
    employees' scheme and this one; `back_paid` says that the year of birth was paid for too.
    A day that belongs to another plan year is refused (A-74).
    """
    entered = handled_on if kind in BY_FORMALITIES else paid_on
    if kind == ResidentEntry.PREFERENTIAL:
        entered = handled_on or paid_on
    if entered and not terms.window_first.value <= entered <= terms.year_last:
        return _other_year(terms, entered)
    if kind == ResidentEntry.LOW_MARGIN_STUDENT and _given(identified_on) > terms.year_last:
        return _other_year(terms, _given(identified_on))
    if kind == ResidentEntry.PREFERENTIAL and not terms.in_window(_given(entered)):
        return Refusal("preferential_midyear", "A-58", terms.window)

    if kind == ResidentEntry.NEWBORN:
        first = _newborn(terms, _given(paid_on), _given(born_on), back_paid=back_paid)
    elif kind == ResidentEntry.LOW_INCOME:
        first = _low_income(terms, _given(handled_on))
    elif kind == ResidentEntry.LOW_MARGIN:
        first = _low_margin(terms, _given(paid_on))
    elif kind == ResidentEntry.LOW_MARGIN_STUDENT:
        first = _low_margin_student(terms, _given(identified_on))
    elif kind == ResidentEntry.SEVERE_DISABILITY:
        first = _severe_disability(terms, _given(handled_on))
    elif terms.in_window(_given(entered)):
        first = _in_window(terms, kind, _given(entered), gap_months)
    else:
        first = _midyear(terms, kind, _given(paid_on), gap_months)
    return _year(terms, kind, first)


@dataclass(frozen=True, slots=True)
class _First:
    """The first day of a case, how it is written, and what it rests on.

    `steps` stand before the step of the day itself.
    """

    day: date
    written: str
    clauses: Clauses
    steps: tuple[Step, ...] = ()
    readings: tuple[str, ...] = ()
    notices: tuple[Notice, ...] = ()

    def not_before(self, day: date, clauses: Clauses = (), *readings: str) -> "_First":
        """Return the same, but not before `day`; `clauses` and `readings` say so."""
        if self.day >= day:
            return self
        return replace(
            self,
            day=day,
            written=f"max({self.written}, {day})",
            clauses=(*self.clauses, *clauses),
            readings=(*self.readings, *readings),
        )


def _in_window(
    terms: ResidentStartTerms, kind: ResidentEntry, day: date, gap_months: int
) -> _First:
    """「在集中参保期参保缴纳下一年度城乡居民基本医疗保险费用的居民，待遇享受期为次年1月1日至12月31日」
    (R-6.1); the last day of the window is inside it (A-55)."""
    opens, closes = terms.window_first, terms.window_last
    clauses = terms.year
    readings: tuple[str, ...] = ()
    notices: tuple[Notice, ...] = ()
    if kind == ResidentEntry.FROM_EMPLOYEE:
        clauses = (*clauses, _conversion(terms, gap_months).clause)
        readings = ("A-60",)
    elif kind == ResidentEntry.PREFERENTIAL:
        readings = ("A-58",)
    if Month.of(day) == Month.of(closes.value):
        readings = (*readings, "A-55")
        notices = (Notice("window_closes", (("day", str(closes.value)),)),)
    inside = Step(
        "window",
        None,
        f"{opens.value} ≤ {day} ≤ {closes.value}",
        tuple(dict.fromkeys((opens.clause, closes.clause))),
    )
    first = terms.year_first
    return _First(first, str(first), clauses, (inside,), readings, notices)


def _midyear(terms: ResidentStartTerms, kind: ResidentEntry, day: date, gap_months: int) -> _First:
    """「中途参保缴费的…在校学生和非在校未成年人自参保缴费到账次月起享受医保待遇」(R-6.2), adults three
    months later (R-6.3), who leaves the employees' scheme by the length of the break (R-6.11, R-6.12).
    """
    if kind == ResidentEntry.ADULT:
        first = _after_waiting(terms, day, terms.adult_waiting)
    elif kind == ResidentEntry.FROM_EMPLOYEE:
        first = _converted(terms, day, gap_months)
    else:
        first = _next_month(day, terms.child_midyear)
    first = first.not_before(terms.year_first, terms.year)
    if day < terms.year_first:
        missed = Notice("window_missed", (("day", str(terms.window_last.value)),))
        first = replace(first, readings=(*first.readings, "A-55"), notices=(missed,))
    return first


def _converted(terms: ResidentStartTerms, day: date, gap_months: int) -> _First:
    """「中断缴费时间不超过3个月的，自缴费到账次月起享受居民医保待遇」(R-6.11), a longer one waits
    (R-6.12), whoever it is (A-60)."""
    limit = terms.conversion_gap
    if gap_months <= limit.value:
        first = _next_month(day, (limit.clause,))
    else:
        first = _after_waiting(terms, day, terms.conversion_waiting)
    gap = Step("gap", None, _compared(gap_months, limit.value), first.clauses)
    return replace(first, steps=(gap,), readings=("A-60", *first.readings))


def _conversion(terms: ResidentStartTerms, gap_months: int) -> Cited[int]:
    return (
        terms.conversion_gap
        if gap_months <= terms.conversion_gap.value
        else terms.conversion_waiting
    )


def _after_waiting(terms: ResidentStartTerms, day: date, waiting: Cited[int]) -> _First:
    """「自缴费到账次月起三个月后享受医保待遇」(R-6.3): counted from the next month or this (A-53)."""
    if terms.readings["A-53"] == "from_arrival_month":
        months, written = waiting.value, f"{waiting.value}"
    else:
        months, written = waiting.value + 1, f"1 + {waiting.value}"
    return _First(
        next_month(day, months),
        f"{Month.of(day)} + {written} 个月",
        (waiting.clause,),
        readings=("A-53",),
    )


def _next_month(day: date, clauses: Clauses) -> _First:
    return _First(next_month(day), f"{Month.of(day)} + 1 个月", clauses)


def _newborn(terms: ResidentStartTerms, paid_on: date, born_on: date, *, back_paid: bool) -> _First:
    """「新生儿出生后3个月内参保缴费的，自出生之日起享受医保待遇」(R-6.4)

    Born in the year before the plan year, the months of that year need its own fee (R-6.5), whose
    amount is not on file (A-57).
    """
    months = terms.newborn_months
    limit = months_later(born_on, months.value)
    in_time = paid_on <= limit
    within = Step(
        "newborn_limit",
        None,
        f"{paid_on} {'≤' if in_time else '>'} {born_on} + {months.value} 个月 = {limit}",
        (months.clause,),
    )
    born_before = born_on.year == terms.year_first.year - 1
    birth_year = Notice("birth_year_fee", (("year", str(born_on.year)),))
    if born_before and paid_on < terms.year_first:
        clauses = terms.window if terms.in_window(paid_on) else terms.year
        return _First(
            terms.year_first,
            str(terms.year_first),
            (*clauses, *terms.newborn_next_year),
            readings=("A-57",),
            notices=(birth_year,),
        )
    if in_time and born_before:
        day = born_on if back_paid else terms.year_first
        clauses = (months.clause, *terms.newborn_next_year, *(() if back_paid else terms.year))
        return _First(day, str(day), clauses, (within,), ("A-56", "A-57"), (birth_year,))
    if in_time:
        return _First(born_on, str(born_on), (months.clause,), (within,), ("A-56",))
    first = replace(
        _next_month(paid_on, terms.newborn_late), steps=(within,), readings=("A-56",)
    ).not_before(terms.year_first, terms.year)
    if not born_before:
        return first
    notices = (Notice("late_back_pay"),) if back_paid else ()
    return replace(first, readings=("A-56", "A-57"), notices=notices)


def _low_income(terms: ResidentStartTerms, handled_on: date) -> _First:
    """「自参保手续办理完毕之日起享受对应年度的城乡居民医保待遇」(R-6.7)"""
    first = _First(handled_on, str(handled_on), terms.low_income)
    return first.not_before(terms.year_first, terms.year, "A-59")


def _low_margin(terms: ResidentStartTerms, paid_on: date) -> _First:
    """「…认定身份后办理参保缴费，到账之日起享受对应年度的城乡居民医保待遇」(R-6.8)"""
    first = _First(paid_on, str(paid_on), terms.low_margin)
    return first.not_before(terms.year_first, terms.year, "A-59")


def _low_margin_student(terms: ResidentStartTerms, identified_on: date) -> _First:
    """「自其身份认定之日起享受…（待遇开始时间不早于缴费年度的1月1日）」(R-6.9)"""
    first = _First(identified_on, str(identified_on), terms.low_margin_student)
    return first.not_before(terms.year_first)


def _severe_disability(terms: ResidentStartTerms, handled_on: date) -> _First:
    """「自参保手续办理完毕次月起享受城乡居民医保待遇」(R-6.10)"""
    first = _next_month(handled_on, terms.severe_disability)
    return first.not_before(terms.year_first, terms.year)


def _year(terms: ResidentStartTerms, kind: ResidentEntry, first: _First) -> Finding:
    """The benefits from the first day to the end of the plan year, if there is anything between."""
    if first.day <= terms.year_last:
        start = _day_step("start", first.written, first.day, first.clauses)
        return Finding(
            results={"start": first.day, "end": terms.year_last},
            steps=(*first.steps, start, Step("end", None, str(terms.year_last), terms.year)),
            readings=first.readings,
            notices=first.notices,
        )
    too_late = _day_step("too_late", first.written, first.day, first.clauses)
    over = Step("nothing_left", None, f"{first.day} > {terms.year_last}", terms.year)
    code = "nothing_left_free" if kind in BY_FORMALITIES else "nothing_left"
    return Finding(
        results={"start": None, "end": None},
        steps=(*first.steps, too_late, over),
        readings=(*first.readings, "A-54"),
        notices=(*first.notices, Notice(code, (("day", str(terms.year_last)),))),
    )


def _other_year(terms: ResidentStartTerms, day: date) -> Refusal:
    values = {
        "day": day,
        "opens": terms.window_first.value,
        "first": terms.year_first,
        "last": terms.year_last,
    }
    written = tuple((name, str(value)) for name, value in values.items())
    return Refusal("other_year", "A-74", terms.window, written)


def flexible_start(
    terms: FlexibleStartTerms,
    *,
    kind: FlexibleEntry,
    first_month: Month,
    gap_months: int = 0,
    back_paid: bool = False,
    resident_years: int = 0,
) -> Outcome:
    """「…连续缴费3个月…后享受医疗保险待遇」(F-6.3), or 「缴费当月即享受医保待遇」(F-6.4).

    `first_month` is the month of the first payment, or of the first one after a break;
    `gap_months` are the whole unpaid months before it (A-48), and `back_paid` says that they were
    paid for afterwards. `resident_years` are unbroken years in the residents' scheme before; too
    few of them are a first enrolment (A-49). A break from before the rules is refused (A-52).
    """
    limit = terms.back_pay_months
    too_few = kind == FlexibleEntry.FROM_RESIDENT and resident_years < terms.resident_years.value
    as_first = kind == FlexibleEntry.FIRST or too_few
    missing = (first_month + -gap_months).first_day
    oldest = terms.breaks_counted_from
    if gap_months and not as_first and missing < oldest.value:
        written = (("day", str(oldest.value)),)
        return Refusal("break_before_rules", "A-52", (oldest.clause,), written)

    allowed = not as_first and 0 < gap_months <= limit.value
    at_once = not as_first and (gap_months == 0 or (allowed and back_paid))
    clauses = _flexible_clauses(terms, kind, as_first=as_first, at_once=at_once)
    steps = []
    if gap_months and not as_first:
        steps.append(Step("gap", None, _compared(gap_months, limit.value), clauses))
    if at_once:
        start, written_start = first_month.first_day, str(first_month.first_day)
    else:
        start, written_start = _waited(terms, first_month)
    steps.append(_day_step("start", written_start, start, clauses))
    back_to = missing if at_once and gap_months else None
    if back_to:
        reached = f"{first_month} − {gap_months} 个月"
        steps.append(_day_step("retroactive_from", reached, back_to, clauses))

    from_resident = kind == FlexibleEntry.FROM_RESIDENT
    both_schemes = not at_once and (kind == FlexibleEntry.FIRST or from_resident)
    readings = {
        "A-47": not at_once,
        "A-48": gap_months > 0,
        "A-49": from_resident and (too_few or gap_months > 0),
        "A-50": at_once and gap_months == 0,
        "A-51": both_schemes,
    }
    repaid = back_paid and gap_months <= limit.value
    notices = {
        "older_than_rules": first_month.first_day < oldest.value,
        "counted_anew": as_first and gap_months > 0 and not repaid,
        "cannot_be_repaid": not as_first and back_paid and not repaid,
        "may_be_repaid": allowed and not repaid,
        "too_few_years": too_few,
        "both_schemes": both_schemes,
    }
    values = (
        ("day", str(oldest.value)),
        ("months", str(limit.value)),
        ("years", str(terms.resident_years.value)),
    )
    return Finding(
        results={
            "start": start,
            "retroactive_from": back_to,
            "waiting": not at_once,
            "back_pay_allowed": allowed,
        },
        steps=tuple(steps),
        readings=tuple(reading for reading, met in readings.items() if met),
        notices=tuple(Notice(code, values) for code, met in notices.items() if met),
    )


def _waited(terms: FlexibleStartTerms, month: Month) -> tuple[date, str]:
    """「办理参保登记并连续缴费3个月…后」(F-6.3): the first of these is this month or the next (A-47)."""
    months = terms.waiting_months.value
    if terms.readings["A-47"] == "from_next_month":
        return (month + (months + 1)).first_day, f"{month} + 1 + {months} 个月"
    return (month + months).first_day, f"{month} + {months} 个月"


def _flexible_clauses(
    terms: FlexibleStartTerms, kind: FlexibleEntry, *, as_first: bool, at_once: bool
) -> Clauses:
    """The clauses of a kind: of benefits at once, or of the waiting period."""
    if as_first:
        years = (terms.resident_years.clause,) if kind == FlexibleEntry.FROM_RESIDENT else ()
        return (*years, terms.waiting_months.clause, *terms.first)
    if kind == FlexibleEntry.TRANSFER:
        return terms.transfer
    if kind == FlexibleEntry.FROM_RESIDENT:
        return (
            terms.resident_years.clause,
            *terms.from_resident,
            *(() if at_once else terms.not_repaid),
        )
    return (terms.back_pay_months.clause,) if at_once else terms.not_repaid


def _day_step(code: str, written: str, day: date, clauses: Clauses) -> Step:
    formula = written if written == str(day) else f"{written} = {day}"
    return Step(code, None, formula, clauses)


def _compared(number: int, limit: int) -> str:
    return f"{number} {'≤' if number <= limit else '>'} {limit}"


def _given(day: date | None) -> date:
    if day is None:
        raise ValueError("the day that decides this kind of case was not given")
    return day
