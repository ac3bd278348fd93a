"""A row that is missing from a table is no rule on file, never a rule of nothing.

Every row of every table is taken out in turn, as an edition would be without it, and everything
that reads the table is asked again: the answer is the same as before, or there is none.
"""

import datetime
import json
from collections import defaultdict
from collections.abc import Iterator
from functools import lru_cache
from itertools import product
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import pytest
from django.db import transaction
from django.http import QueryDict
from django.test import Client

from calculators.answering import Answer, answer
from calculators.asking import ask_strictly
from calculators.calculator import Calculator
from calculators.catalogue import CALCULATORS
from calculators.forms import CalculatorForm
from calculators.presenters import make_json
from portal import clock
from portal.policy.in_force import NoPolicyInForce, Timetable, forget_cached_rows
from portal.policy.models import (
    ChangeSet,
    Edition,
    InpatientRate,
    MajorIllnessBand,
    MinimumActualYears,
    MinimumTotalYears,
    MonthlyAmount,
    PolicyRow,
    ReadingChoice,
    RuleClause,
)
from portal.policy.tables import TABLES
from portal.policy.titles import READINGS
from tests.made_up import copy_of_edition

pytestmark = [pytest.mark.django_db, pytest.mark.reads]

CASES = Path(__file__).resolve().parent.parent / "cases" / "worked-cases.json"
FLEXIBLE, RESIDENT = "scheme=flexible&date=2025-10-20", "scheme=resident&date=2024-10-20"
EMPLOYEES, RESIDENTS = ("active", "retired"), ("minor", "adult")
FLEXIBLE_TIERS = ("level1", "level2_district", "level2_city", "level3", "top3")
RESIDENT_TIERS = ("grassroots", "level1", "level2", "level3", "top3")
VISITED = ("level1_or_below", "level2", "specialist3", "level3", "top3")
PLACES = ("local", "long_term", "temporary", "temporary_emergency")
USED = ("", "&pool_paid=149000")

# Numbers that pages tell, and no calculator computes with.
ONLY_TOLD = {
    *("covered_items", "contribution_rate", "yearly_large_sum_fee", "diseases"),
    *("residence_months", "change_after_months"),
}
Hole = list[PolicyRow | ReadingChoice]


def stays() -> Iterator[tuple[str, str]]:
    """Every cell of the inpatient tables, every place, and the stages above the pool."""
    for tier, group in product(FLEXIBLE_TIERS, EMPLOYEES):
        cell = f"{FLEXIBLE}&tier={tier}&group={group}&cost=20000"
        yield "inpatient", f"{cell}&admission=2"
        yield "maternity", f"{cell}&kind=family_planning&admission=3"
    for tier, group in product(RESIDENT_TIERS, RESIDENTS):
        cell = f"{RESIDENT}&tier={tier}&group={group}&cost=20000"
        yield "inpatient", cell
        yield "maternity", f"{cell}&kind=childbirth"
    for place, used in product(PLACES, (*USED, "&pool_paid=150000")):
        stay = "tier=top3&group=retired&cost=60000.01&class_b=10&admission=2"
        yield "inpatient", f"{FLEXIBLE}&{stay}&place={place}{used}"
    for place, condition in product(PLACES, ("no_deductible", "cancer")):
        stay = f"tier=level3&cost=9000&admission=2&condition={condition}&place={place}"
        yield "inpatient", f"{FLEXIBLE}&group=active&{stay}"
        yield "inpatient", f"{RESIDENT}&group=adult&{stay}"
    yield "maternity", f"{FLEXIBLE}&tier=level3&group=active&cost=20000&kind=childbirth"
    for times in (0, 2):
        yield "maternity", f"{FLEXIBLE}&kind=assisted_reproduction&cost=8000&times_used={times}"


