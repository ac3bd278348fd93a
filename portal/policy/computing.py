"""Everything that is computed from the tables, so that a set can be tried before it is published."""

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from calculators.rules.people import MaternityKind
from portal.policy.in_force import NoPolicyInForce, Rulebook, TableKey, Timetable
from portal.policy.terms.arrears import arrears_terms
from portal.policy.terms.chronic import flexible_chronic_terms, resident_chronic_terms
from portal.policy.terms.contribution import (
    flexible_contribution_terms,
    resident_contribution_terms,
)
from portal.policy.terms.emergency import flexible_emergency_terms, resident_emergency_terms
from portal.policy.terms.filing import flexible_filing_terms, resident_filing_terms
from portal.policy.terms.major_illness import major_illness_terms
from portal.policy.terms.maternity import flexible_maternity_terms, resident_maternity_terms
from portal.policy.terms.outpatient import flexible_outpatient_terms, resident_outpatient_terms
from portal.policy.terms.retiree_account import retiree_account_terms
from portal.policy.terms.retirement import retirement_terms
from portal.policy.terms.start_date import flexible_start_terms, resident_start_terms
from portal.policy.terms.stay import flexible_stay_terms, resident_stay_terms
from portal.policy.terms.supplementary import settlement_terms
from portal.policy.terms.two_diseases import two_diseases_terms

Terms = Callable[[Rulebook], object]

# By what people ask; the calculators' own titles stand in a room that this one may not look into.
TERMS: dict[str, Terms] = {
    "居民缴费": resident_contribution_terms,
    "居民待遇起算": resident_start_terms,
    "居民住院": resident_stay_terms,
    "居民急诊抢救": partial(resident_emergency_terms, out_of_area=False),
    "居民异地急诊抢救": partial(resident_emergency_terms, out_of_area=True),
    "居民门诊慢特病": resident_chronic_terms,
    "居民门诊": resident_outpatient_terms,
    "居民两病用药": two_diseases_terms,
    "居民大病保险": major_illness_terms,
    "居民生育": resident_maternity_terms,
    "居民异地备案": resident_filing_terms,
    "灵活就业缴费": flexible_contribution_terms,
    "灵活就业补缴": arrears_terms,
    "灵活就业待遇起算": flexible_start_terms,
    "灵活就业住院": partial(flexible_stay_terms, out_of_area=False),
    "灵活就业异地住院": partial(flexible_stay_terms, out_of_area=True),
    "灵活就业急诊抢救": partial(flexible_emergency_terms, out_of_area=False),
    "灵活就业异地急诊抢救": partial(flexible_emergency_terms, out_of_area=True),
    "灵活就业门诊慢特病": partial(flexible_chronic_terms, out_of_area=False),
    "灵活就业异地门诊慢特病": partial(flexible_chronic_terms, out_of_area=True),
    "灵活就业门诊": partial(flexible_outpatient_terms, out_of_area=False, maternity=False),
    "灵活就业异地门诊": partial(flexible_outpatient_terms, out_of_area=True, maternity=False),
    "灵活就业生育门诊": partial(flexible_outpatient_terms, out_of_area=False, maternity=True),
    "灵活就业分娩住院": partial(flexible_maternity_terms, kind=MaternityKind.CHILDBIRTH),
    "灵活就业计划生育": partial(flexible_maternity_terms, kind=MaternityKind.FAMILY_PLANNING),
    "灵活就业辅助生殖": partial(flexible_maternity_terms, kind=MaternityKind.ASSISTED_REPRODUCTION),
    "灵活就业异地备案": flexible_filing_terms,
    "补充医疗保险": settlement_terms,
    "退休个人账户": partial(retiree_account_terms, at_once=False),
    "按较低比例缴费的退休人员": partial(retiree_account_terms, at_once=True),
    "退休缴费年限": retirement_terms,
}


@dataclass(frozen=True, slots=True)
class Refused:
    """What cannot be computed: its name in `TERMS`, the table that lacks something, and those that
    had been read until then."""

    name: str
    table: TableKey
    read: frozenset[TableKey]


def refusals(timetable: Timetable, day: datetime.date) -> list[Refused]:
    """Return what cannot be computed on a day."""
    refused = []
    for name, terms in TERMS.items():
        book = Rulebook(timetable, day)
        try:
            terms(book)
        except NoPolicyInForce as missing:
            table = (missing.scheme, missing.table)
            refused.append(Refused(name, table, frozenset(book.editions)))
    return refused
