"""What is exported gives the same answers where it is loaded, and exports the same again."""

import datetime
import json
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib.auth.models import User
from django.core import serializers
from django.core.management import CommandError, call_command
from django.db import models
from django.test import Client

from portal import clock
from portal.policy.exporting import Record, fixture_of, write_fixture
from portal.policy.in_force import forget_cached_rows
from portal.policy.models import (
    Amount,
    ChangeSet,
    ChangeSetEvent,
    Clause,
    Confirmation,
    DecidedReading,
    Edition,
    SeedRecord,
    TextVersion,
)
from portal.policy.preview import with_draft
from portal.policy.seeding import FIXTURES, seed, text_records
from tests.addresses import FIXED
from tests.conftest import TODAY
from tests.policy.desk import NEW_DAY, draft_of_limit, hand_in, limit_on, person
from tests.policy.drafting import drafted, new_set, text_of

pytestmark = pytest.mark.django_db

DAYS = (TODAY, datetime.date(2024, 6, 1))
EMPTY = (None, "", 0)
ANSWERS = [path for path in FIXED if path.startswith(("/calculators/", "/api/v1/calculators/"))]
# A whole year may be another one, two schemes are compared on a day that both have, and the lists
# of documents and changes tell of all days.
OF_OTHER_DAYS = [path for path in ANSWERS if "&e=" in path or "/compare/?member" in path]
OF_OTHER_DAYS += ["/policy/", "/updates/"]
OF_THE_DAY = [path for path in ANSWERS if path not in OF_OTHER_DAYS] + [
    "/about/readings/",
    "/benefits/resident/inpatient/",
    "/benefits/flexible/limits/",
]


@pytest.fixture
def author() -> User:
    return person("author")


def load_into_empty(written: str, folder: Path) -> None:
    """Take the policy and all that hangs on it away, then load a fixture as a first start does."""
    kept = {"auth", "contenttypes", "sessions", "admin"}
    for model in apps.get_models(include_auto_created=True):
        if model._meta.app_label not in kept:
            rows: Any = models.QuerySet(model).all()
            rows._raw_delete(rows.db)
    forget_cached_rows()
    (folder / FIXTURES[0]).write_text(written, encoding="utf-8")
    (folder / FIXTURES[1]).write_text("[]", encoding="utf-8")
    seed(folder)


def keep_offices() -> list[Any]:
    """Offices and channels are no policy; the loaded site has them again, to show the same pages."""
    others = [m for m in apps.get_models() if m._meta.app_label in ("offices", "contributions")]
    return serializers.serialize(
        "python",
        [row for model in others for row in model._default_manager.order_by("pk")],
        use_natural_foreign_keys=True,
        use_natural_primary_keys=True,
    )


def pages(client: Client, *paths: str) -> dict[str, str]:
    return {path: client.get(path).content.decode() for path in paths}


def comparable(records: list[Record]) -> dict[str, list[dict[str, Any]]]:
    """Records by model, in one order, without what is empty: a file may leave that out."""
    found: dict[str, list[dict[str, Any]]] = {}
    for record in records:
        fields = {name: value for name, value in record["fields"].items() if value not in EMPTY}
        if "clauses" in fields:
            fields["clauses"] = sorted(fields["clauses"])
        found.setdefault(record["model"], []).append(fields)
    return {model: sorted(rows, key=in_order) for model, rows in found.items()}


def in_order(fields: dict[str, Any]) -> str:
    return json.dumps(fields, sort_keys=True)


def shipped() -> list[Record]:
    folder = Path(settings.BASE_DIR) / "fixtures"
    records = [r for name in FIXTURES for r in json.loads((folder / name).read_text("utf-8"))]
    for path in sorted(folder.glob("texts/*.md")):
        records += text_records(path.stem, path.read_text("utf-8"))
    return [record for record in records if record["model"].startswith("policy.")]


def test_all_that_is_shipped_is_exported_as_it_was_shipped() -> None:
    assert comparable(fixture_of(TODAY, everything=True)) == comparable(shipped())


def test_a_file_has_a_record_a_line_as_the_shipped_ones() -> None:
    records = fixture_of(TODAY)
    lines = write_fixture(records).splitlines()
    assert (lines[0], lines[-1]) == ("[", "]")
    assert [json.loads(line.removesuffix(",")) for line in lines[1:-1]] == records
    assert '"amount": "1200.00"' in write_fixture(records)


