"""What a step shows: its code, its formula with the real numbers and the clauses it rests on.

The small parts, each alone, as ./dev mutate asks for them.
"""

import datetime
from decimal import Decimal
from typing import Any

import pytest

from calculators.rules.bands import Band, Bands
from calculators.rules.breakdown import Step, self_step
from calculators.rules.decrement import share_of_standard
from calculators.rules.money import ZERO, plain
from calculators.rules.people import Place
from calculators.rules.pool import Share, pay_from_large_sum, pay_from_pool, pay_through_stages
from calculators.rules.readings import Readings
from calculators.rules.supplementary import paid_at, settlements
from calculators.rules.terms import Cited, Decrement
from calculators.rules.terms.supplementary import SettlementTerms
from portal.policy.in_force import Rulebook
from portal.policy.terms.supplementary import settlement_terms

# F-16.6 and F-16.7: nothing up to 600, then 40% up to 800, then 50%.
BANDS = Bands(
    (Band(Decimal(600), Decimal("0.40"), "F-16.6"), Band(Decimal(800), Decimal("0.50"), "F-16.7"))
)


@pytest.fixture(scope="module")
def supplementary(django_db_setup: None, django_db_blocker: Any) -> SettlementTerms:
    with django_db_blocker.unblock():
        return settlement_terms(Rulebook.on(datetime.date(2025, 10, 20)))


# Numbers in formulas


@pytest.mark.parametrize(
    ("number", "written"),
    [
        ("1.00000000", "1"),  # zeros behind the sixth decimal are nothing left out
        ("0.12345600", "0.123456"),
        ("0.12345601", "0.123456…"),
        ("0.12345610", "0.123456…"),
        ("0.1000000", "0.1"),
        ("100", "100"),
    ],
)
def test_only_what_is_left_out_is_marked(number: str, written: str) -> None:
    assert plain(Decimal(number)) == written


def test_what_is_left_to_the_person_shows_each_payment_that_is_one() -> None:
    step = self_step(Decimal("388.00"), Decimal("200.50"), ZERO, Decimal("88"))
    # 388 − 200.5 − 88 = 99.5
    assert step == Step("self", Decimal("99.50"), "388 − 200.5 − 88", ())
    assert self_step(Decimal(388)) == Step("self", Decimal(388), "388", ())


def test_F_16_6_a_sum_of_no_parts_is_an_amount_too() -> None:
    assert str(BANDS.progressive(Decimal(600))) == "0.00"
    assert str(BANDS.split(Decimal(600)).total) == "0.00"
    split = BANDS.split(Decimal(1000))  # 200 × 40% + 200 × 50% = 80 + 100
    assert (split.total, split.formula) == (180, "200 × 40% + 200 × 50%")
    assert split.clauses == ("F-16.6", "F-16.7")


# F-14.10 「起付标准每次递减15%，但最多不得超过2次」


@pytest.mark.parametrize(
    ("choice", "shares"),
    [
        ("linear", ["1", "0.85", "0.70", "0.70", "0.70"]),
        ("compound", ["1", "0.85", "0.7225", "0.7225", "0.7225"]),  # 0.85 × 0.85
        ("full_again", ["1", "0.85", "0.70", "1", "1"]),  # the third stay is the second decrement
    ],
)
def test_F_14_10_A_01_each_stay_of_the_year(choice: str, shares: list[str]) -> None:
    decrement = Decrement(step=Decimal("0.15"), most_times=2, clause="F-14.10")
    readings = Readings({"A-01": choice})
    assert [share_of_standard(decrement, readings, stay) for stay in range(1, 6)] == [
        Decimal(share) for share in shares
    ]


# The stages of the year


def test_a_base_that_is_one_number_needs_no_brackets() -> None:
    rate, left = Decimal("0.88"), Decimal(17600)
    assert pay_from_pool(Decimal(20000), rate, left, "20000").formula == "20000 × 88%"
    assert pay_from_pool(Decimal(300), rate, left, "500 − 200").formula == "(500 − 200) × 88%"


