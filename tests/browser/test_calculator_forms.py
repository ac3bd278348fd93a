"""Each calculator played on a phone, with JavaScript and without: the same answers, nothing lost."""

import re
from dataclasses import dataclass

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import Phone, PhoneMaker
from tests.browser.matrix import inaccessible

pytestmark = pytest.mark.browser

BUTTON = "form button:not(.second)"


@dataclass(frozen=True)
class Case:
    """Answers by the name of their box, and what the result then says; `wrong` is one bad answer.

    The numbers are those of the worked cases (tests/cases/worked-cases.json).
    """

    query: str
    answers: tuple[tuple[str, str], ...]
    says: str
    wrong: tuple[str, str]


CASES = {
    "inpatient": Case(
        "?scheme=flexible",
        (("group", "active"), ("tier", "level3"), ("cost", "2万")),
        "1,951.20",
        ("cost", "两万"),
    ),
    "emergency": Case("?scheme=flexible", (("cost", "1万"),), "1,620.00", ("cost", "一万")),
    "outpatient": Case(
        "?scheme=flexible",
        (("group", "retired"), ("tier", "level2"), ("cost", "1,200"), ("deductible_left", "200")),
        "500.00",
        ("cost", "-5"),
    ),
    "chronic": Case(
        "?scheme=flexible",
        (("category", "dialysis"), ("group", "active"), ("cost", "５０００")),
        "300.00",
        ("cost", "5000.001"),
    ),
    "two-diseases": Case("", (("hypertension", "300元"),), "105.00", ("diabetes", "没有")),
    "major-illness": Case(
        "",
        (("self_paid", "70000.01"), ("threshold", "2万")),
        "30,000.01",
        ("self_paid", "7万多"),
    ),
    "supplementary": Case("", (("self_paid", "1000"),), "180.00", ("self_paid", "一千")),
    "maternity": Case(
        "?scheme=flexible",
        (("kind", "childbirth"), ("cost", "1.2万"), ("group", "active"), ("tier", "level3")),
        "1,440.00",
        ("cost", "很多"),
    ),
    "contribution": Case(
        "?scheme=flexible",
        (("first_month", "2025-09"), ("last_month", "2025年12月")),
        "2,069.52",
        ("last_month", "年底"),
    ),
    "retiree-account": Case("", (("months", "12"),), "936.00", ("months", "13")),
    "arrears": Case(
        "",
        (("first_month", "2010-07"), ("last_month", "2010-10")),
        "723.40",
        ("last_month", "2009-01"),
    ),
    "retirement": Case(
        "",
        (
            *(("sex", "male"), ("reaches_age_on_year", "2023"), ("reaches_age_on_month", "12")),
            ("reaches_age_on_day", "31"),
        ),
        "25年",
        ("actual_months", "十五年"),
    ),
    "start-date": Case(
        "?scheme=resident",
        (
            *(("kind", "student"), ("paid_on_year", "2024"), ("paid_on_month", "3")),
            ("paid_on_day", "15"),
        ),
        "2024年4月1日",
        ("paid_on_month", "13"),
    ),
    "filing-expiry": Case(
        "?scheme=flexible",
        (
            *(("proof", "residence_permit"), ("issued_on_year", "2025")),
            *(("issued_on_month", "3"), ("issued_on_day", "15")),
        ),
        "2026年3月15日",
        ("issued_on_day", "32"),
    ),
}
EACH = pytest.mark.parametrize("slug", list(CASES))
WITH_AND_WITHOUT = pytest.mark.parametrize("javascript", [True, False], ids=["js", "no js"])


def open_form(phone: Phone, slug: str) -> Page:
    return phone.open(f"/calculators/{slug}/{CASES[slug].query}")


