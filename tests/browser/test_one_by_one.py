"""长辈版, one thing a screen: a calculator's questions one by one, a text's sections one by one."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PhoneMaker, follow
from tests.browser.matrix import PAGES
from tests.browser.test_care import large

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("javascript", [True, False], ids=["js", "no js"])
def test_a_stay_is_answered_one_question_a_screen(phone: PhoneMaker, javascript: bool) -> None:
    shown = phone(javascript=javascript)
    page = shown.open(large("/calculators/inpatient/"))
    follow(page.get_by_role("link", name="灵活就业人员职工医保").first)
    go_on = page.get_by_role("button", name="下一步")
    expect(go_on).to_be_in_viewport()
    page.get_by_text("在职", exact=True).click()
    follow(go_on)
    follow(go_on)  # without an answer: it is asked again, with a word about it
    expect(page).to_have_title(re.compile("^错误：住的是哪一级医院？"))
    expect(page.locator(".wrongs")).to_be_focused()
    page.get_by_text("三级", exact=True).click()
    follow(go_on)
    page.get_by_label("能报销的费用一共多少？").fill("2万")
    follow(go_on)
    expect(page.get_by_role("heading", name="还有几项，没有就直接看结果")).to_be_visible()
    follow(page.get_by_role("link", name="修改：住的是哪一级医院？"))
    assert page.get_by_role("radio", name="三级", exact=True).is_checked()
    page.get_by_text("一级", exact=True).click()
    follow(go_on)
    follow(page.get_by_role("button", name="看看自己要付多少"))
    # 一级 在职: (20000 − 200) × 94% = 18612; of 1388 the supplementary pays 292.80
    expect(page.locator("#result")).to_contain_text("1,095.20")
    plain = page.url.replace("&mode=care", "")
    assert plain.endswith("?scheme=flexible&group=active&tier=level1&cost=20000")
    page.go_back()
    page.go_back()
    expect(page.get_by_role("radio", name="一级", exact=True)).to_be_checked()
    assert [text for text in shown.complaints if "422" not in text] == []


def test_a_link_to_a_section_opens_it_and_a_reader_comes_back_to_it(phone: PhoneMaker) -> None:
    shown = phone()
    page = shown.open(large(PAGES["longest text"]) + "#short")
    sections = page.locator("details.section")
    assert sections.count() > 3
    opened = page.locator("details.section[open]")
    expect(opened).to_have_count(1)
    expect(opened.get_by_role("heading", name="年限不够")).to_be_in_viewport()
    page.locator("summary", has_text="带什么材料").click()
    expect(page).to_have_url(re.compile("#papers$"))
    follow(page.locator("#papers a.seal").first)
    page.go_back()
    expect(page.locator("#papers a.seal").first).to_be_visible()


def test_without_javascript_sections_open_and_links_to_them_lead_there(phone: PhoneMaker) -> None:
    page = phone(javascript=False).open(large(PAGES["longest text"]) + "#short")
    expect(page.locator("#short")).to_be_in_viewport()
    page.locator("summary", has_text="带什么材料").click()
    expect(page.locator("#papers")).to_be_visible()


def test_on_paper_every_section_is_open(phone: PhoneMaker) -> None:
    page = phone().open(large(PAGES["longest text"]))
    page.emulate_media(media="print")
    for section in page.locator("details.section > .text").all():
        assert section.bounding_box()["height"] > 20
