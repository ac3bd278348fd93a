"""退休年限: every row at both its edges, the examples of the readings, and what is not known."""

import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calculators.rules.breakdown import Finding, Refusal
from calculators.rules.months import Month
from calculators.rules.people import Sex, ShortfallPath
from calculators.rules.retirement import retirement
from calculators.rules.terms.retirement import RetirementTerms, Years, years_on
from portal.policy.in_force import Rulebook
from portal.policy.terms.retirement import retirement_terms
from tests.rules import slow_retirement as slow

pytestmark = pytest.mark.django_db

TOP_UP, CONTINUE = ShortfallPath.TOP_UP, ShortfallPath.CONTINUE
RESULTS = [
    "min_total_years",
    "min_actual_years",
    "short_total_months",
    "short_actual_months",
    "arrears",
    "top_up_months",
    "top_up",
    "continue_months",
    "total",
    "retiree_benefits_from",
    "account_from",
]


@pytest.fixture(scope="module")
def terms(django_db_setup: None, django_db_blocker: Any) -> RetirementTerms:
    with django_db_blocker.unblock():
        return retirement_terms(Rulebook.on(datetime.date(2025, 10, 20)))


def day(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text)


def month(text: str) -> Month:
    return Month(int(text[:4]), int(text[5:]))


def retire(terms: RetirementTerms, **facts: Any) -> Finding:
    """A retirement; days and months may be written as in a query."""
    for name, value in facts.items():
        if name.endswith("_on"):
            facts[name] = day(value)
        elif name.startswith("arrears"):
            facts[name] = month(value)
        elif name == "sex":
            facts[name] = Sex(value)
    answer = retirement(terms, **facts)
    assert isinstance(answer, Finding)
    assert list(answer.results) == RESULTS
    return answer


def notices(answer: Finding) -> set[str]:
    return {notice.code for notice in answer.notices}


# A man who reaches the age in March 2025 and handles it in June: 27 years, 10 of them paid.
MAN = {"sex": "male", "reaches_age_on": "2025-03-10", "handled_on": "2025-06-20"}
WOMAN = {"sex": "female", "reaches_age_on": "2025-03-10", "handled_on": "2025-06-20"}


@pytest.mark.parametrize(
    ("sex", "reached", "years"),
    [
        ("male", "1999-01-01", 25),
        ("male", "2023-12-31", 25),
        ("male", "2024-01-01", 26),
        ("male", "2024-12-31", 26),
        ("male", "2025-01-01", 27),
        ("male", "2025-12-31", 27),
        ("male", "2026-01-01", 28),
        ("male", "2026-12-31", 28),
        ("male", "2027-01-01", 29),
        ("male", "2027-12-31", 29),
        ("male", "2028-01-01", 30),
        ("male", "2045-06-01", 30),
        ("female", "2023-12-31", 25),
        ("female", "2024-01-01", 25),
        ("female", "2030-01-01", 25),
    ],
)
def test_F_5_1_to_F_5_3_total_years(
    terms: RetirementTerms, sex: str, reached: str, years: int
) -> None:
    """By the year of reaching the age, not of the formalities (A-41)."""
    answer = retire(terms, sex=sex, reaches_age_on=reached, handled_on="2045-07-01")
    assert answer.results["min_total_years"] == years
    step = answer.steps[0]
    assert (step.code, step.amount) == ("min_total_years", None)
    assert step.formula == f"{years} × 12 = {years * 12}"
    assert ("F-5.3" in step.clauses) == (sex == "female")
    assert ("F-5.2" in step.clauses) == (years > 25)
    assert "A-41" in answer.readings


@pytest.mark.parametrize(
    ("approved", "years", "clause"),
    [
        ("2010-01-01", 5, "F-5.5"),
        ("2016-03-31", 5, "F-5.5"),
        ("2016-04-01", 6, "F-5.6"),
        ("2016-12-31", 6, "F-5.6"),
        ("2017-01-01", 7, "F-5.7"),
        ("2017-12-31", 7, "F-5.7"),
        ("2018-01-01", 8, "F-5.7"),
        ("2018-12-31", 8, "F-5.7"),
        ("2019-12-31", 9, "F-5.7"),
        ("2020-01-01", 10, "F-5.7"),
        ("2020-12-31", 10, "F-5.7"),
        ("2021-01-01", 11, "F-5.8"),
        ("2021-12-31", 11, "F-5.8"),
    ],
)
@pytest.mark.parametrize("sex", list(Sex))
def test_F_5_5_to_F_5_8_actual_years_by_approval(
    terms: RetirementTerms, approved: str, years: int, clause: str, sex: Sex
) -> None:
    answer = retire(terms, sex=sex, reaches_age_on="2009-12-31", approved_on=approved)
    assert answer.results["min_actual_years"] == years
    assert answer.steps[1].clauses == (clause, "F-5.4")