def fill(
    page: Page, answers: tuple[tuple[str, str], ...], *, javascript: bool, right: bool = True
) -> None:
    """Answer; a question that is not there yet follows by itself, or at the press of the button."""
    for name, value in answers:
        box = page.locator(f'form [name="{name}"]:not([type=hidden])')
        if not javascript and box.count() == 0:
            page.locator(BUTTON).click()
            if right:  # a question that follows is no mistake
                expect(page).not_to_have_title(re.compile("^错误："))
                expect(page.get_by_text("还要请您回答")).to_be_visible()
        expect(box.first).to_be_visible()
        if box.first.get_attribute("type") == "radio":
            page.locator(f'form [name="{name}"][value="{value}"]').check()
        else:
            box.first.fill(value)


def press(page: Page) -> None:
    page.locator(BUTTON).click()


@WITH_AND_WITHOUT
@EACH
def test_right_answers(phone: PhoneMaker, slug: str, javascript: bool) -> None:
    shown = phone(javascript=javascript)
    page = open_form(shown, slug)
    fill(page, CASES[slug].answers, javascript=javascript)
    press(page)
    expect(page.locator("#result").first).to_contain_text(CASES[slug].says)
    assert not shown.scrolls_sideways()
    # The link opens the same page again, and keeps nothing but answers.
    assert not re.search(r"[?&](ask|dropped)=", page.url)
    swapped = page.locator("main").inner_text().split()
    page.goto(page.url)
    assert page.locator("main").inner_text().split() == swapped
    if javascript:
        assert inaccessible(page) == []
    page.go_back()
    expect(page.locator("#result")).to_have_count(0)
    page.go_forward()
    expect(page.locator("#result").first).to_contain_text(CASES[slug].says)
    assert shown.complaints == []


@WITH_AND_WITHOUT
@EACH
def test_wrong_answers(phone: PhoneMaker, slug: str, javascript: bool) -> None:
    shown = phone(javascript=javascript)
    page = open_form(shown, slug)
    name, typed = CASES[slug].wrong
    answers = dict(CASES[slug].answers) | {name: typed}
    fill(page, tuple(answers.items()), javascript=javascript, right=False)
    press(page)
    expect(page).to_have_title(re.compile("^错误："))
    expect(page.locator(".wrongs")).to_be_focused()
    assert page.locator(".wrongs a").count() >= 1
    for given, value in answers.items():
        box = page.locator(f'form [name="{given}"]:not([type=hidden])').first
        if box.get_attribute("type") == "radio":
            expect(page.locator(f'form [name="{given}"][value="{value}"]')).to_be_checked()
        elif given == name:
            expect(box).to_have_value(value)
        else:  # what was right may have been put into its plain spelling
            expect(box).not_to_have_value("")
    kept = page.locator("main").inner_text().split()
    page.goto(page.url)
    assert page.locator("main").inner_text().split() == kept
    page.locator(".wrongs a").first.click()
    assert page.evaluate("document.activeElement.name").startswith(name.rsplit("_", 1)[0])
    if javascript:
        assert inaccessible(page) == []
    assert not shown.scrolls_sideways()


def test_a_swap_loads_no_new_page_and_takes_the_focus(phone: PhoneMaker) -> None:
    shown = phone()
    page = open_form(shown, "inpatient")
    page.evaluate("window.same = true")
    fill(page, CASES["inpatient"].answers, javascript=True)
    press(page)
    expect(page.locator("#answer")).to_be_focused()
    assert page.evaluate("window.same"), "the page is still the one that was opened"
    assert page.evaluate("scrollY") > 0
    assert "cost=20000" in page.url
    assert page.title().startswith("住院要自己付多少（灵活就业人员职工医保）")
    assert shown.complaints == []


def test_a_question_that_follows_disturbs_nothing(phone: PhoneMaker) -> None:
    page = open_form(phone(), "inpatient")
    page.locator("[name=cost]").fill("2万")
    page.locator("summary", has_text="还有别的情况").click()
    page.locator("[name=place][value=long_term]").check()
    expect(page.locator("[name=filed_on_year]")).to_be_visible()
    assert page.evaluate("document.activeElement.value") == "long_term"
    assert page.locator("[name=cost]").input_value() == "2万"
    page.locator("[name=filed_on_year]").fill("2025")
    page.locator("[name=place][value=temporary]").check()
    expect(page.locator("[name=filed_on_year]")).to_have_count(0)
    assert "place" not in page.url, "no link keeps what was not asked for yet"


