"""对谁有影响: personas and saved cases computed without a set and with it, what differs first."""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from calculators.catalogue import CALCULATORS
from calculators.recomputing import (
    UNCHANGED,
    Case,
    Comparison,
    State,
    Told,
    Verdict,
    compare,
    summary,
    tell_all,
)
from calculators.year import YEAR
from portal import clock
from portal.policy.age import zh_day
from portal.policy.differences import timetable_with, timetable_without
from portal.policy.in_force import Timetable
from portal.policy.models import ChangeSet, Edition
from portal.policy.values import money
from portal.staff.case_links import read_case_link
from portal.staff.desk.frame import EDIT, VIEW, desk_page, set_or_404, show, staff_of
from portal.staff.desk.history import name_of
from portal.staff.desk.preview import Scene
from portal.staff.expected import Row, differing, kept_of, says, seal_of
from portal.staff.models import SavedCase
from portal.staff.personas import personas

Compared = Mapping[datetime.date, Sequence[Comparison]]
Unexpected = Mapping[Case, Sequence[Row]]

# Beyond this many days only the one that is looked at is computed, so that the page stays fast.
MOST_DAYS = 4
# Each saved case is computed twice for every day of a set.
MOST_SAVED = 100
LONGEST_LINK = 8_000
ALL = "all"


