"""A table's edition on the desk: begun as a copy, edited as a grid by one or two people, taken out."""

import datetime
import re
from html import unescape
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from portal.policy.drafts import copy_edition
from portal.policy.grid import sheets_of
from portal.policy.models import (
    Amount,
    ChangeSet,
    ChangeSetEvent,
    Document,
    Edition,
    InpatientDeductible,
    InpatientRate,
)
from portal.policy.tables import TABLES
from tests.policy.desk import draft_of_limit
from tests.policy.drafting import NEXT_YEAR, drafted, new_set

pytestmark = pytest.mark.django_db

INLINE = re.compile(r"<style|<script(?![^>]*\bsrc=)|<[^>]*\s(style|on[a-z]+)=|javascript:")
FIELD = re.compile(r"<input\b[^>]*>|<select\b.*?</select>|<textarea\b.*?</textarea>", re.DOTALL)


def clerk(name: str, *rights: str) -> Client:
    user = User.objects.create_user(name, is_staff=True, first_name=name)
    user.user_permissions.set(
        Permission.objects.filter(codename__in=rights or ("view_changeset", "change_changeset"))
    )
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def li() -> Client:
    return clerk("李梅")


@pytest.fixture
def wang() -> Client:
    return clerk("王芳")


@pytest.fixture
def edition() -> Edition:
    return drafted("flexible", "inpatient")


def page_of(edition: Edition, name: str = "table") -> str:
    return reverse(f"admin:desk:{name}", args=[edition.change_set_id, edition.pk])


def value_of(control: str) -> str | None:
    if control.startswith("<select"):
        chosen = re.search(r'<option value="([^"]*)" selected', control)
        return unescape(chosen[1]) if chosen else ""
    if control.startswith("<textarea"):
        return unescape(control.partition(">")[2].removesuffix("</textarea>")).strip()
    if 'type="checkbox"' in control and " checked" not in control:
        return None
    found = re.search(r' value="([^"]*)"', control)
    return unescape(found[1]) if found else "on" if "checkbox" in control else ""


def shown(response: HttpResponse) -> dict[str, str]:
    """What a browser would post of the grid's form."""
    form = re.search(r'<form method="post".*?</form>', response.content.decode(), re.DOTALL)
    assert form
    data = {}
    for control in FIELD.findall(form[0]):
        name, value = re.search(r' name="([^"]+)"', control), value_of(control)
        if name and value is not None and name[1] != "csrfmiddlewaretoken":
            data[name[1]] = value
    return data


def opened(client: Client, edition: Edition) -> dict[str, str]:
    response = client.get(page_of(edition))
    assert response.status_code == 200
    return shown(response)


def row_of(form: dict[str, str], label: str, *keys: str) -> str:
    """The beginning of the names of a row's fields."""
    for number in range(int(form[f"{label}-rows"])):
        cells = [v for name, v in form.items() if name.startswith(f"{label}-{number}-")]
        if cells[: len(keys)] == list(keys):
            return f"{label}-{number}"
    raise AssertionError(keys)


def save(client: Client, edition: Edition, form: dict[str, str], do: str = "save") -> Any:
    return client.post(page_of(edition), form | {"do": do})


def said(client: Client, edition: Edition) -> str:
    return client.get(page_of(edition)).content.decode()


def deductible(edition: Edition, tier: str = "level3", group: str = "active") -> int:
    row = InpatientDeductible.objects.get(edition=edition, tier=tier, group=group)
    return int(row.amount)


LEVEL3 = ("inpatientdeductible", "三级", "在职")


# --- opening ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(("scheme", "table"), TABLES)
def test_every_table_opens_and_saves_back_what_it_shows(
    li: Client, scheme: str, table: str
) -> None:
    edition = drafted(scheme, table)
    before = {sheet.label: sheet.rows for sheet in sheets_of(edition)}
    response = li.get(page_of(edition))
    assert response.status_code == 200
    assert not INLINE.search(response.content.decode())
    saved = save(li, edition, shown(response))
    assert saved.status_code == 302
    assert {sheet.label: sheet.rows for sheet in sheets_of(edition)} == before
    assert not ChangeSetEvent.objects.filter(change_set=edition.change_set).exists()
    assert "没有要保存的改动" in said(li, edition)


