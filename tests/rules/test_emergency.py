"""急诊抢救: worked by hand from the clauses, held against the slow way, and laws."""

import datetime
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from functools import partial
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from calculators.rules.alternatives import used_readings
from calculators.rules.breakdown import Breakdown, Refusal
from calculators.rules.emergency import flexible_emergency, resident_emergency
from calculators.rules.people import Place
from calculators.rules.terms.emergency import FlexibleEmergencyTerms, ResidentEmergencyTerms
from portal.policy.in_force import Rulebook
from portal.policy.terms.emergency import flexible_emergency_terms, resident_emergency_terms
from tests.rules import slow_benefits as slow

pytestmark = pytest.mark.django_db
law = settings(max_examples=300, deadline=None, derandomize=True, database=None)


@pytest.fixture(scope="module")
def flexible(django_db_setup: None, django_db_blocker: Any) -> FlexibleEmergencyTerms:
    with django_db_blocker.unblock():
        return flexible_emergency_terms(Rulebook.on(datetime.date(2025, 10, 20)), out_of_area=True)


@pytest.fixture(scope="module")
def resident(django_db_setup: None, django_db_blocker: Any) -> ResidentEmergencyTerms:
    with django_db_blocker.unblock():
        return resident_emergency_terms(Rulebook.on(datetime.date(2024, 10, 20)), out_of_area=True)


def amounts(outcome: object) -> list[str]:
    assert isinstance(outcome, Breakdown)
    assert set(outcome.results) in (
        {"pool", "large_sum", "supplementary", "self"},
        {"pool", "self"},
    )
    return [str(amount) for amount in outcome.payers.values()]


def others(terms: FlexibleEmergencyTerms, **facts: Any) -> dict[str, dict[str, str]]:
    """Amounts under other readings, by switch and choice."""
    compute = partial(flexible_emergency, **facts)
    outcome = compute(terms)
    return {
        f"{other.switch}={other.choice}": {k: str(v) for k, v in other.results.items()}
        for reading in used_readings(compute, terms, outcome)
        for other in reading.alternatives
    }


def test_F_11_1_seventy_per_cent_without_a_deductible(flexible: FlexibleEmergencyTerms) -> None:
    # 10000 × 70%; S = 3000: 80 + 100 + 2000 × 60%
    answer = flexible_emergency(flexible, cost=Decimal(10_000))
    assert amounts(answer) == ["7000.00", "0.00", "1380.00", "1620.00"]
    assert "A-30" in answer.readings
    assert {"F-11.1", "F-11.2"} <= set(answer.steps[0].clauses)
    assert answer.notices == ()


@pytest.mark.parametrize(
    ("place", "pool", "extra"),
    [
        (Place.LOCAL, "7000.00", "1380.00"),
        (Place.LONG_TERM, "7000.00", "1380.00"),  # F-15.14, A-19
        (Place.TEMPORARY, "6000.00", "700.00"),  # F-15.15; S = 4000: 20 + 30 + 400 + 250
        (Place.TEMPORARY_EMERGENCY, "6000.00", "700.00"),
    ],
)
def test_F_15_14_F_15_15_each_place(
    flexible: FlexibleEmergencyTerms, place: Place, pool: str, extra: str
) -> None:
    answer = flexible_emergency(flexible, cost=Decimal(10_000), place=place)
    assert amounts(answer)[:3] == [pool, "0.00", extra]


def test_A_22_at_the_place_of_filing_the_old_policy_is_remarked(
    flexible: FlexibleEmergencyTerms,
) -> None:
    answer = flexible_emergency(flexible, cost=Decimal(100), place=Place.LONG_TERM)
    assert [notice.code for notice in answer.notices] == ["filing_day_unknown"]
    assert "F-15.14" in answer.steps[0].clauses


