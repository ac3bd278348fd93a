"""What a change set changes, row by row: for staff who check it, and for the public change log.

What a set is held against is what counted without it: for a draft what is in effect now, for a
published set what was in effect when it was published. So the story of a published set never
changes, whatever is published or withdrawn later.
"""

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from django.db import models

from portal.policy.age import zh_day
from portal.policy.in_force import NoPolicyInForce, Timetable, rows_of
from portal.policy.models import (
    ChangeSet,
    ClauseText,
    DecidedReading,
    Edition,
    PolicyRow,
    ReadingChoice,
    RuleClause,
    TextVersion,
)
from portal.policy.models.scalars import NamedRow
from portal.policy.tables import TABLES
from portal.policy.titles import READINGS
from portal.policy.values import NAMES, make_label, make_values

# Fields that say where a row stands, not what it says.
_FRAME = {"id", "edition", "clause", "reading"}


@dataclass(frozen=True, slots=True)
class RowDifference:
    """A row that a set adds, removes or changes; what is empty was not, or is no more."""

    label: str
    before: str = ""
    after: str = ""
    clause_before: str = ""
    clause_after: str = ""

    @property
    def sentence(self) -> str:
        """The change in one line: 「起付标准 · 三级 · 在职：600 元 → 700 元」."""
        if not self.clause_before:
            return f"{self.label}：新增 {self.after}".rstrip()
        if not self.clause_after:
            return f"{self.label}：删去，原来 {self.before}".removesuffix("，原来 ")
        if self.before == self.after:
            return (
                f"{self.label}：{self.after}，依据由 {self.clause_before} 改为 {self.clause_after}"
            )
        return f"{self.label}：{self.before} → {self.after}"


@dataclass(frozen=True, slots=True)
class TableDifference:
    """What an edition changes in its table.

    `replaces` is the edition that counted last before it on its start day, even if that one's year
    had ended by then (a new year is read against the old one); None where there was none.
    """

    edition: Edition
    replaces: Edition | None
    added: tuple[RowDifference, ...]
    removed: tuple[RowDifference, ...]
    changed: tuple[RowDifference, ...]

    @property
    def title(self) -> str:
        """The Chinese name of the table."""
        return self.edition.table_title

    @property
    def scheme(self) -> str:
        """The scheme's public name, `resident` or `flexible`."""
        return self.edition.scheme

    @property
    def in_force_from(self) -> datetime.date:
        """The day from which it holds."""
        return self.edition.in_force_from

    @property
    def is_empty(self) -> bool:
        """Whether the edition says what its table said before."""
        return not (self.added or self.removed or self.changed)


@dataclass(frozen=True, slots=True)
class TextDifference:
    """Words that a set changes: `kind` is `text`, `clause`, `reading` or `switch`."""

    kind: str
    title: str
    in_force_from: datetime.date
    before: str
    after: str

    @property
    def lines(self) -> list[tuple[str, str]]:
        """The lines in order, each marked `-` (gone), `+` (new) or ` ` (as before)."""
        return line_differences(self.before, self.after)


def line_differences(before: str, after: str) -> list[tuple[str, str]]:
    """Return the lines of both in order, each marked `-` (gone), `+` (new) or ` ` (as before)."""
    old, new = before.splitlines(), after.splitlines()
    marked = []
    for tag, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            marked += [(" ", line) for line in old[i:j]]
        else:
            marked += [("-", line) for line in old[i:j]] + [("+", line) for line in new[k:m]]
    return marked


def differences(change_set: ChangeSet) -> list[TableDifference]:
    """Return what each table edition of a set changes; the readings are `text_differences`."""
    before = timetable_without(change_set)
    editions = editions_of(change_set)
    return [
        _table_difference(edition, replaced_by(edition, before))
        for edition in editions
        if edition.table != READINGS
    ]


