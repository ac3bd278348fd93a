"""全年账单 in 长辈版: what holds for the year, and each of its events, one question a screen."""

from collections.abc import Iterable
from typing import cast

from django.http import QueryDict
from django.utils.datastructures import MultiValueDict

from calculators.asking import judge_so_far
from calculators.one_by_one import LIST, NEXT, Screen, show_one
from calculators.year_forms import EventForm, YearForm
from calculators.year_link import EVENT, ReadYear


def ask_year_head(query: QueryDict, read: ReadYear, ask: str) -> Screen:
    """Return one question about the whole year; `ask` is what the link says of it."""
    form = judge_so_far(YearForm, query)
    assert form is not None  # `read` has a scheme
    events = read.waiting or (read.spelled() if read.asked else {})
    along = [(EVENT, text) for text in events.get(EVENT, ())]
    button = form.button if read.asked is None else "回到账单"
    return show_one(form, ask, along=along, before=1, button=button)


def ask_year_event(
    read: ReadYear, form: EventForm, ask: str, along: Iterable[tuple[str, str]]
) -> Screen:
    """Return one question about the event that is added or changed.

    `form` is judged, or shows what was answered before: an event that is changed, a likely year.
    """
    year = ""
    if not form.is_bound:
        if read.editing is None:
            year = str(form.so_far.pop("on")[-1])
            ask = ask or NEXT
        twice = {form.add_prefix(name): texts for name, texts in form.so_far.lists()}
        shown = MultiValueDict({**dict(form.so_far.lists()), **twice})
        form = type(form)(shown, scheme=form.known_scheme)
    screen = show_one(form, ask or LIST, along=along, button=form.button)
    if year and screen.question and screen.question.name == "on":
        cast(MultiValueDict[str, str], form.data)["on_year"] = year
    return screen
