"""The story of the tour (docs/staff.zh.md): a clerk's first weeks, photographed on the way.

The notice is made up: from a day on, the deductible of a 三级 hospital is 700 元 instead of 600.
"""

import datetime
import io
import re

from openpyxl import load_workbook
from playwright.sync_api import Locator, Page

from screenshots.camera import DESKTOP, PHONE, Camera
from tests.browser.serving import PASSWORD, Site

TODAY = datetime.date(2026, 11, 21)
START = datetime.date(2027, 1, 1)
NOTICE = f"""（示范用的通知，不是真的）

沈医保发〔2026〕00号

关于调整职工基本医疗保险住院起付标准的通知

一、住院起付标准

　　自{START.year}年{START.month}月{START.day}日起，三级医疗机构住院起付标准为700元。

二、其他

　　其他住院待遇不变。

沈阳市医疗保障局
2026年11月20日
"""
STAY = "/calculators/inpatient/?scheme=flexible&group=active&tier=level3&cost=20000"
# User name, role, and how they are called; the first account of a site belongs to a 管理员.
COLLEAGUES = (
    ("xiaoli", "编辑", "李", "小明"),
    ("laowang", "审核", "王", "建国"),
    ("clerk", "", "张", "敏"),
)


def story(camera: Camera, site: Site) -> None:
    """Play the clerk's story from the first log-in on, and photograph each station."""
    site.add_staff(*((name, role) for name, role, *_ in COLLEAGUES if role))
    site.manage("shell", "-c", _NAMES)
    site.manage("shell", "-c", _COUNTS)
    _resident_writes(camera)
    writer = _first_day(camera)
    change_set = _new_set(camera, writer)
    _notice(camera, writer)
    _table(camera, writer, change_set)
    _checks_and_effects(camera, writer, change_set)
    _saved_case(camera, writer)
    _texts_and_readings(camera, writer)
    _review(camera, writer, change_set)
    _offices(camera, writer)
    _looking_after(camera)
    writer.context.close()


_NAMES = (
    "from django.contrib.auth.models import User;"
    f"[User.objects.filter(username=name).update(last_name=last, first_name=first)"
    f" for name, _, last, first in {COLLEAGUES!r}]"
)

# A month of visits, more of them on working days.
_COUNTS = f"""
import datetime
from portal.feedback.models import DailyCount
today, stay = datetime.date.fromisoformat("{TODAY}"), "/calculators/inpatient/"
days = [today - datetime.timedelta(n) for n in range(1, 30)]
kinds = (("/", "opened", 40), (stay, "opened", 30), (stay, "answered", 21), (stay, "refused", 4))
DailyCount.objects.bulk_create(
    DailyCount(day=day, path=path, kind=kind, count=many if day.weekday() < 5 else many // 2)
    for day in days for path, kind, many in kinds
)
"""


def press(pressed: Locator) -> None:
    """Press what leads to another page, and wait for it."""
    with pressed.page.expect_navigation():
        pressed.click()


def log_in(camera: Camera, name: str, width: int = PHONE, to: str = "/admin/") -> Page:
    page = camera.open(f"/admin/login/?next={to}", width)
    page.get_by_label("用户名").fill(name)
    page.get_by_label("密码").fill(PASSWORD)
    press(page.get_by_role("button", name="登录"))
    # The message of the last log-in has a time in it.
    page.reload()
    return page


def button(page: Page, name: str) -> Locator:
    return page.get_by_role("button", name=name, exact=True).first


def link(page: Page, name: str) -> Locator:
    return page.get_by_role("link", name=name, exact=True).first


def heading(page: Page, name: str) -> Locator:
    return page.get_by_role("heading", name=name)


def _resident_writes(camera: Camera) -> None:
    page = camera.open(STAY)
    press(page.get_by_role("link", name="数字不对？告诉我们"))
    page.get_by_label("想说的话").fill("我父亲的结算单上自付是两千元，和这里算的不一样。")
    press(button(page, "发出去"))
    page.context.close()


