"""Texts of pages in a draft: choosing one, writing it, seeing it, taking it out again."""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import IntegrityError, models
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import Resolver404, path, resolve
from django.utils.safestring import SafeString, mark_safe

from portal import clock
from portal.policy import dialect
from portal.policy.age import zh_day
from portal.policy.differences import TextDifference
from portal.policy.in_force import Timetable
from portal.policy.merging import Conflict, Merged, merge
from portal.policy.models import Book, ChangeSet, Text, TextVersion
from portal.policy.models.publishing import NotADraft
from portal.policy.pages import make_page
from portal.policy.preview import with_draft
from portal.policy.prose import Prose
from portal.policy.publishing import note_edit
from portal.policy.texts import Numbers
from portal.staff.desk.colleagues import (
    StartDay,
    closed_words,
    may_edit,
    need_editor,
    open_draft,
    refuse_closed,
    who_changed,
)
from portal.staff.desk.frame import (
    EDIT,
    PUBLISH,
    VIEW,
    WITHDRAW,
    desk_page,
    set_or_404,
    show,
    staff_of,
)
from portal.staff.desk.references import MOST_FOUND, figures, references, search, used

LONGEST = 30_000  # characters of a text; the longest page has a tenth of that
MOST_PROBLEMS = 50  # of a text that was pasted from elsewhere, the first tell enough
MOST_LINES = 1_500  # the comparison of two texts grows with the square of their lines
SKELETON = "# 标题\n\n用一两句话说这一页讲什么。\n\n## 小标题 {#first}\n\n写在这里。\n"
_NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_LONGEST_SLUG = 50  # of the database
_TAKEN = "这个栏目里已经有这个名字的页面，请换一个名字。"
_TARGET = re.compile(r'<a (?=[^>]*href="(?!#))')


# --- what is typed -----------------------------------------------------------------------------


class TextForm(forms.Form):
    """A text and its start day, as they are edited, and as they were when the page was opened."""

    body = forms.CharField(
        label="文字",
        strip=False,
        widget=forms.Textarea(attrs={"rows": 32, "spellcheck": "false"}),
        error_messages={"required": "文字不能是空的。不想改这一页了，请用“从变更单里拿掉”。"},
    )
    in_force_from = StartDay()
    base = forms.CharField(required=False, strip=False, widget=forms.HiddenInput)
    base_hash = forms.CharField(required=False, widget=forms.HiddenInput)
    base_day = forms.DateField(required=False, widget=forms.HiddenInput)
    find = forms.CharField(label="找数字、表格、条款", required=False, max_length=100)

    def clean_body(self) -> str:
        body = _lines_of(self.cleaned_data["body"])
        if not body.strip():
            raise ValidationError(self.fields["body"].error_messages["required"])
        if len(body) > LONGEST:
            raise ValidationError(
                f"一份文字最多 {LONGEST} 个字，这里有 {len(body)} 个，请分成几页。"
            )
        if body.count("\n") >= MOST_LINES:
            raise ValidationError(f"一份文字最多 {MOST_LINES} 行，请分成几页。")
        return body

    def clean_base(self) -> str:
        """Kept whole, so that what both started from can be compared with what each made of it."""
        return _lines_of(self.cleaned_data["base"])


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


def _lines_of(typed: str) -> str:
    """A text as it is kept: browsers send other ends of lines than they were given."""
    return typed.replace("\r\n", "\n").replace("\r", "\n").rstrip()


def _hash(body: str) -> str:
    return hashlib.sha256(body.encode()).hexdigest()


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
    context = {"books": _books(change_set, wanted), "wanted": wanted}
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


