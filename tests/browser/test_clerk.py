"""A clerk at the desk: an address changed and taken back, a resident's word read and followed up."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.conftest import PASSWORD, Phone, PhoneMaker, follow

pytestmark = pytest.mark.browser

STAY = "group=active&tier=level3&cost=20000"


@pytest.fixture
def desk(phone: PhoneMaker) -> Phone:
    """A phone of 390 px on which the clerk has logged in."""
    shown = phone(width=390)
    page = shown.open("/admin/")
    page.get_by_label("用户名").fill("clerk")
    page.get_by_label("密码").fill(PASSWORD)
    follow(page.get_by_role("button", name="登录"))
    return shown


def assert_usable(shown: Phone) -> None:
    assert not shown.scrolls_sideways(), shown.page.url
    violations = Axe().run(shown.page).response["violations"]
    assert [(found["id"], found["nodes"][0]["html"]) for found in violations] == []


def list_of_offices(phone: PhoneMaker) -> Page:
    return phone().open("/offices/")


def test_an_address_is_on_the_site_at_once_and_can_be_taken_back(
    phone: PhoneMaker, desk: Phone
) -> None:
    page = desk.open("/admin/offices/office/")
    follow(page.get_by_role("link", name="康平分中心"))
    page.locator("#id_address").fill("康平县胜利街道新址一号。")
    follow(page.locator("[name=_save]"))
    expect(page.locator(".messagelist")).to_contain_text("康平分中心")
    assert desk.complaints == [], "nothing breaks the content security policy"
    expect(list_of_offices(phone).locator("main")).to_contain_text("康平县胜利街道新址一号。")

    page.goto(f"{desk.address}/admin/offices/office/")
    follow(page.get_by_role("link", name="康平分中心"))
    follow(page.get_by_role("link", name="修改记录").first)
    expect(page.locator("#content")).to_contain_text("康平县胜利街道新址一号。")
    assert_usable(desk)
    follow(page.get_by_role("link", name="恢复到这一版").last)
    follow(page.get_by_role("button", name="确认，恢复到这一版"))
    shown = list_of_offices(phone).locator("main")
    expect(shown).to_contain_text("迎宾路99C")
    expect(shown).not_to_contain_text("康平县胜利街道新址一号。")


def test_a_residents_word_reaches_the_desk_without_their_number(
    phone: PhoneMaker, desk: Phone
) -> None:
    resident = phone()
    page = resident.open(f"/calculators/inpatient/?scheme=flexible&{STAY}")
    follow(page.get_by_role("link", name="数字不对？告诉我们"))
    assert_usable(resident)
    expect(page.get_by_role("radio", name="数字不对")).to_be_checked()
    page.get_by_label("想说的话").fill("结算单是两千元，我的身份证210102196001011234")
    follow(page.get_by_role("button", name="发出去"))
    expect(page.get_by_role("heading", level=1)).to_have_text("收到了，谢谢您")
    assert_usable(resident)

    read = desk.open("/admin/feedback/feedback/")
    assert_usable(desk)
    follow(read.locator("#result_list tbody th a").first)
    assert_usable(desk)
    said = read.locator("#content")
    expect(said).to_contain_text("结算单是两千元")
    expect(said).not_to_contain_text("210102")
    follow(said.get_by_role("link", name="存成常看的例子"))
    read.get_by_label("名称").fill("居民说结算单不一样的住院")
    follow(read.get_by_role("button", name="保存"))
    expect(read.locator("#content")).to_contain_text("居民说结算单不一样的住院")
    expect(read.locator("#content")).to_contain_text("1,951.20")
    assert_usable(desk)