def _first_day(camera: Camera) -> Page:
    page = camera.open("/admin/")
    camera.take(page, "login", height=620)
    page.context.close()
    writer = log_in(camera, "xiaoli", to="/admin/people/security/")
    camera.take(writer, "security", height=640)
    writer.goto(f"{camera.address}/admin/")
    return writer


def _new_set(camera: Camera, page: Page) -> str:
    """Begin a set; return its address."""
    press(link(page, "新建变更单"))
    page.get_by_label("名称").fill("调整住院起付标准")
    page.get_by_label("这次改了什么").fill("三级医院住院的起付标准调整为 700 元")
    page.get_by_label("谁会受影响").fill("参加职工医保的灵活就业人员")
    camera.take(page, "new-set")
    press(button(page, "新建草稿"))
    camera.take(page, "contents")
    change_set = page.url.removesuffix("contents/")
    page.goto(f"{camera.address}/admin/")
    camera.take(page, "first-page", height=1100)
    page.goto(f"{change_set}contents/")
    return change_set


def _notice(camera: Camera, page: Page) -> None:
    press(link(page, "填依据文件"))
    page.get_by_label("原文", exact=True).fill(NOTICE)
    camera.take(page, "notice")
    press(button(page, "下一步：分节分条"))
    page.get_by_label("险种").select_option("flexible")
    page.get_by_label("条款从哪天起生效").fill(str(START))
    camera.take(page, "clauses", heading(page, "各节和条款"))
    press(button(page, "保存"))


def _table(camera: Camera, page: Page, change_set: str) -> None:
    code = re.search(r"([A-Z]+-1\.1)\s*自", page.locator("#content").inner_text())
    assert code is not None
    page.goto(f"{change_set}tables/new/")
    page.get_by_label("生效日期").fill(str(START))
    page.get_by_text("灵活就业住院", exact=True).click()
    camera.take(page, "copy-table", height=700)
    press(button(page, "复制为新一版"))
    for person in ("在职", "退休"):
        _cell(page, f"三级 · {person}", "起付标准").fill("7000")
        _cell(page, f"三级 · {person}", "依据条款").fill(code[1])
    press(button(page, "保存"))
    wide = log_in(camera, "xiaoli", DESKTOP)
    wide.goto(page.url)
    camera.take(wide, "grid", heading(wide, "住院起付标准"), height=720)
    wide.context.close()
    page.goto(change_set)
    camera.take(page, "checks", heading(page, "检查"))
    page.go_back()
    for person in ("在职", "退休"):
        _cell(page, f"三级 · {person}", "起付标准").fill("700")
    press(button(page, "保存"))


def _cell(page: Page, row: str, column: str) -> Locator:
    return page.get_by_label(re.compile(f"^{row}：{column}")).first


def _checks_and_effects(camera: Camera, page: Page, change_set: str) -> None:
    page.goto(f"{change_set}differences/")
    camera.take(page, "differences", page.locator(".desk-tabs"))
    page.goto(f"{change_set}cases/")
    camera.take(page, "affected", page.locator(".desk-tabs"), height=1000)
    page.goto(f"{change_set}pages/")
    press(page.get_by_role("link", name=re.compile("^打开看.*灵活就业：住院报销$")))
    camera.take(page, "preview")


def _saved_case(camera: Camera, page: Page) -> None:
    page.goto(f"{camera.address}/admin/feedback/feedback/")
    press(page.locator("#result_list tbody th a").first)
    camera.take(page, "feedback", page.locator("#content h1"))
    press(link(page, "存成常看的例子"))
    page.get_by_label("名称").fill("居民说结算单不一样的住院")
    camera.take(page, "save-case", page.locator(".desk-case-form"), height=640)
    press(button(page, "保存这个例子"))