@pytest.mark.parametrize("day", DAYS, ids=str)
@pytest.mark.slow
def test_what_is_loaded_exports_the_same(day: datetime.date, author: User, tmp_path: Path) -> None:
    a_history(author)
    written = write_fixture(fixture_of(day))
    load_into_empty(written, tmp_path)
    assert write_fixture(fixture_of(day)) == written
    assert write_fixture(fixture_of(day, everything=True)) == written


@pytest.mark.slow
def test_all_of_a_long_history_exports_the_same(author: User, tmp_path: Path) -> None:
    a_history(author)
    written = write_fixture(fixture_of(TODAY, everything=True))
    load_into_empty(written, tmp_path)
    assert write_fixture(fixture_of(TODAY, everything=True)) == written
    assert limit_on(TODAY) == Decimal(152_000)  # the newer of two sets for one day
    assert limit_on(NEW_DAY) == Decimal(160_000)


def a_history(author: User) -> None:
    """Two sets of this year, published within a thousandth of a second; one to come; one that is
    taken back; and a draft that nobody shall see."""
    day = datetime.date(2026, 1, 1)
    at = datetime.datetime(2026, 1, 1, 1, 2, 3, 456_001, tzinfo=datetime.UTC)
    later = at.replace(microsecond=456_002)
    draft_of_limit(author, 152_000, day, slug="second", letter="Q").publish(later)
    draft_of_limit(author, 151_000, day, slug="first", letter="P").publish(at)
    draft_of_limit(author, 160_000, NEW_DAY, slug="coming", letter="N").publish(later)
    back = draft_of_limit(author, 999_000, day, slug="back", letter="B")
    back.publish(later)
    back.withdraw()
    draft_of_limit(author, 888_000, day, slug="secret", letter="S")


def test_a_day_has_what_counts_on_it_and_no_more(author: User) -> None:
    a_history(author)
    records = fixture_of(TODAY)
    limits = [
        record["fields"]["value"]
        for record in records
        if record["model"] == "policy.amount" and record["fields"]["edition"][1] == "pool"
    ]
    assert limits == ["152000.00"]
    sets = {record["fields"]["slug"] for record in records if record["model"] == "policy.changeset"}
    # The sentence of the set that was overtaken still counts: its clause is its own.
    assert sets == {"resident-2024", "flexible-2025-10", "first", "second"}
    told = write_fixture(records)
    assert "888000" not in told
    assert "999000" not in told
    assert "160000" not in told


@pytest.mark.parametrize(
    ("day", "everything"), [*((day, False) for day in DAYS), (TODAY, True)], ids=str
)
@pytest.mark.slow
def test_it_gives_the_same_answers_where_it_is_loaded(
    day: datetime.date, everything: bool, author: User, tmp_path: Path, resident: Client
) -> None:
    draft_of_limit(author, 152_000, datetime.date(2026, 1, 1)).publish()
    others = keep_offices()
    paths = [*OF_THE_DAY, *(OF_OTHER_DAYS if everything else ())]
    with clock.as_of(day):
        before = pages(resident, *paths)
        load_into_empty(write_fixture(fixture_of(day, everything=everything)), tmp_path)
        load_others(others)
        after = pages(resident, *paths)
    assert [path for path in before if before[path] != after[path]] == []


def load_others(others: list[Any]) -> None:
    codes = {clause.code for clause in Clause.objects.all()}
    for record in others:
        if (clause := record["fields"].get("clause")) and clause[0] not in codes:
            record["fields"]["clause"] = None
    for record in serializers.deserialize("python", others):
        record.save()


@pytest.mark.slow
def test_a_draft_goes_along_as_a_draft(author: User, tmp_path: Path) -> None:
    draft = draft_of_limit(author)
    text_of(draft, "新的一页。")
    drafted("flexible", "readings", change_set=draft)
    ChangeSet.objects.filter(pk=draft.pk).update(status="submitted")
    written = write_fixture(fixture_of(TODAY, draft))
    load_into_empty(written, tmp_path)
    loaded = ChangeSet.objects.get(slug="pool-limit")
    assert (loaded.status, loaded.author, loaded.events.count()) == ("draft", None, 0)
    assert limit_on(NEW_DAY) == Decimal(150_000)
    with with_draft(loaded.pk):
        assert limit_on(NEW_DAY) == Decimal(160_000)
    assert TextVersion.objects.get(change_set=loaded).body == "新的一页。"
    reading = DecidedReading.objects.get(edition__change_set=loaded, reading__code="A-01")
    assert [clause.code for clause in reading.clauses.all()] == ["F-14.10"]
    assert write_fixture(fixture_of(TODAY, loaded)) == written


