"""What the year carries from event to event, totals and leaves: by hand, with made-up answers.

The events answer what they are told to and write down what the year told them, so that only the
ledger is tested here. The terms are those on file.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from calculators.rules.breakdown import Breakdown, Notice, Outcome, Refusal
from calculators.rules.people import MaternityKind, OutpatientTier, Scheme
from calculators.rules.terms import SchemeTerms
from calculators.rules.year import Event, YearTerms, entries_of, year
from portal.policy.in_force import Rulebook
from portal.policy.terms.major_illness import major_illness_terms
from portal.policy.terms.outpatient import flexible_outpatient_terms
from portal.policy.terms.reading import decided_readings

pytestmark = pytest.mark.django_db

BOOK_DAYS = {Scheme.FLEXIBLE: date(2025, 10, 20), Scheme.RESIDENT: date(2024, 10, 20)}
REFUSED = Refusal("old_policy", "A-22")


def paid(
    bill: int,
    *,
    pool: int,
    large_sum: int | None = None,
    supplementary: int | None = None,
    left_by_share: int = 0,
    readings: tuple[str, ...] = (),
    **after: int,
) -> Breakdown:
    """A bill of which each fund that is named pays what is said, and the person the rest."""
    funds = {"pool": pool, "large_sum": large_sum, "supplementary": supplementary}
    payers = {name: Decimal(amount) for name, amount in funds.items() if amount is not None}
    payers["self"] = Decimal(bill) - sum(payers.values())
    return Breakdown(
        bill=Decimal(bill),
        payers=payers,
        left_by_share=Decimal(left_by_share),
        readings=readings,
        after={name: Decimal(amount) for name, amount in after.items()},
    )


@dataclass
class Told:
    """The events of a year, and what each of them was told of it, in the order they were asked."""

    scheme: Scheme
    book: Rulebook
    events: list[Event] = field(default_factory=list)
    carried: dict[date, Mapping[str, Any]] = field(default_factory=dict)

    def add(self, calculator: str, on: str, answer: Outcome | None, **facts: Any) -> None:
        """Put an event in the year that answers `answer`; None is one without terms."""
        day = date.fromisoformat(on)

        def rule(terms: SchemeTerms, **told: Any) -> Outcome:
            assert terms is self.terms
            assert answer is not None
            self.carried[day] = {name: value for name, value in told.items() if name not in facts}
            assert {**told, **facts} == told
            return answer

        terms = None if answer is None else self.terms
        self.events.append(
            Event(calculator=calculator, on=day, rule=rule, facts=facts, terms=terms)
        )

    def __post_init__(self) -> None:
        self.terms: SchemeTerms = SchemeTerms(readings=decided_readings(self.book, self.scheme))
        if self.scheme == Scheme.FLEXIBLE:
            self.terms = flexible_outpatient_terms(self.book, out_of_area=False, maternity=False)

    def year_terms(self, **limits: Any) -> YearTerms:
        return YearTerms(readings=self.terms.readings, events=tuple(self.events), **limits)


@pytest.fixture
def flexible() -> Told:
    return Told(Scheme.FLEXIBLE, Rulebook.on(BOOK_DAYS[Scheme.FLEXIBLE]))


@pytest.fixture
def resident() -> Told:
    return Told(Scheme.RESIDENT, Rulebook.on(BOOK_DAYS[Scheme.RESIDENT]))


def test_a_flexible_worker_s_year_is_carried_from_day_to_day(flexible: Told) -> None:
    """F-9.1, F-4.7, F-14.10, A-17, A-24, A-94: written down event by event."""
    stay = paid(1000, pool=600, large_sum=40, supplementary=50, left_by_share=200)
    rescue = paid(500, pool=100, large_sum=20, supplementary=30, left_by_share=70)
    # Given last, asked first.
    flexible.add("emergency", "2025-02-01", rescue, cost=Decimal(450))
    flexible.add("chronic", "2025-02-02", paid(90, pool=30, large_sum=5))
    level3, top3 = OutpatientTier.LEVEL3, OutpatientTier.TOP3
    # 300 of the 400 of 三级 (F-13.4) are borne, then 60 more; 特三级 asks for 600 (F-13.3).
    first = paid(300, pool=0, deductible_left=100, paid_this_year=0)
    flexible.add("outpatient", "2025-02-03", first, tier=level3)
    second = paid(80, pool=11, deductible_left=40, paid_this_year=11)
    flexible.add("outpatient", "2025-02-04", second, tier=level3)
    third = paid(900, pool=330, deductible_left=0, paid_this_year=341)
    flexible.add("outpatient", "2025-02-05", third, tier=top3)
    fourth = paid(9, pool=9, deductible_left=0, paid_this_year=350)
    flexible.add("outpatient", "2025-02-06", fourth, tier=level3)
    birth, assisted = MaternityKind.CHILDBIRTH, MaternityKind.ASSISTED_REPRODUCTION
    flexible.add("maternity", "2025-02-07", paid(700, pool=700), kind=birth)
    flexible.add("maternity", "2025-02-08", paid(800, pool=250), kind=assisted)
    flexible.add("inpatient", "2025-02-09", REFUSED, cost=Decimal(5))
    flexible.add("inpatient", "2025-02-10", None, cost=Decimal(5))
    flexible.add("inpatient", "2025-02-11", paid(200, pool=110, left_by_share=1))
    flexible.add("emergency", "2025-02-12", REFUSED)
    flexible.add("inpatient", "2025-01-31", stay, cost=Decimal(990))

    terms = flexible.year_terms(
        pool_limit=Decimal(150_000), large_sum_limit=Decimal(60), outpatient_limit=Decimal(12_000)
    )
    found = year(terms, scheme=Scheme.FLEXIBLE)
    # Of the pool: 600, 700, 730, 730, 741, 1071, 1080, 1780, 2030, 2140 after each.
    assert {day.isoformat()[5:]: told for day, told in flexible.carried.items()} == {
        "01-31": {"pool_paid": 0, "large_sum_paid": 0, "admission": 1, "self_paid_before": 0},
        "02-01": {"pool_paid": 600, "large_sum_paid": 40, "self_paid_before": 200},
        "02-02": {"pool_paid": 700, "large_sum_paid": 60},
        "02-03": {"pool_paid": 730, "deductible_left": 400, "paid_this_year": 0},
        "02-04": {"pool_paid": 730, "deductible_left": 100, "paid_this_year": 0},
        "02-05": {"pool_paid": 741, "deductible_left": 240, "paid_this_year": 11},
        "02-06": {"pool_paid": 1071, "deductible_left": 0, "paid_this_year": 341},
        "02-07": {"pool_paid": 1080, "admission": 2},
        "02-08": {"pool_paid": 1780, "admission": 3},  # is told, and does not count
        "02-09": {
            "pool_paid": 2030,
            "large_sum_paid": 65,
            "admission": 3,
            "self_paid_before": 270,
        },
        "02-11": {
            "pool_paid": 2030,
            "large_sum_paid": 65,
            "admission": 5,
            "self_paid_before": 270,
        },
        "02-12": {"pool_paid": 2140, "large_sum_paid": 65, "self_paid_before": 271},
    }
    events = found.results["events"]
    assert isinstance(events, tuple)
    numbered = [event.get("admission") for event in events if isinstance(event, Mapping)]
    assert numbered == [1, *[None] * 6, 2, None, 3, 4, 5, None]
    assert events[0] == {
        "calculator": "inpatient",
        "on": date(2025, 1, 31),
        "computable": True,
        "result": stay.results,
        "admission": 1,
    }
    assert events[9:11] == tuple(
        {
            "calculator": "inpatient",
            "on": date(2025, 2, day),
            "computable": False,
            "result": None,
            "admission": number,
        }
        for day, number in ((9, 3), (10, 4))
    )
    assert events[12] == {
        "calculator": "emergency",
        "on": date(2025, 2, 12),
        "computable": False,
        "result": None,
    }
    assert found.results["totals"] == {
        "cost": 4579,  # 1000 + 500 + 90 + 300 + 80 + 900 + 9 + 700 + 800 + 200
        "pool": 2140,
        "large_sum": 65,
        "supplementary": 80,
        "self": 2294,  # 4579 − 2140 − 65 − 80
    }
    # 150000 − 2140; 65 of 60 are used; 12000 − 350
    assert found.results["left"] == {"pool": 147_860, "large_sum": 0, "outpatient": 11_650}
    assert found.notices == (Notice("left_out", (("count", "3"),)),)
    assert found.steps == ()


def test_R_10_R_11_R_12_a_resident_s_year_is_carried_from_day_to_day(resident: Told) -> None:
    """R-10.3 by quarter, R-11.4 by disease, R-12.1 from stays and rescues alone."""
    births = {"kind": MaternityKind.CHILDBIRTH}
    resident.add("inpatient", "2024-01-01", paid(52_000, pool=20_000), cost=Decimal(50_000))
    resident.add("maternity", "2024-01-02", paid(60, pool=50), **births)
    resident.add("inpatient", "2024-01-03", REFUSED, cost=Decimal(70_000))
    resident.add("emergency", "2024-01-04", paid(10_500, pool=6000), cost=Decimal(10_000))
    resident.add("chronic", "2024-01-05", paid(90_000, pool=10_000), cost=Decimal(90_000))
    resident.add("outpatient", "2024-01-06", paid(100, pool=33))
    resident.add("outpatient", "2024-03-31", paid(50, pool=27))
    resident.add("outpatient", "2024-04-01", paid(70, pool=16))
    resident.add("outpatient", "2024-06-30", paid(7, pool=3))
    resident.add("outpatient", "2024-12-31", paid(400, pool=151))
    first = paid(500, pool=140, hypertension=100, diabetes=40)
    resident.add("two-diseases", "2024-05-01", first)
    second = paid(500, pool=28, hypertension=20, diabetes=8)
    resident.add("two-diseases", "2024-05-02", second)
    resident.add("two-diseases", "2024-05-03", REFUSED)

    terms = resident.year_terms(
        quarter_limit=Decimal(150), major_illness=major_illness_terms(resident.book)
    )
    found = year(terms, scheme=Scheme.RESIDENT, threshold=Decimal(20_000))
    assert {day.isoformat()[5:]: told for day, told in resident.carried.items()} == {
        "01-01": {"admission": 1},
        "01-02": {"admission": 2},
        "01-03": {"admission": 3},
        "01-04": {},
        "01-05": {},
        "01-06": {"spent_this_quarter": 0},
        "03-31": {"spent_this_quarter": 100},
        "04-01": {"spent_this_quarter": 0},
        "06-30": {"spent_this_quarter": 70},
        "12-31": {"spent_this_quarter": 0},
        "05-01": {},
        "05-02": {"hypertension_paid": 100, "diabetes_paid": 40},
        "05-03": {"hypertension_paid": 120, "diabetes_paid": 48},
    }
    # 50000 − 20000 and 10000 − 6000 are borne; (34000 − 20000) × 60% (R-12.4)
    totals = found.results["totals"]
    assert isinstance(totals, Mapping)
    assert list(totals.items()) == [
        # 52000 + 60 + 10500 + 90000 + 100 + 50 + 70 + 7 + 400 + 500 + 500
        ("cost", 154_187),
        # 20000 + 50 + 6000 + 10000 + 33 + 27 + 16 + 3 + 151 + 140 + 28
        ("pool", 36_448),
        ("large_sum", 0),
        ("supplementary", 0),
        ("major_illness", 8400),
        ("self", 109_339),
    ]
    # 150 less 33 + 27, less 16 + 3, less nothing, less 151
    assert found.results["left"] == {
        "pool": None,
        "large_sum": None,
        "outpatient": (90, 131, 150, 0),
    }
    assert found.notices == (Notice("left_out", (("count", "2"),)),)


def test_a_year_names_each_reading_once_those_of_major_illness_last(resident: Told) -> None:
    stay, visit = ("A-01", "A-64"), ("A-66", "A-01")
    resident.add("inpatient", "2024-02-01", paid(9, pool=8, readings=stay), cost=Decimal(9))
    resident.add("outpatient", "2024-02-02", paid(9, pool=8, readings=visit))
    terms = resident.year_terms(major_illness=major_illness_terms(resident.book))
    found = year(terms, scheme=Scheme.RESIDENT, threshold=Decimal(20_000))
    assert found.readings == ("A-01", "A-64", "A-66", "A-63", "A-65")
    assert found.notices == ()
    # Without a threshold it has no answer, and nothing of it is read into the text.
    unknown = year(terms, scheme=Scheme.RESIDENT)
    assert unknown.readings == ("A-01", "A-64", "A-66")
    totals = unknown.results["totals"]
    assert isinstance(totals, Mapping)
    assert "major_illness" not in totals


@pytest.mark.parametrize("scheme", Scheme)
def test_the_amounts_of_an_empty_year_are_amounts(scheme: Scheme) -> None:
    book = Rulebook.on(BOOK_DAYS[scheme])
    terms = YearTerms(
        readings=decided_readings(book, scheme), events=(), quarter_limit=Decimal(150)
    )
    found = year(terms, scheme=scheme)
    totals, left = found.results["totals"], found.results["left"]
    assert isinstance(totals, Mapping)
    assert {name: str(amount) for name, amount in totals.items()} == dict.fromkeys(
        ("cost", "pool", "large_sum", "supplementary", "self"), "0.00"
    )
    assert left == {"pool": None, "large_sum": None, "outpatient": (Decimal(150),) * 4}
    assert (found.results["events"], found.readings, found.notices) == ((), (), ())


def test_entries_are_the_events_in_order_of_day_with_their_answers(flexible: Told) -> None:
    answer = paid(10, pool=4)
    flexible.add("inpatient", "2025-03-02", answer)
    flexible.add("emergency", "2025-03-01", None)
    rescue, stay = entries_of(flexible.year_terms(), scheme=Scheme.FLEXIBLE)
    assert (rescue.event, rescue.outcome, rescue.admission) == (flexible.events[1], None, None)
    assert (stay.event, stay.outcome, stay.admission) == (flexible.events[0], answer, 1)
    assert flexible.carried[date(2025, 3, 2)]["large_sum_paid"] == 0


def test_a_reading_is_turned_for_the_year_and_for_each_event_that_has_terms(flexible: Told) -> None:
    flexible.add("inpatient", "2025-03-02", paid(10, pool=4), cost=Decimal(10))
    flexible.add("emergency", "2025-03-01", None)
    terms = flexible.year_terms(pool_limit=Decimal(7))
    turned = terms.reading_as("A-17", "per_year")
    assert turned.readings == terms.readings.with_choice("A-17", "per_year")
    stay, rescue = turned.events
    assert stay.terms == flexible.terms.reading_as("A-17", "per_year")
    assert stay.terms.readings["A-17"] == "per_year"
    assert (stay.facts, stay.on, rescue) == ({"cost": 10}, date(2025, 3, 2), terms.events[1])
    assert turned.pool_limit == 7
