"""Whole answers about the first day of benefits: steps, clauses, readings and notices by hand."""

from dataclasses import replace
from datetime import date
from functools import partial

import pytest

from calculators.rules.breakdown import Finding, Notice, Refusal, Step
from calculators.rules.months import Month
from calculators.rules.people import FlexibleEntry, ResidentEntry
from calculators.rules.start_date import flexible_start, resident_start
from calculators.rules.terms.common import Cited
from calculators.rules.terms.start_date import FlexibleStartTerms, ResidentStartTerms
from portal.policy.in_force import Rulebook
from portal.policy.terms.start_date import flexible_start_terms, resident_start_terms

pytestmark = pytest.mark.django_db

NEW_YEAR, YEAR_END = date(2024, 1, 1), date(2024, 12, 31)
Clauses = tuple[str, ...]


@pytest.fixture
def resident() -> ResidentStartTerms:
    return resident_start_terms(Rulebook.on(date(2024, 10, 20)))


@pytest.fixture
def flexible() -> FlexibleStartTerms:
    return flexible_start_terms(Rulebook.on(date(2025, 10, 20)))


def opened(
    day: date,
    *before: Step,
    written: str,
    clauses: Clauses,
    readings: Clauses = (),
    notices: tuple[Notice, ...] = (),
) -> Finding:
    """Benefits of a resident from `day` to the end of 2024 (R-6.1)."""
    start = Step("start", None, written, clauses)
    end = Step("end", None, "2024-12-31", ("R-6.1",))
    return Finding(
        results={"start": day, "end": YEAR_END},
        steps=(*before, start, end),
        readings=readings,
        notices=notices,
    )


def missed(
    day: str, *before: Step, written: str, clauses: Clauses, readings: Clauses, notices: Clauses
) -> Finding:
    """A resident to whom nothing is left of 2024 (A-54); `notices` are codes before the last's."""
    *first, last = notices
    left = Step("nothing_left", None, f"{day} > 2024-12-31", ("R-6.1",))
    return Finding(
        results={"start": None, "end": None},
        steps=(*before, Step("too_late", None, f"{written} = {day}", clauses), left),
        readings=(*readings, "A-54"),
        notices=(*map(Notice, first), Notice(last, (("day", "2024-12-31"),))),
    )


# Residents: 「9月1日至12月20日」 and


def window(day: str) -> Step:
    return Step("window", None, f"2023-09-01 ≤ {day} ≤ 2023-12-20", ("R-1.1",))


@pytest.mark.parametrize(
    ("kind", "gap", "day", "clauses", "readings"),
    [
        ("adult", 0, "2023-10-15", ("R-6.1",), ()),
        ("adult", 0, "2023-12-20", ("R-6.1",), ("A-55",)),
        ("from_employee", 3, "2023-12-10", ("R-6.1", "R-6.11"), ("A-60", "A-55")),
        ("from_employee", 4, "2023-11-10", ("R-6.1", "R-6.12"), ("A-60",)),
        ("preferential", 0, "2023-10-10", ("R-6.1",), ("A-58",)),
    ],
)
def test_R_1_1_R_6_1_the_steps_in_the_window(
    resident: ResidentStartTerms,
    kind: str,
    gap: int,
    day: str,
    clauses: Clauses,
    readings: Clauses,
) -> None:
    found = resident_start(
        resident, kind=ResidentEntry(kind), paid_on=date.fromisoformat(day), gap_months=gap
    )
    near = (Notice("window_closes", (("day", "2023-12-20"),)),) if "A-55" in readings else ()
    assert found == opened(
        NEW_YEAR,
        window(day),
        written="2024-01-01",
        clauses=clauses,
        readings=readings,
        notices=near,
    )


MISSED_WINDOW = (Notice("window_missed", (("day", "2023-12-20"),)),)


