"""A stay whole: every step with its formula and clauses, readings and remarks.

What the laws and the slow way leave open: they compare amounts.
"""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from calculators.rules.breakdown import Breakdown, Notice, Refusal, Step
from calculators.rules.inpatient import flexible_stay, resident_stay
from calculators.rules.money import ZERO
from calculators.rules.people import Condition, Group, Place, Tier
from calculators.rules.terms import FlexibleStayTerms, ResidentStayTerms
from portal.policy.in_force import Rulebook
from portal.policy.terms.stay import flexible_stay_terms, resident_stay_terms

pytestmark = pytest.mark.django_db
FILED = date(2025, 6, 1)
AWAY = Notice("tier_out_of_area")
CANCER, LISTED = Condition.CANCER, Condition.NO_DEDUCTIBLE
LONG_TERM, TRIP, RESCUE = Place.LONG_TERM, Place.TEMPORARY, Place.TEMPORARY_EMERGENCY
# F-14.8 and F-14.9: which cost the pool's share is of.
SCOPE = ("F-14.8", "F-14.9")
# F-16.14 and F-16.15: the columns of the supplementary table.
LOCAL_COLUMN = ("F-16.4", "F-16.5", "F-16.14")
TRIP_COLUMN = ("F-16.4", "F-16.5", "F-16.15")
DECREMENT = ("A-01", "A-02", "A-03", "A-04")


@pytest.fixture(scope="module")
def flexible(django_db_setup: None, django_db_blocker: Any) -> FlexibleStayTerms:
    with django_db_blocker.unblock():
        return flexible_stay_terms(Rulebook.on(date(2025, 10, 20)), out_of_area=True)


@pytest.fixture(scope="module")
def resident(django_db_setup: None, django_db_blocker: Any) -> ResidentStayTerms:
    with django_db_blocker.unblock():
        return resident_stay_terms(Rulebook.on(date(2024, 10, 20)))


def ask(terms: FlexibleStayTerms, cost: str = "20000", **facts: Any) -> Breakdown:
    """A stay in a hospital of level three (F-14.6: 600, 88%) of somebody in work."""
    given: dict[str, Any] = {k: Decimal(v) if type(v) is str else v for k, v in facts.items()}
    answer = flexible_stay(terms, group=Group.ACTIVE, tier=Tier.LEVEL3, cost=Decimal(cost), **given)
    assert isinstance(answer, Breakdown)
    return answer


def ask_resident(
    terms: ResidentStayTerms, cost: str = "20000", tier: Tier = Tier.LEVEL3, **facts: Any
) -> Breakdown:
    """A stay of an adult; in a hospital of level three (R-7.4: 600, 75%) where nothing is said."""
    answer = resident_stay(terms, group=Group.ADULT, tier=tier, cost=Decimal(cost), **facts)
    assert isinstance(answer, Breakdown)
    return answer


def yuan(code: str, amount: str, formula: str, *clauses: str) -> Step:
    return Step(code, Decimal(amount), formula, clauses)


# The flexible scheme, while the pool pays


def test_F_14_6_a_first_stay_in_shenyang(flexible: FlexibleStayTerms) -> None:
    answer = ask(flexible, class_b="100", outside="10")
    assert list(answer.steps) == [
        yuan("deductible", "600", "600 × 100%", "F-14.6"),
        yuan("pool", "17072", "(20000 − 600) × 88%", "F-14.6", *SCOPE),
        # 2328 are left by share
        yuan(
            "supplementary",
            "976.80",
            "200 × 40% + 200 × 50% + 1328 × 60%",
            *LOCAL_COLUMN,
            "F-16.6",
            "F-16.7",
            "F-16.8",
        ),
        yuan("self", "2061.20", "20110 − 17072 − 976.8"),
    ]
    assert answer.bill == 20110
    assert answer.readings == ("A-17", "A-18")
    assert answer.notices == ()
    assert answer.left_by_share == 2328


@pytest.mark.parametrize(
    ("admission", "condition", "step", "readings"),
    [
        (2, Condition.NONE, ("510", "600 × 85%", "F-14.6", "F-14.10"), DECREMENT),
        (3, Condition.NONE, ("420", "600 × 70%", "F-14.6", "F-14.10"), DECREMENT),
        (1, CANCER, ("600", "600 × 100%", "F-14.6"), ()),
        (2, CANCER, ("0", "0", "F-14.12"), ("A-06",)),
        (1, LISTED, ("0", "0", "F-14.11"), ()),
        (2, LISTED, ("0", "0", "F-14.11"), ()),
    ],
)
def test_F_14_10_to_F_14_12_what_lowers_the_deductible(
    flexible: FlexibleStayTerms,
    admission: int,
    condition: Condition,
    step: tuple[str, ...],
    readings: tuple[str, ...],
) -> None:
    answer = ask(flexible, admission=admission, condition=condition)
    assert answer.steps[0] == yuan("deductible", *step)
    assert answer.readings == (*readings, "A-17", "A-18")
    assert answer.notices == ()


