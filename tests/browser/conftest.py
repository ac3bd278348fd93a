"""A served site with a database of its own, and a phone to look at it with."""

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, sync_playwright

from tests.browser.serving import CHROMIUM_ARGUMENTS, PASSWORD, Prepared, Site, serve

__all__ = ["PASSWORD", "Phone", "PhoneMaker", "Prepared", "Site", "follow", "serve"]

WECHAT = (
    "Mozilla/5.0 (Linux; Android 14; V2408A Build/UP1A.231005.007; wv) AppleWebKit/537.36 (KHTML, "
    "like Gecko) Version/4.0 Chrome/146.0.7680.178 Mobile Safari/537.36 XWEB/1460249 "
    "MMWEBSDK/20260202 MMWEBID/6435 MicroMessenger/8.0.70.3060(0x28004652) WeChat/arm64 Weixin "
    "NetType/4G Language/zh_CN ABI/arm64"
)


@pytest.fixture(scope="session")
def site(prepared: Prepared | None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with serve(tmp_path_factory.mktemp("site"), prepared=prepared) as running:
        yield running


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    # The one without windows is the same engine for a third less time.
    names = ("chromium-headless-shell", "chromium", "chromium-browser")
    program = next(filter(None, map(shutil.which, names)), None)
    if program is None:
        if os.environ.get("PORTAL_REQUIRE_BROWSER") == "1":
            pytest.fail("Chromium is missing, and here it may not be")
        pytest.skip(
            "Chromium is missing: apt-get install chromium-headless-shell fonts-wqy-microhei"
        )
    # Playwright's loop runs in this thread, and Django would take it for an async caller.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=program,
            args=CHROMIUM_ARGUMENTS,
            env={**os.environ, "LANGUAGE": "zh_CN"},
        )
        yield browser
        browser.close()


@dataclass
class Phone:
    """A page on a phone, with what went wrong while it was open."""

    page: Page
    address: str
    complaints: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)

    def open(self, path: str) -> Page:
        self.page.goto(self.address + path)
        return self.page

    def scrolls_sideways(self) -> bool:
        return bool(
            self.page.evaluate(
                "document.scrollingElement.scrollWidth > document.scrollingElement.clientWidth"
            )
        )


PhoneMaker = Callable[..., Phone]


def follow(link: Locator) -> None:
    """Press what leads to another page and wait for that page: a click alone returns before it."""
    with link.page.expect_navigation():
        link.click()


@pytest.fixture
def phone(site: Site, chromium: Browser) -> Iterator[PhoneMaker]:
    """Make phones: `phone(width=320, dark=True, javascript=False)`."""
    contexts: list[BrowserContext] = []

    def make(*, width: int = 360, dark: bool = False, javascript: bool = True) -> Phone:
        options: dict[str, Any] = {
            "viewport": {"width": width, "height": 780},
            "device_scale_factor": 2,
            "is_mobile": True,
            "has_touch": True,
            "user_agent": WECHAT,
            "locale": "zh-CN",
            "color_scheme": "dark" if dark else "light",
            "java_script_enabled": javascript,
        }
        context = chromium.new_context(**options)
        contexts.append(context)
        made = Phone(context.new_page(), site.address)
        made.page.on("console", lambda message: _note(made, message))
        made.page.on("pageerror", lambda error: made.complaints.append(str(error)))
        made.page.on("request", lambda request: made.requests.append(request.url))
        return made

    yield make
    for context in contexts:
        context.close()


def _note(phone: Phone, message: Any) -> None:
    # Chromium reports a 422 page, which is meant, as a failed resource.
    if message.type in {"error", "warning"} and "status of 422" not in message.text:
        phone.complaints.append(message.text)
