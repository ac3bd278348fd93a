"""What an uploaded workbook would change in a draft, and changing it: all of it, or nothing.

The preview is the change itself, taken back: so what staff are shown is what they will get. Where
a colleague changed the draft since the workbook was downloaded, both are put together.
"""

import dataclasses
import datetime
import hashlib
import json
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction

from portal.policy import grid
from portal.policy.age import zh_day
from portal.policy.drafts import copy_edition
from portal.policy.grid import Conflict, Sheet
from portal.policy.in_force import NoPolicyInForce, Timetable
from portal.policy.models import ChangeSet, Edition
from portal.policy.models.publishing import NotADraft
from portal.policy.publishing import note_edit
from portal.policy.titles import title_of
from portal.policy.workbook import Tab


class Changed(Exception):
    """The draft is not what it was when the preview was made."""


@dataclass(frozen=True, slots=True)
class Wrong:
    """A cell that cannot be taken: its worksheet, its address there, and what to do."""

    name: str
    address: str
    message: str


@dataclass(frozen=True, slots=True)
class RowChange:
    """A row that changes: `kind` is 改, 增 or 删; of each cell the column, what was and what will be."""

    kind: str
    label: str
    cells: tuple[tuple[str, str, str], ...]


@dataclass(slots=True)
class Part:
    """What changes in one edition; `is_new` where the draft does not have it yet.

    `told` is said of what a colleague changed, too; `cells` counts what changes.
    """

    key: str
    title: str
    scheme: str
    day: datetime.date
    is_new: bool
    source: Edition | None
    sheets: list[tuple[str, list[RowChange]]] = field(default_factory=list)
    told: list[str] = field(default_factory=list)

    @property
    def cells(self) -> int:
        """How many cells change."""
        return sum(
            sum(was != now for _, was, now in row.cells) for _, rows in self.sheets for row in rows
        )


@dataclass(slots=True)
class Trial:
    """What an upload would change, `parts`, those that it leaves as they are, and what is wrong."""

    parts: list[Part] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    wrong: list[Wrong] = field(default_factory=list)


@dataclass(slots=True)
class _Group:
    """Worksheets that fill one edition: the draft's, or a copy of `source` still to be made."""

    scheme: str
    table: str
    start: datetime.date
    tabs: list[Tab]
    edition: Edition | None
    source: Edition | None

    @property
    def key(self) -> str:
        return f"{self.scheme}.{self.table}.{self.start}"

    def sheets(self) -> dict[str, Sheet]:
        found = self.edition or self.source
        return {sheet.label: sheet for sheet in grid.sheets_of(found)} if found else {}


def try_out(change_set: ChangeSet, tabs: Sequence[Tab]) -> Trial:
    """Return what an upload would change; nothing is changed."""
    with transaction.atomic():
        trial = _fill(change_set, _groups(change_set, tabs))
        transaction.set_rollback(True)
    return trial


def take_over(
    change_set: ChangeSet,
    tabs: Sequence[Tab],
    by: User,
    *,
    seen: str,
    new: Collection[str],
    how: str,
) -> Trial:
    """Change the draft as `try_out` told, and write it into its history as one line.

    `seen` is the `state_of` the draft at that time, `new` the keys of the editions to be made, `how`
    says where the cells came from. Raises Changed, and NotADraft where it is no draft any more.
    """
    with transaction.atomic():
        held = ChangeSet.objects.select_for_update().filter(pk=change_set.pk).first()
        if held is None or not held.is_open:
            raise NotADraft
        if state_of(held, tabs) != seen:
            raise Changed
        groups = [g for g in _groups(held, tabs) if g.edition is not None or g.key in new]
        trial = _fill(held, groups)
        if trial.wrong:  # a clause that it cites may have gone
            raise Changed
        if trial.parts:
            note_edit(held, by, f"{how}：" + "；".join(map(_said, trial.parts)))
    return trial


