"""Tables go into an Excel workbook and come back as they were; what is broken is named by its cell."""

import datetime
import io
import struct
import zipfile
import zlib
from collections.abc import Callable
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from portal.policy import grid
from portal.policy.models import Edition
from portal.policy.tables import TABLES
from portal.policy.workbook import Tab, Unreadable, read_workbook, write_workbook
from tests.policy.drafting import drafted, shipped

pytestmark = pytest.mark.django_db

POOL = "统筹基金年限额·金额"
STAY = "灵活就业住院·住院报销比例"


def opened(*editions: Edition) -> Any:
    return load_workbook(io.BytesIO(write_workbook(editions)))


def saved(book: Any) -> bytes:
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def brought_back(edition: Edition, change: Callable[[Any], None]) -> list[Tab]:
    """What is read after somebody changed the workbook of an edition."""
    book = opened(edition)
    change(book)
    return read_workbook(saved(book))


def problems(content: bytes) -> list[str]:
    with pytest.raises(Unreadable) as refused:
        read_workbook(content)
    return refused.value.problems


def wrong(change: Callable[[Any], None]) -> list[str]:
    book = opened(shipped("flexible", "pool"))
    change(book)
    return problems(saved(book))


def setting(name: str, address: str, value: Any) -> Callable[[Any], None]:
    def change(book: Any) -> None:
        book[name][address] = value

    return change


def midnight(*day: int) -> datetime.datetime:
    return datetime.datetime.combine(datetime.date(*day), datetime.time())


# --- there and back --------------------------------------------------------------------------------


@pytest.mark.reads
@pytest.mark.slow
@pytest.mark.parametrize(("scheme", "table"), TABLES, ids=".".join)
def test_every_shipped_table_comes_back_as_it_was(scheme: str, table: str) -> None:
    edition = shipped(scheme, table)
    tabs = read_workbook(write_workbook([edition]))
    sheets = grid.sheets_of(edition)
    assert [(tab.label, tab.rows) for tab in tabs] == [(s.label, s.rows) for s in sheets]
    assert {(tab.scheme, tab.table, tab.start) for tab in tabs} == {
        (scheme, table, edition.in_force_from)
    }
    assert [tab.before for tab in tabs] == [tab.rows for tab in tabs]
    draft = drafted(scheme, table)
    read, found = grid.read_sheets(draft, {tab.label: tab.rows for tab in tabs})
    assert found == []
    assert grid.save_sheets(draft, read) == 0


def test_all_tables_fit_into_one_workbook() -> None:
    editions = [shipped(*key) for key in TABLES]
    content = write_workbook(editions)
    tabs = read_workbook(content)
    assert len(tabs) == sum(len(grid.sheets_of(edition)) for edition in editions)
    assert len(content) < 300_000


def test_two_editions_of_one_table_have_worksheets_of_their_own() -> None:
    coming = drafted("flexible", "pool")
    tabs = read_workbook(write_workbook([shipped("flexible", "pool"), coming]))
    assert [(tab.name, tab.start.isoformat()) for tab in tabs if tab.label == "amount"] == [
        (POOL, "2025-01-01"),
        (f"{POOL} 2027-01-01", "2027-01-01"),
    ]


def test_a_worksheet_says_what_it_is_above_its_titles() -> None:
    worksheet = opened(shipped("flexible", "pool"))[POOL]
    lines = [[cell.value for cell in cells] for cells in worksheet.iter_rows(max_row=8)]
    assert lines == [
        ["表", "统筹基金年限额", None, None],
        ["险种", "灵活就业人员职工医保", None, None],
        ["内容", "金额", None, None],
        ["生效日期", "2025-01-01", None, None],
        ["依据文件", "沈阳市灵活就业人员参加职工基本医疗保险办事指南", None, None],
        [None, None, None, None],
        ["项目", "金额", "依据条款", "采用的理解"],
        ["全年最高支付", 150000, "F-9.1", None],
    ]
    assert worksheet.freeze_panes == "A8"


