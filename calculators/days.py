"""The days of one person's result: from when, until when, and the last day on which to act.

A day is one that a rule has computed, or a row together with the person's own answers says; none
is carried on into a year that has no rules. What has passed is said to have passed.
"""

import datetime
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import cast

from calculators.answering import Answer
from calculators.rules.breakdown import Finding, Result, Step
from calculators.rules.months import Month, months_later
from calculators.rules.people import FlexibleEntry, ResidentEntry, Scheme, ShortfallPath
from calculators.rules.start_date import BY_FORMALITIES
from calculators.rules.terms.start_date import FlexibleStartTerms, ResidentStartTerms
from portal.policy.age import zh_day

Clauses = tuple[str, ...]
ONE_DAY = datetime.timedelta(days=1)
# From here on a page counts the days that are left.
SOON = datetime.timedelta(days=30)
_WEEK = "一二三四五六日"


class Role(StrEnum):
    """What a day is to the person: something begins, or ends, or has to be done by then."""

    BEGINS = "begins"
    ENDS = "ends"
    LAST_CHANCE = "last_chance"


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedDay:
    """One day of a result. `code` names it in its calendar, `title` and `note` say what it is.

    `clauses` and `readings` are what it rests on; `today` is the day from which it is seen.
    """

    code: str
    day: datetime.date
    title: str
    role: Role
    today: datetime.date
    note: str = ""
    clauses: Clauses = ()
    readings: tuple[str, ...] = ()

    @property
    def is_past(self) -> bool:
        """Whether it has gone by: today has not."""
        return self.day < self.today

    @property
    def days_left(self) -> int:
        """How many days are left until it; below nothing for one that is past."""
        return (self.day - self.today).days

    @property
    def written(self) -> str:
        """The day as people write it: 2025年4月1日（周二）."""
        return f"{zh_day(self.day)}（周{self.weekday}）"

    @property
    def weekday(self) -> str:
        """Which day of the week it is: 二."""
        return _WEEK[self.day.weekday()]

    @property
    def when(self) -> str:
        """How far off it is: 已过, 就是今天, 还有 12 天; empty where it is far off."""
        if self.is_past:
            return "已过"
        if self.day == self.today:
            return "就是今天"
        return f"还有 {self.days_left} 天" if self.day - self.today <= SOON else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Days:
    """What `calculators/_days.html` shows: the days to come, those that are past, whose rules.

    `text` says the same in plain lines, to be copied.
    """

    coming: tuple[NamedDay, ...]
    past: tuple[NamedDay, ...]
    rules: str
    text: str


def make_days(answer: Answer) -> Days | None:
    """Return the days of a result, for its page; None for one that has none."""
    days = days_of(answer)
    if not days:
        return None
    rules = rules_of(answer)
    lines = (f"{day.written}：{day.title}{_in_brackets(day.when)}" for day in days)
    return Days(
        coming=tuple(day for day in days if not day.is_past),
        past=tuple(day for day in days if day.is_past),
        rules=rules,
        text="\n".join([answer.calculator.title, *lines, rules]),
    )


def days_of(answer: Answer) -> list[NamedDay]:
    """Return the days of a computed case in their order; none for a case without a result."""
    finder = _FINDERS.get((answer.calculator.slug, answer.scheme))
    if finder is None or not isinstance(answer.outcome, Finding):
        return []
    return sorted(finder(answer, answer.outcome), key=lambda day: day.day)


def rules_of(answer: Answer) -> str:
    """Say whose rules a case was answered by, and on which day they counted."""
    names = dict.fromkeys(edition.document.edition_name for edition in answer.editions)
    return f"按{'、'.join(names)}的规定（{zh_day(answer.day)}）算。"


def _in_brackets(when: str) -> str:
    return f"（{when}）" if when else ""


def _first_covered(answer: Answer, found: Finding, start: Result, note: str) -> Iterator[NamedDay]:
    """The day from which benefits are paid."""
    return _named(
        answer,
        "start",
        start,
        "从这天起能报销",
        Role.BEGINS,
        note=note,
        clauses=_clauses(found, "start"),
        readings=found.readings,
    )


