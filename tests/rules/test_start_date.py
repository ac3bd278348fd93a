"""From which day benefits are paid: by hand from the clauses, by laws, and against the slow way."""

import datetime
from datetime import date
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from calculators.rules.alternatives import used_readings
from calculators.rules.breakdown import Finding, Refusal
from calculators.rules.months import Month
from calculators.rules.people import FlexibleEntry, ResidentEntry
from calculators.rules.start_date import flexible_start, resident_start
from calculators.rules.terms.start_date import FlexibleStartTerms, ResidentStartTerms
from portal.policy.in_force import NoPolicyInForce, Rulebook, Timetable
from portal.policy.models import Edition
from portal.policy.terms.start_date import flexible_start_terms, resident_start_terms
from tests.rules import slow_start_date as slow

pytestmark = pytest.mark.django_db

YEAR_END = date(2024, 12, 31)
Terms = tuple[ResidentStartTerms, FlexibleStartTerms]


@pytest.fixture(scope="module")
def terms(django_db_setup: None, django_db_blocker: Any) -> Terms:
    with django_db_blocker.unblock():
        return (
            resident_start_terms(Rulebook.on(date(2024, 10, 20))),
            flexible_start_terms(Rulebook.on(date(2025, 10, 20))),
        )


def days(**facts: Any) -> dict[str, Any]:
    """Facts with days written as in the contract, and the kind by its name."""
    read = {
        name: date.fromisoformat(value) if name.endswith("_on") else value
        for name, value in facts.items()
    }
    return {**read, "kind": ResidentEntry(facts["kind"])}


def ask_resident(terms: Terms, **facts: Any) -> Finding | Refusal:
    return resident_start(terms[0], **days(**facts))


def start_of(terms: Terms, **facts: Any) -> str | None:
    """The first day, as the contract writes it; the last is the year's wherever there is a first."""
    found = ask_resident(terms, **facts)
    assert isinstance(found, Finding)
    start, end = found.results["start"], found.results["end"]
    assert list(found.results) == ["start", "end"]
    assert end == (YEAR_END if start else None)
    return str(start) if start else None


def ask_flexible(terms: Terms, first_month: str, **facts: Any) -> Finding | Refusal:
    year, month = map(int, first_month.split("-"))
    kind = FlexibleEntry(facts.pop("kind"))
    return flexible_start(terms[1], kind=kind, first_month=Month(year, month), **facts)


def flexible_of(terms: Terms, first_month: str, **facts: Any) -> tuple[str, str | None, bool, bool]:
    found = ask_flexible(terms, first_month, **facts)
    assert isinstance(found, Finding)
    assert list(found.results) == ["start", "retroactive_from", "waiting", "back_pay_allowed"]
    start, back, waiting, allowed = found.results.values()
    assert isinstance(waiting, bool)
    assert isinstance(allowed, bool)
    return str(start), str(back) if back else None, waiting, allowed


def codes(found: Finding | Refusal) -> list[str]:
    assert isinstance(found, Finding)
    return [notice.code for notice in found.notices]


def cited(found: Finding | Refusal) -> set[str]:
    assert isinstance(found, Finding)
    return {clause for step in found.steps for clause in step.clauses}


# Residents in the window


@pytest.mark.parametrize("kind", ["adult", "student", "minor", "low_margin", "preferential"])
@pytest.mark.parametrize("day", ["2023-09-01", "2023-10-15", "2023-12-19", "2023-12-20"])
def test_R_1_1_R_6_1_paid_in_the_window(terms: Terms, kind: str, day: str) -> None:
    assert start_of(terms, kind=kind, paid_on=day) == "2024-01-01"
    assert "R-6.1" in cited(ask_resident(terms, kind=kind, paid_on=day))


@pytest.mark.parametrize("gap", [0, 3, 4, 12])
def test_A_60_who_leaves_the_employees_scheme_in_the_window(terms: Terms, gap: int) -> None:
    facts = {"kind": "from_employee", "gap_months": gap, "paid_on": "2023-11-10"}
    assert start_of(terms, **facts) == "2024-01-01"
    found = ask_resident(terms, **facts)
    assert cited(found) == {"R-1.1", "R-6.1", "R-6.11" if gap <= 3 else "R-6.12"}
    assert isinstance(found, Finding)
    assert "A-60" in found.readings