def test_the_first_worksheet_lists_the_others_and_the_helpers_are_hidden() -> None:
    book = opened(shipped("flexible", "inpatient"))
    states = [(sheet.title, sheet.sheet_state) for sheet in book.worksheets]
    assert states[0] == ("说明", "visible")
    assert states[-2:] == [("选项", "hidden"), ("下载时的内容", "hidden")]
    links = [cell.hyperlink.location for cell in book["说明"]["A"] if cell.hyperlink]
    assert [link.split("'")[1] for link in links] == [name for name, _ in states[1:-2]]


def test_choices_are_offered_as_lists() -> None:
    book = opened(shipped("flexible", "inpatient"))
    (tier,) = (
        offer for offer in book[STAY].data_validations.dataValidation if "A8" in str(offer.sqref)
    )
    assert (tier.type, str(tier.sqref)) == ("list", "A8:A107")
    name, place = tier.formula1.replace("$", "").split("!")
    listed = [cells[0].value for cells in book[name.strip("'")][place]]
    # The tiers of the contract, in its order.
    assert listed == [
        "基层", "一级", "二级", "区属二级", "市属二级", "三级", "特三级（特大型三级）",
    ]  # fmt: skip


def test_the_file_has_the_portal_s_date_not_the_computer_s() -> None:
    book = opened(shipped("flexible", "pool"))
    assert book.properties.created == midnight(2026, 11, 21)
    assert book.properties.modified == midnight(2026, 11, 21)


@pytest.mark.parametrize("text", ["=1+1", "+86", "-5", "@SUM(A1)", '=HYPERLINK("http://x")'])
def test_what_looks_like_a_formula_is_written_as_text(text: str) -> None:
    edition = drafted("flexible", "pool")
    edition.document.title = text
    worksheet = opened(edition)[POOL]
    assert (worksheet["B5"].value, worksheet["B5"].data_type) == (text, "s")
    assert worksheet["B5"].quotePrefix


# --- what staff type -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        (0.88, "0.88"),
        (88, "88"),
        (1200.0, "1200"),
        (1e-07, "0.0000001"),
        (12345678.9, "12345678.9"),
        ("0.8800", "0.8800"),
        ("  16 万 ", "16 万"),
        (datetime.date(2027, 7, 1), "2027-07-01"),
        (midnight(2027, 7, 1), "2027-07-01"),
        (midnight(2027, 7, 1) + datetime.timedelta(minutes=90), "2027-07-01 01:30:00"),
        (True, "是"),
        (False, "否"),
        (None, ""),
    ],
)
def test_a_cell_is_read_as_it_was_typed(typed: Any, text: str) -> None:
    tabs = brought_back(shipped("flexible", "pool"), setting(POOL, "B8", typed))
    assert tabs[0].rows == [["全年最高支付", text, "F-9.1", ""]]


def test_a_number_that_excel_stores_a_little_off_is_what_was_typed() -> None:
    """Excel writes 0.56 as 0.56000000000000005."""
    content = write_workbook([shipped("flexible", "pool")])
    changed = repacked(
        content, lambda _, part: part.replace(b"<v>150000</v>", b"<v>0.56000000000000005</v>")
    )
    assert read_workbook(changed)[0].rows[0][1] == "0.56"


def test_rows_keep_their_place_and_empty_ones_at_the_end_are_dropped() -> None:
    def change(book: Any) -> None:
        book[POOL]["A10"] = "全年最高支付"
        book[POOL]["A12"] = "  "

    (amounts, _) = brought_back(shipped("flexible", "pool"), change)
    assert [row[0] for row in amounts.rows] == ["全年最高支付", "", "全年最高支付"]
    assert amounts.address(2, 0) == "A10"


