"""门诊慢特病: outpatient care of a listed disease, in both schemes."""

from decimal import Decimal

from calculators.rules.breakdown import Breakdown, Notice, Step, self_step
from calculators.rules.money import ZERO, percent, plain, to_fen
from calculators.rules.people import ChronicCategory, Group, OutpatientTier, Place
from calculators.rules.pool import Share, pay_through_stages
from calculators.rules.terms.chronic import FlexibleChronicTerms, ResidentChronicTerms


def flexible_chronic(
    terms: FlexibleChronicTerms,
    *,
    category: ChronicCategory,
    group: Group,
    cost: Decimal,
    place: Place = Place.LOCAL,
    pool_paid: Decimal = ZERO,
    large_sum_paid: Decimal = ZERO,
) -> Breakdown:
    """「特殊病中透析比例为94%，其余病种85%」(F-12.5), 「慢性病病种比例为在职75%，退休85%」(F-12.6)

    `cost` is 政策范围内费用 in yuan, `pool_paid` and `large_sum_paid` what both have paid this year.
    「异地就医门诊慢特病待遇，按照我市就医待遇标准执行」(F-15.22): the place changes no amount, in the
    large-sum stage neither. The supplementary insurance does not pay here (A-20).
    """
    rate = terms.rates[category, group]
    large_rate = terms.large_sum_rates[category, group]
    away = terms.out_of_area if place != Place.LOCAL else ()
    paid = pay_through_stages(
        cost,
        pool=Share(rate.value, (rate.clause, *away)),
        large_sum=Share(large_rate.value, (large_rate.clause, *away)),
        pool_cap=terms.pool_cap,
        large_sum_cap=terms.large_sum_cap,
        pool_paid=pool_paid,
        large_sum_paid=large_sum_paid,
    )
    codes = {step.code for step in paid.steps}
    readings = ["A-20", *paid.readings]
    notices = list(paid.notices)
    if category == ChronicCategory.CHRONIC:
        if terms.closed:
            notices.append(Notice("no_new_applications"))
    elif "pool" in codes:
        readings.append("A-16")
    if category == ChronicCategory.DIALYSIS:
        notices.append(Notice("monthly_quota"))
        if "large_sum" in codes and group == Group.RETIRED:
            readings.append("A-15")
    own = self_step(cost, paid.pool, paid.large_sum)
    return Breakdown(
        bill=cost,
        payers={"pool": paid.pool, "large_sum": paid.large_sum, "self": own.yuan},
        steps=(*paid.steps, own),
        readings=tuple(readings),
        notices=tuple(notices),
    )


def resident_chronic(
    terms: ResidentChronicTerms,
    *,
    category: ChronicCategory,
    tier: OutpatientTier,
    cost: Decimal,
) -> Breakdown:
    """「…等10余种门诊慢特病报销比例为80%」(R-9.2), 「其他门诊慢特病，报销比例一级医疗机构…80%」(R-9.3)

    `cost` is 政策范围内费用 in yuan. No deductible and no limit of a disease is written (A-68).
    """
    rate = terms.rates[category, tier]
    exact = cost * rate.value
    pool = Step("pool", to_fen(exact), f"{plain(cost)} × {percent(rate.value)}", (rate.clause,))
    own = self_step(cost, pool.yuan)
    rounded = ["A-21"] if pool.yuan != exact else []
    return Breakdown(
        bill=cost,
        payers={"pool": pool.yuan, "self": own.yuan},
        steps=(pool, own),
        readings=("A-68", *rounded),
        notices=(Notice("no_deductible_written"),),
    )
