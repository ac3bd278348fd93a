"""全年账单: a year of events in order of day, with every count and limit carried along.

The ledger has no rules of its own. Each event is answered by its own calculator's rule, under the
terms of its day, told what the year has used up so far; what the event uses is carried to the next.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Self, cast

from calculators.rules.breakdown import Breakdown, Finding, Notice, Outcome, Result
from calculators.rules.major_illness import major_illness
from calculators.rules.money import ZERO
from calculators.rules.outpatient import deductible_left
from calculators.rules.people import Disease, MaternityKind, OutpatientTier, Scheme
from calculators.rules.terms import SchemeTerms
from calculators.rules.terms.major_illness import MajorIllnessTerms
from calculators.rules.terms.outpatient import FlexibleOutpatientTerms

# Each calculator's rule takes other facts; the ledger passes them on unseen.
Rule = Callable[..., Outcome]  # type: ignore[explicit-any]

FUNDS = ("pool", "large_sum", "supplementary")
# 「单次或多次门（急）诊抢救、住院」 (R-12.1) feed the residents' major-illness insurance, no others.
MAJOR_ILLNESS_SOURCES = ("inpatient", "emergency")
MONTHS_A_QUARTER = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happened on a day: its calculator's name and rule, and that one's own facts.

    `terms` are those of its day; None where no rule is on file for it.
    """

    calculator: str
    on: date
    rule: Rule
    facts: Mapping[str, object]
    terms: SchemeTerms | None


@dataclass(frozen=True, slots=True, kw_only=True)
class YearTerms(SchemeTerms):
    """The events of one calendar year, and the yearly limits as they stand at its last event.

    A limit is None where the documents give none. `quarter_limit` is the residents' 门诊统筹 limit.
    """

    events: tuple[Event, ...]
    pool_limit: Decimal | None = None
    large_sum_limit: Decimal | None = None
    outpatient_limit: Decimal | None = None
    quarter_limit: Decimal | None = None
    major_illness: MajorIllnessTerms | None = None

    def reading_as(self, switch: str, choice: str) -> Self:
        """Return the same year with one switch decided otherwise for each of its events."""
        events = tuple(
            replace(event, terms=event.terms.reading_as(switch, choice)) if event.terms else event
            for event in self.events
        )
        return replace(self, readings=self.readings.with_choice(switch, choice), events=events)


@dataclass(frozen=True, slots=True)
class Entry:
    """An event answered: its outcome (None without a rule on file), and its number among stays."""

    event: Event
    outcome: Outcome | None
    admission: int | None


@dataclass(slots=True)
class _Used:
    """What the year has used up so far, in yuan where it is money."""

    admissions: int = 0
    pool: Decimal = ZERO
    large_sum: Decimal = ZERO
    left_by_share: Decimal = ZERO
    outpatient: Decimal = ZERO
    deductible_met: dict[OutpatientTier, Decimal] = field(default_factory=dict)
    quarters: dict[int, Decimal] = field(default_factory=dict)
    quarters_paid: dict[int, Decimal] = field(default_factory=dict)
    diseases_paid: dict[Disease, Decimal] = field(default_factory=dict)


def year(terms: YearTerms, *, scheme: Scheme, threshold: Decimal | None = None) -> Finding:
    """Answer the events of a year one after another and add them up.

    `threshold` is the residents' major-illness threshold in yuan, where it is known. An event that
    cannot be computed is an entry without a result; the totals leave it out and say so.
    """
    used = _Used()
    entries = tuple(_entries(terms, scheme, used))
    computed = [entry.outcome for entry in entries if isinstance(entry.outcome, Breakdown)]
    left_out = len(entries) - len(computed)
    illness = _major_illness(terms, entries, threshold)
    readings = [reading for outcome in computed for reading in outcome.readings]
    if isinstance(illness, Finding):
        readings += illness.readings
    return Finding(
        results={
            "events": tuple(_as_result(entry) for entry in entries),
            "totals": _totals(computed, illness),
            "left": _left(terms, used),
        },
        readings=tuple(dict.fromkeys(readings)),
        notices=(Notice("left_out", (("count", str(left_out)),)),) if left_out else (),
    )


def entries_of(terms: YearTerms, *, scheme: Scheme) -> tuple[Entry, ...]:
    """Return the events of a year with their outcomes, in order of day."""
    return tuple(_entries(terms, scheme, _Used()))


def _entries(terms: YearTerms, scheme: Scheme, used: _Used) -> Iterator[Entry]:
    for event in sorted(terms.events, key=lambda event: event.on):
        yield _enter(event, used, scheme)


def _enter(event: Event, used: _Used, scheme: Scheme) -> Entry:
    admission = used.admissions + 1 if _is_stay(event) else None
    outcome: Outcome | None = None
    if event.terms is not None:
        carried = _carried(event, used, scheme)
        outcome = event.rule(event.terms, **event.facts, **carried)
        if isinstance(outcome, Breakdown):
            _book(event, outcome, carried, used)
    if admission is not None:
        # A stay counts as one of the year even where it cannot be computed.
        used.admissions = admission
    return Entry(event, outcome, admission)


def _is_stay(event: Event) -> bool:
    if event.calculator == "maternity":
        return event.facts["kind"] != MaternityKind.ASSISTED_REPRODUCTION
    return event.calculator == "inpatient"


