"""An outpatient visit or a year of quarters whole: each step, the readings and the remarks."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from calculators.rules.breakdown import Breakdown, Notice, Refusal, Step
from calculators.rules.outpatient import flexible_visit, resident_quarters, resident_visit
from calculators.rules.people import Group, OutpatientTier, Place
from calculators.rules.terms.outpatient import FlexibleOutpatientTerms, ResidentOutpatientTerms
from portal.policy.in_force import Rulebook
from portal.policy.terms.outpatient import flexible_outpatient_terms, resident_outpatient_terms

pytestmark = pytest.mark.django_db
TIER_AWAY, WHERE_AWAY = Notice("tier_out_of_area"), Notice("where_out_of_area")
LEVEL2, LEVEL3 = OutpatientTier.LEVEL2, OutpatientTier.LEVEL3
LIMITS = ("F-13.7", "F-13.8")
QUARTER = ("R-10.2", "R-10.4", "R-10.3")
CHOSEN = ("R-10.1", "R-10.5")


@pytest.fixture(scope="module")
def flexible(django_db_setup: None, django_db_blocker: Any) -> FlexibleOutpatientTerms:
    with django_db_blocker.unblock():
        book = Rulebook.on(date(2025, 10, 20))
        return flexible_outpatient_terms(book, out_of_area=True, maternity=True)


@pytest.fixture(scope="module")
def resident(django_db_setup: None, django_db_blocker: Any) -> ResidentOutpatientTerms:
    with django_db_blocker.unblock():
        return resident_outpatient_terms(Rulebook.on(date(2024, 10, 20)))


def visit(
    terms: FlexibleOutpatientTerms,
    cost: str,
    tier: OutpatientTier = LEVEL3,
    group: Group = Group.ACTIVE,
    **facts: Any,
) -> Breakdown:
    """A visit to a hospital of level three (F-13.4: 400 a year, 55%) where nothing else is said."""
    given: dict[str, Any] = {k: Decimal(v) if type(v) is str else v for k, v in facts.items()}
    answer = flexible_visit(terms, tier=tier, group=group, cost=Decimal(cost), **given)
    assert isinstance(answer, Breakdown)
    return answer


def holder(terms: FlexibleOutpatientTerms, cost: str, paid: str, **facts: Any) -> Breakdown:
    """A retired person's visit (F-13.4: 60%) whose deductible of the year is borne already."""
    facts = {"chronic_holder": True, **facts}
    return visit(
        terms, cost, group=Group.RETIRED, deductible_left="0", paid_this_year=paid, **facts
    )


def yuan(code: str, amount: str, formula: str, *clauses: str) -> Step:
    return Step(code, Decimal(amount), formula, clauses)


# The flexible scheme


@pytest.mark.parametrize(
    ("cost", "left", "due", "pool", "own"),
    [
        ("1000", "400", ("400", "400"), ("330", "(1000 − 400) × 55%"), ("670", "1000 − 330")),
        ("400", "400", ("400", "400"), ("0", "(400 − 400) × 55%"), ("400", "400")),
        ("300", "400", ("300", "min(300, 400)"), ("0", "(300 − 300) × 55%"), ("300", "300")),
        ("1000", "0", ("0", "0"), ("550", "(1000 − 0) × 55%"), ("450", "1000 − 550")),
    ],
)
def test_F_13_4_the_steps_of_a_visit(
    flexible: FlexibleOutpatientTerms,
    cost: str,
    left: str,
    due: tuple[str, str],
    pool: tuple[str, str],
    own: tuple[str, str],
) -> None:
    answer = visit(flexible, cost, deductible_left=left)
    assert list(answer.steps) == [
        yuan("deductible", *due, "F-13.4"),
        yuan("pool", *pool, "F-13.4", "F-13.1"),
        yuan("self", *own),
    ]
    assert answer.after == {
        "deductible_left": Decimal(left) - Decimal(due[0]),
        "paid_this_year": Decimal(pool[0]),
    }
    assert answer.readings == ("A-20", "A-24")
    assert answer.notices == ()


@pytest.mark.parametrize(("cost", "met"), [("400.10", ("A-21",)), ("400.20", ())])  # 0.055, 0.11
def test_A_21_only_a_payment_that_is_rounded(
    flexible: FlexibleOutpatientTerms, cost: str, met: tuple[str, ...]
) -> None:
    assert visit(flexible, cost).readings == ("A-20", "A-24", *met)


def test_more_left_than_the_tier_has_is_remarked_with_what_it_has(
    flexible: FlexibleOutpatientTerms,
) -> None:
    answer = visit(flexible, "100", LEVEL2, deductible_left="200.01")
    assert answer.notices == (Notice("deductible_left_too_high", (("full", "200"),)),)
    assert answer.steps[0] == yuan("deductible", "100", "min(100, 200)", "F-13.5")
    assert answer.readings == ("A-20", "A-24", "A-26")


