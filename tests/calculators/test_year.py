"""全年账单 through the public JSON: worked by hand from the clauses, and against the single rules."""

import datetime
import json
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from portal.policy.models import ChangeSet, Edition
from tests.made_up import copy_of_edition

pytestmark = pytest.mark.django_db

ADDRESS = "/api/v1/calculators/year"


def ask(client: Client, **body: Any) -> dict[str, Any]:
    answer = client.post(ADDRESS, json.dumps(body), content_type="application/json")
    assert answer.status_code == 200, answer.content.decode()
    return answer.json()


def errors_of(client: Client, body: Any) -> dict[str, list[str]]:
    content = body if isinstance(body, bytes) else json.dumps(body)
    answer = client.post(ADDRESS, content, content_type="application/json")
    assert answer.status_code == 422, answer.content.decode()
    return answer.json()["errors"]


def stay(on: str, cost: str = "10000", **more: Any) -> dict[str, Any]:
    return {"calculator": "inpatient", "on": on, "tier": "level3", "cost": cost, **more}


def flexible(client: Client, *events: dict[str, Any], **more: Any) -> dict[str, Any]:
    return ask(client, scheme="flexible", group="active", events=list(events), **more)["result"]


def test_stays_are_counted_in_order_of_day_and_one_below_the_deductible_counts(
    client: Client,
) -> None:
    """F-14.10, A-04: the stay of February is the first, so that of March pays 600 × 85%."""
    result = flexible(client, stay("2025-03-01"), stay("2025-02-01", "550"))
    first, second = result["events"]
    assert (first["on"], first["admission"], first["result"]["self"]) == ("2025-02-01", 1, "550.00")
    assert second["admission"] == 2
    # (10000 − 510) × 88% = 8351.20; of 1138.80: 80 + 100 + 138.80 × 60% = 263.28
    assert second["result"] == {
        "deductible": "510.00",
        "pool": "8351.20",
        "large_sum": "0.00",
        "supplementary": "263.28",
        "self": "1385.52",
    }
    assert result["totals"] == {
        "cost": "10550.00",
        "pool": "8351.20",
        "large_sum": "0.00",
        "supplementary": "263.28",
        "self": "1935.52",
    }


def test_an_out_of_area_stay_and_a_birth_count_as_admissions(client: Client) -> None:
    """F-15.9 and A-94: the fourth stay of the year pays 70% of its deductible, 420."""
    birth = {"calculator": "maternity", "on": "2025-08-01", "kind": "childbirth", "tier": "level3"}
    result = flexible(
        client,
        stay("2025-07-01", place="temporary"),
        {**birth, "cost": "12000"},
        stay("2025-09-01"),
    )
    away, born, local = result["events"]
    assert [event["admission"] for event in (away, born, local)] == [1, 2, 3]
    assert away["result"]["deductible"] == "1500.00"
    assert born["result"]["deductible"] == "0.00"
    assert local["result"]["deductible"] == "420.00"


def test_the_deductible_of_outpatient_visits_is_topped_up_across_tiers(client: Client) -> None:
    """A-24: 200 met at 一级, so 三级 asks for 200 more: (1000 − 200) × 55% = 440."""
    visit = {"calculator": "outpatient", "cost": "1000"}
    result = flexible(
        client,
        {**visit, "on": "2025-04-01", "tier": "level1_or_below"},
        {**visit, "on": "2025-05-01", "tier": "level3"},
    )
    assert [event["result"]["pool"] for event in result["events"]] == ["560.00", "440.00"]
    assert result["left"]["outpatient"] == "11000.00"


def test_the_lower_outpatient_limit_is_the_chronic_holders(client: Client) -> None:
    """F-13.8: 7800, of which (10000 − 400) × 55% = 5280 are used, so a second visit gets 2520."""
    visit = {"calculator": "outpatient", "tier": "level3", "cost": "10000"}
    events = [{**visit, "on": "2025-04-01"}, {**visit, "on": "2025-05-01"}]
    result = flexible(client, *events, chronic_holder=True)
    assert [event["result"]["pool"] for event in result["events"]] == ["5280.00", "2520.00"]
    assert result["left"]["outpatient"] == "0.00"


def test_the_pool_limit_is_crossed_by_the_year_not_by_one_bill(client: Client) -> None:
    """F-9.1, A-11: 一级 pays (100000 − 200) × 94% = 93812; the next stay has 56188 left of it.

    Its base is 100000 − 170; 56188 / 94% are absorbed, the rest is paid at 97%.
    """
    bill = {"tier": "level1", "cost": "100000"}
    result = flexible(client, {**stay("2025-01-05"), **bill}, {**stay("2025-02-05"), **bill})
    second = result["events"][1]["result"]
    assert second["pool"] == "56188.00"
    # (99830 − 59774.468085…) × 97% = 38853.8659… → 38853.87
    assert second["large_sum"] == "38853.87"
    assert result["left"]["pool"] == "0.00"
    assert result["left"]["large_sum"] == "461146.13"


