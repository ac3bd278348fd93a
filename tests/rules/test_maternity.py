"""生育: every hospital level and group, the pool's limit, the times, and a slow second way."""

import datetime
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calculators.rules.alternatives import used_readings
from calculators.rules.breakdown import Breakdown, Outcome, Refusal
from calculators.rules.maternity import flexible_maternity, resident_maternity
from calculators.rules.people import Group, MaternityKind, Place, Tier
from calculators.rules.terms.maternity import FlexibleMaternityTerms, ResidentMaternityTerms
from portal.policy.in_force import NoPolicyInForce, Rulebook
from portal.policy.terms.maternity import flexible_maternity_terms, resident_maternity_terms
from tests.rules import slow_maternity as slow
from tests.rules.slow_inpatient import FLEXIBLE, RESIDENT

pytestmark = pytest.mark.django_db

BIRTH, PLANNING = MaternityKind.CHILDBIRTH, MaternityKind.FAMILY_PLANNING
ASSISTED = MaternityKind.ASSISTED_REPRODUCTION
ACTIVE, ADULT, LEVEL3 = Group.ACTIVE, Group.ADULT, Tier.LEVEL3


@pytest.fixture(scope="module")
def flexible(django_db_setup: None, django_db_blocker: Any) -> FlexibleMaternityTerms:
    """Terms of stays and of assisted reproduction together."""
    with django_db_blocker.unblock():
        book = Rulebook.on(datetime.date(2025, 10, 20))
        stays = flexible_maternity_terms(book, BIRTH)
        return replace(stays, assisted=flexible_maternity_terms(book, ASSISTED).assisted)


@pytest.fixture(scope="module")
def resident(django_db_setup: None, django_db_blocker: Any) -> ResidentMaternityTerms:
    with django_db_blocker.unblock():
        return resident_maternity_terms(Rulebook.on(datetime.date(2024, 10, 20)))


def stay(terms: FlexibleMaternityTerms, **facts: Any) -> Breakdown:
    answer = flexible_maternity(terms, **{"group": ACTIVE, "tier": LEVEL3, **facts})
    assert isinstance(answer, Breakdown)
    assert list(answer.results) == ["deductible", "pool", "allowance", "self"]
    return answer


def others(terms: Any, answer: Breakdown, rule: Any, **facts: Any) -> dict[str, Any]:
    """What changes under the other choices of the readings that an answer rests on."""

    def compute(with_terms: Any) -> Outcome:
        outcome: Outcome = rule(with_terms, **facts)
        return outcome

    return {
        f"{other.switch}={other.choice}": other.results
        for used in used_readings(compute, terms, answer)
        for other in used.alternatives
    }


# Flexible: childbirth


@pytest.mark.parametrize("tier", sorted(FLEXIBLE))
@pytest.mark.parametrize("group", ["active", "retired"])
def test_F_18_8_childbirth_has_no_deductible_at_any_level(
    flexible: FlexibleMaternityTerms, tier: str, group: str
) -> None:
    share = FLEXIBLE[tier][1][group][0]
    answer = stay(flexible, kind=BIRTH, cost=Decimal(10000), group=Group(group), tier=Tier(tier))
    assert answer.results == {
        "deductible": Decimal(0),
        "pool": Decimal(100 * share),
        "allowance": Decimal(0),
        "self": Decimal(10000 - 100 * share),
    }


def test_F_18_8_childbirth_of_12000(flexible: FlexibleMaternityTerms) -> None:
    """12000 × 88% = 10560.00 (G-112); 补充 of the 1440 is not applied (A-28)."""
    answer = stay(flexible, kind=BIRTH, cost=Decimal(12000))
    assert answer.results["pool"] == Decimal("10560.00")
    assert answer.results["self"] == Decimal("1440.00")
    deductible, pool, _ = answer.steps
    assert deductible.clauses == ("F-18.8",)
    assert pool.clauses[:2] == ("F-14.6", "F-18.8")
    assert [notice.code for notice in answer.notices] == ["counts_as_birth", "no_supplementary"]
    assert dict(answer.notices[0].values) == {"weeks": "28"}
    assert answer.readings == ("A-28",)


