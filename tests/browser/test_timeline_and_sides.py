"""Results along time and two schemes side by side, on a phone, with and without JavaScript."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PhoneMaker
from tests.browser.matrix import wrong_anywhere

pytestmark = pytest.mark.browser

RETIRING = (
    "/calculators/retirement/?sex=female&reaches_age_on=2025-03-10&handled_on=2025-06-20"
    "&actual_months=200&deemed_months=64"
)
COMPARE = "/calculators/compare/"
BOTH = "?member=adult&hardship=none&cost=20000&tier=level3&quarter_cost=300&emergency_cost=5000"
PAGES = {
    "arrears, longest": "/calculators/arrears/?first_month=2000-01&last_month=2021-12",
    "contribution": "/calculators/contribution/?scheme=flexible"
    "&first_month=2024-09&last_month=2025-12",
    "retirement, topped up": f"{RETIRING}&arrears_first=2012-01&arrears_last=2013-12&path=top_up",
    "retirement, little told": "/calculators/retirement/?sex=male&reaches_age_on=2025-03-10"
    "&actual_months=300&deemed_months=0",
    "start, flexible": "/calculators/start-date/?scheme=flexible"
    "&kind=gap&first_month=2025-05&gap_months=14",
    "start, resident": "/calculators/start-date/?scheme=resident&kind=adult&paid_on=2023-10-09",
    "filing": "/calculators/filing-expiry/?scheme=flexible"
    "&proof=residence_permit&issued_on=2025-03-15",
    "compare, empty": COMPARE,
    "compare, wrong": f"{COMPARE}?member=adult&hardship=none&cost=20000",
    "compare": COMPARE + BOTH,
}


@pytest.mark.parametrize("kind", list(PAGES))
def test_a_page_is_whole_and_accessible(phone: PhoneMaker, kind: str) -> None:
    shown = phone()
    shown.open(PAGES[kind])
    assert wrong_anywhere(shown, folds_open=True) == []


@pytest.mark.parametrize("javascript", [True, False], ids=["script", "no script"])
def test_two_schemes_are_asked_for_and_the_link_reopens(
    phone: PhoneMaker, javascript: bool
) -> None:
    shown = phone(javascript=javascript)
    page = shown.open(COMPARE)
    page.get_by_text("成年居民").click()
    page.get_by_label("假如一年住一次院，能报销的费用一共多少？").fill("2万")
    page.get_by_role("button", name="放在一起看看").click()

    # The level was not chosen: the errors come first and have the focus, and nothing is lost.
    expect(page.locator(".wrongs")).to_be_focused()
    expect(page.locator(".wrongs")).to_contain_text("请选医院级别")
    assert page.get_by_label("假如一年住一次院，能报销的费用一共多少？").input_value() == "20000"
    page.get_by_text("三级", exact=True).click()
    page.get_by_role("button", name="放在一起看看").click()

    table = page.locator(".sides")
    expect(table).to_contain_text("450.00 元")
    expect(table).to_contain_text("5,944.56 元")
    expect(table).to_contain_text("5,450.00 元")  # (20000 − 600) × 25% + 600
    expect(page.locator("#result")).to_contain_text("不能用一个数比高低")
    result = page.locator("#result").inner_text()
    page.goto(page.url)
    assert page.locator("#result").inner_text() == result
    page.go_back()
    expect(page.locator(".wrongs")).to_be_visible()


def test_both_ways_of_retiring_stand_side_by_side_without_javascript(phone: PhoneMaker) -> None:
    page = phone(javascript=False).open(RETIRING)
    ways = page.locator(".ways")
    expect(ways).to_contain_text("缴到2028年3月")  # 36 months from April 2025 on
    expect(ways).to_contain_text("17,437.68")  # 36 × 484.38
    expect(ways).to_contain_text("按在职的比例报销")
