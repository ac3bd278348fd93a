"""What stands on a result's page: the number, what is certain of a refused case, what comes after."""

import re
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.http import QueryDict
from django.test import Client
from django.utils.datastructures import MultiValueDict

from calculators.answering import Answer, answer
from calculators.catalogue import CALCULATORS
from calculators.estimate import outside_shares
from calculators.known import Known, known_facts
from calculators.next_steps import next_steps
from calculators.presenters import make_refusal, make_result
from calculators.rules.people import Scheme
from calculators.sharing import slip_lines
from portal.policy.in_force import Timetable
from tests.conftest import TODAY

pytestmark = pytest.mark.django_db

STAY = {"scheme": "flexible", "group": "active", "tier": "level3", "cost": "20000"}


def of(query: str) -> dict[str, str]:
    return dict(parse_qsl(query))


def answered(slug: str, **query: str) -> Answer:
    calculator = CALCULATORS[slug]
    scheme = calculator.form.scheme_of(query.get("scheme", ""))
    assert scheme is not None
    form = calculator.form(
        MultiValueDict({name: [value] for name, value in query.items()}), scheme=scheme
    )
    assert form.is_valid(), form.errors
    return answer(calculator, form, Timetable.load(), TODAY)


def headline_of(result: dict[str, Any]) -> str:
    return str(slip_lines(result)[0])


def shown(client: Client, slug: str, page: str = "", **query: str) -> str:
    response = client.get(f"/calculators/{slug}/{page}", query, follow=True)
    assert response.status_code == 200
    return response.content.decode()


def words(html: str) -> str:
    return " ".join(re.sub("<[^>]*>", " ", html).split())


# --- the slip ---------------------------------------------------------------------------------


def test_the_one_number_comes_first_and_the_payers_add_up_to_the_bill() -> None:
    result = make_result(answered("inpatient", **STAY))
    # 三级 在职: (20000 − 600) × 88% = 17072; of 2328 补充 pays 80 + 100 + 796.80
    assert headline_of(result) == "您大约自付 1,951.20 元"
    paid = {payer["code"]: payer["amount"] for payer in result["payers"]}
    assert paid == {
        "pool": Decimal("17072.00"),
        "supplementary": Decimal("976.80"),
        "self": Decimal("1951.20"),
    }
    assert list(paid)[-1] == "self"
    assert sum(paid.values()) == result["bill"] == 20000


def test_tables_of_one_document_and_one_day_are_named_together() -> None:
    (rules,) = make_result(answered("inpatient", **STAY))["policy"]
    assert len(rules["titles"]) == 4
    assert not rules["start_is_stated"]


def test_a_headline_is_not_repeated_and_what_is_unknown_stands_in_one_line() -> None:
    query = {"sex": "male", "reaches_age_on": "2025-06-01"}
    result = make_result(answered("retirement", **query))
    assert result["headline"]["label"] not in [figure["label"] for figure in result["figures"]]
    assert "一次性补缴金额" in result["unknown"]
    assert all("文件没有写" not in figure["value"] for figure in result["figures"])


def test_a_reading_that_changes_the_amount_shows_the_other_one() -> None:
    query = {"scheme": "resident", "group": "adult", "tier": "top3", "cost": "20000"}
    result = make_result(answered("inpatient", **query))
    # A-61 over the whole bill: (20000 − 1200) × 70% = 13160
    (reading,) = result["readings"]
    assert reading["id"] == "A-61"
    others = {other["label"]: other["amount"] for other in reading["otherwise"]}
    assert others["统筹基金支付"] in {Decimal("12470.00"), Decimal("13160.00")}


# --- what is certain although there is no number: worked from the clauses by hand ---------------

