"""生育, whole answers: every step, reading and remark of a case, written out by hand."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from calculators.rules.breakdown import Breakdown, Notice, Refusal, Step
from calculators.rules.maternity import flexible_maternity, resident_maternity
from calculators.rules.money import ZERO
from calculators.rules.people import Group, MaternityKind, Place, Tier
from calculators.rules.terms import Cited
from calculators.rules.terms.maternity import FlexibleMaternityTerms, ResidentMaternityTerms
from portal.policy.in_force import Rulebook
from portal.policy.terms.maternity import flexible_maternity_terms, resident_maternity_terms

pytestmark = pytest.mark.django_db

BIRTH, PLANNING = MaternityKind.CHILDBIRTH, MaternityKind.FAMILY_PLANNING
ASSISTED = MaternityKind.ASSISTED_REPRODUCTION
WEEKS = (("weeks", "28"),)  # F-18.8 and: 28周
# Of a stay at a 三级 hospital: 在职 in the flexible scheme, 成年居民 among residents.
STAY: dict[str, Any] = {"group": Group.ACTIVE, "tier": Tier.LEVEL3}
RESIDENT_STAY: dict[str, Any] = {"group": Group.ADULT, "tier": Tier.LEVEL3}


@pytest.fixture(scope="module")
def flexible(django_db_setup: None, django_db_blocker: Any) -> FlexibleMaternityTerms:
    with django_db_blocker.unblock():
        return flexible_maternity_terms(Rulebook.on(date(2025, 10, 20)), BIRTH)


@pytest.fixture(scope="module")
def assisted(django_db_setup: None, django_db_blocker: Any) -> FlexibleMaternityTerms:
    with django_db_blocker.unblock():
        return flexible_maternity_terms(Rulebook.on(date(2025, 10, 20)), ASSISTED)


@pytest.fixture(scope="module")
def resident(django_db_setup: None, django_db_blocker: Any) -> ResidentMaternityTerms:
    with django_db_blocker.unblock():
        return resident_maternity_terms(Rulebook.on(date(2024, 10, 20)))


def test_F_18_8_F_18_5_a_birth_on_a_trip(flexible: FlexibleMaternityTerms) -> None:
    """12000.05 × 88% = 10560.044: as in Shenyang, and rounded (A-21)."""
    answer = flexible_maternity(
        flexible, kind=BIRTH, cost=Decimal("12000.05"), place=Place.TEMPORARY, admission=3, **STAY
    )
    assert answer == Breakdown(
        bill=Decimal("12000.05"),
        payers={"pool": Decimal("10560.04"), "self": Decimal("1440.01")},
        before={"deductible": ZERO, "pool": Decimal("10560.04"), "allowance": ZERO},
        steps=(
            Step("deductible", ZERO, "0", ("F-18.8",)),
            Step(
                "pool",
                Decimal("10560.04"),
                "(12000.05 − 0) × 88%",
                ("F-14.6", "F-18.8", "F-18.5", "F-14.8", "F-14.9"),
            ),
            Step("self", Decimal("1440.01"), "12000.05 − 10560.04", ()),
        ),
        readings=("A-28", "A-90", "A-21"),
        notices=(
            Notice("counts_as_birth", WEEKS),
            Notice("no_supplementary"),
            Notice("tier_out_of_area"),
        ),
    )


def test_F_18_7_A_94_a_second_stay_for_family_planning(flexible: FlexibleMaternityTerms) -> None:
    """600 × 85% = 510 (F-14.10); (10000 − 510) × 88% = 8351.20."""
    answer = flexible_maternity(flexible, kind=PLANNING, cost=Decimal(10000), admission=2, **STAY)
    assert answer == Breakdown(
        bill=Decimal(10000),
        payers={"pool": Decimal("8351.20"), "self": Decimal("1648.80")},
        before={"deductible": Decimal(510), "pool": Decimal("8351.20"), "allowance": ZERO},
        steps=(
            Step("deductible", Decimal(510), "600 × 85%", ("F-14.6", "F-18.7", "F-14.10")),
            Step(
                "pool",
                Decimal("8351.20"),
                "(10000 − 510) × 88%",
                ("F-14.6", "F-18.7", "F-14.8", "F-14.9"),
            ),
            Step("self", Decimal("1648.80"), "10000 − 8351.2", ()),
        ),
        readings=("A-01", "A-02", "A-03", "A-04", "A-94", "A-28"),
        notices=(Notice("not_a_birth", WEEKS), Notice("no_supplementary")),
    )


@pytest.mark.parametrize(
    ("cost", "pool", "written"),
    [
        ("599.99", "0.00", "(599.99 − 599.99) × 88%"),
        ("600.01", "0.01", "(600.01 − 600) × 88%"),  # 0.0088
        ("601", "0.88", "(601 − 600) × 88%"),
    ],
)
def test_F_18_7_the_first_stay_around_its_deductible(
    flexible: FlexibleMaternityTerms, cost: str, pool: str, written: str
) -> None:
    answer = flexible_maternity(flexible, kind=PLANNING, cost=Decimal(cost), **STAY)
    assert isinstance(answer, Breakdown)
    assert answer.steps[:2] == (
        Step("deductible", Decimal(600), "600 × 100%", ("F-14.6", "F-18.7")),
        Step("pool", Decimal(pool), written, ("F-14.6", "F-18.7", "F-14.8", "F-14.9")),
    )
    assert answer.readings == (("A-28", "A-21") if pool == "0.01" else ("A-28",))


def test_A_94_a_stay_over_the_pool_s_limit(flexible: FlexibleMaternityTerms) -> None:
    """1 yuan of 150,000 is left: 1.14 × 88% = 1.0032 fits as 1.00, 1.15 × 88% = 1.012 does not."""
    told: dict[str, Any] = {"kind": BIRTH, "pool_paid": Decimal(149_999), **STAY}
    fits = flexible_maternity(flexible, cost=Decimal("1.14"), **told)
    assert isinstance(fits, Breakdown)
    assert fits.payers["pool"] == 1
    over = flexible_maternity(flexible, cost=Decimal("1.15"), **told)
    assert over == Refusal("over_the_pool_limit", "A-94", ("F-9.1",))


# 辅助生殖


@pytest.mark.parametrize(
    ("times", "notices"),
    [
        (None, (Notice("assisted_where"), Notice("times_not_given"))),
        (0, (Notice("assisted_where"),)),
        (1, (Notice("assisted_where"),)),
    ],
)
def test_F_18_10_assisted_reproduction(
    assisted: FlexibleMaternityTerms, times: int | None, notices: tuple[Notice, ...]
) -> None:
    """8000 × 60% = 4800."""
    answer = flexible_maternity(assisted, kind=ASSISTED, cost=Decimal(8000), times_used=times)
    assert answer == Breakdown(
        bill=Decimal(8000),
        payers={"pool": Decimal(4800), "self": Decimal(3200)},
        before={"deductible": ZERO, "pool": Decimal(4800), "allowance": ZERO},
        steps=(
            Step("deductible", ZERO, "0", ("F-18.10",)),
            Step("pool", Decimal(4800), "8000 × 60%", ("F-18.10",)),
            Step("self", Decimal(3200), "8000 − 4800", ()),
        ),
        readings=("A-29",),
        notices=notices,
    )


@pytest.mark.parametrize("paid", [0, 150_000, 160_000])
def test_F_18_10_A_29_the_third_time(assisted: FlexibleMaternityTerms, paid: int) -> None:
    """Nothing is paid, which no limit can forbid."""
    answer = flexible_maternity(
        assisted, kind=ASSISTED, cost=Decimal("0.01"), times_used=2, pool_paid=Decimal(paid)
    )
    assert answer == Breakdown(
        bill=Decimal("0.01"),
        payers={"pool": ZERO, "self": Decimal("0.01")},
        before={"deductible": ZERO, "pool": ZERO, "allowance": ZERO},
        steps=(
            Step("deductible", ZERO, "0", ("F-18.10",)),
            Step("pool", ZERO, "0", ("F-18.10",)),
            Step("self", Decimal("0.01"), "0.01", ()),
        ),
        readings=("A-29",),
        notices=(Notice("assisted_where"), Notice("no_times_left", (("most", "2"),))),
    )


@pytest.mark.parametrize(("times", "pool"), [(None, 60), (0, 60), (1, 0)])
def test_F_18_10_were_it_paid_only_once(
    assisted: FlexibleMaternityTerms, times: int | None, pool: int
) -> None:
    """「最多享受2次」 with another number: the times before this one are what is counted."""
    assert assisted.assisted is not None
    once = replace(assisted.assisted, most_times=Cited(1, "F-18.10"))
    answer = flexible_maternity(
        replace(assisted, assisted=once), kind=ASSISTED, cost=Decimal(100), times_used=times
    )
    assert isinstance(answer, Breakdown)
    assert answer.payers["pool"] == pool


def test_A_27_assisted_reproduction_over_the_pool_s_limit(
    assisted: FlexibleMaternityTerms,
) -> None:
    told: dict[str, Any] = {"kind": ASSISTED, "cost": Decimal(8000), "times_used": 0}
    fits = flexible_maternity(assisted, pool_paid=Decimal(145_200), **told)
    assert isinstance(fits, Breakdown)
    over = flexible_maternity(assisted, pool_paid=Decimal("145200.01"), **told)
    assert over == Refusal("over_the_pool_limit", "A-27", ("F-9.1",))


# Residents


def test_R_13_2_R_13_3_a_resident_s_birth(resident: ResidentMaternityTerms) -> None:
    """(12000 − 600) × 75% = 8550; 300 beside the bill."""
    answer = resident_maternity(resident, kind=BIRTH, cost=Decimal(12000), **RESIDENT_STAY)
    assert answer == Breakdown(
        bill=Decimal(12000),
        payers={"pool": Decimal(8550), "self": Decimal(3450)},
        before={"deductible": Decimal(600), "pool": Decimal(8550), "allowance": Decimal(300)},
        steps=(
            Step("deductible", Decimal(600), "600 × 100%", ("R-7.4",)),
            Step(
                "pool",
                Decimal(8550),
                "(12000 − 600) × 75%",
                ("R-7.4", "R-7.6", "R-13.1", "R-13.3"),
            ),
            Step("allowance", Decimal(300), "300", ("R-13.2",)),
            Step("self", Decimal(3450), "12000 − 8550", ()),
        ),
        readings=("A-72",),
        notices=(Notice("counts_as_birth", WEEKS),),
    )


def test_R_13_3_A_62_a_resident_s_second_stay(resident: ResidentMaternityTerms) -> None:
    """The whole deductible again: (1000.01 − 600) × 75% = 300.0075."""
    answer = resident_maternity(
        resident, kind=PLANNING, cost=Decimal("1000.01"), admission=2, **RESIDENT_STAY
    )
    assert answer == Breakdown(
        bill=Decimal("1000.01"),
        payers={"pool": Decimal("300.01"), "self": Decimal("700.00")},
        before={"deductible": Decimal(600), "pool": Decimal("300.01"), "allowance": ZERO},
        steps=(
            Step("deductible", Decimal(600), "600 × 100%", ("R-7.4",)),
            Step(
                "pool",
                Decimal("300.01"),
                "(1000.01 − 600) × 75%",
                ("R-7.4", "R-7.6", "R-13.1", "R-13.3"),
            ),
            Step("self", Decimal(700), "1000.01 − 300.01", ()),
        ),
        readings=("A-62", "A-21", "A-72"),
        notices=(Notice("not_a_birth", WEEKS),),
    )


def test_A_72_residents_have_no_assisted_reproduction(resident: ResidentMaternityTerms) -> None:
    refused = resident_maternity(resident, kind=ASSISTED, cost=Decimal(8000))
    assert refused == Refusal("resident_assisted", "A-72", ("R-13.1", "R-13.3"))


# What a rule cannot do without


@pytest.mark.parametrize("missing", ["group", "tier"])
def test_R_13_3_F_18_7_a_stay_needs_both_a_group_and_a_tier(
    flexible: FlexibleMaternityTerms, resident: ResidentMaternityTerms, missing: str
) -> None:
    facts = {"kind": BIRTH, "cost": Decimal(1), missing: None}
    with pytest.raises(ValueError, match="group and a tier"):
        flexible_maternity(flexible, **{**STAY, **facts})
    with pytest.raises(ValueError, match="group and a tier"):
        resident_maternity(resident, **{**RESIDENT_STAY, **facts})


def test_F_18_10_the_terms_of_the_kind_are_needed(
    flexible: FlexibleMaternityTerms, assisted: FlexibleMaternityTerms
) -> None:
    with pytest.raises(ValueError, match="its terms"):
        flexible_maternity(flexible, kind=ASSISTED, cost=Decimal(1))
    with pytest.raises(ValueError, match="its terms"):
        flexible_maternity(assisted, kind=BIRTH, cost=Decimal(1), **STAY)


def test_A_62_a_table_without_a_decrement_lowers_nothing(flexible: FlexibleMaternityTerms) -> None:
    """The decrement is the flexible table's own (F-14.10); without its row nothing is read into it."""
    assert flexible.stay is not None
    table = replace(flexible.stay.inpatient, decrement=None)
    terms = replace(flexible, stay=replace(flexible.stay, inpatient=table))
    answer = flexible_maternity(terms, kind=PLANNING, cost=Decimal(601), admission=2, **STAY)
    assert isinstance(answer, Breakdown)
    assert answer.steps[0] == Step("deductible", Decimal(600), "600 × 100%", ("F-14.6", "F-18.7"))
    assert answer.readings == ("A-28",)