def test_A_21_a_share_is_rounded_only_where_it_has_to_be(flexible: FlexibleStayTerms) -> None:
    rounded = ask(flexible, "600.10")  # 0.10 × 88% = 0.088
    assert rounded.payers["pool"] == Decimal("0.09")
    assert rounded.readings == ("A-21", "A-17", "A-18")
    assert ask(flexible, "600.25").readings == ("A-17", "A-18")  # 0.22


def test_A_17_what_earlier_stays_left_counts_over_the_year(flexible: FlexibleStayTerms) -> None:
    over_the_year = flexible.reading_as("A-17", "per_year")
    # 2500 × 12% = 300, after 700 before: 180 − 40
    step = ask(over_the_year, "3100", self_paid_before="700").steps[2]
    assert (step.yuan, step.formula) == (Decimal(140), "200 × 40% + 200 × 50% − (100 × 40%)")
    assert ask(flexible, "3100", self_paid_before="700").steps[2].yuan == 0


# Out of area, while the pool pays


@pytest.mark.parametrize(
    ("admission", "clauses", "readings"),
    [(1, (), ()), (2, ("F-15.8",), ("A-91",)), (3, ("F-15.8",), ("A-91",))],
)
def test_F_15_6_F_15_8_a_stay_at_the_place_of_filing(
    flexible: FlexibleStayTerms,
    admission: int,
    clauses: tuple[str, ...],
    readings: tuple[str, ...],
) -> None:
    answer = ask(flexible, place=LONG_TERM, filed_on=FILED, admission=admission)
    assert list(answer.steps[:2]) == [
        yuan("deductible", "600", "600 × 100%", "F-14.6", "F-15.6", *clauses),
        yuan("pool", "17072", "(20000 − 600) × 88%", "F-14.6", "F-15.6", *SCOPE),
    ]
    assert answer.steps[2].clauses[:3] == LOCAL_COLUMN
    assert answer.readings == ("A-90", *readings, "A-19", "A-17", "A-18")
    assert answer.notices == (AWAY,)


def test_F_15_10_filed_up_to_the_last_day_of_the_old_policy(flexible: FlexibleStayTerms) -> None:
    old = flexible_stay(
        flexible,
        group=Group.ACTIVE,
        tier=Tier.LEVEL3,
        cost=Decimal(20000),
        place=LONG_TERM,
        filed_on=date(2025, 5, 31),
    )
    assert old == Refusal("filed_under_old_policy", "A-22", ("F-15.10",))
    assert ask(flexible, place=LONG_TERM).notices == (Notice("filing_day_unknown"), AWAY)


@pytest.mark.parametrize(
    ("place", "choice", "times", "due", "pool", "readings"),
    [
        # F-15.11: 上调至2.5倍, 下调10个百分点; 18500 × 78%
        (TRIP, "to_multiple", "2.5", "1500", "14430", ()),
        # F-15.16: 上调2倍; 18800 × 88%, and 18200 × 88%
        (RESCUE, "to_multiple", "2", "1200", "16544", ("A-07",)),
        (RESCUE, "by_multiple", "3", "1800", "16016", ("A-07",)),
    ],
)
def test_F_15_11_F_15_16_a_stay_on_a_trip(
    flexible: FlexibleStayTerms,
    place: Place,
    choice: str,
    times: str,
    due: str,
    pool: str,
    readings: tuple[str, ...],
) -> None:
    clause, rate = ("F-15.11", "78%") if place == TRIP else ("F-15.16", "88%")
    answer = ask(flexible.reading_as("A-07", choice), place=place, filed_on=FILED)
    assert list(answer.steps[:2]) == [
        yuan("deductible", due, f"600 × {times}", "F-14.6", clause),
        yuan("pool", pool, f"(20000 − {due}) × {rate}", "F-14.6", clause, *SCOPE),
    ]
    assert answer.steps[2].clauses[:3] == TRIP_COLUMN
    column = ("A-19",) if place == RESCUE else ()
    assert answer.readings == ("A-90", *readings, *column, "A-17", "A-18")
    assert answer.notices == (AWAY,)


