"""The site inside WeChat and in a frame of others, with a stand-in of WeChat's server on loopback.

The site is served by two workers, so that what they share is shared through the database.
"""

import hashlib
import json
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.error import HTTPError
from urllib.parse import parse_qs, quote, urlsplit
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import PhoneMaker, Prepared, Site, follow, serve
from tests.wechat.conftest import APP_ID, SECRET, TICKET, WeChat

pytestmark = pytest.mark.browser

RESULT = "/calculators/inpatient/?scheme=flexible&group=active&tier=level3&cost=20000"
# What WeChat's own script offers, noting what it is told.
STUB = """window.told = {};
window.wx = {config(given) { told.config = given }, ready(run) { run() },
updateAppMessageShareData(card) { told.friend = card },
updateTimelineShareData(card) { told.moments = card }};"""
LARGE_TEXT = (
    "window.__wxWebEnv = {getEnv: () => JSON.stringify({fontScale: 150})};"
    "window.WeixinJSBridge = {invoke() {}, on(name, run) { window[name] = run }}"
)


class Bureau(ThreadingHTTPServer):
    """Another site, whose page shows what `?show=` names in a frame."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Framing)

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class _Framing(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        (shown,) = parse_qs(urlsplit(self.path).query).get("show", [""])
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        page = f'<!DOCTYPE html><title>x</title><iframe src="{shown}" width="340" height="700">'
        self.wfile.write(page.encode())

    def log_message(self, *args: object) -> None:
        pass


def _running(server: ThreadingHTTPServer) -> Any:
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


@pytest.fixture(scope="module")
def wechat() -> Iterator[WeChat]:
    server = _running(WeChat())
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def bureau() -> Iterator[Bureau]:
    server = _running(Bureau())
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def site(
    wechat: WeChat,
    bureau: Bureau,
    prepared: Prepared | None,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Site]:
    """A site with an app id, that the bureau may frame."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("WECHAT_APP_ID", APP_ID)
        patch.setenv("WECHAT_APP_SECRET", SECRET)
        patch.setenv("WECHAT_API", wechat.address)
        patch.setenv("EMBED_ANCESTORS", bureau.origin)
        with serve(tmp_path_factory.mktemp("site"), prepared=prepared, workers=2) as running:
            yield running


def ask(site: Site, path: str = "/") -> int:
    """The status of an answer to who asks for a signature."""
    try:
        with urlopen(f"{site.address}/wechat/signature?url={quote(site.address + path)}") as answer:
            return int(answer.status)
    except HTTPError as error:
        return error.code


def wait_for_ticket(site: Site) -> None:
    deadline = time.monotonic() + 30
    while ask(site) != 200:
        assert time.monotonic() < deadline
        time.sleep(0.2)


# --- the card -------------------------------------------------------------------------------------


def test_of_all_workers_one_fetches_and_nobody_waits_for_it(site: Site, wechat: WeChat) -> None:
    """First in this module: later there is a ticket."""
    wechat.slow_seconds = 1.0
    with ThreadPoolExecutor(8) as crowd:
        statuses = list(crowd.map(lambda _: ask(site), range(8)))
    assert 503 in statuses, "there was none, and it is not waited for"
    assert set(statuses) <= {200, 503}
    wait_for_ticket(site)
    with ThreadPoolExecutor(8) as crowd:
        assert set(crowd.map(lambda _: ask(site), range(8))) == {200}
    assert wechat.asked == ["token", "ticket"]
    wechat.slow_seconds = 0.0


def told(page: Page) -> dict[str, Any]:
    # Playwright's own waiting would have to evaluate words in the page, which the policy forbids.
    while not page.evaluate("window.told && told.moments"):
        page.wait_for_timeout(50)
    result: dict[str, Any] = page.evaluate("told")
    return result


def test_wechat_is_told_what_the_card_of_a_result_shows(phone: PhoneMaker, site: Site) -> None:
    wait_for_ticket(site)
    shown = phone()
    shown.page.route(
        "https://res.wx.qq.com/**",
        lambda route: route.fulfill(body=STUB, content_type="text/javascript"),
    )
    page = shown.open(RESULT)
    said = told(page)
    config = said["config"]
    assert config["appId"] == APP_ID
    assert config["jsApiList"] == ["updateAppMessageShareData", "updateTimelineShareData"]
    text = (
        f"jsapi_ticket={TICKET}&noncestr={config['nonceStr']}"
        f"&timestamp={config['timestamp']}&url={page.url}"
    )
    assert config["signature"] == hashlib.sha1(text.encode()).hexdigest()
    card = said["friend"]
    assert card["title"].startswith("住院要自己付多少")
    assert card["desc"]
    assert card["link"].startswith(f"{site.address}/calculators/inpatient/?scheme=flexible")
    assert "20000" not in json.dumps(card), "no amount goes into a card"
    assert card["imgUrl"].startswith(f"{site.address}/static/icons/share")
    assert said["moments"] == card
    assert shown.complaints == []


def test_a_script_that_does_not_come_costs_the_page_nothing(phone: PhoneMaker, site: Site) -> None:
    wait_for_ticket(site)
    shown = phone()
    with shown.page.expect_event("requestfailed", lambda asked: "res.wx.qq.com" in asked.url):
        shown.page.route("https://res.wx.qq.com/**", lambda route: route.abort())
        shown.open(RESULT)
    expect(shown.page.locator("#result").first).to_contain_text("1,951.20")


