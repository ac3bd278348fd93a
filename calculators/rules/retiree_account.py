"""退休个人账户: what comes into a retiree's account, and the large-sum fee that leaves it."""

from calculators.rules.breakdown import Finding, Notice, Step
from calculators.rules.money import plain
from calculators.rules.people import FeeChannel
from calculators.rules.terms.retiree_account import RetireeAccountTerms


def retiree_account(
    terms: RetireeAccountTerms, *, months: int, fee: FeeChannel = FeeChannel.ACCOUNT
) -> Finding:
    """「灵活就业退休人员个人账户由统筹基金按每月80元定额划入」(F-7.2)

    「按照每月2元的标准从个人账户扣缴」(F-4.5), for each of `months` of a year as a retiree (A-33).
    Who pays the fee once by the tax channel is told that fee only: whether such a person has an
    account at all is not written (A-34).
    """
    if fee == FeeChannel.TAX_ONCE:
        return _paid_at_once(terms)
    account_in = Step(
        "account_in",
        terms.monthly_in.value * months,
        f"{plain(terms.monthly_in.value)} × {months}",
        (terms.monthly_in.clause,),
    )
    large_sum_fee = Step(
        "large_sum_fee",
        terms.monthly_fee.value * months,
        f"{plain(terms.monthly_fee.value)} × {months}",
        (terms.monthly_fee.clause,),
    )
    net = Step(
        "net",
        account_in.yuan - large_sum_fee.yuan,
        f"{plain(account_in.yuan)} − {plain(large_sum_fee.yuan)}",
        (),
    )
    steps = (account_in, large_sum_fee, net)
    return Finding(
        results={step.code: step.yuan for step in steps}, steps=steps, readings=("A-33",)
    )


def _paid_at_once(terms: RetireeAccountTerms) -> Finding:
    """「按5.6%比例缴费的灵活就业退休人员…通过原渠道（税务缴费渠道）一次性全额缴纳」(F-4.6)"""
    if terms.fee_at_once is None:
        raise ValueError("a fee paid at once needs its terms")
    fee = terms.fee_at_once
    return Finding(
        results={"account_in": None, "large_sum_fee": fee.value, "net": None},
        steps=(Step("large_sum_fee", fee.value, plain(fee.value), (fee.clause,)),),
        readings=("A-33", "A-34"),
        notices=(Notice("account_not_known"),),
    )
