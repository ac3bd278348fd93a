"""Staff take the tables of a day along, or the whole policy as a fixture."""

import io
import json
import re
from urllib.parse import unquote

import pytest
from django.contrib.auth.models import Permission
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from portal.policy.exporting import fixture_of
from portal.policy.models import ChangeSet
from portal.policy.tables import TABLES
from portal.policy.workbook import read_workbook
from portal.staff.models import StaffRecord
from tests.conftest import TODAY
from tests.policy.desk import NEW_DAY, draft_of_limit, hand_in, person

pytestmark = [pytest.mark.django_db, pytest.mark.reads]


def ask(client: Client, **chosen: object) -> HttpResponse:
    return client.get(reverse("admin:desk:exports"), chosen)


def name_of(response: HttpResponse) -> str:
    """The name under which a browser keeps the file."""
    found = re.fullmatch(r"attachment; filename\*=utf-8''(.+)", response["Content-Disposition"])
    assert found is not None
    return unquote(found[1])


def test_the_page_proposes_today_and_the_sets_that_are_not_published(admin_client: Client) -> None:
    draft_of_limit(person("author"))
    response = ask(admin_client)
    page = response.content.decode()
    assert response.status_code == 200
    assert 'value="2026-11-21"' in page
    assert ">调整统筹基金限额<" in page
    assert "首次录入" not in page


def test_the_tables_of_a_day_as_a_workbook(admin_client: Client) -> None:
    response = ask(admin_client, what="tables", day="2025-10-01")
    assert response.status_code == 200
    assert response["Content-Type"].startswith("application/vnd.openxmlformats")
    assert name_of(response) == "沈阳医保各表 2025-10-01.xlsx"
    tabs = read_workbook(response.content)
    assert {(tab.scheme, tab.table) for tab in tabs} == set(TABLES)


def test_a_day_before_a_table_leaves_it_out(admin_client: Client) -> None:
    """灵活就业异地就医 begins on 2025-06-01."""
    tabs = read_workbook(ask(admin_client, what="tables", day="2025-05-31").content)
    assert ("flexible", "out_of_area") not in {(tab.scheme, tab.table) for tab in tabs}


def test_a_draft_counts_in_the_workbook(admin_client: Client) -> None:
    draft = draft_of_limit(person("author"))
    response = ask(admin_client, what="tables", day=NEW_DAY, draft=draft.pk)
    assert name_of(response) == "沈阳医保各表 2026-12-01（含变更单“调整统筹基金限额”）.xlsx"
    worksheet = load_workbook(io.BytesIO(response.content))["统筹基金年限额·金额"]
    assert worksheet["B8"].value == 160_000


def test_the_policy_of_a_day_as_a_fixture(admin_client: Client) -> None:
    response = ask(admin_client, what="day", day=TODAY)
    assert (response.status_code, response["Content-Type"]) == (200, "application/json")
    assert name_of(response) == "沈阳医保政策数据 2026-11-21.json"
    assert json.loads(response.content) == fixture_of(TODAY)


def test_all_that_is_published_with_a_set_under_review(admin_client: Client) -> None:
    author = person("author")
    draft = draft_of_limit(author)
    hand_in(draft, author)
    response = ask(admin_client, what="all", day=TODAY, draft=draft.pk)
    assert name_of(response) == "沈阳医保全部政策数据（含变更单“调整统筹基金限额”）.json"
    assert json.loads(response.content) == fixture_of(TODAY, draft, everything=True)


@pytest.mark.parametrize(
    ("chosen", "told"),
    [
        ({"what": "day", "day": ""}, "请填日期，例如 2027-07-01。"),
        ({"what": "day", "day": "2027-02-30"}, "没有这一天"),
        ({"what": "day", "day": "0001-01-01"}, "请核对年份。"),
        ({"what": "day", "day": "9999-01-01"}, "请核对年份。"),
        ({"what": "csv", "day": "2027-01-01"}, "请选其中一项。"),
        ({"day": "2027-01-01"}, "请选下载什么。"),
        ({"what": "day", "day": "2027-01-01", "draft": "999"}, "没有这张变更单"),
        ({"what": "day", "day": "2027-01-01", "draft": "x"}, "没有这张变更单"),
    ],
)
def test_a_wrong_choice_is_told(admin_client: Client, chosen: dict[str, str], told: str) -> None:
    response = ask(admin_client, **chosen)
    assert response.status_code == 422
    assert told in response.content.decode()


def test_a_published_set_is_no_draft_to_take_along(admin_client: Client) -> None:
    published = ChangeSet.objects.get(slug="resident-2024")
    response = ask(admin_client, what="day", day=TODAY, draft=published.pk)
    assert response.status_code == 422


def test_who_may_not_see_change_sets_may_not_take_them_along(client: Client) -> None:
    clerk = person("clerk")
    client.force_login(clerk)
    assert ask(client).status_code == 403
    clerk.user_permissions.add(Permission.objects.get(codename="view_changeset"))
    client.force_login(type(clerk).objects.get(pk=clerk.pk))
    assert ask(client, what="day", day=TODAY).status_code == 200


def test_others_are_asked_to_log_in(client: Client) -> None:
    response = ask(client)
    assert response.status_code == 302
    assert "/login/" in response["Location"]


def test_what_is_taken_along_is_recorded(admin_client: Client) -> None:
    ask(admin_client, what="tables", day="2026-11-21")
    (record,) = StaffRecord.objects.all()
    assert record.get_action_display() == "导出"
    assert record.what == "沈阳医保各表 2026-11-21.xlsx"
