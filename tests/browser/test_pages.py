"""Each kind of page on a phone: nothing overflows, nothing complains, everybody can use it."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.template import engines
from playwright.sync_api import Page, expect

from tests.browser.conftest import Phone, PhoneMaker, follow

pytestmark = pytest.mark.browser

STAY = "group=active&tier=level3&cost=20000"
# Each kind of page with its longest and its shortest content.
PAGES = {
    "home": "/",
    "person": "/for/students/",
    "opening page": "/enrollment/",
    "benefits by scheme": "/benefits/",
    "longest text": "/enrollment/retirement/",
    "shortest text": "/benefits/resident-emergency/",
    "lists to tick": "/care/maternity-claims/",
    "channels": "/contributions/channels/",
    "about": "/about/",
    "readings": "/about/readings/",
    "found": "/search/?q=报销",
    "not found anything": "/search/?q=zzzz",
    "one office": "/offices/tiexi/",
    "documents": "/policy/",
    "updates": "/updates/",
    "update": "/updates/flexible-2025-10/",
    "longest document": "/policy/documents/flexible-2025-10/",
    "longest clause": "/policy/F-16.17",
    "shortest clause": "/policy/R-7.10",
    "offices": "/offices/",
    "calculators": "/calculators/",
    "which scheme": "/calculators/inpatient/",
    "form": "/calculators/inpatient/?scheme=flexible",
    "wrong answers": "/calculators/inpatient/?scheme=resident&group=adult&cost=abc",
    "result": f"/calculators/inpatient/?scheme=flexible&{STAY}",
    "longest result": (
        "/calculators/inpatient/?scheme=flexible&group=retired&tier=top3&cost=99999999.99"
        "&class_b=1234567.89&outside=7654321.09&admission=3&condition=cancer"
        "&place=temporary_emergency&pool_paid=149999.99"
    ),
    "refusal": f"/calculators/inpatient/?scheme=flexible&{STAY}&date=2020-01-01",
    "not found": "/nothing",
}


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("kind", list(PAGES))
def test_a_page_is_whole_and_accessible(phone: PhoneMaker, kind: str, dark: bool) -> None:
    shown = phone(dark=dark)
    shown.open(PAGES[kind])
    assert not shown.scrolls_sideways()
    violations = Axe().run(shown.page).response["violations"]
    assert [(found["id"], found["nodes"][0]["html"]) for found in violations] == []
    complaints = [text for text in shown.complaints if "status of 404" not in text]
    assert complaints == []
    assert len(shown.requests) <= 5, shown.requests


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("kind", list(PAGES))
def test_a_page_reflows_at_320_px_with_text_at_200_percent(
    phone: PhoneMaker, kind: str, dark: bool
) -> None:
    shown = phone(width=320, dark=dark)
    page = shown.open(PAGES[kind])
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert not shown.scrolls_sideways()


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
    violations = Axe().run(page).response["violations"]
    assert [(found["id"], found["nodes"][0]["html"]) for found in violations] == []
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
    violations = Axe().run(page).response["violations"]
    assert [(found["id"], found["nodes"][0]["html"]) for found in violations] == []


# --- without JavaScript, and on paper -----------------------------------------------------------


@pytest.mark.parametrize("kind", list(PAGES))
def test_a_page_needs_no_javascript(phone: PhoneMaker, kind: str) -> None:
    plain = phone(javascript=False).open(PAGES[kind])
    main = plain.locator("main")
    expect(main.get_by_role("heading", level=1)).to_be_visible()
    if "/calculators/" not in PAGES[kind]:  # there scripts say more of what is being typed
        full = phone().open(PAGES[kind]).locator("main").inner_text()
        without_buttons = full.replace("复制地址", "")
        assert main.inner_text().split() == without_buttons.split()
    for form in main.locator("form").all():
        if form.get_attribute("action") != "/display/":  # which sets a cookie, and no more
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


# A link inside a sentence follows the sentence (WCAG 2.5.8); everything else is for thumbs.
_SMALL_TARGETS = """() => [...document.querySelectorAll(
    'a[href], button, summary, input:not([type=hidden]), label')]
  .filter(e => !e.closest('p, dd, blockquote, .skip, li p') && e.offsetParent !== null)
  .filter(e => !(e.matches('input[type=radio]') && e.closest('label')))
  .map(e => [e.outerHTML.slice(0, 90), e.getBoundingClientRect()])
  .filter(([, box]) => box.height < 44 && box.height > 0)
  .map(([html, box]) => html + ' is ' + Math.round(box.height) + ' px high')"""


@pytest.mark.parametrize("kind", ["home", "form", "wrong answers", "result", "calculators"])
def test_targets_are_large_enough_for_a_thumb(phone: PhoneMaker, kind: str) -> None:
    page = phone().open(PAGES[kind])
    labels_only = [t for t in page.evaluate(_SMALL_TARGETS) if not t.startswith("<label")]
    assert labels_only == []


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