@pytest.mark.parametrize(
    ("choice", "condition", "step"),
    [
        # 600 × 2.5, and what would have lifted it
        ("disease_exemption_kept", CANCER, ("1500", "600 × 2.5", "F-15.8", "F-14.12")),
        ("disease_exemption_kept", LISTED, ("0", "0", "F-14.11")),
        ("all_exemptions_kept", CANCER, ("0", "0", "F-14.12")),
        ("all_exemptions_kept", LISTED, ("0", "0", "F-14.11")),
        ("all_exemptions_lost", CANCER, ("1500", "600 × 2.5", "F-15.8", "F-14.12")),
        ("all_exemptions_lost", LISTED, ("1500", "600 × 2.5", "F-15.8", "F-14.11")),
    ],
)
def test_A_05_which_exemptions_a_trip_takes_away(
    flexible: FlexibleStayTerms, choice: str, condition: Condition, step: tuple[str, ...]
) -> None:
    terms = flexible.reading_as("A-05", choice)
    answer = ask(terms, place=TRIP, condition=condition, admission=2)
    amount, formula, *clauses = step
    listed = ("F-14.6", "F-15.11") if amount != "0" else ()
    assert answer.steps[0] == yuan("deductible", amount, formula, *listed, *clauses)
    cancer = ("A-06",) if condition == CANCER else ()
    assert answer.readings[: 2 + len(cancer)] == ("A-90", *cancer, "A-05")
    assert ("A-91" in answer.readings) == (amount != "0")


def test_F_15_8_a_first_stay_is_named_with_the_clause_only_for_its_exemption(
    flexible: FlexibleStayTerms,
) -> None:
    lost = ask(
        flexible.reading_as("A-05", "all_exemptions_lost"), place=LONG_TERM, condition=LISTED
    )
    clauses = ("F-14.6", "F-15.6", "F-14.11", "F-15.8")
    assert lost.steps[0] == yuan("deductible", "600", "600 × 100%", *clauses)
    cancer = ask(flexible, place=LONG_TERM, condition=CANCER)
    assert cancer.steps[0] == yuan("deductible", "600", "600 × 100%", "F-14.6", "F-15.6")
    assert "A-05" not in cancer.readings


# Across the pool's limit and beyond it


@pytest.mark.parametrize(
    ("choice", "rate", "large_sum", "own"),
    [
        # 1000 left absorb 1000 / 78% = 1282.0512…
        ("basic", "88%", "16471.79", "4128.21"),
        ("large_sum", "94%", "17594.87", "3005.13"),
        ("basic_reduced", "78%", "14600.00", "6000.00"),
    ],
)
def test_A_08_a_trip_that_crosses_the_pool_s_limit(
    flexible: FlexibleStayTerms, choice: str, rate: str, large_sum: str, own: str
) -> None:
    terms = flexible.reading_as("A-08", choice)
    answer = ask(terms, "21500", class_b="100", place=TRIP, pool_paid="149000", admission=2)
    shown = f"21600 − 1000 − {large_sum.rstrip('0').rstrip('.')}"
    assert list(answer.steps) == [
        yuan("deductible", "1500", "600 × 2.5", "F-14.6", "F-15.11", "F-15.8"),
        yuan(
            "pool",
            "1000",
            "min((21500 − 1500) × 78%, 1000)",
            *("F-14.6", "F-15.11", *SCOPE, "F-9.1"),
        ),
        yuan("large_sum", large_sum, f"18717.948717… × {rate}", "F-14.6", "F-15.12"),
        yuan("supplementary", "0", "0", *TRIP_COLUMN),  # 282.05, not above 600
        yuan("self", own, shown),
    ]
    assert answer.readings == (
        *("A-90", "A-91", "A-10", "A-11", "A-12", "A-13", "A-08", "A-17", "A-18"),
    )
    assert answer.notices == (AWAY, Notice("class_b_not_split"))


def test_F_9_1_a_stay_in_shenyang_that_crosses_the_limit(flexible: FlexibleStayTerms) -> None:
    # 880 left absorb 1000 of 19490; 18490 × 94% (F-17.5)
    answer = ask(flexible, pool_paid="149120", admission=2)
    assert list(answer.steps[:3]) == [
        yuan("deductible", "510", "600 × 85%", "F-14.6", "F-14.10"),
        yuan("pool", "880", "min((20000 − 510) × 88%, 880)", "F-14.6", *SCOPE, "F-9.1"),
        yuan("large_sum", "17380.60", "18490 × 94%", "F-14.6", "F-17.4", "F-17.5"),
    ]
    assert answer.readings == (*DECREMENT, "A-10", "A-11", "A-12", "A-17", "A-18")
    assert answer.notices == ()
    assert answer.left_by_share == 120


