"""What the checks say of a set before it is submitted. Each mistake is made in a whole copy."""

import datetime
from decimal import Decimal
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from portal.policy.checks import Problem, check, check_value, read_value
from portal.policy.computing import TERMS, refusals
from portal.policy.differences import differences
from portal.policy.in_force import Rulebook, Timetable
from portal.policy.models import (
    Amount,
    ChangeSet,
    Clause,
    ClauseText,
    Count,
    Day,
    DeductibleExemption,
    Edition,
    InpatientDeductible,
    InpatientRate,
    MonthlyAmount,
    OutOfAreaAdjustment,
    PolicyRow,
    Rate,
    Reading,
    TextVersion,
)
from portal.policy.tables import TABLES
from portal.policy.titles import READINGS
from tests.conftest import TODAY
from tests.policy.drafting import NEXT_YEAR, drafted, new_set, put, shipped, text_of

pytestmark = pytest.mark.django_db

LEVEL3 = {"tier": "level3", "group": "active"}
LEVEL3_ACTIVE = "起付标准 · 三级 · 在职"
YEAR_END = datetime.date(2027, 12, 31)


def checked(of: Edition | ChangeSet, today: datetime.date = TODAY) -> list[Problem]:
    change_set = of.change_set if isinstance(of, Edition) else of
    return check(ChangeSet.objects.get(pk=change_set.pk), today)


def found(of: Edition | ChangeSet, code: str) -> list[Problem]:
    return [problem for problem in checked(of) if problem.code == code]


def codes(of: Edition | ChangeSet) -> list[tuple[str, str]]:
    return [(problem.level, problem.code) for problem in checked(of)]


def write(edition: Edition, code: str, sentence: str) -> None:
    """Give a clause another sentence in the same set."""
    ClauseText.objects.create(
        clause=Clause.objects.get(code=code),
        change_set=edition.change_set,
        in_force_from=NEXT_YEAR,
        sentence=sentence,
    )


# A set as a whole


@pytest.mark.slow
def test_a_copy_of_every_table_of_a_scheme_has_no_problem() -> None:
    change_set = new_set()
    for scheme, table in [*TABLES, ("flexible", READINGS), ("resident", READINGS)]:
        edition = drafted(scheme, table, change_set=change_set)
        edition.in_force_until = shipped(scheme, table).in_force_until and YEAR_END
        edition.save()
    assert checked(change_set) == []


def test_an_empty_set_blocks() -> None:
    assert codes(new_set()) == [("blocks", "empty")]


def test_a_set_with_tables_needs_its_document() -> None:
    edition = drafted("flexible", "pool")
    assert codes(edition) == []
    ChangeSet.objects.filter(pk=edition.change_set_id).update(document=None)
    assert codes(edition) == [("blocks", "document_missing")]


def test_a_correction_of_what_was_typed_in_can_go_without_a_document() -> None:
    edition = drafted("flexible", "pool", shipped("flexible", "pool").in_force_from)
    ChangeSet.objects.filter(pk=edition.change_set_id).update(document=None)
    assert sorted(codes(edition)) == [
        ("confirm", "document_missing"),
        ("confirm", "replaces_same_day"),
        ("confirm", "start_in_the_past"),
    ]


def test_words_alone_need_no_document() -> None:
    change_set = new_set()
    ChangeSet.objects.filter(pk=change_set.pk).update(document=None)
    text_of(change_set, "# 题目\n\n一句话。")
    assert codes(change_set) == []


def test_a_start_day_in_the_past_is_confirmed() -> None:
    edition = drafted("flexible", "pool", TODAY - datetime.timedelta(days=1))
    (problem,) = checked(edition)
    assert (problem.level, problem.where) == ("confirm", ("统筹基金年限额", ""))
    assert problem.message == (
        "生效日期2026年11月20日已经过去，发布后过去的日子也会按这一版算，请确认。"
    )
    assert check(edition.change_set, edition.in_force_from) == []


