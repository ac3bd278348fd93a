"""Parse → terms → rule: the answer to a valid form, before it is put into words."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from calculators.calculator import Calculator, Facts
from calculators.forms import CalculatorForm
from calculators.rules.alternatives import UsedReading, used_readings
from calculators.rules.breakdown import Finding, Outcome, Refusal
from calculators.rules.people import Scheme
from calculators.rules.terms import SchemeTerms
from portal.policy.in_force import NoPolicyInForce, Rulebook, TableKey, Timetable, read_once
from portal.policy.models import DecidedReading, Edition
from portal.policy.titles import READINGS


@dataclass(frozen=True, slots=True)
class Answer:
    """A case answered: computed, refused by a reading, or without a rule on file for its day.

    `editions` are the tables that were opened, `readings` the decided readings of the scheme by id.
    `facts` say in Chinese what was chosen; `given` are the answers as the rule takes them, `terms`
    what it computed with, None where a table was missing. `newest_day` is the newest day for which
    all tables are on file, where the asked one has none.
    """

    calculator: Calculator
    scheme: Scheme
    day: datetime.date
    today: datetime.date
    outcome: Outcome | NoPolicyInForce
    used: tuple[UsedReading, ...] = ()
    editions: tuple[Edition, ...] = ()
    readings: Mapping[str, DecidedReading] = field(default_factory=dict)
    newest_day: datetime.date | None = None
    facts: tuple[str, ...] = ()
    given: Facts = field(default_factory=dict)
    terms: SchemeTerms | None = None


def answer(
    calculator: Calculator, form: CalculatorForm, timetable: Timetable, today: datetime.date
) -> Answer:
    """Answer a valid `form` under the rules of its day.

    Without a day: the one that the facts speak of; else today if every table needed is in force
    today, else the newest day before it on which all were.
    """
    scheme, facts = form.known_scheme, form.facts
    by_scheme = calculator.by_scheme[scheme]
    tables = by_scheme.tables(facts)
    newest_day = _newest_day(timetable, tables, today)
    asked = form.cleaned_data["date"] or by_scheme.day(facts, today)
    book = Rulebook(timetable, asked or newest_day or today)
    answered = partial(
        Answer,
        calculator=calculator,
        scheme=scheme,
        day=book.day,
        today=today,
        facts=form.facts_in_words,
        given=facts,
    )
    try:
        for table in tables:
            book.edition(*table)
        terms = by_scheme.terms(book, facts)
    except NoPolicyInForce as missing:
        return answered(outcome=missing, newest_day=newest_day)
    compute = partial(by_scheme.rule, **facts)
    outcome: Outcome | NoPolicyInForce = compute(terms)
    used = used_readings(compute, terms, outcome) if isinstance(outcome, Finding) else ()
    named = {outcome.reading} if isinstance(outcome, Refusal) else {reading.id for reading in used}
    decided = _decided_readings(book, scheme)
    if not named <= decided.keys():  # no amount without the words that explain it
        outcome, used = NoPolicyInForce(scheme.value, READINGS, book.day), ()
    return answered(
        outcome=outcome,
        used=used,
        editions=tuple(edition for (_, name), edition in book.editions.items() if name != READINGS),
        readings=decided,
        terms=terms,
    )


@read_once
def _decided_readings(book: Rulebook, scheme: Scheme) -> Mapping[str, DecidedReading]:
    return {row.reading.code: row for row in book.readings(DecidedReading, scheme.value)}


def _newest_day(
    timetable: Timetable, tables: Sequence[TableKey], today: datetime.date
) -> datetime.date | None:
    try:
        return timetable.newest_day(tables, today)
    except NoPolicyInForce:
        return None
