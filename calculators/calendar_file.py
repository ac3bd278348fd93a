"""Days as a calendar file that every phone can take in (RFC 5545): all-day events, with reminders.

Nothing in it depends on the second in which it was asked for, so a file is the same all day long.
"""

import datetime
import hashlib
from collections.abc import Iterable, Iterator

from django.utils import timezone

from calculators.days import NamedDay, Role

# A line may have so many octets before its end; a longer one goes on behind a space (3.1).
MOST_OCTETS = 75
# A last chance is announced so many days before, at nine in the morning and not at midnight.
REMINDED_BEFORE = (7, 1)
REMINDED_AT = datetime.timedelta(hours=9)


def make_calendar(days: Iterable[NamedDay], *, title: str, link: str, rules: str) -> str:
    """Return the file with an event for each of `days`.

    `title` names what was asked, `link` opens the result again, `rules` says whose rules it rests
    on.
    """
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Shenyang//Medical Insurance Portal//ZH",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        *(line for day in days for line in _event(day, title, link, rules)),
        "END:VCALENDAR",
    ]
    return "".join(f"{fold(line)}\r\n" for line in lines)


def _event(day: NamedDay, title: str, link: str, rules: str) -> Iterator[str]:
    said = "\n".join(part for part in (day.note, f"{title}：{rules}", link) if part)
    yield "BEGIN:VEVENT"
    yield f"UID:{_uid(day, link)}"
    yield f"DTSTAMP:{_start_of(day.today)}"
    yield f"DTSTART;VALUE=DATE:{_date(day.day)}"
    if day.day < datetime.date.max:  # without an end an event takes its one day all the same
        yield f"DTEND;VALUE=DATE:{_date(day.day + datetime.timedelta(days=1))}"
    yield f"SUMMARY:{escape(f'医保：{day.title}')}"
    yield f"DESCRIPTION:{escape(said)}"
    yield f"URL:{link}"
    yield "TRANSP:TRANSPARENT"
    for before in REMINDED_BEFORE:
        if day.role == Role.LAST_CHANCE and day.days_left >= before:
            yield from _reminder(day, before)
    yield "END:VEVENT"


def _reminder(day: NamedDay, before: int) -> Iterator[str]:
    """Ring `before` days ahead: counted back from the midnight with which the day begins."""
    ahead = datetime.timedelta(days=before) - REMINDED_AT
    hours = ahead.seconds // datetime.timedelta(hours=1).seconds
    yield "BEGIN:VALARM"
    yield "ACTION:DISPLAY"
    yield f"DESCRIPTION:{escape(f'医保：{day.title}，{day.written}')}"
    yield f"TRIGGER:-P{f'{ahead.days}D' if ahead.days else ''}T{hours}H"
    yield "END:VALARM"


def _uid(day: NamedDay, link: str) -> str:
    """The same for the same day of the same answers, so that a second import adds nothing."""
    named = "\n".join((link, day.code, day.day.isoformat()))
    return f"{hashlib.sha256(named.encode()).hexdigest()[:32]}@shenyang-yibao"


def _date(day: datetime.date) -> str:
    return day.isoformat().replace("-", "")


def _start_of(day: datetime.date) -> str:
    """The midnight in Shenyang with which a day begins, in UTC."""
    midnight = datetime.datetime.combine(
        day, datetime.time.min, tzinfo=timezone.get_default_timezone()
    )
    return f"{midnight.astimezone(datetime.UTC):%Y%m%dT%H%M%SZ}"


def escape(text: str) -> str:
    """Write a text as a value: what would end it or part it is written out (3.3.11)."""
    for sign in ("\\", ";", ","):
        text = text.replace(sign, f"\\{sign}")
    return text.replace("\n", "\\n")


def fold(line: str) -> str:
    """Break a line that is too long for its octets, never within a character."""
    pieces, size = [""], 0
    for sign in line:
        octets = len(sign.encode())
        if size + octets > MOST_OCTETS:
            pieces.append("")
            size = 1  # the space that goes before it
        pieces[-1] += sign
        size += octets
    return "\r\n ".join(pieces)
