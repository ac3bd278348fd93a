"""A QR picture of an address, for a printed page: who holds the paper finds the page again.

A page that is the same for everybody has it inside. The code of somebody's own page is a picture
with an address below the page's, fetched when it is printed or drawn: few want it, and it costs as
much as computing the result.
"""

from datetime import timedelta
from functools import lru_cache
from io import BytesIO
from urllib.parse import urlsplit

import segno
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.http import require_safe

# Any mask can be read; trying all eight for the prettiest takes three quarters of the time.
ONE_MASK = 3
# What a code of 69 × 69 squares holds; in a larger one they are too small to be read from a screen.
LONGEST_IN_A_PICTURE = 425
PICTURE = "qr.svg"
KEPT = timedelta(minutes=10)  # by the phone that asked, by nobody else


def draw_qr(address: str, error: str = "m", mask: int | None = None) -> SafeString:
    """Draw `address` as an SVG without styles, as large as its place.

    `error` is the level of error correction: a long address is read more surely with less (`l`).
    With a `mask` the picture is made several times faster than with the best one.
    """
    code = segno.make(address, error=error, micro=False, mask=mask)
    svg = BytesIO()
    code.save(
        svg, kind="svg", xmldecl=False, nl=False, omitsize=True, svgclass=None, lineclass=None
    )
    return mark_safe(svg.getvalue().decode())  # noqa: S308 - drawn here; it holds no text of anybody


@lru_cache(maxsize=2048)
def draw_page_qr(address: str) -> SafeString:
    """Draw the address of a page that is the same for everybody, once for this process."""
    return draw_qr(address)


def draw_result_qr(link: str) -> SafeString:
    """Draw the link of a result: each is somebody's own, so none is kept."""
    return draw_qr(link, error="l", mask=ONE_MASK)


def picture_of(link: str) -> str:
    """Return where the code of a page's whole link is drawn; "" for a link that is too long."""
    page = urlsplit(link)
    return f"{page.path}{PICTURE}?{page.query}" if len(link) <= LONGEST_IN_A_PICTURE else ""


@require_safe
def picture(request: HttpRequest) -> HttpResponse:
    """Draw the code of the page below whose address this is, with the same query.

    No other link can be asked for, so nobody has codes made here that lead somewhere else.
    """
    link = request.build_absolute_uri(request.get_full_path().replace(f"/{PICTURE}", "/", 1))
    if len(link) > LONGEST_IN_A_PICTURE:
        raise Http404
    return HttpResponse(
        draw_result_qr(link),
        content_type="image/svg+xml",
        # It stays what it is. Chrome asks for it twice to print it.
        headers={"Cache-Control": f"private, max-age={KEPT.total_seconds():.0f}"},
    )
