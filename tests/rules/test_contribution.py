"""缴费: every fee of a resident, and what the months of the flexible scheme cost."""

import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calculators.rules.breakdown import Finding, Refusal
from calculators.rules.contribution import Payer, flexible_contribution, resident_contribution
from calculators.rules.months import Month
from calculators.rules.people import Hardship, Member
from calculators.rules.terms.contribution import (
    FlexibleContributionTerms,
    ResidentContributionTerms,
)
from portal.policy.in_force import Rulebook
from portal.policy.terms.contribution import (
    flexible_contribution_terms,
    resident_contribution_terms,
)
from tests.rules import slow_arrears as slow

pytestmark = pytest.mark.django_db

# in yuan for the year.
FEES = {
    "student": 260,
    "student:low_margin": 104,
    "student:special": 0,
    "minor": 450,
    "minor:low_margin": 180,
    "minor:special": 0,
    "adult": 450,
    "adult:low_margin": 180,
    "adult:special": 0,
}
CLAUSES = {
    "student": ("R-2.1",),
    "student:low_margin": ("R-2.2",),
    "student:special": ("R-2.5", "R-2.6"),
    "minor": ("R-2.3",),
    "minor:low_margin": ("R-2.4",),
    "minor:special": ("R-2.5", "R-2.6"),
    "adult": ("R-2.3",),
    "adult:low_margin": ("R-2.4",),
    "adult:special": ("R-2.5", "R-2.6"),
}
PAYERS = {str(Payer(m, h)): Payer(m, h) for m in Member for h in Hardship}


@pytest.fixture(scope="module")
def resident(django_db_setup: None, django_db_blocker: Any) -> ResidentContributionTerms:
    with django_db_blocker.unblock():
        return resident_contribution_terms(Rulebook.on(datetime.date(2024, 10, 20)))


@pytest.fixture(scope="module")
def flexible(django_db_setup: None, django_db_blocker: Any) -> FlexibleContributionTerms:
    with django_db_blocker.unblock():
        return flexible_contribution_terms(Rulebook.on(datetime.date(2025, 10, 20)))


@pytest.mark.parametrize("name", list(FEES))
def test_R_2_1_to_R_2_6_each_fee(resident: ResidentContributionTerms, name: str) -> None:
    answer = resident_contribution(resident, member=(PAYERS[name],))
    fee = Decimal(FEES[name])
    assert answer.results == {"by_member": (fee,), "total": fee}
    assert answer.steps[0].code == name.replace(":", "_")
    assert answer.steps[0].clauses == CLAUSES[name]
    assert answer.readings == ("A-75",)
    joined = ["joined_by_department"] if name.endswith("special") else []
    assert [notice.code for notice in answer.notices] == joined


def test_R_2_a_family(resident: ResidentContributionTerms) -> None:
    """学生 260, two adults 450 each, one who pays nothing: 1160 (G-171)."""
    family = ("student", "adult", "adult", "adult:special")
    answer = resident_contribution(resident, member=tuple(PAYERS[name] for name in family))
    assert answer.results == {
        "by_member": (Decimal(260), Decimal(450), Decimal(450), Decimal(0)),
        "total": Decimal(1160),
    }
    assert [(step.code, step.formula, step.amount) for step in answer.steps] == [
        ("student", "260 × 1", Decimal(260)),
        ("adult", "450 × 2", Decimal(900)),
        ("adult_special", "0 × 1", Decimal(0)),
        ("total", "260 + 900 + 0", Decimal(1160)),
    ]


@settings(max_examples=200, deadline=None, derandomize=True, database=None)
@given(family=st.lists(st.sampled_from(sorted(FEES)), min_size=1, max_size=12))
def test_a_family_pays_what_its_members_pay(
    resident: ResidentContributionTerms, family: list[str]
) -> None:
    answer = resident_contribution(resident, member=tuple(PAYERS[name] for name in family))
    assert answer.results["by_member"] == tuple(Decimal(FEES[name]) for name in family)
    assert answer.results["total"] == sum(FEES[name] for name in family)
    assert sum(step.yuan for step in answer.steps[:-1]) == answer.results["total"]


def month(text: str) -> Month:
    return Month(int(text[:4]), int(text[5:]))


