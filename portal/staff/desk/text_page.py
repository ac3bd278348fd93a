"""A text of a change set: written while the set is a draft, read afterwards."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path

from portal.policy.age import zh_day
from portal.policy.merging import Merged
from portal.policy.models import ChangeSet, TextVersion
from portal.policy.models.publishing import NotADraft
from portal.policy.publishing import note_edit
from portal.staff.desk.colleagues import (
    StartDay,
    closed_words,
    may_edit,
    need_editor,
    open_draft,
    who_changed,
)
from portal.staff.desk.frame import ALL_STAFF, desk_page, set_or_404, show, staff_of
from portal.staff.desk.text_writing import (
    BodyForm,
    line_difference,
    lines_of,
    merged_body,
    opened,
    quoted,
    seen,
)


class TextForm(BodyForm):
    """A text and its start day, as they are edited, and as they were when the page was opened."""

    in_force_from = StartDay()
    base_day = forms.DateField(required=False, widget=forms.HiddenInput)


@dataclass(frozen=True, slots=True)
class Refused:
    """A save that has to be decided by a person: the text with what did not collide put together."""

    merged: Merged
    day_differs: bool
    theirs: TextVersion


@desk_page(*ALL_STAFF)
def text(request: HttpRequest, pk: int, version: int) -> HttpResponse:
    """A text of a set: to be edited while the set is a draft, to be read afterwards.

    By POST: `do=save` saves; anything else shows what is typed, and saves nothing.
    """
    change_set = set_or_404(pk)
    found = TextVersion.objects.filter(change_set=change_set, pk=version).select_related("text")
    stored = found.first()
    if request.method == "POST":
        need_editor(request)
        return _posted(request, change_set, stored)
    if stored is None:
        raise Http404
    return _page(request, change_set, stored, _form_of(stored))


def _posted(
    request: HttpRequest, change_set: ChangeSet, stored: TextVersion | None
) -> HttpResponse:
    form = TextForm(request.POST)
    if stored is None:
        return _kept(request, change_set, "这份文字刚被人从变更单里拿掉了，没有保存。")
    if not change_set.is_open:
        return _kept(request, change_set, closed_words(change_set))
    if not form.is_valid():
        return _page(request, change_set, stored, form, status=422)
    if request.POST.get("do") != "save":
        return _page(request, change_set, stored, form, is_typed=True)
    try:
        saved = _save(request, change_set, stored, form)
    except NotADraft as refused:
        return _kept(request, change_set, str(refused))
    except TextVersion.DoesNotExist:
        return _kept(request, change_set, "这份文字刚被人从变更单里拿掉了，没有保存。")
    if isinstance(saved, Refused):
        return _conflict(request, change_set, saved, form)
    if not saved:
        return _page(request, change_set, stored, form, status=422)
    return redirect("admin:desk:text", change_set.pk, stored.pk)


def _save(
    request: HttpRequest, change_set: ChangeSet, version: TextVersion, form: TextForm
) -> bool | Refused:
    """Save what is typed, together with what somebody else has saved since the page was opened.

    Return whether it was saved; if not, the form says why. Raises NotADraft, DoesNotExist.
    """
    given = form.cleaned_data
    with open_draft(change_set) as held:
        stored = TextVersion.objects.select_related("text").get(pk=version.pk)
        day, day_differs = _merged_day(given, stored)
        merged = merged_body(given, stored)
        if merged.conflicts or day_differs:
            return Refused(merged, day_differs, stored)
        others = TextVersion.objects.filter(change_set=held, text=stored.text, in_force_from=day)
        if others.exclude(pk=stored.pk).exists():
            form.add_error("in_force_from", f"这张变更单里，这份文字从{zh_day(day)}起已经有一版。")
            return False
        if (merged.text, day) == (stored.body, stored.in_force_from):
            messages.info(request, "没有要保存的改动。")
            return True
        told = _told(stored, merged.text, day)
        is_merged = (merged.text, day) != (given["body"], given["in_force_from"])
        who = who_changed(request, held, quoted(stored)) if is_merged else ""
        stored.body, stored.in_force_from = merged.text, day
        stored.save()
        note_edit(held, staff_of(request), told)
    if who:
        messages.warning(request, f"已保存。{who}也改过这份文字，两边的改动合在一起了，请看一遍。")
    else:
        messages.success(request, "已保存。")
    return True


def _merged_day(given: dict[str, Any], stored: TextVersion) -> tuple[date, bool]:
    """The start day, and whether two people changed it to different days."""
    mine, base, theirs = given["in_force_from"], given["base_day"], stored.in_force_from
    if mine == base:
        return theirs, False
    return mine, theirs not in (base, mine)


def _told(stored: TextVersion, body: str, day: date) -> str:
    """The line of the history: what was changed, and how much."""
    marks = [mark for mark, _ in line_difference(stored.body, body)]
    parts = []
    if "-" in marks or "+" in marks:
        parts.append(f"加 {marks.count('+')} 行，减 {marks.count('-')} 行")
    if day != stored.in_force_from:
        parts.append(f"生效日期由{zh_day(stored.in_force_from)}改为{zh_day(day)}")
    return f"改了{quoted(stored)}的文字：{'；'.join(parts)}"


def _form_of(stored: TextVersion, **typed: Any) -> TextForm:
    """The form as it is opened; `typed` is what a person has typed and not saved."""
    start = {"in_force_from": stored.in_force_from, "base_day": stored.in_force_from}
    return TextForm(initial=opened(lines_of(stored.body)) | start | typed)


def _page(
    request: HttpRequest,
    change_set: ChangeSet,
    stored: TextVersion,
    form: TextForm,
    *,
    is_typed: bool = False,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    shown = TextVersion(
        text=stored.text,
        change_set=change_set,
        body=form.cleaned_data["body"] if is_typed else stored.body,
        in_force_from=form.cleaned_data["in_force_from"] if is_typed else stored.in_force_from,
    )
    find = form.cleaned_data["find"] if is_typed else ""
    context = {
        "form": form,
        "version": stored,
        "is_typed": is_typed,
        "find": find,
        "may_write": may_edit(request, change_set),
        "closed": "" if change_set.is_open else closed_words(change_set),
        "refused": None,
        **seen(shown, change_set, find),
        **more,
    }
    title = str(stored.text)
    return show(
        request,
        "texts_text.html",
        title,
        context,
        change_set=change_set,
        tab="contents",
        status=status,
    )


def _conflict(
    request: HttpRequest, change_set: ChangeSet, refused: Refused, form: TextForm
) -> HttpResponse:
    """Show both: what is typed stays in the form, what the other saved stands beside it."""
    theirs, given = refused.theirs, form.cleaned_data
    body = refused.merged.text
    again = _form_of(theirs, body=body, in_force_from=given["in_force_from"])
    return _page(
        request,
        change_set,
        theirs,
        again,
        status=409,
        refused=refused,
        who=who_changed(request, change_set, quoted(theirs)),
        conflicts=refused.merged.conflicts,
        difference=line_difference(lines_of(theirs.body), body),
    )


def _kept(request: HttpRequest, change_set: ChangeSet, why: str) -> HttpResponse:
    """What could not be saved, to be copied: nothing that was typed is lost."""
    return show(
        request,
        "texts_kept.html",
        "没有保存",
        {"why": why, "typed": request.POST.get("body", "")},
        change_set=change_set,
        tab="contents",
        status=409,
    )


urlpatterns = [path("<int:pk>/texts/<int:version>/", text, name="text")]
