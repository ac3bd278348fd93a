"""Bytes a page may cost a phone, compressed as at a release (brotli 11), headers not counted."""

import re
from functools import cache
from pathlib import Path

import brotli
import pytest
from django.contrib.staticfiles import finders
from django.test import Client

from portal.static_storage import thinned
from tests.addresses import documents, pages

pytestmark = pytest.mark.django_db

KB = 1024
HTML, WHOLE_DOCUMENT, CSS = 14 * KB, 24 * KB, 8 * KB
# A page with all that it loads before anything is pressed.
READING_VIEW, DOCUMENT_VIEW, CALCULATOR_VIEW = 12 * KB, 24 * KB, 20 * KB
CARD = 4 * KB  # what draws a result as a picture: loaded when it is asked for
READINGS = "/about/readings/"  # all decided readings: as long as a document
LOADED = re.compile(r'<(?:script|img|link rel="stylesheet")[^>]*? (?:src|href)="/static/([^"]+)"')


@cache
def packed(content: bytes) -> int:
    return len(brotli.compress(content, quality=11))


@cache
def static(name: str) -> int:
    path = finders.find(name)
    assert isinstance(path, str), name
    content = Path(path).read_bytes()
    if name.startswith(("css/", "js/")):
        content = thinned(name, content.decode()).encode()
    return packed(content)


def first_view(html: bytes) -> int:
    return packed(html) + sum(static(name) for name in LOADED.findall(html.decode()))


def limits(path: str) -> tuple[int, int]:
    """Return what the HTML, and what the first view may have."""
    if path in (*documents(), READINGS):
        return WHOLE_DOCUMENT, DOCUMENT_VIEW
    answers = path.startswith(("/calculators/", "/guide/?"))
    return HTML, CALCULATOR_VIEW if answers else READING_VIEW


@pytest.mark.reads
def test_every_page_is_within_its_budget(client: Client) -> None:
    over = {}
    for path in (*pages(), "/policy/F-16.17", "/policy/R-7.5"):
        html = client.get(path).content
        sizes, allowed = (packed(html), first_view(html)), limits(path)
        if any(size > limit for size, limit in zip(sizes, allowed, strict=True)):
            over[path] = sizes
    assert over == {}


def test_what_a_page_loads_is_counted(client: Client) -> None:
    html = client.get("/calculators/inpatient/?scheme=flexible").content.decode()
    names = set(LOADED.findall(html))
    assert names >= {"css/portal.css", "js/form.js"}
    assert "django_htmx/htmx-2.min.js" not in names, "it comes with the first touch"
    assert html.count('src="/static/') + html.count('rel="stylesheet"') == len(names)


def test_the_style_sheet_is_within_its_budget() -> None:
    assert static("css/portal.css") <= CSS


def test_drawing_a_picture_is_within_its_budget() -> None:
    assert static("js/card.js") <= CARD


def test_thinning_leaves_out_nothing_that_counts() -> None:
    style = "/* a\n*/\na,\n  b > c :hover { x: 1px 2px; y: calc(1px + 2px) }\n"
    assert thinned("css/a.css", style) == "a,b>c :hover{x:1px 2px;y:calc(1px + 2px)}"
    script = '// a\n\nfunction f() {\n  // b\n  return "// a  b" + 1 / 2; // c\n}\n'
    assert thinned("js/a.js", script) == 'function f(){return"// a  b"+1/2;}'
