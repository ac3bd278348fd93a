"""The days of a person's result, each worked from its clause by hand."""

import datetime

import pytest
from django.http import QueryDict
from django.test import Client

from calculators.answering import answer
from calculators.asking import ask_strictly
from calculators.catalogue import CALCULATORS
from calculators.days import NamedDay, Role, days_of, make_days
from portal import clock
from portal.policy.in_force import Timetable

pytestmark = pytest.mark.django_db

date = datetime.date
GAP = "scheme=flexible&kind=gap"
WOMAN = "sex=female&reaches_age_on=2025-03-10&actual_months=200&deemed_months=64"


def days(slug: str, query: str, today: str = "2025-06-15") -> list[NamedDay]:
    with clock.as_of(date.fromisoformat(today)):
        form, errors = ask_strictly(CALCULATORS[slug].form, QueryDict(query))
        assert form is not None, errors
        return days_of(answer(CALCULATORS[slug], form, Timetable.load(), clock.today()))


def by_code(slug: str, query: str, today: str = "2025-06-15") -> dict[str, str]:
    return {day.code: day.day.isoformat() for day in days(slug, query, today)}


# --- a break in the employees' scheme (F-6.4, A-48) -----------------------------------------------


@pytest.mark.parametrize(
    ("first_month", "gap", "last_day"),
    [
        # Last paid in January: February, March, April are three; who pays in May may repay them.
        ("2025-03", 1, "2025-05-31"),
        ("2025-05", 3, "2025-05-31"),
        ("2025-06", 4, "2025-05-31"),
        ("2025-12", 10, "2025-05-31"),
        # Last paid in October: the last month is February, in a leap year and not.
        ("2028-01", 2, "2028-02-29"),
        ("2027-02", 3, "2027-02-28"),
        # Last paid in August: December. In September: the January after it.
        ("2025-10", 1, "2025-12-31"),
        ("2025-12", 2, "2026-01-31"),
    ],
)
def test_F_6_4_the_last_day_to_repay(first_month: str, gap: int, last_day: str) -> None:
    query = f"{GAP}&first_month={first_month}&gap_months={gap}"
    (day,) = (d for d in days("start-date", query, "2025-03-01") if d.code == "repay_until")
    assert day.day.isoformat() == last_day
    assert day.role == Role.LAST_CHANCE
    assert day.clauses == ("F-6.4", "F-6.5")
    assert day.readings == ("A-48",)
    last = date.fromisoformat(last_day)
    assert f"最晚{last.year}年{last.month}月恢复缴费" in day.note
    assert "超过 3 个月" in day.note


def test_A_48_a_break_that_is_over_and_short_has_no_last_day_in_the_documents() -> None:
    """How long one may wait with the months between, once paying goes on, is not written."""
    short = f"{GAP}&first_month=2025-05&gap_months=3"
    assert "repay_until" in by_code("start-date", short, "2025-05-31")
    assert "repay_until" not in by_code("start-date", short, "2025-06-01")
    # A longer one is over too, but of it the documents say that it was too late.
    long = f"{GAP}&first_month=2025-06&gap_months=4"
    (day,) = (d for d in days("start-date", long, "2025-07-01") if d.code == "repay_until")
    assert (day.day, day.when) == (date(2025, 5, 31), "已过")


@pytest.mark.parametrize(
    ("kind", "clauses"),
    [
        ("kind=transfer", ("F-6.6", "F-6.7")),
        ("kind=from_resident&resident_years=2", ("F-6.9", "F-6.5")),
    ],
)
def test_F_6_6_and_F_6_9_have_the_same_last_day(kind: str, clauses: tuple[str, ...]) -> None:
    query = f"scheme=flexible&{kind}&first_month=2025-06&gap_months=4"
    (day,) = (d for d in days("start-date", query) if d.code == "repay_until")
    assert (day.day, day.clauses) == (date(2025, 5, 31), clauses)


@pytest.mark.parametrize(
    "kind", ["kind=first", "kind=from_resident&resident_years=1", "kind=gap&gap_months=0"]
)
def test_without_a_break_that_counts_there_is_nothing_to_repay(kind: str) -> None:
    query = f"scheme=flexible&{kind}&first_month=2025-06"
    assert set(by_code("start-date", query)) == {"start"}


def test_F_6_4_repaid_in_time() -> None:
    query = f"{GAP}&first_month=2025-05&gap_months=3&back_paid=true"
    assert by_code("start-date", query, "2025-06-01") == {
        "retroactive_from": "2025-02-01",
        "start": "2025-05-01",
    }
    planned = by_code("start-date", query, "2025-04-30")
    assert planned["repay_until"] == "2025-05-31"