@pytest.mark.parametrize("place", [place for place in Place if place != Place.LOCAL])
@pytest.mark.parametrize("kind", [BIRTH, PLANNING])
def test_F_18_5_elsewhere_as_in_shenyang(
    flexible: FlexibleMaternityTerms, place: Place, kind: MaternityKind
) -> None:
    """不乘2.5、不降10点, whatever the filing."""
    here = stay(flexible, kind=kind, cost=Decimal(20000), admission=2)
    away = stay(flexible, kind=kind, cost=Decimal(20000), admission=2, place=place)
    assert away.results == here.results
    assert "F-18.5" in away.steps[1].clauses
    assert "F-18.5" not in here.steps[1].clauses
    assert "A-90" in away.readings
    assert "tier_out_of_area" in {notice.code for notice in away.notices}


# Flexible: family planning


@pytest.mark.parametrize(
    ("admission", "deductible", "pool"),
    [(1, 600, "8272.00"), (2, 510, "8351.20"), (3, 420, "8430.40"), (4, 420, "8430.40")],
)
def test_F_18_7_family_planning_pays_the_deductible_with_its_decrement(
    flexible: FlexibleMaternityTerms, admission: int, deductible: int, pool: str
) -> None:
    """三级 在职, 10000 (A-94, F-14.10)."""
    answer = stay(flexible, kind=PLANNING, cost=Decimal(10000), admission=admission)
    assert answer.results["deductible"] == deductible
    assert answer.results["pool"] == Decimal(pool)
    assert ("F-14.10" in answer.steps[0].clauses) == (admission > 1)
    assert ("A-94" in answer.readings) == (admission > 1)
    assert "F-18.7" in answer.steps[0].clauses
    assert answer.notices[0].code == "not_a_birth"


def test_A_01_the_other_decrements(flexible: FlexibleMaternityTerms) -> None:
    """Fourth stay, 三级, 10000: 420; compounded 433.5; full again 600 → 8272.00."""
    facts = {
        "kind": PLANNING,
        "group": ACTIVE,
        "tier": LEVEL3,
        "cost": Decimal(10000),
        "admission": 4,
    }
    answer = stay(flexible, **facts)
    assert others(flexible, answer, flexible_maternity, **facts) == {
        "A-01=compound": {
            "deductible": Decimal("433.50"),
            "pool": Decimal("8418.52"),
            "self": Decimal("1581.48"),
        },
        "A-01=full_again": {
            "deductible": Decimal(600),
            "pool": Decimal("8272.00"),
            "self": Decimal("1728.00"),
        },
    }


@pytest.mark.parametrize("cost", ["0", "599.99", "600"])
def test_F_14_9_below_the_deductible_the_pool_pays_nothing(
    flexible: FlexibleMaternityTerms, cost: str
) -> None:
    answer = stay(flexible, kind=PLANNING, cost=Decimal(cost), pool_paid=Decimal(150000))
    assert answer.results["deductible"] == 600
    assert answer.results["pool"] == 0
    assert answer.results["self"] == Decimal(cost)


# The pool's limit


@pytest.mark.parametrize(("pool_paid", "paid"), [("139440.00", True), ("139440.01", False)])
def test_A_94_a_stay_that_crosses_the_limit_is_refused(
    flexible: FlexibleMaternityTerms, pool_paid: str, paid: bool
) -> None:
    """10560.00 fit into 150,000 less 139,440.00, and not into a fen less."""
    answer = flexible_maternity(
        flexible,
        kind=BIRTH,
        group=ACTIVE,
        tier=LEVEL3,
        cost=Decimal(12000),
        pool_paid=Decimal(pool_paid),
    )
    if paid:
        assert isinstance(answer, Breakdown)
    else:
        assert isinstance(answer, Refusal)
        assert (answer.code, answer.reading) == ("over_the_pool_limit", "A-94")
        assert answer.clauses == ("F-9.1",)


def test_A_94_after_the_limit_too(flexible: FlexibleMaternityTerms) -> None:
    for kind, reading in ((BIRTH, "A-94"), (PLANNING, "A-94"), (ASSISTED, "A-27")):
        answer = flexible_maternity(
            flexible,
            kind=kind,
            group=ACTIVE,
            tier=LEVEL3,
            cost=Decimal(12000),
            pool_paid=Decimal(160000),
        )
        assert isinstance(answer, Refusal)
        assert answer.reading == reading


# Assisted reproduction


