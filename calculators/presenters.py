"""Answers put into words: as JSON of the contract, and as the slip of the page."""

import datetime
import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django.http import QueryDict

from calculators import words
from calculators.answering import Answer
from calculators.days import make_days, pays_on_past_the_formalities
from calculators.known import Known, known_facts
from calculators.rules.alternatives import UsedReading
from calculators.rules.breakdown import Breakdown, Finding, Refusal, Result, Step
from calculators.rules.months import Month
from calculators.timeline import make_timeline
from portal.policy.age import is_old, zh_day
from portal.policy.in_force import NoPolicyInForce
from portal.policy.models import DecidedReading, Edition
from portal.policy.values import money


def make_json(answer: Answer) -> dict[str, Any]:
    """Return the answer as the HTTP contract writes it. Money is a string with two places."""
    computed = answer.outcome if isinstance(answer.outcome, Finding) else None
    document = {
        "calculator": answer.calculator.slug,
        "computable": computed is not None,
        "date": answer.day.isoformat(),
        "result": _spell(computed.results) if computed else None,
        "steps": [spell_step(answer, step) for step in computed.steps] if computed else [],
        "policy": [_json_edition(edition) for edition in answer.editions],
        "readings": [_json_reading(answer, used) for used in answer.used],
        "notices": make_notices(answer),
    }
    if computed is None:
        document |= {"reason": make_reason(answer), "ask": words.ASK}
    return document


def _spell(result: Result) -> Any:
    """Write a result as the contract does: money with two places, days and the rest as they are."""
    if isinstance(result, Decimal):
        return f"{result:.2f}"
    if isinstance(result, datetime.date):
        return result.isoformat()
    if isinstance(result, Month):
        return str(result)
    if isinstance(result, Mapping):
        return {code: _spell(part) for code, part in result.items()}
    if isinstance(result, tuple):
        return [_spell(part) for part in result]
    return result


def spell_step(answer: Answer, step: Step) -> dict[str, Any]:
    """Return one step as the HTTP contract writes it."""
    return {
        "code": step.code,
        "label": answer.calculator.words.label(step.code),
        "formula": step.formula,
        "amount": _spell(step.amount),
        "clauses": list(step.clauses),
    }


def _json_edition(edition: Edition) -> dict[str, Any]:
    confirmed_on = edition.confirmed_on  # type: ignore[attr-defined]  # annotated by Timetable
    return {
        "scheme": edition.scheme,
        "table": edition.table,
        "in_force_from": edition.in_force_from.isoformat(),
        "start_is_stated": edition.start_is_stated,
        "document": edition.document.title,
        "document_date": edition.document.dated or None,
        "confirmed_on": confirmed_on.isoformat() if confirmed_on else None,
    }


def _json_reading(answer: Answer, used: UsedReading) -> dict[str, Any]:
    """One reading: `otherwise` is the nearest other reading, `alternatives` are all of them.

    Where the other reading depends on bills that this case does not know of (A-17), `otherwise`
    repeats this case's own amounts: seen alone, they are the same.
    """
    decided = answer.readings[used.id]
    alternatives = [
        {"choice": f"{other.switch}={other.choice}", "result": _spell(other.results)}
        for other in used.alternatives
    ]
    otherwise = alternatives[0]["result"] if alternatives else None
    if otherwise is None and used.depends_on_other_bills:
        otherwise = _spell(answer.outcome.results)  # type: ignore[union-attr]
    return {
        "id": used.id,
        "text": decided.text,
        "confidence": decided.confidence,
        "otherwise": otherwise,
        "otherwise_text": decided.otherwise,
        "alternatives": alternatives,
    }


def make_reason(answer: Answer) -> str:
    """Say why no number is given."""
    outcome = answer.outcome
    if isinstance(outcome, Refusal):
        own_words = answer.calculator.words.reasons
        if outcome.code in own_words:
            return words.fill(own_words[outcome.code], dict(outcome.values))
        return answer.readings[outcome.reading].text
    assert isinstance(outcome, NoPolicyInForce)
    reason = f"{zh_day(answer.day)}这一天，本站没有“{outcome.title}”的规定，也不拿别的年份代替。"
    if answer.newest_day and answer.newest_day != answer.day:
        reason += f"本站有规定的最近一天是{zh_day(answer.newest_day)}。"
    return reason


def make_notices(answer: Answer) -> list[str]:
    """Remarks that this case needs, the year of the rules first."""
    return [*_year_notices(answer), *_remarks(answer)]


def _year_notices(answer: Answer) -> list[str]:
    """Say whose rules these are, where they are not today's or their document has grown old."""
    return [
        _year_notice(document.edition_name, answer.day, answer.today)
        for document in dict.fromkeys(edition.document for edition in answer.editions)
        if answer.day != answer.today or is_old(document, answer.day)
    ]