@pytest.mark.parametrize(
    ("kind", "day", "expected"),
    [
        (  # the month of arrival, the next one, and three to wait
            "adult",
            "2024-03-15",
            opened(
                date(2024, 7, 1),
                written="2024-03 + 1 + 3 个月 = 2024-07-01",
                clauses=("R-6.3",),
                readings=("A-53",),
            ),
        ),
        (
            "adult",
            "2023-12-21",
            opened(
                date(2024, 4, 1),
                written="2023-12 + 1 + 3 个月 = 2024-04-01",
                clauses=("R-6.3",),
                readings=("A-53", "A-55"),
                notices=MISSED_WINDOW,
            ),
        ),
        (  # the next month is January by itself
            "student",
            "2023-12-21",
            opened(
                NEW_YEAR,
                written="2023-12 + 1 个月 = 2024-01-01",
                clauses=("R-6.2",),
                readings=("A-55",),
                notices=MISSED_WINDOW,
            ),
        ),
        (
            "student",
            "2024-01-01",
            opened(date(2024, 2, 1), written="2024-01 + 1 个月 = 2024-02-01", clauses=("R-6.2",)),
        ),
        (
            "adult",
            "2024-09-01",
            missed(
                "2025-01-01",
                written="2024-09 + 1 + 3 个月",
                clauses=("R-6.3",),
                readings=("A-53",),
                notices=("nothing_left",),
            ),
        ),
    ],
)
def test_R_6_2_R_6_3_the_steps_in_the_course_of_the_year(
    resident: ResidentStartTerms, kind: str, day: str, expected: Finding
) -> None:
    paid_on = date.fromisoformat(day)
    assert resident_start(resident, kind=ResidentEntry(kind), paid_on=paid_on) == expected


def test_A_55_a_window_that_closes_earlier_opens_nothing_before_the_year(
    resident: ResidentStartTerms,
) -> None:
    earlier = replace(resident, window_last=Cited(date(2023, 10, 20), "R-1.1"))
    found = resident_start(earlier, kind=ResidentEntry.MINOR, paid_on=date(2023, 10, 21))
    assert found == opened(
        NEW_YEAR,
        written="max(2023-10 + 1 个月, 2024-01-01) = 2024-01-01",
        clauses=("R-6.2", "R-6.1"),
        readings=("A-55",),
        notices=(Notice("window_missed", (("day", "2023-10-20"),)),),
    )


def test_A_53_the_formula_of_the_other_reading(resident: ResidentStartTerms) -> None:
    found = resident_start(
        resident.reading_as("A-53", "from_arrival_month"),
        kind=ResidentEntry.ADULT,
        paid_on=date(2024, 3, 15),
    )
    assert found == opened(
        date(2024, 6, 1),
        written="2024-03 + 3 个月 = 2024-06-01",
        clauses=("R-6.3",),
        readings=("A-53",),
    )


def test_R_6_11_R_6_12_the_steps_of_who_leaves_the_employees_scheme(
    resident: ResidentStartTerms,
) -> None:
    leaves = partial(resident_start, resident, kind=ResidentEntry.FROM_EMPLOYEE)
    may = date(2024, 5, 10)
    three = Step("gap", None, "3 ≤ 3", ("R-6.11",))
    june = opened(
        date(2024, 6, 1),
        three,
        written="2024-05 + 1 个月 = 2024-06-01",
        clauses=("R-6.11",),
        readings=("A-60",),
    )
    assert leaves(paid_on=may, gap_months=3) == june
    none = three._replace(formula="0 ≤ 3")
    assert leaves(paid_on=may) == replace(june, steps=(none, *june.steps[1:]))
    longer = Step("gap", None, "4 > 3", ("R-6.12",))
    assert leaves(paid_on=may, gap_months=4) == opened(
        date(2024, 9, 1),
        longer,
        written="2024-05 + 1 + 3 个月 = 2024-09-01",
        clauses=("R-6.12",),
        readings=("A-60", "A-53"),
    )
    assert leaves(paid_on=date(2023, 12, 21), gap_months=4) == opened(
        date(2024, 4, 1),
        longer,
        written="2023-12 + 1 + 3 个月 = 2024-04-01",
        clauses=("R-6.12",),
        readings=("A-60", "A-53", "A-55"),
        notices=MISSED_WINDOW,
    )
    assert leaves(paid_on=date(2024, 9, 1), gap_months=4) == missed(
        "2025-01-01",
        longer,
        written="2024-09 + 1 + 3 个月",
        clauses=("R-6.12",),
        readings=("A-60", "A-53"),
        notices=("nothing_left",),
    )


