"""Fields that read an answer: exactly as the contract writes it, or as people type it.

A strict form (JSON) takes plain ASCII only; a kind one (the page) also takes 「1.2万」, 「1,200」,
full-width digits and a day in three boxes. Both give the same value or an error in Chinese.
"""

import datetime
import re
import unicodedata
from collections.abc import Iterable
from copy import copy
from decimal import Decimal
from enum import StrEnum
from typing import Any, Self

from django import forms
from django.core.exceptions import ValidationError
from django.forms import BoundField

from calculators.rules.money import plain
from calculators.rules.months import MONTHS_A_YEAR, Month

LARGEST_AMOUNT = Decimal("99999999.99")
LARGEST_COUNT = 999
MOST_REPEATED = 100
FIRST_YEAR = 1900

_STRICT_AMOUNT = re.compile(r"[0-9]{1,20}(\.[0-9]{1,2})?", re.ASCII)
_KIND_AMOUNT = re.compile(r"([0-9]{1,20}(?:\.[0-9]{1,6})?|\.[0-9]{1,6})(万|千|百)?", re.ASCII)
_MYRIAD = 10_000
_UNITS = {"万": _MYRIAD, "千": 1_000, "百": 100, None: 1}
_IGNORED_IN_AMOUNTS = re.compile(r"[\s,、]|人民币|元|圆|块|¥|￥")
_STRICT_COUNT = re.compile(r"[0-9]{1,6}", re.ASCII)
_STRICT_MONTH = re.compile(r"([0-9]{4})-([0-9]{2})", re.ASCII)
_KIND_MONTH = re.compile(r"([0-9]{4})[-/.年]([0-9]{1,2})月?", re.ASCII)
_DAY_PART = re.compile(r"[0-9]{1,4}", re.ASCII)
_STRICT_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)


def amount_in_words(amount: Decimal) -> str:
    """Say an amount as people do, so that a slipped zero is heard: `2 万元`, `1 万零 50 元`.

    The script of the form says the same while the amount is typed (static/js/form.js).
    """
    myriads, rest = divmod(amount, _MYRIAD)
    written = f"{rest:,.2f}".removesuffix(".00")
    if not myriads:
        return f"{written} 元"
    if not rest:
        return f"{int(myriads):,} 万元"
    return f"{int(myriads):,} 万{'零' if rest < _UNITS['千'] else ''} {written} 元"


class Answer(forms.Field):
    """A field with a default: an answer that is not given counts as `default`.

    `explained` names a template that explains its hard words, folded under the question. The rest
    is set by the form: `strict` for all its fields; `leads_on` where another question depends on
    the answer; `conditional` where this one is such a question, `asked` whether it is asked now,
    and `is_new` where the answers just given have led to it.
    """

    strict = False
    leads_on = False
    conditional = False
    asked = True
    is_new = False

    def __init__(self, *, default: Any = None, explained: str = "", **options: Any) -> None:
        options.setdefault("required", False)
        super().__init__(**options)
        self.default = default
        self.explained = explained and f"calculators/explained/{explained}.html"

    def __copy__(self) -> Self:
        """Each form has copies of its own; the ordinary way takes five times as long."""
        twin = self.__class__.__new__(self.__class__)
        twin.__dict__.update(self.__dict__)
        return twin

    @property
    def shows_default(self) -> bool:
        """Whether the page fills the default in: an amount of nothing is better left empty."""
        return self.default is not None and not isinstance(self.default, Decimal | tuple)

    def to_python(self, value: Any) -> Any:
        if value in self.empty_values:
            return self.default
        return self.read(str(value))

    def validate(self, value: Any) -> None:
        if self.required and value in self.empty_values:
            raise ValidationError(self.error_messages["required"], code="required")

    def spelled(self, typed: str, value: Any) -> str:
        """Return how a link writes an answer: as typed if that is plain, else its plain spelling."""
        exact = copy(self)
        exact.strict = True
        try:
            exact.read(typed)
        except ValidationError:
            return plain(value) if isinstance(value, Decimal) else str(value)
        return typed

    def read(self, text: str) -> Any:
        """Turn a non-empty answer into its value, or raise ValidationError in Chinese."""
        raise NotImplementedError

    def said(self, value: Any) -> str:
        """Say an answer in Chinese, as a list of answers repeats it."""
        return str(value)


