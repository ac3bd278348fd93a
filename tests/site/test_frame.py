"""What every page has around its content: what a shared link shows, where one is, how one moves."""

import re
from html import unescape
from itertools import pairwise

import pytest
from django.test import Client

from tests.addresses import FIXED, pages

pytestmark = pytest.mark.django_db


def readable() -> list[str]:
    return [path for path in pages() if not path.startswith("/api/")]


def head_of(html: str, pattern: str) -> str:
    (found,) = re.findall(pattern, html)
    return unescape(found)


@pytest.mark.reads
@pytest.mark.slow
def test_a_shared_link_shows_the_title_and_the_description_of_its_page(client: Client) -> None:
    for path in readable():
        html = client.get(path).content.decode()
        title = head_of(html, r'<meta property="og:title" content="([^"<>]+)">')
        assert head_of(html, r"<title>([^<]*)</title>") == f"{title} - 沈阳医保服务门户", path
        description = head_of(html, r'<meta property="og:description" content="([^"<>]+)">')
        assert head_of(html, r'<meta name="description" content="([^"<>]+)">') == description, path
        assert "\n" not in title + description, path
        picture = head_of(html, r'<meta property="og:image" content="([^"]*)">')
        assert picture.startswith("http://testserver/static/icons/share"), path


def test_what_was_typed_does_not_break_out_of_the_title(client: Client) -> None:
    for path in ("/search/", "/offices/"):
        html = client.get(path, {"q": '"><script>x</script>'}).content.decode()
        assert 'og:title" content="&quot;&gt;&lt;script&gt;x&lt;/script&gt; - ' in html, path
        assert "<script>" not in html, path


@pytest.mark.reads
@pytest.mark.slow
def test_no_search_engine_lists_an_address_with_answers_in_it(client: Client) -> None:
    for path in pages():
        assert client.get(path).headers.get("X-Robots-Tag") == ("noindex" if "?" in path else None)


@pytest.mark.parametrize(
    ("path", "mark"), [("/care/", "page"), ("/care/away/", "true"), ("/offices/?q=hn", "page")]
)
def test_the_menu_marks_where_one_is(client: Client, path: str, mark: str) -> None:
    menu = client.get(path).content.decode().partition("</nav>")[0]
    part = f"/{path.split('/')[1]}/"
    assert re.findall(r'<a href="([^"]*)" aria-current="(\w+)">', menu) == [(part, mark)]


def test_outside_its_parts_the_menu_marks_nothing(client: Client) -> None:
    for path in ("/", "/about/", "/search/", "/policy/F-14.6"):
        assert "aria-current" not in client.get(path).content.decode(), path


@pytest.mark.reads
@pytest.mark.slow
def test_names_and_headings_of_a_page_are_in_order(client: Client) -> None:
    """An id stands once, a heading skips no level, and no two landmarks have one name."""
    for path in readable():
        html = client.get(path).content.decode()
        ids = re.findall(r'\sid="([^"]*)"', html)
        assert len(set(ids)) == len(ids), (path, [name for name in ids if ids.count(name) > 1])
        levels = [int(level) for level in re.findall(r"<h([1-6])\b", html)]
        assert levels[0] == 1, path
        assert all(after <= before + 1 for before, after in pairwise(levels)), path
        landmarks = re.findall(r'<(?:nav|form)[^>]* aria-label(?:ledby)?="([^"]*)"', html)
        assert len(set(landmarks)) == len(landmarks), path
        assert len(landmarks) == len(re.findall(r'<nav\b|role="search"', html)), path


def test_a_page_that_is_only_asked_about_answers_without_a_body(client: Client) -> None:
    for path in FIXED:
        answer = client.head(path)
        assert (answer.status_code, answer.content) == (200, b""), path
        assert not answer.cookies, path


@pytest.mark.parametrize("path", ["/", "/care/away/", "/policy/", "/policy/F-14.6", "/about/"])
def test_a_page_is_only_read(client: Client, path: str) -> None:
    assert client.post(path).status_code == 405
