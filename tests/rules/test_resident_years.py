"""The residents' ledger against its own rules: a random year is what its events are, one by one."""

import datetime
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calculators.rules.breakdown import Breakdown, Finding, Refusal
from calculators.rules.chronic import resident_chronic
from calculators.rules.emergency import resident_emergency
from calculators.rules.inpatient import resident_stay
from calculators.rules.major_illness import major_illness
from calculators.rules.maternity import resident_maternity
from calculators.rules.outpatient import resident_quarters, resident_visit
from calculators.rules.people import (
    ChronicCategory,
    Condition,
    Group,
    MaternityKind,
    OutpatientTier,
    Place,
    Scheme,
    Tier,
)
from calculators.rules.two_diseases import two_diseases
from calculators.rules.year import Event, YearTerms, year
from portal.policy.in_force import Rulebook
from portal.policy.terms import resident_stay_terms
from portal.policy.terms.chronic import resident_chronic_terms
from portal.policy.terms.emergency import resident_emergency_terms
from portal.policy.terms.major_illness import major_illness_terms
from portal.policy.terms.maternity import resident_maternity_terms
from portal.policy.terms.outpatient import resident_outpatient_terms
from portal.policy.terms.two_diseases import two_diseases_terms

pytestmark = pytest.mark.django_db

RULES: dict[str, Callable[..., Any]] = {
    "inpatient": resident_stay,
    "emergency": resident_emergency,
    "outpatient": resident_visit,
    "chronic": resident_chronic,
    "two-diseases": two_diseases,
    "maternity": resident_maternity,
}
NOTHING = Decimal(0)
# typed in from the clause: what a quarter pays at most.
QUARTER_LIMIT = Decimal(150)
DAYS = st.dates(datetime.date(2024, 1, 1), datetime.date(2024, 12, 31))
AMOUNTS = st.decimals(0, 120_000, places=2)
SMALL = st.decimals(0, 600, places=2)
TIERS = st.sampled_from((Tier.GRASSROOTS, Tier.LEVEL1, Tier.LEVEL2, Tier.LEVEL3, Tier.TOP3))
GROUPS = st.sampled_from((Group.MINOR, Group.ADULT))
PLACES = st.sampled_from(Place)
LEVELS = (OutpatientTier.LEVEL1_OR_BELOW, OutpatientTier.LEVEL2, OutpatientTier.LEVEL3_OR_ABOVE)
FACTS: dict[str, dict[str, st.SearchStrategy[Any]]] = {
    "inpatient": {
        "cost": AMOUNTS,
        "class_b": st.sampled_from((NOTHING, Decimal("123.45"))),
        "tier": TIERS,
        "group": GROUPS,
        "place": PLACES,
        "condition": st.sampled_from(Condition),
    },
    "emergency": {"cost": AMOUNTS, "place": PLACES},
    "outpatient": {"cost": SMALL},
    "chronic": {
        "cost": AMOUNTS,
        "category": st.sampled_from((ChronicCategory.LISTED, ChronicCategory.OTHER)),
        "tier": st.sampled_from(LEVELS),
    },
    "two-diseases": {"hypertension": SMALL, "diabetes": SMALL},
    "maternity": {
        "cost": AMOUNTS,
        "kind": st.sampled_from(MaternityKind),
        "tier": TIERS,
        "group": GROUPS,
        "place": PLACES,
    },
}
Asked = tuple[datetime.date, str, dict[str, Any]]
EVENTS = st.one_of(
    *(st.tuples(DAYS, st.just(kind), st.fixed_dictionaries(facts)) for kind, facts in FACTS.items())
)
# As decided, and every other choice that a resident's bill can meet.
CHOICES = (
    None,
    ("A-61", "parts_of_cost"),
    ("A-61", "whole_by_cost"),
    ("A-61", "whole_after_deductible"),
    ("A-67", "shared"),
)


@pytest.fixture
def terms() -> dict[str, Any]:
    book = Rulebook.on(datetime.date(2024, 10, 20))
    return {
        "inpatient": resident_stay_terms(book),
        "emergency": resident_emergency_terms(book, out_of_area=True),
        "outpatient": resident_outpatient_terms(book),
        "chronic": resident_chronic_terms(book),
        "two-diseases": two_diseases_terms(book),
        "maternity": resident_maternity_terms(book),
        "major-illness": major_illness_terms(book),
    }