def _remarks(answer: Answer) -> list[str]:
    if not isinstance(answer.outcome, Finding):
        return []
    return [
        answer.calculator.words.notice(notice.code, dict(notice.values))
        for notice in answer.outcome.notices
    ]


def _year_notice(edition_name: str, day: datetime.date, today: datetime.date) -> str:
    if day == today:
        return f"按{edition_name}的规定算。文件已经写了一年多，之后可能有变化。"
    return f"按{zh_day(day)}的规定（{edition_name}）算，不是今天的规定。"


def make_result(answer: Answer) -> dict[str, Any]:
    """Return the slip of a computed case, for `_result.html` or, without a bill, `_finding.html`."""
    found = answer.outcome
    assert isinstance(found, Finding)
    early = _not_yet(answer, found)
    # The age strip on top of the page says it already where the rules are today's.
    notices = make_notices(answer) if answer.day != answer.today else _remarks(answer)
    return {
        "unknown": [],
        **(_bill(answer, found) if isinstance(found, Breakdown) else _figures(answer, found)),
        "facts": answer.facts,
        "days": make_days(answer),
        "timeline": make_timeline(answer),
        "steps": [_page_step(answer, step) for step in found.steps if step.code not in early],
        "readings": [
            _page_reading(answer, used) for used in answer.used if _is_shown(answer, used)
        ],
        "notices": [*notices, answer.calculator.words.notice("not_yet", {})] if early else notices,
        "not_counted": answer.calculator.words.not_counted.get(answer.scheme, ()),
        "policy": _page_editions(answer.editions),
    }


def _not_yet(answer: Answer, found: Finding) -> tuple[str, ...]:
    """The days that the contract gives for the formalities as typed, though they cannot be done then."""
    early = pays_on_past_the_formalities(answer, found)
    return ("retiree_benefits_from", "account_from") if early else ()


def _page_editions(editions: Iterable[Edition]) -> list[dict[str, Any]]:
    """The tables that were used, those of one document and one day together."""
    together: dict[tuple[Any, ...], list[str]] = {}
    for edition in editions:
        confirmed_on = edition.confirmed_on  # type: ignore[attr-defined]
        dates = (edition.in_force_from, edition.start_is_stated, confirmed_on)
        together.setdefault((edition.document, *dates), []).append(edition.table_title)
    return [
        {
            "titles": titles,
            "in_force_from": in_force_from,
            "start_is_stated": start_is_stated,
            "document": document.title,
            "document_date": document.dated,
            "confirmed_on": confirmed_on,
        }
        for (document, in_force_from, start_is_stated, confirmed_on), titles in together.items()
    ]


def _bill(answer: Answer, breakdown: Breakdown) -> dict[str, Any]:
    """Who pays what of a bill, the person's own share first of all."""
    return {
        "headline": {"label": words.HEADLINE, "amount": breakdown.payers["self"]},
        "not_a_bill": words.NOT_A_BILL,
        "bill": breakdown.bill,
        "payers": [
            {
                "code": code,
                "label": answer.calculator.words.label(code),
                "amount": breakdown.payers[code],
                "percent": breakdown.payers[code] * 100 / breakdown.bill if breakdown.bill else 0,
            }
            for code in words.PAYERS
            if code in breakdown.payers and (breakdown.payers[code] or code == "self")
        ],
    }


def _figures(answer: Answer, found: Finding) -> dict[str, Any]:
    """Results that are no bill, the calculator's own headline first."""
    early = _not_yet(answer, found)
    figures = {c: f for c, f in make_figures(answer, found).items() if c not in early}
    shown = figures.pop(headline_code(answer, found))
    unknown = [code for code in figures if _is_unknown(answer, found.results[code], code)]
    return {
        "headline": shown,
        "unknown": [figures.pop(code)["label"] for code in unknown],
        "figures": list(figures.values()),
    }


def make_figures(answer: Answer, found: Finding) -> dict[str, dict[str, str]]:
    """Return each result by its code, with its label and as a person reads it."""
    own_words = answer.calculator.words
    return {
        code: {
            "label": own_words.label(code),
            "value": own_words.nothing[code]
            if result is None and code in own_words.nothing
            else make_figure(result),
        }
        for code, result in found.results.items()
        if not _is_table(result)
    }


def headline_code(answer: Answer, found: Finding) -> str:
    """Return the code of the result that stands in front: of a bill, the person's own share."""
    if isinstance(found, Breakdown):
        return "self"
    results = {code: result for code, result in found.results.items() if not _is_table(result)}
    candidates = answer.calculator.words.headlines or tuple(results)
    return next((code for code in candidates if results[code]), candidates[0])


def _is_unknown(answer: Answer, result: Result, code: str) -> bool:
    return result is None and code not in answer.calculator.words.nothing


