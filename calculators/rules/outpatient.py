"""门诊统筹: ordinary outpatient care, by visit (flexible) and by quarter (resident)."""

from collections.abc import Iterable, Mapping
from decimal import Decimal

from calculators.rules.breakdown import Breakdown, Notice, Refusal, Step, self_step
from calculators.rules.money import ZERO, percent, plain, to_fen
from calculators.rules.people import TEMPORARY_PLACES, Group, OutpatientTier, Place
from calculators.rules.terms import Cited
from calculators.rules.terms.outpatient import FlexibleOutpatientTerms, ResidentOutpatientTerms


def flexible_visit(
    terms: FlexibleOutpatientTerms,
    *,
    group: Group,
    tier: OutpatientTier,
    cost: Decimal,
    deductible_left: Decimal | None = None,
    paid_this_year: Decimal = ZERO,
    chronic_holder: bool = False,
    maternity: bool = False,
    place: Place = Place.LOCAL,
    pool_paid: Decimal = ZERO,
) -> Breakdown | Refusal:
    """「…普通门诊就医，发生的符合医保政策范围内的门诊费用，统筹基金按规定标准给予支付」(F-13.1)

    Amounts are yuan. `deductible_left` is what is left of this tier's yearly deductible, all of it
    where None; `paid_this_year` is what 门诊统筹 has paid this year, `pool_paid` what the pool has
    paid in all. A visit that would go over the pool's limit, or comes after it, is refused (A-27).
    """
    listed = terms.deductibles[tier]
    asked = listed.value if deductible_left is None else deductible_left
    left = min(asked, listed.value)
    notices = []
    if asked > left:
        notices.append(Notice("deductible_left_too_high", (("full", plain(left)),)))
    if place in TEMPORARY_PLACES and not maternity:
        return _temporary_visit(terms, cost, left, paid_this_year, notices)

    due = min(cost, left)
    deductible = Step("deductible", due, _deductible_formula(due, cost, left), (listed.clause,))
    limit = _limit(terms, chronic_holder=chronic_holder)
    limit_left = max(limit.value - paid_this_year, ZERO)
    rate = terms.rates[tier, group]
    exact = (cost - due) * rate.value
    pool = min(to_fen(exact), limit_left)
    pool_left = max(terms.pool_cap.value - pool_paid, ZERO)
    if not pool_left or pool > pool_left:
        return Refusal("outpatient_above_pool_limit", "A-27", (terms.pool_cap.clause,))

    readings = ["A-20", "A-24"]
    if tier in (OutpatientTier.LEVEL2, OutpatientTier.SPECIALIST3):
        readings.append("A-26")
    if maternity:
        readings.append("A-28")
    if place != Place.LOCAL:
        readings.append("A-90")
        notices.append(Notice("tier_out_of_area"))
    if place == Place.LONG_TERM and not maternity:
        notices.append(Notice("where_out_of_area"))
    if limit == terms.limits[True] and not chronic_holder:
        notices.append(Notice("lower_limit_assumed"))
    steps = [deductible]
    formula = f"({plain(cost)} − {plain(due)}) × {percent(rate.value)}"
    if chronic_holder or paid_this_year or exact > limit_left:
        readings.append("A-25")
        steps.append(_limit_step(terms, limit.value, paid_this_year, limit_left))
    if exact > limit_left:
        formula = f"min({formula}, {plain(limit_left)})"
    elif pool != exact:
        readings.append("A-21")
    steps.append(
        Step("pool", pool, formula, (rate.clause, *_visit_clauses(terms, maternity, place)))
    )
    own = self_step(cost, pool)
    return Breakdown(
        bill=cost,
        payers={"pool": pool, "self": own.yuan},
        after={"deductible_left": left - due, "paid_this_year": paid_this_year + pool},
        steps=(*steps, own),
        readings=tuple(readings),
        notices=tuple(notices),
    )


def deductible_left(
    terms: FlexibleOutpatientTerms,
    *,
    tier: OutpatientTier,
    met: Mapping[OutpatientTier, Decimal],
) -> Decimal:
    """Return what is left of the yearly deductible at `tier`, in yuan, as A-24 is decided.

    `met` is what visits of the year have already borne as deductible, by the tier of the visit.
    `topped_up`: all of it counts, and a dearer tier takes the difference. `separate`: only what was
    met in the same row of the table counts. `once`: as topped up, but nothing is left anywhere once
    the amount of a tier that was visited has been met.
    """
    listed = terms.deductibles[tier]
    choice = terms.readings["A-24"]
    if choice == "separate":
        same_row = [t for t, other in terms.deductibles.items() if other.clause == listed.clause]
        return max(listed.value - sum(met.get(t, ZERO) for t in same_row), ZERO)
    total = sum(met.values())
    visited = [terms.deductibles[t].value for t, amount in met.items() if amount > 0]
    if choice == "once" and any(total >= full for full in visited):
        return ZERO
    return max(listed.value - total, ZERO)


