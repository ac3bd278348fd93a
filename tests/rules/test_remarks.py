"""Refusals, remarks and steps without an amount: their codes, their values and their clauses.

Small answers of several topics, whole, as ./dev mutate asks for them.
"""

from datetime import date
from decimal import Decimal

import pytest

from calculators.rules.breakdown import Breakdown, Finding, Notice, Refusal, Step
from calculators.rules.contribution import flexible_contribution
from calculators.rules.emergency import resident_emergency
from calculators.rules.filing import flexible_filing, resident_filing
from calculators.rules.major_illness import major_illness
from calculators.rules.money import ZERO
from calculators.rules.months import Month
from calculators.rules.outpatient import flexible_visit
from calculators.rules.people import (
    FeeChannel,
    FilingProof,
    Group,
    OutpatientTier,
    Place,
    Sex,
    ShortfallPath,
)
from calculators.rules.retiree_account import retiree_account
from calculators.rules.retirement import retirement
from calculators.rules.two_diseases import two_diseases
from portal.policy.in_force import Rulebook
from portal.policy.terms.contribution import flexible_contribution_terms
from portal.policy.terms.emergency import resident_emergency_terms
from portal.policy.terms.filing import flexible_filing_terms, resident_filing_terms
from portal.policy.terms.major_illness import major_illness_terms
from portal.policy.terms.outpatient import flexible_outpatient_terms
from portal.policy.terms.retiree_account import retiree_account_terms
from portal.policy.terms.retirement import retirement_terms
from portal.policy.terms.two_diseases import two_diseases_terms

pytestmark = pytest.mark.django_db
OCTOBER = date(2025, 10, 20)
RESIDENT_DAY = date(2024, 10, 20)
# F-15.10 is in force from 2025-06-01 on: what was filed up to the day before is as it was.
OLD_POLICY = Notice("old_policy", (("day", "2025-05-31"),))


def test_F_15_29_a_filing_without_an_end() -> None:
    found = flexible_filing(
        flexible_filing_terms(Rulebook.on(OCTOBER)), proof=FilingProof.PROPERTY_DEED
    )
    assert found == Finding(
        results={"expires": None},
        steps=(Step("lasting", None, "", ("F-15.29",)),),
        readings=("A-22",),
        notices=(OLD_POLICY,),
    )


def test_F_15_30_a_permit_that_has_ended() -> None:
    found = flexible_filing(
        flexible_filing_terms(Rulebook.on(OCTOBER)),
        proof=FilingProof.RESIDENCE_PERMIT,
        valid_until=date(2025, 10, 19),
    )
    assert found == Finding(
        results={"expires": date(2025, 10, 19)},
        steps=(Step("expires", None, "2025-10-19", ("F-15.30",)),),
        readings=("A-22",),
        notices=(Notice("expired", (("day", "2025-10-20"),)), OLD_POLICY),
    )


def test_R_15_5_a_resident_s_filing_without_an_end() -> None:
    found = resident_filing(resident_filing_terms(Rulebook.on(date(2024, 10, 20))))
    assert found == Finding(
        results={"expires": None}, steps=(Step("lasting", None, "", ("R-15.5",)),)
    )


def test_F_4_6_A_34_the_fee_paid_at_once() -> None:
    terms = retiree_account_terms(Rulebook.on(OCTOBER), at_once=True)
    found = retiree_account(terms, months=12, fee=FeeChannel.TAX_ONCE)
    assert found == Finding(
        results={"account_in": None, "large_sum_fee": Decimal(24), "net": None},
        steps=(Step("large_sum_fee", Decimal(24), "24", ("F-4.6",)),),
        readings=("A-33", "A-34"),
        notices=(Notice("account_not_known"),),
    )


@pytest.mark.parametrize("place", [Place.TEMPORARY, Place.TEMPORARY_EMERGENCY])
def test_A_70_a_resident_s_rescue_on_a_trip_is_refused(place: Place) -> None:
    terms = resident_emergency_terms(Rulebook.on(date(2024, 10, 20)), out_of_area=False)
    answer = resident_emergency(terms, cost=Decimal(100), place=place)
    assert answer == Refusal("resident_temporary", "A-70")


@pytest.mark.parametrize(
    ("cost", "pool", "readings"),
    [
        ("100", "60.00", ("A-69",)),
        ("0.01", "0.01", ("A-69", "A-21")),  # 0.006
    ],
)
def test_R_8_2_a_rescue_is_rounded_only_where_it_has_to_be(
    cost: str, pool: str, readings: tuple[str, ...]
) -> None:
    terms = resident_emergency_terms(Rulebook.on(date(2024, 10, 20)), out_of_area=False)
    answer = resident_emergency(terms, cost=Decimal(cost))
    assert isinstance(answer, Breakdown)
    assert str(answer.payers["pool"]) == pool
    assert answer.readings == readings


