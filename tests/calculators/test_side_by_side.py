"""Two schemes side by side: the numbers of the single calculators and of the year, no verdict."""

import datetime
import json
import re
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from calculators import side_by_side
from calculators.side_by_side import Sides
from portal.policy.models import ChangeSet, Edition
from tests.made_up import copy_of_edition

pytestmark = pytest.mark.django_db

PAGE = "/calculators/compare/"
CASE = {
    "member": "adult",
    "cost": "20000",
    "tier": "level3",
    "quarter_cost": "300",
    "emergency_cost": "5000",
}


def sides_of(client: Client, **changed: str) -> Sides:
    answer = client.get(PAGE, {**CASE, "hardship": "none", **changed})
    assert answer.status_code == 200, answer.content.decode()
    sides: Sides = answer.context["sides"]
    return sides


def year(client: Client, scheme: str, group: str, *events: dict[str, str]) -> dict[str, Any]:
    body = {"scheme": scheme, "group": group, "events": events}
    answer = client.post("/api/v1/calculators/year", json.dumps(body), "application/json")
    assert answer.status_code == 200, answer.content.decode()
    return answer.json()["result"]


def events(year: int, **more: dict[str, str]) -> list[dict[str, str]]:
    """The year of illness that the page speaks of, written by hand."""
    visits = [
        {"calculator": "outpatient", "on": f"{year}-{month}-01", "cost": "300", **more["visit"]}
        for month in ("02", "05", "08", "11")
    ]
    stay = {"calculator": "inpatient", "on": f"{year}-06-01", "cost": "20000", "tier": "level3"}
    rescue = {"calculator": "emergency", "on": f"{year}-03-01", "cost": "5000"}
    return [stay, rescue, *visits]


def publish_residents_of_2025() -> None:
    """Made-up: residents' rows as they are, once more for 2025."""
    change = ChangeSet.objects.create(slug="resident-2025", title="2025年度")
    for edition in Edition.objects.filter(scheme="resident"):
        copy_of_edition(edition, change, datetime.date(2025, 1, 1))
    change.publish()


def test_each_scheme_stands_under_its_own_year(client: Client) -> None:
    resident, flexible = sides_of(client).sides
    assert (resident.year, flexible.year) == (2024, 2025)
    assert (resident.day, flexible.day) == (
        datetime.date(2024, 12, 31),
        datetime.date(2025, 12, 31),
    )
    assert all(age.old for age in resident.ages)


def test_contributions_are_those_of_the_calculator(client: Client) -> None:
    """R-2.3: 450; F-8.18 and F-4.4: 12 × 484.38 + 132 = 5944.56."""
    sides = sides_of(client).sides
    assert [side.contribution["result"]["total"] for side in sides] == ["450.00", "5944.56"]
    asked = (
        "scheme=resident&member=adult",
        "scheme=flexible&first_month=2025-01&last_month=2025-12",
    )
    for side, query in zip(sides, asked, strict=True):
        single = client.get(f"/api/v1/calculators/contribution?{query}").json()
        assert side.contribution["result"] == single["result"]
        assert side.contribution["steps"] == single["steps"]


@pytest.mark.parametrize(
    ("member", "hardship", "fee", "group"),
    [
        ("student", "none", "260.00", "minor"),
        ("student", "low_margin", "104.00", "minor"),
        ("minor", "none", "450.00", "minor"),
        ("adult", "special", "0.00", "adult"),
    ],
)
def test_R_2_the_fee_and_the_column_go_by_the_kind_of_person(
    client: Client, member: str, hardship: str, fee: str, group: str
) -> None:
    resident = sides_of(client, member=member, hardship=hardship).sides[0]
    assert resident.contribution["result"]["total"] == fee
    ledger = year(client, "resident", group, *events(2024, visit={}))
    assert resident.totals == ledger["totals"]


def test_the_year_of_illness_is_that_of_the_ledger(client: Client) -> None:
    """R-7.4: (20000 − 600) × 75%; R-8.2: 5000 × 60%; R-10: 4 × (300 − 40) × 55% = 572."""
    resident, flexible = sides_of(client).sides
    assert resident.totals["pool"] == "18122.00"
    assert resident.totals["self"] == "8078.00"
    assert resident.totals == year(client, "resident", "adult", *events(2024, visit={}))["totals"]
    ledger = year(client, "flexible", "active", *events(2025, visit={"tier": "level1_or_below"}))
    assert flexible.totals == ledger["totals"]
    assert [event.entry["result"] for event in flexible.events] == [
        event["result"] for event in ledger["events"]
    ]


def test_each_event_links_to_its_own_calculator_which_says_the_same(client: Client) -> None:
    """Stays and rescues stand alone in the year, so their pages and JSON give the same numbers."""
    for side in sides_of(client).sides:
        for event in side.events:
            assert client.get(event.link).status_code == 200
            if event.entry["calculator"] == "outpatient":
                continue
            api = event.link.replace("/calculators/", "/api/v1/calculators/").replace("/?", "?")
            single = client.get(api).json()
            assert single["result"] == event.entry["result"]


def test_the_page_shows_these_numbers_in_its_table(client: Client) -> None:
    html = client.get(PAGE, {**CASE, "hardship": "none"}).content.decode()
    table = html[html.index("<tbody>") : html.index("</tbody>")]
    rows = {
        re.findall(r'<th scope="row">(.*?)</th>', row)[0]: re.findall(r"<b>([\d,.]+)</b>", row)
        for row in table.split("</tr>")
        if "<th" in row
    }
    assert rows["一年的缴费"] == ["450.00", "5,944.56"]
    assert rows["看病的费用"] == ["26,200.00", "26,200.00"]
    assert rows["统筹基金支付"][0] == "18,122.00"
    assert rows["您自己付"][0] == "8,078.00"
    # Residents have no such insurance, which is not the same as nothing paid.
    assert len(rows["大额补助支付"]) == len(rows["补充医疗保险支付"]) == 1
    assert table.count("没有这一项") == 2


