"""Money: decimals in yuan, and the one rounding of the house.

Reading A-21: each payment of a fund is rounded half up to the fen; nothing else is rounded.
"""

from decimal import ROUND_HALF_UP, Context, Decimal
from functools import lru_cache

FEN = Decimal("0.01")
ZERO = Decimal("0.00")
# A quotient such as 1000 / 0.88 is cut after 28 digits. Half a fen that this hides by less than
# 10^-18 is given back before rounding; no rate with four decimals comes that close by itself.
_CUT = Decimal("1e-18")
_EXACT = Context(prec=50, rounding=ROUND_HALF_UP)
_SHOWN_DECIMALS = 6


def to_fen(amount: Decimal) -> Decimal:
    """Round `amount` (yuan, any number of decimals) half up to the fen, as A-21 decides."""
    return _EXACT.quantize(_EXACT.quantize(amount, _CUT), FEN)


def plain(number: Decimal) -> str:
    """Write `number` for a formula: no exponent and no zeros that say nothing (`20000`, `0.5`).

    A number with more than six decimals is cut there and marked: `1136.363636…`.
    """
    text = str(number)
    if text.endswith(".00"):  # most amounts are whole yuan
        return text[:-3]
    whole, point, decimals = (f"{number:f}" if "E" in text else text).partition(".")
    if not point:
        return whole
    shown, rest = decimals[:_SHOWN_DECIMALS].rstrip("0"), decimals[_SHOWN_DECIMALS:].rstrip("0")
    mark = "…" if rest else ""
    return f"{whole}.{shown}{mark}" if shown else whole + mark


@lru_cache(maxsize=1024)
def percent(rate: Decimal) -> str:
    """Write the share `rate` (0.88) as the documents do (`88%`)."""
    return f"{plain(rate * 100)}%"
