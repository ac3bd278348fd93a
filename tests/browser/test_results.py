"""The result on a phone and on paper: what is seen first, what is folded, what is copied."""

import pytest

from tests.browser.conftest import Phone, PhoneMaker, follow
from tests.browser.matrix import wrong_anywhere

pytestmark = pytest.mark.browser

STAY = "scheme=flexible&group=active&tier=level3&cost=20000"
TRIP = "scheme=resident&group=adult&tier=top3&cost=20000&place=temporary&outside=500"
PAGES = {
    "result": f"/calculators/inpatient/?{STAY}",
    "refusal with known parts": f"/calculators/inpatient/?{TRIP}",
    "longest refusal": "/calculators/major-illness/?self_paid=99999999.99",
    "no rules on that day": f"/calculators/inpatient/?{STAY}&date=2020-01-01",
    "days and years": "/calculators/retirement/?sex=male&reaches_age_on=2025-06-01&actual_months=100",
    "comparison": f"/calculators/inpatient/compare/?{STAY}",
    "longest comparison": (
        "/calculators/inpatient/compare/?scheme=flexible&group=active&tier=top3&cost=99999999.99"
    ),
    "comparison with refusals": f"/calculators/inpatient/compare/?{TRIP}",
    "comparison of places": "/calculators/emergency/compare/?scheme=resident&cost=9000",
    "total only": "/calculators/inpatient/range/?scheme=flexible",
    "range": (
        "/calculators/inpatient/range/?scheme=flexible&group=active&tier=level3"
        "&total=99999999.99&outside_most=6000000&outside_likely=2000000"
    ),
}


@pytest.mark.parametrize("kind", list(PAGES))
def test_an_answer_is_whole_and_accessible(phone: PhoneMaker, kind: str) -> None:
    shown = phone()
    shown.open(PAGES[kind])
    assert wrong_anywhere(shown, folds_open=True) == []


def test_the_first_screen_shows_the_number_and_who_pays(phone: PhoneMaker) -> None:
    page = phone().open(PAGES["result"])
    total = page.locator("#result .line.total").bounding_box()
    assert total
    assert total["y"] + total["height"] <= 780
    for folded in page.locator("#result details").all():
        assert folded.get_attribute("open") is None


def test_a_cell_of_the_comparison_opens_its_answer(phone: PhoneMaker) -> None:
    page = phone(javascript=False).open(PAGES["result"])
    follow(page.get_by_role("link", name="换家医院、换个地方，要付多少"))
    follow(page.get_by_role("link", name="1,095.20 元").first)
    # 一级 在职: (20000 − 200) × 94% = 18612; of 1188 补充 pays 292.80
    assert "18,612.00" in page.locator("#result").inner_text()
    page.go_back()
    follow(page.get_by_role("link", name="回到您的结果"))
    assert "1,951.20" in page.locator("#result .headline").inner_text()


def test_only_the_total_is_known_without_javascript(phone: PhoneMaker) -> None:
    page = phone(javascript=False).open("/calculators/inpatient/?scheme=flexible")
    follow(page.get_by_role("link", name="只知道总费用，不知道自费多少"))
    page.get_by_role("radio", name="在职").check()
    page.get_by_role("radio", name="三级", exact=True).check()
    page.get_by_label("总费用一共多少？").fill("2万")
    page.get_by_label("自费最多可能有多少？").fill("6000")
    follow(page.get_by_role("button", name="看看最少、最多"))
    headline = page.locator("#result .headline").inner_text()
    assert "1,951.20" in headline
    assert "7,663.20" in headline
    assert "total=20000" in page.url, "the link is the plain one"


def test_paper_carries_the_slip_the_clauses_and_a_picture_of_the_link(phone: PhoneMaker) -> None:
    page = phone().open(PAGES["result"])
    assert not page.locator(".page-qr").is_visible()
    page.emulate_media(media="print")
    assert page.locator(".page-qr img").is_visible()
    for kept in ("#result .headline", "#result .shares", ".steps .seal"):
        assert page.locator(kept).first.is_visible(), kept
    for left_out in (".nav", "form", ".share", ".go-on"):
        assert not page.locator(left_out).first.is_visible(), left_out


def codes(shown: Phone) -> list[str]:
    """The pictures of codes that were fetched so far."""
    return [address for address in shown.requests if "qr.svg" in address]


def answered(shown: Phone) -> None:
    """Answer a form without loading a page."""
    page = shown.open("/calculators/inpatient/?scheme=flexible")
    page.get_by_role("radio", name="在职").check()
    page.get_by_role("radio", name="三级", exact=True).check()
    page.get_by_label("能报销的费用一共多少？").fill("20000")
    page.get_by_role("button", name="看看自己要付多少").click()
    page.locator("#result .headline").wait_for()


@pytest.mark.parametrize("by", ["page", "htmx"])
def test_the_code_is_fetched_for_paper_only_and_is_there_in_time(
    phone: PhoneMaker, by: str
) -> None:
    shown = phone()
    if by == "htmx":
        answered(shown)
    else:
        shown.open(PAGES["result"])
    page = shown.page
    page.wait_for_load_state("networkidle")
    assert codes(shown) == []
    page.pdf()
    drawn = page.locator(".page-qr svg path")
    assert (drawn.get_attribute("d") or "").startswith("M4 4.5h7m")
    page.pdf()
    assert set(codes(shown)) == {page.url.replace("?", "qr.svg?")}
    assert shown.complaints == []


def test_the_code_of_an_answer_that_goes_is_not_fetched(phone: PhoneMaker) -> None:
    shown = phone()
    answered(shown)
    page = shown.page
    for cost in ("30000", "40000"):
        page.get_by_text("改一改答案，再算一次").click()
        page.get_by_label("能报销的费用一共多少？").fill(cost)
        page.get_by_role("button", name="看看自己要付多少").click()
        page.wait_for_url(f"**cost={cost}&**")
        page.wait_for_load_state("networkidle")
    assert codes(shown) == []


def test_without_javascript_the_code_is_there_before_it_is_printed(phone: PhoneMaker) -> None:
    shown = phone(javascript=False)
    page = shown.open(PAGES["result"])
    assert codes(shown) == [page.url.replace("?", "qr.svg?")]
    assert page.locator(".page-qr img").evaluate("code => code.naturalWidth") > 0


def test_without_a_network_the_rest_is_printed(phone: PhoneMaker) -> None:
    shown = phone()
    page = shown.open(PAGES["result"])
    page.context.set_offline(True)
    page.pdf()
    page.context.set_offline(False)
    page.pdf()
    assert page.locator(".page-qr svg").count() == 1
