"""The grid of an edition as a form: what was sent, what it began from, and what its cells show."""

import datetime
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.core import signing
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.http import QueryDict

from portal.policy.grid import (
    MOST_ROWS,
    CellProblem,
    Cells,
    Column,
    Conflict,
    Sheet,
    merge,
    sheets_of,
)
from portal.policy.in_force import NoPolicyInForce, Rulebook
from portal.policy.models import ChangeSet, ClauseText, DecidedReading, Document, Edition
from portal.policy.models.scalars import NamedRow
from portal.policy.tables import TABLES

_SALT = "portal.staff.desk.grids"
LONGEST_PASTE = 20_000  # characters
DAY_FORMATS = ["%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日"]
Heading = dict[str, str]
Rows = dict[str, list[Cells]]


def day_field(label: str, help_text: str, *, required: bool = True) -> forms.DateField:
    """A field for a day, picked or typed."""
    return forms.DateField(
        label=label,
        help_text=help_text,
        required=required,
        input_formats=DAY_FORMATS,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        validators=[
            MinValueValidator(datetime.date(2000, 1, 1), "请核对年份。"),
            MaxValueValidator(datetime.date(2099, 12, 31), "请核对年份。"),
        ],
        error_messages={
            "required": "请填日期，例如 2027-07-01。",
            "invalid": "没有这一天，请写成“年-月-日”，例如 2027-07-01。",
        },
    )


class DocumentField(forms.ModelChoiceField):
    """A choice among documents, each with its year and number."""

    def label_from_instance(self, document: Any) -> str:
        told = "，".join(part for part in (document.edition_name, document.number) if part)
        return f"{document.title}（{told}）"


class HeadingForm(forms.Form):
    """What holds for a whole edition."""

    in_force_from = day_field("生效日期", "从这一天起按这一版执行")
    in_force_until = day_field(
        "截止日期", "只有当内容限于某一年时才填，含当日；没有就留空", required=False
    )
    document = DocumentField(
        Document.objects.none(),
        label="依据文件",
        help_text="页面上说明这张表是哪一年的规定；新文件先在变更单里录入，这里就能选到",
        error_messages={
            "required": "请选依据文件。",
            "invalid_choice": "没有这份文件，请重新选一份。",
        },
    )
    start_is_stated = forms.BooleanField(
        label="文件写明了生效日期",
        help_text="没有写明时，页面标注“起始日期文件未载明”",
        required=False,
    )

    def __init__(self, edition: Edition, data: Mapping[str, str]) -> None:
        super().__init__(data, label_suffix="")
        self.edition = edition
        choices: forms.ModelChoiceField[Any] = self.fields["document"]  # type: ignore[assignment]
        choices.queryset = documents_for(edition)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        start, until = data.get("in_force_from"), data.get("in_force_until")
        if start and until and until < start:
            self.add_error("in_force_until", "截止日期不能早于生效日期，请核对。")
        same = Edition.objects.filter(
            change_set=self.edition.change_set_id,
            scheme=self.edition.scheme,
            table=self.edition.table,
            in_force_from=start,
        ).exclude(pk=self.edition.pk)
        if start and same.exists():
            self.add_error(
                "in_force_from",
                "这张变更单里，这张表从这一天起已经有一版了，请改日期或去改那一版。",
            )
        return data

    def heading(self) -> Heading:
        """What was typed, written as `heading_of` writes what is stored."""
        data = self.cleaned_data
        return {
            "in_force_from": data["in_force_from"].isoformat(),
            "in_force_until": data["in_force_until"].isoformat() if data["in_force_until"] else "",
            "document": str(data["document"].pk),
            "start_is_stated": "on" if data["start_is_stated"] else "",
        }


def documents_for(edition: Edition) -> "models.QuerySet[Document]":
    """What an edition may rest on: public documents, those of its set, and its own."""
    brought = ClauseText.objects.filter(change_set=edition.change_set_id)
    own = Q(pk__in=(edition.document_id, edition.change_set.document_id)) | Q(
        pk__in=brought.values("clause__section__document")
    )
    return Document.objects.filter(own | Q(pk__in=Document.objects.public().values("pk")))


def heading_of(edition: Edition) -> Heading:
    """The heading of a stored edition, as the form sends it."""
    until = edition.in_force_until
    return {
        "in_force_from": edition.in_force_from.isoformat(),
        "in_force_until": until.isoformat() if until else "",
        "document": str(edition.document_id),
        "start_is_stated": "on" if edition.start_is_stated else "",
    }


