"""Each kind of page of the admin on a phone: targets for a finger, Chinese words, nothing sideways."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PASSWORD, Phone, PhoneMaker, Site, follow
from tests.browser.matrix import inaccessible

pytestmark = pytest.mark.browser

# At least one of each kind: what Django draws, and what we do.
PAGES = (
    "/admin/",
    "/admin/policy/",
    "/admin/offices/office/",
    "/admin/offices/office/?district=%E7%9A%87%E5%A7%91%E5%8C%BA&q=%E5%88%86",
    "/admin/offices/office/add/",
    "/admin/offices/office/1/change/",
    "/admin/offices/office/1/delete/",
    "/admin/offices/office/records/",
    "/admin/offices/office/import/",
    "/admin/offices/stop/1/change/",
    "/admin/contributions/channel/1/change/",
    "/admin/policy/edition/",
    "/admin/policy/edition/1/change/",
    "/admin/policy/edition/1/history/",
    "/admin/policy/amount/",
    "/admin/feedback/feedback/",
    "/admin/feedback/dailycount/",
    "/admin/auth/user/",
    "/admin/auth/user/add/",
    "/admin/auth/user/1/change/",
    "/admin/auth/user/1/password/",
    "/admin/auth/group/1/change/",
    "/admin/auth/group/1/history/",
    "/admin/password_change/",
    "/admin/people/security/",
    "/admin/people/security/app/",
    "/admin/people/records/",
    "/admin/desk/",
    "/admin/desk/new/",
    "/admin/desk/tables/",
    "/admin/desk/cases/",
    "/admin/desk/exports/",
    "/admin/desk/tour/",
)
# Names and marks that have no Chinese: Excel and its files, pictures, sizes, an app to install.
KNOWN = {"Excel", "xlsx", "APP", "JSON", "PNG", "JPG", "KB", "MB", "PDF", "Microsoft"}
KNOWN |= {"Authenticator", "clerk", "xiaozhou"}
# Where names in addresses are looked at and typed, examples of them are Latin letters: after 例如,
# in the boxes, in addresses, and the key of an app.
LATIN_ON_PURPOSE = re.compile(
    r"例如 ?[^。；]*|(?:[A-Z2-7]{2,4} ?){5,}|[A-Z]{1,2}-\d+(\.\d+)*|[a-z0-9]+(?:[-_][a-z0-9]+)+|https?://\S+|/[a-z/-]+/|\.[a-z]+\b"
)

# Django's own, and left: the box for choosing a clause has a name for readers only once something is
# chosen, and a table of rows begins with an empty head. Rows of the policy show their codes.
LEFT = ("select2-selection--single", '<th class="original">')
WITH_CODES = "/admin/policy/"

LOOK = """
() => {
  const name = e => `<${e.tagName.toLowerCase()} id=${e.id} class=${e.className}> `
    + (e.innerText || e.value || '').slice(0, 30);
  const isShown = e => e.checkVisibility({checkOpacity: true, checkVisibilityCSS: true});
  const small = [];
  for (const e of document.querySelectorAll('a[href], button, input, select, textarea, summary')) {
    const box = e.getBoundingClientRect();
    const around = e.closest('label') || document.querySelector(`label[for="${e.id || '-'}"]`);
    const label = around && /radio|checkbox/.test(e.type) ? around.getBoundingClientRect() : box;
    if (e.type === 'hidden' || !isShown(e) || box.width <= 1 || box.right <= 0) continue;
    const tall = Math.max(box.height, label.height), wide = Math.max(box.width, label.width);
    if (tall < 43.5 || wide < 43.5) small.push(`${name(e)} ${box.width | 0}x${box.height | 0}`);
  }
  const told = [...document.querySelectorAll('[aria-label], [title], [placeholder], [alt]')]
    .filter(isShown)
    .flatMap(e => ['aria-label', 'title', 'placeholder', 'alt'].map(a => e.getAttribute(a) || ''));
  const wide = document.scrollingElement.scrollWidth - window.innerWidth;
  return {small, wide, words: [document.body.innerText, document.title, ...told].join(' \\n')};
}
"""


def english(words: str) -> set[str]:
    return set(re.findall(r"[A-Za-z]{2,}", LATIN_ON_PURPOSE.sub(" ", words))) - KNOWN


def faults(desk: Phone) -> dict[str, object]:
    """What is wrong with the open page; nothing, if nothing is."""
    looked = desk.page.evaluate(LOOK)
    told = inaccessible(desk.page)
    found = {
        "small": looked["small"],
        "sideways": max(looked["wide"], 0),
        "english": [] if WITH_CODES in desk.page.url else sorted(english(looked["words"])),
        "axe": [(name, html) for name, html in told if not any(left in html for left in LEFT)],
    }
    return {name: fault for name, fault in found.items() if fault}


def test_every_kind_of_page_suits_a_phone(phone: PhoneMaker) -> None:
    desk = phone(width=390)
    page = desk.open("/admin/")
    wrong = [f"/admin/login/ {name}: {fault}" for name, fault in faults(desk).items()]
    page.get_by_label("用户名").fill("clerk")
    page.get_by_label("密码").fill(PASSWORD)
    follow(page.get_by_role("button", name="登录"))
    for path in PAGES:
        desk.open(path)
        wrong += [f"{path} {name}: {fault}" for name, fault in faults(desk).items()]
    assert not wrong, "\n".join(wrong)


def test_a_page_that_is_refused_says_so_in_chinese(phone: PhoneMaker, site: Site) -> None:
    site.add_staff(("xiaozhou", "审核"))
    desk = phone(width=390)
    page = desk.open("/admin/login/?next=/admin/auth/user/")
    page.get_by_label("用户名").fill("xiaozhou")
    page.get_by_label("密码").fill(PASSWORD)
    follow(page.get_by_role("button", name="登录"))
    expect(page.get_by_role("heading", level=1)).to_have_text("这一页不对外开放")
    # It has the site's own frame, whose links stand in words: tests/browser/test_pages.py.
    assert faults(desk).keys() <= {"small"}
