"""Cases under two timetables: what a made-up change does to them, worked by hand from the clauses."""

import datetime
import logging
from decimal import Decimal

import pytest

from calculators.recomputing import (
    Case,
    Comparison,
    State,
    Verdict,
    compare,
    summary,
    tell_all,
)
from portal.policy.differences import timetable_with, timetable_without
from portal.policy.drafts import copy_edition
from portal.policy.in_force import Timetable
from portal.policy.models import ChangeSet, Clause
from portal.policy.publishing import publish, withdraw
from portal.policy.tables import TABLES
from portal.staff.personas import personas
from tests.conftest import TODAY
from tests.policy.desk import NEW_DAY, draft_of_limit, hand_in, person
from tests.policy.drafting import NEXT_YEAR, drafted, new_set, put, shipped

pytestmark = pytest.mark.django_db

STAY = "scheme=flexible&group=active&tier=level3&cost=20000"


def stay(query: str = "", *, slug: str = "inpatient", title: str = "某人住院") -> Case:
    return Case(title, slug, query or STAY)


def compared(change_set: ChangeSet, case: Case, day: datetime.date = NEW_DAY) -> Comparison:
    before, after = timetable_without(change_set), timetable_with(change_set)
    (comparison,) = compare([case], before, after, day)
    return comparison


# A higher limit of the pool


def test_a_stay_after_the_old_limit_is_paid_by_the_pool_again() -> None:
    """F-9.1 from 150,000 to 160,000 yuan, and 150,000 have been paid.

    Before, all is in the large-sum stage: deductible 600 × 50% = 300, 19,700 × 94% = 18,518, own
    1,482. After, the pool has 10,000 left: 19,400 × 88% = 17,072 is more, so it pays 10,000 for
    11,363.64 of the cost; the other 8,036.36 × 94% = 7,554.18; of the 1,363.64 that the pool leaves
    the supplement pays 80 + 100 + 363.64 × 60% = 398.18; own 20,000 − 17,952.36 = 2,047.64.
    """
    comparison = compared(draft_of_limit(person("甲")), stay(f"{STAY}&pool_paid=150000"))
    assert comparison.before.says == "您自己付 1,482 元"
    assert comparison.after.says == "您自己付 2,047.64 元"
    assert comparison.change == Decimal("565.64")
    assert comparison.in_words == "多付 565.64 元"
    assert comparison.differing == [
        ("您自己付", "1,482 元", "2,047.64 元"),
        ("起付标准", "300 元", "600 元"),
        ("统筹基金支付", "0 元", "10,000 元"),
        ("大额补助支付", "18,518 元", "7,554.18 元"),
        ("补充医疗保险支付", "0 元", "398.18 元"),
    ]


def test_the_steps_that_differ_are_marked_with_their_clauses() -> None:
    comparison = compared(draft_of_limit(person("甲")), stay(f"{STAY}&pool_paid=150000"))
    marks = {line.label: line.mark for line in comparison.after.lines}
    assert marks["统筹基金支付"] == "新增"  # before, the pool had no step at all
    assert marks["您自己付"] == "变了"
    pool = next(line for line in comparison.after.lines if line.label == "统筹基金支付")
    assert pool.amount == Decimal("10000.00")
    assert "N-1.1" in pool.clauses
    gone = next(line for line in comparison.before.lines if line.label == "起付标准")
    assert (gone.mark, gone.clauses) == ("变了", ("F-14.6", "F-17.5"))


def test_a_stay_far_from_the_limit_is_as_before() -> None:
    """F-14.6: (20,000 − 600) × 88% = 17,072; supplement 1,376.80; own 1,551.20 (either limit)."""
    comparison = compared(draft_of_limit(person("甲")), stay())
    assert comparison.before.says == comparison.after.says
    assert not comparison.differs
    assert comparison.change == 0


