"""补缴: every row of the table at both its edges, what may not be paid, and a slow second way."""

import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calculators.rules.arrears import arrears
from calculators.rules.breakdown import Finding, Refusal
from calculators.rules.months import Month
from calculators.rules.terms.arrears import ArrearsTerms
from calculators.rules.terms.monthly import MonthlyAmount, MonthlyAmounts
from portal.policy.in_force import Rulebook
from portal.policy.terms.arrears import arrears_terms
from tests.rules import slow_arrears as slow

pytestmark = pytest.mark.django_db

OCTOBER = datetime.date(2025, 10, 20)


@pytest.fixture(scope="module")
def terms(django_db_setup: None, django_db_blocker: Any) -> ArrearsTerms:
    with django_db_blocker.unblock():
        return arrears_terms(Rulebook.on(OCTOBER))


def month(text: str) -> Month:
    return Month(int(text[:4]), int(text[5:]))


def owed(terms: ArrearsTerms, first: str, last: str) -> Finding:
    answer = arrears(terms, first_month=month(first), last_month=month(last))
    assert isinstance(answer, Finding)
    return answer


# F-8.5 to F-8.16: the month at each end of a row, up to the last that is paid at retirement.
ROWS = [
    ("2000-01", "167.42"),
    ("2010-08", "167.42"),
    ("2010-09", "194.28"),
    ("2012-07", "194.28"),
    ("2012-08", "218.42"),
    ("2014-06", "218.42"),
    ("2014-07", "252.62"),
    ("2015-06", "252.62"),
    ("2015-07", "276.08"),
    ("2016-06", "276.08"),
    ("2016-07", "289.20"),
    ("2017-06", "289.20"),
    ("2017-07", "310.28"),
    ("2018-06", "310.28"),
    ("2018-07", "337.21"),
    ("2019-06", "337.21"),
    ("2019-07", "356.59"),
    ("2020-06", "356.59"),
    ("2020-07", "378.15"),
    ("2021-06", "378.15"),
    ("2021-07", "417.38"),
    ("2021-12", "417.38"),
    ("2022-06", "417.38"),
    ("2022-07", "450.36"),
    ("2023-12", "450.36"),
    ("2024-01", "469.20"),
    ("2024-12", "469.20"),
    ("2025-01", "484.38"),
    ("2025-12", "484.38"),
]


@pytest.mark.parametrize(("text", "amount"), ROWS)
def test_F_8_5_to_F_8_18_one_month_costs_its_own_row(
    terms: ArrearsTerms, text: str, amount: str
) -> None:
    answer = owed(terms, text, text)
    assert answer.results["months"] == 1
    assert answer.results["total"] == Decimal(amount)
    assert answer.results["rows"] == (
        {
            "first_month": month(text),
            "last_month": month(text),
            "months": 1,
            "monthly": Decimal(amount),
            "amount": Decimal(amount),
        },
    )


def test_F_8_5_F_8_6_rows_are_clipped_to_what_was_asked(terms: ArrearsTerms) -> None:
    """2 × 167.42 = 334.84, 2 × 194.28 = 388.56 (G-182)."""
    answer = owed(terms, "2010-07", "2010-10")
    assert answer.results["total"] == Decimal("723.40")
    assert answer.results["rows"] == (
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
    )
    assert list(answer.results) == ["months", "total", "rows"]
    assert [step.code for step in answer.steps] == ["stretch", "stretch", "total"]
    assert answer.steps[0].formula == "2010-07—2010-08：2 × 167.42"
    assert answer.steps[-1].formula == "334.84 + 388.56"
    assert answer.steps[-1].clauses == ("F-8.3", "F-8.4")


def test_A_36_the_month_before_belongs_to_the_first_row(terms: ArrearsTerms) -> None:
    assert "A-36" in owed(terms, "2010-08", "2010-08").readings
    assert "A-36" in owed(terms, "2010-01", "2011-01").readings
    assert "A-36" not in owed(terms, "2010-06", "2010-07").readings
    assert "A-36" not in owed(terms, "2010-09", "2010-10").readings


def test_A_86_the_counties_are_named_for_the_oldest_amount_only(terms: ArrearsTerms) -> None:
    old, new = owed(terms, "2010-08", "2010-09"), owed(terms, "2010-09", "2010-10")
    assert "counties" in {notice.code for notice in old.notices}
    assert "A-86" in old.readings
    assert "counties" not in {notice.code for notice in new.notices}
    assert "A-86" not in new.readings


def test_A_38_each_month_at_its_own_rate(terms: ArrearsTerms) -> None:
    """November 2024 to January 2025: 2 × 469.20 + 484.38, not 3 × 484.38."""
    answer = owed(terms, "2024-11", "2025-01")
    assert answer.results["total"] == Decimal("1422.78")
    assert answer.steps[-1].clauses == ("F-6.4",)
    assert {"A-38", "A-48", "A-46"} <= set(answer.readings)
    assert "A-37" not in answer.readings
    assert [notice.code for notice in answer.notices] == ["only_short_breaks", "no_surcharge"]


