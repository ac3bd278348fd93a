"""生育: childbirth, family planning and assisted reproduction, in both schemes."""

from decimal import Decimal

from calculators.rules.bands import Band
from calculators.rules.breakdown import Breakdown, Notice, Refusal, Step, self_step
from calculators.rules.decrement import DECREMENT_READINGS, share_of_standard
from calculators.rules.inpatient import resident_stay
from calculators.rules.money import ZERO, percent, plain, to_fen
from calculators.rules.people import Group, MaternityKind, Place, Tier
from calculators.rules.terms.maternity import (
    AssistedTerms,
    FlexibleMaternityTerms,
    MaternityStayTerms,
    ResidentMaternityTerms,
)


def flexible_maternity(
    terms: FlexibleMaternityTerms,
    *,
    kind: MaternityKind,
    cost: Decimal,
    group: Group | None = None,
    tier: Tier | None = None,
    place: Place = Place.LOCAL,
    admission: int = 1,
    pool_paid: Decimal = ZERO,
    times_used: int | None = None,
) -> Breakdown | Refusal:
    """「异地生育…不区分基本医疗保险异地就医备案类别，均按我市生育保险本地就医待遇报销」(F-18.5)

    Amounts are yuan; `pool_paid` is what the pool has paid this year, `admission` counts the stays
    of the calendar year from 1. A stay needs `group`, `tier` and `terms.stay`, assisted
    reproduction `terms.assisted`; `times_used` are the times before this one. A payment that would
    go over the pool's limit is refused (A-94, A-27): what becomes of the rest is not written.
    """
    readings: list[str] = []
    notices: list[Notice] = []
    if kind == MaternityKind.ASSISTED_REPRODUCTION:
        if terms.assisted is None:
            raise ValueError("assisted reproduction needs its terms")
        steps = _assisted(terms, terms.assisted, cost, times_used, notices)
        readings += ["A-29", *_rounded(steps[1], cost * terms.assisted.rate.value)]
    else:
        if terms.stay is None or group is None or tier is None:
            raise ValueError("a stay needs its terms, a group and a tier")
        deductible = _deductible(terms, terms.stay, kind, group, tier, admission, readings)
        rate = terms.stay.inpatient.rates[tier, group].flat()
        base = max(cost - deductible.yuan, ZERO)
        steps = [deductible, _stay_pool(terms.stay, kind, place, rate, (cost, base))]
        readings += ["A-28", *(["A-90"] if place != Place.LOCAL else [])]
        readings += _rounded(steps[1], base * rate.rate)
        notices += _stay_notices(terms.stay, kind, place)
    pool = steps[1]
    if pool.yuan > max(terms.pool_cap.value - pool_paid, ZERO):
        assisted = kind == MaternityKind.ASSISTED_REPRODUCTION
        reading = "A-27" if assisted else "A-94"
        return Refusal("over_the_pool_limit", reading, (terms.pool_cap.clause,))
    own = self_step(cost, pool.yuan)
    return Breakdown(
        bill=cost,
        payers={"pool": pool.yuan, "self": own.yuan},
        # The pool is named here too for its place: the allowance stands between it and `self`.
        before={"deductible": steps[0].yuan, "pool": pool.yuan, "allowance": ZERO},
        steps=(*steps, own),
        readings=tuple(readings),
        notices=tuple(notices),
    )


def _deductible(
    terms: FlexibleMaternityTerms,
    stay: MaternityStayTerms,
    kind: MaternityKind,
    group: Group,
    tier: Tier,
    admission: int,
    readings: list[str],
) -> Step:
    """「住院分娩的…免除基本医疗保险相应等级医疗机构的起付标准」(F-18.8)

    「计划生育住院的，执行我市基本医疗保险相应等级医疗机构的起付标准和支付比例」(F-18.7), with the
    decrement of any further stay of the year (A-94).
    """
    if kind == MaternityKind.CHILDBIRTH:
        fixed = stay.childbirth_deductible
        return Step("deductible", fixed.value, plain(fixed.value), (fixed.clause,))
    listed = stay.inpatient.deductibles[tier, group]
    decrement = stay.inpatient.decrement
    clauses = (listed.clause, *stay.family_planning)
    share = Decimal(1)
    if decrement and admission > 1:
        readings += [*DECREMENT_READINGS, "A-94"]
        share = share_of_standard(decrement, terms.readings, admission)
        clauses = (*clauses, decrement.clause)
    formula = f"{plain(listed.value)} × {percent(share)}"
    return Step("deductible", to_fen(listed.value * share), formula, clauses)


