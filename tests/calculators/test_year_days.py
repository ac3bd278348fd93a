"""The edges of days in a year: first and last, leap days, quarters, the day rules change."""

import datetime
import json
from decimal import Decimal
from itertools import permutations
from typing import Any

import pytest
from django.test import Client

from portal.policy.models import ChangeSet, Edition
from tests.made_up import copy_of_edition

pytestmark = pytest.mark.django_db

ADDRESS = "/api/v1/calculators/year"


def post(client: Client, scheme: str, events: list[dict[str, Any]]) -> Any:
    group = "active" if scheme == "flexible" else "adult"
    body = {"scheme": scheme, "group": group, "events": events}
    return client.post(ADDRESS, json.dumps(body), content_type="application/json")


def result_of(client: Client, scheme: str, events: tuple[dict[str, Any], ...]) -> dict[str, Any]:
    answer = post(client, scheme, list(events))
    assert answer.status_code == 200, answer.content.decode()
    return answer.json()["result"]


def flexible(client: Client, *events: dict[str, Any]) -> dict[str, Any]:
    return result_of(client, "flexible", events)


def resident(client: Client, *events: dict[str, Any]) -> dict[str, Any]:
    return result_of(client, "resident", events)


def stay(on: str, **more: Any) -> dict[str, Any]:
    return {"calculator": "inpatient", "on": on, "tier": "level3", "cost": "10000", **more}


def visit(on: str, cost: str = "100") -> dict[str, Any]:
    return {"calculator": "outpatient", "on": on, "cost": cost}


def told(result: dict[str, Any], name: str) -> list[str | None]:
    """What each event says of `name`, None where it has no result."""
    return [event["result"] and event["result"][name] for event in result["events"]]


def days(result: dict[str, Any]) -> list[str]:
    return [event["on"] for event in result["events"]]


def test_the_first_and_the_last_day_belong_to_the_year(client: Client) -> None:
    """F-14.6, F-14.10: (10000 − 600) × 88% = 8272; (10000 − 510) × 88% = 8351.20."""
    result = flexible(client, stay("2025-12-31"), stay("2025-01-01"))
    assert days(result) == ["2025-01-01", "2025-12-31"]
    assert told(result, "deductible") == ["600.00", "510.00"]
    assert told(result, "pool") == ["8272.00", "8351.20"]
    assert result["left"]["pool"] == "133376.80"


@pytest.mark.parametrize(
    ("before", "after"), [("2024-12-31", "2025-01-01"), ("2025-12-31", "2026-01-01")]
)
def test_the_turn_of_the_year_is_two_years(client: Client, before: str, after: str) -> None:
    for events in ([stay(before), stay(after)], [stay(after), stay(before)]):
        answer = post(client, "flexible", events)
        assert answer.status_code == 422
        assert answer.json() == {"errors": {"events": ["所有事件要在同一个自然年度里。"]}}


def test_the_day_before_the_rules_has_none_and_their_first_day_has(client: Client) -> None:
    """A-93: the flexible tables start on 2025-01-01, the residents' end on 2024-12-31."""
    (old,) = flexible(client, stay("2024-12-31"))["events"]
    assert (old["computable"], old["result"], old["admission"]) == (False, None, 1)
    assert "2024年12月31日" in old["reason"]
    assert told(flexible(client, stay("2025-01-01")), "pool") == ["8272.00"]

    # (10000 − 600) × 75% = 7050
    assert told(resident(client, stay("2024-12-31")), "pool") == ["7050.00"]
    assert told(resident(client, stay("2024-01-01")), "pool") == ["7050.00"]
    for day in ("2023-12-31", "2025-01-01"):
        assert told(resident(client, stay(day)), "pool") == [None]


