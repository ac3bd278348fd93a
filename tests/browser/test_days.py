"""Days of a result and the sheet for the counter, as a phone and a printer have them."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PhoneMaker, follow
from tests.browser.matrix import PAGES, inaccessible, sideways, too_small

pytestmark = pytest.mark.browser

DAYS = PAGES["days of a result"]
# What fills a sheet most: two groups of papers, a long bill, a long list of copies to bring.
SHEETS = {
    "retirement": PAGES["longest sheet"],
    "stay": (
        "/calculators/inpatient/sheet/?scheme=flexible&group=retired&tier=top3&cost=99999999.99"
        "&class_b=1234567.89&outside=7654321.09&admission=3&condition=cancer&pool_paid=149999.99"
        "&office=sujiatun"
    ),
    "family planning": (
        "/calculators/maternity/sheet/?scheme=flexible&kind=family_planning&group=active"
        "&tier=level3&cost=12000&office=shenbei"
    ),
    "break": f"{DAYS.replace('/?', '/sheet/?')}&office=center",
}
MARGIN = dict.fromkeys(("top", "right", "bottom", "left"), "10mm")


def printed_pages(page: Page) -> int:
    pdf = page.pdf(format="A4", margin=MARGIN)
    counts = re.findall(rb"/Count (\d+)", pdf)
    assert counts
    return int(counts[0])


@pytest.mark.parametrize("kind", list(SHEETS))
def test_a_sheet_is_one_page_of_paper(phone: PhoneMaker, kind: str) -> None:
    """In 长辈版 too: its large letters are for the screen."""
    page = phone(dark=True).open(SHEETS[kind])
    assert printed_pages(page) == 1
    page.goto(f"{page.url}&mode=care")
    assert printed_pages(page) == 1


def test_what_is_on_the_paper_and_what_is_not(phone: PhoneMaker) -> None:
    page = phone(dark=True).open(SHEETS["retirement"])
    page.emulate_media(media="print")
    expect(page.get_by_role("combobox")).to_be_hidden()
    expect(page.get_by_role("navigation").first).to_be_hidden()
    expect(page.locator(".page-qr svg")).to_be_visible()
    expect(page.get_by_text("浑南区全运路109号")).to_be_visible()
    expect(page.get_by_role("checkbox").first).to_be_visible()
    ink = page.evaluate("getComputedStyle(document.querySelector('.counter')).color")
    assert ink == "rgb(0, 0, 0)", "a dark phone does not print pale letters"


def test_an_office_is_put_on_the_sheet_without_javascript(phone: PhoneMaker) -> None:
    page = phone(javascript=False).open(DAYS)
    follow(page.get_by_role("link", name="打印一张，带到窗口"))
    expect(page.get_by_text("还没有选网点")).to_be_visible()
    page.get_by_role("combobox").select_option("hunnan")
    follow(page.get_by_role("button", name="放到纸上"))
    assert "office=hunnan" in page.url
    expect(page.get_by_role("heading", name="去浑南分中心")).to_be_visible()
    expect(page.get_by_role("combobox")).to_have_value("hunnan")
    follow(page.get_by_role("link", name="回到您的结果"))
    assert "office" not in page.url


@pytest.mark.parametrize("mode", ["ordinary", "care"])
@pytest.mark.parametrize("path", [DAYS, SHEETS["retirement"]], ids=["days", "sheet"])
def test_days_and_sheet_fit_an_old_person_s_phone(phone: PhoneMaker, path: str, mode: str) -> None:
    page = phone().open(f"{path}&mode={mode}")
    assert sideways(page) == []
    assert inaccessible(page) == []
    assert too_small(page, care=mode == "care") == []


def test_days_are_copied(phone: PhoneMaker) -> None:
    """Last paid in September 2026: October to December are three, January is the last month."""
    shown = phone()
    page = shown.open(DAYS)
    shown.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_text("抄下这些日子").click()
    page.get_by_role("button", name="复制日子").click()
    expect(page.get_by_text("已复制")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert "2027年1月31日（周日）：还能补缴的最后一天" in copied
    assert shown.complaints == []


def test_the_calendar_is_a_file_for_the_phone(phone: PhoneMaker) -> None:
    shown = phone()
    page = shown.open(DAYS)
    address = page.get_by_role("link", name="加到手机日历").get_attribute("href")
    assert address is not None
    response = page.request.get(shown.address + address)
    assert response.headers["content-type"] == "text/calendar; charset=utf-8"
    assert "DTSTART;VALUE=DATE:20270131" in response.text()
