"""Numbers inside texts, taken from the rows.

A text writes `[[flexible.pool.yearly_limit]]`, never the number: scheme, table, and the row's own
reference (`PolicyRow.reference`); a row with several numbers takes the field behind it
(`[[flexible.inpatient.decrement.step]]`).
"""

import datetime
import re

from django.utils.safestring import SafeString

from portal.policy import dialect
from portal.policy.in_force import NoPolicyInForce, Timetable, rows_of
from portal.policy.models import Edition, PolicyRow, TextVersion
from portal.policy.sheets import Sheet, make_sheet
from portal.policy.tables import TABLES
from portal.policy.values import make_value

REFERENCE = re.compile(r"\[\[([a-z0-9_.\-]+)\]\]")
NOT_ON_FILE = "（暂时没有这个数）"


class UnknownReference(LookupError):
    """A text names a row or a sheet that its table does not have."""


class Numbers:
    """Writes the numbers that texts name, and remembers the editions they came from.

    A number is the newest on file. Where its last day has passed it is marked with its year, so
    that no text shows an old number in silence; a page whose strip says the year itself takes
    `marked=False`.
    """

    def __init__(self, timetable: Timetable, today: datetime.date, *, marked: bool = True) -> None:
        self.timetable, self.today, self.marked = timetable, today, marked
        self.editions: dict[int, Edition] = {}

    def fill(self, body: str) -> str:
        """Put the number of its row in the place of each reference, or raise UnknownReference.

        A number whose table has been withdrawn is said to be missing; a text never guesses.
        """

        def written(found: re.Match[str]) -> str:
            try:
                return self.resolve(found[1])
            except NoPolicyInForce:
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
        """Return the table `scheme.name` for people; None where it is not on file.

        Raises UnknownReference for a name that is no sheet.
        """
        scheme, _, table = name.partition(".")
        try:
            return make_sheet(table, self._edition(scheme, _table_of(table), name))
        except NoPolicyInForce:
            return None
        except KeyError:
            raise UnknownReference(name) from None

    def _edition(self, scheme: str, table: str, reference: str) -> Edition:
        if (scheme, table) not in TABLES:
            raise UnknownReference(reference)
        edition = self.timetable.latest_edition(scheme, table, self.today)
        self.editions[edition.pk] = edition
        return edition


def make_text(slug: str, timetable: Timetable, today: datetime.date) -> SafeString:
    """Return the text at `slug` as it counts today, as inline HTML; empty where there is none."""
    version = TextVersion.objects.started_by(today).filter(text__slug=slug).first()
    if version is None:
        return SafeString("")
    return dialect.render_inline(Numbers(timetable, today).fill(version.body))


def _table_of(sheet: str) -> str:
    # One table may be shown as two sheets: flexible.retirement as retirement_total and …_actual.
    return sheet.removesuffix("_total").removesuffix("_actual")


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
