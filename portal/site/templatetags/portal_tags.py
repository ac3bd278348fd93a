"""How money, days, citations, titles and links of the frame are written on every public page.

Tags that appear often on a page build their HTML here instead of including a template.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from typing import Any, Protocol

from django import template
from django.forms import BoundField, CheckboxSelectMultiple, RadioSelect
from django.template import Context
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from portal.policy.seals import bare_seals, seal, seals

register = template.Library()

CENT = Decimal("0.01")
MINUS = "−"  # the real minus sign: as wide as a digit, and never the first half of a line break
ISO_DAY = re.compile(r"(\d{4})(?:-(\d{1,2}))?(?:-(\d{1,2}))?")


def yuan(amount: Decimal | int | str) -> str:
    """Write an amount with thousands separators and two decimals: `1,095.20`."""
    value = Decimal(amount).quantize(CENT, ROUND_HALF_UP)
    return f"{MINUS if value < 0 else ''}{abs(value):,.2f}"


@register.filter
def money(amount: Decimal | int | str) -> str:
    """Write an amount as on a slip: `1,095.20 元`."""
    return f"{yuan(amount)} 元"


@register.filter
def money_short(amount: Decimal | int | str) -> str:
    """Write an amount as in a sentence: `1,200 元`, but `484.38 元`."""
    return f"{yuan(amount).removesuffix('.00')} 元"


@register.filter
def unbroken(text: str) -> str:
    """Keep a number and its unit on one line: `50 元`."""
    return text.replace(" ", "\N{NO-BREAK SPACE}")


@register.filter(is_safe=True)
def slip_money(amount: Decimal | int | str) -> SafeString:
    """Write an amount in figures that a style can set apart from their unit."""
    return format_html("<b>{}</b> 元", yuan(amount))


# A reader of screens leaves most signs out.
_SIGNS = {
    " × ": " 乘 ",
    " + ": " 加 ",
    " − ": " 减 ",
    " = ": " 等于 ",
    " → ": "，得出 ",
    " > ": " 大于 ",
    " ≤ ": " 不超过 ",
    "—": " 到 ",
    "(": "括号里 ",
    ")": "，括号外",
}


@register.filter
def spoken(formula: str) -> SafeString:
    """Write a formula with its signs for the eye and in words for the ear."""
    said = formula
    for sign, word in _SIGNS.items():
        said = said.replace(sign, word)
    if said == formula:
        return format_html("{}", formula)
    return format_html(
        '<span aria-hidden="true">{}</span><span class="heard">{}</span>', formula, said
    )


@register.filter
def zh_date(day: date | str | None) -> str:
    """Write a day in Chinese: `2025年10月20日`; `2025-10` becomes `2025年10月`, `2025` `2025年`."""
    if not day:
        return ""
    if isinstance(day, date):
        return f"{day.year}年{day.month}月{day.day}日"
    if not (match := ISO_DAY.fullmatch(day)):
        return day
    parts = zip(match.groups(), "年月日", strict=True)
    return "".join(f"{int(part)}{unit}" for part, unit in parts if part)


register.simple_tag(seal)
register.simple_tag(seals)
register.simple_tag(bare_seals)


class Said(Protocol):
    """A line of a text to pass on: what kind it is, and its two parts with what stands between."""

    @property
    def kind(self) -> str: ...
    @property
    def text(self) -> str: ...
    @property
    def gap(self) -> str: ...
    @property
    def value(self) -> str: ...


@register.simple_tag
def message(lines: Iterable[Said]) -> SafeString:
    """Write a text to pass on. Its lines say what they are, so that js/card.js can draw the same."""
    return format_html_join(
        "\n",
        '<span data-line="{}">{}{}</span>',
        (
            (line.kind, line.text, line.value and format_html("{}<b>{}</b>", line.gap, line.value))
            for line in lines
        ),
    )


# The two below stand around a block of the frame, so that a page names its title once and who
# shares the page shows the same one.
@register.simple_block_tag
def titled(content: SafeString) -> SafeString:
    """Write the page's title, for the window and for whoever shares it."""
    title = SafeString(" ".join(content.split()))
    return format_html(
        '<title>{0} - 沈阳医保服务门户</title>\n<meta property="og:title" content="{0}">', title
    )


@register.simple_block_tag
def described(content: SafeString) -> SafeString:
    """Write what the page is about, for search engines and for whoever shares it."""
    words = SafeString(" ".join(content.split()))
    return format_html(
        '<meta name="description" content="{0}">\n<meta property="og:description" content="{0}">',
        words,
    )


@register.simple_tag(takes_context=True)
def nav_link(context: Context, path: str, name: str) -> SafeString:
    """Link a part of the site, marked where this page is its first one or belongs to it."""
    here = context["request"].path
    current = "page" if here == path else "true" if here.startswith(path) else ""
    mark = format_html(' aria-current="{}"', current) if current else ""
    return format_html('<a href="{}"{}>{}</a>', path, mark, name)


# What tells the payers apart without colour. The person's own share is the only solid one.
PATTERNS = {
    "pool": "slant",
    "large_sum": "dots",
    "supplementary": "bars",
    "major_illness": "dots",  # residents, whose insurance this is, have no large_sum
    "self": "solid",
}


def pattern_of(code: str) -> str:
    """Name the pattern of a payer; one that is new here gets a pattern too."""
    return PATTERNS.get(code, "slant")


@register.simple_tag
@cache
def swatch(code: str) -> SafeString:
    """Draw the little square that names a payer's part of the bar."""
    return format_html(
        '<svg class="swatch" aria-hidden="true" focusable="false">'
        '<rect class="w-{0}" width="100%" height="100%"/>'
        '<rect width="100%" height="100%" fill="url(#p-{0})"/></svg>',
        pattern_of(code),
    )


@register.inclusion_tag("calculators/_share_bar.html")
def share_bar(payers: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Draw who pays which part of a bill, in the order given.

    The widths come from the amounts, not from the rounded percentages, so that they fill the bar.
    """
    paying = [payer for payer in payers if payer["amount"] > 0]
    total = sum((payer["amount"] for payer in paying), Decimal(0))
    parts, at = [], Decimal(0)
    for payer in paying:
        width = payer["amount"] * 100 / total
        parts.append(
            {"pattern": pattern_of(payer["code"]), "x": f"{at:.2f}", "width": f"{width:.2f}"}
        )
        at += width
    return {"parts": parts}


@register.filter
def focus_id(field: BoundField) -> str:
    """Return the id that a link from the error summary should lead to: the first thing to answer."""
    widget = field.field.widget
    if isinstance(widget, RadioSelect | CheckboxSelectMultiple):
        return f"{field.auto_id}_0"
    parts = day_parts(field)
    return parts[0]["id"] if parts else str(field.id_for_label or field.auto_id)


DAY_UNITS = {"year": ("年", 4), "month": ("月", 2), "day": ("日", 2)}


@register.filter
def day_parts(field: BoundField) -> list[dict[str, Any]]:
    """Return the boxes of an answer that is asked for in parts (年, 月, 日), else nothing."""
    if not (subwidgets := field.subwidgets):
        return []
    data = subwidgets[0].data
    parts = []
    for part, key in zip(data.get("subwidgets", ()), DAY_UNITS, strict=False):
        value = part["value"]
        if isinstance(value, list):  # a select keeps its value in a list
            value = value[0] if value else ""
        unit, length = DAY_UNITS[key]
        parts.append(
            {
                "name": part["name"],
                "id": part["attrs"].get("id", ""),
                "value": "" if value is None else value,
                "unit": unit,
                "length": length,
                "key": key,
            }
        )
    return parts