def other_care() -> Iterator[tuple[str, str]]:
    """Every cell of the tables of rescues, visits and diseases."""
    for place, used in product(PLACES, USED):
        yield "emergency", f"{FLEXIBLE}&cost=20000&place={place}{used}"
        yield (
            "chronic",
            f"{FLEXIBLE}&category=special&group=active&cost=20000&place={place}{used}",
        )
    for place in PLACES:
        yield "emergency", f"{RESIDENT}&cost=3000&place={place}"
        yield "outpatient", f"{FLEXIBLE}&tier=level3&group=active&cost=900&place={place}"
    for tier, group in product(VISITED, EMPLOYEES):
        yield "outpatient", f"{FLEXIBLE}&tier={tier}&group={group}&cost=900&paid_this_year=100"
    yield "outpatient", f"{FLEXIBLE}&tier=top3&group=active&cost=900&chronic_holder=true"
    yield "outpatient", f"{FLEXIBLE}&tier=top3&group=active&cost=900&maternity=true"
    yield "outpatient", f"{RESIDENT}&q1=100&q2=400&q4=10"
    for category, group in product(("dialysis", "special", "chronic"), EMPLOYEES):
        cell = f"category={category}&group={group}"
        yield "chronic", f"{FLEXIBLE}&{cell}&cost=20000&pool_paid=149000"
    for category, tier in product(("listed", "other"), ("level1_or_below", "level2")):
        yield "chronic", f"{RESIDENT}&category={category}&tier={tier}&cost=1000"
        yield "chronic", f"{RESIDENT}&category={category}&tier=level3_or_above&cost=1000"
    yield "two-diseases", "date=2024-10-20&hypertension=250&diabetes=900"
    for paid in (30000, 90000, 200000):
        yield "major-illness", f"date=2024-10-20&self_paid={paid}&threshold=20000"
    for place, left in product(("local", "temporary"), (600, 700, 900, 2000, 5000)):
        yield "supplementary", f"date=2025-10-20&place={place}&self_paid={left}&self_paid=650"


def joining_and_retiring() -> Iterator[tuple[str, str]]:
    """Every fee, some months of every year, every way to join and to retire."""
    members = product(("adult", "student", "minor"), ("", ":low_margin", ":special"))
    for member in map("".join, members):
        yield "contribution", f"{RESIDENT}&member={member}"
    yield "contribution", f"{FLEXIBLE}&first_month=2022-01&last_month=2025-12"
    for first, last in (("2009-01", "2011-01"), ("2012-01", "2021-12"), ("2025-01", "2025-03")):
        yield "arrears", f"date=2025-10-20&first_month={first}&last_month={last}"
    for fee in ("account", "tax_once"):
        yield "retiree-account", f"date=2025-10-20&months=5&fee={fee}"
    for sex, day in product(("male", "female"), ("2015-05-01", "2023-05-01", "2025-05-01")):
        days = f"reaches_age_on={day}&approved_on={day}&handled_on=2025-06-01"
        months = "actual_months=10&deemed_months=20&arrears_first=2009-01&arrears_last=2012-12"
        yield "retirement", f"date=2025-10-20&sex={sex}&{days}&{months}&path=top_up"
    for kind, day in product(("adult", "student", "from_employee"), ("2023-10-01", "2024-03-15")):
        yield "start-date", f"{RESIDENT}&kind={kind}&paid_on={day}&gap_months=4"
    for kind in ("first", "gap", "transfer", "from_resident&resident_years=3"):
        yield "start-date", f"{FLEXIBLE}&kind={kind}&first_month=2025-06&gap_months=2"
    for scheme in (FLEXIBLE, RESIDENT):
        yield "filing-expiry", f"{scheme}&proof=residence_permit&issued_on=2025-03-15"


class Request:
    """A question that can be asked again and again."""

    def __init__(self, slug: str, query: list[tuple[str, str]]) -> None:
        given = QueryDict(mutable=True)
        for name, value in query:
            given.appendlist(name, value)
        self.shown = (slug, given.urlencode())
        self.calculator: Calculator = CALCULATORS[slug]
        form, errors = ask_strictly(self.calculator.form, given)
        assert form is not None, (self.shown, errors)
        self.form: CalculatorForm = form

    def answer(self, timetable: Timetable) -> Answer:
        return answer(self.calculator, self.form, timetable, clock.today())

    def reads(self, scheme: str, table: str) -> bool:
        by_scheme = self.calculator.by_scheme[self.form.known_scheme]
        return (scheme, table) in by_scheme.tables(self.form.facts)


@lru_cache(maxsize=1)
def all_requests() -> tuple[Request, ...]:
    worked = json.loads(CASES.read_text(encoding="utf-8"))
    return (
        *(Request(case["calculator"], case["query"]) for case in worked),
        *(
            Request(slug, parse_qsl(query))
            for slug, query in (*stays(), *other_care(), *joining_and_retiring())
        ),
    )


def amounts(answered: Answer) -> Any:
    """The results of an answer and of its other readings, as the JSON tells them."""
    told = make_json(answered)
    return told["result"], [(used["id"], used["alternatives"]) for used in told["readings"]]


def holes(edition: Edition) -> list[Hole]:
    """Each row alone, all rows of one kind, and all that share a tier, a place, a sex.

    Citations carry no amount, so they go all at once.
    """
    readings = edition.table == READINGS
    kinds = (ReadingChoice,) if readings else TABLES[edition.scheme, edition.table].row_models
    together: dict[object, Hole] = defaultdict(list)
    for kind in kinds:
        for row in kind._default_manager.filter(edition=edition):
            together[kind].append(row)
            if kind is RuleClause:
                continue
            together[row].append(row)
            for name in getattr(kind, "KEYS", ())[:1]:
                together[name, getattr(row, name)].append(row)
    return list({frozenset(rows): rows for rows in together.values()}.values())