def test_two_different_years_have_no_total_and_no_difference(client: Client) -> None:
    sides = sides_of(client)
    assert (sides.same_year, sides.sums, sides.difference) == (False, (), None)
    html = client.get(PAGE, {**CASE, "hardship": "none"}).content.decode()
    assert "不是同一年" in html
    assert "不能用一个数比高低" in html
    for verdict in ("合计相差", "更划算", "更便宜", "建议您"):
        assert verdict not in html


def test_under_one_year_the_sums_stand_side_by_side(client: Client) -> None:
    """Made-up residents of 2025: 450 + 8078 = 8528 against 5944.56 and the ledger's own share."""
    publish_residents_of_2025()
    sides = sides_of(client)
    assert [side.year for side in sides.sides] == [2025, 2025]
    (_, resident), (side, flexible) = sides.sums
    assert resident == Decimal("8528.00")
    assert flexible == Decimal("5944.56") + Decimal(side.totals["self"])
    assert sides.difference == abs(resident - flexible)
    html = client.get(PAGE, {**CASE, "hardship": "none"}).content.decode()
    assert "合计相差" in html
    assert "不能相加" not in html
    for verdict in ("更划算", "更便宜", "建议您"):
        assert verdict not in html


def test_a_common_year_without_every_amount_has_no_sums(client: Client) -> None:
    """A pool that is used up refuses visits (A-27): what is left out cannot be in a total."""
    publish_residents_of_2025()
    sides = sides_of(client, cost="9000000", tier="level1")
    assert not sides.sides[1].whole
    assert (sides.same_year, sides.difference) == (True, None)
    html = client.get(
        PAGE, {**CASE, "hardship": "none", "cost": "9000000", "tier": "level1"}
    ).content.decode()
    assert "有的费用算不出来" in html


def test_a_scheme_that_was_withdrawn_is_said_and_the_other_stays(client: Client) -> None:
    ChangeSet.objects.get(slug="resident-2024").withdraw()
    sides = sides_of(client)
    assert sides.missing == ("城乡居民医保",)
    assert [side.year for side in sides.sides] == [2025]
    assert sides.difference is None
    ChangeSet.objects.get(slug="flexible-2025-10").withdraw()
    assert sides_of(client).sides == ()


def test_A_76_levels_that_one_scheme_lacks(client: Client) -> None:
    sides = sides_of(client, tier="grassroots")
    resident, flexible = (
        next(event.link for event in side.events if "/inpatient/" in event.link)
        for side in sides.sides
    )
    assert "tier=grassroots" in resident
    assert "tier=level1" in flexible
    assert any("基层" in remark for remark in sides.remarks)
    for tier in ("level2_district", "level2_city"):
        sides = sides_of(client, tier=tier)
        assert any("tier=level2&" in event.link for event in sides.sides[0].events)
        assert any(f"tier={tier}&" in event.link for event in sides.sides[1].events)
        assert any("区属" in remark for remark in sides.remarks)


def test_contributions_alone_may_be_asked_for(client: Client) -> None:
    answer = client.get(PAGE, {"member": "adult", "hardship": "none"})
    assert [row.label for row in answer.context["sides"].rows] == ["一年的缴费"]


def test_what_cannot_be_compared_is_listed(client: Client) -> None:
    listed = "".join(sides_of(client).not_compared)
    for thing in ("大病", "门诊", "生育", "慢特病", "退休"):
        assert thing in listed


def test_the_empty_form(client: Client) -> None:
    html = client.get(PAGE).content.decode()
    assert 'name="member"' in html
    assert 'method="get"' in html
    assert 'id="result"' not in html


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ({"cost": "20000", "tier": "level3"}, "请选一项"),
        ({"member": "adult", "cost": "20000"}, "请选医院级别"),
        ({"member": "adult", "cost": "很多", "tier": "level3"}, "请填写金额"),
        ({"member": "adult", "quarter_cost": "-5"}, "金额不能小于 0"),
    ],
)
def test_a_wrong_answer_is_asked_again_with_nothing_lost(
    client: Client, query: dict[str, str], words: str
) -> None:
    answer = client.get(PAGE, {**query, "hardship": "none"})
    assert answer.status_code == 422
    html = answer.content.decode()
    assert words in html
    assert 'class="wrongs"' in html
    assert all(value in html for value in query.values())


def test_a_link_as_people_pass_it_on(client: Client) -> None:
    """Amounts as typed, what WeChat appends, and a choice that no longer exists."""
    answer = client.get(PAGE, {**CASE, "cost": "2万", "from": "timeline", "hardship": "old"})
    assert answer.status_code == 303
    again = client.get(answer["Location"])
    assert "cost=20000" in answer["Location"]
    assert "from=" not in answer["Location"]
    html = again.content.decode()
    assert again.status_code == 200
    assert "已经不适用" in html
    assert "8,078.00" in html


def test_today_within_a_year_looks_at_the_rules_of_today(client: Client) -> None:
    """In the course of 2025 the residents' year is 2024, and nothing of a day to come is asked."""
    from portal import clock

    with clock.as_of(datetime.date(2025, 3, 15)):
        resident, flexible = sides_of(client).sides
    assert (resident.day, flexible.day) == (
        datetime.date(2024, 12, 31),
        datetime.date(2025, 3, 15),
    )
    assert flexible.whole


def test_the_questions_name_no_scheme_and_no_day() -> None:
    assert "date" not in side_by_side.SidesForm(scheme=side_by_side.Scheme.RESIDENT).fields
