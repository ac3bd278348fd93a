"""Tables as an Excel workbook, to be filled in at a desk and brought back.

`portal.policy.grid` makes cells of text and reads them; here they only go into worksheets and come
out of them. What somebody uploads is read with suspicion: sizes first, then the file, then its
cells, each refusal in words that say what to do.
"""

import csv
import datetime
import io
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.worksheet import Worksheet

from portal import clock
from portal.policy.grid import (
    LONGEST_CELL,
    MOST_ROWS,
    Sheet,
    columns_of,
    label_of_model,
    sheets_of,
)
from portal.policy.models import Edition, PolicyRow
from portal.policy.models.choices import Scheme
from portal.policy.tables import TABLES
from portal.policy.titles import title_of
from portal.policy.xlsx import (
    LARGEST_FILE,
    MOST_COLUMNS,
    MOST_WORKSHEETS,
    Unreadable,
    column_order,
    opened,
    said_in,
    saved,
    unfit,
    write_cell,
)

__all__ = [
    "LARGEST_FILE",
    "LONGEST_PASTE",
    "Tab",
    "Unreadable",
    "read_pasted",
    "read_workbook",
    "write_workbook",
]

Rows = list[list[str]]

ALL_ROWS = 2000  # of all worksheets together
LONGEST_PASTE = 20_000  # characters

GUIDE, CHOICES, BEFORE = "说明", "选项", "下载时的内容"
TABLE, SCHEME, CONTENT, START, DOCUMENT = "表", "险种", "内容", "生效日期", "依据文件"
_BLOCK = (TABLE, SCHEME, CONTENT, START, DOCUMENT)
HEADER = len(_BLOCK) + 2  # the row of the column titles, after an empty one
_HEADER_BY = 20  # the last row in which the titles are looked for
_NAME = 31  # characters that Excel allows for a worksheet's name
_CHUNK = 30_000  # characters of a cell; Excel allows 32,767
# What of a CSV file, where a workbook was expected.
_PASTE_IT = "，或者把格子复制下来，粘贴到下面“粘贴一张表”里"


@dataclass(slots=True)
class Tab:
    """A worksheet that was read: which sheet of which table it fills, and its cells of text.

    `rows` have the cells in the order of the sheet's columns, from worksheet row `top` on; `letters`
    are the columns of the worksheet in which they stood. `before` is what was downloaded, where the
    file still has it. Where something was pasted there is no worksheet: `letters` is empty.
    """

    name: str
    scheme: str
    table: str
    label: str
    start: datetime.date
    rows: Rows
    top: int = 1
    letters: list[str] = field(default_factory=list)
    before: Rows | None = None

    def address(self, row: int, column: int) -> str:
        """Where a cell stands, as the person who typed it finds it: `B7`, or 第 2 行第 3 格."""
        if not self.letters:
            return f"第 {self.top + row} 行第 {column + 1} 格"
        return f"{self.letters[min(column, len(self.letters) - 1)]}{self.top + row}"


# --- writing ---------------------------------------------------------------------------------------


def write_workbook(editions: Sequence[Edition]) -> bytes:
    """Return editions of tables as an xlsx file, a worksheet for each of their sheets.

    Raises KeyError for an edition of no table, such as the readings.
    """
    book = Workbook()
    guide, choices, before = book.active, _hidden(book, CHOICES), _hidden(book, BEFORE)
    assert guide is not None
    guide.title = GUIDE
    listed = []
    for edition in editions:
        for sheet in sheets_of(edition):
            worksheet = book.create_sheet(_name(edition, sheet, book.sheetnames))
            _fill(worksheet, edition, sheet)
            _offer_choices(worksheet, sheet, choices)
            _remember(before, worksheet.title, sheet.rows)
            listed.append((worksheet.title, edition, len(sheet.rows)))
    _explain(guide, listed)
    # The helpers stand last, so that who goes through the worksheets does not meet them.
    book.move_sheet(choices, len(listed) + 1)
    book.move_sheet(before, len(listed) + 1)
    return saved(book)


def _hidden(book: Workbook, name: str) -> Worksheet:
    worksheet: Worksheet = book.create_sheet(name)
    worksheet.sheet_state = "hidden"
    return worksheet


