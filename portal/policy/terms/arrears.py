"""Terms of paying months that are owed."""

from calculators.rules.terms.arrears import ArrearsTerms
from portal.policy import models
from portal.policy.in_force import Rulebook, read_once
from portal.policy.terms.contribution import MONTHLY_TABLE, arrears_until, monthly_amounts
from portal.policy.terms.reading import decided_readings, named
from portal.policy.titles import FLEXIBLE, READINGS

WAITING_TABLE = (FLEXIBLE, "waiting")
ARREARS_TABLES = (MONTHLY_TABLE, WAITING_TABLE, (FLEXIBLE, READINGS))


@read_once
def arrears_terms(book: Rulebook) -> ArrearsTerms:
    """Return which months may still be paid, and at what amount, or raise NoPolicyInForce."""
    return ArrearsTerms(
        monthly=monthly_amounts(book),
        until=arrears_until(book),
        scope=book.citing(*MONTHLY_TABLE, "arrears"),
        back_pay_months=named(book, models.Count, *WAITING_TABLE, "back_pay_months"),
        not_repaid=book.citing(*WAITING_TABLE, "not_repaid"),
        readings=decided_readings(book, FLEXIBLE),
    )
