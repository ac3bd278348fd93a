"""Cases asked twice, under two timetables: what a change of the tables does to each answer.

A case is asked as the site would answer on the day: its newest rules count, unless the case names a
day itself. So the answers are those that people will meet, also where a year has no rules yet.
"""

import datetime
import logging
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from enum import StrEnum
from typing import Any, cast

from django.db import DatabaseError
from django.http import QueryDict

from calculators.answering import Answer, answer
from calculators.asking import ask_strictly
from calculators.calculator import Calculator
from calculators.catalogue import CALCULATORS
from calculators.presenters import (
    headline_code,
    make_figure,
    make_figures,
    make_formula,
    make_reason,
)
from calculators.rules.breakdown import Finding, Refusal, Result
from calculators.rules.money import ZERO
from calculators.rules.people import Scheme
from calculators.year import YEAR, Ledger, settle
from calculators.year_forms import YearForm
from calculators.year_link import EVENT, read_year
from calculators.year_presenters import KINDS, LIMITS, PAYERS
from portal import clock
from portal.policy.age import zh_day
from portal.policy.in_force import NoPolicyInForce, Timetable
from portal.policy.values import money

logger = logging.getLogger(__name__)

# Stands in a case for the year of the newest rules, and for the one before it.
THIS_YEAR, LAST_YEAR = "{year}", "{last_year}"
# Headlines that are money for the person; all others are money to pay.
_RECEIVED = frozenset({"net", "account_in", "supplementary", "major_illness"})


@dataclass(frozen=True, slots=True)
class Case:
    """A case in words and as a query of a calculator (`slug`), or of 全年账单 (`year`).

    In the query `{year}` stands for the year of the calculator's newest rules on the day that is
    asked, `{last_year}` for the one before: a case that speaks of days does not grow old so.
    """

    title: str
    slug: str
    query: str
    note: str = ""
    is_saved: bool = False

    @property
    def calculator(self) -> str:
        """The title of its calculator; empty where there is none of that name."""
        found = YEAR if self.slug == YEAR.slug else CALCULATORS.get(self.slug)
        return found.title if found else ""


class State(StrEnum):
    """How a case came out: with an answer, refused, no longer a question, or not at all."""

    ANSWERED = "answered"
    REFUSED = "refused"
    NOT_ASKED = "not_asked"
    FAILED = "failed"


class Verdict(StrEnum):
    """What a change does to a case, in the order in which a summary counts it."""

    PAYS_MORE = "多付"
    PAYS_LESS = "少付"
    GETS_MORE = "多得"
    GETS_LESS = "少得"
    OTHER = "别的结果有变"
    OTHER_REASON = "算不出的原因有变"
    NOW_REFUSED = "变成算不出"
    NOW_ANSWERED = "能算出来了"
    FAILS = "计算出错"
    SAME_AMOUNT = "结果不变，步骤或依据有变"
    SAME = "不变"


UNCHANGED = (Verdict.SAME_AMOUNT, Verdict.SAME)


