"""Editions as cells of text: what is shipped goes round unchanged, what is wrong is told by cell."""

import datetime
from decimal import Decimal

import pytest

from portal.policy.grid import (
    MOST_ROWS,
    TOPICS,
    Read,
    Sheet,
    merge,
    read_sheets,
    save_sheets,
    sheets_from,
    sheets_of,
)
from portal.policy.models import (
    Amount,
    ChangeSet,
    ClauseText,
    Edition,
    InpatientDeductible,
    InpatientRate,
    MonthlyAmount,
    RuleClause,
)
from portal.policy.models.publishing import NotADraft
from portal.policy.tables import TABLES
from tests.policy.desk import draft_of_limit, person
from tests.policy.drafting import drafted, shipped

pytestmark = pytest.mark.django_db

SOME_DAY = datetime.date(2027, 1, 1)


def sheet_of(edition: Edition, label: str) -> Sheet:
    return next(sheet for sheet in sheets_of(edition) if sheet.label == label)


def typed(edition: Edition) -> dict[str, list[list[str]]]:
    return {sheet.label: [list(cells) for cells in sheet.rows] for sheet in sheets_of(edition)}


def messages(edition: Edition, label: str, rows: list[list[str]]) -> list[tuple[int, str, str]]:
    _, problems = read_sheets(edition, {label: rows})
    assert {problem.sheet for problem in problems} <= {label}
    return [(problem.row, problem.column, problem.message) for problem in problems]


def keys_of(edition: Edition) -> set[tuple[str, int]]:
    return {
        (model.__name__, pk)
        for model in TABLES[edition.scheme, edition.table].row_models
        for pk in model._default_manager.filter(edition=edition).values_list("pk", flat=True)
    }


@pytest.mark.parametrize(("scheme", "table"), TABLES)
def test_what_is_shipped_goes_round_unchanged(scheme: str, table: str) -> None:
    edition = drafted(scheme, table)
    before = keys_of(edition)
    shown = typed(edition)
    assert sum(map(len, shown.values())) == len(before) > 0
    read, problems = read_sheets(edition, shown)
    assert problems == []
    assert save_sheets(edition, read) == 0
    assert keys_of(edition) == before
    assert {sheet.label: sheet.rows for sheet in sheets_from(edition, read)} == shown


@pytest.mark.parametrize(("scheme", "table"), TABLES)
def test_every_sheet_has_chinese_names_that_tell_choices_apart(scheme: str, table: str) -> None:
    sheets = sheets_of(shipped(scheme, table))
    assert sheets[-1].model is RuleClause
    for sheet in sheets:
        for column in sheet.columns:
            titles = [title for _, title in column.choices]
            assert len(set(titles)) == len(titles)
            assert not any(title.isascii() for title in (column.title, *titles))


def test_topics_have_names_of_their_own() -> None:
    assert len(set(TOPICS.values())) == len(TOPICS)


def test_cells_say_what_staff_type() -> None:
    sheet = sheet_of(shipped("flexible", "contribution"), "monthlyamount")
    assert [column.title for column in sheet.columns] == [
        "从哪个月起",
        "最后适用的月份",
        "缴费标准（元/月）",
        "依据条款",
        "采用的理解",
    ]
    assert [column.kind for column in sheet.columns] == [
        "key",
        "other",
        "value",
        "clause",
        "reading",
    ]
    rates = sheet_of(shipped("flexible", "inpatient"), "inpatientrate")
    level3 = [cells[:4] for cells in rates.rows if cells[:2] == ["三级", "在职"]]
    assert level3 == [["三级", "在职", "0", "0.88"]]  # F-14.6
    exempt = sheet_of(shipped("flexible", "inpatient"), "deductibleexemption")
    assert {cells[1] for cells in exempt.rows} <= {"是", "否"}
    pool = sheet_of(shipped("flexible", "pool"), "amount")
    assert pool.rows == [["全年最高支付", "150000", "F-9.1", ""]]


