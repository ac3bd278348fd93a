"""Checks of a change set before it is submitted, and of what is published, on any day.

Each problem says what is wrong, where, and what to do. What `blocks` must be mended; what is to be
confirmed (`confirm`) may be meant, and needs a reason. What is typed into a cell is checked by
`check_value`, before there is a row.
"""

import datetime
from collections.abc import Iterable, Iterator
from typing import Any

from django.db import models

from portal.policy.age import zh_day
from portal.policy.cells import check_value, read_value
from portal.policy.computing import refusals
from portal.policy.differences import editions_of, replaced_by, timetable_without
from portal.policy.in_force import ONE_DAY, NoPolicyInForce, TableKey, Timetable
from portal.policy.models import ChangeSet, ClauseText, Edition, Text, TextVersion
from portal.policy.models.choices import Scheme
from portal.policy.problems import BLOCKS, CONFIRM, Problem, full_title, title_of_edition
from portal.policy.prose import Prose
from portal.policy.row_checks import reading_problems, row_problems, shape_problems
from portal.policy.tables import TABLES
from portal.policy.titles import READINGS, RESIDENT
from portal.policy.wording import undone

__all__ = ["Problem", "check", "check_published", "check_value", "end_problems", "read_value"]

# An edition that ends within so many days wants its successor.
DAYS_OF_WARNING = 60
# Its days are the plan year that it opens (reading A-93), so it must have a last one.
_PLAN_YEAR = (RESIDENT, "enrollment_window")


def check(change_set: ChangeSet, today: datetime.date) -> list[Problem]:
    """Return what is wrong with a change set that is not published, what blocks first."""
    editions = editions_of(change_set)
    before, after = timetable_without(change_set), Timetable.load(draft=change_set)
    sentences = _sentences(change_set)
    found = [*_set_problems(change_set, editions)]
    for edition in editions:
        replaced = replaced_by(edition, before)
        found += _start_problems(edition, replaced, today)
        if edition.table == READINGS:
            found += reading_problems(edition, replaced)
        else:
            found += shape_problems(edition, sentences)
            found += row_problems(edition, replaced, sentences, _new_sentences(change_set))
    found += _refusals(editions, before, after, {p.where[0] for p in found if p.blocks})
    found += _text_problems(change_set, after, today)
    return _in_order(found)


def check_published(day: datetime.date) -> list[Problem]:
    """Return what is wrong with what is published, as it stands on a day, what blocks first.

    A table whose last day has passed is confirmed, not blocked: no newer document is no fault. Its
    rows are looked at as of its last day.
    """
    timetable = Timetable.load()
    sentences = _sentences(None)
    found: list[Problem] = []
    days: set[datetime.date] = {day}
    for scheme, name in [*TABLES, *((scheme, READINGS) for scheme in Scheme.values)]:
        try:
            edition = timetable.latest_edition(scheme, name, day)
        except NoPolicyInForce:
            found.append(_not_on_file(timetable, scheme, name, day))
            continue
        found += end_problems(edition, timetable, day)
        if edition.table == READINGS:
            found += reading_problems(edition, None)
        else:
            found += shape_problems(edition, sentences)
        if edition.in_force_until is not None and edition.in_force_until < day:
            days.add(edition.in_force_until)
    named = {problem.where[0] for problem in found if problem.blocks}
    found += _published_refusals(timetable, days, named)
    found += _published_collisions()
    found += _published_texts(timetable, day)
    return _in_order(found)


# --- the set and its editions ------------------------------------------------------------------


def _set_problems(change_set: ChangeSet, editions: list[Edition]) -> Iterator[Problem]:
    texts = TextVersion.objects.filter(change_set=change_set).exists()
    clauses = ClauseText.objects.filter(change_set=change_set).exists()
    if not editions and not texts and not clauses:
        yield Problem(BLOCKS, ("", ""), "变更单里还没有任何内容。", "empty")
    if change_set.document is None and (editions or clauses):
        yield _without_document(editions, clauses=clauses)
    yield from _collisions(change_set, editions)


def _without_document(editions: list[Edition], *, clauses: bool) -> Problem:
    """A correction of what was typed in has no document of its own; everything else has one."""
    corrects = bool(editions) and not clauses and all(_corrects(edition) for edition in editions)
    if corrects:
        message = "没有填依据文件。只是改正录入的错误时可以不填，请确认。"
        return Problem(CONFIRM, ("", ""), message, "document_missing")
    message = "还没有填依据文件：请填文件的名称、文号、日期和网址，并贴上原文。"
    return Problem(BLOCKS, ("", ""), message, "document_missing")


def _corrects(edition: Edition) -> bool:
    return _of_one_day(edition, ChangeSet.Status.PUBLISHED).exists()


