"""Tables in a change set: begun as a copy of the version in force, edited as a grid, taken out."""

import datetime
import hashlib
import json
from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path

from portal import clock
from portal.policy.age import zh_day
from portal.policy.drafts import copy_edition
from portal.policy.grid import sheets_of
from portal.policy.in_force import NoPolicyInForce, Timetable
from portal.policy.models import ChangeSet, Document, Edition
from portal.policy.models.choices import Scheme
from portal.policy.publishing import note_edit
from portal.policy.tables import TABLES
from portal.policy.titles import READINGS, TITLES, title_of
from portal.staff.desk import grids
from portal.staff.desk.colleagues import need_editor, refuse_closed
from portal.staff.desk.frame import EDIT, VIEW, desk_page, set_or_404, show, staff_of
from portal.staff.desk.grid_page import TAKEN_OUT, GridPage, gone, name_with_day

MORE_ROWS = 3


def edition_or_404(change_set: ChangeSet, pk: int) -> Edition:
    """Return an edition of a set. Raises Http404."""
    found = change_set.editions.select_related("document", "change_set")
    edition: Edition | None = found.filter(pk=pk).first()
    if edition is None or not (grids.knows(edition) or edition.table == READINGS):
        raise Http404
    return edition


# --- the grid -------------------------------------------------------------------------------------


@desk_page(VIEW, EDIT)
def table(request: HttpRequest, pk: int, edition: int) -> HttpResponse:
    """Show an edition as a grid; save what was typed into it."""
    change_set = set_or_404(pk)
    if "base" in request.POST and not change_set.editions.filter(pk=edition).exists():
        return gone(request, change_set)
    found = edition_or_404(change_set, edition)
    if found.table == READINGS:
        return redirect("admin:desk:readings", pk, edition)
    if request.method != "POST":
        return GridPage(request, found).shown()
    need_editor(request)
    page = GridPage(request, found)
    page.read_post()
    do, _, label = request.POST.get("do", "save").partition(":")
    if do == "more":
        return page.again(more={label: MORE_ROWS})
    if page.pasted:
        return page.previewed()
    return page.save()


# --- a new version ---------------------------------------------------------------------------------


class NewTableForm(forms.Form):
    """Which table, and from when."""

    table = forms.ChoiceField(
        choices=[(f"{scheme}.{name}", title_of(scheme, name)) for scheme, name in TABLES],
        error_messages={"required": "请选一张表。", "invalid_choice": "没有这张表，请重新选。"},
    )
    start = grids.day_field("生效日期", "文件规定从哪一天起执行，就填哪一天")
    until = grids.day_field(
        "截止日期", "只有当内容限于某一年时才填，含当日；没有就留空", required=False
    )

    def __init__(self, change_set: ChangeSet, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data, label_suffix="")
        self.change_set = change_set

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        start, until = data.get("start"), data.get("until")
        if start and until and until < start:
            self.add_error("until", "截止日期不能早于生效日期，请核对。")
        if start and "table" in data:
            scheme, name = data["table"].split(".")
            same = self.change_set.editions.filter(scheme=scheme, table=name, in_force_from=start)
            if same.exists():
                self.add_error(
                    "start",
                    f"这张变更单里已经有“{title_of(scheme, name)}”从{zh_day(start)}起的一版，"
                    "请直接去改它，或换一个日期。",
                )
        return data


@desk_page(EDIT)
def new(request: HttpRequest, pk: int) -> HttpResponse:
    """Begin another version of a table, as a copy of the one that it takes over from."""
    change_set = set_or_404(pk)
    if not change_set.is_open:
        return refuse_closed(request, change_set)
    form = NewTableForm(change_set, request.POST if request.method == "POST" else None)
    form.initial = {"table": request.GET.get("table", "")}  # chosen on the page of all tables
    if form.is_bound and form.is_valid():
        made = _begin(form, staff_of(request))
        if made is not None:
            messages.success(request, _begun(made))
            for told in _elsewhere(made):
                messages.warning(request, told)
            return redirect("admin:desk:table", pk, made.pk)
    context = {"form": form, "groups": _choices(change_set, form)}
    status = 422 if form.is_bound else 200
    return show(
        request, "tables_new.html", "加一张表", context,
        change_set=change_set, tab="contents", status=status,
    )  # fmt: skip


def _begin(form: NewTableForm, by: User) -> Edition | None:
    """Make the edition that the form asks for; None where it cannot be, and the form says why."""
    scheme, name = form.cleaned_data["table"].split(".")
    change_set, start = form.change_set, form.cleaned_data["start"]
    source = _source(change_set, scheme, name, start)
    document = change_set.document or (source.document if source else None)
    if document is None:
        form.add_error("table", "这张表还没有过，先在变更单里填好依据文件，再加它。")
        return None
    try:
        with transaction.atomic():
            edition = _copied(source, change_set, (scheme, name), start, document)
            edition.document = document
            edition.in_force_until = form.cleaned_data["until"]
            edition.save()
            how = "复制为新一版" if source else "新加，还是空的"
            note_edit(change_set, by, f"{edition.table_title}（{zh_day(start)}起）：{how}")
    except IntegrityError:  # somebody else was as fast
        form.add_error("start", "别人刚刚也加了这张表的这一版，请回到内容页去改它。")
        return None
    return edition