def text_differences(change_set: ChangeSet) -> list[TextDifference]:
    """Return the texts, the sentences of clauses and the readings that a set changes."""
    return [
        *_versions(change_set, TextVersion, "text", "body"),
        *_versions(change_set, ClauseText, "clause", "sentence"),
        *_readings(change_set),
    ]


def editions_of(change_set: ChangeSet) -> list[Edition]:
    """Return a set's editions in the order of their start days."""
    editions = Edition.objects.filter(change_set=change_set)
    editions = editions.select_related("change_set", "document")
    return list(editions.order_by("in_force_from", "scheme", "table"))


def timetable_without(change_set: ChangeSet) -> Timetable:
    """Return the timetable that a set is held against (see the head of this module)."""
    editions = _without(change_set, Edition.objects.select_related("change_set", "document"))
    return Timetable(editions)


def timetable_with(change_set: ChangeSet) -> Timetable:
    """Return the timetable that a set makes of the one that it is held against.

    For a draft this is what staff preview: the set as if it were published now.
    """
    versions = Edition.objects.select_related("change_set", "document")
    # Sorting keeps what stands first: of one start day, the set's own edition.
    editions = [*editions_of(change_set), *_without(change_set, versions)]
    editions.sort(key=lambda edition: edition.in_force_from, reverse=True)
    return Timetable(editions)


def replaced_by(edition: Edition, before: Timetable) -> Edition | None:
    """Return the edition of `before` that an edition takes over from; None where there is none."""
    try:
        return before.latest_edition(edition.scheme, edition.table, edition.in_force_from)
    except NoPolicyInForce:
        return None


def rows_by_place(edition: Edition) -> dict[str, PolicyRow]:
    """Return the rows of a table's edition by what tells them apart, alike in every edition."""
    table = TABLES.get((edition.scheme, edition.table))
    models_of_it = table.row_models if table else ()
    return {_place(row): row for model in models_of_it for row in rows_of(model, edition)}


def label_of(row: PolicyRow) -> str:
    """Say which row it is, even if it cites a clause only or bears a name that no table has."""
    if isinstance(row, RuleClause):
        return f"引用的条款 · {row.clause.code}"
    if isinstance(row, NamedRow) and row.name not in NAMES:
        return row.name
    return make_label(row)


def say(row: PolicyRow) -> str:
    """Write all that a row says beside its clause and its reading: its numbers, its last day."""
    told = [make_values(row)] if row.VALUES else []
    told += [
        _extra(field, getattr(row, field.name))
        for field in row._meta.fields
        if field.name not in {*_FRAME, *row.KEYS, *row.VALUES} and getattr(row, field.name)
    ]
    return "，".join(told)


def _extra(field: "models.Field[Any, Any]", value: Any) -> str:
    if isinstance(value, datetime.date):
        return f"{field.verbose_name} {zh_day(value)}"
    return str(field.verbose_name) if value is True else f"{field.verbose_name} {value}"


def _place(row: PolicyRow) -> str:
    if isinstance(
        row, RuleClause
    ):  # its own reference names the clause by a number of the database
        return f"cites {row.topic} {row.clause.code}"
    return f"{type(row).__name__} {row.reference()}"


def _table_difference(edition: Edition, replaces: Edition | None) -> TableDifference:
    old = rows_by_place(replaces) if replaces else {}
    new = rows_by_place(edition)
    return TableDifference(
        edition,
        replaces,
        tuple(
            RowDifference(label_of(row), after=_said(row), clause_after=row.clause.code)
            for place, row in new.items()
            if place not in old
        ),
        tuple(
            RowDifference(label_of(row), before=_said(row), clause_before=row.clause.code)
            for place, row in old.items()
            if place not in new
        ),
        tuple(
            _row_difference(old[place], row)
            for place, row in new.items()
            if place in old and _changed(old[place], row)
        ),
    )


def _changed(was: PolicyRow, row: PolicyRow) -> bool:
    same = (was.clause_id, was.reading_id) == (row.clause_id, row.reading_id)
    return not same or _said(was) != _said(row)


