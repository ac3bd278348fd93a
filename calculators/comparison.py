"""The same bill at every kind of hospital, and in every place: one answer a cell, nothing borrowed.

A cell is the calculator's own answer with one or two answers changed. Where the documents give
none, the cell says so and leads to the page that says why.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import cast
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse

from calculators.answering import Answer, answer
from calculators.asking import DROPPED, ask_kindly
from calculators.calculator import Calculator
from calculators.catalogue import CALCULATORS
from calculators.fields import ChoiceAnswer
from calculators.forms import CalculatorForm
from calculators.rules.breakdown import Breakdown
from calculators.rules.people import MaternityKind, Scheme
from portal import clock
from portal.policy.age import ages_of
from portal.policy.in_force import NoPolicyInForce, Timetable
from portal.policy.models.choices import Scheme as SchemeName
from portal.policy.values import money

# What a bill can be compared by, rows first: hospitals, places, or both.
_BY: Mapping[tuple[str, Scheme], Sequence[str]] = {
    ("inpatient", Scheme.FLEXIBLE): ("tier", "place"),
    ("inpatient", Scheme.RESIDENT): ("tier", "place"),
    ("outpatient", Scheme.FLEXIBLE): ("tier",),
    ("chronic", Scheme.RESIDENT): ("tier",),
    ("emergency", Scheme.FLEXIBLE): ("place",),
    ("emergency", Scheme.RESIDENT): ("place",),
    ("maternity", Scheme.FLEXIBLE): ("tier",),
    ("maternity", Scheme.RESIDENT): ("tier",),
}
_LABELS = {
    ("tier", "place"): "换家医院、换个地方，要付多少",
    ("tier",): "换家医院，要付多少",
    ("place",): "换个地方，要付多少",
}
_ROWS_ARE = {"tier": "医院", "place": "地方"}
# Answers that are true of one hospital or place only; elsewhere they count as not given.
_BELONGS_TO = {"deductible_left": "tier"}
_NOTICES = {
    "tier": "不同医院的收费不会一样。这里只比报销：假定能报销的费用都和您填的一样多。",
    "deductible_left": "您填的起付标准余额只算在那一级医院。其他级别按全年的起付标准都还没付来算。",
    "away": "外地的医院，请按当地医院的级别看。急危重只限因急危重病抢救住院。",
}


@dataclass(frozen=True, slots=True)
class Cell:
    """What the person pays in one kind of hospital and place; `amount` is None where refused.

    `url` opens this very answer, or its refusal. `own` marks what the person asked.
    """

    label: str
    amount: Decimal | None
    url: str
    own: bool


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the comparison: a hospital, or a place."""

    label: str
    cells: tuple[Cell, ...]

    @property
    def own(self) -> bool:
        """Whether what the person asked is in it."""
        return any(cell.own for cell in self.cells)


@dataclass(frozen=True, slots=True)
class Comparison:
    """The table: `rows_are` names what its rows are, `columns` what its columns are."""

    rows_are: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    notices: tuple[str, ...]


def compared_by(answered: Answer) -> Sequence[str]:
    """Return the names of the answers that a bill can be compared by; none where it cannot be."""
    if answered.given.get("kind") == MaternityKind.ASSISTED_REPRODUCTION:
        return ()  # it knows no tier
    return _BY.get((answered.calculator.slug, answered.scheme), ())


def compare_label(answered: Answer) -> str:
    """Say what the comparison shows; empty where there is none."""
    return _LABELS.get(tuple(compared_by(answered)), "")


def compare_url(answered: Answer, query: QueryDict) -> str:
    """Return the address of the comparison of these answers; empty where there is none."""
    if not compared_by(answered) or isinstance(answered.outcome, NoPolicyInForce):
        return ""
    address = reverse("calculators:compare", args=[answered.calculator.slug])
    answers = [(name, values) for name, values in query.lists() if name != DROPPED]
    return f"{address}?{urlencode(answers, doseq=True)}"


