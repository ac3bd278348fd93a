"""待遇起算 as other systems ask for it: the contract's own words on `start-date`."""

from typing import Any

import pytest
from django.test import Client

API = "/api/v1/calculators/start-date"
RESIDENT = {"scheme": "resident", "kind": "adult", "paid_on": "2024-03-15"}
FLEXIBLE = {"scheme": "flexible", "kind": "first", "first_month": "2025-05"}

pytestmark = pytest.mark.django_db


def ask(client: Client, **query: str) -> dict[str, Any]:
    response = client.get(API, query)
    assert response.status_code == 200, response.content.decode()
    return response.json()


def errors_of(client: Client, **query: str) -> dict[str, list[str]]:
    response = client.get(API, query)
    assert response.status_code == 422, response.content.decode()
    errors = response.json()["errors"]
    assert all("一" <= text[0] <= "鿿" for texts in errors.values() for text in texts)
    return errors


def test_a_resident_s_answer(client: Client) -> None:
    answer = ask(client, **RESIDENT)
    assert answer["computable"] is True
    assert answer["date"] == "2024-12-31"
    assert answer["result"] == {"start": "2024-07-01", "end": "2024-12-31"}
    assert [(step["code"], step["formula"], step["amount"]) for step in answer["steps"]] == [
        ("start", "2024-03 + 1 + 3 个月 = 2024-07-01", None),
        ("end", "2024-12-31", None),
    ]
    assert [table["table"] for table in answer["policy"]] == ["start_date", "enrollment_window"]
    assert any("2024" in notice for notice in answer["notices"])


def test_A_53_the_other_reading_stands_beside_it(client: Client) -> None:
    (reading,) = ask(client, **RESIDENT)["readings"]
    assert reading["id"] == "A-53"
    assert reading["otherwise"] == {"start": "2024-06-01"}


def test_a_flexible_worker_s_answer(client: Client) -> None:
    answer = ask(client, **FLEXIBLE)
    assert answer["result"] == {
        "start": "2025-08-01",
        "retroactive_from": None,
        "waiting": True,
        "back_pay_allowed": False,
    }
    by_id = {reading["id"]: reading for reading in answer["readings"]}
    assert by_id["A-47"]["otherwise"] == {"start": "2025-09-01"}


def test_retroactive_from_is_the_first_missing_month(client: Client) -> None:
    gap = {"kind": "gap", "gap_months": "3", "back_paid": "true"}
    answer = ask(client, **{**FLEXIBLE, **gap})
    assert answer["result"] == {
        "start": "2025-05-01",
        "retroactive_from": "2025-02-01",
        "waiting": False,
        "back_pay_allowed": True,
    }


@pytest.mark.parametrize(
    ("kind", "missing"),
    [
        ("adult", {"paid_on"}),
        ("student", {"paid_on"}),
        ("minor", {"paid_on"}),
        ("newborn", {"paid_on", "born_on"}),
        ("low_income", {"handled_on"}),
        ("low_margin", {"paid_on"}),
        ("low_margin_student", {"identified_on"}),
        ("severe_disability", {"handled_on"}),
        ("preferential", {"handled_on"}),
        ("from_employee", {"paid_on", "gap_months"}),
    ],
)
def test_each_kind_of_resident_needs_its_own_days(
    client: Client, kind: str, missing: set[str]
) -> None:
    assert set(errors_of(client, scheme="resident", kind=kind)) == missing


@pytest.mark.parametrize(
    ("query", "wrong"),
    [
        ({"scheme": "flexible"}, {"kind", "first_month"}),
        ({"scheme": "resident"}, {"kind"}),
        ({"kind": "adult"}, {"scheme"}),
        ({**FLEXIBLE, "kind": "from_resident"}, {"resident_years"}),
        ({**FLEXIBLE, "kind": "adult"}, {"kind"}),
        ({**RESIDENT, "kind": "gap"}, {"kind"}),
        ({**FLEXIBLE, "paid_on": "2025-05-01"}, {"paid_on"}),
        ({**RESIDENT, "first_month": "2025-05"}, {"first_month"}),
        ({**RESIDENT, "resident_years": "2"}, {"resident_years"}),
        ({**RESIDENT, "paid_on": "2024-02-30"}, {"paid_on"}),
        ({**RESIDENT, "kind": "newborn", "born_on": "x"}, {"born_on"}),
        ({**RESIDENT, "kind": "newborn", "born_on": "2024-03-16"}, {"paid_on"}),
        ({**RESIDENT, "kind": "low_margin", "identified_on": "2024-03-16"}, {"paid_on"}),
        (
            {
                "scheme": "resident",
                "kind": "low_income",
                "handled_on": "2024-05-20",
                "identified_on": "2024-05-21",
            },
            {"handled_on"},
        ),
        ({"scheme": "resident", "kind": "preferential", "paid_on": "x"}, {"paid_on"}),
        ({**FLEXIBLE, "first_month": "2025-13"}, {"first_month"}),
        ({**FLEXIBLE, "first_month": "9999-12"}, {"first_month"}),
        ({**FLEXIBLE, "gap_months": "-1"}, {"gap_months"}),
        ({**FLEXIBLE, "gap_months": "1000"}, {"gap_months"}),
        ({**FLEXIBLE, "back_paid": "yes"}, {"back_paid"}),
        ({**FLEXIBLE, "sauce": "soy"}, {"sauce"}),
    ],
)
def test_what_is_wrong_is_said_at_its_own_place(
    client: Client, query: dict[str, str], wrong: set[str]
) -> None:
    assert set(errors_of(client, **query)) == wrong