def _of_one_day(version: Any, *statuses: str) -> "models.QuerySet[Any]":
    """The same table, text or clause with the same start day, in other sets."""
    owners = {Edition: ("scheme", "table"), TextVersion: ("text",), ClauseText: ("clause",)}
    same = {name: getattr(version, name) for name in (*owners[type(version)], "in_force_from")}
    others = type(version)._default_manager.filter(change_set__status__in=statuses, **same)
    return others.exclude(change_set=version.change_set).select_related("change_set")


def _collisions(change_set: ChangeSet, editions: list[Edition]) -> Iterator[Problem]:
    texts = TextVersion.objects.filter(change_set=change_set).select_related("text")
    clauses = ClauseText.objects.filter(change_set=change_set).select_related("clause")
    for version in (*editions, *texts, *clauses):
        title = title_of_edition(version) if isinstance(version, Edition) else str(version)
        day = zh_day(version.in_force_from)
        for other in _of_one_day(version, ChangeSet.Status.APPROVED):
            message = (
                f"另一张已批准的变更单“{other.change_set}”也从{day}起改这里。"
                "请改生效日期，或把两张合成一张。"
            )
            yield Problem(BLOCKS, (title, ""), message, "collision")
        replaced = _of_one_day(version, ChangeSet.Status.PUBLISHED).order_by(
            "-change_set__published_at", "-change_set__pk"
        )
        if isinstance(version, Edition) and (other := replaced.first()):
            message = (
                f"“{other.change_set}”里已有从{day}起的一版，发布后由这一版代替。"
                "如果是改正以前的录入，请确认；如果是新的规定，请改生效日期。"
            )
            yield Problem(CONFIRM, (title, ""), message, "replaces_same_day")


def _start_problems(
    edition: Edition, replaced: Edition | None, today: datetime.date
) -> Iterator[Problem]:
    start, until = edition.in_force_from, edition.in_force_until
    where = (title_of_edition(edition), "")
    if until is not None and until < start:
        message = f"截止日期{zh_day(until)}早于生效日期{zh_day(start)}，请核对。"
        yield Problem(BLOCKS, where, message, "ends_before_start")
    if start < today:
        message = f"生效日期{zh_day(start)}已经过去，发布后过去的日子也会按这一版算，请确认。"
        yield Problem(CONFIRM, where, message, "start_in_the_past")
    if until is None and (edition.scheme, edition.table) == _PLAN_YEAR:
        message = "没有填截止日期：请填参保年度的最后一天。"
        yield Problem(BLOCKS, where, message, "plan_year_open")
    elif until is None and replaced is not None and replaced.in_force_until is not None:
        message = (
            f"上一版只到{zh_day(replaced.in_force_until)}，这一版没有填截止日期，会一直用下去，"
            "请确认。"
        )
        yield Problem(CONFIRM, where, message, "open_ended")


# --- what can be computed ----------------------------------------------------------------------


def _refusals(
    editions: list[Edition], before: Timetable, after: Timetable, explained: set[str]
) -> Iterator[Problem]:
    """What calculators cannot compute with the set on its start days.

    A table of the set, or one that served until now, must serve; one that is missing anyway is to
    be confirmed where it keeps a table from being used that the set brings to a day without one.
    Tables that are `explained` have problems that say more.
    """
    for day in sorted({edition.in_force_from for edition in editions}):
        own = {(e.scheme, e.table) for e in editions if e.in_force_from == day}
        brought = {table for table in own if not _is_in_force(before, *table, day)}
        stopped = {refused.name for refused in refusals(before, day)}
        broken: dict[TableKey, list[str]] = {}
        lacking: dict[TableKey, list[str]] = {}
        for refused in refusals(after, day):
            if refused.table in own or refused.name not in stopped:
                broken.setdefault(refused.table, []).append(refused.name)
            elif brought & refused.read:
                lacking.setdefault(refused.table, []).append(refused.name)
        for table, names in broken.items():
            if (title := full_title(*table)) not in explained:
                message = f"从{zh_day(day)}起算不出{'、'.join(names)}：表里缺了要用的格，请对照上一版补齐。"
                yield Problem(BLOCKS, (title, ""), message, "cannot_compute")
        for table, names in lacking.items():
            message = (
                f"{zh_day(day)}还没有这张表，{'、'.join(names)}仍然算不出。"
                "请把它也复制为新一版；要先这样发布的，请确认。"
            )
            yield Problem(CONFIRM, (full_title(*table), ""), message, "table_not_on_file")


def _published_refusals(
    timetable: Timetable, days: Iterable[datetime.date], named: set[str]
) -> Iterator[Problem]:
    """What cannot be computed though its table is in force, unless that has been `named` before."""
    told = set(named)
    for day in sorted(days, reverse=True):
        for refused in refusals(timetable, day):
            title = full_title(*refused.table)
            if title in told:
                continue
            message = f"{zh_day(day)}算不出{refused.name}：表里缺了要用的格。"
            if _is_in_force(timetable, *refused.table, day):
                told.add(title)
                yield Problem(BLOCKS, (title, ""), message, "cannot_compute")


def _is_in_force(timetable: Timetable, scheme: str, table: str, day: datetime.date) -> bool:
    try:
        timetable.edition(scheme, table, day)
    except NoPolicyInForce:
        return False
    return True


