"""The numbers that a sentence of a document writes, so that a row can be held against its clause."""

import datetime
import re
import unicodedata
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any, NamedTuple

from django.db import models

from portal.policy.models import PolicyRow
from portal.policy.models.rows import BandRow

Value = Decimal | datetime.date

# Words with which the documents say nought.
NOUGHT = ("不设立", "不设起付标准", "无起付标准", "免除", "不缴费", "比例不变")

_CHINESE_DIGITS = {digit: value for value, digit in enumerate("一二三四五六七八九十", start=1)}
_NUMBER = r"(?<![\d.])(\d+(?:\.\d+)?)(?![\d.])"
# Not a share, a count or a part of a day, and not the 5 of 5-10万元.
_AMOUNT_ENDS = r"\s*(万?)(?!\s*[%倍个年月日次周号种])(?!\s*[-—]\s*\d+万)"
_KINDS = {(5, 4): "percent", (10, 2): "amount", (4, 2): "times"}  # by digits and decimals


class RowNumber(NamedTuple):
    """A number or day of a row: its field, its kind (a key of `READERS`), its value."""

    field: str
    kind: str
    value: Value


def _tidy(sentence: str) -> str:
    """Plain digits; a number written out before a unit (六个月) as a digit."""
    plain = unicodedata.normalize("NFKC", sentence)
    return re.sub(
        "([一二三四五六七八九十])(?=个月|年|次)", lambda m: str(_CHINESE_DIGITS[m[1]]), plain
    )


def read_percents(sentence: str) -> set[Decimal]:
    """88%, 10个百分点."""
    found = re.findall(_NUMBER + r"\s*(?:%|个百分点)", _tidy(sentence))
    return {Decimal(number) / 100 for number in found}


def read_times(sentence: str) -> set[Decimal]:
    """2.5倍."""
    return {Decimal(number) for number in re.findall(_NUMBER + r"\s*倍", _tidy(sentence))}


def read_amounts(sentence: str) -> set[Decimal]:
    """132元, 1.5万元, 5-10万元, and the bare numbers of a table's cells (600)."""
    text = _tidy(sentence)
    units = {"万": 10_000, "": 1}
    found = {
        Decimal(number) * units[unit] for number, unit in re.findall(_NUMBER + _AMOUNT_ENDS, text)
    }
    for low in re.findall(_NUMBER + r"\s*[-—]\s*\d+(?:\.\d+)?万", text):
        found.add(Decimal(low) * 10_000)
    return found


def read_counts(sentence: str) -> set[Decimal]:
    """3个月, 六个月, 25年, 2次, 28周, 40种, 8个."""
    return {Decimal(n) for n in re.findall(_NUMBER + r"\s*(?:个|年|次|周|种)", _tidy(sentence))}


def read_days(sentence: str) -> set[datetime.date]:
    """2023年9月1日至12月20日, 2010年9月 and 2028年, the latter two as their first day.

    What is no day of the calendar (2月30日) is passed over.
    """
    days: set[datetime.date] = set()
    year = 0
    for found in re.finditer(r"(?:(\d{4})年)?(?:(\d{1,2})月)?(?:(\d{1,2})日)?", _tidy(sentence)):
        written_year, month, day = found.groups()
        if not (written_year or (month and day)):
            continue
        year = int(written_year or year)
        try:
            days.add(datetime.date(year, int(month or 1), int(day or 1)))
        except ValueError:
            continue
    return days


READERS: dict[str, Callable[[str], set[Any]]] = {
    "percent": read_percents,
    "times": read_times,
    "amount": read_amounts,
    "count": read_counts,
    "day": read_days,
}


def is_written(kind: str, value: Value, sentence: str) -> bool:
    """Whether a sentence writes a value of a kind, or says nought where it is nought."""
    if value in READERS[kind](sentence):
        return True
    return value == 0 and any(word in sentence for word in NOUGHT)


def numbers_of(row: PolicyRow) -> Iterator[RowNumber]:
    """Every number and day of a row; not where its first band starts, which no clause writes."""
    for field in row._meta.fields:
        value = getattr(row, field.name)
        is_number = field.name in row.VALUES or isinstance(field, models.DateField)
        starts_at_nought = isinstance(row, BandRow) and field.name == "above" and value == 0
        if value is None or not is_number or starts_at_nought:
            continue
        exact = value if isinstance(value, datetime.date) else Decimal(value).normalize()
        yield RowNumber(field.name, _kind_of(field), exact)


def _kind_of(field: Any) -> str:
    if isinstance(field, models.DateField):
        return "day"
    if not isinstance(field, models.DecimalField):
        return "count"
    return _KINDS[field.max_digits, field.decimal_places]