KNOWN: dict[str, tuple[str, dict[str, str], list[Known]]] = {
    # 特三级 成年居民 1200, 65% up to 15,000, 70% above
    "a resident's stay on a trip": (
        "inpatient",
        of("scheme=resident&group=adult&tier=top3&cost=20000&place=temporary&outside=500"),
        [
            Known("在沈阳住院，起付标准", Decimal("1200.00"), ("R-7.5",)),
            Known("在沈阳住院，统筹基金报销，15,000 元以内的部分", "65%", ("R-7.5",)),
            Known("在沈阳住院，统筹基金报销，超过 15,000 元的部分", "70%", ("R-7.5",)),
            Known("丙类和自费，都由您自己付", Decimal("500")),
        ],
    ),
    # F-14.6: 三级 600, 在职 88%
    "a stay filed under the old policy": (
        "inpatient",
        {**STAY, "place": "long_term", "filed_on": "2025-05-01", "pool_paid": "150000"},
        [
            Known("在沈阳住院，起付标准", Decimal("600.00"), ("F-14.6",)),
            Known("在沈阳住院，统筹基金报销", "88%", ("F-14.6",)),
        ],
    ),
    "a resident's rescue on a trip": (
        "emergency",
        {"scheme": "resident", "cost": "3000", "place": "temporary"},
        [Known("在沈阳抢救，报销比例", "60%", ("R-8.2",))],
    ),
    # F-13.6: 200 a year, 70% 在职; F-9.1: 150,000 a year
    "a visit after the pool's limit": (
        "outpatient",
        of("scheme=flexible&group=active&tier=level1_or_below&cost=500&pool_paid=150000"),
        [
            Known("这一级医院全年的起付标准", Decimal("200.00"), ("F-13.6",)),
            Known("报销比例", "70%", ("F-13.6",)),
            Known("统筹基金全年最多付", Decimal("150000.00"), ("F-9.1",)),
            Known("今年还能付", Decimal("0.00"), ("F-9.1",)),
        ],
    ),
    # F-18.8: no deductible; F-14.6: 88%; 150,000 − 149,000
    "a birth over the pool's limit": (
        "maternity",
        of("scheme=flexible&kind=childbirth&group=active&tier=level3&cost=9000&pool_paid=149000"),
        [
            Known("起付标准", Decimal("0.00"), ("F-18.8",)),
            Known("报销比例", "88%", ("F-14.6",)),
            Known("统筹基金全年最多付", Decimal("150000.00"), ("F-9.1",)),
            Known("今年还能付", Decimal("1000.00"), ("F-9.1",)),
        ],
    ),
    # F-18.10: no deductible, 60%
    "assisted reproduction over the pool's limit": (
        "maternity",
        of("scheme=flexible&kind=assisted_reproduction&cost=9000&pool_paid=150000"),
        [
            Known("起付标准", Decimal("0.00"), ("F-18.10",)),
            Known("报销比例", "60%", ("F-18.10",)),
            Known("统筹基金全年最多付", Decimal("150000.00"), ("F-9.1",)),
            Known("今年还能付", Decimal("0.00"), ("F-9.1",)),
        ],
    ),
    #
    "major illness without a threshold": (
        "major-illness",
        {"self_paid": "37590"},
        [
            Known("超过起付标准线以后，报销比例，50,000 元以内的部分", "60%", ("R-12.4",)),
            Known(
                "超过起付标准线以后，报销比例，超过 50,000 元到 100,000 元的部分",
                "65%",
                ("R-12.5",),
            ),
            Known("超过起付标准线以后，报销比例，超过 100,000 元的部分", "70%", ("R-12.6",)),
            Known("您填的合规自付", Decimal("37590")),
        ],
    ),
    # F-8.18: 2 × 484.38 = 968.76; F-4.2: 132 for 2025 alone
    "months behind the last amount": (
        "contribution",
        {"scheme": "flexible", "first_month": "2025-11", "last_month": "2026-02"},
        [
            Known("2025年11月到2025年12月，基本医疗保险费", Decimal("968.76"), ("F-8.18", "F-3.2")),
            Known(
                "2025年11月到2025年12月，大额补助保险费",
                Decimal("132.00"),
                ("F-4.4", "F-4.2", "F-4.3"),
            ),
            Known("2025年11月到2025年12月，一共要缴", Decimal("1100.76")),
        ],
    ),
    # F-8.15: 2 × 417.38
    "more months than a break may have": (
        "arrears",
        {"first_month": "2021-11", "last_month": "2022-06"},
        [
            Known(
                "2021年11月到2021年12月，一共要补", Decimal("834.76"), ("F-8.15", "F-8.3", "F-8.4")
            )
        ],
    ),
    "arrears behind the last amount": (
        "arrears",
        {"first_month": "2025-12", "last_month": "2026-01"},
        [Known("2025年12月，一共要补", Decimal("484.38"), ("F-8.18", "F-6.4"))],
    ),
}