def test_outside_wechat_nothing_of_it_is_loaded(chromium: Browser, site: Site) -> None:
    context = chromium.new_context()
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(site.address, wait_until="networkidle")
    context.close()
    assert not [url for url in asked if "wechat-share" in url or "signature" in url]


# --- in a frame of another site -------------------------------------------------------------------


def test_a_page_in_a_frame_leads_on_inside_it(
    phone: PhoneMaker, site: Site, bureau: Bureau
) -> None:
    page = phone().page
    page.goto(
        f"{bureau.origin}/?show={quote(f'{site.address}/calculators/emergency/?scheme=flexible&embed=1')}"
    )
    inside = page.frame_locator("iframe")
    expect(inside.get_by_role("heading", level=1)).to_be_visible()
    expect(inside.get_by_role("banner")).to_have_count(0)
    inside.locator("[name=cost]").fill("1万")
    inside.locator("form button:not(.second)").first.click()  # htmx
    expect(inside.locator("#result").first).to_contain_text("1,620.00")
    assert page.frames[1].url.count("embed=1") == 1
    inside.locator("#result a[href^='/policy/']").first.click()
    page.frames[1].wait_for_url("**/policy/F-*")
    assert "embed=1" in page.frames[1].url
    expect(inside.get_by_role("banner")).to_have_count(0)


@pytest.mark.parametrize("path", ["/", "/admin/login/?embed=1"])
def test_a_page_that_is_not_for_frames_is_refused(
    phone: PhoneMaker, site: Site, bureau: Bureau, path: str
) -> None:
    page = phone().page
    page.goto(f"{bureau.origin}/?show={quote(site.address + path)}")
    assert page.frames[1].url.startswith("chrome-error:")
    expect(page.frame_locator("iframe").locator("main")).to_have_count(0)


def test_a_site_that_is_not_named_is_refused(phone: PhoneMaker, site: Site) -> None:
    other = _running(Bureau())
    page = phone().page
    page.goto(f"{other.origin}/?show={quote(f'{site.address}/?embed=1')}")
    assert page.frames[1].url.startswith("chrome-error:")
    expect(page.frame_locator("iframe").locator("main")).to_have_count(0)
    other.shutdown()
    other.server_close()


# --- text size, back and history ------------------------------------------------------------------


@pytest.mark.parametrize(
    "path", ["/", "/offices/", "/enrollment/retirement/", "/calculators/emergency/", RESULT]
)
def test_text_follows_wechats_size_and_nothing_overflows(phone: PhoneMaker, path: str) -> None:
    shown = phone()
    shown.page.add_init_script(LARGE_TEXT)
    page = shown.open(path)
    size = "getComputedStyle(document.body).textSizeAdjust"
    assert page.evaluate(size) == "150%"
    assert not shown.scrolls_sideways()
    height = "document.querySelector('main').offsetHeight"
    tall = page.evaluate(height)
    page.evaluate(
        "window.__wxWebEnv = {getEnv: () => JSON.stringify({fontScale: 100})};"
        "document.dispatchEvent(new Event('WeixinJSBridgeReady')); window['menu:setfont']()"
    )
    assert page.evaluate(size) == "100%"
    assert page.evaluate(height) < tall


COMES_BACK = "dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}))"
GOES = "dispatchEvent(new PageTransitionEvent('pagehide', {persisted: true}))"


@pytest.mark.parametrize(("minutes", "fresh"), [(9, False), (11, True)])
def test_a_page_that_was_away_long_is_loaded_anew(
    phone: PhoneMaker, minutes: int, fresh: bool
) -> None:
    page = phone().page
    page.clock.install()
    page.goto(f"{phone().address}/offices/")
    page.evaluate(f"window.same = true; {GOES}")
    page.clock.fast_forward(minutes * 60_000)
    if fresh:
        with page.expect_navigation():
            page.evaluate(COMES_BACK)
        assert page.evaluate("window.same") is None
    else:
        page.evaluate(COMES_BACK)
        assert page.evaluate("window.same")


def test_what_was_typed_is_never_reloaded_away(phone: PhoneMaker) -> None:
    shown = phone()
    page = shown.page
    page.clock.install()
    page = shown.open("/calculators/emergency/?scheme=flexible")
    page.locator("[name=cost]").fill("1万")
    page.evaluate(f"window.same = true; {GOES}")
    page.clock.fast_forward(3_600_000)
    page.evaluate(COMES_BACK)
    page.wait_for_timeout(200)
    assert page.evaluate("window.same")
    expect(page.locator("[name=cost]")).to_have_value("1万")


def test_back_to_a_form_in_wechat_finds_it_as_it_was_sent(phone: PhoneMaker) -> None:
    page = phone().open("/calculators/inpatient/?scheme=flexible")
    page.locator("[name=group][value=active]").check()
    page.locator("[name=tier][value=level3]").check()
    page.locator("[name=cost]").fill("2万")
    page.locator("form button:not(.second)").first.click()
    expect(page.locator("#result").first).to_contain_text("1,951.20")
    follow(page.locator("#result a[href^='/policy/']").first)
    page.go_back()
    expect(page.locator("#result").first).to_contain_text("1,951.20")
    page.go_back()
    expect(page.locator("[name=cost]")).to_have_value("2万")
    expect(page.locator("[name=tier][value=level3]")).to_be_checked()
    assert not page.title().startswith("错误")