@pytest.mark.parametrize("approved", [None, "2021-12-31", "2022-01-01", "2030-01-01"])
def test_F_5_9_actual_years_by_age_from_2022(terms: RetirementTerms, approved: str | None) -> None:
    """10 again, whatever the day of approval."""
    told = {"approved_on": approved} if approved else {}
    answer = retire(terms, sex="male", reaches_age_on="2022-01-01", **told)
    assert answer.results["min_actual_years"] == 10
    assert answer.steps[1].clauses == ("F-5.9",)


def test_A_42_reached_by_2021_approved_from_2022(terms: RetirementTerms) -> None:
    """10, 11 and 12 are all possible: no number, and what rests on it has none either."""
    answer = retire(
        terms,
        sex="female",
        reaches_age_on="2021-12-31",
        approved_on="2022-01-01",
        handled_on="2022-02-01",
        actual_months=400,
        deemed_months=0,
        path=TOP_UP,
    )
    assert answer.results["min_total_years"] == 25
    assert answer.results["short_total_months"] == 0
    for code in ("min_actual_years", "short_actual_months", "top_up_months", "top_up", "total"):
        assert answer.results[code] is None
    assert answer.results["account_from"] is None
    assert answer.results["retiree_benefits_from"] == day("2022-03-01")
    (notice,) = [n for n in answer.notices if n.code == "actual_years_open"]
    assert dict(notice.values) == {"new": "10", "last": "11", "continued": "12"}
    assert "A-42" in answer.readings


def test_F_5_5_the_approval_is_asked_for(terms: RetirementTerms) -> None:
    answer = retire(terms, sex="male", reaches_age_on="2021-12-31")
    assert answer.results["min_actual_years"] is None
    assert "needs_approved_on" in notices(answer)


# Months that are missing


def test_A_41_a_man_with_26_years_in_2025_is_short_of_twelve_months(
    terms: RetirementTerms,
) -> None:
    """12 × 484.38 = 5812.56."""
    answer = retire(terms, **MAN, actual_months=26 * 12, deemed_months=0, path=TOP_UP)
    assert answer.results["short_total_months"] == 12
    assert answer.results["short_actual_months"] == 0
    assert answer.results["top_up"] == answer.results["total"] == Decimal("5812.56")


def test_A_45_one_month_short(terms: RetirementTerms) -> None:
    """24 years and 11 months: 484.38; with the month there is nothing to pay."""
    short = retire(terms, **WOMAN, actual_months=299, deemed_months=0, path=TOP_UP)
    assert short.results["top_up"] == Decimal("484.38")
    assert "A-45" in short.readings
    enough = retire(terms, **WOMAN, actual_months=300, deemed_months=0, path=TOP_UP)
    assert enough.results["top_up"] == Decimal(0)
    assert enough.results["top_up_months"] == 0
    assert "A-45" not in enough.readings
    more = retire(terms, **WOMAN, actual_months=301, deemed_months=0, path=TOP_UP)
    assert more.results["short_total_months"] == 0


def test_A_40_the_larger_shortfall_not_the_sum(terms: RetirementTerms) -> None:
    """Total short of 132, actual of 48: 132 × 484.38 = 63938.16, not 180."""
    answer = retire(terms, **WOMAN, actual_months=72, deemed_months=96, path=TOP_UP)
    assert answer.results["short_total_months"] == 132
    assert answer.results["short_actual_months"] == 48
    assert answer.results["top_up_months"] == 132
    assert answer.results["top_up"] == Decimal("63938.16")
    assert {"A-40", "A-43"} <= set(answer.readings)


def test_A_43_years_outside_never_count_as_actual(terms: RetirementTerms) -> None:
    """20 years deemed and 9 paid: a man in 2025 is 12 months short, 5812.56."""
    answer = retire(terms, **MAN, actual_months=108, deemed_months=240, path=TOP_UP)
    assert answer.results["short_total_months"] == 0
    assert answer.results["short_actual_months"] == 12
    assert answer.results["top_up"] == Decimal("5812.56")