@pytest.mark.parametrize("case", list(KNOWN))
def test_a_refusal_shows_what_is_certain(case: str) -> None:
    slug, query, known = KNOWN[case]
    assert known_facts(answered(slug, **query)) == known


@pytest.mark.parametrize(
    ("slug", "query"),
    [
        ("arrears", {"first_month": "2022-01", "last_month": "2022-06"}),
        ("contribution", {"scheme": "flexible", "first_month": "2026-01", "last_month": "2026-02"}),
        ("maternity", {"scheme": "resident", "kind": "assisted_reproduction", "cost": "9000"}),
        ("inpatient", {**STAY, "date": "2020-01-01"}),
    ],
)
def test_a_refusal_of_which_nothing_is_certain_shows_nothing(
    client: Client, slug: str, query: dict[str, str]
) -> None:
    assert known_facts(answered(slug, **query)) == []
    page = shown(client, slug, **query)
    assert "已经清楚的" not in page
    assert "还不能给您数字" in page


def test_the_days_of_a_plan_year_are_certain() -> None:
    known = known_facts(
        answered("start-date", scheme="resident", kind="adult", paid_on="2025-03-15")
    )
    assert [str(fact.value) for fact in known] == [
        *("2023-09-01", "2023-12-20", "2024-01-01", "2024-12-31")
    ]
    assert {clause for fact in known for clause in fact.clauses} == {"R-1.1", "R-6.1"}


def test_the_rule_of_later_breaks_is_certain() -> None:
    query = {"scheme": "flexible", "kind": "gap", "first_month": "2022-02", "gap_months": "6"}
    known = known_facts(answered("start-date", **query))
    assert [(fact.label, fact.value) for fact in known] == [
        ("2022年1月以后的中断，最多能补缴", "3 个月"),
        ("不能补缴的，等待期", "3 个月"),
    ]


def test_a_refusal_says_why_what_it_would_take_and_whom_to_call(client: Client) -> None:
    query = {**STAY, "scheme": "resident", "group": "adult", "place": "temporary"}
    page = words(shown(client, "inpatient", **query))
    assert "已经清楚的" in page
    assert "要算出来，还需要： 居民临时去外地看病按什么比例报销的规定。" in page
    assert "024-12345-1-7" in page
    assert page.index("已经清楚的") < page.index("还不能给您数字")


def test_a_day_without_rules_offers_the_newest_that_has_some(client: Client) -> None:
    query = QueryDict("scheme=resident&group=adult&tier=level3&cost=9000&date=2026-01-01")
    refused = answered("inpatient", **query.dict())  # type: ignore[arg-type]
    offered = make_refusal(refused, query)["other_day"]
    assert offered["day"].isoformat() == "2024-12-31"
    page = client.get(f"/calculators/inpatient/{offered['url']}").content.decode()
    # 三级 成年居民: (9000 − 600) × 75% = 6300
    assert "6,300.00" in page


def test_a_case_that_names_its_own_year_offers_no_other_day() -> None:
    refused = answered("contribution", scheme="resident", member="adult", plan_year="2026")
    assert make_refusal(refused, QueryDict("plan_year=2026"))["other_day"] is None


# --- the same bill elsewhere --------------------------------------------------------------------

COMPARED: dict[str, tuple[str, dict[str, str]]] = {
    "stay": ("inpatient", STAY),
    "filed stay": ("inpatient", {**STAY, "place": "long_term", "filed_on": "2025-07-01"}),
    "resident's stay": ("inpatient", {**STAY, "scheme": "resident", "group": "adult"}),
    "visit": (
        "outpatient",
        of("scheme=flexible&group=retired&tier=level3&cost=2000&deductible_left=100"),
    ),
    "resident's disease": (
        "chronic",
        {"scheme": "resident", "category": "other", "tier": "level2", "cost": "3000"},
    ),
    "rescue": ("emergency", {"scheme": "flexible", "cost": "9000"}),
    "resident's rescue": ("emergency", {"scheme": "resident", "cost": "9000"}),
    "birth": (
        "maternity",
        of("scheme=flexible&kind=childbirth&group=active&tier=level3&cost=9000"),
    ),
}
CELL = re.compile(r'<td data-label="[^"]*"([^>]*)><span>.*?<a href="([^"]+)">([^<]+)</a>')


