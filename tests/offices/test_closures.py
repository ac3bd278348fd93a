"""Days on which an office is closed or works elsewhere: who is told of them, where and how long."""

import datetime

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from portal import clock
from portal.offices.models import Closure, ClosureKind, Office

pytestmark = pytest.mark.django_db

FIRST, LAST = datetime.date(2026, 12, 1), datetime.date(2026, 12, 3)
WORDS = "2026年12月1日到12月3日"


def closure(**changes: object) -> Closure:
    office = Office.objects.get(slug="hunnan")
    values = {"kind": "closed", "first_day": FIRST, "last_day": LAST, "notice": "设备检修"}
    return Closure(office=office, **(values | changes))


@pytest.fixture
def closed() -> Closure:
    one = closure()
    one.save()
    return one


# Seven days before the first one; the last one is its own.
@pytest.mark.parametrize(
    ("day", "told"),
    [
        ("2026-11-23", False),
        ("2026-11-24", True),
        ("2026-12-01", True),
        ("2026-12-03", True),
        ("2026-12-04", False),
    ],
)
@pytest.mark.parametrize("address", ["/offices/hunnan/", "/offices/", "/api/v1/offices"])
def test_it_is_told_from_a_week_before_until_its_last_day(
    client: Client, closed: Closure, address: str, day: str, told: bool
) -> None:
    with clock.as_of(datetime.date.fromisoformat(day)):
        page = client.get(address).content.decode()
    assert ("设备检修" in page) == told
    assert (WORDS in page or '"2026-12-03"' in page) == told


def test_only_its_own_office_tells_it(client: Client, closed: Closure) -> None:
    with clock.as_of(FIRST):
        assert WORDS not in client.get("/offices/heping/").content.decode()
        assert client.get("/offices/").content.decode().count(WORDS) == 1


def test_it_comes_before_the_address_in_amber(client: Client, closed: Closure) -> None:
    with clock.as_of(FIRST):
        page = client.get("/offices/hunnan/").content.decode()
    assert f'<p class="notice"><b>暂停办公：</b>{WORDS}。设备检修' in page
    assert page.index(WORDS) < page.index("<dt>地址")


def test_a_move_says_where_to_and_leads_to_a_map(client: Client) -> None:
    closure(kind="moved", address="浑南区<某>路1号", notice="").save()
    with clock.as_of(LAST):
        page = client.get("/offices/hunnan/").content.decode()
    assert f"<b>临时搬迁：</b>{WORDS}在浑南区&lt;某&gt;路1号办公" in page
    notice = page.partition('class="notice"')[2].partition("</p>")[0]
    assert "https://uri.amap.com/search?keyword=%E6%B5%91%E5%8D%97%E5%8C%BA%3C" in notice
    assert "全运路109号" in page, "its own address stays on the page"


def test_the_api_adds_closures_to_what_it_had(client: Client, closed: Closure) -> None:
    with clock.as_of(FIRST):
        offices = client.get("/api/v1/offices").json()["offices"]
    assert {one["name"]: one["closures"] for one in offices if one["closures"]} == {
        "浑南分中心": [
            {
                "kind": "closed",
                "first_day": "2026-12-01",
                "last_day": "2026-12-03",
                "notice": "设备检修",
                "address": "",
            }
        ]
    }


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        (FIRST, FIRST, "2026年12月1日"),
        (FIRST, LAST, WORDS),
        (datetime.date(2026, 12, 31), datetime.date(2027, 1, 2), "2026年12月31日到2027年1月2日"),
    ],
)
def test_its_days_in_words(first: datetime.date, last: datetime.date, words: str) -> None:
    assert closure(first_day=first, last_day=last).days == words


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"last_day": datetime.date(2026, 11, 30)}, "最后一天不能早于第一天"),
        ({"last_day": datetime.date(2027, 12, 2)}, "超过一年"),
        ({"kind": "moved", "notice": ""}, "请填临时地址"),
        ({"kind": "closed", "address": "某路1号"}, "暂停办公不用填临时地址"),
        ({"kind": "gone"}, "gone"),
    ],
)
def test_what_cannot_be_is_refused(changes: dict[str, object], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        closure(**changes).full_clean()


def test_a_year_and_a_move_without_an_address_yet_are_allowed() -> None:
    closure(last_day=datetime.date(2027, 12, 1)).full_clean()
    closure(kind="moved", notice="新址另行通知").full_clean()


def test_the_contract_names_every_kind(client: Client) -> None:
    schema = client.get("/api/v1/openapi.json").json()["components"]["schemas"]["OfficeList"]
    office = schema["properties"]["offices"]["items"]
    kinds = office["properties"]["closures"]["items"]["properties"]["kind"]["enum"]
    assert set(kinds) == set(ClosureKind.values)