def test_retiring_within_the_year_changes_the_rates_from_that_event_on(client: Client) -> None:
    """F-14.6: (10000 − 600) × 88% = 8272 in service, (10000 − 510) × 91% = 8635.90 retired."""
    result = flexible(client, stay("2025-02-01"), stay("2025-11-01", group="retired"))
    assert [event["result"]["pool"] for event in result["events"]] == ["8272.00", "8635.90"]


def test_a_17_over_the_year_is_shown_beside_each_settlement_alone(client: Client) -> None:
    """A-17: two rescues of 10000 leave 3000 each: 2 × 1380 = 2760 alone; together 6000 →
    80 + 100 + 1200 + 3000 × 70% = 3480."""
    rescue = {"calculator": "emergency", "cost": "10000"}
    answer = ask(
        client,
        scheme="flexible",
        group="active",
        events=[{**rescue, "on": "2025-06-01"}, {**rescue, "on": "2025-06-02"}],
    )
    assert answer["result"]["totals"]["supplementary"] == "2760.00"
    (a_17,) = [reading for reading in answer["readings"] if reading["id"] == "A-17"]
    assert a_17["otherwise"]["supplementary"] == "3480.00"
    assert a_17["otherwise"]["self"] == "2520.00"


def test_an_event_without_an_answer_is_marked_and_left_out_of_the_totals(client: Client) -> None:
    """Out-of-area terms start with June (A-93); the stay counts all the same (A-04)."""
    answer = ask(
        client,
        scheme="flexible",
        group="active",
        events=[stay("2025-03-05", place="temporary"), stay("2025-04-01")],
    )
    away, local = answer["result"]["events"]
    assert (away["computable"], away["result"], away["admission"]) == (False, None, 1)
    assert "异地就医" in away["reason"]
    assert local["result"]["deductible"] == "510.00"
    assert answer["result"]["totals"]["cost"] == "10000.00"
    assert any("1 项" in notice for notice in answer["notices"])


def test_residents_quarters_diseases_and_major_illness(client: Client) -> None:
    """R-10, R-11, R-12: worked line by line."""
    drugs = {"calculator": "two-diseases", "hypertension": "300"}
    visit = {"calculator": "outpatient", "cost": "100"}
    answer = ask(
        client,
        scheme="resident",
        group="adult",
        threshold="20000",
        events=[
            stay("2024-03-01", "150000"),
            {**visit, "on": "2024-03-02"},
            {**visit, "on": "2024-03-05"},
            {**visit, "on": "2024-04-05"},
            {**drugs, "on": "2024-05-01"},
            {**drugs, "on": "2024-06-01"},
        ],
    )
    result = answer["result"]
    paid = [event["result"]["pool"] for event in result["events"]]
    # (150000 − 600) × 75%; (100 − 40) × 55%; 100 × 55%; a new quarter; 300 × 65%; 200 − 195
    assert paid == ["112050.00", "33.00", "55.00", "33.00", "195.00", "5.00"]
    # 37950 of the stay − 20000 = 17950 × 60%; drugs and visits do not count
    assert result["totals"]["major_illness"] == "10770.00"
    assert result["left"] == {
        "pool": None,
        "large_sum": None,
        "outpatient": ["62.00", "117.00", "150.00", "150.00"],
    }


def test_residents_rescues_and_chronic_care_carry_nothing(client: Client) -> None:
    """R-8.2: 1000 × 60%; R-9.2: 1000 × 80% at any level, as if each stood alone."""
    chronic = {"calculator": "chronic", "category": "listed", "tier": "level3_or_above"}
    answer = ask(
        client,
        scheme="resident",
        group="minor",
        events=[
            {"calculator": "emergency", "on": "2024-03-01", "cost": "1000"},
            {**chronic, "on": "2024-03-02", "cost": "1000"},
        ],
    )
    assert [e["result"]["pool"] for e in answer["result"]["events"]] == ["600.00", "800.00"]
    assert answer["result"]["totals"]["self"] == "600.00"


def test_a_refused_stay_is_explained_and_counts_as_one_of_the_year(client: Client) -> None:
    """A-22: filed on 2025-05-31 the old policy holds, which is not in the documents."""
    filed = {"place": "long_term", "filed_on": "2025-05-31"}
    result = flexible(client, stay("2025-07-01", **filed), stay("2025-08-01"))
    refused, local = result["events"]
    assert (refused["computable"], refused["result"]) == (False, None)
    assert "原政策" in refused["reason"]
    assert (local["admission"], local["result"]["deductible"]) == (2, "510.00")


def test_without_a_threshold_there_is_no_major_illness_total(client: Client) -> None:
    answer = ask(client, scheme="resident", group="adult", events=[stay("2024-03-01", "150000")])
    assert "major_illness" not in answer["result"]["totals"]
    assert answer["result"]["totals"]["self"] == "37950.00"