def is_a_step(row: PolicyRow | ReadingChoice) -> bool:
    """Whether the row before it reaches on to the next one where this row is missing.

    A band, a month or a day has no end of its own (docs/decisions.md), so an edition with a step
    less is another table, and no torn one.
    """
    match row:
        case InpatientRate() | MajorIllnessBand():
            return row.above > 0
        case MonthlyAmount():
            return row.first_month is not None
        case MinimumTotalYears() | MinimumActualYears():
            return row.first_day is not None
    return False


@pytest.mark.slow
@pytest.mark.parametrize(
    ("scheme", "table"),
    [*TABLES, ("flexible", READINGS), ("resident", READINGS)],
    ids=lambda value: value,
)
def test_without_a_row_the_answer_is_the_same_or_there_is_none(scheme: str, table: str) -> None:
    """House rule: no row in force is NoPolicyInForce. Never a 500, never another amount."""
    edition = Edition.objects.get(scheme=scheme, table=table)
    timetable = Timetable.load()
    asked = [request for request in all_requests() if request.reads(scheme, table)]
    before = {request: amounts(request.answer(timetable)) for request in asked}
    for hole in holes(edition):
        refused = False
        with transaction.atomic():
            for row in hole:  # past the guard of what is published, as if it had come without them
                type(row)._default_manager.filter(pk=row.pk).delete()
            forget_cached_rows()
            for request in asked:
                answered = request.answer(timetable)
                told = amounts(answered)
                if isinstance(missing := answered.outcome, NoPolicyInForce):
                    assert (missing.scheme, missing.table) == (scheme, table)
                    refused = True
                elif not all(map(is_a_step, hole)):
                    assert told == before[request], (hole, request.shown)
            transaction.set_rollback(True)
        told_only = all(getattr(row, "name", None) in ONLY_TOLD for row in hole)
        cited = all(isinstance(row, RuleClause) for row in hole)
        assert refused or told_only or cited or all(map(is_a_step, hole)), f"nobody missed {hole}"


def test_every_table_that_computes_is_asked_for() -> None:
    """A table without a request would pass the test above unseen."""
    unasked = {key for key in TABLES if not any(request.reads(*key) for request in all_requests())}
    assert unasked <= {("resident", "enrollment_window")} - {("resident", "enrollment_window")}


def torn(scheme: str, table: str, day: datetime.date) -> tuple[ChangeSet, Edition]:
    """Return a draft of a table from `day` on, to be torn and published by the test."""
    change = ChangeSet.objects.create(slug="torn", title="缺了一行的一版")
    return change, copy_of_edition(Edition.objects.get(scheme=scheme, table=table), change, day)


STAYS = {
    "flexible": "group=active&tier=level3&cost=20000&admission=2",
    "resident": "group=adult&tier=level3&cost=20000&admission=2",
}


@pytest.mark.parametrize(
    ("scheme", "day", "rows"),
    [
        ("flexible", datetime.date(2026, 6, 1), "admissiondecrement_rows"),
        ("flexible", datetime.date(2026, 6, 1), "deductibleexemption_rows"),
        ("flexible", datetime.date(2026, 6, 1), "inpatientrate_rows"),
        ("resident", datetime.date(2024, 1, 1), "deductibleexemption_rows"),
        ("resident", datetime.date(2024, 1, 1), "inpatientdeductible_rows"),
    ],
)
def test_the_api_and_the_page_name_the_table_until_it_is_withdrawn(
    client: Client, scheme: str, day: datetime.date, rows: str
) -> None:
    """F-14.10, F-14.11, R-7.8: a full deductible here would be a wrong amount without a word."""
    change, edition = torn(scheme, "inpatient", day)
    row = getattr(edition, rows).first()
    assert row is not None
    row.delete()
    change.publish()

    asked = f"scheme={scheme}&{STAYS[scheme]}&date={day}"
    answer = client.get(f"/api/v1/calculators/inpatient?{asked}").json()
    assert answer["computable"] is False
    assert "住院" in answer["reason"]
    assert client.get(f"/calculators/inpatient/?{asked}").status_code == 200

    change.withdraw()
    assert client.get(f"/api/v1/calculators/inpatient?{asked}").json()["computable"] is True


