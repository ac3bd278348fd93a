"""The same case under other readings: which are computed, and what of their results is shown."""

from decimal import Decimal

import pytest

from calculators.rules.alternatives import Alternative, UsedReading, used_readings
from calculators.rules.breakdown import Finding, Outcome, Refusal
from calculators.rules.readings import Readings
from calculators.rules.terms import SchemeTerms

# A-08 has two switches, with two other choices each; A-17 waits for other bills; A-21 has none.
DECIDED = {
    "A-07": "to_multiple",
    "A-08": "basic",
    "A-08.deductible": "standard",
    "A-17": "per_settlement",
    "A-47": "from_first_month",
}


def compute(terms: SchemeTerms) -> Outcome:
    """A made-up rule: every choice of A-07 and A-08 does something else."""
    readings = terms.readings
    if readings["A-07"] == "by_multiple":
        return Refusal("made_up", "A-07")
    results = {"pool": Decimal(100), "self": Decimal(20), "start": None}
    if readings["A-08"] == "large_sum":
        results |= {"pool": Decimal(110), "self": Decimal(10)}
    if readings["A-08"] == "basic_reduced":
        results |= {"pool": Decimal(90), "late": Decimal(1)}
    if readings["A-08.deductible"] == "raised":
        results |= {"self": None}
    return Finding(results=results, readings=("A-21", "A-07", "A-08", "A-17", "A-47"), notices=())


@pytest.fixture
def terms() -> SchemeTerms:
    return SchemeTerms(readings=Readings(DECIDED))


def test_each_reading_with_what_its_other_choices_change(terms: SchemeTerms) -> None:
    """A refusal and a choice that changes nothing are no alternatives.

    Without one a reading with switches is left out, unless it depends on other bills.
    """
    decided = compute(terms)
    assert isinstance(decided, Finding)
    used = used_readings(compute, terms, decided)
    assert used == (
        UsedReading("A-21", ()),
        UsedReading(
            "A-08",
            (
                Alternative("A-08", "large_sum", {"pool": Decimal(110), "self": Decimal(10)}),
                # What only the other choice has is a change too.
                Alternative("A-08", "basic_reduced", {"pool": Decimal(90), "late": Decimal(1)}),
                Alternative("A-08.deductible", "raised", {"self": None}),
            ),
        ),
        UsedReading("A-17", ()),
    )
    assert [reading.depends_on_other_bills for reading in used] == [False, False, True]


def test_the_case_is_computed_once_for_each_other_choice(terms: SchemeTerms) -> None:
    seen: list[dict[str, str]] = []

    def watched(other: SchemeTerms) -> Outcome:
        seen.append(dict(other.readings.choices))
        return Finding(results={})

    used = used_readings(watched, terms, Finding(results={}, readings=("A-08", "A-21")))
    assert used == (UsedReading("A-21", ()),)
    assert seen == [
        {**DECIDED, "A-08": "large_sum"},
        {**DECIDED, "A-08": "basic_reduced"},
        {**DECIDED, "A-08.deductible": "raised"},
        {**DECIDED, "A-08.deductible": "halved"},
    ]
