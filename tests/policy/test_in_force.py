"""Which rows count on which day: made-up change sets in the real database."""

import datetime
from collections.abc import Callable
from decimal import Decimal
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from portal import clock
from portal.policy.in_force import NoPolicyInForce, Rulebook, Timetable, rows_of
from portal.policy.models import (
    AdmissionDecrement,
    Amount,
    ChangeSet,
    Clause,
    ClauseText,
    Confirmation,
    DecidedReading,
    Document,
    Edition,
    InpatientDeductible,
    ReadingChoice,
    Text,
    TextVersion,
)
from portal.policy.models.publishing import PublishedIsFinal
from portal.policy.tables import TABLES
from portal.policy.titles import READINGS
from tests.conftest import TODAY

pytestmark = pytest.mark.django_db

POOL = ("flexible", "pool")
LARGE_SUM = ("flexible", "large_sum")
OUT_OF_AREA = ("flexible", "out_of_area")
SHIPPED_LIMIT = Decimal(150_000)  # F-9.1

API = "/api/v1/calculators/inpatient"
PAGE = "/calculators/inpatient/"
STAY = {"scheme": "flexible", "group": "active", "tier": "level3", "cost": "20000"}
RESIDENT_STAY = {"scheme": "resident", "group": "adult", "tier": "level3", "cost": "20000"}

Tweak = Callable[[Any], None]


def day(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text)


def at(text: str) -> datetime.datetime:
    return timezone.make_aware(datetime.datetime.fromisoformat(text))


def new_set(slug: str) -> ChangeSet:
    return ChangeSet.objects.create(slug=slug, title=slug)


def copy_edition(
    change_set: ChangeSet,
    table: tuple[str, str],
    start: str,
    until: str | None = None,
    tweak: Tweak = lambda row: None,
) -> Edition:
    """A new edition of a shipped table in a draft set, with the same rows but for `tweak`."""
    shipped = Edition.objects.get(
        scheme=table[0], table=table[1], change_set__slug__in=["flexible-2025-10", "resident-2024"]
    )
    edition = Edition.objects.create(
        change_set=change_set,
        scheme=table[0],
        table=table[1],
        document=shipped.document,
        in_force_from=day(start),
        in_force_until=until and day(until),
    )
    models: tuple[Any, ...] = (
        (DecidedReading, ReadingChoice) if table[1] == READINGS else TABLES[table].row_models
    )
    for model in models:
        for row in model.objects.filter(edition=shipped):
            clauses = list(row.clauses.all()) if model is DecidedReading else []
            row.pk, row._state.adding, row.edition = None, True, edition
            tweak(row)
            row.save()
            if clauses:
                row.clauses.set(clauses)
    return edition


def pool_limit(amount: int) -> Tweak:
    def tweak(row: Any) -> None:
        if isinstance(row, Amount) and row.name == "yearly_limit":
            row.value = Decimal(amount)

    return tweak


def publish_limit(
    slug: str, amount: int, start: str, *, until: str | None = None, published: str = "2026-11-25"
) -> ChangeSet:
    """A published set that gives the pool another limit from a day on."""
    change_set = new_set(slug)
    copy_edition(change_set, POOL, start, until, pool_limit(amount))
    change_set.publish(at(published))
    return change_set


def limit_on(text: str) -> Decimal:
    row = Rulebook.on(day(text)).named(Amount, *POOL, "yearly_limit")
    assert isinstance(row, Amount)
    return row.value


# The timetable


def test_the_latest_start_counts() -> None:
    publish_limit("july", 160_000, "2025-07-01", published="2026-11-25")
    # Published later, but it starts earlier: from July on, July still counts.
    publish_limit("march", 155_000, "2025-03-01", published="2026-11-26")
    assert limit_on("2025-01-01") == SHIPPED_LIMIT
    assert limit_on("2025-02-28") == SHIPPED_LIMIT
    assert limit_on("2025-03-01") == 155_000
    assert limit_on("2025-06-30") == 155_000
    assert limit_on("2025-07-01") == 160_000
    assert limit_on("2030-01-01") == 160_000