def _named(
    answer: Answer,
    code: str,
    day: Result,
    title: str,
    role: Role,
    *,
    note: str = "",
    clauses: Clauses = (),
    readings: tuple[str, ...] = (),
) -> Iterator[NamedDay]:
    """The day of a result, where it is one; a reading counts only where its words are on file."""
    if isinstance(day, datetime.date):
        yield NamedDay(
            code=code,
            day=day,
            title=title,
            role=role,
            today=answer.today,
            note=note,
            clauses=clauses,
            readings=tuple(name for name in dict.fromkeys(readings) if name in answer.readings),
        )


def _step(found: Finding, code: str) -> Step | None:
    return next((step for step in found.steps if step.code == code), None)


def _clauses(found: Finding, code: str) -> Clauses:
    step = _step(found, code)
    return step.clauses if step else ()


# --- 待遇起算, flexible ---------------------------------------------------------------------------


def _flexible_start(answer: Answer, found: Finding) -> Iterator[NamedDay]:
    results = found.results
    start, back_to = cast(datetime.date, results["start"]), results["retroactive_from"]
    note = ""
    if results["waiting"]:
        note = f"等待期到{zh_day(start - ONE_DAY)}为止，这期间的费用不能报，每个月都要接着缴。"
    elif back_to is None:
        note = answer.calculator.words.sentence("start")
    yield from _last_month_to_repay(answer, found)
    yield from _named(
        answer,
        "retroactive_from",
        back_to,
        "中断期间的费用，从这天起也能报",
        Role.BEGINS,
        note=answer.calculator.words.sentence("retroactive_from"),
        clauses=_clauses(found, "retroactive_from"),
        readings=("A-48",),
    )
    yield from _first_covered(answer, found, start, note)


def _last_month_to_repay(answer: Answer, found: Finding) -> Iterator[NamedDay]:
    """「中断缴费3个月以内（含3个月）的，可补缴中断期间医保缴费」(F-6.4): the end of the last such month.

    The break ends with the month in which paying starts again (A-48). Last paid in January, it is
    three months long where May is paid: 31 May is the last day. How long somebody who has started
    again may wait with the months between is not in the documents, so there the day is left out.
    """
    terms, given = cast(FlexibleStartTerms, answer.terms), answer.given
    first: Month = given["first_month"]
    if _step(found, "gap") is None:
        return  # nothing is missing, or the break does not count
    if found.results["back_pay_allowed"] and first < Month.of(answer.today):
        return
    most = terms.back_pay_months
    last = first + (most.value - given["gap_months"])
    by_kind = {
        FlexibleEntry.TRANSFER: terms.transfer,
        FlexibleEntry.FROM_RESIDENT: (*terms.from_resident, *terms.not_repaid),
    }
    yield from _named(
        answer,
        "repay_until",
        (last + 1).first_day - ONE_DAY,
        "还能补缴的最后一天",
        Role.LAST_CHANCE,
        note=(
            f"最晚{last.year}年{last.month}月恢复缴费，把断的月份一起补上。再晚一个月，"
            f"中断就超过 {most.value} 个月，不能补缴。请别等到最后一天。"
        ),
        clauses=by_kind.get(given["kind"], (most.clause, *terms.not_repaid)),
        readings=("A-48", *(("A-49",) if "A-49" in found.readings else ())),
    )


# --- 待遇起算, residents --------------------------------------------------------------------------

# For these the window decides from when they are covered.
_BY_WINDOW = {
    ResidentEntry.ADULT,
    ResidentEntry.STUDENT,
    ResidentEntry.MINOR,
    ResidentEntry.FROM_EMPLOYEE,
    ResidentEntry.PREFERENTIAL,
}


def _resident_start(answer: Answer, found: Finding) -> Iterator[NamedDay]:
    terms = cast(ResidentStartTerms, answer.terms)
    kind: ResidentEntry = answer.given["kind"]
    start = found.results["start"]
    if kind in _BY_WINDOW:
        yield from _end_of_window(answer, terms)
    if kind == ResidentEntry.NEWBORN:
        yield from _newborn_limit(answer, terms)
    entered = answer.given["handled_on" if kind in BY_FORMALITIES else "paid_on"]
    note = ""
    if isinstance(start, datetime.date) and entered is not None and entered < start:
        note = f"{zh_day(start - ONE_DAY)}和以前的费用不能报。"
    yield from _first_covered(answer, found, start, note)
    yield from _named(
        answer,
        "end",
        found.results["end"],
        f"{terms.year_last.year}年度的待遇到这天为止",
        Role.ENDS,
        note=answer.calculator.words.sentence("end"),
        clauses=_clauses(found, "end"),
    )


