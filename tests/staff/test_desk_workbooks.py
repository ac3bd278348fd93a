"""A draft's tables go out as a workbook, and come back: shown first, then saved whole or not at all."""

import datetime
import io
from decimal import Decimal
from typing import Any
from urllib.parse import unquote

import pytest
from django.contrib.auth.models import Permission, User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from portal.policy import grid
from portal.policy.models import (
    Amount,
    ChangeSet,
    ChangeSetEvent,
    InpatientDeductible,
)
from portal.policy.workbook import write_workbook
from tests.policy.desk import draft_of_limit, hand_in, person
from tests.policy.drafting import drafted, new_set, put, shipped

pytestmark = pytest.mark.django_db

POOL = "统筹基金年限额·金额"
DEDUCTIBLE = "灵活就业住院·住院起付标准"
RATE = "灵活就业住院·住院报销比例"


@pytest.fixture
def draft() -> ChangeSet:
    """A draft with two tables from 2027 on, as they are in force."""
    return drafted(
        "flexible", "inpatient", change_set=drafted("flexible", "pool").change_set
    ).change_set


@pytest.fixture
def desk(admin_client: Client) -> Client:
    return admin_client


def address(draft: ChangeSet) -> str:
    return reverse("admin:desk:workbook", args=[draft.pk])


def downloaded(client: Client, draft: ChangeSet) -> Any:
    return load_workbook(io.BytesIO(client.get(address(draft)[:-1] + ".xlsx").content))


def upload(client: Client, draft: ChangeSet, content: bytes) -> HttpResponse:
    file = SimpleUploadedFile("改好的.xlsx", content)
    return client.post(address(draft), {"step": "upload", "file": file})


def bring(client: Client, draft: ChangeSet, *cells: tuple[str, str, Any]) -> HttpResponse:
    """Upload what was downloaded, with other values in some cells."""
    book = downloaded(client, draft)
    for name, place, value in cells:
        book[name][place] = value
    return upload(client, draft, saved(book))


def saved(book: Any) -> bytes:
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def paste(client: Client, draft: ChangeSet, label: str, cells: str) -> HttpResponse:
    edition = draft.editions.get(table="pool" if label == "amount" else "inpatient")
    sheet = f"{edition.pk}-{label}"
    return client.post(address(draft), {"step": "paste", "sheet": sheet, "cells": cells})


def confirm(client: Client, draft: ChangeSet, preview: HttpResponse, *new: str) -> HttpResponse:
    signed = preview.context["signed"]
    return client.post(
        address(draft), {"step": "confirm", "signed": signed, "new": new}, follow=True
    )


def changes(response: HttpResponse) -> list[tuple[str, str, str, str, str]]:
    """What a preview says: worksheet, row, column, now, then."""
    return [
        (name, f"{row.kind} {row.label}", *cell)
        for part in response.context["trial"].parts
        for name, rows in part.sheets
        for row in rows
        for cell in row.cells
    ]


def wrong(response: HttpResponse) -> list[tuple[str, str, str]]:
    assert response.status_code == 422
    return [(w.name, w.address, w.message) for w in response.context["trial"].wrong]


def limit(draft: ChangeSet) -> Decimal:
    return Amount.objects.get(edition__change_set=draft, name="yearly_limit").value


def edits(draft: ChangeSet) -> list[str]:
    events = draft.events.filter(action=ChangeSetEvent.Action.EDITED)
    return list(events.values_list("why", flat=True))


# --- out and back ----------------------------------------------------------------------------------


def test_the_page_lists_the_tables_and_offers_both_ways(desk: Client, draft: ChangeSet) -> None:
    page = desk.get(address(draft)).content.decode()
    assert "统筹基金年限额，2027年1月1日起" in page
    assert page.count('name="step"') == 2


def test_a_draft_without_tables_says_what_to_do(desk: Client) -> None:
    empty = new_set()
    page = desk.get(address(empty)).content.decode()
    assert "这张变更单里还没有表" in page
    response = desk.get(reverse("admin:desk:workbook-file", args=[empty.pk]), follow=True)
    assert "先复制一张为新一版" in response.content.decode()


def test_the_file_bears_the_name_of_the_set(desk: Client, draft: ChangeSet) -> None:
    response = desk.get(reverse("admin:desk:workbook-file", args=[draft.pk]))
    assert unquote(response["Content-Disposition"]).endswith("utf-8''变更单 draft.xlsx")