# --- texts -------------------------------------------------------------------------------------


def _text_problems(
    change_set: ChangeSet, timetable: Timetable, today: datetime.date
) -> Iterator[Problem]:
    prose = Prose(timetable, change_set)
    for version in TextVersion.objects.filter(change_set=change_set).select_related("text"):
        day = max(version.in_force_from, today)
        for message in (*prose.unknown(version, day), *prose.not_on_file(version, day)):
            yield Problem(BLOCKS, (str(version.text), ""), message, "text")
        if not change_set.immediate and (lines := undone(version, today)):
            message = f"里面还是马上改过以前的字，发布后就改回去了：“{'”“'.join(lines[:3])}”。"
            yield Problem(CONFIRM, (str(version.text), ""), message, "text_undone")


def _published_texts(timetable: Timetable, day: datetime.date) -> Iterator[Problem]:
    prose = Prose(timetable)
    versions = TextVersion.objects.counting_on(day, Text.objects.order_by(), "text")
    for version in versions.select_related("text"):
        for message in prose.unknown(version, day):
            yield Problem(BLOCKS, (str(version.text), ""), message, "text")
        for message in prose.not_on_file(version, day):
            yield Problem(CONFIRM, (str(version.text), ""), message, "text_not_on_file")


# --- what is published -------------------------------------------------------------------------


def _not_on_file(timetable: Timetable, scheme: str, table: str, day: datetime.date) -> Problem:
    where = (full_title(scheme, table), "")
    try:
        first = timetable.first_edition(scheme, table, day)
    except NoPolicyInForce:
        return Problem(BLOCKS, where, "没有任何一版。", "table_missing")
    message = f"从{zh_day(first.in_force_from)}起才有，{zh_day(day)}没有。"
    return Problem(CONFIRM, where, message, "table_not_on_file")


def end_problems(edition: Edition, timetable: Timetable, day: datetime.date) -> Iterator[Problem]:
    """Say that an edition ends soon, or has ended by `day`, and nothing follows it on file."""
    until, where = edition.in_force_until, (title_of_edition(edition), "")
    if until is None or until > day + datetime.timedelta(days=DAYS_OF_WARNING):
        return
    if until < day:
        message = f"已于{zh_day(until)}截止，之后的标准还没有录入。"
        yield Problem(CONFIRM, where, message, "ended")
    elif not _is_in_force(timetable, edition.scheme, edition.table, until + ONE_DAY):
        message = f"到{zh_day(until)}截止，之后的标准还没有录入，请准备下一版。"
        yield Problem(CONFIRM, where, message, "ends_soon")


def _published_collisions() -> Iterator[Problem]:
    """Sets in effect or approved with one table and start day: of published ones the newest counts."""
    waiting = (ChangeSet.Status.APPROVED, ChangeSet.Status.PUBLISHED)
    editions = Edition.objects.filter(change_set__status__in=waiting).select_related("change_set")
    groups: dict[object, list[Edition]] = {}
    for edition in editions.order_by("scheme", "table", "in_force_from", "change_set"):
        groups.setdefault((edition.scheme, edition.table, edition.in_force_from), []).append(
            edition
        )
    for group in groups.values():
        if len(group) == 1:
            continue
        day = group[0].in_force_from
        sets = "、".join(f"“{edition.change_set}”" for edition in group)
        if any(edition.change_set.status == ChangeSet.Status.APPROVED for edition in group):
            message = f"{sets}都从{zh_day(day)}起改这张表，其中有还没发布的，请先定下用哪一版。"
            yield Problem(BLOCKS, (title_of_edition(group[0]), ""), message, "collision")
        else:
            message = f"{sets}都有从{zh_day(day)}起的一版，按最后发布的算。"
            yield Problem(CONFIRM, (title_of_edition(group[0]), ""), message, "replaces_same_day")


# --- shared ------------------------------------------------------------------------------------


def _sentences(draft: ChangeSet | None) -> dict[int, str]:
    """The newest sentence of each clause, published or of the set itself."""
    published = models.Q(change_set__status=ChangeSet.Status.PUBLISHED)
    texts = ClauseText.objects.filter(
        published | models.Q(change_set=draft) if draft else published
    )
    ordered = texts.order_by("in_force_from", "change_set__published_at", "change_set__pk")
    sentences = dict(ordered.values_list("clause", "sentence"))
    own = ordered.filter(change_set=draft) if draft else ordered.none()
    return {**sentences, **dict(own.values_list("clause", "sentence"))}


def _new_sentences(change_set: ChangeSet) -> frozenset[int]:
    texts = ClauseText.objects.filter(change_set=change_set)
    return frozenset(texts.values_list("clause", flat=True))


def _in_order(problems: Iterable[Problem]) -> list[Problem]:
    """What blocks first, each problem once."""
    return sorted(dict.fromkeys(problems), key=lambda problem: not problem.blocks)
