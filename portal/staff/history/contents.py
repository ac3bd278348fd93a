"""An office or a channel as one piece of plain data, and such data made real again.

The data names a clause by its code and a picture by its fingerprint, and lists the parts in their
order. It is what a version keeps, what a spreadsheet is made of, and what a restored version is
written from.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models

from portal.contributions.models import Channel, ChannelUse
from portal.offices.models import Alias, Closure, Line, Office, Phone, Stop
from portal.policy.models import Clause
from portal.staff.history.models import KeptPicture, Snapshot

Content = dict[str, Any]


@dataclass(frozen=True)
class Shape:
    """Which fields of a model are kept, which tell its rows apart, and what parts it has."""

    model: type[models.Model]
    fields: tuple[str, ...]
    keys: tuple[str, ...] = ()
    parts: Mapping[str, "Shape"] = field(default_factory=dict)


_LINES = Shape(Line, ("name", "route", "position"), ("name",))
_STOP_FIELDS = ("station", "exit_hint", "how", "position")
STOP = Shape(Stop, _STOP_FIELDS, ("station",), {"lines": _LINES})
OFFICE = Shape(
    Office,
    ("slug", "name", "district", "address", "transport_text", "notice", "clause", "position"),
    parts={
        "phones": Shape(Phone, ("number", "label", "clause", "position"), ("number",)),
        "aliases": Shape(Alias, ("name",), ("name",)),
        "stops": STOP,
        "closures": Shape(
            Closure, ("kind", "first_day", "last_day", "notice", "address"), ("first_day",)
        ),
    },
)
_USE_FIELDS = ("purpose", "scheme", "clause", "note")
CHANNEL = Shape(
    Channel,
    ("slug", "name", "other_names", "link", "qr_hash", "position"),
    parts={"uses": Shape(ChannelUse, _USE_FIELDS, _USE_FIELDS)},
)
SHAPES = {Snapshot.Kind.OFFICE: OFFICE, Snapshot.Kind.CHANNEL: CHANNEL}


class Refused(Exception):
    """Some content cannot be made real; `problems` are (part, field, what is wrong in Chinese)."""

    def __init__(self, problems: list[tuple[str, str, str]]) -> None:
        super().__init__("\n".join(message for *_, message in problems))
        self.problems = problems


# --- reading ---------------------------------------------------------------------------------------


def read(shape: Shape, instance: models.Model) -> Content:
    """Return what is in the database of `instance`, whatever of it was read before."""
    return _read(shape, _whole(shape).get(pk=instance.pk))


def read_all(shape: Shape) -> dict[str, Content]:
    """Return what is in the database of all things of a shape, by their slugs."""
    return {thing.slug: _read(shape, thing) for thing in _whole(shape)}


def _whole(shape: Shape) -> models.QuerySet[Any]:
    """Things with all their parts: a query for each kind of part, not for each part."""
    return shape.model._base_manager.prefetch_related(*_followed(shape))


def _followed(shape: Shape) -> Iterator[str]:
    if "clause" in shape.fields:
        yield "clause"
    for name, part in shape.parts.items():
        yield name
        yield from (f"{name}__{further}" for further in _followed(part))


def _read(shape: Shape, instance: models.Model) -> Content:
    content = {name: _plain(instance, name) for name in shape.fields}
    for name, part in shape.parts.items():
        rows = getattr(instance, name).all()
        content[name] = [_read(part, row) for row in rows]
    return content


def _plain(instance: models.Model, name: str) -> Any:
    if name == "clause":
        clause = getattr(instance, name)
        return clause.code if clause else None
    value = getattr(instance, name)
    return value.isoformat() if hasattr(value, "isoformat") else value


def without_lines(content: Content) -> Content:
    """Leave out the lines of an office's stops: they are edited on a page of their own."""
    if "stops" not in content:
        return content
    stops = [{**stop, "lines": []} for stop in content["stops"]]
    return {**content, "stops": stops}


# --- writing ---------------------------------------------------------------------------------------


def write(shape: Shape, content: Content) -> models.Model:
    """Make the thing with the content's slug be just what `content` says; add it if it is not there.

    Inside a transaction of the caller's, who must roll it back where this raises Refused.
    """
    found = shape.model._base_manager.filter(slug=content["slug"]).first()
    problems: list[tuple[str, str, str]] = []
    instance = found or shape.model()
    if _save(shape, instance, content, "", problems):
        _write_parts(shape, instance, content, problems)
    if problems:
        raise Refused(problems)
    return instance


def _write_parts(
    shape: Shape, instance: models.Model, content: Content, problems: list[tuple[str, str, str]]
) -> None:
    for name, part in shape.parts.items():
        rows = getattr(instance, name)
        _write_rows(part, name, rows, content[name], problems)
        wanted = [key_of(part, row) for row in content[name]]
        if not problems and [key_of(part, _read(part, row)) for row in rows.all()] != wanted:
            # Rows of one position stand in the order in which they were added.
            for row in rows.all():
                row.delete()
            _write_rows(part, name, rows, content[name], problems)


def _write_rows(
    part: Shape,
    name: str,
    rows: Any,
    contents: list[Content],
    problems: list[tuple[str, str, str]],
) -> None:
    """Keep the rows that are known by their keys, delete the others, add what is new."""
    left = {key_of(part, _read(part, row)): row for row in rows.all()}
    kept = [(left.pop(key_of(part, wanted), None), wanted) for wanted in contents]
    keep = [row.pk for row, _ in kept if row is not None]
    for row in rows.exclude(pk__in=keep):
        row.delete()
    for known, wanted in kept:
        row = known or part.model(**{rows.field.name: rows.instance})
        if _save(part, row, wanted, name, problems):
            _write_parts(part, row, wanted, problems)


def _save(
    shape: Shape,
    row: models.Model,
    content: Content,
    part: str,
    problems: list[tuple[str, str, str]],
) -> bool:
    """Check a row and save it; where it is wrong, say so in `problems` and return False."""
    wanted = {name: content[name] for name in shape.fields}
    if part and not row._state.adding and wanted == {n: _plain(row, n) for n in shape.fields}:
        return True
    try:
        for name, value in wanted.items():
            _set(row, name, value)
        row.full_clean()
    except ValidationError as error:
        problems += _told(row, part, error)
        return False
    row.save()
    return True


def _set(row: models.Model, name: str, value: Any) -> None:
    if name == "clause":
        clause = Clause.objects.filter(code=value).first() if value else None
        if value and clause is None:
            raise ValidationError({name: f"没有条款 {value}，请照条款页上的编号写。"})
        value = clause
    if name == "qr_hash":
        kept = KeptPicture.objects.filter(qr_hash=value).first() if value else None
        if value and kept is None:
            raise ValidationError({name: "这一版的二维码图片已经找不到了。"})
        row.qr_png = kept.png if kept else None  # type: ignore[attr-defined]
    setattr(row, name, value)


def _told(row: models.Model, part: str, error: ValidationError) -> list[tuple[str, str, str]]:
    fields = {one.name: str(one.verbose_name) for one in row._meta.fields}
    told = []
    for name, messages in error.message_dict.items():
        for message in messages:
            label = f"“{fields[name]}”：" if name in fields else ""
            told.append((part, name, f"{label}{message}"))
    return told


def key_of(shape: Shape, content: Content) -> tuple[Any, ...]:
    """What tells rows of a part apart."""
    return tuple(content[name] for name in shape.keys)
