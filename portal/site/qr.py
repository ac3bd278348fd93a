"""A QR picture of an address, for a printed page: who holds the paper finds the page again."""

import segno
from django.utils.safestring import SafeString, mark_safe


def draw_qr(address: str, error: str = "m") -> SafeString:
    """Draw `address` as an inline SVG without styles, as large as its place.

    `error` is the level of error correction: a long address is read more surely with less (`l`).
    """
    code = segno.make(address, error=error, micro=False)
    svg = code.svg_inline(omitsize=True, svgclass=None, lineclass=None)
    return mark_safe(svg)  # noqa: S308 - drawn here; it holds no text of anybody