def test_two_approved_sets_may_not_start_one_table_on_one_day() -> None:
    other = drafted("flexible", "pool", change_set=new_set("other"))
    edition = drafted("flexible", "pool")
    assert codes(edition) == []
    ChangeSet.objects.filter(slug="other").update(status="approved")
    (problem,) = checked(edition)
    assert (problem.level, problem.code) == ("blocks", "collision")
    assert "变更单 other" in problem.message
    other.change_set.refresh_from_db()
    other.change_set.publish()
    assert codes(edition) == [("confirm", "replaces_same_day")]


def test_two_approved_sets_may_not_change_one_text_on_one_day() -> None:
    other = new_set("other")
    text_of(other, "# 题目\n\n一句话。")
    ChangeSet.objects.filter(slug="other").update(status="approved")
    change_set = new_set()
    text_of(change_set, "# 题目\n\n另一句话。")
    assert codes(change_set) == [("blocks", "collision")]


def test_an_edition_does_not_end_before_it_starts() -> None:
    """The database refuses such a row as well; so it is only asked, and never stored."""
    from portal.policy.checks import _start_problems

    edition = drafted("flexible", "pool")
    edition.in_force_until = datetime.date(2026, 12, 31)
    (problem,) = _start_problems(edition, None, TODAY)
    assert (problem.level, problem.code) == ("blocks", "ends_before_start")


def test_a_new_plan_year_needs_its_last_day() -> None:
    edition = drafted("resident", "enrollment_window")
    assert ("blocks", "plan_year_open") in codes(edition)
    edition = drafted("resident", "chronic", change_set=new_set("other"))
    assert ("confirm", "open_ended") in codes(edition)


# Missing cells


def test_a_missing_number_is_named() -> None:
    edition = drafted("flexible", "pool")
    edition.amount_rows.all().delete()
    problems = {problem.code: problem for problem in checked(edition)}
    assert problems["missing_number"].where == ("统筹基金年限额", "全年最高支付")
    assert problems["missing_number"].level == "blocks"
    assert problems["row_lost"].level == "confirm"
    assert "150,000 元" in problems["row_lost"].message
    assert "cannot_compute" not in problems, "it is said once"


def test_a_missing_cell_is_what_calculators_cannot_do_without() -> None:
    edition = drafted("flexible", "inpatient")
    edition.inpatientrate_rows.get(tier="level3", group="retired").delete()
    blocking, lost = checked(edition)
    assert (blocking.level, blocking.code) == ("blocks", "cannot_compute")
    assert blocking.where == ("灵活就业住院", "")
    assert "灵活就业住院" in blocking.message
    assert "灵活就业分娩住院" in blocking.message
    assert (lost.level, lost.where) == ("confirm", ("灵活就业住院", "报销比例 · 三级 · 退休"))
    assert "91%" in lost.message


def test_a_kind_of_rows_that_is_missing_as_a_whole_is_named() -> None:
    edition = drafted("flexible", "inpatient")
    edition.deductibleexemption_rows.all().delete()
    (problem,) = found(edition, "missing_rows")
    assert "起付标准减免" in problem.message


def test_a_number_that_no_table_knows_blocks() -> None:
    edition = drafted("flexible", "pool")
    clause = Clause.objects.get(code="F-9.1")
    Amount.objects.create(edition=edition, clause=clause, name="monthly_limit", value=150_000)
    (problem,) = checked(edition)
    assert (problem.level, problem.code) == ("blocks", "unknown_name")
    assert problem.where == ("统筹基金年限额", "monthly_limit")


def test_a_table_that_there_is_not_blocks() -> None:
    edition = drafted("flexible", "pool")
    edition.table = "pond"
    edition.save()
    assert codes(edition) == [("blocks", "unknown_table")]
    assert [difference.is_empty for difference in differences(edition.change_set)] == [True]


