"""Texts of pages in a draft: how they come into it, copied or new, and leave it again."""

import re
from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import IntegrityError, models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import Resolver404, path, resolve

from portal import clock
from portal.policy import dialect
from portal.policy.age import zh_day
from portal.policy.in_force import Timetable
from portal.policy.models import Book, ChangeSet, Text, TextVersion
from portal.policy.models.publishing import NotADraft
from portal.policy.preview import with_draft
from portal.policy.publishing import note_edit
from portal.policy.texts import Numbers
from portal.staff.desk.colleagues import StartDay, open_draft, refuse_closed, who_changed
from portal.staff.desk.frame import EDIT, desk_page, set_or_404, show, staff_of
from portal.staff.desk.text_writing import hash_of, lines_of, quoted

SKELETON = "# 标题\n\n用一两句话说这一页讲什么。\n\n## 小标题 {#first}\n\n写在这里。\n"
_NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_LONGEST_SLUG = 50  # of the database
_TAKEN = "这个栏目里已经有这个名字的页面，请换一个名字。"


# --- what is typed -----------------------------------------------------------------------------


class CopyForm(forms.Form):
    """Which text to copy into the set, and from which day on it shall hold."""

    text = forms.SlugField(widget=forms.HiddenInput)
    in_force_from = StartDay()


class PageForm(forms.Form):
    """A new page of a book."""

    book = forms.ChoiceField(label="栏目", help_text="放在网站的哪个栏目，例如 参保指南")
    name = forms.CharField(
        label="网址里的名字",
        max_length=30,
        help_text="只用小写字母、数字和短横线，例如 newborn；发布后不再改",
    )
    purpose = forms.CharField(
        label="用在哪里", max_length=100, help_text="给同事看的说明，例如 参保指南：新生儿怎么参保"
    )
    position = forms.IntegerField(
        label="次序",
        required=False,
        min_value=0,
        max_value=9999,
        help_text="在栏目里排第几，例如 2；留空就排在最后",
    )
    in_force_from = StartDay()

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self.fields["book"].choices = [  # type: ignore[attr-defined]
            (book.value, book.label) for book in Book if _has_place(f"/{book.value}/new-page/")
        ]

    def clean_name(self) -> str:
        name = str(self.cleaned_data["name"]).lower()
        if not _NAME.fullmatch(name):
            raise ValidationError("只能用小写字母、数字和短横线，例如 newborn。")
        return name

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        if "book" in given and "name" in given:
            slug = f"{given['book']}-{given['name']}"
            if len(slug) > _LONGEST_SLUG:
                self.add_error("name", "名字太长了。")
            elif Text.objects.filter(slug=slug).exists():
                self.add_error("name", _TAKEN)
            elif not _has_place(f"/{given['book']}/{given['name']}/"):
                self.add_error("name", "这个名字网站自己要用，请换一个。")
        return given


def _has_place(address: str) -> bool:
    """Whether a text can be read at an address: a view of a book answers there, by the page's name."""
    try:
        return "name" in resolve(address).kwargs
    except Resolver404:
        return False


# --- a text comes into the draft ---------------------------------------------------------------


@desk_page(EDIT)
def new(request: HttpRequest, pk: int) -> HttpResponse:
    """All texts by book, with a search; one is chosen, and copied from a day on."""
    change_set = set_or_404(pk)
    if not change_set.is_open:
        return refuse_closed(request, change_set)
    if request.method == "POST":
        form = CopyForm(request.POST)
        chosen = get_object_or_404(Text, slug=request.POST.get("text", ""))
        if form.is_valid() and (version := _copy(request, change_set, chosen, form)):
            return redirect("admin:desk:text", pk, version.pk)
        return _ask_for_day(request, change_set, chosen, form, 422)
    if slug := request.GET.get("text"):
        chosen = get_object_or_404(Text, slug=slug)
        form = CopyForm(initial={"text": slug, "in_force_from": change_set.first_day})
        return _ask_for_day(request, change_set, chosen, form)
    wanted = request.GET.get("q", "")[:100]
    context = {"books": texts_by_book(change_set, wanted, date.max), "wanted": wanted}
    return show(
        request,
        "texts_new.html",
        "改哪一页的文字？",
        context,
        change_set=change_set,
        tab="contents",
    )


def _ask_for_day(
    request: HttpRequest, change_set: ChangeSet, chosen: Text, form: CopyForm, status: int = 200
) -> HttpResponse:
    own = TextVersion.objects.filter(change_set=change_set, text=chosen).order_by("in_force_from")
    context = {"form": form, "text": chosen, "own": own}
    return show(
        request,
        "texts_copy.html",
        "从哪天起改？",
        context,
        change_set=change_set,
        tab="contents",
        status=status,
    )


@desk_page(EDIT)
def new_page(request: HttpRequest, pk: int) -> HttpResponse:
    """A page that there is not yet."""
    change_set = set_or_404(pk)
    if not change_set.is_open:
        return refuse_closed(request, change_set)
    form = PageForm(request.POST or None, initial={"in_force_from": change_set.first_day})
    if request.method == "POST" and form.is_valid():
        try:
            version = _add_page(request, change_set, form.cleaned_data)
        except NotADraft:
            return refuse_closed(request, set_or_404(pk))
        except IntegrityError:  # somebody else made the same page this moment
            form.add_error("name", _TAKEN)
        else:
            return redirect("admin:desk:text", pk, version.pk)
    return show(
        request,
        "texts_new_page.html",
        "加一个新页面",
        {"form": form},
        change_set=change_set,
        tab="contents",
        status=422 if form.errors else 200,
    )


