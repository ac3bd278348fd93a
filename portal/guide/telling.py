"""A plan as plain text for the family, as results have it: with its days, and without any.

What was chosen from a list stays in the link of both; days and months that were typed are
somebody's own and stay out of the first one, which opens at the first question about them.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from django.http import HttpRequest

from calculators import words
from calculators.sharing import Line, Lines
from portal.guide.path import Path, link
from portal.guide.plan import Plan
from portal.guide.questions import Question
from portal.site.qr import picture_of

OPEN_IT, ASK_YOURSELF = "打开这个办法：", "自己走一遍："
GUIDE_TITLE = "我该怎么办"
DAYS = "日子"


def link_without_days(request: HttpRequest, path: Path) -> str:
    """Return the whole link of the answers of `path` that were chosen, not typed."""
    chosen = [question.name for question in path.steps if _chosen(path, question)]
    return _whole(request, {name: path.known.answers[name] for name in chosen})


def tell(
    request: HttpRequest, path: Path, plan: Plan, said: Sequence[dict[str, str]]
) -> dict[str, Any]:
    """Return what `calculators/_tell.html` needs to pass a plan on; `said` are the answers in words.

    Without a typed day there is one text; else a second one with the days, if it is asked for.
    """
    bare_link = link_without_days(request, path)
    told = {"bare_qr": picture_of(bare_link), "share_link": bare_link}
    facts = [_fact(s) for q, s in zip(path.steps, said, strict=True) if _chosen(path, q)]
    if len(facts) == len(path.steps):
        return told | {"bare_message": _message(plan, facts, OPEN_IT, bare_link), "kept_apart": ""}
    here = _whole(request, path.answers)
    return told | {
        "bare_message": [
            Line("title", GUIDE_TITLE),
            *facts,
            *_rules(plan),
            Line("link", ASK_YOURSELF, bare_link),
        ],
        "message": _message(plan, [_fact(s) for s in said], OPEN_IT, here),
        "kept_apart": DAYS,
    }


def _whole(request: HttpRequest, answers: dict[str, str]) -> str:
    return request.build_absolute_uri(request.path + link(answers))


def _chosen(path: Path, question: Question) -> bool:
    value = path.known.answers[question.name]
    return any(option.value == value for option in question.options)


def _fact(said: dict[str, str]) -> Line:
    return Line("fact", f"{said['short']}：", said["answer"])


def _message(plan: Plan, facts: Lines, label: str, address: str) -> Lines:
    return [
        Line("title", plan.title),
        *_figures(plan),
        *facts,
        *_rules(plan),
        Line("caution", words.NOT_DECIDED),
        Line("link", label, address),
    ]


def _figures(plan: Plan) -> Iterator[Line]:
    """What to remember: what it costs, from which day, until when something can be done."""
    if plan.refused and plan.verdict.heading:
        yield Line("note", plan.verdict.heading)
    if plan.cost and plan.cost.headline:
        yield Line("figure", f"{plan.cost.year}要交", plan.cost.headline["value"])
    if plan.arrears and plan.arrears.headline:
        yield Line("figure", "断的月份补缴", plan.arrears.headline["value"])
    if plan.start and plan.start.headline:
        yield Line("figure", plan.start.headline["label"], plan.start.headline["value"])
    for deadline in plan.deadlines:
        past = "（已经过了）" if deadline.is_past else ""
        yield Line("figure", deadline.label, deadline.until + past)


def _rules(plan: Plan) -> Lines:
    names = "、".join(age.label.replace("　", "") for age in plan.ages)
    return [Line("rules", f"按{names}的规定。")] if names else []
