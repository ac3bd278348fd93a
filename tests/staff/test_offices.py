"""What staff change of an office is public at once."""

import pytest
from django.test import Client
from django.urls import reverse

from portal.offices.models import Office
from tests.staff.forms import shown

pytestmark = pytest.mark.django_db


@pytest.fixture
def address() -> str:
    return reverse("admin:offices_office_change", args=[Office.objects.get(slug="hunnan").pk])


def test_a_new_address_is_on_the_page_of_the_next_request(
    admin_client: Client, client: Client, address: str
) -> None:
    before = client.get("/offices/")
    moved = "浑南区某某路1号二楼。"
    form = shown(admin_client.get(address), address=moved, notice="已搬到新址")
    assert admin_client.post(address, form).status_code == 302

    after = client.get("/offices/", headers={"If-None-Match": before["ETag"]})
    assert after.status_code == 200
    page = after.content.decode()
    assert moved in page
    assert "已搬到新址" in page
    assert "浑南区全运路109号" not in page


def test_a_new_number_can_be_called_at_once(
    admin_client: Client, client: Client, address: str
) -> None:
    form = shown(admin_client.get(address)) | {"phones-0-number": "024-11112222"}
    assert admin_client.post(address, form).status_code == 302
    page = client.get("/offices/").content.decode()
    assert 'href="tel:024-11112222"' in page
    assert "024-23770026" not in page


def test_saving_without_a_change_loses_nothing(admin_client: Client, address: str) -> None:
    def everything() -> list[object]:
        office = Office.objects.get(slug="hunnan")
        return [
            list(office.phones.values()),
            list(office.aliases.values()),
            list(office.stops.values()),
            [list(stop.lines.values()) for stop in office.stops.all()],
            (office.name, office.address, office.transport_text, office.clause),
        ]

    before = everything()
    assert admin_client.post(address, shown(admin_client.get(address))).status_code == 302
    assert everything() == before


def test_two_stops_can_change_places(admin_client: Client, address: str) -> None:
    form = shown(admin_client.get(address)) | {"stops-0-position": 2, "stops-1-position": 1}
    assert admin_client.post(address, form).status_code == 302
    stops = Office.objects.get(slug="hunnan").stops.values_list("station", flat=True)
    assert list(stops)[:2] == ["智慧三街全运二路", "省博物馆"]


def test_a_line_is_added_on_the_page_of_its_stop(admin_client: Client, client: Client) -> None:
    office = Office.objects.get(slug="hunnan")
    stop = office.stops.get(station="全运路智慧三街")
    page = reverse("admin:offices_stop_change", args=[stop.pk])
    form = shown(admin_client.get(page)) | {"lines-2-name": "999路", "lines-2-position": 3}
    assert admin_client.post(page, form).status_code == 302
    shown_page = client.get("/offices/hunnan/").content.decode()
    assert "全运路智慧三街</b>站：305路、V113路、999路" in shown_page
    assert Office.objects.get(slug="hunnan").updated_at > office.updated_at


def test_the_pinyin_is_kept_and_not_asked_for(
    admin_client: Client, client: Client, address: str
) -> None:
    form = shown(admin_client.get(address))
    assert not [name for name in form if "pinyin" in name]
    assert admin_client.post(address, form | {"name": "长白分中心"}).status_code == 302
    found = client.get("/api/v1/offices?q=changbaifen").json()["offices"]
    assert [office["name"] for office in found] == ["长白分中心"]


def test_a_mistake_is_said_in_chinese(admin_client: Client, address: str) -> None:
    form = shown(admin_client.get(address)) | {"phones-0-number": "024 23770026"}
    response = admin_client.post(address, form)
    assert response.status_code == 200
    assert "号码只写数字和短横线" in response.content.decode()


def test_the_list_is_searched_by_the_older_name(admin_client: Client) -> None:
    page = admin_client.get("/admin/offices/office/", {"q": "张士管理部"}).content.decode()
    assert "铁西分中心张士办理部" in page
    assert "浑南分中心" not in page.partition("result_list")[2]


def test_strangers_are_asked_to_log_in(client: Client, address: str) -> None:
    response = client.get(address)
    assert response.status_code == 302
    assert response["Location"].startswith("/admin/login/")
