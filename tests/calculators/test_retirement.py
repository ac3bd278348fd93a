"""退休年限 as other systems and residents ask for it: the contract's own words on `retirement`."""

from typing import Any

import pytest
from django.test import Client

from tests.calculators.asking import ask, refused

pytestmark = pytest.mark.django_db

PAGE = "/calculators/retirement/"
WOMAN = {
    "sex": "female",
    "reaches_age_on": "2025-03-10",
    "handled_on": "2025-06-20",
    "actual_months": "264",
    "deemed_months": "0",
    "arrears_first": "2012-01",
    "arrears_last": "2013-12",
    "path": "top_up",
}


def test_everything_told(client: Client) -> None:
    """36 months short, 24 of them owed: 5073.10 and 12 × 484.38 (A-40)."""
    answer = ask(client, "retirement", WOMAN)
    assert answer["result"] == {
        "min_total_years": 25,
        "min_actual_years": 10,
        "short_total_months": 36,
        "short_actual_months": 0,
        "arrears": "5073.10",
        "top_up_months": 12,
        "top_up": "5812.56",
        "continue_months": 0,
        "total": "10885.66",
        "retiree_benefits_from": "2025-07-01",
        "account_from": "2025-07-01",
    }
    assert [table["table"] for table in answer["policy"]] == [
        "retirement",
        "top_up",
        "contribution",
    ]
    # Every result that is computed has its step, in the order of the results.
    assert [step["code"] for step in answer["steps"]] == [
        code for code in answer["result"] if code != "continue_months"
    ]


def test_what_was_not_given_is_null_and_said(client: Client) -> None:
    answer = ask(client, "retirement", {"sex": "male", "reaches_age_on": "2025-03-10"})
    known = {code: value for code, value in answer["result"].items() if value is not None}
    assert known == {"min_total_years": 27, "min_actual_years": 10, "arrears": "0.00"}
    said = "".join(answer["notices"])
    for words in ("实际缴费的月数", "视同缴费的月数", "手续的日期"):
        assert words in said


def test_A_42_the_three_numbers_are_named(client: Client) -> None:
    query = {"sex": "male", "reaches_age_on": "2021-06-01", "approved_on": "2022-01-01"}
    answer = ask(client, "retirement", query)
    assert answer["result"]["min_total_years"] == 25
    assert answer["result"]["min_actual_years"] is None
    (notice,) = [notice for notice in answer["notices"] if "几种说法" in notice]
    for years in ("10 年", "11 年", "12 年"):
        assert years in notice


@pytest.mark.parametrize(
    ("handled", "words"), [("2024-12-31", "2025年1月1日"), ("2026-01-05", "2025年12月")]
)
def test_A_39_why_a_top_up_has_no_price(client: Client, handled: str, words: str) -> None:
    query = {**WOMAN, "reaches_age_on": "2024-03-10", "handled_on": handled}
    answer = ask(client, "retirement", query)
    assert answer["result"]["top_up"] is None
    assert answer["result"]["top_up_months"] == 12
    assert any(words in notice and "不给数字" in notice for notice in answer["notices"])


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"sex": "other"}, {"sex"}),
        ({"path": "wait"}, {"path"}),
        ({"actual_months": "-1"}, {"actual_months"}),
        ({"actual_months": "1000"}, {"actual_months"}),
        ({"reaches_age_on": "2025-02-30"}, {"reaches_age_on"}),
        ({"reaches_age_on": "9999-12-31", "handled_on": "9999-12-31"}, None),
        ({"handled_on": "2025-02-28"}, {"handled_on"}),
        ({"arrears_first": ""}, {"arrears_first"}),
        ({"arrears_last": ""}, {"arrears_last"}),
        ({"arrears_first": "2012-13"}, {"arrears_first"}),
        ({"arrears_last": "2011-12"}, {"arrears_last"}),
        ({"arrears_last": "2022-01"}, {"arrears_last"}),
        ({"scheme": "flexible"}, {"scheme"}),
    ],
)
def test_wrong_questions(client: Client, changes: dict[str, str], fields: set[str] | None) -> None:
    errors = refused(client, "retirement", {**WOMAN, **changes})
    assert set(errors) == (fields or {"reaches_age_on", "handled_on"})


def test_without_a_sex_and_without_a_day_there_is_nothing_to_say(client: Client) -> None:
    query: dict[str, Any] = {"actual_months": "100"}
    assert set(refused(client, "retirement", query)) == {"sex", "reaches_age_on"}
    assert set(refused(client, "retirement", {})) == {"sex", "reaches_age_on"}
    # A sex or a day that cannot be read is named once, with what is wrong with it.
    errors = refused(client, "retirement", {"sex": "x"})
    assert "没有这个选项" in errors["sex"][0]


def test_the_formalities_may_be_early_in_the_month_of_the_age(client: Client) -> None:
    answer = ask(client, "retirement", {**WOMAN, "handled_on": "2025-03-01"})
    assert answer["result"]["retiree_benefits_from"] == "2025-04-01"


def test_A_37_before_the_table_there_is_no_answer(client: Client) -> None:
    late = {**WOMAN, "arrears_last": "2022-01", "date": "2024-06-01"}
    assert ask(client, "retirement", late)["computable"] is False


def test_the_page(client: Client) -> None:
    response = client.get(PAGE, WOMAN)
    assert response.status_code == 200
    html = response.content.decode()
    assert "10,885.66 元" in html
    assert "2025年7月1日" in html
    typed = {
        "sex": "female",
        "reaches_age_on_year": "２０２５",
        "reaches_age_on_month": "3",
        "reaches_age_on_day": "10",
    }
    response = client.get(PAGE, typed)
    assert response.status_code == 303
    assert response["Location"] == f"{PAGE}?sex=female&reaches_age_on=2025-03-10"
    response = client.get(PAGE, {**WOMAN, "arrears_last": "2022-01"})
    assert response.status_code == 422
    assert "2021年12月" in response.content.decode()
