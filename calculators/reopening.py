"""A result asked for again from its link, to be shown as something else: a calendar, a print page."""

from collections.abc import Collection
from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse

from calculators.answering import Answer, answer
from calculators.asking import DROPPED, SHOWN_AS, ask_kindly
from calculators.catalogue import CALCULATORS
from calculators.forms import CalculatorForm
from portal import clock
from portal.policy.in_force import Timetable


@dataclass(frozen=True, slots=True)
class Reopened:
    """A case answered again: its valid form, its answer, and its answers as a link carries them.

    `path` opens the result on this site, `link` from anywhere.
    """

    form: CalculatorForm
    answered: Answer
    answers: tuple[tuple[str, str], ...]
    path: str
    link: str


def reopen(
    request: HttpRequest, slug: str, beside: Collection[str] = ()
) -> Reopened | HttpResponse:
    """Answer the case of a link; where that cannot be done, lead to its page, which says why.

    `beside` names what stands in the link beside the answers. Raises Http404 for a calculator that
    there is not.
    """
    calculator = CALCULATORS.get(slug)
    if calculator is None:
        raise Http404
    given = request.GET.copy()
    for name in beside:
        given.pop(name, None)
    asked = ask_kindly(calculator.form, given)
    page, query = reverse("calculators:page", args=[slug]), QueryDict(asked.link[1:])
    form = asked.form
    if form is None or DROPPED in query or not form.is_valid():
        return HttpResponseRedirect(page + asked.link, status=303)
    answers = tuple(
        (name, value) for name, values in query.lists() for value in values if name not in SHOWN_AS
    )
    path = f"{page}?{urlencode(answers)}"
    answered = answer(calculator, form, Timetable.load(), clock.today())
    return Reopened(form, answered, answers, path, request.build_absolute_uri(path))
