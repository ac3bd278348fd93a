"""What a set changes, told row by row; and drafts that count before they are published."""

import datetime
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from portal.policy.differences import RowDifference, TextDifference, differences, text_differences
from portal.policy.drafts import copy_edition
from portal.policy.in_force import NoPolicyInForce, Rulebook, Timetable
from portal.policy.models import Amount, Clause, ClauseText, Edition, Reading, TextVersion
from portal.policy.models.publishing import PublishedIsFinal
from portal.policy.titles import READINGS
from tests.conftest import TODAY
from tests.policy.drafting import NEXT_YEAR, drafted, new_set, put, shipped, text_of

pytestmark = pytest.mark.django_db

LIMIT = ("flexible", "pool", "yearly_limit")
LEVEL3 = {"tier": "level3", "group": "active"}


def limit_in(timetable: Timetable, day: datetime.date) -> Decimal:
    row = Rulebook(timetable, day).named(Amount, *LIMIT)
    assert isinstance(row, Amount)
    return row.value


# Drafts


def test_a_timetable_with_a_draft_answers_with_its_numbers_and_others_do_not() -> None:
    """F-9.1: 15万元; the draft says 160,000 from 2027 on."""
    edition = drafted("flexible", "pool")
    put(edition, "amount", {"name": "yearly_limit"}, value=160_000)
    tried = Timetable.load(draft=edition.change_set)
    assert limit_in(tried, NEXT_YEAR) == 160_000
    assert limit_in(tried, TODAY) == 150_000
    assert limit_in(Timetable.load(), NEXT_YEAR) == 150_000
    assert limit_in(Timetable.load(draft=edition.change_set), NEXT_YEAR) == (160_000)
    put(edition, "amount", {"name": "yearly_limit"}, value=170_000)
    assert limit_in(tried, NEXT_YEAR) == 170_000, "a draft is read anew"


def test_a_draft_counts_before_what_is_published_for_its_day() -> None:
    start = shipped("flexible", "pool").in_force_from
    later = drafted("flexible", "pool", start, new_set("published"))
    put(later, "amount", {"name": "yearly_limit"}, value=155_000)
    later.change_set.publish()
    edition = drafted("flexible", "pool", start)
    put(edition, "amount", {"name": "yearly_limit"}, value=160_000)
    assert limit_in(Timetable.load(draft=edition.change_set), TODAY) == 160_000
    assert limit_in(Timetable.load(), TODAY) == 155_000


def test_a_draft_of_an_earlier_day_does_not_count_before_a_later_start() -> None:
    later = drafted("flexible", "pool", datetime.date(2026, 7, 1), new_set("published"))
    put(later, "amount", {"name": "yearly_limit"}, value=155_000)
    later.change_set.publish()
    edition = drafted("flexible", "pool", datetime.date(2026, 2, 1))
    put(edition, "amount", {"name": "yearly_limit"}, value=160_000)
    tried = Timetable.load(draft=edition.change_set)
    assert limit_in(tried, TODAY) == 155_000
    assert limit_in(tried, datetime.date(2026, 3, 1)) == 160_000


def test_an_ended_draft_leaves_no_rule_behind() -> None:
    edition = drafted("flexible", "pool")
    edition.in_force_until = datetime.date(2027, 12, 31)
    edition.save()
    with pytest.raises(NoPolicyInForce):
        limit_in(Timetable.load(draft=edition.change_set), datetime.date(2028, 1, 1))


def test_a_copy_is_whole_and_says_the_same() -> None:
    change_set = new_set()
    for edition in Edition.objects.filter(table__in=["inpatient", "contribution", READINGS]):
        copy_edition(edition, change_set, NEXT_YEAR)
    assert all(difference.is_empty for difference in differences(change_set))
    assert text_differences(change_set) == []
    readings = change_set.editions.get(scheme="flexible", table=READINGS)
    assert readings.decidedreading_rows.get(reading__code="A-06").clauses.get().code == "F-14.12"


def test_a_table_is_copied_once_a_day_and_never_into_a_published_set() -> None:
    edition = drafted("flexible", "pool")
    with pytest.raises(IntegrityError), transaction.atomic():
        copy_edition(edition, edition.change_set, NEXT_YEAR)
    edition.change_set.publish()
    with pytest.raises(PublishedIsFinal):
        copy_edition(edition, edition.change_set, datetime.date(2027, 7, 1))
    assert edition.change_set.editions.count() == 1


# Tables


def test_each_row_is_told_with_what_it_was() -> None:
    """F-14.6 三级 600 元, F-14.10 15% and twice, F-14.11."""
    edition = drafted("flexible", "inpatient")
    put(edition, "inpatientdeductible", LEVEL3, amount=700)
    put(edition, "admissiondecrement", {}, most_times=3)
    edition.deductibleexemption_rows.get(condition="no_deductible").delete()
    put(
        edition,
        "inpatientrate",
        {"tier": "level1", "group": "retired"},
        clause=Clause.objects.get(code="F-14.14"),
    )
    (difference,) = differences(edition.change_set)
    assert (difference.title, difference.scheme) == ("灵活就业住院", "flexible")
    assert difference.in_force_from == NEXT_YEAR
    assert difference.replaces == shipped("flexible", "inpatient")
    assert difference.added == ()
    assert difference.removed == (
        RowDifference(
            "从本年第几次住院起免 · 不设起付标准的病种", before="1", clause_before="F-14.11"
        ),
    )
    assert set(difference.changed) == {
        RowDifference("起付标准 · 三级 · 在职", "600 元", "700 元", "F-14.6", "F-14.6"),
        RowDifference(
            "多次住院起付递减",
            "每次递减 15%，最多递减次数 2",
            "每次递减 15%，最多递减次数 3",
            "F-14.10",
            "F-14.10",
        ),
        RowDifference("报销比例 · 一级 · 退休", "97%", "97%", "F-14.3", "F-14.14"),
    }
    assert {row.sentence for row in difference.changed} >= {
        "起付标准 · 三级 · 在职：600 元 → 700 元",
        "报销比例 · 一级 · 退休：97%，依据由 F-14.3 改为 F-14.14",
    }
    assert "删去" in difference.removed[0].sentence


