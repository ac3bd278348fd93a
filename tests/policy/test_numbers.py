"""Every number that was entered stands in the sentence of the clause that its row cites.

A small reader (portal.policy.written) turns a sentence into the numbers that the documents write
in it; a number of a row must be one of them. Where a clause does not write the number itself, the row is listed
below, with its value and why it is what it is: so a slip of the hand fails here in either case.
"""

import datetime
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, NamedTuple

import pytest

from portal.policy import written
from portal.policy.models import ClauseText
from portal.policy.tables import TABLES
from portal.policy.written import Value

pytestmark = pytest.mark.django_db


class Number(NamedTuple):
    """A number of a row: where it stands, what kind it is, and what its clause says."""

    place: str
    kind: str
    value: Value
    reading: str
    clause: str
    sentence: str


# Numbers that their clause does not write: value, reading and reason, row by row.
NOT_WRITTEN: dict[str, tuple[str, str, str]] = {
    # 不设立 and 首次: from which stay of the year an exemption holds
    "resident.inpatient.exemption.no_deductible from_admission": ("1", "", "不设立：第一次起"),
    "flexible.inpatient.exemption.no_deductible from_admission": ("1", "", "不设立：第一次起"),
    "resident.inpatient.exemption.cancer from_admission": ("2", "A-71", "只交首次：第二次起"),
    "flexible.inpatient.exemption.cancer from_admission": ("2", "A-06", "只交首次：第二次起"),
    # 每年递增1年 … 至2028年调整为30年: the years between
    "flexible.retirement.total.male.2024-01-01 first_day": ("2024-01-01", "A-41", "F-5.1 起始"),
    "flexible.retirement.total.male.2024-01-01 years": ("26", "A-41", "25 加 1"),
    "flexible.retirement.total.male.2025-01-01 first_day": ("2025-01-01", "A-41", "下一年"),
    "flexible.retirement.total.male.2025-01-01 years": ("27", "A-41", "26 加 1"),
    "flexible.retirement.total.male.2026-01-01 first_day": ("2026-01-01", "A-41", "下一年"),
    "flexible.retirement.total.male.2026-01-01 years": ("28", "A-41", "27 加 1"),
    "flexible.retirement.total.male.2027-01-01 first_day": ("2027-01-01", "A-41", "下一年"),
    "flexible.retirement.total.male.2027-01-01 years": ("29", "A-41", "28 加 1，下一年到 30"),
    # 以此类推, between 7 years in 2017 and 11 years in 2021
    "flexible.retirement.actual.approval.2018-01-01 first_day": ("2018-01-01", "A-42", "下一年"),
    "flexible.retirement.actual.approval.2018-01-01 years": ("8", "A-42", "7 加 1"),
    "flexible.retirement.actual.approval.2019-01-01 first_day": ("2019-01-01", "A-42", "下一年"),
    "flexible.retirement.actual.approval.2019-01-01 years": ("9", "A-42", "8 加 1"),
    "flexible.retirement.actual.approval.2020-01-01 first_day": ("2020-01-01", "A-42", "下一年"),
    "flexible.retirement.actual.approval.2020-01-01 years": ("10", "A-42", "9 加 1"),
    # Days that a reading gives
    "flexible.contribution.retirement_arrears_until value": ("2021-12-31", "A-37", "含12月"),
    "flexible.contribution.monthly.2025-01-01 last_month": ("2025-12-01", "A-93", "只用到当年"),
    "flexible.waiting.breaks_counted_from value": ("2022-01-01", "A-52", "〔2022〕2号出台"),
    # 按照我市…规定执行: as in Shenyang, so times 1 and minus 0
    "flexible.out_of_area.out_of_area.inpatient.long_term deductible_times": ("1", "", "照我市"),
    "flexible.out_of_area.out_of_area.inpatient.long_term rate_minus": ("0", "", "照我市"),
    "flexible.out_of_area.out_of_area.emergency.long_term deductible_times": ("1", "", "照我市"),
    "flexible.out_of_area.out_of_area.emergency.long_term rate_minus": ("0", "", "照我市"),
    # 急诊抢救 has no deductible that could be raised
    "flexible.out_of_area.out_of_area.emergency.temporary deductible_times": ("1", "", "没有起付"),
    "flexible.out_of_area.out_of_area.emergency.temporary_emergency deductible_times": (
        "1",
        "",
        "没有起付",
    ),
}