def test_cells_have_names_and_clauses_are_quoted(li: Client, edition: Edition) -> None:
    page = said(li, edition)
    form = opened(li, edition)
    name = f"{row_of(form, *LEVEL3)}-amount"
    label = re.search(rf'<label for="id_{name}">(.*?)</label>', page)
    assert label
    assert re.sub(r"<[^>]+>", "", label[1]) == "三级 · 在职：起付标准（元/次）"
    assert "F-14.2 怎么说" in page or "F-14.1 怎么说" in page
    ids = re.findall(r'\sid="([^"]+)"', page)
    assert len(set(ids)) == len(ids)
    for told in re.findall(r'aria-describedby="([^"]+)"', page):
        assert set(told.split()) <= set(ids)
    assert set(re.findall(r'<label for="([^"]+)"', page)) <= set(ids)


def test_few_queries_open_the_longest_table(
    li: Client, edition: Edition, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(35):
        li.get(page_of(edition))


def test_more_versions_need_no_more_queries(
    li: Client, edition: Edition, django_assert_num_queries: Any
) -> None:
    li.get(page_of(edition))
    with CaptureQueriesContext(connection) as before:
        li.get(page_of(edition))
    count = len(before)
    for year in (2021, 2022, 2023):
        older = drafted("flexible", "inpatient", datetime.date(year, 1, 1), new_set(f"y{year}"))
        older.change_set.publish()
    li.get(page_of(edition))
    with django_assert_num_queries(count):
        li.get(page_of(edition))


def test_a_sheet_that_can_have_no_more_rows_offers_none(li: Client) -> None:
    page = said(li, drafted("flexible", "pool"))
    assert 'value="more:amount"' not in page
    assert 'value="more:ruleclause"' in page
    assert 'name="amount-1-value"' not in page


def test_the_readings_are_edited_elsewhere(li: Client) -> None:
    draft = new_set()
    readings = Edition.objects.filter(table="readings", scheme="flexible").get()
    copy = copy_edition(readings, draft, NEXT_YEAR)
    for response in (li.get(page_of(copy)), save(li, copy, {"base": ""})):
        assert response.status_code == 302
        assert response["Location"] == page_of(copy, "readings")


def test_wrong_addresses_are_not_found(li: Client, edition: Edition) -> None:
    other = new_set("other")
    assert li.get(reverse("admin:desk:table", args=[other.pk, edition.pk])).status_code == 404
    assert li.get(reverse("admin:desk:table", args=[9999, edition.pk])).status_code == 404
    Edition.objects.filter(pk=edition.pk).update(table="no_such")
    assert li.get(page_of(edition)).status_code == 404


# --- saving ----------------------------------------------------------------------------------------


def test_a_number_is_saved_and_shows_what_it_was(li: Client, edition: Edition) -> None:
    form = opened(li, edition)
    name = f"{row_of(form, *LEVEL3)}-amount"
    was = form[name]
    form[name] = "1,234.50"
    assert save(li, edition, form).status_code == 302
    row = InpatientDeductible.objects.get(edition=edition, tier="level3", group="active")
    assert str(row.amount) == "1234.50"
    event = ChangeSetEvent.objects.get(change_set=edition.change_set)
    assert (event.action, event.by.username) == ("edited", "李梅")
    assert event.why == "灵活就业住院（2027年1月1日起）：改了 1 处"
    page = said(li, edition)
    assert "已保存：改了 1 处。" in page
    assert f'id="{name}-was">原来：{was}<' in page


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("15万元", "请只填数字，不带单位：15万元 请填 150000。"),
        ("", "这一格不能空着。"),
        ("约六百", "“约六百”不是数，请只填数字，例如 1200.00。"),
    ],
)
def test_a_wrong_amount_is_told_in_its_cell_and_nothing_typed_is_lost(
    li: Client, edition: Edition, text: str, message: str
) -> None:
    form = opened(li, edition)
    was = deductible(edition)
    name = f"{row_of(form, *LEVEL3)}-amount"
    other = f"{row_of(form, 'inpatientdeductible', '三级', '退休')}-amount"
    form |= {name: text, other: "777"}
    response = save(li, edition, form)
    assert response.status_code == 422
    page = response.content.decode()
    field = re.search(rf'<input[^>]*id="id_{name}"[^>]*>', page)
    assert field
    assert 'aria-invalid="true"' in field[0]
    assert f"{name}-problem" in field[0]
    assert f'id="{name}-problem">{message}<' in page
    assert f'<a href="#id_{name}">住院起付标准 三级 · 在职：起付标准（元/次）</a>' in page
    assert shown(response) == form
    assert (deductible(edition), deductible(edition, group="retired")) != (was, 777)
    assert deductible(edition) == was


