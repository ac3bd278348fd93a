"""The whole year as JSON: a body of events in, the ledger out (`calculators.rules.year`)."""

import datetime
import json
from contextlib import suppress
from dataclasses import dataclass, field
from decimal import Decimal
from functools import partial
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.datastructures import MultiValueDict

from calculators import words
from calculators.answering import Answer
from calculators.calculator import Calculator, Facts, SchemeRule
from calculators.catalogue import CALCULATORS
from calculators.fields import AmountField, ChoiceAnswer, DayField, YesNoField
from calculators.fields import Answer as Question
from calculators.forms import CalculatorForm, named
from calculators.presenters import make_json, make_reason, spell_step
from calculators.rules.alternatives import used_readings
from calculators.rules.breakdown import Breakdown
from calculators.rules.outpatient import resident_visit
from calculators.rules.people import Group, Scheme
from calculators.rules.readings import Readings
from calculators.rules.year import Entry, Event, YearTerms, entries_of, year
from portal.policy.in_force import NoPolicyInForce, Rulebook, Timetable
from portal.policy.models import Amount, DecidedReading, Edition
from portal.policy.models import choices as names
from portal.policy.terms.major_illness import major_illness_terms
from portal.policy.terms.outpatient import (
    RESIDENT_OUTPATIENT_TABLES,
    flexible_outpatient_terms,
    resident_outpatient_terms,
)
from portal.policy.terms.reading import decided_readings
from portal.policy.terms.reading import named as named_row
from portal.policy.titles import FLEXIBLE, READINGS

Errors = dict[str, list[str]]

MOST_EVENTS = 100
NOT_A_STRING = "请写成字符串，例如 '1200.00'。"
# What the ledger carries from event to event, so that no event says it itself.
CARRIED = (
    *("scheme", "date", "admission", "deductible_left", "paid_this_year"),
    *("pool_paid", "large_sum_paid"),
)
EVENT_CALCULATORS = {
    Scheme.FLEXIBLE: ("inpatient", "outpatient", "emergency", "chronic", "maternity"),
    Scheme.RESIDENT: (
        *("inpatient", "outpatient", "emergency", "chronic", "two-diseases", "maternity"),
    ),
}


class ResidentVisitForm(CalculatorForm):
    """One visit of 门诊统筹: the quarter follows from its day."""

    schemes = (Scheme.RESIDENT,)
    cost = AmountField(required=True, label="这次能报销的费用一共多少？")


RESIDENT_VISIT = SchemeRule(
    tables=lambda facts: RESIDENT_OUTPATIENT_TABLES,
    terms=lambda book, facts: resident_outpatient_terms(book),
    rule=resident_visit,
)


@dataclass(slots=True)
class AskedEvent:
    """An event as it was asked for, read and valid; `in_words` are its choices in Chinese."""

    calculator: str
    on: datetime.date
    facts: Facts
    by_scheme: SchemeRule
    in_words: tuple[str, ...] = ()


@dataclass(slots=True)
class AskedYear:
    """A year as it was asked for. `errors` are by field, `events.3.cost` for the fourth event."""

    scheme: Scheme = Scheme.FLEXIBLE
    group: Group | None = None
    chronic_holder: bool = False
    threshold: Decimal | None = None
    events: list[AskedEvent] = field(default_factory=list)
    errors: Errors = field(default_factory=dict)


