"""Tables as people read them, checked against the documents line by line."""

import datetime

import pytest

from portal.policy.in_force import Timetable
from portal.policy.sheets import LAYOUTS, Sheet
from portal.policy.texts import Numbers
from tests.conftest import TODAY
from tests.made_up import copy_of_edition

pytestmark = pytest.mark.django_db


def sheet(name: str) -> Sheet:
    made = Numbers(Timetable.load(), TODAY).sheet(name)
    assert made is not None
    return made


def lines(name: str) -> list[tuple[str, ...]]:
    return [(line.name, *(value for _, value in line.cells)) for line in sheet(name).lines]


@pytest.mark.parametrize("name", [".".join(key) for key in LAYOUTS])
def test_every_sheet_is_whole(name: str) -> None:
    made = sheet(name)
    assert made.lines
    assert made.columns
    assert made.head
    assert made.year
    for line in made.lines:
        assert [column for column, _ in line.cells] == made.columns
        assert line.clauses
        assert all(value for _, value in line.cells), (name, line)


def test_the_residents_inpatient_table_reads_as_printed() -> None:
    """R-7.1 to R-7.5, minors first; the adults' 70% of 特三级 begins above 15,000 (R-7.5)."""
    assert sheet("resident.inpatient").columns == [
        "起付标准：在校学生和非在校未成年人",
        "起付标准：成年居民",
        "报销比例：在校学生和非在校未成年人",
        "报销比例：成年居民",
    ]
    assert lines("resident.inpatient") == [
        ("基层", "50 元", "100 元", "90%", "90%"),
        ("一级", "100 元", "200 元", "85%", "85%"),
        ("二级", "150 元", "300 元", "80%", "80%"),
        ("三级", "300 元", "600 元", "75%", "75%"),
        (
            "特三级（特大型三级）",
            "600 元",
            "1,200 元",
            "70%",
            "15,000 元及以下：65%；超过 15,000 元：70%",
        ),
    ]


def test_the_flexible_inpatient_table_reads_as_printed() -> None:
    """F-14.3 to F-14.7: one deductible for 在职 and 退休, so one column."""
    assert sheet("flexible.inpatient").columns == ["起付标准", "报销比例：在职", "报销比例：退休"]
    assert lines("flexible.inpatient") == [
        ("一级", "200 元", "94%", "97%"),
        ("区属二级", "300 元", "93%", "96%"),
        ("市属二级", "300 元", "93%", "96%"),
        ("三级", "600 元", "88%", "91%"),
        ("特三级（特大型三级）", "1,200 元", "86%", "89%"),
    ]


def test_the_supplementary_bands_abut() -> None:
    """F-16.6 to F-16.13."""
    assert lines("flexible.supplementary") == [
        ("超过 600 元，到 800 元", "40%", "10%"),
        ("超过 800 元，到 1,000 元", "50%", "15%"),
        ("超过 1,000 元，到 3,000 元", "60%", "20%"),
        ("超过 3,000 元", "70%", "25%"),
    ]


def test_months_run_up_to_the_next_row() -> None:
    """F-8.5, F-8.16, F-8.18; the last ends with 2025 (A-93)."""
    months = lines("flexible.contribution")
    assert months[0] == ("2010年8月及以前", "167.42 元")
    assert ("2022年7月至2023年12月", "450.36 元") in months
    assert months[-1] == ("2025年1月至2025年12月", "484.38 元")


def test_years_say_which_day_decides() -> None:
    """F-5.2, F-5.3, F-5.8, F-5.9."""
    assert ("男，2025年1月1日至2025年12月31日", "27 年") in lines("flexible.retirement_total")
    assert ("女，不分年份", "25 年") in lines("flexible.retirement_total")
    actual = lines("flexible.retirement_actual")
    assert ("达到退休年龄的日期，2022年1月1日起", "10 年") in actual
    assert any(name.endswith("2021年1月1日至2021年12月31日") and v == "11 年" for name, v in actual)


def test_a_lowered_rate_is_less_by_points() -> None:
    """F-15.11: 起付线上调至2.5倍，报销比例下调10个百分点."""
    assert ("住院，临时外出", "2.5 倍", "10 个百分点") in lines("flexible.out_of_area")


def test_a_sheet_follows_a_newly_published_edition() -> None:
    from portal.policy.models import ChangeSet, Edition

    old = Edition.objects.get(scheme="resident", table="inpatient")
    change = ChangeSet.objects.create(slug="made-up", title="虚构的一版")
    new = copy_of_edition(old, change, datetime.date(2026, 1, 1))
    new.inpatientdeductible_rows.filter(tier="level3", group="adult").update(amount=677)
    change.publish()
    assert ("三级", "300 元", "677 元", "75%", "75%") in lines("resident.inpatient")
