"""What rests on a clause: the rows that take their number from it, and the readings about it."""

import datetime
from typing import Any

from portal.policy.in_force import NoPolicyInForce, Timetable, rows_of
from portal.policy.models import Clause, DecidedReading, Edition, PolicyRow, RuleClause
from portal.policy.tables import TABLES
from portal.policy.titles import READINGS
from portal.policy.values import make_label, make_values


def rows_on(clause: Clause, timetable: Timetable, today: datetime.date) -> list[dict[str, Any]]:
    """Return the rows that cite `clause`, of each table's newest edition, as words and values."""
    shown: list[dict[str, Any]] = []
    for edition in timetable.latest_editions(today):
        if edition.table == READINGS or edition.document_id != clause.section.document_id:
            continue
        for model in TABLES[edition.scheme, edition.table].row_models:
            rows = [
                row
                for row in rows_of(model, edition)
                if row.clause_id == clause.pk and not isinstance(row, RuleClause)
            ]
            shown += [_shown(edition, row) for row in rows]
    return shown


def _shown(edition: Edition, row: PolicyRow) -> dict[str, Any]:
    return {
        "table": edition.table,
        "title": edition.table_title,
        "label": make_label(row),
        "value": make_values(row),
        "in_force_from": edition.in_force_from,
        "in_force_until": edition.in_force_until,
        "start_is_stated": edition.start_is_stated,
    }


def readings_on(clause: Clause, timetable: Timetable, today: datetime.date) -> list[dict[str, Any]]:
    """Return the decided readings that concern `clause`."""
    scheme = clause.section.document.scheme
    try:
        edition = timetable.latest_edition(scheme, READINGS, today)
    except NoPolicyInForce:
        return []
    decided = DecidedReading.objects.filter(edition=edition, clauses=clause)
    return [
        {
            "id": reading.reading.code,
            "title": reading.title,
            "text": reading.text,
            "otherwise": reading.otherwise,
            "confidence_label": reading.get_confidence_display(),
        }
        for reading in decided.select_related("reading")
    ]
