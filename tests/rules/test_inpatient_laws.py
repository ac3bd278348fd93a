"""What must hold of every stay, whatever its numbers: laws of the house and of plain fairness."""

import datetime
from collections.abc import Callable
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from calculators.rules.alternatives import used_readings
from calculators.rules.breakdown import Breakdown, Refusal
from calculators.rules.inpatient import flexible_stay, resident_stay
from calculators.rules.money import ZERO
from calculators.rules.people import Condition, Group, Place, Tier
from portal.policy.in_force import Rulebook
from portal.policy.terms.stay import flexible_stay_terms, resident_stay_terms

# The fixtures below read the seeded database; without the mark it would not be the tests' own.
pytestmark = pytest.mark.django_db

FEN = Decimal("0.01")
POOL_LIMIT, LARGE_SUM_LIMIT = Decimal(150_000), Decimal(500_000)  # F-9.1, F-4.7
# From the lowest to the highest, as F-14.3 to F-14.7 and list them.
FLEXIBLE_TIERS = [Tier.LEVEL1, Tier.LEVEL2_DISTRICT, Tier.LEVEL2_CITY, Tier.LEVEL3, Tier.TOP3]
RESIDENT_TIERS = [Tier.GRASSROOTS, Tier.LEVEL1, Tier.LEVEL2, Tier.LEVEL3, Tier.TOP3]
AWAY = [place for place in Place if place != Place.LOCAL]
FUNDS = ("pool", "large_sum", "supplementary")

Ask = Callable[..., Breakdown]
OCTOBER = datetime.date(2025, 10, 20)


@pytest.fixture(scope="module")
def flexible(django_db_setup: None, django_db_blocker: Any) -> Ask:
    with django_db_blocker.unblock():
        terms = flexible_stay_terms(Rulebook.on(OCTOBER), out_of_area=True)

    def ask(**facts: Any) -> Breakdown:
        answer = flexible_stay(terms, **facts)
        assert isinstance(answer, Breakdown)
        return answer

    return ask


@pytest.fixture(scope="module")
def resident(django_db_setup: None, django_db_blocker: Any) -> Ask:
    with django_db_blocker.unblock():
        terms = resident_stay_terms(Rulebook.on(datetime.date(2024, 10, 20)))

    def ask(**facts: Any) -> Breakdown:
        answer = resident_stay(terms, **facts)
        assert isinstance(answer, Breakdown)
        return answer

    return ask


def yuan(most: int) -> st.SearchStrategy[Decimal]:
    """Amounts up to `most` yuan, small ones as often as large ones."""
    fen = st.integers(0, 5_000_00) | st.integers(0, most * 100)
    return fen.map(lambda number: Decimal(number).scaleb(-2))


COMMON = {
    "cost": yuan(1_200_000),
    "class_b": yuan(20_000),
    "outside": yuan(20_000),
    "admission": st.integers(1, 6),
    "condition": st.sampled_from(Condition),
}
FLEXIBLE = st.fixed_dictionaries(
    {
        **COMMON,
        "group": st.sampled_from([Group.ACTIVE, Group.RETIRED]),
        "tier": st.sampled_from(FLEXIBLE_TIERS),
        "place": st.sampled_from(Place),
        "pool_paid": st.just(ZERO) | yuan(160_000),
        "large_sum_paid": st.just(ZERO) | yuan(510_000),
    }
)
RESIDENT = st.fixed_dictionaries(
    {
        **COMMON,
        "group": st.sampled_from([Group.MINOR, Group.ADULT]),
        "tier": st.sampled_from(RESIDENT_TIERS),
        "place": st.sampled_from([Place.LOCAL, Place.LONG_TERM]),
    }
)

law = settings(max_examples=150, deadline=None, derandomize=True, database=None)
Facts = dict[str, Any]


def own(answer: Breakdown) -> Decimal:
    return answer.payers["self"]


