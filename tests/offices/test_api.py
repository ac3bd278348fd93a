"""The offices as JSON; how they are found is in test_search.py."""

import pytest
from django.test import Client

from portal.offices.models import Office

API = "/api/v1/offices"

pytestmark = pytest.mark.django_db


def found(client: Client, query: str) -> list[str]:
    response = client.get(API, {"q": query})
    assert response.status_code == 200
    return [office["name"] for office in response.json()["offices"]]


def test_without_a_question_all_are_listed_in_their_order(client: Client) -> None:
    document = client.get(API).json()
    assert set(document) == {"offices"}
    names = list(Office.objects.values_list("name", flat=True))
    assert [office["name"] for office in document["offices"]] == names
    assert len(names) == 15
    assert client.get(f"{API}?q=").json() == document
    assert client.get(API, {"q": "  "}).json() == document


def test_an_office_has_the_parts_of_the_contract(client: Client) -> None:
    """F-19.8."""
    (office,) = client.get(API, {"q": "浑南分中心"}).json()["offices"]
    contract = {"name", "district", "address", "phones", "transport", "aliases", "page"}
    assert contract <= set(office)
    assert office["name"] == "浑南分中心"
    assert office["district"] == "浑南区"
    assert office["address"] == "浑南区全运路109号，沈阳创新天地H座7楼。"
    assert office["phones"] == ["024-23770026"]
    assert office["phone_links"][0]["tel"] == "tel:024-23770026"
    assert office["transport"].startswith("地铁2号线到“省博物馆”站B出口")
    assert office["stops"][0]["station"] == "省博物馆"
    assert office["stops"][0]["lines"] == ["地铁2号线"]
    assert office["page"] == "/offices/hunnan/"
    assert client.get(office["page"]).status_code == 200


def test_the_hotline_is_given_as_printed_and_as_it_is_dialled(client: Client) -> None:
    """A-95."""
    center = client.get(API).json()["offices"][0]
    assert center["phones"] == ["024-12345-1-7"]
    assert center["phone_links"] == [
        {
            "number": "024-12345-1-7",
            "tel": "tel:024-12345",
            "label": "医保咨询热线",
            "hint": "接通后按 1、7",
        }
    ]


@pytest.mark.parametrize("query", ["北京", "浑南 北京", "\x00", "😀", "%", "' OR 1=1"])
def test_nothing_found_is_an_empty_list(client: Client, query: str) -> None:
    assert found(client, query) == []


@pytest.mark.parametrize(
    ("query", "wrong"),
    [("sauce=soy", {"sauce"}), ("q=a&q=b", {"q"}), ("q=" + "9" * 101, {"q"})],
)
def test_a_wrong_question_is_refused(client: Client, query: str, wrong: set[str]) -> None:
    response = client.get(f"{API}?{query}")
    assert response.status_code == 422
    assert set(response.json()["errors"]) == wrong
    assert response["Access-Control-Allow-Origin"] == "*"
