"""The stages of the year: the pool up to its limit, then the large-sum supplement up to its own.

「符合统筹基金支付范围的门诊及住院等医疗费用，年度最高支付限额为15万元」(F-9.1),
「大额补助保险年度最高支付限额为50万元」(F-4.7). Both limit what the fund pays (A-10, A-14).
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from calculators.rules.breakdown import Notice, Step
from calculators.rules.money import ZERO, percent, plain, to_fen
from calculators.rules.terms import Cited


class PoolPayment(NamedTuple):
    """What the pool pays of a base, and what of that base it leaves to the large-sum stage.

    `absorbed` is the part of the base in the pool's stage, not rounded; `rest` is what lies above
    the limit. `crossed` says whether the limit cut the payment. All in yuan.
    """

    amount: Decimal
    absorbed: Decimal
    rest: Decimal
    crossed: bool
    formula: str

    @property
    def left_to_the_person(self) -> Decimal:
        """What the pool's stage leaves to the person by share, without the deductible."""
        return self.absorbed - self.amount


def pay_from_pool(base: Decimal, rate: Decimal, left: Decimal, written_base: str) -> PoolPayment:
    """Pay `rate` of `base` while `left` of the yearly limit lasts (A-11).

    Where the limit cuts the payment, the pool pays what is left, which absorbs `left / rate` of
    the base; the rest goes on to the large-sum stage without another deductible.
    `written_base` is the base as the formula shows it: `20000 − 200`, or `20000` alone.
    """
    full = to_fen(base * rate)
    written = f"({written_base})" if " " in written_base else written_base
    formula = f"{written} × {percent(rate)}"
    if full <= left:
        return PoolPayment(full, base, ZERO, crossed=False, formula=formula)
    absorbed = left / rate
    return PoolPayment(
        left, absorbed, base - absorbed, crossed=True, formula=f"min({formula}, {plain(left)})"
    )


def halved_rate(basic_rate: Decimal, reduction: Decimal) -> Decimal:
    """「按50%降低上述起付标准和各项个人自付比例给予报销」(F-17.5)

    The person's share falls by `reduction`; the large-sum stage pays the rest (A-12).
    """
    return 1 - (1 - basic_rate) * (1 - reduction)


@dataclass(frozen=True, slots=True)
class Share:
    """The part of a base that a fund bears, with the clauses that say so."""

    rate: Decimal
    clauses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LargeSumPayment:
    """What the large-sum supplement pays; the reading and the remark where its limit cuts that."""

    step: Step
    readings: tuple[str, ...] = ()
    notices: tuple[Notice, ...] = ()


def pay_from_large_sum(
    base: Decimal, share: Share, cap: Cited[Decimal], already_paid: Decimal
) -> LargeSumPayment:
    """「大额补助保险年度最高支付限额为50万元」(F-4.7): pay the share of `base` while it lasts (A-14)."""
    full = to_fen(base * share.rate)
    left = max(cap.value - already_paid, ZERO)
    formula = f"{plain(base)} × {percent(share.rate)}"
    if full <= left:
        return LargeSumPayment(Step("large_sum", full, formula, share.clauses))
    return LargeSumPayment(
        Step("large_sum", left, f"min({formula}, {plain(left)})", (*share.clauses, cap.clause)),
        ("A-14",),
        (Notice("large_sum_limit_reached"),),
    )


@dataclass(frozen=True, slots=True)
class StagesPayment:
    """What both stages pay of one cost without a deductible, step by step.

    `left_to_the_person` is what the pool's stage leaves by share, None where there was no such
    stage. All in yuan.
    """

    pool: Decimal
    large_sum: Decimal
    left_to_the_person: Decimal | None
    steps: tuple[Step, ...]
    readings: tuple[str, ...]
    notices: tuple[Notice, ...]


def pay_through_stages(
    cost: Decimal,
    *,
    pool: Share,
    large_sum: Share,
    pool_cap: Cited[Decimal],
    large_sum_cap: Cited[Decimal],
    pool_paid: Decimal,
    large_sum_paid: Decimal,
) -> StagesPayment:
    """Pay a cost without a deductible from the pool, and what lies above its limit from large-sum.

    `pool_paid` and `large_sum_paid` are what both have paid this year before.
    """
    steps: list[Step] = []
    readings: list[str] = []
    notices: tuple[Notice, ...] = ()
    pool_left = max(pool_cap.value - pool_paid, ZERO)
    pool_amount = large_amount = ZERO
    left_to_the_person, rest = None, cost
    if pool_left:
        paid = pay_from_pool(cost, pool.rate, pool_left, plain(cost))
        pool_amount, rest, left_to_the_person = paid.amount, paid.rest, paid.left_to_the_person
        clauses = (*pool.clauses, pool_cap.clause) if paid.crossed else pool.clauses
        steps.append(Step("pool", pool_amount, paid.formula, clauses))
        if paid.crossed:
            readings += ["A-10", "A-11"]
        elif pool_amount != cost * pool.rate:
            readings.append("A-21")
    else:
        readings.append("A-10")
    if rest:
        above = pay_from_large_sum(rest, large_sum, large_sum_cap, large_sum_paid)
        large_amount, notices = above.step.yuan, above.notices
        steps.append(above.step)
        readings += above.readings
    return StagesPayment(
        pool_amount, large_amount, left_to_the_person, tuple(steps), tuple(readings), notices
    )
