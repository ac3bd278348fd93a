"""What must hold for each kind of page, however it is shown; PAGES lists the kinds.

A page is loaded once and looked at in turn: light and dark, larger letters, a narrower phone.
Each look returns what is wrong, so that a test can say `== []`.
"""

from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

from tests.browser.conftest import Phone

STAY = "group=active&tier=level3&cost=20000"
# Each kind of page with its longest and its shortest content.
PAGES = {
    "home": "/",
    "person": "/for/students/",
    "guided": "/guide/?who=adult",
    "guided day": "/guide/?who=newborn&hukou=shenyang&standing=none",
    "guided no": "/guide/?who=adult&work=flexible&hukou=elsewhere&permit=no",
    "guided plan": (
        "/guide/?who=adult&work=retired&hukou=shenyang&before=employee&standing=none"
        "&scheme=flexible&years=short"
    ),
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
    "one wrong answer": (
        "/calculators/inpatient/?scheme=flexible&group=active&tier=level3&cost=abc"
    ),
    "result": f"/calculators/inpatient/?scheme=flexible&{STAY}",
    "longest result": (
        "/calculators/inpatient/?scheme=flexible&group=retired&tier=top3&cost=99999999.99"
        "&class_b=1234567.89&outside=7654321.09&admission=3&condition=cancer"
        "&place=temporary_emergency&pool_paid=149999.99"
    ),
    "list of answers": f"/calculators/inpatient/?scheme=flexible&{STAY}&ask=list",
    "bill elsewhere": f"/calculators/inpatient/compare/?scheme=flexible&{STAY}",
    "range of a bill": (
        "/calculators/inpatient/range/?scheme=flexible&group=active&tier=level3&total=20000"
    ),
    "year": (
        "/calculators/year/?scheme=flexible&group=active"
        "&e=inpatient,2025-02-01,level3,10000&e=outpatient,2025-03-01,level3,1000"
    ),
    "event of a year": "/calculators/year/?scheme=flexible&group=active&add=inpatient",
    "both schemes": (
        "/calculators/compare/?member=adult&hardship=none&cost=20000&tier=level3&quarter_cost=300"
        "&emergency_cost=5000"
    ),
    "feedback": "/feedback/?page=/offices/",
    "days of a result": (
        "/calculators/start-date/?scheme=flexible&kind=gap&first_month=2027-02&gap_months=4"
    ),
    "longest sheet": (
        "/calculators/retirement/sheet/?sex=female&reaches_age_on=2025-03-10&actual_months=200"
        "&deemed_months=64&handled_on=2025-06-20&path=top_up&arrears_first=2008-01"
        "&arrears_last=2010-12&office=hunnan"
    ),
    "shortest sheet": "/calculators/filing-expiry/sheet/?scheme=resident&proof=residence_permit",
    "refusal": f"/calculators/inpatient/?scheme=flexible&{STAY}&date=2020-01-01",
    "not found": "/nothing",
}
# These are looked at once more, where looking costs more.
MAIN = ("home", "longest text", "lists to tick", "form", "wrong answers", "result", "offices")

# axe knows 7:1 as a rule of its own, which it does not run unless it is asked to.
STRICT = {"rules": {"color-contrast-enhanced": {"enabled": True}}}
_ONLY_COLOURS = {"runOnly": ["color-contrast"]}
_ONLY_COLOURS_STRICT = {"runOnly": ["color-contrast", "color-contrast-enhanced"]}

_VIOLATIONS = """async (options) => (await axe.run(document, options)).violations
  .map((found) => [found.id, found.nodes[0].html])"""

# What a thumb presses and is too small for it; what is read and is smaller than `text`.
_TOO_SMALL = """([target, text, heading]) => {
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
    if (size < text) small.push("text " + size + " " + walker.currentNode.data.trim().slice(0, 20));
    const titled = holder.closest("h1, h2, h3") && !holder.matches("small, .seal");
    if (titled && size < heading) small.push("heading " + holder.textContent);
  }
  for (const pressed of document.querySelectorAll(
      "a[href], button, summary, label.choice, .entry input, .entry select, textarea")) {
    const box = pressed.getBoundingClientRect();
    const grown = pressed.matches(".seal") ? 24 : 0;  // its ::after
    if (!seen(box) || pressed.closest(".skip")) continue;
    // A link in the middle of a sentence is as high as its line (WCAG 2.5.8).
    const inSentence = !grown && pressed.matches("a") && getComputedStyle(pressed).display === "inline";
    const least = grown ? Math.min(target, 44) : target;
    const place = pressed.outerHTML.slice(0, 80);
    if (box.height + grown < least - .5 && !inSentence) small.push("height " + box.height + " " + place);
    if (box.width < 44 && !grown && !inSentence) small.push("width " + box.width + " " + place);
  }
  return small;
}"""