@pytest.mark.parametrize("case", list(COMPARED))
def test_every_cell_is_the_answer_that_its_link_opens(client: Client, case: str) -> None:
    slug, query = COMPARED[case]
    page = shown(client, slug, "compare/", **query)
    cells = CELL.findall(page)
    assert len(cells) == page.count("<td")
    assert sum("own" in own for own, _, _ in cells) == 1
    for _, link, said in cells:
        url = link.replace("&amp;", "&")
        assert client.get(url).status_code == 200, "a clean link, not one that is sent on"
        found = client.get(f"/api/v1{urlsplit(url).path.rstrip('/')}?{urlsplit(url).query}").json()
        if found["computable"]:
            paid = Decimal(found["result"]["self"])
            assert said == f"{paid:,.2f} 元"
        else:
            assert said == "文件没有写"


def test_a_stay_at_every_tier_and_place_is_what_the_clauses_say(client: Client) -> None:
    page = words(shown(client, "inpatient", "compare/", **STAY))
    # 一级 在职: (20000 − 200) × 94% = 18612; of 1188 补充 pays 80 + 100 + 112.80
    assert "一级 1,095.20" in page
    assert "您填的 1,951.20" in page
    assert "在职，能报销的费用 20,000 元" in page


def test_what_is_left_of_one_hospital_s_deductible_is_not_lent_to_another(client: Client) -> None:
    slug, query = COMPARED["visit"]
    page = shown(client, slug, "compare/", **query)
    links = {link for _, link, _ in CELL.findall(page)}
    assert sum("deductible_left" in link for link in links) == 1
    assert "其他级别按全年的起付标准都还没付来算" in page


def test_a_case_that_cannot_be_compared_leads_back_to_its_questions(client: Client) -> None:
    for query in ({"scheme": "flexible"}, {**STAY, "cost": "x"}, {**STAY, "date": "2020-01-01"}):
        response = client.get("/calculators/inpatient/compare/", query)
        assert response.status_code == 303
        assert response["Location"].startswith("/calculators/inpatient/?")
    assert client.get("/calculators/nothing/compare/").status_code == 404
    assert client.get("/calculators/nothing/range/").status_code == 404
    assisted = {"scheme": "flexible", "kind": "assisted_reproduction", "cost": "9000"}
    assert client.get("/calculators/maternity/compare/", assisted).status_code == 303


# --- only the total is known ---------------------------------------------------------------------


def test_nothing_is_assumed_about_what_nobody_has_said() -> None:
    total = Decimal(20000)
    assert outside_shares(total, None, None) == {"low": Decimal(0), "high": total}
    shares = outside_shares(total, Decimal(6000), Decimal(2000))
    assert shares == {"low": Decimal(0), "likely": Decimal(2000), "high": Decimal(6000)}


def test_at_least_at_most_and_as_guessed(client: Client) -> None:
    query = {key: value for key, value in STAY.items() if key != "cost"}
    query |= {"total": "2万", "outside_most": "6000", "outside_likely": "2000"}
    page = words(shown(client, "inpatient", "range/", **query))
    # (14000 − 600) × 88% = 11792; of 1608 补充 pays 80 + 100 + 608 × 60% = 364.80;
    # 20000 − 11792 − 544.80 = 7663.20
    # (18000 − 600) × 88% = 15312; of 2088 补充 pays 180 + 1088 × 60% = 652.80; rest 3855.20
    for said in ("最少（估算） 1,951.20", "照您估计（估算） 3,855.20", "最多（估算） 7,663.20"):
        assert said in page


