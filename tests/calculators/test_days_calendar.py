"""The calendar file: read back by another library, and by the letter of RFC 5545."""

import datetime
from typing import Any

import icalendar
import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from calculators.calendar_file import MOST_OCTETS, escape, fold, make_calendar
from calculators.days import NamedDay, Role
from portal import clock

date = datetime.date
GAP = "/calculators/start-date/days.ics?scheme=flexible&kind=gap&first_month=2025-06&gap_months=4"
PERMIT = "/calculators/filing-expiry/days.ics?scheme=flexible&proof=residence_permit"
ADULT = "scheme=resident&kind=adult&paid_on=2024-03-15"
# What people may write: anything but line ends and other controls, which no line can hold.
LINES = st.text(st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\u2028\u2029"))
CHINESE = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF), max_size=400)


def fetch(client: Client, path: str, today: str) -> Any:
    with clock.as_of(date.fromisoformat(today)):
        return client.get(path)


def events(client: Client, path: str, today: str) -> list[Any]:
    response = fetch(client, path, today)
    assert response.status_code == 200
    return list(icalendar.Calendar.from_ical(response.content).walk("VEVENT"))


def unfold(folded: str) -> str:
    return folded.replace("\r\n ", "")


# --- what is in it ----------------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_days_are_read_back(client: Client) -> None:
    """Last paid in January 2025: may be repaid until 31 May. Waits June to August (A-47)."""
    repay, start = events(client, GAP, "2025-05-20")
    assert repay.decoded("DTSTART") == date(2025, 5, 31)
    assert repay.decoded("DTEND") == date(2025, 6, 1)
    assert repay["SUMMARY"] == "医保：还能补缴的最后一天"
    assert "最晚2025年5月恢复缴费" in repay["DESCRIPTION"]
    assert "按2025年10月版的规定（2025年5月20日）算。" in repay["DESCRIPTION"]
    link = "http://testserver/calculators/start-date/?scheme=flexible&kind=gap&first_month=2025-06"
    assert repay["URL"] == f"{link}&gap_months=4"
    assert repay["DESCRIPTION"].endswith(f"\n{link}&gap_months=4")
    assert start.decoded("DTSTART") == date(2025, 9, 1)
    assert start["SUMMARY"] == "医保：从这天起能报销"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("today", "left"),
    [
        ("2025-05-30", [date(2025, 5, 31), date(2025, 9, 1)]),
        ("2025-05-31", [date(2025, 5, 31), date(2025, 9, 1)]),
        ("2025-06-01", [date(2025, 9, 1)]),
        ("2025-09-01", [date(2025, 9, 1)]),
    ],
)
def test_only_days_to_come_are_in_it(client: Client, today: str, left: list[date]) -> None:
    assert [event.decoded("DTSTART") for event in events(client, GAP, today)] == left


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("today", "rings"),
    [
        ("2025-06-23", [date(2025, 6, 24), date(2025, 6, 30)]),
        ("2025-06-24", [date(2025, 6, 24), date(2025, 6, 30)]),
        ("2025-06-25", [date(2025, 6, 30)]),
        ("2025-07-01", []),
    ],
)
def test_a_last_day_rings_a_week_and_a_day_before_at_nine(
    client: Client, today: str, rings: list[date]
) -> None:
    (event,) = events(client, f"{PERMIT}&valid_until=2025-07-01", today)
    midnight = datetime.datetime(2025, 7, 1)  # noqa: DTZ001 - a floating time, as the phone's own
    at = [midnight + alarm.decoded("TRIGGER") for alarm in event.walk("VALARM")]
    assert at == [datetime.datetime.combine(day, datetime.time(9)) for day in rings]
    assert all(alarm["ACTION"] == "DISPLAY" for alarm in event.walk("VALARM"))


@pytest.mark.django_db
def test_what_begins_needs_no_bell(client: Client) -> None:
    repay, start = events(client, GAP, "2025-05-01")
    assert len(repay.walk("VALARM")) == 2
    assert start.walk("VALARM") == []


@pytest.mark.django_db
def test_the_last_day_that_there_is_has_no_day_after_it(client: Client) -> None:
    (event,) = events(client, f"{PERMIT}&valid_until=9999-12-31", "2025-07-01")
    assert event.decoded("DTSTART") == date.max
    assert "DTEND" not in event


@pytest.mark.django_db
def test_a_file_is_the_same_all_day_and_an_event_for_ever(client: Client) -> None:
    first = fetch(client, GAP, "2025-05-20")
    assert fetch(client, GAP, "2025-05-20").content == first.content
    (stamp, _) = (event.decoded("DTSTAMP") for event in events(client, GAP, "2025-05-20"))
    assert stamp == datetime.datetime(2025, 5, 19, 16, tzinfo=datetime.UTC)  # midnight in Shenyang
    uids = [event["UID"] for event in events(client, GAP, "2025-05-20")]
    assert uids == [event["UID"] for event in events(client, GAP, "2025-05-21")]
    assert len(set(uids)) == 2
    shown_otherwise = f"{GAP}&mode=care&from=singlemessage"
    assert uids == [event["UID"] for event in events(client, shown_otherwise, "2025-05-20")]
    others = [event["UID"] for event in events(client, f"{GAP}&back_paid=true", "2025-05-20")]
    assert not set(uids) & set(others)


