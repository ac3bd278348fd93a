"""门诊统筹: every cell, the limits, the deductible over the year, quarters, and the slow way."""

import datetime
from decimal import Decimal
from fractions import Fraction
from functools import partial
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calculators.rules.alternatives import used_readings
from calculators.rules.breakdown import Breakdown, Refusal
from calculators.rules.outpatient import (
    deductible_left,
    flexible_visit,
    resident_quarters,
    resident_visit,
)
from calculators.rules.people import Group, OutpatientTier, Place
from calculators.rules.terms.outpatient import FlexibleOutpatientTerms, ResidentOutpatientTerms
from portal.policy.in_force import Rulebook
from portal.policy.terms.outpatient import flexible_outpatient_terms, resident_outpatient_terms
from tests.rules import slow_benefits as slow

pytestmark = pytest.mark.django_db
law = settings(max_examples=200, deadline=None, derandomize=True, database=None)
LEVEL1, LEVEL2, SPECIALIST3, LEVEL3, TOP3 = (
    OutpatientTier.LEVEL1_OR_BELOW,
    OutpatientTier.LEVEL2,
    OutpatientTier.SPECIALIST3,
    OutpatientTier.LEVEL3,
    OutpatientTier.TOP3,
)
TRIPS = (Place.TEMPORARY, Place.TEMPORARY_EMERGENCY)


@pytest.fixture(scope="module")
def flexible(django_db_setup: None, django_db_blocker: Any) -> FlexibleOutpatientTerms:
    with django_db_blocker.unblock():
        book = Rulebook.on(datetime.date(2025, 10, 20))
        return flexible_outpatient_terms(book, out_of_area=True, maternity=True)


@pytest.fixture(scope="module")
def resident(django_db_setup: None, django_db_blocker: Any) -> ResidentOutpatientTerms:
    with django_db_blocker.unblock():
        return resident_outpatient_terms(Rulebook.on(datetime.date(2024, 10, 20)))


def facts_of(tier: OutpatientTier, group: str, cost: str, money: dict[str, Any]) -> dict[str, Any]:
    given = {k: Decimal(v) if type(v) is str else v for k, v in money.items()}
    return {"tier": tier, "group": Group(group), "cost": Decimal(cost), **given}


def ask(
    terms: FlexibleOutpatientTerms, tier: OutpatientTier, group: str, cost: str, **more: Any
) -> Breakdown:
    answer = flexible_visit(terms, **facts_of(tier, group, cost, more))
    assert isinstance(answer, Breakdown)
    assert list(answer.results) == ["pool", "self", "deductible_left", "paid_this_year"]
    return answer


def amounts(answer: Breakdown) -> list[str]:
    return [str(amount) for amount in answer.results.values()]


def codes(answer: Breakdown) -> list[str]:
    return [notice.code for notice in answer.notices]


# The flexible scheme


@pytest.mark.parametrize(
    ("tier", "group", "pool", "clause"),
    [
        # 1600 less 600, 400 or 200
        (TOP3, "active", "500.00", "F-13.3"),
        (TOP3, "retired", "550.00", "F-13.3"),
        (LEVEL3, "active", "660.00", "F-13.4"),
        (LEVEL3, "retired", "720.00", "F-13.4"),
        (LEVEL2, "active", "910.00", "F-13.5"),
        (LEVEL2, "retired", "980.00", "F-13.5"),
        (SPECIALIST3, "active", "910.00", "F-13.5"),
        (SPECIALIST3, "retired", "980.00", "F-13.5"),
        (LEVEL1, "active", "980.00", "F-13.6"),
        (LEVEL1, "retired", "1050.00", "F-13.6"),
    ],
)
def test_F_13_3_to_F_13_6_each_cell(
    flexible: FlexibleOutpatientTerms, tier: OutpatientTier, group: str, pool: str, clause: str
) -> None:
    answer = ask(flexible, tier, group, "1600")
    assert amounts(answer) == [pool, str(1600 - Decimal(pool)), "0.00", pool]
    assert [step.code for step in answer.steps] == ["deductible", "pool", "self"]
    assert answer.steps[0].clauses == (clause,)
    assert answer.steps[1].clauses == (clause, "F-13.1")
    assert ("A-26" in answer.readings) == (tier in (LEVEL2, SPECIALIST3))