def test_where_a_calculator_names_no_outside_it_is_added(client: Client) -> None:
    query = {"scheme": "resident", "total": "1000", "outside_most": "400"}
    page = words(shown(client, "emergency", "range/", **query))
    # 1000 × 40%; 600 × 40% + 400
    assert "最少（估算） 400.00" in page
    assert "最多（估算） 640.00" in page


@pytest.mark.parametrize(
    ("answers", "message"),
    [
        ({"total": "100", "outside_most": "200"}, "不会比总费用还多"),
        ({"total": "100", "outside_most": "50", "outside_likely": "60"}, "不会比最多的还多"),
        ({"total": "100", "outside_likely": "160"}, "不会比最多的还多"),
        ({"outside_most": "5"}, "请填写金额"),
    ],
)
def test_wrong_shares_are_named(client: Client, answers: dict[str, str], message: str) -> None:
    response = client.get("/calculators/emergency/range/", {"scheme": "flexible", **answers})
    assert response.status_code == 422
    assert message in response.content.decode()


def test_every_calculator_of_a_bill_has_a_range_and_no_other(client: Client) -> None:
    for calculator in CALCULATORS.values():
        for scheme in calculator.form.schemes:
            address = f"/calculators/{calculator.slug}/range/?scheme={scheme}"
            has_bill = "cost" in calculator.form(scheme=scheme).fields
            assert client.get(address).status_code == (200 if has_bill else 303), address


def test_the_json_knows_no_range(client: Client) -> None:
    response = client.get("/api/v1/calculators/inpatient", {**STAY, "total": "5"})
    assert response.status_code == 422


# --- where to go on (telling the family: test_sharing.py) ------------------------------------------


def test_every_result_leads_to_pages_that_are_there(client: Client) -> None:
    links: dict[str, Any] = {}
    for calculator in CALCULATORS.values():
        for scheme in calculator.form.schemes:
            after = next_steps(calculator.slug, Scheme(scheme), away=True)
            assert len(after) >= 3, (calculator.slug, scheme)
            links |= {link.url: link for link in after}
    for url in links:
        assert client.get(url).status_code == 200, url


def test_the_printed_page_carries_a_picture_of_its_link(client: Client) -> None:
    page = shown(client, "inpatient", **STAY, mode="care", dropped="other")
    query = "scheme=flexible&amp;group=active&amp;tier=level3&amp;cost=20000"
    assert f'<div class="page-qr"><img src="/calculators/inpatient/qr.svg?{query}"' in page


RETIRING = {"sex": "male", "reaches_age_on": "2025-03-10", "handled_on": "2025-06-10"}


@pytest.mark.parametrize(
    ("answers", "headline"),
    [
        # F-5.2: 27 years are 324 months, 64 are short, each at 484.38 (F-5.13, F-8.18)
        ({"path": "top_up", "actual_months": "200"}, "办退休时一共要补 31,000.32 元"),
        ({"path": "continue", "actual_months": "200"}, "还要按月缴费（月） 64"),
        ({"path": "top_up", "actual_months": "264"}, "最低缴费年限（年） 27"),
    ],
)
def test_the_one_number_of_a_retirement_is_what_is_still_to_be_done(
    answers: dict[str, str], headline: str
) -> None:
    case = {**RETIRING, "deemed_months": "60", **answers}
    result = make_result(answered("retirement", **case))
    assert headline_of(result) == headline


@pytest.mark.parametrize(
    ("handled_on", "told"),
    [
        # F-5.1: of 300 months 264 are paid in March 2025, so 36 are left, to March 2028 (F-5.14).
        ("2028-02-29", False),
        ("2028-03-01", True),
    ],
)
def test_no_day_is_claimed_for_formalities_that_come_too_early(handled_on: str, told: bool) -> None:
    case = {
        "sex": "female",
        "reaches_age_on": "2025-03-10",
        "actual_months": "200",
        "deemed_months": "64",
        "path": "continue",
        "handled_on": handled_on,
    }
    result = make_result(answered("retirement", **case))
    labels = {line["label"] for line in (*result["figures"], *result["steps"])}
    assert ({"享受退休待遇从", "个人账户划入从"} <= labels) == told
    assert any("办不了退休手续" in notice for notice in result["notices"]) != told
