"""A result passed on: its text is copied, its picture is drawn, with amounts only when asked."""

import base64
import re
from io import BytesIO
from typing import Any

import pytest
import segno
from PIL import Image, ImageChops, ImageFilter
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.conftest import PhoneMaker, Site
from tests.browser.matrix import inaccessible

pytestmark = pytest.mark.browser

STAY = "/calculators/inpatient/?scheme=flexible&group=active&tier=level3&cost=20000"
RESULTS = {
    "bill": STAY,
    "day": "/calculators/start-date/?scheme=resident&kind=adult&paid_on=2024-03-15",
    "longest": (
        "/calculators/inpatient/?scheme=flexible&group=retired&tier=top3&cost=99999999.99"
        "&class_b=9999.99&outside=12345.67&admission=2&condition=cancer&place=long_term"
        "&filed_on=2025-07-01&pool_paid=140000&large_sum_paid=1000"
    ),
    "year": (
        "/calculators/year/?scheme=flexible&group=active"
        "&e=inpatient,2025-02-01,level3,10000&e=outpatient,2025-03-01,level3,1000"
    ),
}
WITHOUT, WITH = 0, 1


def fold(page: Page) -> Locator:
    return page.locator("details.share", has=page.locator("summary", has_text="保存成图片"))


def draw(page: Page, which: int) -> Locator:
    """Ask for a picture as a person does, and wait until it is there."""
    if fold(page).get_attribute("open") is None:
        fold(page).locator("summary").click()
    fold(page).get_by_role("button").nth(which).click()
    image = fold(page).get_by_role("img")
    image.wait_for()
    page.wait_for_function("document.querySelector('.drawn').naturalWidth > 0")
    return image


def opened(image: Locator) -> Image.Image:
    kind, _, data = (image.get_attribute("src") or "").partition(",")
    assert kind == "data:image/png;base64"
    return Image.open(BytesIO(base64.b64decode(data))).convert("RGB")


def words_of(page: Page, which: int) -> list[str]:
    """The lines of the text, without its last one: the link is the picture's code."""
    text = page.locator("[data-card]").nth(which).text_content() or ""
    return text.strip().split("\n")[:-1]


@pytest.mark.parametrize("which", [WITHOUT, WITH], ids=["without", "with"])
@pytest.mark.parametrize("kind", list(RESULTS))
def test_the_picture_says_all_that_the_text_says(phone: PhoneMaker, kind: str, which: int) -> None:
    shown = phone()
    page = shown.open(RESULTS[kind])
    said = (draw(page, which).get_attribute("alt") or "").split("\n")
    words = words_of(page, which)
    assert [line for line in said if line in words] == words
    assert said[-1] == "沈阳医保服务门户"
    assert "长按图片保存或转发" in fold(page).inner_text()
    assert not shown.scrolls_sideways()
    assert shown.complaints == []


def test_the_picture_is_sharp_and_has_an_amount_only_when_asked(
    site: Site, chromium: Browser
) -> None:
    context = chromium.new_context(
        viewport={"width": 360, "height": 780}, device_scale_factor=3, is_mobile=True
    )
    page = context.new_page()
    page.goto(site.address + STAY)
    without = draw(page, WITHOUT)
    assert not re.search(r"\d,\d|元", without.get_attribute("alt") or "")
    assert opened(without).width == 1080
    with_amounts = draw(page, WITH)
    assert "您大约自付 1,951.20 元" in (with_amounts.get_attribute("alt") or "")
    assert fold(page).get_by_role("img").count() == 1
    context.close()


def test_nothing_is_written_over_the_edge_of_the_sheet(phone: PhoneMaker) -> None:
    """The longest words and amounts: between the sheet's edge and its margin there is no ink."""
    picture = opened(draw(phone().open(RESULTS["longest"]), WITH))
    scale = picture.width / 360
    for left, right in ((0, 12), (332, 360)):
        strip = picture.crop(
            (int(left * scale), int(60 * scale), int(right * scale), picture.height)
        )
        assert strip.convert("L").getextrema()[0] > 150  # paper, sheet and shadow


@pytest.mark.parametrize("which", [WITHOUT, WITH], ids=["without", "with"])
def test_the_code_in_the_picture_is_that_of_the_link(phone: PhoneMaker, which: int) -> None:
    """Only the code has whole squares of pure black, so it is found; each module is looked at."""
    page = phone().open(STAY)
    red, green, blue = opened(draw(page, which)).split()
    brightest = ImageChops.lighter(ImageChops.lighter(red, green), blue)
    picture = brightest.point(lambda level: 255 if level else 0)
    squares = picture.filter(ImageFilter.MaxFilter(5)).point(lambda level: 255 - level).getbbox()
    assert squares
    box = (squares[0] - 2, squares[1] - 2, squares[2] + 2, squares[3] + 2)
    link = page.locator("[data-card]").nth(which).locator("[data-line=link] b").text_content()
    assert ("cost=" in str(link)) == (which == WITH)
    matrix = segno.make(str(link), error="l", micro=False, mask=3).matrix
    module = (box[2] - box[0]) / len(matrix)
    assert module == (box[3] - box[1]) / len(matrix) >= 4
    for row, modules in enumerate(matrix):
        for column, dark in enumerate(modules):
            at = (box[0] + int((column + 0.5) * module), box[1] + int((row + 0.5) * module))
            assert (picture.getpixel(at) == 0) == bool(dark), (row, column)