def test_A_26_an_ordinary_hospital_of_level_two(flexible: FlexibleOutpatientTerms) -> None:
    assert amounts(ask(flexible, LEVEL2, "active", "1200"))[0] == "650.00"


@pytest.mark.parametrize(
    ("cost", "left", "pool", "left_after"),
    [
        ("300", "400", "0.00", "100.00"),
        ("399.99", "400", "0.00", "0.01"),
        ("400", "400", "0.00", "0.00"),
        ("400.01", "400", "0.01", "0.00"),  # 0.0055
        ("1000", "400", "330.00", "0.00"),
        ("1000", "0.01", "549.99", "0.00"),  # 549.9945
        ("1000", "0", "550.00", "0.00"),
        ("0", "400", "0.00", "400.00"),
    ],
)
def test_F_13_4_the_deductible_is_borne_first(
    flexible: FlexibleOutpatientTerms, cost: str, left: str, pool: str, left_after: str
) -> None:
    answer = ask(flexible, LEVEL3, "active", cost, deductible_left=left)
    assert amounts(answer)[0] == pool
    assert Decimal(amounts(answer)[2]) == Decimal(left_after)
    assert codes(answer) == []


def test_A_24_is_named_with_every_visit(flexible: FlexibleOutpatientTerms) -> None:
    compute = partial(flexible_visit, **facts_of(LEVEL3, "active", "300", {}))
    outcome = compute(flexible)
    assert isinstance(outcome, Breakdown)
    used = {reading.id: reading for reading in used_readings(compute, flexible, outcome)}
    assert used["A-24"].depends_on_other_bills
    assert "A-25" not in used  # no limit is near


def test_more_left_than_the_tier_has_counts_as_all_of_it(
    flexible: FlexibleOutpatientTerms,
) -> None:
    too_high = ask(flexible, LEVEL2, "active", "1200", deductible_left="200.01")
    assert amounts(too_high) == ["650.00", "550.00", "0.00", "650.00"]
    assert codes(too_high) == ["deductible_left_too_high"]
    assert codes(ask(flexible, LEVEL2, "active", "1200", deductible_left="200")) == []


@pytest.mark.parametrize(
    ("holder", "paid", "pool"),
    [
        (False, "7700", "600.00"),  # whoever holds 特殊病 only keeps 12000
        (True, "7700", "100.00"),
        (True, "7200", "600.00"),
        (True, "7200.01", "599.99"),
        (True, "7800", "0.00"),
        (True, "9000", "0.00"),
        (False, "11400", "600.00"),
        (False, "11400.01", "599.99"),
        (False, "12000", "0.00"),
        (False, "12000.01", "0.00"),
    ],
)
def test_F_13_7_F_13_8_the_yearly_limit(
    flexible: FlexibleOutpatientTerms, holder: bool, paid: str, pool: str
) -> None:
    answer = ask(
        flexible,
        LEVEL3,
        "retired",
        "1000",
        deductible_left="0",
        paid_this_year=paid,
        chronic_holder=holder,
    )
    assert amounts(answer)[0] == pool
    assert Decimal(amounts(answer)[3]) == Decimal(paid) + Decimal(pool)
    (limit,) = [step for step in answer.steps if step.code == "limit_left"]
    assert limit.clauses == ("F-13.7", "F-13.8")
    assert limit.yuan == max((7800 if holder else 12_000) - Decimal(paid), 0)
    assert "A-25" in answer.readings


