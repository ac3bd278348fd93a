"""An edition of a table as cells of text, as staff type them, and back into rows.

A sheet is one kind of rows of the table. Choices stand in cells under their Chinese names, shares
as 0.88, money as 1200.5, days as 2027-07-01, clauses and readings by their codes. What was typed is
read as a whole: cells that cannot be read are told one by one, and nothing is saved before all can.
Two people's cells are put together by `merge`.
"""

import datetime
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from django.core.exceptions import ValidationError
from django.db import models, transaction

from calculators.rules.money import plain
from portal.policy.cells import read_value
from portal.policy.models import ChangeSet, Clause, Edition, PolicyRow, Reading, RuleClause
from portal.policy.models.scalars import NamedRow
from portal.policy.tables import TABLES, Table
from portal.policy.values import NAMES

Kind = Literal["key", "other", "value", "clause", "reading"]
Cells = list[str]
Read = dict[str, list[PolicyRow]]  # rows that are not saved, by the label of their sheet

MOST_ROWS = 100  # of all sheets of an edition together; three times what the longest has
LONGEST_CELL = 100

# What clauses are cited for beside the numbers, by their topic.
TOPICS = {
    "scope": "适用范围",
    "who": "谁享受",
    "covered": "支付范围",
    "policy": "总的规定",
    "window": "集中缴费期参保",
    "child_midyear": "儿童中途参保",
    "newborn_next_year": "新生儿次年待遇",
    "newborn_late": "新生儿超期参保",
    "low_income": "低收入家庭",
    "low_margin": "低保边缘家庭",
    "low_margin_student": "低保边缘家庭的学生",
    "severe_disability": "重度残疾",
    "special_paid_by": "免缴人员由谁缴费",
    "tilt": "对困难人员的倾斜",
    "student": "在异地的学生",
    "direct": "异地直接结算",
    "filing_lasting": "备案长期有效",
    "filing_permit": "凭居住证备案",
    "filed_before_discharge": "出院前补备案",
    "no_reduction": "不降低待遇",
    "counts_as_admission": "计入住院次数",
    "large_sum_temporary": "临时外出的大额待遇",
    "large_sum_temporary_emergency": "临时外出急危重的大额待遇",
    "outpatient_long_term": "异地长期居住的门诊统筹",
    "outpatient_temporary": "临时外出的门诊统筹",
    "chronic": "异地的门诊慢特病",
    "away": "异地就医",
    "arrears": "欠费补缴",
    "no_account": "不设个人账户",
    "when": "何时缴费",
    "increments": "年限逐年提高",
    "outside_years": "外地的缴费年限",
    "enough": "年限已满",
    "continue": "年限不足继续缴费",
    "first_join_late": "首次参保较晚",
    "first": "首次参保",
    "not_repaid": "没有补缴",
    "transfer": "转移接续",
    "from_resident": "由居民医保转入",
    "not_in_outpatient_limit": "不计入门诊统筹限额",
    "closed": "不再受理",
    "not_halved": "不减半",
    "column_local": "本市一列",
    "column_temporary": "临时外出一列",
    "family_planning": "计划生育手术",
    "abroad": "境外分娩",
}


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a sheet; `choices` are pairs of the stored value and what the cell says."""

    name: str
    title: str
    help: str
    choices: tuple[tuple[str, str], ...]
    kind: Kind


@dataclass(slots=True)
class Sheet:
    """The rows of one model of an edition, as cells of text in the order of `columns`."""

    model: type[PolicyRow]
    title: str
    columns: list[Column]
    rows: list[Cells]

    @property
    def label(self) -> str:
        """The name of the sheet for programs."""
        return label_of_model(self.model)

    def place(self, cells: Sequence[str]) -> tuple[str, ...]:
        """The cells that tell a row from the others."""
        keys = _key_columns(self.model)
        return tuple(
            cell for column, cell in zip(self.columns, cells, strict=True) if column.name in keys
        )

    def say(self, cells: Sequence[str]) -> str:
        """Say which row it is: 「三级 · 在职」."""
        return " · ".join(
            _say_key(column, cell)
            for column, cell in zip(self.columns, cells, strict=True)
            if column.name in _key_columns(self.model) and cell
        )


@dataclass(frozen=True, slots=True)
class CellProblem:
    """What is wrong in one cell: `sheet` is a label, `row` counts from 0 as the rows were given."""

    sheet: str
    row: int
    column: str
    message: str


@dataclass(frozen=True, slots=True)
class Conflict:
    """A cell that two people changed; of a row that one removed, `column` is its first.

    `row` counts from 0 in the merged rows; `removed` says who removed the row.
    """

    sheet: str
    row: int
    column: str
    mine: str
    theirs: str
    removed: Literal["", "mine", "theirs"] = ""


def label_of_model(model: type[PolicyRow]) -> str:
    """Return the label of a model's sheet."""
    return str(model._meta.model_name)


