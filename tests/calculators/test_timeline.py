"""Results along time: what they show is the rule's, worked here from the clauses by hand."""

import re
from decimal import Decimal

import pytest
from django.http import QueryDict
from django.test import Client

from calculators.answering import answer
from calculators.asking import ask_strictly
from calculators.catalogue import CALCULATORS
from calculators.timeline import Timeline, make_timeline
from portal.policy.in_force import Timetable
from tests.conftest import TODAY

pytestmark = pytest.mark.django_db

WOMAN = (
    "sex=female&reaches_age_on=2025-03-10&handled_on=2025-06-20"
    "&actual_months=200&deemed_months=64&arrears_first=2012-01&arrears_last=2013-12"
)
MAN = "sex=male&reaches_age_on=2025-03-10&actual_months=300&deemed_months=0"


def timeline(slug: str, query: str) -> Timeline | None:
    calculator = CALCULATORS[slug]
    form, errors = ask_strictly(calculator.form, QueryDict(query))
    assert form is not None, errors
    return make_timeline(answer(calculator, form, Timetable.load(), TODAY))


def shown(slug: str, query: str) -> Timeline:
    made = timeline(slug, query)
    assert made is not None
    return made


def lines(made: Timeline) -> dict[str, tuple[str, str]]:
    return {line.label: (line.top_up.text, line.paying_on.text) for line in made.lines}


def states(made: Timeline) -> dict[int, str]:
    """The months of each year in one letter: paid, waiting, covered, missing, or a dot."""
    return {year.year: "".join(state[:1] or "." for _, state in year.months) for year in made.years}


def test_F_8_arrears_stretch_by_stretch() -> None:
    """F-8.9: 276.08 to 2016-06; F-8.10: 289.20 from 2016-07. 2 × 276.08 + 1 × 289.20 = 841.36."""
    made = shown("arrears", "first_month=2016-05&last_month=2016-07")
    (paid,) = made.payments
    assert [(s.months, s.formula, s.amount, s.clauses) for s in paid.spans] == [
        ("2016年5月—6月", "2 个月 × 276.08 元", Decimal("552.16"), ("F-8.9",)),
        ("2016年7月", "1 个月 × 289.20 元", Decimal("289.20"), ("F-8.10",)),
    ]
    assert made.total == Decimal("841.36")
    assert paid.clauses == ("F-8.3", "F-8.4")


def test_F_4_3_contributions_by_the_month_and_the_fee_by_the_year() -> None:
    """F-8.17, F-8.18: 2 × 469.20 + 1 × 484.38 = 1422.78; 132 for each of two years."""
    made = shown("contribution", "scheme=flexible&first_month=2024-11&last_month=2025-01")
    basic, fee = made.payments
    assert [(s.months, s.amount) for s in basic.spans] == [
        ("2024年11月—12月", Decimal("938.40")),
        ("2025年1月", Decimal("484.38")),
    ]
    assert (basic.amount, fee.amount, made.total) == (
        Decimal("1422.78"),
        Decimal("264.00"),
        Decimal("1686.78"),
    )


def test_retirement_months_needed_against_those_that_are_there() -> None:
    """F-5.3: 300 in all; 200 + 64 are there, 36 short, of which 24 are owed. F-5.9: 120, enough."""
    total, actual = shown("retirement", f"{WOMAN}&path=top_up").bars
    assert (total.needed, total.there, total.short) == (300, 264, 36)
    assert [(p.label, p.months, p.x, p.width) for p in total.parts] == [
        ("实际缴费", 200, "0.00", "66.67"),
        ("视同缴费", 64, "66.67", "21.33"),
        ("能补的欠缴", 24, "88.00", "8.00"),
    ]
    assert (actual.needed, actual.there, actual.short) == (120, 200, 0)
    assert [part.label for part in actual.parts] == ["实际缴费"]


def test_F_8_4_arrears_come_first_and_then_the_rest() -> None:
    """A-40: 7 × 194.28 + 17 × 218.42 = 5073.10, then 12 × 484.38 = 5812.56: 10885.66."""
    made = shown("retirement", f"{WOMAN}&path=top_up")
    owed, rest = made.payments
    assert [span.amount for span in owed.spans] == [Decimal("1359.96"), Decimal("3713.14")]
    assert (owed.title, owed.amount) == ("先补齐欠缴的 24 个月", Decimal("5073.10"))
    assert (rest.title, rest.amount) == ("再一次性补缴 12 个月", Decimal("5812.56"))
    assert made.total == Decimal("10885.66")