def test_of_one_start_day_the_newest_published_set_counts() -> None:
    publish_limit("newer", 170_000, "2025-07-01", published="2026-11-26")
    publish_limit("older", 160_000, "2025-07-01", published="2026-11-25")
    assert limit_on("2025-07-01") == 170_000


def test_of_sets_published_at_one_moment_the_later_made_counts() -> None:
    publish_limit("first", 160_000, "2025-07-01")
    publish_limit("second", 170_000, "2025-07-01")
    assert limit_on("2025-07-01") == 170_000


def test_a_correction_of_the_shipped_rows_starts_on_their_own_day() -> None:
    publish_limit("correction", 151_000, "2025-01-01")
    assert limit_on("2025-01-01") == 151_000


def test_a_withdrawal_brings_the_earlier_rows_back() -> None:
    first = publish_limit("first", 160_000, "2025-07-01", published="2026-11-25")
    second = publish_limit("second", 170_000, "2025-07-01", published="2026-11-26")
    second.withdraw()
    assert limit_on("2025-07-01") == 160_000
    first.withdraw()
    assert limit_on("2025-07-01") == SHIPPED_LIMIT


def test_a_start_in_the_future_is_a_timer() -> None:
    publish_limit("next-year", 160_000, "2027-01-01")
    with clock.as_of(day("2026-12-31")):
        assert limit_on(clock.today().isoformat()) == SHIPPED_LIMIT
    with clock.as_of(day("2027-01-01")):
        assert limit_on(clock.today().isoformat()) == 160_000


def test_no_older_edition_comes_back_after_a_last_day() -> None:
    publish_limit("half-year", 160_000, "2025-07-01", until="2025-12-31")
    assert limit_on("2025-12-31") == 160_000
    # The shipped edition is open-ended, and still does not count again.
    with pytest.raises(NoPolicyInForce) as refusal:
        limit_on("2026-01-01")
    assert (refusal.value.scheme, refusal.value.table) == POOL
    assert refusal.value.day == day("2026-01-01")
    assert refusal.value.title == "统筹基金年限额"
    publish_limit("again", 170_000, "2026-03-01", published="2026-11-26")
    assert limit_on("2026-03-01") == 170_000


def test_a_one_day_edition() -> None:
    publish_limit("one-day", 160_000, "2025-07-01", until="2025-07-01")
    assert limit_on("2025-07-01") == 160_000
    with pytest.raises(NoPolicyInForce):
        limit_on("2025-07-02")


def test_before_the_first_start_nothing_is_in_force() -> None:
    with pytest.raises(NoPolicyInForce):
        limit_on("2024-12-31")


@pytest.mark.parametrize("status", ["draft", "submitted", "approved", "withdrawn"])
def test_only_a_published_set_has_an_effect(status: str) -> None:
    change_set = new_set("not-yet")
    copy_edition(change_set, POOL, "2025-07-01", tweak=pool_limit(1))
    ChangeSet.objects.filter(pk=change_set.pk).update(
        status=status, published_at=at("2026-11-25"), withdrawn_at=at("2026-11-25")
    )
    assert limit_on("2025-07-01") == SHIPPED_LIMIT


def test_an_unknown_number_of_a_table_is_not_guessed() -> None:
    book = Rulebook.on(day("2025-07-01"))
    with pytest.raises(NoPolicyInForce):
        book.named(Amount, *POOL, "monthly_limit")


def test_a_book_remembers_which_editions_it_opened() -> None:
    book = Rulebook.on(day("2025-07-01"))
    assert book.editions == {}
    book.rows(Amount, *POOL)
    book.citing(*LARGE_SUM, "scope")
    assert list(book.editions) == [POOL, LARGE_SUM]
    assert book.citing(*LARGE_SUM, "scope") == ("F-17.4",)


