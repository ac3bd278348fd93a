"""Dated tables as people read them: a heading, a line for each tier or band, and a seal a line.

A layout says which rows a sheet has and which of their keys name its lines; the other keys name
its columns. Columns that say the same for everybody are put together.
"""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from portal.policy import models
from portal.policy.age import zh_day
from portal.policy.in_force import rows_of
from portal.policy.models import Edition, PolicyRow
from portal.policy.values import NAMES, column_title, make_value, money

ONE_DAY = datetime.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Layout:
    """How a table is laid out: its `models`, the `lines` (keys) and the heading of their column.

    `table` and `title` are set where the sheet shows a part of a table, under a name of its own.
    """

    models: tuple[type[PolicyRow], ...]
    lines: tuple[str, ...]
    head: str
    title: str = ""
    table: str = ""


@dataclass(slots=True)
class Line:
    """A line of a sheet: its name, column and value of each cell, the clauses it rests on."""

    name: str
    cells: list[tuple[str, str]]
    clauses: list[str]


@dataclass(slots=True)
class Sheet:
    """A table for people. `year` says whose rules it shows; a cell goes with its column's name."""

    title: str
    year: str
    head: str
    columns: list[str]
    lines: list[Line]


_NAMED = Layout((models.Amount, models.Rate, models.Count), ("name",), "项目")

LAYOUTS: dict[tuple[str, str], Layout] = {
    ("resident", "contribution"): Layout((models.ResidentFee,), ("member",), "参保人"),
    ("resident", "inpatient"): Layout(
        (models.InpatientDeductible, models.InpatientRate), ("tier",), "医院级别"
    ),
    ("resident", "chronic"): Layout((models.ResidentChronicRate,), ("tier",), "医院级别"),
    ("resident", "outpatient"): _NAMED,
    ("resident", "two_diseases"): Layout((models.DiseaseLimit,), ("disease",), "病种"),
    ("resident", "major_illness"): Layout(
        (models.MajorIllnessBand,), ("above",), "超过起付标准线的部分"
    ),
    ("resident", "maternity"): _NAMED,
    ("flexible", "contribution"): Layout((models.MonthlyAmount,), ("first_month",), "哪些月份"),
    ("flexible", "retirement_total"): Layout(
        (models.MinimumTotalYears,),
        ("sex", "first_day"),
        "哪天达到退休年龄",
        "最低缴费年限",
        "retirement",
    ),
    ("flexible", "retirement_actual"): Layout(
        (models.MinimumActualYears,),
        ("basis", "first_day"),
        "看哪个日期",
        "最低实际缴费年限",
        "retirement",
    ),
    ("flexible", "retiree_account"): _NAMED,
    ("flexible", "inpatient"): Layout(
        (models.InpatientDeductible, models.InpatientRate), ("tier",), "医院级别"
    ),
    ("flexible", "emergency"): _NAMED,
    ("flexible", "chronic"): Layout((models.EmployeeChronicRate,), ("category",), "病种"),
    ("flexible", "outpatient"): Layout(
        (models.OutpatientDeductible, models.OutpatientRate), ("tier",), "医院级别"
    ),
    ("flexible", "large_sum"): Layout((models.EmployeeChronicRate,), ("category",), "病种"),
    ("flexible", "supplementary"): Layout(
        (models.SupplementaryBand,), ("above",), "每次自付（扣除起付标准）"
    ),
    ("flexible", "out_of_area"): Layout(
        (models.OutOfAreaAdjustment,), ("care", "place"), "在哪里看病"
    ),
}


@dataclass(slots=True)
class _Grid:
    """What is collected line by line before columns are put together."""

    lines: dict[str, dict[str, str]] = field(default_factory=dict)
    clauses: dict[str, list[str]] = field(default_factory=dict)
    columns: dict[str, None] = field(default_factory=dict)

    def put(self, line: str, column: str, value: str, clause: str) -> None:
        cells = self.lines.setdefault(line, {})
        cells[column] = f"{cells[column]}；{value}" if column in cells else value
        self.columns.setdefault(column)
        clauses = self.clauses.setdefault(line, [])
        if clause not in clauses:
            clauses.append(clause)