def _name(edition: Edition, sheet: Sheet, taken: Iterable[str]) -> str:
    """A worksheet's name: the table and what of it, with the start day where a name is taken."""
    wanted = re.sub(r"[\[\]:*?/\\']", " ", f"{edition.table_title}·{sheet.title}")
    ends = ["", f" {edition.in_force_from}", *(f" {number}" for number in range(2, 1000))]
    lower = {name.lower() for name in taken}
    names = (wanted[: _NAME - len(end)] + end for end in ends)
    return next(name for name in names if name.lower() not in lower)


def _fill(worksheet: Worksheet, edition: Edition, sheet: Sheet) -> None:
    told = (
        edition.table_title,
        Scheme(edition.scheme).label,
        sheet.title,
        edition.in_force_from.isoformat(),
        str(edition.document),
    )
    for row, (label, text) in enumerate(zip(_BLOCK, told, strict=True), start=1):
        write_cell(worksheet, row, 1, label).font = Font(bold=True)
        write_cell(worksheet, row, 2, text)
    for number, column in enumerate(sheet.columns, start=1):
        cell = write_cell(worksheet, HEADER, number, column.title)
        cell.font = Font(bold=True)
        cell.fill = PatternFill("solid", fgColor="DDE7F3")
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        widest = max(map(_width, [column.title, *(cells[number - 1] for cells in sheet.rows)]))
        letter = get_column_letter(number)
        worksheet.column_dimensions[letter].width = min(max(widest + 3, 12), 48)
    for row, cells in enumerate(sheet.rows, start=HEADER + 1):
        for number, (column, text) in enumerate(zip(sheet.columns, cells, strict=True), start=1):
            write_cell(
                worksheet, row, number, text, is_number=column.kind in ("key", "other", "value")
            )
    worksheet.freeze_panes = f"A{HEADER + 1}"


def _width(text: str) -> int:
    return sum(1 if character.isascii() else 2 for character in text)


def _offer_choices(worksheet: Worksheet, sheet: Sheet, choices: Worksheet) -> None:
    """Drop-down lists where there are choices, and what to type where there is an explanation."""
    for number, column in enumerate(sheet.columns, start=1):
        letter = get_column_letter(number)
        if column.choices:
            titles = [title for _, title in column.choices]
            offer = DataValidation("list", _list_of(choices, titles), showErrorMessage=True)
            offer.errorTitle, offer.error = "没有这一项", "请从下拉列表里选一项。"
        elif column.help:
            offer = DataValidation(showInputMessage=True)
            offer.promptTitle, offer.prompt = column.title[:32], column.help[:255]
        else:
            continue
        offer.allow_blank = True
        offer.add(f"{letter}{HEADER + 1}:{letter}{HEADER + MOST_ROWS}")
        worksheet.add_data_validation(offer)


def _list_of(choices: Worksheet, titles: Sequence[str]) -> str:
    """Where a list of choices stands; typed into the rule itself it could not be longer than 255."""
    for number in range(1, choices.max_column + 1):
        column = [choices.cell(row, number).value for row in range(1, choices.max_row + 1)]
        if [title for title in column if title is not None] == list(titles):
            break
    else:
        number = choices.max_column + (choices.cell(1, 1).value is not None)
        for row, title in enumerate(titles, start=1):
            write_cell(choices, row, number, title)
    letter = get_column_letter(number)
    return f"'{CHOICES}'!${letter}$1:${letter}${len(titles)}"


def _remember(before: Worksheet, name: str, rows: Rows) -> None:
    """Keep what was downloaded, so that an upload does not undo what a colleague changed since."""
    number = before.max_row + (before.cell(1, 1).value is not None)
    written = json.dumps(rows, ensure_ascii=False)
    parts = (written[at : at + _CHUNK] for at in range(0, len(written), _CHUNK))
    for column, text in enumerate((name, *parts), start=1):
        write_cell(before, number, column, text)


