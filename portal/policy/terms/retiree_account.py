"""Terms of a retiree's personal account."""

from calculators.rules.terms.retiree_account import RetireeAccountTerms
from portal.policy import models
from portal.policy.in_force import Rulebook, read_once
from portal.policy.terms.reading import decided_readings, named
from portal.policy.titles import FLEXIBLE

RETIREE_ACCOUNT_TABLE = (FLEXIBLE, "retiree_account")
TAX_ONCE_TABLE = (FLEXIBLE, "tax_once_fee")


@read_once
def retiree_account_terms(book: Rulebook, *, at_once: bool) -> RetireeAccountTerms:
    """Return the terms of an account; those of a fee paid `at_once` only where they are asked for.

    Raises NoPolicyInForce where a table that is needed is not on file for the day.
    """
    fee_at_once = named(book, models.Amount, *TAX_ONCE_TABLE, "yearly_fee") if at_once else None
    return RetireeAccountTerms(
        monthly_in=named(book, models.Amount, *RETIREE_ACCOUNT_TABLE, "monthly_account"),
        monthly_fee=named(book, models.Amount, *RETIREE_ACCOUNT_TABLE, "monthly_large_sum_fee"),
        fee_at_once=fee_at_once,
        readings=decided_readings(book, FLEXIBLE),
    )