def _is_table(result: Result) -> bool:
    """Rows of named results: the steps tell the same line by line, and better."""
    return isinstance(result, tuple) and any(isinstance(row, Mapping) for row in result)


def make_figure(result: Result) -> str:
    """Write one result for a person: 1,200 元, 2025年10月20日, 是, or that it is not known."""
    match result:
        case None:
            return words.UNKNOWN
        case bool():
            return "是" if result else "否"
        case Decimal():
            return money(result)
        case datetime.date():
            return zh_day(result)
        case Month():
            return f"{result.year}年{result.month}月"
        case tuple():
            return "；".join(make_figure(part) for part in result) or "没有"
        case _:
            return str(result)


def _page_step(answer: Answer, step: Step) -> dict[str, Any]:
    own_words = answer.calculator.words
    exempt = step.code == "deductible" and not step.amount
    return {
        "label": own_words.label(step.code),
        "sentence": own_words.sentence("exempt" if exempt else step.code),
        "formula": make_formula(step.formula) if step.formula != "0" else "",
        "amount": step.amount,
        "clauses": step.clauses,
    }


_ISO = re.compile(r"\b(\d{4})-(\d\d)(?:-(\d\d))?\b")
_BOUNDED = re.compile(r"(min|max)\(((?:[^()]|\([^()]*\))*), ([^(),]+)\)")


def make_formula(formula: str) -> str:
    """Write a formula for a person: `min(5 × 2, 8)` → `5 × 2，最多 8`, `max(3 − 5, 0)` → `3 − 5，…`,
    a day or month in Chinese."""

    def worded(found: re.Match[str]) -> str:
        bound, inner, limit = found.groups()
        if bound == "min":
            return f"{inner}，最多 {limit}"
        return f"{inner}，不够减就是 0" if limit == "0" else f"{inner}，至少 {limit}"

    while (shorter := _BOUNDED.sub(worded, formula)) != formula:
        formula = shorter
    return _ISO.sub(_zh_day_or_month, formula)


def _zh_day_or_month(found: re.Match[str]) -> str:
    year, month, day = found.groups()
    return f"{year}年{int(month)}月" + (f"{int(day)}日" if day else "")


def _is_shown(answer: Answer, used: UsedReading) -> bool:
    """What the text itself decides needs no remark to a resident; the JSON lists it all the same."""
    return answer.readings[used.id].confidence != DecidedReading.Confidence.HIGH


def _page_reading(answer: Answer, used: UsedReading) -> dict[str, Any]:
    decided = answer.readings[used.id]
    nearest = used.alternatives[0].results if used.alternatives else {}
    return {
        "id": used.id,
        "title": decided.title,
        "text": decided.text,
        "otherwise_text": decided.otherwise,
        "otherwise": [
            {"label": answer.calculator.words.label(code), "amount": amount}
            for code, amount in nearest.items()
            if isinstance(amount, Decimal)
        ],
    }


def make_refusal(answer: Answer, query: QueryDict) -> dict[str, Any]:
    """Return what `calculators/_refusal.html` says where there is no number.

    `query` are the answers as the link carries them, for the link to a day that has rules.
    """
    outcome = answer.outcome
    clauses: tuple[str, ...] = ()
    needed = words.NEEDED_DAY
    if isinstance(outcome, Refusal):
        cited = answer.readings[outcome.reading].clauses.all()
        clauses = outcome.clauses or tuple(clause.code for clause in cited)
        needed = words.NEEDED.get(outcome.code, "")
    return {
        "reason": make_reason(answer),
        "needed": needed,
        "ask": words.ASK,
        "clauses": clauses,
        "known": _page_known(known_facts(answer)),
        "other_day": _other_day(answer, query),
        "facts": answer.facts,
    }


def _other_day(answer: Answer, query: QueryDict) -> dict[str, Any] | None:
    """The newest day that has rules, where the asked one has none and the case names no day itself."""
    day = answer.newest_day
    by_scheme = answer.calculator.by_scheme[answer.scheme]
    if day in (None, answer.day) or by_scheme.day(answer.given, answer.today):
        return None
    asked = query.copy()
    asked["date"] = day.isoformat()
    return {"day": day, "url": f"?{asked.urlencode()}"}


def _page_known(facts: list[Known]) -> list[dict[str, Any]]:
    """Certain facts as lines; of lines in a row with the same clauses the last one shows them."""
    following = [*(fact.clauses for fact in facts[1:]), ()]
    return [
        {
            "label": fact.label,
            "amount": fact.value if isinstance(fact.value, Decimal) else None,
            "value": "" if isinstance(fact.value, Decimal) else make_figure(fact.value),
            "clauses": () if fact.clauses == then else fact.clauses,
        }
        for fact, then in zip(facts, following, strict=False)
    ]
