"""退休个人账户: every month of a year, and who pays the fee at once."""

import datetime
from decimal import Decimal
from typing import Any

import pytest

from calculators.rules.people import FeeChannel
from calculators.rules.retiree_account import retiree_account
from calculators.rules.terms.retiree_account import RetireeAccountTerms
from portal.policy.in_force import NoPolicyInForce, Rulebook
from portal.policy.models import ReadingChoice
from portal.policy.terms.retiree_account import retiree_account_terms

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def terms(django_db_setup: None, django_db_blocker: Any) -> RetireeAccountTerms:
    with django_db_blocker.unblock():
        return retiree_account_terms(Rulebook.on(datetime.date(2025, 10, 20)), at_once=True)


@pytest.mark.parametrize("months", range(1, 13))
def test_F_7_2_F_4_5_each_month(terms: RetireeAccountTerms, months: int) -> None:
    """80 in, 2 out."""
    answer = retiree_account(terms, months=months)
    assert answer.results == {
        "account_in": Decimal(80 * months),
        "large_sum_fee": Decimal(2 * months),
        "net": Decimal(78 * months),
    }
    assert answer.readings == ("A-33",)
    assert [step.clauses for step in answer.steps] == [("F-7.2",), ("F-4.5",), ()]


def test_F_4_5_a_whole_year(terms: RetireeAccountTerms) -> None:
    """G-179: 80 × 12 − 2 × 12 = 936."""
    account_in, fee, net = retiree_account(terms, months=12).steps
    assert (account_in.formula, fee.formula, net.formula) == ("80 × 12", "2 × 12", "960 − 24")
    assert net.amount == Decimal(936)


@pytest.mark.parametrize("months", [1, 12])
def test_F_4_6_A_34_paid_at_once_by_the_tax_channel(
    terms: RetireeAccountTerms, months: int
) -> None:
    """24 in full, whatever the months; what comes into the account is not known."""
    answer = retiree_account(terms, months=months, fee=FeeChannel.TAX_ONCE)
    assert answer.results == {"account_in": None, "large_sum_fee": Decimal(24), "net": None}
    assert [step.clauses for step in answer.steps] == [("F-4.6",)]
    assert "A-34" in answer.readings
    assert [notice.code for notice in answer.notices] == ["account_not_known"]


def test_F_7_2_the_account_is_on_file_from_2024() -> None:
    """Before the first reading was decided, too: readings are the house's own words."""
    first_day = datetime.date(2024, 1, 1)
    terms = retiree_account_terms(Rulebook.on(first_day), at_once=False)
    assert terms.monthly_in.value == 80
    with pytest.raises(ValueError, match="terms"):
        retiree_account(terms, months=1, fee=FeeChannel.TAX_ONCE)
    with pytest.raises(NoPolicyInForce):
        retiree_account_terms(Rulebook.on(first_day - datetime.timedelta(days=1)), at_once=False)


@pytest.mark.parametrize("day", [datetime.date(2024, 12, 31), datetime.date(2026, 1, 1)])
def test_F_4_6_the_fee_at_once_is_that_of_2025(day: datetime.date) -> None:
    with pytest.raises(NoPolicyInForce):
        retiree_account_terms(Rulebook.on(day), at_once=True)


def test_readings_that_have_passed_do_not_come_back() -> None:
    """Only days before the first decided readings take the first ones; later ones have none."""
    with pytest.raises(NoPolicyInForce):
        Rulebook.on(datetime.date(2025, 1, 1)).readings(ReadingChoice, "resident")
    assert Rulebook.on(datetime.date(2023, 1, 1)).readings(ReadingChoice, "resident")
