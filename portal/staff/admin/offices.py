"""Offices with their telephones, other names and stops. What is saved is public at once."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from portal.offices.models import Alias, Line, Office, Phone, Stop


class PhoneInline(admin.TabularInline):
    model = Phone
    extra = 0
    autocomplete_fields = ("clause",)


class AliasInline(admin.TabularInline):
    model = Alias
    extra = 0


class StopInline(admin.TabularInline):
    model = Stop
    extra = 0
    show_change_link = True  # its lines are on its own page: Django nests no inlines
    fields = ("station", "its_lines", "exit_hint", "how", "position")
    readonly_fields = ("its_lines",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Stop]:
        return super().get_queryset(request).prefetch_related("lines").select_related("office")

    @admin.display(description="线路（点站名旁的铅笔修改）")
    def its_lines(self, stop: Stop) -> str:
        return "、".join(line.name for line in stop.lines.all()) if stop.pk else "（先保存车站）"


class LineInline(admin.TabularInline):
    model = Line
    extra = 1


@admin.register(Office)
class OfficeAdmin(admin.ModelAdmin):
    list_display = ("name", "district", "address", "updated_at")
    list_filter = ("district",)
    search_fields = ("name", "district", "address", "aliases__name", "phones__number")
    autocomplete_fields = ("clause",)
    readonly_fields = ("updated_at",)
    inlines = (PhoneInline, AliasInline, StopInline)


@admin.register(Stop)
class StopAdmin(admin.ModelAdmin):
    list_display = ("station", "office")
    list_filter = ("office",)
    list_select_related = ("office",)
    search_fields = ("station", "lines__name")
    inlines = (LineInline,)

    def has_module_permission(self, request: HttpRequest) -> bool:
        # One comes here from the office.
        return False

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        # The page says when the office was last changed; its lines are part of it.
        form.instance.office.save(update_fields=["updated_at"])