def test_A_55_the_last_weeks_of_the_window_are_marked(terms: Terms) -> None:
    def met(day: str) -> tuple[tuple[str, ...], list[str]]:
        found = ask_resident(terms, kind="adult", paid_on=day)
        assert isinstance(found, Finding)
        return found.readings, codes(found)

    assert met("2023-11-30") == ((), [])
    assert met("2023-12-01") == (("A-55",), ["window_closes"])
    assert met("2023-12-20") == (("A-55",), ["window_closes"])
    assert met("2023-12-21") == (("A-53", "A-55"), ["window_missed"])
    assert met("2024-01-01") == (("A-53",), [])


# Residents in the course of the year


@pytest.mark.parametrize(
    ("paid_on", "start"),
    [
        ("2023-12-21", "2024-04-01"),
        ("2023-12-31", "2024-04-01"),
        ("2024-01-01", "2024-05-01"),
        ("2024-03-01", "2024-07-01"),
        ("2024-03-15", "2024-07-01"),
        ("2024-03-31", "2024-07-01"),
        ("2024-08-31", "2024-12-01"),
        ("2024-09-01", None),
        ("2024-12-31", None),
    ],
)
def test_R_6_3_adults_wait_three_months_from_the_next(
    terms: Terms, paid_on: str, start: str | None
) -> None:
    assert start_of(terms, kind="adult", paid_on=paid_on) == start


@pytest.mark.parametrize("kind", ["student", "minor"])
@pytest.mark.parametrize(
    ("paid_on", "start"),
    [
        ("2023-12-21", "2024-01-01"),
        ("2024-01-31", "2024-02-01"),
        ("2024-02-29", "2024-03-01"),
        ("2024-03-15", "2024-04-01"),
        ("2024-11-30", "2024-12-01"),
        ("2024-12-01", None),
        ("2024-12-05", None),
    ],
)
def test_R_6_2_children_wait_for_the_next_month(
    terms: Terms, kind: str, paid_on: str, start: str | None
) -> None:
    assert start_of(terms, kind=kind, paid_on=paid_on) == start


@pytest.mark.parametrize(
    ("gap", "paid_on", "start", "clause"),
    [
        (0, "2024-05-10", "2024-06-01", "R-6.11"),
        (2, "2024-05-10", "2024-06-01", "R-6.11"),
        (3, "2024-05-10", "2024-06-01", "R-6.11"),
        (4, "2024-05-10", "2024-09-01", "R-6.12"),
        (3, "2023-12-25", "2024-01-01", "R-6.11"),
        (4, "2023-12-25", "2024-04-01", "R-6.12"),
        (3, "2024-12-01", None, "R-6.11"),
        (4, "2024-09-01", None, "R-6.12"),
    ],
)
def test_R_6_11_R_6_12_a_break_decides_for_who_leaves_the_employees_scheme(
    terms: Terms, gap: int, paid_on: str, start: str | None, clause: str
) -> None:
    facts = {"kind": "from_employee", "gap_months": gap, "paid_on": paid_on}
    assert start_of(terms, **facts) == start
    assert clause in cited(ask_resident(terms, **facts))


def test_A_54_nothing_left_of_the_year_is_a_warning(terms: Terms) -> None:
    late = ask_resident(terms, kind="adult", paid_on="2024-09-01")
    assert isinstance(late, Finding)
    assert [step.code for step in late.steps] == ["too_late", "nothing_left"]
    assert late.steps[-1].formula == "2025-01-01 > 2024-12-31"
    assert "A-54" in late.readings
    assert codes(late) == ["nothing_left"]
    # Who pays nothing is not told about the fee.
    free = ask_resident(terms, kind="severe_disability", handled_on="2024-12-02")
    assert codes(free) == ["nothing_left_free"]


@pytest.mark.parametrize(
    ("kind", "paid_on", "decided", "other"),
    [
        ("adult", "2024-03-15", "2024-07-01", "2024-06-01"),  # A-53's own example
        ("adult", "2023-12-21", "2024-04-01", "2024-03-01"),
        ("from_employee", "2024-05-10", "2024-09-01", "2024-08-01"),
    ],
)
def test_A_53_the_other_reading_is_a_month_earlier(
    terms: Terms, kind: str, paid_on: str, decided: str, other: str
) -> None:
    facts = days(kind=kind, paid_on=paid_on, gap_months=4)
    found = resident_start(terms[0], **facts)
    assert isinstance(found, Finding)
    assert found.results["start"] == date.fromisoformat(decided)
    used = used_readings(lambda read: resident_start(read, **facts), terms[0], found)
    (waits,) = (reading for reading in used if reading.id == "A-53")
    (alternative,) = waits.alternatives
    assert alternative.results == {"start": date.fromisoformat(other)}