def ask_year(body: bytes) -> AskedYear:
    """Read the body of a request; whatever is wrong with it stands in `errors`, in Chinese."""
    asked = AskedYear()
    try:
        given = json.loads(body, parse_float=_Float, parse_constant=_Float)
        # Half a character ("\ud800") has no bytes, so no answer could repeat it.
        json.dumps(given, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        given = None
    if not isinstance(given, dict):
        asked.errors["body"] = ["请发送一个 JSON 对象。"]
        return asked
    events = given.pop("events", None)
    scheme = given.pop("scheme", None)
    if scheme not in tuple(Scheme):
        asked.errors["scheme"] = [
            "请说明险种：resident（城乡居民医保）或 flexible（灵活就业人员职工医保）。"
        ]
        return asked
    asked.scheme = Scheme(scheme)
    _read_head(asked, given)
    if not isinstance(events, list):
        asked.errors["events"] = ["请给出一年里的事件，写成一个列表。"]
    elif len(events) > MOST_EVENTS:
        asked.errors["events"] = [f"最多 {MOST_EVENTS} 个事件。"]
    else:
        for place, event in enumerate(events):
            _read_event(asked, f"events.{place}", event)
        _check_one_year(asked)
    return asked


class _Float(str):
    """A JSON number with a point or an exponent: money is a string in this contract, never that."""


def _read_head(asked: AskedYear, given: dict[str, Any]) -> None:
    groups = (
        (Group.ACTIVE, Group.RETIRED)
        if asked.scheme == Scheme.FLEXIBLE
        else (Group.MINOR, Group.ADULT)
    )
    head: dict[str, Question] = {
        "group": ChoiceAnswer(
            choices=named(names.Group, *groups),
            required=True,
            error_messages={"required": "请说明人员类别。"},
        ),
    }
    if asked.scheme == Scheme.FLEXIBLE:
        head["chronic_holder"] = YesNoField()
    else:
        head["threshold"] = AmountField()
    for name in given:
        if name not in head:
            asked.errors[name] = ["没有这一项参数。"]
    for name, question in head.items():
        setattr(asked, name, _clean(asked.errors, name, question, given.get(name)))


def _clean(errors: Errors, name: str, question: Question, value: Any) -> Any:
    question.strict = True
    text = _text(value)
    if text is None:
        errors[name] = [NOT_A_STRING]
        return None
    try:
        return question.clean(text)
    except ValidationError as wrong:
        errors[name] = list(wrong.messages)
        return None


def _text(value: Any) -> str | None:
    """A JSON value as the text that a query string would hold; None for what can be no answer."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | str) and not isinstance(value, _Float):
        return str(value)
    return None


def _read_event(asked: AskedYear, at: str, given: Any) -> None:
    if not isinstance(given, dict):
        asked.errors[at] = ["每个事件是一个 JSON 对象。"]
        return
    calculator = given.pop("calculator", None)
    if calculator not in EVENT_CALCULATORS[asked.scheme]:
        known = "、".join(EVENT_CALCULATORS[asked.scheme])
        asked.errors[f"{at}.calculator"] = [f"这个险种的事件可以是：{known}。"]
        return
    day = DayField(required=True, error_messages={"required": "请写明日期，例如 2025-06-15。"})
    on = _clean(asked.errors, f"{at}.on", day, given.pop("on", None))
    form, by_scheme = _event_form(asked, calculator, at, given)
    if form.is_valid() and on is not None and not any(e.startswith(f"{at}.") for e in asked.errors):
        asked.events.append(AskedEvent(calculator, on, form.facts, by_scheme, form.facts_in_words))
    for name, messages in form.errors.items():
        asked.errors.setdefault(f"{at}.{name}", [str(message) for message in messages])


def event_form(scheme: Scheme, calculator: str) -> tuple[type[CalculatorForm], SchemeRule]:
    """Return the form of an event, with questions that the year answers, and the rule behind it."""
    if (scheme, calculator) == (Scheme.RESIDENT, "outpatient"):
        return ResidentVisitForm, RESIDENT_VISIT
    found = CALCULATORS[calculator]
    return found.form, found.by_scheme[scheme]


def _event_form(
    asked: AskedYear, calculator: str, at: str, given: dict[str, Any]
) -> tuple[CalculatorForm, SchemeRule]:
    form_class, by_scheme = event_form(asked.scheme, calculator)
    texts = {name: _text(value) for name, value in given.items()}
    for name, text in texts.items():
        if text is None:
            asked.errors[f"{at}.{name}"] = [NOT_A_STRING]
    answers = {name: [text] for name, text in texts.items() if text}
    # The year's own answers hold for each event that does not say otherwise.
    if asked.group is not None:
        answers.setdefault("group", [asked.group.value])
    answers.setdefault("chronic_holder", [str(asked.chronic_holder).lower()])
    form = form_class(MultiValueDict(answers), scheme=asked.scheme, strict=True)
    for name in CARRIED:
        form.fields.pop(name, None)
    for name in given:
        if name not in form.fields:
            asked.errors[f"{at}.{name}"] = ["这个事件没有这一项。"]
    return form, by_scheme


def _check_one_year(asked: AskedYear) -> None:
    years = {event.on.year for event in asked.events}
    if len(years) > 1:
        asked.errors["events"] = ["所有事件要在同一个自然年度里。"]


YEAR = Calculator(
    slug="year",
    title="一年下来要自己付多少",
    lead="把一年里的住院、门诊、抢救都记上，看看各项限额用了多少、您一共付多少。",
    form=CalculatorForm,
    by_scheme={},
    words=words.Words(
        labels={"major_illness": "居民大病保险支付"},
        notices={"left_out": "有 {count} 项算不出来，合计里没有算它们。"},
        not_counted={
            Scheme.FLEXIBLE: [
                "个人账户里的钱：您可以用它付自己该付的部分，不影响报销多少。",
                "医疗救助和单位、商业保险的报销。",
            ],
            Scheme.RESIDENT: [words.MEDICAL_AID, "统筹基金全年最多付多少：居民的文件没有写。"],
        },
    ),
)


@dataclass(frozen=True, slots=True)
class Ledger:
    """A year answered: the whole of it, and in order of day each event with an answer of its own."""

    terms: YearTerms
    answered: Answer
    entries: tuple[Entry, ...]
    events: tuple[Answer, ...]


def settle(asked: AskedYear, timetable: Timetable, today: datetime.date) -> Ledger:
    """Answer a valid year, for the JSON and for the page alike."""
    last_day = _last_day(asked, today)
    opened = [_open(event, timetable) for event in _in_order(asked)]
    editions: dict[int, Edition] = {}
    for book, _, _ in opened:
        editions |= {e.pk: e for (_, name), e in book.editions.items() if name != READINGS}
    terms = _year_terms(asked, Rulebook(timetable, last_day), [event for _, event, _ in opened])
    compute = partial(year, scheme=asked.scheme, threshold=asked.threshold)
    found = compute(terms)
    answered = Answer(
        calculator=YEAR,
        scheme=asked.scheme,
        day=last_day,
        today=today,
        outcome=found,
        used=used_readings(compute, terms, found),
        editions=tuple(editions.values()),
        readings=_decided(Rulebook(timetable, last_day), asked.scheme),
    )
    entries = entries_of(terms, scheme=asked.scheme)
    events = tuple(
        _answered(entry, event, asked.scheme, book, missing, today)
        for entry, event, (book, _, missing) in zip(entries, _in_order(asked), opened, strict=True)
    )
    return Ledger(terms, answered, entries, events)


def answer_year(asked: AskedYear, timetable: Timetable, today: datetime.date) -> dict[str, Any]:
    """Return the ledger of a valid year, as the HTTP contract writes it."""
    ledger = settle(asked, timetable, today)
    document = make_json(ledger.answered)
    for shown, answered in zip(document["result"]["events"], ledger.events, strict=True):
        shown.update(_explained(answered))
    for reading in document["readings"]:
        _keep_totals(reading)
    return document


def read_terms(asked: AskedYear, timetable: Timetable, today: datetime.date) -> YearTerms:
    """Return the terms of a valid year: of each event on its day, and the limits at the last one."""
    events = [_open(event, timetable)[1] for event in _in_order(asked)]
    return _year_terms(asked, Rulebook(timetable, _last_day(asked, today)), events)


def _in_order(asked: AskedYear) -> list[AskedEvent]:
    return sorted(asked.events, key=lambda event: event.on)


def _last_day(asked: AskedYear, today: datetime.date) -> datetime.date:
    return max((event.on for event in asked.events), default=today)


def _open(
    event: AskedEvent, timetable: Timetable
) -> tuple[Rulebook, Event, NoPolicyInForce | None]:
    """Read an event's terms on its day; without a rule on file it has none."""
    book = Rulebook(timetable, event.on)
    terms, missing = None, None
    try:
        for table in event.by_scheme.tables(event.facts):
            book.edition(*table)
        terms = event.by_scheme.terms(book, event.facts)
    except NoPolicyInForce as error:
        missing = error
    ready = Event(
        calculator=event.calculator,
        on=event.on,
        rule=event.by_scheme.rule,
        facts=event.facts,
        terms=terms,
    )
    return book, ready, missing


def _year_terms(asked: AskedYear, book: Rulebook, events: list[Event]) -> YearTerms:
    """The limits as they stand at the last event; None where nothing is on file for its day."""
    scheme = asked.scheme.value
    limits: dict[str, Any] = {}
    if asked.scheme == Scheme.FLEXIBLE:
        limits["pool_limit"] = _limit(book, "pool")
        limits["large_sum_limit"] = _limit(book, "large_sum")
        with suppress(NoPolicyInForce):
            visits = flexible_outpatient_terms(book, out_of_area=False, maternity=False)
            limits["outpatient_limit"] = visits.limits[asked.chronic_holder].value
    else:
        with suppress(NoPolicyInForce):
            limits["quarter_limit"] = resident_outpatient_terms(book).limit.value
        with suppress(NoPolicyInForce):
            limits["major_illness"] = major_illness_terms(book)
    try:
        readings = decided_readings(book, scheme)
    except NoPolicyInForce:
        readings = Readings({})
    return YearTerms(readings=readings, events=tuple(events), **limits)


def _limit(book: Rulebook, table: str) -> Decimal | None:
    try:
        return named_row(book, Amount, FLEXIBLE, table, "yearly_limit").value
    except NoPolicyInForce:
        return None


def _decided(book: Rulebook, scheme: Scheme) -> dict[str, DecidedReading]:
    try:
        return {row.reading.code: row for row in book.readings(DecidedReading, scheme.value)}
    except NoPolicyInForce:
        return {}


def _answered(
    entry: Entry,
    asked: AskedEvent,
    scheme: Scheme,
    book: Rulebook,
    missing: NoPolicyInForce | None,
    today: datetime.date,
) -> Answer:
    outcome = missing or entry.outcome
    assert outcome is not None
    return Answer(
        calculator=CALCULATORS[entry.event.calculator],
        scheme=scheme,
        day=entry.event.on,
        today=today,
        outcome=outcome,
        readings=_decided(book, scheme),
        facts=asked.in_words,
    )


def _explained(answered: Answer) -> dict[str, Any]:
    """The steps of an event that was computed, or why it could not be."""
    if isinstance(answered.outcome, Breakdown):
        return {"steps": [spell_step(answered, step) for step in answered.outcome.steps]}
    return {"reason": make_reason(answered)}


def _keep_totals(reading: dict[str, Any]) -> None:
    """Of a year under another reading only the totals are told, not each event again."""
    for told in (reading, *reading["alternatives"]):
        for name in ("otherwise", "result"):
            if isinstance(told.get(name), dict):
                told[name] = told[name].get("totals", {})
