"""A network that is slow, breaks off or is away: nothing typed is lost, and sending again is near."""

import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.browser.conftest import PhoneMaker, follow
from tests.browser.matrix import inaccessible

pytestmark = pytest.mark.browser

FORM = "/calculators/emergency/?scheme=flexible"
CALCULATORS = "**/calculators/**"


def filled(page: Page) -> Locator:
    """The button of a form with 1 万元 in it, whose answer is 1,620.00."""
    page.locator("[name=cost]").fill("1万")
    return page.locator("form button:not(.second)").first


def answered(page: Page) -> None:
    expect(page.locator("#result").first).to_contain_text("1,620.00")


def retry(page: Page) -> Locator:
    return page.get_by_role("button", name="再试一次")


def kept(page: Page) -> None:
    expect(page.locator("[name=cost]")).to_have_value("1万")


def place(button: Locator) -> list[int]:
    """Where a button is on the page, and how large, however far the page is scrolled."""
    box: list[int] = button.evaluate(
        "b => [b.offsetLeft, b.offsetTop, b.offsetWidth, b.offsetHeight]"
    )
    return box


def stop_clock(page: Page) -> None:
    """Let time stand still in the page: it goes on by `page.clock.run_for` only."""
    page.clock.install(time=0)
    page.clock.pause_at(3600)


def slow_by(seconds: float, asked: list[str]) -> Callable[[Route], None]:
    """Let an answer come late, and note what was asked."""

    def handle(route: Route) -> None:
        asked.append(route.request.url)
        time.sleep(seconds)
        route.continue_()

    return handle


def hold(page: Page, most: int = 1) -> list[Route]:
    """Keep what is asked first waiting, until a test lets it go on; the rest goes its way.

    `unroute` would let go what is held, too.
    """
    held: list[Route] = []

    def handle(route: Route) -> None:
        if len(held) < most:
            held.append(route)
        else:
            route.continue_()

    page.route(CALCULATORS, handle)
    return held


@pytest.mark.parametrize(
    ("broken", "says"),
    [
        (lambda route: route.abort(), "现在连不上网络，您填的都还在"),
        (lambda route: route.fulfill(status=503, body="away"), "网站出了点问题"),
        (lambda route: route.fulfill(status=500, body="broken"), "不是您填错了"),
        (lambda route: route.fulfill(status=502, body="gateway"), "请等一等再试"),
    ],
    ids=["cut off", "503", "500", "502"],
)
def test_a_request_that_fails_says_so_and_is_sent_again(
    phone: PhoneMaker, broken: Callable[[Route], None], says: str
) -> None:
    shown = phone()
    page = shown.open(FORM)
    button = filled(page)
    label = button.inner_text()
    page.route(CALCULATORS, broken)
    button.click()
    expect(page.locator("form [role=status]")).to_contain_text(says)
    kept(page)
    expect(button).to_have_text(label)
    assert button.get_attribute("aria-busy") is None
    assert not shown.scrolls_sideways()
    assert inaccessible(page) == []
    retry(page).click()  # still broken
    expect(retry(page)).to_have_count(1)
    page.unroute(CALCULATORS)
    retry(page).click()
    answered(page)
    expect(retry(page)).to_have_count(0)


def test_offline_and_online_again(phone: PhoneMaker) -> None:
    page = phone().open(FORM)
    button = filled(page)
    page.context.set_offline(True)
    button.click()
    expect(page.locator("form [role=status]")).to_contain_text("现在连不上网络")
    kept(page)
    page.context.set_offline(False)
    retry(page).click()
    answered(page)


def test_a_slow_answer_shows_progress_without_moving_anything(phone: PhoneMaker) -> None:
    shown = phone()
    page = shown.open(FORM)
    page.evaluate(
        "window.shifts = 0; new PerformanceObserver(list => list.getEntries().forEach("
        "entry => { window.shifts += entry.value })).observe({type: 'layout-shift'})"
    )
    button = filled(page)
    stop_clock(page)
    held = hold(page)
    before = place(button)
    button.click()
    page.clock.run_for(300)
    assert button.get_attribute("aria-busy") is None, "a quick answer does not flicker"
    page.clock.run_for(200)
    expect(button).to_have_text("正在算…")
    assert button.get_attribute("aria-busy") == "true"
    assert place(button) == before
    assert page.evaluate("window.shifts") < 0.001, "nothing but the words in the button"
    status = page.locator("form [role=status]")
    expect(status).to_have_text("")
    page.clock.run_for(8_000)
    expect(status).to_have_text("网络有点慢，请稍等。")
    assert place(button) == before
    page.clock.resume()
    held.pop().continue_()
    answered(page)