def test_a_random_year_equals_its_events_called_one_by_one(terms: dict[str, Any]) -> None:
    @settings(max_examples=150, deadline=None, derandomize=True, database=None)
    @given(
        st.lists(EVENTS, max_size=12),
        st.none() | st.integers(0, 60_000).map(Decimal),
        st.sampled_from(CHOICES),
    )
    def holds(
        asked: list[Asked], threshold: Decimal | None, choice: tuple[str, str] | None
    ) -> None:
        decided = the_year(terms, asked)
        meant = terms
        if choice:
            decided = decided.reading_as(*choice)
            meant = {name: term.reading_as(*choice) for name, term in terms.items()}
        ledger: Any = year(decided, scheme=Scheme.RESIDENT, threshold=threshold).results

        told = one_by_one(sorted(asked, key=lambda event: event[0]), meant)
        assert [event["result"] for event in ledger["events"]] == [
            outcome.results if isinstance(outcome, Breakdown) else None for outcome in told.outcomes
        ]
        assert [event.get("admission") for event in ledger["events"]] == told.admissions
        assert ledger["left"]["outpatient"] == told.quarters_left(meant)
        assert (ledger["left"]["pool"], ledger["left"]["large_sum"]) == (None, None)
        assert ledger["totals"] == told.totals(meant, threshold)

    holds()


def the_year(terms: dict[str, Any], asked: Sequence[Asked]) -> YearTerms:
    events = tuple(
        Event(calculator=kind, on=on, rule=RULES[kind], facts=facts, terms=terms[kind])
        for on, kind, facts in asked
    )
    return YearTerms(
        readings=terms["inpatient"].readings,
        events=events,
        quarter_limit=QUARTER_LIMIT,
        major_illness=terms["major-illness"],
    )


@dataclass
class Told:
    """Each event alone, told by hand what the year has used up before it."""

    outcomes: list[Breakdown | Refusal] = field(default_factory=list)
    admissions: list[int | None] = field(default_factory=list)
    visits: dict[int, Decimal] = field(default_factory=lambda: defaultdict(Decimal))
    own: Decimal = NOTHING

    def quarters_left(self, terms: dict[str, Any]) -> tuple[Decimal, ...]:
        """R-10.3: what the four quarters asked for at once leave of their limits."""
        spent = {f"q{quarter}": self.visits[quarter] for quarter in range(1, 5)}
        whole: Any = resident_quarters(terms["outpatient"], **spent).results
        return tuple(QUARTER_LIMIT - paid for paid in whole["by_quarter"])

    def totals(self, terms: dict[str, Any], threshold: Decimal | None) -> dict[str, Decimal]:
        """R-12.1: the major illness insurance pays on what stays and rescues left, and once."""
        computed = [outcome for outcome in self.outcomes if isinstance(outcome, Breakdown)]
        cost = sum((outcome.bill for outcome in computed), NOTHING)
        pool = sum((outcome.payers["pool"] for outcome in computed), NOTHING)
        totals = {"cost": cost, "pool": pool, "large_sum": NOTHING, "supplementary": NOTHING}
        illness = major_illness(terms["major-illness"], self_paid=self.own, threshold=threshold)
        if isinstance(illness, Finding):
            totals |= illness.results  # type: ignore[arg-type]
        return {**totals, "self": cost - pool - totals.get("major_illness", NOTHING)}


def one_by_one(asked: Sequence[Asked], terms: dict[str, Any]) -> Told:
    told = Told()
    stays, paid = 0, {"hypertension": NOTHING, "diabetes": NOTHING}
    for on, kind, facts in asked:
        carried: dict[str, Any] = {}
        quarter = {1: 1, 2: 1, 3: 1, 4: 2, 5: 2, 6: 2, 7: 3, 8: 3, 9: 3}.get(on.month, 4)
        stay = kind == "inpatient" or (
            kind == "maternity" and facts["kind"] != MaternityKind.ASSISTED_REPRODUCTION
        )
        if stay:
            stays += 1
        if kind in ("inpatient", "maternity"):
            carried["admission"] = stays if stay else stays + 1
        elif kind == "outpatient":
            carried["spent_this_quarter"] = told.visits[quarter]
        elif kind == "two-diseases":
            carried = {f"{disease}_paid": amount for disease, amount in paid.items()}
        outcome = RULES[kind](terms[kind], **facts, **carried)
        told.outcomes.append(outcome)
        told.admissions.append(stays if stay else None)
        if not isinstance(outcome, Breakdown):
            continue
        if kind == "outpatient":
            told.visits[quarter] += facts["cost"]
        elif kind == "two-diseases":
            paid = {name: paid[name] + outcome.results[name] for name in paid}  # type: ignore[operator]
        elif kind in ("inpatient", "emergency"):
            told.own += facts["cost"] - outcome.payers["pool"]
    return told
