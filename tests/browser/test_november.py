"""November: a notice comes, and its amounts go on the site, by two people, at the right midnight.

The notice is made up: from a day on, the deductible of a 三级 hospital is 700 元 instead of 600.
"""

import datetime
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.request import urlopen

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from portal.policy.age import zh_day
from tests.browser.conftest import PASSWORD, Prepared, Site, follow, serve
from tests.browser.matrix import inaccessible

pytestmark = pytest.mark.browser

DAYS_AHEAD = 40
START = timezone.localdate() + datetime.timedelta(days=DAYS_AHEAD)
NOTICE = f"""沈阳市医疗保障局文件

沈医保发〔2026〕41号

关于调整职工基本医疗保险住院起付标准的通知

一、住院起付标准

　　自{zh_day(START)}起，三级医疗机构住院起付标准为700元。

二、其他

　　其他住院待遇不变。

沈阳市医疗保障局
2026年11月20日
"""
STAY = "scheme=flexible&group=active&tier=level3&cost=20000"
# 三级 在职: (20000 − 600) × 88% = 17072; of 2328 the supplementary pays 80 + 100 + 796.80.
OLD = "1,951.20"
# (20000 − 700) × 88% = 16984; of 2316 the supplementary pays 80 + 100 + 789.60.
NEW = "2,046.40"
# What residents see: the calculator, its JSON, a year with that stay, the page that explains it.
RESULT = f"/calculators/inpatient/?{STAY}"
YEAR = f"/calculators/year/?scheme=flexible&group=active&e=inpatient,{START},level3,20000"
JSON = f"/api/v1/calculators/inpatient?{STAY}"
BENEFIT = "/benefits/flexible-inpatient/"
SEARCH = "/search/?q=700%E5%85%83"

LogIn = Callable[..., Page]