def test_typing_goes_on_while_a_question_follows(phone: PhoneMaker) -> None:
    """The questions that stay are left alone, however late the answer comes."""
    page = open_form(phone(), "start-date")
    page.locator("[name=kind][value=adult]").check()
    page.locator("[name=paid_on_year]").fill("2024")
    page.locator("[name=kind][value=newborn]").check()
    page.locator("[name=paid_on_month]").fill("3")
    expect(page.locator("[name=born_on_year]")).to_be_visible()
    assert page.locator("[name=paid_on_month]").input_value() == "3"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("20000", "2 万元"),
        ("2万", "2 万元"),
        ("１２３４５．６", "1 万 2,345.60 元"),
        ("10050", "1 万零 50 元"),
        ("1,200元", "1,200 元"),
        ("99999999.99", "9,999 万 9,999.99 元"),
        ("0.5", "0.50 元"),
        ("0", ""),
        ("两万", ""),
        ("100000000", ""),
    ],
)
def test_an_amount_is_said_in_words_as_it_is_typed(
    phone: PhoneMaker, typed: str, said: str
) -> None:
    """The words of the script are those of the server (tests/calculators/test_questions.py)."""
    page = open_form(phone(), "emergency")
    page.locator("[name=cost]").fill(typed)
    expect(page.locator("output[for=id_cost]")).to_have_text(said)


def test_back_from_a_second_answer_shows_the_first(phone: PhoneMaker) -> None:
    page = open_form(phone(), "inpatient")
    fill(page, CASES["inpatient"].answers, javascript=True)
    press(page)
    expect(page.locator("#result").first).to_contain_text("1,951.20")
    page.locator("summary", has_text="改一改答案").click()
    page.locator("[name=tier][value=level1]").check()
    press(page)
    expect(page.locator("#result").first).to_contain_text("1,095.20")
    page.go_back()
    expect(page.locator("#result").first).to_contain_text("1,951.20")
    assert page.locator("[name=tier][value=level3]").is_checked()
    page.go_forward()
    expect(page.locator("#result").first).to_contain_text("1,095.20")


def test_forward_before_the_scripts_have_come_still_shows_the_result(phone: PhoneMaker) -> None:
    page = open_form(phone(), "emergency")
    fill(page, CASES["emergency"].answers, javascript=True)
    press(page)
    expect(page.locator("#result").first).to_contain_text("1,620.00")
    late: list[Route] = []
    page.route("**/js/form*", lambda route: late.append(route))  # noqa: PLW0108  # it takes no builtin
    page.go_back()
    expect(page.locator("#result")).to_have_count(0)
    page.go_forward(wait_until="commit")
    for route in late:
        route.continue_()
    page.unroute("**/js/form*")
    expect(page.locator("#result").first).to_contain_text("1,620.00")
    assert late, "the scripts were on their way"


def test_a_swap_changes_the_link_that_is_shared(phone: PhoneMaker) -> None:
    page = open_form(phone(), "inpatient")
    shared = page.locator('meta[property="og:url"]')
    fill(page, CASES["inpatient"].answers, javascript=True)
    press(page)
    expect(shared).to_have_attribute(
        "content", re.compile(r"\?scheme=flexible&group=active&tier=level3&ask=1$")
    )


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("slug", ["inpatient", "start-date", "contribution"])
def test_a_form_with_everything_open_is_whole(phone: PhoneMaker, slug: str, dark: bool) -> None:
    shown = phone(width=320, dark=dark)
    page = open_form(shown, slug)
    page.evaluate("document.querySelectorAll('details').forEach(fold => { fold.open = true })")
    assert not shown.scrolls_sideways()
    assert inaccessible(page) == []
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert not shown.scrolls_sideways()