def test_the_day_before_the_set_nothing_differs() -> None:
    draft = draft_of_limit(person("甲"))
    case = stay(f"{STAY}&pool_paid=150000")
    assert compared(draft, case, NEW_DAY - datetime.timedelta(days=1)).verdict == Verdict.SAME
    assert compared(draft, case, NEW_DAY).verdict == Verdict.PAYS_MORE


def test_what_is_left_of_a_year_differs_though_nobody_pays_more() -> None:
    """One stay in December: the pool pays 17,072, so 132,928 or 142,928 yuan are left."""
    year = Case(
        "一年", "year", "scheme=flexible&group=active&e=inpatient,{year}-12-20,level3,20000"
    )
    comparison = compared(draft_of_limit(person("甲")), year)
    assert comparison.verdict == Verdict.OTHER
    assert comparison.differing == [("统筹基金，全年，还剩", "132,928 元", "142,928 元")]
    assert comparison.after.query.endswith("e=inpatient,2026-12-20,level3,20000")
    assert {line.part for line in comparison.after.lines} == {"2026年12月20日 住院"}


def test_a_year_that_leaves_an_event_out_is_not_said_to_cost_less() -> None:
    """A stay that cannot be computed any more is missing in the sum, not paid by somebody."""
    edition = drafted("flexible", "inpatient", NEW_DAY)
    edition.inpatientrate_rows.get(tier="level3", group="active").delete()
    year = "scheme=flexible&group=active&e=emergency,2026-02-01,1000&e=inpatient,2026-12-20,level3,20000"
    comparison = compared(edition.change_set, Case("一年", "year", year))
    assert comparison.verdict == Verdict.NOW_REFUSED
    assert comparison.in_words == "变成算不出"
    assert ("算不出、没有计入的", "没有", "1 笔") in comparison.differing


# A fee of residents


def fees_of_2027(adult: int = 470) -> ChangeSet:
    """The fee of adults, and the readings without which no case of residents is computed."""
    draft = new_set(document="resident-2024")
    edition = drafted("resident", "contribution", change_set=draft)
    put(edition, "residentfee", {"member": "adult", "hardship": "none"}, amount=Decimal(adult))
    copy_edition(shipped("resident", "readings"), draft, NEXT_YEAR)
    return draft


def test_a_family_pays_more_from_the_new_year() -> None:
    """R-2.1, R-2.3: 2 × 450 + 260 = 1,160 by the newest rules; 2 × 470 + 260 = 1,200."""
    family = Case(
        "一家三口", "contribution", "scheme=resident&member=adult&member=adult&member=student"
    )
    comparison = compared(fees_of_2027(), family, NEXT_YEAR)
    assert comparison.before.says == "一共要缴 1,160 元"
    assert comparison.after.says == "一共要缴 1,200 元"
    assert comparison.in_words == "多付 40 元"
    assert comparison.before.rules_of == datetime.date(2024, 12, 31)
    assert comparison.after.rules_of == NEXT_YEAR


def test_a_lower_fee_is_less_to_pay_and_a_smaller_account_is_less_to_get() -> None:
    """R-2.3: 450 − 400 = 50. F-7.2: 12 × 80 − 24 = 936; 12 × 70 − 24 = 816."""
    adult = Case("成年人", "contribution", "scheme=resident&member=adult")
    assert compared(fees_of_2027(400), adult, NEXT_YEAR).in_words == "少付 50 元"
    account = drafted("flexible", "retiree_account", NEW_DAY, new_set("account"))
    put(account, "amount", {"name": "monthly_account"}, value=Decimal(70))
    comparison = compared(account.change_set, Case("退休", "retiree-account", "months=12"))
    assert comparison.in_words == "少得 120 元"


def test_a_year_that_a_query_names_is_the_one_of_the_newest_rules() -> None:
    case = Case("成年人", "contribution", "scheme=resident&plan_year={year}&member=adult")
    comparison = compared(fees_of_2027(), case, NEXT_YEAR)
    assert "plan_year=2024" in comparison.before.query
    assert "plan_year=2027" in comparison.after.query
    assert comparison.in_words == "多付 20 元"