# Residents: newborns

BIRTH_YEAR = (Notice("birth_year_fee", (("year", "2023"),)),)


def limit(written: str) -> Step:
    return Step("newborn_limit", None, written, ("R-6.4",))


@pytest.mark.parametrize(
    ("born", "paid", "back_paid", "expected"),
    [
        (
            "2024-02-10",
            "2024-05-10",
            False,
            opened(
                date(2024, 2, 10),
                limit("2024-05-10 ≤ 2024-02-10 + 3 个月 = 2024-05-10"),
                written="2024-02-10",
                clauses=("R-6.4",),
                readings=("A-56",),
            ),
        ),
        (
            "2024-02-10",
            "2024-05-11",
            True,
            opened(
                date(2024, 6, 1),
                limit("2024-05-11 > 2024-02-10 + 3 个月 = 2024-05-10"),
                written="2024-05 + 1 个月 = 2024-06-01",
                clauses=("R-6.6",),
                readings=("A-56",),
            ),
        ),
        (
            "2023-12-10",
            "2024-02-01",
            True,
            opened(
                date(2023, 12, 10),
                limit("2024-02-01 ≤ 2023-12-10 + 3 个月 = 2024-03-10"),
                written="2023-12-10",
                clauses=("R-6.4", "R-6.5"),
                readings=("A-56", "A-57"),
                notices=BIRTH_YEAR,
            ),
        ),
        (
            "2023-12-10",
            "2024-02-01",
            False,
            opened(
                NEW_YEAR,
                limit("2024-02-01 ≤ 2023-12-10 + 3 个月 = 2024-03-10"),
                written="2024-01-01",
                clauses=("R-6.4", "R-6.5", "R-6.1"),
                readings=("A-56", "A-57"),
                notices=BIRTH_YEAR,
            ),
        ),
        (  # 1 January is the next year already
            "2023-12-01",
            "2024-01-01",
            True,
            opened(
                date(2023, 12, 1),
                limit("2024-01-01 ≤ 2023-12-01 + 3 个月 = 2024-03-01"),
                written="2023-12-01",
                clauses=("R-6.4", "R-6.5"),
                readings=("A-56", "A-57"),
                notices=BIRTH_YEAR,
            ),
        ),
        (
            "2023-11-30",
            "2024-03-01",
            True,
            opened(
                date(2024, 4, 1),
                limit("2024-03-01 > 2023-11-30 + 3 个月 = 2024-02-29"),
                written="2024-03 + 1 个月 = 2024-04-01",
                clauses=("R-6.6",),
                readings=("A-56", "A-57"),
                notices=(Notice("late_back_pay"),),
            ),
        ),
        (
            "2023-11-30",
            "2024-03-01",
            False,
            opened(
                date(2024, 4, 1),
                limit("2024-03-01 > 2023-11-30 + 3 个月 = 2024-02-29"),
                written="2024-03 + 1 个月 = 2024-04-01",
                clauses=("R-6.6",),
                readings=("A-56", "A-57"),
            ),
        ),
        (  # in the window of the year of birth, for the plan year
            "2023-10-01",
            "2023-11-15",
            False,
            opened(
                NEW_YEAR,
                written="2024-01-01",
                clauses=("R-1.1", "R-6.1", "R-6.5"),
                readings=("A-57",),
                notices=BIRTH_YEAR,
            ),
        ),
        (
            "2023-12-24",
            "2023-12-31",
            False,
            opened(
                NEW_YEAR,
                written="2024-01-01",
                clauses=("R-6.1", "R-6.5"),
                readings=("A-57",),
                notices=BIRTH_YEAR,
            ),
        ),
        (
            "2022-06-01",
            "2023-10-10",
            True,
            opened(
                NEW_YEAR,
                limit("2023-10-10 > 2022-06-01 + 3 个月 = 2022-09-01"),
                written="max(2023-10 + 1 个月, 2024-01-01) = 2024-01-01",
                clauses=("R-6.6", "R-6.1"),
                readings=("A-56",),
            ),
        ),
        (
            "2023-03-01",
            "2024-12-05",
            True,
            missed(
                "2025-01-01",
                limit("2024-12-05 > 2023-03-01 + 3 个月 = 2023-06-01"),
                written="2024-12 + 1 个月",
                clauses=("R-6.6",),
                readings=("A-56", "A-57"),
                notices=("late_back_pay", "nothing_left"),
            ),
        ),
    ],
)
def test_R_6_4_R_6_5_R_6_6_the_steps_of_a_newborn(
    resident: ResidentStartTerms, born: str, paid: str, back_paid: bool, expected: Finding
) -> None:
    ask = partial(
        resident_start,
        resident,
        kind=ResidentEntry.NEWBORN,
        born_on=date.fromisoformat(born),
        paid_on=date.fromisoformat(paid),
    )
    assert ask(back_paid=back_paid) == expected
    if not back_paid:  # which is how it is where nothing is said about it
        assert ask() == expected