def compare(form: CalculatorForm, answered: Answer, timetable: Timetable) -> Comparison:
    """Answer the case of a valid `form` anew for every choice it can be compared by.

    All cells stand on the day of `answered`, so that no two of them have rules of different days.
    """
    first, *second = compared_by(answered)
    columns = [({name: member}, label) for name in second for member, label in _choices(form, name)]
    columns = columns or [({}, "您自己付")]
    rows = []
    for member, label in _choices(form, first):
        cells = (
            _cell(form, answered, timetable, {first: member, **other}, column)
            for other, column in columns
        )
        rows.append(Row(label, tuple(cells)))
    return Comparison(
        _ROWS_ARE[first],
        tuple(label for _, label in columns),
        tuple(rows),
        tuple(_notices(form, (first, *second))),
    )


def _choices(form: CalculatorForm, name: str) -> list[tuple[StrEnum, str]]:
    return cast(ChoiceAnswer, form.fields[name]).choices


def _cell(
    form: CalculatorForm,
    answered: Answer,
    timetable: Timetable,
    changed: Mapping[str, StrEnum],
    label: str,
) -> Cell:
    asked = ask_kindly(type(form), _changed(form, changed))
    case = asked.form
    assert case is not None  # the scheme is the one of `form`
    case.is_valid()  # as valid as `form`: only choices that it offers were changed
    case.cleaned_data["date"] = answered.day
    found = answer(answered.calculator, case, timetable, answered.today).outcome
    return Cell(
        label,
        found.payers["self"] if isinstance(found, Breakdown) else None,
        _questions(answered.calculator) + asked.link,
        own=all(form.cleaned_data[name] == member for name, member in changed.items()),
    )


def _changed(form: CalculatorForm, changed: Mapping[str, StrEnum]) -> QueryDict:
    """The answers as a link carries them, with some of them changed."""
    given = QueryDict(mutable=True)
    given.update(form.data)
    for name, member in changed.items():
        if form.cleaned_data[name] != member:
            given[name] = member.value
            for bound in (bound for bound, to in _BELONGS_TO.items() if to == name):
                given.pop(bound, None)
    return given


def _notices(form: CalculatorForm, by: Sequence[str]) -> Iterator[str]:
    if "tier" in by:
        yield _NOTICES["tier"]
        if form.cleaned_data.get("deductible_left") is not None:
            yield _NOTICES["deductible_left"]
    if tuple(by) == ("tier", "place"):
        yield _NOTICES["away"]


def page(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the same bill at every hospital and place; where that cannot be, go to the questions."""
    calculator = CALCULATORS.get(slug)
    if calculator is None:
        raise Http404
    asked = ask_kindly(calculator.form, request.GET)
    form, timetable, today = asked.form, Timetable.load(), clock.today()
    query = asked.canonical or f"?{request.GET.urlencode()}"
    if asked.canonical or form is None or not form.is_valid():
        return HttpResponseRedirect(_questions(calculator) + query, status=303)
    answered = answer(calculator, form, timetable, today)
    if not compare_url(answered, request.GET):
        return HttpResponseRedirect(_questions(calculator) + query, status=303)
    context = {
        "title": compare_label(answered),
        "calculator": calculator,
        "scheme_label": SchemeName(answered.scheme).label,
        "case": _what_stays(form, answered),
        "comparison": compare(form, answered, timetable),
        "own_url": _questions(calculator) + query,
        "ages": ages_of(list(answered.editions), answered.today),
    }
    return render(request, "calculators/compare.html", context)


def _what_stays(form: CalculatorForm, answered: Answer) -> str:
    """Say which answers are the same in every cell: 「在职，能报销的费用 20,000 元」."""
    varied = {
        label
        for name in compared_by(answered)
        for member, label in _choices(form, name)
        if member == form.cleaned_data[name]
    }
    stays = [fact for fact in answered.facts if fact not in varied]
    return "，".join((*stays, f"能报销的费用 {money(form.cleaned_data['cost'])}"))


def _questions(calculator: Calculator) -> str:
    return reverse("calculators:page", args=[calculator.slug])
