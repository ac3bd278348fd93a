"""The tour for a new clerk: docs/staff.zh.md as a page of the desk, with its pictures."""

import re
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.templatetags.static import static
from django.urls import path
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.http import require_safe
from markdown_it import MarkdownIt
from markdown_it.token import Token
from PIL import Image

from portal.staff.desk.frame import show
from portal.staff.people.frame import staff_page

TOUR: Path = settings.BASE_DIR / "docs" / "staff.zh.md"
# The pictures lie where the desk can serve them; the document names them as GitHub finds them.
PICTURES = Path(__file__).parent / "static"
RELATIVE = "../portal/staff/static/"


@require_safe
def tour(request: HttpRequest) -> HttpResponse:
    """Show the tour, with a table of its sections."""
    headings, html = read_tour()
    context = {"headings": headings, "tour": html}
    return show(request, "tour.html", "怎么用这个后台", context)


@cache
def read_tour() -> tuple[tuple[tuple[str, str], ...], SafeString]:
    """Return the sections (anchor, heading) and the whole as HTML, without its title."""
    markdown = MarkdownIt("commonmark", {"html": False})
    tokens = markdown.parse(re.sub(r"\A# .*\n", "", TOUR.read_text()))
    headings: list[tuple[str, str]] = []
    for at, token in enumerate(tokens):
        if token.type == "heading_open" and token.tag == "h2":
            anchor = f"step-{len(headings) + 1}"
            token.attrSet("id", anchor)
            headings.append((anchor, tokens[at + 1].content))
        for child in token.children or ():
            if child.type == "image":
                _serve(child)
            elif child.type == "softbreak":  # a new line of the file is no space between words
                child.type = "text"
    html = markdown.renderer.render(tokens, markdown.options, {})
    return tuple(headings), mark_safe(html)  # noqa: S308 - our own file, escaped by markdown-it


def _serve(picture: Token) -> None:
    """Let a picture be served by the desk; its size is said, so that nothing jumps."""
    name = str(picture.attrs["src"]).removeprefix(RELATIVE)
    with Image.open(PICTURES / name) as image:
        width, height = image.size
    shown: dict[str, Any] = {"src": static(name), "width": width, "height": height}
    for attribute, value in {**shown, "loading": "lazy"}.items():
        picture.attrSet(attribute, value)


urlpatterns = [path("tour/", staff_page(tour), name="tour")]