def test_A_25_the_other_reading_lowers_the_limit(flexible: FlexibleOutpatientTerms) -> None:
    facts = facts_of(LEVEL3, "retired", "1000", {"deductible_left": "0", "paid_this_year": "7700"})
    compute = partial(flexible_visit, **facts)
    outcome = compute(flexible)
    assert isinstance(outcome, Breakdown)
    used = {reading.id: reading for reading in used_readings(compute, flexible, outcome)}
    (other,) = used["A-25"].alternatives
    assert {k: str(v) for k, v in other.results.items()} == {
        "pool": "100.00",
        "self": "900.00",
        "paid_this_year": "7800.00",
    }
    decided_otherwise = compute(flexible.reading_as("A-25", "any_listed_disease"))
    assert isinstance(decided_otherwise, Breakdown)
    assert codes(decided_otherwise) == ["lower_limit_assumed"]


def test_the_limit_is_shown_when_one_visit_reaches_it(flexible: FlexibleOutpatientTerms) -> None:
    answer = ask(flexible, LEVEL1, "retired", "20000")  # 19800 × 75% = 14850
    assert amounts(answer)[0] == "12000.00"
    assert "limit_left" in [step.code for step in answer.steps]


@pytest.mark.parametrize(
    ("cost", "used", "refused"),
    [
        ("1200", "149350", False),  # 650 fits exactly
        ("1200", "149350.01", True),
        ("1200", "150000", True),
        ("100", "149999.99", False),  # below the deductible: the pool pays nothing
        ("100", "150000", True),  # comes after it
        ("0", "160000", True),
    ],
)
def test_A_27_no_answer_beyond_the_pool_limit(
    flexible: FlexibleOutpatientTerms, cost: str, used: str, refused: bool
) -> None:
    answer = flexible_visit(flexible, **facts_of(LEVEL2, "active", cost, {"pool_paid": used}))
    assert isinstance(answer, Refusal) == refused
    if isinstance(answer, Refusal):
        assert answer.reading == "A-27"
        assert answer.clauses == ("F-9.1",)


@pytest.mark.parametrize("place", TRIPS)
def test_F_15_19_nothing_on_a_trip(flexible: FlexibleOutpatientTerms, place: Place) -> None:
    more = {"deductible_left": "150", "paid_this_year": "300", "pool_paid": "150000"}
    answer = ask(flexible, LEVEL3, "active", "1000", place=place, **more)
    assert amounts(answer) == ["0.00", "1000.00", "150", "300"]
    assert answer.steps[0].clauses == ("F-15.19",)
    assert codes(answer) == ["no_outpatient_on_a_trip"]
    assert amounts(ask(flexible, TOP3, "active", "1", place=place))[2] == "600.00"


def test_F_15_18_at_the_place_of_filing_as_in_shenyang(flexible: FlexibleOutpatientTerms) -> None:
    away = ask(flexible, LEVEL3, "active", "1000", place=Place.LONG_TERM)
    assert away.results == ask(flexible, LEVEL3, "active", "1000").results
    assert {"F-15.18", "F-15.19"} <= set(away.steps[1].clauses)
    assert codes(away) == ["tier_out_of_area", "where_out_of_area"]
    assert "A-90" in away.readings


@pytest.mark.parametrize("place", list(Place))
def test_F_18_9_a_maternity_visit_counts_everywhere(
    flexible: FlexibleOutpatientTerms, place: Place
) -> None:
    answer = ask(flexible, LEVEL3, "active", "1000", place=place, maternity=True)
    assert amounts(answer) == ["330.00", "670.00", "0.00", "330.00"]
    assert "F-18.9" in answer.steps[1].clauses
    assert "A-28" in answer.readings
    assert codes(answer) == ([] if place == Place.LOCAL else ["tier_out_of_area"])


def test_A_21_half_a_fen_goes_up(flexible: FlexibleOutpatientTerms) -> None:
    answer = ask(flexible, LEVEL3, "active", "0.10", deductible_left="0")  # 0.055
    assert amounts(answer)[0] == "0.06"
    assert "A-21" in answer.readings


# The deductible over the year


