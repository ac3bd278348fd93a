"""Offices with their telephones, other names and stops. What is saved is public at once."""

from django.contrib import admin

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

    def has_module_permission(self, request: object) -> bool:
        # One comes here from the office.
        return False