def test_A_53_the_other_reading_may_leave_something_of_the_year(terms: Terms) -> None:
    facts = days(kind="adult", paid_on="2024-09-30")
    found = resident_start(terms[0], **facts)
    assert isinstance(found, Finding)
    used = used_readings(lambda read: resident_start(read, **facts), terms[0], found)
    (waits,) = (reading for reading in used if reading.id == "A-53")
    assert waits.alternatives[0].results == {"start": date(2024, 12, 1), "end": YEAR_END}


# Newborn


@pytest.mark.parametrize(
    ("born_on", "paid_on", "start"),
    [
        ("2024-02-10", "2024-02-10", "2024-02-10"),
        ("2024-02-10", "2024-05-10", "2024-02-10"),  # the last day is inside
        ("2024-02-10", "2024-05-11", "2024-06-01"),
        ("2024-08-31", "2024-11-30", "2024-08-31"),  # November has no 31st
        ("2024-08-31", "2024-12-01", None),
        ("2024-11-30", "2024-12-31", "2024-11-30"),
        ("2024-01-01", "2024-04-01", "2024-01-01"),
        ("2024-01-01", "2024-04-02", "2024-05-01"),
    ],
)
def test_R_6_4_R_6_6_a_newborn_within_three_months(
    terms: Terms, born_on: str, paid_on: str, start: str | None
) -> None:
    facts = {"kind": "newborn", "born_on": born_on, "paid_on": paid_on}
    assert start_of(terms, **facts) == start
    found = ask_resident(terms, **facts)
    assert cited(found) >= {"R-6.4", *(() if start == born_on else ("R-6.6",))}
    assert isinstance(found, Finding)
    assert "A-56" in found.readings


@pytest.mark.parametrize(
    ("born_on", "paid_on", "back_paid", "start", "notices"),
    [
        # the year of birth only if it is paid for too
        ("2023-12-10", "2024-02-01", True, "2023-12-10", ["birth_year_fee"]),
        ("2023-12-10", "2024-02-01", False, "2024-01-01", ["birth_year_fee"]),
        ("2023-11-30", "2024-02-29", True, "2023-11-30", ["birth_year_fee"]),
        ("2023-11-30", "2024-03-01", True, "2024-04-01", ["late_back_pay"]),
        ("2023-11-30", "2024-03-01", False, "2024-04-01", []),
        # paid in the year of birth, for the plan year
        ("2023-10-01", "2023-11-15", False, "2024-01-01", ["birth_year_fee"]),
        ("2023-10-01", "2023-11-15", True, "2024-01-01", ["birth_year_fee"]),
        ("2023-01-01", "2023-11-15", False, "2024-01-01", ["birth_year_fee"]),
        ("2023-12-24", "2023-12-28", False, "2024-01-01", ["birth_year_fee"]),
        # not born in the year before: nothing to pay for afterwards
        ("2022-12-01", "2023-12-28", False, "2024-01-01", []),
        ("2022-12-01", "2024-03-01", True, "2024-04-01", []),
    ],
)
def test_A_57_R_6_5_a_newborn_of_the_year_before(
    terms: Terms, born_on: str, paid_on: str, back_paid: bool, start: str, notices: list[str]
) -> None:
    facts = {"kind": "newborn", "born_on": born_on, "paid_on": paid_on, "back_paid": back_paid}
    assert start_of(terms, **facts) == start
    assert codes(ask_resident(terms, **facts)) == notices


def test_A_57_paying_for_the_year_of_birth_means_nothing_within_one_year(terms: Terms) -> None:
    facts = {"kind": "newborn", "born_on": "2024-02-10", "paid_on": "2024-03-01"}
    assert ask_resident(terms, **facts) == ask_resident(terms, **facts, back_paid=True)


# Who pays nothing, or less


