"""退休年限: the years to have paid, what is missing, what that costs, and from when benefits run."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from calculators.rules.arrears import readings_of_oldest
from calculators.rules.breakdown import Finding, Notice, Refusal, Result, Step
from calculators.rules.contribution import stretches_step
from calculators.rules.money import ZERO, plain
from calculators.rules.months import MONTHS_A_YEAR, Month, next_month
from calculators.rules.people import Sex, ShortfallPath
from calculators.rules.terms.monthly import Stretch
from calculators.rules.terms.retirement import RetirementTerms, Years, years_on


@dataclass(frozen=True, slots=True, kw_only=True)
class _Case:
    """What was told of a retirement; None for what was not."""

    sex: Sex | None
    reaches_age_on: date | None
    approved_on: date | None
    handled_on: date | None
    actual_months: int | None
    deemed_months: int | None
    arrears: tuple[Month, Month] | None
    path: ShortfallPath | None


@dataclass(slots=True)
class _Found:
    """Steps, readings and remarks that a case meets on its way."""

    steps: list[Step] = field(default_factory=list)
    readings: list[str] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)

    def count(self, code: str, number: int, formula: str, clauses: tuple[str, ...]) -> int:
        """Add a step that gives years or months."""
        self.steps.append(Step(code, None, formula, tuple(dict.fromkeys(clauses))))
        return number

    def need(self, name: str) -> None:
        """Remark that the answer `name` is missing and which results wait for it."""
        self.notices.append(Notice(f"needs_{name}"))


@dataclass(frozen=True, slots=True)
class _Short:
    """Months that are missing, before arrears; None where that is not known."""

    total: int | None
    actual: int | None

    @property
    def most(self) -> int | None:
        """「不足年限」: the larger of both, for a month that is paid counts for both (A-40)."""
        if self.total is None or self.actual is None:
            return None
        return max(self.total, self.actual)

    @property
    def any(self) -> bool | None:
        """Whether months are missing; None where it cannot be said yet."""
        if self.total or self.actual:
            return True
        return None if self.most is None else False


def retirement(
    terms: RetirementTerms,
    *,
    sex: Sex | None = None,
    reaches_age_on: date | None = None,
    approved_on: date | None = None,
    handled_on: date | None = None,
    actual_months: int | None = None,
    deemed_months: int | None = None,
    arrears_first: Month | None = None,
    arrears_last: Month | None = None,
    path: ShortfallPath | None = None,
) -> Finding | Refusal:
    """「累计缴费已达到我市职工基本医疗保险最低缴费年限及实际缴费年限规定」(F-5.12), or not (F-5.13).

    Months are counted on the day the age is reached; arrears are those from `arrears_first` to
    `arrears_last`, both included and both known or neither. What was not given leaves the results
    that need it None, each with a remark.
    """
    if arrears_last and arrears_last > Month.of(terms.arrears_until.value):
        return Refusal("arrears_too_late", "A-37", (terms.arrears_until.clause,))
    case = _Case(
        sex=sex,
        reaches_age_on=reaches_age_on,
        approved_on=approved_on,
        handled_on=handled_on,
        actual_months=actual_months,
        deemed_months=deemed_months,
        arrears=(arrears_first, arrears_last) if arrears_first and arrears_last else None,
        path=path,
    )
    found = _Found()
    total_years = _total_years(terms, case, found)
    actual_years = _actual_years(terms, case, found)
    short = _Short(
        _short_total(terms, case, total_years, found),
        _short_actual(terms, case, actual_years, found),
    )
    if short.any:
        found.readings.append("A-45")
        if actual_months == 0:
            found.readings.append("A-87")
    arrears = _arrears(terms, case, short, found)
    rest = _rest(terms, case, short, arrears, found)
    results: Mapping[str, Result] = {
        "min_total_years": total_years,
        "min_actual_years": actual_years,
        "short_total_months": short.total,
        "short_actual_months": short.actual,
        "arrears": arrears.amount,
        "top_up_months": rest.top_up_months,
        "top_up": rest.top_up,
        "continue_months": rest.continue_months,
        "total": _total(arrears.amount, rest.top_up, found),
        "retiree_benefits_from": _benefits_from(terms, case, found),
        "account_from": _account_from(terms, case, short, found),
    }
    return Finding(
        results=results,
        steps=tuple(found.steps),
        readings=tuple(dict.fromkeys(found.readings)),
        notices=tuple(dict.fromkeys(found.notices)),
    )


def _total_years(terms: RetirementTerms, case: _Case, found: _Found) -> int | None:
    """「由男满25年逐步调整为男满30年」(F-5.1), 「女性…为满25年」(F-5.3), by the day of reaching the age
    (A-41)."""
    if case.sex is None:
        found.need("sex")
        return None
    rows = terms.total[case.sex]
    row = years_on(rows, case.reaches_age_on)
    if row is None:
        found.need("reaches_age_on")
        return None
    found.readings.append("A-41")
    return _years("min_total_years", row, (rows[0].clause,), found)


def _actual_years(terms: RetirementTerms, case: _Case, found: _Found) -> int | None:
    """「2022年1月1日（含1月1日）以后达到…退休年龄的…最低实际缴费年限调整为10年」(F-5.9)

    Who reached it before goes by the day of approval (F-5.5 to F-5.8). Approved later than these
    rows reach: three readings, no number (A-42).
    """
    if case.reaches_age_on is None:
        found.need("reaches_age_on")
        return None
    found.readings.append("A-42")
    row = years_on(terms.actual_by_age, case.reaches_age_on)
    if row:
        return _years("min_actual_years", row, (), found)
    if case.approved_on is None:
        found.need("approved_on")
        return None
    row = years_on(terms.actual_by_approval, case.approved_on)
    if row:
        return _years("min_actual_years", row, terms.increments, found)
    newest = terms.actual_by_approval[-1].years
    found.notices.append(
        Notice(
            "actual_years_open",
            (
                ("new", str(terms.actual_by_age[0].years)),
                ("last", str(newest)),
                ("continued", str(newest + 1)),
            ),
        )
    )
    return None


def _years(code: str, row: Years, also: tuple[str, ...], found: _Found) -> int:
    formula = f"{row.years} × {MONTHS_A_YEAR} = {row.years * MONTHS_A_YEAR}"
    return found.count(code, row.years, formula, (row.clause, *also))


def _short_total(
    terms: RetirementTerms, case: _Case, years: int | None, found: _Found
) -> int | None:
    """「最低缴费年限（包括视同缴费年限和实际缴费年限）」(F-5.1), counted in months (A-45)."""
    _need_months(case, found)
    if years is None or case.actual_months is None or case.deemed_months is None:
        return None
    if case.deemed_months:
        found.readings.append("A-43")
    needed, paid = years * MONTHS_A_YEAR, case.actual_months + case.deemed_months
    short = max(needed - paid, 0)
    formula = _difference(f"{needed} − ({case.actual_months} + {case.deemed_months})", short)
    return found.count("short_total_months", short, formula, terms.deemed)


def _short_actual(
    terms: RetirementTerms, case: _Case, years: int | None, found: _Found
) -> int | None:
    """「参加沈阳统筹区外…的缴费年限…不计入我市职工基本医疗保险实际缴费年限」(F-5.11)"""
    if years is None or case.actual_months is None:
        return None
    needed = years * MONTHS_A_YEAR
    short = max(needed - case.actual_months, 0)
    formula = _difference(f"{needed} − {case.actual_months}", short)
    return found.count("short_actual_months", short, formula, terms.deemed)


def _need_months(case: _Case, found: _Found) -> None:
    if case.actual_months is None:
        found.need("actual_months")
    if case.deemed_months is None:
        found.need("deemed_months")


@dataclass(frozen=True, slots=True)
class _Arrears:
    """Arrears that are paid at retirement: yuan, and how many months they bring."""

    amount: Decimal
    months: int


def _arrears(terms: RetirementTerms, case: _Case, short: _Short, found: _Found) -> _Arrears:
    """「参保人员办理医疗保险退休时不足缴费年限，可选择一次性足额补齐在2021年12月前欠缴部分」(F-8.3)

    All of them, each month at its own amount (A-37, A-38), and before anything else (F-8.4).
    """
    if case.arrears is None:
        return _Arrears(ZERO, 0)
    if short.any is False:
        found.notices.append(Notice("arrears_not_needed"))
        return _Arrears(ZERO, 0)
    first, last = case.arrears
    oldest = readings_of_oldest(terms.monthly, first, last)
    found.readings += ["A-37", "A-38", "A-46", *oldest]
    found.notices += [Notice("only_owed"), Notice("no_surcharge")]
    if oldest:
        found.notices.append(Notice("counties"))
    step = stretches_step("arrears", terms.monthly.stretches(first, last), terms.arrears)
    found.steps.append(step)
    return _Arrears(step.yuan, last - first + 1)


@dataclass(frozen=True, slots=True)
class _Rest:
    """How the months that arrears leave missing are made up; None for what is not known."""

    top_up_months: int | None = None
    top_up: Decimal | None = None
    continue_months: int | None = None


def _rest(
    terms: RetirementTerms, case: _Case, short: _Short, arrears: _Arrears, found: _Found
) -> _Rest:
    """「一次性补缴不足年限」(F-5.13), 「或继续按月缴费」(F-5.14), of what is left after arrears (A-40)."""
    left = None if short.most is None else max(short.most - arrears.months, 0)
    if short.most:
        found.readings.append("A-40")
    if case.path is None and left != 0:
        if left:
            found.need("path")
        return _Rest()
    if case.path == ShortfallPath.CONTINUE:
        if left:
            _step_left("continue_months", left, terms.continuing, short, arrears, found)
            found.notices.append(Notice("paying_on"))
        return _Rest(0, ZERO, left)
    if left is None:
        return _Rest(continue_months=0)
    clauses = (terms.top_up_since.clause, *(terms.first_join_late if _joins_late(case) else ()))
    _step_left("top_up_months", left, clauses, short, arrears, found)
    return _Rest(left, _top_up(terms, case, left, found), 0)


def _joins_late(case: _Case) -> bool:
    """「达到办理医疗保险退休手续年龄后，首次参加」(F-5.16): no month was ever paid (A-87)."""
    return case.actual_months == 0


def _step_left(
    code: str,
    left: int,
    clauses: tuple[str, ...],
    short: _Short,
    arrears: _Arrears,
    found: _Found,
) -> None:
    formula = _difference(f"{short.most} − {arrears.months}", left)
    found.count(code, left, formula, clauses)


def _top_up(terms: RetirementTerms, case: _Case, months: int, found: _Found) -> Decimal | None:
    """「在办理医疗保险退休手续时，以上年全口径平均工资为缴费基数，按6%比例一次性补缴不足年限」(F-5.13)

    That is the monthly amount of the month of the formalities (A-39), from the day on that the
    clause names and as long as an amount is on file.
    """
    since = terms.top_up_since
    price = _price(terms, case)
    if price is None:
        if not months:
            found.steps.append(Step("top_up", ZERO, "0", (since.clause,)))
            return ZERO
        found.readings.append("A-39")
        _say_why_not_priced(terms, case, found)
        return None
    amount = price.monthly * months
    found.steps.append(
        Step("top_up", amount, f"{months} × {plain(price.monthly)}", (since.clause, price.clause))
    )
    if months:
        found.readings.append("A-39")
        if case.reaches_age_on and case.reaches_age_on < since.value:
            found.notices.append(Notice("reached_before_top_up", (("since", str(since.value)),)))
        found.notices.append(Notice("no_surcharge"))
    return amount


def _price(terms: RetirementTerms, case: _Case) -> Stretch | None:
    if case.handled_on is None or case.handled_on < terms.top_up_since.value:
        return None
    return terms.monthly.of(Month.of(case.handled_on))


def _say_why_not_priced(terms: RetirementTerms, case: _Case, found: _Found) -> None:
    since = terms.top_up_since.value
    if case.handled_on is None:
        found.need("handled_on")
    elif case.handled_on < since:
        found.notices.append(Notice("top_up_without_rule", (("since", str(since)),)))
    else:
        until = str(terms.monthly.rows[-1].last)
        found.notices.append(Notice("top_up_without_amount", (("until", until),)))


def _total(arrears: Decimal, top_up: Decimal | None, found: _Found) -> Decimal | None:
    if top_up is None:
        return None
    total = arrears + top_up
    found.steps.append(Step("total", total, f"{plain(arrears)} + {plain(top_up)}", ()))
    return total


def _benefits_from(terms: RetirementTerms, case: _Case, found: _Found) -> date | None:
    """「办理医疗保险退休手续后，次月起享受退休人员医保待遇」(F-5.12, F-5.14)"""
    if case.handled_on is None:
        found.need("handled_on")
        return None
    return _from("retiree_benefits_from", case.handled_on, terms.enough, found)


def _account_from(terms: RetirementTerms, case: _Case, short: _Short, found: _Found) -> date | None:
    """「个人账户划入自达到退休年龄次月起计算」(F-5.12) where the years were enough by then.

    Where months were missing it starts in the month after the formalities, whichever way they were
    made up (F-5.14, A-35).
    """
    if short.any is None:
        return None
    if short.any:
        if case.handled_on is None:
            return None
        found.readings.append("A-35")
        clauses = (terms.top_up_since.clause, *terms.continuing)
        return _from("account_from", case.handled_on, clauses, found)
    assert case.reaches_age_on is not None  # without it the years are not known
    return _from("account_from", case.reaches_age_on, terms.enough, found)


def _from(code: str, day: date, clauses: tuple[str, ...], found: _Found) -> date:
    start = next_month(day)
    found.steps.append(Step(code, None, f"{day} → {start}", clauses))
    return start


def _difference(written: str, result: int) -> str:
    """Write a difference that does not fall below nothing."""
    return f"{written} = {result}" if result else f"max({written}, 0)"
