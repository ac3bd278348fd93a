"""长辈版 on each kind of page: 24 px and more, targets of 60 px, contrast of 7:1, nothing sideways."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PhoneMaker, follow
from tests.browser.matrix import (
    PAGES,
    STRICT,
    badly_coloured,
    broken_by_size,
    complaints,
    inaccessible,
    sideways,
    too_small,
)

pytestmark = pytest.mark.browser


def large(path: str) -> str:
    return f"{path}{'&' if '?' in path else '?'}mode=care"


@pytest.mark.parametrize("kind", list(PAGES))
def test_a_page_is_large_strong_and_whole(phone: PhoneMaker, kind: str) -> None:
    shown = phone()
    page = shown.open(large(PAGES[kind]))
    assert sideways(page) == []
    assert inaccessible(page, STRICT) == []
    assert too_small(page, care=True) == []
    expect(page.get_by_role("link", name="打热线 024-12345-1-7")).to_be_in_viewport()
    assert badly_coloured(page, dark=True, care=True) == []
    assert broken_by_size(page) == []
    assert complaints(shown) == []


def test_the_choice_is_one_press_away_and_one_press_back(phone: PhoneMaker) -> None:
    shown = phone(javascript=False)
    page = shown.open("/")
    follow(page.get_by_role("button", name="长辈版：字大一些"))
    follow(page.get_by_role("link", name="缴费", exact=True).first)
    assert page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)") == 24
    assert "mode=" not in page.url, "it is remembered, not carried"
    follow(page.get_by_role("button", name="回到普通版"))
    assert page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)") == 18


def test_the_hotline_stays_in_reach_while_reading_and_leaves_a_form_alone(
    phone: PhoneMaker,
) -> None:
    reading = phone().open(large(PAGES["longest text"]))
    reading.mouse.wheel(0, 3000)
    reading.wait_for_function("window.scrollY > 1000")
    expect(reading.get_by_role("link", name="打热线 024-12345-1-7")).to_be_in_viewport()
    form = phone().open(large(PAGES["form"]))
    form.mouse.wheel(0, 3000)
    form.wait_for_function("window.scrollY > 1000")
    expect(form.get_by_role("link", name="打热线 024-12345-1-7")).not_to_be_in_viewport()