def test_columns_may_stand_in_another_order() -> None:
    def change(book: Any) -> None:
        for row in book[POOL].iter_rows(min_row=7, max_row=8):
            row[0].value, row[1].value = row[1].value, row[0].value

    (amounts, _) = brought_back(shipped("flexible", "pool"), change)
    assert amounts.rows == [["全年最高支付", "150000", "F-9.1", ""]]
    assert (amounts.address(0, 0), amounts.address(0, 1)) == ("B8", "A8")


def test_a_row_more_above_the_titles_does_no_harm() -> None:
    (amounts, _) = brought_back(shipped("flexible", "pool"), lambda book: book[POOL].insert_rows(1))
    assert amounts.rows == [["全年最高支付", "150000", "F-9.1", ""]]
    assert amounts.address(0, 1) == "B9"


@pytest.mark.parametrize(
    "typed", ["2027-07-01", "2027/7/1", "2027年7月1日", datetime.date(2027, 7, 1)]
)
def test_the_start_day_may_be_changed(typed: Any) -> None:
    def change(book: Any) -> None:
        for worksheet in book.worksheets[1:-2]:
            worksheet["B4"] = typed

    for tab in brought_back(shipped("flexible", "pool"), change):
        assert tab.start == datetime.date(2027, 7, 1)


def test_worksheets_may_be_left_out_and_empty_ones_added() -> None:
    def change(book: Any) -> None:
        del book["说明"], book["下载时的内容"], book["统筹基金年限额·规则引用的条款"]
        book.create_sheet("Sheet2")

    (amounts,) = brought_back(shipped("flexible", "pool"), change)
    assert (amounts.rows[0][1], amounts.before) == ("150000", None)


def test_the_memory_of_the_download_may_be_broken() -> None:
    (amounts, _) = brought_back(
        shipped("flexible", "pool"), setting("下载时的内容", "B1", "[[1, {")
    )
    assert amounts.before is None


# --- what is refused -------------------------------------------------------------------------------


@pytest.mark.parametrize("formula", ["=1+1", "=B7*2", "=SUM(B1:B2)"])
def test_a_formula_is_refused_by_its_address(formula: str) -> None:
    assert wrong(setting(POOL, "B8", formula)) == [
        f"工作表“{POOL}”：B8 是公式。请复制后“选择性粘贴”成“数值”。"
    ]


def test_every_broken_cell_of_every_worksheet_is_named() -> None:
    def change(book: Any) -> None:
        book[POOL]["B8"] = "=1"
        book[POOL]["C8"] = "#REF!"
        book[POOL]["D8"] = "很" * 101
        book["统筹基金年限额·规则引用的条款"].merge_cells("A8:A9")

    assert wrong(change) == [
        f"工作表“{POOL}”：B8 是公式。请复制后“选择性粘贴”成“数值”。",
        f"工作表“{POOL}”：C8 是出错的格子（#REF!）。请改成要填的数。",
        f"工作表“{POOL}”：D8 太长了，最多 100 个字。",
        "工作表“统筹基金年限额·规则引用的条款”：A8:A9 合并了单元格。请取消合并，每一行都填上。",
    ]


def make_two(book: Any) -> None:
    book.copy_worksheet(book[POOL])


def add_notes(book: Any) -> None:
    book.create_sheet("我的笔记")["B2"] = "记得问处长"


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (setting(POOL, "B4", "明年"), "生效日期“明年”不是日期。请写成 2027-07-01 这样。"),
        (setting(POOL, "B4", "2027-02-30"), "生效日期“2027-02-30”不是日期。"),
        (setting(POOL, "B4", None), "生效日期“”不是日期。"),
        (setting(POOL, "B1", "统筹限额"), "没有“灵活就业人员职工医保的统筹限额”这张表。"),
        (setting(POOL, "B2", "城乡居民医保"), "没有“城乡居民医保的统筹基金年限额”这张表。"),
        (setting(POOL, "B3", "比例"), "这张表里没有“比例”。"),
        (setting(POOL, "B7", "数额"), "第 7 行缺少“金额”这一列。"),
        (setting(POOL, "E7", "备注"), "E7 的标题“备注”这张表里没有。请删去这一列。"),
        (setting(POOL, "E7", "金额"), "E7 的标题“金额”已经有一列了。请删去一列。"),
        (setting(POOL, "A1000", "远"), "到第 1000 行、D 列都有内容或格式，最多 400 行、40 列。"),
        (setting(POOL, "BA9", "远"), "到第 9 行、BA 列都有内容或格式"),
        (make_two, "填的是同一张表。请删去一张。"),
        (add_notes, "工作表“我的笔记”：认不出是哪张表。"),
        (
            setting(POOL, "B4", "2027-01-01"),
            "的几张工作表写了不同的生效日期：2025-01-01、2027-01-01。",
        ),
    ],
)
def test_what_cannot_be_placed_is_told(change: Callable[[Any], None], told: str) -> None:
    assert any(told in problem for problem in wrong(change)), wrong(change)


