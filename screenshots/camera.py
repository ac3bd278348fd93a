"""Taking a picture of a page: a screen's worth of it, compressed."""

import io
import sys
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Locator, Page

MOST_BYTES = 60_000
PHONE, DESKTOP = 390, 1280
SCALES = {PHONE: 1.5, DESKTOP: 1.0}  # picture dots to a CSS pixel
HEIGHTS = {PHONE: 780, DESKTOP: 720}
PATIENCE = 120_000  # milliseconds: a busy machine takes the same pictures
MARGIN = 12  # CSS pixels above what a picture shows


class Camera:
    """Takes pictures of a site into a folder, and remembers which."""

    def __init__(self, browser: Browser, address: str, folder: Path) -> None:
        self.browser = browser
        self.address = address
        self.folder = folder
        self.taken: set[str] = set()
        folder.mkdir(parents=True, exist_ok=True)

    def open(self, path: str, width: int = PHONE, *, dark: bool = False) -> Page:
        """Open a page on a phone or on a desktop of its own, with nobody logged in."""
        page = self._context(width, dark).new_page()
        page.set_default_timeout(PATIENCE)
        page.goto(self.address + path)
        return page

    def _context(self, width: int, dark: bool) -> BrowserContext:
        return self.browser.new_context(
            viewport={"width": width, "height": HEIGHTS[width]},
            device_scale_factor=SCALES[width],
            is_mobile=width == PHONE,
            has_touch=width == PHONE,
            locale="zh-CN",
            color_scheme="dark" if dark else "light",
            reduced_motion="reduce",
        )

    def take(
        self, page: Page, name: str, at: Locator | None = None, *, height: int | None = None
    ) -> None:
        """Write `<name>.webp`: the page from `at` (else from its top) on, `height` CSS pixels high."""
        size = page.viewport_size
        assert size is not None
        left, top = 0.0, 0.0
        if at is not None:
            box = at.first.bounding_box()
            assert box is not None, f"{name}: what the picture shows is not on the page"
            top = max(box["y"] + page.evaluate("scrollY") - MARGIN, 0)
            if size["width"] == DESKTOP:  # the menu beside it is no part of the story
                left = max(box["x"] - MARGIN, 0)
        high = page.evaluate("document.documentElement.scrollHeight")
        shown = min(height or size["height"], high - top)
        # A window of just that height: what sticks to its lower edge is at the picture's, too.
        page.set_viewport_size({"width": size["width"], "height": int(shown)})
        page.evaluate("top => scrollTo({top, behavior: 'instant'})", top)
        clip = {"x": left, "y": 0.0, "width": size["width"] - left, "height": int(shown)}
        png = page.screenshot(animations="disabled", caret="hide", clip=clip)
        page.set_viewport_size(size)
        self._write(name, png)

    def _write(self, name: str, png: bytes) -> None:
        webp = compressed(png)
        (self.folder / f"{name}.webp").write_bytes(webp)
        self.taken.add(name)
        sys.stderr.write(f"{name}.webp  {len(webp) // 1000} KB\n")

    def forget_others(self) -> None:
        """Delete pictures that are taken no more."""
        for file in self.folder.glob("*.webp"):
            if file.stem not in self.taken:
                file.unlink()


def compressed(png: bytes) -> bytes:
    """Return a picture as WebP of at most `MOST_BYTES`: words stay sharp in few colours."""
    image = Image.open(io.BytesIO(png)).convert("RGB")
    for colours in (64, 32, 16):
        few = image.quantize(colours, dither=Image.Dither.NONE).convert("RGB")
        kept = io.BytesIO()
        few.save(kept, "WEBP", lossless=True, quality=60, method=4)
        if kept.tell() <= MOST_BYTES:
            break
    assert kept.tell() <= MOST_BYTES, f"{kept.tell()} bytes"
    return kept.getvalue()
