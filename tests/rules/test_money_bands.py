"""The small parts that carry every amount: rounding, bands, breakdowns and the stages of a year."""

from decimal import Decimal, localcontext
from fractions import Fraction
from math import floor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calculators.rules.bands import Band, Bands
from calculators.rules.breakdown import Breakdown, PayersDoNotAddUp, Step
from calculators.rules.money import ZERO, percent, plain, to_fen
from calculators.rules.pool import (
    Share,
    StagesPayment,
    halved_rate,
    pay_from_large_sum,
    pay_from_pool,
    pay_through_stages,
)
from calculators.rules.terms import Cited

law = settings(max_examples=300, deadline=None, derandomize=True, database=None)


def yuan(text: str) -> Decimal:
    return Decimal(text)


# Money


@pytest.mark.parametrize(
    ("exact", "rounded"),
    [
        ("8.585", "8.59"),  # 10.10 × 85%: half-even and binary floats give 8.58
        ("8.5849999", "8.58"),
        ("2.675", "2.68"),
        ("0.005", "0.01"),
        ("0.0049", "0.00"),
        ("0", "0.00"),
        ("12000", "12000.00"),
        ("99999999.995", "100000000.00"),
    ],
)
def test_A_21_half_a_fen_goes_up(exact: str, rounded: str) -> None:
    assert str(to_fen(yuan(exact))) == rounded


def test_A_21_a_quotient_is_not_rounded_twice() -> None:
    # 150000 / 0.88 has no end; cut after 28 digits it must still come back whole.
    assert to_fen(yuan("150000") / yuan("0.88") * yuan("0.88")) == yuan("150000.00")
    # A third of 0.015 is half a fen; behind the cut quotient it looks like 0.00499…9.
    assert to_fen(yuan("1") / 3 * yuan("0.015")) == yuan("0.01")


def test_rounding_does_not_depend_on_the_precision_around_it() -> None:
    with localcontext(prec=6):
        assert to_fen(yuan("12345678.125")) == yuan("12345678.13")


@law
@given(st.fractions(min_value=0, max_value=10**9, max_denominator=10**6))
def test_A_21_as_on_paper(exact: Fraction) -> None:
    number = Decimal(exact.numerator) / Decimal(exact.denominator)
    on_paper = Fraction(floor(exact * 100 + Fraction(1, 2)), 100)
    assert Fraction(to_fen(number)) == on_paper


@pytest.mark.parametrize(
    ("number", "written"),
    [
        ("20000", "20000"),
        ("20000.00", "20000"),
        ("0.50", "0.5"),
        ("0", "0"),
        ("0.00", "0"),
        ("1E+5", "100000"),
        ("484.38", "484.38"),
        ("0.0000001", "0…"),
        ("1136.36363636", "1136.363636…"),
    ],
)
def test_a_number_in_a_formula(number: str, written: str) -> None:
    assert plain(yuan(number)) == written


@pytest.mark.parametrize(
    ("rate", "written"), [("0.88", "88%"), ("0.905", "90.5%"), ("1", "100%"), ("0.056", "5.6%")]
)
def test_a_share_in_a_formula(rate: str, written: str) -> None:
    assert percent(yuan(rate)) == written


# Bands.: 60% up to 50,000 inclusive, 65% up to 100,000 inclusive, 70% above.

MAJOR_ILLNESS = Bands(
    (
        Band(yuan("0"), yuan("0.60"), "R-12.4"),
        Band(yuan("50000"), yuan("0.65"), "R-12.5"),
        Band(yuan("100000"), yuan("0.70"), "R-12.6"),
    )
)
# F-16.6 and F-16.7: nothing up to 600, then 40% up to 800, then 50%.
SUPPLEMENTARY = Bands(
    (Band(yuan("600"), yuan("0.40"), "F-16.6"), Band(yuan("800"), yuan("0.50"), "F-16.7"))
)


@pytest.mark.parametrize(
    ("amount", "paid"),
    [
        ("0", "0"),
        ("0.01", "0.006"),
        ("49999.99", "29999.994"),
        ("50000", "30000"),
        ("50000.01", "30000.0065"),
        ("100000", "62500"),
        ("100000.01", "62500.007"),
        ("110000", "69500"),
    ],
)
def test_R_12_4_bands_are_upper_inclusive_and_progressive(amount: str, paid: str) -> None:
    assert MAJOR_ILLNESS.progressive(yuan(amount)) == yuan(paid)


