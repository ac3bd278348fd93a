"""A clerk at the desk: addresses changed and taken back, a resident's word followed up and kept."""

import datetime
import re
from io import BytesIO

import pytest
from django.utils import timezone
from openpyxl import Workbook, load_workbook
from playwright.sync_api import Page, expect

from tests.browser.conftest import PASSWORD, Phone, PhoneMaker, follow
from tests.browser.matrix import inaccessible

pytestmark = pytest.mark.browser

STAY = "group=active&tier=level3&cost=20000"


@pytest.fixture
def desk(phone: PhoneMaker) -> Phone:
    """A phone of 390 px on which the clerk has logged in."""
    shown = phone(width=390)
    page = shown.open("/admin/")
    page.get_by_label("用户名").fill("clerk")
    page.get_by_label("密码").fill(PASSWORD)
    follow(page.get_by_role("button", name="登录"))
    return shown


def assert_usable(shown: Phone) -> None:
    assert not shown.scrolls_sideways(), shown.page.url
    assert inaccessible(shown.page) == []


def list_of_offices(phone: PhoneMaker) -> Page:
    return phone().open("/offices/")


def test_an_address_is_on_the_site_at_once_and_can_be_taken_back(
    phone: PhoneMaker, desk: Phone
) -> None:
    page = desk.open("/admin/offices/office/")
    follow(page.get_by_role("link", name="康平分中心"))
    page.locator("#id_address").fill("康平县胜利街道新址一号。")
    follow(page.locator("[name=_save]"))
    expect(page.locator(".messagelist")).to_contain_text("康平分中心")
    assert desk.complaints == [], "nothing breaks the content security policy"
    expect(list_of_offices(phone).locator("main")).to_contain_text("康平县胜利街道新址一号。")

    page.goto(f"{desk.address}/admin/offices/office/")
    follow(page.get_by_role("link", name="康平分中心"))
    follow(page.get_by_role("link", name="修改记录").first)
    expect(page.locator("#content")).to_contain_text("康平县胜利街道新址一号。")
    assert_usable(desk)
    follow(page.get_by_role("link", name="恢复到这一版").last)
    follow(page.get_by_role("button", name="确认，恢复到这一版"))
    shown = list_of_offices(phone).locator("main")
    expect(shown).to_contain_text("迎宾路99C")
    expect(shown).not_to_contain_text("康平县胜利街道新址一号。")


def test_a_residents_word_reaches_the_desk_without_their_number(
    phone: PhoneMaker, desk: Phone
) -> None:
    resident = phone()
    page = resident.open(f"/calculators/inpatient/?scheme=flexible&{STAY}")
    follow(page.get_by_role("link", name="数字不对？告诉我们"))
    assert_usable(resident)
    expect(page.get_by_role("radio", name="数字不对")).to_be_checked()
    page.get_by_label("想说的话").fill("结算单是两千元，我的身份证210102196001011234")
    follow(page.get_by_role("button", name="发出去"))
    expect(page.get_by_role("heading", level=1)).to_have_text("收到了，谢谢您")
    assert_usable(resident)

    read = desk.open("/admin/feedback/feedback/")
    assert_usable(desk)
    follow(read.locator("#result_list tbody th a").first)
    assert_usable(desk)
    said = read.locator("#content")
    expect(said).to_contain_text("结算单是两千元")
    expect(said).not_to_contain_text("210102")
    follow(said.get_by_role("link", name="存成常看的例子"))
    read.get_by_label("名称").fill("居民说结算单不一样的住院")
    follow(read.get_by_role("button", name="保存"))
    expect(read.locator("#content")).to_contain_text("居民说结算单不一样的住院")
    expect(read.locator("#content")).to_contain_text("1,951.20")
    assert_usable(desk)


OFFICES = "/admin/offices/office/"


def upload(desk: Phone, book: Workbook) -> Page:
    """Send a workbook of offices back; return the page that tells what it would change."""
    page = desk.open(f"{OFFICES}import/")
    file = BytesIO()
    book.save(file)
    page.get_by_label("改好的 Excel 文件").set_input_files(
        {"name": "网点.xlsx", "mimeType": "application/zip", "buffer": file.getvalue()}
    )
    follow(page.get_by_role("button", name="上传，先看会改什么"))
    assert_usable(desk)
    return page


