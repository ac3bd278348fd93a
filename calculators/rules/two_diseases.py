"""两病用药: drugs for high blood pressure and diabetes, resident scheme."""

from decimal import Decimal

from calculators.rules.breakdown import Breakdown, Step, self_step
from calculators.rules.money import ZERO, percent, plain, to_fen
from calculators.rules.people import Disease
from calculators.rules.terms.two_diseases import TwoDiseasesTerms


def two_diseases(
    terms: TwoDiseasesTerms,
    *,
    hypertension: Decimal = ZERO,
    diabetes: Decimal = ZERO,
    hypertension_paid: Decimal = ZERO,
    diabetes_paid: Decimal = ZERO,
) -> Breakdown:
    """「符合规定的“两病”用药无起付标准，统筹基金支付比例为65%」(R-11.3)

    Amounts are yuan: `hypertension` and `diabetes` what the drugs cost, the two with `_paid` what
    the fund has already paid for them this year. 「高血压年限额为200元，糖尿病年限额为400元」(R-11.4)
    limits what is paid; whether a person with both has one limit or two is a choice of A-67.
    """
    costs = {Disease.HYPERTENSION: hypertension, Disease.DIABETES: diabetes}
    paid_before = {Disease.HYPERTENSION: hypertension_paid, Disease.DIABETES: diabetes_paid}
    shared_left = None
    if terms.readings["A-67"] == "shared":
        highest = max(limit.value for limit in terms.limits.values())
        shared_left = max(highest - sum(paid_before.values(), ZERO), ZERO)
    steps: list[Step] = []
    payments = dict.fromkeys(costs, ZERO)
    rounded = False
    for disease, cost in costs.items():
        limit = terms.limits[disease]
        left = max(limit.value - paid_before[disease], ZERO)
        if shared_left is not None:
            left = min(left, shared_left - sum(payments.values(), ZERO))
        exact = cost * terms.rate.value
        payments[disease] = min(to_fen(exact), left)
        rounded = rounded or payments[disease] not in (exact, left)
        if cost:
            formula = f"{plain(cost)} × {percent(terms.rate.value)}"
            if exact > left:
                formula = f"min({formula}, {plain(left)})"
            clauses = (terms.rate.clause, limit.clause)
            steps.append(Step(disease.value, payments[disease], formula, clauses))
    bill, pool = sum(costs.values(), ZERO), sum(payments.values(), ZERO)
    written = " + ".join(plain(payment) for payment in payments.values() if payment) or "0"
    own = self_step(bill, pool)
    return Breakdown(
        bill=bill,
        before={disease.value: payment for disease, payment in payments.items()},
        payers={"pool": pool, "self": own.yuan},
        steps=(*steps, Step("pool", pool, written, terms.scope), own),
        readings=("A-67", *(["A-21"] if rounded else [])),
    )