def state_of(change_set: ChangeSet, tabs: Sequence[Tab]) -> str:
    """Name what an upload is held against, so that a change of it can be told."""
    states = [
        (
            group.key,
            group.edition.pk if group.edition else None,
            group.source.pk if group.source else None,
            [(label, sheet.rows) for label, sheet in group.sheets().items()],
        )
        for group in _groups(change_set, tabs)
    ]
    return hashlib.sha256(json.dumps(states).encode()).hexdigest()


def _said(part: Part) -> str:
    made = "新一版，" if part.is_new else ""
    return f"{part.title}（{zh_day(part.day)}起）{made}改 {part.cells} 格"


def pack(tabs: Sequence[Tab]) -> list[dict[str, Any]]:
    """Write worksheets as JSON holds them."""
    return [{**dataclasses.asdict(tab), "start": tab.start.isoformat()} for tab in tabs]


def unpack(packed: Sequence[dict[str, Any]]) -> list[Tab]:
    """Return what `pack` wrote."""
    return [Tab(**{**tab, "start": datetime.date.fromisoformat(tab["start"])}) for tab in packed]


# --- which edition ---------------------------------------------------------------------------------


def _groups(change_set: ChangeSet, tabs: Sequence[Tab]) -> list[_Group]:
    editions = Edition.objects.filter(change_set=change_set)
    own = {
        (edition.scheme, edition.table, edition.in_force_from): edition
        for edition in editions.select_related("change_set__document", "document")
    }
    timetable = Timetable.load()
    groups: dict[tuple[str, str, datetime.date], _Group] = {}
    for tab in tabs:
        key = (tab.scheme, tab.table, tab.start)
        if key not in groups:
            edition = own.get(key)
            source = None if edition else _source(timetable, *key)
            groups[key] = _Group(*key, [], edition, source)
        groups[key].tabs.append(tab)
    return list(groups.values())


def _source(timetable: Timetable, scheme: str, table: str, start: datetime.date) -> Edition | None:
    """The edition that a new one takes over from; before the first one, that."""
    for find in (timetable.latest_edition, timetable.first_edition):
        try:
            return find(scheme, table, start)
        except NoPolicyInForce:
            continue
    return None


def _make(change_set: ChangeSet, group: _Group) -> Edition | None:
    document = change_set.document or (group.source.document if group.source else None)
    if document is None:
        return None
    if group.source is None:
        return Edition.objects.create(
            change_set=change_set, scheme=group.scheme, table=group.table,
            in_force_from=group.start, document=document,
        )  # fmt: skip
    edition = copy_edition(group.source, change_set, group.start)
    edition.document = document
    edition.save()
    return edition


# --- what changes ----------------------------------------------------------------------------------


def _fill(change_set: ChangeSet, groups: Sequence[_Group]) -> Trial:
    trial = Trial()
    for group in groups:
        with transaction.atomic():
            if not _fill_one(change_set, group, trial):
                transaction.set_rollback(True)  # no new edition that says what the old one said
    return trial


def _fill_one(change_set: ChangeSet, group: _Group, trial: Trial) -> bool:
    """Save what a group changes in its edition; return whether there is anything."""
    title = title_of(group.scheme, group.table)
    before = group.sheets()
    edition = group.edition or _make(change_set, group)
    if edition is None:
        message = "这张表还没有过。请先在变更单里填好依据文件，再上传。"
        trial.wrong.append(Wrong(group.tabs[0].name, "", message))
        return False
    typed = {tab.label: tab.rows for tab in group.tabs}
    read, problems = grid.read_sheets(edition, typed)
    if problems:
        trial.wrong += _wrong(edition, group.tabs, problems)
        return False
    part = Part(group.key, title, group.scheme, group.start, group.edition is None, group.source)
    for tab in group.tabs:
        part.told += _put_together(edition, tab, read, before.get(tab.label))
    names = {tab.label: tab.name for tab in group.tabs}
    for sheet in grid.sheets_from(edition, read):
        if changes := list(_changes(before.get(sheet.label), sheet)):
            part.sheets.append((names[sheet.label], changes))
    if not part.sheets and not _is_needed(group):
        trial.unchanged.append(title)
        return False
    grid.save_sheets(edition, read)
    trial.parts.append(part)
    return True