@pytest.mark.parametrize(
    ("class_b", "base", "large_sum", "own", "readings"),
    [
        ("0", "19745", "18560.30", "1439.70", ()),  # 20000 − 255
        ("2000", "20745", "19500.30", "2499.70", ("A-13",)),  # and 1000 of 乙类
    ],
)
def test_F_17_5_a_stay_beyond_the_pool_s_limit(
    flexible: FlexibleStayTerms,
    class_b: str,
    base: str,
    large_sum: str,
    own: str,
    readings: tuple[str, ...],
) -> None:
    answer = ask(flexible, class_b=class_b, pool_paid="150000", admission=2)
    bill = 20000 + int(class_b)
    assert list(answer.steps) == [
        yuan("deductible", "255", "600 × 85% × 50%", "F-14.6", "F-14.10", "F-17.5"),
        yuan("large_sum", large_sum, f"{base} × 94%", "F-14.6", "F-17.4", "F-17.5"),
        yuan("self", own, f"{bill} − {large_sum.rstrip('0')}"),
    ]
    assert answer.readings == (*DECREMENT, "A-10", "A-12", *readings)
    assert answer.notices == ()
    assert answer.left_by_share == 0


@pytest.mark.parametrize(
    ("class_b", "amount", "met"), [("0", 18518, ()), ("2000", 19458, ("A-13",))]
)
def test_F_17_5_beyond_the_limit_at_the_place_of_filing(
    flexible: FlexibleStayTerms, class_b: str, amount: int, met: tuple[str, ...]
) -> None:
    # 20000 − 300 and 20000 + 1000 − 300, at 94%
    answer = ask(flexible, place=LONG_TERM, filed_on=FILED, class_b=class_b, pool_paid="150000")
    deductible, large_sum, _ = answer.steps
    assert deductible == yuan("deductible", "300", "600 × 50%", "F-14.6", "F-17.5", "F-15.8")
    assert (large_sum.yuan, large_sum.clauses) == (Decimal(amount), ("F-14.6", "F-17.4", "F-17.5"))
    assert answer.readings == ("A-90", "A-10", "A-12", *met)
    assert answer.notices == (AWAY,)


@pytest.mark.parametrize(
    ("place", "choice", "deductible", "large_sum"),
    [
        # at 88% (F-15.12)
        (TRIP, "standard", ("600", "600 × 100%"), ("17072", "19400 × 88%")),
        (TRIP, "raised", ("1500", "600 × 2.5"), ("16280", "18500 × 88%")),
        (TRIP, "halved", ("300", "600 × 50%"), ("17336", "19700 × 88%")),
        # at 94% (F-15.17)
        (RESCUE, "standard", ("600", "600 × 100%"), ("18236", "19400 × 94%")),
        (RESCUE, "raised", ("1200", "600 × 2"), ("17672", "18800 × 94%")),
        (RESCUE, "halved", ("300", "600 × 50%"), ("18518", "19700 × 94%")),
    ],
)
def test_A_08_A_09_beyond_the_limit_on_a_trip(
    flexible: FlexibleStayTerms,
    place: Place,
    choice: str,
    deductible: tuple[str, str],
    large_sum: tuple[str, str],
) -> None:
    reading, clause = ("A-08", "F-15.12") if place == TRIP else ("A-09", "F-15.17")
    terms = flexible.reading_as(f"{reading}.deductible", choice)
    # 乙类 stays with the person: F-17.5 is of Shenyang and the place of filing alone
    answer = ask(terms, place=place, class_b="2000", pool_paid="150000", admission=2)
    assert list(answer.steps[:2]) == [
        yuan("deductible", *deductible, "F-14.6", clause),
        yuan("large_sum", *large_sum, "F-14.6", clause),
    ]
    doubled = ("A-07",) if place == RESCUE else ()
    assert answer.readings == ("A-90", "A-91", *doubled, reading, "A-10", "A-12")
    assert answer.notices == (AWAY,)


def test_F_4_7_the_large_sum_limit_is_named(flexible: FlexibleStayTerms) -> None:
    answer = ask(flexible, pool_paid="150000", large_sum_paid="490000")
    assert answer.steps[1] == yuan(
        "large_sum", "10000", "min(19700 × 94%, 10000)", "F-14.6", "F-17.4", "F-17.5", "F-4.7"
    )
    assert answer.readings == ("A-10", "A-12", "A-14")
    assert answer.notices == (Notice("large_sum_limit_reached"),)


