"""Numbers inside texts, taken from the rows.

A text writes `[[flexible.pool.yearly_limit]]`, never the number: scheme, table, and the row's own
reference (`PolicyRow.reference`); a row with several numbers takes the field behind it
(`[[flexible.inpatient.decrement.step]]`).
"""

import datetime
import logging
import re
from collections.abc import Mapping

from django.utils.safestring import SafeString

from portal.policy import dialect
from portal.policy.in_force import NoPolicyInForce, Timetable, made_once, rows_of
from portal.policy.models import Edition, PolicyRow, Text, TextVersion
from portal.policy.sheets import LAYOUTS, Sheet, make_sheet
from portal.policy.tables import TABLES
from portal.policy.values import make_value

REFERENCE = re.compile(r"\[\[([a-z0-9_.\-]+)\]\]")
NOT_ON_FILE = "（暂时没有这个数）"

logger = logging.getLogger(__name__)


class UnknownReference(LookupError):
    """A text names a table, a row or a sheet that there is not."""


class Numbers:
    """Writes the numbers that texts name; remembers the editions they came from, and what is missing.

    A number is the newest on file. Where its last day has passed it is marked with its year, so
    that no text shows an old number in silence; a page whose strip says the year itself takes
    `marked=False`.
    """

    def __init__(self, timetable: Timetable, today: datetime.date, *, marked: bool = True) -> None:
        self.timetable, self.today, self.marked = timetable, today, marked
        self.editions: dict[int, Edition] = {}
        self.missing: list[str] = []

    def fill(self, body: str) -> str:
        """Put the number of its row in the place of each reference.

        A number that is not on file is said to be missing: a text never guesses, and one slip in it
        does not take the rest of the page away.
        """

        def written(found: re.Match[str]) -> str:
            try:
                return self.resolve(found[1])
            except (NoPolicyInForce, UnknownReference):
                self._miss(found[1])
                return NOT_ON_FILE

        return REFERENCE.sub(written, body)

    def resolve(self, reference: str) -> str:
        """Write the number that `reference` names, with its unit.

        Raises UnknownReference, or NoPolicyInForce where the table has never been on file.
        """
        scheme, table, wanted = (*reference.split(".", 2), "", "")[:3]
        edition = self._edition(scheme, table, reference)
        row, field = _find(edition, wanted)
        if row is None:
            raise UnknownReference(reference)
        value = make_value(row, field)
        ended = edition.in_force_until is not None and edition.in_force_until < self.today
        return f"{value}（{edition.document.edition_name}）" if ended and self.marked else value

    def sheet(self, name: str) -> Sheet | None:
        """Return the sheet `scheme.name`; None where its table is not on file, or it has no layout."""
        scheme, _, own_name = name.partition(".")
        layout = LAYOUTS.get((scheme, own_name))
        try:
            if layout is None:
                raise UnknownReference(name)
            return make_sheet(layout, self._edition(scheme, layout.table or own_name, name))
        except (NoPolicyInForce, UnknownReference):
            self._miss(name)
            return None

    def _edition(self, scheme: str, table: str, reference: str) -> Edition:
        if (scheme, table) not in TABLES:
            raise UnknownReference(reference)
        edition = self.timetable.latest_edition(scheme, table, self.today)
        self.editions[edition.pk] = edition
        return edition

    def _miss(self, name: str) -> None:
        logger.error("a text names %s, which is not on file", name)
        self.missing.append(name)


@made_once(4)
def texts_on(timetable: Timetable, today: datetime.date) -> Mapping[str, TextVersion]:
    """Return the version that counts of each text by its slug, in the order of books and pages."""
    versions = TextVersion.objects.counting_on(today, Text.objects.order_by(), "text")
    ordered = versions.select_related("text").order_by("text__book", "text__position", "text__slug")
    return {version.text.slug: version for version in ordered}


def make_text(slug: str, timetable: Timetable, today: datetime.date) -> SafeString:
    """Return the text at `slug` as it counts today, as inline HTML; empty where there is none."""
    return _make_text(timetable, today, slug)


@made_once(256)
def _make_text(timetable: Timetable, today: datetime.date, slug: str) -> SafeString:
    version = texts_on(timetable, today).get(slug)
    if version is None:
        return SafeString("")
    return dialect.render_inline(Numbers(timetable, today).fill(version.body))


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
