"""全年账单 as a page: events one after another, kept in the link (`calculators.year_link`)."""

import datetime
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_safe

from calculators.asking import ASK, SHOWN_AS
from calculators.carried import told_by
from calculators.catalogue import CALCULATORS
from calculators.next_steps import next_steps
from calculators.one_by_one import Screen
from calculators.rules.people import Scheme
from calculators.year import MOST_EVENTS, YEAR, settle
from calculators.year_forms import PLACES, EventForm, make_event_form
from calculators.year_link import ADD, EDIT, Pairs, ReadYear, is_too_long, read_year, write_link
from calculators.year_presenters import (
    KINDS,
    make_dropped,
    make_elsewhen,
    make_ledger,
    make_next_stays,
    make_telling,
)
from calculators.year_screens import ask_year_event, ask_year_head
from portal import clock
from portal.policy.age import ages_of
from portal.policy.in_force import NoPolicyInForce, Timetable
from portal.policy.models.choices import Group as GroupName
from portal.policy.models.choices import Scheme as SchemeName
from portal.site.display import display_of
from portal.site.outcomes import note_outcome

Context = dict[str, Any]
TOO_LONG = "这张账单已经很长，链接放不下了。请把几笔小的合成一笔来记。"


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """Ask who it is about, keep the events of a year, and answer them as one bill."""
    care = display_of(request).care
    ask = request.GET.get(ASK, "") if care else ""
    read = read_year(_without_ask(request.GET) if care else request.GET)
    asks_head = care and read.form is not None and _is_open(read, ask)
    if read.canonical and not (asks_head and ask):
        more = f"&{urlencode({ASK: ask})}" if ask and read.adding else ""
        return _go(request, read.canonical + more)
    timetable, today = Timetable.load(), clock.today()
    context = _frame(read, timetable, today)
    if read.form is not None:
        context["share_link"] = _link_without_events(request, read)
    newest = _newest_day(read.scheme, timetable, today) if read.form else None
    if asks_head:
        context |= _screen_context(ask_year_head(request.GET, read, ask))
    elif read.adding and read.asked is not None:
        form = _event_form(read, newest or today)
        if not ask and (link := _link_if_right(read, form)):
            return _go(request, link)
        context |= _step_context(read, form)
        if care:
            along = context["step"]["kept"]
            context |= _screen_context(ask_year_event(read, form, ask, along))
    elif read.asked is not None:
        context |= _ledger_context(read, timetable, today, newest)
        context |= _after_context(request, read, context["year"])
        if context["year"]["ledger"]:
            note_outcome(request, computed=_is_whole(context["year"]))
    status = 422 if context["wrong_form"] else 200
    return render(request, "calculators/year/page.html", context, status=status)


def _without_ask(query: QueryDict) -> QueryDict:
    rest = query.copy()
    rest.pop(ASK, None)
    return rest


def _is_open(read: ReadYear, ask: str) -> bool:
    """Whether 长辈版 still asks something about the whole year."""
    wrong = bool(read.form and read.form.errors)
    return read.asked is None or (not read.adding and (bool(ask) or wrong))


def _screen_context(screen: Screen) -> Context:
    """One question, whose form says by itself what is wrong."""
    form = screen.form
    return {"screen": screen, "form": form, "wrong_form": form if form.errors else None}


def _go(request: HttpRequest, link: str) -> HttpResponse:
    # 303: whatever brought the person here, the year stands at this clean link.
    return HttpResponseRedirect(request.path + link, status=303)


def _frame(read: ReadYear, timetable: Timetable, today: datetime.date) -> Context:
    """What every step of the page says: whose year it is, the age of the rules, what was dropped."""
    context: Context = {
        "title": YEAR.title,
        "lead": YEAR.lead,
        "form": read.form,
        "wrong_form": None,
        "scheme": None,
        "screen": None,
        "step": None,
        "year": None,
        "head_kept": [],
        "notices": make_dropped(read),
        "ages": [],
    }
    if read.form is None:
        return context
    scheme = read.scheme
    other = next(other for other in Scheme if other != scheme)
    newest = _newest_day(scheme, timetable, today)
    tables = CALCULATORS["inpatient"].main_tables(scheme)
    editions = [timetable.edition(*table, newest) for table in tables] if newest else []
    return context | {
        "wrong_form": read.form if read.form.errors else None,
        "scheme": scheme.value,
        "scheme_label": SchemeName(scheme).label,
        "switch_url": f"?scheme={other.value}",
        "ages": ages_of(editions, today),
        "head_kept": _kept(read.head, read.form.fields, read.waiting or read.spelled()),
    }


