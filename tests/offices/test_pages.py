"""The page of one office."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest
import segno
from django.test import Client

from portal.offices.models import Office
from portal.site.qr import draw_qr

pytestmark = pytest.mark.django_db

SLUGS = (
    *("center", "heping", "shenhe", "huanggu", "dadong", "tiexi", "zhangshi", "hunnan"),
    *("yuhong", "shenbei", "sujiatun", "liaozhong", "xinmin", "faku", "kangping"),
)


def shown(client: Client, slug: str) -> str:
    response = client.get(f"/offices/{slug}/")
    assert response.status_code == 200
    return response.content.decode()


def words(html: str) -> str:
    return " ".join(re.sub("<[^>]*>", " ", html).split())


@pytest.mark.parametrize("slug", SLUGS)
def test_a_page_says_everything_of_its_office(client: Client, slug: str) -> None:
    office = Office.objects.get(slug=slug)
    page = shown(client, slug)
    assert f"<h1>{office.name}</h1>" in page
    assert office.district in page
    assert office.address in page
    assert f'href="/policy/{office.clause}"' in page
    for phone in office.phones.all():
        assert re.search(f'href="{phone.tel}">打电话 .*{phone.number}', page)
        assert f'href="/policy/{phone.clause}"' in page
        assert phone.hint in page
    for stop in office.stops.all():
        lines = "、".join(line.label for line in stop.lines.all() if not line.route)
        assert f"<b>{stop.station}</b>站" in page
        assert lines in page
    for alias in office.aliases.all():
        assert alias.name in page


def test_the_way_is_a_list_of_stops_with_their_lines(client: Client) -> None:
    def items(slug: str) -> list[str]:
        return [re.sub("<[^>]*>", "", item) for item in re.findall("<li>.*", shown(client, slug))]

    assert "省博物馆站（B出口）：地铁2号线" in items("hunnan")
    assert "智慧三街全运二路站：154路、128路" in items("hunnan")
    assert "康懿西门站：5号线，下车东行100米" in items("kangping")
    route = "新城子—虎石台—沈北新政务服务中心"
    assert f"沈北新区政务服务中心站：K706路（{route}）" in items("shenbei")


def test_a_map_is_asked_for_the_address_in_shenyang(client: Client) -> None:
    page = shown(client, "hunnan").replace("&amp;", "&")
    (link,) = re.findall(r'href="(https://uri\.amap\.com/[^"]*)"', page)
    asked = parse_qs(urlsplit(link).query)
    assert urlsplit(link).path == "/search"
    assert asked["keyword"] == ["浑南区全运路109号，沈阳创新天地H座7楼"]
    assert asked["city"] == ["210100"]
    assert asked["callnative"] == ["0"]
    assert "target=" not in page


def test_the_address_can_be_copied_by_a_script_of_this_page_only(client: Client) -> None:
    page = shown(client, "hunnan")
    address = Office.objects.get(slug="hunnan").address
    assert f'<span data-copy="复制地址">{address}</span>' in page
    assert re.search(r'<script defer src="/static/js/copy[^"]*\.js"', page)
    main = page.partition("<main")[2].partition("</main>")[0]
    assert "<button" not in main, "it appears with the script only"
    assert "js/copy" not in client.get("/offices/").content.decode()


def test_what_to_bring_is_one_tap_away(client: Client) -> None:
    page = shown(client, "hunnan")
    for address in ("/enrollment/flexible/", "/enrollment/retirement/", "/care/maternity-claims/"):
        assert f'href="{address}"' in page


def test_the_printed_page_carries_its_own_address(client: Client) -> None:
    page = client.get("/offices/hunnan/?from=singlemessage").content.decode()
    assert draw_qr("http://testserver/offices/hunnan/") in page


def test_the_qr_is_drawn_without_styles() -> None:
    svg = draw_qr("https://portal.example/offices/hunnan/")
    assert re.fullmatch(r"<svg [^>]*>.*</svg>", svg, re.DOTALL)
    assert "style" not in svg
    assert "class" not in svg
    side = segno.make("https://portal.example/offices/hunnan/", error="m").symbol_size(border=4)[0]
    assert f'viewBox="0 0 {side} {side}"' in svg


def test_a_notice_comes_first(client: Client) -> None:
    Office.objects.filter(slug="hunnan").update(notice="12月1日起搬到<新址>办公")
    page = words(shown(client, "hunnan").partition("<main")[2])
    assert page.index("12月1日起搬到&lt;新址&gt;办公") < page.index("全运路109号")


def test_an_office_without_details_is_shown_too(client: Client) -> None:
    Office.objects.create(
        slug="new", name="新设分中心", district="浑南区", address="某路1号", position=16
    )
    page = shown(client, "new")
    assert "还没有登记电话" in page
    assert "还没有登记乘车路线" in page
    assert "依据" not in page.partition("<main")[2].partition("</main>")[0]


def test_an_office_without_stops_shows_the_sentence(client: Client) -> None:
    office = Office.objects.create(
        slug="new", name="新设分中心", district="浑南区", address="某路1号", position=16
    )
    office.transport_text = "乘坐999路到站。"
    office.save()
    assert "乘坐999路到站。" in shown(client, "new")


@pytest.mark.parametrize("slug", ["none", "Hunnan", "%00", "浑南"])
def test_an_office_that_is_not_there_is_a_kind_404(client: Client, slug: str) -> None:
    response = client.get(f"/offices/{slug}/")
    assert response.status_code == 404
    assert "024-12345" in response.content.decode()


def test_a_page_is_read_in_few_queries(client: Client, django_assert_num_queries) -> None:
    # The version, the timetable; offices, telephones, other names, stops, lines, closures.
    with django_assert_num_queries(8):
        client.get("/offices/hunnan/")
    with django_assert_num_queries(1):
        client.get("/offices/hunnan/")


def test_it_is_only_read(client: Client) -> None:
    assert client.post("/offices/hunnan/").status_code == 405
