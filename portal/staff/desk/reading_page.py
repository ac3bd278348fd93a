"""One reading of a draft: written while the set is a draft, added, taken out, brought back."""

import json
import re
from typing import Any

from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path

from portal.policy.differences import TextDifference, replaced_by, timetable_without
from portal.policy.documents import sentences
from portal.policy.models import ChangeSet, DecidedReading, Edition, Reading
from portal.policy.models.publishing import NotADraft
from portal.policy.preview import with_draft
from portal.policy.problems import title_of_edition
from portal.policy.publishing import note_edit
from portal.staff.desk.colleagues import (
    closed_words,
    may_edit,
    need_editor,
    open_draft,
    refuse_closed,
    who_changed,
)
from portal.staff.desk.frame import ALL_STAFF, EDIT, desk_page, set_or_404, show, staff_of
from portal.staff.desk.reading_writing import (
    ReadingForm,
    Values,
    base_of,
    collisions,
    values_of,
    write,
)
from portal.staff.desk.readings import edition_or_404, forget_unused
from portal.staff.desk.references import figures, number_of
from portal.staff.desk.switches import Switch, switches_of

_CODE = r"A-\d+"


@desk_page(*ALL_STAFF)
def reading(request: HttpRequest, pk: int, edition: int, code: str) -> HttpResponse:
    """A reading: to be edited while the set is a draft, to be read afterwards."""
    change_set = set_or_404(pk)
    found = edition_or_404(change_set, edition)
    rows = DecidedReading.objects.filter(edition=found, reading__code=code)
    row = rows.select_related("reading", "edition").first()
    switches = switches_of(code, found.scheme)
    if request.method == "POST":
        need_editor(request)
        form = ReadingForm(request.POST, change_set=change_set, switches=switches)
        return _posted(request, change_set, found, row, form, code)
    if row is None:
        raise Http404
    form = _form_of(values_of(row, switches), change_set, switches)
    return _page(request, change_set, found, form, row=row)


def _posted(
    request: HttpRequest,
    change_set: ChangeSet,
    edition: Edition,
    row: DecidedReading | None,
    form: ReadingForm,
    code: str,
) -> HttpResponse:
    gone = f"理解 {code} 刚被人从变更单里拿掉了，没有保存。"
    if row is None:
        return _kept(request, change_set, form, gone)
    if not change_set.is_open:
        return _kept(request, change_set, form, closed_words(change_set))
    if not form.is_valid():
        return _page(request, change_set, edition, form, row=row, status=422)
    try:
        theirs = _save(request, change_set, edition, form, code)
    except NotADraft as refused:
        return _kept(request, change_set, form, str(refused))
    except DecidedReading.DoesNotExist:
        return _kept(request, change_set, form, gone)
    if theirs is not None:
        return _conflict(request, change_set, edition, row, form, theirs)
    return redirect("admin:desk:reading", change_set.pk, edition.pk, code)


def _save(
    request: HttpRequest, change_set: ChangeSet, edition: Edition, form: ReadingForm, code: str
) -> Values | None:
    """Save what was changed, field by field, over what a colleague has saved since.

    Return what is stored where both changed a field, each to something else; None once it is saved.
    Raises NotADraft, DoesNotExist.
    """
    mine, base = form.values, base_of(form)
    with open_draft(change_set) as held:
        row = DecidedReading.objects.select_related("reading", "edition").get(
            edition=edition, reading__code=code
        )
        theirs = values_of(row, switches_of(code, edition.scheme))
        merged = {
            name: theirs[name] if mine[name] == base.get(name) else mine[name] for name in theirs
        }
        merged |= {name: value for name, value in mine.items() if name not in theirs}
        if collisions(mine, base, theirs):
            return theirs
        changed = [name for name in merged if merged[name] != theirs.get(name)]
        if not changed:
            messages.info(request, "没有要保存的改动。")
            return None
        who = who_changed(request, held, _about(code)) if merged != mine else ""
        write(row, merged)
        labels = "、".join(str(form.fields[name].label) for name in changed)
        note_edit(held, staff_of(request), f"改了{_about(code)}{labels}"[:500])
    if who:
        messages.warning(request, f"已保存。{who}也改过这一条，两边的改动合在一起了，请看一遍。")
    else:
        messages.success(request, "已保存。")
    return None


def _about(code: str) -> str:
    return f"理解 {code}："


