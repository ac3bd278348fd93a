"""The page of all offices."""

import re

import pytest
from django.test import Client

from portal.offices.models import Office, Phone

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(client: Client) -> str:
    return client.get("/offices/").content.decode()


def test_every_office_is_there(page: str) -> None:
    for office in Office.objects.all():
        assert office.name in page
        assert office.address in page
        assert f'href="/policy/{office.clause}"' in page


def test_every_number_can_be_called_and_read(page: str) -> None:
    for phone in Phone.objects.all():
        assert re.search(f'<a [^>]*href="{phone.tel}"[^>]*>{phone.number}</a>', page)


def test_the_hotline_says_which_keys_follow(page: str) -> None:
    """A-95."""
    main = page.partition("<main")[2].partition("</main>")[0]
    assert 'href="tel:024-12345">024-12345-1-7</a>' in main
    assert "接通后按 1、7" in main


def test_the_way_is_a_list_of_stops_with_their_lines(page: str) -> None:
    items = [re.sub("<[^>]*>", "", item) for item in re.findall("<li>.*", page)]
    assert "省博物馆站（B出口）：地铁2号线" in items
    assert "智慧三街全运二路站：154路、128路" in items
    assert "康懿西门站：5号线，下车东行100米" in items
    assert "沈北新区政务服务中心站：K706路（新城子—虎石台—沈北新政务服务中心）" in items


def test_the_older_name_is_shown(page: str) -> None:
    """A-78."""
    assert "张士管理部" in page


def test_a_notice_is_shown_where_staff_wrote_one(client: Client) -> None:
    Office.objects.filter(slug="hunnan").update(notice="12月1日起搬到<新址>办公")
    page = client.get("/offices/").content.decode()
    assert "12月1日起搬到&lt;新址&gt;办公" in page


def test_an_office_without_details_is_shown_too(client: Client) -> None:
    Office.objects.create(
        slug="new", name="新设分中心", district="浑南区", address="某路1号", position=16
    )
    page = client.get("/offices/").content.decode()
    assert "还没有登记电话" in page
    assert "还没有登记乘车路线" in page


def test_more_offices_need_no_more_queries(client: Client, django_assert_num_queries) -> None:
    # Offices, telephones, other names, stops, lines.
    with django_assert_num_queries(5):
        client.get("/offices/")


def test_the_page_is_the_same_for_everybody(client: Client) -> None:
    response = client.get("/offices/")
    assert response.status_code == 200
    assert not response.cookies
    assert "cookie" not in response.headers.get("Vary", "").lower()


def test_it_is_only_read(client: Client) -> None:
    assert client.post("/offices/").status_code == 405
