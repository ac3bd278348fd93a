"""住院: what a stay costs, in both schemes, in Shenyang and out of area."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from calculators.rules.breakdown import Breakdown, Notice, Refusal, Step, self_step
from calculators.rules.decrement import DECREMENT_READINGS, share_of_standard
from calculators.rules.money import ZERO, percent, plain, to_fen
from calculators.rules.people import TEMPORARY_PLACES, Condition, Group, Place, Tier
from calculators.rules.pool import Share, halved_rate, pay_from_large_sum, pay_from_pool
from calculators.rules.supplementary import paid_at
from calculators.rules.terms import (
    Decrement,
    FlexibleStayTerms,
    OutOfAreaTerms,
    ResidentStayTerms,
)


@dataclass(slots=True)
class _Touched:
    """Readings and remarks that a case meets on its way."""

    readings: list[str] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)


def flexible_stay(
    terms: FlexibleStayTerms,
    *,
    group: Group,
    tier: Tier,
    cost: Decimal,
    class_b: Decimal = ZERO,
    outside: Decimal = ZERO,
    admission: int = 1,
    condition: Condition = Condition.NONE,
    place: Place = Place.LOCAL,
    filed_on: date | None = None,
    pool_paid: Decimal = ZERO,
    large_sum_paid: Decimal = ZERO,
    self_paid_before: Decimal = ZERO,
) -> Breakdown | Refusal:
    """Compute a stay of the flexible scheme (F-14, F-15, F-16, F-17).

    Amounts are yuan: `cost` is 政策范围内费用, `class_b` 乙类先行自付, `outside` 丙类 and 自费;
    `pool_paid` and `large_sum_paid` are what both have paid this year, `self_paid_before` what
    earlier settlements of it left by share (A-17). `admission` counts the
    stays of the calendar year from 1. `terms.out_of_area` is needed for any place but local.
    """
    met = _Touched()
    away = _out_of_area(terms) if place != Place.LOCAL else None
    if away and place == Place.LONG_TERM:
        if filed_on is None:
            met.notices.append(Notice("filing_day_unknown"))
        elif filed_on <= away.old_policy_until.value:
            return Refusal("filed_under_old_policy", "A-22", (away.old_policy_until.clause,))
    if away:
        met.readings.append("A-90")
        met.notices.append(Notice("tier_out_of_area"))

    basic = terms.inpatient.rates[tier, group].flat()
    pool_left = max(terms.pool_cap.value - pool_paid, ZERO)
    in_large_sum = pool_left == 0
    deductible = _flexible_deductible(
        terms, group, tier, admission, condition, place, in_large_sum=in_large_sum, met=met
    )
    steps = [deductible]
    scope = terms.inpatient.scope

    pool = supplementary = left_by_share = ZERO
    class_b_freed = ZERO
    if in_large_sum:
        met.readings += ["A-10", "A-12"]
        if class_b and place in (Place.LOCAL, Place.LONG_TERM):
            class_b_freed = class_b * terms.large_sum.reduction.value
            met.readings.append("A-13")
        large_base = max(cost + class_b_freed - deductible.yuan, ZERO)
    else:
        adjustment = away.inpatient[place] if away else None
        rate = basic.rate - (adjustment.rate_minus if adjustment else 0)
        base = max(cost - deductible.yuan, ZERO)
        paid = pay_from_pool(base, rate, pool_left, f"{plain(cost)} − {plain(cost - base)}")
        pool = paid.amount
        clauses = (basic.clause, *((adjustment.clause,) if adjustment else ()), *scope)
        if paid.crossed:
            met.readings += ["A-10", "A-11", "A-12"]
            clauses = (*clauses, terms.pool_cap.clause)
            if class_b:
                met.readings.append("A-13")
                met.notices.append(Notice("class_b_not_split"))
        elif pool != base * rate:
            met.readings.append("A-21")
        steps.append(Step("pool", pool, paid.formula, clauses))
        large_base = paid.rest

    large_sum = ZERO
    if large_base:
        step = _large_sum(terms, group, tier, place, large_base, large_sum_paid, met)
        large_sum = step.yuan
        steps.append(step)

    if not in_large_sum:
        step, readings = paid_at(
            terms.supplementary,
            terms.readings,
            place,
            paid.left_to_the_person,
            self_paid_before,
        )
        left_by_share = paid.left_to_the_person
        met.readings += readings
        supplementary = step.yuan
        steps.append(step)

    bill = cost + class_b + outside
    own = self_step(bill, pool, large_sum, supplementary)
    steps.append(own)
    return Breakdown(
        bill=bill,
        payers={
            "pool": pool,
            "large_sum": large_sum,
            "supplementary": supplementary,
            "self": own.yuan,
        },
        before={"deductible": deductible.yuan},
        steps=tuple(steps),
        readings=tuple(dict.fromkeys(met.readings)),
        notices=tuple(met.notices),
        left_by_share=left_by_share,
    )


def resident_stay(
    terms: ResidentStayTerms,
    *,
    group: Group,
    tier: Tier,
    cost: Decimal,
    class_b: Decimal = ZERO,
    outside: Decimal = ZERO,
    admission: int = 1,
    condition: Condition = Condition.NONE,
    place: Place = Place.LOCAL,
) -> Breakdown | Refusal:
    """Compute a stay of the resident scheme (R-7).

    Amounts are yuan, as in `flexible_stay`. A temporary stay out of area is refused: the document
    gives no multiple and no lower rate for it (A-70).
    """
    if place in TEMPORARY_PLACES:
        return Refusal("resident_temporary", "A-70")
    met = _Touched()
    table = terms.inpatient
    listed = table.deductibles[tier, group]
    exemption = table.exemptions.get(condition)
    if admission > 1:
        met.readings.append("A-71" if condition == Condition.CANCER else "A-62")
    if (
        exemption
        and admission >= exemption.from_admission
        and not (exemption.local_only and place != Place.LOCAL)
    ):
        deductible = Step("deductible", ZERO, "0", (exemption.clause,))
    else:
        deductible = Step(
            "deductible", to_fen(listed.value), f"{plain(listed.value)} × 100%", (listed.clause,)
        )
    pool = _resident_pool(terms, group, tier, cost, deductible.yuan, met)
    bill = cost + class_b + outside
    own = self_step(bill, pool.yuan)
    return Breakdown(
        bill=bill,
        payers={"pool": pool.yuan, "self": own.yuan},
        before={"deductible": deductible.yuan},
        steps=(deductible, pool, own),
        readings=tuple(met.readings),
    )


def _flexible_deductible(
    terms: FlexibleStayTerms,
    group: Group,
    tier: Tier,
    admission: int,
    condition: Condition,
    place: Place,
    *,
    in_large_sum: bool,
    met: _Touched,
) -> Step:
    """「1年内多次住院的，起付标准每次递减15%，但最多不得超过2次」(F-14.10) and what lifts it."""
    listed = terms.inpatient.deductibles[tier, group]
    away = _out_of_area(terms) if place != Place.LOCAL else None
    exemption = terms.inpatient.exemptions.get(condition)
    if exemption and admission >= exemption.from_admission:
        if condition == Condition.CANCER:
            met.readings.append("A-06")
        if away:
            met.readings.append("A-05")
        if away is None or _kept_out_of_area(condition, terms.readings["A-05"]):
            return Step("deductible", ZERO, "0", (exemption.clause,))
    factors, clauses = _deductible_factors(terms, admission, place, in_large_sum, met)
    if exemption and away and admission >= exemption.from_admission:
        clauses = (*clauses, exemption.clause, *away.no_reduction)
    amount = listed.value
    for factor, _ in factors:
        amount *= factor
    written = " × ".join((plain(listed.value), *(text for _, text in factors)))
    return Step(
        "deductible", to_fen(amount), written, tuple(dict.fromkeys((listed.clause, *clauses)))
    )


def _kept_out_of_area(condition: Condition, choice: str) -> bool:
    """「异地住院就医，起付标准不享受减免待遇」(F-15.8): which exemptions that takes away (A-05)."""
    if choice == "disease_exemption_kept":
        return condition == Condition.NO_DEDUCTIBLE
    return choice == "all_exemptions_kept"


Factors = list[tuple[Decimal, str]]


def _deductible_factors(
    terms: FlexibleStayTerms, admission: int, place: Place, in_large_sum: bool, met: _Touched
) -> tuple[Factors, tuple[str, ...]]:
    """By what the listed deductible is multiplied, as numbers and as written, with the clauses."""
    halved = (terms.large_sum.reduction.value, percent(terms.large_sum.reduction.value))
    whole = (Decimal(1), "100%")
    if place == Place.LOCAL:
        factor, clauses = _decrement(terms.inpatient.decrement, terms, admission, met)
        if in_large_sum:
            return [factor, halved], (*clauses, terms.large_sum.reduction.clause)
        return [factor], clauses
    away = _out_of_area(terms)
    if admission > 1:
        met.readings.append("A-91")
    adjustment = away.inpatient[place]
    times = _times(adjustment.deductible_times, place, terms, met)
    raised = (times, plain(times))
    if not in_large_sum:
        lost = away.no_reduction if admission > 1 else ()
        return [raised if times != 1 else whole], (adjustment.clause, *lost)
    if place == Place.LONG_TERM:
        return [halved], (terms.large_sum.reduction.clause, *away.no_reduction)
    switch = f"{_large_sum_reading(place)}.deductible"
    met.readings.append(_large_sum_reading(place))
    choices = {"standard": whole, "raised": raised, "halved": halved}
    return [choices[terms.readings[switch]]], away.large_sum[place]


def _decrement(
    decrement: Decrement | None, terms: FlexibleStayTerms, admission: int, met: _Touched
) -> tuple[tuple[Decimal, str], tuple[str, ...]]:
    if decrement is None or admission == 1:
        return (Decimal(1), "100%"), ()
    met.readings += DECREMENT_READINGS
    factor = share_of_standard(decrement, terms.readings, admission)
    return (factor, percent(factor)), (decrement.clause,)


def _times(multiple: Decimal, place: Place, terms: FlexibleStayTerms, met: _Touched) -> Decimal:
    """「起付线上调2倍」(F-15.16): to the double, or by the double (A-07)."""
    if place != Place.TEMPORARY_EMERGENCY:
        return multiple
    met.readings.append("A-07")
    return multiple + 1 if terms.readings["A-07"] == "by_multiple" else multiple


def _large_sum(
    terms: FlexibleStayTerms,
    group: Group,
    tier: Tier,
    place: Place,
    base: Decimal,
    already_paid: Decimal,
    met: _Touched,
) -> Step:
    """What the large-sum stage pays of `base`, at the rate of the place, within its own limit."""
    basic = terms.inpatient.rates[tier, group].flat()
    rule = terms.large_sum
    halved = halved_rate(basic.rate, rule.reduction.value)
    if place in TEMPORARY_PLACES:
        away = _out_of_area(terms)
        reading = _large_sum_reading(place)
        met.readings.append(reading)
        rates = {
            "large_sum": halved,
            "basic": basic.rate,
            "basic_reduced": basic.rate - away.inpatient[place].rate_minus,
        }
        rate = rates[terms.readings[reading]]
        clauses = (basic.clause, *away.large_sum[place])
    else:
        rate = halved
        clauses = (basic.clause, *rule.scope, rule.reduction.clause)
    paid = pay_from_large_sum(base, Share(rate, clauses), rule.cap, already_paid)
    met.readings += paid.readings
    met.notices += paid.notices
    return paid.step


def _resident_pool(
    terms: ResidentStayTerms,
    group: Group,
    tier: Tier,
    cost: Decimal,
    deductible: Decimal,
    met: _Touched,
) -> Step:
    """「70%（1.5万元以上） 65%（1.5万元及以下）」(R-7.5): parts of the amount after the deductible.

    The other ways to read the edge are kept as choices of A-61.
    """
    bands = terms.inpatient.rates[tier, group]
    base = max(cost - deductible, ZERO)
    written = f"{plain(cost)} − {plain(cost - base)}"
    clauses = (*(band.clause for band in bands.bands[:1]), *terms.inpatient.scope)
    if len(bands.bands) == 1:
        rate = bands.flat().rate
        exact, formula = base * rate, f"({written}) × {percent(rate)}"
    else:
        met.readings.append("A-61")
        choice = terms.readings["A-61"]
        if choice == "parts_after_deductible":
            exact, formula = bands.progressive(base), bands.formula(base)
        elif choice == "parts_of_cost":
            exact = bands.progressive(cost) - bands.progressive(cost - base)
            formula = f"{bands.formula(cost)} − {bands.formula(cost - base)}"
        else:
            measured = cost if choice == "whole_by_cost" else base
            rate = bands.band_of(measured).rate
            exact, formula = base * rate, f"({written}) × {percent(rate)}"
    amount = to_fen(exact)
    if amount != exact:
        met.readings.append("A-21")
    return Step("pool", amount, formula, clauses)


def _large_sum_reading(place: Place) -> str:
    return "A-08" if place == Place.TEMPORARY else "A-09"


def _out_of_area(terms: FlexibleStayTerms) -> OutOfAreaTerms:
    if terms.out_of_area is None:
        raise ValueError("a stay out of area needs the out-of-area terms")
    return terms.out_of_area