# --- from rows to cells ----------------------------------------------------------------------------


def sheets_of(edition: Edition) -> list[Sheet]:
    """Return the sheets of an edition, those without rows too. Raises KeyError for no dated table."""
    return _sheets(edition, {model: _stored(model, edition) for model in _models(edition)})


def sheets_from(edition: Edition, read: Read) -> list[Sheet]:
    """Return what was read from cells as sheets again, written as the stored ones are."""
    found = {
        model: read[label_of_model(model)]
        for model in _models(edition)
        if label_of_model(model) in read
    }
    return _sheets(edition, found)


def _sheets(edition: Edition, found: Mapping[type[PolicyRow], Sequence[PolicyRow]]) -> list[Sheet]:
    sheets = []
    for model, rows in found.items():
        columns = columns_of(model, edition)
        ordered = sorted(rows, key=lambda row, columns=columns: _in_order(row, columns))  # type: ignore[misc]
        cells = [[_write(row, column) for column in columns] for row in ordered]
        sheets.append(Sheet(model, _title(model), columns, cells))
    return sheets


def _models(edition: Edition) -> tuple[type[PolicyRow], ...]:
    return TABLES[edition.scheme, edition.table].row_models


def _title(model: type[PolicyRow]) -> str:
    return str(model._meta.verbose_name)


def _stored(model: type[PolicyRow], edition: Edition) -> list[PolicyRow]:
    rows = model._default_manager.filter(edition=edition)
    return list(rows.select_related("clause__section", "reading").order_by("pk"))


def columns_of(model: type[PolicyRow], edition: Edition) -> list[Column]:
    """Return the columns of a model's sheet: keys, other fields, numbers, clause and reading."""
    fields = {field.name for field in model._meta.fields} - {"id", "edition", "clause", "reading"}
    keys = [name for name in model.KEYS if name in fields]
    values = [name for name in model.VALUES if name not in keys]
    others = [f.name for f in model._meta.fields if f.name in fields.difference(keys, values)]
    table = TABLES[edition.scheme, edition.table]
    return [
        *(_column(model, name, "key", _named(model, name, table, edition)) for name in keys),
        *(_column(model, name, "other") for name in others),
        *(_column(model, name, "value") for name in values),
        _column(model, "clause", "clause", help_text="条款的编号，例如 F-14.8"),
        _column(model, "reading", "reading"),
    ]


def _column(
    model: type[PolicyRow],
    name: str,
    kind: Kind,
    choices: tuple[tuple[str, str], ...] = (),
    help_text: str = "",
) -> Column:
    field: Any = model._meta.get_field(name)
    if isinstance(field, models.BooleanField):
        choices = (("true", "是"), ("false", "否"))
    elif kind not in ("clause", "reading") and field.choices:
        choices = tuple((str(value), str(label)) for value, label in field.choices)
    help_text = help_text or ("" if choices else str(field.help_text))
    return Column(name, str(field.verbose_name), help_text, choices, kind)


def _named(
    model: type[PolicyRow], name: str, table: Table, edition: Edition
) -> tuple[tuple[str, str], ...]:
    """Names of single numbers, and topics of clauses, that the table knows."""
    if issubclass(model, NamedRow) and name == "name":
        known = [n for n, owner in (*table.named, *table.optional) if owner is model]
        return tuple((n, NAMES[n]) for n in known)
    if model is RuleClause and name == "topic":
        return _topics(edition)
    return ()


