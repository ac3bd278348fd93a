"""异地备案有效期: until when the filing of a long-term residence out of area is valid."""

from datetime import date

from calculators.rules.breakdown import Finding, Notice, Step
from calculators.rules.months import MONTHS_A_YEAR, months_later
from calculators.rules.people import FilingProof
from calculators.rules.terms.filing import FlexibleFilingTerms, ResidentFilingTerms


def flexible_filing(
    terms: FlexibleFilingTerms,
    *,
    proof: FilingProof,
    issued_on: date | None = None,
    valid_until: date | None = None,
) -> Finding:
    """「异地户口薄和异地房产证：备案长期有效」(F-15.29); a residence permit ends it (F-15.30).

    「无终止日期的居住证，备案有效期默认为签发之日起1年」(F-15.31), from the day of issue and not of
    filing (A-80). ValueError for a permit of which neither day is given.
    """
    old_policy = Notice("old_policy", (("day", str(terms.old_policy_until.value)),))
    if proof != FilingProof.RESIDENCE_PERMIT:
        lasting = Step("lasting", None, "", terms.lasting)
        return Finding(
            results={"expires": None}, steps=(lasting,), readings=("A-22",), notices=(old_policy,)
        )
    readings: tuple[str, ...] = ("A-22",)
    if valid_until is not None:
        expires = valid_until
        step = Step("expires", None, str(expires), terms.permit)
    else:
        if issued_on is None:
            raise ValueError("a permit without an end needs its day of issue")
        years = terms.permit_years
        expires = months_later(issued_on, years.value * MONTHS_A_YEAR)
        written = f"{issued_on} + {years.value} 年 = {expires}"
        step = Step("expires", None, written, (years.clause,))
        readings = ("A-80", *readings)
    expired = (Notice("expired", (("day", str(terms.day)),)),) if expires < terms.day else ()
    return Finding(
        results={"expires": expires},
        steps=(step,),
        readings=readings,
        notices=(*expired, old_policy),
    )


def resident_filing(terms: ResidentFilingTerms) -> Finding:
    """「备案长期有效，变更或终止须满6个月后办理」(R-15.5)"""
    return Finding(results={"expires": None}, steps=(Step("lasting", None, "", terms.lasting),))