def test_what_never_comes_is_given_up_and_sent_again(phone: PhoneMaker) -> None:
    page = phone().open(FORM)
    button = filled(page)
    page.clock.install()
    hold(page)
    button.click()
    page.clock.run_for(20_100)
    expect(page.locator("form [role=status]")).to_contain_text("等了很久没有回音")
    kept(page)
    retry(page).click()
    answered(page)


def test_pressing_twice_sends_once(phone: PhoneMaker) -> None:
    page = phone().open(FORM)
    button = filled(page)
    asked: list[str] = []
    page.route(CALCULATORS, slow_by(0.5, asked))
    button.dblclick()
    answered(page)
    assert len(asked) == 1


def test_another_answer_meanwhile_counts(phone: PhoneMaker) -> None:
    """Who mends a slip and presses again gets the mended answer."""
    page = phone().open(FORM)
    button = filled(page)
    hold(page)
    button.click()
    expect(page.locator("form.htmx-request")).to_have_count(1)
    page.locator("[name=cost]").fill("2万")
    button.click()
    expect(page.locator("#result").first).to_be_visible()
    assert "cost=20000" in page.url


def test_a_question_that_follows_ends_the_waiting(phone: PhoneMaker) -> None:
    """Changing an answer takes back what was sent: the button is ready again."""
    page = phone().open("/calculators/inpatient/?scheme=flexible")
    page.locator("[name=group][value=active]").check()
    page.locator("[name=tier][value=level3]").check()
    page.locator("[name=cost]").fill("2万")
    page.locator("summary", has_text="还有别的情况").click()
    button = page.locator("form button:not(.second)").first
    label = button.inner_text()
    hold(page)
    button.click()
    expect(button).to_have_text("正在算…")
    page.locator("[name=place][value=long_term]").check()
    expect(page.locator("[name=filed_on_year]")).to_be_visible()
    expect(button).to_have_text(label)


def test_back_from_a_result_the_form_has_what_was_typed(phone: PhoneMaker) -> None:
    shown = phone()
    page = shown.open(FORM)
    filled(page).click()
    answered(page)
    page.go_back()
    expect(page.locator("#result")).to_have_count(0)
    kept(page)
    filled(page).click()
    answered(page)
    assert "ask=" not in page.url
    assert shown.complaints == []


def test_a_form_without_htmx_says_that_it_is_on_its_way(phone: PhoneMaker) -> None:
    page = phone().open("/feedback/?page=/offices/")
    page.get_by_role("radio", name="有帮助").check()
    page.get_by_label("想说的话").fill("看得懂")
    sent: list[str] = []

    def handle(route: Route) -> None:
        sent.append(route.request.method)
        time.sleep(1)
        route.continue_()

    page.route("**/feedback/**", handle)
    button = page.get_by_role("button", name="发出去")
    button.dblclick(no_wait_after=True)
    expect(page.get_by_role("heading", name="收到了，谢谢您")).to_be_visible()
    assert sent.count("POST") == 1


def test_a_word_that_cannot_be_sent_is_still_there(phone: PhoneMaker) -> None:
    page = phone().open("/feedback/?page=/offices/")
    page.get_by_role("radio", name="有帮助").check()
    page.get_by_label("想说的话").fill("看得懂")
    page.context.set_offline(True)
    page.get_by_role("button", name="发出去").click()
    expect(page.locator("form [role=status]").first).to_contain_text("您填的都还在")
    expect(page.get_by_label("想说的话")).to_have_value("看得懂")
    page.context.set_offline(False)
    retry(page).click()
    expect(page.get_by_role("heading", name="收到了，谢谢您")).to_be_visible()


@pytest.mark.parametrize("javascript", [True, False], ids=["js", "no js"])
def test_back_from_the_browsers_own_error_page_everything_is_there(
    phone: PhoneMaker, javascript: bool
) -> None:
    page = phone(javascript=javascript).open("/feedback/?page=/offices/")
    page.get_by_role("radio", name="有帮助").check()
    page.get_by_label("想说的话").fill("看得懂")
    page.route("**/feedback/", lambda route: route.abort())
    page.get_by_role("button", name="发出去").click(no_wait_after=True)
    while not page.url.startswith("chrome-error:"):
        page.wait_for_timeout(50)
    page.unroute("**/feedback/")
    page.go_back()
    expect(page.get_by_label("想说的话")).to_have_value("看得懂")
    follow(page.get_by_role("button", name="发出去"))
    expect(page.get_by_role("heading", name="收到了，谢谢您")).to_be_visible()


def test_a_page_of_one_question_keeps_its_answer_when_it_is_cut_off(phone: PhoneMaker) -> None:
    page = phone().open(f"{FORM}&mode=care")
    page.locator("[name=cost]").fill("1万")
    page.context.set_offline(True)
    page.locator("form button:not(.second)").first.click()
    expect(page.locator("form [role=status]").first).to_contain_text("现在连不上网络")
    kept(page)
    page.context.set_offline(False)
    follow(retry(page))
    assert "cost=" in page.url