@pytest.mark.parametrize(
    ("amount", "clause"),
    [("0", "R-12.4"), ("50000", "R-12.4"), ("50000.01", "R-12.5"), ("100000.01", "R-12.6")],
)
def test_R_12_4_the_band_that_holds_an_amount(amount: str, clause: str) -> None:
    assert MAJOR_ILLNESS.band_of(yuan(amount)).clause == clause


def test_F_16_6_below_the_first_band_there_is_nothing() -> None:
    assert SUPPLEMENTARY.shares(yuan("600")) == ()
    assert SUPPLEMENTARY.progressive(yuan("600")) == 0
    assert SUPPLEMENTARY.formula(yuan("600")) == "0"
    assert SUPPLEMENTARY.band_of(yuan("1")).clause == "F-16.6"


def test_a_formula_shows_the_part_of_each_band() -> None:
    assert SUPPLEMENTARY.formula(yuan("1000.50")) == "200 × 40% + 200.5 × 50%"
    assert [part for part, _ in SUPPLEMENTARY.shares(yuan("1000.50"))] == [200, yuan("200.50")]


@law
@given(st.decimals(0, 10**6, places=2), st.decimals(0, 10**4, places=2))
def test_more_is_never_paid_less_and_never_more_than_it_is(amount: Decimal, more: Decimal) -> None:
    less, greater = MAJOR_ILLNESS.progressive(amount), MAJOR_ILLNESS.progressive(amount + more)
    assert 0 <= greater - less <= more
    assert sum(part for part, _ in MAJOR_ILLNESS.shares(amount)) == amount


@pytest.mark.parametrize("edges", [(), ("0", "0"), ("800", "600"), ("0", "50000", "50000")])
def test_bands_that_leave_a_hole_or_share_an_edge_are_none(edges: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="bands must rise"):
        Bands(tuple(Band(yuan(edge), yuan("0.5"), "F-16.6") for edge in edges))


def test_a_single_rate_is_flat() -> None:
    assert Bands((Band(ZERO, yuan("0.88"), "F-14.6"),)).flat().rate == yuan("0.88")
    with pytest.raises(ValueError, match="unpack"):
        SUPPLEMENTARY.flat()


# Breakdown


def breakdown(bill: str, **payers: str) -> Breakdown:
    return Breakdown(
        bill=yuan(bill), payers={code: yuan(amount) for code, amount in payers.items()}, steps=()
    )


def test_payers_add_up_to_the_bill() -> None:
    answer = breakdown("100", pool="88.50", self="11.50")
    assert answer.payers == {"pool": yuan("88.5"), "self": yuan("11.5")}


def test_results_that_pay_nothing_stand_before_the_payers() -> None:
    answer = Breakdown(
        bill=yuan("100"),
        payers={"pool": yuan("88"), "self": yuan("12")},
        before={"deductible": yuan("600")},
        steps=(),
    )
    assert list(answer.results) == ["deductible", "pool", "self"]


@pytest.mark.parametrize(
    "payers",
    [
        {"pool": "88.50", "self": "11.49"},
        {"pool": "88.50", "self": "11.51"},
        {},
        {"pool": "100.01", "self": "-0.01"},  # adds up, and yet nobody pays less than nothing
    ],
)
def test_payers_that_do_not_add_up_are_a_fault_of_the_rule(payers: dict[str, str]) -> None:
    with pytest.raises(PayersDoNotAddUp):
        breakdown("100", **payers)


def test_a_breakdown_and_its_steps_are_frozen() -> None:
    answer, step = breakdown("0"), Step("pool", ZERO, "0", ())
    with pytest.raises(AttributeError):
        answer.bill = ZERO  # type: ignore[misc]
    with pytest.raises(AttributeError):
        step.amount = ZERO  # type: ignore[misc]


def test_a_step_without_an_amount_has_no_yuan() -> None:
    assert Step("pool", yuan("1"), "1", ()).yuan == 1
    with pytest.raises(ValueError, match="no amount"):
        Step("start", None, "2025-04-01", ()).yuan  # noqa: B018 - the property raises


# The stages of the year


def test_F_9_1_below_the_limit_the_pool_pays_its_share() -> None:
    paid = pay_from_pool(yuan("20000"), yuan("0.88"), yuan("17600"), "20600 − 600")
    assert (paid.amount, paid.rest, paid.crossed) == (yuan("17600"), ZERO, False)
    assert paid.left_to_the_person == yuan("2400")
    assert paid.formula == "(20600 − 600) × 88%"