# --- what was sent ---------------------------------------------------------------------------------


@dataclass(slots=True)
class Typed:
    """What somebody has in the form: heading, rows by the label of their sheet, rows to remove."""

    heading: Heading
    rows: Rows
    removed: set[tuple[str, int]] = field(default_factory=set)

    def cells(self) -> Rows:
        """The rows to be read; one that is to be removed is empty, so that rows keep their numbers."""
        return {
            label: [
                [] if (label, number) in self.removed else cells
                for number, cells in enumerate(rows)
            ]
            for label, rows in self.rows.items()
        }


def stored(edition: Edition) -> Typed:
    """Return what the form shows of a stored edition."""
    return Typed(heading_of(edition), {sheet.label: sheet.rows for sheet in sheets_of(edition)})


def sent(post: QueryDict, sheets: Iterable[Sheet]) -> Typed:
    """Return what was posted. A sheet that was not sent at all is not there, and stays as it is."""
    heading = {name: post.get(name, "")[:40] for name in HeadingForm.base_fields}
    typed = Typed(heading, {})
    for sheet in sheets:
        count = post.get(f"{sheet.label}-rows", "")
        if not (count.isascii() and count.isdigit() and len(count) < 4):
            continue
        numbers = range(min(int(count), 2 * MOST_ROWS))
        typed.rows[sheet.label] = [
            [post.get(f"{sheet.label}-{number}-{column.name}", "") for column in sheet.columns]
            for number in numbers
        ]
        typed.removed |= {
            (sheet.label, number) for number in numbers if f"{sheet.label}-{number}-remove" in post
        }
    return typed


def read_paste(text: str, sheet: Sheet) -> tuple[list[Cells], list[str]]:
    """Return the rows of a block copied from a spreadsheet, and what was left out of it."""
    lines = [line for line in text[:LONGEST_PASTE].splitlines() if line.strip()]
    rows = [[cell.strip() for cell in line.split("\t")] for line in lines]
    titles = {column.title for column in sheet.columns}
    if rows and len(titles.intersection(rows[0])) > 1:  # it was copied with its headings
        rows = rows[1:]
    wide, told = len(sheet.columns), []
    if len(text) > LONGEST_PASTE or len(rows) > MOST_ROWS:
        told.append(f"{sheet.title}：粘贴的内容太长，只填入了前 {min(len(rows), MOST_ROWS)} 行。")
    rows = rows[:MOST_ROWS]
    if rows and wide > 1 and not any(len(row) > 1 for row in rows):
        told.append(f"{sheet.title}：各格没有分开，请在表格软件里选中几格复制，再直接粘贴。")
    for number, row in enumerate(rows, 1):
        if more := [cell for cell in row[wide:] if cell]:
            told.append(f"{sheet.title}第 {number} 行多出“{'、'.join(more)}”，没有填入。")
    return [(row + [""] * wide)[:wide] for row in rows], told


# --- what it began from ----------------------------------------------------------------------------


@dataclass(slots=True)
class Base:
    """What was stored when the form was shown, and the newest line of the history by then."""

    heading: Heading
    rows: Rows
    seen: int


def sign_base(edition: Edition, shown: Typed) -> str:
    """Return a base as a hidden field carries it."""
    newest = edition.change_set.events.order_by("-pk").values_list("pk", flat=True).first()
    told = {"heading": shown.heading, "rows": shown.rows, "seen": newest or 0}
    return signing.dumps(told, salt=f"{_SALT}.{edition.pk}", compress=True)


def read_base(edition: Edition, token: str) -> Base:
    """Read a hidden base. One that cannot be read is empty, so that nothing is overwritten unseen."""
    try:
        return Base(**signing.loads(token, salt=f"{_SALT}.{edition.pk}"))
    except signing.BadSignature:
        return Base({}, {}, 0)


@dataclass(slots=True)
class Merged:
    """Mine and theirs put together; `heading_conflicts` has theirs by field."""

    typed: Typed
    conflicts: list[Conflict]
    heading_conflicts: dict[str, str]

    @property
    def is_clean(self) -> bool:
        """Whether nobody's work stands against another's."""
        return not (self.conflicts or self.heading_conflicts)


