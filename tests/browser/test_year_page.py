"""全年账单 on a phone: a year is written event by event, without a script too."""

import datetime
import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PhoneMaker, follow
from tests.browser.matrix import wrong_anywhere

pytestmark = pytest.mark.browser

YEAR = "/calculators/year/"
FLEXIBLE = f"{YEAR}?scheme=flexible&group=active"
EVENTS = (
    "&e=inpatient,2025-02-01,top3,99999.99,condition:cancer&e=inpatient,2025-03-05,level3,5000,"
    "place:temporary&e=outpatient,2025-06-01,specialist3,12345.67&e=inpatient,2025-07-01,level1,"
    "90000&e=maternity,2025-08-01,childbirth,level2_district,9000"
)
RESIDENT = (
    f"{YEAR}?scheme=resident&group=minor&threshold=20000&e=inpatient,2024-03-01,level3,150000"
    "&e=outpatient,2024-03-02,100&e=two-diseases,2024-05-01,300"
)
PAGES = {
    "which scheme": YEAR,
    "who": f"{YEAR}?scheme=resident",
    "nothing yet": FLEXIBLE,
    "an event": f"{FLEXIBLE}&add=chronic",
    "wrong answers": f"{FLEXIBLE}&add=inpatient&on_year=2025&on_month=13&on_day=1&cost=abc",
    "changing": f"{FLEXIBLE}{EVENTS}&edit=1",
    "a year": FLEXIBLE + EVENTS,
    "next stay": f"{FLEXIBLE}{EVENTS}&next=20000",
    "a resident's year": RESIDENT,
    "no rules": f"{YEAR}?scheme=resident&group=adult&e=inpatient,2025-03-01,level3,150000",
}


@pytest.mark.parametrize("kind", list(PAGES))
def test_a_page_is_whole_and_accessible(phone: PhoneMaker, kind: str) -> None:
    shown = phone()
    shown.open(PAGES[kind])
    assert wrong_anywhere(shown, folds_open=True) == []


@pytest.mark.parametrize("javascript", [False, True], ids=["plain", "with scripts"])
def test_a_year_is_written_changed_and_removed(phone: PhoneMaker, javascript: bool) -> None:
    page = phone(javascript=javascript).open(YEAR)
    follow(page.get_by_role("link", name="灵活就业人员职工医保").first)
    page.get_by_role("radio", name="在职").check()
    follow(page.get_by_role("button", name="开始记账"))
    follow(page.get_by_role("link", name="住院", exact=True))
    page.get_by_label("年", exact=True).first.fill("2025")
    page.get_by_label("月", exact=True).first.fill("2")
    page.get_by_label("日", exact=True).first.fill("1")
    page.get_by_role("radio", name="三级", exact=True).check()
    page.get_by_label("能报销的费用一共多少？").fill("1万")
    follow(page.get_by_role("button", name="记上这一笔"))
    # (10000 − 600) × 88% = 8272; of 1128 the supplementary pays 80 + 100 + 76.80
    assert "1,471.20" in page.locator("#result").inner_text()
    assert page.url.endswith("e=inpatient,2025-02-01,level3,10000")
    follow(page.get_by_role("button", name="改2月1日的住院"))
    page.get_by_label("能报销的费用一共多少？").fill("600")
    follow(page.get_by_role("button", name="改好了"))
    assert "600.00" in page.locator("#result").inner_text()
    page.get_by_label("下一次住院，能报销的费用大约多少？").fill("1万")
    follow(page.get_by_role("button", name="看看各级医院"))
    # the second stay at 三级: (10000 − 510) × 88% = 8351.20; of 1138.80: 80 + 100 + 83.28
    assert "您付 1,385.52 元" in page.get_by_label("再住一次院").inner_text()
    follow(page.get_by_role("button", name="删2月1日的住院"))
    assert page.locator("#result").count() == 0
    page.go_back()
    assert page.locator("#result").count() == 1


def test_wrong_answers_take_the_focus_and_keep_what_was_typed(phone: PhoneMaker) -> None:
    page = phone().open(PAGES["wrong answers"])
    assert page.title().startswith("错误：")
    assert "没有这一天" in page.evaluate("document.activeElement.textContent")
    assert page.get_by_label("能报销的费用一共多少？").input_value() == "abc"


def test_a_hundred_events_can_be_shown_and_changed(phone: PhoneMaker) -> None:
    first = datetime.date(2025, 1, 1)
    days = (first + datetime.timedelta(3 * number) for number in range(100))
    events = [f"&e=outpatient,{day},level1_or_below,{day.day}00.55" for day in days]
    page = phone().open(FLEXIBLE + "".join(events))
    assert page.locator(".event").count() == 100
    follow(page.locator(".event button", has_text="改").last)
    assert page.get_by_role("heading", level=1).inner_text() == "改一笔：看门诊"
    page.get_by_label("这次能报销的费用一共多少？").fill("1")
    follow(page.get_by_role("button", name="改好了"))
    expect(page).to_have_url(re.compile("level1_or_below,1$"))
    page.locator(".event button", has_text="删").last.click()
    expect(page.locator(".event")).to_have_count(99)


_SMALL_TARGETS = """() => [...document.querySelectorAll('a[href], button, summary')]
  .filter(e => !e.closest('p:not(.tools), dd, .skip, li p:not(.tools)') && e.offsetParent !== null)
  .map(e => [e.outerHTML.slice(0, 90), e.getBoundingClientRect()])
  .filter(([, box]) => box.height < 44 && box.height > 0)
  .map(([html, box]) => html + ' is ' + Math.round(box.height) + ' px high')"""


@pytest.mark.parametrize("kind", ["a year", "an event", "no rules"])
def test_targets_are_large_enough_for_a_thumb(phone: PhoneMaker, kind: str) -> None:
    assert phone().open(PAGES[kind]).evaluate(_SMALL_TARGETS) == []
