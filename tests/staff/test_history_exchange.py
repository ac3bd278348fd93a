"""Offices out to Excel and back: the same, changed, new, and wrong by the address of the cell."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl import Workbook, load_workbook

from portal.offices.models import Office
from portal.staff.history.contents import OFFICE, read
from portal.staff.models import Snapshot, StaffRecord

pytestmark = pytest.mark.django_db

EXPORT, IMPORT = "/admin/offices/office/export.xlsx", "/admin/offices/office/import/"
COLUMNS = (
    *("标识", "名称", "所在区县", "地址", "电话", "别名"),
    *("车站", "线路", "乘车说明", "临时提示", "依据条款", "次序"),
)
LETTER = dict(zip(COLUMNS, "ABCDEFGHIJKL", strict=True))
Change = Callable[[Any], None]


def nothing(sheet: Any) -> None:
    """Change nothing."""


def exported(client: Client) -> bytes:
    answer = client.get(EXPORT)
    assert answer.status_code == 200
    return answer.content


def row_of(sheet: Any, slug: str) -> int:
    return next(cell.row for cell in sheet["A"] if cell.value == slug)


def changed(content: bytes, change: Change) -> SimpleUploadedFile:
    book = load_workbook(BytesIO(content))
    change(book["网点"])
    file = BytesIO()
    book.save(file)
    return SimpleUploadedFile("网点.xlsx", file.getvalue())


def cell(title: str, value: object, slug: str = "hunnan") -> Change:
    def change(sheet: Any) -> None:
        sheet[f"{LETTER[title]}{row_of(sheet, slug)}"] = value

    return change


def upload(client: Client, change: Change) -> Any:
    return client.post(IMPORT, {"file": changed(exported(client), change)})


def confirm(client: Client, preview: Any) -> Any:
    return client.post(IMPORT, {"step": "confirm", "signed": preview.context["signed"]})


def everything() -> dict[str, object]:
    return {office.slug: read(OFFICE, office) for office in Office.objects.all()}


def change_names(trial: Any) -> list[tuple[str, list[tuple[str, str, str]]]]:
    return [
        (name, [(one.what, one.before, one.after) for one in changes])
        for name, changes in trial.changed
    ]


# --- out -------------------------------------------------------------------------------------------


def test_a_row_is_an_office_as_a_person_reads_it(admin_client: Client) -> None:
    sheet = load_workbook(BytesIO(exported(admin_client)))["网点"]
    assert [one.value for one in sheet[1]] == list(COLUMNS)
    assert sheet.max_row == 16
    center, hunnan = row_of(sheet, "center"), row_of(sheet, "hunnan")
    assert sheet[f"{LETTER['地址']}{hunnan}"].value == "浑南区全运路109号，沈阳创新天地H座7楼。"
    assert sheet[f"{LETTER['电话']}{center}"].value.startswith("024-12345-1-7｜医保咨询热线")
    assert sheet[f"{LETTER['车站']}{hunnan}"].value.splitlines()[0] == "省博物馆｜B出口"
    lines = sheet[f"{LETTER['线路']}{hunnan}"].value.splitlines()
    assert lines[0] == "省博物馆｜地铁2号线"
    assert "智慧三街全运二路｜154" in lines


def test_an_export_is_written_down(admin_client: Client) -> None:
    answer = admin_client.get(EXPORT)
    assert ".xlsx" in answer["Content-Disposition"]
    record = StaffRecord.objects.get()
    assert (record.action, record.what) == ("exported", "全部网点（Excel 文件）")


# --- there and back --------------------------------------------------------------------------------


def test_there_and_back_is_the_same(admin_client: Client) -> None:
    office = Office.objects.get(slug="faku")
    office.notice = "=1+1 会被当作公式"
    office.transport_text = "  第一行 \r\n\r\n第二行"
    office.save()
    office.phones.create(number="024-1", label="甲｜乙|丙\\丁")
    office.aliases.create(name="一\\｜")
    office.stops.create(station="两线", position=7).lines.create(name="9", route="甲—乙｜丙")
    before = everything()
    preview = upload(admin_client, nothing)
    assert preview.status_code == 200
    assert "完全一样" in preview.content.decode()
    assert len(preview.context["trial"].unchanged) == 15
    assert confirm(admin_client, preview).status_code == 302
    assert everything() == before
    assert not Snapshot.objects.exclude(action="found").exists()


def test_written_anew_from_its_cells_it_is_the_same(admin_client: Client) -> None:
    """Every office deleted and imported again: nothing but its closures is missing."""
    file, before = exported(admin_client), everything()
    Office.objects.all().delete()
    preview = admin_client.post(IMPORT, {"file": changed(file, nothing)})
    assert len(preview.context["trial"].new) == 15
    assert not Office.objects.exists()
    assert confirm(admin_client, preview).status_code == 302
    assert everything() == before


def test_a_change_is_shown_then_taken_over_with_its_history(
    admin_client: Client, client: Client
) -> None:
    def change(sheet: Any) -> None:
        cell("地址", "浑南区某某路1号。")(sheet)
        cell("电话", "024-23770026\n024-55550000｜退休")(sheet)
        sheet.delete_rows(row_of(sheet, "faku"))

    preview = upload(admin_client, change)
    assert preview.status_code == 200
    trial = preview.context["trial"]
    ((name, told),) = change_names(trial)
    assert name == "浑南分中心"
    assert told[0] == ("地址", "浑南区全运路109号，沈阳创新天地H座7楼。", "浑南区某某路1号。")
    assert ("电话", "（没有）", "024-55550000，退休") in told
    assert (len(trial.unchanged), trial.absent) == (13, ["法库分中心"])
    assert "全运路109号" in client.get("/offices/hunnan/").content.decode(), "nothing is saved yet"
    assert not Snapshot.objects.exists()

    assert confirm(admin_client, preview)["Location"] == "/admin/offices/office/"
    page = client.get("/offices/hunnan/").content.decode()
    assert "浑南区某某路1号。" in page
    assert 'href="tel:024-55550000"' in page
    assert client.get("/offices/faku/").status_code == 200
    assert Snapshot.objects.get(action="imported").slug == "hunnan"
    assert Snapshot.objects.filter(slug="hunnan", action="found").exists()


def test_a_new_row_is_a_new_office(admin_client: Client, client: Client) -> None:
    def add(sheet: Any) -> None:
        sheet.append(["new", "新设分中心", "浑南区", "某路1号"])
        row = sheet.max_row
        sheet[f"{LETTER['次序']}{row}"] = 20
        sheet[f"{LETTER['车站']}{row}"] = "甲站台"
        sheet[f"{LETTER['线路']}{row}"] = "甲站台|5"  # a narrow bar does, too

    preview = upload(admin_client, add)
    assert [name for name, _ in preview.context["trial"].new] == ["新设分中心"]
    confirm(admin_client, preview)
    assert "甲站台</b>站：5路" in client.get("/offices/new/").content.decode()
    assert client.get("/api/v1/offices?q=xinshe").json()["offices"][0]["name"] == "新设分中心"


def test_stops_and_lines_change_places(admin_client: Client) -> None:
    def turn(sheet: Any) -> None:
        for title in ("车站", "线路"):
            one = sheet[f"{LETTER[title]}{row_of(sheet, 'hunnan')}"]
            one.value = "\n".join(reversed(one.value.splitlines()))

    office = Office.objects.get(slug="hunnan")
    before = [stop.station for stop in office.stops.all()]
    lines = {stop.station: [o.name for o in stop.lines.all()] for stop in office.stops.all()}
    confirm(admin_client, upload(admin_client, turn))
    assert [stop.station for stop in office.stops.all()] == before[::-1]
    for stop in office.stops.all():
        assert [line.name for line in stop.lines.all()] == lines[stop.station][::-1]


# --- what is wrong ---------------------------------------------------------------------------------


@pytest.mark.reads
@pytest.mark.parametrize(
    ("title", "value", "said"),
    [
        ("名称", "", "必填|不能为空"),
        ("名称", "和平分中心", "已存在"),
        ("地址", "路" * 201, "200"),
        ("电话", "024 23770026", "号码只写数字和短横线"),
        ("电话", "024-1\n024-1", "写了两次"),
        ("电话", "024-1｜甲｜F-19.8｜乙", "写了太多项，一行最多写：号码｜说明｜依据条款"),
        ("电话", "024-1｜甲｜F-99.99", "没有条款 F-99.99"),
        ("别名", "甲\n甲", "写了两次"),
        ("车站", "｜B出口", "没有写全"),
        ("线路", "没有的站｜5路", "“车站”一格里没有“没有的站”"),
        ("线路", "省博物馆", "没有写全，一行写：站名｜线路｜走向"),
        ("依据条款", "F-99.99", "没有条款 F-99.99"),
        ("次序", "第八", "请写一个整数"),
        ("次序", "", "请写一个整数"),
        ("标识", "heping", "已经有了"),
    ],
)
def test_a_wrong_cell_is_named_by_its_address_and_nothing_is_saved(
    admin_client: Client, title: str, value: str, said: str
) -> None:
    before = everything()
    book = load_workbook(BytesIO(exported(admin_client)))["网点"]
    address = f"{LETTER[title]}{row_of(book, 'hunnan')}"

    def change(sheet: Any) -> None:
        cell(title, value)(sheet)
        cell("临时提示", "这一行是对的", "faku")(sheet)

    preview = upload(admin_client, change)
    assert preview.status_code == 422
    wrong = preview.context["trial"].wrong
    assert address in {one.address for one in wrong}
    message = " ".join(one.message for one in wrong if one.address == address)
    assert any(part in message for part in said.split("|")), message
    assert f"<strong>{address}</strong>" in preview.content.decode()
    assert confirm(admin_client, preview).status_code == 422, "not by force, either"
    assert everything() == before


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda sheet: sheet.__setitem__("B3", "=A1"), "B3 是公式"),
        (lambda sheet: sheet.delete_cols(4), "第 1 行缺少“地址”这一列"),
        (lambda sheet: sheet.__setitem__("M1", "传真"), "M1 的标题“传真”这张表里没有"),
        (lambda sheet: sheet.merge_cells("B2:B3"), "B2:B3 合并了单元格"),
        (lambda sheet: sheet.delete_rows(2, 15), "一个网点也没有"),
        (lambda sheet: sheet.__setitem__("D2", "路" * 3001), "D2 太长了"),
        (lambda sheet: sheet.__setitem__("A500", "x"), "最多 400 行"),
    ],
)
def test_a_worksheet_that_cannot_be_read_says_why(
    admin_client: Client, change: Change, said: str
) -> None:
    answer = upload(admin_client, change)
    assert answer.status_code == 422
    assert said in answer.content.decode()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "文件是空的"),
        (
            b"a,b\n",
            "这不是 Excel 工作簿（.xlsx）。CSV 等文字表格，请在 Excel 里打开后另存为 .xlsx。",
        ),
        (b"PK\x03\x04broken", "文件打不开"),
        (b"\xd0\xcf\x11\xe0", "旧的 .xls"),
        (b"PK" + b"0" * 2_000_000, "文件太大"),
    ],
)
def test_a_file_that_is_none_says_why(admin_client: Client, content: bytes, said: str) -> None:
    answer = admin_client.post(IMPORT, {"file": SimpleUploadedFile("a.xlsx", content)})
    assert answer.status_code == 422
    assert said in answer.content.decode()


def test_no_file_and_another_workbook(admin_client: Client) -> None:
    assert "请先选一个文件" in admin_client.post(IMPORT).content.decode()
    file = BytesIO()
    Workbook().save(file)
    answer = admin_client.post(IMPORT, {"file": SimpleUploadedFile("a.xlsx", file.getvalue())})
    assert answer.status_code == 422
    assert "缺少“标识”" in answer.content.decode()


# --- other people ----------------------------------------------------------------------------------


def test_what_changed_since_the_preview_is_looked_at_again(admin_client: Client) -> None:
    preview = upload(admin_client, cell("地址", "新址"))
    Office.objects.filter(slug="hunnan").update(notice="同事写的")
    again = confirm(admin_client, preview)
    assert again.status_code == 409
    assert "预览以后，网点有了变化" in again.content.decode()
    assert "同事写的" in again.content.decode(), "what the file would undo is shown"
    assert Office.objects.get(slug="hunnan").notice == "同事写的"
    assert confirm(admin_client, again).status_code == 302
    assert Office.objects.get(slug="hunnan").address == "新址"


def member(*groups: str) -> Client:
    user = User.objects.create_user("member", is_staff=True)
    user.groups.set(Group.objects.filter(name__in=groups))
    client = Client()
    client.force_login(user)
    return client


def test_a_preview_holds_for_who_saw_it(admin_client: Client) -> None:
    preview = upload(admin_client, cell("地址", "新址"))
    answer = confirm(member("编辑"), preview)
    assert answer.status_code == 422
    assert "预览已经过期" in answer.content.decode()
    assert confirm(admin_client, preview).status_code == 302


@pytest.mark.parametrize(
    ("role", "out", "back"),
    [("编辑", 200, 200), ("审核", 200, 403), ("管理员", 200, 200), ("", 403, 403)],
)
def test_who_may(role: str, out: int, back: int) -> None:
    client = member(role)
    assert client.get(EXPORT).status_code == out
    assert client.get(IMPORT).status_code == back
    assert client.post(IMPORT).status_code == {200: 422}.get(back, back)
    if out == 200:
        page = client.get("/admin/offices/office/").content.decode()
        assert (f'href="{IMPORT}"' in page) == (back == 200)


def test_strangers_are_asked_to_log_in(client: Client) -> None:
    for address in (EXPORT, IMPORT):
        assert client.get(address)["Location"].startswith("/admin/login/")


def test_who_may_not_add_offices_is_told(client: Client) -> None:
    user = User.objects.create_user("changer", is_staff=True)
    codes = ("view_office", "change_office")
    user.user_permissions.set(Permission.objects.filter(codename__in=codes))
    client.force_login(user)
    answer = upload(client, cell("标识", "new"))
    assert answer.status_code == 422
    assert "不能新增网点" in answer.content.decode()
