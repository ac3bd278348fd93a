"""All offices as one worksheet, a row for each, to be changed in Excel and brought back.

A cell of telephones, stops or lines has one of them on each line, its parts kept apart by ｜.
Closures stay out of it: they come and go faster than a file.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from portal import clock
from portal.offices.models import Office
from portal.policy.xlsx import Unreadable, column_order, opened, said_in, saved, unfit, write_cell
from portal.staff.history.contents import OFFICE, Content, Refused, Shape, read_all, write
from portal.staff.history.differences import Difference, differences

SHEET, GUIDE = "网点", "说明"
LONGEST_CELL = 3000
_TITLES = {
    "slug": "标识",
    "name": "名称",
    "district": "所在区县",
    "address": "地址",
    "phones": "电话",
    "aliases": "别名",
    "stops": "车站",
    "lines": "线路",
    "transport_text": "乘车说明",
    "notice": "临时提示",
    "clause": "依据条款",
    "position": "次序",
}
COLUMNS = tuple(_TITLES)
_PLAIN = ("slug", "name", "district", "address", "transport_text", "notice", "clause")
# What stands on a line of a cell, in this order.
_ON_A_LINE = {
    "phones": ("number", "label", "clause"),
    "aliases": ("name",),
    "stops": ("station", "exit_hint", "how"),
    "lines": ("station", "name", "route"),
}
_WIDTHS = {"slug": 12, "name": 20, "address": 36, "phones": 34, "stops": 34, "lines": 40}
_PART = re.compile(r"\\(.)|[｜|]")


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the worksheet: its number there, its cells by their names, and their columns."""

    number: int
    cells: dict[str, str]
    letters: dict[str, str]

    def address(self, name: str) -> str:
        return f"{self.letters[name]}{self.number}"


@dataclass(frozen=True, slots=True)
class Wrong:
    """A cell that cannot be taken over, by its address (`B7`), and what to do."""

    address: str
    message: str


@dataclass(slots=True)
class Trial:
    """What an upload would do: to which offices, and which cells are wrong."""

    new: list[tuple[str, list[Difference]]] = field(default_factory=list)
    changed: list[tuple[str, list[Difference]]] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    absent: list[str] = field(default_factory=list)
    wrong: list[Wrong] = field(default_factory=list)


# --- out -------------------------------------------------------------------------------------------


def write_offices() -> bytes:
    """Return all offices as an xlsx file."""
    book = Workbook()
    sheet, guide = book.active, book.create_sheet(GUIDE)
    assert isinstance(sheet, Worksheet)
    sheet.title = SHEET
    for number, name in enumerate(COLUMNS, start=1):
        cell = write_cell(sheet, 1, number, _TITLES[name])
        cell.font = Font(bold=True)
        cell.fill = PatternFill("solid", fgColor="DDE7F3")
        sheet.column_dimensions[get_column_letter(number)].width = _WIDTHS.get(name, 16)
    for row, content in enumerate(read_all(OFFICE).values(), start=2):
        cells = cells_of(content)
        for number, name in enumerate(COLUMNS, start=1):
            cell = write_cell(sheet, row, number, cells[name], is_number=name == "position")
            cell.alignment = Alignment(wrap_text=True, vertical="top")
    sheet.freeze_panes = "C2"
    _explain(guide)
    return saved(book)


def cells_of(content: Content) -> dict[str, str]:
    """Return the cells of an office's row."""
    lines = [
        {**line, "station": stop["station"]} for stop in content["stops"] for line in stop["lines"]
    ]
    parts = {**content, "lines": lines}
    cells = {name: tidy(content[name]) for name in (*_PLAIN, "position")}
    for name, fields in _ON_A_LINE.items():
        cells[name] = "\n".join(_line(row, fields) for row in parts[name])
    return cells


def _line(row: Content, fields: Sequence[str]) -> str:
    said = [re.sub(r"([\\｜|])", r"\\\1", " ".join((row[one] or "").split())) for one in fields]
    while not said[-1]:
        said.pop()
    return "｜".join(said)


def tidy(value: Any) -> str:
    """A cell as it is compared: no spaces at the ends of lines, no empty lines."""
    if not isinstance(value, str):
        return said_in(value)
    lines = (" ".join(line.split()) for line in value.splitlines())
    return "\n".join(line for line in lines if line)


