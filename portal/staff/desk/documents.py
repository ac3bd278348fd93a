"""The document that a change set rests on: chosen, or entered from its pasted text and cut up."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib import messages
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path

from portal.policy.cutting import cut, propose_clauses, squeeze
from portal.policy.document_drafts import (
    Cited,
    NewSection,
    fingerprint,
    keep_document,
    own_document,
    places_of,
    remove_document,
    rest_on,
    sections_of,
    start_of,
)
from portal.policy.models import ChangeSet, Clause, Document
from portal.policy.models.publishing import NotADraft
from portal.policy.publishing import note_edit
from portal.staff.desk.colleagues import (
    may_edit,
    need_editor,
    open_draft,
    refuse_closed,
    who_changed,
)
from portal.staff.desk.document_cut import (
    MOST_CHARACTERS,
    MOST_SECTIONS,
    TypedSection,
    checked_sections,
    moved,
    pasted_again,
    read_sections,
    sections_of_cut,
    sections_of_kept,
    words_differ,
)
from portal.staff.desk.document_forms import ChooseForm, DocumentForm, proposed_data, start_form
from portal.staff.desk.frame import EDIT, VIEW, desk_page, set_or_404, show, staff_of

MOST_CLAUSES = 400
_MOVES = re.compile(r"(join|insert|propose)-(\d{1,3})")


@desk_page(VIEW, EDIT)
def document(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what a set rests on; let its author choose or enter it, and change what is its own."""
    change_set = set_or_404(pk)
    if request.method == "POST":
        need_editor(request)
        return _posted(request, change_set)
    if may_edit(request, change_set):
        own = own_document(change_set)
        if own is not None and "edit" in request.GET:
            return _show_kept(request, change_set, own)
        if own is None and (change_set.document is None or "new" in request.GET):
            return _show_start(request, change_set)
    return _show_document(request, change_set)


def _posted(request: HttpRequest, change_set: ChangeSet) -> HttpResponse:
    action = request.POST.get("action", "")
    if not change_set.is_open:
        chooses = action in {"choose", "remove"}
        return refuse_closed(request, change_set) if chooses else _show_closed(request, change_set)
    if action == "choose":
        return _choose(request, change_set)
    if action == "remove":
        return _remove(request, change_set)
    if action in {"cut", "recut"}:
        return _cut(request, change_set)
    if action == "save":
        return _save(request, change_set)
    sections = read_sections(request.POST)
    if found := _MOVES.fullmatch(action):
        sections = moved(sections, found[1], int(found[2]))
        return _show_cut(request, change_set, _typed(request), sections)
    return _show_cut(request, change_set, _typed(request), checked_sections(sections), checked=True)


def _typed(request: HttpRequest, **others: Any) -> DocumentForm:
    """The form as it was typed, without a verdict."""
    return DocumentForm(initial={**request.POST.dict(), **others})


def _show_start(
    request: HttpRequest,
    change_set: ChangeSet,
    choosing: ChooseForm | None = None,
    form: DocumentForm | None = None,
) -> HttpResponse:
    context = {
        "choosing": choosing or ChooseForm(initial={"document": change_set.document_id}),
        "form": form or start_form(),
        "base": fingerprint(change_set),
        "most": MOST_CHARACTERS,
    }
    wrong = any(f is not None and f.errors for f in (choosing, form))
    return show(
        request,
        "documents_start.html",
        "依据文件",
        context,
        change_set=change_set,
        tab="contents",
        status=422 if wrong else 200,
    )


def _show_document(request: HttpRequest, change_set: ChangeSet) -> HttpResponse:
    resting = change_set.document
    own = own_document(change_set)
    context = {
        "document": resting,
        "is_own": own is not None,
        "sections": sections_of(resting, change_set) if resting else [],
        "start": start_of(change_set, own) if own else None,
        "base": fingerprint(change_set),
        "places": _places(own) if own else [],
        "may_edit_now": may_edit(request, change_set),
    }
    return show(
        request,
        "documents_document.html",
        "依据文件",
        context,
        change_set=change_set,
        tab="contents",
    )


def _places(own: Document) -> list[tuple[str, list[str]]]:
    return list(places_of(Clause.objects.filter(section__document=own)).items())