def test_F_5_14_topping_up_beside_paying_on() -> None:
    """12 months from April 2025 to March 2026; only those of 2025 have an amount (A-31)."""
    made = shown("retirement", f"{WOMAN}&path=top_up")
    assert lines(made) == {
        "先补齐欠缴": ("5,073.10 元", "5,073.10 元"),
        "剩下还缺的月数": ("12 个月，一次补齐", "12 个月，按月缴"),
        "这些月份要花": ("5,812.56 元", "2025年4月起每月 484.38 元，往后的标准文件没有写全"),
        "缴到什么时候": ("补齐就办手续", "缴到2026年3月"),
        "这期间的待遇": ("不用等", "按在职的比例报销"),
        "享受退休待遇从": ("2025年7月1日", "最早2026年4月1日"),
        "个人账户划入从": ("2025年7月1日", "最早2026年4月1日"),
    }
    meanwhile = next(line for line in made.lines if line.label == "这期间的待遇")
    assert "F-5.15" in meanwhile.paying_on.clauses
    # The comparison does not depend on the way that was chosen.
    assert made.lines == shown("retirement", f"{WOMAN}&path=continue").lines
    assert made.lines == shown("retirement", WOMAN).lines


def test_both_ways_are_the_rule_s_own_answers(client: Client) -> None:
    """Each column says what the calculator says on that way."""
    texts = lines(shown("retirement", WOMAN))
    for place, path in enumerate(("top_up", "continue")):
        query = f"{WOMAN}&path={path}"
        result = client.get(f"/api/v1/calculators/retirement?{query}").json()["result"]
        assert texts["剩下还缺的月数"][place].startswith(
            f"{result['top_up_months'] or result['continue_months']} 个月"
        )
        assert f"{Decimal(result['arrears']):,.2f} 元" == texts["先补齐欠缴"][place]


def test_months_that_all_have_an_amount_have_a_sum() -> None:
    """Short of 2 months, April and May 2025: 2 × 484.38 = 968.76, on either way."""
    query = MAN.replace("300", "322") + "&handled_on=2025-05-20"
    made = shown("retirement", f"{query}&path=continue")
    (monthly,) = made.payments
    assert (monthly.title, monthly.amount) == (
        "按月缴 2 个月（2025年4月—5月）",
        Decimal("968.76"),
    )
    assert lines(made)["这些月份要花"] == ("968.76 元", "968.76 元")
    assert lines(made)["享受退休待遇从"] == ("2025年6月1日", "最早2025年6月1日")
    assert made.total is None


def test_formalities_later_than_the_last_payment_count_as_they_are() -> None:
    query = MAN.replace("300", "322") + "&handled_on=2025-09-20"
    assert lines(shown("retirement", query))["享受退休待遇从"][1] == "最早2025年10月1日"


def test_what_is_missing_is_named() -> None:
    """Without a day of the formalities a top-up has no price and no first day."""
    made = shown("retirement", MAN)
    texts = lines(made)
    assert texts["这些月份要花"][0] == "还缺：办医保退休手续的日期"
    assert texts["享受退休待遇从"] == ("还缺：办医保退休手续的日期", "最早2027年4月1日")
    made = shown("retirement", "sex=male&reaches_age_on=2025-03-10&deemed_months=0")
    assert [bar.missing for bar in made.bars] == ["还缺您的回答：实际缴费的月数。"] * 2
    assert made.lines == ()


def test_A_42_an_open_question_of_the_documents_is_no_missing_answer() -> None:
    query = "sex=male&reaches_age_on=2021-06-01&approved_on=2022-01-01&actual_months=10"
    texts = lines(shown("retirement", f"{query}&deemed_months=0&handled_on=2025-06-01"))
    assert texts["剩下还缺的月数"] == ("文件没有写清", "文件没有写清")
    assert texts["享受退休待遇从"][0] == "2025年7月1日"


@pytest.mark.parametrize("handled", ["2024-12-31", "2026-01-05"])
def test_A_39_a_top_up_without_a_price_says_why(handled: str) -> None:
    query = MAN.replace("2025-03-10", "2024-03-10") + f"&handled_on={handled}&path=top_up"
    made = shown("retirement", query)
    (rest,) = made.payments
    assert rest.amount is None
    assert "不给数字" in rest.text
    assert lines(made)["这些月份要花"][0] == "办手续那时的标准，文件没有写"


def test_arrears_that_suffice_leave_nothing_to_compare() -> None:
    query = WOMAN.replace("actual_months=200", "actual_months=220")
    made = shown("retirement", f"{query}&path=top_up")
    assert (made.bars[0].short, made.bars[0].parts[-1].months) == (16, 16)
    assert [payment.amount for payment in made.payments] == [Decimal("5073.10")]
    assert made.lines == ()
    assert made.remarks == ("补齐欠缴以后，年限就够了，不用再补。",)


