"""Checks of the rows of an edition: by themselves, and against the edition that it replaces."""

import datetime
from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from typing import Any

from django.db import models

from calculators.rules.money import ZERO
from calculators.rules.readings import SWITCHES, reading_id
from portal.policy import written
from portal.policy.age import zh_day
from portal.policy.differences import label_of, rows_by_place, say
from portal.policy.in_force import ONE_DAY, rows_of
from portal.policy.models import (
    DecidedReading,
    Edition,
    InpatientRate,
    MajorIllnessBand,
    PolicyRow,
    ReadingChoice,
    RuleClause,
    SupplementaryBand,
)
from portal.policy.models.rows import BandRow
from portal.policy.models.scalars import NamedRow
from portal.policy.problems import BLOCKS, CONFIRM, Problem, title_of_edition
from portal.policy.tables import TABLES
from portal.policy.values import NAMES, make_value, money

# Bands that start with the first yuan; the others start where their threshold ends.
_FROM_ZERO = (InpatientRate, MajorIllnessBand)
# The first and last field of rows that hold for a stretch of time.
_STRETCHES = (("first_month", "last_month"), ("first_day", "last_day"))
_QUOTED = 60  # characters of a sentence that a message quotes


def shape_problems(edition: Edition, sentences: Mapping[int, str]) -> Iterator[Problem]:
    """Yield what is wrong with an edition by itself; `sentences` are those of clauses by key."""
    title = title_of_edition(edition)
    if (edition.scheme, edition.table) not in TABLES:
        yield Problem(BLOCKS, (title, ""), "没有这样一张表。", "unknown_table")
        return
    rows = rows_by_place(edition).values()
    yield from _missing(edition, rows)
    yield from _band_problems(title, rows)
    yield from _stretch_problems(title, rows)
    for row in rows:
        if row.clause_id not in sentences:
            message = f"引用的条款 {row.clause.code} 还没有录入原文。"
            yield Problem(BLOCKS, (title, label_of(row)), message, "clause_without_text")


def _missing(edition: Edition, rows: Iterable[PolicyRow]) -> Iterator[Problem]:
    """What `portal.policy.tables` lists and the edition lacks, or has and it does not list."""
    table, title = TABLES[edition.scheme, edition.table], title_of_edition(edition)
    kinds = {type(row) for row in rows}
    for model in table.keyed:
        if model not in kinds:
            message = f"这张表里还没有“{model._meta.verbose_name}”，请补上。"
            yield Problem(BLOCKS, (title, ""), message, "missing_rows")
    present = {(row.name, type(row)) for row in rows if isinstance(row, NamedRow)}
    for name, model in table.named:
        if (name, model) not in present:
            message = "这个数没有填，请补上；文件没有变的，照上一版填。"
            yield Problem(BLOCKS, (title, NAMES[name]), message, "missing_number")
    for name, _ in sorted(present - {*table.named, *table.optional}, key=lambda item: item[0]):
        message = "这张表里没有这个项目，程序不会用到它，请删去或改名。"
        yield Problem(BLOCKS, (title, NAMES.get(name, name)), message, "unknown_name")


def _band_problems(title: str, rows: Iterable[PolicyRow]) -> Iterator[Problem]:
    bands = [row for row in rows if isinstance(row, BandRow)]
    for series in _series(bands, "above"):
        first = min(series, key=lambda row: row.above)
        if isinstance(first, _FROM_ZERO) and first.above > ZERO:
            message = (
                f"第一段从超过 {money(first.above)}开始，{money(first.above)}及以下没有比例。"
                "第一段的“超过”请填 0。"
            )
            yield Problem(BLOCKS, (title, label_of(first)), message, "band_start")
    columns = [s for s in _series(bands, "above") if isinstance(s[0], SupplementaryBand)]
    edges = {row.above for series in columns for row in series}
    for series in columns:
        for edge in sorted(edges - {row.above for row in series}):
            message = f"别的列有“超过 {money(edge)}”这一段，这一列没有，请补上。"
            label = str(series[0].get_place_display())
            yield Problem(BLOCKS, (title, label), message, "band_missing")


def _stretch_problems(title: str, rows: Iterable[PolicyRow]) -> Iterator[Problem]:
    """Months and days that leave a hole before the next row, or reach into it."""
    for first, last in _STRETCHES:
        timed = [row for row in rows if _has(row, last)]
        for series in _series(timed, first):
            ordered = sorted(
                series, key=lambda row: (getattr(row, first) is not None, getattr(row, first))
            )
            for row, following in pairwise(ordered):
                ends, starts = getattr(row, last), getattr(following, first)
                if ends is not None and starts != _day_after(ends, is_month=last == "last_month"):
                    message = f"这一行到{zh_day(ends)}为止，下一行从{zh_day(starts)}起，没有接上，请核对。"
                    yield Problem(BLOCKS, (title, label_of(row)), message, "stretches_do_not_meet")


def _series(rows: Iterable[Any], along: str) -> list[list[Any]]:
    """Rows that are alike but for the key `along`."""
    found: dict[object, list[Any]] = {}
    for row in rows:
        others = tuple(getattr(row, name) for name in row.KEYS if name != along)
        found.setdefault((type(row), others), []).append(row)
    return list(found.values())


def _has(row: PolicyRow, name: str) -> bool:
    return any(field.name == name for field in row._meta.fields)


def _day_after(day: datetime.date, *, is_month: bool) -> datetime.date:
    if not is_month:
        return day + ONE_DAY
    return (day.replace(day=28) + datetime.timedelta(days=4)).replace(day=1)


# --- against the edition that it replaces ----------------------------------------------------------


