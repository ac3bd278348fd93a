"""One clause's sentence, typed in anew: finding the clause, and mending it in a draft."""

import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path

from portal.policy.cutting import difference, is_in, nearest, squeeze, tidy
from portal.policy.document_drafts import own_document, places_of, sentences_for
from portal.policy.models import ChangeSet, Clause, ClauseText
from portal.policy.models.publishing import NotADraft
from portal.policy.publishing import note_edit
from portal.staff.desk.colleagues import (
    StartDay,
    closed_words,
    may_edit,
    need_editor,
    open_draft,
    refuse_closed,
    who_changed,
)
from portal.staff.desk.frame import EDIT, VIEW, desk_page, set_or_404, show, staff_of

MOST_FOUND = 50
MOST_WORDS, LONGEST_QUERY = 8, 100
LONGEST_SENTENCE = 2_000


class SearchForm(forms.Form):
    q = forms.CharField(
        label="编号或原文里的字",
        required=False,
        max_length=LONGEST_QUERY,
        help_text="例如 F-14.10，或 起付标准 三级",
        widget=forms.TextInput(attrs={"type": "search"}),
        error_messages={"max_length": "太长了：最多 %(limit_value)d 个字。"},
    )


class SentenceForm(forms.Form):
    sentence = forms.CharField(
        label="改成",
        max_length=LONGEST_SENTENCE,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="与文件一字不差",
        error_messages={
            "required": "请写上这一条的原文。",
            "max_length": "太长了：一条最多 %(limit_value)d 个字。",
        },
    )
    in_force_from = StartDay()

    def clean_sentence(self) -> str:
        """One paragraph, as clauses are."""
        sentence = " ".join(tidy(self.cleaned_data["sentence"]).split("\n"))
        if not squeeze(sentence):
            raise ValidationError("请写上这一条的原文。")
        return sentence


# --- finding -----------------------------------------------------------------------------------


def _clauses_for(change_set: ChangeSet) -> QuerySet[Clause]:
    """Clauses that have words for a set: published ones, and its own."""
    texts = ClauseText.objects.published().values("clause")
    own = ClauseText.objects.filter(change_set=change_set).values("clause")
    return Clause.objects.filter(Q(pk__in=texts) | Q(pk__in=own))


def _found(change_set: ChangeSet, query: str) -> list[ClauseText]:
    """The words of the clauses that a query finds, by code or by all of its words."""
    words = query.split()[:MOST_WORDS]
    if not words:
        return []
    clauses = _clauses_for(change_set)
    by_code = Q(code__iexact=words[0]) | Q(code__istartswith=f"{words[0]}.")
    by_words = Q()
    for word in words:
        by_words &= Q(sentence__icontains=word)
    texts = ClauseText.objects.filter(by_words, clause__in=clauses).values("clause")
    chosen = clauses.filter(by_code if len(words) == 1 else Q(pk__in=[]))
    hits = chosen if chosen.exists() else clauses.filter(pk__in=texts)
    keys = list(hits.order_by("section", "position").values_list("pk", flat=True)[:MOST_FOUND])
    sentences = sentences_for(change_set, Clause.objects.filter(pk__in=keys))
    return [sentences[key] for key in keys if key in sentences]


@desk_page(VIEW, EDIT)
def clauses(request: HttpRequest, pk: int) -> HttpResponse:
    """Find the clause to mend; list those that the set changes."""
    change_set = set_or_404(pk)
    form = SearchForm(request.GET if "q" in request.GET else None)
    query = form.cleaned_data["q"].strip() if form.is_valid() else ""
    changed = ClauseText.objects.filter(change_set=change_set).select_related(
        "clause__section__document"
    )
    own = own_document(change_set)
    if own is not None:
        changed = changed.exclude(clause__section__document=own)
    context = {
        "form": form,
        "query": query,
        "found": _found(change_set, query),
        "most": MOST_FOUND,
        "changed": changed.order_by("clause__section", "clause__position"),
    }
    return show(
        request,
        "clauses_list.html",
        "改一条条款的原文",
        context,
        change_set=change_set,
        tab="contents",
    )


# --- mending -----------------------------------------------------------------------------------


def _own_text(change_set: ChangeSet, found: Clause) -> ClauseText | None:
    """The words that the draft has for a clause."""
    texts = ClauseText.objects.filter(change_set=change_set, clause=found)
    return texts.order_by("in_force_from", "pk").first()


def _base(text: ClauseText | None) -> str:
    return f"{text.in_force_from} {text.sentence}" if text else ""