def test_F_17_5_a_bill_below_the_deductible_has_no_large_sum_step(
    flexible: FlexibleStayTerms,
) -> None:
    answer = ask(flexible, "300", pool_paid="150000")
    assert [step.code for step in answer.steps] == ["deductible", "self"]
    above = ask(flexible, "300.01", pool_paid="150000")
    assert above.steps[1].yuan == Decimal("0.01")  # 0.0094


# The resident scheme


@pytest.mark.parametrize("place", [Place.LOCAL, LONG_TERM])
def test_R_7_4_a_first_stay(resident: ResidentStayTerms, place: Place) -> None:
    answer = ask_resident(resident, place=place)
    assert list(answer.steps) == [
        yuan("deductible", "600", "600 × 100%", "R-7.4"),
        yuan("pool", "14550", "(20000 − 600) × 75%", "R-7.4", "R-7.6"),
        yuan("self", "5450", "20000 − 14550"),
    ]
    assert (answer.readings, answer.notices) == ((), ())


@pytest.mark.parametrize(
    ("condition", "place", "admission", "step", "readings"),
    [
        (Condition.NONE, Place.LOCAL, 2, ("600", "600 × 100%", "R-7.4"), ("A-62",)),
        (CANCER, Place.LOCAL, 1, ("600", "600 × 100%", "R-7.4"), ()),
        (CANCER, Place.LOCAL, 2, ("0", "0", "R-7.9"), ("A-71",)),
        (CANCER, LONG_TERM, 2, ("600", "600 × 100%", "R-7.4"), ("A-71",)),
        (LISTED, LONG_TERM, 1, ("0", "0", "R-7.8"), ()),
        (LISTED, Place.LOCAL, 2, ("0", "0", "R-7.8"), ("A-62",)),
    ],
)
def test_R_7_8_R_7_9_what_lifts_the_deductible(
    resident: ResidentStayTerms,
    condition: Condition,
    place: Place,
    admission: int,
    step: tuple[str, ...],
    readings: tuple[str, ...],
) -> None:
    answer = ask_resident(resident, condition=condition, place=place, admission=admission)
    assert answer.steps[0] == yuan("deductible", *step)
    assert answer.readings == readings


@pytest.mark.parametrize("place", [TRIP, RESCUE])
def test_A_70_a_resident_s_stay_on_a_trip_is_refused(
    resident: ResidentStayTerms, place: Place
) -> None:
    refused = resident_stay(
        resident, group=Group.ADULT, tier=Tier.LEVEL3, cost=Decimal(20000), place=place
    )
    assert refused == Refusal("resident_temporary", "A-70")


@pytest.mark.parametrize(
    ("choice", "cost", "pool", "formula"),
    [
        # 20000 − 1200 = 18800
        ("parts_after_deductible", "20000", "12410", "15000 × 65% + 3800 × 70%"),
        ("parts_of_cost", "20000", "12470", "15000 × 65% + 5000 × 70% − 1200 × 65%"),
        ("whole_by_cost", "20000", "13160", "(20000 − 1200) × 70%"),
        ("whole_after_deductible", "20000", "13160", "(20000 − 1200) × 70%"),
        # 16200 − 1200 = 15000, where the band ends
        ("parts_after_deductible", "16200", "9750", "15000 × 65%"),
        ("parts_of_cost", "16200", "9810", "15000 × 65% + 1200 × 70% − 1200 × 65%"),
        ("whole_by_cost", "16200", "10500", "(16200 − 1200) × 70%"),
        ("whole_after_deductible", "16200", "9750", "(16200 − 1200) × 65%"),
        # below the deductible
        ("parts_after_deductible", "1200", "0", "0"),
        ("whole_by_cost", "1000", "0", "(1000 − 1000) × 65%"),
    ],
)
def test_A_61_the_edge_of_the_highest_level(
    resident: ResidentStayTerms, choice: str, cost: str, pool: str, formula: str
) -> None:
    answer = ask_resident(resident.reading_as("A-61", choice), cost, tier=Tier.TOP3)
    assert answer.steps[:2] == (
        yuan("deductible", "1200", "1200 × 100%", "R-7.5"),
        yuan("pool", pool, formula, "R-7.5", "R-7.6"),
    )
    assert answer.readings == ("A-61",)


def test_A_21_a_resident_s_share_is_rounded_only_where_it_has_to_be(
    resident: ResidentStayTerms,
) -> None:
    rounded = ask_resident(resident, "600.01")  # 0.0075
    assert rounded.payers["pool"] == Decimal("0.01")
    assert rounded.readings == ("A-21",)
    assert ask_resident(resident, "600").payers["pool"] == ZERO
    assert ask_resident(resident, "600").readings == ()
