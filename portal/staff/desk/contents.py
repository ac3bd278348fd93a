"""What a change set carries: in words, with its days, and where each part is written."""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import transaction
from django.db.models import Count, OuterRef, Prefetch, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse

from portal.policy.age import zh_day
from portal.policy.differences import differences, editions_of
from portal.policy.in_force import Timetable
from portal.policy.models import ChangeSet, ClauseText, Edition, TextVersion
from portal.policy.models.publishing import PARTS, ChangeSetQuerySet
from portal.policy.problems import Problem, title_of_edition
from portal.policy.publishing import WrongState, note_edit
from portal.policy.titles import READINGS
from portal.staff.desk.frame import EDIT, VIEW, desk_page, set_or_404, show, staff_of

NAMES_SHOWN = 3
TABLE, READING, CLAUSE, TEXT = "表", "采用的理解", "条款原文", "页面文字"
QUOTED = 40  # characters of a clause in a list


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a set: its `kind` and `title` in Chinese, its start, and the page to write it on.

    `names` are those that checks call it by.
    """

    kind: str
    title: str
    day: datetime.date
    address: str
    names: frozenset[str]
    pk: int


def parts_of(change_set: ChangeSet) -> list[Part]:
    """Return all that a set carries."""
    texts = TextVersion.objects.filter(change_set=change_set).select_related("text")
    clauses = ClauseText.objects.filter(change_set=change_set).select_related("clause")
    return [
        *(_edition_part(edition) for edition in editions_of(change_set)),
        *(
            _clause_part(clause)
            for clause in clauses.order_by("clause__section", "clause__position")
        ),
        *(_text_part(version) for version in texts.order_by("text__slug", "in_force_from")),
    ]


def _edition_part(edition: Edition) -> Part:
    is_readings = edition.table == READINGS
    kind, page = (READING, "readings") if is_readings else (TABLE, "table")
    title = title_of_edition(edition)
    address = reverse(f"admin:desk:{page}", args=[edition.change_set_id, edition.pk])
    return Part(kind, title, edition.in_force_from, address, frozenset({title}), edition.pk)


def _clause_part(text: ClauseText) -> Part:
    code, sentence = text.clause.code, text.sentence
    quoted = sentence if len(sentence) <= QUOTED else f"{sentence[: QUOTED - 1]}…"
    address = reverse("admin:desk:clause", args=[text.change_set_id, code])
    names = frozenset({code, str(text)})
    return Part(CLAUSE, f"{code}　{quoted}", text.in_force_from, address, names, text.pk)


def _text_part(version: TextVersion) -> Part:
    address = reverse("admin:desk:text", args=[version.change_set_id, version.pk])
    names = frozenset({str(version.text), str(version)})
    title = version.text.purpose
    return Part(TEXT, title, version.in_force_from, address, names, version.pk)


# --- in words, for the list ------------------------------------------------------------------------


def counted(sets: ChangeSetQuerySet) -> Any:
    """Read along with sets what `told` needs, so that a list asks once."""

    def number(model: Any) -> Coalesce:
        own = model.objects.filter(change_set=OuterRef("pk")).order_by()
        one = own.values("change_set").annotate(number=Count("pk")).values("number")
        return Coalesce(Subquery(one), 0)

    editions = Edition.objects.order_by("scheme", "table", "in_force_from")
    return sets.annotate(
        clause_number=number(ClauseText), text_number=number(TextVersion)
    ).prefetch_related(Prefetch("editions", editions))


def told(change_set: Any) -> str:
    """Say in a line what a set carries that `counted` has read."""
    titles = list(dict.fromkeys(map(title_of_edition, change_set.editions.all())))
    more = f"等 {len(titles)} 张表" if len(titles) > NAMES_SHOWN else ""
    parts = [
        "、".join(titles[:NAMES_SHOWN]) + more,
        f"条款原文 {change_set.clause_number} 条" if change_set.clause_number else "",
        f"页面文字 {change_set.text_number} 处" if change_set.text_number else "",
    ]
    return "；".join(part for part in parts if part) or "还没有内容"


# --- where a problem is mended -----------------------------------------------------------------------


def mending_page(problem: Problem, change_set: ChangeSet, parts: list[Part]) -> tuple[str, str]:
    """Return what to press to mend a problem of a draft: words and address."""
    for part in parts:
        if problem.where[0] in part.names:
            return f"去改“{problem.where[0]}”", part.address
    if problem.code == "document_missing":
        return "去填依据文件", reverse("admin:desk:document", args=[change_set.pk])
    if problem.where[0]:  # a table that the set does not carry yet
        return "去复制一张表", reverse("admin:desk:table-new", args=[change_set.pk])
    return "去添加内容", reverse("admin:desk:contents", args=[change_set.pk])


# --- what comes back ---------------------------------------------------------------------------------


def comes_back(change_set: ChangeSet, today: datetime.date) -> list[str]:
    """Say what residents see again once a published set is withdrawn."""
    others = Edition.objects.published().exclude(change_set=change_set)
    without, now = Timetable(others.select_related("change_set", "document")), Timetable.load()
    tables = [_table_back(edition, without, now, today) for edition in editions_of(change_set)]
    return [*tables, *_words_back(change_set)]


def _table_back(edition: Edition, without: Timetable, now: Timetable, today: datetime.date) -> str:
    title, day = title_of_edition(edition), max(today, edition.in_force_from)
    if now.latest_edition(edition.scheme, edition.table, day) != edition:
        return f"{title}：已经由更新的一版代替，撤回它没有影响。"
    before = without.latest_editions(day)
    same = [one for one in before if (one.scheme, one.table) == (edition.scheme, edition.table)]
    if not same:
        return f"{title}：没有更早的一版，{zh_day(day)}起就没有规定，有关的测算会停。"
    until = same[0].in_force_until
    if until is not None and until < day:
        return f"{title}：上一版只到{zh_day(until)}，{zh_day(day)}起就没有规定，有关的测算会停。"
    start = zh_day(same[0].in_force_from)
    return f"{title}：{zh_day(day)}起恢复“{same[0].change_set}”里的一版（{start}起执行）。"


def _words_back(change_set: ChangeSet) -> Iterator[str]:
    for model, owner, told_as in ((ClauseText, "clause", CLAUSE), (TextVersion, "text", TEXT)):
        owners = set(model.objects.filter(change_set=change_set).values_list(owner, flat=True))
        if not owners:
            continue
        others = model.objects.published().exclude(change_set=change_set)
        kept = set(others.filter(**{f"{owner}__in": owners}).values_list(owner, flat=True))
        if kept:
            yield f"{told_as} {len(kept)} 处恢复成上一版。"
        if owners - kept:
            yield f"{told_as} {len(owners - kept)} 处没有更早的一版，会从网站上消失。"


# --- the page ----------------------------------------------------------------------------------------


class DayForm(forms.Form):
    day = forms.DateField(
        label="全部内容从哪天起生效",
        help_text="例如 2027-07-01。依据文件没有写明的，问清楚再填。",
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        input_formats=["%Y-%m-%d", "%Y/%m/%d", "%Y年%m月%d日"],
        validators=[
            MinValueValidator(datetime.date(2000, 1, 1), "请填 2000 年以后的日子。"),
            MaxValueValidator(datetime.date(2099, 12, 31), "请填 2099 年以前的日子。"),
        ],
        error_messages={
            "required": "请填日期。",
            "invalid": "请填一个日期，例如 2027-07-01。",
        },
    )


@desk_page(VIEW)
def contents(request: HttpRequest, pk: int) -> HttpResponse:
    """Show all that a set carries, with buttons to write, add, and move the start of everything."""
    change_set = set_or_404(pk)
    return _page(request, change_set, DayForm(initial={"day": change_set.first_day}))


@desk_page(EDIT)
def move(request: HttpRequest, pk: int) -> HttpResponse:
    """Let all that a draft carries start on one day."""
    change_set = set_or_404(pk)
    if request.method != "POST":
        return redirect("admin:desk:contents", pk)
    form = DayForm(request.POST)
    if form.is_valid():
        try:
            with transaction.atomic():
                note_edit(change_set, staff_of(request), _moved_to(form.cleaned_data["day"]))
                move_all(change_set, form.cleaned_data["day"])
        except WrongState as refused:
            messages.error(request, str(refused))
            return redirect("admin:desk:set", pk)
        except ValidationError as refused:
            form.add_error("day", refused)
        else:
            messages.success(request, _moved_to(form.cleaned_data["day"]) + "。")
            return redirect("admin:desk:contents", pk)
    return _page(request, change_set, form, status=422)


def _moved_to(day: datetime.date) -> str:
    return f"全部内容改为从{zh_day(day)}起生效"


def move_all(change_set: ChangeSet, day: datetime.date) -> None:
    """Let all that a draft carries start on `day`. Raises ValidationError where it cannot."""
    seen: set[object] = set()
    for part in PARTS:
        for version in getattr(change_set, part).all():
            edition = version if isinstance(version, Edition) else None
            title = title_of_edition(edition) if edition else str(version)
            owner = (part, getattr(version, "clause_id", None), getattr(version, "text_id", None))
            same = (edition.scheme, edition.table) if edition else owner
            if same in seen:
                raise ValidationError(
                    f"“{title}”在这张变更单里有几版，生效日期不同，不能改成同一天，请一版一版改。"
                )
            seen.add(same)
            until = edition.in_force_until if edition else None
            if until is not None and until < day:
                raise ValidationError(
                    f"“{title}”的截止日期是{zh_day(until)}，比这一天早，请先改它的截止日期。"
                )
            version.in_force_from = day
            version.save()


def _page(
    request: HttpRequest, change_set: ChangeSet, form: DayForm, status: int = 200
) -> HttpResponse:
    changed = {
        table.edition.pk: len(table.added) + len(table.removed) + len(table.changed)
        for table in differences(change_set)
    }
    context = {
        "form": form,
        "parts": [
            {"part": part, "rows": changed.get(part.pk) if part.kind == TABLE else None}
            for part in parts_of(change_set)
        ],
    }
    return show(
        request,
        "sets_contents.html",
        "内容",
        context,
        change_set=change_set,
        tab="contents",
        status=status,
    )


urlpatterns = [
    path("<int:pk>/contents/", contents, name="contents"),
    path("<int:pk>/days/", move, name="days"),
]