# Residents: who pays nothing, or less


@pytest.mark.parametrize(
    ("kind", "asked", "clause"),
    [
        ("low_income", "handled_on", "R-6.7"),
        ("low_margin", "paid_on", "R-6.8"),
        ("low_margin_student", "identified_on", "R-6.9"),
    ],
)
def test_R_6_7_R_6_8_R_6_9_the_steps_of_who_starts_on_the_day(
    resident: ResidentStartTerms, kind: str, asked: str, clause: str
) -> None:
    def starts(day: date) -> object:
        return resident_start(resident, kind=ResidentEntry(kind), **{asked: day})  # type: ignore[arg-type]

    for day in (NEW_YEAR, date(2024, 5, 20), YEAR_END):
        assert starts(day) == opened(day, written=str(day), clauses=(clause,))
    # says 「不早于缴费年度的1月1日」 itself; for the others it follows from .
    itself = kind == "low_margin_student"
    assert starts(date(2023, 10, 20)) == opened(
        NEW_YEAR,
        written="max(2023-10-20, 2024-01-01) = 2024-01-01",
        clauses=(clause,) if itself else (clause, "R-6.1"),
        readings=() if itself else ("A-59",),
    )


@pytest.mark.parametrize(
    ("handled", "expected"),
    [
        (
            "2024-05-01",
            opened(date(2024, 6, 1), written="2024-05 + 1 个月 = 2024-06-01", clauses=("R-6.10",)),
        ),
        (
            "2023-10-20",
            opened(
                NEW_YEAR,
                written="max(2023-10 + 1 个月, 2024-01-01) = 2024-01-01",
                clauses=("R-6.10", "R-6.1"),
            ),
        ),
        (
            "2024-12-02",
            missed(
                "2025-01-01",
                written="2024-12 + 1 个月",
                clauses=("R-6.10",),
                readings=(),
                notices=("nothing_left_free",),
            ),
        ),
    ],
)
def test_R_6_10_the_steps_of_severe_disability(
    resident: ResidentStartTerms, handled: str, expected: Finding
) -> None:
    handled_on = date.fromisoformat(handled)
    kind = ResidentEntry.SEVERE_DISABILITY
    assert resident_start(resident, kind=kind, handled_on=handled_on) == expected


# Residents: refusals


def test_A_58_A_74_what_a_resident_s_refusal_says(resident: ResidentStartTerms) -> None:
    clauses = ("R-1.1", "R-6.1")
    preferential = resident_start(
        resident, kind=ResidentEntry.PREFERENTIAL, handled_on=date(2023, 12, 21)
    )
    assert preferential == Refusal("preferential_midyear", "A-58", clauses)

    def other_year(day: str) -> Refusal:
        year = (("opens", "2023-09-01"), ("first", "2024-01-01"), ("last", "2024-12-31"))
        return Refusal("other_year", "A-74", clauses, (("day", day), *year))

    early = resident_start(resident, kind=ResidentEntry.ADULT, paid_on=date(2023, 8, 31))
    assert early == other_year("2023-08-31")
    student = resident_start(
        resident,
        kind=ResidentEntry.LOW_MARGIN_STUDENT,
        paid_on=date(2024, 5, 10),
        identified_on=date(2025, 1, 1),
    )
    assert student == other_year("2025-01-01")


