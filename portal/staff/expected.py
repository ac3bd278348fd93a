"""What a saved case should come to: kept as strings, and held against what it comes to now.

Kept are the results by their codes, money as `1482.00`, so that other words on the page are no
difference; a result that a calculator gains later is none either. Of a refusal its reason is kept.
"""

import hashlib
import json
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from calculators.recomputing import Figure, State, Told
from portal.policy.age import zh_day
from portal.policy.values import money

Kept = Mapping[str, Any]
# An expected and a present result: what it is called, what was kept, what it is now.
Row = tuple[str, str, str]

# Sums of a year that leave out more bills than before are not the same sums.
_LEFT_OUT = "left_out"
_NONE = "没有"


def kept_of(told: Told) -> dict[str, Any]:
    """Return what is kept of an answer as it is: `results` and `labels` by code, the code of the one
    in front (`headline`), `reason`. Empty where the case cannot be computed at all."""
    if told.state in {State.FAILED, State.NOT_ASKED}:
        return {}
    return {
        "results": {code: _spelled(figure) for code, figure in told.figures.items()},
        "labels": {code: figure.label for code, figure in told.figures.items()},
        "headline": told.headline,
        "reason": _reason(told),
    }


def seal_of(told: Told) -> str:
    """A name for just this answer: whoever keeps it has seen it."""
    spelled = json.dumps(kept_of(told), ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(spelled.encode()).hexdigest()[:16]


def says(kept: Kept) -> str:
    """The kept result in front, 「您自己付 1,482 元」, or the kept reason why there is none."""
    code = kept.get("headline", "")
    if code in kept.get("results", {}):
        return f"{kept['labels'].get(code, code)} {_worded(kept['results'][code])}"
    return str(kept.get("reason", ""))


def differing(kept: Kept, told: Told) -> list[Row]:
    """Return what is not as it was kept; nothing where all is, or where nothing was kept."""
    if not kept:
        return []
    was_answered = bool(kept["results"])
    if not was_answered or told.state != State.ANSWERED:
        same = not was_answered and told.state == State.REFUSED and kept["reason"] == _reason(told)
        return [] if same else [("结果", says(kept), told.says)]
    now = {code: _spelled(figure) for code, figure in told.figures.items()}
    codes = dict.fromkeys([kept["headline"], *kept["results"], *({_LEFT_OUT} & now.keys())])
    return [
        (_label(kept, told, code), _worded(kept["results"].get(code)), _worded(now.get(code)))
        for code in codes
        if kept["results"].get(code) != now.get(code)
    ]


def _spelled(figure: Figure) -> str:
    return figure.value if figure.amount is None else f"{figure.amount:.2f}"


def _worded(value: str | None) -> str:
    if value is None:
        return _NONE
    try:
        return money(Decimal(value)) if "." in value else value
    except InvalidOperation:  # words, not money
        return value


def _label(kept: Kept, told: Told, code: str) -> str:
    figure = told.figures.get(code)
    return figure.label if figure else str(kept["labels"].get(code, code))


def _reason(told: Told) -> str:
    """The reason without the day that was asked: 「今天没有规定」 is the same tomorrow."""
    if told.rules_of is None:
        return told.reason
    return told.reason.replace(f"{zh_day(told.rules_of)}这一天", "这一天")