def _copy(
    request: HttpRequest, change_set: ChangeSet, text: Text, form: CopyForm
) -> TextVersion | None:
    """Copy what counts on the start day into the set; None, and an error in the form, where it is
    not to be."""
    day = form.cleaned_data["in_force_from"]
    try:
        with open_draft(change_set) as held:
            if TextVersion.objects.filter(change_set=held, text=text, in_force_from=day).exists():
                message = f"这张变更单里已经有从{zh_day(day)}起的这一份，请直接去改它。"
                form.add_error("in_force_from", message)
                return None
            version = TextVersion.objects.create(
                text=text,
                change_set=held,
                in_force_from=day,
                body=_body_to_start_from(held, text, day),
            )
            note_edit(held, staff_of(request), f"拿来“{text}”的文字，从{zh_day(day)}起改")
    except NotADraft as refused:
        form.add_error("in_force_from", str(refused))
        return None
    messages.success(request, "已经复制过来，可以改了。改好记得保存。")
    return version


def _body_to_start_from(change_set: ChangeSet, text: Text, day: date) -> str:
    with with_draft(change_set.pk):
        versions = TextVersion.objects.published().filter(text=text)
        version = versions.filter(in_force_from__lte=day).first() or versions.last()
    return version.body if version else SKELETON.strip()


def _add_page(request: HttpRequest, change_set: ChangeSet, given: dict[str, Any]) -> TextVersion:
    book, position = given["book"], given["position"]
    with open_draft(change_set) as held:
        if position is None:
            last = Text.objects.filter(book=book).aggregate(last=models.Max("position"))["last"]
            position = (last or 0) + 1
        text = Text.objects.create(
            slug=f"{book}-{given['name']}", purpose=given["purpose"], book=book, position=position
        )
        day = given["in_force_from"]
        version = TextVersion.objects.create(
            text=text, change_set=held, in_force_from=day, body=SKELETON.strip()
        )
        note_edit(held, staff_of(request), f"加了新页面“{text}”，从{zh_day(day)}起")
    messages.success(request, f"新页面加好了，地址是 {text.path} 。现在来写文字。")
    return version


def texts_by_book(
    change_set: ChangeSet | None, wanted: str, day: date
) -> list[tuple[str, list[dict[str, Any]]]]:
    """Texts by book, those that have all words of `wanted` in their title, purpose or words.

    Each as `text`, `title` (empty for a passage) and `version`, the one that counts on `day`, with
    the draft `change_set` if there is one; None where there is none yet.
    """
    words = wanted.lower().split()
    with with_draft(change_set.pk if change_set else None):
        versions = TextVersion.objects.counting_on(day, Text.objects.all(), "text")
        counting = {one.text_id: one for one in versions.select_related("change_set")}
        numbers = Numbers(Timetable.load(), clock.today(), marked=False)
        books: dict[str, list[dict[str, Any]]] = {}
        for text in sorted(Text.objects.all(), key=lambda text: not text.book):
            version = counting.get(text.pk)
            body = version.body if version else ""
            filled = numbers.fill(body) if words else ""
            hay = f"{text.purpose} {text.path} {body} {filled}".lower()
            if all(word in hay for word in words):
                title = dialect.title_and_lead(numbers.fill(dialect.beginning(body)))[0]
                shown = {"text": text, "title": title if text.book else "", "version": version}
                books.setdefault(text.get_book_display() or "页面里的一段话", []).append(shown)
    return list(books.items())


# --- a text leaves the draft -------------------------------------------------------------------


@desk_page(EDIT)
def remove(request: HttpRequest, pk: int, version: int) -> HttpResponse:
    """Ask, and take a text out of the draft: what is published stays as it is."""
    change_set = set_or_404(pk)
    found = TextVersion.objects.filter(change_set=change_set).select_related("text")
    stored = get_object_or_404(found, pk=version)
    if not change_set.is_open:
        return refuse_closed(request, change_set)
    asked = request.method != "POST"
    if not asked:
        try:
            if _remove(request, change_set, stored):
                return redirect("admin:desk:contents", pk)
        except NotADraft:
            return refuse_closed(request, set_or_404(pk))
    stored = get_object_or_404(found, pk=version)
    context = {
        "version": stored,
        "seen": hash_of(lines_of(stored.body)),
        "who": "" if asked else who_changed(request, change_set, quoted(stored)),
    }
    return show(
        request,
        "texts_remove.html",
        "从变更单里拿掉这份文字？",
        context,
        change_set=change_set,
        tab="contents",
        status=200 if asked else 409,
    )


def _remove(request: HttpRequest, change_set: ChangeSet, stored: TextVersion) -> bool:
    """Take a text out, unless somebody has changed it since it was looked at."""
    with open_draft(change_set) as held:
        stored = get_object_or_404(TextVersion, change_set=held, pk=stored.pk)
        if request.POST.get("seen") != hash_of(lines_of(stored.body)):
            return False
        stored.delete()
        if not stored.text.versions.exists():  # a new page that nobody has seen
            stored.text.delete()
        note_edit(held, staff_of(request), f"拿掉了{quoted(stored)}的文字")
    messages.success(request, f"已从变更单里拿掉：{stored.text}。已经发布的文字没有动。")
    return True


urlpatterns = [
    path("<int:pk>/texts/new/", new, name="text-new"),
    path("<int:pk>/texts/new/page/", new_page, name="text-new-page"),
    path("<int:pk>/texts/<int:version>/remove/", remove, name="text-remove"),
]