def put_together(
    base: Base, mine: Sequence[Sheet], my_heading: Heading, theirs: Sequence[Sheet], now: Heading
) -> Merged:
    """Merge what was typed with what is stored by now."""
    rows: Rows = {}
    conflicts: list[Conflict] = []
    stored_sheets = {sheet.label: sheet for sheet in theirs}
    for sheet in mine:
        were = Sheet(sheet.model, sheet.title, sheet.columns, base.rows.get(sheet.label, []))
        rows[sheet.label], found = merge(were, sheet, stored_sheets[sheet.label])
        conflicts += found
    heading, heading_conflicts = {}, {}
    for name, my in my_heading.items():
        was, their = base.heading.get(name), now[name]
        heading[name] = their if my == was else my
        if my != their and was not in (my, their):
            heading_conflicts[name] = their
    return Merged(Typed(heading, rows), conflicts, heading_conflicts)


# --- what is shown ---------------------------------------------------------------------------------


@dataclass(slots=True)
class Cell:
    """A cell as the page shows it.

    `was` is what the version that it replaces says, `theirs` what somebody else has just saved;
    both are None where they say the same.
    """

    name: str
    column: Column
    words: str
    text: str
    was: str | None = None
    theirs: str | None = None
    problem: str = ""

    @property
    def options(self) -> list[tuple[str, bool]]:
        """What can be chosen; what was typed otherwise stays to be seen."""
        plain = unicodedata.normalize("NFKC", self.text).strip()
        titles = [title for _, title in self.column.choices]
        known = {unicodedata.normalize("NFKC", title): title for title in titles}
        known |= dict(self.column.choices)
        chosen = known.get(plain, self.text)
        offered = dict.fromkeys(("", *titles, chosen))
        return [(title, title == chosen) for title in offered]

    @property
    def list_name(self) -> str:
        """The name of the list that helps with typing."""
        return f"known-{self.column.kind}" if self.column.kind in ("clause", "reading") else ""

    @property
    def described_by(self) -> str:
        """The ids of what is said about the cell."""
        parts = {"problem": self.problem, "was": self.was, "theirs": self.theirs}
        ids = [f"{self.name}-{part}" for part, told in parts.items() if told not in (None, "")]
        return " ".join(ids)


@dataclass(slots=True)
class Line:
    """A row as the page shows it; `note` says what somebody else did with it."""

    name: str
    words: str
    cells: list[Cell]
    removed: bool
    is_new: bool
    note: str = ""
    quotes: list[tuple[str, str]] = field(default_factory=list)


@dataclass(slots=True)
class Part:
    """A sheet as the page shows it; `gone` are rows that only the replaced version has."""

    sheet: Sheet
    lines: list[Line]
    gone: list[str]
    can_grow: bool

    @property
    def width(self) -> int:
        """Columns of the page's table, that for taking a row out too."""
        return len(self.sheet.columns) + 1


@dataclass(slots=True)
class About:
    """What is to be said about cells: by sheet, row and column."""

    problems: Sequence[CellProblem] = ()
    conflicts: Sequence[Conflict] = ()
    who: str = "别人"
    more: Mapping[str, int] = field(default_factory=dict)


def make_parts(
    sheets: Sequence[Sheet],
    typed: Typed,
    replaced: Sequence[Sheet],
    about: About,
    *,
    editable: bool,
) -> list[Part]:
    """Return the sheets with what was typed, what they replace, and empty rows to go on."""
    old = {sheet.label: {sheet.place(cells): cells for cells in sheet.rows} for sheet in replaced}
    room = MOST_ROWS - sum(len(typed.rows.get(s.label, s.rows)) for s in sheets)
    parts = []
    for sheet in sheets:
        rows = typed.rows.get(sheet.label, sheet.rows)
        space = max(0, min(room, _most_rows(sheet) - len(rows)))
        if editable:
            ends_empty = bool(rows) and not any(rows[-1])
            count = min(about.more.get(sheet.label, 0 if ends_empty else 1), space)
            rows = [*rows, *([""] * len(sheet.columns) for _ in range(count))]
            space -= count
        were = old.get(sheet.label, {})
        lines = [_line(sheet, n, cells, were, typed, about) for n, cells in enumerate(rows)]
        places = {
            sheet.place(cells)
            for number, cells in enumerate(rows)
            if (sheet.label, number) not in typed.removed
        }
        gone = [
            "，".join(filter(None, cells)) for place, cells in were.items() if place not in places
        ]
        parts.append(Part(sheet, lines, gone, space > 0))
    return parts


