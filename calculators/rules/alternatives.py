"""What a case would come to under the other readings: the same rule, one switch turned."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from calculators.rules.breakdown import Finding, Outcome, Refusal, Result
from calculators.rules.readings import SWITCHES, reading_id
from calculators.rules.terms import SchemeTerms

Terms = TypeVar("Terms", bound=SchemeTerms)

# The supplementary threshold over the year depends on stays that a single bill does not know of,
# the deductible left at a tier on visits to others, whose 门诊统筹 limit is lower on benefits that
# nobody is asked about, and the times of assisted reproduction on when the earlier ones were.
DEPENDS_ON_OTHER_BILLS = frozenset({"A-17", "A-24", "A-25", "A-29"})


@dataclass(frozen=True, slots=True)
class Alternative:
    """One other choice of a reading, and the results that it changes in this case."""

    switch: str
    choice: str
    results: dict[str, Result]


@dataclass(frozen=True, slots=True)
class UsedReading:
    """A reading that this case rests on, with its alternatives where they are computed."""

    id: str
    alternatives: tuple[Alternative, ...]

    @property
    def depends_on_other_bills(self) -> bool:
        """Whether the other reading differs only with bills that this case does not know of."""
        return self.id in DEPENDS_ON_OTHER_BILLS


def used_readings(
    compute: Callable[[Terms], Outcome], terms: Terms, computed: Finding
) -> tuple[UsedReading, ...]:
    """Return the readings that matter for `computed`, each with the results it could change.

    `compute` is the rule with its facts filled in. A reading with switches matters if any other
    choice changes an amount; one without a switch matters because the rule says it met it.
    """
    used = []
    for reading in computed.readings:
        switches = [switch for switch in SWITCHES if reading_id(switch) == reading]
        alternatives = tuple(
            alternative
            for switch in switches
            for choice in terms.readings.others(switch)
            if (alternative := _alternative(compute, terms, computed, switch, choice))
        )
        if alternatives or not switches or reading in DEPENDS_ON_OTHER_BILLS:
            used.append(UsedReading(reading, alternatives))
    return tuple(used)


def _alternative(
    compute: Callable[[Terms], Outcome],
    terms: Terms,
    computed: Finding,
    switch: str,
    choice: str,
) -> Alternative | None:
    other = compute(terms.reading_as(switch, choice))
    if isinstance(other, Refusal):
        return None
    changed = {
        code: result
        for code, result in other.results.items()
        if result != computed.results.get(code)
    }
    return Alternative(switch, choice, changed) if changed else None