def _is_needed(group: _Group) -> bool:
    """Whether a new edition matters though it says what was said before: that had ended."""
    was, start = group.source, group.start
    if group.edition is not None or was is None:
        return False
    has_ended = was.in_force_until is not None and was.in_force_until < start
    return has_ended or was.in_force_from > start


def _put_together(edition: Edition, tab: Tab, read: grid.Read, theirs: Sheet | None) -> list[str]:
    """Keep in `read` what was changed since the download, too; say where both changed the same."""
    if theirs is None or tab.before is None or tab.before == theirs.rows:
        return []
    if any(len(cells) != len(theirs.columns) for cells in tab.before):
        return []
    (mine,) = grid.sheets_from(edition, {tab.label: read[tab.label]})
    base = dataclasses.replace(theirs, rows=tab.before)
    merged, conflicts = grid.merge(base, mine, theirs)
    both, problems = grid.read_sheets(edition, {tab.label: merged})
    if problems:  # what was downloaded was not what it seems
        return []
    read[tab.label] = both[tab.label]
    told = [f"“{tab.name}”在您下载以后别人改过，没有冲突的格子两边的改动都保留。"]
    return told + [_conflict(mine, merged, conflict) for conflict in conflicts]


def _conflict(sheet: Sheet, merged: Sequence[Sequence[str]], conflict: Conflict) -> str:
    row = sheet.say(merged[conflict.row])
    if conflict.removed == "theirs":
        return f"“{row}”：别人已经删去这一行，您的文件里改过它。确认后会保留。"
    if conflict.removed == "mine":
        return f"“{row}”：您的文件里没有这一行，别人改过它。确认后会保留；要删请在网页上删。"
    column = next(c.title for c in sheet.columns if c.name == conflict.column)
    theirs, mine = conflict.theirs or "（空）", conflict.mine or "（空）"
    return f"“{row}”的“{column}”：别人改成了 {theirs}，您的文件里是 {mine}。确认后按您的文件。"


def _wrong(
    edition: Edition, tabs: Sequence[Tab], problems: Sequence[grid.CellProblem]
) -> Iterator[Wrong]:
    by_label = {tab.label: tab for tab in tabs}
    columns = {
        sheet.label: [column.name for column in sheet.columns] for sheet in grid.sheets_of(edition)
    }
    for problem in problems:
        tab, names = by_label[problem.sheet], columns[problem.sheet]
        column = names.index(problem.column) if problem.column in names else 0
        message = _rows_of_worksheet(problem.message, tab)
        yield Wrong(tab.name, tab.address(problem.row, column), message)


def _rows_of_worksheet(message: str, tab: Tab) -> str:
    """The grid counts rows from its first one; who typed them sees those of the worksheet."""
    return re.sub(r"第 (\d+) 行", lambda row: f"第 {int(row[1]) - 1 + tab.top} 行", message)


def _changes(was: Sheet | None, now: Sheet) -> Iterator[RowChange]:
    old = {was.place(cells): cells for cells in was.rows} if was else {}
    new = {now.place(cells): cells for cells in now.rows}
    titles = [column.title for column in now.columns]
    for place, cells in new.items():
        before = old.get(place)
        pairs = tuple(zip(titles, before or [""] * len(titles), cells, strict=True))
        if before is None:
            filled = tuple(pair for pair in pairs if pair[2])
            yield RowChange("增", now.say(cells), filled)
        elif changed := tuple(pair for pair in pairs if pair[1] != pair[2]):
            yield RowChange("改", now.say(cells), changed)
    for place, cells in old.items():
        if place not in new:
            gone = tuple(
                (title, cell, "") for title, cell in zip(titles, cells, strict=True) if cell
            )
            yield RowChange("删", now.say(cells), gone)
