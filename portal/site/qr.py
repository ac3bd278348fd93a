"""A QR picture of an address, for a printed page: who holds the paper finds the page again."""

from functools import lru_cache

import segno
from django.utils.safestring import SafeString, mark_safe

# Any mask can be read; trying all eight for the prettiest takes three quarters of the time.
ONE_MASK = 3


def draw_qr(address: str, error: str = "m", mask: int | None = None) -> SafeString:
    """Draw `address` as an inline SVG without styles, as large as its place.

    `error` is the level of error correction: a long address is read more surely with less (`l`).
    With a `mask` the picture is made several times faster than with the best one.
    """
    code = segno.make(address, error=error, micro=False, mask=mask)
    svg = code.svg_inline(omitsize=True, svgclass=None, lineclass=None)
    return mark_safe(svg)  # noqa: S308 - drawn here; it holds no text of anybody


@lru_cache(maxsize=2048)
def draw_page_qr(address: str) -> SafeString:
    """Draw the address of a page that is the same for everybody, once for this process."""
    return draw_qr(address)


def draw_result_qr(link: str) -> SafeString:
    """Draw the link of a result: each is somebody's own, so none is kept."""
    return draw_qr(link, error="l", mask=ONE_MASK)


@lru_cache(maxsize=512)
def draw_common_qr(link: str) -> SafeString:
    """Draw a link that many people's results share, once for this process."""
    return draw_result_qr(link)