def _explain(guide: Worksheet, listed: Sequence[tuple[str, Edition, int]]) -> None:
    lines = (
        f"这些表在 {clock.today()} 从“沈阳医保门户后台”下载。",
        "怎样改：每张工作表里，改第一行标题下面的格子，可以加行、删行；标题一行和上面几行请不要动。",
        "有下拉列表的格子请选一项；比例填小数，88% 填 0.88；日期写成 2027-07-01；条款填编号。",
        "请不要写公式，不要合并单元格。公式算出来的数，请复制后“选择性粘贴”成“数值”。",
        "从另一天起执行的新一版：把“生效日期”改成那一天；同一张表的几张工作表要写同一天。",
        "不用改的工作表可以整张删去；删掉一行，就是从这张表里删去它。",
        "改好以后存成“Excel 工作簿（.xlsx）”，在变更单的“用 Excel 改”一页上传。",
        "上传以后先给您看哪些格子会变，确认了才保存。",
    )
    write_cell(guide, 1, 1, "怎样用这个文件").font = Font(bold=True, size=14)
    for row, line in enumerate(lines, start=2):
        write_cell(guide, row, 1, line)
    top = len(lines) + 3
    for column, title in enumerate(("工作表", TABLE, SCHEME, START, "行数"), start=1):
        write_cell(guide, top, column, title).font = Font(bold=True)
    for row, (name, edition, count) in enumerate(listed, start=top + 1):
        link = write_cell(guide, row, 1, name)
        link.hyperlink = Hyperlink(ref=link.coordinate, location=f"'{name}'!A1")
        link.style = "Hyperlink"
        scheme = Scheme(edition.scheme).label
        told = (edition.table_title, scheme, edition.in_force_from.isoformat(), str(count))
        for column, text in enumerate(told, start=2):
            write_cell(guide, row, column, text, is_number=column == 5)
    for letter, width in zip("ABCDE", (44, 34, 26, 14, 8), strict=True):
        guide.column_dimensions[letter].width = width


# --- reading ---------------------------------------------------------------------------------------


def read_workbook(content: bytes) -> list[Tab]:
    """Return the worksheets of an uploaded file that fill sheets of tables.

    Raises Unreadable with all that is wrong; what its cells mean is not looked at.
    """
    book = opened(content, otherwise=_PASTE_IT)
    before = _before(book)
    tabs: list[Tab] = []
    problems: list[str] = []
    for worksheet in book.worksheets:
        if worksheet.title in (GUIDE, CHOICES, BEFORE) or _is_empty(worksheet):
            continue
        try:
            tabs.append(_read(worksheet, before.get(worksheet.title)))
        except Unreadable as found:
            problems += (f"工作表“{worksheet.title}”：{problem}" for problem in found.problems)
    problems += _twice(tabs)
    if (total := sum(len(tab.rows) for tab in tabs)) > ALL_ROWS:
        problems.append(f"一共 {total} 行，太多了，最多 {ALL_ROWS} 行。请分几次上传。")
    if not tabs and not problems:
        problems.append(
            "文件里没有可以读的工作表。请先下载这张变更单的 Excel，在里面改，再上传回来。"
        )
    if problems:
        raise Unreadable(*problems)
    return tabs


def _is_empty(worksheet: Worksheet) -> bool:
    """Whether it is one of the empty worksheets that a spreadsheet adds by itself."""
    return (worksheet.max_row, worksheet.max_column) == (1, 1) and not said_in(
        worksheet["A1"].value
    )


def _read(worksheet: Worksheet, before: Rows | None) -> Tab:
    problems = list(unfit(worksheet, _longest))
    if problems:
        raise Unreadable(*problems)
    grid = [list(cells) for cells in worksheet.iter_rows()]
    texts = [[said_in(cell.value) for cell in cells] for cells in grid]
    block, header = _block(texts)
    scheme, table, model = _place(block)
    columns = columns_of(model, Edition(scheme=scheme, table=table))
    order = column_order(texts[header], [column.title for column in columns], header + 1)
    body = texts[header + 1 :]
    while body and not any(body[-1]):
        body.pop()
    return Tab(
        name=worksheet.title,
        scheme=scheme,
        table=table,
        label=label_of_model(model),
        start=_start(block),
        rows=[[cells[number] for number in order] for cells in body],
        top=header + 2,
        letters=[get_column_letter(number + 1) for number in order],
        before=before,
    )


def _longest(row: int) -> int:
    return 300 if row < HEADER else LONGEST_CELL


def _block(texts: Rows) -> tuple[dict[str, str], int]:
    """The lines above the titles by their label, and the index of the titles' row."""
    block: dict[str, str] = {}
    for number, cells in enumerate(texts[:_HEADER_BY]):
        if cells[0] in _BLOCK and cells[0] not in block and len(cells) > 1:
            block[cells[0]] = cells[1]
        elif len(block) >= len(_BLOCK) - 1 and sum(map(bool, cells)) > 1:
            return block, number
    raise Unreadable(
        "认不出是哪张表。最上面几行要照下载时的样子：表、险种、内容、生效日期、依据文件，"
        "下面是标题一行。不需要的工作表请删去。"
    )