def test_a_share_typed_as_percent_names_the_share(li: Client, edition: Edition) -> None:
    form = opened(li, edition)
    form[f"{row_of(form, 'inpatientrate', '三级', '在职')}-rate"] = "88"
    response = save(li, edition, form)
    assert response.status_code == 422
    assert "88% 请填 0.88。" in response.content.decode()
    assert not InpatientRate.objects.filter(edition=edition, rate__gt=1).exists()


def test_an_unknown_clause_and_a_choice_that_is_none_stay_as_typed(
    li: Client, edition: Edition
) -> None:
    form = opened(li, edition)
    row = row_of(form, *LEVEL3)
    form |= {f"{row}-clause": "F-99.9", f"{row}-tier": "四级"}
    response = save(li, edition, form)
    assert response.status_code == 422
    page = response.content.decode()
    assert "没有编号是“F-99.9”的条款" in page
    assert "没有“四级”这一项" in page
    assert shown(response) == form


def test_doubled_rows_are_told_at_both(li: Client, edition: Edition) -> None:
    form = opened(li, edition)
    row = row_of(form, *LEVEL3)
    other = row_of(form, "inpatientdeductible", "三级", "退休")
    form[f"{other}-group"] = "在职"
    response = save(li, edition, form)
    assert response.status_code == 422
    page = response.content.decode()
    for name in (row, other):
        assert f'id="{name}-tier-problem">和第 ' in page


def test_rows_are_added_and_removed(li: Client, edition: Edition) -> None:
    form = opened(li, edition)
    count = int(form["inpatientdeductible-rows"])
    more = save(li, edition, form, "more:inpatientdeductible")
    assert more.status_code == 200
    grown = shown(more)
    assert int(grown["inpatientdeductible-rows"]) == count + 3
    clause = grown[f"{row_of(grown, *LEVEL3)}-clause"]
    new = f"inpatientdeductible-{count + 1}"
    grown |= {
        f"{new}-tier": "二级",
        f"{new}-group": "成年居民",
        f"{new}-amount": "321",
        f"{new}-clause": clause,
        f"{row_of(grown, *LEVEL3)}-remove": "on",
    }
    assert save(li, edition, grown).status_code == 302
    assert deductible(edition, "level2", "adult") == 321
    rows = InpatientDeductible.objects.filter(edition=edition)
    assert not rows.filter(tier="level3", group="active").exists()
    assert rows.count() == count - 1
    page = said(li, edition)
    assert "新增的一行" in page
    assert "上一版有、这一版没有" in page


def test_a_wrong_row_that_is_to_be_removed_is_no_problem(li: Client, edition: Edition) -> None:
    form = opened(li, edition)
    row = row_of(form, *LEVEL3)
    form |= {f"{row}-amount": "x", f"{row}-remove": "on"}
    assert save(li, edition, form).status_code == 302


