"""A result as plain text for the family, and the link that opens it again."""

from decimal import Decimal
from urllib.parse import urlencode

from django.http import HttpRequest

from calculators import words
from calculators.answering import Answer
from calculators.asking import DROPPED, SHOWN_AS
from calculators.rules.breakdown import Breakdown, Finding
from calculators.rules.people import Scheme
from portal.policy.models.choices import Scheme as SchemeName
from portal.policy.values import money


def link_to(request: HttpRequest) -> str:
    """Return the whole address of the answers in `request`, without how they were shown."""
    left_aside = SHOWN_AS | {DROPPED}
    answers = [(n, values) for n, values in request.GET.lists() if n not in left_aside]
    return request.build_absolute_uri(f"{request.path}?{urlencode(answers, doseq=True)}")


def make_message(answer: Answer, headline: str, link: str) -> str:
    """Say a computed case in a few lines: the number, who pays, the answers, whose rules, the link."""
    found = answer.outcome
    assert isinstance(found, Finding)
    label = answer.calculator.words.label
    paid = found.payers if isinstance(found, Breakdown) else {}
    lines = [
        _title(answer),
        headline,
        *(f"{label(code)} {money(paid[code])}" for code in words.PAYERS[:-1] if paid.get(code)),
        *([f"费用合计 {money(found.bill)}"] if isinstance(found, Breakdown) else []),
        *_answers(answer, amounts=True),
        f"{_rules(answer)}{words.NOT_A_BILL if paid else ''}",
        link,
    ]
    return "\n".join(lines)


def make_bare_message(answer: Answer, link: str) -> str:
    """Say which case was looked at, and nothing of its amounts: with the link to the questions."""
    address = f"{link.partition('?')[0]}?{urlencode({'scheme': answer.scheme.value})}"
    return "\n".join(
        [_title(answer), *_answers(answer, amounts=False), _rules(answer), f"自己算一算：{address}"]
    )


def _title(answer: Answer) -> str:
    return f"{answer.calculator.title}（{SchemeName(Scheme(answer.scheme)).label}）"


def _answers(answer: Answer, *, amounts: bool) -> list[str]:
    """The choices that were made, and each amount with its question."""
    said = [f"情况：{'，'.join(answer.facts)}"] if answer.facts else []
    if amounts:
        fields = answer.calculator.form.base_fields
        said += [
            f"{fields[name].label}{money(value)}"
            for name, value in answer.given.items()
            if isinstance(value, Decimal) and value
        ]
    return said


def _rules(answer: Answer) -> str:
    names = dict.fromkeys(edition.document.edition_name for edition in answer.editions)
    return f"按{'、'.join(names)}的规定算。"