def _topics(edition: Edition) -> tuple[tuple[str, str], ...]:
    """The topics that some edition of the table has; of a table that never had one, all."""
    rows = RuleClause.objects.filter(
        edition__scheme=edition.scheme, edition__table=edition.table
    ).order_by()
    used = set(rows.values_list("topic", flat=True).distinct())
    known = [(topic, title) for topic, title in TOPICS.items() if topic in used or not used]
    return (*known, *((topic, topic) for topic in sorted(used - set(TOPICS))))


def _write(row: PolicyRow, column: Column) -> str:
    value: Any = getattr(row, column.name)
    if column.kind in ("clause", "reading"):
        return value.code if value is not None else ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, Decimal):
        return plain(value)
    if isinstance(value, datetime.date):
        return value.isoformat()
    return "" if value is None else dict(column.choices).get(str(value), str(value))


def _in_order(row: PolicyRow, columns: Iterable[Column]) -> list[tuple[bool, Any]]:
    """Sort by keys: choices as they are listed, the rest by value, what has no beginning first."""
    order: list[tuple[bool, Any]] = []
    for column in columns:
        if column.kind != "key":
            continue
        value = getattr(row, column.name)
        if column.choices and not isinstance(value, bool):
            listed = [choice for choice, _ in column.choices]
            value = listed.index(value) if value in listed else len(listed)
        order.append((value is not None, 0 if value is None else value))
    if isinstance(row, RuleClause):
        clause = row.clause
        order.append((True, (clause.section.document_id, clause.section.number, clause.position)))
    return order


def _key_columns(model: type[PolicyRow]) -> set[str]:
    return {name.removesuffix("_id") for name in model.KEYS}


def _say_key(column: Column, cell: str) -> str:
    if column.choices in ((), (("true", "是"), ("false", "否"))):
        return f"{column.title.partition('（')[0]} {cell}"
    return cell


# --- from cells to rows ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Known:
    """Clauses and readings that a row of the edition may name, by code."""

    clauses: dict[str, Clause]
    readings: dict[str, Reading]


def read_sheets(
    edition: Edition, typed: Mapping[str, Sequence[Sequence[str]]]
) -> tuple[Read, list[CellProblem]]:
    """Read what was typed into the sheets named by label; return rows, and all that is wrong.

    Rows are meant to be saved only where no problem was found. Empty rows are dropped, labels that
    the table has no sheet for are passed over, sheets that are not given are not read.
    """
    known = _known(edition)
    read: Read = {}
    problems: list[CellProblem] = []
    for model in _models(edition):
        label = label_of_model(model)
        if label in typed:
            rows, found = _read_sheet(edition, model, typed[label], known)
            read[label] = [row for _, row in rows]
            problems += found
    total = sum(1 for rows in typed.values() for cells in rows if any(map(str.strip, cells)))
    if total > MOST_ROWS:
        message = f"一共 {total} 行，太多了，最多 {MOST_ROWS} 行。"
        problems.append(CellProblem(next(iter(typed)), 0, "", message))
    return read, problems


def _read_sheet(
    edition: Edition, model: type[PolicyRow], typed: Sequence[Sequence[str]], known: _Known
) -> tuple[list[tuple[int, PolicyRow]], list[CellProblem]]:
    label, columns = label_of_model(model), columns_of(model, edition)
    rows: list[tuple[int, PolicyRow]] = []
    problems: list[CellProblem] = []
    for number, given in enumerate(typed[: 2 * MOST_ROWS]):
        cells = [" ".join(cell.split()) for cell in given]
        if not any(cells):
            continue
        if any(cells[len(columns) :]):
            message = f"这一行比表头多出几格，这里只有 {len(columns)} 列，请核对。"
            problems.append(CellProblem(label, number, columns[-1].name, message))
        row, wrong = _read_row(edition, model, columns, cells, known)
        problems += (CellProblem(label, number, name, message) for name, message in wrong)
        if row is not None:
            rows.append((number, row))
    problems += _doubled(label, columns, rows)
    return rows, problems