def test_A_87_first_joined_after_the_age(terms: RetirementTerms) -> None:
    """Deemed 20 years, nothing paid: 120 × 484.38 = 58125.60."""
    answer = retire(terms, **WOMAN, actual_months=0, deemed_months=240, path=TOP_UP)
    assert answer.results["top_up"] == Decimal("58125.60")
    assert "A-87" in answer.readings
    (step,) = [step for step in answer.steps if step.code == "top_up_months"]
    assert "F-5.16" in step.clauses


# Arrears first


def test_F_8_4_arrears_before_the_top_up(terms: RetirementTerms) -> None:
    """36 short, 24 owed (5073.10): 12 remain (5812.56): 10885.66, not 17437.68 (A-40)."""
    told = {**WOMAN, "actual_months": 264, "deemed_months": 0, "path": TOP_UP}
    answer = retire(terms, **told, arrears_first="2012-01", arrears_last="2013-12")
    assert answer.results["short_total_months"] == 36
    assert answer.results["arrears"] == Decimal("5073.10")
    assert answer.results["top_up_months"] == 12
    assert answer.results["top_up"] == Decimal("5812.56")
    assert answer.results["total"] == Decimal("10885.66")
    assert {"A-37", "A-38", "A-46"} <= set(answer.readings)
    (step,) = [step for step in answer.steps if step.code == "arrears"]
    assert step.formula == "7 × 194.28 + 17 × 218.42"
    assert step.clauses == ("F-8.6", "F-8.7", "F-8.3", "F-8.4")
    assert retire(terms, **told).results["total"] == Decimal("17437.68")
    assert retire(terms, **told).results["arrears"] == Decimal(0)


def test_F_8_3_all_arrears_are_paid_also_more_than_are_missing(terms: RetirementTerms) -> None:
    """一次性足额: 12 missing, 24 owed: 5073.10, and nothing remains."""
    answer = retire(
        terms,
        **WOMAN,
        actual_months=288,
        deemed_months=0,
        path=TOP_UP,
        arrears_first="2012-01",
        arrears_last="2013-12",
    )
    assert answer.results["arrears"] == answer.results["total"] == Decimal("5073.10")
    assert answer.results["top_up_months"] == 0


def test_F_8_3_nothing_missing_nothing_owed(terms: RetirementTerms) -> None:
    answer = retire(
        terms,
        **WOMAN,
        actual_months=300,
        deemed_months=0,
        arrears_first="2012-01",
        arrears_last="2013-12",
    )
    assert answer.results["arrears"] == answer.results["total"] == Decimal(0)
    assert "arrears_not_needed" in notices(answer)


def test_F_8_3_where_months_are_not_told_arrears_have_a_price_all_the_same(
    terms: RetirementTerms,
) -> None:
    answer = retire(terms, **WOMAN, arrears_first="2010-07", arrears_last="2010-10")
    assert answer.results["arrears"] == Decimal("723.40")
    assert {"A-36", "A-86"} <= set(answer.readings)
    assert "counties" in notices(answer)


def test_F_8_3_arrears_end_with_2021(terms: RetirementTerms) -> None:
    answer = retirement(terms, arrears_first=Month(2021, 12), arrears_last=Month(2022, 1))
    assert isinstance(answer, Refusal)
    assert (answer.code, answer.reading) == ("arrears_too_late", "A-37")
    last = retire(terms, **WOMAN, arrears_first="2021-12", arrears_last="2021-12")
    assert last.results["arrears"] == Decimal("417.38")


# The price of a top-up


@pytest.mark.parametrize(
    ("handled", "amount", "remark"),
    [
        ("2024-12-31", None, "top_up_without_rule"),
        ("2025-01-01", "29062.80", None),
        ("2025-12-31", "29062.80", None),
        ("2026-01-01", None, "top_up_without_amount"),
    ],
)
def test_A_39_priced_for_formalities_in_2025_only(
    terms: RetirementTerms, handled: str, amount: str | None, remark: str | None
) -> None:
    """60 months: 60 × 484.38 = 29062.80."""
    answer = retire(
        terms,
        sex="female",
        reaches_age_on="2024-06-01",
        handled_on=handled,
        actual_months=240,
        deemed_months=0,
        path=TOP_UP,
    )
    assert answer.results["top_up_months"] == 60
    assert answer.results["top_up"] == (Decimal(amount) if amount else None)
    assert answer.results["total"] == answer.results["top_up"]
    if remark:
        assert remark in notices(answer)
    else:
        assert "reached_before_top_up" in notices(answer)
    assert "A-39" in answer.readings


