"""Money: decimals in yuan, and the one rounding of the house.

Reading A-21: each payment of a fund is rounded half up to the fen; nothing else is rounded.
"""

from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal, localcontext

FEN = Decimal("0.01")
ZERO = Decimal("0.00")
# A quotient such as 1000 / 0.88 is cut after 28 digits. Half a fen that this hides by less than
# 10^-18 is given back before rounding; no rate with four decimals comes that close by itself.
_CUT = Decimal("1e-18")
_SHOWN = Decimal("1e-6")


def to_fen(amount: Decimal) -> Decimal:
    """Round `amount` (yuan, any number of decimals) half up to the fen, as A-21 decides."""
    with localcontext(prec=50):
        exact = amount.quantize(_CUT, rounding=ROUND_HALF_UP)
        return exact.quantize(FEN, rounding=ROUND_HALF_UP)


def plain(number: Decimal) -> str:
    """Write `number` for a formula: no exponent and no zeros that say nothing (`20000`, `0.5`).

    A number with more than six decimals is cut there and marked: `1136.363636…`.
    """
    short = number.quantize(_SHOWN, rounding=ROUND_DOWN)
    text = f"{short:f}".rstrip("0").rstrip(".")
    return text if short == number else f"{text}…"


def percent(rate: Decimal) -> str:
    """Write the share `rate` (0.88) as the documents do (`88%`)."""
    return f"{plain(rate * 100)}%"