def test_A_37_december_2021_is_paid_at_retirement(terms: ArrearsTerms) -> None:
    """One more month than up to November: 417.38."""
    until_november = owed(terms, "2021-01", "2021-11").results["total"]
    until_december = owed(terms, "2021-01", "2021-12").results["total"]
    assert isinstance(until_november, Decimal)
    assert until_december == until_november + Decimal("417.38")


@pytest.mark.parametrize(
    ("first", "last"), [("2021-12", "2022-03"), ("2022-01", "2022-03"), ("2000-01", "2022-03")]
)
def test_F_6_4_three_later_months_may_be_paid(terms: ArrearsTerms, first: str, last: str) -> None:
    assert owed(terms, first, last).results["months"] == month(last) - month(first) + 1


@pytest.mark.parametrize(
    ("first", "last"), [("2021-12", "2022-04"), ("2022-01", "2022-04"), ("2025-10", "2026-01")]
)
def test_F_6_5_more_than_three_later_months_may_not(
    terms: ArrearsTerms, first: str, last: str
) -> None:
    answer = arrears(terms, first_month=month(first), last_month=month(last))
    assert isinstance(answer, Refusal)
    assert (answer.code, answer.reading) == ("too_many_months", "A-37")
    assert "F-6.5" in answer.clauses


@pytest.mark.parametrize(("first", "last"), [("2025-11", "2026-01"), ("2026-01", "2026-01")])
def test_A_93_after_2025_there_is_no_amount(terms: ArrearsTerms, first: str, last: str) -> None:
    answer = arrears(terms, first_month=month(first), last_month=month(last))
    assert isinstance(answer, Refusal)
    assert (answer.code, answer.reading) == ("no_amount", "A-31")
    assert dict(answer.values) == {"until": "2025-12"}


MONTHS = st.builds(
    lambda index: f"{index // 12:04d}-{index % 12 + 1:02d}", st.integers(2005 * 12, 2027 * 12)
)


@settings(max_examples=300, deadline=None, derandomize=True, database=None)
@given(one=MONTHS, other=MONTHS)
def test_the_slow_way_finds_the_same(terms: ArrearsTerms, one: str, other: str) -> None:
    first, last = sorted((one, other))
    answer = arrears(terms, first_month=month(first), last_month=month(last))
    found = Fraction(str(answer.results["total"])) if isinstance(answer, Finding) else None
    assert found == slow.owed(first, last)


@settings(max_examples=200, deadline=None, derandomize=True, database=None)
@given(start=st.integers(1990 * 12, 2021 * 12 + 11), cut=st.integers(0, 400))
def test_two_parts_cost_what_the_whole_costs(terms: ArrearsTerms, start: int, cut: int) -> None:
    first = Month(start // 12, start % 12 + 1)
    last = Month(2021, 12)
    middle = min(first + cut, last)

    def cost(one: Month, other: Month) -> Decimal:
        answer = arrears(terms, first_month=one, last_month=other)
        assert isinstance(answer, Finding)
        total = answer.results["total"]
        assert isinstance(total, Decimal)
        return total

    parts = cost(first, middle) + (cost(middle + 1, last) if middle < last else 0)
    assert parts == cost(first, last)


# The table itself


def row(first: str | None, last: str | None = None) -> MonthlyAmount:
    return MonthlyAmount(
        month(first) if first else None, month(last) if last else None, Decimal(1), "F-8.5"
    )


@pytest.mark.parametrize(
    "rows",
    [
        (),
        (row("2020-01"), row(None)),
        (row("2020-02"), row("2020-01")),
        (row("2020-01"), row("2020-01")),
    ],
)
def test_monthly_amounts_must_rise(rows: tuple[MonthlyAmount, ...]) -> None:
    with pytest.raises(ValueError, match="rise"):
        MonthlyAmounts(rows)


def test_a_row_that_ends_by_itself_leaves_a_hole() -> None:
    table = MonthlyAmounts((row("2020-01", "2020-06"), row("2021-01")))
    assert not table.cover(Month(2020, 5), Month(2020, 7))
    assert not table.cover(Month(2019, 12), Month(2020, 1))
    assert table.cover(Month(2020, 1), Month(2020, 6))
    assert table.of(Month(2020, 7)) is None
    assert table.of(Month(2030, 1)) is not None
    assert table.oldest_until is None
    assert MonthlyAmounts((row(None),)).oldest_until is None
    assert MonthlyAmounts((row(None), row("2021-01"))).oldest_until == Month(2020, 12)


def test_the_table_on_file_is_the_one_of_the_clauses(terms: ArrearsTerms) -> None:
    for text in slow.every_month("2009-01", "2025-12"):
        on_file = terms.monthly.of(month(text))
        assert on_file is not None
        assert Fraction(str(on_file.monthly)) == slow.price(text)
    assert terms.monthly.of(Month(2026, 1)) is None
    assert terms.last_month == Month(2021, 12)
    assert terms.back_pay_months.value == 3