def test_the_out_of_area_terms_start_inside_the_year(client: Client) -> None:
    """F-15.11 from 2025-06-01 on (A-93): 600 × 2.5 = 1500; (10000 − 1500) × 78% = 6630."""
    away = [stay(day, place="temporary") for day in ("2025-05-31", "2025-06-01", "2025-06-02")]
    result = flexible(client, *away)
    assert told(result, "deductible") == [None, "1500.00", "1500.00"]
    assert told(result, "pool") == [None, "6630.00", "6630.00"]
    assert [event["admission"] for event in result["events"]] == [1, 2, 3]
    assert result["totals"]["cost"] == "20000.00"


def test_a_leap_day_is_a_day_of_its_own(client: Client) -> None:
    """F-14.10: 600, 85% and 70% of it, on three days in a row of 2028; R-7.4 on that of 2024."""
    result = flexible(client, stay("2028-03-01"), stay("2028-02-29"), stay("2028-02-28"))
    assert days(result) == ["2028-02-28", "2028-02-29", "2028-03-01"]
    assert told(result, "deductible") == ["600.00", "510.00", "420.00"]
    assert told(resident(client, stay("2024-02-29")), "pool") == ["7050.00"]


@pytest.mark.parametrize(
    "day",
    [
        *("2025-02-29", "2027-02-29", "2100-02-29", "2028-02-30"),
        *("2025-04-31", "2025-06-31", "2025-09-31", "2025-11-31", "2025-01-32"),
        *("2025-00-10", "2025-13-01", "2025-1-1", "2025/01/01", "20250101", ""),
    ],
)
def test_a_day_that_no_calendar_has_is_an_error(client: Client, day: str) -> None:
    answer = post(client, "flexible", [stay("2025-01-31"), stay(day)])
    assert answer.status_code == 422
    assert list(answer.json()["errors"]) == ["events.1.on"]


@pytest.mark.parametrize(
    ("last", "first", "left"),
    [
        ("2024-03-31", "2024-04-01", ["117.00", "117.00", "150.00", "150.00"]),
        ("2024-06-30", "2024-07-01", ["150.00", "117.00", "117.00", "150.00"]),
        ("2024-09-30", "2024-10-01", ["150.00", "150.00", "117.00", "117.00"]),
    ],
)
def test_a_quarter_ends_with_its_last_day(
    client: Client, last: str, first: str, left: list[str]
) -> None:
    """R-10.2 to R-10.4: each quarter asks 40 again, (100 − 40) × 55% = 33 of its 150."""
    result = resident(client, visit(first), visit(last))
    assert told(result, "pool") == ["33.00", "33.00"]
    assert result["left"]["outpatient"] == left


def test_each_quarter_from_its_first_day_to_its_last(client: Client) -> None:
    """R-10.2, A-66: 33 for the first 100 of a quarter, 100 × 55% = 55 for the next."""
    edges = ("01-01", "03-31", "04-01", "06-30", "07-01", "09-30", "10-01", "12-31")
    result = resident(client, *(visit(f"2024-{day}") for day in reversed(edges)))
    assert told(result, "pool") == ["33.00", "55.00"] * 4
    assert result["left"]["outpatient"] == ["62.00"] * 4


def test_what_a_quarter_did_not_use_is_lost_with_it(client: Client) -> None:
    """R-10.3: (400 − 40) × 55% = 198, of which 150 are paid; then nothing until the next."""
    asked = ("2024-03-30", "2024-03-31", "2024-04-01", "2024-04-02")
    result = resident(client, *(visit(day, "400") for day in asked))
    assert told(result, "pool") == ["150.00", "0.00", "150.00", "0.00"]
    assert result["left"]["outpatient"] == ["0.00", "0.00", "150.00", "150.00"]


def made_up(table: str, day: datetime.date) -> tuple[ChangeSet, Edition]:
    """A draft of a flexible table from `day` on, to be changed and published by the test."""
    change = ChangeSet.objects.create(slug="second", title="虚构的第二张变更单")
    return change, copy_of_edition(Edition.objects.get(scheme="flexible", table=table), change, day)


