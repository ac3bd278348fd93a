"""Results along time: what is paid in which months, until when, and from which day benefits run.

Pure functions from an answer to the rows of `calculators/_timeline.html`. Amounts and days come
from the rule or its terms; where two ways are compared, the same rule is asked twice.
"""

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, cast

from calculators.answering import Answer
from calculators.rules.breakdown import Finding, Step
from calculators.rules.contribution import stretches_step
from calculators.rules.months import MONTHS_A_YEAR, Month
from calculators.rules.people import ResidentEntry, Scheme, ShortfallPath
from calculators.rules.start_date import BY_FORMALITIES
from calculators.rules.terms.contribution import FlexibleContributionTerms
from calculators.rules.terms.monthly import MonthlyAmounts, Stretch
from calculators.rules.terms.retirement import RetirementTerms
from portal.policy.age import zh_day
from portal.policy.values import money

Clauses = tuple[str, ...]
# A strip of months longer than this many years explains nothing on a phone.
MOST_YEARS = 3


@dataclass(frozen=True, slots=True)
class Span:
    """Months in a row that cost the same: how they are written, the sum in yuan, its clauses."""

    months: str
    formula: str
    amount: Decimal
    clauses: Clauses


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment:
    """What is paid for one matter: its spans in order, and their sum in yuan.

    `amount` is None where no sum is known; `text` says why, or what else there is to say.
    """

    title: str
    amount: Decimal | None
    spans: tuple[Span, ...] = ()
    text: str = ""
    formula: str = ""
    clauses: Clauses = ()


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a bar: its name, the months, where it is drawn (percent), and whose pattern."""

    label: str
    months: int
    pattern: str
    code: str
    x: str
    width: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """Months that are needed against those that are there. `missing` names an answer that lacks."""

    title: str
    needed: int
    years: int
    there: int
    short: int
    parts: tuple[Part, ...] = ()
    missing: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """One way's answer to a line of the comparison; `clauses` where it rests on some."""

    text: str
    clauses: Clauses = ()


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the comparison of topping up with paying on."""

    label: str
    top_up: Cell
    paying_on: Cell


@dataclass(frozen=True, slots=True)
class Stage:
    """Months in one state: `missing`, `paid`, `waiting` or `covered`, and what that means."""

    state: str
    first: Month
    last: Month
    when: str
    text: str


@dataclass(frozen=True, slots=True)
class CalendarYear:
    """A year of the strip: for each month its number and its state ("" where nothing is known)."""

    year: int
    months: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """What `_timeline.html` shows, each part empty where a calculator has none."""

    title: str
    bars: tuple[Bar, ...] = ()
    payments: tuple[Payment, ...] = ()
    total: Decimal | None = None
    lines: tuple[Line, ...] = ()
    stages: tuple[Stage, ...] = ()
    years: tuple[CalendarYear, ...] = ()
    remarks: tuple[str, ...] = ()


def make_timeline(answer: Answer) -> Timeline | None:
    """Return the timeline of a computed case; None for what has none."""
    maker = _MAKERS.get((answer.calculator.slug, answer.scheme))
    if maker is None or not isinstance(answer.outcome, Finding):
        return None
    return maker(answer, answer.outcome)


# --- what is paid in which months ----------------------------------------------------------------


def _arrears(answer: Answer, found: Finding) -> Timeline:
    steps = [step for step in found.steps if step.code == "stretch"]
    rows = cast(tuple[dict[str, Any], ...], found.results["rows"])
    spans = tuple(
        Span(
            _months(row["first_month"], row["last_month"]),
            _times(row["months"], row["monthly"]),
            row["amount"],
            step.clauses,
        )
        for row, step in zip(rows, steps, strict=True)
    )
    total = _step(found, "total")
    paid = Payment(
        title=f"一共 {found.results['months']} 个月",
        amount=None,
        spans=spans,
        clauses=total.clauses,
    )
    return Timeline(title="哪几个月，按多少补", payments=(paid,), total=total.yuan)


def _contribution(answer: Answer, found: Finding) -> Timeline:
    terms = cast(FlexibleContributionTerms, answer.terms)
    label = answer.calculator.words.label
    stretches = terms.monthly.stretches(answer.given["first_month"], answer.given["last_month"])
    large_sum = _step(found, "large_sum")
    payments = (
        Payment(
            title=label("basic"),
            amount=_step(found, "basic").yuan,
            spans=_spans(stretches),
            clauses=(terms.rate.clause,),
        ),
        Payment(
            title=label("large_sum"),
            amount=large_sum.yuan,
            text="一年交一次，和当年第一次缴费一起交。",
            formula=large_sum.formula,
            clauses=large_sum.clauses,
        ),
    )
    total = cast(Decimal, found.results["total"])
    return Timeline(title="哪几个月，缴多少", payments=payments, total=total)


def _spans(stretches: tuple[Stretch, ...]) -> tuple[Span, ...]:
    return tuple(
        Span(
            _months(stretch.first, stretch.last),
            _times(stretch.months, stretch.monthly),
            stretch.amount,
            (stretch.clause,),
        )
        for stretch in stretches
    )


# --- retirement: what is short, and the two ways to make it up ------------------------------------

# What a line of the comparison waits for, by the remark of the rule.
_LACKING = {
    "needs_sex": "性别",
    "needs_reaches_age_on": "达到退休年龄的日期",
    "needs_approved_on": "养老保险退休审批的日期",
    "needs_actual_months": "实际缴费的月数",
    "needs_deemed_months": "视同缴费的月数",
    "needs_handled_on": "办医保退休手续的日期",
}
_FOR_MONTHS = tuple(code for code in _LACKING if code != "needs_handled_on")
_WITHOUT_A_PRICE = ("top_up_without_rule", "top_up_without_amount")
_OPEN = "文件没有写清"
_ARREARS_SUFFICE = "补齐欠缴以后，年限就够了，不用再补。"
_PAID_WITHOUT_A_BREAK = "继续缴费这一边，假定到龄那个月已经缴了，从下个月起每月接着缴，不中断。"
_FEE_OF_EACH_YEAR = "继续缴费的那些年，每年还要交大额补助保险费，这里没有算。"


@dataclass(frozen=True, slots=True)
class _PayingOn:
    """Paying on month by month: what the rule finds, and the months that are left to pay.

    `first` and `last` are None where they are not known, or nothing is left.
    """

    found: Finding
    first: Month | None = None
    last: Month | None = None


def _retirement(answer: Answer, found: Finding) -> Timeline | None:
    title = "要满几年，已经有几年"
    bars = tuple(
        bar for code in ("total", "actual") if (bar := _bar(answer, found, code)) is not None
    )
    if not any(found.results[f"short_{code}_months"] for code in ("total", "actual")):
        return Timeline(title=title, bars=bars) if bars else None
    paying_on = _paying_on(answer)
    payments = _made_up(answer, found, paying_on)
    if paying_on.found.results["continue_months"] == 0:
        return Timeline(title=title, bars=bars, payments=payments, remarks=(_ARREARS_SUFFICE,))
    return Timeline(
        title=title,
        bars=bars,
        payments=payments,
        # What is paid month by month later on is no part of the total of the formalities.
        total=cast(Decimal | None, found.results["total"])
        if answer.given["path"] == ShortfallPath.TOP_UP
        else None,
        lines=_compared(answer, _again(answer, path=ShortfallPath.TOP_UP), paying_on),
        remarks=(_PAID_WITHOUT_A_BREAK, _FEE_OF_EACH_YEAR),
    )


def _bar(answer: Answer, found: Finding, code: str) -> Bar | None:
    """The months needed in all, or actually paid, against those that are there."""
    years = cast(int | None, found.results[f"min_{code}_years"])
    if years is None:
        return None
    counted = ("actual_months", "deemed_months") if code == "total" else ("actual_months",)
    title = "一共缴费" if code == "total" else "其中实际缴费"
    needed = years * MONTHS_A_YEAR
    short = cast(int | None, found.results[f"short_{code}_months"])
    if short is None:
        lacking = [_LACKING[f"needs_{name}"] for name in counted if answer.given[name] is None]
        missing = f"还缺您的回答：{'、'.join(lacking)}。"
        return Bar(title=title, needed=needed, years=years, there=0, short=0, missing=missing)
    there = sum(answer.given[name] for name in counted)
    owed = min(_arrears_months(answer, found), short)
    drawn = [
        ("实际缴费", answer.given["actual_months"], "solid", "self"),
        ("视同缴费", answer.given["deemed_months"] if code == "total" else 0, "slant", "pool"),
        ("能补的欠缴", owed, "dots", "large_sum"),
    ]
    whole, at, parts = Decimal(max(needed, there)), Decimal(0), []
    for label, months, pattern, payer in drawn:
        width = months * 100 / whole
        if months:
            parts.append(Part(label, months, pattern, payer, f"{at:.2f}", f"{width:.2f}"))
        at += width
    return Bar(
        title=title, needed=needed, years=years, there=there, short=short, parts=tuple(parts)
    )


def _arrears_months(answer: Answer, found: Finding) -> int:
    if not _has(found, "arrears"):
        return 0
    return cast(int, answer.given["arrears_last"] - answer.given["arrears_first"] + 1)


def _made_up(answer: Answer, found: Finding, paying_on: _PayingOn) -> tuple[Payment, ...]:
    """How the months are made up on the way that was chosen: arrears first, then the rest."""
    terms = cast(RetirementTerms, answer.terms)
    payments = []
    months = _arrears_months(answer, found)
    if months:
        first, last = answer.given["arrears_first"], answer.given["arrears_last"]
        owed = Payment(
            title=f"先补齐欠缴的 {months} 个月",
            amount=_step(found, "arrears").yuan,
            spans=_spans(terms.monthly.stretches(first, last)),
            clauses=terms.arrears,
        )
        payments.append(owed)
    left = found.results["top_up_months"]
    if left:
        step = next((step for step in found.steps if step.code == "top_up"), None)
        rest = Payment(
            title=f"{'再' if months else ''}一次性补缴 {left} 个月",
            amount=step.yuan if step else None,
            formula=step.formula if step else "",
            text="" if step else _why_no_price(answer, found),
            clauses=step.clauses if step else (terms.top_up_since.clause,),
        )
        payments.append(rest)
    elif found.results["continue_months"] and paying_on.first and paying_on.last:
        payments.append(_monthly(terms.monthly, paying_on.first, paying_on.last))
    return tuple(payments)


def _why_no_price(answer: Answer, found: Finding) -> str:
    """Say in the rule's own remark why a top-up has no amount."""
    codes = ("needs_handled_on", *_WITHOUT_A_PRICE)
    return " ".join(
        answer.calculator.words.notice(notice.code, dict(notice.values))
        for notice in found.notices
        if notice.code in codes
    )