@pytest.mark.parametrize(
    ("choice", "left", "pool"),
    [("topped_up", "200", "440.00"), ("separate", "400", "330.00"), ("once", "0", "550.00")],
)
def test_A_24_two_hundred_at_level_one_then_level_three(
    flexible: FlexibleOutpatientTerms, choice: str, left: str, pool: str
) -> None:
    terms = flexible.reading_as("A-24", choice)
    still_due = deductible_left(terms, tier=LEVEL3, met={LEVEL1: Decimal(200)})
    assert still_due == Decimal(left)
    assert amounts(ask(terms, LEVEL3, "active", "1000", deductible_left=str(still_due)))[0] == pool


@pytest.mark.parametrize(
    ("choice", "tier", "met", "left"),
    [
        ("topped_up", TOP3, {}, 600),
        ("topped_up", LEVEL1, {LEVEL3: 250}, 0),
        ("topped_up", TOP3, {LEVEL1: 200, LEVEL3: 200}, 200),
        ("separate", LEVEL3, {LEVEL3: 150, TOP3: 600}, 250),
        ("separate", SPECIALIST3, {LEVEL2: 150}, 50),  # one row of the table (F-13.5)
        ("separate", LEVEL1, {LEVEL2: 200}, 200),
        ("once", LEVEL3, {LEVEL3: 200}, 200),  # not yet met where it was visited
        ("once", TOP3, {LEVEL3: 400}, 0),
        ("once", LEVEL1, {TOP3: 0}, 200),
        ("once", LEVEL3, {LEVEL1: 199}, 201),
        ("once", TOP3, {LEVEL3: 199, LEVEL1: 1}, 0),  # the 200 of level one, wherever borne
        ("once", TOP3, {LEVEL3: 250, LEVEL1: 0}, 350),  # nothing was borne at level one
    ],
)
def test_A_24_what_is_left_of_the_deductible(
    flexible: FlexibleOutpatientTerms,
    choice: str,
    tier: OutpatientTier,
    met: dict[OutpatientTier, int],
    left: int,
) -> None:
    terms = flexible.reading_as("A-24", choice)
    amounts_met = {visited: Decimal(amount) for visited, amount in met.items()}
    assert deductible_left(terms, tier=tier, met=amounts_met) == left


@law
@given(
    visits=st.lists(
        st.tuples(st.sampled_from(sorted(slow.OUTPATIENT)), st.integers(0, 400_00)), max_size=5
    ),
    tier=st.sampled_from(sorted(slow.OUTPATIENT)),
    choice=st.sampled_from(["topped_up", "separate", "once"]),
)
def test_A_24_a_year_of_visits_against_the_slow_way(
    flexible: FlexibleOutpatientTerms, visits: list[tuple[str, int]], tier: str, choice: str
) -> None:
    terms = flexible.reading_as("A-24", choice)
    met: dict[OutpatientTier, Decimal] = {}
    for name, cost in visits:
        visited = OutpatientTier(name)
        left = deductible_left(terms, tier=visited, met=met)
        visit = flexible_visit(
            terms,
            group=Group.ACTIVE,
            tier=visited,
            cost=Decimal(cost).scaleb(-2),
            deductible_left=left,
        )
        assert isinstance(visit, Breakdown)
        met[visited] = met.get(visited, Decimal(0)) + visit.steps[0].yuan
    slowly = slow.left_at(tier, [(name, Fraction(cost, 100)) for name, cost in visits], choice)
    assert Fraction(deductible_left(terms, tier=OutpatientTier(tier), met=met)) == slowly


@law
@given(
    tier=st.sampled_from(sorted(slow.OUTPATIENT)),
    group=st.sampled_from(["active", "retired"]),
    share=st.integers(0, 100),
    cost=st.integers(0, 3000_00) | st.integers(0, 90_000_00),
    paid=st.just(0) | st.integers(0, 13_000_00),
    holder=st.booleans(),
)
def test_F_13_against_the_slow_way(
    flexible: FlexibleOutpatientTerms,
    tier: str,
    group: str,
    share: int,
    cost: int,
    paid: int,
    holder: bool,
) -> None:
    left = slow.OUTPATIENT[tier][0] * share  # in fen
    answer = flexible_visit(
        flexible,
        tier=OutpatientTier(tier),
        group=Group(group),
        cost=Decimal(cost).scaleb(-2),
        deductible_left=Decimal(left).scaleb(-2),
        paid_this_year=Decimal(paid).scaleb(-2),
        chronic_holder=holder,
    )
    assert isinstance(answer, Breakdown)
    assert {k: Fraction(v) for k, v in answer.results.items()} == slow.flexible_visit(  # type: ignore[arg-type]
        tier=tier,
        group=group,
        cost=Fraction(cost, 100),
        deductible_left=Fraction(left, 100),
        paid_this_year=Fraction(paid, 100),
        chronic_holder=holder,
    )