def funds(answer: Breakdown) -> Decimal:
    return sum((answer.payers.get(code, ZERO) for code in FUNDS), ZERO)


def deductible(answer: Breakdown) -> Decimal:
    amount = answer.results["deductible"]
    assert isinstance(amount, Decimal)
    return amount


def no_limit_cuts_large_sum(*answers: Breakdown) -> bool:
    """Above F-4.7's limit nothing pays but 补充, and that pays more where the pool paid less."""
    return all("large_sum_limit_reached" not in str(answer.notices) for answer in answers)


def pool_stage_only(answer: Breakdown) -> bool:
    return "large_sum" not in {step.code for step in answer.steps}


# Payers


@law
@given(facts=FLEXIBLE)
def test_payers_of_a_flexible_stay_sum_to_the_bill(flexible: Ask, facts: Facts) -> None:
    check_payers(flexible(**facts), facts)


@law
@given(facts=RESIDENT)
def test_payers_of_a_resident_stay_sum_to_the_bill(resident: Ask, facts: Facts) -> None:
    check_payers(resident(**facts), facts)


def check_payers(answer: Breakdown, facts: Facts) -> None:
    payments = list(answer.payers.values())
    assert sum(payments) == facts["cost"] + facts["class_b"] + facts["outside"]
    assert all(payment >= 0 for payment in payments)
    assert all(payment == payment.quantize(FEN) for payment in payments)
    # Every payment is the amount of the step that explains it.
    assert {step.code: step.amount for step in answer.steps}.items() <= answer.results.items()


@law
@given(facts=FLEXIBLE)
def test_F_9_1_F_4_7_no_fund_pays_beyond_its_limit(flexible: Ask, facts: Facts) -> None:
    payers = flexible(**facts).payers
    assert payers["pool"] <= max(POOL_LIMIT - facts["pool_paid"], ZERO)
    assert payers["large_sum"] <= max(LARGE_SUM_LIMIT - facts["large_sum_paid"], ZERO)


# More cost


@law
@given(facts=FLEXIBLE, more=yuan(1_000))
def test_more_cost_never_makes_the_funds_pay_less(
    flexible: Ask, facts: Facts, more: Decimal
) -> None:
    less = flexible(**facts)
    dearer = flexible(**{**facts, "cost": facts["cost"] + more})
    assert funds(dearer) >= funds(less)
    assert dearer.payers["pool"] >= less.payers["pool"]
    assert dearer.payers["large_sum"] >= less.payers["large_sum"]


@law
@given(facts=FLEXIBLE, more=yuan(1_000))
def test_more_cost_never_makes_the_person_pay_less(
    flexible: Ask, facts: Facts, more: Decimal
) -> None:
    less = flexible(**facts)
    dearer = flexible(**{**facts, "cost": facts["cost"] + more})
    # Where the pool's limit is crossed, 大额 and 补充 may both round up on the same fen.
    crossing = pool_stage_only(less) and not pool_stage_only(dearer)
    assert own(dearer) >= own(less) - (FEN if crossing else 0)


@law
@given(facts=RESIDENT, more=yuan(1_000))
def test_more_cost_never_makes_a_resident_or_the_pool_pay_less(
    resident: Ask, facts: Facts, more: Decimal
) -> None:
    less = resident(**facts)
    dearer = resident(**{**facts, "cost": facts["cost"] + more})
    assert funds(dearer) >= funds(less)
    assert own(dearer) >= own(less)


# People, hospitals, places


@law
@given(facts=FLEXIBLE)
def test_F_14_a_retired_person_never_pays_more_than_an_active_one(
    flexible: Ask, facts: Facts
) -> None:
    retired = flexible(**{**facts, "group": Group.RETIRED})
    active = flexible(**{**facts, "group": Group.ACTIVE})
    assume(no_limit_cuts_large_sum(retired, active))
    assert own(retired) <= own(active)
    assert deductible(retired) == deductible(active)