def test_a_day_that_a_case_names_itself_stays() -> None:
    case = Case("成年人", "contribution", "scheme=resident&member=adult&date=2024-05-01")
    assert compared(fees_of_2027(), case, NEXT_YEAR).verdict == Verdict.SAME


# Cases that break


def test_a_cell_that_is_dropped_refuses_the_case() -> None:
    """A table with a hole counts as none on file."""
    edition = drafted("flexible", "inpatient", NEW_DAY)
    edition.inpatientrate_rows.get(tier="level3", group="active").delete()
    comparison = compared(edition.change_set, stay())
    assert comparison.before.state == State.ANSWERED
    assert comparison.after.state == State.REFUSED
    assert comparison.verdict == Verdict.NOW_REFUSED
    assert "本站没有“灵活就业住院”的规定" in comparison.after.says
    assert comparison.change == 0


def test_a_case_that_raises_is_told_and_logged(caplog: pytest.LogCaptureFixture) -> None:
    """A permit that lasts 9,000 years ends behind the last day that there is."""
    edition = drafted("flexible", "out_of_area", NEW_DAY)
    put(edition, "count", {"name": "permit_years"}, value=9_000)
    case = Case("居住证", "filing-expiry", "proof=residence_permit&issued_on=2025-03-15")
    with caplog.at_level(logging.ERROR, logger="calculators.recomputing"):
        comparison = compared(edition.change_set, case)
    assert comparison.before.says == "备案到这天为止 2026年3月15日"
    assert comparison.after.state == State.FAILED
    assert comparison.verdict == Verdict.FAILS
    assert "居住证" in caplog.text


def test_a_case_that_the_site_no_longer_asks_so_is_told() -> None:
    """F-8.3: arrears up to 2021-12 at retirement; a draft moves the day before the case's months."""
    edition = drafted("flexible", "contribution", NEW_DAY)
    put(
        edition,
        "day",
        {"name": "retirement_arrears_until"},
        value=datetime.date(2010, 12, 31),
    )
    case = Case(
        "补缴",
        "retirement",
        "sex=female&reaches_age_on=2025-06-15&arrears_first=2012-05&arrears_last=2012-10",
    )
    comparison = compared(edition.change_set, case)
    assert comparison.before.state == State.ANSWERED
    assert comparison.after.state == State.NOT_ASKED
    assert "“欠到哪个月？”" in comparison.after.says
    assert comparison.verdict == Verdict.NOW_REFUSED


@pytest.mark.parametrize(
    ("slug", "query", "state"),
    [
        ("no-such-calculator", "a=b", State.FAILED),
        (
            "inpatient",
            "scheme=flexible&group=active&tier=level3&cost=1&colour=red",
            State.NOT_ASKED,
        ),
        ("inpatient", "", State.NOT_ASKED),
        ("year", "", State.NOT_ASKED),
        ("year", "scheme=flexible&group=active", State.NOT_ASKED),
        ("year", "scheme=flexible&group=active&e=dance,2026-01-01", State.NOT_ASKED),
    ],
)
def test_no_case_is_an_exception(slug: str, query: str, state: State) -> None:
    (told,) = tell_all([Case("某人", slug, query)], Timetable.load(), TODAY)
    assert told.state == state
    assert told.says == told.reason != ""


def test_another_clause_alone_is_a_change_of_steps() -> None:
    edition = drafted("flexible", "inpatient", NEW_DAY)
    other = Clause.objects.get(code="F-14.7")
    put(edition, "inpatientdeductible", {"tier": "level3", "group": "active"}, clause=other)
    comparison = compared(edition.change_set, stay())
    assert comparison.verdict == Verdict.SAME_AMOUNT
    assert not comparison.differs
    assert {line.mark for line in comparison.after.lines} == {"", "依据变了"}


