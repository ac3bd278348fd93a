"""我该怎么办 on a phone: a whole way without JavaScript, an answer changed, and in 长辈版."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PhoneMaker, follow

pytestmark = pytest.mark.browser


def choose(page: Page, *answers: str) -> None:
    """Answer one screen after the other."""
    for answer in answers:
        follow(page.get_by_role("link", name=re.compile(f"^{answer}")).first)


def type_in(page: Page, question: str, value: str) -> None:
    page.get_by_label(question).fill(value)
    follow(page.get_by_role("button", name="下一步"))


def test_from_who_somebody_is_to_the_day_of_the_first_benefit(phone: PhoneMaker) -> None:
    shown = phone(javascript=False)
    page = shown.open("/")
    choose(page, "我该怎么办", "成年人", "自己做事", "沈阳户口", "沈阳的职工医保", "都没有")
    expect(page.get_by_role("heading", level=1)).to_have_text("两种医保您都可以参加，先看哪一种？")
    choose(page, "灵活就业人员职工医保", "还早")
    type_in(page, "职工医保最后缴到哪个月？", "2025-01")
    type_in(page, "从哪个月开始缴？", "2025-05")
    choose(page, "不补")
    # F-6.5: three months missing, not repaid: three months of waiting from May
    expect(page.locator(".slip")).to_contain_text("2025年8月1日")
    # 修改 in the middle: what was answered before and after it stays
    follow(page.get_by_role("link", name="修改：补缴"))
    choose(page, "补缴")
    expect(page.locator(".slip")).to_contain_text("2025年5月1日")
    follow(page.get_by_role("link", name="修改：户口"))
    choose(page, "外地户口", "办了", "长期住在沈阳", "没有参加")
    expect(page.locator(".slip")).to_contain_text("2025年5月1日")
    expect(page.get_by_role("checkbox")).to_have_count(3)
    expect(page.locator(".task-list-item").nth(1)).to_contain_text("居住证原件")
    assert not shown.scrolls_sideways()


def test_a_wrong_month_is_said_and_kept(phone: PhoneMaker) -> None:
    page = phone(javascript=False).open(
        "/guide/?who=adult&work=flexible&hukou=shenyang&before=employee&standing=none"
        "&scheme=flexible&age=far&last=2025-01"
    )
    type_in(page, "从哪个月开始缴？", "2024-12")
    expect(page.get_by_role("alert")).to_contain_text("要比上一步填的月份晚")
    assert page.get_by_label("从哪个月开始缴？").input_value() == "2024-12"
    type_in(page, "从哪个月开始缴？", "2025-02")
    expect(page.locator(".slip")).to_contain_text("2025年2月1日")


def test_large_letters_stay_on_the_whole_way(phone: PhoneMaker) -> None:
    shown = phone(javascript=False)
    page = shown.open("/guide/?mode=care")
    choose(page, "刚出生的宝宝", "沈阳户口", "都没有")
    for part, value in (("年", "2024"), ("月", "2"), ("日", "10")):
        page.get_by_label(part, exact=True).fill(value)
    follow(page.get_by_role("button", name="下一步"))
    assert "mode=care" in page.url
    assert not shown.scrolls_sideways()
    choose(page, "还没有交")
    assert "mode=care" in page.url
    expect(page.locator("html.care")).to_have_count(1)
    # Born 10 February: three months end with 10 May
    expect(page.locator(".slip")).to_contain_text("2024年5月10日（已经过了）")
    assert not shown.scrolls_sideways()


def test_back_shows_the_question_before(phone: PhoneMaker) -> None:
    page = phone().open("/guide/")
    choose(page, "在校学生", "在沈阳上学")
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_have_text("在哪里上学？")


def test_a_plan_prints_with_its_papers_and_a_way_back_to_it(phone: PhoneMaker) -> None:
    page = phone().open("/guide/?who=student&school=here&standing=none&paid=2024-03-15")
    page.emulate_media(media="print")
    expect(page.locator(".page-qr img")).to_be_visible()
    expect(page.locator("#papers")).to_be_visible()
    expect(page.get_by_role("link", name="修改").first).to_be_hidden()
    expect(page.get_by_role("button")).to_have_count(0)


LONGEST = (
    "/guide/?who=adult&work=flexible&hukou=elsewhere&permit=yes&living=yes&origin=no"
    "&before=employee&standing=none&scheme=flexible&age=reached&years=unknown"
)
TYPICAL = "/guide/?who=newborn&hukou=shenyang&standing=none&born=2024-02-10&paid=2024-03-15"


@pytest.mark.parametrize(("path", "sheets"), [(TYPICAL, 1), (LONGEST, 2)])
def test_a_plan_prints_on_few_sheets(phone: PhoneMaker, path: str, sheets: int) -> None:
    paper = (
        phone()
        .open(path)
        .pdf(format="A4", margin=dict.fromkeys(("top", "right", "bottom", "left"), "10mm"))
    )
    assert paper.count(b"/Type /Page\n") == sheets


def test_a_plan_is_passed_on_as_text_and_as_a_picture(phone: PhoneMaker) -> None:
    shown = phone()
    page = shown.open(TYPICAL)
    page.locator("summary", has_text="转给家人").click()
    expect(page.get_by_role("button", name="复制，不带日子")).to_be_visible()
    page.locator("summary", has_text="保存成图片").click()
    page.get_by_role("button", name="带日子", exact=True).click()
    # Paid within three months of the birth: covered from the birth on
    expect(page.get_by_role("img", name="2024年2月10日").first).to_be_visible()
    assert shown.complaints == []