def repacked(content: bytes, change: Callable[[str, bytes], bytes]) -> bytes:
    """The same archive with other parts."""
    file = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            new.writestr(name, change(name, old.read(name)))
    return file.getvalue()


def a_picture() -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
    return (
        b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(b"\0\0")) + chunk(b"IEND", b"")
    )


def a_bomb() -> bytes:
    """Some kilobytes that unpack to thirty megabytes."""
    content = write_workbook([shipped("flexible", "pool")])
    return repacked(
        content, lambda name, part: part + b" " * 30_000_000 if "sheet1" in name else part
    )


def many_entities() -> bytes:
    """Words that stand for words that stand for words: a few lines that grow without end."""
    lines = b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>'
    content = write_workbook([shipped("flexible", "pool")])
    return repacked(
        content,
        lambda name, part: lines + b"<worksheet>&b;</worksheet>" if "sheet1.xml" in name else part,
    )


def some_archive() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("word/document.xml", "<document/>")
    return file.getvalue()


def test_a_file_cut_off_anywhere_is_refused() -> None:
    content = write_workbook([shipped("flexible", "pool")])
    for size in range(2, len(content) - 1, max(1, len(content) // 25)):
        (told,) = problems(content[:size])
        assert told.startswith("文件打不开，可能没有传完整或已经损坏。")


@pytest.mark.parametrize("part", ["sheet2.xml", "styles.xml", "workbook.xml"])
def test_a_part_that_is_damaged_is_refused(part: str) -> None:
    content = write_workbook([shipped("flexible", "pool")])
    broken = repacked(content, lambda name, old: b"<broken" if name.endswith(part) else old)
    (told,) = problems(broken)
    assert told.startswith("文件打不开")


@pytest.mark.parametrize(
    ("make", "told"),
    [
        (lambda: b"", "文件是空的。"),
        (lambda: b"  \n", "文件是空的。"),
        (a_picture, "这是图片或 PDF，不是表格。"),
        (lambda: b"%PDF-1.7 ...", "这是图片或 PDF，不是表格。"),
        (
            lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600,
            "这是旧的 .xls 文件，或者加了密码。",
        ),
        (lambda: "项目,金额\n".encode("gbk"), "这不是 Excel 工作簿（.xlsx）。CSV 等文字表格，"),
        (some_archive, "这不是 Excel 工作簿。"),
        (a_bomb, "文件解开以后太大，不像是这里的表格。"),
        (many_entities, "文件打不开"),
        (lambda: saved(Workbook()), "文件里没有可以读的工作表。"),
        (lambda: b"PK" + b"\0" * 2_000_000, "文件太大，最多 2 MB。"),
    ],
    ids=["empty", "blank", "picture", "pdf", "xls", "csv", "zip", "bomb", "xml", "nothing", "big"],
)
def test_what_is_no_workbook_of_ours_is_refused(make: Callable[[], bytes], told: str) -> None:
    (problem,) = problems(make())
    assert problem.startswith(told)


def test_a_bomb_is_small_before_it_is_unpacked() -> None:
    assert len(a_bomb()) < 100_000