def test_an_empty_draft_goes_along() -> None:
    records = fixture_of(TODAY, new_set("empty"))
    assert {
        "model": "policy.changeset",
        "fields": {
            "slug": "empty",
            "title": "变更单 empty",
            "summary": "",
            "concerns": "",
            "document": ["flexible-2025-10"],
            "immediate": False,
            "status": "draft",
            "published_at": None,
            "withdrawn_at": None,
        },
    } in records


def test_accounts_and_events_stay_behind(author: User) -> None:
    draft = draft_of_limit(author)
    hand_in(draft, author)
    edition = Edition.objects.filter(table="pool", change_set__slug="flexible-2025-10").get()
    Confirmation.objects.create(edition=edition, confirmed_on=TODAY, confirmed_by=author)
    records = fixture_of(TODAY, draft)
    kinds = {record["model"] for record in records}
    assert "policy.amount" in kinds
    assert not kinds & {"policy.changesetevent", "policy.confirmation", "policy.seedrecord"}
    assert ChangeSetEvent.objects.exists()
    assert SeedRecord.objects.exists()
    assert not any("author" in record["fields"] for record in records)


def test_exporting_changes_nothing(author: User) -> None:
    draft = draft_of_limit(author)
    hand_in(draft, author)
    fixture_of(TODAY, draft)
    draft.refresh_from_db()
    assert (draft.status, draft.author) == ("submitted", author)


@pytest.mark.slow
def test_a_hundred_sets_need_no_more_queries(
    author: User, django_assert_max_num_queries: Any
) -> None:
    for number in range(5):
        draft_of_limit(
            author, 151_000 + number, slug=f"more-{number}", letter=f"A{number}"
        ).publish()
    with django_assert_max_num_queries(110):
        fixture_of(TODAY, everything=True)
    for number in range(5, 25):
        letter = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"[number]
        draft_of_limit(author, 151_000, slug=f"more-{number}", letter=f"X{letter}").publish()
    with django_assert_max_num_queries(110):
        fixture_of(TODAY, everything=True)


# --- the command -----------------------------------------------------------------------------------


def run(**options: Any) -> str:
    out = StringIO()
    call_command("export_policy", stdout=out, **options)
    return out.getvalue()


def test_the_command_writes_the_day_s_policy() -> None:
    assert json.loads(run()) == fixture_of(TODAY)
    assert json.loads(run(day="2025-03-01")) == fixture_of(datetime.date(2025, 3, 1))
    assert json.loads(run(all=True)) == fixture_of(TODAY, everything=True)


def test_the_command_writes_a_file(author: User, tmp_path: Path) -> None:
    draft = draft_of_limit(author)
    file = tmp_path / "out.json"
    told = run(set="pool-limit", output=str(file))
    records = fixture_of(TODAY, draft)
    assert json.loads(file.read_text("utf-8")) == records
    assert told == f"已导出 {len(records)} 条记录到 {file}。\n"


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"day": "2027-13-01"}, "“2027-13-01”不是日期，请写成 2027-07-01 这样。"),
        ({"day": "2027-01-01", "all": True}, "--day 和 --all 只能填一个。"),
        ({"set": "nothing"}, "没有标识是“nothing”的变更单。"),
        (
            {"set": "resident-2024"},
            "变更单“首次录入：2024年度城乡居民医保”已经发布过，不用 --set。",
        ),
        ({"output": "/no-such-folder/out.json"}, "不能写入 /no-such-folder/out.json："),
    ],
)
def test_the_command_refuses_what_it_cannot_do(options: dict[str, Any], told: str) -> None:
    with pytest.raises(CommandError) as refused:
        run(**options)
    assert str(refused.value).startswith(told)


def test_the_amounts_are_written_as_they_are_stored() -> None:
    limit = Amount.objects.get(edition__table="pool")
    (record,) = (
        record
        for record in fixture_of(TODAY)
        if record["model"] == "policy.amount" and record["fields"]["edition"][1] == "pool"
    )
    assert limit.value == Decimal(150_000)
    assert record == {
        "model": "policy.amount",
        "fields": {
            "edition": ["flexible-2025-10", "pool", "flexible", "2025-01-01"],
            "clause": ["F-9.1"],
            "reading": None,
            "name": "yearly_limit",
            "value": "150000.00",
        },
    }
