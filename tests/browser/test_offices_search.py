"""Finding an office and anything else, on a phone."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PhoneMaker, follow
from tests.browser.matrix import wrong_anywhere

pytestmark = pytest.mark.browser

PAGES = {
    "office found": "/offices/?q=205路",
    "no office found": "/offices/?q=北京",
    "longest office": "/offices/tiexi/",
    "shortest office": "/offices/liaozhong/",
    "hotline office": "/offices/center/",
    "search": "/search/",
    "results": "/search/?q=住院",
    "all of a kind": "/search/?q=医疗&kind=clause",
    "one hit for two clauses": "/search/?q=3个月以内未选择补缴或中断",
    "nothing found": "/search/?q=浑南医保怎么去",
    "a long query": "/search/?q=" + "九" * 120,
}


@pytest.mark.parametrize("kind", list(PAGES))
def test_a_page_is_whole_and_accessible(phone: PhoneMaker, kind: str) -> None:
    shown = phone()
    shown.open(PAGES[kind])
    assert wrong_anywhere(shown) == []


def test_an_office_is_found_and_called_without_javascript(phone: PhoneMaker) -> None:
    page = phone(javascript=False).open("/offices/")
    page.get_by_role("searchbox").fill("hn")
    follow(page.get_by_role("button", name="找网点"))
    follow(page.get_by_role("link", name="浑南分中心"))
    assert page.url.endswith("/offices/hunnan/")
    call = page.get_by_role("link", name="024-23770026")
    assert call.get_attribute("href") == "tel:024-23770026"
    assert page.get_by_role("button", name="复制地址").count() == 0


def test_a_district_is_chosen_without_javascript(phone: PhoneMaker) -> None:
    page = phone(javascript=False).open("/offices/")
    page.get_by_text("按区县看").click()
    follow(page.get_by_role("link", name="皇姑区", exact=True))
    assert page.locator(".rows li").count() == 2


def copied(phone: PhoneMaker, spy: str) -> tuple[str, str]:
    """Press the button where the browser has been made poorer: what was copied, what it says."""
    shown = phone()
    shown.page.add_init_script(spy)
    page = shown.open("/offices/hunnan/")
    page.get_by_role("button", name="复制地址").click()
    said = page.locator(".tools [role=status]")
    expect(said).not_to_be_empty()
    assert shown.complaints == []
    return page.evaluate("window.copied || ''"), said.inner_text()


ADDRESS = "浑南区全运路109号，沈阳创新天地H座7楼。"
MODERN = """Object.defineProperty(navigator, "clipboard", {value: {
  writeText: text => { window.copied = text; return Promise.resolve(); }}})"""
REFUSES = """Object.defineProperty(navigator, "clipboard", {value: {
  writeText: () => Promise.reject(new Error("not here"))}});"""
HAS_NONE = 'Object.defineProperty(navigator, "clipboard", {value: undefined});'
OLD_WAY = """document.execCommand = () => {
  window.copied = document.activeElement.value; return true; };"""
NO_WAY = "document.execCommand = () => false;"


@pytest.mark.parametrize("spy", [MODERN, REFUSES + OLD_WAY, HAS_NONE + OLD_WAY])
def test_the_address_is_copied_in_old_webviews_too(phone: PhoneMaker, spy: str) -> None:
    assert copied(phone, spy) == (ADDRESS, "已复制")


def test_where_nothing_can_be_copied_it_says_how(phone: PhoneMaker) -> None:
    assert copied(phone, HAS_NONE + NO_WAY) == ("", "请长按上面的字来复制")


def test_the_printed_office_has_its_code_and_nothing_to_press(phone: PhoneMaker) -> None:
    page = phone().open("/offices/hunnan/")
    code = page.locator(".page-qr svg")
    expect(code).to_be_hidden()
    page.emulate_media(media="print")
    expect(code).to_be_visible()
    for hidden in ("看地图", "复制地址", "去办什么，要带什么"):
        expect(page.get_by_text(hidden)).to_be_hidden()
    shown = page.locator("main").inner_text()
    for needed in ("浑南分中心", ADDRESS, "024-23770026", "省博物馆", "地铁2号线"):
        assert needed in shown


def test_anything_is_found_without_javascript(phone: PhoneMaker) -> None:
    page = phone(javascript=False).open("/search/")
    page.get_by_role("searchbox").fill("４５０ 元")
    page.keyboard.press("Enter")
    assert page.get_by_role("searchbox").input_value() == "４５０ 元"
    expect(page.locator("mark").first).to_be_visible()
    follow(page.locator("main a[href='/policy/R-2.3']"))
    assert "非在校未成年人、成年居民为450元" in page.locator("main").inner_text()


def test_a_long_list_is_opened_whole(phone: PhoneMaker) -> None:
    page = phone().open("/search/?q=住院")
    follow(page.get_by_role("link", name=re.compile("看全部 .*政策原文")))
    assert "kind=clause" in page.url
    assert page.locator(".rows li").count() > 5
    follow(page.get_by_role("link", name="看全部结果"))
    assert page.locator("h2").count() > 1
