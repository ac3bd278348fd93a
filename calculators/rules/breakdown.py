"""What a rule answers: steps that can be read aloud, and payers that add up to the bill."""

from dataclasses import dataclass, field
from decimal import Decimal

from calculators.rules.money import ZERO


class PayersDoNotAddUp(ArithmeticError):
    """The payers of a breakdown do not sum to its bill: a fault of the rule, never of the case."""


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the calculation.

    `code` names it for templates, `formula` shows the real numbers, `amount` is its result in
    yuan, `clauses` are the ids of the clauses it rests on.
    """

    code: str
    amount: Decimal
    formula: str
    clauses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Breakdown:
    """A case computed: its bill, who pays what of it, the steps and what was read into the text.

    `bill` and every payment are yuan. `payers` maps a code (`pool`, `large_sum`, `supplementary`,
    `self`) to its payment; their sum equals `bill`, or the constructor raises PayersDoNotAddUp.
    `also` holds further results that pay nothing (`deductible`). `readings` are the ids of the
    decided readings that this case touches; `notices` are codes of remarks that it needs.
    """

    bill: Decimal
    payers: dict[str, Decimal]
    steps: tuple[Step, ...]
    also: dict[str, Decimal] = field(default_factory=dict)
    readings: tuple[str, ...] = ()
    notices: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        total = sum(self.payers.values(), ZERO)
        if total != self.bill:
            raise PayersDoNotAddUp(f"{self.payers} sum to {total}, the bill is {self.bill}")
        if any(payment < 0 for payment in self.payers.values()):
            raise PayersDoNotAddUp(f"a payment below zero: {self.payers}")

    @property
    def amounts(self) -> dict[str, Decimal]:
        """All results by code: what pays nothing first, then the payers."""
        return {**self.also, **self.payers}


@dataclass(frozen=True, slots=True)
class Refusal:
    """A case for which the documents give no answer.

    `code` names the reason for the templates, `reading` is the decided reading that says so (""
    where a row is missing), `clauses` are the clauses that leave it open.
    """

    code: str
    reading: str
    clauses: tuple[str, ...] = ()
