"""What is certain although a case is refused: amounts and rates of its terms, with their clauses.

A fact comes from the same rows, or from the same rule asked for the part that the documents do
answer; it is never an answer to what was refused.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import chain
from typing import Any

from calculators.answering import Answer
from calculators.calculator import Facts
from calculators.rules.bands import Bands
from calculators.rules.breakdown import Finding, Refusal, Result
from calculators.rules.money import ZERO, percent
from calculators.rules.months import Month
from calculators.rules.people import MaternityKind, Place
from calculators.rules.terms import Cited
from calculators.rules.terms.start_date import FlexibleStartTerms
from portal.policy.values import money

Clauses = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Known:
    """One certain fact: what it is called, its value, the clauses that say so.

    `value` is a result as rules give it, or text ready to be read.
    """

    label: str
    value: Result
    clauses: Clauses = ()


def known_facts(answer: Answer) -> list[Known]:
    """Return what is certain of a refused case; nothing where it was not refused by a rule."""
    if not isinstance(answer.outcome, Refusal) or answer.terms is None:
        return []
    find = _BY_REFUSAL.get((answer.calculator.slug, answer.outcome.code))
    return list(find(answer, answer.terms, answer.given)) if find else []


def _again(answer: Answer, **changed: Any) -> Mapping[str, Known]:
    """Ask the same rule with some answers changed; its results by code, with their clauses."""
    rule = answer.calculator.by_scheme[answer.scheme].rule
    found = rule(answer.terms, **{**answer.given, **changed})
    if not isinstance(found, Finding):
        return {}
    clauses = {step.code: step.clauses for step in found.steps}
    # Steps that are no result of their own (months of one amount) add up to the total.
    parts = (step.clauses for step in found.steps if step.code not in found.results)
    if "total" in clauses:
        clauses["total"] = tuple(dict.fromkeys((*chain(*parts), *clauses["total"])))
    return {
        code: Known(answer.calculator.words.label(code), result, clauses.get(code, ()))
        for code, result in found.results.items()
        if result is not None
    }


def _stay_here(answer: Answer, terms: Any, facts: Facts) -> Iterable[Known]:
    """The table of Shenyang for such a stay, and what nobody reimburses anywhere."""
    from_the_start = {"pool_paid": ZERO} if "pool_paid" in facts else {}
    here = _again(answer, place=Place.LOCAL, cost=ZERO, **from_the_start)
    yield Known("在沈阳住院，起付标准", here["deductible"].value, here["deductible"].clauses)
    rates = terms.inpatient.rates[facts["tier"], facts["group"]]
    yield from _rates(rates, "在沈阳住院，统筹基金报销")
    if facts["outside"]:
        yield Known("丙类和自费，都由您自己付", facts["outside"])


def _rates(bands: Bands, label: str) -> Iterable[Known]:
    """Each rate of a table, with the part of the amount that it holds for."""
    edges = [band.above for band in bands.bands]
    for band, until in zip(bands.bands, [*edges[1:], None], strict=True):
        part = ""
        if until is not None:
            part = f"，{money(until)}以内的部分" if not band.above else _between(band.above, until)
        elif band.above:
            part = f"，超过 {money(band.above)}的部分"
        yield Known(label + part, percent(band.rate), (band.clause,))


def _between(above: Decimal, until: Decimal) -> str:
    return f"，超过 {money(above)}到 {money(until)}的部分"


def _rescue_here(answer: Answer, terms: Any, facts: Facts) -> Iterable[Known]:
    yield _rate("在沈阳抢救，报销比例", terms.rate)


def _rate(label: str, rate: Cited[Decimal]) -> Known:
    return Known(label, percent(rate.value), (rate.clause,))


def _pool_left(terms: Any, facts: Facts) -> Iterable[Known]:
    """The yearly limit of the pool, and what this year's payments leave of it."""
    cap = terms.pool_cap
    yield Known("统筹基金全年最多付", cap.value, (cap.clause,))
    yield Known("今年还能付", max(cap.value - facts["pool_paid"], ZERO), (cap.clause,))


