"""Excel workbooks of any content: written so that nothing runs, read with suspicion.

What somebody uploads is checked sizes first, then the file, then its cells; each refusal says what
to do.
"""

import datetime
import io
import re
import warnings
import zipfile
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import IllegalCharacterError
from openpyxl.worksheet.worksheet import Worksheet
from openpyxl.writer.excel import ExcelWriter

from portal import clock

LARGEST_FILE = 2_000_000  # bytes, as it is uploaded
LARGEST_UNPACKED = 6_000_000  # bytes of its parts; all our tables together have a tenth
MOST_PARTS = 400
MOST_WORKSHEETS = 120
MOST_COLUMNS = 40
LAST_ROW = 400
_NUMBER = re.compile(r"(?:0|[1-9]\d{0,9})(?:\.\d{1,4})?")
_RISKY = ("=", "+", "-", "@")  # what a spreadsheet may take for a formula


class Unreadable(Exception):
    """An upload that cannot be read; `problems` say what is wrong and what to do, in Chinese."""

    def __init__(self, *problems: str) -> None:
        super().__init__("\n".join(problems))
        self.problems = list(problems)


# --- writing ---------------------------------------------------------------------------------------


def write_cell(
    worksheet: Worksheet, row: int, column: int, text: str, *, is_number: bool = False
) -> Any:
    """Write a cell: a plain number as a number, all else as text, never as a formula."""
    cell: Any = worksheet.cell(row, column)
    if is_number and _NUMBER.fullmatch(text):
        cell.value = Decimal(text)
        return cell
    try:
        cell.value = text
    except IllegalCharacterError:
        cell.value = "".join(character for character in text if character.isprintable())
    if text:
        cell.data_type = "s"
    cell.number_format = "@"
    cell.quotePrefix = text.startswith(_RISKY)
    return cell


def saved(book: Workbook) -> bytes:
    """Return a workbook as the bytes of a file, the same today for the same content."""
    # By hand, because `Workbook.save` writes the computer's own time into the file.
    midnight = datetime.datetime.combine(clock.today(), datetime.time())
    book.properties.created = book.properties.modified = midnight
    book.properties.creator = "沈阳医保门户后台"
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        ExcelWriter(book, archive).save()
    return file.getvalue()


# --- reading ---------------------------------------------------------------------------------------


def opened(content: bytes, otherwise: str = "") -> Workbook:
    """Read an uploaded file as a workbook. Raises Unreadable.

    `otherwise` says what else can be done with a table of text; it goes on after 另存为 .xlsx.
    """
    if len(content) > LARGEST_FILE:
        raise Unreadable(
            f"文件太大，最多 {LARGEST_FILE // 1_000_000} MB。请删去图片和不需要的工作表。"
        )
    _refuse_other_kinds(content, otherwise)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _refuse_bombs(archive.infolist())
        with warnings.catch_warnings():  # about decorations that openpyxl does not keep
            warnings.simplefilter("ignore")
            book = load_workbook(io.BytesIO(content), keep_links=False)
    except Unreadable:
        raise
    except Exception as error:  # a broken file breaks it in countless ways
        raise Unreadable(
            "文件打不开，可能没有传完整或已经损坏。请在 Excel 里打开，另存为“Excel 工作簿（.xlsx）”再上传。"
        ) from error
    if len(book.worksheets) > MOST_WORKSHEETS:
        raise Unreadable(f"工作表太多，最多 {MOST_WORKSHEETS} 张。请删去不需要的。")
    return book


def _refuse_other_kinds(content: bytes, otherwise: str) -> None:
    if not content.strip():
        raise Unreadable("文件是空的。请重新选一个 Excel 文件（.xlsx）。")
    if content.startswith(b"PK"):
        return
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise Unreadable(
            "这是旧的 .xls 文件，或者加了密码。请在 Excel 里去掉密码，"
            "另存为“Excel 工作簿（.xlsx）”再上传。"
        )
    if content.startswith((b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"%PDF", b"BM", b"RIFF")):
        raise Unreadable("这是图片或 PDF，不是表格。请上传 Excel 工作簿（.xlsx）。")
    raise Unreadable(
        "这不是 Excel 工作簿（.xlsx）。CSV 等文字表格，请在 Excel 里打开后另存为 .xlsx"
        f"{otherwise}。"
    )


def _refuse_bombs(parts: Sequence[zipfile.ZipInfo]) -> None:
    """Refuse what unpacks to far more than our tables, before anything is unpacked."""
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > LARGEST_UNPACKED:
        raise Unreadable("文件解开以后太大，不像是这里的表格。请删去图片和不需要的工作表。")
    if not any(part.filename == "xl/workbook.xml" for part in parts):
        raise Unreadable("这不是 Excel 工作簿。请在 Excel 里另存为“Excel 工作簿（.xlsx）”再上传。")


def unfit(worksheet: Worksheet, longest: Callable[[int], int]) -> Iterator[str]:
    """What a worksheet has that cannot be read, by the address of the cell.

    `longest` says how many characters a cell of a row may have.
    """
    if worksheet.max_row > LAST_ROW or worksheet.max_column > MOST_COLUMNS:
        yield (
            f"到第 {worksheet.max_row} 行、{get_column_letter(worksheet.max_column)} 列都有内容或格式，"
            f"最多 {LAST_ROW} 行、{MOST_COLUMNS} 列。请把表格以外的行和列整行整列删除。"
        )
        return
    for area in sorted(map(str, worksheet.merged_cells.ranges)):
        yield f"{area} 合并了单元格。请取消合并，每一行都填上。"
    for cells in worksheet.iter_rows():
        for cell in cells:
            if cell.data_type == "f":
                yield f"{cell.coordinate} 是公式。请复制后“选择性粘贴”成“数值”。"
            elif cell.data_type == "e":
                yield f"{cell.coordinate} 是出错的格子（{cell.value}）。请改成要填的数。"
            elif len(said_in(cell.value)) > longest(cell.row):
                yield f"{cell.coordinate} 太长了，最多 {longest(cell.row)} 个字。"


def said_in(value: Any) -> str:
    """A cell as text: 0.88 as it was typed, though a computer keeps 0.88 a little otherwise."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float):
        number = f"{Decimal(repr(value)):f}"
        return number.rstrip("0").rstrip(".") if "." in number else number
    if isinstance(value, datetime.datetime) and value.time() == datetime.time():
        value = value.date()
    return " ".join(str(value).split())


def column_order(said: Sequence[str], titles: Sequence[str], row: int) -> list[int]:
    """Return where each title stands in the header `said` of a worksheet, whatever their order.

    Raises Unreadable, which names what is missing, unknown or there twice in this `row`.
    """
    problems = [f"第 {row} 行缺少“{title}”这一列。" for title in titles if title not in said]
    for number, title in enumerate(said):
        address = f"{get_column_letter(number + 1)}{row}"
        if title and title not in titles:
            problems.append(f"{address} 的标题“{title}”这张表里没有。请删去这一列。")
        elif title and title in said[:number]:
            problems.append(f"{address} 的标题“{title}”已经有一列了。请删去一列。")
    if problems:
        raise Unreadable(*problems)
    return [said.index(title) for title in titles]
