"""The document that a change set rests on: chosen, or entered from its pasted text and cut up."""

import datetime
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import path

from portal.policy.cutting import (
    Details,
    Piece,
    cut,
    difference,
    is_heading,
    is_in,
    left_out,
    nearest,
    propose_clauses,
    squeeze,
    tidy,
    words_of,
    words_of_paste,
)
from portal.policy.document_drafts import (
    Cited,
    KeptSection,
    NewSection,
    documents_on_file,
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
    StartDay,
    may_edit,
    need_editor,
    open_draft,
    refuse_closed,
    who_changed,
)
from portal.staff.desk.frame import EDIT, VIEW, desk_page, set_or_404, show, staff_of

MOST_CHARACTERS = 60_000
MOST_SECTIONS = 80
MOST_CLAUSES = 400
LONGEST_CLAUSE = 2_000
SHOWN_SLIPS = 5  # of one section: who pasted another text sees enough

# Letters that look like figures, and the one with which readings are numbered.
_MISREAD = "AIO"
_MOVES = re.compile(r"(join|insert|propose)-(\d{1,3})")


# --- forms -------------------------------------------------------------------------------------


class DocumentChoice(forms.ModelChoiceField):
    def label_from_instance(self, obj: Document) -> str:
        return "，".join(filter(None, (obj.title, obj.edition_name, obj.number)))


class ChooseForm(forms.Form):
    document = DocumentChoice(
        label="网站上已有的文件",
        queryset=Document.objects.none(),
        required=False,
        empty_label="不依据任何文件（只改正录入的错误）",
        error_messages={"invalid_choice": "请从列表里选一份文件。"},
    )

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self.fields["document"].queryset = documents_on_file()  # type: ignore[attr-defined]


class DocumentForm(forms.ModelForm):
    """What is kept of a document beside its cut."""

    in_force_from = StartDay()
    pasted = forms.CharField(
        label="原文",
        strip=False,
        max_length=MOST_CHARACTERS,
        widget=forms.Textarea(attrs={"rows": 16}),
        error_messages={
            "required": "请把文件的全文贴在这里。",
            "max_length": "原文太长：最多 %(limit_value)d 个字，现在有 %(show_value)d 个字。",
        },
        help_text="从网页、微信或 PDF 里复制全文，直接贴上；断行、页码和空格由网站整理",
    )

    class Meta:
        model = Document
        fields = (
            "title",
            "number",
            "dated",
            "issuer",
            "link",
            "scheme",
            "edition_name",
            "slug",
            "letter",
        )
        error_messages = {
            "slug": {"unique": "这个标识已经有文件用了，请换一个。"},
            "letter": {"unique": "这个字母已经有文件用了，请换一个。"},
        }

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self.fields["in_force_from"].label = "条款从哪天起生效"
        self.fields["dated"].label = "落款日期"
        self.fields["dated"].help_text = "例如 2026-11 或 2026-11-18；文件没有落款日期时留空"
        self.fields["dated"].widget.attrs.pop("maxlength", None)  # 2026年11月18日 may be typed
        self.fields["dated"].max_length = None  # type: ignore[attr-defined]
        self.fields["letter"].help_text = "一个或两个大写字母；条款编号以它开头，例如 F-1.2"
        self.fields["link"].widget.attrs["inputmode"] = "url"

    def clean_letter(self) -> str:
        letter = self.cleaned_data["letter"].upper()
        if not re.fullmatch("[A-Z]{1,2}", letter):
            raise ValidationError("请填一个或两个大写字母。")
        if letter == "A":
            raise ValidationError("字母 A 留给“采用的理解”编号（A-17），请换一个。")
        return str(letter)

    def clean_dated(self) -> str:
        """2026年11月18日 and 2026/11/18 are understood, too."""
        typed = self.cleaned_data["dated"].strip()
        found = re.fullmatch(r"(\d{4})[-年/.](\d{1,2})(?:[-月/.](\d{1,2})日?|月)?", typed)
        if not typed:
            return ""
        try:
            year, month, day = (int(part or 1) for part in found.groups()) if found else (0, 0, 0)
            read = datetime.date(year, month, day).isoformat()
        except ValueError as error:
            message = "请写成“年-月”或“年-月-日”，例如 2026-11 或 2026-11-18。"
            raise ValidationError(message) from error
        return read if found and found[3] else read[:7]


def _start_form(typed: QueryDict | None = None) -> DocumentForm:
    """The form of the first step, in which only the pasted text is asked for."""
    form = DocumentForm(typed)
    for name, field in form.fields.items():
        field.required = name == "pasted"
    return form


