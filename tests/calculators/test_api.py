"""What all addresses of the JSON share: the list, other origins, and how often the database is asked."""

import json
from pathlib import Path
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from calculators.catalogue import CALCULATORS

CASES = Path(__file__).resolve().parent.parent / "cases" / "worked-cases.json"
WORKED = json.loads(CASES.read_text(encoding="utf-8"))
STAY = "/api/v1/calculators/inpatient?scheme=flexible&group=active&tier=level3&cost=20000"
ADDRESSES = [
    "/api/v1/calculators",
    "/api/v1/openapi.json",
    "/api/v1/offices",
    "/api/v1/offices?q=浑南",
    "/api/v1/offices?sauce=soy",
    STAY,
    "/api/v1/calculators/inpatient",
    "/api/v1/calculators/lottery",
    "/api/v1/calculators/彩票",
]

pytestmark = pytest.mark.django_db


def test_the_list_names_every_calculator_and_its_page(client: Client) -> None:
    document = client.get("/api/v1/calculators").json()
    assert set(document) == {"calculators"}
    assert [listed["slug"] for listed in document["calculators"]] == list(CALCULATORS)
    for listed in document["calculators"]:
        assert set(listed) == {"slug", "title", "schemes", "page"}
        assert set(listed["schemes"]) == set(CALCULATORS[listed["slug"]].by_scheme)
        assert client.get(listed["page"]).status_code == 200
    assert document["calculators"][0] == {
        "slug": "inpatient",
        "title": "住院要自己付多少",
        "schemes": ["resident", "flexible"],
        "page": "/calculators/inpatient/",
    }


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("method", ["get", "head"])
def test_other_origins_may_ask(client: Client, address: str, method: str) -> None:
    response = getattr(client, method)(address, headers={"Origin": "https://bureau.example"})
    assert response["Access-Control-Allow-Origin"] == "*"
    assert response["Content-Type"] == "application/json"
    assert "Access-Control-Allow-Credentials" not in response
    assert not response.cookies


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_preflight_is_answered(client: Client, address: str) -> None:
    headers = {
        "Origin": "https://bureau.example",
        "Access-Control-Request-Method": "GET",
        "Access-Control-Request-Headers": "content-type",
    }
    response = client.options(address, headers=headers)
    assert response.status_code == 204
    assert response.content == b""
    assert response["Access-Control-Allow-Origin"] == "*"
    assert response["Access-Control-Allow-Methods"] == "GET, HEAD, OPTIONS"
    assert response["Access-Control-Allow-Headers"] == "Content-Type"
    assert not response.cookies


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_the_json_is_only_read(client: Client, address: str, method: str) -> None:
    response = getattr(client, method)(address)
    assert response.status_code == 405
    assert response["Allow"] == "GET, HEAD, OPTIONS"


def test_an_answer_that_has_not_changed_is_not_sent_again(client: Client) -> None:
    first = client.get(STAY)
    assert first["Cache-Control"] == "no-cache"
    again = client.get(STAY, headers={"If-None-Match": first["ETag"]})
    assert again.status_code == 304


# How often the database is asked


@pytest.mark.parametrize(
    ("address", "queries"),
    [
        ("/api/v1/calculators", 0),
        ("/api/v1/openapi.json", 0),
        ("/api/v1/calculators/inpatient", 0),  # wrong: nothing is looked up for it
        ("/api/v1/calculators/lottery", 0),
        # the version and what is published; offices, telephones, other names, stops, lines, closures
        ("/api/v1/offices", 8),
        ("/api/v1/offices?q=浑南", 8),
        ("/api/v1/offices?sauce=soy", 0),
    ],
)
def test_the_queries_of_an_address(
    client: Client, django_assert_num_queries, address: str, queries: int
) -> None:
    with django_assert_num_queries(queries):
        client.get(address)
    with django_assert_num_queries(min(queries, 1)):  # whether it is still the same version
        client.get(address)


@pytest.mark.parametrize("slug", CALCULATORS)
def test_an_answer_asks_once_for_the_timetable_and_remembers_the_rows(
    client: Client, slug: str
) -> None:
    """What is published never changes, so its rows are read once for each process."""
    asked = next((case["query"] for case in WORKED if case["calculator"] == slug), None)
    assert asked, f"{slug} has no worked case"
    address = f"/api/v1/calculators/{slug}?{urlencode([*map(tuple, asked)])}"
    assert client.get(address).status_code == 200
    with CaptureQueriesContext(
        connection,
    ) as seen:
        client.get(address)
    assert len(seen) == 1, [query["sql"][:80] for query in seen]


@pytest.mark.parametrize(("slug", "queries"), [("start-date", 7), ("filing-expiry", 7)])
def test_the_first_answer_reads_each_kind_of_row_once(
    client: Client, django_assert_num_queries, slug: str, queries: int
) -> None:
    address = {
        "start-date": "start-date?scheme=flexible&kind=first&first_month=2025-05",
        "filing-expiry": "filing-expiry?proof=residence_permit&issued_on=2025-03-15",
    }[slug]
    with django_assert_num_queries(queries):
        client.get(f"/api/v1/calculators/{address}")
