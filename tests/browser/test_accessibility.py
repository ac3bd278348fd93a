"""Beyond axe: the keyboard's focus, forced colours, motion, and the names that are read aloud.

What a screen reader hears of each kind of page is kept in `trees/`, to be read in review.
`UPDATE_TREES=1` rewrites the files.
"""

import datetime
import os
import re
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PhoneMaker
from tests.browser.matrix import MAIN, PAGES
from tests.browser.test_care import large

pytestmark = pytest.mark.browser

TREES = Path(__file__).parent / "trees"
# Long lists of the same are read in their shorter kin.
TOO_LONG = {"person", "longest text", "readings", "longest document", "longest result", "offices"}
# What they say changes with the day: which of their days is past.
OF_TODAY = {"days of a result", "longest sheet", "shortest sheet"}
READ_ALOUD = [
    *(kind for kind in PAGES if kind not in TOO_LONG | OF_TODAY),
    *(f"{kind}, 长辈版" for kind in ("home", "longest text", "form", "one wrong answer", "result")),
    *("list of answers, 长辈版", "bill elsewhere, 长辈版"),
]


def heard(page: Page, *, whole: bool) -> str:
    """The accessibility tree as text, without addresses, today's date, and age of the documents."""
    tree = page.locator("body" if whole else "main").aria_snapshot()
    lines = [line for line in tree.splitlines() if not line.lstrip().startswith("- /url:")]
    today = datetime.datetime.now(ZoneInfo("Asia/Shanghai"))
    text = "\n".join(lines).replace(f"{today.year}年{today.month}月{today.day}日", "今天")
    text = text.replace(f'textbox "年": "{today.year}"', 'textbox "年": 今年')
    return re.sub(r"写于\d+个月以前", "写于…个月以前", text) + "\n"


@pytest.mark.parametrize("kind", READ_ALOUD)
def test_a_page_is_heard_as_it_was_read_in_review(phone: PhoneMaker, kind: str) -> None:
    name, _, care = kind.partition(", ")
    page = phone().open(large(PAGES[name]) if care else PAGES[name])
    tree = heard(page, whole=name == "home")
    file = TREES / f"{kind}.txt"
    if os.environ.get("UPDATE_TREES") == "1":
        file.write_text(tree, encoding="utf-8")
    assert tree == file.read_text(encoding="utf-8"), "UPDATE_TREES=1 rewrites it, to be reviewed"


# What is wrong with the element that has the focus: no ring, a ring that is cut off, or hidden.
_FOCUSED = """() => {
  const at = document.activeElement;
  const style = getComputedStyle(at);
  const frame = at.closest(".entry") ? getComputedStyle(at.closest(".entry")) : style;
  const box = at.getBoundingClientRect();
  const bar = document.querySelector(".reach");
  const over = bar && !bar.contains(at) && !at.matches(".skip") && bar.getBoundingClientRect();
  const wrong = [];
  const ring = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
  if (!ring && frame.boxShadow === "none") wrong.push("no ring");
  const reach = parseFloat(style.outlineOffset) < 0 ? 0 : 2;
  if (box.left < reach || box.right > document.documentElement.clientWidth - reach) wrong.push("cut off");
  const hidden = over && box.top >= over.top && box.bottom <= over.bottom;
  if (hidden || box.bottom <= 0 || box.top >= innerHeight) wrong.push("out of sight");
  return [at.outerHTML.slice(0, 90), at === document.body, wrong,
          [...document.querySelectorAll("*")].indexOf(at)];
}"""


def focused(page: Page, key: str, most: int = 150) -> list[tuple[str, list[str], int]]:
    """Press a key until the focus leaves the page; what had it, what is wrong, and its place."""
    seen = []
    for _ in range(most):
        page.keyboard.press(key)
        html, is_over, wrong, place = page.evaluate(_FOCUSED)
        if is_over:
            break
        seen.append((html, wrong, place))
    return seen


@pytest.mark.parametrize("care", [False, True], ids=["ordinary", "长辈版"])
@pytest.mark.parametrize("kind", MAIN)
def test_the_focus_goes_through_a_page_in_order_and_is_seen(
    phone: PhoneMaker, kind: str, care: bool
) -> None:
    page = phone().open(large(PAGES[kind]) if care else PAGES[kind])
    page.locator(".skip").focus()  # wherever an error summary has put it
    forward = focused(page, "Tab")
    assert [(html, wrong) for html, wrong, _ in forward if wrong] == []
    places = [place for _, _, place in forward]
    assert places == sorted(places), "in the order of reading"
    page.evaluate("window.scrollTo(0, document.body.scrollHeight)")
    back = focused(page, "Shift+Tab")
    assert [(html, wrong) for html, wrong, _ in back if wrong] == []


def test_the_first_stop_leads_past_the_head(phone: PhoneMaker) -> None:
    page = phone().open("/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="跳到正文")).to_be_in_viewport()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.querySelector('main').contains(document.activeElement)")


def luminance(colour: str) -> float:
    channels = [int(part) / 255 for part in re.findall(r"\d+", colour)[:3]]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return sum(share * c for share, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


@pytest.mark.parametrize("care", [False, True], ids=["ordinary", "长辈版"])
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_the_ring_and_the_edges_stand_out(phone: PhoneMaker, dark: bool, care: bool) -> None:
    page = phone(dark=dark).open(large("/") if care else "/")
    colours = page.evaluate(
        """() => ["press", "edge", "amber-edge", "paper", "sheet"].map(name => {
          document.body.style.color = `var(--${name})`;
          return getComputedStyle(document.body).color;
        })"""
    )
    *marks, paper, sheet = map(luminance, colours)
    for mark in marks:
        for ground in (paper, sheet):
            brighter, darker = max(mark, ground), min(mark, ground)
            assert (brighter + 0.05) / (darker + 0.05) >= 3, colours


@pytest.mark.parametrize("kind", ["result", "form", "calculators", "year"])
def test_with_forced_colours_nothing_is_told_by_colour_alone(phone: PhoneMaker, kind: str) -> None:
    shown = phone()
    page = shown.open(PAGES[kind])
    page.emulate_media(forced_colors="active")
    page.keyboard.press("Tab")
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    edges = """(kind) => [...document.querySelectorAll(kind)].map(e => {
      const style = getComputedStyle(e);
      return style.borderTopWidth + style.borderLeftWidth;
    }).filter(width => width === "0px0px")"""
    for framed in (".slip", ".rows", ".choice", ".entry", ".button", ".seal", ".notice", ".way"):
        assert page.evaluate(edges, framed) == [], framed
    if kind == "result":
        patterns = (
            "[...document.querySelectorAll('.shares rect')].map(e => getComputedStyle(e).fill)"
        )
        assert len(set(page.evaluate(patterns))) > 2, "the parts of the bar keep their patterns"
    if kind == "calculators":
        current = "getComputedStyle(document.querySelector('.way[aria-current]')).borderTopWidth"
        assert page.evaluate(current) == "4px"


@pytest.mark.parametrize("kind", ["result", "form"])
def test_nothing_moves_for_who_asks_for_no_motion(phone: PhoneMaker, kind: str) -> None:
    shown = phone()
    shown.page.emulate_media(reduced_motion="reduce")
    page = shown.open(PAGES[kind])
    moving = """() => [...document.querySelectorAll("*")].filter(e => {
      const style = getComputedStyle(e);
      return style.animationName !== "none" || parseFloat(style.transitionDuration) > 0;
    }).map(e => e.outerHTML.slice(0, 80))"""
    assert page.evaluate(moving) == []
