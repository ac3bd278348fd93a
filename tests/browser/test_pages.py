"""Each kind of page on a phone: nothing overflows, nothing complains, everybody can use it."""

import re

import pytest
from django.template import engines
from playwright.sync_api import Page, expect

from tests.browser.conftest import Phone, PhoneMaker, follow
from tests.browser.matrix import (
    MAIN,
    PAGES,
    STAY,
    badly_coloured,
    broken_by_size,
    broken_by_wechat_text,
    complaints,
    inaccessible,
    sideways,
    too_small,
)

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("kind", list(PAGES))
def test_a_page_is_whole_and_accessible(phone: PhoneMaker, kind: str) -> None:
    """Light, then dark; then a narrow phone with large text, and the text size of WeChat."""
    shown = phone()
    page = shown.open(PAGES[kind])
    assert sideways(page) == []
    assert inaccessible(page) == []
    assert too_small(page) == []
    assert badly_coloured(page, dark=True) == []
    assert broken_by_wechat_text(page) == []
    assert broken_by_size(page) == []
    assert complaints(shown) == []
    assert len(shown.requests) <= 5, shown.requests


# --- pages that come when something is wrong ------------------------------------------------------


def failed(shown: Phone, status: int) -> Page:
    """Let the server fail with a status that cannot be asked for; the page is its own."""
    html = engines["public"].get_template(f"{status}.html").render()
    shown.page.route(
        "**/failing",
        lambda route: route.fulfill(status=status, body=html, content_type="text/html"),
    )
    return shown.open("/failing")


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [360, 320])
@pytest.mark.parametrize("status", [400, 500, 503])
def test_a_failure_is_a_page_too(phone: PhoneMaker, status: int, width: int, dark: bool) -> None:
    shown = phone(width=width, dark=dark)
    page = failed(shown, status)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.get_by_role("link", name="024-12345-1-7")).to_be_visible()
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert ground == ("rgb(26, 25, 22)" if dark else "rgb(250, 246, 238)"), "it has its look"
    assert not shown.scrolls_sideways()
    assert inaccessible(page) == []
    assert [text for text in shown.complaints if f"status of {status}" not in text] == []
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert not shown.scrolls_sideways()


@pytest.mark.parametrize("kind", ["not found", "wrong answers"])
def test_a_wrong_address_and_a_wrong_answer_fit_a_narrow_phone(
    phone: PhoneMaker, kind: str
) -> None:
    shown = phone(width=320)
    page = shown.open(PAGES[kind])
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert not shown.scrolls_sideways()
    assert inaccessible(page) == []


# --- without JavaScript, and on paper -----------------------------------------------------------


@pytest.mark.parametrize("kind", [*MAIN, "guided day", "found", "one office", "feedback"])
def test_a_page_needs_no_javascript(phone: PhoneMaker, kind: str) -> None:
    plain = phone(javascript=False).open(PAGES[kind])
    main = plain.locator("main")
    expect(main.get_by_role("heading", level=1)).to_be_visible()
    if "/calculators/" not in PAGES[kind]:  # there scripts say more of what is being typed
        full = phone().open(PAGES[kind]).locator("main").inner_text()
        without_buttons = full.replace("复制地址", "")
        assert main.inner_text().split() == without_buttons.split()
    for form in main.locator("form").all():
        # The one sets a cookie, the other is a word to us: neither is a link to pass on.
        if form.get_attribute("action") not in {"/display/", "/feedback/"}:
            assert (form.get_attribute("method") or "get").lower() == "get"
        assert form.locator("button").count() >= 1, "it can be sent"
        assert form.locator("[disabled]").count() == 0


def test_a_search_is_sent_from_any_page_without_javascript(phone: PhoneMaker) -> None:
    for path in ("/", "/nothing", "/search/"):
        page = phone(javascript=False).open(path)
        page.get_by_role("searchbox").fill("报销")
        follow(page.get_by_role("button", name="搜索"))
        assert "/search/?q=" in page.url
        expect(page.locator("mark").first).to_be_visible()


def test_a_list_is_ticked_without_javascript(phone: PhoneMaker) -> None:
    page = phone(javascript=False).open(PAGES["lists to tick"])
    # At its words: the seal behind them leads to its clause.
    page.locator(".task-list-item label").first.click(position={"x": 60, "y": 20})
    assert page.get_by_role("checkbox", checked=True).count() == 1


def test_on_paper_the_folds_are_open_and_the_menus_are_gone(phone: PhoneMaker) -> None:
    page = phone(dark=True).open(PAGES["lists to tick"])
    page.emulate_media(media="print")
    expect(page.get_by_role("navigation").first).to_be_hidden()
    expect(page.locator("#next")).to_be_hidden()
    expect(page.get_by_role("checkbox").first).to_be_visible()
    expect(page.locator("details.fold p, details.fold li").first).to_be_visible()
    ink = "getComputedStyle(document.querySelector('main a[href]')).color"
    assert page.evaluate(ink) == "rgb(0, 0, 0)", "a dark phone does not print pale letters"


def test_a_stay_is_answered_without_javascript(phone: PhoneMaker) -> None:
    page = phone(javascript=False).open("/calculators/inpatient/")
    follow(page.get_by_role("link", name="灵活就业人员职工医保").first)
    page.get_by_role("radio", name="在职").check()
    page.get_by_role("radio", name="三级", exact=True).check()
    page.get_by_label("能报销的费用一共多少？").fill("2万")
    follow(page.get_by_role("button", name="看看自己要付多少"))
    # 三级 在职: (20000 − 600) × 88% = 17072; of 2328 the supplementary pays 80 + 100 + 796.80
    assert "1,951.20" in page.locator("#result").inner_text()
    assert "cost=20000" in page.url, "the link is the plain one"
    assert page.locator('#result a[href="/policy/F-14.6"]').count() >= 1
    follow(page.locator('#result a[href="/policy/F-14.6"]').first)
    assert "三 级 600 88% 91% 12% 9%" in page.locator("main").inner_text()


def test_wrong_answers_keep_what_was_typed_and_take_the_focus(phone: PhoneMaker) -> None:
    page = phone().open("/calculators/inpatient/?scheme=resident")
    page.get_by_role("radio", name="成年居民").check()
    page.get_by_label("能报销的费用一共多少？").fill("两万")
    page.get_by_role("button", name="看看自己要付多少").click()
    expect(page).to_have_title(re.compile("^错误："))
    expect(page.locator(".wrongs")).to_be_focused()
    summary = page.evaluate("document.activeElement.textContent")
    assert "请选医院级别" in summary
    assert page.get_by_label("能报销的费用一共多少？").input_value() == "两万"
    assert page.get_by_role("radio", name="成年居民").is_checked()
    page.get_by_role("link", name="请填写金额").first.click()
    assert page.evaluate("document.activeElement.name") == "cost"


def test_back_and_forward_show_the_question_and_the_answer(phone: PhoneMaker) -> None:
    page = phone().open(PAGES["form"])
    page.goto(page.url + f"&{STAY}")
    assert page.locator("#result").count() == 1
    page.go_back()
    assert page.locator("#result").count() == 0
    page.go_forward()
    assert page.locator("#result").count() == 1
