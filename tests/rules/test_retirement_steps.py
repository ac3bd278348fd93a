"""退休年限, whole answers: every step, reading and remark of a case, written out by hand."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from calculators.rules.breakdown import Finding, Notice, Refusal, Step
from calculators.rules.money import ZERO
from calculators.rules.months import Month
from calculators.rules.people import Sex, ShortfallPath
from calculators.rules.retirement import retirement
from calculators.rules.terms import Cited
from calculators.rules.terms.retirement import RetirementTerms
from portal.policy.in_force import Rulebook
from portal.policy.terms.retirement import retirement_terms

pytestmark = pytest.mark.django_db

DEEMED = ("F-5.10", "F-5.11")
FEMALE = Step("min_total_years", None, "25 × 12 = 300", ("F-5.3",))
TEN = Step("min_actual_years", None, "10 × 12 = 120", ("F-5.9",))
# A woman who reaches the age on 2025-03-10 and handles it on 2025-06-20.
WOMAN: dict[str, Any] = {
    "sex": Sex.FEMALE,
    "reaches_age_on": date(2025, 3, 10),
    "handled_on": date(2025, 6, 20),
}
BENEFITS = Step("retiree_benefits_from", None, "2025-06-20 → 2025-07-01", ("F-5.12",))
ACCOUNT_LATE = Step("account_from", None, "2025-06-20 → 2025-07-01", ("F-5.13", "F-5.14", "F-5.15"))
ACCOUNT_EARLY = Step("account_from", None, "2025-03-10 → 2025-04-01", ("F-5.12",))


@pytest.fixture(scope="module")
def terms(django_db_setup: None, django_db_blocker: Any) -> RetirementTerms:
    with django_db_blocker.unblock():
        return retirement_terms(Rulebook.on(date(2025, 10, 20)))


def retire(terms: RetirementTerms, **facts: Any) -> Finding:
    answer = retirement(terms, **facts)
    assert isinstance(answer, Finding)
    return answer


def needs(*names: str) -> tuple[Notice, ...]:
    return tuple(Notice(f"needs_{name}") for name in names)


def test_F_5_13_F_8_3_arrears_and_a_top_up(terms: RetirementTerms) -> None:
    """A man of before 2024, approved in 2017: 25 years in all (F-5.1), 7 of them paid (F-5.7).

    300 − 240 = 60 are missing, of those paid 84 − 60 = 24. Four months of arrears leave 56, at
    484.38 each 27125.28.
    """
    found = retire(
        terms,
        sex=Sex.MALE,
        reaches_age_on=date(2017, 4, 30),
        approved_on=date(2017, 5, 2),
        handled_on=date(2025, 12, 31),
        actual_months=60,
        deemed_months=180,
        arrears_first=Month(2010, 7),
        arrears_last=Month(2010, 10),
        path=ShortfallPath.TOP_UP,
    )
    assert found == Finding(
        results={
            "min_total_years": 25,
            "min_actual_years": 7,
            "short_total_months": 60,
            "short_actual_months": 24,
            "arrears": Decimal("723.40"),
            "top_up_months": 56,
            "top_up": Decimal("27125.28"),
            "continue_months": 0,
            "total": Decimal("27848.68"),
            "retiree_benefits_from": date(2026, 1, 1),
            "account_from": date(2026, 1, 1),
        },
        steps=(
            Step("min_total_years", None, "25 × 12 = 300", ("F-5.1",)),
            Step("min_actual_years", None, "7 × 12 = 84", ("F-5.7", "F-5.4")),
            Step("short_total_months", None, "300 − (60 + 180) = 60", DEEMED),
            Step("short_actual_months", None, "84 − 60 = 24", DEEMED),
            Step(
                "arrears",
                Decimal("723.40"),
                "2 × 167.42 + 2 × 194.28",
                ("F-8.5", "F-8.6", "F-8.3", "F-8.4"),
            ),
            Step("top_up_months", None, "60 − 4 = 56", ("F-5.13",)),
            Step("top_up", Decimal("27125.28"), "56 × 484.38", ("F-5.13", "F-8.18")),
            Step("total", Decimal("27848.68"), "723.4 + 27125.28", ()),
            Step("retiree_benefits_from", None, "2025-12-31 → 2026-01-01", ("F-5.12",)),
            Step("account_from", None, "2025-12-31 → 2026-01-01", ("F-5.13", "F-5.14", "F-5.15")),
        ),
        readings=(
            *("A-41", "A-42", "A-43", "A-45"),
            *("A-37", "A-38", "A-46", "A-36", "A-86"),
            *("A-40", "A-39", "A-35"),
        ),
        notices=(
            Notice("only_owed"),
            Notice("no_surcharge"),
            Notice("counties"),
            Notice("reached_before_top_up", (("since", "2025-01-01"),)),
        ),
    )


@pytest.mark.parametrize(
    ("reached", "years", "clauses"),
    [
        (date(2023, 12, 31), 25, ("F-5.1",)),
        (date(2024, 1, 1), 26, ("F-5.2", "F-5.1")),
        (date(2028, 1, 1), 30, ("F-5.2", "F-5.1")),
    ],
)
def test_F_5_1_F_5_2_a_man_s_years(
    terms: RetirementTerms, reached: date, years: int, clauses: tuple[str, ...]
) -> None:
    found = retire(terms, sex=Sex.MALE, reaches_age_on=reached)
    assert found.steps == (
        Step("min_total_years", None, f"{years} × 12 = {12 * years}", clauses),
        TEN,
    )
    assert found.readings == ("A-41", "A-42")
    assert found.notices == needs("actual_months", "deemed_months", "handled_on")


def test_F_5_14_A_87_paying_on_who_never_paid(terms: RetirementTerms) -> None:
    """Deemed 240 of 300: 60 missing in all; none of 120 paid: 120 to pay (A-40)."""
    found = retire(terms, **WOMAN, actual_months=0, deemed_months=240, path=ShortfallPath.CONTINUE)
    assert found == Finding(
        results={
            "min_total_years": 25,
            "min_actual_years": 10,
            "short_total_months": 60,
            "short_actual_months": 120,
            "arrears": ZERO,
            "top_up_months": 0,
            "top_up": ZERO,
            "continue_months": 120,
            "total": ZERO,
            "retiree_benefits_from": date(2025, 7, 1),
            "account_from": date(2025, 7, 1),
        },
        steps=(
            FEMALE,
            TEN,
            Step("short_total_months", None, "300 − (0 + 240) = 60", DEEMED),
            Step("short_actual_months", None, "120 − 0 = 120", DEEMED),
            Step("continue_months", None, "120 − 0 = 120", ("F-5.14", "F-5.15")),
            Step("total", ZERO, "0 + 0", ()),
            BENEFITS,
            ACCOUNT_LATE,
        ),
        readings=("A-41", "A-42", "A-43", "A-45", "A-87", "A-40", "A-35"),
        notices=(Notice("paying_on"),),
    )


@pytest.mark.parametrize(
    ("actual", "clauses", "read"), [(0, ("F-5.13", "F-5.16"), True), (1, ("F-5.13",), False)]
)
def test_F_5_16_A_87_only_who_never_paid_joins_late(
    terms: RetirementTerms, actual: int, clauses: tuple[str, ...], read: bool
) -> None:
    found = retire(terms, **WOMAN, actual_months=actual, deemed_months=0, path=ShortfallPath.TOP_UP)
    missing = 300 - actual
    assert found.steps[4:6] == (
        Step("top_up_months", None, f"{missing} − 0 = {missing}", clauses),
        Step("top_up", missing * Decimal("484.38"), f"{missing} × 484.38", ("F-5.13", "F-8.18")),
    )
    assert ("A-87" in found.readings) == read
    assert "A-43" not in found.readings
    assert found.notices == (Notice("no_surcharge"),)


@pytest.mark.parametrize("path", [None, ShortfallPath.TOP_UP])
def test_F_5_12_enough_years(terms: RetirementTerms, path: ShortfallPath | None) -> None:
    """299 paid and 1 deemed are 300: nothing is missing, so no way to make it up is asked."""
    found = retire(terms, **WOMAN, actual_months=299, deemed_months=1, path=path)
    assert found == Finding(
        results={
            "min_total_years": 25,
            "min_actual_years": 10,
            "short_total_months": 0,
            "short_actual_months": 0,
            "arrears": ZERO,
            "top_up_months": 0,
            "top_up": ZERO,
            "continue_months": 0,
            "total": ZERO,
            "retiree_benefits_from": date(2025, 7, 1),
            "account_from": date(2025, 4, 1),
        },
        steps=(
            FEMALE,
            TEN,
            Step("short_total_months", None, "max(300 − (299 + 1), 0)", DEEMED),
            Step("short_actual_months", None, "max(120 − 299, 0)", DEEMED),
            Step("top_up_months", None, "max(0 − 0, 0)", ("F-5.13",)),
            Step("top_up", ZERO, "0 × 484.38", ("F-5.13", "F-8.18")),
            Step("total", ZERO, "0 + 0", ()),
            BENEFITS,
            ACCOUNT_EARLY,
        ),
        readings=("A-41", "A-42", "A-43"),
    )


def test_F_5_14_enough_years_and_paying_on(terms: RetirementTerms) -> None:
    found = retire(terms, **WOMAN, actual_months=300, deemed_months=0, path=ShortfallPath.CONTINUE)
    assert [step.code for step in found.steps[4:]] == [
        "total",
        "retiree_benefits_from",
        "account_from",
    ]
    assert found.results["continue_months"] == found.results["top_up_months"] == 0
    assert found.readings == ("A-41", "A-42")
    assert found.notices == ()


def test_F_5_13_nothing_left_needs_no_price(terms: RetirementTerms) -> None:
    """Handled in 2024, before the rule: a top-up of no months costs nothing all the same."""
    told = {**WOMAN, "reaches_age_on": date(2024, 3, 10), "handled_on": date(2024, 6, 20)}
    found = retire(terms, **told, actual_months=300, deemed_months=0)
    assert Step("top_up", ZERO, "0", ("F-5.13",)) in found.steps
    assert found.results["top_up"] == found.results["total"] == 0
    assert found.readings == ("A-41", "A-42")
    assert found.notices == ()


def test_F_8_3_arrears_that_make_up_all_and_more(terms: RetirementTerms) -> None:
    """12 missing, 24 owed: 7 × 194.28 + 17 × 218.42 = 1359.96 + 3713.14 = 5073.10."""
    found = retire(
        terms,
        **WOMAN,
        actual_months=288,
        deemed_months=0,
        arrears_first=Month(2012, 1),
        arrears_last=Month(2013, 12),
    )
    assert found.steps[2:] == (
        Step("short_total_months", None, "300 − (288 + 0) = 12", DEEMED),
        Step("short_actual_months", None, "max(120 − 288, 0)", DEEMED),
        Step(
            "arrears",
            Decimal("5073.10"),
            "7 × 194.28 + 17 × 218.42",
            ("F-8.6", "F-8.7", "F-8.3", "F-8.4"),
        ),
        Step("top_up_months", None, "max(12 − 24, 0)", ("F-5.13",)),
        Step("top_up", ZERO, "0 × 484.38", ("F-5.13", "F-8.18")),
        Step("total", Decimal("5073.10"), "5073.1 + 0", ()),
        BENEFITS,
        ACCOUNT_LATE,
    )
    assert found.readings == ("A-41", "A-42", "A-45", "A-37", "A-38", "A-46", "A-40", "A-35")
    assert found.notices == (Notice("only_owed"), Notice("no_surcharge"))


def test_F_8_3_no_arrears_where_nothing_is_missing(terms: RetirementTerms) -> None:
    found = retire(
        terms,
        **WOMAN,
        actual_months=300,
        deemed_months=0,
        arrears_first=Month(2012, 1),
        arrears_last=Month(2013, 12),
    )
    assert str(found.results["arrears"]) == "0.00"
    assert "arrears" not in {step.code for step in found.steps}
    assert found.steps[4] == Step("top_up_months", None, "max(0 − 0, 0)", ("F-5.13",))
    assert found.readings == ("A-41", "A-42")
    assert found.notices == (Notice("arrears_not_needed"),)


def test_F_8_3_arrears_where_the_months_are_not_told(terms: RetirementTerms) -> None:
    """They have a price all the same: 417.38 (F-8.15)."""
    december = Month(2021, 12)
    found = retire(terms, **WOMAN, arrears_first=december, arrears_last=december)
    assert found.steps[2] == Step(
        "arrears", Decimal("417.38"), "1 × 417.38", ("F-8.15", "F-8.3", "F-8.4")
    )
    assert found.readings == ("A-41", "A-42", "A-37", "A-38", "A-46")
    assert found.notices == (
        *needs("actual_months", "deemed_months"),
        Notice("only_owed"),
        Notice("no_surcharge"),
    )


@pytest.mark.parametrize(
    "months",
    [{"arrears_first": Month(2012, 1)}, {"arrears_last": Month(2012, 1)}],
)
def test_F_8_3_one_end_alone_is_no_arrears(
    terms: RetirementTerms, months: dict[str, Month]
) -> None:
    told = {**WOMAN, "actual_months": 288, "deemed_months": 0, **months}
    assert retire(terms, **told).results["arrears"] == 0


def test_F_8_3_arrears_of_2022_are_refused(terms: RetirementTerms) -> None:
    refused = retirement(terms, arrears_first=Month(2021, 12), arrears_last=Month(2022, 1))
    assert refused == Refusal("arrears_too_late", "A-37", ("F-8.3",))


def test_A_39_a_price_from_2025_on(terms: RetirementTerms) -> None:
    """One month is missing; the steps end where the price is not known."""
    told = {**WOMAN, "actual_months": 299, "deemed_months": 0, "path": ShortfallPath.TOP_UP}
    for handled in (date(2024, 12, 31), date(2026, 1, 1), None):
        found = retire(terms, **{**told, "handled_on": handled})
        codes = [step.code for step in found.steps]
        assert codes[4:5] == ["top_up_months"]
        assert not {"top_up", "total"} & set(codes)
        assert {"A-40", "A-39"} <= set(found.readings)
    assert found.notices == needs("handled_on")


def test_A_39_the_rule_holds_on_its_first_day(terms: RetirementTerms) -> None:
    """Were it to start on a day without an amount, the amount would be what is missing."""
    late = replace(terms, top_up_since=Cited(date(2026, 1, 1), "F-5.13"))
    told = {**WOMAN, "actual_months": 299, "deemed_months": 0, "path": ShortfallPath.TOP_UP}
    found = retire(late, **{**told, "handled_on": date(2026, 1, 1)})
    assert found.notices == (Notice("top_up_without_amount", (("until", "2025-12"),)),)
    found = retire(late, **{**told, "handled_on": date(2025, 12, 31)})
    assert found.notices == (Notice("top_up_without_rule", (("since", "2026-01-01"),)),)


def test_A_42_three_answers_none_given(terms: RetirementTerms) -> None:
    found = retire(
        terms,
        sex=Sex.FEMALE,
        reaches_age_on=date(2021, 12, 31),
        approved_on=date(2022, 1, 1),
        handled_on=date(2022, 2, 28),
        actual_months=299,
        deemed_months=0,
    )
    assert found.steps == (
        FEMALE,
        Step("short_total_months", None, "300 − (299 + 0) = 1", DEEMED),
        Step("retiree_benefits_from", None, "2022-02-28 → 2022-03-01", ("F-5.12",)),
        # A month is missing, whatever the years to have paid.
        Step("account_from", None, "2022-02-28 → 2022-03-01", ("F-5.13", "F-5.14", "F-5.15")),
    )
    assert found.readings == ("A-41", "A-42", "A-45", "A-35")
    assert found.notices == (
        Notice("actual_years_open", (("new", "10"), ("last", "11"), ("continued", "12"))),
    )


def test_F_5_5_the_day_of_approval_is_asked_for(terms: RetirementTerms) -> None:
    found = retire(terms, sex=Sex.FEMALE, reaches_age_on=date(2021, 12, 31))
    assert found.steps == (FEMALE,)
    assert found.readings == ("A-41", "A-42")
    assert found.notices == needs("approved_on", "actual_months", "deemed_months", "handled_on")


def test_F_5_1_F_5_3_nothing_told(terms: RetirementTerms) -> None:
    everything = needs("sex", "reaches_age_on", "actual_months", "deemed_months", "handled_on")
    assert retire(terms) == Finding(
        results={
            **dict.fromkeys(
                (
                    *("min_total_years", "min_actual_years"),
                    *("short_total_months", "short_actual_months"),
                )
            ),
            "arrears": ZERO,
            **dict.fromkeys(
                (
                    *("top_up_months", "top_up", "continue_months", "total"),
                    *("retiree_benefits_from", "account_from"),
                )
            ),
        },
        notices=everything,
    )
    assert retire(terms, sex=Sex.MALE).notices == everything[1:]


def test_A_45_the_way_is_asked_where_months_are_missing(terms: RetirementTerms) -> None:
    found = retire(terms, **WOMAN, actual_months=299, deemed_months=0)
    assert found.notices == needs("path")
    assert found.readings == ("A-41", "A-42", "A-45", "A-40", "A-35")
    assert [step.code for step in found.steps[4:]] == ["retiree_benefits_from", "account_from"]
    for path in ShortfallPath:  # the months to make up are not known: no way to ask about
        open_months = retire(terms, **WOMAN, path=path)
        assert open_months.notices == needs("actual_months", "deemed_months")
        assert open_months.readings == ("A-41", "A-42")
