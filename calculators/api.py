"""The calculators as JSON, strict as the HTTP contract says. Errors are 422 in Chinese, never 500."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_http_methods

from calculators.answering import answer
from calculators.asking import ask_strictly
from calculators.catalogue import CALCULATORS
from calculators.presenters import make_json
from portal import clock
from portal.policy.in_force import Timetable

# Anybody's page may ask: there is nothing personal in an answer and no cookie in the question.
_OPEN = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "GET, OPTIONS",
    "Access-Control-Allow-Headers": "Content-Type",
    "Access-Control-Max-Age": "86400",
}


@require_http_methods(["GET", "HEAD", "OPTIONS"])
def calculate(request: HttpRequest, slug: str) -> HttpResponse:
    """Answer one case: 200 with the answer or its refusal, 422 with errors, 404 for no calculator."""
    if request.method == "OPTIONS":
        return HttpResponse(status=204, headers=_OPEN)
    calculator = CALCULATORS.get(slug)
    if calculator is None:
        return _json({"errors": {"calculator": ["没有这个计算器。"]}}, status=404)
    form, errors = ask_strictly(calculator.form, request.GET)
    if form is None:
        return _json({"errors": errors}, status=422)
    return _json(make_json(answer(calculator, form, Timetable.load(), clock.today())))


def _json(document: dict[str, object], status: int = 200) -> JsonResponse:
    return JsonResponse(
        document, status=status, headers=_OPEN, json_dumps_params={"ensure_ascii": False}
    )
