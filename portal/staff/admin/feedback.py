"""What residents said of pages, to be read and answered; and how often pages are used."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import admin, messages
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import Resolver404, resolve, reverse
from django.utils.html import format_html

from portal import clock
from portal.feedback.models import DailyCount, Feedback
from portal.policy.age import zh_day
from portal.staff import usage
from portal.staff.admin.policy import ReadOnly
from portal.staff.desk.frame import EDIT
from portal.staff.page_names import page_names

# What can be kept as a case: the desk's own form reads their links.
CASES = ("calculators:page", "calculators:year")
LONGEST_EXCERPT = 40
SHOWN = ("when", "kind", "text_shown", "page", "case", "state", "note")


class PageFilter(admin.SimpleListFilter):
    """Pages that something was said of, the most talked of first."""

    title = "页面"
    parameter_name = "page"
    most = 50

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        counted: dict[str, int] = {}
        for path in Feedback.objects.order_by().values_list("path", flat=True):
            counted[path] = counted.get(path, 0) + 1
        paths = sorted(counted, key=lambda path: (-counted[path], path))[: self.most]
        names = page_names(paths) if paths else {}
        # The first character keeps "no page" apart from "no choice".
        return [(f"p{path}", f"{names[path]}（{counted[path]}）") for path in paths]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Feedback]) -> QuerySet[Feedback]:
        chosen = self.value()
        return queryset.filter(path=chosen[1:]) if chosen else queryset


class NamedPages(ChangeList):
    """The list with the name of each page, looked up for all rows together."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        names = page_names({said.path for said in self.result_list})
        for said in self.result_list:
            said.page_title = names[said.path]


@admin.register(Feedback)
class FeedbackAdmin(admin.ModelAdmin):
    list_display = ("excerpt", "kind", "page_name", "when", "state")
    list_display_links = ("excerpt",)
    list_filter = ("state", "kind", PageFilter)
    search_fields = ("text", "path", "note")
    ordering = ("state", "-day", "-hour", "-pk")
    list_per_page = 50
    actions = ("mark_seen", "mark_answered")
    readonly_fields = ("when", "kind", "text_shown", "page", "case")
    radio_fields = {"state": admin.HORIZONTAL}

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False  # residents write them

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return NamedPages

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        # A link to a form that this person cannot send would be no help.
        may_save = request.user.has_perm(EDIT)
        return SHOWN if may_save else [name for name in SHOWN if name != "case"]

    @admin.display(description="说的话")
    def excerpt(self, said: Feedback) -> str:
        text = " ".join(said.text.split())
        return (
            f"{text[:LONGEST_EXCERPT]}…" if len(text) > LONGEST_EXCERPT else text or "（没有写字）"
        )

    @admin.display(description="说的话")
    def text_shown(self, said: Feedback) -> str:
        return said.text or "（没有写字）"

    @admin.display(description="收到", ordering="day")
    def when(self, said: Feedback) -> str:
        return f"{zh_day(said.day)} {said.hour}点多"

    @admin.display(description="页面", ordering="path")
    def page_name(self, said: Feedback) -> str:
        return str(getattr(said, "page_title", said.path))

    @admin.display(description="页面")
    def page(self, said: Feedback) -> str:
        if not said.path:
            return "整个网站"
        name = page_names([said.path])[said.path]
        return format_html('<a href="{}">{}</a>', said.address, f"打开：{name}")

    @admin.display(description="测算结果")
    def case(self, said: Feedback) -> str:
        if not said.query or not _is_case(said.path):
            return "这一条说的不是一个测算结果。"
        title = f"居民反馈：{page_names([said.path])[said.path]}（{zh_day(said.day)}）"
        link = f"{reverse('admin:desk:saved-cases')}?{urlencode({'link': said.address, 'title': title})}"
        return format_html('<a href="{}">存成常看的例子</a>', link)

    @admin.action(description="标为已看", permissions=["change"])
    def mark_seen(self, request: HttpRequest, chosen: QuerySet[Feedback]) -> None:
        self._mark(request, chosen, Feedback.State.SEEN)

    @admin.action(description="标为已答复", permissions=["change"])
    def mark_answered(self, request: HttpRequest, chosen: QuerySet[Feedback]) -> None:
        self._mark(request, chosen, Feedback.State.ANSWERED)

    def _mark(
        self, request: HttpRequest, chosen: QuerySet[Feedback], state: Feedback.State
    ) -> None:
        count = chosen.update(state=state)
        messages.success(request, f"{count} 条已标为“{state.label}”。")


def _is_case(path: str) -> bool:
    try:
        return resolve(path).view_name in CASES
    except Resolver404:
        return False


@admin.register(DailyCount)
class DailyCountAdmin(ReadOnly, admin.ModelAdmin):
    """Its list is a chart: single counts say nothing."""

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        today = clock.today()
        days = usage.by_day(today)
        calculators, pages, left_out = usage.by_page(today)
        context = {
            **admin.site.each_context(request),
            "title": "使用情况",
            "opts": self.opts,
            "days": days,
            "first_day": zh_day(days[0].day),
            "last_day": zh_day(days[-1].day),
            "most": max(day.opened for day in days),
            "total": sum(day.opened for day in days),
            "calculators": calculators,
            "pages": pages,
            "left_out": left_out,
        }
        return render(request, "feedback/usage.html", context, using="staff")
