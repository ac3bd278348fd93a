"""补充医疗保险: each edge of both columns, the readings, and the slow way."""

import datetime
from decimal import Decimal
from fractions import Fraction
from functools import partial
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calculators.rules.alternatives import used_readings
from calculators.rules.people import Place
from calculators.rules.supplementary import settlements
from calculators.rules.terms.supplementary import SettlementTerms
from portal.policy.in_force import Rulebook
from portal.policy.terms.supplementary import settlement_terms
from tests.rules import slow_benefits as slow

pytestmark = pytest.mark.django_db
law = settings(max_examples=200, deadline=None, derandomize=True, database=None)


@pytest.fixture(scope="module")
def terms(django_db_setup: None, django_db_blocker: Any) -> SettlementTerms:
    with django_db_blocker.unblock():
        return settlement_terms(Rulebook.on(datetime.date(2025, 10, 20)))


def paid(terms: SettlementTerms, *self_paid: str, place: Place = Place.LOCAL) -> list[str]:
    """What is paid in all, then for each settlement."""
    found = settlements(terms, self_paid=tuple(map(Decimal, self_paid)), place=place)
    assert list(found.results) == ["supplementary", "by_settlement"]
    each = found.results["by_settlement"]
    assert isinstance(each, tuple)
    return [str(found.results["supplementary"]), *map(str, each)]


# 「600元（不含600元）—800元」: the amount just below, at and just above each edge.
EDGES = [
    ("0", "0.00", "0.00"),
    ("599.99", "0.00", "0.00"),
    ("600", "0.00", "0.00"),
    ("600.01", "0.00", "0.00"),  # 0.004 and 0.001
    ("600.02", "0.01", "0.00"),  # 0.008 and 0.002
    ("601", "0.40", "0.10"),
    ("799.99", "80.00", "20.00"),  # 79.996 and 19.999
    ("800", "80.00", "20.00"),
    ("800.01", "80.01", "20.00"),  # 80.005 and 20.0015
    ("999.99", "180.00", "50.00"),  # 179.995 and 49.9985
    ("1000", "180.00", "50.00"),
    ("1000.01", "180.01", "50.00"),  # 180.006 and 50.002
    ("2999.99", "1379.99", "450.00"),  # 1379.994 and 449.998
    ("3000", "1380.00", "450.00"),
    ("3000.01", "1380.01", "450.00"),  # 1380.007 and 450.0025
    ("3000.02", "1380.01", "450.01"),  # 1380.014 and 450.005
    ("10000", "6280.00", "2200.00"),
]


@pytest.mark.parametrize(("own", "local", "temporary"), EDGES)
def test_F_16_6_to_F_16_13_each_edge(
    terms: SettlementTerms, own: str, local: str, temporary: str
) -> None:
    assert paid(terms, own) == [local, local]
    assert paid(terms, own, place=Place.TEMPORARY) == [temporary, temporary]


def test_F_16_14_F_16_15_the_whole_column_is_cited(terms: SettlementTerms) -> None:
    columns = {
        Place.LOCAL: {"F-16.4", "F-16.5", "F-16.14", *(f"F-16.{n}" for n in range(6, 10))},
        Place.TEMPORARY: {"F-16.4", "F-16.5", "F-16.15", *(f"F-16.{n}" for n in range(10, 14))},
    }
    for place, clauses in columns.items():
        found = settlements(terms, self_paid=(Decimal(1),), place=place)
        assert {clause for step in found.steps for clause in step.clauses} == clauses
        assert set(found.readings) == {"A-17", "A-18", "A-20", "A-21"}


@pytest.mark.parametrize(
    ("own", "each", "in_all", "per_year"),
    [
        (("500", "500"), ["0.00", "0.00"], "0.00", "180.00"),
        (("2000", "2000"), ["780.00", "780.00"], "1560.00", "2080.00"),
    ],
)
def test_A_17_per_settlement_or_over_the_year(
    terms: SettlementTerms, own: tuple[str, ...], each: list[str], in_all: str, per_year: str
) -> None:
    assert paid(terms, *own) == [in_all, *each]
    compute = partial(settlements, self_paid=tuple(map(Decimal, own)))
    used = {reading.id: reading for reading in used_readings(compute, terms, compute(terms))}
    (other,) = used["A-17"].alternatives
    assert str(other.results["supplementary"]) == per_year


def test_several_settlements_are_shown_one_by_one(terms: SettlementTerms) -> None:
    one = settlements(terms, self_paid=(Decimal(1000),))
    assert [(s.code, s.formula) for s in one.steps] == [("supplementary", "200 × 40% + 200 × 50%")]
    two = settlements(terms, self_paid=(Decimal(1000), Decimal(601)))
    assert [(s.code, s.formula) for s in two.steps] == [
        ("settlement", "200 × 40% + 200 × 50%"),
        ("settlement", "1 × 40%"),
        ("supplementary", "180 + 0.4"),
    ]


fens = st.lists(st.integers(0, 4_000_00) | st.integers(0, 90_000_00), min_size=1, max_size=6)


@law
@given(own=fens, column=st.sampled_from(["local", "temporary"]), per_year=st.booleans())
def test_F_16_4_against_the_slow_way(
    terms: SettlementTerms, own: list[int], column: str, per_year: bool
) -> None:
    choice = "per_year" if per_year else "per_settlement"
    amounts = tuple(Decimal(amount).scaleb(-2) for amount in own)
    found = settlements(
        terms.reading_as("A-17", choice), self_paid=amounts, place=Place(column)
    ).results
    slowly = slow.settlements([Fraction(n, 100) for n in own], column, per_year=per_year)
    assert list(map(Fraction, found["by_settlement"])) == slowly  # type: ignore[arg-type]
    assert Fraction(found["supplementary"]) == sum(slowly)  # type: ignore[arg-type]


@law
@given(own=fens)
def test_A_17_counting_over_the_year_never_pays_less(
    terms: SettlementTerms, own: list[int]
) -> None:
    amounts = tuple(Decimal(amount).scaleb(-2) for amount in own)
    each = settlements(terms, self_paid=amounts).results["supplementary"]
    year = settlements(terms.reading_as("A-17", "per_year"), self_paid=amounts)
    rounding = Decimal("0.01") * len(own)
    assert year.results["supplementary"] >= each - rounding  # type: ignore[operator]
