"""What a text may refer to, with Chinese names: numbers and their values, sheets, clauses, readings.

And what stands in a text that a reference would say better: numbers typed as figures.
"""

import datetime
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from portal.policy.dialect import SEAL, SHEET
from portal.policy.documents import sentences
from portal.policy.in_force import NoPolicyInForce, Timetable, rows_of
from portal.policy.models import DecidedReading, Edition
from portal.policy.models.choices import Scheme
from portal.policy.problems import title_of_edition
from portal.policy.sheets import LAYOUTS
from portal.policy.tables import TABLES
from portal.policy.texts import REFERENCE
from portal.policy.titles import READINGS
from portal.policy.values import column_title, make_label, make_value

MOST_FOUND = 60
MOST_FIGURES = 20  # of a text that was pasted whole, the first tell enough


@dataclass(frozen=True, slots=True)
class Reference:
    """Something to refer to: what to `write`, its name, and what it says (a value, a sentence).

    `kind` is `number`, `sheet`, `clause` or `reading`.
    """

    kind: str
    write: str
    name: str
    says: str

    @property
    def words(self) -> str:
        """All by which it can be found."""
        return f"{self.write} {self.name} {self.says}".lower()


@dataclass(frozen=True, slots=True)
class Figure:
    """A number typed as figures: its line (from 1), and references that say the same today."""

    line: int
    written: str
    references: tuple[Reference, ...]


def references(timetable: Timetable, day: datetime.date) -> list[Reference]:
    """List all that a text may refer to on `day`, the numbers first."""
    editions = sorted(timetable.latest_editions(day), key=lambda e: (e.scheme, e.table))
    tables = [edition for edition in editions if edition.table != READINGS]
    return [
        *(number for edition in tables for number in _numbers(edition)),
        *_sheets(timetable, day),
        *(Reference("clause", f"[{code}]", "条款", says) for code, says in sentences(day).items()),
        *_readings(edition for edition in editions if edition.table == READINGS),
    ]


def search(wanted: str, listed: Iterable[Reference]) -> list[Reference]:
    """Return those that have every word of `wanted`."""
    words = wanted.lower().split()
    return [one for one in listed if all(word in one.words for word in words)]


def used(body: str, listed: Iterable[Reference]) -> list[Reference]:
    """Return the numbers and sheets that a text refers to."""
    names = {found[0] for pattern in (REFERENCE, SHEET) for found in pattern.finditer(body)}
    return [one for one in listed if one.write in names]


def _numbers(edition: Edition) -> Iterator[Reference]:
    title = f"{Scheme(edition.scheme).label} · {title_of_edition(edition)}"
    for model in TABLES[edition.scheme, edition.table].row_models:
        values = [name for name in model.VALUES if name not in model.KEYS]
        for row in rows_of(model, edition) if values else ():
            for value in values:
                name = f"{edition.scheme}.{edition.table}.{row.reference()}"
                label = make_label(row)
                if len(values) > 1:
                    name, label = f"{name}.{value}", f"{label} · {column_title(row, value)}"
                yield Reference(
                    "number", f"[[{name}]]", f"{title} · {label}", make_value(row, value)
                )


def _sheets(timetable: Timetable, day: datetime.date) -> Iterator[Reference]:
    for (scheme, name), layout in LAYOUTS.items():
        try:
            edition = timetable.latest_edition(scheme, layout.table or name, day)
        except NoPolicyInForce:
            continue
        title = f"{Scheme(scheme).label} · {layout.title or edition.table_title}"
        yield Reference("sheet", f"[[sheet:{scheme}.{name}]]", title, "整张表，自己占一行")


def _readings(editions: Iterable[Edition]) -> Iterator[Reference]:
    decided = DecidedReading.objects.filter(edition__in=list(editions)).select_related("reading")
    titles = {row.reading.code: row.title for row in decided}
    for code in sorted(titles, key=number_of):
        yield Reference("reading", f"[{code}]", "已定的理解", titles[code])


def number_of(code: str) -> int:
    """The number by which readings are ordered: A-9 stands before A-17."""
    return int(code.partition("-")[2])


# --- figures -----------------------------------------------------------------------------------

_UNITS = "万元|千元|元|%|％|个百分点|倍|个月|周岁|岁|周|年|天|次"
_DAY = r"\d{4}\s*年\s*\d{1,2}\s*月\s*\d{1,2}\s*日|\d{4}-\d{1,2}-\d{1,2}(?![\d-])"
# A year by itself (2025年) names a document or a period more often than a number on file.
_FIGURE = re.compile(
    rf"(?<![\d.-])(?:{_DAY}|(?!\d{{4}}\s*年)\d[\d,，]{{0,14}}(?:\.\d{{1,4}})?\s{{0,3}}(?:{_UNITS})(?!级))"
)
# Bounded everywhere: a long line of figures must not be tried in every cut.
# What bears figures and is no number of the policy: references, seals, addresses, names of papers.
_ELSEWHERE = re.compile(
    rf"{REFERENCE.pattern}|{SHEET.pattern}|{SEAL.pattern}|\]\([^)]{{0,300}}\)|《[^》]{{0,80}}》"
)


def figures(body: str, listed: Iterable[Reference]) -> list[Figure]:
    """Return the numbers of a text that are typed as figures and may go stale."""
    by_value: dict[str, list[Reference]] = {}
    for one in listed:
        if one.kind == "number":
            by_value.setdefault(_bare(one.says), []).append(one)
    return [
        Figure(line, figure, tuple(by_value.get(_bare(figure), ())[:3]))
        for line, text in enumerate(body.split("\n"), 1)
        for figure in _FIGURE.findall(_ELSEWHERE.sub("", text))
    ][:MOST_FIGURES]


def _bare(written: str) -> str:
    return re.sub(r"[\s,，]", "", written).replace("％", "%")
