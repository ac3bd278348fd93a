"""What rests on a clause: the rows that take their number from it, and the readings about it."""

import datetime
from typing import Any

from portal.policy.in_force import NoPolicyInForce, Timetable, rows_of
from portal.policy.models import Clause, DecidedReading, Edition, PolicyRow, RuleClause
from portal.policy.tables import TABLES
from portal.policy.titles import FLEXIBLE, READINGS, RESIDENT
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
    decided = decided.prefetch_related("clauses")
    return [_reading(reading) for reading in decided.select_related("reading")]


def decided_readings(timetable: Timetable, today: datetime.date) -> list[dict[str, Any]]:
    """Return every decided reading, by scheme: how the house understands what is left open."""
    groups = []
    anchors: set[str] = set()
    for scheme in (RESIDENT, FLEXIBLE):
        try:
            edition = timetable.latest_edition(scheme, READINGS, today)
        except NoPolicyInForce:
            continue
        decided = DecidedReading.objects.filter(edition=edition).prefetch_related("clauses")
        rows = [_reading(reading) for reading in decided.select_related("reading")]
        rows.sort(key=lambda row: int(row["id"].partition("-")[2]))
        for row in rows:  # some readings concern both schemes; a link leads to the first
            row["anchor"] = row["id"] if row["id"] not in anchors else f"{row['id']}-{scheme}"
            anchors.add(row["id"])
        groups.append({"title": edition.get_scheme_display(), "readings": rows})
    return groups


def _reading(reading: DecidedReading) -> dict[str, Any]:
    return {
        "id": reading.reading.code,
        "title": reading.title,
        "text": reading.text,
        "otherwise": reading.otherwise,
        "confidence_label": reading.get_confidence_display(),
        "clauses": [clause.code for clause in reading.clauses.all()],
    }
