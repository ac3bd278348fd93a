"""Loading the shipped fixtures so that nothing staff did is ever undone.

Django's own `loaddata` overwrites. Here each record is given to the database once, in its first
start or in the first one after an upgrade that brings it; a SeedRecord remembers it. From then on
the database is the truth: what staff changed stays changed, what they deleted stays deleted.
Published policy is never edited, so a correction of shipped policy is a new change set in the
fixture, not a changed record.
"""

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any, cast

from django.apps import apps
from django.conf import settings
from django.core import serializers
from django.core.exceptions import ObjectDoesNotExist
from django.db import models, transaction

from portal.policy.models import SeedRecord

# Loaded in this order: later files may name records of earlier ones. The texts come last.
FIXTURES = ("resident-2024.json", "flexible-2025-10.json")


def seed(folder: Path | None = None) -> int:
    """Load the records of the fixtures that this database has never had; return how many.

    All or nothing: a start that is killed in the middle leaves the database as it was.
    """
    folder = folder or Path(settings.BASE_DIR) / "fixtures"
    files = [*(folder / name for name in FIXTURES), *sorted(folder.glob("texts/*.md"))]
    contents = {path: path.read_text(encoding="utf-8") for path in files}
    # A file that has been loaded whole needs no second look: a warm start costs one query.
    digests = {
        path: f"file {path.name} {hashlib.sha256(content.encode()).hexdigest()}"
        for path, content in contents.items()
    }
    with transaction.atomic():
        done = set(
            SeedRecord.objects.filter(key__in=digests.values()).values_list("key", flat=True)
        )
        return sum(
            _seed_file(path, contents[path], digest)
            for path, digest in digests.items()
            if digest not in done
        )


def _seed_file(path: Path, content: str, digest: str) -> int:
    created = 0
    known = set(SeedRecord.objects.values_list("key", flat=True))
    keys = {digest}
    owners = _Owners()
    present: set[str] = set()
    records = json.loads(content) if path.suffix == ".json" else text_records(path.stem, content)
    for written in records:
        missing = _missing_owners(written, present)
        if missing:
            if missing <= known:  # staff deleted what it belongs to
                continue
            raise ValueError(f"{path.name}: no {', '.join(sorted(missing - known))}")
        (record,) = serializers.deserialize("python", [written])
        key = owners.key_of(record.object)
        if key in known:
            continue
        keys.add(key)
        if record.object.pk is not None:  # staff made it themselves before this file brought it
            known.add(key)
            continue
        record.save()
        created += 1
    SeedRecord.objects.bulk_create(SeedRecord(key=key) for key in sorted(keys))
    return created


def text_records(slug: str, content: str) -> list[dict[str, Any]]:
    """Return the records of a text that is shipped as a file: its place, and what stands there.

    The file begins with lines `name: value` between two lines `---`; the text follows.
    """
    _, head, body = content.split("---\n", 2)
    about = dict(line.split(": ", 1) for line in head.splitlines())
    book = slug.partition("-")[0]
    place = {"slug": slug, "book": book, "purpose": about["purpose"]}
    version = {"text": [slug], "change_set": [about["change_set"]], "body": body.strip()}
    return [
        {"model": "policy.text", "fields": {**place, "position": int(about.get("position", 0))}},
        {
            "model": "policy.textversion",
            "fields": {**version, "in_force_from": about["in_force_from"]},
        },
    ]


class _Owners:
    """Finds the name by which a record is remembered.

    A record without a natural key of its own (a row of a table, a phone of an office) belongs to
    the record that its first foreign key names, and comes with it or not at all.
    """

    def __init__(self) -> None:
        self._keys: dict[tuple[object, object], str] = {}

    def key_of(self, instance: models.Model) -> str:
        if hasattr(instance, "natural_key"):
            return _written(type(instance), instance.natural_key())
        link = next(f for f in instance._meta.fields if isinstance(f, models.ForeignKey))
        place = (link.related_model, getattr(instance, link.attname))
        if place not in self._keys:
            owner = getattr(instance, link.name)
            self._keys[place] = _written(type(owner), owner.natural_key())
        return self._keys[place]


def _missing_owners(written: dict[str, Any], present: set[str]) -> set[str]:
    """The names of records that a record refers to and that the database does not hold.

    Asked before the record is made: one whose own natural key goes through a missing owner cannot
    even be made. `present` remembers, for one file, which owners have been found.
    """
    missing = set()
    model = apps.get_model(written["model"])
    for field in (*model._meta.fields, *model._meta.many_to_many):
        value = written["fields"].get(field.name)
        if field.related_model is None or not value:
            continue
        owner = cast(type[models.Model], field.related_model)
        for natural_key in value if field.many_to_many else [value]:
            name = _written(owner, natural_key)
            if name in present:
                continue
            try:
                owner._default_manager.get_by_natural_key(*natural_key)  # type: ignore[attr-defined]
                present.add(name)
            except ObjectDoesNotExist:
                missing.add(name)
    return missing


def _written(model: type[models.Model], natural_key: Iterable[object]) -> str:
    return f"{model._meta.label_lower} {' '.join(map(str, natural_key))}"
