"""One request for the grid of an edition: what was typed, what others saved, and the answer."""

import datetime
from collections.abc import Mapping, Sequence

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from portal.policy.age import zh_day
from portal.policy.differences import replaced_by, timetable_without
from portal.policy.grid import (
    MOST_ROWS,
    CellProblem,
    Read,
    read_sheets,
    save_sheets,
    sheets_from,
    sheets_of,
)
from portal.policy.models import ChangeSet, ChangeSetEvent, Document, Edition
from portal.policy.publishing import note_edit
from portal.staff.desk import grids
from portal.staff.desk.colleagues import closed_words, may_edit
from portal.staff.desk.frame import show, staff_of
from portal.staff.desk.history import name_of

TAKEN_OUT = "移出变更单"


class GridPage:
    """One request for the grid of an edition: what was typed, and the page that answers."""

    def __init__(self, request: HttpRequest, edition: Edition) -> None:
        self.request = request
        self.edition = edition
        self.sheets = sheets_of(edition)
        self.typed = grids.stored(edition)
        self.base = ""
        self.pasted = False
        self.paste_notes: list[str] = []
        self.who = "别人"

    def shown(self) -> HttpResponse:
        """Answer with what is stored, to be edited where that may be."""
        self.base = grids.sign_base(self.edition, self.typed)
        return self.again(editable=may_edit(self.request, self.edition.change_set))

    def read_post(self) -> None:
        """Take over what was typed, and blocks that were pasted in place of a sheet's rows."""
        post = self.request.POST
        self.typed = grids.sent(post, self.sheets)
        self.base = post.get("base", "")
        for sheet in self.sheets:
            text = post.get(f"{sheet.label}-paste", "")
            if not text.strip():
                continue
            rows, notes = grids.read_paste(text, sheet)
            self.typed.rows[sheet.label] = rows
            self.typed.removed -= {key for key in self.typed.removed if key[0] == sheet.label}
            self.paste_notes += notes
            self.pasted = True

    def previewed(self) -> HttpResponse:
        """Answer with what was pasted, and what is wrong in it; nothing is saved yet."""
        _, problems = read_sheets(self.edition, self.typed.cells())
        told = "粘贴的内容已填进表里，还没有保存。请核对，再按“保存”。"
        return self.again(problems, told=told, status=422 if problems else 200)

    def save(self) -> HttpResponse:
        """Save what was typed with what others have saved meanwhile, or say why not."""
        form = grids.HeadingForm(self.edition, self.typed.heading)
        read, problems = read_sheets(self.edition, self.typed.cells())
        if problems or not form.is_valid():
            return self.again(problems, status=422)
        with transaction.atomic():
            held = ChangeSet.objects.select_for_update().get(pk=self.edition.change_set_id)
            if not held.is_open:
                told = f"没有保存：{closed_words(held)}您填的还在下面。"
                return self.again(told=told, status=409)
            # Somebody may have saved, or taken the table out, since this was read.
            found = Edition.objects.select_related("document", "change_set")
            if (now := found.filter(pk=self.edition.pk).first()) is None:
                return gone(self.request, held)
            return self._save_merged(now, form.heading(), read)

    def _save_merged(self, now: Edition, heading: grids.Heading, read: Read) -> HttpResponse:
        base = grids.read_base(now, self.base)
        stored, theirs = grids.stored(now), sheets_of(now)
        merged = grids.put_together(base, sheets_from(now, read), heading, theirs, stored.heading)
        others = self._others_since(base) if _differs(base, stored) else ""
        self.edition, self.typed = now, merged.typed
        if not merged.is_clean:
            self.base, self.who = grids.sign_base(now, stored), others
            return self._conflicting(merged, others)
        form = grids.HeadingForm(now, merged.typed.heading)
        read, problems = read_sheets(now, merged.typed.cells())
        if problems or not form.is_valid():  # each for itself was right, together they are not
            self.base = grids.sign_base(now, stored)
            told = f"{others}刚刚也改了这张表，合在一起有下面的问题，还没有保存。"
            return self.again(problems, told=told, status=422)
        changed = save_sheets(now, read) + _save_heading(now, form, stored.heading)
        return self._saved(now, changed, others)

    def _saved(self, edition: Edition, changed: int, others: str) -> HttpResponse:
        if changed:
            by = staff_of(self.request)
            note_edit(edition.change_set, by, f"{name_with_day(edition)}：改了 {changed} 处")
        told = f"已保存：改了 {changed} 处。" if changed else "没有要保存的改动。"
        if others:
            told += f"{others}也改了这张表，两边的改动都保留了，请看一看。"
        messages.success(self.request, told)
        return redirect("admin:desk:table", edition.change_set_id, edition.pk)

    def _conflicting(self, merged: grids.Merged, others: str) -> HttpResponse:
        told = (
            f"还没有保存：{others}也改了同样的地方。您填的都在下面，旁边是对方保存的；"
            "请逐处定下用哪个，再按“保存”。"
        )
        return self.again(merged=merged, told=told, status=409)

    def _others_since(self, base: grids.Base) -> str:
        """Say who has saved this table since the form was shown, and when."""
        events = self.edition.change_set.events.filter(
            action=ChangeSetEvent.Action.EDITED, pk__gt=base.seen
        ).select_related("by")
        about = [e for e in events if e.why.startswith(self.edition.table_title)] or list(events)
        mine = staff_of(self.request).pk
        names = {
            "您自己在另一个窗口" if event.by_id == mine else name_of(event.by): event.at
            for event in about
        }
        told = [f"{name}（{_time(at)}）" for name, at in names.items()]
        return "、".join(told) or "别人"

    def again(
        self,
        problems: Sequence[CellProblem] = (),
        *,
        merged: grids.Merged | None = None,
        told: str = "",
        more: Mapping[str, int] | None = None,
        editable: bool = True,
        status: int = 200,
    ) -> HttpResponse:
        """Answer with the grid as it was typed."""
        about = grids.About(
            problems, merged.conflicts if merged else (), self.who.partition("（")[0], more or {}
        )
        form = grids.HeadingForm(self.edition, self.typed.heading)
        theirs = _say_heading(merged)
        context = {
            **self._parts(about, editable=editable),
            "edition": self.edition,
            "form": form,
            "heading": [(field, theirs.get(field.name, "")) for field in form],
            "base": self.base,
            "told": told,
            "notes": self.paste_notes,
            "page_problems": [problem.message for problem in problems if not problem.column],
            "editable": editable,
            "most_rows": MOST_ROWS,
        }
        return show(
            self.request, "tables_grid.html", name_with_day(self.edition), context,
            change_set=self.edition.change_set, tab="contents", status=status,
        )  # fmt: skip

    def _parts(self, about: grids.About, *, editable: bool) -> dict[str, object]:
        """The sheets beside the version that they replace, and the words that they cite."""
        edition = self.edition
        replaced = _replaced(edition)
        old = sheets_of(replaced) if replaced else ()
        parts = grids.make_parts(self.sheets, self.typed, old, about, editable=editable)
        clauses = grids.clause_words(edition, grids.codes_in(parts, "clause"))
        readings = grids.reading_words(edition)
        grids.quote(parts, clauses | readings)
        return {
            "parts": parts,
            "replaced": replaced,
            "clauses": clauses,
            "readings": readings,
            "problems": _summary(parts),
        }