@law
@given(facts=RESIDENT)
def test_R_7_a_minor_never_pays_more_than_an_adult(resident: Ask, facts: Facts) -> None:
    minor = resident(**{**facts, "group": Group.MINOR})
    adult = resident(**{**facts, "group": Group.ADULT})
    assert own(minor) <= own(adult)


@law
@given(facts=FLEXIBLE)
def test_F_14_a_lower_tier_never_has_a_higher_deductible(flexible: Ask, facts: Facts) -> None:
    listed = [deductible(flexible(**{**facts, "tier": tier})) for tier in FLEXIBLE_TIERS]
    assert listed == sorted(listed)


@law
@given(facts=RESIDENT)
def test_R_7_a_lower_tier_never_costs_a_resident_more(resident: Ask, facts: Facts) -> None:
    answers = [resident(**{**facts, "tier": tier}) for tier in RESIDENT_TIERS]
    for lower, higher in pairwise(answers):
        assert deductible(lower) <= deductible(higher)
        assert own(lower) <= own(higher)


@law
@given(facts=FLEXIBLE)
def test_F_14_4_F_14_5_both_kinds_of_level_two_are_alike(flexible: Ask, facts: Facts) -> None:
    district = flexible(**{**facts, "tier": Tier.LEVEL2_DISTRICT})
    city = flexible(**{**facts, "tier": Tier.LEVEL2_CITY})
    assert district.results == city.results


@law
@given(facts=FLEXIBLE)
def test_F_15_6_a_first_stay_at_the_place_of_filing_is_like_one_in_shenyang(
    flexible: Ask, facts: Facts
) -> None:
    # From the second stay on the reductions are lost away from Shenyang (F-15.8).
    facts = {**facts, "admission": 1}
    away = flexible(**{**facts, "place": Place.LONG_TERM})
    assert away.results == flexible(**{**facts, "place": Place.LOCAL}).results


@law
@given(facts=FLEXIBLE)
def test_F_15_8_no_place_away_is_better_than_shenyang(flexible: Ask, facts: Facts) -> None:
    local = flexible(**{**facts, "place": Place.LOCAL})
    for place in AWAY:
        away = flexible(**{**facts, "place": place})
        assume(no_limit_cuts_large_sum(local, away))
        assert own(away) >= own(local), place
        assert deductible(away) >= deductible(local), place


@law
@given(facts=FLEXIBLE)
def test_F_15_16_an_emergency_is_better_than_a_planned_trip_while_the_pool_pays(
    flexible: Ask, facts: Facts
) -> None:
    # Not in the large-sum stage: there A-08 takes the plain deductible and A-09 the doubled one.
    planned = flexible(**{**facts, "place": Place.TEMPORARY})
    emergency = flexible(**{**facts, "place": Place.TEMPORARY_EMERGENCY})
    assume(pool_stage_only(planned) and pool_stage_only(emergency) and facts["pool_paid"] < 150_000)
    assert own(emergency) <= own(planned)


# What lowers the deductible


@law
@given(facts=FLEXIBLE)
def test_F_14_10_a_further_stay_never_has_a_higher_deductible(flexible: Ask, facts: Facts) -> None:
    stays = [flexible(**{**facts, "admission": count}) for count in (1, 2, 3, 4, 99)]
    for earlier, later in pairwise(stays):
        assert deductible(later) <= deductible(earlier)
        assert own(later) <= own(earlier)
    assert stays[2].results == stays[3].results == stays[4].results


@law
@given(facts=RESIDENT)
def test_A_62_a_resident_s_further_stays_are_all_alike(resident: Ask, facts: Facts) -> None:
    second = resident(**{**facts, "admission": 2})
    assert second.results == resident(**{**facts, "admission": 7}).results
    if facts["condition"] != Condition.CANCER:
        assert second.results == resident(**{**facts, "admission": 1}).results