def test_the_heading_is_saved(li: Client, edition: Edition) -> None:
    notice = Document.objects.get(slug="resident-2024")
    form = opened(li, edition) | {
        "in_force_from": "2027-03-01",
        "in_force_until": "2027-12-31",
        "document": str(notice.pk),
        "start_is_stated": "on",
    }
    assert save(li, edition, form).status_code == 302
    edition.refresh_from_db()
    assert edition.in_force_from == datetime.date(2027, 3, 1)
    assert edition.in_force_until == datetime.date(2027, 12, 31)
    assert (edition.document, edition.start_is_stated) == (notice, True)


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("in_force_from", "", "请填日期"),
        ("in_force_from", "2027-02-30", "没有这一天"),
        ("in_force_from", "0027-02-01", "请核对年份。"),
        ("in_force_until", "2026-12-31", "截止日期不能早于生效日期"),
        ("document", "", "请选依据文件。"),
        ("document", "99999", "没有这份文件"),
        ("document", "x" * 5000, "没有这份文件"),
        ("in_force_from", "2028-01-01", "从这一天起已经有一版了"),
    ],
)
def test_a_wrong_heading_is_told(
    li: Client, edition: Edition, name: str, text: str, message: str
) -> None:
    drafted("flexible", "inpatient", datetime.date(2028, 1, 1), ChangeSet.objects.get(slug="draft"))
    form = opened(li, edition)
    form[name] = text
    form[f"{row_of(form, *LEVEL3)}-amount"] = "4321"
    response = save(li, edition, form)
    assert response.status_code == 422
    assert message in response.content.decode()
    assert "4321" in response.content.decode()
    assert deductible(edition) != 4321


def test_documents_of_other_drafts_are_not_offered(li: Client, edition: Edition) -> None:
    draft = draft_of_limit(User.objects.create_user("zhao"))
    assert draft.document
    assert draft.document.title not in said(li, edition)
    own = Edition.objects.get(change_set=draft)
    assert draft.document.title in said(li, own)


def test_a_name_may_be_typed_as_markup(li: Client, edition: Edition) -> None:
    form = opened(li, edition)
    form[f"{row_of(form, *LEVEL3)}-amount"] = '"><script>1</script>'
    page = save(li, edition, form).content.decode()
    assert "<script>1" not in page


@pytest.mark.parametrize("count", ["", "-1", "1e3", "99999", "²"])
def test_a_broken_form_changes_nothing(li: Client, edition: Edition, count: str) -> None:
    form = opened(li, edition) | {"inpatientdeductible-rows": count}
    rows = InpatientDeductible.objects.filter(edition=edition).count()
    assert save(li, edition, form).status_code == 302
    assert InpatientDeductible.objects.filter(edition=edition).count() == rows


# --- pasting ---------------------------------------------------------------------------------------


def test_a_block_is_filled_in_and_saved_only_later(li: Client, edition: Edition) -> None:
    form = opened(li, edition)
    was, clause = deductible(edition), form[f"{row_of(form, *LEVEL3)}-clause"]
    block = (
        "机构级别\t人员类别\t起付标准（元/次）\t依据条款\t采用的理解\r\n"
        f"三级\t在职\t1,500\t{clause}\t\r\n"
        f"三级\t退休\t900\t{clause}\r\n"
    )
    filled = save(li, edition, form | {"inpatientdeductible-paste": block}, "paste:x")
    assert filled.status_code == 200
    assert "还没有保存" in filled.content.decode()
    assert deductible(edition) == was
    assert save(li, edition, shown(filled)).status_code == 302
    assert InpatientDeductible.objects.filter(edition=edition).count() == 2
    assert (deductible(edition), deductible(edition, group="retired")) == (1500, 900)


def test_a_wrong_block_is_shown_with_what_is_wrong(li: Client, edition: Edition) -> None:
    form = opened(li, edition)
    block = "三级\t在职\t15万\tF-14.2\t\t多\n没有分开"
    filled = save(li, edition, form | {"inpatientdeductible-paste": block})
    assert filled.status_code == 422
    page = filled.content.decode()
    assert "15万 请填 150000。" in page
    assert "住院起付标准第 1 行多出“多”，没有填入。" in page
    assert shown(filled)["inpatientdeductible-1-tier"] == "没有分开"