def test_tables_of_a_year_that_are_still_missing_are_confirmed() -> None:
    """A new year's inpatient table alone computes nothing: the readings of that year are missing."""
    edition = drafted("resident", "inpatient")
    edition.in_force_until = YEAR_END
    edition.save()
    (problem, *others) = found(edition, "table_not_on_file")
    assert problem.level == "confirm"
    assert ("已定的理解（城乡居民医保）", "") in [p.where for p in (problem, *others)]
    assert not any(problem.blocks for problem in checked(edition))


def test_every_table_is_read_by_something_that_is_tried() -> None:
    read: set[tuple[str, str]] = set()
    for day in ("2025-10-20", "2024-10-20"):
        timetable = Timetable.load()
        for terms in TERMS.values():
            book = Rulebook(timetable, datetime.date.fromisoformat(day))
            try:
                terms(book)
            except LookupError:
                continue
            read |= set(book.editions)
    assert read == {*TABLES, ("flexible", READINGS), ("resident", READINGS)}
    assert refusals(Timetable.load(), datetime.date(2025, 10, 20)) != []


# Bands and stretches


def test_bands_begin_with_the_first_yuan() -> None:
    edition = drafted("resident", "major_illness")
    put(edition, "majorillnessband", {"above": 0}, above=1000)
    (problem,) = found(edition, "band_start")
    assert problem.level == "blocks"
    assert "1,000 元及以下没有比例" in problem.message
    edition = drafted("flexible", "inpatient", change_set=new_set("other"))
    put(edition, "inpatientrate", LEVEL3, above=1)
    (problem,) = found(edition, "band_start")
    assert problem.where == ("灵活就业住院", "报销比例 · 三级 · 在职 · 超过 1 元")


def test_each_column_of_the_supplementary_table_has_every_band() -> None:
    """F-16.6 starts at 600 元, which is right; F-16.8 from 1,000 元 is missing in one column."""
    edition = drafted("flexible", "supplementary")
    assert found(edition, "band_start") == []
    edition.supplementaryband_rows.get(place="local", above=1000).delete()
    (problem,) = found(edition, "band_missing")
    assert (problem.level, problem.where) == ("blocks", ("补充医疗保险", "本市"))
    assert "1,000 元" in problem.message


@pytest.mark.parametrize("last", ["2021-12-01", "2022-07-01"])
def test_months_meet(last: str) -> None:
    """The next row starts with July 2022: one may end with June 2022, not sooner, not later."""
    edition = drafted("flexible", "contribution")
    july = datetime.date(2022, 7, 1)
    before = edition.monthlyamount_rows.filter(first_month__lt=july).order_by("first_month").last()
    assert before is not None
    before.last_month = datetime.date.fromisoformat(last)
    before.save()
    (problem,) = found(edition, "stretches_do_not_meet")
    assert problem.level == "blocks"
    before.last_month = datetime.date(2022, 6, 1)
    before.save()
    assert found(edition, "stretches_do_not_meet") == []


def test_years_meet() -> None:
    edition = drafted("flexible", "retirement")
    put(
        edition,
        "minimumtotalyears",
        {"sex": "male", "first_day": datetime.date(2025, 1, 1)},
        last_day=datetime.date(2025, 12, 30),
    )
    (problem,) = found(edition, "stretches_do_not_meet")
    assert "2025年12月30日" in problem.message


# Numbers and their clauses


def test_a_number_that_its_clause_does_not_write_blocks() -> None:
    edition = drafted("flexible", "inpatient")
    put(edition, "inpatientdeductible", LEVEL3, amount=660)
    (problem,) = checked(edition)
    assert (problem.level, problem.code) == ("blocks", "not_in_clause")
    assert problem.where == ("灵活就业住院", LEVEL3_ACTIVE)
    assert "660 元" in problem.message
    assert "F-14.6" in problem.message
    assert "三 级 600 88% 91% 12% 9%" in problem.message


def test_a_reading_on_the_row_explains_such_a_number() -> None:
    edition = drafted("flexible", "inpatient")
    reading = Reading.objects.get(code="A-02")
    put(edition, "inpatientdeductible", LEVEL3, amount=660, reading=reading)
    (problem,) = checked(edition)
    assert (problem.level, problem.code) == ("confirm", "not_in_clause")
    assert "A-02" in problem.message


