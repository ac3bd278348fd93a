"""两病用药: each limit and its edges, both diseases together, and the slow way."""

import datetime
from decimal import Decimal
from fractions import Fraction
from functools import partial
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calculators.rules.alternatives import used_readings
from calculators.rules.terms.two_diseases import TwoDiseasesTerms
from calculators.rules.two_diseases import two_diseases
from portal.policy.in_force import Rulebook
from portal.policy.terms.two_diseases import two_diseases_terms
from tests.rules import slow_benefits as slow

pytestmark = pytest.mark.django_db
law = settings(max_examples=200, deadline=None, derandomize=True, database=None)


@pytest.fixture(scope="module")
def terms(django_db_setup: None, django_db_blocker: Any) -> TwoDiseasesTerms:
    with django_db_blocker.unblock():
        return two_diseases_terms(Rulebook.on(datetime.date(2024, 10, 20)))


def paid(terms: TwoDiseasesTerms, **costs: str) -> list[str]:
    """What is paid for high blood pressure and for diabetes."""
    answer = two_diseases(terms, **{name: Decimal(cost) for name, cost in costs.items()})
    assert list(answer.results) == ["hypertension", "diabetes", "pool", "self"]
    return [str(answer.results["hypertension"]), str(answer.results["diabetes"])]


@pytest.mark.parametrize(
    ("disease", "cost", "payment"),
    [
        ("hypertension", "0", "0.00"),
        ("hypertension", "300", "195.00"),
        ("hypertension", "307.68", "199.99"),  # 199.992
        ("hypertension", "307.69", "200.00"),  # 199.9985
        ("hypertension", "307.70", "200.00"),  # 200.005
        ("hypertension", "9999", "200.00"),
        ("diabetes", "500", "325.00"),
        ("diabetes", "615.38", "400.00"),  # 399.997
        ("diabetes", "615.36", "399.98"),  # 399.984
        ("diabetes", "615.39", "400.00"),  # 400.0035
        ("diabetes", "700", "400.00"),
        ("diabetes", "0.10", "0.07"),  # 0.065: half a fen goes up
    ],
)
def test_R_11_3_R_11_4_each_limit(
    terms: TwoDiseasesTerms, disease: str, cost: str, payment: str
) -> None:
    high, sugar = paid(terms, **{disease: cost})
    assert (high, sugar) == ((payment, "0.00") if disease == "hypertension" else ("0.00", payment))
    answer = two_diseases(terms, **{disease: Decimal(cost)})
    if Decimal(cost):
        assert answer.steps[0].code == disease
        assert answer.steps[0].clauses == ("R-11.3", "R-11.4")
    assert {step.code: step for step in answer.steps}["pool"].clauses == ("R-11.1", "R-11.2")


def test_A_21_is_named_where_it_rounds(terms: TwoDiseasesTerms) -> None:
    assert "A-21" in two_diseases(terms, diabetes=Decimal("0.10")).readings
    assert "A-21" not in two_diseases(terms, diabetes=Decimal(700)).readings


def test_A_67_one_limit_each_or_one_for_both(terms: TwoDiseasesTerms) -> None:
    compute = partial(two_diseases, hypertension=Decimal(400), diabetes=Decimal(800))
    assert str(compute(terms).payers["pool"]) == "600.00"
    (reading,) = used_readings(compute, terms, compute(terms))
    (other,) = reading.alternatives
    assert str(other.results["pool"]) == "400.00"
    # One disease alone has the same limit either way, so the reading says nothing.
    alone = partial(two_diseases, hypertension=Decimal(400))
    assert used_readings(alone, terms, alone(terms)) == ()


@pytest.mark.parametrize(
    ("before", "payment"), [("0", "195.00"), ("5", "195.00"), ("5.01", "194.99"), ("200", "0.00")]
)
def test_R_11_4_what_was_paid_this_year_counts(
    terms: TwoDiseasesTerms, before: str, payment: str
) -> None:
    assert paid(terms, hypertension="300", hypertension_paid=before)[0] == payment
    assert paid(terms, diabetes="300", hypertension_paid=before)[1] == "195.00"


def test_A_67_a_shared_limit_counts_both_payments(terms: TwoDiseasesTerms) -> None:
    shared = terms.reading_as("A-67", "shared")
    assert paid(shared, diabetes="300", hypertension_paid="200", diabetes_paid="100") == [
        "0.00",
        "100.00",
    ]
    assert paid(shared, hypertension="300", diabetes_paid="400")[0] == "0.00"


fen = st.integers(0, 1000_00)


@law
@given(high=fen, sugar=fen, shared=st.booleans())
def test_R_11_against_the_slow_way(
    terms: TwoDiseasesTerms, high: int, sugar: int, shared: bool
) -> None:
    answer = two_diseases(
        terms.reading_as("A-67", "shared" if shared else "separate"),
        hypertension=Decimal(high).scaleb(-2),
        diabetes=Decimal(sugar).scaleb(-2),
    )
    slowly = slow.two_diseases(Fraction(high, 100), Fraction(sugar, 100), shared=shared)
    assert {k: Fraction(v) for k, v in answer.results.items()} == slowly  # type: ignore[arg-type]


@law
@given(purchases=st.lists(st.tuples(fen, fen), max_size=5), shared=st.booleans())
def test_R_11_4_no_order_of_purchases_goes_over_a_limit(
    terms: TwoDiseasesTerms, purchases: list[tuple[int, int]], shared: bool
) -> None:
    decided = terms.reading_as("A-67", "shared" if shared else "separate")
    before = {"hypertension_paid": Decimal(0), "diabetes_paid": Decimal(0)}
    for high, sugar in purchases:
        answer = two_diseases(
            decided,
            hypertension=Decimal(high).scaleb(-2),
            diabetes=Decimal(sugar).scaleb(-2),
            **before,
        )
        for disease in ("hypertension", "diabetes"):
            before[f"{disease}_paid"] += answer.results[disease]  # type: ignore[operator]
    assert before["hypertension_paid"] <= 200
    assert before["diabetes_paid"] <= 400
    assert sum(before.values()) <= (400 if shared else 600)