def _visit(answer: Answer, terms: Any, facts: Facts) -> Iterable[Known]:
    deductible = terms.deductibles[facts["tier"]]
    yield Known("这一级医院全年的起付标准", deductible.value, (deductible.clause,))
    yield _rate("报销比例", terms.rates[facts["tier"], facts["group"]])
    yield from _pool_left(terms, facts)


def _maternity(answer: Answer, terms: Any, facts: Facts) -> Iterable[Known]:
    # A bill of nothing is never over the limit, and its deductible is that of any bill.
    yield _again(answer, cost=ZERO, pool_paid=ZERO)["deductible"]
    if facts["kind"] == MaternityKind.ASSISTED_REPRODUCTION:
        yield _rate("报销比例", terms.assisted.rate)
    else:
        yield from _rates(terms.stay.inpatient.rates[facts["tier"], facts["group"]], "报销比例")
    yield from _pool_left(terms, facts)


def _major_illness(answer: Answer, terms: Any, facts: Facts) -> Iterable[Known]:
    yield from _rates(terms.bands, "超过起付标准线以后，报销比例")
    yield Known("您填的合规自付", facts["self_paid"])


def _months_until(answer: Answer, first: Month, last: Month) -> Iterable[Known]:
    """What the months from `first` to `last` come to, where the documents answer all of them."""
    if first > last:
        return
    for known in _again(answer, last_month=last).values():
        if isinstance(known.value, Decimal) and known.value:
            yield Known(f"{_months(first, last)}，{known.label}", known.value, known.clauses)


def _months(first: Month, last: Month) -> str:
    written = f"{first.year}年{first.month}月"
    return written if first == last else f"{written}到{last.year}年{last.month}月"


def _months_on_file(answer: Answer, terms: Any, facts: Facts) -> Iterable[Known]:
    """The months before the last one that has an amount."""
    newest = terms.monthly.rows[-1].last
    return _months_until(answer, facts["first_month"], min(facts["last_month"], newest))


def _months_at_retirement(answer: Answer, terms: Any, facts: Facts) -> Iterable[Known]:
    """The months that are paid at retirement, however many there are."""
    return _months_until(answer, facts["first_month"], min(facts["last_month"], terms.last_month))


def _plan_year(answer: Answer, terms: Any, facts: Facts) -> Iterable[Known]:
    first, last = terms.window_first, terms.window_last
    yield Known("集中参保期，从", first.value, (first.clause,))
    yield Known("集中参保期，到", last.value, (last.clause,))
    yield Known("这期间缴费，待遇从", terms.year_first, terms.year)
    yield Known("待遇到", terms.year_last, terms.year)


def _breaks(answer: Answer, terms: FlexibleStartTerms, facts: Facts) -> Iterable[Known]:
    since, most, wait = terms.breaks_counted_from, terms.back_pay_months, terms.waiting_months
    label = f"{since.value.year}年{since.value.month}月以后的中断，最多能补缴"
    yield Known(label, f"{most.value} 个月", (most.clause,))
    yield Known("不能补缴的，等待期", f"{wait.value} 个月", (wait.clause,))


_BY_REFUSAL: dict[tuple[str, str], Callable[[Answer, Any, Facts], Iterable[Known]]] = {
    ("inpatient", "resident_temporary"): _stay_here,
    ("inpatient", "filed_under_old_policy"): _stay_here,
    ("emergency", "resident_temporary"): _rescue_here,
    ("outpatient", "outpatient_above_pool_limit"): _visit,
    ("maternity", "over_the_pool_limit"): _maternity,
    ("major-illness", "threshold_missing"): _major_illness,
    ("contribution", "no_amount"): _months_on_file,
    ("arrears", "no_amount"): _months_on_file,
    ("arrears", "too_many_months"): _months_at_retirement,
    ("start-date", "other_year"): _plan_year,
    ("start-date", "preferential_midyear"): _plan_year,
    ("start-date", "break_before_rules"): _breaks,
}
