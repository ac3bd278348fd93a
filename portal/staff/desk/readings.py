"""The decided readings of a draft: copied whole, listed, moved to another day, taken out."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.db.models import ProtectedError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path

from portal.policy.age import zh_day
from portal.policy.differences import replaced_by, timetable_without
from portal.policy.drafts import copy_edition
from portal.policy.in_force import NoPolicyInForce, Timetable
from portal.policy.models import ChangeSet, DecidedReading, Edition, Reading, ReadingChoice
from portal.policy.models.choices import Scheme
from portal.policy.models.publishing import NotADraft
from portal.policy.problems import title_of_edition
from portal.policy.publishing import note_edit
from portal.policy.titles import READINGS
from portal.staff.desk.colleagues import (
    StartDay,
    closed_words,
    may_edit,
    need_editor,
    open_draft,
    refuse_closed,
)
from portal.staff.desk.frame import ALL_STAFF, EDIT, desk_page, set_or_404, show, staff_of
from portal.staff.desk.reading_writing import Values, values_of
from portal.staff.desk.references import number_of


class CopyForm(forms.Form):
    """Whose readings to copy into the set, and from which day on they shall hold."""

    scheme = forms.ChoiceField(label="险种", choices=Scheme, widget=forms.RadioSelect)
    in_force_from = StartDay()


class DayForm(forms.Form):
    """The start day of the readings of a set."""

    in_force_from = StartDay()


# --- the readings come into the draft ----------------------------------------------------------


@desk_page(EDIT)
def new(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose a scheme and a day: its readings are copied whole."""
    change_set = set_or_404(pk)
    if not change_set.is_open:
        return refuse_closed(request, change_set)
    form = CopyForm(request.POST or None, initial={"in_force_from": change_set.first_day})
    if request.method == "POST" and form.is_valid():
        try:
            edition = _copy(request, change_set, form)
        except NotADraft:
            return refuse_closed(request, set_or_404(pk))
        if edition is not None:
            return redirect("admin:desk:readings", pk, edition.pk)
    own = Edition.objects.filter(change_set=change_set, table=READINGS)
    return show(
        request,
        "readings_new.html",
        "改已定的理解",
        {"form": form, "own": own.order_by("scheme", "in_force_from")},
        change_set=change_set,
        tab="contents",
        status=422 if form.errors else 200,
    )


def _copy(request: HttpRequest, change_set: ChangeSet, form: CopyForm) -> Edition | None:
    """Copy the readings that count on the day; None, and an error in the form, where none can be."""
    scheme, day = form.cleaned_data["scheme"], form.cleaned_data["in_force_from"]
    with open_draft(change_set) as held:
        if _editions(held, scheme, day).exists():
            message = f"这张变更单里已经有从{zh_day(day)}起的一份，请直接去改它。"
            form.add_error("in_force_from", message)
            return None
        source = _to_start_from(held, scheme, day)
        if source is None:
            form.add_error("scheme", "这个险种还没有理解可以复制。")
            return None
        edition = copy_edition(source, held, day)
        note_edit(held, staff_of(request), f"拿来{title_of_edition(edition)}，从{zh_day(day)}起改")
    messages.success(request, "已经复制过来，可以改了。")
    return edition


def _editions(change_set: ChangeSet, scheme: str, day: date) -> Any:
    return Edition.objects.filter(
        change_set=change_set, table=READINGS, scheme=scheme, in_force_from=day
    )


def _to_start_from(change_set: ChangeSet, scheme: str, day: date) -> Edition | None:
    timetable = Timetable.load(draft=change_set)
    for find in (timetable.latest_edition, timetable.first_edition):
        try:
            return find(scheme, READINGS, day)
        except NoPolicyInForce:
            continue
    return None


# --- the list ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Entry:
    """A reading in the list: `state` is `new`, `changed`, `same` or `removed`."""

    row: DecidedReading
    state: str

    @property
    def state_words(self) -> str:
        """The state in Chinese."""
        words = {"new": "新增", "changed": "有改动", "same": "没有改动", "removed": "删掉了"}
        return words[self.state]


@desk_page(*ALL_STAFF)
def listing(request: HttpRequest, pk: int, edition: int) -> HttpResponse:
    """All readings of an edition, those that were changed marked; by POST its start day."""
    change_set = set_or_404(pk)
    found = edition_or_404(change_set, edition)
    form = DayForm(initial={"in_force_from": found.in_force_from})
    if request.method == "POST":
        need_editor(request)
        form = DayForm(request.POST)
        if form.is_valid():
            try:
                if _move(request, change_set, found, form):
                    return redirect("admin:desk:readings", pk, edition)
            except NotADraft:
                return refuse_closed(request, set_or_404(pk))
            found = edition_or_404(change_set, edition)
    entries = _entries(found)
    wanted, only = request.GET.get("q", "")[:100], request.GET.get("only", "")
    context = {
        "edition": found,
        "title_of_it": title_of_edition(found),
        "form": form,
        "entries": [one for one in entries if _is_wanted(one, wanted, only)],
        "changed": sum(one.state != "same" for one in entries),
        "wanted": wanted,
        "only": only,
        "may_write": may_edit(request, change_set),
        "closed": "" if change_set.is_open else closed_words(change_set),
    }
    return show(
        request,
        "readings_list.html",
        title_of_edition(found),
        context,
        change_set=change_set,
        tab="contents",
        status=422 if form.errors else 200,
    )