def test_what_was_not_changed_changes_nothing(desk: Client, draft: ChangeSet) -> None:
    response = bring(desk, draft)
    assert response.status_code == 200
    assert changes(response) == []
    assert "没有要改的格子" in response.content.decode()


def test_a_preview_shows_each_cell_and_saves_nothing(desk: Client, draft: ChangeSet) -> None:
    """三级医院在职 600, as F-14.6 says, becomes 1300; the limit 150000 becomes 160000."""
    response = bring(desk, draft, (POOL, "B8", 160_000), *deductible("1300"))
    assert response.status_code == 200
    assert changes(response) == [
        (DEDUCTIBLE, "改 三级 · 在职", "起付标准（元/次）", "600", "1300"),
        (POOL, "改 全年最高支付", "金额", "150000", "160000"),
    ]
    assert "160000" in response.content.decode()
    assert limit(draft) == 150_000
    assert edits(draft) == []


def deductible(value: object) -> list[tuple[str, str, object]]:
    """The cell of 三级 · 在职 in the worksheet of deductibles."""
    sheet = next(
        s
        for s in grid.sheets_of(shipped("flexible", "inpatient"))
        if s.model is InpatientDeductible
    )
    row = next(n for n, cells in enumerate(sheet.rows) if cells[:2] == ["三级", "在职"])
    return [(DEDUCTIBLE, f"C{8 + row}", value)]


def test_confirming_saves_all_and_writes_one_line(desk: Client, draft: ChangeSet) -> None:
    preview = bring(desk, draft, (POOL, "B8", 160_000), *deductible(1300))
    response = confirm(desk, draft, preview)
    assert "已保存：2 张表，共改 2 格。" in response.content.decode()
    assert limit(draft) == 160_000
    row = InpatientDeductible.objects.get(edition__change_set=draft, tier="level3", group="active")
    assert row.amount == 1300
    assert edits(draft) == [
        "上传 Excel：灵活就业住院（2027年1月1日起）改 1 格；统筹基金年限额（2027年1月1日起）改 1 格"
    ]


def test_confirming_twice_says_that_it_is_done(desk: Client, draft: ChangeSet) -> None:
    preview = bring(desk, draft, (POOL, "B8", 160_000))
    confirm(desk, draft, preview)
    again = confirm(desk, draft, preview)
    assert again.status_code == 409
    assert changes(again) == []
    assert len(edits(draft)) == 1


def test_rows_are_added_and_removed(desk: Client, draft: ChangeSet) -> None:
    book = downloaded(desk, draft)
    worksheet = book[RATE]
    first = [cell.value for cell in worksheet[8]][:3]
    worksheet.delete_rows(8)
    worksheet.append(["三级", "在职", 50000, 0.95, "F-14.3"])
    response = upload(desk, draft, saved(book))
    kinds = {(kind.split()[0], column) for _, kind, column, _, _ in changes(response)}
    assert kinds == {
        ("增", "机构级别"), ("增", "人员类别"), ("增", "超过"), ("增", "报销比例"), ("增", "依据条款"),
        ("删", "机构级别"), ("删", "人员类别"), ("删", "超过"), ("删", "报销比例"), ("删", "依据条款"),
    }  # fmt: skip
    confirm(desk, draft, response)
    sheet = next(
        s for s in grid.sheets_of(draft.editions.get(table="inpatient")) if s.title in RATE
    )
    assert ["三级", "在职", "50000", "0.95", "F-14.3", ""] in sheet.rows
    assert [str(cell) for cell in first] not in [cells[:3] for cells in sheet.rows]


# --- what is wrong ---------------------------------------------------------------------------------


def test_a_broken_cell_is_named_by_its_address(desk: Client, draft: ChangeSet) -> None:
    response = bring(desk, draft, (RATE, "D8", 88), (POOL, "B8", "15万元"), (POOL, "C8", "Z-1"))
    assert wrong(response) == [
        (RATE, "D8", "比例要在 0 和 1 之间：88% 请填 0.88。"),
        (POOL, "B8", "请只填数字，不带单位：15万元 请填 150000。"),
        (
            POOL,
            "C8",
            "没有编号是“Z-1”的条款。请核对编号；新文件的条款，请先在这张变更单里录入文件和条款。",
        ),
    ]
    assert "signed" not in response.content.decode()