def is_right(number: Number) -> bool:
    """Written in its clause; or, where that cannot be, what is listed above and nothing else."""
    if number.place not in NOT_WRITTEN:
        return written.is_written(number.kind, number.value, number.sentence)
    value, reading, _ = NOT_WRITTEN[number.place]
    same = str(number.value) if number.kind == "day" else f"{number.value:f}"
    return same == value and number.reading == reading


def numbers() -> Iterator[Number]:
    """Every number and day of every row on file; the lower end of a first band has none."""
    sentences = {text.clause_id: text.sentence for text in ClauseText.objects.all()}
    for (scheme, name), table in TABLES.items():
        for model in table.row_models:
            rows = model._default_manager.filter(edition__scheme=scheme, edition__table=name)
            for row in rows.select_related("clause", "reading"):
                for field, kind, value in written.numbers_of(row):
                    yield Number(
                        place=f"{scheme}.{name}.{row.reference()} {field}",
                        kind=kind,
                        value=value,
                        reading=row.reading.code if row.reading else "",
                        clause=row.clause.code,
                        sentence=sentences[row.clause_id],
                    )


def test_every_number_stands_in_its_clause_or_is_explained() -> None:
    found = list(numbers())
    assert len(found) > 150  # the tables were really walked through
    strangers = [number for number in found if not is_right(number)]
    assert [(n.place, str(n.value), n.clause, n.sentence) for n in strangers] == []


def test_nothing_is_explained_that_is_written_or_gone() -> None:
    missing = {
        number.place
        for number in numbers()
        if not written.is_written(number.kind, number.value, number.sentence)
    }
    assert missing == set(NOT_WRITTEN)


def test_a_changed_number_is_noticed() -> None:
    """Change each number on file, one at a time, as a slip of the hand would."""
    unnoticed = []
    for number in numbers():
        slips: list[Value]
        if isinstance(number.value, datetime.date):
            slips = [number.value.replace(year=number.value.year + 11)]
            slips.append(number.value + datetime.timedelta(days=9))
        else:
            step = Decimal("0.0001") if number.kind == "percent" else Decimal(1)
            slips = [number.value + step, number.value * 10, number.value / 10]
        for slip in slips:
            changed = number._replace(value=slip)
            if slip != number.value and is_right(changed):
                unnoticed.append((number.place, str(number.value), str(slip)))
    # A table's line holds several cells: 600 and 60, or 2 years and 3, may stand side by side.
    assert unnoticed == []


@pytest.mark.parametrize(
    ("reader", "sentence", "expected"),
    [
        (written.read_percents, "三 级 600 88% 91% 12% 9%", {"0.88", "0.91", "0.12", "0.09"}),
        (written.read_percents, "报销比例下调10个百分点", {"0.1"}),
        (written.read_percents, "起付标准每次递减15%，但最多不得超过2次", {"0.15"}),
        (written.read_percents, "其余病种报销比例为90.5%", {"0.905"}),
        (written.read_times, "起付线上调至2.5倍，报销比例下调10个百分点", {"2.5"}),
        (written.read_times, "起付线上调2倍", {"2"}),
        (written.read_amounts, "年度最高支付限额为15万元。", {"150000"}),
        (written.read_amounts, "70%（1.5万元以上） 65%（1.5万元及以下）", {"15000"}),
        (written.read_amounts, "5-10万元（含10万元）的支付比例为65%", {"50000", "100000"}),
        (written.read_amounts, "基层 50 100 90% 90%", {"50", "100"}),
        (written.read_amounts, "2024年１月１日起，按每月８０元定额划入", {"80"}),
        (written.read_amounts, "限额为 7800 元。", {"7800"}),
        (written.read_amounts, "2010年9月-2012年7月缴费标准为194.28元/月", {"194.28"}),
        (written.read_counts, "满六个月后可办理，3个月内，最多2次", {"6", "3", "2"}),
        (written.read_counts, "怀孕满28周及以上，8个项目，共40种，满25年", {"28", "8", "40", "25"}),
    ],
)
def test_the_reader_of_numbers(reader: Any, sentence: str, expected: set[str]) -> None:
    assert reader(sentence) == {Decimal(number) for number in expected}


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("集中参保缴费期为2023年9月1日至12月20日", {"2023-09-01", "2023-12-20"}),
        ("2010年9月-2012年7月缴费标准", {"2010-09-01", "2012-07-01"}),
        ("至2028年调整为30年", {"2028-01-01"}),
        ("2024年１月１日起", {"2024-01-01"}),
        ("补缴3个月，7月办理", set()),
    ],
)
def test_the_reader_of_days(sentence: str, expected: set[str]) -> None:
    assert written.read_days(sentence) == {datetime.date.fromisoformat(day) for day in expected}