def _replaced(edition: Edition) -> Edition | None:
    """The version that an edition takes over from. A draft needs no look at all other tables."""
    if edition.change_set.is_final:
        return replaced_by(edition, timetable_without(edition.change_set))
    started = Edition.objects.started_by(edition.in_force_from)
    found: Edition | None = started.filter(scheme=edition.scheme, table=edition.table).first()
    return found


def name_with_day(edition: Edition) -> str:
    """Name an edition by its table and its start."""
    return f"{edition.table_title}（{zh_day(edition.in_force_from)}起）"


def _time(at: datetime.datetime) -> str:
    local = timezone.localtime(at)
    return f"{local.month}月{local.day}日 {local:%H:%M}"


def _differs(base: grids.Base, stored: grids.Typed) -> bool:
    return (base.heading, base.rows) != (stored.heading, stored.rows)


def _save_heading(edition: Edition, form: grids.HeadingForm, before: grids.Heading) -> int:
    """Store the heading; return how many fields changed."""
    after = form.heading()
    changed = [name for name in after if after[name] != before[name]]
    for name in changed:
        setattr(edition, name, form.cleaned_data[name])
    if changed:
        edition.save()
    return len(changed)


def _say_heading(merged: grids.Merged | None) -> dict[str, str]:
    """What the other person has saved of the heading, as people read it."""
    told = dict(merged.heading_conflicts) if merged else {}
    if "document" in told:
        told["document"] = str(Document.objects.filter(pk=told["document"]).first() or "")
    if "start_is_stated" in told:
        told["start_is_stated"] = "是" if told["start_is_stated"] else "否"
    return {name: text or "空" for name, text in told.items()}


def _summary(parts: Sequence[grids.Part]) -> list[tuple[str, str, str]]:
    """Each cell that somebody has to look at: its id, where it is, and what is wrong."""
    found = []
    for part in parts:
        for line in part.lines:
            if line.note:
                found.append((line.cells[0].name, f"{part.sheet.title} {line.words}", line.note))
            for cell in line.cells:
                told = cell.problem
                if cell.theirs is not None:
                    told = f"您填的是“{cell.text or '空'}”，对方保存的是“{cell.theirs}”。"
                if told:
                    where = f"{part.sheet.title} {line.words}：{cell.column.title}"
                    found.append((cell.name, where, told))
    return found


def gone(request: HttpRequest, change_set: ChangeSet) -> HttpResponse:
    """Hand what was typed back to somebody whose table was taken out of the set meanwhile."""
    names = sorted(name for name in request.POST if name.count("-") == 2)
    lines: dict[tuple[str, int], list[str]] = {}
    for name in request.POST:
        label, _, rest = name.partition("-")
        number, _, column = rest.partition("-")
        if name in names and number.isdigit() and column != "remove":
            lines.setdefault((label, int(number)), []).append(request.POST[name])
    blocks: dict[str, list[str]] = {}
    for (label, _), cells in lines.items():
        if any(cells):
            blocks.setdefault(label, []).append("\t".join(cells))
    event = change_set.events.filter(why__endswith=TAKEN_OUT).select_related("by").last()
    context = {
        "blocks": ["\n".join(rows) for rows in blocks.values()],
        "who": f"{name_of(event.by)}（{_time(event.at)}）" if event else "别人",
    }
    return show(
        request, "tables_gone.html", "这张表已经移出变更单", context,
        change_set=change_set, tab="contents", status=409,
    )  # fmt: skip
