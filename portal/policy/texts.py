"""Texts of pages, with the numbers that they name taken from the rows.

A text writes `[[flexible.pool.yearly_limit]]`, never the number: scheme, table, and the row's own
reference (`PolicyRow.reference`); a row with several numbers takes the field behind it
(`[[flexible.inpatient.decrement.step]]`).
"""

import datetime
import re

from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

from portal.policy.in_force import Timetable, rows_of
from portal.policy.models import Edition, PolicyRow, TextVersion
from portal.policy.tables import TABLES
from portal.policy.values import make_value

REFERENCE = re.compile(r"\[\[([a-z0-9_.\-]+)\]\]")
# Raw HTML is shown as text and a link may not carry a script: staff write these.
_MARKDOWN = MarkdownIt("commonmark", {"html": False})


class UnknownReference(LookupError):
    """A text names a row that its table does not have."""


def make_text(slug: str, timetable: Timetable, today: datetime.date) -> SafeString:
    """Return the text at `slug` as it counts today, as inline HTML; empty where there is none."""
    version = TextVersion.objects.started_by(today).filter(text__slug=slug).first()
    if version is None:
        return SafeString("")
    body = fill(version.body, timetable, today)
    return mark_safe(_MARKDOWN.renderInline(body))  # noqa: S308 - escaped by markdown-it


def fill(body: str, timetable: Timetable, today: datetime.date) -> str:
    """Put the number of its row in the place of each reference, or raise UnknownReference."""
    return REFERENCE.sub(lambda found: resolve(found[1], timetable, today), body)


def resolve(reference: str, timetable: Timetable, today: datetime.date) -> str:
    """Write the number that `reference` names, with its unit.

    The number is the newest on file; one whose last day has passed is marked with its year, so that
    no text shows an old number in silence. Raises UnknownReference, or NoPolicyInForce where the
    table has never been on file.
    """
    scheme, table, wanted = (*reference.split(".", 2), "", "")[:3]
    if (scheme, table) not in TABLES:
        raise UnknownReference(reference)
    edition = timetable.latest_edition(scheme, table, today)
    row, field = _find(edition, wanted)
    if row is None:
        raise UnknownReference(reference)
    value = make_value(row, field)
    if edition.in_force_until is not None and edition.in_force_until < today:
        return f"{value}（{edition.document.edition_name}）"
    return value


def _find(edition: Edition, wanted: str) -> tuple[PolicyRow | None, str]:
    for model in TABLES[edition.scheme, edition.table].row_models:
        values = [name for name in model.VALUES if name not in model.KEYS]
        for row in rows_of(model, edition):
            if len(values) == 1 and row.reference() == wanted:
                return row, values[0]
            for value in values:
                if f"{row.reference()}.{value}" == wanted:
                    return row, value
    return None, ""