# --- over HTTP ----------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_it_is_a_calendar_that_is_nobody_s_and_not_listed(client: Client) -> None:
    response = fetch(client, GAP, "2025-05-20")
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    assert response["Content-Disposition"] == 'inline; filename="shenyang-yibao-start-date.ics"'
    assert response["X-Robots-Tag"] == "noindex"
    assert response["Cache-Control"] == "no-cache"
    assert not response.cookies
    with clock.as_of(date(2025, 5, 20)):
        again = client.get(GAP, headers={"If-None-Match": response["ETag"]})
    assert again.status_code == 304


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("path", "words"),
    [
        (f"/calculators/start-date/days.ics?{ADULT}", "2024年7月1日（周一）：从这天起能报销"),
        ("/calculators/filing-expiry/days.ics?proof=property_deed", "没有哪一天要您记住"),
        (
            "/calculators/inpatient/days.ics?scheme=flexible&group=active&tier=level3&cost=100",
            "没有哪一天要您记住",
        ),
        # refused
        (f"/calculators/start-date/days.ics?{ADULT.replace('2024', '2025')}", "没有哪一天"),
        ("/calculators/none/days.ics", "没有找到这个页面"),
    ],
)
def test_without_a_day_to_come_it_is_a_kind_404(client: Client, path: str, words: str) -> None:
    response = fetch(client, path, "2026-11-22")
    assert response.status_code == 404
    assert words in response.content.decode()
    assert "024-12345" in response.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("", 200),  # which scheme?
        ("?scheme=flexible", 200),
        ("?scheme=flexible&kind=gap&first_month=x", 422),
        ("?scheme=flexible&kind=gap%0D%0ABEGIN:VEVENT&first_month=2025-06", 422),
        ("?scheme=flexible&kind=gap&first_month=2025-06&gap_months=4&gone=1", 200),
    ],
)
def test_answers_that_cannot_be_judged_lead_to_their_page(
    client: Client, query: str, status: int
) -> None:
    response = client.get(f"/calculators/start-date/days.ics{query}")
    assert response.status_code == 303
    assert response["Location"].startswith("/calculators/start-date/?")
    assert client.get(response["Location"]).status_code == status


# --- by the letter ----------------------------------------------------------------------------------


def lines_of(file: str) -> list[str]:
    assert file.endswith("\r\n")
    lines = file[:-2].split("\r\n")
    assert not [line for line in lines if "\n" in line or "\r" in line]
    assert max(len(line.encode()) for line in lines) <= MOST_OCTETS
    return lines


@given(LINES | CHINESE)
def test_folding_loses_nothing(line: str) -> None:
    pieces = fold(line).split("\r\n ")
    assert "".join(pieces) == line
    assert unfold(fold(line)) == line
    assert all(
        len(piece.encode()) <= MOST_OCTETS - (place > 0) for place, piece in enumerate(pieces)
    )


@pytest.mark.parametrize(
    ("line", "pieces"),
    [
        ("a" * 75, ["a" * 75]),
        ("a" * 76, ["a" * 75, "a"]),
        ("医" * 25, ["医" * 25]),  # three octets each
        ("医" * 26, ["医" * 25, "医"]),
        ("a" + "医" * 25, ["a" + "医" * 24, "医"]),
        ("医" * 50, ["医" * 25, "医" * 24, "医"]),  # the space takes one octet
        ("", [""]),
    ],
)
def test_folding_at_its_edges(line: str, pieces: list[str]) -> None:
    assert fold(line).split("\r\n ") == pieces


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("a,b;c", "a\\,b\\;c"),
        ("C:\\n", "C:\\\\n"),
        ("一\n二", "一\\n二"),
        ("BEGIN:VEVENT\nEND:VEVENT", "BEGIN:VEVENT\\nEND:VEVENT"),
    ],
)
def test_a_value_cannot_end_itself(text: str, written: str) -> None:
    assert escape(text) == written


@given(title=LINES | CHINESE, note=LINES | CHINESE)
def test_any_words_come_through(title: str, note: str) -> None:
    day = NamedDay(
        code="start",
        day=date(2025, 4, 1),
        title=title,
        role=Role.BEGINS,
        today=date(2025, 1, 1),
        note=note,
    )
    file = make_calendar([day, day], title="题", link="https://x.cn/?a=b", rules="按此算。")
    lines = lines_of(file)
    assert (lines[0], lines[1], lines[-1]) == ("BEGIN:VCALENDAR", "VERSION:2.0", "END:VCALENDAR")
    unfolded = unfold(file).split("\r\n")
    assert unfolded.count("BEGIN:VEVENT") == unfolded.count("END:VEVENT") == 2
    assert f"SUMMARY:医保：{escape(title)}" in unfolded
    for event in icalendar.Calendar.from_ical(file).walk("VEVENT"):
        assert event["SUMMARY"] == f"医保：{title}"
        said = [part for part in (note, "题：按此算。", "https://x.cn/?a=b") if part]
        assert event["DESCRIPTION"] == "\n".join(said)