def test_a_rate_that_changes_inside_the_year_is_used_from_its_day(client: Client) -> None:
    """A made-up second change set lowers the deductible of 三级 to 500 from July on."""
    old = Edition.objects.get(scheme="flexible", table="inpatient")
    change = ChangeSet.objects.create(slug="july", title="虚构的七月调整")
    new = copy_of_edition(old, change, datetime.date(2025, 7, 1))
    new.inpatientdeductible_rows.filter(tier="level3").update(amount=Decimal(500))
    change.publish()
    result = flexible(client, stay("2025-06-30"), stay("2025-07-01"))
    # 600; then 500 × 85% = 425
    assert [event["result"]["deductible"] for event in result["events"]] == ["600.00", "425.00"]


def test_the_ledger_equals_its_single_calculators_called_with_the_carried_values(
    client: Client,
) -> None:
    """Each event again by itself, with what the year had used up before it."""
    events = [
        {**stay("2025-06-02", "90000"), "tier": "level1"},
        {"calculator": "emergency", "on": "2025-06-20", "cost": "30000"},
        {"calculator": "chronic", "on": "2025-07-01", "category": "special", "cost": "20000"},
        {**stay("2025-08-02", "60000.01"), "place": "temporary", "class_b": "12.34"},
        {"calculator": "outpatient", "on": "2024-01-01", "tier": "top3", "cost": "900.55"},
        {"calculator": "chronic", "on": "2025-10-01", "category": "dialysis", "cost": "5000.55"},
        stay("2025-11-02", "700.07", outside="3.21"),
    ]
    events[4]["on"] = "2025-06-03"
    result = flexible(client, *events)
    pool = large = Decimal(0)
    admission = 0
    for event in result["events"]:
        (asked,) = [
            e for e in events if (e["calculator"], e["on"]) == (event["calculator"], event["on"])
        ]
        query = {
            **{k: v for k, v in asked.items() if k not in {"calculator", "on"}},
            "scheme": "flexible",
            "date": event["on"],
            "pool_paid": f"{pool:.2f}",
        }
        if event["calculator"] != "emergency":
            query["group"] = "active"
        if event["calculator"] != "outpatient":
            query["large_sum_paid"] = f"{large:.2f}"
        if event["calculator"] == "inpatient":
            admission += 1
            query["admission"] = str(admission)
        alone = client.get(f"/api/v1/calculators/{event['calculator']}", query).json()
        assert alone["result"] == event["result"], event
        pool += Decimal(event["result"]["pool"])
        large += Decimal(event["result"].get("large_sum", "0"))


@pytest.mark.parametrize(
    "body",
    [b"", b"[]", b"{", b"[" * 50_000, b"\xff", b'"x"', b"null", b"1e999"],
    ids=["empty", "list", "broken", "deep", "not utf-8", "text", "null", "number"],
)
def test_a_body_that_is_no_object_is_an_error(client: Client, body: bytes) -> None:
    assert list(errors_of(client, body)) == ["body"]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"scheme": "none"}, "scheme"),
        ({"group": "adult"}, "group"),
        ({"group": None}, "group"),
        ({"threshold": "1"}, "threshold"),
        ({"chronic_holder": "maybe"}, "chronic_holder"),
        ({"extra": 1}, "extra"),
        ({"events": None}, "events"),
        ({"events": [stay("2025-01-01")] * 101}, "events"),
        ({"events": [stay("2025-12-31"), stay("2026-01-01")]}, "events"),
        ({"events": [stay("2025-02-30")]}, "events.0.on"),
        ({"events": [stay("2025-02-01", date="2025-01-01")]}, "events.0.date"),
        ({"events": [stay("2025-02-01", admission=2)]}, "events.0.admission"),
        ({"events": [stay("2025-02-01"), stay("2025-02-02", "-1")]}, "events.1.cost"),
        ({"events": [stay("2025-02-01", tier="basement")]}, "events.0.tier"),
        ({"events": [{"calculator": "two-diseases", "on": "2025-02-01"}]}, "events.0.calculator"),
        ({"events": ["inpatient"]}, "events.0"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_what_is_wrong_is_named_with_its_place(
    client: Client, change: dict[str, Any], field: str
) -> None:
    body = {"scheme": "flexible", "group": "active", "events": [], **change}
    errors = errors_of(client, {k: v for k, v in body.items() if v is not None})
    assert field in errors
    assert all(isinstance(message, str) and message for message in errors[field])


def test_money_is_a_string_and_never_a_float(client: Client) -> None:
    body = b'{"scheme":"flexible","group":"active","events":[{"calculator":"inpatient",'
    body += b'"on":"2025-02-01","tier":"level3","cost":20000.5}]}'
    assert list(errors_of(client, body)) == ["events.0.cost"]


def test_an_empty_year_is_answered_with_zeros(client: Client) -> None:
    result = flexible(client)
    assert result["events"] == []
    assert result["totals"]["self"] == "0.00"


def test_other_origins_may_ask_after_their_preflight(client: Client) -> None:
    preflight = client.options(ADDRESS, headers={"Origin": "https://example.org"})
    assert preflight.status_code == 204
    assert "POST" in preflight["Access-Control-Allow-Methods"]
    assert client.get(ADDRESS).status_code == 405
    answer = Client(enforce_csrf_checks=True).post(ADDRESS, b"{}", content_type="application/json")
    assert answer.status_code == 422
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert not answer.cookies