def _newest_day(scheme: Scheme, timetable: Timetable, today: datetime.date) -> datetime.date | None:
    try:
        return timetable.newest_day(CALCULATORS["inpatient"].main_tables(scheme), today)
    except NoPolicyInForce:
        return None


def _kept(head: Pairs, asked: Any, *more: Pairs) -> list[tuple[str, str]]:
    """What a form carries on unseen: all of the link that it does not ask itself."""
    pairs = {name: values for name, values in head.items() if name not in asked}
    return [(name, value) for part in (pairs, *more) for name in part for value in part[name]]


def _event_form(read: ReadYear, day: datetime.date) -> EventForm:
    """The form of the event that is being added, or of the one that is being changed."""
    others = [event for place, event in enumerate(read.events) if place != read.editing]
    year = int(others[0]["on"][:4]) if others else None
    changed = None if read.editing is None else read.events[read.editing]
    return make_event_form(
        read.scheme,
        read.adding,
        group=read.group,
        answers=read.answers,
        event=changed or {"on": str(year or day.year)},
        of_year=year,
        button="记上这一笔" if changed is None else "改好了",
    )


def _link_if_right(read: ReadYear, form: EventForm) -> str:
    """The link of the year with the event that was just answered; "" where something is wrong."""
    if not form.is_bound or not form.is_valid():
        return ""
    link = _link_with(read, form)
    if is_too_long(link):
        form.add_error(None, TOO_LONG)
        return ""
    return link


def _link_with(read: ReadYear, form: EventForm) -> str:
    """The link of the year with the event that was just answered."""
    events, event = list(read.events), form.spelled()
    if read.editing is None:
        return read.link([*events, {"calculator": read.adding, **event}])
    old = events[read.editing]
    unasked = {name: value for name, value in old.items() if name not in form.fields}
    events[read.editing] = unasked | event
    return read.link(events)


def _step_context(read: ReadYear, form: EventForm) -> Context:
    step = {ADD: read.adding} if read.editing is None else {EDIT: str(read.editing + 1)}
    return {
        "wrong_form": form if form.errors else None,
        "step": {
            "title": f"{'记一笔' if read.editing is None else '改一笔'}：{KINDS[read.adding]}",
            "form": form,
            "kept": _kept(read.head, (), read.spelled(), {n: [v] for n, v in step.items()}),
            "back": read.link(),
            "back_label": "不记了，回到账单" if read.editing is None else "不改了，回到账单",
        },
    }


def _ledger_context(
    read: ReadYear, timetable: Timetable, today: datetime.date, newest: datetime.date | None
) -> Context:
    assert read.asked is not None
    assert read.form is not None
    ledger = settle(read.asked, timetable, today)
    full = len(read.events) >= MOST_EVENTS
    context: Context = {
        "year": {
            "answered": ledger,
            "group": GroupName(read.group).label,
            "kept": _kept(read.head, (), read.spelled()),
            "next_kept": _kept(read.head, ("next",), read.spelled()),
            "kinds": []
            if full
            else [
                {"label": KINDS[kind], "url": read.link(add=kind)} for kind in PLACES[read.scheme]
            ],
            "most": MOST_EVENTS,
            "ledger": make_ledger(ledger, read) if ledger.entries else None,
            "elsewhen": make_elsewhen(ledger, read, newest),
            "next": make_next_stays(
                ledger, read, timetable, newest or today, read.form.cleaned_data.get("next")
            ),
        },
    }
    if ledger.answered.editions:
        context["ages"] = ages_of(list(ledger.answered.editions), today)
    return context


def _is_whole(year: Context) -> bool:
    """Whether every event of a year has its number."""
    events = year["ledger"]["events"]
    return year["elsewhen"] is None and not any(event.get("reason") for event in events)


def _after_context(request: HttpRequest, read: ReadYear, year: Context) -> Context:
    """What stands behind a year as behind every result: where to go on, and telling the family."""
    if year["ledger"] is None or year["elsewhen"] is not None:
        return {}
    head = {name: values for name, values in read.head.items() if name not in SHOWN_AS}
    link = request.build_absolute_uri(request.path) + write_link(head, read.spelled())
    assert read.form is not None
    bare_link = _link_without_events(request, read)
    return {
        "next_steps": next_steps("year", read.scheme, told=told_by(read.form)),
        **make_telling(year["answered"], year["ledger"], year["group"], link, bare_link),
    }


def _link_without_events(request: HttpRequest, read: ReadYear) -> str:
    """The whole link of an empty year for the same kind of person: events have days and amounts."""
    chosen = {name: values for name, values in read.head.items() if name in {"scheme", "group"}}
    return request.build_absolute_uri(request.path) + write_link(chosen)