def _monthly(monthly: MonthlyAmounts, first: Month, last: Month) -> Payment:
    """The months that are still to be paid, each at its own amount, as far as that is on file."""
    stretches = monthly.stretches(first, last)
    known = sum(stretch.months for stretch in stretches)
    unknown = last - first + 1 - known
    text = ""
    if unknown:
        text = f"另外 {unknown} 个月的标准，本站的文件里没有，到时候按那一年的标准缴。"
    return Payment(
        title=f"按月缴 {last - first + 1} 个月（{_months(first, last)}）",
        amount=None if unknown else stretches_step("basic", stretches, ()).yuan,
        spans=_spans(stretches),
        text=text,
    )


def _paying_on(answer: Answer) -> _PayingOn:
    """Ask the rule for paying on. The formalities cannot come before the last month that is left."""
    found = _again(answer, path=ShortfallPath.CONTINUE)
    left = cast(int | None, found.results["continue_months"])
    reached = answer.given["reaches_age_on"]
    if not left or reached is None:
        return _PayingOn(found)
    last = Month.of(reached) + left
    if last.year >= datetime.MAXYEAR:
        return _PayingOn(found)
    earliest = max(answer.given["handled_on"] or last.first_day, last.first_day)
    found = _again(answer, path=ShortfallPath.CONTINUE, handled_on=earliest)
    return _PayingOn(found, Month.of(reached) + 1, last)