@pytest.mark.parametrize(
    ("cost", "paid", "limit_left", "pool"),
    [
        # 7800 a year (F-13.8); 60% of the cost
        ("1000", "0", ("7800", "7800 − 0"), ("600", "(1000 − 0) × 60%")),
        ("1000", "7200", ("600", "7800 − 7200"), ("600", "(1000 − 0) × 60%")),
        ("1000", "7200.01", ("599.99", "7800 − 7200.01"), ("599.99", "min({}, 599.99)")),
        ("1000", "7800", ("0", "7800 − 7800"), ("0", "min({}, 0)")),
        ("1000", "7800.01", ("0", "max(7800 − 7800.01, 0)"), ("0", "min({}, 0)")),
    ],
)
def test_F_13_8_the_steps_at_the_lower_limit(
    flexible: FlexibleOutpatientTerms,
    cost: str,
    paid: str,
    limit_left: tuple[str, str],
    pool: tuple[str, str],
) -> None:
    answer = holder(flexible, cost, paid)
    amount, formula = pool[0], pool[1].format("(1000 − 0) × 60%")
    assert list(answer.steps[:3]) == [
        yuan("deductible", "0", "0", "F-13.4"),
        yuan("limit_left", *limit_left, *LIMITS),
        yuan("pool", amount, formula, "F-13.4", "F-13.1"),
    ]
    assert answer.after["paid_this_year"] == Decimal(paid) + Decimal(amount)
    assert answer.readings == ("A-20", "A-24", "A-25")
    assert answer.notices == ()


@pytest.mark.parametrize(
    ("cost", "paid", "steps", "readings"),
    [
        # 20000 × 60% = 12000, the whole limit of F-13.7: it cuts nothing yet
        ("20000", "0", [yuan("pool", "12000", "(20000 − 0) × 60%", "F-13.4", "F-13.1")], ()),
        (
            "20000.05",
            "0",
            [
                yuan("limit_left", "12000", "12000 − 0", *LIMITS),
                yuan("pool", "12000", "min((20000.05 − 0) × 60%, 12000)", "F-13.4", "F-13.1"),
            ],
            ("A-25",),
        ),
        (
            "100",
            "0.01",
            [
                yuan("limit_left", "11999.99", "12000 − 0.01", *LIMITS),
                yuan("pool", "60", "(100 − 0) × 60%", "F-13.4", "F-13.1"),
            ],
            ("A-25",),
        ),
    ],
)
def test_F_13_7_where_the_limit_is_shown(
    flexible: FlexibleOutpatientTerms,
    cost: str,
    paid: str,
    steps: list[Step],
    readings: tuple[str, ...],
) -> None:
    answer = holder(flexible, cost, paid, chronic_holder=False)
    assert list(answer.steps[1:-1]) == steps
    assert answer.readings == ("A-20", "A-24", *readings)
    assert answer.notices == ()


@pytest.mark.parametrize(
    ("is_holder", "notices"), [(False, (Notice("lower_limit_assumed"),)), (True, ())]
)
def test_A_25_the_lower_limit_for_everybody_is_remarked(
    flexible: FlexibleOutpatientTerms, is_holder: bool, notices: tuple[Notice, ...]
) -> None:
    terms = flexible.reading_as("A-25", "any_listed_disease")
    answer = holder(terms, "1000", "7700", chronic_holder=is_holder)
    assert answer.steps[1] == yuan("limit_left", "100", "7800 − 7700", *LIMITS)
    assert answer.notices == notices


def test_A_27_beyond_the_pool_s_limit(flexible: FlexibleOutpatientTerms) -> None:
    for used in ("149670.01", "150000"):  # 330 do not fit
        refused = flexible_visit(
            flexible,
            tier=LEVEL3,
            group=Group.ACTIVE,
            cost=Decimal(1000),
            pool_paid=Decimal(used),
        )
        assert refused == Refusal("outpatient_above_pool_limit", "A-27", ("F-9.1",))
    assert visit(flexible, "1000", pool_paid="149670").payers["pool"] == 330


@pytest.mark.parametrize(
    ("place", "maternity", "clauses", "readings", "notices"),
    [
        (Place.LONG_TERM, False, ("F-15.18", "F-15.19"), ("A-90",), (TIER_AWAY, WHERE_AWAY)),
        (Place.LOCAL, True, ("F-13.1", "F-18.9"), ("A-28",), ()),
        (Place.LONG_TERM, True, ("F-13.1", "F-18.9"), ("A-28", "A-90"), (TIER_AWAY,)),
        (Place.TEMPORARY, True, ("F-13.1", "F-18.9"), ("A-28", "A-90"), (TIER_AWAY,)),
    ],
)
def test_F_15_18_F_18_9_why_a_visit_counts(
    flexible: FlexibleOutpatientTerms,
    place: Place,
    maternity: bool,
    clauses: tuple[str, ...],
    readings: tuple[str, ...],
    notices: tuple[Notice, ...],
) -> None:
    answer = visit(flexible, "1000", place=place, maternity=maternity)
    assert answer.steps[1] == yuan("pool", "330", "(1000 − 400) × 55%", "F-13.4", *clauses)
    assert answer.readings == ("A-20", "A-24", *readings)
    assert answer.notices == notices


