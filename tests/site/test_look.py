"""The look keeps its promises: contrast, size, and nothing that the CSP or an old WebView refuses."""

import re
from pathlib import Path
from urllib.parse import unquote

import brotli  # type: ignore[import-untyped]
import pytest
from django.template import engines

from portal.site.context import HOTLINE
from portal.static_storage import thinned

ROOT = Path(__file__).resolve().parents[2]
CSS = ROOT / "static" / "css" / "portal.css"
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
NAMES = [str(path.relative_to(ROOT / "templates")) for path in TEMPLATES]

# Every text colour with every ground it stands on, as the rules of portal.css combine them.
TEXT = [
    ("ink", "paper"),
    ("ink", "sheet"),
    ("ink", "press-tint"),
    ("ink", "amber-tint"),
    ("quiet", "paper"),
    ("quiet", "sheet"),
    ("quiet", "press-tint"),
    ("quiet", "amber-tint"),
    ("press", "paper"),
    ("press", "sheet"),
    ("press", "press-tint"),
    ("press-deep", "paper"),
    ("press-deep", "sheet"),
    ("press-deep", "press-tint"),
    ("on-press", "press"),
    ("on-press", "press-deep"),
    ("seal", "seal-tint"),
    ("sheet", "seal"),
    ("amber", "amber-tint"),
    ("amber", "paper"),
    ("amber", "sheet"),
]
# Borders of what can be filled in or pressed, and the focus ring.
BOUNDARIES = [
    ("edge", "paper"),
    ("edge", "sheet"),
    ("press", "paper"),
    ("press", "sheet"),
    ("amber", "sheet"),
    ("amber-edge", "paper"),
    ("amber-edge", "amber-tint"),
]


def css() -> str:
    return re.sub(r"/\*.*?\*/", "", CSS.read_text(encoding="utf-8"), flags=re.DOTALL)


def palette(mode: str, *, care: bool = False) -> dict[str, str]:
    """The colour tokens of a mode, laid over each other as the page does: dark over light, and
    those of 长辈版 over both."""
    roots = re.findall(r"(?::root|\.care) \{(.*?)\}", css(), re.DOTALL)
    light, dark, large, large_dark = (
        dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", root)) for root in roots[:4]
    )
    if mode == "dark":
        return light | dark | (large | large_dark if care else {})
    return light | (large if care else {})


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2.2 defines it."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def test_the_measure_of_contrast_is_right() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)


@pytest.mark.parametrize("mode", ["light", "dark"])
@pytest.mark.parametrize(("text", "ground"), TEXT)
def test_text_can_be_read(mode: str, text: str, ground: str) -> None:
    colours = palette(mode)
    assert contrast(colours[text], colours[ground]) >= 4.5


@pytest.mark.parametrize("mode", ["light", "dark"])
@pytest.mark.parametrize(("text", "ground"), TEXT)
def test_older_eyes_can_read_it(mode: str, text: str, ground: str) -> None:
    colours = palette(mode, care=True)
    assert contrast(colours[text], colours[ground]) >= 7


@pytest.mark.parametrize("mode", ["light", "dark"])
@pytest.mark.parametrize(("border", "ground"), BOUNDARIES)
def test_the_edges_of_controls_can_be_seen(mode: str, border: str, ground: str) -> None:
    colours = palette(mode)
    assert contrast(colours[border], colours[ground]) >= 3


def test_dark_is_a_palette_of_its_own() -> None:
    light, dark = palette("light"), palette("dark")
    assert all(light[name] != dark[name] for name in light)


def test_every_colour_of_a_rule_is_a_token() -> None:
    """So that dark mode and 长辈版 can change all of them in one place."""
    rules = re.sub(r"(:root|\.care) \{.*?\}", "", css(), flags=re.DOTALL)
    rules = re.sub(r"@media print \{.*\}", "", rules, flags=re.DOTALL)  # ink on paper
    assert not re.findall(r"#[0-9a-fA-F]{3,8}\b|rgba?\(|hsl", rules)


@pytest.mark.parametrize("frame", ["base.html", "_standalone.html"])
def test_the_bar_of_the_phone_has_the_colour_of_the_paper(frame: str) -> None:
    base = (ROOT / "templates" / frame).read_text(encoding="utf-8")
    bars = dict(re.findall(r'content="(#\w+)" media="\(prefers-color-scheme: (\w+)\)"', base))
    assert {mode: colour for colour, mode in bars.items()} == {
        mode: palette(mode)["paper"] for mode in ("light", "dark")
    }


