"""The tour for a new clerk: what it says is on the screen, and its pictures are there."""

import re
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.contrib.staticfiles import finders
from django.test import Client

from portal.staff.tour import PICTURES, RELATIVE, TOUR
from tests.staff.access import client_of, staff_member

ROOT = Path(settings.BASE_DIR)
MARKDOWN = TOUR.read_text()
PICTURE = re.compile(r"!\[([^]]*)\]\(([^)]*)\)")
# What stands on a screen, as the tour quotes it.
QUOTED = sorted(set(re.findall(r"「([^」]*)」", MARKDOWN)))
NAMED = [address for _, address in PICTURE.findall(MARKDOWN)]
LARGEST = 60_000


class Page(HTMLParser):
    """The pictures, headings and inner links of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.pictures: list[dict[str, str | None]] = []
        self.anchors: list[str | None] = []
        self.links: list[str | None] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        own = dict(attrs)
        if tag == "img" and "tour/" in str(own.get("src")):
            self.pictures.append(own)
        if tag == "h2" and "id" in own:
            self.anchors.append(own["id"])
        if tag == "a" and str(own.get("href")).startswith("#step-"):
            self.links.append(own["href"])


@cache
def staff_room() -> str:
    """All words that the staff room can put on a screen."""
    files = [*(ROOT / "portal").rglob("*.py"), *(ROOT / "portal" / "staff").rglob("*.html")]
    files.append(ROOT / "templates" / "403.html")
    return "".join(file.read_text() for file in files if file.name != "tour.py")


@pytest.mark.parametrize("name", QUOTED)
def test_what_the_tour_names_is_on_a_screen(name: str) -> None:
    # A number, or a name that is put in, stands for whatever does.
    assert re.sub("^打开：.*", "打开：", name) in staff_room()


def test_each_picture_is_there_and_each_that_is_there_is_shown() -> None:
    assert len(NAMED) == len(set(NAMED)) > 20
    assert all((TOUR.parent / address).is_file() for address in NAMED)
    here = {file.name for file in (PICTURES / "staff" / "tour").iterdir()}
    assert here == {Path(address).name for address in NAMED}


def test_the_gallery_shows_each_picture_of_a_phone() -> None:
    docs = TOUR.parent
    shown = {address for _, address in PICTURE.findall((docs / "gallery.md").read_text())}
    assert shown == {f"pictures/{file.name}" for file in (docs / "pictures").iterdir()}
    for readme in ("README.md", "README.en.md"):
        used = re.findall(r'src="docs/([^"]*)"', (ROOT / readme).read_text())
        assert used
        assert set(used) <= shown


def test_pictures_are_told_and_small() -> None:
    for words, address in PICTURE.findall(MARKDOWN):
        assert len(words) >= 8, address
        assert (TOUR.parent / address).stat().st_size <= LARGEST, address


def test_each_section_has_a_picture_but_the_last() -> None:
    _, *sections, last = MARKDOWN.split("\n## ")
    assert [part.split("\n")[0] for part in sections if not PICTURE.search(part)] == []
    assert last.startswith("出了差错怎么办")


def test_no_english_word_is_in_the_tour() -> None:
    words = re.sub(r"\]\([^)]*\)", "", MARKDOWN)
    assert set(re.findall("[A-Za-z]+", words)) <= {"Excel", "admin", "B"}


@pytest.mark.django_db
def test_the_desk_shows_it_with_its_pictures(client: Client) -> None:
    client.force_login(User.objects.create_user("新来的", is_staff=True))
    answer = client.get("/admin/desk/tour/")
    assert answer.status_code == 200
    page = Page(answer.text)
    assert len(page.pictures) == len(NAMED)
    for picture, address in zip(page.pictures, NAMED, strict=True):
        name = address.removeprefix(RELATIVE)
        assert picture["src"] == f"/static/{name}"
        assert finders.find(name)
        assert picture["alt"]
        assert min(int(picture["width"] or 0), int(picture["height"] or 0)) >= 300
    assert page.links == [f"#{anchor}" for anchor in page.anchors]
    assert len(page.links) == MARKDOWN.count("\n## ")


@pytest.mark.django_db
def test_every_page_of_the_admin_leads_to_it() -> None:
    client = client_of(staff_member("新来的"))
    assert "怎么用这个后台" in client.get("/admin/").text
    for address in ("/admin/", "/admin/people/security/"):
        assert 'href="/admin/desk/tour/"' in client.get(address).text, address