@desk_page(VIEW, EDIT)
def clause(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """Show a clause beside the text it stands in; let its sentence be mended in the draft."""
    change_set = set_or_404(pk)
    clauses = _clauses_for(change_set).select_related("section__document")
    found = clauses.filter(code=code).first()
    if found is None:
        raise Http404
    if request.method != "POST":
        return _show(request, change_set, found, _form_for(change_set, found))
    need_editor(request)
    if request.POST.get("action") == "remove":
        return _remove(request, change_set, found)
    return _save(request, change_set, found)


def _form_for(change_set: ChangeSet, found: Clause) -> SentenceForm:
    """The words of the draft; else those that count, from the same day on: a slip is mended for good."""
    text = _own_text(change_set, found) or _counting(change_set, found)
    assert text is not None, found
    return SentenceForm(initial={"sentence": text.sentence, "in_force_from": text.in_force_from})


def _counting(change_set: ChangeSet, found: Clause) -> ClauseText | None:
    """The words that count without the draft."""
    words = sentences_for(change_set, Clause.objects.filter(pk=found.pk), with_own=False)
    return words.get(found.pk)


def _show(
    request: HttpRequest,
    change_set: ChangeSet,
    found: Clause,
    form: SentenceForm,
    *,
    status: int = 200,
    **others: Any,
) -> HttpResponse:
    text, now = _own_text(change_set, found), _counting(change_set, found)
    typed = str(form["sentence"].value() or "")[:LONGEST_SENTENCE]
    body = found.section.body
    shown = text or now
    context = {
        "clause": found,
        "form": form,
        "now": now,
        "text": text,
        "is_own": own_document(change_set) == found.section.document,
        "base": _base(text),
        "differs": difference(now.sentence, text.sentence) if text and now else [],
        "slips": [] if is_in(typed, body) or not squeeze(typed) else nearest(typed, body),
        "cited": places_of([found]).get(found.code, []),
        "may_edit_now": may_edit(request, change_set),
        "conflict": None,
        "shown": shown,
        **others,
    }
    title = f"条款 {found.code}"
    return show(
        request,
        "clauses_clause.html",
        title,
        context,
        change_set=change_set,
        tab="contents",
        status=status,
    )


def _save(request: HttpRequest, change_set: ChangeSet, found: Clause) -> HttpResponse:
    form = SentenceForm(request.POST)
    try:
        with open_draft(change_set) as held:
            text = _own_text(held, found)
            if request.POST.get("base", "").split() != _base(text).split():
                who = who_changed(request, held, found.code)
                return _show(request, held, found, form, status=409, conflict=who)
            if form.is_valid():
                _refuse_no_change(form, text, _counting(held, found))
            if not form.is_valid():
                return _show(request, held, found, form, status=422)
            sentence, start = form.cleaned_data["sentence"], form.cleaned_data["in_force_from"]
            _keep(held, found, text, sentence, start)
            note_edit(held, staff_of(request), f"改正条款 {found.code} 的原文")
    except NotADraft:
        messages.error(request, f"没有保存：{closed_words(set_or_404(change_set.pk))}")
        return _show(request, set_or_404(change_set.pk), found, form, status=409)
    if not is_in(sentence, found.section.body):
        told = (
            f"条款 {found.code} 已保存，但这句话在“{found.section.title}”的原文里找不到，请再核对。"
        )
        messages.warning(request, told)
    else:
        messages.success(request, f"条款 {found.code} 已保存。")
    return redirect("admin:desk:clause", change_set.pk, found.code)


def _refuse_no_change(form: SentenceForm, text: ClauseText | None, now: ClauseText | None) -> None:
    sentence, start = form.cleaned_data["sentence"], form.cleaned_data["in_force_from"]
    if text is None and now is not None and (now.sentence, now.in_force_from) == (sentence, start):
        form.add_error("sentence", "和现在的一样，没有要改的。")


def _keep(
    held: ChangeSet,
    found: Clause,
    text: ClauseText | None,
    sentence: str,
    start: datetime.date,
) -> None:
    kept = text or ClauseText(change_set=held, clause=found)
    kept.sentence, kept.in_force_from = sentence, start
    kept.save()


def _remove(request: HttpRequest, change_set: ChangeSet, found: Clause) -> HttpResponse:
    here = redirect("admin:desk:clause", change_set.pk, found.code)
    try:
        with open_draft(change_set) as held:
            text = _own_text(held, found)
            if own_document(held) == found.section.document:
                told = "没有拿掉：这一条随草稿自己的文件录入，请在“依据文件”里改分条。"
                messages.error(request, told)
                return here
            if text is None or request.POST.get("base", "").split() != _base(text).split():
                who = who_changed(request, held, found.code)
                messages.error(request, f"没有拿掉：{who}刚刚改过这一条，请先看一看。")
                return here
            text.delete()
            note_edit(held, staff_of(request), f"不再改条款 {found.code} 的原文")
    except NotADraft:
        return refuse_closed(request, set_or_404(change_set.pk))
    messages.success(request, f"条款 {found.code} 的改动已从草稿里拿掉。")
    return redirect("admin:desk:clauses", change_set.pk)


urlpatterns = [
    path("<int:pk>/clauses/", clauses, name="clauses"),
    path("<int:pk>/clauses/<str:code>/", clause, name="clause"),
]