def test_of_two_changes_with_one_wrong_none_is_saved(desk: Client, draft: ChangeSet) -> None:
    response = bring(desk, draft, (POOL, "B8", 160_000), (RATE, "D8", 88))
    assert len(wrong(response)) == 1
    # Even for somebody who sends the signed cells without being offered to.
    done = confirm(desk, draft, response)
    assert done.status_code in (409, 422)
    assert limit(draft) == 150_000
    assert edits(draft) == []


def test_rows_that_collide_are_named_by_their_row_in_the_worksheet(
    desk: Client, draft: ChangeSet
) -> None:
    row = ["全年最高支付", 1, "F-9.1"]
    cells = [(POOL, f"{letter}9", value) for letter, value in zip("ABC", row, strict=True)]
    told = wrong(bring(desk, draft, *cells))
    assert [(address, message[:8]) for _, address, message in told] == [
        ("A8", "和第 9 行重复"),
        ("A9", "和第 8 行重复"),
    ]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "文件是空的。"),
        (b"\x89PNG\r\n\x1a\n", "这是图片或 PDF，不是表格。"),
        (b"PK\x03\x04cut", "文件打不开"),
        (b"PK" + b"\0" * 2_000_001, "文件太大"),
    ],
)
def test_what_is_no_workbook_is_refused(
    desk: Client, draft: ChangeSet, content: bytes, told: str
) -> None:
    response = upload(desk, draft, content)
    assert response.status_code == 422
    assert told in response.content.decode()


def test_a_formula_is_refused(desk: Client, draft: ChangeSet) -> None:
    response = bring(desk, draft, (POOL, "B8", "=150000+1"))
    assert response.status_code == 422
    assert "B8 是公式" in response.content.decode()


def test_no_file_is_told(desk: Client, draft: ChangeSet) -> None:
    response = desk.post(address(draft), {"step": "upload"})
    assert response.status_code == 422
    assert "请先选一个文件。" in response.content.decode()


# --- tables that the draft does not have yet -------------------------------------------------------


def test_a_table_of_the_file_is_taken_up_with_its_day(desk: Client, draft: ChangeSet) -> None:
    book = load_workbook(io.BytesIO(write_workbook([shipped("flexible", "emergency")])))
    for worksheet in book.worksheets[1:-2]:
        worksheet["B4"] = "2027-07-01"
    book["灵活就业急诊抢救·比例"]["B8"] = 0.75
    preview = upload(desk, draft, saved(book))
    (part,) = preview.context["trial"].parts
    assert (part.is_new, part.day, part.cells) == (True, datetime.date(2027, 7, 1), 1)
    assert not draft.editions.filter(table="emergency").exists()
    left = confirm(desk, draft, preview)  # without taking it up
    assert "没有要改的格子" in left.content.decode()
    assert not draft.editions.filter(table="emergency").exists()
    confirm(desk, draft, preview, part.key)
    made = draft.editions.get(table="emergency")
    assert made.in_force_from == datetime.date(2027, 7, 1)
    assert made.document == draft.document
    assert [row.value for row in made.rate_rows.all()] == [Decimal("0.75")]
    # What the file did not touch came along from the version in force.
    assert made.ruleclause_rows.count() == shipped("flexible", "emergency").ruleclause_rows.count()
    assert edits(draft) == ["上传 Excel：灵活就业急诊抢救（2027年7月1日起）新一版，改 1 格"]


def test_tables_that_say_what_is_in_force_are_not_taken_up(desk: Client, draft: ChangeSet) -> None:
    content = write_workbook([shipped("flexible", "emergency"), shipped("flexible", "chronic")])
    response = upload(desk, draft, content)
    assert response.context["trial"].unchanged == ["灵活就业急诊抢救", "灵活就业门诊慢特病"]
    assert response.context["trial"].parts == []


def test_a_year_that_has_ended_is_taken_up_with_the_same_numbers(
    desk: Client, draft: ChangeSet
) -> None:
    """The residents' tables of 2024 end with it; the next year may have the same ones."""
    book = load_workbook(io.BytesIO(write_workbook([shipped("resident", "emergency")])))
    for worksheet in book.worksheets[1:-2]:
        worksheet["B4"] = "2025-01-01"
    preview = upload(desk, draft, saved(book))
    (part,) = preview.context["trial"].parts
    assert (part.is_new, part.cells) == (True, 0)
    assert "各格和上一版一样" in preview.content.decode()
    confirm(desk, draft, preview, part.key)
    made = draft.editions.get(scheme="resident", table="emergency")
    assert (made.in_force_from, made.in_force_until) == (datetime.date(2025, 1, 1), None)