@pytest.mark.parametrize(
    ("handled_on", "start"),
    [
        ("2024-05-20", "2024-05-20"),
        ("2024-12-31", "2024-12-31"),
        ("2024-01-01", "2024-01-01"),
        ("2023-12-31", "2024-01-01"),
        ("2023-10-20", "2024-01-01"),
    ],
)
def test_R_6_7_low_income_from_the_day_of_the_formalities(
    terms: Terms, handled_on: str, start: str
) -> None:
    assert start_of(terms, kind="low_income", handled_on=handled_on) == start


@pytest.mark.parametrize(
    ("paid_on", "start"),
    [
        ("2024-05-20", "2024-05-20"),
        ("2024-12-31", "2024-12-31"),
        ("2023-12-25", "2024-01-01"),
    ],
)
def test_R_6_8_low_margin_from_the_day_of_arrival(terms: Terms, paid_on: str, start: str) -> None:
    assert start_of(terms, kind="low_margin", paid_on=paid_on) == start


def test_A_59_is_named_where_the_year_had_not_begun(terms: Terms) -> None:
    for facts in (
        {"kind": "low_income", "handled_on": "2023-12-31"},
        {"kind": "low_margin", "paid_on": "2023-12-31"},
    ):
        found = ask_resident(terms, **facts)
        assert isinstance(found, Finding)
        assert found.readings == ("A-59",)
        assert found.steps[0].formula == "max(2023-12-31, 2024-01-01) = 2024-01-01"


@pytest.mark.parametrize(
    ("identified_on", "paid_on", "start"),
    [
        ("2024-02-01", "2024-05-10", "2024-02-01"),  # backwards from the payment
        ("2024-06-01", "2024-05-10", "2024-06-01"),
        ("2022-06-01", "2024-05-10", "2024-01-01"),  # 不早于缴费年度的1月1日
        ("2023-12-31", "2023-10-10", "2024-01-01"),
    ],
)
def test_R_6_9_low_margin_students_from_the_day_of_identification(
    terms: Terms, identified_on: str, paid_on: str, start: str
) -> None:
    facts = {"kind": "low_margin_student", "identified_on": identified_on}
    assert start_of(terms, **facts, paid_on=paid_on) == start
    assert start_of(terms, **facts) == start


@pytest.mark.parametrize(
    ("handled_on", "start"),
    [
        ("2024-05-01", "2024-06-01"),
        ("2024-05-31", "2024-06-01"),
        ("2024-11-30", "2024-12-01"),
        ("2024-12-01", None),
        ("2023-10-20", "2024-01-01"),
    ],
)
def test_R_6_10_severe_disability_from_the_next_month(
    terms: Terms, handled_on: str, start: str | None
) -> None:
    assert start_of(terms, kind="severe_disability", handled_on=handled_on) == start


def test_A_58_preferential_outside_the_window_is_refused(terms: Terms) -> None:
    for facts in (
        {"paid_on": "2023-12-21"},
        {"handled_on": "2024-05-20"},
        {"handled_on": "2024-05-20", "paid_on": "2023-10-10"},  # the formalities count first
    ):
        found = ask_resident(terms, kind="preferential", **facts)
        assert isinstance(found, Refusal)
        assert (found.code, found.reading) == ("preferential_midyear", "A-58")
    inside = {"handled_on": "2023-10-10", "paid_on": "2024-05-20"}
    assert start_of(terms, kind="preferential", **inside) == "2024-01-01"


# Another plan year


@pytest.mark.parametrize("day", ["2023-08-31", "2000-01-01", "2025-01-01", "2025-10-10"])
def test_A_74_a_day_of_another_plan_year_is_refused(terms: Terms, day: str) -> None:
    for facts in (
        {"kind": "adult", "paid_on": day},
        {"kind": "low_income", "handled_on": day},
        {"kind": "preferential", "handled_on": day},
        {"kind": "newborn", "born_on": "2000-01-01", "paid_on": day},
        {"kind": "low_margin_student", "identified_on": "2024-02-01", "paid_on": day},
    ):
        found = ask_resident(terms, **facts)
        assert isinstance(found, Refusal), facts
        assert (found.code, found.reading) == ("other_year", "A-74")
        assert dict(found.values)["day"] == day


def test_A_74_identified_after_the_plan_year(terms: Terms) -> None:
    facts = {"kind": "low_margin_student", "paid_on": "2024-05-10"}
    found = ask_resident(terms, **facts, identified_on="2025-01-01")
    assert isinstance(found, Refusal)
    assert start_of(terms, **facts, identified_on="2024-12-31") == "2024-12-31"