def _place(block: dict[str, str]) -> tuple[str, str, type[PolicyRow]]:
    said = (block.get(SCHEME, ""), block.get(TABLE, ""))
    for scheme, name in TABLES:
        if said == (Scheme(scheme).label, title_of(scheme, name)):
            break
    else:
        raise Unreadable(f"没有“{'的'.join(said)}”这张表。请照下载时的样子写表名和险种。")
    for model in TABLES[scheme, name].row_models:
        if str(model._meta.verbose_name) == block.get(CONTENT):
            return scheme, name, model
    raise Unreadable(f"这张表里没有“{block.get(CONTENT, '')}”。请照下载时的样子写“内容”。")


def _start(block: dict[str, str]) -> datetime.date:
    said = block.get(START, "")
    found = re.fullmatch(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?", said)
    try:
        return datetime.date(*map(int, found.groups() if found else ()))
    except (TypeError, ValueError):
        raise Unreadable(f"生效日期“{said}”不是日期。请写成 2027-07-01 这样。") from None


def _twice(tabs: Sequence[Tab]) -> Iterator[str]:
    """Two worksheets for one sheet, or worksheets of one table that begin on different days."""
    seen: dict[tuple[object, ...], str] = {}
    for tab in tabs:
        place = (tab.scheme, tab.table, tab.label, tab.start)
        if place in seen:
            yield f"工作表“{seen[place]}”和“{tab.name}”填的是同一张表。请删去一张。"
        seen.setdefault(place, tab.name)
    days: dict[tuple[str, str], dict[datetime.date, set[str]]] = {}
    for tab in tabs:
        by_day = days.setdefault((tab.scheme, tab.table), {})
        by_day.setdefault(tab.start, set()).add(tab.label)
    for (scheme, table), by_day in days.items():
        whole = set.union(*by_day.values())
        if len(by_day) > 1 and any(labels != whole for labels in by_day.values()):
            told = "、".join(map(str, sorted(by_day)))
            yield f"“{title_of(scheme, table)}”的几张工作表写了不同的生效日期：{told}。请写同一天。"


def _before(book: Workbook) -> dict[str, Rows]:
    """What was downloaded, by worksheet; nothing where the file does not have it any more."""
    found: dict[str, Rows] = {}
    kept = next((sheet for sheet in book.worksheets if sheet.title == BEFORE), None)
    if kept is None:
        return found
    for name, *parts in kept.iter_rows(
        max_row=MOST_WORKSHEETS, max_col=MOST_COLUMNS, values_only=True
    ):
        written = "".join(str(part) for part in parts if part is not None)
        try:
            rows = json.loads(written[: 4 * _CHUNK])
        except ValueError:
            continue
        if isinstance(rows, list) and all(isinstance(cells, list) for cells in rows):
            found[str(name)] = [[str(cell) for cell in cells] for cells in rows]
    return found


# --- pasting ---------------------------------------------------------------------------------------


def read_pasted(text: str, edition: Edition, sheet: Sheet) -> Tab:
    """Return what was pasted for one sheet of an edition: lines whose cells tabs keep apart.

    A first line of titles may tell the order of the columns. Raises Unreadable.
    """
    if len(text) > LONGEST_PASTE:
        raise Unreadable(f"粘贴的内容太长，最多 {LONGEST_PASTE} 个字。请用 Excel 文件上传。")
    try:
        lines = list(csv.reader(io.StringIO(text.strip("\r\n")), delimiter="\t"))
    except csv.Error:
        raise Unreadable("粘贴的内容读不了。请从 Excel 里重新复制一次。") from None
    lines = [[said_in(cell) for cell in cells] for cells in lines]
    if not any(map(any, lines)):
        raise Unreadable("还没有粘贴内容。请从 Excel 里复制格子，粘贴到这里。")
    titles, top = [column.title for column in sheet.columns], 1
    if lines[0] and set(lines[0]) - {""} <= set(titles):
        order = column_order(lines[0], titles, 1)
        body = [[*cells, *[""] * len(lines[0])] for cells in lines[1:]]
        lines, top = [[cells[number] for number in order] for cells in body], 2
    start = edition.in_force_from
    return Tab(sheet.title, edition.scheme, edition.table, sheet.label, start, lines, top)
