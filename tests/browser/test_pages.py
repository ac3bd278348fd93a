"""Each kind of page on a phone: nothing overflows, nothing complains, everybody can use it."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.conftest import PhoneMaker

pytestmark = pytest.mark.browser

STAY = "group=active&tier=level3&cost=20000"
# Each kind of page with its longest and its shortest content.
PAGES = {
    "home": "/",
    "person": "/for/students/",
    "opening page": "/enrollment/",
    "benefits by scheme": "/benefits/",
    "longest text": "/enrollment/retirement/",
    "shortest text": "/benefits/resident-emergency/",
    "lists to tick": "/care/maternity-claims/",
    "channels": "/contributions/channels/",
    "about": "/about/",
    "readings": "/about/readings/",
    "found": "/search/?q=报销",
    "not found anything": "/search/?q=zzzz",
    "one office": "/offices/tiexi/",
    "documents": "/policy/",
    "longest document": "/policy/documents/flexible-2025-10/",
    "longest clause": "/policy/F-16.17",
    "shortest clause": "/policy/R-7.10",
    "offices": "/offices/",
    "calculators": "/calculators/",
    "which scheme": "/calculators/inpatient/",
    "form": "/calculators/inpatient/?scheme=flexible",
    "wrong answers": "/calculators/inpatient/?scheme=resident&group=adult&cost=abc",
    "result": f"/calculators/inpatient/?scheme=flexible&{STAY}",
    "longest result": (
        "/calculators/inpatient/?scheme=flexible&group=retired&tier=top3&cost=99999999.99"
        "&class_b=1234567.89&outside=7654321.09&admission=3&condition=cancer"
        "&place=temporary_emergency&pool_paid=149999.99"
    ),
    "refusal": f"/calculators/inpatient/?scheme=flexible&{STAY}&date=2020-01-01",
    "not found": "/nothing",
}
READS_ONLY = ("home", "documents", "longest clause", "offices", "calculators")


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("kind", list(PAGES))
def test_a_page_is_whole_and_accessible(phone: PhoneMaker, kind: str, dark: bool) -> None:
    shown = phone(dark=dark)
    shown.open(PAGES[kind])
    assert not shown.scrolls_sideways()
    violations = Axe().run(shown.page).response["violations"]
    assert [(found["id"], found["nodes"][0]["html"]) for found in violations] == []
    complaints = [text for text in shown.complaints if "status of 404" not in text]
    assert complaints == []
    assert len(shown.requests) <= 5, shown.requests


@pytest.mark.parametrize("kind", list(PAGES))
def test_a_page_reflows_at_320_px_with_text_at_200_percent(phone: PhoneMaker, kind: str) -> None:
    shown = phone(width=320)
    page = shown.open(PAGES[kind])
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert not shown.scrolls_sideways()


# A link inside a sentence follows the sentence (WCAG 2.5.8); everything else is for thumbs.
_SMALL_TARGETS = """() => [...document.querySelectorAll(
    'a[href], button, summary, input:not([type=hidden]), label')]
  .filter(e => !e.closest('p, dd, blockquote, .skip, li p') && e.offsetParent !== null)
  .filter(e => !(e.matches('input[type=radio]') && e.closest('label')))
  .map(e => [e.outerHTML.slice(0, 90), e.getBoundingClientRect()])
  .filter(([, box]) => box.height < 44 && box.height > 0)
  .map(([html, box]) => html + ' is ' + Math.round(box.height) + ' px high')"""


@pytest.mark.parametrize("kind", ["home", "form", "wrong answers", "result", "calculators"])
def test_targets_are_large_enough_for_a_thumb(phone: PhoneMaker, kind: str) -> None:
    page = phone().open(PAGES[kind])
    labels_only = [t for t in page.evaluate(_SMALL_TARGETS) if not t.startswith("<label")]
    assert labels_only == []


def test_a_stay_is_answered_without_javascript(phone: PhoneMaker) -> None:
    page = phone(javascript=False).open("/calculators/inpatient/")
    page.get_by_role("link", name="灵活就业人员职工医保").first.click()
    page.get_by_role("radio", name="在职").check()
    page.get_by_role("radio", name="三级", exact=True).check()
    page.get_by_label("能报销的费用一共多少？").fill("2万")
    page.get_by_role("button", name="看看自己要付多少").click()
    # 三级 在职: (20000 − 600) × 88% = 17072; of 2328 the supplementary pays 80 + 100 + 796.80
    assert "1,951.20" in page.locator("#result").inner_text()
    assert "cost=20000" in page.url, "the link is the plain one"
    assert page.locator('#result a[href="/policy/F-14.6"]').count() >= 1
    page.locator('#result a[href="/policy/F-14.6"]').first.click()
    assert "三 级 600 88% 91% 12% 9%" in page.locator("main").inner_text()


def test_wrong_answers_keep_what_was_typed_and_take_the_focus(phone: PhoneMaker) -> None:
    page = phone().open("/calculators/inpatient/?scheme=resident")
    page.get_by_role("radio", name="成年居民").check()
    page.get_by_label("能报销的费用一共多少？").fill("两万")
    page.get_by_role("button", name="看看自己要付多少").click()
    assert page.title().startswith("错误：")
    summary = page.evaluate("document.activeElement.textContent")
    assert "请选医院级别" in summary
    assert page.get_by_label("能报销的费用一共多少？").input_value() == "两万"
    assert page.get_by_role("radio", name="成年居民").is_checked()
    page.get_by_role("link", name="请填写金额").first.click()
    assert page.evaluate("document.activeElement.name") == "cost"


def test_back_and_forward_show_the_question_and_the_answer(phone: PhoneMaker) -> None:
    page = phone().open(PAGES["form"])
    page.goto(page.url + f"&{STAY}")
    assert page.locator("#result").count() == 1
    page.go_back()
    assert page.locator("#result").count() == 0
    page.go_forward()
    assert page.locator("#result").count() == 1
