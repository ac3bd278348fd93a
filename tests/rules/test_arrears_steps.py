"""补缴, whole answers: every step, reading and remark of a case, written out by hand."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from calculators.rules.arrears import arrears, readings_of_oldest
from calculators.rules.breakdown import Finding, Notice, Refusal, Step
from calculators.rules.months import Month
from calculators.rules.terms.arrears import ArrearsTerms
from calculators.rules.terms.monthly import MonthlyAmount, MonthlyAmounts, Stretch
from portal.policy.in_force import Rulebook
from portal.policy.terms.arrears import arrears_terms

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def terms(django_db_setup: None, django_db_blocker: Any) -> ArrearsTerms:
    with django_db_blocker.unblock():
        return arrears_terms(Rulebook.on(date(2025, 10, 20)))


def test_F_8_5_F_8_6_months_of_both_oldest_rows(terms: ArrearsTerms) -> None:
    """2 × 167.42 = 334.84 (F-8.5), 2 × 194.28 = 388.56 (F-8.6)."""
    found = arrears(terms, first_month=Month(2010, 7), last_month=Month(2010, 10))
    assert found == Finding(
        results={
            "months": 4,
            "total": Decimal("723.40"),
            "rows": (
                {
                    "first_month": Month(2010, 7),
                    "last_month": Month(2010, 8),
                    "months": 2,
                    "monthly": Decimal("167.42"),
                    "amount": Decimal("334.84"),
                },
                {
                    "first_month": Month(2010, 9),
                    "last_month": Month(2010, 10),
                    "months": 2,
                    "monthly": Decimal("194.28"),
                    "amount": Decimal("388.56"),
                },
            ),
        },
        steps=(
            Step("stretch", Decimal("334.84"), "2010-07—2010-08：2 × 167.42", ("F-8.5",)),
            Step("stretch", Decimal("388.56"), "2010-09—2010-10：2 × 194.28", ("F-8.6",)),
            Step("total", Decimal("723.40"), "334.84 + 388.56", ("F-8.3", "F-8.4")),
        ),
        readings=("A-37", "A-38", "A-36", "A-86", "A-46"),
        notices=(Notice("only_owed"), Notice("no_surcharge"), Notice("counties")),
    )


@pytest.mark.parametrize(
    ("first", "last", "formula", "amount", "scope", "readings", "notice"),
    [
        # F-8.15: 417.38 a month up to 2022-06
        (
            *(Month(2021, 11), Month(2021, 12), "2021-11—2021-12：2 × 417.38", "834.76"),
            *(("F-8.3", "F-8.4"), ("A-37", "A-38", "A-46"), "only_owed"),
        ),
        (
            *(Month(2021, 12), Month(2022, 1), "2021-12—2022-01：2 × 417.38", "834.76"),
            *(("F-8.3", "F-8.4", "F-6.4"), ("A-37", "A-38", "A-48", "A-46"), "only_owed"),
        ),
        (
            *(Month(2022, 1), Month(2022, 3), "2022-01—2022-03：3 × 417.38", "1252.14"),
            *(("F-6.4",), ("A-38", "A-48", "A-46"), "only_short_breaks"),
        ),
    ],
)
def test_F_8_3_F_6_4_around_the_end_of_2021(
    terms: ArrearsTerms,
    first: Month,
    last: Month,
    formula: str,
    amount: str,
    scope: tuple[str, ...],
    readings: tuple[str, ...],
    notice: str,
) -> None:
    found = arrears(terms, first_month=first, last_month=last)
    assert isinstance(found, Finding)
    assert found.steps == (
        Step("stretch", Decimal(amount), formula, ("F-8.15",)),
        Step("total", Decimal(amount), amount, scope),
    )
    assert found.readings == readings
    assert found.notices == (Notice(notice), Notice("no_surcharge"))


@pytest.mark.parametrize(
    ("first", "last", "asked"),
    [
        (Month(2021, 12), Month(2022, 4), "4"),
        (Month(2022, 2), Month(2022, 5), "4"),
        (Month(2010, 1), Month(2022, 12), "12"),
    ],
)
def test_F_6_5_why_later_months_are_refused(
    terms: ArrearsTerms, first: Month, last: Month, asked: str
) -> None:
    assert arrears(terms, first_month=first, last_month=last) == Refusal(
        "too_many_months",
        "A-37",
        ("F-6.4", "F-6.5"),
        (("asked", asked), ("most", "3"), ("after", "2021-12")),
    )


def test_A_93_no_amount_behind_2025(terms: ArrearsTerms) -> None:
    for first in (Month(2025, 12), Month(2026, 1)):
        refused = arrears(terms, first_month=first, last_month=Month(2026, 1))
        assert refused == Refusal("no_amount", "A-31", ("F-8.18",), (("until", "2025-12"),))


@pytest.mark.parametrize(
    ("first", "last", "readings"),
    [
        (Month(2010, 7), Month(2010, 7), ("A-86",)),
        (Month(2010, 7), Month(2010, 8), ("A-36", "A-86")),
        (Month(2010, 8), Month(2010, 8), ("A-36", "A-86")),
        (Month(2010, 8), Month(2010, 9), ("A-36", "A-86")),
        (Month(2010, 9), Month(2010, 9), ()),
    ],
)
def test_A_36_A_86_around_august_2010(
    terms: ArrearsTerms, first: Month, last: Month, readings: tuple[str, ...]
) -> None:
    assert readings_of_oldest(terms.monthly, first, last) == readings


# The table of monthly amounts, with made-up rows


def row(first: Month | None, last: Month | None, amount: int, clause: str) -> MonthlyAmount:
    return MonthlyAmount(first, last, Decimal(amount), clause)


OLD = row(None, None, 100, "old")
SPRING = row(Month(2020, 3), Month(2020, 5), 200, "spring")
LATE = row(Month(2020, 8), None, 300, "late")
TABLE = MonthlyAmounts((OLD, SPRING, LATE))


def test_stretches_leave_out_months_without_an_amount() -> None:
    assert TABLE.stretches(Month(2020, 1), Month(2020, 9)) == (
        Stretch(Month(2020, 1), Month(2020, 2), Decimal(100), "old"),
        Stretch(Month(2020, 3), Month(2020, 5), Decimal(200), "spring"),
        Stretch(Month(2020, 8), Month(2020, 9), Decimal(300), "late"),
    )
    assert TABLE.stretches(Month(2020, 6), Month(2020, 7)) == ()
    assert TABLE.stretches(Month(2020, 2), Month(2020, 2)) == (
        Stretch(Month(2020, 2), Month(2020, 2), Decimal(100), "old"),
    )


@pytest.mark.parametrize(
    ("first", "last", "covered"),
    [
        (Month(1990, 1), Month(2020, 5), True),
        (Month(2020, 5), Month(2020, 6), False),
        (Month(2020, 6), Month(2020, 6), False),
        (Month(2020, 7), Month(2020, 8), False),
        (Month(2020, 8), Month(2035, 1), True),
    ],
)
def test_a_hole_is_not_covered(first: Month, last: Month, covered: bool) -> None:
    assert TABLE.cover(first, last) is covered


def test_the_amount_of_one_month() -> None:
    may = Month(2020, 5)
    assert TABLE.of(may) == Stretch(may, may, Decimal(200), "spring")
    assert TABLE.of(Month(2020, 6)) is None


def test_no_oldest_amount_is_known_by_its_first_month() -> None:
    assert readings_of_oldest(MonthlyAmounts((SPRING, LATE)), Month(2020, 3), Month(2020, 4)) == ()


@pytest.mark.parametrize(
    "rows",
    [(), (SPRING, OLD), (OLD, OLD), (LATE, SPRING), (SPRING, SPRING), (OLD, LATE, SPRING)],
)
def test_rows_that_do_not_rise_are_no_table(rows: tuple[MonthlyAmount, ...]) -> None:
    with pytest.raises(ValueError, match="must rise"):
        MonthlyAmounts(rows)