def test_A_39_no_remark_where_the_age_is_reached_under_the_rule(terms: RetirementTerms) -> None:
    facts = {**WOMAN, "reaches_age_on": "2025-01-01"}
    answer = retire(terms, **facts, actual_months=299, deemed_months=0, path=TOP_UP)
    assert "reached_before_top_up" not in notices(answer)


def test_F_5_13_without_the_day_of_the_formalities(terms: RetirementTerms) -> None:
    told = {"sex": "female", "reaches_age_on": "2025-03-10", "deemed_months": 0, "path": TOP_UP}
    short = retire(terms, **told, actual_months=299)
    assert short.results["top_up_months"] == 1
    for code in ("top_up", "total", "retiree_benefits_from", "account_from"):
        assert short.results[code] is None
    assert "needs_handled_on" in notices(short)
    enough = retire(terms, **told, actual_months=300)
    assert enough.results["top_up"] == enough.results["total"] == Decimal(0)
    assert enough.results["account_from"] == day("2025-04-01")


# Paying on


def test_F_5_14_paying_on(terms: RetirementTerms) -> None:
    answer = retire(
        terms,
        **WOMAN,
        actual_months=264,
        deemed_months=0,
        path=CONTINUE,
        arrears_first="2012-01",
        arrears_last="2013-12",
    )
    assert answer.results["continue_months"] == 12
    assert answer.results["top_up_months"] == 0
    assert answer.results["top_up"] == Decimal(0)
    assert answer.results["total"] == Decimal("5073.10")
    assert answer.results["account_from"] == day("2025-07-01")
    assert "paying_on" in notices(answer)
    (step,) = [step for step in answer.steps if step.code == "continue_months"]
    assert step.clauses == ("F-5.14", "F-5.15")


def test_F_5_14_nothing_left_to_pay(terms: RetirementTerms) -> None:
    answer = retire(terms, **WOMAN, actual_months=300, deemed_months=0, path=CONTINUE)
    assert answer.results["continue_months"] == 0
    assert "paying_on" not in notices(answer)
    assert answer.results["account_from"] == day("2025-04-01")


# From when


def test_A_35_the_account_starts_after_the_age_or_after_the_formalities(
    terms: RetirementTerms,
) -> None:
    """Reached 2025-03, handled 2025-06: from 2025-04 with enough years, else from 2025-07."""
    enough = retire(terms, **WOMAN, actual_months=300, deemed_months=0)
    assert enough.results["account_from"] == day("2025-04-01")
    assert enough.results["retiree_benefits_from"] == day("2025-07-01")
    assert "A-35" not in enough.readings
    for path in (TOP_UP, CONTINUE, None):
        short = retire(terms, **WOMAN, actual_months=299, deemed_months=0, path=path)
        assert short.results["account_from"] == day("2025-07-01")
        assert "A-35" in short.readings


def test_F_5_12_over_the_end_of_a_year(terms: RetirementTerms) -> None:
    answer = retire(terms, sex="female", reaches_age_on="2024-12-31", handled_on="2025-12-01")
    assert answer.results["retiree_benefits_from"] == day("2026-01-01")


# What was not told


def test_nothing_told_nothing_known(terms: RetirementTerms) -> None:
    answer = retire(terms)
    assert {code for code, result in answer.results.items() if result is not None} == {"arrears"}
    assert notices(answer) == {
        "needs_sex",
        "needs_reaches_age_on",
        "needs_actual_months",
        "needs_deemed_months",
        "needs_handled_on",
    }


def test_the_sex_alone_gives_a_woman_s_years(terms: RetirementTerms) -> None:
    """They do not depend on a day; a man's do."""
    assert retire(terms, sex="female").results["min_total_years"] == 25
    assert retire(terms, sex="male").results["min_total_years"] is None


def test_without_a_sex_the_actual_years_are_known(terms: RetirementTerms) -> None:
    answer = retire(terms, reaches_age_on="2025-03-10", actual_months=100, deemed_months=0)
    assert answer.results["min_total_years"] is None
    assert answer.results["short_actual_months"] == 20
    assert answer.results["top_up_months"] is None