def test_a_new_sentence_in_the_same_set_is_what_counts() -> None:
    edition = drafted("flexible", "inpatient")
    for group in ("active", "retired"):
        put(edition, "inpatientdeductible", {"tier": "level3", "group": group}, amount=660)
    write(edition, "F-14.6", "三 级 660 88% 91% 12% 9%")
    assert codes(edition) == []


def test_a_number_left_behind_by_a_new_sentence_is_confirmed() -> None:
    edition = drafted("flexible", "inpatient")
    write(edition, "F-14.6", "三 级 660 88% 91% 12% 9%")
    assert codes(edition) == [("confirm", "not_in_clause")] * 2


def test_an_old_number_with_another_clause_is_confirmed() -> None:
    edition = drafted("flexible", "inpatient")
    clause = Clause.objects.get(code="F-14.10")
    put(edition, "inpatientdeductible", LEVEL3, clause=clause)
    (problem,) = checked(edition)
    assert (problem.level, problem.code) == ("confirm", "not_in_clause")


def test_a_clause_without_its_sentence_blocks() -> None:
    edition = drafted("flexible", "pool")
    section = Clause.objects.get(code="F-9.1").section
    clause = Clause.objects.create(code="F-9.99", section=section, position=99)
    put(edition, "amount", {"name": "yearly_limit"}, clause=clause)
    assert codes(edition) == [("blocks", "clause_without_text")]
    write(edition, "F-9.99", "年度最高支付限额为15万元。")
    assert codes(edition) == []


@pytest.mark.parametrize(
    ("amount", "leaps"), [("800", False), ("800.01", True), ("400", False), ("399.99", True)]
)
def test_more_than_a_third_is_confirmed(amount: str, leaps: bool) -> None:
    """600 元 (F-14.6): a third of it is 200."""
    edition = drafted("flexible", "inpatient")
    put(edition, "inpatientdeductible", LEVEL3, amount=Decimal(amount))
    write(edition, "F-14.6", f"三 级 600 {amount} 88% 91%")
    assert codes(edition) == ([("confirm", "large_change")] if leaps else [])


def test_a_rate_that_leaps_is_told_with_both_numbers() -> None:
    """F-11.1: 急诊抢救 70% typed as 7%."""
    edition = drafted("flexible", "emergency")
    was = edition.rate_rows.get(name="rate")
    put(edition, "rate", {"name": "rate"}, value=was.value / 10)
    (problem,) = found(edition, "large_change")
    assert f"由 {was.value * 100:.0f}% 变为" in problem.message


def test_from_nothing_to_something_is_a_leap() -> None:
    """R-2.6: 免缴; a fee for them is looked at."""
    edition = drafted("resident", "contribution")
    put(edition, "residentfee", {"member": "adult", "hardship": "special"}, amount=10)
    assert len(found(edition, "large_change")) == 1


def test_a_confirmation_holds_for_its_number_only() -> None:
    edition = drafted("flexible", "pool")
    put(edition, "amount", {"name": "yearly_limit"}, value=300_000)
    (first,) = found(edition, "large_change")
    put(edition, "amount", {"name": "yearly_limit"}, value=3_000_000)
    (second,) = found(edition, "large_change")
    assert first.where == second.where
    assert first.key != second.key


# Readings


def test_readings_need_every_switch() -> None:
    edition = drafted("flexible", READINGS)
    assert codes(edition) == []
    edition.readingchoice_rows.get(switch="A-17").delete()
    (problem,) = checked(edition)
    assert (problem.level, problem.code) == ("blocks", "switch_missing")
    assert problem.where == ("已定的理解（灵活就业人员职工医保）", "A-17")


def test_a_choice_that_no_rule_knows_blocks() -> None:
    edition = drafted("flexible", READINGS)
    put(edition, "readingchoice", {"switch": "A-17"}, choice="per_month")
    (problem,) = checked(edition)
    assert (problem.level, problem.code) == ("blocks", "choice_unknown")
    assert "per_settlement、per_year" in problem.message


