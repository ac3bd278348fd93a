"""Offices with their telephones, other names, stops and days closed. What is saved is public at once."""

from itertools import pairwise
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import URLPattern

from portal.offices.models import Alias, Closure, Line, Office, Phone, Stop
from portal.staff.admin.clauses import PicksClause
from portal.staff.history import exchange
from portal.staff.history.admin import KeepsVersions, VersionedForm, VersionsAdmin
from portal.staff.history.models import Snapshot

# Parts are stacked, not in tables: so each box has a label, and a phone shows them whole.


class PhoneInline(PicksClause, admin.StackedInline):
    model = Phone
    extra = 0
    fields = (("number", "label"), ("clause", "position"))


class AliasInline(admin.StackedInline):
    model = Alias
    extra = 0


class StopInline(admin.StackedInline):
    model = Stop
    extra = 0
    show_change_link = True  # its lines are on its own page: Django nests no inlines
    fields = (("station", "exit_hint"), ("how", "position"), "its_lines")
    readonly_fields = ("its_lines",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Stop]:
        return super().get_queryset(request).prefetch_related("lines").select_related("office")

    @admin.display(description="线路（点上面的“修改”来改）")
    def its_lines(self, stop: Stop) -> str:
        return "、".join(line.name for line in stop.lines.all()) if stop.pk else "（先保存车站）"


class ClosureFormSet(forms.BaseInlineFormSet):
    """Closures of an office, no two at a time."""

    def clean(self) -> None:
        super().clean()
        typed = [
            form.cleaned_data
            for form in self.forms
            if form.is_valid() and form.cleaned_data and not form.cleaned_data.get("DELETE")
        ]
        days = sorted((one["first_day"], one["last_day"]) for one in typed)
        for (_, last), (first, _) in pairwise(days):
            if first <= last:
                raise ValidationError(
                    f"两段日子有重叠：一段到 {last}，另一段从 {first} 开始。请改开，或者合成一段。"
                )


class ClosureInline(admin.StackedInline):
    model = Closure
    formset = ClosureFormSet
    extra = 0
    fields = (("kind", "first_day", "last_day"), "address", "notice")
    # The browser's own calendar: it speaks the clerk's language and fits a phone.
    formfield_overrides = {
        models.DateField: {"widget": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")}
    }


class LineInline(admin.StackedInline):
    model = Line
    extra = 1
    fields = (("name", "route", "position"),)


@admin.register(Office)
class OfficeAdmin(PicksClause, VersionsAdmin):
    kind = Snapshot.Kind.OFFICE
    change_list_template = "admin/offices/office/change_list.html"
    fields = (
        "name", "slug", "district", "address", "transport_text", "notice", "clause", "position",
        "updated_at", "version",
    )  # fmt: skip
    list_display = ("name", "district", "address", "updated_at")
    list_filter = ("district",)
    search_fields = ("name", "district", "address", "aliases__name", "phones__number")
    readonly_fields = ("updated_at",)
    inlines = (ClosureInline, PhoneInline, AliasInline, StopInline)

    def get_urls(self) -> list[URLPattern]:
        return [*exchange.urls_of(self), *super().get_urls()]


class StopForm(VersionedForm):
    """A stop with its lines."""

    def thing(self) -> Any:
        # Whose stop it is in the database, whatever was typed.
        return Office.objects.get(stops=self.instance.pk)

    def scope(self, content: dict[str, Any]) -> Any:
        stops = (one for one in content["stops"] if one["station"] == self.instance.station)
        return next(stops, {})


@admin.register(Stop)
class StopAdmin(KeepsVersions):
    form = StopForm
    fields = ("office", "station", "exit_hint", "how", "position", "version")
    list_display = ("station", "office")
    list_filter = ("office",)
    list_select_related = ("office",)
    search_fields = ("station", "lines__name")
    inlines = (LineInline,)

    def thing_of(self, instance: Stop) -> Office:
        return instance.office

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        # A stop that went to another office would be a change of two.
        return ("office",) if obj is not None else ()

    def has_module_permission(self, request: HttpRequest) -> bool:
        # One comes here from the office.
        return False

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        # The page says when the office was last changed; its lines are part of it.
        form.instance.office.save(update_fields=["updated_at"])
        super().save_related(request, form, formsets, change)