def _books(change_set: ChangeSet, wanted: str) -> list[tuple[str, list[dict[str, Any]]]]:
    """Texts by book, those that have all words of `wanted` in their title, purpose or words."""
    words = wanted.lower().split()
    with with_draft(change_set.pk):
        versions = TextVersion.objects.counting_on(date.max, Text.objects.all(), "text")
        newest = {version.text_id: version for version in versions}
        numbers = Numbers(Timetable.load(), clock.today(), marked=False)
        books: dict[str, list[dict[str, Any]]] = {}
        for text in sorted(Text.objects.all(), key=lambda text: not text.book):
            body = newest[text.pk].body if text.pk in newest else ""
            filled = numbers.fill(body) if words else ""
            hay = f"{text.purpose} {text.path} {body} {filled}".lower()
            if all(word in hay for word in words):
                title = dialect.title_and_lead(numbers.fill(dialect.beginning(body)))[0]
                shown = {"text": text, "title": title if text.book else ""}
                books.setdefault(text.get_book_display() or "页面里的一段话", []).append(shown)
    return list(books.items())


# --- a text is written -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Refused:
    """A save that has to be decided by a person: the text with what did not collide put together."""

    merged: Merged
    day_differs: bool
    theirs: TextVersion


@desk_page(VIEW, EDIT, PUBLISH, WITHDRAW)
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
        merged = _merged(given, stored)
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
        who = who_changed(request, held, _about(stored)) if is_merged else ""
        stored.body, stored.in_force_from = merged.text, day
        stored.save()
        note_edit(held, staff_of(request), told)
    if who:
        messages.warning(request, f"已保存。{who}也改过这份文字，两边的改动合在一起了，请看一遍。")
    else:
        messages.success(request, "已保存。")
    return True


def _merged(given: dict[str, Any], stored: TextVersion) -> Merged:
    mine, base = given["body"], given["base"]
    theirs = _lines_of(stored.body)
    if _hash(theirs) == given["base_hash"] or mine == theirs:
        return Merged(mine, ())
    if _hash(base) == given["base_hash"] and base.count("\n") < MOST_LINES:
        return merge(base, mine, theirs)
    # What both started from did not come back whole: a person has to compare.
    return Merged(mine, (Conflict(1, (), tuple(mine.split("\n")), tuple(theirs.split("\n"))),))


def _merged_day(given: dict[str, Any], stored: TextVersion) -> tuple[date, bool]:
    """The start day, and whether two people changed it to different days."""
    mine, base, theirs = given["in_force_from"], given["base_day"], stored.in_force_from
    if mine == base:
        return theirs, False
    return mine, theirs not in (base, mine)


def _about(version: TextVersion) -> str:
    return f"“{version.text}”"


def _told(stored: TextVersion, body: str, day: date) -> str:
    """The line of the history: what was changed, and how much."""
    marks = [mark for mark, _ in _difference(stored.body, body)]
    parts = []
    if "-" in marks or "+" in marks:
        parts.append(f"加 {marks.count('+')} 行，减 {marks.count('-')} 行")
    if day != stored.in_force_from:
        parts.append(f"生效日期由{zh_day(stored.in_force_from)}改为{zh_day(day)}")
    return f"改了{_about(stored)}的文字：{'；'.join(parts)}"


def _difference(before: str, after: str) -> list[tuple[str, str]]:
    return TextDifference("text", "", clock.today(), before, after).lines


# --- showing it --------------------------------------------------------------------------------


def _form_of(stored: TextVersion, **typed: Any) -> TextForm:
    """The form as it is opened; `typed` is what a person has typed and not saved."""
    body = _lines_of(stored.body)
    base = {"base": body, "base_hash": _hash(body), "base_day": stored.in_force_from}
    return TextForm(
        initial={"body": body, "in_force_from": stored.in_force_from, "find": ""} | base | typed
    )


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
        **_seen(shown, change_set, find),
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


def _seen(version: TextVersion, change_set: ChangeSet, find: str) -> dict[str, Any]:
    """What a text looks like on its start day with the draft in it, and what is wrong with it."""
    day = version.in_force_from
    with with_draft(change_set.pk), clock.as_of(day):
        timetable = Timetable.load()
        listed = references(timetable, day)
        found = search(find, listed) if find.strip() else []
        return {
            "look": _look(version, timetable, day),
            "problems": list(islice(_problems(version, change_set, timetable), MOST_PROBLEMS)),
            "figures": figures(version.body, listed),
            "found": found[:MOST_FOUND],
            "more_found": max(len(found) - MOST_FOUND, 0),
            "used": used(version.body, listed),
        }