def test_published_rows_are_read_once_and_drafts_each_time(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    change_set = new_set("draft")
    draft = copy_edition(change_set, POOL, "2025-07-01", tweak=pool_limit(160_000))
    with django_assert_num_queries(2):
        rows_of(Amount, draft)
        rows_of(Amount, draft)
    change_set.publish(at("2026-11-25"))
    published = Edition.objects.select_related("change_set").get(pk=draft.pk)
    with django_assert_num_queries(1):
        rows_of(Amount, published)
        rows_of(Amount, published)


# The newest day


def newest(*tables: tuple[str, str], today: str = TODAY.isoformat()) -> datetime.date:
    return Timetable.load().newest_day(tables, day(today))


def test_A_93_the_newest_day_is_today_where_all_tables_are_in_force() -> None:
    assert newest(POOL, LARGE_SUM) == TODAY
    assert newest(("resident", "inpatient"), today="2024-07-01") == day("2024-07-01")


def test_A_93_the_newest_day_is_the_last_one_of_a_plan_year() -> None:
    assert newest(("resident", "inpatient"), ("resident", READINGS)) == day("2024-12-31")
    # Together with a table that starts in 2025 there has never been such a day.
    with pytest.raises(NoPolicyInForce):
        newest(("resident", "inpatient"), POOL)


def test_the_newest_day_before_a_gap() -> None:
    publish_limit("until-may", 160_000, "2026-02-01", until="2026-05-31")
    assert newest(POOL) == day("2026-05-31")
    assert newest(POOL, today="2026-05-31") == day("2026-05-31")
    publish_limit("from-october", 160_000, "2026-10-01", published="2026-11-26")
    assert newest(POOL) == TODAY
    assert newest(POOL, today="2026-09-30") == day("2026-05-31")


def test_the_newest_day_may_be_the_eve_of_an_edition_that_has_passed() -> None:
    # In March the pool was still the shipped one, and 大额 had its limit until the end of March.
    publish_limit("april-only", 160_000, "2026-04-01", until="2026-04-30")
    change_set = new_set("large-sum")
    copy_edition(change_set, LARGE_SUM, "2026-01-01", "2026-03-31")
    change_set.publish(at("2026-11-26"))
    assert newest(POOL, LARGE_SUM) == day("2026-03-31")


def test_the_newest_day_never_lies_in_the_future() -> None:
    publish_limit("next-year", 160_000, "2027-01-01")
    assert newest(POOL) == TODAY
    with pytest.raises(NoPolicyInForce):
        newest(POOL, today="2024-12-31")


def test_a_table_that_has_passed_is_still_on_file_for_showing() -> None:
    edition = Timetable.load().latest_edition("resident", "inpatient", TODAY)
    assert edition.in_force_until == day("2024-12-31")
    shown = {(e.scheme, e.table) for e in Timetable.load().latest_editions(day("2024-06-01"))}
    assert ("resident", "inpatient") in shown
    assert POOL not in shown


# What is published is final


def test_published_rows_refuse_to_be_changed_or_deleted() -> None:
    shipped = Edition.objects.get(scheme="flexible", table="pool")
    limit = Amount.objects.get(edition=shipped, name="yearly_limit")
    limit.value = Decimal(1)
    sentence = ClauseText.objects.first()
    text = TextVersion.objects.first()
    reading = DecidedReading.objects.first()
    choice = ReadingChoice.objects.first()
    for part in (limit, shipped, sentence, text, reading, choice):
        assert part is not None
        with pytest.raises(PublishedIsFinal):
            part.save()
        with pytest.raises(PublishedIsFinal):
            part.delete()
    assert limit_on("2025-07-01") == SHIPPED_LIMIT


def test_a_published_edition_takes_no_further_rows() -> None:
    shipped = Edition.objects.get(scheme="flexible", table="pool")
    clause = Clause.objects.get(code="F-9.1")
    with pytest.raises(PublishedIsFinal):
        Amount.objects.create(edition=shipped, clause=clause, name="another", value=1)


def test_a_published_row_cannot_move_to_a_draft() -> None:
    draft = copy_edition(new_set("draft"), LARGE_SUM, "2025-07-01")
    limit = Amount.objects.get(edition__table="pool", name="yearly_limit")
    limit.edition, limit.name = draft, "moved"
    with pytest.raises(PublishedIsFinal):
        limit.save()
    assert limit_on("2025-07-01") == SHIPPED_LIMIT


def test_a_row_that_was_read_before_its_set_was_published_is_final_too() -> None:
    change_set = new_set("draft")
    copy_edition(change_set, POOL, "2025-07-01")
    row = Amount.objects.select_related("edition__change_set").get(
        edition__change_set=change_set, name="yearly_limit"
    )
    ChangeSet.objects.get(pk=change_set.pk).publish(at("2026-11-25"))
    row.value = Decimal(1)
    with pytest.raises(PublishedIsFinal):
        row.save()


def test_what_was_withdrawn_stays_as_it_was() -> None:
    change_set = publish_limit("taken-back", 160_000, "2025-07-01")
    change_set.withdraw()
    row = Amount.objects.get(edition__change_set=change_set, name="yearly_limit")
    with pytest.raises(PublishedIsFinal):
        row.delete()


def test_a_draft_may_change_and_go() -> None:
    change_set = new_set("draft")
    copy_edition(change_set, POOL, "2025-07-01")
    row = Amount.objects.get(edition__change_set=change_set, name="yearly_limit")
    row.value = Decimal(160_000)
    row.save()
    row.delete()
    Edition.objects.get(change_set=change_set).delete()
    document, text = Document.objects.get(slug="flexible-2025-10"), Text.objects.all()[0]
    version = TextVersion.objects.create(
        change_set=change_set, text=text, in_force_from=TODAY, body="x"
    )
    version.body = "y"
    version.save()
    version.delete()
    assert not Edition.objects.filter(change_set=change_set, document=document).exists()


# Through the calculators


def ask(client: Client, **changes: str) -> dict[str, Any]:
    response = client.get(API, {**STAY, **changes})
    assert response.status_code == 200
    document: dict[str, Any] = response.json()
    return document


def page(client: Client, **changes: str) -> str:
    response = client.get(PAGE, {**STAY, **changes})
    assert response.status_code == 200
    return unescape(response.content.decode())


@pytest.mark.parametrize("place", ["temporary", "temporary_emergency", "long_term"])
def test_A_93_out_of_area_terms_are_on_file_from_june_2025(client: Client, place: str) -> None:
    early = ask(client, place=place, date="2025-03-01")
    assert early["computable"] is False
    assert early["result"] is None
    assert "灵活就业异地就医" in early["reason"]
    assert "2025年3月1日" in early["reason"]
    assert early["ask"]
    assert ask(client, place=place, date="2025-05-31")["computable"] is False
    assert ask(client, place=place, date="2025-06-01")["computable"] is True
    # In Shenyang the same day is computed.
    assert ask(client, date="2025-03-01")["computable"] is True
    assert "灵活就业异地就医" in page(client, place=place, date="2025-03-01")


@pytest.mark.parametrize(
    ("asked", "computable"),
    [
        ("2023-12-31", False),
        ("2024-01-01", True),
        ("2024-12-31", True),
        ("2025-01-01", False),
        ("2026-11-21", False),
    ],
)
def test_A_74_A_93_residents_have_rules_for_2024_only(
    client: Client, asked: str, computable: bool
) -> None:
    document = ask(client, **RESIDENT_STAY, date=asked)
    assert document["computable"] is computable
    if computable:
        assert document["result"]["pool"] == "14550.00"  # (20000 − 600) × 75%
    else:
        assert "居民住院" in document["reason"]
        assert document["policy"] == []


@pytest.mark.parametrize(("asked", "computable"), [("2024-12-31", False), ("2025-01-01", True)])
def test_A_93_flexible_rules_start_with_2025(client: Client, asked: str, computable: bool) -> None:
    assert ask(client, date=asked)["computable"] is computable


def publish_deductible(amount: int, start: str) -> ChangeSet:
    """Another 起付标准 of 三级 在职, from a day on."""

    def tweak(row: Any) -> None:
        if isinstance(row, InpatientDeductible) and (row.tier, row.group) == ("level3", "active"):
            row.amount = Decimal(amount)

    change_set = new_set("deductible")
    copy_edition(change_set, ("flexible", "inpatient"), start, tweak=tweak)
    change_set.publish(at("2026-11-25"))
    return change_set


def test_a_new_deductible_changes_page_and_json_from_its_day_only(client: Client) -> None:
    change_set = publish_deductible(700, "2025-09-01")

    before = ask(client, date="2025-08-31")
    assert before["result"]["deductible"] == "600.00"
    assert before["result"]["pool"] == "17072.00"  # (20000 − 600) × 88%
    assert before["policy"][0]["in_force_from"] == "2025-01-01"
    assert "17,072.00" in page(client, date="2025-08-31")

    for asked in ({"date": "2025-09-01"}, {}):
        after = ask(client, **asked)
        assert after["result"]["deductible"] == "700.00"
        assert after["result"]["pool"] == "16984.00"  # (20000 − 700) × 88%
        assert after["policy"][0]["in_force_from"] == "2025-09-01"
        shown = page(client, **asked)
        assert "16,984.00" in shown
        assert "17,072.00" not in shown
    # Another group and another tier stay as they were.
    assert ask(client, group="retired", date="2025-09-01")["result"]["deductible"] == "600.00"
    assert ask(client, tier="top3", date="2025-09-01")["result"]["deductible"] == "1200.00"

    change_set.withdraw()
    assert ask(client, date="2025-09-01")["result"] == before["result"]


def test_an_answer_says_when_staff_last_confirmed_its_tables(
    client: Client, django_user_model: Any
) -> None:
    edition = Edition.objects.get(scheme="flexible", table="inpatient")
    clerk = django_user_model.objects.create(username="clerk")
    for checked_on in ("2026-11-03", "2026-11-20", "2026-01-05"):
        Confirmation.objects.create(
            edition=edition, confirmed_on=day(checked_on), confirmed_by=clerk
        )
    used = {table["table"]: table["confirmed_on"] for table in ask(client)["policy"]}
    assert used["inpatient"] == "2026-11-20"
    assert used["pool"] is None


def test_a_timer_changes_the_answer_at_midnight(client: Client) -> None:
    publish_deductible(700, "2027-01-01")
    with clock.as_of(day("2026-12-31")):
        assert ask(client)["result"]["deductible"] == "600.00"
    with clock.as_of(day("2027-01-01")):
        assert ask(client)["result"]["deductible"] == "700.00"


def test_staff_can_decide_a_reading_otherwise_from_a_day_on(client: Client) -> None:
    def compound(row: Any) -> None:
        if isinstance(row, ReadingChoice) and row.switch == "A-01":
            row.choice = "compound"

    change_set = new_set("the-bureau-said")
    copy_edition(change_set, ("flexible", READINGS), "2026-01-01", tweak=compound)
    change_set.publish(at("2026-11-25"))
    third = {"tier": "top3", "cost": "30000", "admission": "3"}
    # The two amounts of A-01's own example, and each names the other.
    linear = {"deductible": "840.00", "pool": "25077.60", "self": "2784.72"}
    compounded = {"deductible": "867.00", "pool": "25054.38", "self": "2810.59"}
    for asked, result, other in (
        ("2025-12-31", linear, compounded),
        ("2026-01-01", compounded, linear),
    ):
        document = ask(client, **third, date=asked)
        assert document["result"].items() >= result.items()
        (reading,) = (r for r in document["readings"] if r["id"] == "A-01")
        assert reading["otherwise"].items() >= other.items()


def test_a_policy_that_lowers_nothing_is_a_row_that_says_so(client: Client) -> None:
    """Without any row there is no rule on file (tests/policy/test_missing_rows.py)."""

    def never(row: Any) -> None:
        if isinstance(row, AdmissionDecrement):
            row.most_times = 0

    change_set = new_set("no-decrement")
    copy_edition(change_set, ("flexible", "inpatient"), "2026-01-01", tweak=never)
    change_set.publish(at("2026-11-25"))
    assert ask(client, admission="3")["result"]["deductible"] == "600.00"
    assert ask(client, admission="3", date="2025-12-31")["result"]["deductible"] == "420.00"


def test_with_everything_withdrawn_the_calculator_says_so(client: Client) -> None:
    ChangeSet.objects.get(slug="flexible-2025-10").withdraw()
    document = ask(client)
    assert document["computable"] is False
    assert "灵活就业住院" in document["reason"]
    assert "灵活就业住院" in page(client)
    assert client.get(PAGE, {"scheme": "flexible"}).status_code == 200
