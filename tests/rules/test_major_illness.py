"""居民大病保险: the bands above the threshold, where it comes from, and the slow way."""

import datetime
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calculators.rules.breakdown import Finding, Refusal
from calculators.rules.major_illness import major_illness
from calculators.rules.terms import Cited
from calculators.rules.terms.major_illness import MajorIllnessTerms
from portal.policy import models
from portal.policy.in_force import Rulebook, forget_cached_rows
from portal.policy.terms.major_illness import major_illness_terms
from tests.rules import slow_benefits as slow

pytestmark = pytest.mark.django_db
law = settings(max_examples=200, deadline=None, derandomize=True, database=None)
DAY = datetime.date(2024, 10, 20)


@pytest.fixture(scope="module")
def terms(django_db_setup: None, django_db_blocker: Any) -> MajorIllnessTerms:
    with django_db_blocker.unblock():
        return major_illness_terms(Rulebook.on(DAY))


def ask(terms: MajorIllnessTerms, **amounts: str) -> Finding:
    found = major_illness(terms, **{name: Decimal(amount) for name, amount in amounts.items()})
    assert isinstance(found, Finding)
    return found


def codes(found: Finding) -> list[str]:
    return [notice.code for notice in found.notices]


@pytest.mark.parametrize(
    ("own", "threshold", "paid"),
    [
        ("0", "20000", "0.00"),
        ("20000", "20000", "0.00"),
        ("20000.01", "20000", "0.01"),  # 0.006
        ("37590", "15000", "13554.00"),
        ("37590", "20000", "10554.00"),
        ("37590", "25000", "7554.00"),
        ("70000", "20000", "30000.00"),  # measured from the threshold, upper end inside
        ("70000.01", "20000", "30000.01"),  # 30000.0065
        ("119999.99", "20000", "62499.99"),  # 62499.9935
        ("120000", "20000", "62500.00"),
        ("120000.01", "20000", "62500.01"),  # 62500.007
        ("220000", "20000", "132500.00"),
        ("100", "0", "60.00"),
    ],
)
def test_R_12_4_to_R_12_6_bands_from_the_threshold_up(
    terms: MajorIllnessTerms, own: str, threshold: str, paid: str
) -> None:
    found = ask(terms, self_paid=own, threshold=threshold)
    assert {k: str(v) for k, v in found.results.items()} == {"major_illness": paid}
    over, payment = found.steps
    assert over.yuan == max(Decimal(own) - Decimal(threshold), 0)
    assert over.clauses == ("R-12.1", "R-12.2", "R-12.3")
    assert payment.clauses == ("R-12.4", "R-12.5", "R-12.6")
    assert {"A-63", "A-64", "A-65"} <= set(found.readings)
    assert ("A-21" in found.readings) == (own.endswith((".01", ".99")))


def test_R_12_3_what_lies_above_the_pool_limit_counts_too(terms: MajorIllnessTerms) -> None:
    found = ask(terms, self_paid="30000", above_pool_limit="40000", threshold="20000")
    assert str(found.results["major_illness"]) == "30000.00"
    assert found.steps[0].formula == "30000 + 40000 − 20000"
    assert codes(found) == ["tilt_not_counted"]


def test_A_63_A_65_what_is_not_known_is_said(terms: MajorIllnessTerms) -> None:
    found = ask(terms, self_paid="100", threshold="20000")
    assert codes(found) == ["above_pool_limit_unknown", "tilt_not_counted"]
    nothing = ask(terms, self_paid="100", above_pool_limit="0", threshold="20000")
    assert codes(nothing) == ["tilt_not_counted"]
    assert nothing.steps[0].formula == "max(100 − 20000, 0)"
    without_tilt = ask(replace(terms, tilt=()), self_paid="1", above_pool_limit="0", threshold="1")
    assert codes(without_tilt) == []


def test_A_63_no_threshold_no_answer(terms: MajorIllnessTerms) -> None:
    refused = major_illness(terms, self_paid=Decimal(37590))
    assert isinstance(refused, Refusal)
    assert (refused.code, refused.reading) == ("threshold_missing", "A-63")
    assert refused.clauses == ("R-12.1", "R-12.2", "R-12.3")


def test_A_63_the_threshold_on_file_counts(terms: MajorIllnessTerms) -> None:
    on_file = replace(terms, threshold=Cited(Decimal("15000.00"), "R-12.1"))
    for given_too in ({}, {"threshold": "15000"}):
        found = ask(on_file, self_paid="37590", above_pool_limit="0", **given_too)
        assert str(found.results["major_illness"]) == "13554.00"
        assert codes(found) == ["tilt_not_counted"]
    other = ask(on_file, self_paid="37590", above_pool_limit="0", threshold="20000")
    assert str(other.results["major_illness"]) == "13554.00"
    assert next((n.code, n.values) for n in other.notices) == (
        "threshold_on_file",
        (("threshold", "15000"),),
    )


def test_A_63_a_threshold_that_staff_entered_is_read() -> None:
    edition = models.Edition.objects.get(scheme="resident", table="major_illness")
    # A published set takes no rows by the front door; this one stands for a newer edition.
    models.Amount.objects.bulk_create(
        [
            models.Amount(
                edition=edition,
                clause=models.Clause.objects.get(code="R-12.1"),
                name="threshold",
                value=Decimal(16000),
            )
        ]
    )
    forget_cached_rows()
    read = major_illness_terms(Rulebook.on(DAY)).threshold
    assert read == Cited(Decimal("16000.00"), "R-12.1")


fen = st.integers(0, 400_000_00)


@law
@given(own=fen, above=fen | st.none(), threshold=st.integers(0, 60_000_00))
def test_R_12_against_the_slow_way(
    terms: MajorIllnessTerms, own: int, above: int | None, threshold: int
) -> None:
    found = major_illness(
        terms,
        self_paid=Decimal(own).scaleb(-2),
        above_pool_limit=None if above is None else Decimal(above).scaleb(-2),
        threshold=Decimal(threshold).scaleb(-2),
    )
    assert isinstance(found, Finding)
    slowly = slow.major_illness(Fraction(own + (above or 0), 100), Fraction(threshold, 100))
    assert Fraction(found.results["major_illness"]) == slowly  # type: ignore[arg-type]
