"""What no row may be: refused by the database itself, not only by the forms of the staff.

Rows are written with `bulk_create`, which runs no form, no `clean` and no `save` of a model, so
that whatever is refused here is refused by a constraint.
"""

import datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import DataError, IntegrityError, models, transaction

from portal.policy.models import (
    AdmissionDecrement,
    Amount,
    ChangeSet,
    Clause,
    Day,
    DeductibleExemption,
    DiseaseLimit,
    Document,
    Edition,
    EmployeeChronicRate,
    InpatientDeductible,
    InpatientRate,
    MajorIllnessBand,
    MinimumActualYears,
    MinimumTotalYears,
    MonthlyAmount,
    OutOfAreaAdjustment,
    OutpatientDeductible,
    OutpatientLimit,
    OutpatientRate,
    Rate,
    Reading,
    ReadingChoice,
    ResidentChronicRate,
    ResidentFee,
    RuleClause,
    SupplementaryBand,
)
from portal.policy.tables import TABLES

pytestmark = pytest.mark.django_db

START = datetime.date(2030, 1, 1)

# One row of each kind that the database takes: each refusal below changes it in one place.
GOOD: dict[type[models.Model], dict[str, Any]] = {
    InpatientDeductible: {"tier": "level3", "group": "active", "amount": 600},
    InpatientRate: {"tier": "level3", "group": "active", "above": 0, "rate": Decimal("0.88")},
    AdmissionDecrement: {"step": Decimal("0.15"), "most_times": 2},
    DeductibleExemption: {"condition": "cancer", "from_admission": 2},
    OutOfAreaAdjustment: {
        "care": "inpatient",
        "place": "temporary",
        "deductible_times": Decimal("2.5"),
        "rate_minus": Decimal("0.1"),
    },
    SupplementaryBand: {"place": "local", "above": 600, "rate": Decimal("0.4")},
    MajorIllnessBand: {"above": 0, "rate": Decimal("0.6")},
    DiseaseLimit: {"disease": "diabetes", "amount": 400},
    OutpatientDeductible: {"tier": "level3", "amount": 400},
    OutpatientRate: {"tier": "level3", "group": "active", "rate": Decimal("0.55")},
    OutpatientLimit: {"chronic_holder": False, "amount": 12_000},
    EmployeeChronicRate: {"category": "dialysis", "group": "active", "rate": Decimal("0.94")},
    ResidentChronicRate: {"category": "other", "tier": "level2", "rate": Decimal("0.7")},
    ResidentFee: {"member": "student", "hardship": "none", "amount": 260},
    MonthlyAmount: {"first_month": datetime.date(2025, 1, 1), "amount": Decimal("484.38")},
    MinimumTotalYears: {"sex": "male", "first_day": datetime.date(2024, 1, 1), "years": 26},
    MinimumActualYears: {"basis": "approval", "first_day": datetime.date(2017, 1, 1), "years": 7},
    Amount: {"name": "yearly_limit", "value": 150_000},
    Rate: {"name": "rate", "value": Decimal("0.7")},
    Day: {"name": "last_day", "value": datetime.date(2023, 12, 20)},
}


@pytest.fixture
def edition() -> Edition:
    """An empty draft edition for any kind of row."""
    return Edition.objects.create(
        change_set=ChangeSet.objects.create(slug="draft", title="草稿"),
        scheme="flexible",
        table="inpatient",
        document=Document.objects.get(slug="flexible-2025-10"),
        in_force_from=START,
    )


def write(model: type[models.Model], edition: Edition, *rows: dict[str, Any]) -> None:
    clause = Clause.objects.get(code="F-14.6")
    with transaction.atomic():
        model._default_manager.bulk_create(
            model(edition=edition, clause=clause, **{**GOOD.get(model, {}), **row}) for row in rows
        )


def refused(model: type[models.Model], edition: Edition, *rows: dict[str, Any]) -> None:
    with pytest.raises((IntegrityError, DataError)):
        write(model, edition, *rows)


def fields_of(kind: str) -> list[tuple[type[models.Model], str]]:
    """Every number of `kind` in any row: a share has four decimals, an amount ten digits."""
    return [
        (model, field.name)
        for model in GOOD
        for field in model._meta.fields
        if isinstance(field, models.DecimalField)
        and (field.decimal_places == 4 if kind == "share" else field.decimal_places == 2)
    ]


