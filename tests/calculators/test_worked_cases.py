"""Worked cases, asked as other systems ask them: over the public JSON.

Their expected values were worked from the clauses with pencil and paper (`working`, `steps`), never
from the data or the code under test. `facts` are the clauses a case is about.
"""

import json
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest
from django.test import Client

from calculators.catalogue import CALCULATORS

CASES = Path(__file__).resolve().parent.parent / "cases"
WORKED = json.loads((CASES / "worked-cases.json").read_text(encoding="utf-8"))
INPATIENT = json.loads((CASES / "inpatient.json").read_text(encoding="utf-8"))

# Clauses that a case is about, but that none of its numbers comes from, so no step cites them.
NOT_CITED = {
    # the band above 3000 yuan: what the pool's stage leaves to the person ends below it
    ("G-001", "F-16.9"),
    ("G-005", "F-16.9"),
    ("G-009", "F-16.9"),
    # 大额 of a temporary stay, 补充 as before: the pool's limit is not reached
    ("G-030", "F-15.12"),
    # 大额 of an emergency stay and the loss of reductions: neither is reached in a first stay
    ("G-034", "F-15.17"),
    # why there is no 补充 payment in the large-sum stage: there is no such step
    ("G-050", "F-16.5"),
    # fees of other people: the case pays its own
    *(("G-163", f"R-2.{number}") for number in (2, 3, 4, 5)),
    *(("G-167", f"R-2.{number}") for number in (1, 2, 4, 5)),
    # years of the other sex and of other days: the case has its own rows
    *(("G-197", f"F-5.{number}") for number in (2, 3, 5, 6, 7, 8)),
    *(("G-201", f"F-5.{number}") for number in (3, 5, 6, 7, 8)),
    *(("G-205", f"F-5.{number}") for number in (1, 2, 5, 6, 7, 8)),
    *(("G-209", f"F-5.{number}") for number in (1, 2, 5, 6, 8, 9)),
    *(("G-213", f"F-5.{number}") for number in (2, 3, 5, 6, 7, 8)),
    *(("G-217", f"F-5.{number}") for number in (1, 2)),
}

pytestmark = pytest.mark.django_db


def ask(client: Client, slug: str, query: Any) -> dict[str, Any]:
    response = client.get(f"/api/v1/calculators/{slug}", query)
    assert response.status_code == 200, response.content.decode()
    return response.json()


def cited(answer: dict[str, Any]) -> set[str]:
    return {clause for step in answer["steps"] for clause in step["clauses"]}


def used(answer: dict[str, Any]) -> set[str]:
    return {reading["id"] for reading in answer["readings"]}


@pytest.mark.parametrize(
    "case", [c for c in WORKED if c["calculator"] in CALCULATORS], ids=lambda case: case["id"]
)
def test_a_worked_case_of_the_policy(case: dict[str, Any], client: Client) -> None:
    query: dict[str, list[str]] = {}
    for name, value in case["query"]:
        query.setdefault(name, []).append(value)
    answer = ask(client, case["calculator"], query)

    assert answer["computable"] is True
    # A case names the results that it is about; `by_settlement` or a disease not given is left out.
    assert case["result"].items() <= answer["result"].items()
    assert set(case["readings"]) <= used(answer)
    missing = set(case["facts"]) - cited(answer)
    assert missing == {fact for case_id, fact in NOT_CITED if case_id == case["id"]}


@pytest.mark.parametrize("case", INPATIENT, ids=lambda case: f"{case['id']} {case['title']}")
def test_a_stay_worked_by_hand(case: dict[str, Any], client: Client) -> None:
    answer = ask(client, "inpatient", parse_qs(case["ask"]))

    assert answer["result"] == case["result"]
    assert set(case["facts"]) <= cited(answer)
    assert set(case["readings"]) <= used(answer)
    for step in answer["steps"]:  # each clause once
        assert len(step["clauses"]) == len(set(step["clauses"]))
    others = {
        other["choice"]: other["result"]
        for reading in answer["readings"]
        for other in reading["alternatives"]
    }
    # A case that names another reading gives every amount that it changes, and no other.
    for choice, amounts in case.get("otherwise", {}).items():
        assert others[choice] == amounts
    if "otherwise" in case:
        assert set(others) == set(case["otherwise"])


def test_the_cases_have_names_of_their_own() -> None:
    ids = [case["id"] for case in (*WORKED, *INPATIENT)]
    assert len(ids) == len(set(ids))
