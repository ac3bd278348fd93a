"""长辈版 on each kind of page: 24 px and more, targets of 60 px, contrast of 7:1, nothing sideways."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.browser.conftest import PhoneMaker, follow
from tests.browser.test_pages import PAGES

pytestmark = pytest.mark.browser

# axe knows 7:1 as a rule of its own, which it does not run unless it is asked to.
_STRICT = {"rules": {"color-contrast-enhanced": {"enabled": True}}}
# What is read or pressed and smaller than it may be here.
_TOO_SMALL = """() => {
  const small = [];
  const seen = (box) => box.width > 1 && box.height > 1;
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const holder = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || holder.closest("script, style, svg")) continue;
    const range = document.createRange();
    range.selectNode(walker.currentNode);
    if (!seen(range.getBoundingClientRect())) continue;
    const size = parseFloat(getComputedStyle(holder).fontSize);
    if (size < 24) small.push("text " + size + " " + walker.currentNode.data.trim().slice(0, 20));
    const heading = holder.closest("h1, h2, h3") && !holder.matches("small, .seal");
    if (heading && size < 30) small.push("heading " + holder.textContent);
  }
  for (const target of document.querySelectorAll("a, button, summary, label.choice, .entry input")) {
    const box = target.getBoundingClientRect();
    const grown = getComputedStyle(target, "::after").position === "absolute" && target.matches(".seal");
    const height = box.height + (grown ? 24 : 0);
    if (!seen(box) || target.closest(".skip")) continue;
    // A link in the middle of a sentence is as high as its line (WCAG 2.5.8).
    const inSentence = target.matches("a:not(.seal)") && getComputedStyle(target).display === "inline";
    if (height < 59.5 && !inSentence) small.push("target " + height + " " + target.outerHTML.slice(0, 80));
  }
  return small;
}"""


def large(path: str) -> str:
    return f"{path}{'&' if '?' in path else '?'}mode=care"


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("kind", list(PAGES))
def test_a_page_is_large_strong_and_whole(phone: PhoneMaker, kind: str, dark: bool) -> None:
    shown = phone(dark=dark)
    page = shown.open(large(PAGES[kind]))
    assert not shown.scrolls_sideways()
    violations = Axe().run(page, options=_STRICT).response["violations"]
    assert [(found["id"], found["nodes"][0]["html"]) for found in violations] == []
    assert page.evaluate(_TOO_SMALL) == []
    expect(page.get_by_role("link", name="打热线 024-12345-1-7")).to_be_in_viewport()


@pytest.mark.parametrize("kind", ["home", "form", "wrong answers", "result", "longest text"])
def test_a_page_reflows_at_320_px_with_text_at_200_percent(phone: PhoneMaker, kind: str) -> None:
    shown = phone(width=320)
    page = shown.open(large(PAGES[kind]))
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert not shown.scrolls_sideways()


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