def test_without_the_last_day_of_arrears_no_month_passes_as_paid_in_time(client: Client) -> None:
    """F-8.3: months up to then are arrears; without it 2015 would be priced like a month of now."""
    change, edition = torn("flexible", "contribution", datetime.date(2025, 6, 1))
    edition.day_rows.filter(name="retirement_arrears_until").delete()
    change.publish()
    asked = "scheme=flexible&date=2025-10-20&first_month=2015-01&last_month=2015-12"
    answer = client.get(f"/api/v1/calculators/contribution?{asked}").json()
    assert answer["computable"] is False
    assert "灵活就业缴费标准" in answer["reason"]


def test_a_flexible_rate_by_bands_has_no_rule(client: Client) -> None:
    """F-14.3 to F-14.7 give one rate each; bands, as residents have them, would be a new rule."""
    change, edition = torn("flexible", "inpatient", datetime.date(2025, 6, 1))
    band = edition.inpatientrate_rows.get(tier="level3", group="active")
    band.pk, band._state.adding, band.above = None, True, 15000
    band.save()
    change.publish()
    asked = f"scheme=flexible&{STAYS['flexible']}&date=2025-10-20"
    answer = client.get(f"/api/v1/calculators/inpatient?{asked}").json()
    assert answer["computable"] is False
    assert "灵活就业住院" in answer["reason"]


def test_in_a_year_only_the_events_of_the_torn_table_go_without_an_answer(client: Client) -> None:
    """From July on the table lacks 三级 retired. June, other tables and the counting stay as ever."""
    stay = {"calculator": "inpatient", "tier": "level1", "cost": "10000"}
    visit = {"calculator": "outpatient", "tier": "level3", "cost": "1000"}
    events = [
        {**stay, "on": "2025-06-30"},
        {**stay, "on": "2025-07-01"},
        {**visit, "on": "2025-07-02"},
        {"calculator": "emergency", "on": "2025-07-03", "cost": "10000"},
    ]
    body = json.dumps({"scheme": "flexible", "group": "active", "events": events})

    def year() -> list[dict[str, Any]]:
        answer = client.post("/api/v1/calculators/year", body, content_type="application/json")
        assert answer.status_code == 200, answer.content.decode()
        return answer.json()["result"]["events"]

    whole = year()
    change, edition = torn("flexible", "inpatient", datetime.date(2025, 7, 1))
    edition.inpatientrate_rows.get(tier="level3", group="retired").delete()
    change.publish()
    june, july, seen, rescued = year()
    assert [june, seen, rescued] == [whole[0], whole[2], whole[3]]
    assert (july["computable"], july["result"], july["admission"]) == (False, None, 2)
    assert "灵活就业住院" in july["reason"]


def test_a_year_goes_on_without_the_limit_of_visits(client: Client) -> None:
    """F-13.7 is missing: what is left of it is unknown, and the stay of the year is as ever."""
    change, edition = torn("flexible", "outpatient", datetime.date(2025, 6, 1))
    edition.outpatientlimit_rows.all().delete()
    change.publish()
    stay = {"calculator": "inpatient", "on": "2025-07-01", "tier": "level1", "cost": "10000"}
    body = {"scheme": "flexible", "group": "active", "events": [stay]}
    answer = client.post("/api/v1/calculators/year", body, content_type="application/json").json()
    # 一级 在职: (10000 − 200) × 94% = 9212 (F-14.3)
    assert answer["result"]["totals"]["pool"] == "9212.00"
    assert answer["result"]["left"]["outpatient"] is None


def test_a_torn_table_of_visits_does_not_take_major_illness_away(client: Client) -> None:
    """R-12.4 does not depend on R-10.3: of 41450 paid oneself, 21450 lie above the threshold."""
    change, edition = torn("resident", "outpatient", datetime.date(2024, 1, 1))
    edition.amount_rows.filter(name="quarter_limit").delete()
    change.publish()
    # 三级 adult: (164000 − 600) × 75% = 122550 by the pool, 41450 by the person
    stay = {"calculator": "inpatient", "on": "2024-07-01", "tier": "level3", "cost": "164000"}
    body = {"scheme": "resident", "group": "adult", "threshold": "20000", "events": [stay]}
    answer = client.post("/api/v1/calculators/year", body, content_type="application/json").json()
    # 21450 × 60% = 12870
    assert answer["result"]["totals"]["major_illness"] == "12870.00"


def test_no_amount_is_told_without_the_words_of_its_reading(client: Client) -> None:
    """A-61 decides this stay; an edition of readings without its words explains nothing."""
    change, edition = torn("resident", READINGS, datetime.date(2024, 1, 1))
    edition.decidedreading_rows.filter(reading__code="A-61").delete()
    change.publish()
    asked = "scheme=resident&group=adult&tier=top3&cost=20000&date=2024-07-01"
    answer = client.get(f"/api/v1/calculators/inpatient?{asked}").json()
    assert answer["computable"] is False
    assert client.get(f"/calculators/inpatient/?{asked}").status_code == 200