def test_a_workbook_with_broken_cells_is_mended_and_can_be_taken_back(
    phone: PhoneMaker, desk: Phone
) -> None:
    page = desk.open(f"{OFFICES}import/")
    assert_usable(desk)
    with page.expect_download() as download:
        page.get_by_role("link", name="下载全部网点").click()
    book = load_workbook(BytesIO(download.value.path().read_bytes()))
    sheet = book["网点"]
    column = {cell.value: cell.column_letter for cell in sheet[1]}
    row = next(cell.row for cell in sheet["B"] if cell.value == "康平分中心")
    name, address, clause = (f"{column[title]}{row}" for title in ("名称", "地址", "依据条款"))
    cited = sheet[clause].value

    # A name that is missing stops everything; then a clause that there is not: told by their cells.
    sheet[name] = None
    page = upload(desk, book)
    expect(page.get_by_role("alert")).to_contain_text("有 1 处不对，没有保存，一格也没有改")
    expect(page.get_by_role("region", name="不对的格子")).to_contain_text(name)
    sheet[name], sheet[clause] = "康平分中心", "F-99.9"
    page = upload(desk, book)
    expect(page.get_by_role("region", name="不对的格子")).to_contain_text(clause)
    expect(list_of_offices(phone).locator("main")).to_contain_text("迎宾路99C")

    # Mended, it is shown first, and taken over when that is confirmed.
    sheet[address], sheet[clause] = "康平县胜利街道表格里的新址。", cited
    page = upload(desk, book)
    changes = page.locator("section", has=page.get_by_role("heading", name="修改：康平分中心"))
    expect(changes.locator(".desk-now")).to_have_text("康平县胜利街道表格里的新址。")
    expect(list_of_offices(phone).locator("main")).to_contain_text("迎宾路99C")
    follow(page.get_by_role("button", name="确认，保存这些改动"))
    expect(page.locator(".messagelist")).to_contain_text("修改 1 个")
    expect(list_of_offices(phone).locator("main")).to_contain_text("表格里的新址")

    page.goto(f"{desk.address}{OFFICES}records/kangping/")
    follow(page.get_by_role("link", name="恢复到这一版").last)
    follow(page.get_by_role("button", name="确认，恢复到这一版"))
    expect(list_of_offices(phone).locator("main")).to_contain_text("迎宾路99C")


# 三级 在职: (24000 − 600) × 88% = 20592; of 2808 the supplementary pays 80 + 100 + 1084.80.
KEPT = "2,143.20"
# (24000 − 700) × 88% = 20504; of 2796 the supplementary pays 80 + 100 + 1077.60.
DRAFTED = "2,238.40"
REPORTED = "/calculators/inpatient/?scheme=flexible&group=active&tier=level3&cost=24000"
CASE = "居民说两万四的那一次"


def keep_what_a_resident_reports(phone: PhoneMaker, desk: Phone) -> None:
    resident = phone().open(REPORTED)
    expect(resident.locator("#headline")).to_contain_text(KEPT)
    follow(resident.get_by_role("link", name="数字不对？告诉我们"))
    resident.get_by_label("想说的话").fill("两万四的那一次对不上")
    follow(resident.get_by_role("button", name="发出去"))
    page = desk.open("/admin/feedback/feedback/")
    follow(page.get_by_role("link", name="两万四的那一次对不上"))
    follow(page.get_by_role("link", name="存成常看的例子"))
    page.get_by_label("名称").fill(CASE)
    follow(page.get_by_role("button", name="保存这个例子"))
    expect(page.locator(".messagelist")).to_contain_text(KEPT)


def draft_another_deductible(desk: Phone, start: datetime.date) -> str:
    """Begin a set in which a 三级 hospital's deductible is 700; return its address."""
    page = desk.open("/admin/desk/new/")
    page.get_by_label("名称").fill("改错了起付标准")
    follow(page.get_by_role("button", name="新建草稿"))
    change_set = page.url.removesuffix("contents/")
    page.goto(f"{change_set}tables/new/")
    page.get_by_label("生效日期").fill(str(start))
    page.get_by_text("灵活就业住院", exact=True).click()
    follow(page.get_by_role("button", name="复制为新一版"))
    page.get_by_label(re.compile("^三级 · 在职：起付标准")).first.fill("700")
    follow(page.get_by_role("button", name="保存", exact=True).first)
    return change_set


def test_a_reported_result_is_kept_and_fails_in_a_change_set(
    phone: PhoneMaker, desk: Phone
) -> None:
    keep_what_a_resident_reports(phone, desk)
    start = timezone.localdate() + datetime.timedelta(days=40)
    change_set = draft_another_deductible(desk, start)
    page = desk.page

    page.goto(f"{change_set}cases/")
    assert_usable(desk)
    told = "个常看的例子，改后的结果和记下的应有结果不同"
    expect(page.locator(".desk-case-summary")).to_contain_text(told)
    card = page.locator("article", has=page.get_by_role("heading", name=CASE, exact=True))
    expect(card).to_contain_text("多付 95.20 元")
    compared = card.get_by_role("region", name=f"{CASE}：和应有结果的比较")
    row = compared.get_by_role("row", name=re.compile(f"{KEPT}.*{DRAFTED}"))
    expect(row).to_be_visible()

    # A clerk who looks at it in the preview sees that it is kept already.
    follow(card.get_by_role("link", name=re.compile("^在预览里打开")))
    expect(page.locator("#headline")).to_contain_text(DRAFTED)
    follow(page.get_by_role("link", name="把这个结果存成例子"))
    page.get_by_label("名称").fill("再存一次")
    follow(page.get_by_role("button", name="保存这个例子"))
    expect(page.locator(".errorlist")).to_contain_text(f"名称是“{CASE}”")

    page.goto(f"{change_set}delete/")
    follow(page.locator("#content form button").first)
