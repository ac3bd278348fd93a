"""异地备案有效期 as other systems ask for it: the contract's own words on `filing-expiry`."""

from typing import Any

import pytest
from django.test import Client

API = "/api/v1/calculators/filing-expiry"
PERMIT = {"proof": "residence_permit"}

pytestmark = pytest.mark.django_db


def ask(client: Client, **query: str) -> dict[str, Any]:
    response = client.get(API, query)
    assert response.status_code == 200, response.content.decode()
    return response.json()


def errors_of(client: Client, **query: str) -> set[str]:
    response = client.get(API, query)
    assert response.status_code == 422, response.content.decode()
    return set(response.json()["errors"])


@pytest.mark.parametrize("proof", ["household_register", "property_deed"])
def test_null_is_long_term(client: Client, proof: str) -> None:
    answer = ask(client, proof=proof)
    assert answer["computable"] is True
    assert answer["result"] == {"expires": None}
    assert answer["steps"][0]["clauses"] == ["F-15.29"]


def test_the_flexible_scheme_counts_where_none_is_named(client: Client) -> None:
    query = {**PERMIT, "issued_on": "2025-03-15"}
    answer = ask(client, **query)
    assert answer == ask(client, **query, scheme="flexible")
    assert answer["policy"][0]["scheme"] == "flexible"
    assert answer["result"] == {"expires": "2026-03-15"}


def test_valid_until_wins(client: Client) -> None:
    answer = ask(client, **PERMIT, issued_on="2025-03-15", valid_until="2030-01-31")
    assert answer["result"] == {"expires": "2030-01-31"}


def test_the_29th_of_february_clamps(client: Client) -> None:
    assert ask(client, **PERMIT, issued_on="2024-02-29")["result"] == {"expires": "2025-02-28"}


def test_A_80_a_filing_that_has_ended_is_pointed_out(client: Client) -> None:
    ended = ask(client, **PERMIT, valid_until="2026-11-20")
    assert any("过期" in notice for notice in ended["notices"])
    lasting = ask(client, **PERMIT, valid_until="2026-11-21")
    assert not any("过期" in notice for notice in lasting["notices"])


@pytest.mark.parametrize("proof", ["household_register", "property_deed", "residence_permit"])
def test_residents_file_for_good(client: Client, proof: str) -> None:
    for days in ({}, {"issued_on": "2020-01-01"}, {"valid_until": "2020-01-01"}):
        answer = ask(client, scheme="resident", proof=proof, **days)
        assert answer["result"] == {"expires": None}
        assert answer["steps"][0]["clauses"] == ["R-15.5"]
        assert answer["date"] == "2024-12-31"


@pytest.mark.parametrize(
    ("query", "wrong"),
    [
        ({}, {"proof"}),
        ({"scheme": "resident"}, {"proof"}),
        ({"scheme": "employee", **PERMIT}, {"scheme"}),
        ({"proof": "passport"}, {"proof"}),
        (PERMIT, {"issued_on"}),
        ({**PERMIT, "issued_on": "2025-02-30"}, {"issued_on"}),
        ({**PERMIT, "valid_until": "2025-2-3"}, {"valid_until"}),
        ({**PERMIT, "issued_on": "9999-12-31"}, {"issued_on"}),
        ({**PERMIT, "issued_on": "2025-03-15", "valid_until": "2025-03-14"}, {"valid_until"}),
        ({**PERMIT, "issued_on": "2025-03-15", "filed_on": "2025-06-01"}, {"filed_on"}),
    ],
)
def test_what_is_wrong_is_said_at_its_own_place(
    client: Client, query: dict[str, str], wrong: set[str]
) -> None:
    assert errors_of(client, **query) == wrong


def test_before_the_terms_out_of_area_there_is_no_answer(client: Client) -> None:
    answer = ask(client, **PERMIT, issued_on="2025-03-15", date="2025-05-31")
    assert answer["computable"] is False
    assert answer["result"] is None


@pytest.mark.parametrize(
    "query", [PERMIT | {"issued_on": "2025-03-15"}, {"proof": "property_deed"}]
)
@pytest.mark.parametrize("scheme", ["resident", "flexible"])
def test_the_page_answers_too(client: Client, query: dict[str, str], scheme: str) -> None:
    assert client.get("/calculators/filing-expiry/", {"scheme": scheme, **query}).status_code == 200
