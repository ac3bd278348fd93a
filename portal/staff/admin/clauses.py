"""Choosing the clause that something rests on, by typing its code."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.widgets import AutocompleteSelect
from django.forms import ModelChoiceField
from django.http import HttpRequest

LONGEST_KEY = 18  # digits that every database takes


class ClauseSelect(AutocompleteSelect):
    """Django's own looks up whatever was sent, and fails on what is no key."""

    def optgroups(self, name: str, value: Any, attrs: Any = None) -> Any:
        keys = [key for key in value if key.isdecimal() and len(key) <= LONGEST_KEY]
        return super().optgroups(name, keys, attrs)


class PicksClause(admin.options.BaseModelAdmin):
    """What names a clause; stands before Django's own class."""

    autocomplete_fields = ("clause",)

    def formfield_for_foreignkey(
        self, db_field: Any, request: HttpRequest, **options: Any
    ) -> ModelChoiceField | None:
        if db_field.name == "clause":
            options["widget"] = ClauseSelect(db_field, self.admin_site, using=options.get("using"))
        return super().formfield_for_foreignkey(db_field, request, **options)