def test_without_a_network_the_picture_lacks_its_code_until_it_is_drawn_again(
    phone: PhoneMaker,
) -> None:
    shown = phone()
    page = shown.open(STAY)
    fold(page).locator("summary").click()
    fold(page).get_by_role("button").first.wait_for()
    page.context.set_offline(True)
    without = opened(draw(page, WITH))
    expect(fold(page).get_by_role("status")).to_contain_text("少了二维码")
    page.context.set_offline(False)
    again = opened(draw(page, WITH))
    assert again.height > without.height
    expect(fold(page).get_by_role("status")).to_have_text("长按图片保存或转发")
    draw(page, WITHOUT)
    draw(page, WITH)
    codes = [address for address in shown.requests if "qr.svg" in address]
    assert len(codes) == 3, "what is there is not asked for again"


def test_a_dark_phone_draws_a_light_picture(phone: PhoneMaker) -> None:
    light, dark = (
        opened(draw(phone(dark=is_dark).open(STAY), WITHOUT)) for is_dark in (False, True)
    )
    assert light.tobytes() == dark.tobytes()


@pytest.mark.parametrize("mode", ["", "&mode=care"], ids=["ordinary", "care"])
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_the_opened_folds_are_accessible(phone: PhoneMaker, mode: str, dark: bool) -> None:
    shown = phone(dark=dark)
    page = shown.open(STAY + mode)
    page.locator("summary", has_text="转给家人").click()
    page.locator("summary", has_text="要带金额的").click()
    draw(page, WITH)
    assert inaccessible(page) == []
    smallest = 60 if mode else 44
    for button in page.locator("details.share button").all():
        assert (button.bounding_box() or {})["height"] >= smallest
    assert shown.complaints == []


def test_the_script_is_loaded_on_that_tap_only(phone: PhoneMaker) -> None:
    shown = phone()
    page = shown.open(STAY)
    page.locator("summary", has_text="转给家人").click()
    page.get_by_role("button", name="复制，不带金额").wait_for()
    assert not any("card" in url for url in shown.requests)
    draw(page, WITHOUT)
    assert sum("card" in url for url in shown.requests) == 1


def test_a_new_answer_draws_a_new_picture(phone: PhoneMaker) -> None:
    shown = phone()
    page = shown.open(STAY)
    draw(page, WITH)
    page.locator("summary", has_text="改一改答案").click()
    page.get_by_role("radio", name="退休").check()
    page.get_by_role("button", name="看看自己要付多少").click()
    page.locator("#result", has_text="退休").wait_for()
    # F-14.6: (20000 − 600) × 91% = 17654
    assert "17,654.00" in (draw(page, WITH).get_attribute("alt") or "")
    assert shown.complaints == []


def test_without_javascript_the_fold_says_to_take_a_screenshot(phone: PhoneMaker) -> None:
    page = phone(javascript=False).open(STAY)
    fold(page).locator("summary").click()
    assert "截屏" in fold(page).inner_text()
    assert fold(page).get_by_role("button").count() == 0


def test_a_phone_that_cannot_draw_is_told_what_to_do(phone: PhoneMaker) -> None:
    shown = phone()
    page = shown.open(STAY)
    page.evaluate("HTMLCanvasElement.prototype.getContext = () => null")
    fold(page).locator("summary").click()
    fold(page).get_by_role("button").first.click()
    expect(fold(page).get_by_role("status")).to_contain_text("请给这一页截屏")
    assert fold(page).get_by_role("img").count() == 0


def test_the_text_for_the_family_is_copied_and_has_no_amount_unless_asked(
    phone: PhoneMaker,
) -> None:
    shown = phone()
    page = shown.open(STAY)
    page.locator("summary", has_text="转给家人").click()
    page.get_by_role("button", name="复制，不带金额").wait_for()
    assert not page.get_by_role("button", name="复制，带金额").is_visible()
    without: Any = page.locator(".message").first.inner_text()
    assert not re.search(r"\d,\d|元|cost=", without)
    page.locator("summary", has_text="要带金额的").click()
    with_amounts = page.locator(".message").last.inner_text()
    assert "1,951.20" in with_amounts
    assert "cost=20000" in with_amounts
    assert page.get_by_role("button", name="复制，带金额").is_visible()
    assert shown.complaints == []