@dataclass(frozen=True, slots=True)
class Figure:
    """A result as a person reads it; `amount` where it is money."""

    label: str
    value: str
    amount: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One step: `part` is the event of a year that it belongs to, `mark` what the change did to it."""

    part: str
    label: str
    formula: str
    amount: Decimal | None
    clauses: tuple[str, ...]
    place: tuple[object, ...]
    mark: str = ""

    @property
    def says(self) -> tuple[object, ...]:
        """What is compared of two steps at one place."""
        return self.formula, self.amount


@dataclass(frozen=True, slots=True)
class Told:
    """A case under one timetable. `query` is what was asked, `rules_of` the day of the rules.

    `headline` names the figure in front. Unless it was answered, `reason` says why not. `left_out`
    are events of a year that could not be computed: its sums are without them.
    """

    state: State
    query: str
    reason: str = ""
    rules_of: datetime.date | None = None
    headline: str = ""
    figures: Mapping[str, Figure] = field(default_factory=dict)
    lines: tuple[Line, ...] = ()
    left_out: int = 0

    @property
    def says(self) -> str:
        """The result in front, 「您自己付 1,951.20 元」, or why there is none."""
        front = self.figures.get(self.headline)
        return f"{front.label} {front.value}" if front else self.reason


@dataclass(frozen=True, slots=True)
class Comparison:
    """A case before and after, the steps that differ marked on either side."""

    case: Case
    before: Told
    after: Told

    @property
    def differs(self) -> bool:
        """Whether somebody would notice: another result, another reason, or a failure."""
        return self.verdict not in UNCHANGED

    @property
    def weighed(self) -> str:
        """The code of the result that is weighed: the one in front, if both sides know it in yuan.

        Sums that leave out different events are not weighed: less may only be told, not paid.
        """
        if self.before.left_out != self.after.left_out:
            return ""
        for code in (self.after.headline, self.before.headline):
            was, now = self.before.figures.get(code), self.after.figures.get(code)
            if was and now and was.amount is not None and now.amount is not None:
                return code
        return ""

    @property
    def change(self) -> Decimal:
        """By how much the weighed amount grows; nothing where there is none."""
        if not self.weighed:
            return ZERO
        was, now = self.before.figures[self.weighed], self.after.figures[self.weighed]
        return cast(Decimal, now.amount) - cast(Decimal, was.amount)

    @property
    def verdict(self) -> Verdict:
        """What the change does to the case, in one word."""
        was, now = self.before, self.after
        if State.FAILED in (was.state, now.state):
            return Verdict.FAILS
        if (was.state, now.state) == (State.ANSWERED, State.ANSWERED):
            return self._verdict_of_answers()
        if now.state == State.ANSWERED:
            return Verdict.NOW_ANSWERED
        if was.state == State.ANSWERED:
            return Verdict.NOW_REFUSED
        return Verdict.SAME if was.reason == now.reason else Verdict.OTHER_REASON

    def _verdict_of_answers(self) -> Verdict:
        if self.before.left_out != self.after.left_out:
            more = self.after.left_out > self.before.left_out
            return Verdict.NOW_REFUSED if more else Verdict.NOW_ANSWERED
        if self.change:
            if self.weighed in _RECEIVED:
                return Verdict.GETS_MORE if self.change > 0 else Verdict.GETS_LESS
            return Verdict.PAYS_MORE if self.change > 0 else Verdict.PAYS_LESS
        if self.before.figures != self.after.figures:
            return Verdict.OTHER
        marked = any(line.mark for line in (*self.before.lines, *self.after.lines))
        return Verdict.SAME_AMOUNT if marked else Verdict.SAME

    @property
    def in_words(self) -> str:
        """The verdict with its amount: 「多付 120 元」."""
        return f"{self.verdict} {money(abs(self.change))}" if self.change else str(self.verdict)

    @property
    def differing(self) -> list[tuple[str, str, str]]:
        """The results that differ: label, before, after; the one in front stands first."""
        codes = dict.fromkeys(
            [self.after.headline, self.before.headline, *self.before.figures, *self.after.figures]
        )
        pairs = [(self.before.figures.get(c), self.after.figures.get(c)) for c in codes]
        return [
            ((now or was).label, was.value if was else "没有", now.value if now else "没有")  # type: ignore[union-attr]
            for was, now in pairs
            if was != now
        ]


def compare(
    cases: Iterable[Case], before: Timetable, after: Timetable, day: datetime.date
) -> list[Comparison]:
    """Ask each case on `day` under both timetables. A case that fails is told so, never raised."""
    cases = list(cases)
    told = zip(tell_all(cases, before, day), tell_all(cases, after, day), strict=True)
    return [_compared(case, was, now) for case, (was, now) in zip(cases, told, strict=True)]


def summary(compared: Sequence[Comparison]) -> str:
    """Say what a change does in one sentence: 「90 个例子里有 14 个会变：多付 9 个，少付 5 个。」."""
    counted = Counter(comparison.verdict for comparison in compared)
    changed = [(verdict, counted[verdict]) for verdict in Verdict if verdict not in UNCHANGED]
    told = "，".join(f"{verdict} {count} 个" for verdict, count in changed if count)
    number = sum(count for _, count in changed)
    only_steps = counted[Verdict.SAME_AMOUNT]
    more = f"另有 {only_steps} 个结果不变，只是步骤或依据有变。" if only_steps else ""
    if not number:
        return f"{len(compared)} 个例子的结果都不变。{more}"
    return f"{len(compared)} 个例子里有 {number} 个会变：{told}。{more}"


def tell_all(cases: Iterable[Case], timetable: Timetable, day: datetime.date) -> list[Told]:
    """Answer cases as the site would on `day`, under a timetable that is read once."""
    with clock.as_of(day), timetable.held():
        return [_tell(case, timetable, day) for case in cases]


def _tell(case: Case, timetable: Timetable, day: datetime.date) -> Told:
    query = case.query
    try:
        query = filled(case, timetable, day)
        if case.slug == YEAR.slug:
            return _tell_year(query, timetable, day)
        return _tell_answer(CALCULATORS[case.slug], query, timetable, day)
    except DatabaseError:  # the database is away: that is not for the case to tell
        raise
    except Exception:  # a draft may hold anything, and its page must tell which case it breaks
        logger.exception("the case %s (%s) fails as of %s", case.title, case.slug, day)
        return Told(State.FAILED, query, "算这个例子的时候出错了。请检查改过的表有没有填错的数。")


def filled(case: Case, timetable: Timetable, day: datetime.date) -> str:
    """Return the query of a case with its years filled in."""
    if THIS_YEAR not in case.query and LAST_YEAR not in case.query:
        return case.query
    named = QueryDict(case.query).get("scheme", "")
    calculator = CALCULATORS["inpatient" if case.slug == YEAR.slug else case.slug]
    form = YearForm if case.slug == YEAR.slug else calculator.form
    scheme = form.scheme_of(named) or Scheme.FLEXIBLE
    try:
        year = timetable.newest_day(calculator.main_tables(scheme), day).year
    except NoPolicyInForce:
        year = day.year
    return case.query.replace(THIS_YEAR, str(year)).replace(LAST_YEAR, str(year - 1))


def _tell_answer(
    calculator: Calculator, query: str, timetable: Timetable, day: datetime.date
) -> Told:
    form, errors = ask_strictly(calculator.form, QueryDict(query))
    if form is None:
        return Told(State.NOT_ASKED, query, _in_words(calculator, errors))
    answered = answer(calculator, form, timetable, day)
    found = answered.outcome
    if not isinstance(found, Finding):
        lines: tuple[Line, ...] = ()
        if isinstance(found, Refusal) and found.clauses:
            lines = (Line("", "没有规定的条款", "", None, found.clauses, ("refused",)),)
        return Told(State.REFUSED, query, make_reason(answered), answered.day, lines=lines)
    figures = {
        code: Figure(shown["label"], shown["value"], _amount(found.results[code]))
        for code, shown in make_figures(answered, found).items()
    }
    lines = tuple(_lines(answered, found, "", 0))
    return Told(
        State.ANSWERED, query, "", answered.day, headline_code(answered, found), figures, lines
    )


def _in_words(calculator: Calculator, errors: Mapping[str, list[str]]) -> str:
    fields = calculator.form.base_fields
    told = (
        f"“{fields[name].label if name in fields else name}”：{''.join(messages)}"
        for name, messages in errors.items()
    )
    return "这个例子的答案不合现在的题目。" + "".join(told)


def _amount(result: Result) -> Decimal | None:
    return result if isinstance(result, Decimal) else None


def _lines(answered: Answer, found: Finding, part: str, event: int) -> Iterator[Line]:
    """The steps; each has its place by its name, so that both sides of a case can be laid together."""
    seen: Counter[str] = Counter()
    for step in found.steps:
        label = answered.calculator.words.label(step.code)
        formula = make_formula(step.formula) if step.formula != "0" else ""
        place = (event, step.code, seen[step.code])
        seen[step.code] += 1
        yield Line(part, label, formula, step.amount, step.clauses, place)


def _tell_year(query: str, timetable: Timetable, today: datetime.date) -> Told:
    asked = QueryDict(query)
    read = read_year(asked)
    whole = len(read.events) == len(asked.getlist(EVENT))
    if read.asked is None or read.asked.errors or not read.events or not whole:
        return Told(State.NOT_ASKED, query, "这张全年账单的链接现在读不全了，请重新保存。")
    ledger = settle(read.asked, timetable, today)
    left_out = sum(not isinstance(event.outcome, Finding) for event in ledger.events)
    if left_out == len(ledger.events):
        reason = make_reason(ledger.events[-1])
        return Told(State.REFUSED, query, reason, ledger.answered.day)
    figures = {
        code: Figure(label, make_figure(result), _amount(result))
        for code, label, result in _year_results(ledger)
    }
    if left_out:
        figures["left_out"] = Figure("算不出、没有计入的", f"{left_out} 笔")
    lines = tuple(_year_lines(ledger))
    day = ledger.answered.day
    return Told(State.ANSWERED, query, "", day, "self", figures, lines, left_out)


def _year_results(ledger: Ledger) -> Iterator[tuple[str, str, Any]]:
    answered = ledger.answered
    results = cast(Finding, answered.outcome).results
    totals = cast(Mapping[str, Result], results["totals"])
    left = cast(Mapping[str, Result], results["left"])
    yield "cost", "费用合计", totals["cost"]
    for code in PAYERS:
        if code in totals:
            yield code, answered.calculator.words.label(code), totals[code]
    for code, label in LIMITS[answered.scheme].items():
        yield f"left_{code}", f"{label}，还剩", left[code]


def _year_lines(ledger: Ledger) -> Iterator[Line]:
    for number, (entry, event) in enumerate(zip(ledger.entries, ledger.events, strict=True)):
        part = f"{zh_day(entry.event.on)} {KINDS[entry.event.calculator]}"
        if isinstance(event.outcome, Finding):
            yield from _lines(event, event.outcome, part, number)
        else:
            yield Line(part, "算不出", make_reason(event), None, (), (number, "reason"))


def _compared(case: Case, was: Told, now: Told) -> Comparison:
    return Comparison(
        case,
        replace(was, lines=_marked(was.lines, now.lines, "没有了")),
        replace(now, lines=_marked(now.lines, was.lines, "新增")),
    )


def _marked(lines: Sequence[Line], others: Sequence[Line], alone: str) -> tuple[Line, ...]:
    there = {line.place: line for line in others}
    return tuple(replace(line, mark=_mark(line, there.get(line.place), alone)) for line in lines)


def _mark(line: Line, other: Line | None, alone: str) -> str:
    if other is None:
        return alone
    if line.says != other.says:
        return "变了"
    return "" if line.clauses == other.clauses else "依据变了"