def test_what_had_no_rules_can_be_computed_now() -> None:
    """F-8.18 ends with 2025; a draft gives 2026 an amount: 12 × 500 + 132 = 6,132."""
    edition = drafted("flexible", "contribution", NEW_DAY)
    put(
        edition,
        "monthlyamount",
        {"first_month": datetime.date(2025, 1, 1)},
        first_month=datetime.date(2026, 1, 1),
        last_month=datetime.date(2026, 12, 1),
        amount=Decimal(500),
    )
    case = Case("按月缴", "contribution", "scheme=flexible&first_month=2026-01&last_month=2026-12")
    comparison = compared(edition.change_set, case)
    assert comparison.before.state == State.REFUSED
    assert comparison.after.says == "一共要缴 6,132 元"
    assert comparison.verdict == Verdict.NOW_ANSWERED


# In one sentence


def test_a_summary_counts_what_changes() -> None:
    draft = draft_of_limit(person("甲"))
    before, after = timetable_without(draft), timetable_with(draft)
    cases = [
        stay(f"{STAY}&pool_paid=150000"),
        stay(f"{STAY}&pool_paid=155000"),
        Case("一年", "year", "scheme=flexible&group=active&e=inpatient,2026-12-20,level3,20000"),
        stay(),
    ]
    told = summary(compare(cases, before, after, NEW_DAY))
    assert told.startswith("4 个例子里有 3 个会变：多付 2 个，别的结果有变 1 个。")
    assert summary(compare(cases[3:], before, before, NEW_DAY)) == "1 个例子的结果都不变。"


# Whatever state the set is in


def test_a_set_tells_the_same_before_and_after_its_publication() -> None:
    author, reviewer = person("甲"), person("乙")
    draft = draft_of_limit(author)
    case = stay(f"{STAY}&pool_paid=150000")
    as_a_draft = compared(draft, case)
    hand_in(draft, author)
    assert compared(draft, case) == as_a_draft
    publish(draft, reviewer)
    assert compared(draft, case) == as_a_draft
    later = draft_of_limit(author, 170_000, slug="later", letter="M")
    hand_in(later, author)
    publish(later, reviewer)
    assert compared(draft, case) == as_a_draft
    withdraw(draft, reviewer, "录错了")
    assert compared(draft, case) == as_a_draft


def test_with_a_draft_is_what_staff_preview() -> None:
    draft = draft_of_limit(person("甲"))
    drafted("flexible", "emergency", datetime.date(2025, 1, 1), draft)
    previewed, ours = Timetable.load(draft=draft), timetable_with(draft)
    for day in (datetime.date(2025, 3, 1), TODAY, NEW_DAY):
        assert set(previewed.latest_editions(day)) == set(ours.latest_editions(day))
        assert ours.edition("flexible", "emergency", day).change_set == draft
    assert {(e.scheme, e.table) for e in ours.latest_editions(NEW_DAY)} >= set(TABLES)


# Speed


def test_many_cases_read_the_rows_of_a_draft_once(django_assert_num_queries) -> None:
    """The draft has one kind of row that is asked for, however many cases ask for it."""
    draft = draft_of_limit(person("甲"))
    after = timetable_with(draft)
    tell_all(personas(), after, NEW_DAY)  # rows that are published are read once for the process
    with django_assert_num_queries(1):
        tell_all(personas(), after, NEW_DAY)


def test_a_timetable_is_held_inside_the_block_only() -> None:
    ours = Timetable([])
    with ours.held():
        assert Timetable.load() is ours
    assert Timetable.load() is not ours


def test_a_draft_is_read_anew_by_the_next_timetable() -> None:
    draft = draft_of_limit(person("甲"))
    case = stay(f"{STAY}&pool_paid=150000")
    assert compared(draft, case).change != 0
    limit = draft.editions.get().amount_rows.get(name="yearly_limit")
    limit.value = Decimal(150_000)
    limit.save()
    assert compared(draft, case).change == 0
