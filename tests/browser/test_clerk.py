"""A clerk changes an address at the desk, and the next resident reads the new one."""

import pytest

from tests.browser.conftest import PhoneMaker, follow

pytestmark = pytest.mark.browser


def test_an_address_changed_in_the_admin_is_on_the_site_at_once(phone: PhoneMaker) -> None:
    desk = phone(width=390)
    page = desk.open("/admin/")
    page.get_by_label("用户名").fill("clerk")
    page.get_by_label("密码").fill("shen-yang-2025")
    follow(page.get_by_role("button", name="登录"))
    page.goto(desk.address + "/admin/offices/office/")
    follow(page.get_by_role("link", name="康平分中心"))
    address = page.get_by_label("地址")
    address.fill("康平县胜利街道新址一号。")
    follow(page.locator("[name=_save]"))
    assert "康平分中心" in page.locator(".messagelist").inner_text()
    assert desk.complaints == [], "nothing breaks the content security policy"

    resident = phone()
    shown = resident.open("/offices/").locator("main").inner_text()
    assert "康平县胜利街道新址一号。" in shown
    assert "迎宾路99C" not in shown