@pytest.mark.parametrize("model", GOOD, ids=lambda model: model.__name__)
def test_a_right_row_is_taken(model: type[models.Model], edition: Edition) -> None:
    write(model, edition, {})


def test_every_kind_of_row_with_numbers_is_looked_at() -> None:
    with_numbers = {m for t in TABLES.values() for m in t.row_models if m.VALUES} - {RuleClause}
    assert {model.__name__ for model in with_numbers} - {m.__name__ for m in GOOD} == {"Count"}


@pytest.mark.parametrize(("model", "field"), fields_of("share"))
@pytest.mark.parametrize("value", ["1.0001", "88", "-0.0001"])
def test_a_share_lies_between_0_and_1(
    model: type[models.Model], field: str, value: str, edition: Edition
) -> None:
    refused(model, edition, {field: Decimal(value)})


@pytest.mark.parametrize(("model", "field"), fields_of("share"))
@pytest.mark.parametrize("value", ["0", "1"])
def test_0_and_1_are_shares(
    model: type[models.Model], field: str, value: str, edition: Edition
) -> None:
    write(model, edition, {field: Decimal(value)})


@pytest.mark.parametrize(("model", "field"), fields_of("money"))
def test_an_amount_is_not_negative(model: type[models.Model], field: str, edition: Edition) -> None:
    refused(model, edition, {field: Decimal("-0.01")})
    write(model, edition, {field: Decimal(0)})


@pytest.mark.parametrize(
    ("model", "field"),
    [
        (AdmissionDecrement, "most_times"),
        (DeductibleExemption, "from_admission"),
        (MinimumTotalYears, "years"),
        (MinimumActualYears, "years"),
    ],
)
def test_a_count_is_not_negative(model: type[models.Model], field: str, edition: Edition) -> None:
    refused(model, edition, {field: -1})


@pytest.mark.parametrize(
    ("model", "other"),
    [
        (InpatientDeductible, {"amount": 700}),
        (InpatientRate, {"rate": Decimal("0.9")}),
        (AdmissionDecrement, {"most_times": 3}),
        (DeductibleExemption, {"from_admission": 1}),
        (OutOfAreaAdjustment, {"rate_minus": Decimal(0)}),
        (SupplementaryBand, {"rate": Decimal("0.5")}),
        (MajorIllnessBand, {"rate": Decimal("0.7")}),
        (DiseaseLimit, {"amount": 200}),
        (OutpatientDeductible, {"amount": 200}),
        (OutpatientRate, {"rate": Decimal("0.6")}),
        (OutpatientLimit, {"amount": 7_800}),
        (EmployeeChronicRate, {"rate": Decimal("0.95")}),
        (ResidentChronicRate, {"rate": Decimal("0.8")}),
        (ResidentFee, {"amount": 104}),
        (MonthlyAmount, {"amount": 1}),
        (MonthlyAmount, {"amount": 1, "last_month": datetime.date(2025, 12, 1)}),
        (MinimumTotalYears, {"years": 27}),
        (MinimumActualYears, {"years": 8}),
        (Amount, {"value": 1}),
        (Rate, {"value": 1}),
        (Day, {"value": START}),
    ],
)
def test_an_edition_has_one_row_for_a_key(
    model: type[models.Model], other: dict[str, Any], edition: Edition
) -> None:
    """Two bands from one edge are two rows for one key as well."""
    refused(model, edition, {}, other)


@pytest.mark.parametrize("model", [MonthlyAmount, MinimumTotalYears, MinimumActualYears])
def test_one_row_only_has_no_start(model: type[models.Model], edition: Edition) -> None:
    # NULL equals nothing, so a plain unique constraint would let two of them pass.
    start = "first_month" if model is MonthlyAmount else "first_day"
    write(model, edition, {start: None})
    refused(model, edition, {start: None})


def test_the_same_key_in_another_edition_is_another_row(edition: Edition) -> None:
    edition.pk, edition._state.adding, edition.table = None, True, "other"
    edition.save()
    write(InpatientDeductible, edition, {})
    write(InpatientDeductible, Edition.objects.get(table="inpatient", in_force_from=START), {})


