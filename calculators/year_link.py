"""The link of 全年账单: how a year of events is spelled in a query string, and read again.

`?scheme=flexible&group=active&e=inpatient,2025-02-01,level3,10000,condition:cancer&e=…`

Each `e` is one event: its calculator, its day, then the answers that it nearly always has, each at
its place, then whatever else it has as `name:value`. The places are (`year_forms.PLACES`):

- both schemes: `inpatient` day, tier, cost; `emergency` day, cost; `maternity` day, kind, tier, cost;
- flexible: `outpatient` day, tier, cost; `chronic` day, category, cost;
- resident: `outpatient` day, cost; `chronic` day, category, tier, cost; `two-diseases` day,
  hypertension, diabetes.

An empty place is an answer that is not given: `two-diseases,2024-05-01,,300`. Names and values are
those of the HTTP contract, as strict as there, so a link says just what a body of the year's JSON
says. One state of the page has one link, with the events in order of day; others lead there.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.datastructures import MultiValueDict

from calculators.asking import DROPPED, ask_kindly
from calculators.rules.money import plain
from calculators.rules.people import Scheme
from calculators.year import MOST_EVENTS, AskedYear, ask_year
from calculators.year_forms import PLACES, EventAnswers, YearForm, make_event_form

Pairs = dict[str, list[str]]

EVENT = "e"
ADD, EDIT, REMOVE = "add", "edit", "remove"
# How long a link may be when a form writes it, with three characters for a comma: it and the answers
# of one more event then fit into the request line that common proxies take (8190 bytes).
LONGEST_LINK = 7_600


def read_event(scheme: Scheme, text: str) -> EventAnswers | None:
    """Read one `e`; None where it is damaged. Whether its values are right is not looked at."""
    calculator, *parts = text.split(",")
    if calculator not in PLACES[scheme]:
        return None
    event = {"calculator": calculator}
    places = ("on", *PLACES[scheme][calculator])
    for at, part in enumerate(parts):
        name, named, value = part.partition(":")
        if not named:
            if at >= len(places):
                return None
            name, value = places[at], part
        if name in event:
            return None
        if value:
            event[name] = value
    return event


def spell_event(scheme: Scheme, event: EventAnswers) -> str:
    """Write an event as `e` carries it, always the same for one event."""
    placed = ("calculator", "on", *PLACES[scheme][event["calculator"]])
    further = [f"{name}:{value}" for name, value in event.items() if name not in placed]
    at_places = ",".join(event.get(name, "") for name in placed).rstrip(",")
    return ",".join([at_places, *sorted(further)])


def write_link(*parts: Mapping[str, Sequence[str]]) -> str:
    """Return the query string of some answers, with the commas of events left readable."""
    pairs = [(name, value) for part in parts for name, values in part.items() for value in values]
    return f"?{urlencode(pairs, safe=',:')}"


def is_too_long(link: str) -> bool:
    """Whether a link could not be sent by the forms of its own page."""
    return len(link) + 2 * (link.count(",") + link.count(":")) > LONGEST_LINK


@dataclass(slots=True)
class ReadYear:
    """What the page makes of its query.

    `form` is None until a scheme is chosen. `head` are the answers of the whole year as the link
    carries them, `events` the events in order of day, `asked` all of it as the JSON reads it: None
    until `form` is answered. `adding` is the calculator of the event that is being written,
    `editing` the place (from 0) of the event that it replaces, and `answers` what was answered of
    it, None at first. `canonical` is the link to go to instead. `dropped` are names of answers that
    an earlier request had to leave out, `e` for events. `waiting` are events as they came, until it
    is known whose they are.
    """

    form: YearForm | None = None
    head: Pairs = field(default_factory=dict)
    events: list[EventAnswers] = field(default_factory=list)
    asked: AskedYear | None = None
    adding: str = ""
    editing: int | None = None
    answers: MultiValueDict[str, str] | None = None
    canonical: str = ""
    dropped: list[str] = field(default_factory=list)
    waiting: Pairs = field(default_factory=dict)

    @property
    def scheme(self) -> Scheme:
        """The scheme that was chosen."""
        assert self.form is not None
        return self.form.known_scheme

    @property
    def group(self) -> str:
        """The group of the year, where that is answered."""
        assert self.form is not None
        return str(self.form.cleaned_data["group"].value)

    def spelled(self, events: Iterable[EventAnswers] | None = None) -> Pairs:
        """Some events, or those of the year, as the link carries them."""
        chosen = self.events if events is None else in_order(events)
        return {EVENT: [spell_event(self.scheme, event) for event in chosen]}

    def link(self, events: Iterable[EventAnswers] | None = None, **more: str) -> str:
        """Return the link of this year, or of the same year with other `events`."""
        return write_link(self.head, self.spelled(events), {n: [v] for n, v in more.items()})


def read_year(query: QueryDict) -> ReadYear:
    """Read a query as people and links leave it; what cannot be kept is dropped and named."""
    scheme = YearForm.scheme_of(query.get("scheme", ""))
    if scheme is None:
        asked = ask_kindly(YearForm, query)
        return ReadYear(canonical=asked.canonical, dropped=asked.dropped)
    read = ReadYear()
    given: Pairs = {name: [str(value) for value in values] for name, values in query.lists()}
    texts = [text for text in given.get(EVENT, []) if text]
    step = _read_step(read, scheme, given, texts)
    lost = _read_head(read, {n: v for n, v in given.items() if n not in {EVENT, *step}})
    if EVENT in query.get(DROPPED, "").split(","):
        read.dropped.append(EVENT)
    if not _is_answered(read.form):
        read.waiting = {EVENT: texts}
        if read.canonical:
            read.canonical = write_link(read.head, read.waiting, _dropped(lost))
        return read
    _read_events(read, scheme, texts)
    _settle(read, given, step, lost, texts)
    return read


def _is_answered(form: YearForm | None) -> bool:
    return form is not None and form.is_bound and not set(form.errors) - {"next"}


def _read_step(read: ReadYear, scheme: Scheme, given: Pairs, texts: list[str]) -> Pairs:
    """Take what speaks of one event: to add, change or remove it, with the answers so far."""
    step = {name: given[name] for name in (ADD, EDIT, REMOVE) if name in given}
    add, place = step.get(ADD, [""])[-1], _place(step, EDIT, texts)
    if place is not None:
        event = read_event(scheme, texts[place])
        read.adding, read.editing = (event["calculator"], place) if event else ("", None)
    elif add in PLACES[scheme] and len(texts) < MOST_EVENTS:
        read.adding = add
    if read.adding:
        form = make_event_form(scheme, read.adding, group="")
        answers = {name: given[name] for name in form.answer_names if name in given}
        read.answers = MultiValueDict(answers) if answers else None
        step |= answers
    return step


def _place(step: Pairs, name: str, texts: list[str]) -> int | None:
    """The place of the event that a step names; links count from 1."""
    places = {str(place + 1): place for place in range(len(texts))}
    return places.get(step.get(name, [""])[-1])


def _read_head(read: ReadYear, given: Pairs) -> list[str]:
    """Read what holds for the whole year; return the names of what had to be dropped."""
    query = QueryDict(mutable=True)
    for name, values in given.items():
        query.setlist(name, values)
    asked = ask_kindly(YearForm, query)
    read.form = cast(YearForm | None, asked.form)
    read.canonical, read.dropped = asked.canonical, asked.dropped
    head = {n: [str(v) for v in values if v] for n, values in QueryDict(asked.link[1:]).lists()}
    lost = head.pop(DROPPED, [])
    read.head = {name: values for name, values in head.items() if values}
    return lost


def _dropped(names: list[str]) -> Pairs:
    return {DROPPED: [",".join(names)]} if names else {}


def _read_events(read: ReadYear, scheme: Scheme, texts: list[str]) -> None:
    """Keep the events that are right, not too many, and of one year: that of the first of them."""
    assert read.form is not None
    events = [event for text in texts if (event := read_event(scheme, text))][:MOST_EVENTS]
    asked = ask_events(read.form, events)
    wrong = {int(name.split(".")[1]) for name in asked.errors if name.startswith("events.")}
    events = [event for place, event in enumerate(events) if place not in wrong]
    year = events[0]["on"][:4] if events else ""
    read.events = in_order(event for event in events if event["on"][:4] == year)
    read.asked = ask_events(read.form, read.events) if asked.errors else asked


def in_order(events: Iterable[EventAnswers]) -> list[EventAnswers]:
    """Return events in order of day; those of one day stay in the order in which they were said."""
    return sorted(events, key=lambda event: event["on"])


def ask_events(form: YearForm, events: list[EventAnswers]) -> AskedYear:
    """Ask for a year as the JSON does: so the page cannot mean anything else by an event."""
    return ask_year(json.dumps(year_body(form, events)).encode())


def year_body(form: YearForm, events: list[EventAnswers]) -> dict[str, Any]:
    """Return the body of the year's JSON that says the same as a link; `form` has its group."""
    head = form.cleaned_data
    body: dict[str, Any] = {"scheme": form.known_scheme.value, "group": head["group"].value}
    if head.get("chronic_holder"):
        body["chronic_holder"] = True
    if head.get("threshold") is not None:
        body["threshold"] = plain(head["threshold"])
    return {**body, "events": events}


def _settle(read: ReadYear, given: Pairs, step: Pairs, lost: list[str], texts: list[str]) -> None:
    """Say where to go, where the link is not the one of what it means."""
    spelled = read.spelled()
    removing = _place(step, REMOVE, texts)
    if spelled[EVENT] != texts:  # places in the old link no longer count
        read.adding, read.editing = "", None
        lost = [*lost, EVENT] if len(spelled[EVENT]) < len(texts) else lost
    elif removing is not None:
        read.adding = ""
        spelled = read.spelled(e for place, e in enumerate(read.events) if place != removing)
    said = (EDIT if read.editing is not None else ADD, *(read.answers or ()))
    kept = {name: step[name] for name in said if name in step} if read.adding else {}
    meant = {**read.head, **({EVENT: spelled[EVENT]} if spelled[EVENT] else {}), **kept}
    if meant != {name: values for name, values in given.items() if name != DROPPED}:
        read.canonical = write_link(meant, _dropped(lost))
    else:
        read.canonical = ""