def _read_row(
    edition: Edition,
    model: type[PolicyRow],
    columns: Sequence[Column],
    cells: Sequence[str],
    known: _Known,
) -> tuple[PolicyRow | None, list[tuple[str, str]]]:
    values: dict[str, Any] = {}
    wrong: list[tuple[str, str]] = []
    padded = [*cells, *("" for _ in columns)]
    for column, cell in zip(columns, padded, strict=False):
        try:
            values[column.name] = _read_cell(model, column, cell, known)
        except ValueError as error:
            wrong.append((column.name, str(error)))
    if wrong:
        return None, wrong
    row = model(edition=edition, **values)
    return row, list(_broken(row, columns))


def _read_cell(model: type[PolicyRow], column: Column, cell: str, known: _Known) -> Any:
    if len(cell) > LONGEST_CELL:
        raise ValueError(f"太长了，最多 {LONGEST_CELL} 个字。")
    text = unicodedata.normalize("NFKC", cell).strip()
    if column.kind == "clause":
        return _read_clause(text, known)
    if column.kind == "reading":
        return _read_reading(text, known)
    if column.name in ("name", "topic"):
        return _read_name(text, column)
    return read_value(model, column.name, cell)


def _read_clause(text: str, known: _Known) -> Clause:
    if not text:
        raise ValueError("请填依据的条款编号，例如 F-14.8。")
    if (clause := known.clauses.get(text.upper())) is None:
        raise ValueError(
            f"没有编号是“{text}”的条款。请核对编号；新文件的条款，请先在这张变更单里录入文件和条款。"
        )
    return clause


def _read_reading(text: str, known: _Known) -> Reading | None:
    if not text:
        return None
    if (reading := known.readings.get(text.upper())) is None:
        raise ValueError(
            f"没有编号是“{text}”的理解。请核对编号，例如 A-17；条款本身写全了的，这一格留空。"
        )
    return reading


def _read_name(text: str, column: Column) -> str:
    for value, title in column.choices:
        if text in (value, unicodedata.normalize("NFKC", title)):
            return value
    known = "、".join(title for _, title in column.choices)
    if not text:
        raise ValueError(f"请填是哪一项：{known}。")
    raise ValueError(f"这张表里没有“{text}”这一项，请填：{known}。")


def _known(edition: Edition) -> _Known:
    """What is published, what the set itself brings, and what the edition names already."""
    counts = models.Q(change_set__status=ChangeSet.Status.PUBLISHED) | models.Q(
        change_set=edition.change_set_id
    )
    named: dict[str, set[int]] = {"clause": set(), "reading": set()}
    for model in _models(edition):
        for clause, reading in model._default_manager.filter(edition=edition).values_list(
            "clause", "reading"
        ):
            named["clause"].add(clause)
            named["reading"].add(reading)
    text_model: Any = Clause._meta.get_field("texts").related_model
    texts = text_model.objects.filter(counts).order_by().values("clause")
    editions = Edition.objects.filter(counts).order_by().values("pk")
    clauses = Clause.objects.filter(models.Q(pk__in=texts) | models.Q(pk__in=named["clause"]))
    readings = Reading.objects.filter(
        models.Q(decidedreading_rows__edition__in=editions)
        | models.Q(pk__in=named["reading"] - {None})
    ).distinct()
    return _Known(
        {clause.code.upper(): clause for clause in clauses.select_related("section")},
        {reading.code.upper(): reading for reading in readings},
    )


def _broken(row: PolicyRow, columns: Sequence[Column]) -> Iterator[tuple[str, str]]:
    """Constraints that a row breaks by itself; rows that collide are told by `_doubled`."""
    names = [column.name for column in columns]
    for constraint in row._meta.constraints:
        if not isinstance(constraint, models.CheckConstraint):
            continue
        try:
            constraint.validate(type(row), row)
        except ValidationError as error:
            about = [name for name in names if name in set(_fields_of(constraint.condition))]
            yield about[-1] if about else names[0], "".join(error.messages)