def _again(answer: Answer, **changed: Any) -> Finding:
    """Ask the same rule about the same case with some answers changed."""
    rule = answer.calculator.by_scheme[answer.scheme].rule
    found = rule(answer.terms, **{**answer.given, **changed})
    assert isinstance(found, Finding)  # it answered this case before
    return found


def _compared(answer: Answer, topped_up: Finding, on: _PayingOn) -> tuple[Line, ...]:
    """Topping up beside paying on: its cost, its end, what is paid for meanwhile, what follows."""
    terms = cast(RetirementTerms, answer.terms)
    since, continuing = (terms.top_up_since.clause,), terms.continuing
    until = f"缴到{_month(on.last)}" if on.last else _lacking(on.found, _FOR_MONTHS)
    earliest = "最早" if on.last else ""
    owed = topped_up.results["arrears"]
    arrears = (Line("先补齐欠缴", _yuan(topped_up, "arrears"), _yuan(on.found, "arrears")),)
    return (
        *(arrears if owed else ()),
        Line(
            "剩下还缺的月数",
            _count(topped_up, "top_up_months", "一次补齐"),
            _count(on.found, "continue_months", "按月缴"),
        ),
        Line("这些月份要花", _yuan(topped_up, "top_up"), _cost_of_paying_on(terms.monthly, on)),
        Line("缴到什么时候", Cell("补齐就办手续", since), Cell(until, continuing)),
        Line("这期间的待遇", Cell("不用等"), Cell("按在职的比例报销", continuing)),
        Line(
            "享受退休待遇从",
            _from(topped_up, "retiree_benefits_from"),
            _from(on.found, "retiree_benefits_from", earliest),
        ),
        Line(
            "个人账户划入从",
            _from(topped_up, "account_from"),
            _from(on.found, "account_from", earliest),
        ),
    )


