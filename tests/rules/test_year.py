"""The ledger against its own rules: a random year is what its events are, called one by one."""

import datetime
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calculators.rules.breakdown import Breakdown
from calculators.rules.chronic import flexible_chronic
from calculators.rules.emergency import flexible_emergency
from calculators.rules.inpatient import flexible_stay
from calculators.rules.outpatient import flexible_visit
from calculators.rules.people import (
    ChronicCategory,
    Condition,
    Group,
    OutpatientTier,
    Place,
    Scheme,
    Tier,
)
from calculators.rules.year import Event, YearTerms, year
from portal.policy.in_force import Rulebook
from portal.policy.terms import flexible_stay_terms
from portal.policy.terms.chronic import flexible_chronic_terms
from portal.policy.terms.emergency import flexible_emergency_terms
from portal.policy.terms.outpatient import flexible_outpatient_terms

pytestmark = pytest.mark.django_db

RULES: dict[str, Callable[..., Any]] = {
    "inpatient": flexible_stay,
    "emergency": flexible_emergency,
    "outpatient": flexible_visit,
    "chronic": flexible_chronic,
}
FIRST = datetime.date(2025, 7, 1)
AMOUNTS = st.decimals(0, 120_000, places=2)
DAYS = st.integers(0, 180).map(lambda days: FIRST + datetime.timedelta(days=days))
TIERS = (Tier.LEVEL1, Tier.LEVEL2_CITY, Tier.LEVEL3, Tier.TOP3)
VISITED = (OutpatientTier.LEVEL1_OR_BELOW, OutpatientTier.LEVEL2, OutpatientTier.TOP3)
GROUPS = (Group.ACTIVE, Group.RETIRED)
EVENTS = st.one_of(
    st.fixed_dictionaries(
        {
            "kind": st.just("inpatient"),
            "cost": AMOUNTS,
            "class_b": st.sampled_from((Decimal(0), Decimal("123.45"))),
            "tier": st.sampled_from(TIERS),
            "group": st.sampled_from(GROUPS),
            "place": st.sampled_from(Place),
            "condition": st.sampled_from(Condition),
        }
    ),
    st.fixed_dictionaries(
        {"kind": st.just("emergency"), "cost": AMOUNTS, "place": st.sampled_from(Place)}
    ),
    st.fixed_dictionaries(
        {
            "kind": st.just("outpatient"),
            "cost": st.decimals(0, 3000, places=2),
            "tier": st.sampled_from(VISITED),
            "group": st.sampled_from(GROUPS),
        }
    ),
    st.fixed_dictionaries(
        {
            "kind": st.just("chronic"),
            "cost": AMOUNTS,
            "category": st.sampled_from(
                (ChronicCategory.DIALYSIS, ChronicCategory.SPECIAL, ChronicCategory.CHRONIC)
            ),
            "group": st.sampled_from(GROUPS),
        }
    ),
)
# F-13.3 to F-13.6, typed in from the table: what a year asks at each tier before it pays.
DEDUCTIBLES = {
    OutpatientTier.LEVEL1_OR_BELOW: Decimal(200),
    OutpatientTier.LEVEL2: Decimal(200),
    OutpatientTier.TOP3: Decimal(600),
}


@pytest.fixture
def terms() -> dict[str, Any]:
    book = Rulebook.on(datetime.date(2025, 10, 20))
    return {
        "inpatient": flexible_stay_terms(book, out_of_area=True),
        "emergency": flexible_emergency_terms(book, out_of_area=True),
        "outpatient": flexible_outpatient_terms(book, out_of_area=False, maternity=False),
        "chronic": flexible_chronic_terms(book, out_of_area=False),
    }


def test_a_random_year_equals_its_events_called_one_by_one(terms: dict[str, Any]) -> None:
    @settings(max_examples=100, deadline=None, derandomize=True, database=None)
    @given(st.lists(st.tuples(DAYS, EVENTS), max_size=12))
    def holds(asked: list[tuple[datetime.date, dict[str, Any]]]) -> None:
        events = tuple(
            Event(
                calculator=facts["kind"],
                on=on,
                rule=RULES[facts["kind"]],
                facts={name: value for name, value in facts.items() if name != "kind"},
                terms=terms[facts["kind"]],
            )
            for on, facts in asked
        )
        ledger = year(
            YearTerms(readings=terms["inpatient"].readings, events=events), scheme=Scheme.FLEXIBLE
        )
        expected = one_by_one(sorted(asked, key=lambda event: event[0]), terms)
        found = [event["result"] for event in ledger.results["events"]]  # type: ignore[union-attr, index, call-overload]
        assert found == [outcome.results if outcome else None for outcome in expected]
        computed = [outcome for outcome in expected if outcome]
        totals: Any = ledger.results["totals"]
        assert totals["cost"] == sum(outcome.bill for outcome in computed)
        paid = totals["pool"] + totals["large_sum"] + totals["supplementary"]
        assert totals["cost"] == paid + totals["self"]

    holds()


def one_by_one(
    asked: list[tuple[datetime.date, dict[str, Any]]], terms: dict[str, Any]
) -> list[Breakdown | None]:
    """Each event alone, told by hand what the year has used up before it."""
    pool = large = visits = met = Decimal(0)
    stays = 0
    outcomes: list[Breakdown | None] = []
    for _, facts in asked:
        kind = facts["kind"]
        carried: dict[str, Any] = {"pool_paid": pool}
        if kind == "outpatient":
            left = max(DEDUCTIBLES[facts["tier"]] - met, Decimal(0))
            carried |= {"deductible_left": left, "paid_this_year": visits}
        else:
            carried["large_sum_paid"] = large
        if kind == "inpatient":
            stays += 1
            carried["admission"] = stays
        own = {name: value for name, value in facts.items() if name != "kind"}
        outcome = RULES[kind](terms[kind], **own, **carried)
        if not isinstance(outcome, Breakdown):  # a visit above the pool's limit
            outcomes.append(None)
            continue
        outcomes.append(outcome)
        pool += outcome.payers["pool"]
        large += outcome.payers.get("large_sum", Decimal(0))
        if kind == "outpatient":
            visits += outcome.payers["pool"]
            met += left - outcome.after["deductible_left"]  # type: ignore[operator]
    return outcomes