# Flexible workers: F-6

# Every notice is given what its sentence may name: F-6.4, its 3 months, the 2 years of F-6.8.
VALUES = (("day", "2022-01-01"), ("months", "3"), ("years", "2"))
MAY = Month(2025, 5)


def at_once(
    *of_the_break: Step, clauses: Clauses, readings: Clauses, back_to: date | None
) -> Finding:
    """Benefits from May 2025 on; the steps of a break stand before and behind that of the start."""
    start = Step("start", None, "2025-05-01", clauses)
    return Finding(
        results={
            "start": date(2025, 5, 1),
            "retroactive_from": back_to,
            "waiting": False,
            "back_pay_allowed": back_to is not None,
        },
        steps=(*of_the_break[:1], start, *of_the_break[1:]),
        readings=readings,
    )


def waits(
    *before: Step,
    clauses: Clauses,
    readings: Clauses,
    notices: Clauses = (),
    allowed: bool = False,
) -> Finding:
    """Three months to wait (F-6.2, F-6.3): May, June and July are paid, August is the first."""
    return Finding(
        results={
            "start": date(2025, 8, 1),
            "retroactive_from": None,
            "waiting": True,
            "back_pay_allowed": allowed,
        },
        steps=(*before, Step("start", None, "2025-05 + 3 个月 = 2025-08-01", clauses)),
        readings=readings,
        notices=tuple(Notice(code, VALUES) for code in notices),
    )


FIRST = ("F-6.2", "F-6.3")
REPAID, NOT_REPAID = ("F-6.4",), ("F-6.5",)
TRANSFER = ("F-6.6", "F-6.7")
RESIDENT = ("F-6.8", "F-6.9")


def gap(written: str, clauses: Clauses) -> Step:
    return Step("gap", None, written, clauses)


def back(written: str, clauses: Clauses) -> Step:
    return Step("retroactive_from", None, written, clauses)