def _cost_of_paying_on(monthly: MonthlyAmounts, on: _PayingOn) -> Cell:
    """The sum where every month has an amount on file, else the amount of the first month."""
    if on.first is None or on.last is None:
        return Cell(_lacking(on.found, _FOR_MONTHS))
    sum_known = _monthly(monthly, on.first, on.last).amount
    if sum_known is not None:
        return Cell(money(sum_known))
    first = monthly.of(on.first)
    if first is None:
        return Cell(f"{_month(on.first)}起的标准，文件没有写")
    each = f"{_month(on.first)}起每月 {money(first.monthly)}，往后的标准文件没有写全"
    return Cell(each, (first.clause,))


def _count(found: Finding, code: str, how: str) -> Cell:
    months = found.results[code]
    return Cell(_lacking(found, _FOR_MONTHS) if months is None else f"{months} 个月，{how}")


def _yuan(found: Finding, code: str) -> Cell:
    amount = found.results[code]
    if amount is not None:
        return Cell(money(cast(Decimal, amount)))
    if any(notice.code in _WITHOUT_A_PRICE for notice in found.notices):
        return Cell("办手续那时的标准，文件没有写")
    return Cell(_lacking(found))


def _from(found: Finding, code: str, earliest: str = "") -> Cell:
    day = found.results[code]
    if not isinstance(day, datetime.date):
        return Cell(_lacking(found, ("needs_handled_on",)))
    return Cell(earliest + zh_day(day), _step(found, code).clauses)


def _lacking(found: Finding, wanted: tuple[str, ...] = tuple(_LACKING)) -> str:
    """Name the answers that are missing; without any it is the documents that leave it open."""
    codes = [notice.code for notice in found.notices if notice.code in wanted]
    if codes:
        return f"还缺：{'、'.join(_LACKING[code] for code in codes)}"
    return _OPEN


# --- from which day: paid, waiting, covered -------------------------------------------------------


def _flexible_start(answer: Answer, found: Finding) -> Timeline:
    first, gap = answer.given["first_month"], answer.given["gap_months"]
    start = Month.of(cast(datetime.date, found.results["start"]))
    stages = []
    # Who joins for the first time has no break that counts, once it was paid for.
    if gap and not (answer.given["back_paid"] and not _has(found, "gap")):
        repaid = found.results["retroactive_from"] is not None
        text = "中断，补缴以后也能报" if repaid else "没有缴费，不能报"
        stages.append(_stage("paid" if repaid else "missing", first + -gap, first + -1, text))
    if found.results["waiting"]:
        stages.append(_stage("waiting", first, start + -1, "每个月缴费，等待期里还不能报"))
    stages.append(_onwards(start, "缴费，能报销"))
    return _in_months("缴费、等待、能报销的月份", stages, start)


