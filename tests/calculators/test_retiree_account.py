"""退休个人账户 as other systems and residents ask for it: `retiree-account` of the contract."""

import pytest
from django.test import Client

from tests.calculators.asking import ask, refused

pytestmark = pytest.mark.django_db


def test_a_year(client: Client) -> None:
    answer = ask(client, "retiree-account", {"months": "12"})
    assert answer["result"] == {
        "account_in": "960.00",
        "large_sum_fee": "24.00",
        "net": "936.00",
    }
    assert answer["date"] == "2026-11-21"


def test_A_34_what_is_not_known_is_null(client: Client) -> None:
    """F-4.6 gives the fee of 2025 only, so it is the last day of 2025 that is asked."""
    answer = ask(client, "retiree-account", {"months": "6", "fee": "tax_once"})
    assert answer["result"] == {"account_in": None, "large_sum_fee": "24.00", "net": None}
    assert answer["date"] == "2025-12-31"
    assert "A-34" in {reading["id"] for reading in answer["readings"]}
    assert any("医保中心" in notice for notice in answer["notices"])


@pytest.mark.parametrize(
    ("date", "computable"),
    [("2023-12-31", False), ("2024-01-01", True), ("2024-12-31", True), ("2026-01-01", True)],
)
def test_A_93_on_file_from_2024(client: Client, date: str, computable: bool) -> None:
    answer = ask(client, "retiree-account", {"months": "1", "date": date})
    assert answer["computable"] is computable


@pytest.mark.parametrize("date", ["2024-12-31", "2026-01-01"])
def test_A_93_the_fee_at_once_is_that_of_2025(client: Client, date: str) -> None:
    query = {"months": "1", "fee": "tax_once", "date": date}
    assert ask(client, "retiree-account", query)["computable"] is False


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({}, "months"),
        ({"months": "0"}, "months"),
        ({"months": "13"}, "months"),
        ({"months": "1.5"}, "months"),
        ({"months": "1", "fee": "cash"}, "fee"),
        ({"months": "1", "scheme": "flexible"}, "scheme"),
    ],
)
def test_wrong_questions(client: Client, query: dict[str, str], field: str) -> None:
    errors = refused(client, "retiree-account", query)
    assert set(errors) == {field}
    if query.get("months"):
        assert "months" not in errors or "1 到 12" in errors["months"][0]


def test_the_page(client: Client) -> None:
    assert "936 元" in client.get("/calculators/retiree-account/?months=12").content.decode()
    page = client.get("/calculators/retiree-account/?months=12&fee=tax_once")
    assert page.status_code == 200
    assert "文件没有写清" in page.content.decode()
