"""The stages of the year: the pool up to its limit, then the large-sum supplement up to its own.

「符合统筹基金支付范围的门诊及住院等医疗费用，年度最高支付限额为15万元」(F-9.1),
「大额补助保险年度最高支付限额为50万元」(F-4.7). Both limit what the fund pays (A-10, A-14).
"""

from dataclasses import dataclass
from decimal import Decimal

from calculators.rules.money import ZERO, percent, plain, to_fen


@dataclass(frozen=True, slots=True)
class PoolPayment:
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
    `written_base` is the base as the formula shows it: `20000 − 200`.
    """
    full = to_fen(base * rate)
    formula = f"({written_base}) × {percent(rate)}"
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