def _look(version: TextVersion, timetable: Timetable, day: date) -> dict[str, Any]:
    if not version.text.book:
        passage = dialect.render_inline(Numbers(timetable, day).fill(version.body))
        return {"title": "", "lead": "", "parts": [_framed(passage)]}
    page = make_page(version, timetable, day)
    parts = [_framed(part.html) for part in page.parts]
    return {"title": page.title, "lead": page.lead, "parts": parts}


def _framed(html: SafeString) -> SafeString:
    """Make a part of a page fit to stand in a page of the desk: its names must not meet the frame's
    own, its tables scroll in a box, and what is typed must not be left by a tap on a link."""
    framed = html.replace(' id="', ' id="look-').replace('href="#', 'href="#look-')
    framed = _TARGET.sub('<a target="_blank" ', framed)
    box = '<div class="desk-text-wide" tabindex="0" role="region" aria-label="表格，可以左右滑动">'
    framed = framed.replace("<table", f"{box}<table").replace("</table>", "</table></div>")
    return mark_safe(framed)  # noqa: S308 - from the dialect, which escapes what is typed


def _problems(
    version: TextVersion, change_set: ChangeSet, timetable: Timetable
) -> Iterator[dict[str, Any]]:
    """What a text names and there is not, and what its form lacks, each with its line where it has
    one."""
    prose = Prose(timetable, change_set)

    def wrong(body: str) -> list[str]:
        one = TextVersion(text=version.text, body=body)
        day = version.in_force_from
        return [*prose.unknown(one, day), *prose.not_on_file(one, day)]

    lines = version.body.split("\n")
    left = dict.fromkeys(wrong(version.body))
    for number, line in enumerate(lines, 1):
        if not left:
            break
        for message in wrong(line) if "[" in line else ():
            if message in left:
                left.pop(message)
                yield {"line": number, "text": line[:40], "message": message}
    for message in left:  # stands across lines
        yield {"line": 0, "text": "", "message": message}
    for number, message in _shape(version):
        yield {"line": number, "text": "", "message": message}


def _shape(version: TextVersion) -> Iterator[tuple[int, str]]:
    """What a page needs of form: a title, a lead, a name for each heading."""
    if not version.text.book:
        return
    title, lead = dialect.title_and_lead(version.body)
    if not title:
        yield 1, "第一行请写页面的标题，例如“# 怎么参保”。"
    elif not lead:
        yield 1, "标题下面空一行，请写一两句话说明这一页讲什么。"
    seen: set[str] = set()
    for number, line in enumerate(version.body.split("\n"), 1):
        if not line.startswith("## "):
            continue
        anchor = dialect.ANCHOR.search(line)
        if anchor is None:
            yield number, "小标题后面请加一个名字，例如“## 带什么材料 {#papers}”。"
        elif anchor[1] in seen:
            yield number, f"这一页里已经有一个叫“{anchor[1]}”的小标题，请换一个名字。"
        else:
            seen.add(anchor[1])


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
        who=who_changed(request, change_set, _about(theirs)),
        conflicts=refused.merged.conflicts,
        difference=_difference(_lines_of(theirs.body), body),
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
        "seen": _hash(_lines_of(stored.body)),
        "who": "" if asked else who_changed(request, change_set, _about(stored)),
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
        if request.POST.get("seen") != _hash(_lines_of(stored.body)):
            return False
        stored.delete()
        if not stored.text.versions.exists():  # a new page that nobody has seen
            stored.text.delete()
        note_edit(held, staff_of(request), f"拿掉了{_about(stored)}的文字")
    messages.success(request, f"已从变更单里拿掉：{stored.text}。已经发布的文字没有动。")
    return True


urlpatterns = [
    path("<int:pk>/texts/new/", new, name="text-new"),
    path("<int:pk>/texts/new/page/", new_page, name="text-new-page"),
    path("<int:pk>/texts/<int:version>/", text, name="text"),
    path("<int:pk>/texts/<int:version>/remove/", remove, name="text-remove"),
]