def _stay_pool(
    stay: MaternityStayTerms,
    kind: MaternityKind,
    place: Place,
    rate: Band,
    amounts: tuple[Decimal, Decimal],
) -> Step:
    """「执行我市基本医疗保险相应等级医疗机构的支付比例」(F-18.8), in Shenyang and elsewhere.

    `amounts` are the cost and what of it lies above the deductible.
    """
    cost, base = amounts
    own = stay.family_planning
    if kind == MaternityKind.CHILDBIRTH:
        own = (stay.childbirth_deductible.clause,)
    away = stay.away if place != Place.LOCAL else ()
    return Step(
        "pool",
        to_fen(base * rate.rate),
        f"({plain(cost)} − {plain(cost - base)}) × {percent(rate.rate)}",
        (rate.clause, *own, *away, *stay.inpatient.scope),
    )


def _rounded(payment: Step, exact: Decimal) -> list[str]:
    """The reading of the rounding, where a payment was rounded (A-21)."""
    return ["A-21"] if payment.yuan not in (exact, ZERO) else []


def _stay_notices(stay: MaternityStayTerms, kind: MaternityKind, place: Place) -> list[Notice]:
    weeks = (("weeks", str(stay.weeks.value)),)
    notices = [
        Notice("counts_as_birth" if kind == MaternityKind.CHILDBIRTH else "not_a_birth", weeks),
        Notice("no_supplementary"),
    ]
    if place != Place.LOCAL:
        notices.append(Notice("tier_out_of_area"))
    return notices


def _assisted(
    terms: FlexibleMaternityTerms,
    assisted: AssistedTerms,
    cost: Decimal,
    times_used: int | None,
    notices: list[Notice],
) -> list[Step]:
    """「不设起付标准，报销比例为60%，最多享受2次」(F-18.10)

    The times are counted over a lifetime; each year anew under the other choice of A-29, which
    the times of earlier years do not touch.
    """
    clause = assisted.rate.clause
    deductible = Step(
        "deductible", assisted.deductible.value, plain(assisted.deductible.value), (clause,)
    )
    notices.append(Notice("assisted_where"))
    if times_used is None:
        notices.append(Notice("times_not_given"))
    used_up = (times_used or 0) >= assisted.most_times.value
    if used_up and terms.readings["A-29"] == "lifetime":
        notices.append(Notice("no_times_left", (("most", str(assisted.most_times.value)),)))
        return [deductible, Step("pool", ZERO, "0", (assisted.most_times.clause,))]
    formula = f"{plain(cost)} × {percent(assisted.rate.value)}"
    return [deductible, Step("pool", to_fen(cost * assisted.rate.value), formula, (clause,))]


def resident_maternity(
    terms: ResidentMaternityTerms,
    *,
    kind: MaternityKind,
    cost: Decimal,
    group: Group | None = None,
    tier: Tier | None = None,
    place: Place = Place.LOCAL,
    admission: int = 1,
    times_used: int | None = None,
) -> Breakdown | Refusal:
    """「在我市或异地…执行我市基本医疗保险相应等级医疗机构的起付标准和支付比例」(R-13.3)

    「生育住院后给予产前检查一次性补贴300元」(R-13.2), beside the bill and for childbirth only (A-72).
    Any `place` counts as Shenyang; assisted reproduction is not in the document.
    """
    if kind == MaternityKind.ASSISTED_REPRODUCTION:
        return Refusal("resident_assisted", "A-72", terms.scope)
    if group is None or tier is None:
        raise ValueError("a stay needs a group and a tier")
    stay = resident_stay(terms, group=group, tier=tier, cost=cost, admission=admission)
    assert isinstance(stay, Breakdown)  # only other places are refused, and this is Shenyang
    deductible, pool, own = stay.steps
    pool = Step(pool.code, pool.amount, pool.formula, (*pool.clauses, *terms.scope))
    allowance = ZERO
    steps = [deductible, pool]
    notices = [Notice("not_a_birth", (("weeks", str(terms.weeks.value)),))]
    if kind == MaternityKind.CHILDBIRTH:
        allowance = terms.allowance.value
        steps.append(Step("allowance", allowance, plain(allowance), (terms.allowance.clause,)))
        notices = [Notice("counts_as_birth", (("weeks", str(terms.weeks.value)),))]
    return Breakdown(
        bill=cost,
        payers=stay.payers,
        before={"deductible": deductible.yuan, "pool": pool.yuan, "allowance": allowance},
        steps=(*steps, own),
        readings=(*stay.readings, "A-72"),
        notices=(*stay.notices, *notices),
    )
