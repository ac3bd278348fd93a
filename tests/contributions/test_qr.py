"""QR pictures: what is accepted, what is kept, how it is served."""

import struct
import zlib
from io import BytesIO

import pytest
import segno
from django.core.exceptions import ValidationError
from django.test import Client
from PIL import Image

from portal.contributions import pictures
from portal.contributions.models import Channel


def picture(form: str = "PNG", mode: str = "RGB", size: tuple[int, int] = (300, 300)) -> bytes:
    file = BytesIO()
    Image.new(mode, size).save(file, form)
    return file.getvalue()


def qr_code(text: str) -> bytes:
    file = BytesIO()
    segno.make(text).save(file, kind="png", scale=5)
    return file.getvalue()


def bomb(side: int = 50_000) -> bytes:
    """A PNG of a few hundred bytes whose header promises `side` × `side` pixels."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        )

    header = struct.pack(">IIBBBBB", side, side, 8, 6, 0, 0, 0)
    data = zlib.compress(bytes(100_000))
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", data) + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP", "GIF"])
def test_a_picture_becomes_png(form: str) -> None:
    result = Image.open(BytesIO(pictures.png_from(BytesIO(picture(form)))))
    assert (result.format, result.mode, result.size) == ("PNG", "RGB", (300, 300))


def test_the_code_itself_is_not_changed() -> None:
    before = qr_code("https://ybj.shenyang.gov.cn")
    after = pictures.png_from(BytesIO(before))
    pixels = [Image.open(BytesIO(content)).convert("L").tobytes() for content in (before, after)]
    assert pixels[0] == pixels[1]


def test_nothing_else_of_the_file_is_kept() -> None:
    script = b"<script>alert(1)</script>"
    assert script not in pictures.png_from(BytesIO(picture() + script))


def test_a_transparent_ground_becomes_white() -> None:
    result = Image.open(BytesIO(pictures.png_from(BytesIO(picture(mode="RGBA")))))
    assert result.getpixel((0, 0)) == (255, 255, 255)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"hello",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>",
        b"%PDF-1.4",
        picture()[:100],
        picture("BMP"),
    ],
    ids=["empty", "text", "svg", "pdf", "cut off", "other format"],
)
def test_what_is_not_a_picture_is_refused(content: bytes) -> None:
    with pytest.raises(ValidationError, match="不是图片"):
        pictures.png_from(BytesIO(content))


def test_a_file_that_is_too_large_is_refused() -> None:
    with pytest.raises(ValidationError, match="图片太大"):
        pictures.png_from(BytesIO(picture() + bytes(pictures.MOST_BYTES)))


def test_a_picture_with_too_many_pixels_is_refused() -> None:
    side = pictures.MOST_PIXELS_A_SIDE
    assert pictures.png_from(BytesIO(picture(size=(side, 10))))
    with pytest.raises(ValidationError, match="像素"):
        pictures.png_from(BytesIO(picture(size=(side + 1, 10))))


# Pillow only warns of the first and refuses the second; the third is ours to refuse.
@pytest.mark.parametrize("side", [12_000, 50_000, 5_000])
@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
def test_a_decompression_bomb_is_refused_unopened(side: int) -> None:
    with pytest.raises(ValidationError, match="裁剪"):
        pictures.png_from(BytesIO(bomb(side)))


def test_a_photograph_that_png_cannot_hold_is_refused() -> None:
    noise = Image.effect_noise((1_200, 1_200), 100)
    file = BytesIO()
    noise.save(file, "JPEG", quality=10)
    assert file.tell() < pictures.MOST_BYTES
    with pytest.raises(ValidationError, match="太复杂"):
        pictures.png_from(BytesIO(file.getvalue()))


@pytest.fixture
def channel(db: None) -> Channel:
    channel = Channel.objects.get(slug="app")
    channel.qr_png = pictures.png_from(BytesIO(qr_code("一")))
    channel.qr_hash = pictures.fingerprint(channel.qr_png)
    channel.save()
    return channel


def test_the_picture_is_served_for_ever(client: Client, channel: Channel) -> None:
    assert channel.qr_address == f"/channels/app/qr-{channel.qr_hash}.png"
    response = client.get(channel.qr_address)
    assert response.content == channel.qr_png
    assert response["Content-Type"] == "image/png"
    assert response["Cache-Control"] == "public, max-age=31536000, immutable"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert not response.cookies


@pytest.mark.parametrize("address", ["/channels/app/qr-0.png", "/channels/no/qr-0.png"])
def test_there_is_no_other_address(client: Client, channel: Channel, address: str) -> None:
    assert client.get(address).status_code == 404


def test_a_channel_without_a_picture_has_no_address(db: None) -> None:
    assert Channel.objects.get(slug="wechat").qr_address == ""


def test_a_list_of_channels_does_not_read_pictures(channel: Channel) -> None:
    assert "qr_png" in Channel.objects.get(slug="app").get_deferred_fields()


def test_a_long_press_finds_a_plain_picture(client: Client, channel: Channel) -> None:
    """WeChat recognises a code in an <img> that no link surrounds."""
    page = client.get("/contributions/channels/").content.decode()
    before, _, after = page.partition(f'<img src="{channel.qr_address}"')
    assert after
    assert before.rfind("<a ") < before.rfind("</a>")
    assert "长按图片可以识别" in after