# --- the cut as it is typed --------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Slip:
    """A clause that does not stand word for word in its section: its line, and what differs."""

    line: int
    sentence: str
    pieces: list[Piece]


@dataclass(frozen=True, slots=True)
class TypedSection:
    """A section in the form: its clauses one a line, what no clause holds, and what is wrong."""

    number: int
    title: str
    body: str
    clauses: str
    errors: tuple[str, ...] = ()
    slips: tuple[Slip, ...] = ()

    @property
    def lines(self) -> list[str]:
        return [line for line in self.clauses.split("\n") if line.strip()]

    @property
    def left_out(self) -> list[str]:
        return left_out(self.body, self.lines)

    @property
    def body_rows(self) -> int:
        return _rows(self.body)

    @property
    def clause_rows(self) -> int:
        return _rows(self.clauses)


def _rows(text: str) -> int:
    """How many lines a text takes up in a box of about forty characters."""
    return min(24, 1 + sum(1 + len(line) // 40 for line in text.split("\n")))


def _read_sections(data: QueryDict) -> list[TypedSection]:
    first = 0 if data.get("first_number") == "0" else 1
    count = data.get("sections", "")
    number = min(int(count), MOST_SECTIONS + 1) if count.isascii() and count.isdigit() else 0
    return _numbered(
        [
            TypedSection(
                0,
                tidy(data.get(f"title-{at}", "")).replace("\n", " ").replace("\t", " "),
                tidy(data.get(f"body-{at}", "")),
                tidy(data.get(f"clauses-{at}", "")),
            )
            for at in range(number)
        ],
        first,
    )


def _numbered(sections: Sequence[TypedSection], first: int) -> list[TypedSection]:
    return [replace(section, number=at) for at, section in enumerate(sections, first)]


def _of_cut(pasted: str, *, keep_page_numbers: bool) -> tuple[list[TypedSection], Details, Any]:
    made = cut(pasted, keep_page_numbers=keep_page_numbers)
    sections = [
        TypedSection(0, section.title, section.body, "\n".join(section.clauses))
        for section in made.sections
    ]
    return _numbered(sections, made.first_number), made.details, made.dropped


def _of_kept(kept: Sequence[KeptSection]) -> list[TypedSection]:
    return [
        TypedSection(
            section.number,
            section.title,
            section.body,
            "\n".join(clause.sentence for clause in section.clauses),
        )
        for section in kept
    ]


def _pasted_again(sections: Sequence[TypedSection]) -> str:
    """A kept document's text as if it had just been pasted."""
    parts: list[str] = []
    for section in sections:
        is_own = is_heading(section.title) and not _repeats(section)
        parts += [section.title] if is_own else []
        parts += [section.body] if section.body else []
    return "\n".join(parts)


def _moved(sections: list[TypedSection], move: str, at: int) -> list[TypedSection]:
    """Join a section to the one before, put an empty one behind it, or propose its clauses anew."""
    if not 0 <= at < len(sections):
        return sections
    first, one = sections[0].number, sections[at]
    if move == "propose":
        changed = [replace(one, clauses="\n".join(propose_clauses(one.body)))]
    elif move == "insert":
        changed = [one, TypedSection(0, "", "", "")]
    elif at == 0:
        return sections
    else:
        before = sections[at - 1]
        heading = one.title if is_heading(one.title) and not _repeats(one) else ""
        joined = replace(
            before,
            body="\n".join(filter(None, (before.body, heading, one.body))),
            clauses="\n".join(filter(None, (before.clauses, one.clauses))),
        )
        return _numbered([*sections[: at - 1], joined, *sections[at + 1 :]], first)
    return _numbered([*sections[:at], *changed, *sections[at + 1 :]], first)


def _repeats(section: TypedSection) -> bool:
    return squeeze(section.body).startswith(squeeze(section.title))


def _checked(sections: Sequence[TypedSection]) -> list[TypedSection]:
    """The sections that have something in them, each with what is wrong with it."""
    filled = [s for s in sections if s.title or s.body or s.clauses]
    first = sections[0].number if sections else 1
    return [
        replace(section, errors=tuple(_errors(section)), slips=tuple(_slips(section)))
        for section in _numbered(filled, first)
    ]


def _errors(section: TypedSection) -> Iterator[str]:
    if not section.title:
        yield "请写这一节的标题。"
    if len(section.title) > 100:
        yield "标题太长：最多 100 个字。"
    if not section.body and not is_heading(section.title):
        yield "这一节还没有原文：请把属于它的段落从别的节里剪过来，或者把这一节清空。"
    if any(len(line) > LONGEST_CLAUSE for line in section.lines):
        yield f"有一条太长：一条最多 {LONGEST_CLAUSE} 个字，请换行分开。"


def _slips(section: TypedSection) -> Iterator[Slip]:
    wrong = [
        (at, line) for at, line in enumerate(section.lines, 1) if not is_in(line, section.body)
    ]
    for at, line in wrong[:SHOWN_SLIPS]:
        short = line[:LONGEST_CLAUSE]
        yield Slip(at, short, nearest(short, section.body))


def _words_differ(pasted: str, sections: Sequence[TypedSection], *, keep: bool) -> list[Piece]:
    """What the sections have lost of the paste, or say more than it."""
    wanted = words_of_paste(pasted[: MOST_CHARACTERS + 1], keep_page_numbers=keep)
    return difference(wanted, words_of((s.title, s.body) for s in sections))


# --- proposals ---------------------------------------------------------------------------------


def next_letter() -> str:
    """Return the next letter or pair of letters with which no clause begins."""
    used = set(Document.objects.values_list("letter", flat=True))
    alphabet = "BCDEFGHJKLMNPQRSTUVWXYZ"
    pairs = (one + other for one in alphabet for other in alphabet)
    return next((letter for letter in (*alphabet, *pairs) if letter not in used), "")


def free_slug(scheme: str, number: str, dated: str) -> str:
    """Return a name for a document's address that none has: flexible-2026-30."""
    counted = re.search(r"(\d{4})\D+(\d+)号", number)
    parts = [scheme or "document", *(counted.groups() if counted else [dated[:7]])]
    wanted = "-".join(part for part in parts if part)
    used = set(Document.objects.filter(slug__startswith=wanted).values_list("slug", flat=True))
    others = (f"{wanted}-{at}" for at in range(2, len(used) + 3))
    return next(slug for slug in (wanted, *others) if slug not in used)


def _proposed(data: QueryDict, details: Details, change_set: ChangeSet) -> dict[str, Any]:
    """What the form starts with: what was typed, else what the text says, else what is free."""
    own = own_document(change_set)
    found: dict[str, Any] = {
        name: data.get(name, "").strip() or getattr(details, name, "")
        for name in DocumentForm.Meta.fields
    }
    found["in_force_from"] = (
        data.get("in_force_from") or change_set.first_day or details.start or ""
    )
    found["letter"] = found["letter"] or (own.letter if own else next_letter())
    made = own.slug if own else free_slug(found["scheme"], found["number"], found["dated"])
    found["slug"] = found["slug"] or made
    return found


# --- pages -------------------------------------------------------------------------------------


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
    sections = _read_sections(request.POST)
    if found := _MOVES.fullmatch(action):
        sections = _moved(sections, found[1], int(found[2]))
        return _show_cut(request, change_set, _typed(request), sections)
    return _show_cut(request, change_set, _typed(request), _checked(sections), checked=True)


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
        "form": form or _start_form(),
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
    sections = _of_kept(sections_of(own, change_set))
    pasted = _pasted_again(sections)
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
        "differs": _words_differ(pasted, sections, keep=keep) if checked else [],
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
        form = _start_form(request.POST)
        if not form.has_error("pasted"):  # nothing but blanks
            form.add_error("pasted", "请把文件的全文贴在这里。")
        if request.POST["action"] == "cut":
            return _show_start(request, change_set, form=form)
        sections = _read_sections(request.POST)
        return _show_cut(request, change_set, form, sections, status=422)
    keep = bool(request.POST.get("keep_pages"))
    sections, details, _ = _of_cut(pasted, keep_page_numbers=keep)
    proposed = _proposed(request.POST, details, change_set)
    form = _typed(request, pasted=pasted, **proposed)
    if len(sections) > MOST_SECTIONS:
        messages.warning(request, f"原文分出了 {len(sections)} 节，最多 {MOST_SECTIONS} 节。")
        sections = [_joined(sections)]
    return _show_cut(request, change_set, form, sections, keep=keep)


def _joined(sections: Sequence[TypedSection]) -> TypedSection:
    body = _pasted_again(sections)
    return TypedSection(1, "正文", body, "\n".join(propose_clauses(body)))


def _save(request: HttpRequest, change_set: ChangeSet) -> HttpResponse:
    sections = _checked(_read_sections(request.POST))
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
    return (
        valid and not form.errors and not wrong and not _words_differ(pasted, sections, keep=keep)
    )


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
    return _show_cut(request, stored, _typed(request), _read_sections(request.POST), status=409)


urlpatterns = [path("<int:pk>/document/", document, name="document")]
