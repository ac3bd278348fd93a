"""Deleting a draft that was never handed in, and whatever came with it and serves nothing else."""

from collections.abc import Iterable

from django.db import models, transaction

from portal.policy.models import (
    ChangeSet,
    ChangeSetEvent,
    Clause,
    Document,
    Reading,
    Section,
    Text,
)
from portal.policy.models.publishing import PARTS


@transaction.atomic
def delete_draft(change_set: ChangeSet) -> None:
    """Delete a draft with its contents and its history.

    The document, clauses, readings and places of texts that it alone brought go with it. Raises
    NotADraft where it is no draft any more.
    """
    document = change_set.document
    # Clauses of the set's own document stay or go with it, whole.
    clauses = list(
        Clause.objects.filter(texts__change_set=change_set)
        .exclude(section__document=document)
        .distinct()
    )
    texts = list(Text.objects.filter(versions__change_set=change_set).distinct())
    readings = list(
        Reading.objects.filter(decidedreading_rows__edition__change_set=change_set).distinct()
    )
    for part in PARTS:
        for version in getattr(change_set, part).all():
            version.delete()
    # Past the manager, which guards the history of what somebody has been asked to review.
    models.QuerySet(ChangeSetEvent).filter(change_set=change_set).delete()
    change_set.delete()
    if document is not None:
        _delete_unless_used(whole_document(document))
    for thing in (*clauses, *texts, *readings):
        _delete_unless_used([thing])


def whole_document(document: Document) -> list[models.Model]:
    """Return a document with its clauses and sections, in the order in which they can be deleted."""
    sections = Section.objects.filter(document=document)
    clauses = Clause.objects.filter(section__in=sections)
    return [*clauses, *sections, document]


def _delete_unless_used(things: Iterable[models.Model]) -> None:
    """Delete all of `things`, or, where something else rests on one of them, none."""
    try:
        with transaction.atomic():
            for thing in things:
                if type(thing)._default_manager.filter(pk=thing.pk).exists():
                    _refuse_if_read(thing)
                    thing.delete()
    except models.ProtectedError:
        pass


def _refuse_if_read(thing: models.Model) -> None:
    """A reading names clauses by a table of its own, which would go without a word."""
    if isinstance(thing, Clause) and thing.decided_readings.exists():
        raise models.ProtectedError("a reading names it", set(thing.decided_readings.all()))