def test_a_block_without_columns_is_explained(li: Client, edition: Edition) -> None:
    form = opened(li, edition) | {"inpatientdeductible-paste": "三级 在职 500"}
    assert "各格没有分开" in save(li, edition, form).content.decode()


def test_a_huge_block_is_cut_and_said(li: Client, edition: Edition) -> None:
    form = opened(li, edition) | {"inpatientdeductible-paste": "三级\t在职\t1\n" * 5000}
    response = save(li, edition, form)
    assert response.status_code == 422
    page = response.content.decode()
    assert "只填入了前 100 行" in page
    assert "太多了，最多 100 行。" in page


# --- two people ------------------------------------------------------------------------------------


def test_two_people_who_change_other_cells_both_keep_theirs(
    li: Client, wang: Client, edition: Edition
) -> None:
    first, second = opened(li, edition), opened(wang, edition)
    first[f"{row_of(first, *LEVEL3)}-amount"] = "1111"
    second[f"{row_of(second, 'inpatientdeductible', '三级', '退休')}-amount"] = "2222"
    second["in_force_from"] = "2027-02-01"
    assert save(wang, edition, second).status_code == 302
    assert save(li, edition, first).status_code == 302
    assert (deductible(edition), deductible(edition, group="retired")) == (1111, 2222)
    edition.refresh_from_db()
    assert edition.in_force_from == datetime.date(2027, 2, 1)
    page = said(li, edition)
    assert re.search(r"王芳（\d+月\d+日 \d\d:\d\d）也改了这张表，两边的改动都保留了", page)


def test_two_people_who_change_one_cell_are_asked(
    li: Client, wang: Client, edition: Edition
) -> None:
    first, second = opened(li, edition), opened(wang, edition)
    name = f"{row_of(first, *LEVEL3)}-amount"
    other = f"{row_of(first, 'inpatientdeductible', '三级', '退休')}-amount"
    first |= {name: "1111", "in_force_from": "2027-02-01"}
    second |= {name: "2222", other: "3333", "in_force_from": "2027-03-01"}
    assert save(wang, edition, second).status_code == 302
    response = save(li, edition, first)
    assert response.status_code == 409
    page = response.content.decode()
    assert "王芳（" in page
    assert f'id="{name}-theirs">对方保存的是：2222<' in page
    assert "对方保存的是：2027-03-01" in page
    assert deductible(edition) == 2222  # nothing is overwritten
    kept = shown(response)
    assert (kept[name], kept[other], kept["in_force_from"]) == ("1111", "3333", "2027-02-01")
    assert save(li, edition, kept).status_code == 302  # having seen it
    assert (deductible(edition), deductible(edition, group="retired")) == (1111, 3333)


def test_a_row_that_one_removed_and_the_other_changed_is_asked_about(
    li: Client, wang: Client, edition: Edition
) -> None:
    first, second = opened(li, edition), opened(wang, edition)
    row = row_of(first, *LEVEL3)
    first[f"{row}-remove"] = "on"
    second[f"{row}-amount"] = "2222"
    assert save(wang, edition, second).status_code == 302
    response = save(li, edition, first)
    assert response.status_code == 409
    assert "您删去了这一行，王芳改了它。" in response.content.decode()
    kept = shown(response)
    kept[f"{row_of(kept, *LEVEL3)}-remove"] = "on"
    assert save(li, edition, kept).status_code == 302
    rows = InpatientDeductible.objects.filter(edition=edition, tier="level3", group="active")
    assert not rows.exists()


