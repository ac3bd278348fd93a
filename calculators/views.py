"""The calculators as pages. Each is a GET form whose link reopens the result."""

import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from calculators.answering import Answer, answer
from calculators.asking import ask_kindly
from calculators.calculator import Calculator
from calculators.catalogue import CALCULATORS
from calculators.presenters import make_refusal, make_result
from calculators.rules.breakdown import Breakdown, Finding
from calculators.rules.people import Scheme
from portal import clock
from portal.policy.age import ages_of
from portal.policy.in_force import NoPolicyInForce, Timetable
from portal.policy.models.choices import Scheme as SchemeName
from portal.policy.texts import make_text


def index(request: HttpRequest) -> HttpResponse:
    """List the calculators."""
    listed = [
        {"title": c.title, "text": c.lead, "url": reverse("calculators:page", args=[c.slug])}
        for c in CALCULATORS.values()
    ]
    return render(request, "calculators/index.html", {"calculators": listed})


def page(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask, and answer: the empty form, the form with its errors (422), or the result."""
    calculator = CALCULATORS.get(slug)
    if calculator is None:
        raise Http404
    asked = ask_kindly(calculator.form, request.GET)
    if asked.canonical:
        # 303: whatever brought the person here, the answer stands at this clean link.
        return HttpResponseRedirect(request.path + asked.canonical, status=303)
    form = asked.form
    context: dict[str, Any] = {
        "title": calculator.title,
        "lead": calculator.lead,
        "form": form,
        "scheme": None,
        "notices": _dropped_notices(calculator, asked.dropped),
    }
    status = 200
    if form is not None:
        timetable, today = Timetable.load(), clock.today()
        context |= _scheme_context(calculator, form.known_scheme, timetable, today)
        if form.is_bound and form.is_valid():
            context |= _answer_context(answer(calculator, form, timetable, today))
        elif form.is_bound:
            status = 422
    return render(request, "calculators/page.html", context, status=status)


def _scheme_context(
    calculator: Calculator, scheme: Scheme, timetable: Timetable, today: datetime.date
) -> dict[str, Any]:
    """What the page says before anything is computed: the scheme, its text, the age of its rules."""
    other = next((s for s in calculator.by_scheme if s != scheme), None)
    tables = calculator.main_tables(scheme)
    try:
        day = timetable.newest_day(tables, today)
        ages = ages_of([timetable.edition(*table, day) for table in tables], today)
    except NoPolicyInForce:  # everything was withdrawn: the answer will say that nothing is on file
        ages = []
    return {
        "scheme": scheme.value,
        "scheme_label": SchemeName(scheme).label,
        "switch_url": f"?scheme={other.value}" if other else "",
        "lead": make_text(f"{calculator.slug}-{scheme}", timetable, today),
        "ages": ages,
    }


def _answer_context(answered: Answer) -> dict[str, Any]:
    if not isinstance(answered.outcome, Finding):
        return {"refusal": make_refusal(answered)}
    return {
        "result": make_result(answered),
        "result_template": (
            "calculators/_result.html"
            if isinstance(answered.outcome, Breakdown)
            else "calculators/_finding.html"
        ),
        "ages": ages_of(list(answered.editions), answered.today),
    }


def _dropped_notices(calculator: Calculator, dropped: list[str]) -> list[str]:
    if not dropped:
        return []
    labels = [str(calculator.form.base_fields[n].label) for n in dropped if n != "other"]
    named = f"“{'”、“'.join(labels)}”" if labels else "一项内容"
    return [f"链接里的{named}已经不适用，没有采用，请看看下面填的对不对。"]