class BoundAmount(BoundField):
    """An amount on the page, which also says in words what was typed."""

    @property
    def in_words(self) -> str:
        try:
            amount = self.field.to_python(self.value())
        except ValidationError:
            return ""
        return amount_in_words(amount) if amount else ""


class AmountField(Answer):
    """An amount in yuan, as a Decimal with at most two decimals, 0 to 99,999,999.99."""

    bound_field_class = BoundAmount
    is_amount = True
    widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})

    def read(self, text: str) -> Decimal:
        amount = self._strictly(text) if self.strict else self._kindly(text)
        if amount > LARGEST_AMOUNT:
            raise ValidationError("金额太大了，最多 99,999,999.99 元。请看看是不是多打了几个零。")
        return amount

    def _strictly(self, text: str) -> Decimal:
        if not _STRICT_AMOUNT.fullmatch(text):
            raise ValidationError("请填写金额，例如 20000 或 20000.50：只用数字，最多两位小数。")
        return Decimal(text)

    def _kindly(self, text: str) -> Decimal:
        tidy = _IGNORED_IN_AMOUNTS.sub("", unicodedata.normalize("NFKC", text))
        if tidy.startswith("-"):
            raise ValidationError("金额不能小于 0。")
        match = _KIND_AMOUNT.fullmatch(tidy)
        if not match:
            raise ValidationError("请填写金额，例如 20000、20,000.50 或 2万。")
        amount = Decimal(match[1]) * _UNITS[match[2]]
        if amount != amount.quantize(Decimal("0.01")):
            raise ValidationError("金额最多到分，也就是两位小数，例如 20000.50。")
        return amount

    def said(self, value: Decimal) -> str:
        return amount_in_words(value)


class CountField(Answer):
    """A whole number from `least` to 999."""

    widget = forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"})

    def __init__(self, *, least: int = 0, **options: Any) -> None:
        super().__init__(**options)
        self.least = least

    def read(self, text: str) -> int:
        tidy = text if self.strict else unicodedata.normalize("NFKC", text).strip()
        if not _STRICT_COUNT.fullmatch(tidy) or not self.least <= int(tidy) <= LARGEST_COUNT:
            raise ValidationError(f"请填写 {self.least} 到 {LARGEST_COUNT} 之间的整数。")
        return int(tidy)


class MonthField(Answer):
    """A month, `2025-09`, as a `Month`."""

    widget = forms.TextInput(attrs={"autocomplete": "off", "placeholder": "2025-09"})

    def read(self, text: str) -> Month:
        tidy = text if self.strict else unicodedata.normalize("NFKC", text).strip()
        match = (_STRICT_MONTH if self.strict else _KIND_MONTH).fullmatch(tidy)
        if match and int(match[1]) >= FIRST_YEAR and 1 <= int(match[2]) <= MONTHS_A_YEAR:
            return Month(int(match[1]), int(match[2]))
        raise ValidationError("请写明年和月，例如 2025-09。")

    def said(self, value: Month) -> str:
        return f"{value.year}年{value.month}月"


class YesNoField(Answer):
    """Yes or no, `true` or `false`, as a bool; `default=None` where not knowing is an answer."""

    def __init__(self, *, default: bool | None = False, **options: Any) -> None:
        options.setdefault("widget", forms.RadioSelect(choices=[("true", "是"), ("false", "否")]))
        super().__init__(default=default, **options)

    def prepare_value(self, value: Any) -> Any:
        return str(value).lower() if isinstance(value, bool) else value

    def read(self, text: str) -> bool:
        if text not in {"true", "false"}:
            raise ValidationError(
                "请回答 true（是）或 false（否）。" if self.strict else "请选“是”或“否”。"
            )
        return text == "true"

    def said(self, value: bool) -> str:
        return "是" if value else "否"


