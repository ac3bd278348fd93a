"""The calculators as pages. Each is a GET form whose link reopens the result."""

import datetime
from collections.abc import Sequence
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.views.decorators.vary import vary_on_headers
from django_htmx.http import push_url, replace_url
from django_htmx.middleware import HtmxDetails

from calculators.answering import Answer, answer
from calculators.asking import ASK, Asked, ask_kindly, ask_so_far
from calculators.calculator import Calculator
from calculators.carried import told_by
from calculators.catalogue import CALCULATORS
from calculators.comparison import compare_label, compare_url
from calculators.estimate import range_url
from calculators.forms import FORM_ID, STANDS, CalculatorForm
from calculators.next_steps import next_steps
from calculators.one_by_one import Screen, ask_one
from calculators.presenters import make_refusal, make_result
from calculators.rules.breakdown import Breakdown, Finding
from calculators.rules.people import Place, Scheme
from calculators.sharing import link_to, link_without_amounts, tell
from portal import clock
from portal.policy.age import ages_of
from portal.policy.in_force import NoPolicyInForce, Timetable
from portal.policy.models.choices import Scheme as SchemeName
from portal.policy.texts import make_text
from portal.site.display import display_of
from portal.site.outcomes import note_outcome


class PageRequest(HttpRequest):
    """A request as the middleware leaves it: `htmx` is true where only a part is to be swapped."""

    htmx: HtmxDetails


@vary_on_headers("HX-Request", STANDS)
def page(request: PageRequest, slug: str) -> HttpResponse:
    """Ask, and answer: the empty form, the form with its errors (422), or the result.

    To htmx it gives only what changes on the page, and the link under which all of it stands.
    """
    calculator = CALCULATORS.get(slug)
    if calculator is None:
        raise Http404
    care = display_of(request).care
    if ASK in request.GET:
        return (_one_question if care else _ask_on)(request, calculator)
    asked = ask_kindly(calculator.form, request.GET)
    if asked.moved and not request.htmx:
        # 303: whatever brought the person here, the answer stands at this clean link.
        return HttpResponseRedirect(request.path + asked.link, status=303)
    _stand_at(request, asked.link)
    stands = asked.as_typed and STANDS in request.headers
    if asked.moved:
        asked = ask_kindly(calculator.form, request.GET)
    if care and asked.form is not None and not asked.form.is_valid():
        return _one_question(request, calculator, asked.dropped)
    context, status = _page_context(request, calculator, asked)
    if not request.htmx:
        return render(request, "calculators/page.html", context, status=status)
    context["standing_form"] = FORM_ID if stands and status == 200 else ""
    response = render(request, "calculators/_swap.html", context, status=status)
    stays = request.htmx.current_url_abs_path == request.get_full_path()
    return (replace_url if stays else push_url)(response, request.get_full_path())


def _ask_on(request: PageRequest, calculator: Calculator) -> HttpResponse:
    """Show the questions with the answers so far, none of them judged.

    htmx gets those that come and go; a link from the list of situations gets the whole form.
    """
    form = ask_so_far(calculator.form, request.GET)
    if request.htmx:
        return render(request, "calculators/_next_questions.html", {"form": form})
    context, _ = _page_context(request, calculator, Asked(form, "", False, []))
    return render(request, "calculators/page.html", context)


def _one_question(
    request: HttpRequest, calculator: Calculator, dropped: Sequence[str] = ()
) -> HttpResponse:
    """Show the next question by itself, or the list of answers once there is none."""
    screen = ask_one(calculator.form, request.GET)
    form = screen.form if screen else None
    context, status = _page_context(request, calculator, Asked(form, "", False, [*dropped]), screen)
    return render(request, "calculators/page.html", context, status=status)


def _stand_at(request: HttpRequest, link: str) -> None:
    """Go on as if the clean link itself had been asked for: the page may show it to be passed on."""
    request.META["QUERY_STRING"] = link[1:]
    request.GET = QueryDict(link[1:])


def _page_context(
    request: HttpRequest, calculator: Calculator, asked: Asked, screen: Screen | None = None
) -> tuple[dict[str, Any], int]:
    form = asked.form
    context: dict[str, Any] = {
        "title": calculator.title,
        "lead": calculator.lead,
        "form": form,
        "screen": screen,
        "scheme": None,
        "notices": _dropped_notices(calculator, asked.dropped),
    }
    status = 200
    if form is not None:
        timetable, today = Timetable.load(), clock.today()
        context |= _scheme_context(calculator, form.known_scheme, timetable, today)
        context["range_url"] = range_url(calculator, form.known_scheme)
        context["share_link"] = link_without_amounts(request, form)
        if screen is None and form.is_bound and form.is_valid():
            answered = answer(calculator, form, timetable, today)
            context |= _answer_context(request, form, answered, context["share_link"])
        elif form.errors:
            status = 422
    return context, status


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


def _answer_context(
    request: HttpRequest, form: CalculatorForm, answered: Answer, bare_link: str
) -> dict[str, Any]:
    """The result or the refusal, and what stands behind both: the same bill elsewhere, where to go."""
    note_outcome(request, computed=isinstance(answered.outcome, Finding))
    slug, scheme = answered.calculator.slug, answered.scheme
    away = answered.given.get("place", Place.LOCAL) != Place.LOCAL
    behind = {
        "compare_url": compare_url(answered, request.GET),
        "compare_label": compare_label(answered),
        "next_steps": next_steps(slug, scheme, away=away, told=told_by(form)),
    }
    if not isinstance(answered.outcome, Finding):
        return behind | {"refusal": make_refusal(answered, request.GET)}
    result = make_result(answered)
    return behind | {
        "result": result,
        "result_template": (
            "calculators/_result.html"
            if isinstance(answered.outcome, Breakdown)
            else "calculators/_finding.html"
        ),
        "ages": ages_of(list(answered.editions), answered.today),
        **tell(answered, result, link_to(request), bare_link),
    }


def _dropped_notices(calculator: Calculator, dropped: list[str]) -> list[str]:
    if not dropped:
        return []
    labels = [str(calculator.form.base_fields[n].label) for n in dropped if n != "other"]
    named = f"“{'”、“'.join(labels)}”" if labels else "一项内容"
    return [f"链接里的{named}已经不适用，没有采用，请看看下面填的对不对。"]