def test_readings_need_their_words_and_clauses() -> None:
    edition = drafted("flexible", READINGS)
    edition.decidedreading_rows.get(reading__code="A-17").delete()
    edition.decidedreading_rows.get(reading__code="A-02").delete()
    edition.decidedreading_rows.get(reading__code="A-03").clauses.clear()
    assert sorted((p.level, p.code, p.where[1]) for p in checked(edition)) == [
        ("blocks", "reading_missing", "A-17"),
        ("blocks", "without_clause", "A-03"),
        ("confirm", "reading_lost", "A-02"),
    ]


# Texts


@pytest.mark.parametrize(
    ("body", "named"),
    [
        ("付 [[flexible.pool.nothing]]。", "[[flexible.pool.nothing]]"),
        ("付 [[flexible.nothing.x]]。", "[[flexible.nothing.x]]"),
        ("付 [[统筹基金]]。", "[[统筹基金]]"),
        ("[[sheet:flexible.pool]]", "[[sheet:flexible.pool]]"),
        ("写明了[F-14.10, F-99.9]。", "F-99.9"),
        ("这样理解[A-999]。", "A-999"),
        ("[看](/enrollment/nothing/)", "/enrollment/nothing/"),
        ("[看](/calculators/nothing/?scheme=flexible)", "/calculators/nothing/"),
        ("[看](/nowhere/)", "/nowhere/"),
        ("[看](#nothing)", "#nothing"),
        ("[看](/benefits/flexible-inpatient/#nothing)", "#nothing"),
        ("[看](javascript:x)", "javascript:x"),
    ],
)
def test_a_text_that_names_what_there_is_not_blocks(body: str, named: str) -> None:
    change_set = new_set()
    text_of(change_set, f"# 题目\n\n{body}")
    (problem,) = checked(change_set)
    assert (problem.level, problem.code) == ("blocks", "text")
    assert named in problem.message
    assert problem.where[0] == TextVersion.objects.get(change_set=change_set).text.purpose


def test_a_text_may_name_all_that_there_is() -> None:
    change_set = new_set()
    body = """# 题目

付 [[flexible.pool.yearly_limit]][F-9.1, R-7.4]，这样理解[A-17]。

[[sheet:flexible.inpatient]]

## 一段 {#part}

[一](#part) [二](/benefits/flexible-inpatient/#rates) [三](/offices/) [四](/policy/F-14.10)
[五](/calculators/inpatient/?scheme=flexible) [六](/calculators/inpatient/compare/) [七](/about/)
[八](https://www.gov.cn/) [九](/contributions/channels/) [十](/)
"""
    text_of(change_set, body)
    assert codes(change_set) == []


def test_a_text_may_name_what_its_own_set_brings() -> None:
    edition = drafted("flexible", "inpatient")
    rate = edition.inpatientrate_rows.get(tier="level3", group="active")
    section = rate.clause.section
    Clause.objects.create(code="F-14.99", section=section, position=99)
    body = "# 题目\n\n见[F-14.99]，报[[flexible.inpatient.rate.level3.active.15000]]。"
    text_of(edition.change_set, body)
    assert len(found(edition, "text")) == 2
    write(edition, "F-14.99", "新的一条。")
    assert len(found(edition, "text")) == 1
    rate.pk, rate._state.adding, rate.above = None, True, 15_000
    rate.save()
    assert found(edition, "text") == []


