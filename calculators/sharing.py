"""A result as plain text for the family, and the links that open it, or only its questions, again.

The same lines are drawn as a picture by static/js/card.js: what a line is stands in `Line.kind`.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse

from calculators import words
from calculators.answering import Answer
from calculators.asking import ASK, DROPPED, SHOWN_AS
from calculators.carried import choices_of
from calculators.catalogue import CALCULATORS
from calculators.fields import ChoiceAnswer
from calculators.forms import CalculatorForm
from calculators.rules.people import Scheme
from portal.policy.age import zh_day
from portal.policy.models.choices import Scheme as SchemeName
from portal.policy.values import money
from portal.site.qr import picture, picture_of

OPEN_IT, ASK_YOURSELF = "打开这个结果：", "自己算一算："


class Line(NamedTuple):
    """A line of a text to pass on, in two parts where a figure belongs to words.

    `kind`: title, headline, payer, own, total, figure, fact, note, rules, caution or link.
    """

    kind: str
    text: str
    value: str = ""

    @property
    def gap(self) -> str:
        """What stands between the two parts: nothing behind a colon or a question mark."""
        return " " if self.value and self.text[-1:] not in "：？" else ""

    def __str__(self) -> str:
        return f"{self.text}{self.gap}{self.value}"


Lines = list[Line]


def link_to(request: HttpRequest) -> str:
    """Return the whole address of the answers in `request`, without how they were shown."""
    left_aside = SHOWN_AS | {DROPPED}
    answers = [(n, values) for n, values in request.GET.lists() if n not in left_aside]
    return request.build_absolute_uri(f"{request.path}?{urlencode(answers, doseq=True)}")


def link_without_amounts(request: HttpRequest, form: CalculatorForm) -> str:
    """Return the whole link of the questions of a page, with the choices of `form` filled in.

    Amounts, days, months and counts are somebody's own and stay out of it; what was chosen from a
    list stays in, as the text without amounts says it too.
    """
    chosen = choices_of(form)
    scheme = {"scheme": form.known_scheme.value} if "scheme" in form.fields else {}
    query = {**scheme, **chosen, **({ASK: "1"} if chosen else {})}
    return request.build_absolute_uri(f"{request.path}?{urlencode(query)}".removesuffix("?"))


def tell(answer: Answer, result: Mapping[str, Any], link: str, bare_link: str) -> dict[str, Any]:
    """Return what `calculators/_after.html` needs to pass a result on, as text and as a picture."""
    return {
        "message": make_message(answer, result, link),
        "bare_message": make_bare_message(answer, bare_link),
        "kept_apart": "金额" if "bill" in result else "结果",
        "qr": picture_of(link),
        "bare_qr": picture_of(bare_link),
    }


def code(request: HttpRequest, slug: str) -> HttpResponse:
    """Draw the QR code of a calculator's page with the query of this request."""
    if slug not in CALCULATORS:
        raise Http404
    return picture(request)


def make_message(answer: Answer, result: Mapping[str, Any], link: str) -> Lines:
    """Say a computed case in lines: the number, who pays, the answers, whose rules, the link.

    `result` is the slip of the page (`make_result`, or a year's), so no number is made twice.
    """
    return [
        _title(answer),
        *slip_lines(result),
        *_days(result),
        *_answers(answer, amounts=True),
        *(Line("note", notice) for notice in result["notices"]),
        _rules(answer),
        Line("caution", _caution(result)),
        Line("link", OPEN_IT, link),
    ]


def make_bare_message(answer: Answer, link: str) -> Lines:
    """Say which case was looked at, and nothing of its amounts; `link` is one without them."""
    return [
        _title(answer),
        *_answers(answer, amounts=False),
        _rules(answer),
        Line("link", ASK_YOURSELF, link),
    ]


def _title(answer: Answer) -> Line:
    scheme = SchemeName(Scheme(answer.scheme)).label
    return Line("title", f"{answer.calculator.title}（{scheme}）")


def slip_lines(result: Mapping[str, Any]) -> Lines:
    """The headline and the lines under it, as the page shows them."""
    head = result["headline"]
    if "bill" not in result:
        figures = [Line("figure", line["label"], line["value"]) for line in result["figures"]]
        return [Line("headline", head["label"], head["value"]), *figures]
    return [
        Line("headline", head["label"], _yuan(head["amount"])),
        *(
            Line(
                "own" if payer["code"] == "self" else "payer",
                payer["label"],
                _yuan(payer["amount"]),
            )
            for payer in result["payers"]
        ),
        Line("total", "费用合计", _yuan(result["bill"])),
    ]


def _days(result: Mapping[str, Any]) -> Lines:
    """The days to come that are no figure of the result itself: the last one on which to act."""
    days, said = result.get("days"), {line.value for line in slip_lines(result)}
    return [
        Line("figure", day.title, zh_day(day.day))
        for day in (days.coming if days else ())
        if zh_day(day.day) not in said
    ]


def _yuan(amount: Decimal) -> str:
    """Write an amount as on a slip, where points stand under each other."""
    return f"{amount:,.2f} 元"


def _answers(answer: Answer, *, amounts: bool) -> Lines:
    """The choices that were made, and with `amounts` each other answer with its question."""
    said = [Line("fact", "情况：", "，".join(answer.facts))] if answer.facts else []
    if amounts:
        fields = answer.calculator.form.base_fields
        said += [
            Line("fact", str(fields[name].label), text)
            for name, value in answer.given.items()
            if name in fields and (text := _said(value, fields[name]))
        ]
    return said


def _said(value: Any, field: Any) -> str:
    """An answer as a person reads it; "" for a choice, and for what goes without saying."""
    if isinstance(field, ChoiceAnswer) or not value or value == field.default:
        return ""
    return money(value) if isinstance(value, Decimal) else str(field.said(value))


def _rules(answer: Answer) -> Line:
    names = dict.fromkeys(edition.document.edition_name for edition in answer.editions)
    return Line("rules", f"按{'、'.join(names)}的规定算。")


def _caution(result: Mapping[str, Any]) -> str:
    return f"不是结算单。{words.NOT_A_BILL}" if "bill" in result else words.NOT_DECIDED
