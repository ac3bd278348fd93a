"""Fill a scratch database as a long life would: a hundred versions of everything, 2,000 offices.

Run by `benchmarks.grown` in a process of its own, on the database that DATABASE_URL names.
"""

import datetime
import os
from collections.abc import Iterator
from itertools import islice
from typing import Any

import django

VERSIONS, OFFICES = 100, 2_000
LONG_AGO = datetime.date(1990, 1, 1)
BATCH = 2_000


def grow() -> None:
    """Put older versions behind each that is shipped, and offices beside those that are."""
    from portal.policy.models import PublicVersion

    shipped_editions = _newest("Edition", ("scheme", "table"))
    shipped_words = {
        name: _newest(name, (owner,))
        for name, owner in (("TextVersion", "text_id"), ("ClauseText", "clause_id"))
    }
    for change_set, day in earlier_sets():
        _copy_editions(shipped_editions, change_set, day)
        for versions in shipped_words.values():
            _again(versions, change_set=change_set, in_force_from=day)
    _add_offices()
    PublicVersion.step()


def earlier_sets() -> Iterator[tuple[Any, datetime.date]]:
    """Make the published sets of the earlier versions; give each with the day that it starts on."""
    from portal.policy.models import ChangeSet

    for number in range(1, VERSIONS):
        change_set = ChangeSet.objects.create(
            slug=f"earlier-{number}",
            title=f"以前的第 {number} 版",
            status=ChangeSet.Status.PUBLISHED,
            published_at=datetime.datetime(2026, 11, 1, tzinfo=datetime.UTC),
        )
        yield change_set, LONG_AGO + datetime.timedelta(number)


def _newest(name: str, owner: tuple[str, ...]) -> list[Any]:
    from portal.policy import models

    found: dict[tuple[Any, ...], Any] = {}
    ordered = getattr(models, name).objects.order_by("-in_force_from", "-pk")
    for version in ordered:
        found.setdefault(tuple(getattr(version, part) for part in owner), version)
    return list(found.values())


def _again(objects: list[Any], **changed: Any) -> None:
    """Save objects once more, each with other values."""
    for one in objects:
        one.pk = None
        one._state.adding = True
        for name, value in changed.items():
            setattr(one, name, value)
    if objects:
        type(objects[0])._default_manager.bulk_create(objects, batch_size=BATCH)


def _copy_editions(shipped: list[Any], change_set: Any, day: datetime.date) -> None:
    """Copy editions with all their rows, a model at a time."""
    rows: dict[type[Any], list[Any]] = {}
    for edition in shipped:
        held = getattr(edition, "held", None)
        if held is None:  # read once, then copied again and again
            tables = [link.get_accessor_name() for link in edition._meta.related_objects]
            held = edition.held = [
                row
                for table in tables
                if table.endswith("_rows")
                for row in getattr(edition, table).all()
            ]
    _again(shipped, change_set=change_set, in_force_from=day, in_force_until=None)
    for edition in shipped:
        for row in edition.held:
            row.edition = edition
            rows.setdefault(type(row), []).append(row)
    for of_one_model in rows.values():
        _again(of_one_model)


def _add_offices() -> None:
    from portal.offices.models import Alias, Line, Office, Phone, Stop

    numbers = islice(_numbers(Office.objects.count()), OFFICES - Office.objects.count())
    shipped = list(Office.objects.prefetch_related("phones", "aliases", "stops__lines"))
    offices: list[Any] = []
    parts: dict[type[Any], list[Any]] = {Phone: [], Alias: [], Stop: [], Line: []}
    for number in numbers:
        model = shipped[number % len(shipped)]
        office = Office(
            slug=f"office-{number}",
            name=f"第{number}网点",
            pinyin=model.pinyin,
            district=model.district,
            address=f"{model.address.rstrip('。')}{number}室。",
            transport_text=model.transport_text,
            clause=model.clause,
            position=number % 30_000,
            updated_at=model.updated_at,
        )
        offices.append(office)
        _add_parts(office, model, parts)
    for objects in (offices, *parts.values()):
        if objects:
            type(objects[0])._default_manager.bulk_create(objects, batch_size=BATCH)


def _add_parts(office: Any, model: Any, parts: dict[type[Any], list[Any]]) -> None:
    from portal.offices.models import Line, Phone, Stop

    for phone in model.phones.all():
        copy = Phone(office=office, number=phone.number, label=phone.label, position=phone.position)
        parts[Phone].append(copy)
    for stop in model.stops.all():
        new = Stop(
            office=office,
            station=stop.station,
            pinyin=stop.pinyin,
            how=stop.how,
            position=stop.position,
        )
        parts[Stop].append(new)
        parts[Line] += [
            Line(stop=new, name=line.name, position=line.position) for line in stop.lines.all()
        ]


def _numbers(start: int) -> Iterator[int]:
    while True:
        start += 1
        yield start


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    django.setup()
    from django.db import transaction

    with transaction.atomic():
        grow()
