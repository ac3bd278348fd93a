"""Take all pictures anew, or one kind of them: `python -m screenshots [desk|phone]`."""

import os
import shutil
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from screenshots import desk, phone
from screenshots.camera import Camera
from tests.browser.serving import CHROMIUM_ARGUMENTS, serve

ROOT = Path(__file__).resolve().parents[1]
DESK = ROOT / "portal" / "staff" / "static" / "staff" / "tour"
PHONE = ROOT / "docs" / "pictures"


def main(kinds: list[str]) -> None:
    """Serve a site, then photograph the residents' pages, and then the desk, which changes them."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        sys.exit("找不到 Chromium。 Chromium is missing (Debian: apt-get install chromium).")
    with (
        tempfile.TemporaryDirectory() as folder,
        serve(Path(folder), settings="tests.browser.settings", brotli=False) as site,
        sync_playwright() as playwright,
    ):
        site.stop_clock(desk.TODAY)
        browser = playwright.chromium.launch(
            executable_path=chromium,
            args=CHROMIUM_ARGUMENTS,
            env={**os.environ, "LANGUAGE": "zh_CN"},  # in which a box for a day speaks
        )
        for kind, story, into in (("phone", phone.story, PHONE), ("desk", desk.story, DESK)):
            if not kinds or kind in kinds:
                camera = Camera(browser, site.address, into)
                story(camera, site)
                camera.forget_others()
        browser.close()


main(sys.argv[1:])
