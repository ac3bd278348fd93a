"""The way in on a phone: log-in, the code of an app, and the locked door."""

import re
from base64 import b32decode
from collections.abc import Iterator

import pytest
from django_otp.oath import totp
from playwright.sync_api import Page, expect

from tests.browser.conftest import PASSWORD, Phone, PhoneMaker, Site, follow
from tests.browser.matrix import inaccessible

pytestmark = pytest.mark.browser

SMALLEST_TARGET = 44


def code_of(key: str, *, later: int = 0) -> str:
    """What an app shows that knows `key`, now or some steps of half a minute later."""
    text = key.replace(" ", "").strip()
    return f"{totp(b32decode(text + '=' * (-len(text) % 8)), drift=later):06}"


def log_in(desk: Phone, name: str, password: str = PASSWORD, to: str = "/admin/") -> Page:
    page = desk.open(to)
    page.get_by_label("用户名").fill(name)
    page.get_by_label("密码").fill(password)
    follow(page.get_by_role("button", name="登录"))
    return page


def check(desk: Phone, *, meant: str = "nothing") -> None:
    """Everybody can use the open page, nothing overflows, nothing complains but what is `meant`."""
    assert [text for text in desk.complaints if meant not in text] == []
    assert not desk.scrolls_sideways()
    for target in desk.page.locator("main a, main button, main input:not([type=hidden])").all():
        box = target.bounding_box()
        assert box is None or box["height"] >= SMALLEST_TARGET - 0.5, target.inner_text()
    assert inaccessible(desk.page) == []
    desk.complaints.clear()


@pytest.fixture(params=[False, True], ids=["light", "dark"])
def desk(request: pytest.FixtureRequest, phone: PhoneMaker) -> Iterator[Phone]:
    return phone(width=390, dark=request.param)


def test_a_wrong_password_then_the_right_one_leads_on(desk: Phone) -> None:
    page = desk.open("/admin/login/")
    check(desk)
    page = log_in(desk, "clerk", "wrong", to="/admin/desk/")
    expect(page.locator(".errornote")).to_contain_text("用户名或密码不对")
    check(desk)
    page.get_by_label("密码").fill(PASSWORD)
    follow(page.get_by_role("button", name="登录"))
    assert page.url.endswith("/admin/desk/")
    expect(page.locator(".messagelist")).to_contain_text("登录")
    assert desk.complaints == []


def test_who_guesses_is_locked_out_and_told_until_when(desk: Phone) -> None:
    name = f"stranger-{id(desk)}"
    for _ in range(4):
        log_in(desk, name, "wrong")
    page = log_in(desk, name, "wrong")
    expect(page.get_by_role("heading", level=1)).to_have_text("暂时不能登录")
    assert re.search(r"请在 \d\d:\d\d 以后再试（大约 15 分钟）", page.locator("main").inner_text())
    check(desk, meant="status of 429")
    follow(page.get_by_role("link", name="回登录页"))
    expect(page.get_by_label("用户名")).to_be_visible()


def test_an_app_is_set_up_and_asked_for_and_taken_away(
    desk: Phone, site: Site, phone: PhoneMaker
) -> None:
    name = f"careful-{id(desk)}"
    site.manage("createsuperuser", "--noinput", f"--username={name}", "--email=")
    page = log_in(desk, name)
    follow(page.get_by_role("link", name="登录安全"))
    check(desk)
    follow(page.get_by_role("link", name="开启两步验证"))
    check(desk)
    key = page.locator(".people-key").inner_text()
    picture = page.locator(".people-qr")
    assert picture.evaluate("e => getComputedStyle(e).backgroundColor") == "rgb(255, 255, 255)"
    page.get_by_label("验证码", exact=True).fill(code_of(key))
    follow(page.get_by_role("button", name="开启", exact=True))
    codes = page.locator(".people-codes code").all_inner_texts()
    assert len(codes) == 10
    check(desk)
    page.emulate_media(media="print")
    expect(page.locator(".people-codes")).to_be_visible()
    expect(page.locator("#header")).to_be_hidden()
    ink = page.locator(".people-codes code").first.evaluate("e => getComputedStyle(e).color")
    assert ink == "rgb(0, 0, 0)", "in the dark, too, it is printed black on white"
    page.emulate_media(media="screen")
    follow(page.get_by_role("link", name="已经记好"))
    expect(page.locator("main")).to_contain_text("恢复码还剩 10 个")
    check(desk)

    other = phone(width=390, javascript=False)
    shown = log_in(other, name, to="/admin/desk/")
    expect(shown.get_by_role("heading", level=1)).to_have_text("输入验证码")
    shown.get_by_label("验证码").fill(codes[0].upper())
    follow(shown.get_by_role("button", name="登录"))
    assert shown.url.endswith("/admin/desk/")

    follow(page.get_by_role("button", name="注销"))
    page = log_in(desk, name)
    check(desk)
    page.get_by_label("验证码").fill("999")
    follow(page.get_by_role("button", name="登录"))
    expect(page.locator(".errorlist")).to_contain_text("验证码不对")
    check(desk)
    page.get_by_label("验证码").fill(code_of(key, later=1))
    page.wait_for_timeout(1100)  # a wrong code makes one wait a second
    follow(page.get_by_role("button", name="登录"))
    page.goto(desk.address + "/admin/people/security/off/")
    page.get_by_label("您的密码").fill(PASSWORD)
    check(desk)
    follow(page.get_by_role("button", name="关闭两步验证"))
    expect(page.locator("main")).to_contain_text("没有开启")
    assert desk.complaints == []


def test_records_and_accounts_fit_a_phone(desk: Phone) -> None:
    page = log_in(desk, "clerk")
    follow(page.get_by_role("link", name="登录安全"))
    follow(page.get_by_role("link", name="登录和操作记录"))
    expect(page.locator("main tbody tr").first).to_contain_text("登录")
    check(desk)
    page.get_by_label("哪一类").select_option(label="登录失败")
    follow(page.get_by_role("button", name="筛选"))
    assert "kind=failure" in page.url
    for path in (
        "/admin/auth/user/add/",
        "/admin/auth/user/1/change/",
        "/admin/auth/group/1/change/",
    ):
        page.goto(desk.address + path)
        assert desk.complaints == []
        assert not desk.scrolls_sideways()
        assert inaccessible(page) == [], path
        desk.complaints.clear()  # axe fetches style sheets that the policy does not let it apply