def test_A_11_crossing_the_pool_limit(flexible: FlexibleEmergencyTerms) -> None:
    # 700 left absorbs 1000; 4000 × 85%; S = 300
    answer = flexible_emergency(flexible, cost=Decimal(5000), pool_paid=Decimal(149_300))
    assert amounts(answer) == ["700.00", "3400.00", "0.00", "900.00"]
    assert {"A-10", "A-11", "A-12"} <= set(answer.readings)
    assert "F-9.1" in answer.steps[0].clauses
    assert "F-17.5" in answer.steps[1].clauses


@pytest.mark.parametrize("used", ["150000", "150000.01", "999999"])
def test_F_17_5_wholly_in_the_large_stage(flexible: FlexibleEmergencyTerms, used: str) -> None:
    # 5000 × 85%, and no supplementary there (F-16.5)
    answer = flexible_emergency(flexible, cost=Decimal(5000), pool_paid=Decimal(used))
    assert amounts(answer) == ["0.00", "4250.00", "0.00", "750.00"]
    assert [step.code for step in answer.steps] == ["large_sum", "self"]


def test_F_9_1_exactly_up_to_the_limit_is_not_crossed(flexible: FlexibleEmergencyTerms) -> None:
    facts = {"pool_paid": Decimal(149_300)}
    assert amounts(flexible_emergency(flexible, cost=Decimal(1000), **facts))[:2] == [
        "700.00",
        "0.00",
    ]
    over = flexible_emergency(flexible, cost=Decimal("1000.02"), **facts)  # 700.014 → 700.01
    assert amounts(over)[:2] == ["700.00", "0.02"]  # 0.02 × 85% = 0.017


def test_A_09_on_a_trip_the_large_rate_is_ten_points_lower(
    flexible: FlexibleEmergencyTerms,
) -> None:
    facts = {"cost": Decimal(8000), "pool_paid": Decimal(150_000)}
    for place in (Place.TEMPORARY, Place.TEMPORARY_EMERGENCY):
        answer = flexible_emergency(flexible, place=place, **facts)
        assert amounts(answer)[1] == "6000.00"  # 8000 × 75%
        assert "A-09" in answer.readings
        # at the basic rate: 70% − 10
        assert others(flexible, place=place, **facts)["A-09=basic"] == {
            "large_sum": "4800.00",
            "self": "3200.00",
        }


def test_A_14_the_large_sum_limit(flexible: FlexibleEmergencyTerms) -> None:
    facts = {"pool_paid": Decimal(150_000), "large_sum_paid": Decimal(499_000)}
    answer = flexible_emergency(flexible, cost=Decimal(5000), **facts)
    assert amounts(answer) == ["0.00", "1000.00", "0.00", "4000.00"]
    assert "A-14" in answer.readings
    assert "F-4.7" in answer.steps[0].clauses
    assert [notice.code for notice in answer.notices] == ["large_sum_limit_reached"]


def test_A_19_which_column_at_the_place_of_filing(flexible: FlexibleEmergencyTerms) -> None:
    # S = 5820 × 30% = 1746: local 627.60, temporary 199.20, none 0
    facts = {"cost": Decimal(5820), "place": Place.LONG_TERM}
    assert amounts(flexible_emergency(flexible, **facts))[2] == "627.60"
    found = others(flexible, **facts)
    assert found["A-19.long_term=temporary"]["supplementary"] == "199.20"
    assert found["A-19.long_term=none"]["supplementary"] == "0.00"


@pytest.mark.parametrize("place", [Place.TEMPORARY, Place.TEMPORARY_EMERGENCY])
def test_A_19_which_column_on_a_trip(flexible: FlexibleEmergencyTerms, place: Place) -> None:
    # S = 5640 × 40% = 2256: temporary 301.20, local 933.60
    facts = {"cost": Decimal(5640), "place": place}
    assert amounts(flexible_emergency(flexible, **facts))[2] == "301.20"
    found = others(flexible, **facts)["A-19.temporary_emergency=local"]
    assert found["supplementary"] == "933.60"


def test_A_21_half_a_fen_goes_up(flexible: FlexibleEmergencyTerms) -> None:
    answer = flexible_emergency(flexible, cost=Decimal("10.05"))  # 7.035
    assert amounts(answer)[0] == "7.04"
    assert "A-21" in answer.readings


