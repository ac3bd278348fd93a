"""The calculators as pages. Each is a GET form whose link reopens the result."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from calculators.answering import answer
from calculators.asking import ask_kindly
from calculators.catalogue import CALCULATORS, Calculator
from calculators.presenters import make_refusal, make_result
from calculators.rules.breakdown import Breakdown
from calculators.rules.people import Scheme
from portal import clock
from portal.policy.age import ages_of
from portal.policy.in_force import Timetable
from portal.policy.models.choices import Scheme as SchemeName


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
    if form is None:
        return render(request, _template(slug), context)
    today = clock.today()
    context |= _scheme_context(calculator, form.known_scheme, request.path)
    if not form.is_bound:
        context["ages"] = _ages(calculator, form.known_scheme)
        return render(request, _template(slug), context)
    if not form.is_valid():
        context["ages"] = _ages(calculator, form.known_scheme)
        return render(request, _template(slug), context, status=422)
    answered = answer(calculator, form, today)
    if isinstance(answered.outcome, Breakdown):
        context["result"] = make_result(answered)
        context["ages"] = ages_of(list(answered.editions), today)
    else:
        context["refusal"] = make_refusal(answered)
        context["ages"] = _ages(calculator, form.known_scheme)
    return render(request, _template(slug), context)


def _template(slug: str) -> str:
    return f"calculators/{slug}.html"


def _scheme_context(calculator: Calculator, scheme: Scheme, path: str) -> dict[str, Any]:
    other = next((s for s in calculator.by_scheme if s != scheme), None)
    return {
        "scheme": scheme.value,
        "scheme_label": SchemeName(scheme).label,
        "switch_url": f"{path}?scheme={other.value}" if other else "",
    }


def _ages(calculator: Calculator, scheme: Scheme) -> list[Any]:
    """The age of the tables that the calculator opens for a scheme, on the newest day on file."""
    tables = calculator.main_tables(scheme)
    timetable = Timetable.load()
    today = clock.today()
    day = timetable.newest_day(tables, today)
    return ages_of([timetable.edition(*table, day) for table in tables], today)


def _dropped_notices(calculator: Calculator, dropped: list[str]) -> list[str]:
    if not dropped:
        return []
    labels = [str(calculator.form.base_fields[n].label) for n in dropped if n != "other"]
    named = f"“{'”、“'.join(labels)}”" if labels else "一项内容"
    return [f"链接里的{named}已经不适用，没有采用，请看看下面填的对不对。"]