@pytest.mark.parametrize(
    ("model", "field"),
    [
        (InpatientDeductible, "tier"),
        (InpatientDeductible, "group"),
        (InpatientRate, "tier"),
        (InpatientRate, "group"),
        (DeductibleExemption, "condition"),
        (OutOfAreaAdjustment, "place"),
        (OutOfAreaAdjustment, "care"),
        (SupplementaryBand, "place"),
        (DiseaseLimit, "disease"),
        (OutpatientDeductible, "tier"),
        (OutpatientRate, "tier"),
        (OutpatientRate, "group"),
        (EmployeeChronicRate, "category"),
        (EmployeeChronicRate, "group"),
        (ResidentChronicRate, "category"),
        (ResidentChronicRate, "tier"),
        (ResidentFee, "member"),
        (ResidentFee, "hardship"),
        (MinimumTotalYears, "sex"),
        (MinimumActualYears, "basis"),
    ],
)
@pytest.mark.parametrize("value", ["level4", "", "三级"])
def test_a_key_is_one_of_the_contract(
    model: type[models.Model], field: str, value: str, edition: Edition
) -> None:
    refused(model, edition, {field: value})


@pytest.mark.parametrize("field", ["first_month", "last_month"])
@pytest.mark.parametrize("day", [2, 31])
def test_a_month_is_written_as_its_first_day(field: str, day: int, edition: Edition) -> None:
    refused(MonthlyAmount, edition, {field: datetime.date(2025, 1, day)})


@pytest.mark.parametrize(
    ("model", "end", "before"),
    [
        (MonthlyAmount, "last_month", datetime.date(2024, 12, 1)),
        (MinimumTotalYears, "last_day", datetime.date(2023, 12, 31)),
        (MinimumActualYears, "last_day", datetime.date(2016, 12, 31)),
    ],
)
def test_a_row_does_not_end_before_it_starts(
    model: type[models.Model], end: str, before: datetime.date, edition: Edition
) -> None:
    refused(model, edition, {end: before})
    start = "first_month" if model is MonthlyAmount else "first_day"
    write(model, edition, {end: GOOD[model][start]})


def test_an_edition_does_not_end_before_it_starts(edition: Edition) -> None:
    editions = Edition.objects.filter(pk=edition.pk)
    with pytest.raises(IntegrityError), transaction.atomic():
        editions.update(in_force_until=START - datetime.timedelta(days=1))
    editions.update(in_force_until=START)


def test_a_set_has_one_edition_of_a_table_for_a_day(edition: Edition) -> None:
    again = Edition(
        change_set=edition.change_set,
        scheme="flexible",
        table="inpatient",
        document=edition.document,
        in_force_from=START,
    )
    with pytest.raises(IntegrityError), transaction.atomic():
        Edition.objects.bulk_create([again])
    again.scheme = "resident"
    Edition.objects.bulk_create([again])


@pytest.mark.parametrize("status", ["published", "withdrawn"])
def test_a_published_or_withdrawn_set_has_its_time(status: str, edition: Edition) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        ChangeSet.objects.filter(pk=edition.change_set_id).update(status=status)


def test_a_switch_is_decided_once(edition: Edition) -> None:
    reading = Reading.objects.get(code="A-01")
    rows = [
        ReadingChoice(edition=edition, reading=reading, switch="A-01", choice=choice)
        for choice in ("linear", "compound")
    ]
    with pytest.raises(IntegrityError), transaction.atomic():
        ReadingChoice.objects.bulk_create(rows)


def test_a_clause_has_one_id() -> None:
    clause = Clause.objects.get(code="F-14.6")
    with pytest.raises(IntegrityError), transaction.atomic():
        Clause.objects.bulk_create([Clause(code="F-14.6", section=clause.section, position=99)])


def test_what_is_cited_cannot_be_deleted() -> None:
    with pytest.raises(models.ProtectedError):
        Clause.objects.get(code="F-14.6").delete()
    with pytest.raises(models.ProtectedError):
        Document.objects.get(slug="flexible-2025-10").delete()
    with pytest.raises(models.ProtectedError):
        ChangeSet.objects.get(slug="flexible-2025-10").delete()
