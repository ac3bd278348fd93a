"""门诊慢特病: every cell of both schemes, the large-sum stage, and the slow way."""

import datetime
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calculators.rules.breakdown import Breakdown
from calculators.rules.chronic import flexible_chronic, resident_chronic
from calculators.rules.people import ChronicCategory, Group, OutpatientTier, Place
from calculators.rules.terms.chronic import FlexibleChronicTerms, ResidentChronicTerms
from portal.policy.in_force import Rulebook
from portal.policy.terms.chronic import flexible_chronic_terms, resident_chronic_terms
from tests.rules import slow_benefits as slow

pytestmark = pytest.mark.django_db
law = settings(max_examples=300, deadline=None, derandomize=True, database=None)
DIALYSIS, SPECIAL, CHRONIC = "dialysis", "special", "chronic"


@pytest.fixture(scope="module")
def flexible(django_db_setup: None, django_db_blocker: Any) -> FlexibleChronicTerms:
    with django_db_blocker.unblock():
        return flexible_chronic_terms(Rulebook.on(datetime.date(2025, 10, 20)), out_of_area=True)


@pytest.fixture(scope="module")
def resident(django_db_setup: None, django_db_blocker: Any) -> ResidentChronicTerms:
    with django_db_blocker.unblock():
        return resident_chronic_terms(Rulebook.on(datetime.date(2024, 10, 20)))


def ask(
    terms: FlexibleChronicTerms, category: str, group: str, cost: str, **more: Any
) -> Breakdown:
    """Ask with amounts as text; a place stays a place."""
    given = {k: v if isinstance(v, Place) else Decimal(v) for k, v in more.items()}
    kinds = {"category": ChronicCategory(category), "group": Group(group)}
    return flexible_chronic(terms, cost=Decimal(cost), **kinds, **given)


def amounts(answer: Breakdown) -> list[str]:
    return [str(amount) for amount in answer.results.values()]


@pytest.mark.parametrize(
    ("category", "group", "pool", "large", "clauses"),
    [
        # 3000 in the pool's stage, and 3000 in the large-sum stage
        (DIALYSIS, "active", "2820.00", "2820.00", ("F-12.5", "F-17.8")),
        (DIALYSIS, "retired", "2820.00", "2865.00", ("F-12.5", "F-17.9")),
        (SPECIAL, "active", "2550.00", "2715.00", ("F-12.5", "F-17.8")),
        (SPECIAL, "retired", "2550.00", "2865.00", ("F-12.5", "F-17.9")),
        (CHRONIC, "active", "2250.00", "2715.00", ("F-12.6", "F-17.8")),
        (CHRONIC, "retired", "2550.00", "2865.00", ("F-12.6", "F-17.9")),
    ],
)
def test_F_12_5_F_12_6_F_17_8_F_17_9_each_rate(
    flexible: FlexibleChronicTerms,
    category: str,
    group: str,
    pool: str,
    large: str,
    clauses: tuple[str, str],
) -> None:
    first = ask(flexible, category, group, "3000")
    assert amounts(first)[:2] == [pool, "0.00"]
    assert list(first.results) == ["pool", "large_sum", "self"]
    assert first.steps[0].clauses == (clauses[0],)
    assert ("A-16" in first.readings) == (category != CHRONIC)
    above = ask(flexible, category, group, "3000", pool_paid="150000")
    assert amounts(above)[:2] == ["0.00", large]
    assert above.steps[0].clauses == (clauses[1],)
    # that the retired rate holds for dialysis too
    assert ("A-15" in above.readings) == (category == DIALYSIS and group == "retired")


@pytest.mark.parametrize("place", list(Place))
def test_F_15_22_the_place_changes_no_amount(flexible: FlexibleChronicTerms, place: Place) -> None:
    answer = ask(flexible, DIALYSIS, "active", "5000", place=place)
    assert amounts(answer) == ["4700.00", "0.00", "300.00"]
    assert ("F-15.22" in answer.steps[0].clauses) == (place != Place.LOCAL)
    above = ask(flexible, CHRONIC, "active", "5000", place=place, pool_paid="150000")
    assert amounts(above) == ["0.00", "4525.00", "475.00"]


def test_A_20_the_supplementary_does_not_pay(flexible: FlexibleChronicTerms) -> None:
    answer = ask(flexible, CHRONIC, "active", "5000")
    assert amounts(answer) == ["3750.00", "0.00", "1250.00"]
    assert "A-20" in answer.readings


