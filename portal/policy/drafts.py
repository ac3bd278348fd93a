"""Starting a draft: its name, and an edition copied whole into it, to be edited there."""

import datetime
from itertools import count
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from portal.policy.models import ChangeSet, DecidedReading, Edition
from portal.policy.models.readings import ReadingPart
from portal.policy.models.rows import PolicyRow


def free_slug(start: str) -> str:
    """Return a name that no change set has: `start`, then `start`-2 and so on."""
    taken = set(ChangeSet.objects.filter(slug__startswith=start).values_list("slug", flat=True))
    names = (start if number == 1 else f"{start}-{number}" for number in count(1))
    return next(name for name in names if name not in taken)


@transaction.atomic
def copy_edition(edition: Edition, change_set: ChangeSet, in_force_from: datetime.date) -> Edition:
    """Copy an edition with all its rows into a draft set, in force from a day on.

    It rests on the same document and has no last day: a year's end is the new document's to say.
    Raises IntegrityError where the set has an edition of this table and day, NotADraft where it is
    no draft any more.
    """
    new = Edition.objects.create(
        change_set=change_set,
        table=edition.table,
        scheme=edition.scheme,
        document=edition.document,
        in_force_from=in_force_from,
    )
    for relation in edition._meta.related_objects:
        model = relation.related_model
        if not issubclass(model, PolicyRow | ReadingPart):
            continue
        rows: QuerySet[Any] = model._default_manager.filter(edition=edition)
        _copy(model, rows.order_by("pk"), new)
    return new


def _copy(model: type[Any], rows: QuerySet[Any], edition: Edition) -> None:
    """Copy rows into an edition that has just been made, so that its set is known for a draft."""
    cites = model is DecidedReading
    copies = list(rows.prefetch_related("clauses") if cites else rows)
    clauses = [list(row.clauses.all()) if cites else [] for row in copies]
    for row in copies:
        row.pk, row._state.adding, row.edition = None, True, edition
    model._default_manager.bulk_create(copies)
    for row, cited in zip(copies, clauses, strict=True):
        if cited:
            row._prefetched_objects_cache = {}  # those of the row that it was copied from
            row.clauses.set(cited)