def test_a_plan_year_without_an_end_is_no_plan_year() -> None:
    """The last day is never made up: not by the calendar, not by the clause's words."""
    editions = list(Edition.objects.published().filter(scheme="resident"))
    for edition in editions:
        edition.in_force_until = None
    with pytest.raises(NoPolicyInForce):
        resident_start_terms(Rulebook(Timetable(editions), date(2024, 10, 20)))


@pytest.mark.parametrize("kind", [kind for kind in ResidentEntry if kind != "newborn"])
def test_a_day_that_was_not_given_is_a_fault_of_the_caller(
    terms: Terms, kind: ResidentEntry
) -> None:
    with pytest.raises(ValueError, match="not given"):
        resident_start(terms[0], kind=kind)


# Flexible workers


@pytest.mark.parametrize(
    ("first_month", "start"),
    [("2025-01", "2025-04-01"), ("2025-05", "2025-08-01"), ("2025-10", "2026-01-01")],
)
def test_F_6_3_A_47_first_enrolment_waits_three_months(
    terms: Terms, first_month: str, start: str
) -> None:
    assert flexible_of(terms, first_month, kind="first") == (start, None, True, False)
    # a break that was paid for counts as none
    for gap in (1, 2, 3):
        facts = {"kind": "first", "gap_months": gap, "back_paid": True}
        assert flexible_of(terms, first_month, **facts) == (start, None, True, False)
        assert "counted_anew" not in codes(ask_flexible(terms, first_month, **facts))


@pytest.mark.parametrize(("gap", "back_paid"), [(1, False), (3, False), (4, True), (4, False)])
def test_F_6_3_a_break_that_was_not_paid_for_is_pointed_out(
    terms: Terms, gap: int, back_paid: bool
) -> None:
    found = ask_flexible(terms, "2025-05", kind="first", gap_months=gap, back_paid=back_paid)
    assert "counted_anew" in codes(found)


@pytest.mark.parametrize("kind", ["gap", "transfer", "from_resident"])
@pytest.mark.parametrize(
    ("gap", "back_paid", "expected"),
    [
        (0, False, ("2025-05-01", None, False, False)),
        (0, True, ("2025-05-01", None, False, False)),
        (1, True, ("2025-05-01", "2025-04-01", False, True)),
        (3, True, ("2025-05-01", "2025-02-01", False, True)),  # 含3个月
        (1, False, ("2025-08-01", None, True, True)),
        (2, False, ("2025-08-01", None, True, True)),
        (3, False, ("2025-08-01", None, True, True)),
        (4, False, ("2025-08-01", None, True, False)),
        (4, True, ("2025-08-01", None, True, False)),
        (40, False, ("2025-08-01", None, True, False)),
    ],
)
def test_F_6_4_to_F_6_9_a_break(
    terms: Terms,
    kind: str,
    gap: int,
    back_paid: bool,
    expected: tuple[str, str | None, bool, bool],
) -> None:
    facts = {"kind": kind, "gap_months": gap, "back_paid": back_paid, "resident_years": 2}
    assert flexible_of(terms, "2025-05", **facts) == expected


@pytest.mark.parametrize(
    ("kind", "gap", "back_paid", "clauses"),
    [
        ("first", 0, False, {"F-6.2", "F-6.3"}),
        ("gap", 2, True, {"F-6.4"}),
        ("gap", 2, False, {"F-6.5"}),
        ("gap", 4, False, {"F-6.5"}),
        ("transfer", 2, True, {"F-6.6", "F-6.7"}),
        ("transfer", 4, False, {"F-6.6", "F-6.7"}),
        ("from_resident", 0, False, {"F-6.8", "F-6.9"}),
        ("from_resident", 4, False, {"F-6.8", "F-6.9", "F-6.5"}),
    ],
)
def test_each_case_names_its_own_clauses(
    terms: Terms, kind: str, gap: int, back_paid: bool, clauses: set[str]
) -> None:
    facts = {"kind": kind, "gap_months": gap, "back_paid": back_paid, "resident_years": 2}
    assert cited(ask_flexible(terms, "2025-05", **facts)) == clauses