def _carried(event: Event, used: _Used, scheme: Scheme) -> dict[str, object]:
    """The facts of an event that the year knows better than the person."""
    if scheme == Scheme.RESIDENT:
        return _carried_resident(event, used)
    stages = {"pool_paid": used.pool, "large_sum_paid": used.large_sum}
    match event.calculator:
        case "inpatient":
            return {
                **stages,
                "admission": used.admissions + 1,
                "self_paid_before": used.left_by_share,
            }
        case "emergency":
            return {**stages, "self_paid_before": used.left_by_share}
        case "outpatient":
            terms = cast(FlexibleOutpatientTerms, event.terms)
            tier = cast(OutpatientTier, event.facts["tier"])
            return {
                "pool_paid": used.pool,
                "deductible_left": deductible_left(terms, tier=tier, met=used.deductible_met),
                "paid_this_year": used.outpatient,
            }
        case "maternity":
            return {"pool_paid": used.pool, "admission": used.admissions + 1}
        case _:
            return dict(stages)


def _carried_resident(event: Event, used: _Used) -> dict[str, object]:
    match event.calculator:
        case "inpatient" | "maternity":
            return {"admission": used.admissions + 1}
        case "outpatient":
            return {"spent_this_quarter": used.quarters.get(_quarter(event), ZERO)}
        case "two-diseases":
            return {f"{name}_paid": paid for name, paid in used.diseases_paid.items()}
        case _:
            return {}


def _book(event: Event, outcome: Breakdown, carried: Mapping[str, object], used: _Used) -> None:
    """Carry on what an event has used up."""
    used.pool += outcome.payers["pool"]
    used.large_sum += outcome.payers.get("large_sum", ZERO)
    used.left_by_share += outcome.left_by_share
    if event.calculator == "two-diseases":
        for name in Disease:
            paid = cast(Decimal, outcome.results[name])
            used.diseases_paid[name] = used.diseases_paid.get(name, ZERO) + paid
    if event.calculator != "outpatient":
        return
    if "paid_this_year" in outcome.results:
        tier = cast(OutpatientTier, event.facts["tier"])
        before = cast(Decimal, carried["deductible_left"])
        met = before - cast(Decimal, outcome.results["deductible_left"])
        used.deductible_met[tier] = used.deductible_met.get(tier, ZERO) + met
        used.outpatient += outcome.payers["pool"]
    else:
        quarter = _quarter(event)
        used.quarters[quarter] = used.quarters.get(quarter, ZERO) + outcome.bill
        paid_before = used.quarters_paid.get(quarter, ZERO)
        used.quarters_paid[quarter] = paid_before + outcome.payers["pool"]


def _quarter(event: Event) -> int:
    return (event.on.month - 1) // MONTHS_A_QUARTER + 1


def _major_illness(
    terms: YearTerms, entries: Sequence[Entry], threshold: Decimal | None
) -> Outcome | None:
    """What the residents' major-illness insurance adds on the own payments of stays and rescues.

    The deductible counts (A-64); 乙类 and 自费 do not, so only what is left of `cost` is taken.
    """
    if terms.major_illness is None:
        return None
    own = ZERO
    for entry in entries:
        if entry.event.calculator in MAJOR_ILLNESS_SOURCES and isinstance(entry.outcome, Breakdown):
            own += cast(Decimal, entry.event.facts["cost"]) - entry.outcome.payers["pool"]
    return major_illness(terms.major_illness, self_paid=own, threshold=threshold)


def _totals(computed: Sequence[Breakdown], illness: Outcome | None) -> dict[str, Result]:
    cost = sum((outcome.bill for outcome in computed), ZERO)
    paid = {
        fund: sum((outcome.payers.get(fund, ZERO) for outcome in computed), ZERO) for fund in FUNDS
    }
    totals: dict[str, Result] = {"cost": cost, **paid}
    own = cost - sum(paid.values())
    if isinstance(illness, Finding):
        added = cast(Decimal, illness.results["major_illness"])
        totals["major_illness"] = added
        own -= added
    totals["self"] = own
    return totals


def _left(terms: YearTerms, used: _Used) -> dict[str, Result]:
    """What is left of each limit; of the residents' 门诊统筹, quarter by quarter."""
    outpatient: Result = _rest(terms.outpatient_limit, used.outpatient)
    if terms.quarter_limit is not None:
        outpatient = tuple(
            _rest(terms.quarter_limit, used.quarters_paid.get(quarter, ZERO))
            for quarter in range(1, 5)
        )
    return {
        "pool": _rest(terms.pool_limit, used.pool),
        "large_sum": _rest(terms.large_sum_limit, used.large_sum),
        "outpatient": outpatient,
    }


def _rest(limit: Decimal | None, used: Decimal) -> Decimal | None:
    return None if limit is None else max(limit - used, ZERO)


def _as_result(entry: Entry) -> dict[str, Result]:
    shown: dict[str, Result] = {
        "calculator": entry.event.calculator,
        "on": entry.event.on,
        "computable": isinstance(entry.outcome, Breakdown),
        "result": entry.outcome.results if isinstance(entry.outcome, Breakdown) else None,
    }
    if entry.admission is not None:
        shown["admission"] = entry.admission
    return shown