def test_without_deemed_months_only_the_total_is_open(terms: RetirementTerms) -> None:
    answer = retire(terms, **WOMAN, actual_months=100, path=TOP_UP)
    assert answer.results["short_total_months"] is None
    assert answer.results["short_actual_months"] == 20
    assert answer.results["top_up_months"] is None
    assert answer.results["continue_months"] == 0
    # Whatever the total, months are missing: so the account waits for the formalities.
    assert answer.results["account_from"] == day("2025-07-01")
    assert "needs_deemed_months" in notices(answer)


def test_without_a_way_to_make_up_what_is_missing(terms: RetirementTerms) -> None:
    answer = retire(terms, **WOMAN, actual_months=299, deemed_months=0)
    for code in ("top_up_months", "top_up", "continue_months", "total"):
        assert answer.results[code] is None
    assert "needs_path" in notices(answer)


def test_paying_on_with_months_not_told(terms: RetirementTerms) -> None:
    answer = retire(terms, **WOMAN, path=CONTINUE)
    assert answer.results["top_up"] == Decimal(0)
    assert answer.results["continue_months"] is None


# Rows of years


def test_rows_of_years_by_a_day() -> None:
    early = Years(None, None, 5, "F-5.5")
    late = Years(day("2021-01-01"), day("2021-12-31"), 11, "F-5.8")
    assert years_on((early, late), day("2020-12-31")) == early
    assert years_on((early, late), day("2021-12-31")) == late
    assert years_on((early, late), day("2022-01-01")) is None
    assert years_on((late,), day("2020-12-31")) is None
    assert years_on((early,), None) == early
    assert years_on((late,), None) is None
    assert years_on((early, late), None) is None


DAYS = st.dates(datetime.date(2015, 6, 1), datetime.date(2029, 12, 31))
ARREARS = st.none() | st.builds(
    lambda start, length: (start, min(start + length, 2021 * 12 + 11)),
    st.integers(2008 * 12, 2021 * 12 + 11),
    st.integers(0, 60),
)


def written(index: int) -> str:
    return f"{index // 12:04d}-{index % 12 + 1:02d}"


def comparable(result: Any) -> Any:
    return Fraction(result) if isinstance(result, Decimal) else result


@settings(max_examples=300, deadline=None, derandomize=True, database=None)
@given(
    sex=st.sampled_from(["male", "female"]),
    reached=DAYS,
    approved=DAYS,
    handled=DAYS,
    actual=st.integers(0, 380),
    deemed=st.integers(0, 380),
    arrears=ARREARS,
    path=st.sampled_from(["top_up", "continue"]),
)
def test_the_slow_way_finds_the_same(
    terms: RetirementTerms,
    sex: str,
    reached: datetime.date,
    approved: datetime.date,
    handled: datetime.date,
    actual: int,
    deemed: int,
    arrears: tuple[int, int] | None,
    path: str,
) -> None:
    owed = (written(arrears[0]), written(arrears[1])) if arrears else None
    answer = retirement(
        terms,
        sex=Sex(sex),
        reaches_age_on=reached,
        approved_on=approved,
        handled_on=handled,
        actual_months=actual,
        deemed_months=deemed,
        arrears_first=month(owed[0]) if owed else None,
        arrears_last=month(owed[1]) if owed else None,
        path=ShortfallPath(path),
    )
    assert isinstance(answer, Finding)
    found = {code: comparable(result) for code, result in answer.results.items()}
    assert found == slow.retirement(
        sex=sex,
        reached=reached,
        approved=approved,
        handled=handled,
        actual=actual,
        deemed=deemed,
        arrears=owed,
        path=path,
    )


@settings(max_examples=200, deadline=None, derandomize=True, database=None)
@given(actual=st.integers(0, 340), deemed=st.integers(0, 340), more=st.integers(1, 40))
def test_who_paid_more_months_never_pays_more(
    terms: RetirementTerms, actual: int, deemed: int, more: int
) -> None:
    def top_up(months: int) -> Decimal:
        answer = retire(terms, **MAN, actual_months=months, deemed_months=deemed, path=TOP_UP)
        amount = answer.results["top_up"]
        assert isinstance(amount, Decimal)
        return amount

    assert top_up(actual + more) <= top_up(actual)
