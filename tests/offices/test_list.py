"""The page of all offices: the list, the filter by district, and what it says when nothing fits."""

import re

import pytest
from django.test import Client

from portal.offices.models import Office, Phone
from portal.offices.views import A_PAGE

pytestmark = pytest.mark.django_db


def shown(client: Client, **query: str) -> str:
    response = client.get("/offices/", query)
    assert response.status_code == 200
    return response.content.decode().partition("<main")[2].partition("</main>")[0]


def listed(page: str) -> list[str]:
    return re.findall(r'<li id="([\w-]+)">', page)


@pytest.fixture
def page(client: Client) -> str:
    return shown(client)


def test_every_office_is_there_and_leads_to_its_page(page: str) -> None:
    for office in Office.objects.all():
        assert f'href="/offices/{office.slug}/"><b>{office.name}</b>' in page
        assert office.address in page
    assert listed(page) == list(Office.objects.values_list("slug", flat=True))
    assert "一共 15 个网点" in page


def test_every_number_can_be_called_and_read(page: str) -> None:
    for phone in Phone.objects.all():
        assert re.search(f'<a [^>]*href="{phone.tel}"[^>]*>{phone.number}</a>', page)


def test_the_hotline_says_which_keys_follow(page: str) -> None:
    """A-95."""
    assert 'href="tel:024-12345">024-12345-1-7</a>' in page
    assert "接通后按 1、7" in page


def test_a_notice_is_shown_where_staff_wrote_one(client: Client) -> None:
    Office.objects.filter(slug="hunnan").update(notice="12月1日起搬到<新址>办公")
    assert "12月1日起搬到&lt;新址&gt;办公" in shown(client)


def test_a_search_counts_what_it_finds(client: Client) -> None:
    page = shown(client, q="205路")
    assert listed(page) == ["center", "huanggu"]
    assert "「205路」找到 2 个网点" in page
    assert 'value="205路"' in page


def test_a_district_leaves_its_offices(client: Client) -> None:
    page = shown(client, district="皇姑区")
    assert listed(page) == ["center", "huanggu"]
    assert "皇姑区找到 2 个网点" in page


def test_a_district_and_a_word_must_both_fit(client: Client) -> None:
    assert listed(shown(client, district="皇姑区", q="百鸟公园")) == ["center"]


def test_every_district_is_a_link(client: Client, page: str) -> None:
    names = set(Office.objects.values_list("district", flat=True))
    linked = re.findall(r'href="(/offices/\?district=[^"]*)"[^>]*>([^<]*)<', page)
    assert {name for _, name in linked} == names
    for address, name in linked:
        assert f"{name}找到" in client.get(address).content.decode()


@pytest.mark.parametrize("query", [{"q": "北京"}, {"district": "朝阳区"}, {"q": "<b>"}])
def test_nothing_found_offers_the_hotline_and_all_districts(
    client: Client, query: dict[str, str]
) -> None:
    page = shown(client, **query)
    assert listed(page) == []
    assert "没有找到" in page
    assert "tel:024-12345" in page
    assert "district=%E6%B5%91%E5%8D%97%E5%8C%BA" in page
    assert "<b>」" not in page


@pytest.mark.parametrize("query", ["\x00", "😀", "九" * 5000, "。", "%", "' OR 1=1", "\ud800"])
def test_an_odd_query_is_answered(client: Client, query: str) -> None:
    from urllib.parse import quote

    response = client.get("/offices/?q=" + quote(query, errors="surrogatepass"))
    assert response.status_code == 200
    assert ("写得太长" in response.content.decode()) == (len(query) > 100)
    assert b"\x00" not in response.content


def test_more_offices_need_no_more_queries(client: Client, django_assert_num_queries) -> None:
    # The version, the timetable; offices, telephones, other names, stops, lines, closures.
    with django_assert_num_queries(8):
        client.get("/offices/")
    with django_assert_num_queries(1):
        client.get("/offices/", {"q": "浑南医保", "district": "浑南区"})


def test_it_is_only_read(client: Client) -> None:
    assert client.post("/offices/").status_code == 405


def test_a_long_list_is_turned_over(client: Client) -> None:
    model = Office.objects.get(slug="hunnan")
    for number in range(A_PAGE):
        model.pk, model.slug, model.name = None, f"more-{number}", f"浑南第{number}网点"
        model._state.adding = True
        model.save()
    there = {"district": "浑南区"}
    first = client.get("/offices/", there).content.decode()
    assert first.count('<li id="') == A_PAGE
    assert f"找到 {A_PAGE + 1} 个网点" in first
    assert 'rel="prev"' not in first
    last = client.get("/offices/", {**there, "page": "2"}).content.decode()
    assert last.count('<li id="') == 1
    assert 'rel="next"' not in last
    for page in ("0", "99", "x", "-1", "１", ""):  # what is no page is the nearest one
        assert client.get("/offices/", {**there, "page": page}).status_code == 200


def test_a_short_list_is_not(client: Client) -> None:
    assert 'class="pager"' not in client.get("/offices/").content.decode()