def test_F_15_19_a_visit_on_a_trip_leaves_the_year_as_it_was(
    flexible: FlexibleOutpatientTerms,
) -> None:
    answer = visit(
        flexible, "1000", deductible_left="401", paid_this_year="300", place=Place.TEMPORARY
    )
    assert list(answer.steps) == [
        yuan("pool", "0", "0", "F-15.19"),
        yuan("self", "1000", "1000"),
    ]
    assert answer.after == {"deductible_left": 400, "paid_this_year": 300}
    assert answer.readings == ()
    assert answer.notices == (
        Notice("deductible_left_too_high", (("full", "400"),)),
        Notice("no_outpatient_on_a_trip"),
    )


# The resident scheme


def test_R_10_the_steps_of_four_quarters(resident: ResidentOutpatientTerms) -> None:
    answer = resident_quarters(
        resident, q1=Decimal(40), q2=Decimal(300), q3=Decimal(1000), q4=Decimal("0.01")
    )
    assert list(answer.steps) == [
        yuan("q1", "0", "(40 − 40) × 55%", *QUARTER),
        yuan("q2", "143", "(300 − 40) × 55%", *QUARTER),
        yuan("q3", "150", "min((1000 − 40) × 55%, 150)", *QUARTER),
        yuan("q4", "0", "(0.01 − 0.01) × 55%", *QUARTER),
        yuan("pool", "293", "143 + 150", *CHOSEN),
        yuan("self", "1047.01", "1340.01 − 293"),
    ]
    assert answer.readings == ("A-66",)
    assert answer.notices == ()


def test_R_10_a_quarter_without_cost_has_no_step(resident: ResidentOutpatientTerms) -> None:
    assert list(resident_quarters(resident, q2=Decimal(30)).steps) == [
        yuan("q2", "0", "(30 − 30) × 55%", *QUARTER),
        yuan("pool", "0", "0", *CHOSEN),
        yuan("self", "30", "30"),
    ]
    # Decimals even where there is nothing: the answer writes them as 0.00.
    nothing = resident_quarters(resident)
    assert [str(payment) for payment in nothing.payers.values()] == ["0.00", "0.00"]
    assert [step.code for step in nothing.steps] == ["pool", "self"]


@pytest.mark.parametrize(
    ("cost", "formula", "readings"),
    [
        ("312.72", "(312.72 − 40) × 55%", ("A-66", "A-21")),  # 149.996
        ("312.73", "(312.73 − 40) × 55%", ("A-66", "A-21")),  # 150.0015
        ("312.74", "min((312.74 − 40) × 55%, 150)", ("A-66",)),  # 150.007: the limit, not a fen
        ("312.60", "(312.6 − 40) × 55%", ("A-66",)),  # 149.93
    ],
)
def test_R_10_3_A_21_rounded_or_cut_by_the_limit(
    resident: ResidentOutpatientTerms, cost: str, formula: str, readings: tuple[str, ...]
) -> None:
    in_quarters = resident_quarters(resident, q1=Decimal(300), q4=Decimal(cost))
    assert (in_quarters.steps[1].formula, in_quarters.readings) == (formula, readings)
    alone = resident_visit(resident, cost=Decimal(cost))
    assert (alone.steps[0].formula, alone.readings) == (formula, readings)


def test_A_66_the_steps_of_two_visits(resident: ResidentOutpatientTerms) -> None:
    first = resident_visit(resident, cost=Decimal(100))
    assert list(first.steps) == [
        yuan("pool", "33", "(100 − 40) × 55%", *QUARTER, *CHOSEN),
        yuan("self", "67", "100 − 33"),
    ]
    second = resident_visit(resident, cost=Decimal(100), spent_this_quarter=Decimal(100))
    assert list(second.steps) == [
        yuan("pool", "55", "(200 − 40) × 55% − 33", *QUARTER, *CHOSEN),
        yuan("self", "45", "100 − 55"),
    ]
    assert second.payers == {"pool": 55, "self": 45}
    assert first.readings == second.readings == ("A-66",)
    # 40.01 × … = 0.0055 together with what was spent before
    together = resident_visit(resident, cost=Decimal("0.01"), spent_this_quarter=Decimal(40))
    assert together.readings == ("A-66", "A-21")
