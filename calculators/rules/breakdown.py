"""What a rule answers: steps that can be read aloud, and payers that add up to the bill."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from calculators.rules.money import ZERO, plain
from calculators.rules.months import Month

# A result is an amount in yuan, a count, a yes or no, a day or month, a list of these (by quarter,
# by member …) or of named ones (rows), or None where the documents give no answer to it.
Result = (
    Decimal | int | bool | date | Month | str | tuple["Result", ...] | Mapping[str, "Result"] | None
)


class PayersDoNotAddUp(ArithmeticError):
    """The payers of a breakdown do not sum to its bill: a fault of the rule, never of the case."""


class Step(NamedTuple):
    """One line of the calculation. A tuple: rules make many, and a frozen dataclass costs four times.

    `code` names it for templates, `formula` shows the real numbers, `amount` is its result in
    yuan (None where a step gives a day or a count), `clauses` are the ids it rests on.
    """

    code: str
    amount: Decimal | None
    formula: str
    clauses: tuple[str, ...]

    @property
    def yuan(self) -> Decimal:
        """The amount of a step that has one; ValueError for a step that gives a day or a count."""
        if self.amount is None:
            raise ValueError(f"the step {self.code} has no amount")
        return self.amount


def self_step(bill: Decimal, *payments: Decimal) -> Step:
    """What is left of `bill` to the person, in yuan: the bill less what each fund pays (A-21)."""
    written = [plain(bill), *(plain(payment) for payment in payments if payment)]
    return Step("self", bill - sum(payments, ZERO), " − ".join(written), ())


@dataclass(frozen=True, slots=True)
class Notice:
    """A remark that a case needs: a code, and the values that its sentence names."""

    code: str
    values: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A case answered: its results by code, the steps, and what was read into the text.

    `readings` are the ids of the decided readings that this case touches.
    """

    results: Mapping[str, Result]
    steps: tuple[Step, ...] = ()
    readings: tuple[str, ...] = ()
    notices: tuple[Notice, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Breakdown(Finding):
    """A bill shared among its payers.

    `bill` and every payment are yuan. `payers` maps a code (`pool`, `large_sum`, `supplementary`,
    `self`) to its payment; their sum equals `bill`, or the constructor raises PayersDoNotAddUp.
    `left_by_share` is what the pool's stage leaves to the person by share, which a year carries
    on (A-17). `before` are results that stand before the payers and `after` those behind them; none pays.
    """

    bill: Decimal
    payers: Mapping[str, Decimal]
    results: Mapping[str, Result] = field(init=False)
    before: Mapping[str, Result] = field(default_factory=dict)
    after: Mapping[str, Result] = field(default_factory=dict)
    left_by_share: Decimal = ZERO

    def __post_init__(self) -> None:
        total = sum(self.payers.values(), ZERO)
        if total != self.bill:
            raise PayersDoNotAddUp(f"{self.payers} sum to {total}, the bill is {self.bill}")
        if min(self.payers.values(), default=ZERO) < 0:
            raise PayersDoNotAddUp(f"a payment below zero: {self.payers}")
        object.__setattr__(self, "results", {**self.before, **self.payers, **self.after})


@dataclass(frozen=True, slots=True)
class Refusal:
    """A case for which the documents give no answer.

    `reading` is the decided reading that says so; `code` names the reason where its words are our
    own and not the reading's (in `calculators.words.REASONS`), `clauses` leave it open.
    """

    code: str
    reading: str
    clauses: tuple[str, ...] = ()
    values: tuple[tuple[str, str], ...] = ()


Outcome = Finding | Refusal
