"""The words of the site: what residents read, its versions, and changing mere words at once."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path

from portal import clock
from portal.policy.age import zh_day
from portal.policy.differences import version_before
from portal.policy.merging import Merged
from portal.policy.models import ChangeSet, ChangeSetEvent, Text, TextVersion
from portal.policy.publishing import (
    MoreThanWords,
    ProblemsLeft,
    WordsOvertaken,
    draft_words,
    publish_words,
)
from portal.policy.wording import ahead_of, touched, version_in_force
from portal.staff.desk.differing import compare, runs
from portal.staff.desk.frame import EDIT, PUBLISH, VIEW, desk_page, show, staff_of
from portal.staff.desk.history import name_of
from portal.staff.desk.text_writing import (
    BodyForm,
    line_difference,
    lines_of,
    look_of,
    merged_body,
    opened,
    problems_of,
    seen,
)
from portal.staff.desk.texts import texts_by_book

ON_A_PAGE = 30
LONGEST_REASON = 200


@desk_page(VIEW)
def listing(request: HttpRequest) -> HttpResponse:
    """All texts by book, with a search."""
    wanted = request.GET.get("q", "")[:100]
    context = {"books": texts_by_book(None, wanted, clock.today()), "wanted": wanted}
    return show(request, "words_list.html", "文字", context)


# --- one text and its versions -----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Entry:
    """A version of a text that residents have read, or will: who published it, and why."""

    version: TextVersion
    state: str
    who: str
    why: str

    @property
    def is_now(self) -> bool:
        """Whether residents read it today."""
        return self.state == NOW


NOW = "现在的"


@desk_page(VIEW)
def words(request: HttpRequest, slug: str) -> HttpResponse:
    """A text as residents read it, since when, and all its versions."""
    text = get_object_or_404(Text, slug=slug)
    today = clock.today()
    now = version_in_force(text, today)
    page = Paginator(_versions(text), ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "text": text,
        "now": now,
        "look": look_of(now, today) if now else None,
        "ahead": list(ahead_of(text, today)),
        "page": page,
        "entries": _entries(list(page.object_list), now, today),
        "may_change": _may_change(request),
    }
    return show(request, "words_text.html", str(text), context)


def _versions(text: Text) -> Any:
    """All versions that were published, those withdrawn since too; the one that counts last first."""
    final = (ChangeSet.Status.PUBLISHED, ChangeSet.Status.WITHDRAWN)
    found = TextVersion.objects.filter(text=text, change_set__status__in=final)
    ordered = found.order_by("-in_force_from", "-change_set__published_at", "-change_set__pk")
    return ordered.select_related("text", "change_set__author")


def _entries(versions: list[TextVersion], now: TextVersion | None, today: date) -> list[Entry]:
    sets = [version.change_set_id for version in versions]
    events = ChangeSetEvent.objects.filter(
        change_set__in=sets, action=ChangeSetEvent.Action.PUBLISHED
    )
    published = {event.change_set_id: event for event in events.select_related("by")}
    entries = []
    for version in versions:
        event = published.get(version.change_set_id)
        who = name_of(event.by if event else version.change_set.author)
        why = event.why if event and event.why else version.change_set.summary
        entries.append(Entry(version, _state(version, now, today), who, why))
    return entries


def _state(version: TextVersion, now: TextVersion | None, today: date) -> str:
    if version.change_set.status == ChangeSet.Status.WITHDRAWN:
        return "已撤回"
    if version == now:
        return NOW
    return "还没到日子" if version.in_force_from > today else "以前的"


@desk_page(VIEW)
def version(request: HttpRequest, slug: str, version: int) -> HttpResponse:
    """One version whole, and line by line against the one before it."""
    found = get_object_or_404(_versions(get_object_or_404(Text, slug=slug)), pk=version)
    now = version_in_force(found.text, clock.today())
    before = version_before(found)
    lines = compare(_lines(before), _lines(found))
    context = {
        "text": found.text,
        "entry": _entries([found], now, clock.today())[0],
        "before": before,
        "runs": runs(lines),
        "differs": any(mark != " " for mark, _ in lines),
        "may_go_back": _may_change(request) and now is not None and now != found,
    }
    title = f"{found.text}：从{zh_day(found.in_force_from)}起的一版"
    return show(request, "words_version.html", title, context)


def _lines(version: TextVersion | None) -> list[str]:
    return [line for line in lines_of(version.body).split("\n") if line] if version else []


# --- changing words at once --------------------------------------------------------------------


class WordsForm(BodyForm):
    """Words that are to be read at once, and why they change."""

    why = forms.CharField(
        label="为什么改",
        max_length=LONGEST_REASON,
        required=False,
        help_text="给同事看的一句话，例如 有居民说这句看不懂",
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        if self.data.get("do") == "publish" and not self.cleaned_data.get("why", "x").strip():
            self.add_error("why", ValidationError("请写一句为什么改，方便同事以后查。"))
        return self.cleaned_data


@desk_page(EDIT, PUBLISH)
def edit(request: HttpRequest, slug: str) -> HttpResponse:
    """Change the words of a text. By POST: `do=publish` lets residents read them at once, `do=draft`
    puts them into a change set; anything else shows what is typed, and saves nothing.

    By GET, `from` names the version to go back to.
    """
    text = get_object_or_404(Text, slug=slug)
    now = version_in_force(text, clock.today())
    if now is None:
        raise Http404
    if request.method != "POST":
        return _page(request, now, _opened_form(now, request.GET.get("from", "")))
    form = WordsForm(request.POST)
    do = request.POST.get("do")
    if not form.is_valid():
        return _page(request, now, form, status=422)
    if do == "publish":
        return _publish(request, now, form)
    if do == "draft":
        return _put_into_draft(request, now, form)
    return _page(request, now, form, is_typed=True)


def _opened_form(now: TextVersion, wanted: str) -> WordsForm:
    """The form with the words that count, or those of an earlier version and why."""
    start: dict[str, Any] = {**opened(lines_of(now.body)), "version": now.pk}
    if wanted.isascii() and wanted.isdigit() and len(wanted) < 19:
        old = get_object_or_404(_versions(now.text), pk=int(wanted))
        start |= {"body": lines_of(old.body), "why": f"改回{zh_day(old.in_force_from)}起的一版"}
    return WordsForm(initial=start)


def _publish(request: HttpRequest, now: TextVersion, form: WordsForm) -> HttpResponse:
    given = form.cleaned_data
    if now.pk == given["version"] and given["body"] == lines_of(now.body):
        messages.info(request, "没有要保存的改动。")
        return redirect("admin:desk:words", now.text.slug)
    typed = TextVersion(text=now.text, body=given["body"], in_force_from=clock.today())
    if problems_of(typed):  # they stand above the form, with their lines
        return _page(request, now, form, is_typed=True, status=422, is_wrong=True)
    try:
        publish_words(
            now.text, given["body"], staff_of(request), given["why"], seen=given["version"]
        )
    except WordsOvertaken as overtaken:
        return _conflict(request, overtaken.now, form)
    except MoreThanWords as refused:
        return _page(request, now, form, is_typed=True, status=422, more=refused.touched)
    except ProblemsLeft:  # of what somebody else has published this moment
        return _page(request, now, form, is_typed=True, status=422, is_wrong=True)
    messages.success(request, "已保存并公布，居民现在看到的就是这些字。写错了，可以在下面改回。")
    return redirect("admin:desk:words", now.text.slug)


def _put_into_draft(request: HttpRequest, now: TextVersion, form: WordsForm) -> HttpResponse:
    if not request.user.has_perm(EDIT):
        raise PermissionDenied
    given = form.cleaned_data
    if given["version"] != now.pk and given["base_hash"] != opened(lines_of(now.body))["base_hash"]:
        return _conflict(request, now, form)
    draft = draft_words(now.text, given["body"], staff_of(request), given["why"])
    messages.success(
        request, "已放进一张新的变更单，网站上的还没有变。补好说明、检查以后，提交给同事审核。"
    )
    return redirect("admin:desk:set", draft.pk)


def _conflict(request: HttpRequest, now: TextVersion, form: WordsForm) -> HttpResponse:
    """Show both: what is typed stays in the form, what the other published stands beside it."""
    merged: Merged = merged_body(form.cleaned_data, now)
    start = {**opened(lines_of(now.body)), "version": now.pk, "body": merged.text}
    again = WordsForm(initial=start | {"why": form.cleaned_data["why"]})
    entry = _entries([now], now, clock.today())[0]
    return _page(
        request,
        now,
        again,
        status=409,
        overtaken=entry.who,
        conflicts=merged.conflicts,
        difference=line_difference(lines_of(now.body), merged.text),
    )


def _page(
    request: HttpRequest,
    now: TextVersion,
    form: WordsForm,
    *,
    is_typed: bool = False,
    status: int = 200,
    **others: Any,
) -> HttpResponse:
    today = clock.today()
    typed = form.cleaned_data if form.is_bound and form.is_valid() else form.initial
    body = typed.get("body", now.body)
    shown = TextVersion(text=now.text, body=body, in_force_from=today)
    find = typed.get("find", "")
    context = {
        "form": form,
        "text": now.text,
        "version": shown,
        "is_typed": is_typed,
        "find": find,
        "more": touched(now.body, body),
        "changes": [line for line in line_difference(now.body, body) if line[0] != " "],
        "ahead": list(ahead_of(now.text, today)),
        "may_draft": request.user.has_perm(EDIT),
        "overtaken": "",
        "is_wrong": False,
        **seen(shown, None, find),
        **others,
    }
    return show(request, "words_edit.html", f"马上改：{now.text}", context, status=status)


def _may_change(request: HttpRequest) -> bool:
    return request.user.has_perm(EDIT) or request.user.has_perm(PUBLISH)


urlpatterns = [
    path("texts/", listing, name="texts"),
    path("texts/<slug:slug>/", words, name="words"),
    path("texts/<slug:slug>/edit/", edit, name="words-edit"),
    path("texts/<slug:slug>/<int:version>/", version, name="words-version"),
]