@pytest.mark.parametrize("back_paid", [True, False])
@pytest.mark.parametrize("gap", [0, 1, 5])
@pytest.mark.parametrize("years", [0, 1])
def test_A_49_F_6_8_fewer_than_two_years_are_a_first_enrolment(
    terms: Terms, years: int, gap: int, back_paid: bool
) -> None:
    facts = {"kind": "from_resident", "gap_months": gap, "back_paid": back_paid}
    found = ask_flexible(terms, "2025-05", **facts, resident_years=years)
    assert isinstance(found, Finding)
    assert flexible_of(terms, "2025-05", **facts, resident_years=years) == (
        "2025-08-01",
        None,
        True,
        False,
    )
    assert "A-49" in found.readings
    assert codes(found)[-2:] == ["too_few_years", "both_schemes"]


def test_A_50_without_a_break_from_the_first_of_the_month(terms: Terms) -> None:
    found = ask_flexible(terms, "2025-05", kind="gap")
    assert isinstance(found, Finding)
    assert found.readings == ("A-50",)


@pytest.mark.parametrize(("kind", "met"), [("first", True), ("gap", False), ("transfer", False)])
def test_A_51_both_schemes_at_once_are_left_open(terms: Terms, kind: str, met: bool) -> None:
    found = ask_flexible(terms, "2025-05", kind=kind, gap_months=4)
    assert ("both_schemes" in codes(found)) is met


def test_what_could_be_paid_for_and_what_cannot_is_said(terms: Terms) -> None:
    def said(gap: int, back_paid: bool) -> list[str]:
        facts = {"kind": "gap", "gap_months": gap, "back_paid": back_paid}
        return codes(ask_flexible(terms, "2025-05", **facts))

    assert said(3, False) == ["may_be_repaid"]
    assert said(3, True) == []
    assert said(4, True) == ["cannot_be_repaid"]
    assert said(4, False) == []


@pytest.mark.parametrize("kind", ["gap", "transfer", "from_resident"])
@pytest.mark.parametrize("back_paid", [True, False])
def test_A_52_a_break_from_before_2022_is_refused(terms: Terms, kind: str, back_paid: bool) -> None:
    facts = {"kind": kind, "back_paid": back_paid, "resident_years": 2}
    found = ask_flexible(terms, "2022-03", gap_months=3, **facts)
    assert isinstance(found, Refusal)
    assert (found.code, found.reading) == ("break_before_rules", "A-52")
    assert isinstance(ask_flexible(terms, "2022-03", gap_months=2, **facts), Finding)
    assert isinstance(ask_flexible(terms, "2025-05", gap_months=41, **facts), Refusal)
    assert isinstance(ask_flexible(terms, "2025-05", gap_months=40, **facts), Finding)


def test_A_52_means_nothing_to_a_first_enrolment_or_without_a_break(terms: Terms) -> None:
    first = {"kind": "first", "gap_months": 9, "back_paid": True}
    assert isinstance(ask_flexible(terms, "2022-03", **first), Finding)
    early = ask_flexible(terms, "2021-12", kind="gap")
    assert codes(early) == ["older_than_rules"]
    assert codes(ask_flexible(terms, "2022-01", kind="gap")) == []


@pytest.mark.parametrize("kind", ["first", "gap", "transfer", "from_resident"])
def test_A_47_the_other_reading_is_a_month_later(terms: Terms, kind: str) -> None:
    facts = {
        "kind": FlexibleEntry(kind),
        "first_month": Month(2025, 1),
        "gap_months": 2,
        "resident_years": 5,
    }
    found = flexible_start(terms[1], **facts)  # type: ignore[arg-type]
    assert isinstance(found, Finding)
    used = used_readings(lambda read: flexible_start(read, **facts), terms[1], found)  # type: ignore[arg-type]
    (waits,) = (reading for reading in used if reading.id == "A-47")
    assert [other.results for other in waits.alternatives] == [{"start": date(2025, 5, 1)}]


# Against the slow way, and laws

law = settings(max_examples=300, deadline=None, derandomize=True, database=None)
near = st.dates(date(2023, 8, 20), date(2025, 1, 10))
RESIDENT = st.fixed_dictionaries(
    {
        "kind": st.sampled_from([kind for kind in ResidentEntry if kind != "newborn"]),
        "paid_on": near,
        "handled_on": near,
        "identified_on": st.dates(date(2023, 1, 1), date(2025, 1, 10)),
        "gap_months": st.integers(0, 6),
        "back_paid": st.booleans(),
    }
)
FLEXIBLE = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(FlexibleEntry),
        "first_month": st.builds(Month, st.integers(2021, 2026), st.integers(1, 12)),
        "gap_months": st.integers(0, 8),
        "back_paid": st.booleans(),
        "resident_years": st.integers(0, 4),
    }
)