@law
@given(facts=FLEXIBLE)
def test_F_14_11_F_14_12_an_exemption_never_costs_more(flexible: Ask, facts: Facts) -> None:
    without = flexible(**{**facts, "condition": Condition.NONE})
    cancer = flexible(**{**facts, "condition": Condition.CANCER})
    listed = flexible(**{**facts, "condition": Condition.NO_DEDUCTIBLE})
    assert own(listed) <= own(cancer) <= own(without)
    assert deductible(listed) == 0


@law
@given(facts=FLEXIBLE, cost=yuan(1_000_000))
def test_the_deductible_is_the_standard_that_applies_whatever_the_cost(
    flexible: Ask, facts: Facts, cost: Decimal
) -> None:
    assert deductible(flexible(**facts)) == deductible(flexible(**{**facts, "cost": cost}))


# Answers that have nothing to do with it


@law
@given(facts=FLEXIBLE, day=st.dates(datetime.date(2025, 6, 1)))
def test_the_day_of_filing_changes_no_amount(
    flexible: Ask, facts: Facts, day: datetime.date
) -> None:
    assert flexible(**facts, filed_on=day).results == flexible(**facts).results


@law
@given(facts=FLEXIBLE, day=st.dates())
def test_the_day_of_filing_means_nothing_but_at_the_place_of_filing(
    flexible: Ask, facts: Facts, day: datetime.date
) -> None:
    assume(facts["place"] != Place.LONG_TERM)
    assert flexible(**facts, filed_on=day) == flexible(**facts)


@law
@given(facts=FLEXIBLE, paid=yuan(510_000))
def test_F_4_7_what_large_sum_has_paid_means_nothing_before_its_stage(
    flexible: Ask, facts: Facts, paid: Decimal
) -> None:
    answer = flexible(**facts)
    assume(pool_stage_only(answer))
    assert flexible(**{**facts, "large_sum_paid": paid}) == answer


@law
@given(facts=FLEXIBLE, paid=yuan(150_000))
def test_F_9_1_what_the_pool_has_paid_means_nothing_while_it_lasts(
    flexible: Ask, facts: Facts, paid: Decimal
) -> None:
    answer = flexible(**{**facts, "pool_paid": ZERO})
    assume(answer.payers["pool"] < POOL_LIMIT - paid)
    assert flexible(**{**facts, "pool_paid": paid}) == answer


@law
@given(facts=FLEXIBLE, class_b=yuan(20_000))
@example(facts={"group": Group.ACTIVE, "tier": Tier.LEVEL3, "cost": Decimal(20_000)}, class_b=ZERO)
def test_F_14_8_class_b_falls_on_the_person_alone_while_the_pool_pays(
    flexible: Ask, facts: Facts, class_b: Decimal
) -> None:
    assume(facts.get("pool_paid", ZERO) < POOL_LIMIT)
    without = flexible(**{**facts, "class_b": ZERO})
    with_it = flexible(**{**facts, "class_b": class_b})
    assert with_it.results == {**without.results, "self": own(without) + class_b}


@law
@given(facts=FLEXIBLE, outside=yuan(20_000))
def test_F_14_8_what_is_outside_falls_on_the_person_alone_in_every_stage(
    flexible: Ask, facts: Facts, outside: Decimal
) -> None:
    without = flexible(**{**facts, "outside": ZERO})
    with_it = flexible(**{**facts, "outside": outside})
    assert with_it.results == {**without.results, "self": own(without) + outside}


@law
@given(facts=FLEXIBLE, class_b=yuan(20_000))
def test_F_17_5_halving_class_b_never_costs_the_person_more_than_class_b(
    flexible: Ask, facts: Facts, class_b: Decimal
) -> None:
    facts = {**facts, "pool_paid": POOL_LIMIT}
    without = flexible(**{**facts, "class_b": ZERO})
    with_it = flexible(**{**facts, "class_b": class_b})
    assert own(without) <= own(with_it) <= own(without) + class_b