# --- two people ------------------------------------------------------------------------------------


def test_what_a_colleague_changed_since_the_download_is_kept(
    desk: Client, draft: ChangeSet
) -> None:
    book = downloaded(desk, draft)
    edition = draft.editions.get(table="inpatient")
    put(edition, "inpatientdeductible", {"tier": "level1", "group": "active"}, amount=250)
    ((name, place, value),) = deductible(1300)
    book[name][place] = value
    preview = upload(desk, draft, saved(book))
    assert changes(preview) == [(DEDUCTIBLE, "改 三级 · 在职", "起付标准（元/次）", "600", "1300")]
    assert "在您下载以后别人改过" in preview.content.decode()
    confirm(desk, draft, preview)
    amounts = {
        row.tier: row.amount for row in edition.inpatientdeductible_rows.filter(group="active")
    }
    assert (amounts["level1"], amounts["level3"]) == (250, 1300)


def test_a_cell_that_both_changed_is_told(desk: Client, draft: ChangeSet) -> None:
    book = downloaded(desk, draft)
    put(draft.editions.get(table="pool"), "amount", {"name": "yearly_limit"}, value=155_000)
    book[POOL]["B8"] = 160_000
    preview = upload(desk, draft, saved(book))
    assert changes(preview) == [(POOL, "改 全年最高支付", "金额", "155000", "160000")]
    (told,) = (told for told in preview.context["trial"].parts[0].told if "全年最高支付" in told)
    assert told == (
        "“全年最高支付”的“金额”：别人改成了 155000，您的文件里是 160000。确认后按您的文件。"
    )


def test_a_change_between_preview_and_confirmation_shows_a_new_preview(
    desk: Client, draft: ChangeSet
) -> None:
    preview = bring(desk, draft, (POOL, "B8", 160_000))
    colleague = User.objects.create_user("li", first_name="李", is_staff=True)
    put(draft.editions.get(table="pool"), "amount", {"name": "yearly_limit"}, value=155_000)
    draft.events.create(action="edited", by=colleague, why="统筹基金年限额：改 1 格")
    response = confirm(desk, draft, preview)
    assert response.status_code == 409
    assert "预览以后，李 改过这张变更单：统筹基金年限额：改 1 格。" in response.content.decode()
    assert changes(response) == [(POOL, "改 全年最高支付", "金额", "155000", "160000")]
    assert limit(draft) == 155_000
    confirm(desk, draft, response)
    assert limit(draft) == 160_000


def test_another_part_of_the_draft_may_change_meanwhile(desk: Client, draft: ChangeSet) -> None:
    preview = bring_only_pool(desk, draft)
    put(
        draft.editions.get(table="inpatient"),
        "inpatientdeductible", {"tier": "level1", "group": "active"}, amount=250,
    )  # fmt: skip
    confirm(desk, draft, preview)
    assert limit(draft) == 160_000


def bring_only_pool(client: Client, draft: ChangeSet) -> HttpResponse:
    book = downloaded(client, draft)
    for name in book.sheetnames:
        if name != POOL:
            del book[name]
    book[POOL]["B8"] = 160_000
    return upload(client, draft, saved(book))


def test_confirming_after_the_set_was_submitted_is_refused(admin_client: Client) -> None:
    author = person("author")
    draft = draft_of_limit(author)
    preview = bring(admin_client, draft, (POOL, "B8", 170_000))
    hand_in(draft, author)
    response = confirm(admin_client, draft, preview)
    assert "没有保存：这张变更单现在是“待审核”" in response.content.decode()
    assert limit(draft) == 160_000
    assert edits(draft) == []


def test_a_published_set_is_only_read(desk: Client) -> None:
    first = ChangeSet.objects.get(slug="flexible-2025-10")
    page = desk.get(address(first)).content.decode()
    assert "内容不能再改" in page
    assert 'name="step"' not in page
    assert desk.get(reverse("admin:desk:workbook-file", args=[first.pk])).status_code == 200
    assert desk.post(address(first), {"step": "upload"}).status_code == 302