def row_problems(
    edition: Edition,
    replaced: Edition | None,
    sentences: Mapping[int, str],
    new_sentences: frozenset[int],
) -> Iterator[Problem]:
    """Yield what changed against `replaced`, and may be a slip of the hand.

    `sentences` are those of clauses by key; `new_sentences` names the clauses whose sentence the
    set itself brings, so that rows which have not changed are held against it, too.
    """
    if (edition.scheme, edition.table) not in TABLES:
        return
    old = rows_by_place(replaced) if replaced else {}
    new = rows_by_place(edition)
    title = title_of_edition(edition)
    yield from _lost(title, old, new)
    for place, row in new.items():
        was = old.get(place)
        if was is not None:
            yield from _leaps(title, was, row)
        if row.clause_id in sentences:
            known = was if row.clause_id not in new_sentences else None
            yield from _unwritten(title, was, known, row, sentences[row.clause_id])


def _lost(
    title: str, old: Mapping[str, PolicyRow], new: Mapping[str, PolicyRow]
) -> Iterator[Problem]:
    topics = {row.topic for row in new.values() if isinstance(row, RuleClause)}
    for place, row in old.items():
        if place in new or (isinstance(row, RuleClause) and row.topic in topics):
            continue
        told = "" if isinstance(row, RuleClause) else f"（{say(row)}）"
        message = f"上一版有这一行{told}，这一版没有。文件真的取消了它，请确认；漏了请补上。"
        yield Problem(CONFIRM, (title, label_of(row)), message, "row_lost")


def _leaps(title: str, was: PolicyRow, row: PolicyRow) -> Iterator[Problem]:
    """Amounts and rates that moved by more than a third."""
    for name in row.VALUES:
        field = row._meta.get_field(name)
        if name in row.KEYS or not isinstance(field, models.DecimalField):
            continue
        before, after = getattr(was, name), getattr(row, name)
        if abs(after - before) * 3 > before:
            message = (
                f"由 {make_value(was, name)} 变为 {make_value(row, name)}，变动超过三分之一。"
                "请对照文件核对，确认没有多写或少写一位。"
            )
            yield Problem(CONFIRM, (title, label_of(row)), message, "large_change")


def _unwritten(
    title: str, was: PolicyRow | None, known: PolicyRow | None, row: PolicyRow, sentence: str
) -> Iterator[Problem]:
    """Numbers that do not occur in the clause that the row cites.

    One that was published with the same clause has been looked at before (`known`); one that has
    not changed, or that a reading explains, is to be confirmed.
    """
    for number in written.numbers_of(row):
        if written.is_written(number.kind, number.value, sentence):
            continue
        same = was is not None and getattr(was, number.field) == getattr(row, number.field)
        if same and known is not None and known.clause_id == row.clause_id:
            continue
        value = _shown(row, number.field)
        told = f"{value}没有写在引用的条款 {row.clause.code} 里：“{_short(sentence)}”。"
        if row.reading is not None:
            level, advice = CONFIRM, f"如果是按 {row.reading.code} 的理解录入的，请确认。"
        elif same:
            level, advice = CONFIRM, "数和上一版一样，请确认这一条确实说的是它。"
        else:
            level, advice = BLOCKS, "请核对数字和条款；条款没有写全的，请选采用的理解。"
        yield Problem(level, (title, label_of(row)), told + advice, "not_in_clause")


def _shown(row: PolicyRow, name: str) -> str:
    value = getattr(row, name)
    field: Any = row._meta.get_field(name)
    text = zh_day(value) if isinstance(value, datetime.date) else make_value(row, name)
    return (
        text
        if isinstance(row, NamedRow)
        else f"{str(field.verbose_name).partition('（')[0]} {text} "
    )


def _short(sentence: str) -> str:
    text = " ".join(sentence.split())
    return text if len(text) <= _QUOTED else f"{text[: _QUOTED - 1]}…"


# --- readings --------------------------------------------------------------------------------------


def reading_problems(edition: Edition, replaced: Edition | None) -> Iterator[Problem]:
    """Yield what is wrong with an edition of the readings, also against the one it replaces."""
    title = title_of_edition(edition)
    choices = {row.switch: row for row in rows_of(ReadingChoice, edition)}
    decided = DecidedReading.objects.filter(edition=edition).select_related("reading")
    words = {row.reading.code: row for row in decided.prefetch_related("clauses")}
    if replaced is not None:
        for choice in rows_of(ReadingChoice, replaced):
            if choice.switch not in choices:
                message = "这个开关没有选，有关的测算会停。请照上一版或新的理解选一项。"
                yield Problem(BLOCKS, (title, choice.switch), message, "switch_missing")
        for row in rows_of(DecidedReading, replaced):
            code = row.reading.code
            if code not in words and code not in map(reading_id, choices):
                message = f"上一版有这条理解（{row.title}），这一版没有。不再需要时请确认。"
                yield Problem(CONFIRM, (title, code), message, "reading_lost")
    for switch, choice in choices.items():
        if choice.choice not in SWITCHES.get(switch, ()):
            known = "、".join(SWITCHES.get(switch, ())) or "没有这个开关"
            message = f"“{choice.choice}”不是可选的一项：{known}。"
            yield Problem(BLOCKS, (title, switch), message, "choice_unknown")
        if reading_id(switch) not in words:
            message = "选了这个开关，却没有说明采用的理解，请补上文字。"
            yield Problem(BLOCKS, (title, switch), message, "reading_missing")
    for code, row in words.items():
        if not row.clauses.all():
            message = "没有写明涉及哪些条款，请补上。"
            yield Problem(BLOCKS, (title, code), message, "without_clause")