def test_a_new_deductible_counts_from_its_day_and_not_a_day_before(client: Client) -> None:
    """Made up: 500 from July on. 600 and 600 × 85% = 510 before, 500 × 70% = 350 from then on."""
    change, edition = made_up("inpatient", datetime.date(2025, 7, 1))
    edition.inpatientdeductible_rows.filter(tier="level3").update(amount=Decimal(500))
    change.publish()
    asked = ("2025-06-29", "2025-06-30", "2025-07-01", "2025-07-02")
    result = flexible(client, *(stay(day) for day in asked))
    assert told(result, "deductible") == ["600.00", "510.00", "350.00", "350.00"]

    change.withdraw()
    result = flexible(client, *(stay(day) for day in asked))
    assert told(result, "deductible") == ["600.00", "510.00", "420.00", "420.00"]


def test_rules_of_the_next_year_do_not_reach_into_this_one(client: Client) -> None:
    """Made up: 500 from 2026-01-01 on."""
    change, edition = made_up("inpatient", datetime.date(2026, 1, 1))
    edition.inpatientdeductible_rows.filter(tier="level3").update(amount=Decimal(500))
    change.publish()
    assert told(flexible(client, stay("2025-12-31")), "deductible") == ["600.00"]
    assert told(flexible(client, stay("2026-01-01")), "deductible") == ["500.00"]


@pytest.mark.parametrize(("day", "pool"), [("2025-06-30", "56188.00"), ("2025-07-01", "6188.00")])
def test_a_limit_that_falls_inside_the_year_cuts_what_comes_from_its_day_on(
    client: Client, day: str, pool: str
) -> None:
    """Made up: 100000 instead of 150000 (F-9.1) from July on.

    一级: (100000 − 200) × 94% = 93812 in January leaves 56188 of the one and 6188 of the other.
    """
    change, edition = made_up("pool", datetime.date(2025, 7, 1))
    edition.amount_rows.filter(name="yearly_limit").update(value=Decimal(100_000))
    change.publish()
    bill = {"tier": "level1", "cost": "100000"}
    result = flexible(client, stay("2025-01-05", **bill), stay(day, **bill))
    assert told(result, "pool") == ["93812.00", pool]
    assert result["left"]["pool"] == "0.00"


def test_the_order_in_which_events_are_told_does_not_matter(client: Client) -> None:
    """F-14.10, A-24: days decide. 三级 600, 一级 200 × 85% = 170, 三级 600 × 70% = 420."""
    events = (
        stay("2025-02-01"),
        stay("2025-02-02", tier="level1"),
        {"calculator": "outpatient", "on": "2025-02-02", "tier": "level3", "cost": "1000"},
        stay("2025-03-01"),
    )
    first = flexible(client, *events)
    stays = [event for event in first["events"] if event["calculator"] == "inpatient"]
    assert [event["result"]["deductible"] for event in stays] == ["600.00", "170.00", "420.00"]
    days_apart = (events[0], events[1], events[3])
    results = [flexible(client, *order) for order in permutations(days_apart)]
    assert all(result == results[0] for result in results)


def test_two_stays_on_one_day_count_in_the_order_told(client: Client) -> None:
    """F-14.10: the first told pays in full, the other 85%: 600 and 170, or 200 and 510."""
    dear, cheap = stay("2025-06-15"), stay("2025-06-15", tier="level1")
    one, other = flexible(client, dear, cheap), flexible(client, cheap, dear)
    assert told(one, "deductible") == ["600.00", "170.00"]
    assert told(other, "deductible") == ["200.00", "510.00"]
    for result in (one, other):
        assert [event["admission"] for event in result["events"]] == [1, 2]


def test_two_visits_on_one_day_share_a_quarter(client: Client) -> None:
    """R-10.2: 40 once a quarter: 33, then 55."""
    result = resident(client, visit("2024-02-29"), visit("2024-02-29"))
    assert told(result, "pool") == ["33.00", "55.00"]