def _explain(guide: Worksheet) -> None:
    lines = (
        f"这些网点在 {clock.today()} 从“沈阳医保门户后台”下载。",
        "一行是一个网点。改好以后存成“Excel 工作簿（.xlsx）”，在“网点”页面按“导入 Excel”上传。",
        "上传以后先给您看会改什么，确认了才保存。文件里没有的网点不会删除。",
        "“标识”是网址里用的名字：不要改；写一个新的，就是新增一个网点。",
        "电话、别名、车站、线路：一行写一个，用 Alt+回车 换行；一行里的各项用 ｜ 隔开。",
        "电话：号码｜说明｜依据条款。例如 024-12345-1-7｜医保咨询热线｜R-16.8",
        "车站：站名｜出口｜下车以后。例如 省博物馆｜B出口",
        "线路：站名｜线路｜走向。例如 省博物馆｜地铁2号线",
        "请不要写公式，不要合并单元格。",
    )
    guide.column_dimensions["A"].width = 90
    for row, line in enumerate(lines, start=1):
        write_cell(guide, row, 1, line)


# --- in --------------------------------------------------------------------------------------------


def read_offices(content: bytes) -> list[Row]:
    """Return the rows of an uploaded file. Raises Unreadable; what they mean is not looked at."""
    book = opened(content)
    sheets = [sheet for sheet in book.worksheets if sheet.title != GUIDE]
    sheet = next((one for one in sheets if one.title == SHEET), sheets[0] if sheets else None)
    if sheet is None:
        raise Unreadable("文件里没有“网点”这张工作表。请先下载，在里面改，再上传回来。")
    if problems := list(unfit(sheet, lambda row: LONGEST_CELL)):
        raise Unreadable(*problems)
    grid = [[tidy(cell.value) for cell in cells] for cells in sheet.iter_rows()]
    letters, order = _columns(grid[0] if grid else [])
    rows = [
        Row(number, {name: cells[at] for name, at in order.items()}, letters)
        for number, cells in enumerate(grid[1:], start=2)
        if any(cells)
    ]
    if not rows:
        raise Unreadable("文件里一个网点也没有。请先下载，在里面改，再上传回来。")
    return rows


def _columns(said: Sequence[str]) -> tuple[dict[str, str], dict[str, int]]:
    order = dict(zip(_TITLES, column_order(said, list(_TITLES.values()), 1), strict=True))
    return {name: get_column_letter(at + 1) for name, at in order.items()}, order


def try_out(rows: Sequence[Row], *, may_add: bool) -> Trial:
    """Return what taking over the rows would do, and do nothing."""
    with transaction.atomic():
        trial = _do(rows, may_add)[0]
        transaction.set_rollback(True)
    return trial


def take_over(rows: Sequence[Row], *, may_add: bool) -> tuple[Trial, list[Office]]:
    """Write the rows; return what changed. Where a cell is wrong, the caller must roll back."""
    return _do(rows, may_add)


def _do(rows: Sequence[Row], may_add: bool) -> tuple[Trial, list[Office]]:
    trial = Trial()
    written: list[Office] = []
    offices = read_all(OFFICE)
    trial.wrong += _twice(rows)
    for row in rows:
        before = offices.pop(row.cells["slug"], None)
        if before is not None and cells_of(before) == row.cells:
            trial.unchanged.append(before["name"])
            continue
        if before is None and not may_add:
            wrong = Wrong(row.address("slug"), "网站上没有这个标识，您的账号也不能新增网点。")
            trial.wrong.append(wrong)
            continue
        after, found = _parse(row, before)
        if found := found or _write(row, after, written):
            trial.wrong += found
            continue
        told = trial.changed if before else trial.new
        told.append((after["name"], differences(OFFICE, before, after)))
    trial.absent = [content["name"] for content in offices.values()]
    return trial, written


def _write(row: Row, content: Content, written: list[Office]) -> list[Wrong]:
    try:
        with transaction.atomic():
            office = write(OFFICE, content)
    except Refused as refused:
        return [
            Wrong(row.address(name), message)
            for part, one, message in refused.problems
            for name in [part or (one if one in _TITLES else "name")]
        ]
    assert isinstance(office, Office)
    written.append(office)
    return []


def _twice(rows: Sequence[Row]) -> Iterator[Wrong]:
    seen: dict[str, str] = {}
    for row in rows:
        slug, address = row.cells["slug"], row.address("slug")
        if slug and slug in seen:
            yield Wrong(address, f"标识“{slug}”在 {seen[slug]} 已经有了。请删去一行。")
        seen.setdefault(slug, address)


