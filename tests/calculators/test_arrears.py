"""补缴 as other systems and residents ask for it: the contract's own words on `arrears`."""

import pytest
from django.test import Client

from tests.calculators.asking import ask, refused

pytestmark = pytest.mark.django_db


def asked(client: Client, first: str, last: str) -> dict[str, object]:
    return ask(client, "arrears", {"first_month": first, "last_month": last})


def test_rows_are_clipped_to_what_was_asked(client: Client) -> None:
    answer = asked(client, "2010-07", "2010-10")
    assert answer["result"] == {
        "months": 4,
        "total": "723.40",
        "rows": [
            {
                "first_month": "2010-07",
                "last_month": "2010-08",
                "months": 2,
                "monthly": "167.42",
                "amount": "334.84",
            },
            {
                "first_month": "2010-09",
                "last_month": "2010-10",
                "months": 2,
                "monthly": "194.28",
                "amount": "388.56",
            },
        ],
    }


def test_a_very_long_time(client: Client) -> None:
    """1900-01 to 2010-08 are 1328 months at 167.42."""
    answer = asked(client, "1900-01", "2010-08")
    assert answer["result"]["total"] == "222333.76"  # type: ignore[index]


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        ("2021-12", "2022-04", "3 个月"),
        ("2025-11", "2026-01", "2025年12月"),
        ("1900-01", "9999-12", "3 个月"),
        ("9999-12", "9999-12", "2025年12月"),
    ],
)
def test_F_6_5_what_may_not_be_paid(client: Client, first: str, last: str, words: str) -> None:
    answer = asked(client, first, last)
    assert answer["computable"] is False
    assert words in str(answer["reason"])


@pytest.mark.parametrize(
    ("query", "fields"),
    [
        ({}, {"first_month", "last_month"}),
        ({"first_month": "2015-06"}, {"last_month"}),
        ({"first_month": "2015-06", "last_month": "2015-05"}, {"last_month"}),
        ({"first_month": "2015-13", "last_month": "2015-05"}, {"first_month"}),
        ({"first_month": "2015-01", "last_month": "2015-05", "scheme": "flexible"}, {"scheme"}),
    ],
)
def test_wrong_questions(client: Client, query: dict[str, str], fields: set[str]) -> None:
    assert set(refused(client, "arrears", query)) == fields


def test_the_page(client: Client) -> None:
    response = client.get("/calculators/arrears/?first_month=2010-07&last_month=2010-10")
    assert response.status_code == 200
    html = response.content.decode()
    assert "723.40 元" in html
    assert "2010年7月—2010年8月：2 × 167.42" in html
    assert "沈北、苏家屯" in html
    refusal = client.get("/calculators/arrears/?first_month=2022-01&last_month=2022-04")
    assert refusal.status_code == 200
    assert "不能补缴" in refusal.content.decode()