def test_a_break_left_out_is_none(client: Client) -> None:
    gap = {**FLEXIBLE, "kind": "gap"}
    assert ask(client, **gap) == ask(client, **gap, gap_months="0")
    assert ask(client, **gap)["result"]["start"] == "2025-05-01"


def test_the_day_of_preferential_people_is_either(client: Client) -> None:
    who = {"scheme": "resident", "kind": "preferential"}
    for name in ("paid_on", "handled_on"):
        answer = ask(client, **who, **{name: "2023-10-10"})
        assert answer["result"] == {"start": "2024-01-01", "end": "2024-12-31"}


def test_nothing_left_of_the_year_is_null_with_a_warning(client: Client) -> None:
    answer = ask(client, **{**RESIDENT, "paid_on": "2024-09-01"})
    assert answer["result"] == {"start": None, "end": None}
    assert any("没有待遇" in notice for notice in answer["notices"])


@pytest.mark.parametrize(
    "query",
    [
        {**RESIDENT, "paid_on": "2023-08-31"},
        {**RESIDENT, "paid_on": "2025-01-01"},
        {**RESIDENT, "paid_on": "0001-01-01"},
        {**RESIDENT, "paid_on": "9999-12-31"},
        {**RESIDENT, "date": "2025-03-15"},
        {**RESIDENT, "date": "2023-10-15"},
        {"scheme": "resident", "kind": "preferential", "handled_on": "2024-05-20"},
        {"scheme": "resident", "kind": "low_income", "handled_on": "9999-12-31"},
        {**FLEXIBLE, "kind": "gap", "first_month": "2022-02", "gap_months": "2"},
        {**FLEXIBLE, "date": "2024-12-31"},
    ],
)
def test_what_the_documents_do_not_say_is_no_answer(client: Client, query: dict[str, str]) -> None:
    answer = ask(client, **query)
    assert answer["computable"] is False
    assert answer["result"] is None
    assert answer["reason"]
    assert "024-12345-1-7" in answer["ask"]


def test_A_74_the_reason_names_the_year_on_file(client: Client) -> None:
    reason = ask(client, **{**RESIDENT, "paid_on": "2025-01-01"})["reason"]
    for day in ("2024年1月1日", "2024年12月31日", "2023年9月1日", "2025年1月1日"):
        assert day in reason


@pytest.mark.parametrize("month", ["1900-01", "1999-12", "2024-02", "9998-12"])
@pytest.mark.parametrize("kind", ["first", "gap", "transfer", "from_resident"])
def test_any_month_is_answered_somehow(client: Client, kind: str, month: str) -> None:
    query = {**FLEXIBLE, "kind": kind, "first_month": month, "resident_years": "2"}
    ask(client, **query)
    ask(client, **query, gap_months="999")


@pytest.mark.parametrize("query", [RESIDENT, FLEXIBLE, {**RESIDENT, "paid_on": "2025-01-01"}])
def test_the_page_answers_too(client: Client, query: dict[str, str]) -> None:
    assert client.get("/calculators/start-date/", query).status_code == 200


def test_the_page_asks_for_a_day_in_three_boxes(client: Client) -> None:
    boxes = {"paid_on_year": "2024", "paid_on_month": "3", "paid_on_day": "15"}
    response = client.get(
        "/calculators/start-date/", {"scheme": "resident", "kind": "adult"} | boxes
    )
    assert response.status_code == 303
    assert "paid_on=2024-03-15" in response["Location"]