def test_a_sheet_without_rows_is_there_to_be_filled() -> None:
    edition = drafted("resident", "major_illness")
    sheet = sheet_of(edition, "amount")
    assert sheet.rows == []
    read, problems = read_sheets(edition, {"amount": [["起付标准线", "18000", "R-12.4", ""]]})
    assert problems == []
    assert save_sheets(edition, read) == 3
    assert Amount.objects.get(edition=edition, name="threshold").value == 18_000


@pytest.mark.parametrize(
    ("label", "cells", "column", "message"),
    [
        (
            "inpatientrate",
            ["三级", "在职", "0", "88", "F-14.6", ""],
            "rate",
            "比例要在 0 和 1 之间：88% 请填 0.88。",
        ),
        (
            "inpatientdeductible",
            ["三级", "在职", "15万元", "F-14.2", ""],
            "amount",
            "请只填数字，不带单位：15万元 请填 150000。",
        ),
        ("inpatientdeductible", ["三级", "在职", "", "F-14.2", ""], "amount", "这一格不能空着。"),
        ("inpatientdeductible", ["", "在职", "600", "F-14.2", ""], "tier", "这一格不能空着。"),
        (
            "inpatientdeductible",
            ["三级", "在职", "600", "", ""],
            "clause",
            "请填依据的条款编号，例如 F-14.8。",
        ),
        (
            "inpatientdeductible",
            ["三级", "在职", "600", "Q-9.9", ""],
            "clause",
            "没有编号是“Q-9.9”的条款。请核对编号；新文件的条款，请先在这张变更单里录入文件和条款。",
        ),
        (
            "inpatientdeductible",
            ["三级", "在职", "600", "F-14.2", "Z-1"],
            "reading",
            "没有编号是“Z-1”的理解。请核对编号，例如 A-17；条款本身写全了的，这一格留空。",
        ),
        (
            "inpatientdeductible",
            ["三级", "在职", "600", "F-14.2", "", "多的"],
            "reading",
            "这一行比表头多出几格，这里只有 5 列，请核对。",
        ),
        (
            "deductibleexemption",
            ["恶性肿瘤", "也许", "2", "F-14.4", ""],
            "local_only",
            "请填“是”或“否”。",
        ),
        (
            "inpatientdeductible",
            ["三级", "在职", "6" * 101, "F-14.2", ""],
            "amount",
            "太长了，最多 100 个字。",
        ),
    ],
)
def test_a_wrong_cell_says_what_to_type(
    label: str, cells: list[str], column: str, message: str
) -> None:
    edition = drafted("flexible", "inpatient")
    assert messages(edition, label, [cells]) == [(0, column, message)]


def test_every_wrong_cell_is_told_and_empty_rows_keep_their_numbers() -> None:
    edition = drafted("flexible", "inpatient")
    rows = [
        ["三级", "在职", "x", "F-14.2", ""],
        ["", " ", "", "", ""],
        ["四级", "在职", "600", "Q-1", ""],
    ]
    found = messages(edition, "inpatientdeductible", rows)
    assert [(row, column) for row, column, _ in found] == [
        (0, "amount"),
        (2, "tier"),
        (2, "clause"),
    ]
    assert found[1][2].startswith("没有“四级”这一项，请填：基层、一级、")


def test_rows_that_collide_are_both_named() -> None:
    edition = drafted("flexible", "inpatient")
    rows = [
        ["三级", "在职", "600", "F-14.2", ""],
        ["三级", "退休", "600", "F-14.2", ""],
        [" 三级 ", "在职", "700", "f-14.2", ""],
    ]
    assert messages(edition, "inpatientdeductible", rows) == [
        (0, "tier", "和第 3 行重复，同样的一行只能有一行。请改正其中一行，或删去。"),
        (2, "tier", "和第 1 行重复，同样的一行只能有一行。请改正其中一行，或删去。"),
    ]


def test_two_rows_of_what_has_only_one_collide() -> None:
    edition = drafted("flexible", "inpatient")
    rows = [["0.2", "2", "F-14.3", ""], ["0.3", "2", "F-14.3", ""]]
    found = messages(edition, "admissiondecrement", rows)
    assert [(row, column) for row, column, _ in found] == [(0, "step"), (1, "step")]