def test_a_rescue_away_needs_its_terms(flexible: FlexibleEmergencyTerms) -> None:
    local = replace(flexible, out_of_area=None)
    with pytest.raises(ValueError, match="out-of-area"):
        flexible_emergency(local, cost=Decimal(1), place=Place.TEMPORARY)


def test_R_8_2_sixty_per_cent(resident: ResidentEmergencyTerms) -> None:
    away = resident_emergency(resident, cost=Decimal(10_000), place=Place.LONG_TERM)
    assert amounts(away) == ["6000.00", "4000.00"]
    assert isinstance(away, Breakdown)
    assert {"A-69", "A-70"} <= set(away.readings)
    assert {"R-8.1", "R-8.2", "R-15.2"} <= set(away.steps[0].clauses)
    uneven = resident_emergency(resident, cost=Decimal("0.01"))  # 0.006
    assert amounts(uneven) == ["0.01", "0.00"]
    assert isinstance(uneven, Breakdown)
    assert uneven.readings == ("A-69", "A-21")


@pytest.mark.parametrize("place", [Place.TEMPORARY, Place.TEMPORARY_EMERGENCY])
def test_A_70_a_resident_on_a_trip_is_refused(
    resident: ResidentEmergencyTerms, place: Place
) -> None:
    answer = resident_emergency(resident, cost=Decimal(10_000), place=place)
    assert isinstance(answer, Refusal)
    assert answer.reading == "A-70"


fen = st.integers(0, 20_000_00) | st.integers(0, 900_000_00)
FACTS = st.fixed_dictionaries(
    {
        "cost": fen,
        "place": st.sampled_from(Place),
        "pool_paid": st.just(0) | st.integers(149_000_00, 151_000_00),
        "large_sum_paid": st.just(0) | st.integers(498_000_00, 501_000_00),
    }
)
AMOUNTS = ("cost", "pool_paid", "large_sum_paid")


def in_yuan(drawn: dict[str, Any]) -> dict[str, Any]:
    return {k: Decimal(v).scaleb(-2) if k in AMOUNTS else v for k, v in drawn.items()}


@law
@given(drawn=FACTS)
def test_F_11_F_15_against_the_slow_way(
    flexible: FlexibleEmergencyTerms, drawn: dict[str, Any]
) -> None:
    answer = flexible_emergency(flexible, **in_yuan(drawn))
    slowly = {k: Fraction(v, 100) if k in AMOUNTS else v.value for k, v in drawn.items()}
    assert {k: Fraction(v) for k, v in answer.payers.items()} == slow.flexible_emergency(**slowly)


@law
@given(drawn=FACTS, more=st.integers(0, 1000_00))
def test_more_cost_never_makes_a_fund_pay_less(
    flexible: FlexibleEmergencyTerms, drawn: dict[str, Any], more: int
) -> None:
    less = flexible_emergency(flexible, **in_yuan(drawn)).payers
    dearer = flexible_emergency(flexible, **in_yuan({**drawn, "cost": drawn["cost"] + more})).payers
    assert all(dearer[fund] >= less[fund] for fund in ("pool", "large_sum", "supplementary"))


@law
@given(drawn=FACTS)
def test_F_15_15_a_trip_is_never_better_than_shenyang(
    flexible: FlexibleEmergencyTerms, drawn: dict[str, Any]
) -> None:
    # Where the large-sum limit cuts both alike, the trip's larger share may touch 补充 besides.
    facts = {**in_yuan(drawn), "large_sum_paid": Decimal(0)}
    assume(facts["cost"] < 500_000)
    local = flexible_emergency(flexible, **{**facts, "place": Place.LOCAL}).payers["self"]
    trip = flexible_emergency(flexible, **{**facts, "place": Place.TEMPORARY})
    assert trip.payers["self"] >= local
    emergency = flexible_emergency(flexible, **{**facts, "place": Place.TEMPORARY_EMERGENCY})
    assert emergency == trip
