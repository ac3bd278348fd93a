"""Until when the filing of a long-term residence is valid, by hand from the clauses."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calculators.rules.breakdown import Finding
from calculators.rules.filing import flexible_filing, resident_filing
from calculators.rules.people import FilingProof
from calculators.rules.terms.filing import FlexibleFilingTerms
from portal.policy.in_force import NoPolicyInForce, Rulebook
from portal.policy.terms.filing import flexible_filing_terms, resident_filing_terms

pytestmark = pytest.mark.django_db

PERMIT = FilingProof.RESIDENCE_PERMIT


@pytest.fixture(scope="module")
def terms(django_db_setup: None, django_db_blocker: Any) -> FlexibleFilingTerms:
    with django_db_blocker.unblock():
        return flexible_filing_terms(Rulebook.on(date(2025, 10, 20)))


def expiry(found: Finding) -> str | None:
    assert list(found.results) == ["expires"]
    expires = found.results["expires"]
    return str(expires) if expires else None


@pytest.mark.parametrize("proof", ["household_register", "property_deed"])
def test_F_15_29_a_register_and_a_deed_have_no_end(terms: FlexibleFilingTerms, proof: str) -> None:
    days = {"issued_on": date(2020, 1, 1), "valid_until": date(2021, 1, 1)}
    for given_days in ({}, days):
        found = flexible_filing(terms, proof=FilingProof(proof), **given_days)
        assert expiry(found) is None
        assert found.steps[0].clauses == ("F-15.29",)
        assert [notice.code for notice in found.notices] == ["old_policy"]


@pytest.mark.parametrize("issued_on", [None, date(2020, 1, 1), date(2026, 8, 31)])
def test_F_15_30_a_permit_ends_the_filing(
    terms: FlexibleFilingTerms, issued_on: date | None
) -> None:
    found = flexible_filing(terms, proof=PERMIT, issued_on=issued_on, valid_until=date(2026, 8, 31))
    assert expiry(found) == "2026-08-31"
    assert found.steps[0].clauses == ("F-15.30",)
    assert "A-80" not in found.readings


@pytest.mark.parametrize(
    ("issued_on", "expires"),
    [
        ("2025-03-15", "2026-03-15"),  # A-80's own example
        ("2024-02-29", "2025-02-28"),
        ("2023-02-28", "2024-02-28"),
        ("2025-01-01", "2026-01-01"),
        ("2024-12-31", "2025-12-31"),
    ],
)
def test_F_15_31_a_permit_without_an_end_counts_a_year_from_its_issue(
    terms: FlexibleFilingTerms, issued_on: str, expires: str
) -> None:
    found = flexible_filing(terms, proof=PERMIT, issued_on=date.fromisoformat(issued_on))
    assert expiry(found) == expires
    assert found.steps[0].formula == f"{issued_on} + 1 年 = {expires}"
    assert found.steps[0].clauses == ("F-15.31",)
    assert "A-80" in found.readings


@pytest.mark.parametrize(
    ("valid_until", "expired"), [("2025-10-19", True), ("2025-10-20", False), ("2025-10-21", False)]
)
def test_A_80_what_has_ended_is_said(
    terms: FlexibleFilingTerms, valid_until: str, expired: bool
) -> None:
    found = flexible_filing(terms, proof=PERMIT, valid_until=date.fromisoformat(valid_until))
    assert (found.notices[0].code == "expired") is expired


def test_a_permit_without_any_day_is_a_fault_of_the_caller(terms: FlexibleFilingTerms) -> None:
    with pytest.raises(ValueError, match="day of issue"):
        flexible_filing(terms, proof=PERMIT)


def test_R_15_5_a_resident_s_filing_has_no_end() -> None:
    found = resident_filing(resident_filing_terms(Rulebook.on(date(2024, 10, 20))))
    assert expiry(found) is None
    assert found.steps[0].clauses == ("R-15.5",)


def test_A_93_the_terms_out_of_area_begin_on_their_day() -> None:
    flexible_filing_terms(Rulebook.on(date(2025, 6, 1)))
    with pytest.raises(NoPolicyInForce):
        flexible_filing_terms(Rulebook.on(date(2025, 5, 31)))


@settings(max_examples=300, deadline=None, derandomize=True, database=None)
@given(issued_on=st.dates(date(1900, 1, 1), date(2100, 12, 31)))
def test_F_15_31_as_the_slow_way(terms: FlexibleFilingTerms, issued_on: date) -> None:
    # Walk on until the same day comes again; who has the 29th of February stops at the 28th.
    same = (2, 28) if (issued_on.month, issued_on.day) == (2, 29) else issued_on.timetuple()[1:3]
    day = issued_on + timedelta(1)
    while (day.month, day.day) != same:
        day += timedelta(1)
    found = flexible_filing(terms, proof=PERMIT, issued_on=issued_on)
    assert found.results == {"expires": day}
