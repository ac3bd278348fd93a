"""The calculators there are: which form each asks, which tables it needs, which rule answers.

A new calculator is one entry here, its form in `forms`, its rule in `rules`, and its words in
`words`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from calculators.forms import CalculatorForm, InpatientForm
from calculators.rules.alternatives import TermsWithReadings
from calculators.rules.breakdown import Breakdown, Refusal
from calculators.rules.inpatient import flexible_stay, resident_stay
from calculators.rules.people import Place, Scheme
from portal.policy.in_force import Rulebook, TableKey
from portal.policy.terms import (
    FLEXIBLE_STAY_TABLES,
    OUT_OF_AREA_TABLE,
    RESIDENT_STAY_TABLES,
    flexible_stay_terms,
    resident_stay_terms,
)

Facts = dict[str, Any]


@dataclass(frozen=True, slots=True)
class SchemeRule:
    """How a calculator answers for one scheme.

    `tables` names the tables that a case needs, `terms` reads them on a day, `rule` computes.
    """

    tables: Callable[[Facts], Sequence[TableKey]]
    terms: Callable[[Rulebook, Facts], TermsWithReadings]
    rule: Callable[..., Breakdown | Refusal]


@dataclass(frozen=True, slots=True)
class Calculator:
    """A calculator of the contract: its slug and titles, its form, and a rule for each scheme."""

    slug: str
    title: str
    lead: str
    form: type[CalculatorForm]
    by_scheme: dict[Scheme, SchemeRule]

    def main_tables(self, scheme: Scheme) -> Sequence[TableKey]:
        """The tables that a case needs before anything is answered, for the age strip."""
        defaults = {name: getattr(f, "default", None) for name, f in self.form.base_fields.items()}
        return self.by_scheme[scheme].tables(defaults)


def _flexible_stay_tables(facts: Facts) -> Sequence[TableKey]:
    if facts["place"] == Place.LOCAL:
        return FLEXIBLE_STAY_TABLES
    return (*FLEXIBLE_STAY_TABLES, OUT_OF_AREA_TABLE)


def _resident_stay(terms: Any, *, filed_on: Any = None, **facts: Any) -> Breakdown | Refusal:
    """Residents have no old filing policy (F-15.10 is not theirs): the day of filing is unused."""
    return resident_stay(terms, **facts)


CALCULATORS = {
    calculator.slug: calculator
    for calculator in (
        Calculator(
            slug="inpatient",
            title="住院要自己付多少",
            lead="填上医院级别和费用，就能看到医保付多少、您付多少，每一步凭哪一条。",
            form=InpatientForm,
            by_scheme={
                Scheme.FLEXIBLE: SchemeRule(
                    tables=_flexible_stay_tables,
                    terms=lambda book, facts: flexible_stay_terms(
                        book, out_of_area=facts["place"] != Place.LOCAL
                    ),
                    rule=flexible_stay,
                ),
                Scheme.RESIDENT: SchemeRule(
                    tables=lambda facts: RESIDENT_STAY_TABLES,
                    terms=lambda book, facts: resident_stay_terms(book),
                    rule=_resident_stay,
                ),
            },
        ),
    )
}
