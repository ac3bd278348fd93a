"""`manage.py check_policy`: clean on what is shipped, and loud where something is wrong."""

import datetime
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from portal.policy.models import ChangeSet, Edition
from tests.policy.drafting import drafted, new_set, put, shipped, text_of

pytestmark = pytest.mark.django_db

DAY = "2025-10-20"


def run(day: str | None = DAY) -> tuple[int, list[str]]:
    """What it answers: its exit code and its lines."""
    out = StringIO()
    try:
        call_command("check_policy", day=day, stdout=out)
    except SystemExit as ended:
        return int(str(ended.code)), out.getvalue().splitlines()
    return 0, out.getvalue().splitlines()


def published(edition: Edition) -> None:
    edition.change_set.publish()


def errors() -> list[str]:
    code, lines = run()
    found = [line for line in lines if line.startswith("错误")]
    assert (code == 1) == bool(found)
    assert lines[-1].startswith(f"{len(found)} 处错误，")
    return found


def test_what_is_shipped_is_clean_but_for_the_residents_year_that_has_ended() -> None:
    code, lines = run()
    assert code == 0
    assert lines[-1] == "0 处错误，12 处提醒。"
    assert "提醒　居民住院：已于2024年12月31日截止，之后的标准还没有录入。" in lines
    assert all("已于2024年12月31日截止" in line for line in lines[:-1])


def test_the_day_is_today_where_none_is_given() -> None:
    """TODAY is in November 2026: the year of 按较低比例缴费的退休人员大额费 has ended too."""
    code, lines = run(None)
    assert (code, lines[-1]) == (0, "0 处错误，13 处提醒。")


def test_a_day_before_a_table_is_told() -> None:
    code, lines = run("2025-03-01")
    assert code == 0
    assert "提醒　灵活就业异地就医：从2025年6月1日起才有，2025年3月1日没有。" in lines


@pytest.mark.parametrize(("day", "told"), [("2025-10-31", False), ("2025-11-01", True)])
def test_what_ends_within_sixty_days_is_told(day: str, told: bool) -> None:
    """From the first of November to the last of December it is 29 + 31 = 60 days."""
    line = (
        "提醒　按较低比例缴费的退休人员大额费：到2025年12月31日截止，"
        "之后的标准还没有录入，请准备下一版。"
    )
    assert (line in run(day)[1]) == told


def test_what_ends_and_has_its_successor_is_not_told() -> None:
    edition = drafted("flexible", "tax_once_fee", datetime.date(2026, 1, 1))
    published(edition)
    assert not any("大额费" in line for line in run("2025-12-01")[1])


def test_a_missing_table_blocks() -> None:
    ChangeSet.objects.get(slug="resident-2024").withdraw()
    found = errors()
    assert "错误　居民住院：没有任何一版。" in found
    assert "错误　已定的理解（城乡居民医保）：没有任何一版。" in found
    # The texts name its numbers, and its clauses are no longer published.
    assert any("引用了没有的条款或理解：R-" in line for line in found), found


def test_a_missing_cell_blocks() -> None:
    edition = drafted("flexible", "inpatient", datetime.date(2025, 7, 1))
    edition.inpatientrate_rows.get(tier="level3", group="retired").delete()
    published(edition)
    (line,) = [line for line in errors() if "算不出" in line]
    assert line.startswith("错误　灵活就业住院：2025年10月20日算不出")
    edition.change_set.withdraw()
    assert errors() == []


def test_a_missing_cell_of_a_year_that_has_ended_blocks_too() -> None:
    start = shipped("resident", "inpatient").in_force_from
    edition = drafted("resident", "inpatient", start)
    edition.in_force_until = datetime.date(2024, 12, 31)
    edition.save()
    edition.inpatientdeductible_rows.get(tier="level3", group="adult").delete()
    published(edition)
    assert any("居民住院" in line and "2024年12月31日算不出" in line for line in errors())


def test_two_sets_for_one_day_are_told_and_block_while_one_is_waiting() -> None:
    start = shipped("flexible", "pool").in_force_from
    edition = drafted("flexible", "pool", start)
    ChangeSet.objects.filter(pk=edition.change_set_id).update(status="approved")
    (line,) = errors()
    assert line.startswith("错误　统筹基金年限额：")
    assert "变更单 draft" in line
    edition.change_set.refresh_from_db()
    published(edition)
    assert errors() == []
    assert any("按最后发布的算" in line for line in run()[1])


def test_a_reading_without_clauses_blocks() -> None:
    edition = drafted("flexible", "readings", datetime.date(2025, 7, 1))
    edition.decidedreading_rows.get(reading__code="A-02").clauses.clear()
    published(edition)
    assert errors() == [
        "错误　已定的理解（灵活就业人员职工医保） · A-02：没有写明涉及哪些条款，请补上。"
    ]


def test_a_text_with_an_unknown_reference_blocks_from_its_day_on() -> None:
    change_set = new_set()
    linked = "## 甲 {#resident}\n\n一。\n\n## 乙 {#direct}\n\n二。"  # other pages lead there
    version = text_of(change_set, f"# 题目\n\n付 [[flexible.pool.nothing]]。\n\n{linked}")
    version.in_force_from = datetime.date(2025, 10, 20)
    version.save()
    change_set.publish()
    (line,) = errors()
    assert line.endswith("引用了没有的数：[[flexible.pool.nothing]]。")
    assert run("2025-10-19")[0] == 0


def test_a_renamed_number_is_noticed_in_the_texts_that_name_it() -> None:
    edition = drafted("flexible", "pool", datetime.date(2025, 7, 1))
    put(edition, "amount", {"name": "yearly_limit"}, name="limit_of_the_year")
    published(edition)
    found = errors()
    assert any("[[flexible.pool.yearly_limit]]" in line for line in found)
    assert any("统筹基金年限额 · 全年最高支付：这个数没有填" in line for line in found)


def test_a_day_that_is_none_is_refused() -> None:
    with pytest.raises(CommandError, match="不是日期"):
        run("2025-10-32")
