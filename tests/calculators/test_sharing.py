"""A result passed on: the words with amounts and without, and what stays in which link."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client

from calculators.sharing import Line
from calculators.year_link import write_link

pytestmark = pytest.mark.django_db

STAY = "scheme=flexible&group=active&tier=level3&cost=20000"
AT = "http://testserver/calculators"


def told(client: Client, path: str) -> dict[str, Any]:
    response = client.get(f"/calculators/{path}")
    assert response.status_code == 200
    return {name: response.context.get(name) for name in ("message", "bare_message", "share_link")}


def text(lines: list[Line]) -> list[str]:
    return [str(line) for line in lines]


def test_the_text_has_the_number_the_payers_the_answers_the_rules_and_the_link(
    client: Client,
) -> None:
    # F-14.6: (20000 − 600) × 88% = 17072; F-16.6 to F-16.8: of 2328, 80 + 100 + 796.80
    assert text(told(client, f"inpatient/?{STAY}")["message"]) == [
        "住院要自己付多少（灵活就业人员职工医保）",
        "您大约自付 1,951.20 元",
        "统筹基金支付 17,072.00 元",
        "补充医疗保险支付 976.80 元",
        "您自己付 1,951.20 元",
        "费用合计 20,000.00 元",
        "情况：在职，三级",
        "能报销的费用一共多少？20,000 元",
        "按2025年10月版的规定算。",
        "不是结算单。按文件估算，以医院结算单为准。",
        f"打开这个结果：{AT}/inpatient/?{STAY}",
    ]


def test_amounts_stay_out_of_the_other_text_and_of_its_link(client: Client) -> None:
    assert text(told(client, f"inpatient/?{STAY}")["bare_message"]) == [
        "住院要自己付多少（灵活就业人员职工医保）",
        "情况：在职，三级",
        "按2025年10月版的规定算。",
        f"自己算一算：{AT}/inpatient/?scheme=flexible&group=active&tier=level3&ask=1",
    ]


def test_a_result_that_is_no_bill_is_told_with_its_figures_and_days(client: Client) -> None:
    # paid in March 2024, three months of waiting
    found = told(client, "start-date/?scheme=resident&kind=adult&paid_on=2024-03-15")
    assert text(found["message"])[:-1] == [
        "从哪天起能报销（城乡居民医保）",
        "从这天起能报销 2024年7月1日",
        "到这天为止 2024年12月31日",
        "情况：成年居民",
        "哪天缴的费？2024年3月15日",
        "按2024年12月31日的规定（2024年度）算，不是今天的规定。",
        "按2024年度的规定算。",
        "按文件推算，以医保中心核定为准。",
    ]
    assert text(found["bare_message"])[1:] == [
        "情况：成年居民",
        "按2024年度的规定算。",
        f"自己算一算：{AT}/start-date/?scheme=resident&kind=adult&ask=1",
    ]


def test_the_last_day_on_which_to_act_is_told_while_it_is_to_come(client: Client) -> None:
    """F-6.5: paying again in November after two months, three may be repaid: until 31 December."""
    gap = "start-date/?scheme=flexible&kind=gap&first_month=2026-{:02}&gap_months=2&back_paid=false"
    last_day = "还能补缴的最后一天"
    assert f"{last_day} 2026年12月31日" in text(told(client, gap.format(11))["message"])
    assert last_day not in str(told(client, gap.format(6))["message"])


# What a link had, and what is left of it when it is shared: choices, and nothing that is a figure.
SHARED = {
    f"inpatient/?{STAY}": "scheme=flexible&group=active&tier=level3&ask=1",
    f"inpatient/?{STAY}&place=long_term&filed_on=2025-07-01&admission=2&pool_paid=1000": (
        "scheme=flexible&group=active&tier=level3&place=long_term&ask=1"
    ),
    f"inpatient/?{STAY}&mode=care&date=2025-06-01": (
        "scheme=flexible&group=active&tier=level3&ask=1"
    ),
    # answers that are wrong, or shown without being judged, are somebody's own too
    "inpatient/?scheme=flexible&group=active&cost=abc": "scheme=flexible&group=active&ask=1",
    f"inpatient/?{STAY}&ask=1": "scheme=flexible&group=active&tier=level3&ask=1",
    "inpatient/?scheme=flexible": "scheme=flexible",
    "start-date/?scheme=resident&kind=newborn&paid_on=2024-03-01&born_on=2024-02-10": (
        "scheme=resident&kind=newborn&ask=1"
    ),
    "start-date/?scheme=flexible&kind=gap&first_month=2025-05&gap_months=2&back_paid=true": (
        "scheme=flexible&kind=gap&ask=1"
    ),
    "retirement/?sex=male&reaches_age_on=2025-03-10&actual_months=200": "sex=male&ask=1",
    "arrears/?first_month=2015-06&last_month=2015-07": "",
    "contribution/?scheme=resident&member=student:low_margin": "scheme=resident",
    "filing-expiry/?proof=residence_permit&issued_on=2025-03-15": (
        "scheme=flexible&proof=residence_permit&ask=1"
    ),
    "major-illness/?self_paid=37590&threshold=20000": "",
}


@pytest.mark.parametrize("path", list(SHARED))
def test_a_shared_link_keeps_the_choices_only_and_opens_the_questions(
    client: Client, path: str
) -> None:
    link = client.get(f"/calculators/{path}").context["share_link"]
    assert link == f"{AT}/{path.partition('?')[0]}{SHARED[path] and '?'}{SHARED[path]}"
    opened = client.get(link)
    assert opened.status_code == 200
    assert opened.context["notices"] == []
    assert "result" not in opened.context


def test_a_refusal_is_shared_without_its_amounts_too(client: Client) -> None:
    query = "scheme=resident&group=adult&tier=top3&cost=20000&place=temporary"
    link = client.get(f"/calculators/inpatient/?{query}").context["share_link"]
    assert parse_qs(urlsplit(link).query) == {
        "scheme": ["resident"],
        "group": ["adult"],
        "tier": ["top3"],
        "place": ["temporary"],
        "ask": ["1"],
    }


def test_the_first_text_to_copy_is_the_one_without_amounts(client: Client) -> None:
    page = client.get(f"/calculators/inpatient/?{STAY}").content.decode()
    asked_for = page.index("要带金额的")
    assert page.index('data-copy="复制，不带金额"') < asked_for
    assert page.index('data-copy="复制，带金额"') > asked_for


def test_a_picture_has_a_code_only_of_a_link_that_can_be_read_from_it(client: Client) -> None:
    event = "inpatient,2025-02-01,level3,10000"
    for events, has_code in ((1, True), (20, False)):
        query = write_link({"scheme": ["flexible"], "group": ["active"], "e": [event] * events})
        context = client.get(f"/calculators/year/{query}").context
        assert bool(context["qr"]) == has_code
        assert context["bare_qr"]