def resident_quarters(
    terms: ResidentOutpatientTerms,
    *,
    q1: Decimal = ZERO,
    q2: Decimal = ZERO,
    q3: Decimal = ZERO,
    q4: Decimal = ZERO,
) -> Breakdown:
    """「起付标准为每季40元」(R-10.2), 「最高支付限额为每季150元」(R-10.3), each quarter by itself (A-66).

    `q1` to `q4` are 政策范围内费用 of each quarter in yuan.
    """
    costs = {"q1": q1, "q2": q2, "q3": q3, "q4": q4}
    quarters = {code: _quarter(terms, code, cost) for code, cost in costs.items()}
    payments = tuple(step.yuan for step in quarters.values())
    bill, pool = sum(costs.values(), ZERO), sum(payments, ZERO)
    written = " + ".join(plain(payment) for payment in payments if payment) or "0"
    own = self_step(bill, pool)
    return Breakdown(
        bill=bill,
        before={"by_quarter": payments},
        payers={"pool": pool, "self": own.yuan},
        steps=(
            *(step for code, step in quarters.items() if costs[code]),
            Step("pool", pool, written, terms.scope),
            own,
        ),
        readings=("A-66", *_quarter_rounding(terms, costs.values())),
    )


def resident_visit(
    terms: ResidentOutpatientTerms, *, cost: Decimal, spent_this_quarter: Decimal = ZERO
) -> Breakdown:
    """One visit of a quarter: what it adds to the pool's payment for that quarter (A-66).

    `spent_this_quarter` is 政策范围内费用 of the quarter before it, in yuan. The visits of a quarter
    add up to what `resident_quarters` gives for their sum.
    """
    after = spent_this_quarter + cost
    before, with_it = (_quarter(terms, "pool", spent) for spent in (spent_this_quarter, after))
    formula = with_it.formula
    if spent_this_quarter:
        formula = f"{formula} − {plain(before.yuan)}"
    clauses = (*with_it.clauses, *terms.scope)
    pool = Step(with_it.code, with_it.yuan - before.yuan, formula, clauses)
    own = self_step(cost, pool.yuan)
    return Breakdown(
        bill=cost,
        payers={"pool": pool.yuan, "self": own.yuan},
        steps=(pool, own),
        readings=("A-66", *_quarter_rounding(terms, (after,))),
    )


def _temporary_visit(
    terms: FlexibleOutpatientTerms,
    cost: Decimal,
    left: Decimal,
    paid_this_year: Decimal,
    notices: list[Notice],
) -> Breakdown:
    """「“临时外出就医”人员不享受异地职工门诊统筹待遇」(F-15.19): nothing is paid, nothing counted."""
    own = self_step(cost)
    return Breakdown(
        bill=cost,
        payers={"pool": ZERO, "self": own.yuan},
        after={"deductible_left": left, "paid_this_year": paid_this_year},
        steps=(Step("pool", ZERO, "0", terms.temporary), own),
        notices=(*notices, Notice("no_outpatient_on_a_trip")),
    )


def _deductible_formula(due: Decimal, cost: Decimal, left: Decimal) -> str:
    if not left:
        return "0"
    return plain(due) if due == left else f"min({plain(cost)}, {plain(left)})"


def _limit(terms: FlexibleOutpatientTerms, *, chronic_holder: bool) -> Cited[Decimal]:
    """「已经认定并享受慢性病待遇的参保人…门诊统筹年最高支付限额为 7800 元」(F-13.8)

    Nobody is asked about 特殊病 benefits: under the other choice of A-25 everybody is taken to hold
    them, so that the amount shown is the one that it would mean for those who do.
    """
    lower = chronic_holder or terms.readings["A-25"] == "any_listed_disease"
    return terms.limits[lower]


def _limit_step(
    terms: FlexibleOutpatientTerms, limit: Decimal, paid: Decimal, left: Decimal
) -> Step:
    written = f"{plain(limit)} − {plain(paid)}"
    clauses = (terms.limits[False].clause, terms.limits[True].clause)
    return Step("limit_left", left, written if paid <= limit else f"max({written}, 0)", clauses)


def _visit_clauses(
    terms: FlexibleOutpatientTerms, maternity: bool, place: Place
) -> tuple[str, ...]:
    """Why the visit counts at all: in Shenyang, at the place of filing, or for maternity anywhere."""
    if maternity:
        return (*terms.scope, *terms.maternity)
    if place == Place.LONG_TERM:
        return (*terms.long_term, *terms.temporary)
    return terms.scope


def _quarter(terms: ResidentOutpatientTerms, code: str, cost: Decimal) -> Step:
    """「符合规定的门诊医疗费用统筹基金支付比例为55%」(R-10.4), above the deductible, up to the limit."""
    base = _above_deductible(terms, cost)
    full = to_fen(base * terms.rate.value)
    formula = f"({plain(cost)} − {plain(cost - base)}) × {percent(terms.rate.value)}"
    if full > terms.limit.value:
        formula = f"min({formula}, {plain(terms.limit.value)})"
    clauses = (terms.deductible.clause, terms.rate.clause, terms.limit.clause)
    return Step(code, min(full, terms.limit.value), formula, clauses)


def _above_deductible(terms: ResidentOutpatientTerms, cost: Decimal) -> Decimal:
    return max(cost - terms.deductible.value, ZERO)


def _quarter_rounding(terms: ResidentOutpatientTerms, costs: Iterable[Decimal]) -> tuple[str, ...]:
    exact = [_above_deductible(terms, cost) * terms.rate.value for cost in costs]
    rounded = any(amount != to_fen(amount) <= terms.limit.value for amount in exact)
    return ("A-21",) if rounded else ()