@pytest.mark.parametrize(
    ("kind", "facts", "expected"),
    [
        ("first", {}, waits(clauses=FIRST, readings=("A-47", "A-51"), notices=("both_schemes",))),
        (
            "first",
            {"gap_months": 1},
            waits(
                clauses=FIRST,
                readings=("A-47", "A-48", "A-51"),
                notices=("counted_anew", "both_schemes"),
            ),
        ),
        (  # F-6.3 「中断3个月以内补缴后视同连续缴费」
            "first",
            {"gap_months": 3, "back_paid": True},
            waits(clauses=FIRST, readings=("A-47", "A-48", "A-51"), notices=("both_schemes",)),
        ),
        (
            "first",
            {"gap_months": 4, "back_paid": True},
            waits(
                clauses=FIRST,
                readings=("A-47", "A-48", "A-51"),
                notices=("counted_anew", "both_schemes"),
            ),
        ),
        ("gap", {}, at_once(clauses=REPAID, readings=("A-50",), back_to=None)),
        (
            "gap",
            {"gap_months": 3, "back_paid": True},
            at_once(
                gap("3 ≤ 3", REPAID),
                back("2025-05 − 3 个月 = 2025-02-01", REPAID),
                clauses=REPAID,
                readings=("A-48",),
                back_to=date(2025, 2, 1),
            ),
        ),
        (
            "gap",
            {"gap_months": 3},
            waits(
                gap("3 ≤ 3", NOT_REPAID),
                clauses=NOT_REPAID,
                readings=("A-47", "A-48"),
                notices=("may_be_repaid",),
                allowed=True,
            ),
        ),
        (
            "gap",
            {"gap_months": 4, "back_paid": True},
            waits(
                gap("4 > 3", NOT_REPAID),
                clauses=NOT_REPAID,
                readings=("A-47", "A-48"),
                notices=("cannot_be_repaid",),
            ),
        ),
        (
            "gap",
            {"gap_months": 4},
            waits(gap("4 > 3", NOT_REPAID), clauses=NOT_REPAID, readings=("A-47", "A-48")),
        ),
        (
            "transfer",
            {"gap_months": 1, "back_paid": True},
            at_once(
                gap("1 ≤ 3", TRANSFER),
                back("2025-05 − 1 个月 = 2025-04-01", TRANSFER),
                clauses=TRANSFER,
                readings=("A-48",),
                back_to=date(2025, 4, 1),
            ),
        ),
        (
            "transfer",
            {"gap_months": 4},
            waits(gap("4 > 3", TRANSFER), clauses=TRANSFER, readings=("A-47", "A-48")),
        ),
        (
            "from_resident",
            {"resident_years": 2},
            at_once(clauses=RESIDENT, readings=("A-50",), back_to=None),
        ),
        (  # the break is counted from 31 December
            "from_resident",
            {"resident_years": 2, "gap_months": 1, "back_paid": True},
            at_once(
                gap("1 ≤ 3", RESIDENT),
                back("2025-05 − 1 个月 = 2025-04-01", RESIDENT),
                clauses=RESIDENT,
                readings=("A-48", "A-49"),
                back_to=date(2025, 4, 1),
            ),
        ),
        (
            "from_resident",
            {"resident_years": 3, "gap_months": 2},
            waits(
                gap("2 ≤ 3", (*RESIDENT, "F-6.5")),
                clauses=(*RESIDENT, "F-6.5"),
                readings=("A-47", "A-48", "A-49", "A-51"),
                notices=("may_be_repaid", "both_schemes"),
                allowed=True,
            ),
        ),
        (
            "from_resident",
            {},
            waits(
                clauses=("F-6.8", *FIRST),
                readings=("A-47", "A-49", "A-51"),
                notices=("too_few_years", "both_schemes"),
            ),
        ),
        (
            "from_resident",
            {"resident_years": 1, "gap_months": 2, "back_paid": True},
            waits(
                clauses=("F-6.8", *FIRST),
                readings=("A-47", "A-48", "A-49", "A-51"),
                notices=("too_few_years", "both_schemes"),
            ),
        ),
    ],
)
def test_F_6_2_to_F_6_9_the_whole_answer(
    flexible: FlexibleStartTerms, kind: str, facts: dict[str, int], expected: Finding
) -> None:
    found = flexible_start(flexible, kind=FlexibleEntry(kind), first_month=MAY, **facts)  # type: ignore[arg-type]
    assert found == expected


def test_F_6_8_who_says_nothing_has_no_years(flexible: FlexibleStartTerms) -> None:
    one_year = replace(flexible, resident_years=Cited(1, "F-6.8"))
    found = flexible_start(one_year, kind=FlexibleEntry.FROM_RESIDENT, first_month=MAY)
    assert isinstance(found, Finding)
    assert found.results["waiting"] is True


def test_A_47_the_formula_of_the_other_reading(flexible: FlexibleStartTerms) -> None:
    other = flexible.reading_as("A-47", "from_next_month")
    found = flexible_start(other, kind=FlexibleEntry.FIRST, first_month=MAY)
    assert isinstance(found, Finding)
    assert found.steps == (Step("start", None, "2025-05 + 1 + 3 个月 = 2025-09-01", FIRST),)


def test_A_52_what_lies_before_the_rules(flexible: FlexibleStartTerms) -> None:
    gap_kind = FlexibleEntry.GAP
    refused = flexible_start(flexible, kind=gap_kind, first_month=Month(2022, 3), gap_months=3)
    day = (("day", "2022-01-01"),)
    assert refused == Refusal("break_before_rules", "A-52", ("F-6.4",), day)
    early = flexible_start(flexible, kind=gap_kind, first_month=Month(2021, 12))
    assert isinstance(early, Finding)
    assert early.notices == (Notice("older_than_rules", VALUES),)
