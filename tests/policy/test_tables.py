"""The shipped data is whole: every table, every named number, every decided reading is there."""

import datetime
from decimal import Decimal

import pytest

from calculators.rules.readings import SWITCHES
from portal.policy.in_force import Timetable, rows_of
from portal.policy.models import DecidedReading, Edition, Reading, ReadingChoice, RuleClause
from portal.policy.models.scalars import NamedRow
from portal.policy.tables import TABLES
from portal.policy.titles import READINGS, TITLES
from portal.policy.values import NAMES, make_label, make_values
from tests.conftest import TODAY

pytestmark = pytest.mark.django_db

LONG_TERM = datetime.date(2025, 1, 1)
# Start days that a clause or reading A-93 gives (HTTP contract, "Days on file").
STARTS = {
    ("flexible", "large_sum_fee"): datetime.date(2016, 1, 1),
    ("flexible", "retiree_account"): datetime.date(2024, 1, 1),
    ("flexible", "maternity_outpatient"): datetime.date(2024, 1, 1),
    ("flexible", "out_of_area"): datetime.date(2025, 6, 1),
}


@pytest.mark.parametrize(("scheme", "name"), list(TABLES), ids=str)
def test_each_table_is_on_file_from_its_day(scheme: str, name: str) -> None:
    assert (scheme, name) in TITLES, "every table has a Chinese name"
    edition = Timetable.load().latest_edition(scheme, name, TODAY)
    if scheme == "resident":
        assert edition.in_force_from == datetime.date(2024, 1, 1)
        assert edition.in_force_until == datetime.date(2024, 12, 31)
    else:
        assert edition.in_force_from == STARTS.get((scheme, name), LONG_TERM)
        only_2025 = datetime.date(2025, 12, 31) if name == "tax_once_fee" else None
        assert edition.in_force_until == only_2025


@pytest.mark.parametrize(("scheme", "name"), list(TABLES), ids=str)
def test_each_table_has_the_rows_it_promises_and_no_others(scheme: str, name: str) -> None:
    table = TABLES[scheme, name]
    edition = Edition.objects.get(scheme=scheme, table=name)
    for model in table.keyed:
        assert rows_of(model, edition), model
    found = {
        (row.name, type(row))
        for model in table.row_models
        if issubclass(model, NamedRow)
        for row in rows_of(model, edition)
    }
    assert found == set(table.named)


def test_no_row_stands_outside_its_table() -> None:
    """A row of a kind that its table does not list would be seen by nobody."""
    for edition in Edition.objects.exclude(table=READINGS):
        listed = TABLES[edition.scheme, edition.table].row_models
        for relation in edition._meta.related_objects:
            model = relation.related_model
            if hasattr(model, "COLUMN") and model not in listed:
                assert not model._default_manager.filter(edition=edition).exists(), (edition, model)


def test_every_row_can_be_read_aloud() -> None:
    for (scheme, name), table in TABLES.items():
        edition = Edition.objects.get(scheme=scheme, table=name)
        for model in table.row_models:
            for row in rows_of(model, edition):
                if not isinstance(row, RuleClause):
                    assert make_label(row).strip()
                    assert make_values(row).strip()
    assert {number for table in TABLES.values() for number, _ in table.named} <= set(NAMES)


def test_every_number_of_the_two_schemes_reads_as_the_documents_write_it() -> None:
    """A few rows of each unit, against the sentence (F-14.6, F-14.10, F-8.9, R-1.1, F-15.11)."""
    shown = {
        f"{edition.scheme}.{edition.table}.{row.reference()}": make_values(row)
        for edition in Edition.objects.exclude(table=READINGS)
        for model in TABLES[edition.scheme, edition.table].row_models
        for row in rows_of(model, edition)
        if not isinstance(row, RuleClause)
    }
    assert shown["flexible.inpatient.deductible.level3.active"] == "600 元"
    assert shown["flexible.inpatient.rate.level3.retired.0"] == "91%"
    assert shown["flexible.inpatient.decrement"] == "每次递减 15%，最多递减次数 2"
    assert shown["flexible.contribution.monthly.2015-07-01"] == "276.08 元"
    assert shown["flexible.tax_once_fee.contribution_rate"] == "5.6%"
    assert shown["resident.enrollment_window.last_day"] == "2023年12月20日"
    assert shown["flexible.out_of_area.out_of_area.inpatient.temporary"] == (
        "起付标准倍数 2.5 倍，报销比例下调 10 个百分点"
    )


def test_each_switch_is_decided_once_and_validly() -> None:
    choices = ReadingChoice.objects.select_related("reading")
    assert {choice.switch for choice in choices} == set(SWITCHES)
    assert len(choices) == len(SWITCHES)
    for choice in choices:
        choice.clean()


def test_every_reading_is_decided_and_cites_clauses() -> None:
    """The 95 readings of the decided list; one that touches both schemes stands in each."""
    assert Reading.objects.count() == 95
    for decided in DecidedReading.objects.prefetch_related("clauses"):
        assert decided.clauses.exists(), decided
        for text in (decided.title, decided.text, decided.otherwise):
            assert not any(character.isdigit() for character in text), decided
    assert set(Reading.objects.values_list("code", flat=True)) == set(
        DecidedReading.objects.values_list("reading__code", flat=True)
    )


def test_the_monthly_amounts_are_the_fourteen_of_the_arrears_table() -> None:
    """F-8.5 to F-8.18, first and last of them, and A-93: the last one ends with 2025."""
    rows = list(
        TABLES["flexible", "contribution"].keyed[0]._default_manager.order_by("amount").values()
    )
    assert len(rows) == 14
    assert (rows[0]["first_month"], rows[0]["amount"]) == (None, Decimal("167.42"))
    assert rows[-1]["first_month"] == datetime.date(2025, 1, 1)
    assert rows[-1]["last_month"] == datetime.date(2025, 12, 1)
    assert rows[-1]["amount"] == Decimal("484.38")
    assert [row["last_month"] for row in rows[:-1]] == [None] * 13