def pay(terms: FlexibleContributionTerms, first: str, last: str, *paid: int) -> Finding:
    answer = flexible_contribution(
        terms, first_month=month(first), last_month=month(last), large_sum_year_paid=paid
    )
    assert isinstance(answer, Finding)
    return answer


def test_A_31_the_whole_of_2025(flexible: FlexibleContributionTerms) -> None:
    """12 × 484.38 = 5812.56, and 132."""
    answer = pay(flexible, "2025-01", "2025-12")
    assert answer.results == {
        "basic": Decimal("5812.56"),
        "large_sum": Decimal("132.00"),
        "total": Decimal("5944.56"),
    }
    assert list(answer.results) == ["basic", "large_sum", "total"]
    basic, large_sum, _ = answer.steps
    assert basic.formula == "12 × 484.38"
    assert basic.clauses == ("F-8.18", "F-3.2")
    assert set(large_sum.clauses) == {"F-4.2", "F-4.3", "F-4.4"}
    assert answer.readings == ("A-31", "A-32")


def test_A_32_the_fee_is_not_prorated(flexible: FlexibleContributionTerms) -> None:
    """From September: 4 × 484.38 + 132 = 2069.52, not + 44."""
    assert pay(flexible, "2025-09", "2025-12").results["total"] == Decimal("2069.52")
    assert pay(flexible, "2025-12", "2025-12").results["large_sum"] == Decimal(132)


def test_F_4_3_once_for_every_year_touched(flexible: FlexibleContributionTerms) -> None:
    """2022-01 to 2025-12: four times 132, less the years that are paid; others change nothing."""
    assert pay(flexible, "2022-01", "2025-12").results["large_sum"] == Decimal(528)
    assert pay(flexible, "2022-01", "2025-12", 2023).results["large_sum"] == Decimal(396)
    assert pay(flexible, "2024-12", "2025-01").results["large_sum"] == Decimal(264)
    assert pay(flexible, "2025-01", "2025-02", 2025).results["large_sum"] == Decimal(0)
    assert pay(flexible, "2025-01", "2025-02", 2024, 2030).results["large_sum"] == Decimal(132)


def test_F_8_15_to_F_8_18_each_month_at_its_own_amount(
    flexible: FlexibleContributionTerms,
) -> None:
    """2022-06 to 2025-01: 1 × 417.38 + 18 × 450.36 + 12 × 469.20 + 1 × 484.38 = 14638.64."""
    answer = pay(flexible, "2022-06", "2025-01")
    assert answer.results["basic"] == Decimal("14638.64")
    assert answer.steps[0].formula == "1 × 417.38 + 18 × 450.36 + 12 × 469.2 + 1 × 484.38"
    assert answer.steps[0].clauses == ("F-8.15", "F-8.16", "F-8.17", "F-8.18", "F-3.2")


@pytest.mark.parametrize(("first", "last"), [("2025-12", "2026-01"), ("2026-01", "2026-12")])
def test_A_31_later_months_are_refused_as_a_whole(
    flexible: FlexibleContributionTerms, first: str, last: str
) -> None:
    answer = flexible_contribution(flexible, first_month=month(first), last_month=month(last))
    assert isinstance(answer, Refusal)
    assert (answer.code, answer.reading, answer.clauses) == ("no_amount", "A-31", ("F-8.18",))


MONTHS = st.builds(
    lambda index: f"{index // 12:04d}-{index % 12 + 1:02d}", st.integers(2022 * 12, 2026 * 12 + 1)
)


@settings(max_examples=250, deadline=None, derandomize=True, database=None)
@given(one=MONTHS, other=MONTHS, paid=st.sets(st.integers(2021, 2026)))
def test_the_slow_way_finds_the_same(
    flexible: FlexibleContributionTerms, one: str, other: str, paid: set[int]
) -> None:
    first, last = sorted((one, other))
    answer = flexible_contribution(
        flexible,
        first_month=month(first),
        last_month=month(last),
        large_sum_year_paid=tuple(paid),
    )
    expected = slow.due(first, last, paid)
    if expected is None:
        assert isinstance(answer, Refusal)
        return
    assert isinstance(answer, Finding)
    basic, fee = (Fraction(str(answer.results[code])) for code in ("basic", "large_sum"))
    assert (basic, fee) == expected
    assert Fraction(str(answer.results["total"])) == basic + fee