@pytest.fixture(scope="module")
def city(prepared: Prepared | None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A site on two workers, with two clerks who write and a colleague who publishes."""
    folder = tmp_path_factory.mktemp("city")
    with serve(folder, prepared=prepared, settings="tests.browser.settings", workers=2) as site:
        site.add_staff(("xiaoli", "编辑"), ("xiaozhang", "编辑"), ("laowang", "审核"))
        yield site


@pytest.fixture
def log_in(city: Site, chromium: Browser) -> Iterator[LogIn]:
    """Log somebody in, on a phone of 390 px or at a desk; nothing may complain on the way."""
    contexts = []
    complaints: list[str] = []

    def enter(name: str, *, width: int = 390) -> Page:
        context = chromium.new_context(
            viewport={"width": width, "height": 844}, locale="zh-CN", is_mobile=width < 500
        )
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: complaints.append(f"{message.type}: {message.text}"))
        page.goto(f"{city.address}/admin/login/?next=/admin/desk/")
        page.get_by_label("用户名").fill(name)
        page.get_by_label("密码").fill(PASSWORD)
        follow(page.get_by_role("button", name="登录"))
        return page

    yield enter
    for context in contexts:
        context.close()
    # Chromium calls pages that say what is wrong (409, 422) failed resources.
    meant = re.compile(r"status of (409|422)|^(log|info|debug|verbose):")
    assert [text for text in complaints if not meant.search(text)] == []


def assert_usable(page: Page) -> None:
    overflow = page.evaluate("document.scrollingElement.scrollWidth - window.innerWidth")
    assert overflow <= 0, page.url
    assert inaccessible(page) == [], page.url


def put_clock(city: Site, days: int) -> None:
    Path(city.environment["CLOCK_FILE"]).write_text(str(days))


def asked(city: Site, path: str) -> str:
    with urlopen(city.address + path) as answer:
        return str(answer.read().decode())


def assert_residents_see(city: Site, amount: str) -> None:
    """Ask every public address several times, so that each of the two workers answers some."""
    for _ in range(4):
        assert json.loads(asked(city, JSON))["result"]["self"] == amount.replace(",", "")
        assert amount in asked(city, RESULT)
        assert amount in asked(city, YEAR)
        is_new = amount == NEW
        assert ("700 元" in asked(city, BENEFIT)) == is_new
        assert ("三级医疗机构住院起付标准" in asked(city, SEARCH)) == is_new


def begin(page: Page, title: str) -> str:
    """Begin a change set; return its address."""
    follow(page.get_by_role("link", name="新建变更单"))
    page.get_by_label("名称").fill(title)
    page.get_by_label("这次改了什么").fill("三级医院住院的起付标准调整为 700 元")
    page.get_by_label("谁会受影响").fill("参加职工医保的灵活就业人员")
    assert_usable(page)
    follow(page.get_by_role("button", name="新建草稿"))
    assert_usable(page)
    return page.url.removesuffix("contents/")


def enter_notice(page: Page) -> str:
    """Paste the notice into the set that is open; return the code of the clause with the amount."""
    follow(page.get_by_role("link", name="填依据文件"))
    page.get_by_label("原文", exact=True).fill(NOTICE)
    assert_usable(page)
    follow(page.get_by_role("button", name="下一步：分节分条"))
    assert_usable(page)
    expect(page.get_by_label("文号")).to_have_value("沈医保发〔2026〕41号")
    page.get_by_label("险种").select_option("flexible")
    page.get_by_label("条款从哪天起生效").fill(str(START))
    follow(page.get_by_role("button", name="保存", exact=True))
    assert_usable(page)
    code = re.search(r"([A-Z]+-1\.1)\s*自", page.locator("#content").inner_text())
    assert code is not None
    return code[1]


def copy_inpatient(page: Page, change_set: str) -> None:
    """Copy the table of stays into a set as a new version, and stay on its grid."""
    page.goto(f"{change_set}tables/new/")
    assert_usable(page)
    page.get_by_label("生效日期").fill(str(START))
    page.get_by_text("灵活就业住院", exact=True).click()
    follow(page.get_by_role("button", name="复制为新一版"))


def fill(page: Page, row: str, column: str, text: str) -> None:
    page.get_by_label(re.compile(f"^{row}：{column}")).first.fill(text)


def save(page: Page) -> None:
    follow(page.get_by_role("button", name="保存", exact=True).first)


def test_november(city: Site, log_in: LogIn) -> None:
    writer = log_in("xiaoli")
    change_set = begin(writer, "调整住院起付标准")
    clause = enter_notice(writer)
    copy_inpatient(writer, change_set)
    assert_usable(writer)

    # A cell that cannot be read, and a nought too many: the cell is named, the check stops the set.
    grid = writer.url
    for person in ("在职", "退休"):
        fill(writer, f"三级 · {person}", "起付标准", "7000元")
        fill(writer, f"三级 · {person}", "依据条款", clause)
    save(writer)
    expect(writer.get_by_role("alert")).to_contain_text("7000元 请填 7000")
    assert_usable(writer)
    for person in ("在职", "退休"):
        fill(writer, f"三级 · {person}", "起付标准", "7000")
    save(writer)
    writer.goto(change_set)
    assert_usable(writer)
    found = writer.locator("section", has=writer.get_by_role("heading", name="检查"))
    expect(found).to_contain_text(f"起付标准 7,000 元 没有写在引用的条款 {clause} 里")
    expect(found).to_contain_text("由 600 元 变为 7,000 元，变动超过三分之一")
    for reason in writer.get_by_label("为什么可以这样").all():
        reason.fill("核对过文件")
    follow(writer.get_by_role("button", name="提交审核"))
    expect(writer.locator("[aria-current=step]")).to_contain_text("草稿")  # what blocks, blocks
    writer.goto(grid)
    for person in ("在职", "退休"):
        fill(writer, f"三级 · {person}", "起付标准", "700")
    save(writer)
    writer.goto(change_set)
    expect(found).to_contain_text("检查通过")

    # What it does to people and to pages, before anybody else sees it.
    follow(writer.get_by_role("link", name="前后对照", exact=True))
    assert_usable(writer)
    expect(writer.locator("#content")).to_contain_text("600 元")
    follow(writer.get_by_role("link", name="对谁有影响", exact=True))
    assert_usable(writer)
    expect(writer.locator("#content")).to_contain_text("多付 95.20 元")  # OLD and NEW
    follow(writer.get_by_role("link", name="哪些页面会变", exact=True))
    assert_usable(writer)
    follow(writer.get_by_role("link", name=re.compile("^打开看.*灵活就业：住院报销$")))
    expect(writer.get_by_role("region", name="预览")).to_contain_text(zh_day(START))
    expect(writer.locator("main")).to_contain_text("700 元")
    assert_residents_see(city, OLD)
    writer.goto(change_set)
    follow(writer.get_by_role("button", name="提交审核"))
    expect(writer.get_by_role("button", name="批准并发布")).to_have_count(0)

    # Another pair of eyes; then the day comes, on every worker, by itself.
    reviewer = log_in("laowang", width=1280)
    reviewer.goto(change_set)
    assert_usable(reviewer)
    follow(reviewer.get_by_role("button", name="批准并发布"))
    expect(reviewer.locator("[aria-current=step]")).to_contain_text("定时生效")
    put_clock(city, DAYS_AHEAD - 1)
    assert NEW not in asked(city, RESULT)
    put_clock(city, DAYS_AHEAD)
    assert_residents_see(city, NEW)
    assert "三级医院住院的起付标准调整为 700 元" in asked(city, "/updates/feed.xml")

    # It was wrong after all.
    reviewer.goto(change_set)
    expect(reviewer.locator("[aria-current=step]")).to_contain_text("已生效")
    reviewer.get_by_label("为什么撤回").fill("文件作废")
    follow(reviewer.get_by_role("button", name="撤回", exact=True))
    expect(reviewer.locator("[aria-current=step]")).to_contain_text("已撤回")
    expect(reviewer.locator("#content")).to_contain_text("文件作废")
    assert_residents_see(city, OLD)
    put_clock(city, 0)


def test_two_people_lose_nothing_of_one_draft(city: Site, log_in: LogIn) -> None:
    one, other = log_in("xiaoli"), log_in("xiaozhang", width=1280)
    change_set = begin(one, "两个人一起改")
    copy_inpatient(one, change_set)
    other.goto(one.url)

    # Different cells are put together.
    fill(one, "三级 · 在职", "起付标准", "700")
    save(one)
    fill(other, "三级 · 退休", "起付标准", "710")
    save(other)
    expect(other.locator("#content, .messagelist").first).to_contain_text("xiaoli")
    expect(other.get_by_label(re.compile("^三级 · 在职：起付标准")).first).to_have_value("700")
    expect(other.get_by_label(re.compile("^三级 · 退休：起付标准")).first).to_have_value("710")

    # The same cell is for people to decide: mine stays typed, theirs stands beside it.
    fill(one, "一级 · 在职", "起付标准", "250")
    save(one)
    fill(other, "一级 · 在职", "起付标准", "260")
    save(other)
    expect(other.get_by_role("alert")).to_contain_text("xiaoli")
    expect(other.get_by_label(re.compile("^一级 · 在职：起付标准")).first).to_have_value("260")
    expect(other.locator("#content")).to_contain_text("对方保存的是：250")
    assert_usable(other)
    save(other)
    one.reload()
    expect(one.get_by_label(re.compile("^一级 · 在职：起付标准")).first).to_have_value("260")
    expect(one.get_by_label(re.compile("^三级 · 退休：起付标准")).first).to_have_value("710")
