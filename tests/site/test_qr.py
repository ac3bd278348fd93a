"""The code of somebody's own page: a picture of the link in its text, of no other link."""

import re
from html import unescape

import pytest
import segno
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from portal.site.qr import LONGEST_IN_A_PICTURE
from tests.addresses import STAY, WORKER, YEAR

pytestmark = pytest.mark.django_db

RESULT = f"/calculators/inpatient/?scheme=flexible&{STAY}"
CODE = RESULT.replace("?", "qr.svg?")
PAGES = (
    RESULT,
    f"{RESULT}&mode=care",
    f"/calculators/year/?scheme=flexible&group=active&{YEAR}",
    "/calculators/start-date/?scheme=resident&kind=adult&paid_on=2024-03-15",
    f"{WORKER}&last=2025-01&resume=2025-05&repay=yes",
)
DARK = re.compile(r"(?:M(\d+) (\d+)\.5|m(-?\d+) (\d+))?h(\d+)")


def modules(svg: str) -> list[list[int]]:
    """The dark and light squares that a picture draws, without the quiet zone."""
    (side,) = re.findall(r'viewBox="0 0 (\d+) \1"', svg)
    (path,) = re.findall(r' d="([^"]+)"', svg)
    drawn = [[0] * (int(side) - 8) for _ in range(int(side) - 8)]
    x = y = 0
    for left, top, right, down, run in DARK.findall(path):
        x, y = (int(left), int(top)) if left else (x + int(right), y + int(down))
        drawn[y - 4][x - 4 : x - 4 + int(run)] = [1] * int(run)
        x += int(run)
    return drawn


def squares(link: str) -> list[list[int]]:
    return [list(row) for row in segno.make(link, error="l", micro=False, mask=3).matrix]


@pytest.mark.parametrize("htmx", [False, True], ids=["page", "htmx"])
@pytest.mark.parametrize("path", PAGES)
def test_the_picture_is_of_the_link_in_the_text(client: Client, path: str, htmx: bool) -> None:
    """Of the one without amounts and of the whole one, which is also the one on paper."""
    html = client.get(path, headers={"HX-Request": "true"} if htmx else {}).content.decode()
    texts = re.findall(r'data-code="([^"]*)".*?data-line="link">[^<]*<b>([^<]+)', html, re.DOTALL)
    assert len(texts) == 2
    for code, link in texts:
        answer = client.get(unescape(code))
        assert modules(answer.content.decode()) == squares(unescape(link))
    assert f'<div class="page-qr"><img src="{texts[1][0]}"' in html
    assert 'path stroke="#000"' not in html


def test_the_picture_is_somebodys_own_and_has_nothing_else_in_it(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(0):
        answer = client.get(CODE)
    assert answer["Content-Type"] == "image/svg+xml"
    assert answer["Cache-Control"] == "private, max-age=600"
    assert answer["X-Robots-Tag"] == "noindex"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    assert not answer.cookies
    assert "Cookie" not in answer.get("Vary", "")
    assert re.fullmatch(
        r'<svg xmlns="http://www\.w3\.org/2000/svg" viewBox="[\d ]+">'
        r'<path stroke="#000" d="[Mmh\d .-]+"/></svg>',
        answer.content.decode(),
    )


def test_a_link_is_drawn_as_long_as_it_can_be_read(client: Client) -> None:
    page = "/calculators/inpatient/?x="
    fits = page + "y" * (LONGEST_IN_A_PICTURE - len(f"http://testserver{page}"))
    assert client.get(fits.replace("?", "qr.svg?")).status_code == 200
    assert client.get(f"{fits}y".replace("?", "qr.svg?")).status_code == 404


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/qr.svg", 404),
        ("/calculators/qr.svg", 404),
        ("/calculators/none/qr.svg", 404),
        ("/calculators/inpatient/sheet/qr.svg", 404),
        ("/calculators//evil.example/qr.svg", 404),
        ("/calculators/..%2f..%2fadmin/qr.svg", 404),
        ("/calculators/%5c%5cevil.example/qr.svg", 404),
        ("/calculators/%ff/qr.svg", 404),
        ("/admin/qr.svg", 302),  # whoever asks there is to log in
        ("//evil.example/qr.svg", 404),
        (f"{CODE}&x={'y' * 9000}", 404),
    ],
)
def test_another_address_has_no_code(resident: Client, path: str, status: int) -> None:
    answer = resident.get(path)
    assert answer.status_code == status
    assert b"<path stroke" not in answer.content


def test_odd_answers_stay_a_link_of_the_page(resident: Client) -> None:
    odd = "?cost=%ff%00&to=//evil.example/qr.svg%5C&e=a,b"
    answer = resident.get(f"/calculators/inpatient/qr.svg{odd}")
    link = f"http://testserver/calculators/inpatient/{odd}"
    assert modules(answer.content.decode()) == squares(link)


def test_a_strange_host_gets_no_code(resident: Client) -> None:
    assert resident.get(CODE, headers={"host": "evil.example"}).status_code == 400


def test_the_picture_is_only_read(resident: Client) -> None:
    assert resident.head(CODE).status_code == 200
    assert resident.post(CODE).status_code == 405
