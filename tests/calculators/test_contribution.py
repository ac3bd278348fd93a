"""缴费 as other systems and residents ask for it: the contract's own words on `contribution`."""

import datetime
from html.parser import HTMLParser
from typing import Any

import pytest
from django.test import Client

from portal import clock
from tests.calculators.asking import ask, refused

pytestmark = pytest.mark.django_db

PAGE = "/calculators/contribution/"
RESIDENT = {"scheme": "resident", "member": ["student", "adult", "adult", "adult:special"]}
FLEXIBLE = {"scheme": "flexible", "first_month": "2025-09", "last_month": "2025-12"}


def test_a_family_of_residents(client: Client) -> None:
    answer = ask(client, "contribution", RESIDENT)
    assert answer["result"] == {
        "by_member": ["260.00", "450.00", "450.00", "0.00"],
        "total": "1160.00",
    }
    assert answer["date"] == "2024-12-31"
    assert [table["table"] for table in answer["policy"]] == ["contribution"]
    assert any("2024" in notice for notice in answer["notices"])
    assert any("认定" in notice for notice in answer["notices"])
    assert answer["steps"][1]["label"] == "成年居民"
    assert answer["steps"][2]["label"] == "成年居民，免缴的特殊人群"


def test_flexible_months(client: Client) -> None:
    answer = ask(client, "contribution", FLEXIBLE)
    assert answer["result"] == {"basic": "1937.52", "large_sum": "132.00", "total": "2069.52"}
    paid = ask(client, "contribution", {**FLEXIBLE, "large_sum_year_paid": ["2024", "2025"]})
    assert paid["result"]["large_sum"] == "0.00"


@pytest.mark.parametrize(
    ("today", "plan_year", "day"),
    [
        ("2026-11-21", None, "2024-12-31"),
        ("2026-11-21", "2024", "2024-12-31"),
        ("2024-05-06", None, "2024-05-06"),
        ("2024-05-06", "2024", "2024-05-06"),
        ("2023-10-01", "2024", "2024-01-01"),
    ],
)
def test_A_74_the_day_lies_in_the_plan_year(
    client: Client, today: str, plan_year: str | None, day: str
) -> None:
    query: dict[str, Any] = {"scheme": "resident", "member": "adult"}
    if plan_year:
        query["plan_year"] = plan_year
    with clock.as_of(datetime.date.fromisoformat(today)):
        answer = ask(client, "contribution", query)
    assert answer["date"] == day
    assert answer["result"]["total"] == "450.00"


@pytest.mark.parametrize("plan_year", ["2023", "2025", "2026", "9999", "1900"])
def test_A_74_no_other_year_is_on_file(client: Client, plan_year: str) -> None:
    query = {"scheme": "resident", "member": "adult", "plan_year": plan_year}
    answer = ask(client, "contribution", query)
    assert answer["computable"] is False
    assert "居民缴费标准" in answer["reason"]


def test_A_31_months_after_2025_are_refused(client: Client) -> None:
    answer = ask(client, "contribution", {**FLEXIBLE, "last_month": "2026-01"})
    assert answer["computable"] is False
    assert "2025年12月" in answer["reason"]


def test_months_before_2022_point_to_arrears(client: Client) -> None:
    errors = refused(client, "contribution", {**FLEXIBLE, "first_month": "2021-12"})
    assert set(errors) == {"first_month"}
    assert "arrears" in errors["first_month"][0]
    assert "2022年1月" in errors["first_month"][0]
    ask(client, "contribution", {**FLEXIBLE, "first_month": "2022-01"})
    # Before the table's own day nothing is said about months; the answer says that it is not there.
    early = {**FLEXIBLE, "first_month": "2021-12", "date": "2024-06-01"}
    assert ask(client, "contribution", early)["computable"] is False


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"member": []}, "member"),
        ({"member": ["adults"]}, "member"),
        ({"member": ["adult", "adult:none"]}, "member"),
        ({"member": ["adult:"]}, "member"),
        ({"member": ["adult"] * 101}, "member"),
        ({"plan_year": "24"}, "plan_year"),
        ({"plan_year": "0001"}, "plan_year"),
        ({"plan_year": "２０２４"}, "plan_year"),
        ({"plan_year": "2024", "date": "2025-01-01"}, "plan_year"),
        ({"plan_year": ["2024", "2024"]}, "plan_year"),
        ({"first_month": "2025-01"}, "first_month"),
        ({"large_sum_year_paid": "2025"}, "large_sum_year_paid"),
    ],
)
def test_what_a_resident_may_not_ask(client: Client, changes: dict[str, Any], field: str) -> None:
    assert set(refused(client, "contribution", {**RESIDENT, **changes})) == {field}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"first_month": ""}, "first_month"),
        ({"last_month": ""}, "last_month"),
        ({"last_month": "2025-08"}, "last_month"),
        ({"first_month": "2025-9"}, "first_month"),
        ({"large_sum_year_paid": ["2025", "x"]}, "large_sum_year_paid"),
        ({"member": "adult"}, "member"),
        ({"plan_year": "2024"}, "plan_year"),
    ],
)
def test_what_a_flexible_worker_may_not_ask(
    client: Client, changes: dict[str, Any], field: str
) -> None:
    assert set(refused(client, "contribution", {**FLEXIBLE, **changes})) == {field}


def test_the_scheme_must_be_named(client: Client) -> None:
    assert "scheme" in refused(client, "contribution", {"member": "adult"})


class Boxes(HTMLParser):
    """The boxes of a question: the attributes of each, and what is chosen in it."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[dict[str, str | None]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "select" and given["name"] == "member":
            self.found.append({**given, "chosen": None})
        if tag == "option" and "selected" in given and self.found:
            self.found[-1]["chosen"] = given["value"]


def test_the_page_asks_for_each_member_in_a_box(client: Client) -> None:
    boxes = Boxes(client.get(PAGE, {"scheme": "resident"}).content.decode()).found
    assert len(boxes) == 6
    assert len({box["id"] for box in boxes}) == 6
    assert [("required" in box, "aria-label" in box) for box in boxes] == [
        (True, False),
        *[(False, True)] * 5,
    ]


def test_the_page_keeps_the_family(client: Client) -> None:
    response = client.get(PAGE, {**RESIDENT, "member": [*RESIDENT["member"], "minor"] * 2})
    assert response.status_code == 200
    boxes = Boxes(response.content.decode()).found
    chosen = [box["chosen"] for box in boxes]
    assert chosen[:5] == ["student", "adult", "adult", "adult:special", "minor"]
    assert chosen[10:] == ["", ""]
    assert "3,220 元" in response.content.decode()  # twice 1160 and 450


def test_the_page_reads_what_people_type(client: Client) -> None:
    response = client.get(
        PAGE, {"scheme": "resident", "member": "adult", "plan_year": "２０２４年"}
    )
    assert response.status_code == 303
    assert response["Location"] == f"{PAGE}?scheme=resident&plan_year=2024&member=adult" or (
        response["Location"] == f"{PAGE}?scheme=resident&member=adult&plan_year=2024"
    )
    response = client.get(PAGE, {**FLEXIBLE, "large_sum_year_paid": "2024\n2025年"})
    assert response.status_code == 303
    assert response["Location"].endswith("large_sum_year_paid=2024&large_sum_year_paid=2025")


def test_the_page_says_what_is_wrong(client: Client) -> None:
    response = client.get(PAGE, {"scheme": "resident", "plan_year": "2024"})
    assert response.status_code == 422
    assert "请至少选一个人" in response.content.decode()