class RepeatedWidget(forms.Textarea):
    """Several answers: one a line, or one each time that the name is given."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[str]:
        return [value for value in data.getlist(name) if value]


class RepeatedField(Answer):
    """An answer that may be given several times: a tuple of what `one` reads."""

    widget = RepeatedWidget(attrs={"rows": 3})

    def __init__(self, one: Answer, **options: Any) -> None:
        options.setdefault("default", ())
        super().__init__(**options)
        self.one = one

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(map(str, value)) if isinstance(value, tuple | list) else value

    def to_python(self, value: Any) -> Any:
        one = copy(self.one)  # which every form shares, the strict ones and the kind ones
        one.strict = self.strict
        texts = value if isinstance(value, list) else []
        if not self.strict:
            texts = [line.strip() for text in texts for line in text.splitlines() if line.strip()]
        if len(texts) > MOST_REPEATED:
            raise ValidationError(f"最多填 {MOST_REPEATED} 项。")
        return tuple(map(one.read, texts)) or self.default

    def spelled_all(self, typed: list[str], values: tuple[Any, ...]) -> list[str]:
        """Return how a link writes the answers, one for each time that it gives the name."""
        lines = [line.strip() for text in typed for line in text.splitlines() if line.strip()]
        return [self.one.spelled(*pair) for pair in zip(lines, values, strict=True)]

    def said(self, value: tuple[Any, ...]) -> str:
        return "、".join(map(self.one.said, value))


class ChoiceAnswer(Answer):
    """One member of an enumeration of the contract; `choices` are (member, Chinese name) pairs."""

    widget = forms.RadioSelect

    def __init__(self, *, choices: Iterable[tuple[StrEnum, str]] = (), **options: Any) -> None:
        super().__init__(**options)
        self.choices = list(choices)

    @property
    def choices(self) -> list[tuple[StrEnum, str]]:
        return self._choices

    @choices.setter
    def choices(self, choices: Iterable[tuple[StrEnum, str]]) -> None:
        self._choices = list(choices)
        self.widget.choices = [(member.value, label) for member, label in self._choices]

    def prepare_value(self, value: Any) -> Any:
        return value.value if isinstance(value, StrEnum) else value

    def read(self, text: str) -> StrEnum:
        for member, _ in self._choices:
            if member.value == text:
                return member
        known = "、".join(f"{member.value}（{label}）" for member, label in self._choices)
        raise ValidationError(
            f"没有这个选项。可以选：{known}。" if self.strict else "请从下面选一项。"
        )

    def said(self, value: StrEnum) -> str:
        return next(label for member, label in self._choices if member == value)


class DayWidget(forms.MultiWidget):
    """Year, month and day in three boxes, named `<name>_year` and so on."""

    PARTS = ("year", "month", "day")

    def __init__(self) -> None:
        box = {"inputmode": "numeric", "autocomplete": "off"}
        super().__init__({part: forms.TextInput(box) for part in self.PARTS})

    def value_from_datadict(  # type: ignore[override]  # a day may also come whole
        self, data: Any, files: Any, name: str
    ) -> str | list[str]:
        """Return the boxes as typed; a day that came whole as it is; "" where there is neither."""
        boxes = [data.get(f"{name}_{part}", "").strip() for part in self.PARTS]
        return data.get(name) or (boxes if any(boxes) else "")

    def decompress(self, value: Any) -> list[str]:
        parts = str(value or "").split("-")
        return [*parts, "", "", ""][:3]


class DayField(Answer):
    """A day, as a `datetime.date`."""

    widget = DayWidget

    def to_python(self, value: Any) -> Any:
        if isinstance(value, list):
            return self._day([unicodedata.normalize("NFKC", box) for box in value])
        return super().to_python(value)

    def spelled(self, typed: Any, value: Any) -> str:
        return value.isoformat() if isinstance(typed, list) else super().spelled(typed, value)

    def read(self, text: str) -> datetime.date:
        if self.strict:
            return self._day(text.split("-") if _STRICT_DAY.fullmatch(text) else [])
        return self._day(unicodedata.normalize("NFKC", text).strip().split("-"))

    def _day(self, parts: list[str]) -> datetime.date:
        try:
            if len(parts) == len(DayWidget.PARTS) and all(map(_DAY_PART.fullmatch, parts)):
                return datetime.date(*map(int, parts))
        except ValueError:
            pass
        raise ValidationError(
            "没有这一天。请写成 2025-06-15 这样。"
            if self.strict
            else "没有这一天，请看看年、月、日。"
        )

    def said(self, value: datetime.date) -> str:
        return f"{value.year}年{value.month}月{value.day}日"