def test_a_check_of_one_table_asks_the_database_seldom(
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    edition = drafted("flexible", "inpatient")
    checked(edition)  # what is published has been read
    with django_assert_max_num_queries(80):
        checked(edition)


# What is typed into a cell


@pytest.mark.parametrize(
    ("model", "field", "text", "value"),
    [
        (Rate, "value", "0.88", Decimal("0.88")),
        (Rate, "value", "０．８８", Decimal("0.88")),
        (Rate, "value", "1", Decimal(1)),
        (Rate, "value", "0", Decimal(0)),
        (Amount, "value", "1,200.50", Decimal("1200.50")),
        (Amount, "value", " 600 ", Decimal(600)),
        (Count, "value", "3", 3),
        (Day, "value", "2027-07-01", datetime.date(2027, 7, 1)),
        (Day, "value", "2027年7月1日", datetime.date(2027, 7, 1)),
        (Day, "value", "2027/7/1", datetime.date(2027, 7, 1)),
        (MonthlyAmount, "first_month", "2027年7月", datetime.date(2027, 7, 1)),
        (MonthlyAmount, "first_month", "2027-07", datetime.date(2027, 7, 1)),
        (MonthlyAmount, "last_month", "", None),
        (InpatientDeductible, "tier", "三级", "level3"),
        (InpatientDeductible, "tier", "level3", "level3"),
        (InpatientDeductible, "tier", "特三级（特大型三级）", "top3"),
        (DeductibleExemption, "local_only", "是", True),
        (DeductibleExemption, "local_only", "否", False),
        (DeductibleExemption, "local_only", "", False),
        (OutOfAreaAdjustment, "deductible_times", "2.5", Decimal("2.5")),
    ],
)
def test_a_cell_is_read(model: type[PolicyRow], field: str, text: str, value: Any) -> None:
    assert check_value(model, field, text) == ""
    assert read_value(model, field, text) == value


@pytest.mark.parametrize(
    ("model", "field", "text", "says"),
    [
        (Rate, "value", "88", "88% 请填 0.88"),
        (Rate, "value", "88%", "88% 请填 0.88"),
        (Rate, "value", "90.5", "90.5% 请填 0.905"),
        (Rate, "value", "8.8折", "请填 0.88"),
        (Rate, "value", "100", "100% 请填 1"),
        (Rate, "value", "-0.1", "0 和 1 之间"),
        (Rate, "value", "880", "0 和 1 之间"),
        (Rate, "value", "0.88888", "最多 4 位"),
        (InpatientRate, "rate", "", "不能空着"),
        (OutOfAreaAdjustment, "rate_minus", "10个百分点", "请填 0.1"),
        (OutOfAreaAdjustment, "rate_minus", "10", "10% 请填 0.1"),
        (OutOfAreaAdjustment, "deductible_times", "-1", "不能小于 0"),
        (Amount, "value", "15万元", "15万元 请填 150000"),
        (Amount, "value", "1200元", "请填 1200"),
        (Amount, "value", "-600", "不能小于 0"),
        (Amount, "value", "600.005", "最多 2 位"),
        (Amount, "value", "100000000", "太大"),
        (Amount, "value", "1,5", "不是数"),
        (Amount, "value", "NaN", "不是数"),
        (Amount, "value", "1e3", "不是数"),
        (Count, "value", "3个月", "请只填整数：3"),
        (Count, "value", "2.5", "不是整数"),
        (Count, "value", "40000", "太大"),
        (Count, "value", "9" * 5000, "不是整数"),
        (Day, "value", "7月1日", "写成“年-月-日”"),
        (Day, "value", "2027-02-30", "没有"),
        (MonthlyAmount, "first_month", "2027-07-15", "2027-07-01"),
        (InpatientDeductible, "tier", "四级", "请填：基层、一级"),
        (DeductibleExemption, "local_only", "也许", "“是”或“否”"),
    ],
)
def test_a_cell_that_is_wrong_is_told_what_to_type(
    model: type[PolicyRow], field: str, text: str, says: str
) -> None:
    assert says in check_value(model, field, text)
    with pytest.raises(ValueError, match=r"[一-鿿]"):
        read_value(model, field, text)


def test_what_is_read_is_what_the_database_takes() -> None:
    edition = drafted("flexible", "pool")
    put(
        edition,
        "amount",
        {"name": "yearly_limit"},
        value=read_value(Amount, "value", "99999999.99"),
    )
    assert edition.amount_rows.get(name="yearly_limit").value == Decimal("99999999.99")