def edition_or_404(change_set: ChangeSet, pk: int) -> Edition:
    """Return an edition of readings that a set carries. Raises Http404."""
    editions = Edition.objects.filter(change_set=change_set, table=READINGS)
    return get_object_or_404(editions.select_related("document", "change_set"), pk=pk)


def _move(request: HttpRequest, change_set: ChangeSet, edition: Edition, form: DayForm) -> bool:
    day = form.cleaned_data["in_force_from"]
    with open_draft(change_set) as held:
        edition = edition_or_404(held, edition.pk)
        was = edition.in_force_from
        if day == was:
            return True
        if _editions(held, edition.scheme, day).exists():
            form.add_error("in_force_from", f"这张变更单里从{zh_day(day)}起已经有一份。")
            return False
        edition.in_force_from = day
        edition.save()
        told = f"{title_of_edition(edition)}：生效日期由{zh_day(was)}改为{zh_day(day)}"
        note_edit(held, staff_of(request), told)
    messages.success(request, f"已改为从{zh_day(day)}起。")
    return True


def _entries(edition: Edition) -> list[Entry]:
    """The readings of an edition, and those of the edition it replaces that it has no more."""
    replaced = replaced_by(edition, timetable_without(edition.change_set))
    old, now = _said(replaced) if replaced else {}, _said(edition)
    entries = []
    for code in sorted({*old, *now}, key=number_of):
        if code not in now:
            entries.append(Entry(old[code][0], "removed"))
        elif code not in old:
            entries.append(Entry(now[code][0], "new"))
        else:
            state = "same" if old[code][1] == now[code][1] else "changed"
            entries.append(Entry(now[code][0], state))
    return entries


def _said(edition: Edition) -> dict[str, tuple[DecidedReading, Values]]:
    rows = DecidedReading.objects.filter(edition=edition).select_related("reading")
    choices: dict[str, Values] = {}
    for choice in ReadingChoice.objects.filter(edition=edition).select_related("reading"):
        choices.setdefault(choice.reading.code, {})[choice.switch] = choice.choice
    return {
        row.reading.code: (row, values_of(row, {}) | choices.get(row.reading.code, {}))
        for row in rows.prefetch_related("clauses")
    }


def _is_wanted(entry: Entry, wanted: str, only: str) -> bool:
    row = entry.row
    hay = f"{row.reading.code} {row.title} {row.text} {row.otherwise}".lower()
    is_found = all(word in hay for word in wanted.lower().split())
    return is_found and (only != "changed" or entry.state != "same")


# --- they leave the draft ----------------------------------------------------------------------


@desk_page(EDIT)
def remove_all(request: HttpRequest, pk: int, edition: int) -> HttpResponse:
    """Ask, and take the whole edition out of the draft."""
    change_set = set_or_404(pk)
    found = edition_or_404(change_set, edition)
    if not change_set.is_open:
        return refuse_closed(request, change_set)
    entries = _entries(found)
    changed = [one for one in entries if one.state != "same"]
    if request.method == "POST":
        try:
            with open_draft(change_set) as held:
                told = f"拿掉了{title_of_edition(found)}（从{zh_day(found.in_force_from)}起）"
                new_codes = [one.row.reading for one in changed if one.state == "new"]
                found.delete()
                for code in new_codes:
                    forget_unused(code)
                note_edit(held, staff_of(request), told)
        except NotADraft:
            return refuse_closed(request, set_or_404(pk))
        messages.success(request, "已从变更单里拿掉。已经发布的没有动。")
        return redirect("admin:desk:contents", pk)
    return show(
        request,
        "readings_remove_all.html",
        "从变更单里拿掉这些理解？",
        {"edition": found, "title_of_it": title_of_edition(found), "changed": changed},
        change_set=change_set,
        tab="contents",
    )


def forget_unused(code: Reading) -> None:
    """A code that nothing else uses is free again."""
    try:
        with transaction.atomic():
            code.delete()
    except ProtectedError:
        return


urlpatterns = [
    path("<int:pk>/readings/new/", new, name="readings-new"),
    path("<int:pk>/readings/<int:edition>/", listing, name="readings"),
    path("<int:pk>/readings/<int:edition>/remove/", remove_all, name="readings-remove"),
]
