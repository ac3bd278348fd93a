"""Finding a calculator on a phone: by what happened, with one tap or two, and on paper."""

import pytest

from tests.browser.conftest import PhoneMaker, follow
from tests.browser.matrix import too_small, wrong_anywhere

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("path", ["/calculators/", "/calculators/?scheme=flexible"])
def test_the_list_is_whole_and_accessible(phone: PhoneMaker, path: str) -> None:
    shown = phone(width=320)
    shown.open(path)
    assert too_small(shown.page) == []
    assert wrong_anywhere(shown) == []


def test_what_happened_leads_to_the_form_with_its_insurance(phone: PhoneMaker) -> None:
    page = phone(javascript=False).open("/calculators/")
    follow(page.get_by_role("link", name="灵活就业：我要住院"))
    assert page.get_by_role("heading", name="住院要自己付多少").is_visible()
    assert "灵活就业人员" in page.locator(".scheme").inner_text()
    assert page.locator(".wrongs").count() == 0


def test_an_insurance_once_chosen_is_not_asked_again(phone: PhoneMaker) -> None:
    page = phone(javascript=False).open("/calculators/")
    follow(page.get_by_role("link", name="居民", exact=True))
    assert page.get_by_text("快退休了").count() == 0
    follow(page.get_by_role("link", name="我要住院"))
    assert "城乡居民" in page.locator(".scheme").inner_text()


def test_on_paper_the_situations_stay_and_what_can_be_pressed_goes(phone: PhoneMaker) -> None:
    page = phone().open("/calculators/")
    page.emulate_media(media="print")
    assert page.get_by_text("我要住院", exact=True).is_visible()
    assert page.locator(".way").first.is_hidden()