def _row_difference(was: PolicyRow, row: PolicyRow) -> RowDifference:
    before, after = _said(was), _said(row)
    if was.reading_id != row.reading_id:
        before, after = before + _explained(was), after + _explained(row)
    return RowDifference(label_of(row), before, after, was.clause.code, row.clause.code)


def _explained(row: PolicyRow) -> str:
    return f"，按 {row.reading.code} 的理解" if row.reading else ""


def _said(row: PolicyRow) -> str:
    return "" if isinstance(row, RuleClause) else say(row)


def _without(change_set: ChangeSet, versions: Any) -> Any:
    """Narrow what sets carry to those that counted without `change_set`, the first to count first."""
    versions = versions.exclude(change_set=change_set)
    if change_set.is_final:
        at = change_set.published_at
        versions = versions.filter(
            models.Q(change_set__published_at__lt=at)
            | models.Q(change_set__published_at=at, change_set__pk__lt=change_set.pk),
            models.Q(change_set__status=ChangeSet.Status.PUBLISHED)
            | models.Q(
                change_set__status=ChangeSet.Status.WITHDRAWN, change_set__withdrawn_at__gt=at
            ),
        )
    else:
        versions = versions.filter(change_set__status=ChangeSet.Status.PUBLISHED)
    return versions.order_by("-in_force_from", "-change_set__published_at", "-change_set__pk")


def _versions(change_set: ChangeSet, model: Any, kind: str, field: str) -> Iterable[TextDifference]:
    """Versions of what has an identity of its own: `text` of a page, `clause` of a document."""
    owner = "text" if kind == "text" else "clause"
    found = model.objects.filter(change_set=change_set).select_related(owner)
    for version in found.order_by("in_force_from", owner):
        was = _before(version, change_set, owner)
        before, after = getattr(was, field, ""), getattr(version, field)
        if before != after:
            title = str(getattr(version, owner))
            yield TextDifference(kind, title, version.in_force_from, before, after)


def version_before(version: TextVersion) -> TextVersion | None:
    """Return the version of a text that counted before `version` did; None where there was none."""
    before: TextVersion | None = _before(version, version.change_set, "text")
    return before


def _before(version: Any, change_set: ChangeSet, owner: str) -> Any:
    """What counted on the start day of a version without its set."""
    same = type(version)._default_manager.filter(**{owner: getattr(version, owner)})
    counted = _without(change_set, same)
    return counted.filter(in_force_from__lte=version.in_force_from).first()


def _readings(change_set: ChangeSet) -> Iterable[TextDifference]:
    before = timetable_without(change_set)
    for edition in editions_of(change_set):
        if edition.table != READINGS:
            continue
        replaced = replaced_by(edition, before)
        for kind, words in (("reading", _words_of), ("switch", _choices_of)):
            old, new = words(replaced) if replaced else {}, words(edition)
            for title in sorted({*old, *new}):
                was, now = old.get(title, ""), new.get(title, "")
                if was != now:
                    yield TextDifference(kind, title, edition.in_force_from, was, now)


def _words_of(edition: Edition) -> dict[str, str]:
    decided = DecidedReading.objects.filter(edition=edition).select_related("reading")
    return {row.reading.code: _words(row) for row in decided.prefetch_related("clauses")}


def _words(row: DecidedReading) -> str:
    lines: Sequence[str] = (
        row.title,
        row.text,
        f"另一种理解：{row.otherwise}" if row.otherwise else "",
        f"{row.get_confidence_display()}，{row.get_treatment_display()}",
        "依据 " + "、".join(clause.code for clause in row.clauses.all()),
    )
    return "\n".join(line for line in lines if line)


def _choices_of(edition: Edition) -> dict[str, str]:
    choices = ReadingChoice.objects.filter(edition=edition)
    return dict(choices.values_list("switch", "choice"))