@pytest.mark.parametrize("base", ["", "x", "e30:1abc:def"])
def test_a_form_without_its_base_overwrites_nothing_unseen(
    li: Client, wang: Client, edition: Edition, base: str
) -> None:
    form = opened(li, edition)
    form |= {f"{row_of(form, *LEVEL3)}-amount": "1111", "base": base}
    was = deductible(edition)
    response = save(li, edition, form)
    assert response.status_code == 409
    assert deductible(edition) == was
    assert save(li, edition, shown(response)).status_code == 302
    assert deductible(edition) == 1111


def test_the_same_change_twice_is_no_conflict(li: Client, wang: Client, edition: Edition) -> None:
    first, second = opened(li, edition), opened(wang, edition)
    for form in (first, second):
        form[f"{row_of(form, *LEVEL3)}-amount"] = "1111"
    assert save(wang, edition, second).status_code == 302
    assert save(li, edition, first).status_code == 302
    assert deductible(edition) == 1111


def test_what_was_typed_for_a_table_taken_out_meanwhile_is_handed_back(
    li: Client, wang: Client, edition: Edition
) -> None:
    form = opened(li, edition)
    form[f"{row_of(form, *LEVEL3)}-amount"] = "1111"
    taken = shown(wang.get(page_of(edition, "table-remove")))
    assert wang.post(page_of(edition, "table-remove"), taken).status_code == 302
    response = save(li, edition, form)
    assert response.status_code == 409
    page = response.content.decode()
    assert "三级\t在职\t1111\t" in page
    assert "王芳（" in page


# --- where it may not be edited --------------------------------------------------------------------


def in_state(edition: Edition, status: str) -> None:
    if status == "published":
        edition.change_set.publish()
    else:
        edition.change_set.status = status
        edition.change_set.save()


@pytest.mark.parametrize(
    ("status", "label"),
    [("submitted", "待审核"), ("approved", "已批准"), ("published", "已发布")],
)
def test_what_is_no_draft_is_shown_to_be_read(
    li: Client, edition: Edition, status: str, label: str
) -> None:
    form = opened(li, edition)
    was = deductible(edition)
    in_state(edition, status)
    page = said(li, edition)
    assert f"现在是“{label}”，只能看，不能改。" in page
    assert 'name="do"' not in page
    form[f"{row_of(form, *LEVEL3)}-amount"] = "1111"
    response = save(li, edition, form)
    assert response.status_code == 409
    assert "没有保存" in response.content.decode()
    assert "1111" in response.content.decode()
    assert deductible(edition) == was
    assert li.post(page_of(edition, "table-remove"), {"seen": "x"}).status_code == 302
    assert Edition.objects.filter(pk=edition.pk).exists()


def test_who_may_only_look_sees_and_changes_nothing(edition: Edition) -> None:
    reader = clerk("赵强", "view_changeset")
    assert 'name="do"' not in said(reader, edition)
    assert reader.post(page_of(edition), {"do": "save"}).status_code == 403
    assert reader.get(page_of(edition, "table-remove")).status_code == 403
    new = reverse("admin:desk:table-new", args=[edition.change_set_id])
    assert reader.get(new).status_code == 403


# --- a new version, and taking one out -------------------------------------------------------------


def begin(client: Client, change_set: ChangeSet, **data: str) -> Any:
    return client.post(reverse("admin:desk:table-new", args=[change_set.pk]), data)


def test_a_table_is_copied_as_a_new_version(li: Client) -> None:
    draft = new_set()
    page = li.get(reverse("admin:desk:table-new", args=[draft.pk])).content.decode()
    assert not INLINE.search(page)
    assert "现行：2025年1月1日起，《" in page
    assert page.count('name="table"') == len(TABLES)
    response = begin(li, draft, table="flexible.pool", start="2027-01-01", until="2027-12-31")
    made = Edition.objects.get(change_set=draft)
    assert response.status_code == 302
    assert response["Location"] == page_of(made)
    assert (made.in_force_from, made.in_force_until) == (NEXT_YEAR, datetime.date(2027, 12, 31))
    assert made.document == draft.document
    assert Amount.objects.get(edition=made).value == 150_000  # F-9.1
    event = ChangeSetEvent.objects.get(change_set=draft)
    assert event.why == "统筹基金年限额（2027年1月1日起）：复制为新一版"


