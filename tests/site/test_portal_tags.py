"""How amounts, days and citations are written."""

import datetime
from decimal import Decimal

import pytest

from portal.site.templatetags import portal_tags as tags


@pytest.mark.parametrize(
    ("amount", "written", "short"),
    [
        (Decimal("1095.20"), "1,095.20 元", "1,095.20 元"),
        (Decimal("1200"), "1,200.00 元", "1,200 元"),
        (Decimal("0"), "0.00 元", "0 元"),
        (Decimal("99999999.99"), "99,999,999.99 元", "99,999,999.99 元"),
        (Decimal("8.585"), "8.59 元", "8.59 元"),
        (Decimal("-12.5"), "−12.50 元", "−12.50 元"),
        (Decimal("100.00"), "100.00 元", "100 元"),
        ("484.38", "484.38 元", "484.38 元"),
    ],
)
def test_money(amount: Decimal | str, written: str, short: str) -> None:
    assert tags.money(amount) == written
    assert tags.money_short(amount) == short


@pytest.mark.parametrize(
    ("day", "written"),
    [
        (datetime.date(2025, 10, 20), "2025年10月20日"),
        ("2025-06-01", "2025年6月1日"),
        ("2025-10", "2025年10月"),
        ("2025", "2025年"),
        ("2024年度", "2024年度"),
        ("", ""),
        (None, ""),
    ],
)
def test_days(day: datetime.date | str | None, written: str) -> None:
    assert tags.zh_date(day) == written


def test_a_seal_leads_to_its_clause() -> None:
    assert tags.seal("F-14.10") == '<a class="seal" href="/policy/F-14.10">依据 F-14.10</a>'
    assert tags.seals(["F-1.1", "F-1.2"]).count("</a> <a") == 1
    assert tags.seals([]) == ""
    assert "<script>" not in tags.seal("<script>")


def test_in_its_document_a_seal_is_short() -> None:
    bare = '<a class="seal" href="/policy/F-3.2" aria-label="依据 F-3.2">F-3.2</a>'
    assert tags.bare_seals(["F-3.2"]) == bare


def test_the_bar_is_filled_by_the_amounts() -> None:
    payers = [
        {"code": "pool", "amount": Decimal("2")},
        {"code": "large_sum", "amount": Decimal("0")},
        {"code": "self", "amount": Decimal("1")},
    ]
    assert tags.share_bar(payers)["parts"] == [
        {"pattern": "slant", "x": "0.00", "width": "66.67"},
        {"pattern": "solid", "x": "66.67", "width": "33.33"},
    ]


def test_a_bill_of_nothing_has_no_bar() -> None:
    assert tags.share_bar([{"code": "self", "amount": Decimal("0")}])["parts"] == []
