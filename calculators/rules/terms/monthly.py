"""What a month costs in the flexible scheme: paid in time, owed, or topped up at retirement."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from calculators.rules.months import Month


@dataclass(frozen=True, slots=True)
class MonthlyAmount:
    """Yuan a month, from `first` (None: ever before) until the next row starts.

    `last` is given only where the truth of the row ends by itself (A-93).
    """

    first: Month | None
    last: Month | None
    amount: Decimal
    clause: str


@dataclass(frozen=True, slots=True)
class Stretch:
    """Months in a row, both ends included, that cost the same."""

    first: Month
    last: Month
    monthly: Decimal
    clause: str

    @property
    def months(self) -> int:
        """How many months."""
        return self.last - self.first + 1

    @property
    def amount(self) -> Decimal:
        """What they cost together, in yuan."""
        return self.months * self.monthly


@dataclass(frozen=True, slots=True)
class MonthlyAmounts:
    """The monthly amounts on file, in rising order. At most the first row has no first month.

    Raises ValueError where there is no row, or two rows start in one month.
    """

    rows: tuple[MonthlyAmount, ...]

    def __post_init__(self) -> None:
        starts = [row.first for row in self.rows[1:]]
        known = [start for start in (self.rows[0].first, *starts) if start] if self.rows else []
        if not self.rows or None in starts or known != sorted(set(known)):
            raise ValueError(f"monthly amounts must rise from different months, not {self.rows}")

    @property
    def oldest_until(self) -> Month | None:
        """The last month of the amount that has no first month; None where there is no such row."""
        if self.rows[0].first or len(self.rows) == 1:
            return None
        following = self.rows[1].first
        return following + -1 if following else None

    def stretches(self, first: Month, last: Month) -> tuple[Stretch, ...]:
        """Return the months from `first` to `last` by amount; those without an amount are missing."""
        return tuple(self._stretches(first, last))

    def _stretches(self, first: Month, last: Month) -> Iterator[Stretch]:
        nexts = [row.first for row in self.rows[1:]]
        for row, following in zip(self.rows, [*nexts, None], strict=True):
            ends = [month for month in (last, row.last) if month]
            if following:
                ends.append(following + -1)
            start, end = max(first, row.first or first), min(ends)
            if start <= end:
                yield Stretch(start, end, row.amount, row.clause)

    def cover(self, first: Month, last: Month) -> bool:
        """Whether every month from `first` to `last` has an amount on file."""
        return sum(s.months for s in self.stretches(first, last)) == last - first + 1

    def of(self, month: Month) -> Stretch | None:
        """Return the amount of one month, None where it is not on file."""
        return next(iter(self.stretches(month, month)), None)