def _show_kept(request: HttpRequest, change_set: ChangeSet, own: Document) -> HttpResponse:
    sections = sections_of_kept(sections_of(own, change_set))
    pasted = pasted_again(sections)
    form = DocumentForm(
        instance=own,
        initial={"pasted": pasted, "in_force_from": start_of(change_set, own)},
    )
    keep = bool(cut(pasted).dropped)
    return _show_cut(request, change_set, form, sections, keep=keep)


def _show_cut(
    request: HttpRequest,
    change_set: ChangeSet,
    form: DocumentForm,
    sections: Sequence[TypedSection],
    *,
    status: int = 200,
    checked: bool = False,
    **others: Any,
) -> HttpResponse:
    """The form with the data and the cut. `checked` says what differs from the pasted text."""
    keep = bool(others.pop("keep", request.POST.get("keep_pages")))
    pasted = form["pasted"].value() or ""
    context = {
        "form": form,
        "data_fields": [form[name] for name in (*DocumentForm.Meta.fields, "in_force_from")],
        "sections": sections,
        "first_number": sections[0].number if sections else 1,
        "base": request.POST.get("base") or fingerprint(change_set),
        "keep_pages": keep,
        "dropped": [] if keep else cut(pasted).dropped,
        "checked": checked,
        "differs": words_differ(pasted, sections, keep=keep) if checked else [],
        "is_new": own_document(change_set) is None,
        "cited": {},
        "conflict": None,
        "most_sections": MOST_SECTIONS,
        **others,
    }
    return show(
        request,
        "documents_cut.html",
        "依据文件：分节分条",
        context,
        change_set=change_set,
        tab="contents",
        status=status,
    )


# --- steps -------------------------------------------------------------------------------------


def _choose(request: HttpRequest, change_set: ChangeSet) -> HttpResponse:
    form = ChooseForm(request.POST)
    if not form.is_valid():
        return _show_start(request, change_set, choosing=form)
    chosen: Document | None = form.cleaned_data["document"]
    try:
        with open_draft(change_set) as held:
            if request.POST.get("base") != fingerprint(held) or own_document(held):
                who = who_changed(request, change_set, "文件")
                message = f"没有改：{who}刚刚改过依据文件，现在的样子在下面。"
                messages.error(request, message)
                return redirect("admin:desk:document", change_set.pk)
            rest_on(held, chosen)
            told = f"依据文件选为《{chosen.title}》" if chosen else "改为不依据文件"
            note_edit(held, staff_of(request), told)
    except NotADraft:
        return refuse_closed(request, set_or_404(change_set.pk))
    messages.success(request, f"{told}。")
    return redirect("admin:desk:document", change_set.pk)


def _remove(request: HttpRequest, change_set: ChangeSet) -> HttpResponse:
    try:
        with open_draft(change_set) as held:
            own = own_document(held)
            if own is None:
                messages.error(request, "没有删除：这份文件不是这张草稿自己的。")
            elif request.POST.get("base") != fingerprint(held):
                who = who_changed(request, change_set, "文件")
                messages.error(request, f"没有删除：{who}刚刚改过这份文件，请先看一看。")
            else:
                title = own.title
                remove_document(held, own)
                note_edit(held, staff_of(request), f"删除依据文件《{title}》")
                messages.success(request, f"已从这张变更单里删除《{title}》。")
    except Cited as cited:
        for code, places in cited.places.items():
            told = f"没有删除：{code} 还用在{'、'.join(places)}。请先在那里改引别的条款或文件。"
            messages.error(request, told)
    except NotADraft:
        return refuse_closed(request, set_or_404(change_set.pk))
    return redirect("admin:desk:document", change_set.pk)


def _cut(request: HttpRequest, change_set: ChangeSet) -> HttpResponse:
    """Cut the pasted text up, and propose what the form leaves open."""
    pasted = request.POST.get("pasted", "").replace("\x00", "")
    if not squeeze(pasted) or len(pasted) > MOST_CHARACTERS:
        form = start_form(request.POST)
        if not form.has_error("pasted"):  # nothing but blanks
            form.add_error("pasted", "请把文件的全文贴在这里。")
        if request.POST["action"] == "cut":
            return _show_start(request, change_set, form=form)
        sections = read_sections(request.POST)
        return _show_cut(request, change_set, form, sections, status=422)
    keep = bool(request.POST.get("keep_pages"))
    sections, details, _ = sections_of_cut(pasted, keep_page_numbers=keep)
    proposed = proposed_data(request.POST, details, change_set)
    form = _typed(request, pasted=pasted, **proposed)
    if len(sections) > MOST_SECTIONS:
        messages.warning(request, f"原文分出了 {len(sections)} 节，最多 {MOST_SECTIONS} 节。")
        sections = [_joined(sections)]
    return _show_cut(request, change_set, form, sections, keep=keep)