@pytest.mark.parametrize(
    ("times", "pool"), [(0, 4800), (1, 4800), (2, 0), (3, 0), (999, 0), (None, 4800)]
)
def test_F_18_10_twice_at_60_per_cent(
    flexible: FlexibleMaternityTerms, times: int | None, pool: int
) -> None:
    answer = flexible_maternity(flexible, kind=ASSISTED, cost=Decimal(8000), times_used=times)
    assert isinstance(answer, Breakdown)
    assert answer.results == {
        "deductible": Decimal(0),
        "pool": Decimal(pool),
        "allowance": Decimal(0),
        "self": Decimal(8000 - pool),
    }
    codes = {notice.code for notice in answer.notices}
    assert ("times_not_given" in codes) == (times is None)
    assert ("no_times_left" in codes) == (pool == 0)


def test_A_29_the_third_time_by_the_year(flexible: FlexibleMaternityTerms) -> None:
    """Per year it would be 4800.00; before that both are the same, and the reading still named."""
    facts = {"kind": ASSISTED, "cost": Decimal(8000), "times_used": 2}
    third = flexible_maternity(flexible, **facts)
    assert isinstance(third, Breakdown)
    assert others(flexible, third, flexible_maternity, **facts) == {
        "A-29=per_year": {"pool": Decimal(4800), "self": Decimal(3200)}
    }
    first = flexible_maternity(flexible, **{**facts, "times_used": 0})
    assert isinstance(first, Breakdown)
    used = used_readings(
        lambda terms: flexible_maternity(terms, **{**facts, "times_used": 0}), flexible, first
    )
    assert [(reading.id, reading.alternatives) for reading in used] == [("A-29", ())]


def test_A_21_half_a_fen_goes_up(flexible: FlexibleMaternityTerms) -> None:
    """10.01 × 60% = 6.006; 0.25 × 94% = 0.235 (一级)."""
    assisted = flexible_maternity(flexible, kind=ASSISTED, cost=Decimal("10.01"))
    assert isinstance(assisted, Breakdown)
    assert assisted.results["pool"] == Decimal("6.01")
    assert "A-21" in assisted.readings
    birth = stay(flexible, kind=BIRTH, cost=Decimal("0.25"), tier=Tier.LEVEL1)
    assert birth.results["pool"] == Decimal("0.24")
    assert "A-21" in birth.readings


# Residents


@pytest.mark.parametrize("place", list(Place))
def test_R_13_2_R_13_3_childbirth_and_its_allowance(
    resident: ResidentMaternityTerms, place: Place
) -> None:
    """三级 12000: (12000 − 600) × 75% = 8550.00, and 300 beside it, wherever it is (A-72)."""
    answer = resident_maternity(
        resident, kind=BIRTH, group=ADULT, tier=LEVEL3, cost=Decimal(12000), place=place
    )
    assert isinstance(answer, Breakdown)
    assert answer.results == {
        "deductible": Decimal(600),
        "pool": Decimal("8550.00"),
        "allowance": Decimal(300),
        "self": Decimal("3450.00"),
    }
    assert list(answer.results) == ["deductible", "pool", "allowance", "self"]
    assert answer.readings == ("A-72",)
    assert [step.code for step in answer.steps] == ["deductible", "pool", "allowance", "self"]
    assert answer.steps[2].clauses == ("R-13.2",)
    assert {"R-7.4", "R-13.1", "R-13.3"} <= set(answer.steps[1].clauses)
    assert answer.notices[0].code == "counts_as_birth"


def test_A_72_no_allowance_for_family_planning(resident: ResidentMaternityTerms) -> None:
    answer = resident_maternity(
        resident, kind=PLANNING, group=ADULT, tier=LEVEL3, cost=Decimal(12000), admission=2
    )
    assert isinstance(answer, Breakdown)
    assert answer.results["allowance"] == 0
    assert answer.results["deductible"] == 600
    assert "A-62" in answer.readings
    assert "allowance" not in {step.code for step in answer.steps}
    assert answer.notices[0].code == "not_a_birth"


def test_A_61_holds_for_a_birth_too(resident: ResidentMaternityTerms) -> None:
    """特三级 adult 20000: 12410.00 by parts after the deductible, 13160.00 as a whole."""
    facts = {"kind": BIRTH, "group": ADULT, "tier": Tier.TOP3, "cost": Decimal(20000)}
    answer = resident_maternity(resident, **facts)
    assert isinstance(answer, Breakdown)
    assert answer.results["pool"] == Decimal("12410.00")
    changed = others(resident, answer, resident_maternity, **facts)
    assert changed["A-61=parts_of_cost"]["pool"] == Decimal("12470.00")
    assert changed["A-61=whole_by_cost"]["pool"] == Decimal("13160.00")


