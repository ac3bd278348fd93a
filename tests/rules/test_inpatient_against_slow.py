"""The rules of a stay, held against the slow second way to work one out (`slow_inpatient`).

Terms are the ones on file, so the numbers that were entered are compared with the sentences too.
"""

import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from calculators.rules.breakdown import Breakdown
from calculators.rules.inpatient import flexible_stay, resident_stay
from calculators.rules.people import Condition, Group, Place, Tier
from calculators.rules.readings import SWITCHES
from calculators.rules.terms import FlexibleStayTerms, ResidentStayTerms
from portal.policy.in_force import Rulebook
from portal.policy.terms.stay import flexible_stay_terms, resident_stay_terms
from tests.rules import slow_inpatient as slow

# The fixtures below read the seeded database; without the mark it would not be the tests' own.
pytestmark = pytest.mark.django_db

AMOUNTS = ("cost", "class_b", "outside", "pool_paid", "large_sum_paid")


@pytest.fixture(scope="module")
def flexible(django_db_setup: None, django_db_blocker: Any) -> FlexibleStayTerms:
    with django_db_blocker.unblock():
        return flexible_stay_terms(Rulebook.on(datetime.date(2025, 10, 20)), out_of_area=True)


@pytest.fixture(scope="module")
def resident(django_db_setup: None, django_db_blocker: Any) -> ResidentStayTerms:
    with django_db_blocker.unblock():
        return resident_stay_terms(Rulebook.on(datetime.date(2024, 10, 20)))


def fen_near(*edges: int) -> st.SearchStrategy[int]:
    """Amounts in fen: any up to 1.2 million yuan, and the fen around `edges` (yuan)."""
    close = st.builds(
        lambda edge, off: max(edge * 100 + off, 0), st.sampled_from(edges), st.integers(-2, 2)
    )
    return st.integers(0, 30_000_00) | st.integers(0, 1_200_000_00) | close


def choices(*switches: str) -> st.SearchStrategy[dict[str, str]]:
    """The decided readings, with at most one of `switches` decided otherwise."""
    others = [(s, c) for s in switches for c in SWITCHES[s] if c != slow.DECIDED[s]]
    return st.just(slow.DECIDED) | st.sampled_from(others).map(
        lambda other: {**slow.DECIDED, other[0]: other[1]}
    )


COMMON = {
    "admission": st.integers(1, 6),
    "condition": st.sampled_from([condition.value for condition in Condition]),
    "class_b": st.just(0) | fen_near(1000),
    "outside": st.just(0) | st.integers(0, 5_000_00),
}
FLEXIBLE_FACTS = st.fixed_dictionaries(
    {
        **COMMON,
        "group": st.sampled_from(["active", "retired"]),
        "tier": st.sampled_from(sorted(slow.FLEXIBLE)),
        "place": st.sampled_from([place.value for place in Place]),
        "cost": fen_near(0, 200, 300, 600, 1200, 3000, 5600, 7267, 20_600, 25_600, 171_054),
        "pool_paid": st.just(0) | fen_near(132_400, 149_000, 150_000),
        "large_sum_paid": st.just(0) | fen_near(481_200, 499_000, 500_000),
    }
)
RESIDENT_FACTS = st.fixed_dictionaries(
    {
        **COMMON,
        "group": st.sampled_from(["minor", "adult"]),
        "tier": st.sampled_from(sorted(slow.RESIDENT)),
        "place": st.sampled_from(["local", "long_term"]),
        "cost": fen_near(0, 50, 100, 150, 200, 300, 600, 1200, 15_000, 16_200),
    }
)


def as_facts(drawn: dict[str, Any]) -> dict[str, Any]:
    kinds = {"group": Group, "tier": Tier, "place": Place, "condition": Condition}
    money = {k: Decimal(v).scaleb(-2) for k, v in drawn.items() if k in AMOUNTS}
    return {**drawn, **money, **{name: kind(drawn[name]) for name, kind in kinds.items()}}


def as_fractions(drawn: dict[str, Any]) -> dict[str, Any]:
    return {k: Fraction(v, 100) if k in AMOUNTS else v for k, v in drawn.items()}


def in_fractions(outcome: Any) -> slow.Amounts:
    assert isinstance(outcome, Breakdown)
    return {code: Fraction(amount) for code, amount in outcome.results.items()}  # type: ignore[arg-type]


# Both limits crossed in one temporary stay, whose numbers no other case has.
BOTH_LIMITS = {
    "group": "active",
    "tier": "top3",
    "place": "temporary",
    "condition": "none",
    "admission": 3,
    "cost": 999_999_99,
    "class_b": 33_33,
    "outside": 1,
    "pool_paid": 77_777_77,
    "large_sum_paid": 123_456_78,
}


@settings(max_examples=1500, deadline=None, derandomize=True, database=None)
@given(drawn=FLEXIBLE_FACTS, reading=choices(*(s for s in slow.DECIDED if s != "A-61")))
@example(drawn=BOTH_LIMITS, reading=slow.DECIDED)
@example(drawn={**BOTH_LIMITS, "place": "temporary_emergency"}, reading=slow.DECIDED)
def test_F_14_to_F_17_a_flexible_stay(
    flexible: FlexibleStayTerms, drawn: dict[str, Any], reading: dict[str, str]
) -> None:
    terms = flexible
    for switch, choice in reading.items():
        terms = terms.reading_as(switch, choice)
    filed = datetime.date(2025, 6, 1)
    real = flexible_stay(terms, filed_on=filed, **as_facts(drawn))
    assert in_fractions(real) == slow.flexible_stay(reading=reading, **as_fractions(drawn))


@settings(max_examples=500, deadline=None, derandomize=True, database=None)
@given(drawn=RESIDENT_FACTS, reading=choices("A-61"))
def test_R_7_a_resident_stay(
    resident: ResidentStayTerms, drawn: dict[str, Any], reading: dict[str, str]
) -> None:
    terms = resident.reading_as("A-61", reading["A-61"])
    real = resident_stay(terms, **as_facts(drawn))
    assert in_fractions(real) == slow.resident_stay(reading=reading, **as_fractions(drawn))


def test_the_slow_way_takes_the_decided_readings_as_the_rows_do(
    flexible: FlexibleStayTerms, resident: ResidentStayTerms
) -> None:
    on_file = {**flexible.readings.choices, **resident.readings.choices}
    assert {switch: on_file[switch] for switch in slow.DECIDED} == slow.DECIDED
