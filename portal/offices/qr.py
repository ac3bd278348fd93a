"""A QR picture of an address, for a printed page: who holds the paper finds the page again."""

import segno
from django.utils.safestring import SafeString, mark_safe


def draw_qr(address: str) -> SafeString:
    """Draw `address` as an inline SVG without styles, as large as its place."""
    code = segno.make(address, error="m", micro=False)
    svg = code.svg_inline(omitsize=True, svgclass=None, lineclass=None)
    return mark_safe(svg)  # noqa: S308 - drawn here; it holds no text of anybody
