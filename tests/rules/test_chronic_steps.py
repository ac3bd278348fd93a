"""A listed disease whole: each step, the readings and the remarks."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from calculators.rules.breakdown import Notice, Step
from calculators.rules.chronic import flexible_chronic, resident_chronic
from calculators.rules.people import ChronicCategory, Group, OutpatientTier, Place
from calculators.rules.terms.chronic import FlexibleChronicTerms
from portal.policy.in_force import Rulebook
from portal.policy.terms.chronic import flexible_chronic_terms, resident_chronic_terms

pytestmark = pytest.mark.django_db
ACTIVE, RETIRED = Group.ACTIVE, Group.RETIRED
DIALYSIS, SPECIAL, CHRONIC = (
    ChronicCategory.DIALYSIS,
    ChronicCategory.SPECIAL,
    ChronicCategory.CHRONIC,
)
QUOTA, CLOSED = Notice("monthly_quota"), Notice("no_new_applications")


@pytest.fixture(scope="module")
def flexible(django_db_setup: None, django_db_blocker: Any) -> FlexibleChronicTerms:
    with django_db_blocker.unblock():
        return flexible_chronic_terms(Rulebook.on(date(2025, 10, 20)), out_of_area=True)


def yuan(code: str, amount: str, formula: str, *clauses: str) -> Step:
    return Step(code, Decimal(amount), formula, clauses)


@pytest.mark.parametrize(
    ("category", "group", "step", "readings", "notices"),
    [
        (DIALYSIS, ACTIVE, ("2820", "3000 × 94%", "F-12.5"), ("A-16",), (QUOTA,)),
        (DIALYSIS, RETIRED, ("2820", "3000 × 94%", "F-12.5"), ("A-16",), (QUOTA,)),
        (SPECIAL, RETIRED, ("2550", "3000 × 85%", "F-12.5"), ("A-16",), ()),
        (CHRONIC, ACTIVE, ("2250", "3000 × 75%", "F-12.6"), (), (CLOSED,)),
        (CHRONIC, RETIRED, ("2550", "3000 × 85%", "F-12.6"), (), (CLOSED,)),
    ],
)
def test_F_12_5_F_12_6_the_steps_while_the_pool_pays(
    flexible: FlexibleChronicTerms,
    category: ChronicCategory,
    group: Group,
    step: tuple[str, ...],
    readings: tuple[str, ...],
    notices: tuple[Notice, ...],
) -> None:
    answer = flexible_chronic(flexible, category=category, group=group, cost=Decimal(3000))
    own = str(3000 - int(step[0]))
    assert list(answer.steps) == [
        yuan("pool", *step),
        yuan("self", own, f"3000 − {step[0]}"),
    ]
    assert answer.readings == ("A-20", *readings)
    assert answer.notices == notices


@pytest.mark.parametrize(
    ("category", "group", "step", "readings", "notices"),
    [
        (DIALYSIS, ACTIVE, ("2820", "3000 × 94%", "F-17.8"), (), (QUOTA,)),
        (DIALYSIS, RETIRED, ("2865", "3000 × 95.5%", "F-17.9"), ("A-15",), (QUOTA,)),
        (SPECIAL, RETIRED, ("2865", "3000 × 95.5%", "F-17.9"), (), ()),
        (CHRONIC, ACTIVE, ("2715", "3000 × 90.5%", "F-17.8"), (), (CLOSED,)),
    ],
)
def test_F_17_8_F_17_9_the_steps_beyond_the_pool_s_limit(
    flexible: FlexibleChronicTerms,
    category: ChronicCategory,
    group: Group,
    step: tuple[str, ...],
    readings: tuple[str, ...],
    notices: tuple[Notice, ...],
) -> None:
    answer = flexible_chronic(
        flexible, category=category, group=group, cost=Decimal(3000), pool_paid=Decimal(150_000)
    )
    own = str(3000 - int(step[0]))
    assert list(answer.steps) == [
        yuan("large_sum", *step),
        yuan("self", own, f"3000 − {step[0]}"),
    ]
    assert answer.readings == ("A-20", "A-10", *readings)
    assert answer.notices == notices


@pytest.mark.parametrize(
    ("place", "away"), [(Place.LOCAL, ()), (Place.TEMPORARY, ("F-15.22", "F-15.23"))]
)
def test_A_11_F_15_22_across_the_pool_s_limit(
    flexible: FlexibleChronicTerms, place: Place, away: tuple[str, ...]
) -> None:
    # 940 left absorb 1000 at 94%; 2000 × 95.5%, of which 1900 are left (F-4.7)
    answer = flexible_chronic(
        flexible,
        category=DIALYSIS,
        group=RETIRED,
        cost=Decimal(3000),
        place=place,
        pool_paid=Decimal(149_060),
        large_sum_paid=Decimal(498_100),
    )
    assert list(answer.steps) == [
        yuan("pool", "940", "min(3000 × 94%, 940)", "F-12.5", *away, "F-9.1"),
        yuan("large_sum", "1900", "min(2000 × 95.5%, 1900)", "F-17.9", *away, "F-4.7"),
        yuan("self", "160", "3000 − 940 − 1900"),
    ]
    assert answer.readings == ("A-20", "A-10", "A-11", "A-14", "A-16", "A-15")
    assert answer.notices == (Notice("large_sum_limit_reached"), QUOTA)


@pytest.mark.parametrize(
    ("cost", "pool", "readings"),
    [
        (("1000", "1000"), ("600", "1000 − 600"), ("A-68",)),
        (("0.01", "0.01"), ("0.01", "0.01 − 0.01"), ("A-68", "A-21")),  # 0.006
    ],
)
def test_R_9_3_the_steps_of_a_resident(
    cost: tuple[str, str], pool: tuple[str, str], readings: tuple[str, ...]
) -> None:
    answer = resident_chronic(
        resident_chronic_terms(Rulebook.on(date(2024, 10, 20))),
        category=ChronicCategory.OTHER,
        tier=OutpatientTier.LEVEL3_OR_ABOVE,
        cost=Decimal(cost[0]),
    )
    own = str(Decimal(cost[0]) - Decimal(pool[0]))
    assert list(answer.steps) == [
        yuan("pool", pool[0], f"{cost[1]} × 60%", "R-9.3"),
        yuan("self", own, pool[1]),
    ]
    assert answer.readings == readings
    assert answer.notices == (Notice("no_deductible_written"),)