def _fields_of(condition: Any) -> Iterator[str]:
    for child in condition.children:
        if isinstance(child, models.Q):
            yield from _fields_of(child)
        else:
            yield child[0].partition("__")[0]


def _doubled(
    label: str, columns: Sequence[Column], rows: Sequence[tuple[int, PolicyRow]]
) -> Iterator[CellProblem]:
    places: dict[object, list[int]] = {}
    for number, row in rows:
        places.setdefault(_place(row), []).append(number)
    for numbers in places.values():
        for number in numbers if len(numbers) > 1 else ():
            others = "、".join(f"第 {other + 1} 行" for other in numbers if other != number)
            message = f"和{others}重复，同样的一行只能有一行。请改正其中一行，或删去。"
            yield CellProblem(label, number, columns[0].name, message)


def _place(row: PolicyRow) -> tuple[Any, ...]:
    return tuple(getattr(row, name) for name in row.KEYS)


# --- saving ----------------------------------------------------------------------------------------


@transaction.atomic
def save_sheets(edition: Edition, read: Read) -> int:
    """Store what `read_sheets` read; return how many cells changed.

    Only rows that differ are touched; sheets that were not read stay as they are. Raises NotADraft
    where the set is no draft any more.
    """
    changed = 0
    for model in _models(edition):
        if (label := label_of_model(model)) in read:
            changed += _save_rows(model, edition, read[label])
    return changed


def _save_rows(model: type[PolicyRow], edition: Edition, rows: Sequence[PolicyRow]) -> int:
    columns, changed = columns_of(model, edition), 0
    old = {_place(row): row for row in _stored(model, edition)}
    new = {_place(row): row for row in rows}
    for place, row in old.items():
        if place not in new:
            changed += _filled(row, columns)
            row.delete()
    for place, row in new.items():
        if (was := old.get(place)) is None:
            changed += _filled(row, columns)
            row.save()
        else:
            changed += _change(was, row, columns)
    return changed


def _filled(row: PolicyRow, columns: Iterable[Column]) -> int:
    return sum(1 for column in columns if _write(row, column))


def _change(was: PolicyRow, row: PolicyRow, columns: Iterable[Column]) -> int:
    names = [c.name for c in columns if getattr(was, c.name) != getattr(row, c.name)]
    for name in names:
        setattr(was, name, getattr(row, name))
    if names:
        was.save()
    return len(names)


# --- two people ------------------------------------------------------------------------------------


def merge(base: Sheet, mine: Sheet, theirs: Sheet) -> tuple[list[Cells], list[Conflict]]:
    """Put together what two people made of `base`, row by row (by keys) and cell by cell.

    Where both changed one cell, mine stands in the merged rows and the conflict has theirs. A row
    that one removed and the other changed stays, and is a conflict.
    """
    were, my, their = ({s.place(cells): cells for cells in s.rows} for s in (base, mine, theirs))
    merged: list[Cells] = []
    conflicts: list[Conflict] = []
    for place in dict.fromkeys((*my, *their)):
        was, left, right = were.get(place), my.get(place), their.get(place)
        if was is not None and was in (left, right) and None in (left, right):
            continue  # one removed what the other left as it was
        row = len(merged)
        if left is not None and right is not None:
            cells, found = _merge_cells(mine, row, (was, left, right))
            merged.append(cells)
            conflicts += found
            continue
        merged.append(list(left or right or ()))
        if was is not None:
            who: Literal["mine", "theirs"] = "theirs" if right is None else "mine"
            conflicts.append(Conflict(mine.label, row, mine.columns[0].name, "", "", who))
    return merged, conflicts


def _merge_cells(
    sheet: Sheet, row: int, versions: tuple[Cells | None, Cells, Cells]
) -> tuple[Cells, list[Conflict]]:
    was, left, right = versions
    base: Sequence[str | None] = was if was is not None else [None] * len(left)
    cells: Cells = []
    conflicts = []
    for column, before, my, their in zip(sheet.columns, base, left, right, strict=True):
        cells.append(their if my == before else my)
        if my != their and before not in (my, their):
            conflicts.append(Conflict(sheet.label, row, column.name, my, their))
    return cells, conflicts