def _joined(sections: Sequence[TypedSection]) -> TypedSection:
    body = pasted_again(sections)
    return TypedSection(1, "正文", body, "\n".join(propose_clauses(body)))


def _save(request: HttpRequest, change_set: ChangeSet) -> HttpResponse:
    sections = checked_sections(read_sections(request.POST))
    try:
        with open_draft(change_set) as held:
            own = own_document(held)
            if request.POST.get("base") != fingerprint(held):
                return _show_conflict(request, held, sections)
            form = DocumentForm(request.POST, instance=own or Document())
            if not _is_right(form, sections, keep=bool(request.POST.get("keep_pages"))):
                return _show_cut(request, held, form, sections, status=422, checked=True)
            _keep(held, form, sections)
            told = f"{'修改' if own else '录入'}文件《{form.cleaned_data['title']}》：" + _sum(
                sections
            )
            note_edit(held, staff_of(request), told)
    except Cited as cited:
        refused: dict[str, Any] = {"status": 422, "cited": cited.places}
        return _show_cut(request, change_set, _typed(request), sections, **refused)
    except IntegrityError:
        messages.error(request, "没有保存：刚刚有别的文件用了这个标识或条款字母，请换一个再保存。")
        return _show_cut(request, change_set, _typed(request), sections, status=422)
    except NotADraft:
        return _show_closed(request, change_set)
    messages.success(request, f"已保存。{told}。")
    return redirect("admin:desk:document", change_set.pk)


def _sum(sections: Sequence[TypedSection]) -> str:
    return f"{len(sections)} 节，{sum(len(s.lines) for s in sections)} 条"


def _is_right(form: DocumentForm, sections: Sequence[TypedSection], *, keep: bool) -> bool:
    """Whether data and cut can be kept; what is wrong with the whole goes to the form."""
    valid = form.is_valid()
    clauses = sum(len(section.lines) for section in sections)
    if not clauses:
        form.add_error(None, "还没有一条条款：请在各节的条款框里，一条一行地写上。")
    if len(sections) > MOST_SECTIONS:
        form.add_error(None, f"最多 {MOST_SECTIONS} 节，请合并几节。")
    if clauses > MOST_CLAUSES:
        form.add_error(None, f"最多 {MOST_CLAUSES} 条，现在有 {clauses} 条，请合并几条。")
    pasted = form["pasted"].value() or ""
    wrong = any(section.errors or section.slips for section in sections)
    return valid and not form.errors and not wrong and not words_differ(pasted, sections, keep=keep)


def _keep(held: ChangeSet, form: DocumentForm, sections: Sequence[TypedSection]) -> None:
    new = [NewSection(s.number, s.title, s.body, tuple(s.lines)) for s in sections]
    keep_document(held, form.save(commit=False), new, form.cleaned_data["in_force_from"])


def _show_conflict(
    request: HttpRequest, change_set: ChangeSet, sections: Sequence[TypedSection]
) -> HttpResponse:
    """Somebody saved in between: both stand on one page, and the next save is with open eyes."""
    kept = change_set.document
    conflict: Mapping[str, Any] = {
        "who": who_changed(request, change_set, "文件"),
        "document": kept,
        "sections": sections_of(kept, change_set) if kept else [],
    }
    return _show_cut(
        request,
        change_set,
        _typed(request),
        sections,
        status=409,
        base=fingerprint(change_set),
        conflict=conflict,
    )


def _show_closed(request: HttpRequest, change_set: ChangeSet) -> HttpResponse:
    """The set was handed in while somebody typed: nothing can be saved, and nothing is lost."""
    stored = set_or_404(change_set.pk)
    messages.error(request, "没有保存：这张变更单已经不是草稿。您写的都还在下面，可以复制。")
    return _show_cut(request, stored, _typed(request), read_sections(request.POST), status=409)


urlpatterns = [path("<int:pk>/document/", document, name="document")]