def test_A_11_above_the_limit_the_rest_goes_on() -> None:
    # 10000 left absorb 10000 / 88% = 11363.636…; S is 1363.636…
    paid = pay_from_pool(yuan("50000"), yuan("0.88"), yuan("10000"), "50600 − 600")
    assert paid.crossed
    assert paid.amount == 10_000
    assert to_fen(paid.absorbed) == yuan("11363.64")
    assert to_fen(paid.rest) == yuan("38636.36")
    assert to_fen(paid.left_to_the_person) == yuan("1363.64")
    assert paid.absorbed + paid.rest == 50_000
    assert paid.formula == "min((50600 − 600) × 88%, 10000)"


@pytest.mark.parametrize(("base", "crossed"), [("19999.99", False), ("20000", False)])
def test_F_9_1_the_limit_itself_is_not_above_it(base: str, crossed: bool) -> None:
    assert pay_from_pool(yuan(base), yuan("0.88"), yuan("17600"), "x").crossed is crossed
    assert pay_from_pool(yuan("20000.01"), yuan("0.88"), yuan("17600"), "x").crossed


def test_a_pool_that_pays_nothing_is_not_crossed() -> None:
    paid = pay_from_pool(yuan("100"), ZERO, ZERO, "100")
    assert (paid.amount, paid.rest, paid.crossed) == (ZERO, ZERO, False)


@pytest.mark.parametrize(
    ("basic", "halved"), [("0.88", "0.94"), ("0.97", "0.985"), ("0.81", "0.905"), ("0.70", "0.85")]
)
def test_A_12_F_17_5_the_person_s_share_is_halved(basic: str, halved: str) -> None:
    assert halved_rate(yuan(basic), yuan("0.5")) == yuan(halved)


@pytest.mark.parametrize(
    ("already", "paid", "cut"),
    [
        ("0", "18800.00", False),
        ("481200", "18800.00", False),
        ("481200.01", "18799.99", True),
        ("500000", "0.00", True),
        ("500000.01", "0.00", True),
    ],
)
def test_F_4_7_large_sum_pays_up_to_its_limit(already: str, paid: str, cut: bool) -> None:
    share = Share(yuan("0.94"), ("F-17.5",))
    cap = Cited(yuan("500000"), "F-4.7")
    payment = pay_from_large_sum(yuan("20000"), share, cap, yuan(already))
    assert payment.step.amount == yuan(paid)
    assert ("F-4.7" in payment.step.clauses) is cut
    assert payment.readings == (("A-14",) if cut else ())
    assert [notice.code for notice in payment.notices] == ["large_sum_limit_reached"] * cut


def through_stages(cost: str, pool_paid: str) -> StagesPayment:
    """Rescue outpatient care: 70% from the pool (F-11.1), 85% from large-sum (its halved share)."""
    return pay_through_stages(
        yuan(cost),
        pool=Share(yuan("0.70"), ("F-11.1",)),
        large_sum=Share(yuan("0.85"), ("F-11.1", "F-17.5")),
        pool_cap=Cited(yuan("150000"), "F-9.1"),
        large_sum_cap=Cited(yuan("500000"), "F-4.7"),
        pool_paid=yuan(pool_paid),
        large_sum_paid=ZERO,
    )


def test_A_30_F_11_1_a_cost_without_a_deductible_in_the_pool_s_stage() -> None:
    paid = through_stages("10000", "0")
    assert (paid.pool, paid.large_sum) == (yuan("7000"), ZERO)
    assert paid.left_to_the_person == 3000
    assert [step.code for step in paid.steps] == ["pool"]
    assert paid.readings == ()
    assert through_stages("0.01", "0").readings == ("A-21",)  # 0.007 is a fen


def test_A_11_a_cost_without_a_deductible_that_crosses_the_pool_s_limit() -> None:
    # 1000 left absorb 1000 / 70% = 1428.571428…; (10000 − 1428.571428…) × 85% = 7285.714…
    paid = through_stages("10000", "149000")
    assert (paid.pool, paid.large_sum) == (yuan("1000"), yuan("7285.71"))
    assert paid.left_to_the_person is not None
    assert to_fen(paid.left_to_the_person) == yuan("428.57")
    assert paid.steps[0].clauses == ("F-11.1", "F-9.1")
    assert paid.readings == ("A-10", "A-11")


@pytest.mark.parametrize("pool_paid", ["150000", "160000"])
def test_F_17_5_a_cost_without_a_deductible_wholly_in_the_large_sum_stage(pool_paid: str) -> None:
    paid = through_stages("10000", pool_paid)
    assert (paid.pool, paid.large_sum) == (ZERO, yuan("8500"))
    assert paid.left_to_the_person is None
    assert [step.code for step in paid.steps] == ["large_sum"]