@pytest.mark.parametrize(
    ("first_month", "start", "waits_until"),
    [
        ("2025-01", "2025-04-01", "2025年3月31日"),
        ("2025-11", "2026-02-01", "2026年1月31日"),
        ("2027-12", "2028-03-01", "2028年2月29日"),
    ],
)
def test_F_6_3_the_end_of_waiting(first_month: str, start: str, waits_until: str) -> None:
    (day,) = days("start-date", f"scheme=flexible&kind=first&first_month={first_month}")
    assert day.day.isoformat() == start
    assert f"等待期到{waits_until}为止" in day.note
    assert "A-47" in day.readings


# --- residents (R-1.1, R-6) -----------------------------------------------------------------------

WINDOW = {"window_last": "2023-12-20"}
END = {"end": "2024-12-31"}


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        # paid on the last day of the window.: March and three more., in a leap year.
        ("kind=adult&paid_on=2023-12-20", {**WINDOW, "start": "2024-01-01", **END}),
        ("kind=adult&paid_on=2024-03-15", {**WINDOW, "start": "2024-07-01", **END}),
        ("kind=student&paid_on=2024-02-29", {**WINDOW, "start": "2024-03-01", **END}),
        # nothing is left of the year.
        ("kind=adult&paid_on=2024-09-01", WINDOW),
        # they pay nothing, so the window is none of theirs.
        ("kind=low_income&handled_on=2024-05-20", {"start": "2024-05-20", **END}),
        ("kind=severe_disability&handled_on=2024-01-31", {"start": "2024-02-01", **END}),
        #
        (
            "kind=from_employee&paid_on=2024-03-15&gap_months=3",
            {**WINDOW, "start": "2024-04-01", **END},
        ),
    ],
)
def test_R_6_days_of_a_plan_year(query: str, wanted: dict[str, str]) -> None:
    found = days("start-date", f"scheme=resident&{query}", "2026-11-22")
    assert {day.code: day.day.isoformat() for day in found} == wanted
    assert all(day.is_past for day in found)


@pytest.mark.parametrize(
    ("born_on", "paid_on", "limit"),
    [
        ("2024-02-10", "2024-05-10", "2024-05-10"),
        ("2024-08-31", "2024-09-02", "2024-11-30"),  # no 31 November
        ("2023-11-30", "2024-01-05", "2024-02-29"),  # a leap year
        ("2024-11-30", "2024-12-31", "2025-02-28"),
        ("2024-09-30", "2024-12-31", "2024-12-30"),
    ],
)
def test_A_56_the_last_day_for_a_newborn(born_on: str, paid_on: str, limit: str) -> None:
    query = f"scheme=resident&kind=newborn&born_on={born_on}&paid_on={paid_on}"
    (day,) = (d for d in days("start-date", query, "2024-03-01") if d.code == "newborn_limit")
    assert day.day.isoformat() == limit
    assert day.clauses[:2] == ("R-6.4", "R-6.6")
    assert "3 个月以内" in day.note
    assert ("A-57" in day.readings) == ("R-6.5" in day.clauses) == born_on.startswith("2023")


def test_a_wait_names_its_last_day_and_a_newborn_has_none() -> None:
    query = "scheme=resident&kind=adult&paid_on=2024-03-15"
    (start,) = (d for d in days("start-date", query) if d.code == "start")
    assert start.note == "2024年6月30日和以前的费用不能报。"
    query = "scheme=resident&kind=newborn&born_on=2024-02-10&paid_on=2024-03-15"
    (start,) = (d for d in days("start-date", query) if d.code == "start")
    assert (start.day, start.note) == (date(2024, 2, 10), "")


# --- filing (F-15.30, F-15.31) and retirement (F-5.12 to F-5.14) --------------------------------------


@pytest.mark.parametrize(
    ("given", "expires", "clauses"),
    [
        ("valid_until=2026-08-31", "2026-08-31", ("F-15.30",)),
        ("issued_on=2025-12-31", "2026-12-31", ("F-15.31",)),
        ("issued_on=2024-02-29", "2025-02-28", ("F-15.31",)),
        ("valid_until=9999-12-31", "9999-12-31", ("F-15.30",)),
    ],
)
def test_F_15_30_the_end_of_a_filing(given: str, expires: str, clauses: tuple[str, ...]) -> None:
    (day,) = days("filing-expiry", f"scheme=flexible&proof=residence_permit&{given}")
    assert (day.day.isoformat(), day.clauses, day.role) == (expires, clauses, Role.LAST_CHANCE)
    assert day.readings == (("A-80",) if "issued_on" in given else ())


@pytest.mark.parametrize(
    "query",
    ["scheme=flexible&proof=property_deed", "scheme=resident&proof=residence_permit"],
)
def test_F_15_29_a_filing_for_good_has_no_day(query: str) -> None:
    assert days("filing-expiry", query) == []


def test_F_5_12_enough_years() -> None:
    """300 months of 300: benefits from the month after the formalities, the account after the age."""
    query = "sex=female&reaches_age_on=2025-06-15&actual_months=300&deemed_months=0"
    assert by_code("retirement", f"{query}&handled_on=2025-12-31") == {
        "account_from": "2025-07-01",
        "retiree_benefits_from": "2026-01-01",
    }
    assert by_code("retirement", query) == {"account_from": "2025-07-01"}