def _most_rows(sheet: Sheet) -> int:
    """How many rows a sheet can have: single numbers one each, what has no keys one at all."""
    if not sheet.model.KEYS:
        return 1
    if issubclass(sheet.model, NamedRow):
        return len(sheet.columns[0].choices)
    return MOST_ROWS


def _line(
    sheet: Sheet,
    number: int,
    cells: Cells,
    were: Mapping[tuple[str, ...], Cells],
    typed: Typed,
    about: About,
) -> Line:
    name = f"{sheet.label}-{number}"
    is_empty = not any(cells)
    before = were.get(sheet.place(cells)) if not is_empty else None
    words = sheet.say(cells) or (f"第 {number + 1} 行" if not is_empty else "新的一行")
    line = Line(name, words, [], (sheet.label, number) in typed.removed, before is None)
    line.is_new = before is None and not is_empty and bool(were)
    problems = _by_column(about.problems, sheet.label, number)
    conflicts = _by_column(about.conflicts, sheet.label, number)
    for place, (column, text) in enumerate(zip(sheet.columns, cells, strict=True)):
        cell = Cell(f"{name}-{column.name}", column, words, text)
        if before is not None and before[place] != text:
            cell.was = before[place] or "空"
        cell.problem = "".join(problem.message for problem in problems.get(column.name, ()))
        for conflict in conflicts.get(column.name, ()):
            if conflict.removed:
                line.note = _say_removed(conflict, about.who)
            else:
                cell.theirs = conflict.theirs or "空"
        line.cells.append(cell)
    return line


def _say_removed(conflict: Conflict, who: str) -> str:
    if conflict.removed == "theirs":
        return f"{who}删去了这一行，您改了它。要留下就直接保存，不要就勾“删这一行”。"
    return f"您删去了这一行，{who}改了它。要留下就直接保存，不要就再勾一次“删这一行”。"


def _by_column(found: Iterable[Any], label: str, number: int) -> dict[str, list[Any]]:
    columns: dict[str, list[Any]] = {}
    for item in found:
        if (item.sheet, item.row) == (label, number):
            columns.setdefault(item.column, []).append(item)
    return columns


# --- words that cells stand for --------------------------------------------------------------------


def clause_words(edition: Edition, codes: Iterable[str]) -> dict[str, str]:
    """Return sentences by clause: of the clauses named, and of all that the set brings."""
    published = Q(change_set__status=ChangeSet.Status.PUBLISHED)
    own = Q(change_set=edition.change_set_id)
    texts = ClauseText.objects.filter(own | (published & Q(clause__code__in=list(codes))))
    is_own = models.Case(models.When(own, then=1), default=0)
    ordered = texts.order_by(is_own, "in_force_from", "change_set__published_at", "pk")
    return dict(ordered.values_list("clause__code", "sentence"))


def reading_words(edition: Edition) -> dict[str, str]:
    """Return what the readings of the edition's scheme say on its first day, by code."""
    decided: list[DecidedReading] = []
    with suppress(NoPolicyInForce):
        decided += Rulebook.on(edition.in_force_from).readings(DecidedReading, edition.scheme)
    own = DecidedReading.objects.filter(
        edition__change_set=edition.change_set_id, edition__scheme=edition.scheme
    )
    decided += own.select_related("reading").order_by("edition__in_force_from")
    return {row.reading.code: f"{row.title} {row.text}" for row in decided}


def codes_in(parts: Iterable[Part], *kinds: str) -> set[str]:
    """Return the codes of clauses or readings that rows name, as they were typed."""
    return {code for part in parts for line in part.lines for code in _codes(line, *kinds)}


def _codes(line: Line, *kinds: str) -> list[str]:
    return [cell.text.strip().upper() for cell in line.cells if cell.column.kind in kinds]


def quote(parts: Iterable[Part], words: Mapping[str, str]) -> None:
    """Put beside each row what the clause and the reading that it names say."""
    for part in parts:
        for line in part.lines:
            codes = _codes(line, "clause", "reading")
            line.quotes = [(code, words[code]) for code in codes if code in words]


def knows(edition: Edition) -> bool:
    """Whether the edition is of a table that has a grid."""
    return (edition.scheme, edition.table) in TABLES