def test_a_name_that_the_table_does_not_know_is_refused() -> None:
    edition = drafted("flexible", "pool")
    assert messages(edition, "amount", [["每月划入", "100", "F-14.7", ""]]) == [
        (0, "name", "这张表里没有“每月划入”这一项，请填：全年最高支付。")
    ]
    assert messages(edition, "amount", [["", "100", "F-14.7", ""]]) == [
        (0, "name", "请填是哪一项：全年最高支付。")
    ]


def test_what_a_model_forbids_is_told_at_the_cell() -> None:
    edition = drafted("flexible", "contribution")
    rows = [["2026-05-01", "2026-01-01", "900", "F-3.2", ""]]
    assert messages(edition, "monthlyamount", rows) == [(0, "last_month", "结束不能早于开始。")]


def test_too_many_rows_are_refused() -> None:
    edition = drafted("flexible", "pool")
    rows = [["全年最高支付", "1", "F-14.7", ""]] * (MOST_ROWS + 1)
    _, problems = read_sheets(edition, {"amount": rows})
    assert [p.message for p in problems if p.column == ""] == [
        f"一共 {MOST_ROWS + 1} 行，太多了，最多 {MOST_ROWS} 行。"
    ]


def test_clauses_of_the_own_set_count_and_those_of_another_draft_do_not() -> None:
    draft = draft_of_limit(person("li"))
    own = Edition.objects.get(change_set=draft)
    row = [["全年最高支付", "１６０,000", "n-1.1", ""]]
    read, problems = read_sheets(own, {"amount": row})
    assert problems == []
    (amount,) = read["amount"]
    assert isinstance(amount, Amount)
    assert (amount.value, amount.clause.code) == (160_000, "N-1.1")
    other = drafted("flexible", "pool", SOME_DAY)
    assert [column for _, column, _ in messages(other, "amount", row)] == ["clause"]


def test_a_clause_that_a_row_cites_already_may_stay() -> None:
    draft = draft_of_limit(person("li"))
    ClauseText.objects.get(change_set=draft).delete()
    own = Edition.objects.get(change_set=draft)
    assert read_sheets(own, typed(own))[1] == []


def change(edition: Edition, label: str, change_to: list[list[str]]) -> int:
    read, problems = read_sheets(edition, {label: change_to})
    assert problems == []
    return save_sheets(edition, read)


def test_only_what_differs_is_stored() -> None:
    edition = drafted("flexible", "inpatient")
    stored = InpatientDeductible.objects.filter(edition=edition)
    rows = typed(edition)["inpatientdeductible"]
    place = next(n for n, cells in enumerate(rows) if cells[:2] == ["三级", "在职"])
    kept = set(stored.values_list("pk", flat=True))
    rows[place][2] = "700"
    assert change(edition, "inpatientdeductible", rows) == 1
    row = InpatientDeductible.objects.get(edition=edition, tier="level3", group="active")
    assert row.amount == 700
    assert set(stored.values_list("pk", flat=True)) == kept


def test_rows_are_added_and_removed() -> None:
    edition = drafted("resident", "major_illness")
    rows = typed(edition)["majorillnessband"]
    assert rows[0][0] == "0"
    gone = rows.pop()  # above, rate and clause were filled in
    added = [["888888", "0.75", rows[0][2], ""]]
    assert change(edition, "majorillnessband", [*added, *rows]) == 6
    now = typed(edition)["majorillnessband"]
    assert now == [*rows, *added]  # in the order of the bands
    assert gone not in now


def test_a_sheet_that_is_not_given_stays() -> None:
    edition = drafted("flexible", "inpatient")
    before = InpatientRate.objects.filter(edition=edition).count()
    assert change(edition, "deductibleexemption", []) > 0
    assert InpatientRate.objects.filter(edition=edition).count() == before


def test_a_month_may_begin_open() -> None:
    edition = drafted("flexible", "contribution")
    assert change(edition, "monthlyamount", [["", "2025年12月", "1,000.5", "F-3.2", ""]])
    row = MonthlyAmount.objects.get(edition=edition)
    assert (row.first_month, row.last_month) == (None, datetime.date(2025, 12, 1))
    assert row.amount == Decimal("1000.50")
    assert typed(edition)["monthlyamount"] == [["", "2025-12-01", "1000.5", "F-3.2", ""]]