def test_F_5_13_topped_up_years() -> None:
    """A-35: both from the month after the formalities."""
    found = days("retirement", f"{WOMAN}&handled_on=2025-06-20&path=top_up")
    assert {day.day for day in found} == {date(2025, 7, 1)}
    (account,) = (day for day in found if day.code == "account_from")
    assert account.readings == ("A-35",)
    assert account.note == "按2025年6月20日办完手续算，下个月起。"


@pytest.mark.parametrize(
    ("handled_on", "wanted"),
    [("2025-06-20", set()), ("2028-02-29", set()), ("2028-03-05", {date(2028, 4, 1)})],
)
def test_F_5_14_no_day_before_the_last_month_is_paid(handled_on: str, wanted: set[date]) -> None:
    """300 − 264 = 36 months are left, April 2025 to March 2028: no formalities before that."""
    found = days("retirement", f"{WOMAN}&handled_on={handled_on}&path=continue")
    assert {day.day for day in found} == wanted


# --- seen from a day --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("today", "when", "past"),
    [
        ("2025-06-30", "", False),  # 31 days ahead
        ("2025-07-01", "还有 30 天", False),
        ("2025-07-30", "还有 1 天", False),
        ("2025-07-31", "就是今天", False),
        ("2025-08-01", "已过", True),
    ],
)
def test_a_day_is_seen_from_today(today: str, when: str, past: bool) -> None:
    query = "scheme=flexible&proof=residence_permit&valid_until=2025-07-31"
    (day,) = days("filing-expiry", query, today)
    assert (day.when, day.is_past, day.written) == (when, past, "2025年7月31日（周四）")


@pytest.mark.parametrize(
    ("day", "written"),
    [("2024-02-29", "2024年2月29日（周四）"), ("2025-04-01", "2025年4月1日（周二）")],
)
def test_a_day_is_written_with_its_weekday(day: str, written: str) -> None:
    query = f"scheme=flexible&proof=residence_permit&valid_until={day}"
    assert [found.written for found in days("filing-expiry", query)] == [written]


def test_only_some_results_have_days_and_a_refusal_has_none() -> None:
    assert days("inpatient", "scheme=flexible&group=active&tier=level3&cost=100") == []
    assert days("start-date", "scheme=resident&kind=adult&paid_on=2025-03-15") == []


def test_every_day_rests_on_a_clause_and_on_readings_with_words() -> None:
    for query in (
        f"{GAP}&first_month=2025-06&gap_months=4",
        "scheme=resident&kind=newborn&born_on=2023-12-01&paid_on=2024-01-05",
        "scheme=resident&kind=adult&paid_on=2024-03-15",
    ):
        found = days("start-date", query)
        assert found == sorted(found, key=lambda day: day.day)
        assert all(day.clauses for day in found)


# --- on the page ------------------------------------------------------------------------------------


def page(client: Client, path: str, today: str) -> str:
    with clock.as_of(date.fromisoformat(today)):
        response = client.get(path)
    assert response.status_code == 200
    return response.content.decode().replace('<span class="phone">', "")


def test_a_page_shows_days_to_come_before_those_that_are_past(client: Client) -> None:
    path = f"/calculators/start-date/?{GAP}&first_month=2025-06&gap_months=4"
    html = page(client, path, "2025-06-10")
    section = html[html.index("您要记住的日子") : html.index("抄下这些日子")]
    come, gone = section.split("已经过了的")
    assert "2025年9月1日（周一）" in come
    assert "2025年5月31日（周六）" in gone
    assert '<span class="when">已过</span>' in gone
    assert (
        'href="/calculators/start-date/days.ics?scheme=flexible&amp;kind=gap'
        '&amp;first_month=2025-06&amp;gap_months=4"' in come + gone
    )
    assert "用浏览器打开" in section
    assert "按2025年10月版的规定" in section


def test_a_page_of_the_past_offers_no_calendar(client: Client) -> None:
    path = "/calculators/start-date/?scheme=resident&kind=adult&paid_on=2024-03-15"
    html = page(client, path, "2026-11-22")
    assert "这些日子都过了，所以没有可以加到日历的。" in html
    assert "days.ics" not in html
    assert "按2024年度的规定" in html


def test_what_is_copied_says_every_day_and_no_link() -> None:
    query = f"{GAP}&first_month=2025-06&gap_months=4"
    with clock.as_of(date(2025, 5, 20)):
        form, _ = ask_strictly(CALCULATORS["start-date"].form, QueryDict(query))
        assert form is not None
        made = make_days(answer(CALCULATORS["start-date"], form, Timetable.load(), clock.today()))
    assert made is not None
    assert made.text.splitlines() == [
        "从哪天起能报销",
        "2025年5月31日（周六）：还能补缴的最后一天（还有 11 天）",
        "2025年9月1日（周一）：从这天起能报销",
        "按2025年10月版的规定（2025年5月20日）算。",
    ]
