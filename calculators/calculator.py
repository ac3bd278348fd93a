"""What a calculator is: its form, the tables it needs, and the rule that answers."""

import datetime
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from calculators.forms import CalculatorForm
from calculators.rules.breakdown import Outcome
from calculators.rules.people import Scheme
from calculators.rules.terms import SchemeTerms
from calculators.words import Words
from portal.policy.in_force import Rulebook, TableKey

Facts = dict[str, Any]


@dataclass(frozen=True, slots=True)
class SchemeRule:
    """How a calculator answers for one scheme.

    `tables` names the tables that a case needs, `terms` reads them on a day, `rule` computes.
    `day` names the day that the facts themselves speak of, seen from today, where they do.
    """

    tables: Callable[[Facts], Sequence[TableKey]]
    terms: Callable[[Rulebook, Facts], SchemeTerms]
    rule: Callable[..., Outcome]
    day: Callable[[Facts, datetime.date], datetime.date | None] = lambda facts, today: None


@dataclass(frozen=True, slots=True)
class Calculator:
    """A calculator of the contract: its slug and titles, its form, a rule for each scheme, its words."""

    slug: str
    title: str
    lead: str
    form: type[CalculatorForm]
    by_scheme: dict[Scheme, SchemeRule]
    words: Words

    def main_tables(self, scheme: Scheme) -> Sequence[TableKey]:
        """The tables that a case needs before anything is answered, for the age strip."""
        defaults = {name: getattr(f, "default", None) for name, f in self.form.base_fields.items()}
        return self.by_scheme[scheme].tables(defaults)