@pytest.mark.parametrize(
    ("already", "amount", "formula", "clauses"),
    [
        ("0", "18800.00", "20000 × 94%", ("F-17.5",)),
        ("490000", "10000", "min(20000 × 94%, 10000)", ("F-17.5", "F-4.7")),
    ],
)
def test_F_4_7_the_step_of_large_sum(
    already: str, amount: str, formula: str, clauses: tuple[str, ...]
) -> None:
    share, cap = Share(Decimal("0.94"), ("F-17.5",)), Cited(Decimal(500_000), "F-4.7")
    paid = pay_from_large_sum(Decimal(20000), share, cap, Decimal(already))
    assert paid.step == Step("large_sum", Decimal(amount), formula, clauses)


@pytest.mark.parametrize(
    ("pool_paid", "steps"),
    [
        ("0", [Step("pool", Decimal(7000), "10000 × 70%", ("F-11.1",))]),
        (
            "143700",  # 6300 left absorb 6300 / 70% = 9000; (10000 − 9000) × 85% = 850
            [
                Step("pool", Decimal(6300), "min(10000 × 70%, 6300)", ("F-11.1", "F-9.1")),
                Step("large_sum", Decimal(850), "1000 × 85%", ("F-17.5",)),
            ],
        ),
        ("150000", [Step("large_sum", Decimal(8500), "10000 × 85%", ("F-17.5",))]),
    ],
)
def test_F_11_1_F_9_1_the_steps_of_both_stages(pool_paid: str, steps: list[Step]) -> None:
    paid = pay_through_stages(
        Decimal(10000),
        pool=Share(Decimal("0.70"), ("F-11.1",)),
        large_sum=Share(Decimal("0.85"), ("F-17.5",)),
        pool_cap=Cited(Decimal(150_000), "F-9.1"),
        large_sum_cap=Cited(Decimal(500_000), "F-4.7"),
        pool_paid=Decimal(pool_paid),
        large_sum_paid=ZERO,
    )
    assert list(paid.steps) == steps


# 补充


@pytest.mark.django_db
@pytest.mark.parametrize(("own", "met"), [("0", []), ("0.01", ["A-17", "A-18"])])
def test_A_17_A_18_only_where_something_is_left_to_the_person(
    supplementary: SettlementTerms, own: str, met: list[str]
) -> None:
    step, readings = paid_at(
        supplementary.supplementary, supplementary.readings, Place.LOCAL, Decimal(own)
    )
    assert readings == met
    assert (step.code, step.yuan, step.formula) == ("supplementary", 0, "0")


@pytest.mark.django_db
def test_A_19_no_column_pays_nothing(supplementary: SettlementTerms) -> None:
    readings = supplementary.readings.with_choice("A-19.long_term", "none")
    step, met = paid_at(supplementary.supplementary, readings, Place.LONG_TERM, Decimal(1000), ZERO)
    assert step == Step("supplementary", ZERO, "0", ("F-16.4", "F-16.5"))
    assert met == ["A-19", "A-17", "A-18"]


@pytest.mark.django_db
def test_A_17_over_the_year_the_earlier_part_is_taken_off(supplementary: SettlementTerms) -> None:
    readings = supplementary.readings.with_choice("A-17", "per_year")
    step, _ = paid_at(
        supplementary.supplementary, readings, Place.LOCAL, Decimal(300), Decimal(700)
    )
    # 1000: 200 × 40% + 200 × 50% = 180; 700: 100 × 40% = 40
    clauses = ("F-16.4", "F-16.5", "F-16.14", "F-16.6", "F-16.7")
    formula = "200 × 40% + 200 × 50% − (100 × 40%)"
    assert step == Step("supplementary", Decimal("140.00"), formula, clauses)


@pytest.mark.django_db
def test_A_17_each_settlement_over_the_year(supplementary: SettlementTerms) -> None:
    found = settlements(
        supplementary.reading_as("A-17", "per_year"), self_paid=(Decimal(700), Decimal(300))
    )
    whole_column = ("F-16.4", "F-16.5", "F-16.14", "F-16.6", "F-16.7", "F-16.8", "F-16.9")
    assert list(found.steps) == [
        Step("settlement", Decimal("40.00"), "100 × 40% − (0)", whole_column),
        Step(
            "settlement",
            Decimal("140.00"),
            "200 × 40% + 200 × 50% − (100 × 40%)",
            whole_column,
        ),
        Step("supplementary", Decimal("180.00"), "40 + 140", whole_column),
    ]