def test_A_11_crossing_the_pool_limit(flexible: FlexibleChronicTerms) -> None:
    # 750 left absorbs 1000 at 75%; 1000 × 90.5%
    answer = ask(flexible, CHRONIC, "active", "2000", pool_paid="149250")
    assert amounts(answer) == ["750.00", "905.00", "345.00"]
    assert {"A-10", "A-11"} <= set(answer.readings)
    assert "F-9.1" in answer.steps[0].clauses
    limit = ask(flexible, CHRONIC, "active", "1000", pool_paid="149250")
    assert amounts(limit) == ["750.00", "0.00", "250.00"]
    assert not {"A-10", "A-11"} & set(limit.readings)


def test_A_14_the_large_sum_limit(flexible: FlexibleChronicTerms) -> None:
    answer = ask(
        flexible, CHRONIC, "active", "2000", pool_paid="150000", large_sum_paid="499999.99"
    )
    assert amounts(answer) == ["0.00", "0.01", "1999.99"]
    assert "A-14" in answer.readings
    assert "large_sum_limit_reached" in [notice.code for notice in answer.notices]


def test_A_21_half_a_fen_goes_up(flexible: FlexibleChronicTerms) -> None:
    answer = ask(flexible, SPECIAL, "retired", "10.10")  # 8.585
    assert amounts(answer) == ["8.59", "0.00", "1.51"]
    assert "A-21" in answer.readings


def test_F_12_8_F_15_23_what_is_remarked(flexible: FlexibleChronicTerms) -> None:
    codes = {
        category: [notice.code for notice in ask(flexible, category, "active", "1").notices]
        for category in (DIALYSIS, SPECIAL, CHRONIC)
    }
    assert codes == {
        DIALYSIS: ["monthly_quota"],
        SPECIAL: [],
        CHRONIC: ["no_new_applications"],
    }
    assert ask(replace(flexible, closed=()), CHRONIC, "active", "1").notices == ()


@pytest.mark.parametrize(
    ("category", "tier", "pool", "clause"),
    [
        ("listed", "level1_or_below", "800.00", "R-9.2"),
        ("listed", "level2", "800.00", "R-9.2"),
        ("listed", "level3_or_above", "800.00", "R-9.2"),
        ("other", "level1_or_below", "800.00", "R-9.3"),
        ("other", "level2", "700.00", "R-9.3"),
        ("other", "level3_or_above", "600.00", "R-9.3"),
    ],
)
def test_R_9_2_R_9_3_each_rate(
    resident: ResidentChronicTerms, category: str, tier: str, pool: str, clause: str
) -> None:
    facts = {"category": ChronicCategory(category), "tier": OutpatientTier(tier)}
    answer = resident_chronic(resident, cost=Decimal(1000), **facts)
    assert answer.results == {"pool": Decimal(pool), "self": 1000 - Decimal(pool)}
    assert answer.steps[0].clauses == (clause,)
    assert answer.readings == ("A-68",)
    assert [notice.code for notice in answer.notices] == ["no_deductible_written"]
    uneven = resident_chronic(resident, cost=Decimal("0.01"), **facts)
    assert uneven.readings == ("A-68", "A-21")
    assert uneven.results["pool"] == Decimal("0.01")


AMOUNTS = ("cost", "pool_paid", "large_sum_paid")


@law
@given(
    drawn=st.fixed_dictionaries(
        {
            "category": st.sampled_from([DIALYSIS, SPECIAL, CHRONIC]),
            "group": st.sampled_from(["active", "retired"]),
            "cost": st.integers(0, 20_000_00) | st.integers(0, 900_000_00),
            "pool_paid": st.just(0) | st.integers(149_000_00, 151_000_00),
            "large_sum_paid": st.just(0) | st.integers(498_000_00, 501_000_00),
        }
    ),
    place=st.sampled_from(Place),
)
def test_F_12_F_17_against_the_slow_way(
    flexible: FlexibleChronicTerms, drawn: dict[str, Any], place: Place
) -> None:
    kinds = {"category": ChronicCategory(drawn["category"]), "group": Group(drawn["group"])}
    money = {name: Decimal(drawn[name]).scaleb(-2) for name in AMOUNTS}
    answer = flexible_chronic(flexible, **kinds, **money, place=place)  # type: ignore[arg-type]
    slowly = {k: Fraction(v, 100) if k in AMOUNTS else v for k, v in drawn.items()}
    assert {k: Fraction(v) for k, v in answer.payers.items()} == slow.flexible_chronic(**slowly)