def test_residents_have_no_assisted_reproduction(resident: ResidentMaternityTerms) -> None:
    answer = resident_maternity(resident, kind=ASSISTED, cost=Decimal(8000), times_used=0)
    assert isinstance(answer, Refusal)
    assert (answer.code, answer.reading) == ("resident_assisted", "A-72")


# What a rule cannot do without


def test_a_stay_needs_a_group_and_a_tier(
    flexible: FlexibleMaternityTerms, resident: ResidentMaternityTerms
) -> None:
    with pytest.raises(ValueError, match="group"):
        flexible_maternity(flexible, kind=BIRTH, cost=Decimal(1), tier=LEVEL3)
    with pytest.raises(ValueError, match="group"):
        resident_maternity(resident, kind=BIRTH, cost=Decimal(1), group=ADULT)
    with pytest.raises(ValueError, match="terms"):
        flexible_maternity(replace(flexible, assisted=None), kind=ASSISTED, cost=Decimal(1))


@pytest.mark.parametrize("kind", list(MaternityKind))
def test_F_18_8_F_18_10_before_2025_there_is_no_rule(kind: MaternityKind) -> None:
    with pytest.raises(NoPolicyInForce):
        flexible_maternity_terms(Rulebook.on(datetime.date(2024, 12, 31)), kind)


def fen_near(*edges: int) -> st.SearchStrategy[int]:
    close = st.builds(
        lambda edge, off: max(edge * 100 + off, 0), st.sampled_from(edges), st.integers(-2, 2)
    )
    return st.integers(0, 40_000_00) | st.integers(0, 250_000_00) | close


FEN = Decimal("0.01")


def in_fractions(answer: Outcome) -> slow.Amounts | None:
    if isinstance(answer, Refusal):
        return None
    return {code: Fraction(str(amount)) for code, amount in answer.results.items()}


@settings(max_examples=300, deadline=None, derandomize=True, database=None)
@given(
    kind=st.sampled_from(list(MaternityKind)),
    group=st.sampled_from(["active", "retired"]),
    tier=st.sampled_from(sorted(FLEXIBLE)),
    place=st.sampled_from(list(Place)),
    cost=fen_near(0, 200, 300, 600, 1200, 12_000),
    admission=st.integers(1, 6),
    pool_paid=st.just(0) | fen_near(139_440, 150_000),
    times_used=st.integers(0, 4),
    a_01=st.sampled_from(["linear", "compound", "full_again"]),
    a_29=st.sampled_from(["lifetime", "per_year"]),
)
def test_F_18_the_slow_way_finds_the_same(
    flexible: FlexibleMaternityTerms,
    kind: MaternityKind,
    group: str,
    tier: str,
    place: Place,
    cost: int,
    admission: int,
    pool_paid: int,
    times_used: int,
    a_01: str,
    a_29: str,
) -> None:
    terms = flexible.reading_as("A-01", a_01).reading_as("A-29", a_29)
    answer = flexible_maternity(
        terms,
        kind=kind,
        group=Group(group),
        tier=Tier(tier),
        place=place,
        cost=cost * FEN,
        admission=admission,
        pool_paid=pool_paid * FEN,
        times_used=times_used,
    )
    assert in_fractions(answer) == slow.flexible(
        kind=kind.value,
        group=group,
        tier=tier,
        cost=Fraction(cost, 100),
        admission=admission,
        pool_paid=Fraction(pool_paid, 100),
        times_used=times_used,
        a_01=a_01,
        a_29=a_29,
    )


@settings(max_examples=300, deadline=None, derandomize=True, database=None)
@given(
    kind=st.sampled_from([BIRTH, PLANNING]),
    group=st.sampled_from(["minor", "adult"]),
    tier=st.sampled_from(sorted(RESIDENT)),
    place=st.sampled_from(list(Place)),
    cost=fen_near(0, 600, 1200, 15_000, 16_200),
    admission=st.integers(1, 4),
)
def test_R_13_the_slow_way_finds_the_same(
    resident: ResidentMaternityTerms,
    kind: MaternityKind,
    group: str,
    tier: str,
    place: Place,
    cost: int,
    admission: int,
) -> None:
    answer = resident_maternity(
        resident,
        kind=kind,
        group=Group(group),
        tier=Tier(tier),
        place=place,
        cost=cost * FEN,
        admission=admission,
    )
    assert in_fractions(answer) == slow.resident(
        kind=kind.value,
        group=group,
        tier=tier,
        cost=Fraction(cost, 100),
        a_61="parts_after_deductible",
    )