# Text that its box cuts off.
_CUT_OFF = """() => [...document.querySelectorAll("main *, header *, footer *")]
  .filter(e => e.clientWidth > 1 && !e.closest("svg, thead, select, input"))
  .filter(e => ["hidden", "clip"].includes(getComputedStyle(e).overflowX))
  .filter(e => e.scrollWidth > e.clientWidth + 1 || e.scrollHeight > e.clientHeight + 1)
  .map(e => e.outerHTML.slice(0, 80))"""

# What reaches beyond the phone, so that a failure names it.
_SIDEWAYS = """() => {
  const root = document.scrollingElement;
  if (root.scrollWidth <= root.clientWidth) return [];
  return [...document.body.querySelectorAll("*")]
    .filter(e => e.getBoundingClientRect().right > root.clientWidth + 1)
    .map(e => e.outerHTML.slice(0, 80)).concat(["the page"]).slice(0, 5);
}"""

# A number whose unit stands below it.
_TORN = """() => [...document.querySelectorAll(".figure")]
  .filter(e => e.querySelector("b") && e.offsetHeight > 1.2 * e.querySelector("b").offsetHeight)
  .map(e => "torn: " + e.textContent)"""

# WCAG 1.4.12: a page bears more space between its lines, paragraphs, letters and words.
_SPACED = """() => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`* { line-height: 1.5 !important; letter-spacing: .12em !important;
    word-spacing: .16em !important; } p { margin-bottom: 2em !important; }`);
  document.adoptedStyleSheets = [sheet];
}"""
# WeChat on Android says its text size, and says it again when it is changed.
_WECHAT_TEXT = """(percent) => {
  window.__wxWebEnv = { getEnv: () => JSON.stringify({ fontScale: percent }) };
  window.WeixinJSBridge = { invoke() {}, on(name, call) { if (name === "menu:setfont") call(); } };
  document.dispatchEvent(new Event("WeixinJSBridgeReady"));
}"""


def inaccessible(page: Page, options: dict[str, Any] | None = None) -> list[tuple[str, str]]:
    """Return what axe finds, each with the first element that it concerns."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    # Only what is wrong comes back: a list of all that is right would be megabytes.
    wrong = page.evaluate(_VIOLATIONS, {"resultTypes": ["violations"], **(options or {})})
    return [(name, element) for name, element in wrong]


def badly_coloured(page: Page, *, dark: bool, care: bool = False) -> list[tuple[str, str]]:
    """Return the pairs of colours of a palette that are too weak: 4.5:1, and 7:1 in 长辈版."""
    page.emulate_media(color_scheme="dark" if dark else "light")
    return inaccessible(page, _ONLY_COLOURS_STRICT if care else _ONLY_COLOURS)


def too_small(page: Page, *, care: bool = False) -> list[str]:
    """Return targets under 48 px (60 px in 长辈版), and text that is too small to read."""
    limits = [60, 24, 30] if care else [48, 14, 16]
    return list(page.evaluate(_TOO_SMALL, limits))


def sideways(page: Page) -> list[str]:
    """Return what reaches beyond the phone."""
    return list(page.evaluate(_SIDEWAYS))


def broken_by_wechat_text(page: Page, percent: int = 150) -> list[str]:
    """Return what breaks at the largest text size of WeChat; the text must have followed it."""
    before = page.evaluate("document.querySelector('h1').getBoundingClientRect().height")
    page.evaluate(_WECHAT_TEXT, percent)
    after = page.evaluate("document.querySelector('h1').getBoundingClientRect().height")
    followed = [] if after > before else [f"the text did not grow: {before} px, {after} px"]
    broken = [*followed, *sideways(page), *page.evaluate(_CUT_OFF), *page.evaluate(_TORN)]
    page.evaluate(_WECHAT_TEXT, 100)
    return broken


def broken_by_size(page: Page) -> list[str]:
    """Return what breaks on 320 px with text at 200 %, and with more space between the letters."""
    size = page.viewport_size
    assert size
    page.set_viewport_size({"width": 320, "height": 780})
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    broken = sideways(page)
    page.evaluate("document.documentElement.style.fontSize = ''")
    page.evaluate(_SPACED)
    broken += [*sideways(page), *page.evaluate(_CUT_OFF)]
    page.evaluate("document.adoptedStyleSheets = []")
    page.set_viewport_size(size)
    return broken


def wrong_anywhere(shown: Phone, *, folds_open: bool = False) -> list[object]:
    """Return what is wrong with an opened page, light and dark, and on a narrow phone."""
    page = shown.page
    requests = shown.requests if len(shown.requests) > 5 else []
    if folds_open:
        page.evaluate("document.querySelectorAll('main details').forEach(f => { f.open = true; })")
    looks = [sideways(page), inaccessible(page), badly_coloured(page, dark=True)]
    return [
        found
        for look in (*looks, broken_by_size(page), complaints(shown), requests)
        for found in look
    ]


def complaints(shown: Phone) -> list[str]:
    """Return what the console complained of; a page that says 404 is meant to."""
    return [text for text in shown.complaints if "status of 404" not in text]
