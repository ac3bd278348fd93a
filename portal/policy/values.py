"""Rows and their numbers as people read them: 「三级 · 在职：起付标准 600 元」."""

import datetime
from decimal import Decimal
from typing import Any, cast

from django.db import models

from portal.policy.age import zh_day
from portal.policy.models import Amount, Count, Day, MonthlyAmount, PolicyRow, Rate

# Chinese names of single numbers, by their name in a table.
NAMES = {
    "first_day": "第一天",
    "last_day": "最后一天",
    "adult_waiting_months": "成年居民中途参保，到账次月起等待（月）",
    "newborn_months": "新生儿出生后多久内参保（月）",
    "conversion_gap_months": "职工转居民，中断不超过（月）",
    "conversion_waiting_months": "职工转居民中断更久，到账次月起等待（月）",
    "rate": "比例",
    "diseases": "病种数",
    "quarter_deductible": "每季起付标准",
    "quarter_limit": "每季最高支付",
    "threshold": "起付标准线",
    "prenatal_allowance": "产前检查一次性补贴",
    "weeks": "妊娠满（周）",
    "residence_months": "在备案地住满（月）",
    "change_after_months": "备案满多久可变更或终止（月）",
    "retirement_arrears_until": "退休时可补齐欠费到",
    "yearly_fee": "每年",
    "monthly_account": "每月划入",
    "yearly_large_sum_fee": "大额费每年",
    "monthly_large_sum_fee": "大额费每月",
    "contribution_rate": "缴费比例",
    "deemed_until": "连续工龄视同缴费到",
    "waiting_months": "待遇等待期（月）",
    "back_pay_months": "中断多久以内可以补缴（月）",
    "resident_years": "连续参加居民医保（年）",
    "breaks_counted_from": "从哪天起的中断适用",
    "yearly_limit": "全年最高支付",
    "reduction": "起付和自付降低",
    "old_policy_until": "这天及以前的备案按原政策",
    "permit_years": "居住证无终止日期时有效（年）",
    "deductible": "起付标准",
    "most_times": "最多次数",
    "covered_items": "纳入的项目数",
}


def make_label(row: PolicyRow) -> str:
    """Say which row it is: its kind, or the name of its number, and its keys in Chinese."""
    if isinstance(row, Amount | Rate | Count | Day):
        return NAMES[row.name]
    values = [name for name in row.VALUES if name not in row.KEYS]
    kind = column_title(row, values[0]) if len(values) == 1 else str(row._meta.verbose_name)
    parts = [kind, *(_key(row, name) for name in row.KEYS)]
    return " · ".join(part for part in parts if part)


def column_title(row: PolicyRow, name: str) -> str:
    """Name the column of one of a row's numbers, without its unit."""
    return str(_field(row, name).verbose_name).partition("（")[0]


def _key(row: PolicyRow, name: str) -> str:
    field = _field(row, name)
    value = getattr(row, name)
    if isinstance(field, models.BooleanField):
        return str(field.verbose_name) if value else "其他人"
    if getattr(field, "choices", None):
        return str(getattr(row, f"get_{name}_display")())
    if isinstance(value, Decimal):
        return f"超过 {money(value)}" if value else ""
    if isinstance(row, MonthlyAmount):
        return f"{value.year}年{value.month}月起" if value else "更早的月份"
    if isinstance(value, datetime.date):
        return f"{zh_day(value)}起"
    return "更早" if value is None else str(value)


def _field(row: PolicyRow, name: str) -> "models.Field[Any, Any]":
    return cast("models.Field[Any, Any]", row._meta.get_field(name))


def make_values(row: PolicyRow) -> str:
    """Write the numbers of a row with their units."""
    values = [name for name in row.VALUES if name not in row.KEYS]
    written = [make_value(row, name) for name in values]
    if len(written) == 1:
        return written[0]
    labels = (str(_field(row, name).verbose_name) for name in values)
    return "，".join(f"{label} {text}" for label, text in zip(labels, written, strict=True))


def make_value(row: PolicyRow, name: str) -> str:
    """Write one number of a row: an amount in 元, a share in %, a day, or a plain count."""
    value: Any = getattr(row, name)
    field = _field(row, name)
    if isinstance(value, datetime.date):
        return zh_day(value)
    if isinstance(field, models.DecimalField):
        if name == "rate_minus":  # from 88% to 78% is less by 10 points, not by 10%
            return f"{_plain(value * 100)} 个百分点"
        if field.decimal_places == SHARE_PLACES:
            return percent(value)
        return money(value) if field.max_digits == MONEY_DIGITS else f"{_plain(value)} 倍"
    unit = "年" if name == "years" else ""
    return f"{value} {unit}".strip()


SHARE_PLACES = 4
MONEY_DIGITS = 10


def money(amount: Decimal) -> str:
    """1200.00 → 1,200 元; 484.38 → 484.38 元."""
    return f"{amount:,.2f}".removesuffix(".00") + " 元"


def percent(share: Decimal) -> str:
    """0.8800 → 88%."""
    return f"{_plain(share * 100)}%"


def _plain(number: Decimal) -> str:
    return f"{number:f}".rstrip("0").rstrip(".") if "." in f"{number:f}" else f"{number:f}"
