"""急诊抢救: emergency rescue outside a ward, in Shenyang and out of area."""

from decimal import Decimal

from calculators.rules.breakdown import Breakdown, Notice, Refusal, Step, self_step
from calculators.rules.money import ZERO, percent, plain, to_fen
from calculators.rules.people import TEMPORARY_PLACES, Place
from calculators.rules.pool import Share, halved_rate, pay_through_stages
from calculators.rules.supplementary import paid_at
from calculators.rules.terms.emergency import FlexibleEmergencyTerms, ResidentEmergencyTerms
from calculators.rules.terms.stay import Adjustment


def flexible_emergency(
    terms: FlexibleEmergencyTerms,
    *,
    cost: Decimal,
    place: Place = Place.LOCAL,
    pool_paid: Decimal = ZERO,
    large_sum_paid: Decimal = ZERO,
    self_paid_before: Decimal = ZERO,
) -> Breakdown:
    """「确诊后发生的医保政策范围内医疗费用统筹基金支付比例为70%」(F-11.1)

    `cost` is that cost in yuan, `pool_paid` and `large_sum_paid` what both have paid this year,
    `self_paid_before` what earlier settlements of it left by share (A-17). No
    clause names a deductible, so there is none (A-30). A rescue on a temporary trip is an emergency
    by itself, so both temporary places mean the same here (F-15.15).
    """
    if place in TEMPORARY_PLACES:
        place = Place.TEMPORARY_EMERGENCY
    away = _adjustment(terms, place)
    readings = ["A-30"]
    notices = [Notice("filing_day_unknown")] if place == Place.LONG_TERM else []
    paid = pay_through_stages(
        cost,
        pool=_pool_share(terms, away),
        large_sum=_large_sum_share(terms, place, away),
        pool_cap=terms.pool_cap,
        large_sum_cap=terms.large_sum.cap,
        pool_paid=pool_paid,
        large_sum_paid=large_sum_paid,
    )
    steps = list(paid.steps)
    readings += paid.readings
    if "large_sum" in {step.code for step in steps}:
        readings.append("A-12")
        if place == Place.TEMPORARY_EMERGENCY:
            readings.append("A-09")
    supplementary = ZERO
    if paid.left_to_the_person is not None:
        step, met = paid_at(
            terms.supplementary,
            terms.readings,
            place,
            paid.left_to_the_person,
            self_paid_before,
        )
        supplementary = step.yuan
        steps.append(step)
        readings += met
    own = self_step(cost, paid.pool, paid.large_sum, supplementary)
    return Breakdown(
        bill=cost,
        payers={
            "pool": paid.pool,
            "large_sum": paid.large_sum,
            "supplementary": supplementary,
            "self": own.yuan,
        },
        steps=(*steps, own),
        readings=tuple(readings),
        notices=(*notices, *paid.notices),
        left_by_share=paid.left_to_the_person or ZERO,
    )


def resident_emergency(
    terms: ResidentEmergencyTerms, *, cost: Decimal, place: Place = Place.LOCAL
) -> Breakdown | Refusal:
    """「抢救期间符合基本医疗保险政策支付范围的医疗费用（须含治疗收费项目）由统筹基金按60%比例报销」(R-8.2)

    No deductible is written (A-69). A temporary trip is refused, as for stays (A-70).
    """
    if place in TEMPORARY_PLACES:
        return Refusal("resident_temporary", "A-70", ())
    exact = cost * terms.rate.value
    pool = Step(
        "pool",
        to_fen(exact),
        f"{plain(cost)} × {percent(terms.rate.value)}",
        (terms.rate.clause, *terms.scope, *terms.out_of_area),
    )
    own = self_step(cost, pool.yuan)
    rounded = ["A-21"] if pool.yuan != exact else []
    return Breakdown(
        bill=cost,
        payers={"pool": pool.yuan, "self": own.yuan},
        steps=(pool, own),
        readings=("A-69", *(["A-70"] if place == Place.LONG_TERM else []), *rounded),
    )


def _adjustment(terms: FlexibleEmergencyTerms, place: Place) -> Adjustment | None:
    if place == Place.LOCAL:
        return None
    if terms.out_of_area is None:
        raise ValueError("a rescue out of area needs the out-of-area terms")
    return terms.out_of_area.emergency[place]


def _pool_share(terms: FlexibleEmergencyTerms, away: Adjustment | None) -> Share:
    clauses = (terms.rate.clause, *terms.scope)
    if away is None:
        return Share(terms.rate.value, clauses)
    return Share(terms.rate.value - away.rate_minus, (*clauses, away.clause))


def _large_sum_share(terms: FlexibleEmergencyTerms, place: Place, away: Adjustment | None) -> Share:
    """「…报销比例（包括基本医疗保险统筹基金、职工大额医疗保险补偿比例）下调10个百分点」(F-15.15)

    The large-sum rate is not written; it is the basic one with the person's share reduced (F-17.5),
    and what is taken off for a temporary trip is taken off that (A-09).
    """
    rule = terms.large_sum
    clauses = (terms.rate.clause, *rule.scope, rule.reduction.clause)
    halved = halved_rate(terms.rate.value, rule.reduction.value)
    if away is None:
        return Share(halved, clauses)
    clauses = (*clauses, away.clause)
    if place == Place.TEMPORARY_EMERGENCY and terms.readings["A-09"] == "basic":
        return Share(terms.rate.value - away.rate_minus, clauses)
    return Share(halved - away.rate_minus, clauses)
