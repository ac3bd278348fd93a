"""The dated policy, to look at and search. It is never edited: a correction is a change set."""

from typing import Any

from django.contrib import admin
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from portal.policy import models as policy


class ReadOnly:
    """Refuses every change; who may see it, Django's permissions say."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


def links(model: type[models.Model]) -> tuple[str, ...]:
    """Name what `model` points to, to be fetched along with it."""
    return tuple(field.name for field in model._meta.fields if field.is_relation)


def table_of(model: type[models.Model]) -> type[admin.TabularInline]:
    """Make a table of `model` for the page of what it belongs to."""

    class Table(ReadOnly, admin.TabularInline):
        def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
            return super().get_queryset(request).select_related(*links(model))

    return type(f"{model.__name__}Table", (Table,), {"model": model, "extra": 0})


def show(
    model: type[models.Model], *columns: str, tables: Any = (), listed: bool = True, **options: Any
) -> None:
    """Register `model` to be looked at, with these columns and with tables of what it has.

    What is not `listed` is left out of the index: one comes to it from what it belongs to.
    """
    options = {
        "list_select_related": links(model) or False,
        **options,
        "list_display": columns,
        "inlines": [table_of(part) for part in tables],
        "has_module_permission": lambda self, request: listed,
    }
    admin.site.register(
        model, type(f"{model.__name__}Admin", (ReadOnly, admin.ModelAdmin), options)
    )


# Every kind of row that an edition can have.
ROWS = [link.related_model for link in policy.Edition._meta.related_objects]


@admin.register(policy.Edition)
class EditionAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ("table", "scheme", "in_force_from", "in_force_until", "document", "change_set")
    list_filter = ("scheme", "change_set__status", "in_force_from", "table")
    search_fields = ("table", "document__title", "change_set__title")
    list_select_related = ("document", "change_set")
    inlines = [table_of(row) for row in ROWS]

    def get_inlines(self, request: HttpRequest, obj: policy.Edition | None) -> list[Any]:
        # An edition holds a few of the twenty-odd kinds; the others would be empty tables.
        return [table for table in self.inlines if table.model.objects.filter(edition=obj).exists()]


for row in ROWS:
    show(
        row,
        *(field.name for field in row._meta.fields if field.name != "id"),
        list_filter=("edition__scheme", "edition__in_force_from"),
        search_fields=("edition__table",),
        listed=not issubclass(row, policy.PolicyRow),
    )

show(
    policy.Document, "title", "letter", "scheme", "edition_name", "dated", search_fields=("title",)
)
show(
    policy.Section,
    "document",
    "number",
    "title",
    list_filter=("document",),
    search_fields=("title", "body"),
    tables=(policy.Clause,),
)
show(
    policy.Clause,
    "code",
    "section",
    list_select_related=("section__document",),
    list_filter=("section__document",),
    search_fields=("code", "texts__sentence"),
    tables=(policy.ClauseText,),
)
show(
    policy.ClauseText,
    "clause",
    "sentence",
    "in_force_from",
    "change_set",
    list_filter=("clause__section__document", "change_set__status", "in_force_from"),
    search_fields=("clause__code", "sentence"),
)


@admin.register(policy.ChangeSet)
class ChangeSetAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ("title", "status", "published_at", "withdrawn_at")
    list_filter = ("status",)
    search_fields = ("title", "slug")

    def change_view(self, request: HttpRequest, object_id: str, *rest: Any) -> HttpResponse:
        """The desk has the page of a set; whoever comes from a list here is sent there."""
        change_set = self.get_object(request, object_id)
        if request.method != "GET" or change_set is None:
            return super().change_view(request, object_id, *rest)
        return redirect("admin:desk:set", change_set.pk)


show(policy.ChangeSetEvent, "change_set", "action", "by", "at", "why", listed=False)
show(
    policy.Reading,
    "code",
    search_fields=("code", "decidedreading_rows__title"),
    tables=(policy.DecidedReading, policy.ReadingChoice),
)
show(
    policy.Text,
    "purpose",
    "slug",
    search_fields=("purpose", "slug"),
    tables=(policy.TextVersion,),
)
show(
    policy.TextVersion,
    "text",
    "in_force_from",
    "change_set",
    list_filter=("change_set__status", "in_force_from"),
    search_fields=("text__purpose", "body"),
)
show(policy.SeedRecord, "key", search_fields=("key",), listed=False)