def _form_of(
    values: Values, change_set: ChangeSet, switches: dict[str, Switch], **typed: str
) -> ReadingForm:
    """The form as it is opened; `typed` is what a person has typed and not saved."""
    base = json.dumps(values, ensure_ascii=False)
    initial = values | typed | {"base": base}
    return ReadingForm(initial=initial, change_set=change_set, switches=switches)


def _page(
    request: HttpRequest,
    change_set: ChangeSet,
    edition: Edition,
    form: ReadingForm,
    *,
    row: DecidedReading | None,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    """Show the form of a reading, of a new one where there is no `row`."""
    told = f"{row.title}\n{row.text}\n{row.otherwise}" if row else ""
    with with_draft(change_set.pk):
        codes = [clause.code for clause in row.clauses.all()] if row else []
        cited = sentences(edition.in_force_from, code__in=codes)
    context = {
        "form": form,
        "edition": edition,
        "title_of_it": title_of_edition(edition),
        "row": row,
        "cited": [(code, cited.get(code, "（还没有生效的原文）")) for code in codes],
        "figures": figures(told, ()),
        "chosen": _chosen(form),
        "may_write": may_edit(request, change_set),
        "closed": "" if change_set.is_open else closed_words(change_set),
        "who": "",
        "theirs": [],
        "may_remove": row is not None and not form.turned,
        **more,
    }
    return show(
        request,
        "readings_reading.html",
        f"{row.reading.code} {row.title}" if row else "新增一条理解",
        context,
        change_set=change_set,
        tab="contents",
        status=status,
    )


def _chosen(form: ReadingForm) -> list[tuple[str, str]]:
    """Each switch and its choice in words, for who may only look."""
    return [
        (switch.question, switch.choices.get(str(field.value()), "（没有定）"))
        for field, switch in form.turned
    ]


def _conflict(
    request: HttpRequest,
    change_set: ChangeSet,
    edition: Edition,
    row: DecidedReading,
    form: ReadingForm,
    theirs: Values,
) -> HttpResponse:
    """Show both: what is typed stays in the form, what the other saved stands above it."""
    mine, base = form.values, base_of(form)
    switches = switches_of(row.reading.code, edition.scheme)
    typed = {name: value for name, value in mine.items() if value != base.get(name)}
    row.refresh_from_db()
    both = [
        {
            "label": form.fields[name].label,
            "lines": TextDifference(
                "",
                "",
                edition.in_force_from,
                _shown(form, name, theirs[name]),
                _shown(form, name, mine[name]),
            ).lines,
        }
        for name in collisions(mine, base, theirs)
    ]
    return _page(
        request,
        change_set,
        edition,
        _form_of(theirs, change_set, switches, **typed),
        row=row,
        status=409,
        who=who_changed(request, change_set, _about(row.reading.code)),
        theirs=both,
    )


def _shown(form: ReadingForm, name: str, value: str) -> str:
    choices = dict(getattr(form.fields[name], "choices", ()))
    return str(choices.get(value, value))


def _kept(request: HttpRequest, change_set: ChangeSet, form: ReadingForm, why: str) -> HttpResponse:
    """What could not be saved, to be copied: nothing that was typed is lost."""
    typed = "\n\n".join(
        f"{field.label}：\n{_shown(form, field.name, str(field.value() or ''))}"
        for field in form.visible_fields()
    )
    return show(
        request,
        "texts_kept.html",
        "没有保存",
        {"why": why, "typed": typed},
        change_set=change_set,
        tab="contents",
        status=409,
    )


# --- a reading comes, goes, and comes back -----------------------------------------------------


@desk_page(EDIT)
def add(request: HttpRequest, pk: int, edition: int) -> HttpResponse:
    """A reading that there was not: it gets the next free code when it is saved."""
    change_set = set_or_404(pk)
    found = edition_or_404(change_set, edition)
    if request.method != "POST":
        if not change_set.is_open:
            return refuse_closed(request, change_set)
        form = ReadingForm(change_set=change_set, switches={})
        return _page(request, change_set, found, form, row=None)
    form = ReadingForm(request.POST, change_set=change_set, switches={})
    if not change_set.is_open:
        return _kept(request, change_set, form, closed_words(change_set))
    if not form.is_valid():
        return _page(request, change_set, found, form, row=None, status=422)
    try:
        code = _add(request, change_set, found, form)
    except NotADraft as refused:
        return _kept(request, change_set, form, str(refused))
    return redirect("admin:desk:reading", pk, edition, code)


def _add(request: HttpRequest, change_set: ChangeSet, edition: Edition, form: ReadingForm) -> str:
    with open_draft(change_set) as held:
        if not Edition.objects.filter(pk=edition.pk).exists():
            raise NotADraft("这些理解刚被人从变更单里拿掉了，没有保存。")
        code = _take_code()
        write(DecidedReading(edition=edition, reading=code), form.values)
        note_edit(held, staff_of(request), f"新增{_about(code.code)}{form.values['title']}"[:500])
    messages.success(request, f"已保存，编号是 {code}。文字里引用它，请写 [{code}]。")
    return code.code


def _take_code() -> Reading:
    """Make the next code. Another draft may take it this moment: then the one after it."""
    while True:
        codes = Reading.objects.values_list("code", flat=True)
        taken = [number_of(code) for code in codes if re.fullmatch(_CODE, code)]
        try:
            with transaction.atomic():
                return Reading.objects.create(code=f"A-{max(taken, default=0) + 1:02}")
        except IntegrityError:
            continue


@desk_page(EDIT)
def remove(request: HttpRequest, pk: int, edition: int, code: str) -> HttpResponse:
    """Ask, and take a reading out of the draft's edition."""
    change_set = set_or_404(pk)
    found = edition_or_404(change_set, edition)
    rows = DecidedReading.objects.filter(edition=found).select_related("reading")
    row = get_object_or_404(rows, reading__code=code)
    if not change_set.is_open:
        return refuse_closed(request, change_set)
    if switches_of(code, found.scheme):
        messages.error(request, f"{code} 定着怎么算，不能删；可以改成另一种算法。")
        return redirect("admin:desk:reading", pk, edition, code)
    if request.method == "POST":
        try:
            _remove(request, change_set, row)
        except NotADraft:
            return refuse_closed(request, set_or_404(pk))
        except DecidedReading.DoesNotExist:
            messages.info(request, f"{code} 已经被人删掉了。")
        return redirect("admin:desk:readings", pk, edition)
    return show(
        request,
        "readings_remove.html",
        f"删掉理解 {code}？",
        {"row": row, "edition": found, "title_of_it": title_of_edition(found)},
        change_set=change_set,
        tab="contents",
    )


def _remove(request: HttpRequest, change_set: ChangeSet, row: DecidedReading) -> None:
    with open_draft(change_set) as held:
        # Its words stay in the history, should somebody else have written on them meanwhile.
        row.refresh_from_db()
        note_edit(
            held,
            staff_of(request),
            f"删掉{_about(row.reading.code)}{row.title}{row.text}"[:500],
        )
        row.delete()
        forget_unused(row.reading)
    messages.success(request, f"已删掉 {row.reading}。")


@desk_page(EDIT)
def restore(request: HttpRequest, pk: int, edition: int, code: str) -> HttpResponse:
    """Bring a reading back, by POST, that was taken out of the copy."""
    change_set = set_or_404(pk)
    found = edition_or_404(change_set, edition)
    if not change_set.is_open:
        return refuse_closed(request, change_set)
    if request.method != "POST":
        return redirect("admin:desk:readings", pk, edition)
    replaced = replaced_by(found, timetable_without(change_set))
    old = DecidedReading.objects.filter(edition=replaced).select_related("reading")
    source = get_object_or_404(old, reading__code=code)
    try:
        with open_draft(change_set) as held:
            here = DecidedReading.objects.filter(edition=found, reading=source.reading)
            if not here.exists():
                values = values_of(source, {})
                write(DecidedReading(edition=found, reading=source.reading), values)
                note_edit(held, staff_of(request), f"放回{_about(code)}{source.title}")
    except NotADraft:
        return refuse_closed(request, set_or_404(pk))
    messages.success(request, f"已放回 {code}。")
    return redirect("admin:desk:readings", pk, edition)


urlpatterns = [
    path("<int:pk>/readings/<int:edition>/new/", add, name="reading-new"),
    path("<int:pk>/readings/<int:edition>/<str:code>/", reading, name="reading"),
    path("<int:pk>/readings/<int:edition>/<str:code>/remove/", remove, name="reading-remove"),
    path("<int:pk>/readings/<int:edition>/<str:code>/restore/", restore, name="reading-restore"),
]
