"""The calculators as JSON, strict as the HTTP contract says. Errors are 422 in Chinese, never 500."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from calculators.answering import answer
from calculators.asking import ask_strictly
from calculators.catalogue import CALCULATORS
from calculators.openapi import make_document
from calculators.presenters import make_json
from calculators.rules.breakdown import Finding
from calculators.year import answer_year, ask_year
from portal import clock
from portal.policy.in_force import Timetable
from portal.site.outcomes import note_outcome

View = Callable[..., HttpResponse]


def open_to_anybody(*methods: str) -> Callable[[View], View]:
    """Let pages of any origin ask a view with `methods`, and answer their preflight.

    There is nothing personal in an answer and no cookie in the question.
    """
    allowed = (*methods, "OPTIONS")
    headers = {
        "Access-Control-Allow-Origin": "*",
        "Access-Control-Allow-Methods": ", ".join(allowed),
        "Access-Control-Allow-Headers": "Content-Type",
        "Access-Control-Max-Age": "86400",
    }

    def opened(view: View) -> View:
        limited = require_http_methods(allowed)(view)

        @wraps(view)
        def answered(request: HttpRequest, *args: Any, **named: Any) -> HttpResponse:
            if request.method == "OPTIONS":
                return HttpResponse(status=204, headers=headers)
            response = limited(request, *args, **named)
            for name, value in headers.items():
                response.headers[name] = value
            return response

        return answered

    return opened


@csrf_exempt  # it changes nothing and reads no cookie, so there is nothing to forge
@open_to_anybody("POST")
def calculate_year(request: HttpRequest) -> HttpResponse:
    """Answer a whole year: 200 with the ledger, 422 with errors by field (`events.3.cost`)."""
    asked = ask_year(request.body)
    if asked.errors:
        return _json({"errors": asked.errors}, status=422)
    document = answer_year(asked, Timetable.load(), clock.today())
    note_outcome(request, computed=bool(document["computable"]))
    return _json(document)


@open_to_anybody("GET", "HEAD")
def calculate(request: HttpRequest, slug: str) -> HttpResponse:
    """Answer one case: 200 with the answer or its refusal, 422 with errors, 404 for no calculator."""
    calculator = CALCULATORS.get(slug)
    if calculator is None:
        return _json({"errors": {"calculator": ["没有这个计算器。"]}}, status=404)
    form, errors = ask_strictly(calculator.form, request.GET)
    if form is None:
        return _json({"errors": errors}, status=422)
    answered = answer(calculator, form, Timetable.load(), clock.today())
    note_outcome(request, computed=isinstance(answered.outcome, Finding))
    return _json(make_json(answered))


@open_to_anybody("GET", "HEAD")
def listing(request: HttpRequest) -> HttpResponse:
    """List the calculators, each with its page."""
    listed = [
        {
            "slug": calculator.slug,
            "title": calculator.title,
            "schemes": [scheme.value for scheme in calculator.form.schemes],
            "page": reverse("calculators:page", args=[calculator.slug]),
        }
        for calculator in CALCULATORS.values()
    ]
    return _json({"calculators": listed})


@open_to_anybody("GET", "HEAD")
def openapi(request: HttpRequest) -> HttpResponse:
    """Describe every address of the JSON, for people and programs that call it."""
    return _json(make_document())


def _json(document: dict[str, object], status: int = 200) -> JsonResponse:
    return JsonResponse(document, status=status, json_dumps_params={"ensure_ascii": False})
