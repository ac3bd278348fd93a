"""What staff type into a cell of a grid or a sheet, read strictly and refused helpfully."""

import datetime
import re
import unicodedata
from decimal import Decimal
from typing import Any

from django.db import models

from portal.policy.models import PolicyRow
from portal.policy.values import MONEY_DIGITS, SHARE_PLACES

_YES, _NO = ("是", "true", "1", "yes"), ("否", "false", "0", "no", "")
_DAY = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*(?:[-/.月]\s*(?:(\d{1,2})\s*日?)?)?")
_MOST = 32_767  # of a PositiveSmallIntegerField
_MONTHS = ("first_month", "last_month")  # days that stand for their month


def check_value(model: type[PolicyRow], field: str, text: str) -> str:
    """Say in Chinese what is wrong with `text` in a field and what to type; empty where it is right."""
    try:
        read_value(model, field, text)
    except ValueError as error:
        return str(error)
    return ""


def read_value(model: type[PolicyRow], field: str, text: str) -> Any:
    """Return the value that `text` stands for in a field. Raises ValueError with a message for staff.

    Full-width figures and commas between thousands are understood; units are not. Links to other
    records (clause, reading) and plain names are returned as they are typed.
    """
    wanted: Any = model._meta.get_field(field)
    plain = unicodedata.normalize("NFKC", text).strip()
    if isinstance(wanted, models.BooleanField):
        return _yes_or_no(plain)
    if not plain:
        if wanted.null:
            return None
        raise ValueError("这一格不能空着。")
    if wanted.choices:
        return _choice(wanted, plain)
    if isinstance(wanted, models.DateField):
        return _day(plain, is_month=field in _MONTHS)
    if isinstance(wanted, models.DecimalField):
        return _decimal(wanted, plain, field)
    if isinstance(wanted, models.IntegerField):
        return _count(plain)
    return plain


def _yes_or_no(text: str) -> bool:
    if text.lower() in _YES:
        return True
    if text.lower() in _NO:
        return False
    raise ValueError("请填“是”或“否”。")


def _choice(field: Any, text: str) -> str:
    for value, label in field.choices:
        if text in (value, unicodedata.normalize("NFKC", label)):
            return str(value)
    raise ValueError(
        f"没有“{text}”这一项，请填：{'、'.join(label for _, label in field.choices)}。"
    )


def _day(text: str, *, is_month: bool) -> datetime.date:
    found = _DAY.fullmatch(text)
    if found is None or not (found[3] or is_month):
        raise ValueError("请填日期，写成“年-月-日”，例如 2027-07-01。")
    try:
        day = datetime.date(int(found[1]), int(found[2]), int(found[3] or 1))
    except ValueError:
        raise ValueError(f"没有“{text}”这一天，请核对日期。") from None
    if is_month and day.day != 1:
        raise ValueError(f"月份请填该月 1 日：{day.replace(day=1)}。")
    return day


def _decimal(field: Any, text: str, name: str) -> Decimal:
    number = _number(text)
    is_share, is_money = field.decimal_places == SHARE_PLACES, field.max_digits == MONEY_DIGITS
    if number is None:
        _refuse_units(text, is_share=is_share)
        raise ValueError(f"“{text}”不是数，请只填数字，例如 {'0.88' if is_share else '1200.00'}。")
    if is_share:
        _refuse_percent(number, "下调的幅度" if name == "rate_minus" else "比例")
    elif number < 0:
        raise ValueError("金额不能小于 0。" if is_money else "倍数不能小于 0。")
    exact = number.normalize()
    if -int(exact.as_tuple().exponent) > field.decimal_places:
        raise ValueError(f"小数点后最多 {field.decimal_places} 位，请核对“{text}”。")
    if exact.adjusted() >= field.max_digits - field.decimal_places:
        raise ValueError(f"“{text}”太大了，请核对位数。")
    return number


def _number(text: str) -> Decimal | None:
    """A plain number, `1,200.50` too; not `1,5`, which may be meant as 1.5."""
    if not re.fullmatch(r"-?(?:\d+|\d{1,3}(?:,\d{3})+)(?:\.\d+)?", text):
        return None
    return Decimal(text.replace(",", ""))


def _refuse_units(text: str, *, is_share: bool) -> None:
    """Name the number to type where somebody typed 88% or 15万元."""
    if (found := re.fullmatch(r"([\d.,]+)\s*(%|个百分点|折|成)", text)) and is_share:
        number, parts = _number(found[1]), 100 if found[2] in ("%", "个百分点") else 10
        if number is not None:
            raise ValueError(f"比例请填小数：{text} 请填 {_plain(number / parts)}。")
    if found := re.fullmatch(r"([\d.,]+)\s*(万|千|百)?元?(?:/[年月次])?", text):
        number, times = _number(found[1]), {"万": 10_000, "千": 1000, "百": 100}.get(found[2], 1)
        if number is not None and not is_share:
            raise ValueError(f"请只填数字，不带单位：{text} 请填 {_plain(number * times)}。")


def _refuse_percent(number: Decimal, word: str) -> None:
    if 1 < number <= 100:
        share = _plain(number / 100)
        raise ValueError(f"{word}要在 0 和 1 之间：{_plain(number)}% 请填 {share}。")
    if not 0 <= number <= 1:
        raise ValueError(f"{word}要在 0 和 1 之间，例如 88% 填 0.88。")


def _count(text: str) -> int:
    if not re.fullmatch(r"\d{1,9}", text):
        found = re.fullmatch(r"(\d{1,9})(?:\.0+|\s*(?:个月|个|年|次|周|种|月))", text)
        raise ValueError(f"请只填整数：{found[1]}。" if found else f"“{text}”不是整数，例如 3。")
    if int(text) > _MOST:
        raise ValueError(f"“{text}”太大了，请核对位数。")
    return int(text)


def _plain(number: Decimal) -> str:
    return f"{number.normalize():f}"