def _resident_start(answer: Answer, found: Finding) -> Timeline | None:
    end = found.results["end"]
    if not isinstance(end, datetime.date):
        return None  # nothing is left of the year: the answer says so, there is nothing to draw
    start = cast(datetime.date, found.results["start"])
    stages = []
    name, day = _entered(answer)
    if Month.of(day) < Month.of(start):
        month = Month.of(day)
        done = f"{_ENTERED[name]}，这个月还不能报"
        stages.append(Stage("paid", month, month, zh_day(day), done))
        if month + 1 < Month.of(start):
            stages.append(_stage("waiting", month + 1, Month.of(start) + -1, "等待，还不能报"))
    covered = Stage(
        "covered", Month.of(start), Month.of(end), f"{zh_day(start)}到{zh_day(end)}", "能报销"
    )
    return _in_months("缴费、等待、能报销的月份", [*stages, covered], Month.of(end))


_DECIDED_BY = {
    **dict.fromkeys(BY_FORMALITIES, "handled_on"),
    ResidentEntry.LOW_MARGIN_STUDENT: "identified_on",
}
_ENTERED = {"paid_on": "缴费", "handled_on": "办完手续", "identified_on": "认定身份"}


def _entered(answer: Answer) -> tuple[str, datetime.date]:
    """The day that decides a resident's case, and the name of its question."""
    kind: ResidentEntry = answer.given["kind"]
    name = _DECIDED_BY.get(kind, "paid_on")
    if kind == ResidentEntry.PREFERENTIAL:
        name = "handled_on" if answer.given["handled_on"] else "paid_on"
    return name, answer.given[name]


def _filing(answer: Answer, found: Finding) -> Timeline | None:
    expires = found.results["expires"]
    issued = answer.given["issued_on"]
    if not isinstance(expires, datetime.date) or issued is None or expires < issued:
        return None  # for ever, or from a day that nobody asked for: nothing to draw
    when = f"{zh_day(issued)}到{zh_day(expires)}"
    stage = Stage("covered", Month.of(issued), Month.of(expires), when, "备案有效")
    return _in_months("备案有效的月份", [stage], stage.last)


def _stage(state: str, first: Month, last: Month, text: str) -> Stage:
    return Stage(state, first, last, _months(first, last), text)


def _onwards(start: Month, text: str) -> Stage:
    """From `start` on, drawn to the end of its year."""
    return Stage("covered", start, Month(start.year, MONTHS_A_YEAR), f"{_month(start)}起", text)


def _in_months(title: str, stages: list[Stage], until: Month) -> Timeline:
    """Lay stages on a calendar that ends with the year of `until`."""
    first = max(stages[0].first.year, until.year - MOST_YEARS + 1)
    years = tuple(
        CalendarYear(
            year, tuple((n, _state(stages, Month(year, n))) for n in range(1, MONTHS_A_YEAR + 1))
        )
        for year in range(first, until.year + 1)
    )
    return Timeline(title=title, stages=tuple(stages), years=years)


def _state(stages: list[Stage], month: Month) -> str:
    return next((s.state for s in stages if s.first <= month <= s.last), "")


# --- shared -----------------------------------------------------------------------------------------


def _step(found: Finding, code: str) -> Step:
    return next(step for step in found.steps if step.code == code)


def _has(found: Finding, code: str) -> bool:
    return any(step.code == code for step in found.steps)


def _month(month: Month) -> str:
    return f"{month.year}年{month.month}月"


def _months(first: Month, last: Month) -> str:
    """Write months in a row: 2010年9月—2012年7月, 2025年3月—6月, 2015年6月."""
    if first == last:
        return _month(first)
    end = f"{last.month}月" if first.year == last.year else _month(last)
    return f"{_month(first)}—{end}"


def _times(months: int, monthly: Decimal) -> str:
    return f"{months} 个月 × {money(monthly)}"


_MAKERS: dict[tuple[str, Scheme], Callable[[Answer, Finding], Timeline | None]] = {
    ("arrears", Scheme.FLEXIBLE): _arrears,
    ("contribution", Scheme.FLEXIBLE): _contribution,
    ("retirement", Scheme.FLEXIBLE): _retirement,
    ("start-date", Scheme.FLEXIBLE): _flexible_start,
    ("start-date", Scheme.RESIDENT): _resident_start,
    ("filing-expiry", Scheme.FLEXIBLE): _filing,
}