def results(outcome: Finding | Refusal) -> slow.Results:
    return dict(outcome.results) if isinstance(outcome, Finding) else slow.REFUSED


@law
@given(facts=RESIDENT, waits=st.sampled_from(["from_next_month", "from_arrival_month"]))
def test_R_6_as_the_slow_way(terms: Terms, facts: dict[str, Any], waits: str) -> None:
    real = resident_start(terms[0].reading_as("A-53", waits), **facts)
    assert results(real) == slow.resident(**facts, waits=waits)


@law
@given(born_on=st.dates(date(2022, 6, 1), YEAR_END), age=st.integers(0, 200), paid=st.booleans())
@example(born_on=date(2024, 8, 31), age=91, paid=False)
@example(born_on=date(2023, 11, 30), age=91, paid=True)
@example(born_on=date(2023, 12, 30), age=1, paid=True)
def test_R_6_4_to_R_6_6_as_the_slow_way(terms: Terms, born_on: date, age: int, paid: bool) -> None:
    facts = {"born_on": born_on, "paid_on": born_on + datetime.timedelta(age), "back_paid": paid}
    real = resident_start(terms[0], kind=ResidentEntry.NEWBORN, **facts)  # type: ignore[arg-type]
    assert results(real) == slow.resident(kind="newborn", **facts)  # type: ignore[arg-type]


@law
@given(facts=FLEXIBLE, waits=st.sampled_from(["from_first_month", "from_next_month"]))
def test_F_6_as_the_slow_way(terms: Terms, facts: dict[str, Any], waits: str) -> None:
    real = flexible_start(terms[1].reading_as("A-47", waits), **facts)
    spelled = {**facts, "first_month": facts["first_month"].first_day}
    assert results(real) == slow.flexible(**spelled, waits=waits)


@law
@given(facts=RESIDENT)
def test_benefits_never_start_outside_the_plan_year_nor_before_the_window_pays(
    terms: Terms, facts: dict[str, Any]
) -> None:
    real = resident_start(terms[0], **facts)
    if isinstance(real, Finding) and (start := real.results["start"]):
        assert isinstance(start, date)
        assert date(2024, 1, 1) <= start <= YEAR_END


@law
@given(facts=RESIDENT, later=st.integers(1, 60))
def test_paying_later_never_opens_benefits_earlier(
    terms: Terms, facts: dict[str, Any], later: int
) -> None:
    def opened(moved: dict[str, Any]) -> date:
        found = resident_start(terms[0], **moved)
        start = found.results["start"] if isinstance(found, Finding) else None
        return start if isinstance(start, date) else date.max

    on_time = resident_start(terms[0], **facts)
    moved = {
        name: value + datetime.timedelta(later) if isinstance(value, date) else value
        for name, value in facts.items()
    }
    if isinstance(on_time, Finding):
        assert opened(moved) >= opened(facts)


@law
@given(facts=RESIDENT)
def test_answers_that_do_not_belong_to_a_kind_change_nothing(
    terms: Terms, facts: dict[str, Any]
) -> None:
    belongs = {
        "low_income": {"handled_on"},
        "severe_disability": {"handled_on"},
        "low_margin_student": {"identified_on", "paid_on"},
        "preferential": {"handled_on"},
        "from_employee": {"paid_on", "gap_months"},
    }.get(facts["kind"], {"paid_on"})
    bare = {name: value for name, value in facts.items() if name in {"kind", *belongs}}
    assert resident_start(terms[0], **bare) == resident_start(terms[0], **facts)


@law
@given(facts=FLEXIBLE)
def test_paying_for_the_break_never_makes_it_later(terms: Terms, facts: dict[str, Any]) -> None:
    with_it, without = (
        flexible_start(terms[1], **{**facts, "back_paid": paid}) for paid in (True, False)
    )
    if isinstance(with_it, Finding) and isinstance(without, Finding):
        assert with_it.results["start"] <= without.results["start"]  # type: ignore[operator]
        assert with_it.results["back_pay_allowed"] == without.results["back_pay_allowed"]
