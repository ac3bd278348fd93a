"""One page of paper for the counter: the person's answers, the result, what to bring, and where to."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from calculators.answering import Answer
from calculators.fields import Answer as Field
from calculators.forms import CalculatorForm
from calculators.presenters import make_result
from calculators.reopening import Reopened, reopen
from calculators.rules.breakdown import Finding
from calculators.rules.people import (
    ChronicCategory,
    MaternityKind,
    Place,
    ResidentEntry,
    Scheme,
)
from portal.offices.models import Office
from portal.offices.search import offices_on
from portal.policy.age import ages_of, zh_day
from portal.policy.dialect import Part
from portal.policy.in_force import Timetable
from portal.policy.models.choices import Scheme as SchemeName
from portal.policy.pages import find_page
from portal.policy.values import money
from portal.site.qr import draw_result_qr

# What stands in the link of a sheet beside the answers.
OFFICE = "office"


def page(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a result as one sheet to print; a case without a result leads to the page that says why."""
    case = reopen(request, slug, beside=(OFFICE,))
    if isinstance(case, HttpResponse):
        return case
    answered = case.answered
    if not isinstance(answered.outcome, Finding):
        return HttpResponseRedirect(case.path, status=303)
    result = make_result(answered)
    offices = offices_on(answered.today)
    named = request.GET.get(OFFICE, "") or _only_one_in(request.GET.get("district", ""), offices)
    context = {
        "calculator": answered.calculator,
        "scheme_label": SchemeName(answered.scheme).label,
        "own_url": case.path,
        "answers": case.answers,
        "given": _given(case),
        "lines": _lines(result),
        "notices": result["notices"],
        "days": result["days"],
        "clauses": _clauses(answered.outcome),
        "readings": result["readings"],
        "papers": papers_for(answered),
        "offices": offices,
        "office": (office := next((o for o in offices if o.slug == named), None)),
        "missing": bool(named) and office is None,
        "qr": draw_result_qr(case.link),
        "ages": ages_of(list(answered.editions), answered.today),
        "today": answered.today,
    }
    return render(request, "calculators/sheet.html", context)


def _only_one_in(district: str, offices: Iterable[Office]) -> str:
    """The office of a district that has one; where there are two, the person chooses."""
    there = [office.slug for office in offices if office.district == district]
    return there[0] if len(there) == 1 else ""


def _given(case: Reopened) -> list[tuple[str, str]]:
    """The person's own answers, each with its question, as they were chosen or typed."""
    form: CalculatorForm = case.form
    names = dict.fromkeys(name for name, _ in case.answers if name != "scheme")
    return [
        (str(field.label), field.said(form.cleaned_data[name]))
        for name in names
        if isinstance(field := form.fields[name], Field)
    ]


def _lines(result: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The main lines of a result: of a bill who pays what, else each figure; the headline first.

    A figure that is a day stands among the days.
    """
    if "bill" in result:
        payers = [(payer["label"], money(payer["amount"])) for payer in result["payers"]]
        return [*payers, ("费用合计", money(result["bill"]))]
    days = result["days"]
    told = {zh_day(day.day) for day in (*days.coming, *days.past)} if days else set()
    figures = [figure for figure in result["figures"] if figure["value"] not in told]
    return [(figure["label"], figure["value"]) for figure in (result["headline"], *figures)]


def _clauses(found: Finding) -> list[str]:
    return list(dict.fromkeys(code for step in found.steps for code in step.clauses))


# --- what to bring: sections of the reading pages, as they count today ------------------------------

_Sections = tuple[str, tuple[str, ...]]
_JOINING: _Sections = ("enrollment-flexible", ("papers",))
_RETIRING: _Sections = ("enrollment-retirement", ("papers",))
_TO_HOSPITAL: _Sections = ("care-settlement", ("bring",))
_CLAIMS = {
    MaternityKind.CHILDBIRTH: "childbirth",
    MaternityKind.FAMILY_PLANNING: "family-planning",
    MaternityKind.ASSISTED_REPRODUCTION: "assisted-reproduction",
}
_CHANNELS = {
    ResidentEntry.STUDENT: "student",
    ResidentEntry.LOW_INCOME: "special",
    ResidentEntry.SEVERE_DISABILITY: "special",
    ResidentEntry.PREFERENTIAL: "special",
}
_FLEXIBLE: Mapping[str, _Sections] = {
    "start-date": _JOINING,
    "contribution": _JOINING,
    "arrears": _RETIRING,
    "retirement": _RETIRING,
    "filing-expiry": ("enrollment-filing", ("flexible",)),
}


def papers_for(answer: Answer) -> list[Part]:
    """Return what the documents say to bring for such a case; nothing where they say nothing."""
    sections = _sections(answer)
    if sections is None:
        return []
    slug, anchors = sections
    found = find_page(slug, Timetable.load(), answer.today)
    return [part for part in found.parts if part.anchor in anchors] if found else []


def _sections(answer: Answer) -> _Sections | None:
    slug, given = answer.calculator.slug, answer.given
    if answer.scheme == Scheme.RESIDENT:
        channel = _CHANNELS.get(given.get("kind")) if slug == "start-date" else None  # type: ignore[arg-type]
        return ("enrollment-resident-channels", (channel,)) if channel else None
    if slug == "maternity":
        return ("care-maternity-claims", (_CLAIMS[given["kind"]], "agent"))
    if slug == "chronic" and given["category"] != ChronicCategory.CHRONIC:
        return ("care-special-disease", ("bring",))
    if slug in {"inpatient", "emergency", "outpatient"} and given["place"] == Place.LOCAL:
        return _TO_HOSPITAL
    return _FLEXIBLE.get(slug)
