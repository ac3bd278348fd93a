"""Bands (lower, upper]: an amount is split at the edges and each part has its own rate.

The documents write their bands that way throughout: 「600元（不含600元）—800元」 (F-16.6),
「5万元（含5万元）以下」 (R-12.4), 「1.5万元及以下」 (R-7.5).
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from calculators.rules.money import ZERO, percent, plain


@dataclass(frozen=True, slots=True)
class Band:
    """One rate for the part of an amount above `above` (yuan, exclusive), up to the next band.

    `clause` is the id of the clause it rests on.
    """

    above: Decimal
    rate: Decimal
    clause: str


@dataclass(frozen=True, slots=True)
class Bands:
    """Bands in rising order. Each ends, inclusively, where the next one starts; the last never.

    So they always meet. Below the first band there is nothing. Raises ValueError where there is no
    band at all or two start at one edge: a hole in a table must never look like a rate of nothing.
    """

    bands: tuple[Band, ...]

    def __post_init__(self) -> None:
        edges = [band.above for band in self.bands]
        if not edges or edges != sorted(set(edges)):
            raise ValueError(f"bands must rise from different edges, not {edges}")

    def shares(self, amount: Decimal) -> tuple[tuple[Decimal, Band], ...]:
        """Return each band that holds a part of `amount`, with that part in yuan."""
        held = [band for band in self.bands if band.above < amount]
        ends = [*(band.above for band in held[1:]), amount]
        # Below the first band nothing is held, and the amount itself is no end of anything.
        return tuple((end - band.above, band) for band, end in zip(held, ends, strict=False))

    def progressive(self, amount: Decimal) -> Decimal:
        """Return the sum of each part of `amount` times its own band's rate, not rounded."""
        return sum((part * band.rate for part, band in self.shares(amount)), ZERO)

    def band_of(self, amount: Decimal) -> Band:
        """Return the band that holds `amount` itself; the first one for an amount below them all."""
        shares = self.shares(amount)
        return shares[-1][1] if shares else self.bands[0]

    def flat(self) -> Band:
        """Return the one band of a table that has a single rate; ValueError if there are more."""
        (band,) = self.bands
        return band

    def formula(self, amount: Decimal) -> str:
        """Write the progressive sum with its real numbers: `200 × 40% + 188 × 60%`."""
        return _written(self.shares(amount))

    def split(self, amount: Decimal) -> "Split":
        """Return the progressive sum of `amount` with its formula and the clauses of its bands."""
        shares = self.shares(amount)
        return Split(
            total=sum((part * band.rate for part, band in shares), ZERO),
            formula=_written(shares),
            clauses=tuple(band.clause for _, band in shares),
        )


class Split(NamedTuple):
    """An amount shared out over bands: the sum in yuan, not rounded, how it is written, by what."""

    total: Decimal
    formula: str
    clauses: tuple[str, ...]


def _written(shares: tuple[tuple[Decimal, Band], ...]) -> str:
    return " + ".join(f"{plain(part)} × {percent(band.rate)}" for part, band in shares) or "0"