def test_what_a_row_says_beside_its_number_counts_too() -> None:
    """F-8.18: 484.38 only for the months of 2025; without an end it is another row."""
    edition = drafted("flexible", "contribution")
    put(edition, "monthlyamount", {"first_month": datetime.date(2025, 1, 1)}, last_month=None)
    (difference,) = differences(edition.change_set)
    (row,) = difference.changed
    assert row.before == "484.38 元，最后适用的月份 2025年12月1日"
    assert row.after == "484.38 元"


def test_another_reading_is_told() -> None:
    edition = drafted("flexible", "inpatient")
    put(edition, "admissiondecrement", {}, reading=Reading.objects.get(code="A-03"))
    (difference,) = differences(edition.change_set)
    (row,) = difference.changed
    assert row.before == "每次递减 15%，最多递减次数 2，按 A-01 的理解"
    assert row.after == "每次递减 15%，最多递减次数 2，按 A-03 的理解"


def test_a_new_band_is_added_with_its_clause() -> None:
    edition = drafted("resident", "major_illness")
    band = edition.majorillnessband_rows.get(above=100_000)
    band.pk, band._state.adding, band.above, band.rate = None, True, 200_000, Decimal("0.75")
    band.save()
    (difference,) = differences(edition.change_set)
    (row,) = difference.added
    assert (row.label, row.after) == ("支付比例 · 超过 200,000 元", "75%")
    assert row.sentence == "支付比例 · 超过 200,000 元：新增 75%"
    assert row.clause_after == band.clause.code
    # A year that has passed is what a new one is read against.
    assert difference.replaces == shipped("resident", "major_illness")


def test_what_the_site_opened_with_replaces_nothing() -> None:
    first = differences(shipped("flexible", "pool").change_set)
    assert len(first) == 18
    assert all(difference.replaces is None and difference.added for difference in first)


def test_the_story_of_a_published_set_never_changes() -> None:
    first = drafted("flexible", "pool", change_set=new_set("first"))
    put(first, "amount", {"name": "yearly_limit"}, value=160_000)
    first.change_set.publish()
    second = drafted("flexible", "pool", change_set=new_set("second"))
    put(second, "amount", {"name": "yearly_limit"}, value=170_000)
    second.change_set.publish()

    def told() -> list[str]:
        return [
            row.sentence
            for edition in (first, second)
            for difference in differences(edition.change_set)
            for row in difference.changed
        ]

    both = ["全年最高支付：150,000 元 → 160,000 元", "全年最高支付：160,000 元 → 170,000 元"]
    assert told() == both
    first.change_set.withdraw()
    second.change_set.withdraw()
    assert told() == both
    third = drafted("flexible", "pool", change_set=new_set("third"))
    (difference,) = differences(third.change_set)
    assert difference.is_empty, "what was withdrawn counts no more for a new draft"


# Words


def test_a_text_is_told_line_by_line() -> None:
    before = TextVersion.objects.get(text__slug="care-settlement").body
    change_set = new_set()
    text_of(change_set, before.replace(before.splitlines()[0], "# 别的题目"))
    (difference,) = text_differences(change_set)
    assert (difference.kind, difference.in_force_from) == ("text", NEXT_YEAR)
    assert difference.before == before
    assert difference.lines[:2] == [("-", before.splitlines()[0]), ("+", "# 别的题目")]
    assert {mark for mark, _ in difference.lines[2:]} == {" "}


def test_a_text_that_says_the_same_is_no_difference() -> None:
    change_set = new_set()
    text_of(change_set, TextVersion.objects.get(text__slug="care-settlement").body)
    assert text_differences(change_set) == []


def test_a_mended_clause_is_told_with_its_id() -> None:
    change_set = new_set()
    ClauseText.objects.create(
        clause=Clause.objects.get(code="F-14.6"),
        change_set=change_set,
        in_force_from=NEXT_YEAR,
        sentence="三 级 700 88% 91% 12% 9%",
    )
    assert text_differences(change_set) == [
        TextDifference(
            "clause", "F-14.6", NEXT_YEAR, "三 级 600 88% 91% 12% 9%", "三 级 700 88% 91% 12% 9%"
        )
    ]


def test_a_reading_decided_otherwise_is_told_in_words_and_as_a_switch() -> None:
    edition = drafted("flexible", READINGS)
    put(edition, "readingchoice", {"switch": "A-01"}, choice="compound")
    put(edition, "decidedreading", {"reading__code": "A-01"}, text="在上一次的数上再减。")
    edition.decidedreading_rows.get(reading__code="A-02").delete()
    assert differences(edition.change_set) == []
    words = {(d.kind, d.title): d for d in text_differences(edition.change_set)}
    assert set(words) == {("reading", "A-01"), ("reading", "A-02"), ("switch", "A-01")}
    switch = words["switch", "A-01"]
    assert (switch.before, switch.after) == ("linear", "compound")
    assert ("+", "在上一次的数上再减。") in words["reading", "A-01"].lines
    assert words["reading", "A-02"].after == ""
    assert "依据 F-14.10" in words["reading", "A-01"].after