def test_F_15_19_the_steps_of_a_visit_on_a_trip() -> None:
    terms = flexible_outpatient_terms(Rulebook.on(OCTOBER), out_of_area=True, maternity=False)
    answer = flexible_visit(
        terms,
        tier=OutpatientTier.LEVEL3,
        group=Group.ACTIVE,
        cost=Decimal(1000),
        place=Place.TEMPORARY,
    )
    assert isinstance(answer, Breakdown)
    assert answer.steps == (
        Step("pool", ZERO, "0", ("F-15.19",)),
        Step("self", Decimal(1000), "1000", ()),
    )


@pytest.mark.parametrize(
    ("handled_on", "notice"),
    [
        # F-5.13 is written for 2025; the monthly amounts known end with December 2025 (F-8.18).
        (date(2024, 12, 31), Notice("top_up_without_rule", (("since", "2025-01-01"),))),
        (date(2026, 1, 1), Notice("top_up_without_amount", (("until", "2025-12"),))),
    ],
)
def test_F_5_13_why_a_top_up_has_no_price(handled_on: date, notice: Notice) -> None:
    found = retirement(
        retirement_terms(Rulebook.on(OCTOBER)),
        sex=Sex.FEMALE,
        reaches_age_on=date(2024, 6, 10),
        actual_months=120,
        deemed_months=0,
        handled_on=handled_on,
        path=ShortfallPath.TOP_UP,
    )
    assert isinstance(found, Finding)
    assert notice in found.notices


@pytest.mark.parametrize(
    ("facts", "steps"),
    [
        (
            {"hypertension": 100, "diabetes": 700},  # 65, and 455 cut to 400
            [
                Step("hypertension", Decimal(65), "100 × 65%", ("R-11.3", "R-11.4")),
                Step("diabetes", Decimal(400), "min(700 × 65%, 400)", ("R-11.3", "R-11.4")),
                Step("pool", Decimal(465), "65 + 400", ("R-11.1", "R-11.2")),
                Step("self", Decimal(335), "800 − 465", ()),
            ],
        ),
        (
            {"hypertension": 100, "hypertension_paid": 135},  # 65 are left: the limit cuts nothing
            [
                Step("hypertension", Decimal(65), "100 × 65%", ("R-11.3", "R-11.4")),
                Step("pool", Decimal(65), "65", ("R-11.1", "R-11.2")),
                Step("self", Decimal(35), "100 − 65", ()),
            ],
        ),
        (
            {"hypertension": 100, "hypertension_paid": 200},
            [
                Step("hypertension", ZERO, "min(100 × 65%, 0)", ("R-11.3", "R-11.4")),
                Step("pool", ZERO, "0", ("R-11.1", "R-11.2")),
                Step("self", Decimal(100), "100", ()),
            ],
        ),
    ],
)
def test_R_11_3_R_11_4_the_steps_of_both_diseases(facts: dict[str, int], steps: list[Step]) -> None:
    terms = two_diseases_terms(Rulebook.on(RESIDENT_DAY))
    answer = two_diseases(terms, **{name: Decimal(amount) for name, amount in facts.items()})
    assert list(answer.steps) == steps


def test_R_12_4_the_step_of_major_illness() -> None:
    terms = major_illness_terms(Rulebook.on(RESIDENT_DAY))
    found = major_illness(terms, self_paid=Decimal(70000), threshold=Decimal(20000))
    assert isinstance(found, Finding)
    over, paid = found.steps
    assert (over.code, over.amount, over.formula) == ("over_threshold", 50000, "70000 − 20000")
    assert (paid.code, paid.amount, paid.formula) == ("major_illness", 30000, "50000 × 60%")


def test_F_8_18_F_4_4_the_total_of_a_month_s_contribution() -> None:
    terms = flexible_contribution_terms(Rulebook.on(OCTOBER))
    december = Month(2025, 12)
    found = flexible_contribution(terms, first_month=december, last_month=december)
    assert isinstance(found, Finding)
    # 484.38 (F-8.18) and 132 for the year (F-4.4)
    assert found.steps[-1] == Step("total", Decimal("616.38"), "484.38 + 132", ())


def test_A_31_months_behind_the_last_one_on_file_are_refused() -> None:
    terms = flexible_contribution_terms(Rulebook.on(OCTOBER))
    refused = flexible_contribution(terms, first_month=Month(2025, 12), last_month=Month(2026, 1))
    assert refused == Refusal("no_amount", "A-31", ("F-8.18",), (("until", "2025-12"),))