def _copied(
    source: Edition | None,
    change_set: ChangeSet,
    table: tuple[str, str],
    start: datetime.date,
    document: Document,
) -> Edition:
    if source is not None:
        return copy_edition(source, change_set, start)
    return Edition.objects.create(
        change_set=change_set, scheme=table[0], table=table[1], in_force_from=start,
        document=document,
    )  # fmt: skip


def _source(change_set: ChangeSet, scheme: str, name: str, start: datetime.date) -> Edition | None:
    """The version that a new one takes over from, the set's own too; before the first one, that."""
    timetable = Timetable.load(draft=change_set)
    for find in (timetable.latest_edition, timetable.first_edition):
        try:
            return find(scheme, name, start)
        except NoPolicyInForce:
            continue
    return None


def _begun(edition: Edition) -> str:
    title, day = edition.table_title, zh_day(edition.in_force_from)
    return f"已加上“{title}”从{day}起的一版，依据《{edition.document}》。请改动有变化的格。"


def _elsewhere(edition: Edition) -> list[str]:
    """Other sets that have a version of the same table and day."""
    same = Edition.objects.filter(
        scheme=edition.scheme, table=edition.table, in_force_from=edition.in_force_from
    ).exclude(change_set=edition.change_set)
    same = same.exclude(change_set__status=ChangeSet.Status.WITHDRAWN)
    return [
        f"另一张变更单“{other.change_set}”（{other.change_set.get_status_display()}）"
        "也有这张表同一天起的一版，后发布的一版算数。请先看一看是不是同一件事。"
        for other in same.select_related("change_set").order_by("pk")
    ]


def _choices(change_set: ChangeSet, form: NewTableForm) -> list[tuple[str, list[dict[str, Any]]]]:
    """The tables of both schemes: what is in force, and what the set has already."""
    timetable, today = Timetable.load(), clock.today()
    own: dict[tuple[str, str], list[Edition]] = {}
    for edition in change_set.editions.order_by("in_force_from"):
        own.setdefault((edition.scheme, edition.table), []).append(edition)
    chosen = form["table"].value()
    groups: dict[str, list[dict[str, Any]]] = {}
    for scheme, name in TABLES:
        groups.setdefault(str(Scheme(scheme).label), []).append(
            {
                "value": f"{scheme}.{name}",
                "title": TITLES[scheme, name],
                "chosen": chosen == f"{scheme}.{name}",
                "in_force": _in_force(timetable, scheme, name, today),
                "own": own.get((scheme, name), []),
            }
        )
    return list(groups.items())


def _in_force(timetable: Timetable, scheme: str, name: str, today: datetime.date) -> str:
    try:
        edition = timetable.latest_edition(scheme, name, today)
    except NoPolicyInForce:
        return "还没有生效的一版"
    until = edition.in_force_until
    days = f"{zh_day(edition.in_force_from)}起" + (f"，到{zh_day(until)}" if until else "")
    return f"现行：{days}，《{edition.document}》"


# --- taking it out ---------------------------------------------------------------------------------


@desk_page(EDIT)
def remove(request: HttpRequest, pk: int, edition: int) -> HttpResponse:
    """Take an edition out of a draft, after a look at what goes with it."""
    change_set = set_or_404(pk)
    found = edition_or_404(change_set, edition)
    if found.table == READINGS:
        title, digest = name_with_day(found), ""
    else:
        title, digest = name_with_day(found), _digest(found)
    if not change_set.is_open:
        return refuse_closed(request, change_set)
    if request.method == "POST":
        if request.POST.get("seen") == digest:
            with transaction.atomic():
                note_edit(change_set, staff_of(request), f"{title}：{TAKEN_OUT}")
                found.delete()
            messages.success(request, f"“{title}”已移出这张变更单。")
            return redirect("admin:desk:contents", pk)
        messages.warning(request, "别人刚刚改了这张表，请看过再决定要不要移出。")
    rows = sum(len(sheet.rows) for sheet in sheets_of(found)) if digest else 0
    context = {"edition": found, "rows": rows, "seen": digest}
    return show(
        request, "tables_remove.html", f"移出“{title}”？", context,
        change_set=change_set, tab="contents",
    )  # fmt: skip


def _digest(edition: Edition) -> str:
    """A name for just what is stored of the edition now."""
    shown = grids.stored(edition)
    told = json.dumps([shown.heading, shown.rows], ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(told.encode()).hexdigest()[:16]


urlpatterns = [
    path("<int:pk>/tables/new/", new, name="table-new"),
    path("<int:pk>/tables/<int:edition>/", table, name="table"),
    path("<int:pk>/tables/<int:edition>/remove/", remove, name="table-remove"),
]