def test_a_table_that_never_was_starts_empty(li: Client) -> None:
    draft = new_set()
    Amount.objects.filter(edition__table="pool").delete()
    Edition.objects.filter(table="pool").delete()
    assert begin(li, draft, table="flexible.pool", start="2027-01-01").status_code == 302
    made = Edition.objects.get(change_set=draft)
    assert made.document == draft.document
    form = opened(li, made) | {
        "amount-0-name": "全年最高支付",
        "amount-0-value": "160000",
        "amount-0-clause": "F-9.1",
    }
    assert save(li, made, form).status_code == 302
    assert Amount.objects.get(edition=made).value == 160_000
    draft = ChangeSet.objects.create(slug="bare", title="没有文件")
    Edition.objects.filter(table="pool").delete()
    response = begin(li, draft, table="flexible.pool", start="2027-01-01")
    assert response.status_code == 422
    assert "先在变更单里填好依据文件" in response.content.decode()


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({"start": "2027-01-01"}, "请选一张表。"),
        ({"table": "flexible.no_such", "start": "2027-01-01"}, "没有这张表，请重新选。"),
        ({"table": "flexible.pool"}, "请填日期"),
        ({"table": "flexible.pool", "start": "明年"}, "没有这一天"),
        (
            {"table": "flexible.pool", "start": "2027-01-01", "until": "2026-01-01"},
            "截止日期不能早于生效日期",
        ),
        (
            {"table": "flexible.inpatient", "start": "2027-01-01"},
            "已经有“灵活就业住院”从2027年1月1日起的一版",
        ),
    ],
)
def test_a_version_that_cannot_begin_says_why(
    li: Client, edition: Edition, data: dict[str, str], message: str
) -> None:
    response = begin(li, edition.change_set, **data)
    assert response.status_code == 422
    page = response.content.decode()
    assert message in page
    assert Edition.objects.filter(change_set=edition.change_set).count() == 1
    if "table" in data and "no_such" not in data["table"]:
        assert f'value="{data["table"]}" checked' in page
    assert f'href="{page_of(edition)}"' in page  # what the set has already


def test_another_set_with_the_same_table_and_day_is_named(li: Client, edition: Edition) -> None:
    draft = new_set("second")
    response = begin(li, draft, table="flexible.inpatient", start="2027-01-01")
    page = li.get(response["Location"]).content.decode()
    assert "另一张变更单“变更单 draft”（草稿）也有这张表同一天起的一版" in page


def test_no_table_is_added_to_what_is_no_draft(li: Client, edition: Edition) -> None:
    in_state(edition, "submitted")
    response = begin(li, edition.change_set, table="flexible.pool", start="2027-01-01")
    assert response.status_code == 302
    assert Edition.objects.filter(change_set=edition.change_set).count() == 1


def test_a_table_is_taken_out_after_a_question(li: Client, edition: Edition) -> None:
    address = page_of(edition, "table-remove")
    asked = li.get(address)
    assert "26 行" in asked.content.decode()
    assert Edition.objects.filter(pk=edition.pk).exists()
    response = li.post(address, shown(asked))
    assert response.status_code == 302
    assert not Edition.objects.filter(pk=edition.pk).exists()
    event = ChangeSetEvent.objects.get(change_set=edition.change_set)
    assert event.why == "灵活就业住院（2027年1月1日起）：移出变更单"


def test_a_table_that_was_just_changed_is_not_taken_out_unseen(
    li: Client, wang: Client, edition: Edition
) -> None:
    asked = shown(li.get(page_of(edition, "table-remove")))
    form = opened(wang, edition)
    form[f"{row_of(form, *LEVEL3)}-amount"] = "1111"
    save(wang, edition, form)
    response = li.post(page_of(edition, "table-remove"), asked)
    assert response.status_code == 200
    assert "别人刚刚改了这张表" in response.content.decode()
    assert deductible(edition) == 1111