def _texts_and_readings(camera: Camera, page: Page) -> None:
    """Both in a set of their own, which is thrown away afterwards."""
    page.goto(f"{camera.address}/admin/desk/new/")
    page.get_by_label("名称").fill("改住院报销的说明")
    press(button(page, "新建草稿"))
    other = page.url.removesuffix("contents/")
    page.goto(f"{other}texts/new/")
    press(page.get_by_role("link", name="灵活就业：住院报销").first)
    if page.get_by_label("从哪天起").count():
        page.get_by_label("从哪天起").fill(str(START))
        press(page.locator("#content form button, #content form [type=submit]").last)
    camera.take(page, "text", page.locator(".desk-text-writing"))
    page.goto(f"{other}readings/new/")
    page.get_by_label("灵活就业").check()
    page.locator("[name=in_force_from]").fill(str(START))
    press(page.locator("[value='复制过来，开始改']"))
    camera.take(page, "readings", page.locator("#content h1"))
    page.goto(f"{other}delete/")
    press(page.locator("#content form button").first)


def _review(camera: Camera, writer: Page, change_set: str) -> None:
    writer.goto(change_set)
    press(button(writer, "提交审核"))
    camera.take(writer, "submitted", writer.locator("#content h1"))
    reviewer = log_in(camera, "laowang", DESKTOP)
    reviewer.goto(change_set)
    camera.take(reviewer, "review", reviewer.locator("#content h1"), height=820)
    press(button(reviewer, "批准并发布"))
    camera.take(reviewer, "published", reviewer.locator("#content h1"), height=400)
    withdraw = reviewer.get_by_role("heading", name="撤回")
    reviewer.get_by_label("为什么撤回").fill("文件作废")
    camera.take(reviewer, "withdraw", withdraw, height=360)
    press(button(reviewer, "撤回"))
    reviewer.context.close()


def _offices(camera: Camera, page: Page) -> None:
    offices = f"{camera.address}/admin/offices/office/"
    page.goto(offices)
    press(page.get_by_role("link", name="康平分中心"))
    page.locator("#id_address").fill("康平县胜利街道新址一号。")
    camera.take(page, "office", page.locator("#content h1"))
    page.get_by_text("添加另一个", exact=False).first.click()
    page.locator("#id_closures-0-kind").select_option(index=1)
    page.locator("#id_closures-0-first_day").fill("2026-11-23")
    page.locator("#id_closures-0-last_day").fill("2026-11-27")
    page.locator("#id_closures-0-notice").fill("搬家，请到沈北分中心办理。")
    camera.take(page, "closure", page.locator("#closures-group"), height=640)
    press(page.locator("[name=_save]"))
    page.goto(offices)
    press(page.get_by_role("link", name="康平分中心"))
    press(page.get_by_role("link", name="修改记录").first)
    camera.take(page, "history", page.locator("#content h1"))
    _workbook(camera, page)


def _workbook(camera: Camera, page: Page) -> None:
    page.goto(f"{camera.address}/admin/offices/office/import/")
    camera.take(page, "workbook", page.locator("#content h1"), height=640)
    with page.expect_download() as download:
        page.get_by_role("link", name="下载全部网点").click()
    book = load_workbook(io.BytesIO(download.value.path().read_bytes()))
    sheet = book.active
    assert sheet is not None
    sheet.cell(3, 2).value = None
    kept = io.BytesIO()
    book.save(kept)
    page.locator("input[type=file]").set_input_files(
        {"name": "网点.xlsx", "mimeType": "application/zip", "buffer": kept.getvalue()}
    )
    press(button(page, "上传，先看会改什么"))
    camera.take(page, "workbook-wrong", page.locator("#content h1"), height=420)


def _looking_after(camera: Camera) -> None:
    """What a 管理员 and everybody look after: tables, counts, accounts."""
    page = log_in(camera, "clerk")
    page.goto(f"{camera.address}/admin/desk/tables/")
    camera.take(page, "tables", page.locator(".fresh-tables li"), height=560)
    page.goto(f"{camera.address}/admin/feedback/dailycount/")
    camera.take(page, "usage", page.locator("#content h1"))
    page.goto(f"{camera.address}/admin/auth/user/add/")
    camera.take(page, "account", page.locator("#id_groups"), height=420)
    page.context.close()