def test_enough_years_are_shown_and_nothing_is_to_be_paid() -> None:
    made = shown("retirement", MAN.replace("300", "400"))
    assert [(bar.short, bar.parts[0].width) for bar in made.bars] == [(0, "100.00")] * 2
    assert (made.payments, made.lines) == ((), ())


@pytest.mark.parametrize("reached", ["9998-12-31", "1900-01-01"])
def test_far_days_are_no_fault(client: Client, reached: str) -> None:
    query = f"sex=male&reaches_age_on={reached}&approved_on=2017-01-01&deemed_months=0"
    query += "&actual_months=0&handled_on=9998-12-31"
    assert client.get(f"/calculators/retirement/?{query}").status_code == 200


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        # F-6.3, A-47: three months from the first payment on.
        ("kind=first&first_month=2025-05", {2025: "....wwwccccc"}),
        # F-6.5: a gap of four months cannot be repaid.
        ("kind=gap&first_month=2025-05&gap_months=4", {2025: "mmmmwwwccccc"}),
        # F-6.4: repaid, so covered from the month of payment, and the gap too.
        ("kind=gap&first_month=2025-03&gap_months=3&back_paid=true", None),
        ("kind=gap&first_month=2025-05", {2025: "....cccccccc"}),
        # A break that was paid for does not count where somebody joins for the first time.
        ("kind=first&first_month=2025-05&gap_months=2&back_paid=true", {2025: "....wwwccccc"}),
    ],
)
def test_flexible_months_paid_waiting_covered(query: str, expected: dict[int, str] | None) -> None:
    made = shown("start-date", f"scheme=flexible&{query}")
    assert states(made) == (expected or {2024: "...........p", 2025: "ppcccccccccc"})


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        # paid in March, April to June wait.
        ("kind=adult&paid_on=2024-03-15", {2024: "..pwwwcccccc"}),
        # in the window of 2023.
        ("kind=adult&paid_on=2023-10-09", {2023: ".........pww", 2024: "cccccccccccc"}),
        # the next month.
        ("kind=student&paid_on=2024-03-15", {2024: "..pccccccccc"}),
        # from birth.
        ("kind=newborn&paid_on=2024-04-01&born_on=2024-02-10", {2024: ".ccccccccccc"}),
        # from the very day.
        ("kind=low_income&handled_on=2024-05-20", {2024: "....cccccccc"}),
        # from the day of the standing, never before the year.
        ("kind=low_margin_student&identified_on=2023-11-01", None),
    ],
)
def test_resident_months_paid_waiting_covered(query: str, expected: dict[int, str] | None) -> None:
    made = shown("start-date", f"scheme=resident&{query}")
    assert states(made) == (expected or {2023: "..........pw", 2024: "cccccccccccc"})


def test_A_54_a_year_of_which_nothing_is_left_has_no_line() -> None:
    assert timeline("start-date", "scheme=resident&kind=adult&paid_on=2024-09-01") is None


def test_F_15_31_a_filing_from_the_day_of_issue_on() -> None:
    made = shown("filing-expiry", "proof=residence_permit&issued_on=2025-03-15")
    assert states(made) == {2025: "..cccccccccc", 2026: "ccc........."}
    assert made.stages[0].when == "2025年3月15日到2026年3月15日"
    assert timeline("filing-expiry", "proof=property_deed") is None
    assert timeline("filing-expiry", "proof=residence_permit&valid_until=2026-08-31") is None


@pytest.mark.parametrize(
    "query",
    ["scheme=resident&member=adult", "scheme=flexible&first_month=2031-01&last_month=2031-02"],
)
def test_what_has_no_months_or_no_answer_has_no_timeline(query: str) -> None:
    assert timeline("contribution", query) is None


def test_the_page_says_what_the_json_says(client: Client) -> None:
    """Every span of the page is a row of the JSON, amount by amount."""
    query = "first_month=2010-07&last_month=2021-12"
    rows = client.get(f"/api/v1/calculators/arrears?{query}").json()["result"]["rows"]
    html = client.get(f"/calculators/arrears/?{query}").content.decode()
    spans = html[html.index('class="spans"') : html.index("</ol>", html.index('class="spans"'))]
    amounts = [found.replace(",", "") for found in re.findall(r"<b>([\d,.]+)</b> 元", spans)]
    assert amounts == [row["amount"] for row in rows]