@pytest.mark.parametrize("status", ["submitted", "published"])
def test_what_is_no_draft_is_refused_whole(status: str) -> None:
    edition = drafted("flexible", "inpatient")
    rows = typed(edition)
    for cells in rows["inpatientdeductible"]:
        cells[2] = "1"
    read, _ = read_sheets(edition, rows)
    draft = edition.change_set
    if status == "published":
        draft.publish()
    else:
        draft.status = ChangeSet.Status.SUBMITTED
        draft.save()
    with pytest.raises(NotADraft):
        save_sheets(edition, read)
    assert not InpatientDeductible.objects.filter(edition=edition, amount=1).exists()


# --- two people ------------------------------------------------------------------------------------


BASE = [
    ["三级", "在职", "600", "F-14.2", ""],
    ["三级", "退休", "500", "F-14.2", ""],
    ["二级", "在职", "300", "F-14.2", ""],
]


def three(mine: list[list[str]], theirs: list[list[str]]) -> tuple[list[list[str]], list[object]]:
    shape = sheet_of(shipped("flexible", "inpatient"), "inpatientdeductible")
    merged, conflicts = merge(
        *(Sheet(shape.model, shape.title, shape.columns, rows) for rows in (BASE, mine, theirs))
    )
    return merged, [
        (found.row, found.column, found.mine, found.theirs, found.removed) for found in conflicts
    ]


def with_cell(row: int, column: int, text: str) -> list[list[str]]:
    rows = [list(cells) for cells in BASE]
    rows[row][column] = text
    return rows


NEW = ["一级", "在职", "200", "F-14.2", ""]
NEW_OTHERWISE = ["一级", "在职", "250", "F-14.2", ""]


@pytest.mark.parametrize(
    ("mine", "theirs", "merged", "conflicts"),
    [
        (BASE, BASE, BASE, []),
        (with_cell(0, 2, "700"), BASE, with_cell(0, 2, "700"), []),
        (BASE, with_cell(0, 2, "700"), with_cell(0, 2, "700"), []),
        # two cells of one row
        (
            with_cell(0, 2, "700"),
            with_cell(0, 3, "F-14.3"),
            [["三级", "在职", "700", "F-14.3", ""], *BASE[1:]],
            [],
        ),
        # the same change twice
        (with_cell(0, 2, "700"), with_cell(0, 2, "700"), with_cell(0, 2, "700"), []),
        (
            with_cell(0, 2, "700"),
            with_cell(0, 2, "800"),
            with_cell(0, 2, "700"),
            [(0, "amount", "700", "800", "")],
        ),
        ([*BASE, NEW], BASE[:2], [*BASE[:2], NEW], []),
        (BASE[1:], [*BASE, NEW], [*BASE[1:], NEW], []),
        ([*BASE, NEW], [*BASE, NEW], [*BASE, NEW], []),
        (
            [*BASE, NEW],
            [*BASE, NEW_OTHERWISE],
            [*BASE, NEW],
            [(3, "amount", "200", "250", "")],
        ),
        # one removed the row that the other changed
        (
            with_cell(0, 2, "700"),
            BASE[1:],
            with_cell(0, 2, "700"),
            [(0, "tier", "", "", "theirs")],
        ),
        (
            BASE[1:],
            with_cell(0, 2, "700"),
            [*BASE[1:], ["三级", "在职", "700", "F-14.2", ""]],
            [(2, "tier", "", "", "mine")],
        ),
    ],
)
def test_two_peoples_changes_are_put_together(
    mine: list[list[str]],
    theirs: list[list[str]],
    merged: list[list[str]],
    conflicts: list[object],
) -> None:
    assert three(mine, theirs) == (merged, conflicts)


def test_rows_that_were_read_are_written_as_stored_ones_are() -> None:
    edition = drafted("flexible", "pool")
    read: Read = read_sheets(edition, {"amount": [["全年最高支付", "150,000.00", "f-9.1", ""]]})[0]
    (sheet,) = sheets_from(edition, read)
    assert sheet.rows == sheet_of(edition, "amount").rows
