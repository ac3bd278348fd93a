"""The policy as it counts on a day, as records like those of the shipped fixtures.

Loading the records into an empty database gives the same answers for that day, and exporting that
database again gives the same records. Who wrote a set, what happened to it and who checked an
edition stay behind: accounts are not policy.
"""

import datetime
import json
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

from django.core import serializers
from django.db import models
from django.utils import timezone

from portal.policy.in_force import NoPolicyInForce, Timetable
from portal.policy.models import (
    ChangeSet,
    Clause,
    ClauseText,
    DecidedReading,
    Document,
    Edition,
    PolicyRow,
    Reading,
    Section,
    Text,
    TextVersion,
)
from portal.policy.models.readings import ReadingPart
from portal.policy.preview import with_draft
from portal.policy.titles import FLEXIBLE, READINGS, RESIDENT

Record = dict[str, Any]
Keys = set[Any]

_DATED: tuple[type[models.Model], ...] = (Edition, ClauseText, TextVersion)
_ROWS: list[Any] = [
    relation.related_model
    for relation in Edition._meta.related_objects
    if issubclass(relation.related_model, PolicyRow | ReadingPart)
]


def fixture_of(
    day: datetime.date, draft: ChangeSet | None = None, *, everything: bool = False
) -> list[Record]:
    """Return what counts on `day` as records of a fixture, those first that others refer to.

    `everything` takes all that is published, whatever its day. A `draft` is added whole, and is a
    draft again, wherever its review stood: where it is loaded somebody has to look at it anew.
    """
    with with_draft(None):  # not what this request may be previewing
        dated = _all_published() if everything else _counting_on(day)
    if draft is not None:
        for model, keys in zip(_DATED, dated, strict=True):
            keys.update(_keys(model._default_manager.filter(change_set=draft)))
    parts = _parts(*dated, {draft.pk} if draft else set())
    return [_plain(record) for part in parts for record in _written(part)]


def write_fixture(records: Iterable[Record]) -> str:
    """Write records as the shipped files are written: each on a line of its own."""
    return (
        "[\n" + ",\n".join(json.dumps(record, ensure_ascii=False) for record in records) + "\n]\n"
    )


def _all_published() -> tuple[Keys, Keys, Keys]:
    return (
        _keys(Edition.objects.published()),
        _keys(ClauseText.objects.published()),
        _keys(TextVersion.objects.published()),
    )


def _counting_on(day: datetime.date) -> tuple[Keys, Keys, Keys]:
    timetable = Timetable.load()
    editions = timetable.latest_editions(day)
    for scheme in (RESIDENT, FLEXIBLE):
        try:  # before the first day of the readings their first edition counts
            editions.append(timetable.first_edition(scheme, READINGS, day))
        except NoPolicyInForce:
            continue
    return (
        {edition.pk for edition in editions},
        _keys(ClauseText.objects.counting_on(day, Clause.objects.order_by(), "clause")),
        _keys(TextVersion.objects.counting_on(day, Text.objects.order_by(), "text")),
    )


def _keys(versions: models.QuerySet[Any]) -> Keys:
    return set(versions.values_list("pk", flat=True))


def _parts(
    editions: Keys, sentences: Keys, texts: Keys, sets: Keys
) -> Iterator[models.QuerySet[Any]]:
    """What is exported, in the order in which it can be loaded."""
    edition = Edition.objects.filter(pk__in=editions)
    sentence = ClauseText.objects.filter(pk__in=sentences)
    text = TextVersion.objects.filter(pk__in=texts)
    rows = [model.objects.filter(edition__in=editions) for model in _ROWS]
    clauses = _linked("clause", sentence, *rows) | (_linked("clauses", *rows) - {None})
    sets = sets | _linked("change_set", edition, sentence, text)
    documents = _linked("document", edition, ChangeSet.objects.filter(pk__in=sets)) - {None}
    documents |= _linked("section__document", Clause.objects.filter(pk__in=clauses))
    readings = _linked("reading", *rows) - {None}

    yield Document.objects.filter(pk__in=documents)
    yield ChangeSet.objects.filter(pk__in=sets).select_related("document")
    yield _sections(documents, clauses)
    yield Clause.objects.filter(pk__in=clauses).select_related("section__document")
    yield sentence.select_related("clause", "change_set")
    yield Reading.objects.filter(pk__in=readings)
    yield edition.select_related("change_set", "document")
    yield from map(_with_links, rows)
    yield Text.objects.filter(pk__in=_linked("text", text))
    yield text.select_related("text", "change_set")


def _linked(link: str, *queries: models.QuerySet[Any]) -> Keys:
    """The keys that rows name by `link`, of those queries whose rows have it."""
    return {
        key
        for query in queries
        if hasattr(query.model, link.partition("__")[0])
        for key in query.order_by().values_list(link, flat=True).distinct()
    }


def _sections(documents: Keys, clauses: Keys) -> models.QuerySet[Any]:
    """The documents' own words, but not what a draft that is not exported adds to them."""
    published = ClauseText.objects.filter(change_set__in=ChangeSet.objects.in_effect())
    known = models.Q(clauses=None) | models.Q(clauses__in=clauses)
    known |= models.Q(clauses__in=published.values("clause"))
    sections = Section.objects.filter(known, document__in=documents).distinct()
    return sections.select_related("document")


def _with_links(rows: models.QuerySet[Any]) -> models.QuerySet[Any]:
    if rows.model is DecidedReading:
        rows = rows.prefetch_related("clauses")
    links = [name for name in ("clause", "reading") if hasattr(rows.model, name)]
    return rows.select_related("edition__change_set", *links)


def _written(part: models.QuerySet[Any]) -> Iterator[Record]:
    """Records of a part in the order of its keys: loading keeps it, and all orders that rest on it."""
    options = {"use_natural_foreign_keys": True, "use_natural_primary_keys": True}
    objects = list(part.order_by("pk"))
    for found in objects:
        if isinstance(found, ChangeSet):
            found.author = None
            if not found.is_final:
                found.status = ChangeSet.Status.DRAFT
    for record in serializers.serialize("python", objects, **options):
        record.pop("pk", None)  # rows have none of their own; they get one where they are loaded
        record["fields"].pop("author", None)
        yield record


def _plain(value: Any) -> Any:
    """A value as JSON holds it, nothing lost: an amount keeps its zeros, a time its fractions."""
    if isinstance(value, dict):
        return {key: _plain(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    if isinstance(value, datetime.datetime):
        return timezone.localtime(value).isoformat()
    if isinstance(value, datetime.date):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value