def test_no_colour_of_a_dark_phone_is_printed() -> None:
    """The colours of the tokens that the dark palette changes are all set anew for paper."""
    _, dark, printed = re.findall(r":root \{(.*?)\}", css(), re.DOTALL)
    changed = set(re.findall(r"(--[\w-]+):", dark))
    assert changed - set(re.findall(r"(--[\w-]+):", printed)) == {
        "--press-deep",  # under a mouse
        "--on-press",  # on what is pressed
        "--amber-edge",  # a middle tone on either ground
    }


def test_the_stylesheet_stays_small() -> None:
    served = thinned(CSS.name, CSS.read_text(encoding="utf-8")).encode()
    assert len(brotli.compress(served, quality=11)) <= 7 * 1024


def test_scripts_stay_small() -> None:
    """Ours that come with a page; what copies, draws or speaks to WeChat comes when it is wanted."""
    names = [f"js/{name}.js" for name in ("form", "wechat-text")]
    served = "".join(
        thinned(name, (ROOT / "static" / name).read_text(encoding="utf-8")) for name in names
    )
    assert len(brotli.compress(served.encode(), quality=11)) <= 2.5 * 1024


@pytest.mark.parametrize(
    "novelty",
    [
        "@layer",
        "@import",
        "@container",
        "color-mix",
        "light-dark",
        ":is(",
        ":has(",
        "100vh",
        "http",
    ],
)
def test_the_stylesheet_asks_nothing_of_an_old_webview(novelty: str) -> None:
    assert novelty not in css()


def test_rules_are_not_nested() -> None:
    """Braces go two deep at most: a rule inside @media. Three (@keyframes) only for motion."""
    depth: list[str] = []
    selector = ""
    for piece in re.split(r"([{}])", css()):
        if piece == "{":
            assert not depth or depth[-1].startswith("@"), f"{selector} inside {depth[-1]}"
            depth.append(selector)
        elif piece == "}":
            depth.pop()
        selector = piece.rpartition(";")[2].strip()
    assert not depth


def test_every_class_of_the_stylesheet_is_worn_by_something() -> None:
    worn = "".join(path.read_text(encoding="utf-8") for path in TEMPLATES)
    for module in (
        "portal/site/templatetags/portal_tags.py",
        "portal/policy/dialect.py",
        "portal/policy/seals.py",
        "calculators/timeline.py",
    ):
        worn += (ROOT / module).read_text("utf-8")
    # What the Markdown library calls lists to tick, and where form.js says how sending goes.
    worn += "contains-task-list task-list-item told"
    classes = set(re.findall(r"\.([a-z][\w-]*)", re.sub(r"\{[^{}]*\}", "{}", css())))
    assert classes
    for name in classes:
        # Patterns of payers (w-) and kinds of months (m-) are named in one place, put together in
        # another.
        plain = re.sub("^[wm]-", "", name)
        assert re.search(rf"\b{plain}\b", worn), name


@pytest.mark.parametrize("name", NAMES)
def test_a_template_parses(name: str) -> None:
    engines["public"].get_template(name)


@pytest.mark.parametrize("path", TEMPLATES, ids=NAMES)
def test_a_template_keeps_the_csp_and_the_window(path: Path) -> None:
    html = path.read_text(encoding="utf-8")
    assert not re.search(r"\sstyle\s*=|<style", html)
    assert not re.search(r"<script(?![^>]*\ssrc=)", html)
    assert not re.search(r"\son[a-z]+\s*=", html)
    assert "_blank" not in html
    assert "javascript:" not in html
    assert "user-scalable" not in html
    assert "|safe" not in html


@pytest.mark.parametrize("name", ["400.html", "500.html"])
def test_a_page_for_errors_needs_nothing(name: str) -> None:
    """Django renders these two without a request, and perhaps without a database."""
    html = engines["public"].get_template(name).render()
    assert '<a class="button" href="/">' in html
    assert HOTLINE["printed"] in html
    assert f'href="{HOTLINE["link"]}"' in html
    assert HOTLINE["hint"] in html


def test_the_icon_in_the_page_is_the_one_in_the_file() -> None:
    base = (ROOT / "templates" / "base.html").read_text(encoding="utf-8")
    inline = re.search(r'<link rel="icon" href="data:image/svg\+xml,(.*?)"', base)
    assert inline is not None
    file = (ROOT / "static" / "icons" / "icon.svg").read_text(encoding="utf-8").strip()
    assert unquote(inline[1]).replace("'", '"') == file