# The resident scheme


@pytest.mark.parametrize(
    ("spent", "paid"),
    [
        ("0", "0.00"),
        ("39.99", "0.00"),
        ("40", "0.00"),
        ("40.01", "0.01"),  # 0.0055
        ("100", "33.00"),
        ("200", "88.00"),  # two visits of 100
        ("300", "143.00"),
        ("312.72", "150.00"),  # 149.996
        ("312.73", "150.00"),  # 150.0015
        ("312.74", "150.00"),
        ("5000", "150.00"),
    ],
)
def test_R_10_2_R_10_3_R_10_4_a_quarter(
    resident: ResidentOutpatientTerms, spent: str, paid: str
) -> None:
    for index, quarter in enumerate(("q1", "q2", "q3", "q4")):
        answer = resident_quarters(resident, **{quarter: Decimal(spent)})
        assert list(answer.results) == ["by_quarter", "pool", "self"]
        expected = [Decimal(0)] * 4
        expected[index] = Decimal(paid)
        assert answer.results["by_quarter"] == tuple(expected)
        assert answer.payers == {"pool": Decimal(paid), "self": Decimal(spent) - Decimal(paid)}
        steps = {step.code: step for step in answer.steps}
        if Decimal(spent):
            assert steps[quarter].clauses == ("R-10.2", "R-10.4", "R-10.3")
        assert "A-66" in answer.readings


def test_A_66_nothing_is_carried_over(resident: ResidentOutpatientTerms) -> None:
    answer = resident_quarters(
        resident, q1=Decimal(40), q2=Decimal(300), q3=Decimal(1000), q4=Decimal("0.01")
    )
    by_quarter = answer.results["by_quarter"]
    assert isinstance(by_quarter, tuple)
    assert list(map(str, by_quarter)) == ["0.00", "143.00", "150.00", "0.00"]
    assert [step.code for step in answer.steps] == ["q1", "q2", "q3", "q4", "pool", "self"]
    assert answer.steps[2].formula == "min((1000 − 40) × 55%, 150)"
    assert answer.steps[4].formula == "143 + 150"


def test_A_66_two_visits_bear_one_deductible(resident: ResidentOutpatientTerms) -> None:
    first = resident_visit(resident, cost=Decimal(100))
    second = resident_visit(resident, cost=Decimal(100), spent_this_quarter=Decimal(100))
    assert [str(first.payers["pool"]), str(second.payers["pool"])] == ["33.00", "55.00"]
    assert second.steps[0].formula == "(200 − 40) × 55% − 33"
    assert {"R-10.1", "R-10.5"} <= set(first.steps[0].clauses)
    assert "A-21" in resident_visit(resident, cost=Decimal("40.01")).readings


@law
@given(costs=st.lists(st.integers(0, 400_00), max_size=6))
def test_R_10_the_visits_of_a_quarter_add_up_to_the_quarter(
    resident: ResidentOutpatientTerms, costs: list[int]
) -> None:
    spent, paid = Decimal(0), Decimal(0)
    for cost in costs:
        visit = resident_visit(resident, cost=Decimal(cost).scaleb(-2), spent_this_quarter=spent)
        spent, paid = spent + visit.bill, paid + visit.payers["pool"]
    assert paid == resident_quarters(resident, q3=spent).payers["pool"]
    assert Fraction(paid) == slow.resident_quarter(Fraction(spent))