@law
@given(facts=RESIDENT, class_b=yuan(20_000), outside=yuan(20_000))
def test_R_7_6_what_the_pool_does_not_cover_falls_on_the_resident(
    resident: Ask, facts: Facts, class_b: Decimal, outside: Decimal
) -> None:
    without = resident(**{**facts, "class_b": ZERO, "outside": ZERO})
    with_it = resident(**{**facts, "class_b": class_b, "outside": outside})
    assert with_it.results == {**without.results, "self": own(without) + class_b + outside}


@law
@given(facts=FLEXIBLE)
def test_F_16_4_supplementary_pays_a_part_of_what_the_pool_s_stage_leaves(
    flexible: Ask, facts: Facts
) -> None:
    assume(facts["pool_paid"] < POOL_LIMIT)
    payers = flexible(**facts).payers
    left = facts["cost"] - payers["pool"] - payers["large_sum"]
    assert payers["supplementary"] <= left * Decimal("0.7")  # F-16.9, the highest band


# Readings


@law
@given(facts=FLEXIBLE)
def test_a_reading_is_shown_with_the_results_that_it_would_change(facts: Facts) -> None:
    terms = flexible_stay_terms(Rulebook.on(OCTOBER), out_of_area=True)
    computed = flexible_stay(terms, **facts)
    assert isinstance(computed, Breakdown)
    for used in used_readings(lambda other: flexible_stay(other, **facts), terms, computed):
        assert used.id in computed.readings
        for other in used.alternatives:
            otherwise = flexible_stay(terms.reading_as(other.switch, other.choice), **facts)
            assert isinstance(otherwise, Breakdown)
            assert otherwise.results == {**computed.results, **other.results}
            assert all(computed.results[code] != amount for code, amount in other.results.items())


def test_a_reading_that_would_change_nothing_is_not_shown() -> None:
    terms = flexible_stay_terms(Rulebook.on(OCTOBER), out_of_area=True)

    def shown(**facts: Any) -> dict[str, bool]:
        facts = {"group": Group.ACTIVE, "tier": Tier.LEVEL3, "cost": Decimal(20_000), **facts}
        computed = flexible_stay(terms, **facts)
        assert isinstance(computed, Breakdown)
        used = used_readings(lambda other: flexible_stay(other, **facts), terms, computed)
        return {reading.id: bool(reading.alternatives) for reading in used}

    # A second stay is at 85% under each choice of A-01; a third is not.
    assert "A-01" not in shown(admission=2)
    assert shown(admission=3)["A-01"] is True
    # A-18 has no switch, and A-17 depends on bills that a single one does not know of.
    assert shown() == {"A-17": False, "A-18": False}


def test_a_reading_under_which_there_is_no_answer_has_no_amounts() -> None:
    terms = flexible_stay_terms(Rulebook.on(OCTOBER), out_of_area=True)
    facts: Facts = {"group": Group.ACTIVE, "tier": Tier.LEVEL3, "cost": Decimal(20_000)}
    computed = flexible_stay(terms, admission=3, **facts)
    assert isinstance(computed, Breakdown)
    used = used_readings(lambda other: Refusal("no_answer", "A-01"), terms, computed)
    assert "A-01" not in {reading.id for reading in used}


@pytest.mark.parametrize("place", AWAY)
@pytest.mark.parametrize("condition", Condition)
def test_F_15_a_stay_out_of_area_needs_its_terms(place: Place, condition: Condition) -> None:
    """Never Shenyang's own terms in silence."""
    terms = flexible_stay_terms(Rulebook.on(OCTOBER), out_of_area=False)
    with pytest.raises(ValueError, match="out-of-area terms"):
        flexible_stay(
            terms,
            group=Group.ACTIVE,
            tier=Tier.LEVEL3,
            cost=Decimal(20_000),
            condition=condition,
            place=place,
        )