@pytest.mark.parametrize("signed", ["", "nonsense", "a:b:c"])
def test_a_forged_preview_is_refused(desk: Client, draft: ChangeSet, signed: str) -> None:
    response = desk.post(address(draft), {"step": "confirm", "signed": signed})
    assert response.status_code == 422
    assert "预览已经过期，没有保存。" in response.content.decode()


def test_a_preview_holds_for_its_set_and_its_person(desk: Client, draft: ChangeSet) -> None:
    preview = bring(desk, draft, (POOL, "B8", 160_000))
    other = drafted("flexible", "pool", change_set=new_set("other")).change_set
    data = {"step": "confirm", "signed": preview.context["signed"]}
    assert desk.post(address(other), data).status_code == 422
    colleague = User.objects.create_superuser("boss")
    stranger = Client()
    stranger.force_login(colleague)
    assert stranger.post(address(draft), data).status_code == 422
    assert limit(draft) == 150_000


# --- pasting ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "cells",
    [
        "全年最高支付\t160000\tF-9.1\t",
        "全年最高支付\t160,000\tF-9.1\r\n\r\n",
        "项目\t金额\t依据条款\t采用的理解\n全年最高支付\t160000\tF-9.1\t",
        "金额\t依据条款\t采用的理解\t项目\n160000\tF-9.1\t\t全年最高支付",
    ],
)
def test_pasted_cells_go_the_same_way(desk: Client, draft: ChangeSet, cells: str) -> None:
    preview = paste(desk, draft, "amount", cells)
    assert changes(preview) == [("金额", "改 全年最高支付", "金额", "150000", "160000")]
    confirm(desk, draft, preview)
    assert limit(draft) == 160_000
    assert edits(draft) == ["粘贴：统筹基金年限额（2027年1月1日起）改 1 格"]


def test_a_wrong_pasted_cell_is_named_and_nothing_is_lost(desk: Client, draft: ChangeSet) -> None:
    cells = "项目\t金额\t依据条款\t采用的理解\n全年最高支付\t16万\tF-9.1\t"
    response = paste(desk, draft, "amount", cells)
    assert wrong(response) == [
        ("金额", "第 2 行第 2 格", "请只填数字，不带单位：16万 请填 160000。")
    ]
    assert "全年最高支付\t16万" in response.content.decode()


@pytest.mark.parametrize(
    ("data", "told"),
    [
        ({"cells": "a"}, "请选粘贴到哪张表。"),
        ({"sheet": "0-amount", "cells": "a"}, "变更单里已经没有这张表"),
        ({"sheet": "pool", "cells": ""}, "还没有粘贴内容。"),
        ({"sheet": "pool", "cells": "\n \t \n"}, "还没有粘贴内容。"),
        ({"sheet": "pool", "cells": "a\t" * 15_000}, "粘贴的内容太长"),
        (
            {"sheet": "pool", "cells": "项目\t金额\n全年最高支付\t1"},
            "第 1 行缺少“依据条款”这一列。",
        ),
    ],
)
def test_what_cannot_be_pasted_is_told(
    desk: Client, draft: ChangeSet, data: dict[str, str], told: str
) -> None:
    if data.get("sheet") == "pool":
        data = {**data, "sheet": f"{draft.editions.get(table='pool').pk}-amount"}
    response = desk.post(address(draft), {"step": "paste", **data})
    assert response.status_code == 422
    assert told in response.content.decode()


# --- who may ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("permission", "seen", "saved_as"),
    [("view_changeset", 200, 403), ("change_changeset", 200, 422), (None, 403, 403)],
)
def test_who_may_see_and_who_may_change(
    client: Client, draft: ChangeSet, permission: str | None, seen: int, saved_as: int
) -> None:
    clerk = person("clerk")
    if permission:
        clerk.user_permissions.add(Permission.objects.get(codename=permission))
    client.force_login(clerk)
    assert client.get(address(draft)).status_code == seen
    assert client.get(address(draft)[:-1] + ".xlsx").status_code == seen
    assert client.post(address(draft), {"step": "upload"}).status_code == saved_as


def test_a_set_that_is_not_there_is_not_found(desk: Client) -> None:
    assert desk.get("/admin/desk/99999/workbook/").status_code == 404
    assert desk.get("/admin/desk/99999/workbook.xlsx").status_code == 404
