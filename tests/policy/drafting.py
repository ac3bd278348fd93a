"""Drafts for the tests of checks and differences: tables copied, then changed by the test."""

import datetime
from typing import Any

from portal.policy.drafts import copy_edition
from portal.policy.models import ChangeSet, Document, Edition, Text, TextVersion

NEXT_YEAR = datetime.date(2027, 1, 1)


def new_set(slug: str = "draft", document: str = "flexible-2025-10") -> ChangeSet:
    """An empty draft that rests on a shipped document."""
    return ChangeSet.objects.create(
        slug=slug, title=f"变更单 {slug}", document=Document.objects.get(slug=document)
    )


def shipped(scheme: str, table: str) -> Edition:
    """The edition of a table that came with the site."""
    first = ("resident-2024", "flexible-2025-10")
    return Edition.objects.get(scheme=scheme, table=table, change_set__slug__in=first)


def drafted(
    scheme: str, table: str, start: datetime.date = NEXT_YEAR, change_set: ChangeSet | None = None
) -> Edition:
    """A shipped table copied whole into a draft."""
    return copy_edition(shipped(scheme, table), change_set or new_set(), start)


def put(edition: Edition, rows: str, where: dict[str, Any], **values: Any) -> None:
    """Change one row of a draft, as a grid would."""
    row = getattr(edition, f"{rows}_rows").get(**where)
    for name, value in values.items():
        setattr(row, name, value)
    row.save()


def text_of(change_set: ChangeSet, body: str, slug: str = "care-settlement") -> TextVersion:
    """Another version of a shipped page."""
    return TextVersion.objects.create(
        text=Text.objects.get(slug=slug),
        change_set=change_set,
        in_force_from=NEXT_YEAR,
        body=body,
    )