def _parse(row: Row, before: Content | None) -> tuple[Content, list[Wrong]]:
    """Read a row's cells as an office; what the cells do not say stays as it was."""
    cells = row.cells
    wrong: list[Wrong] = []
    old = cells_of(before) if before else dict.fromkeys(COLUMNS, None)
    content: Content = dict(before) if before else {"closures": []}
    for name in _PLAIN:
        if cells[name] != old[name]:
            content[name] = cells[name]
    content["clause"] = content["clause"] or None
    if cells["position"] != old["position"]:
        if not re.fullmatch(r"\d{1,4}", cells["position"]):
            wrong.append(Wrong(row.address("position"), "请写一个整数，例如 8。"))
        else:
            content["position"] = int(cells["position"])
    parsed: dict[str, list[Content]] = {}
    for name in _ON_A_LINE:
        try:
            parsed[name] = list(_lines(name, cells[name]))
        except ValueError as error:
            wrong.append(Wrong(row.address(name), str(error)))
    if wrong:
        return content, wrong
    for name in ("phones", "aliases"):
        if cells[name] != old[name]:
            content[name] = _placed(
                OFFICE.parts[name], parsed[name], before[name] if before else []
            )
    if (cells["stops"], cells["lines"]) != (old["stops"], old["lines"]):
        stops, wrong = _stops(row, parsed, before["stops"] if before else [])
        content["stops"] = stops
    return content, wrong


def _stops(
    row: Row, parsed: dict[str, list[Content]], before: list[Content]
) -> tuple[list[Content], list[Wrong]]:
    """Put the lines to their stops."""
    shape = OFFICE.parts["stops"]
    stations = {stop["station"] for stop in parsed["stops"]}
    lost = {line["station"] for line in parsed["lines"]} - stations
    wrong = [
        Wrong(row.address("lines"), f"“车站”一格里没有“{one}”，请先在那里写上。")
        for one in sorted(lost)
    ]
    known = {stop["station"]: stop["lines"] for stop in before}
    stops = _placed(shape, parsed["stops"], before)
    for stop in stops:
        station = stop["station"]
        lines = [
            {"name": line["name"], "route": line["route"]}
            for line in parsed["lines"]
            if line["station"] == station
        ]
        stop["lines"] = _placed(shape.parts["lines"], lines, known.get(station, []))
    return stops, wrong


def _placed(shape: Shape, rows: list[Content], before: list[Content]) -> list[Content]:
    """Number the rows; as they were numbered, where they stand in the same order."""
    if "position" not in shape.fields:
        return rows
    (key,) = shape.keys
    same = [row[key] for row in rows] == [row[key] for row in before]
    places = [row["position"] for row in before] if same else range(1, len(rows) + 1)
    return [{**row, "position": place} for row, place in zip(rows, places, strict=True)]


def _lines(name: str, cell: str) -> Iterator[Content]:
    """Read the lines of a cell. Raises ValueError with what to do."""
    fields, seen = _ON_A_LINE[name], set()
    titles = "｜".join(_titles_of(name))
    for line in cell.splitlines():
        parts = [" ".join(part.split()) for part in _split(line)]
        if len(parts) > len(fields):
            raise ValueError(f"“{line}”写了太多项，一行最多写：{titles}。")
        parts += [""] * (len(fields) - len(parts))
        row: Content = dict(zip(fields, parts, strict=True))
        key = tuple(parts[:2]) if name == "lines" else parts[0]
        if not parts[0] or (name == "lines" and not parts[1]):
            raise ValueError(f"“{line}”没有写全，一行写：{titles}。")
        if key in seen:
            raise ValueError(f"“{line}”写了两次，请删去一行。")
        seen.add(key)
        if "clause" in row:
            row["clause"] = row["clause"] or None
        yield row


def _titles_of(name: str) -> Iterable[str]:
    shape = OFFICE.parts["stops"].parts["lines"] if name == "lines" else OFFICE.parts[name]
    for one in _ON_A_LINE[name]:
        model = OFFICE.parts["stops"].model if one == "station" else shape.model
        yield str(model._meta.get_field(one).verbose_name)  # type: ignore[union-attr]


def _split(line: str) -> list[str]:
    """Part a line at ｜; a bar after a backslash is a letter like any other."""
    parts, at = [""], 0
    for found in _PART.finditer(line):
        parts[-1] += line[at : found.start()]
        at = found.end()
        if found[1] is not None:
            parts[-1] += found[1]
        else:
            parts.append("")
    parts[-1] += line[at:]
    return parts
