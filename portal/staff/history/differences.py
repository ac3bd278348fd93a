"""What changed from one version to another, in words for who edits addresses."""

from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

from portal.staff.history.contents import Content, Shape, key_of

EMPTY, ABSENT = "（空）", "（没有）"
_WITH_PICTURE = "图片"


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that changed: what, and how it reads before and after."""

    what: str
    before: str
    after: str


def differences(shape: Shape, before: Content | None, after: Content | None) -> list[Difference]:
    """Return what changed; None stands for a thing that was not there."""
    nothing: Content = {name: [] for name in shape.parts}
    before, after = before or nothing, after or nothing
    return [*_fields(shape, before, after, ""), *_parts(shape, before, after, "")]


def _fields(shape: Shape, before: Content, after: Content, of: str) -> list[Difference]:
    found = []
    for name in shape.fields:
        was, now = shown(shape, before, name), shown(shape, after, name)
        if before.get(name) != after.get(name):
            label = str(shape.model._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
            if name == "qr_hash":
                label, (was, now) = "二维码", _pictures(was, now)
            found.append(Difference(of + label, was, now))
    return found


def _pictures(was: str, now: str) -> tuple[str, str]:
    return (
        EMPTY if was == EMPTY else f"{_WITH_PICTURE} {was[:6]}",
        EMPTY if now == EMPTY else f"{_WITH_PICTURE} {now[:6]}",
    )


def _parts(shape: Shape, before: Content, after: Content, of: str) -> list[Difference]:
    found: list[Difference] = []
    for name, part in shape.parts.items():
        label = str(part.model._meta.verbose_name)
        was = {key_of(part, row): row for row in before[name]}
        now = {key_of(part, row): row for row in after[name]}
        for key in (key for key in now if key in was):
            mark = f"{of}{label}“{title_of(part, now[key])}” "
            found += _fields(part, was[key], now[key], mark)
            found += _parts(part, was[key], now[key], mark)
        gone = [whole(part, row) for key, row in was.items() if key not in now]
        new = [whole(part, row) for key, row in now.items() if key not in was]
        for one, other in zip_longest(gone, new, fillvalue=ABSENT):
            found.append(Difference(of + label, one, other))
    return found


def shown(shape: Shape, content: Content, name: str) -> str:
    """A value as a person reads it."""
    value = content.get(name)
    if value in (None, ""):
        return EMPTY
    choices: Any = dict(shape.model._meta.get_field(name).flatchoices)  # type: ignore[union-attr]
    return str(choices.get(value, value))


def title_of(shape: Shape, row: Content) -> str:
    """What a row of a part is called."""
    return "，".join(shown(shape, row, name) for name in shape.keys if row[name] not in (None, ""))


def whole(shape: Shape, row: Content) -> str:
    """A row of a part on one line."""
    told = [
        shown(shape, row, name)
        for name in shape.fields
        if name != "position" and row[name] not in (None, "")
    ]
    for name, part in shape.parts.items():
        told += [whole(part, one) for one in row[name]]
    return "，".join(told)