def _end_of_window(answer: Answer, terms: ResidentStartTerms) -> Iterator[NamedDay]:
    """「集中参保缴费期为2023年9月1日至12月20日」(R-1.1); its last day is inside (A-55)."""
    return _named(
        answer,
        "window_last",
        terms.window_last.value,
        f"{terms.year_first.year}年度集中参保期的最后一天",
        Role.LAST_CHANCE,
        note=f"这天和以前缴的，从{zh_day(terms.year_first)}起能报销。请早点缴，以免没有到账。",
        clauses=(terms.window_last.clause, *terms.year),
        readings=("A-55",),
    )


def _newborn_limit(answer: Answer, terms: ResidentStartTerms) -> Iterator[NamedDay]:
    """「新生儿出生后3个月内参保缴费的」(R-6.4): counted by the calendar, its last day inside (A-56)."""
    months, born_on = terms.newborn_months, answer.given["born_on"]
    born_before = born_on < terms.year_first
    note = f"出生后 {months.value} 个月以内缴的，从出生那天起能报；再晚，到账的下个月才能报。"
    return _named(
        answer,
        "newborn_limit",
        months_later(born_on, months.value),
        "给新生儿参保缴费的最后一天",
        Role.LAST_CHANCE,
        note=note + (f"{born_on.year}年的费用要报，还要补缴那一年的。" if born_before else ""),
        clauses=(months.clause, *terms.newborn_late, *(terms.newborn_next_year * born_before)),
        readings=("A-56", *(("A-57",) * born_before)),
    )


# --- 备案 and 退休 --------------------------------------------------------------------------------


def _filing(answer: Answer, found: Finding) -> Iterator[NamedDay]:
    return _named(
        answer,
        "expires",
        found.results["expires"],
        "异地备案到这天为止",
        Role.LAST_CHANCE,
        note=answer.calculator.words.sentence("expires"),
        clauses=_clauses(found, "expires"),
        readings=tuple(name for name in found.readings if name != "A-22"),  # of the old policy
    )


def _retirement(answer: Answer, found: Finding) -> Iterator[NamedDay]:
    if pays_on_past_the_formalities(answer, found):
        return
    handled, reached = answer.given["handled_on"], answer.given["reaches_age_on"]
    by_formalities = f"按{zh_day(handled)}办完手续算，下个月起。" if handled else ""
    short = found.results["short_total_months"] or found.results["short_actual_months"]
    by_age = f"按{zh_day(reached)}到龄算，下个月起。" if reached else ""
    for code, title, note, readings in (
        ("account_from", "从这天起划入个人账户", by_formalities if short else by_age, ("A-35",)),
        ("retiree_benefits_from", "从这天起享受退休待遇", by_formalities, ()),
    ):
        yield from _named(
            answer,
            code,
            found.results[code],
            title,
            Role.BEGINS,
            note=note,
            clauses=_clauses(found, code),
            readings=readings if short else (),
        )


def pays_on_past_the_formalities(answer: Answer, found: Finding) -> bool:
    """Whether months of a retirement are still to be paid on the day given for the formalities.

    「继续按月缴费待达到…最低缴费年限…后办理医疗保险退休手续」(F-5.14): no formalities before that.
    """
    if answer.calculator.slug != "retirement":
        return False
    given, left = answer.given, cast(int | None, found.results["continue_months"])
    if given["path"] != ShortfallPath.CONTINUE or not left or not given["handled_on"]:
        return False
    return bool(Month.of(given["handled_on"]) < Month.of(given["reaches_age_on"]) + left)


_FINDERS: dict[tuple[str, Scheme], Callable[[Answer, Finding], Iterator[NamedDay]]] = {
    ("start-date", Scheme.FLEXIBLE): _flexible_start,
    ("start-date", Scheme.RESIDENT): _resident_start,
    ("filing-expiry", Scheme.FLEXIBLE): _filing,
    ("retirement", Scheme.FLEXIBLE): _retirement,
}
