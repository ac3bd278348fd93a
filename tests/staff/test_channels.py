"""Staff give a channel its link and its QR picture."""

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from portal.contributions.models import Channel
from tests.staff.forms import shown

pytestmark = pytest.mark.django_db


@pytest.fixture
def address() -> str:
    return reverse("admin:contributions_channel_change", args=[Channel.objects.get(slug="app").pk])


def upload(colour: str) -> SimpleUploadedFile:
    file = BytesIO()
    Image.new("RGB", (200, 200), colour).save(file, "JPEG")
    return SimpleUploadedFile("qr.jpg", file.getvalue(), "image/jpeg")


def send(client: Client, address: str, **changes: object) -> Channel:
    form = shown(client.get(address), **changes)
    assert client.post(address, form).status_code == 302
    return Channel.objects.get(slug="app")


def test_a_picture_is_added_replaced_kept_and_removed(
    admin_client: Client, client: Client, address: str
) -> None:
    first = send(admin_client, address, new_qr=upload("black")).qr_address
    picture = client.get(first)
    assert Image.open(BytesIO(picture.content)).format == "PNG"
    assert f'src="{first}"' in admin_client.get(address).content.decode()

    assert send(admin_client, address).qr_address == first

    second = send(admin_client, address, new_qr=upload("red")).qr_address
    assert second != first
    assert client.get(first).status_code == 404
    assert client.get(second).status_code == 200

    channel = send(admin_client, address, remove_qr="on")
    assert (channel.qr_png, channel.qr_address) == (None, "")
    assert client.get(second).status_code == 404


def test_what_is_not_a_picture_is_refused_in_chinese(admin_client: Client, address: str) -> None:
    bad = SimpleUploadedFile("qr.png", b"<script>alert(1)</script>", "image/png")
    response = admin_client.post(address, shown(admin_client.get(address), new_qr=bad))
    assert response.status_code == 200
    assert "这不是图片" in response.content.decode()
    assert Channel.objects.get(slug="app").qr_hash == ""


def test_an_address_typed_without_its_scheme_is_https(admin_client: Client, address: str) -> None:
    assert send(admin_client, address, link="example.com/app").link == "https://example.com/app"


def test_a_new_channel(admin_client: Client) -> None:
    address = reverse("admin:contributions_channel_add")
    form = shown(admin_client.get(address), slug="new", name="新渠道", position=30)
    assert admin_client.post(address, form).status_code == 302
    assert Channel.objects.filter(slug="new").exists()