def make_sheet(layout: Layout, edition: Edition) -> Sheet:
    """Return an edition as a sheet for people."""
    grid = _Grid()
    for model in layout.models:
        rows = sorted(rows_of(model, edition), key=_in_order)
        for row in rows:
            _put(grid, layout, row, rows)
    _put_together(grid)
    return Sheet(
        layout.title or edition.table_title,
        edition.document.edition_name,
        layout.head,
        list(grid.columns),
        [
            Line(
                line,
                [(column, cells.get(column, "")) for column in grid.columns],
                grid.clauses[line],
            )
            for line, cells in grid.lines.items()
        ],
    )


def _put(grid: _Grid, layout: Layout, row: PolicyRow, rows: Sequence[PolicyRow]) -> None:
    line = "，".join(_name(row, key, rows) for key in layout.lines)
    others = [key for key in row.KEYS if key not in layout.lines]
    for value in (name for name in row.VALUES if name not in row.KEYS):
        title = column_title(row, value)
        if "name" in layout.lines:
            title = "标准"
        keys = [_name(row, key, rows) for key in others if key != "above"]
        text = _value(row, value)
        if "above" in others and (band := _name(row, "above", rows)) != "全部":
            text = f"{band}：{text}"
        grid.put(line, "：".join([title, *keys]), text, row.clause.code)


def _value(row: PolicyRow, name: str) -> str:
    if getattr(row, "care", "") == "emergency" and name == "deductible_times":
        return "没有起付标准"
    return make_value(row, name)


def _name(row: PolicyRow, key: str, rows: Sequence[PolicyRow]) -> str:
    """Say a key in Chinese; an edge, a month or a day as the stretch up to the next one."""
    value: Any = getattr(row, key)
    if key == "name":
        return NAMES[value]
    if key in {"above", "first_month", "first_day"}:
        return _stretch(row, key, _next(row, key, rows))
    return str(getattr(row, f"get_{key}_display")())


def _next(row: PolicyRow, key: str, rows: Sequence[PolicyRow]) -> Any:
    """The key of the row that takes over where `row` ends; None where none does."""
    same = [name for name in row.KEYS if name != key]
    series = [other for other in rows if all(getattr(other, k) == getattr(row, k) for k in same)]
    place = series.index(row)
    return getattr(series[place + 1], key) if place + 1 < len(series) else None


def _stretch(row: PolicyRow, key: str, following: Any) -> str:
    value: Any = getattr(row, key)
    if key == "above":
        return _band(value, following)
    last = getattr(row, key.replace("first", "last"), None)
    if following is not None:
        last = following - ONE_DAY
    say = zh_day if key == "first_day" else _month
    if value is None:
        return f"{say(last)}及以前" if last else "不分年份"
    return f"{say(value)}至{say(last)}" if last else f"{say(value)}起"


def _band(above: Decimal, upto: Decimal | None) -> str:
    if upto is None:
        return f"超过 {money(above)}" if above else "全部"
    return f"超过 {money(above)}，到 {money(upto)}" if above else f"{money(upto)}及以下"


def _month(day: datetime.date) -> str:
    return f"{day.year}年{day.month}月"


def _in_order(row: PolicyRow) -> list[tuple[bool, Any]]:
    """Sort by keys: choices as they are listed, the rest by value, what has no beginning first."""
    order: list[tuple[bool, Any]] = []
    for key in row.KEYS:
        value = getattr(row, key)
        choices = [choice for choice, _ in getattr(row._meta.get_field(key), "choices", None) or ()]
        if choices:
            value = choices.index(value)
        order.append((value is not None, 0 if value is None else value))
    return order


def _put_together(grid: _Grid) -> None:
    """Make one column of those that differ in the person only and say the same in every line."""
    by_title: dict[str, list[str]] = {}
    for column in grid.columns:
        by_title.setdefault(column.partition("：")[0], []).append(column)
    for title, columns in by_title.items():
        told = {tuple(cells.get(column, "") for cells in grid.lines.values()) for column in columns}
        if len(columns) == 1 or len(told) > 1:
            continue
        for cells in grid.lines.values():
            if columns[0] in cells:
                cells[title] = cells[columns[0]]
        grid.columns = {
            title if column == columns[0] else column: None
            for column in grid.columns
            if column == columns[0] or column not in columns
        }
