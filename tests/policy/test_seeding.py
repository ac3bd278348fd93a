"""Shipped fixtures are given to a database once; whatever staff did since is never undone."""

import json
import shutil
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.serializers.base import DeserializedObject
from pytest_django import DjangoAssertNumQueries

from portal.offices.models import Office
from portal.policy.in_force import Rulebook
from portal.policy.models import Amount, ChangeSet, Edition, SeedRecord, TextVersion
from portal.policy.seeding import FIXTURES, seed
from tests.conftest import TODAY

pytestmark = pytest.mark.django_db

RESIDENT, FLEXIBLE = FIXTURES

NEW_OFFICE: list[dict[str, Any]] = [
    {
        "model": "offices.office",
        "fields": {
            "slug": "new-office",
            "name": "新设分中心",
            "district": "浑南区",
            "address": "浑南区新街1号",
            "position": 99,
            "updated_at": "2026-12-01T00:00:00+08:00",
        },
    },
    {
        "model": "offices.phone",
        "fields": {"office": ["new-office"], "number": "024-00000000", "position": 1},
    },
]
NEW_SET: list[dict[str, Any]] = [
    {
        "model": "policy.changeset",
        "fields": {
            "slug": "correction-1",
            "title": "更正",
            "status": "published",
            "published_at": "2026-12-01T00:00:00+08:00",
        },
    },
    {
        "model": "policy.edition",
        "fields": {
            "change_set": ["correction-1"],
            "table": "pool",
            "scheme": "flexible",
            "document": ["flexible-2025-10"],
            "in_force_from": "2025-01-01",
        },
    },
    {
        "model": "policy.amount",
        "fields": {
            "edition": ["correction-1", "pool", "flexible", "2025-01-01"],
            "clause": ["F-9.1"],
            "name": "yearly_limit",
            "value": "151000.00",
        },
    },
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the shipped fixtures, to be upgraded."""
    for name in FIXTURES:
        shutil.copy(Path(settings.BASE_DIR) / "fixtures" / name, tmp_path)
    return tmp_path


def edit(folder: Path, name: str, change: Callable[[list[dict[str, Any]]], None]) -> None:
    path = folder / name
    records = json.loads(path.read_text(encoding="utf-8"))
    change(records)
    path.write_text(json.dumps(records, ensure_ascii=False), encoding="utf-8")


def append(folder: Path, name: str, *records: dict[str, Any]) -> None:
    edit(folder, name, lambda shipped: shipped.extend(records))


def rewrite(folder: Path, model: str, slug: str, **fields: Any) -> None:
    """Change a shipped record in the fixture, as an upgrade might."""

    def change(shipped: list[dict[str, Any]]) -> None:
        (record,) = (r for r in shipped if r["model"] == model and r["fields"].get("slug") == slug)
        record["fields"].update(fields)

    edit(folder, FLEXIBLE, change)


def everything() -> dict[str, int]:
    return {
        model.__name__: model._default_manager.count()
        for model in (Office, ChangeSet, Edition, Amount, TextVersion, SeedRecord)
    }


def test_a_second_start_creates_nothing(folder: Path) -> None:
    before = everything()
    assert seed() == 0
    assert seed(folder) == 0
    assert everything() == before


def test_a_warm_start_costs_one_query_a_file(
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    with django_assert_max_num_queries(len(FIXTURES) + 2):  # and the savepoint around them
        seed()


def test_a_file_that_was_only_laid_out_anew_creates_nothing(folder: Path) -> None:
    before = everything()
    append(folder, FLEXIBLE)
    assert seed(folder) == 0
    assert {**everything(), "SeedRecord": 0} == {**before, "SeedRecord": 0}


def test_an_upgrade_brings_a_new_office_with_its_phone(folder: Path) -> None:
    append(folder, FLEXIBLE, *NEW_OFFICE)
    assert seed(folder) == 2
    office = Office.objects.get(slug="new-office")
    assert [phone.number for phone in office.phones.all()] == ["024-00000000"]
    assert seed(folder) == 0


def test_an_upgrade_brings_a_new_change_set(folder: Path) -> None:
    append(folder, FLEXIBLE, *NEW_SET)
    assert seed(folder) == 3
    row = Rulebook.on(TODAY).named(Amount, "flexible", "pool", "yearly_limit")
    assert isinstance(row, Amount)
    assert row.value == Decimal(151_000)
    ChangeSet.objects.get(slug="correction-1").withdraw()
    assert seed(folder) == 0
    assert ChangeSet.objects.get(slug="correction-1").status == "withdrawn"


def test_what_staff_changed_stays_changed(folder: Path) -> None:
    Office.objects.filter(slug="hunnan").update(address="浑南区新址")
    seed()
    rewrite(folder, "offices.office", "hunnan", address="浑南区升级带来的地址")
    append(folder, FLEXIBLE, *NEW_OFFICE)
    assert seed(folder) == 2
    assert Office.objects.get(slug="hunnan").address == "浑南区新址"


def test_what_staff_deleted_stays_deleted_with_all_that_hung_on_it(folder: Path) -> None:
    Office.objects.get(slug="hunnan").delete()
    seed()
    assert not Office.objects.filter(slug="hunnan").exists()
    append(folder, FLEXIBLE, *NEW_OFFICE)
    assert seed(folder) == 2
    assert not Office.objects.filter(slug="hunnan").exists()


def test_a_phone_that_staff_deleted_or_added_stays_so(folder: Path) -> None:
    office = Office.objects.get(slug="hunnan")
    office.phones.all().delete()
    office.phones.create(number="024-11111111", position=1)
    append(folder, FLEXIBLE, *NEW_OFFICE)
    seed(folder)
    assert [phone.number for phone in office.phones.all()] == ["024-11111111"]


def test_a_name_that_staff_changed_does_not_come_back_beside_it(folder: Path) -> None:
    Office.objects.filter(slug="hunnan").update(slug="hunnan-renamed")
    count = Office.objects.count()
    append(folder, FLEXIBLE, *NEW_OFFICE)
    seed(folder)
    assert Office.objects.count() == count + 1  # the new one only


def test_an_upgrade_does_not_overwrite_what_staff_made_first(folder: Path) -> None:
    """The office opened; staff entered it themselves before the upgrade that brings it."""
    office = Office.objects.create(
        slug="new-office",
        name="新设分中心",
        district="浑南区",
        address="员工录入的地址",
        position=50,
    )
    office.phones.create(number="024-22222222", position=1)
    append(folder, FLEXIBLE, *NEW_OFFICE)
    seed(folder)
    office.refresh_from_db()
    assert office.address == "员工录入的地址"
    assert [phone.number for phone in office.phones.all()] == ["024-22222222"]


def test_a_number_changed_in_a_published_set_of_the_fixture_is_not_loaded(folder: Path) -> None:
    """Published policy is never edited: a correction is a new change set."""

    def change(shipped: list[dict[str, Any]]) -> None:
        for record in shipped:
            if record["model"] == "policy.amount" and record["fields"]["clause"] == ["F-9.1"]:
                record["fields"]["value"] = "1.00"

    edit(folder, FLEXIBLE, change)
    assert seed(folder) == 0
    assert Amount.objects.get(clause__code="F-9.1").value == Decimal(150_000)


def test_a_withdrawal_outlives_an_upgrade(folder: Path) -> None:
    ChangeSet.objects.get(slug="flexible-2025-10").withdraw()
    append(folder, FLEXIBLE, *NEW_OFFICE)
    seed(folder)
    assert ChangeSet.objects.get(slug="flexible-2025-10").status == "withdrawn"


def test_a_record_that_names_nothing_known_stops_the_start_and_leaves_nothing(folder: Path) -> None:
    before = everything()
    phone = {"office": ["nowhere"], "number": "024-00000000", "position": 1}
    stray = {"model": "offices.phone", "fields": phone}
    append(folder, FLEXIBLE, *NEW_OFFICE, *NEW_SET, stray)
    with pytest.raises(ValueError, match="nowhere"):
        seed(folder)
    assert everything() == before


@pytest.mark.slow
def test_a_start_that_is_killed_in_the_middle_leaves_nothing(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = everything()
    append(folder, RESIDENT, *NEW_OFFICE)
    append(folder, FLEXIBLE, *NEW_SET)
    saves = 0
    save = DeserializedObject.save

    def killed(self: DeserializedObject, *args: Any, **kwargs: Any) -> None:
        nonlocal saves
        saves += 1
        if saves == 4:  # in the second file, when the first one is done
            raise KeyboardInterrupt
        save(self, *args, **kwargs)

    monkeypatch.setattr(DeserializedObject, "save", killed)
    with pytest.raises(KeyboardInterrupt):
        seed(folder)
    assert everything() == before

    monkeypatch.undo()
    assert seed(folder) == 5  # and the next start brings it all
