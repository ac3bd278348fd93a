"""What all terms share."""

from dataclasses import dataclass, replace
from typing import Generic, Self, TypeVar

from calculators.rules.readings import Readings

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Cited(Generic[T]):
    """A value with the id of the clause that says it."""

    value: T
    clause: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemeTerms:
    """Base of the terms that a rule takes: they hold the decided readings of their scheme."""

    readings: Readings

    def reading_as(self, switch: str, choice: str) -> Self:
        """Return the same terms with one switch decided otherwise."""
        return replace(self, readings=self.readings.with_choice(switch, choice))