@require_safe
@desk_page(VIEW)
def cases(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what a set does to each case on a day; a query chooses the day, a calculator, or all."""
    change_set = set_or_404(pk)
    days = _days(change_set)
    context: dict[str, Any] = {"days": []}
    if days:
        chosen = _chosen_day(request.GET.get("day", ""), days)
        kept = list(SavedCase.objects.all())
        looked_at = days if len(days) <= MOST_DAYS else [chosen or days[0]]
        compared = _compare_on(change_set, looked_at, kept)
        # Where nobody chose, the first day on which something changes.
        day = chosen or next((d for d in compared if _changed(compared[d])), days[0])
        # The page of a published set tells what it did then, and stays as it is.
        unexpected = {} if change_set.is_final else _unexpected(kept, compared[day])
        context = {
            "days": [(d.isoformat(), _day_label(d, compared), d == day) for d in days],
            "summary": _summary(compared[day], unexpected),
            "is_final": change_set.is_final,
            **_list_context(request, change_set, day, compared[day], unexpected),
        }
    return show(
        request, "cases_set.html", "对谁有影响", context, change_set=change_set, tab="cases"
    )


def _days(change_set: ChangeSet) -> list[datetime.date]:
    """The days on which the tables of a set begin to count, and today if the first has passed."""
    starts = Edition.objects.filter(change_set=change_set)
    days = set(starts.order_by().values_list("in_force_from", flat=True))
    today = clock.today()
    if any(day < today for day in days):
        days.add(today)
    return sorted(days)


def _chosen_day(text: str, days: Sequence[datetime.date]) -> datetime.date | None:
    return next((day for day in days if day.isoformat() == text), None)


def _compare_on(
    change_set: ChangeSet, days: Sequence[datetime.date], kept: Iterable[SavedCase]
) -> Compared:
    asked = [*map(_case_of, kept), *personas()]
    before, after = timetable_without(change_set), timetable_with(change_set)
    return {day: compare(asked, before, after, day) for day in days}


def _case_of(saved: SavedCase) -> Case:
    return Case(saved.title, saved.slug, saved.query, saved.note, is_saved=True)


def _unexpected(kept: Iterable[SavedCase], compared: Sequence[Comparison]) -> Unexpected:
    """Which saved cases do not come to what was kept of them, after the change, and in what."""
    expected = {_case_of(saved): saved.expected for saved in kept}
    rows = {c.case: differing(expected.get(c.case, {}), c.after) for c in compared}
    return {case: found for case, found in rows.items() if found}


def _summary(compared: Sequence[Comparison], unexpected: Unexpected) -> str:
    told = summary(compared)
    if unexpected:
        told += f"有 {len(unexpected)} 个常看的例子，改后的结果和记下的应有结果不同。"
    return told


def _changed(compared: Sequence[Comparison]) -> int:
    return sum(comparison.differs for comparison in compared)


def _day_label(day: datetime.date, compared: Compared) -> str:
    today = "，今天" if day == clock.today() else ""
    count = f"，{_changed(compared[day])} 个会变" if day in compared else ""
    return f"{zh_day(day)}{today}{count}"


def _list_context(
    request: HttpRequest,
    change_set: ChangeSet,
    day: datetime.date,
    compared: Sequence[Comparison],
    unexpected: Unexpected,
) -> dict[str, Any]:
    """The cases that were asked to be seen: broken ones first, then what is not as it should be,
    then what differs, and of each kind the saved ones before the personas."""
    slug, shows_all = request.GET.get("calculator", ""), request.GET.get("show") == ALL
    titles = {c.slug: c.title for c in (*CALCULATORS.values(), YEAR)}
    slug = slug if slug in titles else ""
    shown = [
        comparison
        for comparison in compared
        if (shows_all or comparison.verdict != Verdict.SAME or comparison.case in unexpected)
        and slug in ("", comparison.case.slug)
    ]
    shown.sort(key=lambda comparison: _rank(comparison, comparison.case in unexpected))
    return {
        "shows_all": shows_all,
        "calculators": [(known, title, known == slug) for known, title in titles.items()],
        "day_label": zh_day(day),
        "cards": [
            {
                **_card(comparison, change_set, day),
                "unexpected": unexpected.get(comparison.case, ()),
            }
            for comparison in shown
        ],
    }


def _rank(comparison: Comparison, is_unexpected: bool) -> tuple[object, ...]:
    verdict = comparison.verdict
    groups = (
        verdict == Verdict.FAILS,
        is_unexpected,
        comparison.differs,
        verdict == Verdict.SAME_AMOUNT,
    )
    return [not group for group in groups], not comparison.case.is_saved, -abs(comparison.change)


def _card(comparison: Comparison, change_set: ChangeSet, day: datetime.date) -> dict[str, Any]:
    case, was, now = comparison.case, comparison.before, comparison.after
    in_front = {told.figures[told.headline].label for told in (was, now) if told.headline}
    marked = sum(bool(line.mark) for line in now.lines) or sum(bool(ln.mark) for ln in was.lines)
    return {
        "case": case,
        "calculator": case.calculator or "已经没有的计算器",
        "verdict": comparison.in_words,
        "is_changed": comparison.verdict not in UNCHANGED,
        "has_failed": comparison.verdict == Verdict.FAILS,
        "before": _side(was, day),
        "after": _side(now, day),
        "says_more": [row for row in comparison.differing if row[0] not in in_front],
        "marked": marked,
        "public_url": _public_url(case, was) if case.calculator else "",
        "preview_url": Scene(change_set, day).address(_public_url(case, now))
        if case.calculator
        else "",
    }


def _side(told: Told, day: datetime.date) -> dict[str, Any]:
    parts: dict[str, list[dict[str, Any]]] = {}
    for line in told.lines:
        amount = "" if line.amount is None else money(line.amount)
        shown = {"label": line.label, "formula": line.formula, "amount": amount}
        clauses = "、".join(line.clauses)
        parts.setdefault(line.part, []).append({**shown, "clauses": clauses, "mark": line.mark})
    other_rules = told.rules_of if told.state == State.ANSWERED and told.rules_of != day else None
    return {
        "says": told.says,
        "rules_of": zh_day(other_rules) if other_rules else "",
        "parts": list(parts.items()),
    }


def _public_url(case: Case, told: Told) -> str:
    return f"{_page_of(case)}?{told.query}"


def _page_of(case: Case) -> str:
    if case.slug == YEAR.slug:
        return reverse("calculators:year")
    return reverse("calculators:page", args=[case.slug])


class SaveCaseForm(forms.Form):
    """A result link, with a name; once it is valid, `case` is what it stands for."""

    link = forms.CharField(
        label="结果页的链接",
        max_length=LONGEST_LINK,
        help_text="在网站上算出结果后复制的网址，例如 /calculators/inpatient/?scheme=resident&group=adult"
        "&tier=level3&cost=20000",
        widget=forms.TextInput(attrs={"inputmode": "url", "autocomplete": "off"}),
        error_messages={
            "required": "请粘贴结果页的链接。",
            "max_length": f"链接太长了，最多 {LONGEST_LINK} 个字符。",
        },
    )
    title = forms.CharField(
        label="名称",
        max_length=100,
        help_text="例如 李阿姨那样的三级医院住院。请不要写真实的姓名。",
        error_messages={
            "required": "请起一个名称，方便大家认出它。",
            "max_length": "名称太长了，最多 100 个字。",
        },
    )
    note = forms.CharField(
        label="备注",
        max_length=500,
        required=False,
        help_text="例如 热线常问到的情况；没有就留空",
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"max_length": "备注太长了，最多 500 个字。"},
    )

    def clean_link(self) -> str:
        self.slug, self.query = read_case_link(self.cleaned_data["link"])
        if kept := SavedCase.objects.filter(slug=self.slug, query=self.query).first():
            raise ValidationError(f"这个例子已经保存过了，名称是“{kept.title}”。")
        return str(self.cleaned_data["link"])

    def clean(self) -> dict[str, Any]:
        if SavedCase.objects.count() >= MOST_SAVED:
            raise ValidationError(f"最多保存 {MOST_SAVED} 个例子。请先移除不再需要的。")
        return super().clean() or self.cleaned_data


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page(VIEW)
def saved(request: HttpRequest) -> HttpResponse:
    """List the cases that staff keep, and keep another one."""
    if request.method == "POST":
        return _save(request)
    given = {name: request.GET[name] for name in ("link", "title", "note") if name in request.GET}
    return _show_saved(request, SaveCaseForm(initial=given))


def _save(request: HttpRequest) -> HttpResponse:
    if not request.user.has_perm(EDIT):
        raise PermissionDenied
    form = SaveCaseForm(request.POST)
    if not form.is_valid():
        return _show_saved(request, form, status=422)
    words = {name: form.cleaned_data[name] for name in ("title", "note")}
    one = SavedCase(slug=form.slug, query=form.query, saved_by=staff_of(request), **words)
    _expect(one, _tell_today([one])[0])
    try:
        with transaction.atomic():
            one.save()
    except IntegrityError:  # somebody else has just saved the same
        form.add_error("link", "这个例子刚刚已经有人保存了。")
        return _show_saved(request, form, status=422)
    messages.success(
        request,
        f"已保存“{words['title']}”，并记下了现在的结果：{_sentence(says(one.expected))}"
        "以后每张变更单都会算它，和记下的不同就会标出来。",
    )
    return redirect("admin:desk:saved-cases")


def _show_saved(request: HttpRequest, form: SaveCaseForm, status: int = 200) -> HttpResponse:
    """Show the list with what each case comes to today."""
    kept = list(SavedCase.objects.select_related("saved_by"))
    listed = [_entry(one, now) for one, now in zip(kept, _tell_today(kept), strict=True)]
    context = {"form": form, "listed": listed, "persona_count": len(personas())}
    return show(request, "cases_saved.html", "常看的例子", context, status=status)


def _tell_today(kept: Sequence[SavedCase]) -> list[Told]:
    return tell_all(map(_case_of, kept), Timetable.load(), clock.today())


def _expect(one: SavedCase, now: Told) -> None:
    """Take what a case comes to today for what it should come to."""
    one.expected = kept_of(now)
    one.expected_on = clock.today() if one.expected else None


def _entry(one: SavedCase, now: Told) -> dict[str, Any]:
    """A saved case with what it should come to and what it comes to today."""
    case = _case_of(one)
    return {
        "saved": one,
        "by": name_of(one.saved_by),
        "calculator": case.calculator or "已经没有的计算器",
        "says": now.says,
        "expected": says(one.expected),
        "differing": differing(one.expected, now),
        "url": _public_url(case, now) if case.calculator else "",
    }


class WordsForm(forms.Form):
    """The name and the note of a saved case."""

    title = copy(SaveCaseForm.base_fields["title"])
    note = copy(SaveCaseForm.base_fields["note"])


@require_http_methods(["GET", "HEAD", "POST"])
@desk_page(EDIT)
def case(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a saved case's words, or take what it comes to now for what it should come to."""
    one = get_object_or_404(SavedCase.objects.select_related("saved_by"), pk=pk)
    if request.method != "POST":
        return _show_case(request, one, WordsForm(initial=_words(one)))
    if request.POST.get("do") == "keep":
        return _keep_now(request, one)
    return _save_words(request, one)


def _words(one: SavedCase) -> dict[str, str]:
    return {"title": one.title, "note": one.note}


def _save_words(request: HttpRequest, one: SavedCase) -> HttpResponse:
    """Save the words, unless somebody else has saved others since the page was opened."""
    form = WordsForm(request.POST, initial=_words(one))
    if not form.is_valid():
        return _show_case(request, one, form, status=422)
    with transaction.atomic():
        stored = get_object_or_404(SavedCase.objects.select_for_update(), pk=one.pk)
        theirs = {
            name: now
            for name, now in _words(stored).items()
            if request.POST.get(f"base-{name}", now) != now and form.cleaned_data[name] != now
        }
        if theirs:
            return _show_case(request, stored, form, theirs, status=409)
        stored.title, stored.note = form.cleaned_data["title"], form.cleaned_data["note"]
        stored.save(update_fields=["title", "note"])
    messages.success(request, "已保存。")
    return redirect("admin:desk:saved-cases")


def _keep_now(request: HttpRequest, one: SavedCase) -> HttpResponse:
    (now,) = _tell_today([one])
    if request.POST.get("seen") != seal_of(now):
        messages.warning(request, "结果刚刚又变了，还没有记下。请看过现在的结果再按。")
    elif not kept_of(now):
        messages.error(request, "这个例子现在算不了，没有结果可以记下。")
    else:
        _expect(one, now)
        one.save(update_fields=["expected", "expected_on"])
        messages.success(request, f"已记下“{one.title}”应有的结果：{_sentence(says(one.expected))}")
    return redirect("admin:desk:saved-case", one.pk)


def _sentence(told: str) -> str:
    return f"{told.rstrip('。')}。"


def _show_case(
    request: HttpRequest,
    one: SavedCase,
    form: WordsForm,
    theirs: Mapping[str, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    (now,) = _tell_today([one])
    context = {
        **_entry(one, now),
        "form": form,
        "base": _words(one),
        "theirs": [(form.fields[name].label, now) for name, now in (theirs or {}).items()],
        "seen": seal_of(now),
        "can_keep": bool(kept_of(now)),
        "figures": list(now.figures.values()),
    }
    title = f"常看的例子：{one.title}"
    return show(request, "cases_case.html", title, context, status=status)


@require_POST
@desk_page(EDIT)
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep a case no longer; the message has its link, so that it can be saved again."""
    one = get_object_or_404(SavedCase, pk=pk)
    case = Case(one.title, one.slug, one.query)
    link = f"{_page_of(case)}?{one.query}" if case.calculator else ""
    one.delete()
    again = f"要恢复，请重新保存这个链接：{link}" if link else ""
    messages.success(request, f"已移除“{case.title}”。{again}")
    return redirect("admin:desk:saved-cases")


urlpatterns = [
    path("cases/", saved, name="saved-cases"),
    path("cases/<int:pk>/", case, name="saved-case"),
    path("cases/<int:pk>/remove/", remove, name="saved-case-remove"),
    path("<int:pk>/cases/", cases, name="cases"),
]
