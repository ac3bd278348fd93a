"""生育 as other systems and residents ask for it: the contract's own words on `maternity`."""

import pytest
from django.test import Client

from tests.calculators.asking import ask, refused

pytestmark = pytest.mark.django_db

BIRTH = {
    "scheme": "flexible",
    "kind": "childbirth",
    "group": "active",
    "tier": "level3",
    "cost": "12000",
}
RESIDENT = {**BIRTH, "scheme": "resident", "group": "adult"}
ASSISTED = {"scheme": "flexible", "kind": "assisted_reproduction", "cost": "8000"}


def test_childbirth_in_both_schemes(client: Client) -> None:
    answer = ask(client, "maternity", BIRTH)
    assert list(answer["result"].items()) == [
        ("deductible", "0.00"),
        ("pool", "10560.00"),
        ("allowance", "0.00"),
        ("self", "1440.00"),
    ]
    assert [table["table"] for table in answer["policy"]] == ["inpatient", "childbirth", "pool"]
    assert "A-28" in {reading["id"] for reading in answer["readings"]}
    answer = ask(client, "maternity", RESIDENT)
    assert list(answer["result"].items()) == [
        ("deductible", "600.00"),
        ("pool", "8550.00"),
        ("allowance", "300.00"),
        ("self", "3450.00"),
    ]


@pytest.mark.parametrize("place", ["long_term", "temporary", "temporary_emergency"])
def test_R_13_3_residents_away_are_computed(client: Client, place: str) -> None:
    """A-70 does not apply."""
    assert ask(client, "maternity", {**RESIDENT, "place": place})["result"]["pool"] == "8550.00"


def test_F_18_5_no_table_of_other_places_is_needed(client: Client) -> None:
    """F-15 starts in June 2025, F-18.8 in January."""
    query = {**BIRTH, "place": "temporary", "date": "2025-01-01"}
    assert ask(client, "maternity", query)["result"]["pool"] == "10560.00"


def test_A_29_assisted_reproduction(client: Client) -> None:
    first = ask(client, "maternity", {**ASSISTED, "times_used": "0"})
    assert first["result"]["pool"] == "4800.00"
    assert [table["table"] for table in first["policy"]] == ["assisted_reproduction", "pool"]
    third = ask(client, "maternity", {**ASSISTED, "times_used": "2"})
    assert third["result"] == {
        "deductible": "0.00",
        "pool": "0.00",
        "allowance": "0.00",
        "self": "8000.00",
    }
    (reading,) = [reading for reading in third["readings"] if reading["id"] == "A-29"]
    assert reading["otherwise"] == {"pool": "4800.00", "self": "3200.00"}
    untold = ask(client, "maternity", ASSISTED)
    assert untold["result"]["pool"] == "4800.00"
    assert any("没有填以前报销过几次" in notice for notice in untold["notices"])


def test_assisted_reproduction_of_residents_is_refused(client: Client) -> None:
    answer = ask(client, "maternity", {**ASSISTED, "scheme": "resident", "times_used": "0"})
    assert answer["computable"] is False
    assert "辅助生殖" in answer["reason"]


def test_A_94_over_the_pool_s_limit(client: Client) -> None:
    answer = ask(client, "maternity", {**BIRTH, "pool_paid": "139440.01"})
    assert answer["computable"] is False
    assert "限额" in answer["reason"]
    assert ask(client, "maternity", {**BIRTH, "pool_paid": "139440"})["computable"] is True


def test_F_18_8_before_2025_there_is_no_rule(client: Client) -> None:
    assert ask(client, "maternity", {**BIRTH, "date": "2024-12-31"})["computable"] is False


@pytest.mark.parametrize(
    ("query", "fields"),
    [
        ({**BIRTH, "kind": ""}, {"kind"}),
        ({**BIRTH, "kind": "birth"}, {"kind"}),
        ({**BIRTH, "cost": ""}, {"cost"}),
        ({**BIRTH, "group": "", "tier": ""}, {"group", "tier"}),
        ({**RESIDENT, "kind": "family_planning", "tier": ""}, {"tier"}),
        ({**BIRTH, "tier": "level2"}, {"tier"}),
        ({**BIRTH, "group": "adult"}, {"group"}),
        ({**BIRTH, "admission": "0"}, {"admission"}),
        ({**BIRTH, "large_sum_paid": "1"}, {"large_sum_paid"}),
        ({**RESIDENT, "pool_paid": "1"}, {"pool_paid"}),
        ({**ASSISTED, "times_used": "-1"}, {"times_used"}),
    ],
)
def test_wrong_questions(client: Client, query: dict[str, str], fields: set[str]) -> None:
    assert set(refused(client, "maternity", query)) == fields


def test_the_pages(client: Client) -> None:
    for scheme in ("resident", "flexible"):
        empty = client.get("/calculators/maternity/", {"scheme": scheme})
        assert empty.status_code == 200
    html = client.get("/calculators/maternity/", RESIDENT).content.decode()
    assert "产前检查补贴" in html
    assert "300.00" in html
    refusal = client.get("/calculators/maternity/", {**ASSISTED, "scheme": "resident"})
    assert refusal.status_code == 200
    assert "没有写辅助生殖" in refusal.content.decode()
    wrong = client.get("/calculators/maternity/", {**BIRTH, "tier": ""})
    assert wrong.status_code == 422
