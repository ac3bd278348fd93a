"""The fifth wall: a public page is the same for everybody, so that it can be cached whole.

It reads no session, user, message or CSRF token and sets no cookie. And it is a page: an address
answers with a title, its landmarks, a heading, and the policy that forbids inline code.
"""

import re

import pytest
from django.contrib.auth.models import User
from django.test import Client

from tests.addresses import clauses, documents, pages

pytestmark = [pytest.mark.django_db, pytest.mark.reads]


def assert_same_for_everybody(path: str, stranger: Client, clerk: Client) -> None:
    answer = stranger.get(path)
    assert answer.status_code == 200, path
    assert not answer.cookies, path
    assert "Cookie" not in answer.get("Vary", ""), path
    assert answer["Cache-Control"] == "no-cache", path
    csp = answer["Content-Security-Policy"]
    assert "default-src 'none'" in csp, path
    assert "unsafe" not in csp, path
    assert clerk.get(path).content == answer.content, path


@pytest.fixture
def clerk() -> Client:
    client = Client()
    client.force_login(User.objects.create_superuser("clerk"))
    return client


def test_every_kind_of_page_is_the_same_for_everybody(client: Client, clerk: Client) -> None:
    for path in pages():
        assert_same_for_everybody(path, client, clerk)


@pytest.mark.slow
def test_every_clause_has_a_page_that_is_the_same_for_everybody(
    client: Client, clerk: Client
) -> None:
    addresses = clauses()
    assert len(addresses) == 305
    for path in addresses:
        assert_same_for_everybody(path, client, clerk)


def test_no_public_page_touches_the_session(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*args: object, **kwargs: object) -> None:
        raise AssertionError("a public page read the session")

    from django.contrib.sessions.backends.base import SessionBase

    monkeypatch.setattr(SessionBase, "_get_session", refuse)
    monkeypatch.setattr(SessionBase, "_session", property(refuse), raising=False)
    client.cookies["sessionid"] = "stolen"
    for path in pages():
        assert client.get(path).status_code == 200, path


def test_every_kind_of_page_is_among_them() -> None:
    addresses = set(pages())
    for path in (
        "/",
        "/about/",
        "/for/adults/",
        "/search/?q=报销",
        "/offices/",
        "/offices/hunnan/",
    ):
        assert path in addresses
    for part in ("enrollment", "contributions", "benefits", "care"):
        assert {f"/{part}/"} < {path for path in addresses if path.startswith(f"/{part}/")}


def test_every_page_has_its_landmarks(client: Client) -> None:
    for path in pages():
        if path.startswith("/api/"):
            continue
        html = client.get(path).content.decode()
        assert re.search(r"<title>\s*\S.*</title>", html), path
        for part in (
            '<html lang="zh-CN"',
            "<header",
            '<main id="main"',
            "<footer",
            "tel:024-12345",
        ):
            assert html.count(part) >= 1, (path, part)
        assert len(re.findall(r"<h1\b", html)) == 1, path
        assert not re.search(r"<[^>]+\s(style|on\w+)=", html), path
        assert " target=" not in html, path


def test_a_document_is_shown_whole(client: Client) -> None:
    """Every clause of a document is linked from its page, and its words are there."""
    for path in documents():
        html = client.get(path).content.decode()
        letter = "R" if "resident" in path else "F"
        linked = set(re.findall(r'href="/policy/([RF]-\d+\.\d+)"', html))
        wanted = {address.removeprefix("/policy/") for address in clauses()}
        assert {code for code in wanted if code.startswith(letter)} <= linked


@pytest.mark.parametrize(
    "path",
    ["/policy/F-99.9", "/policy/documents/none/", "/calculators/none/", "/nothing", "/policy/x"],
)
def test_a_wrong_address_is_a_kind_404(client: Client, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    assert not answer.cookies
    assert "024-12345" in answer.content.decode()


def test_the_admin_keeps_its_own_cookies(client: Client) -> None:
    """The wall is about public pages: the log-in form needs its CSRF cookie, on its own path."""
    answer = client.get("/admin/login/")
    assert answer.cookies["csrftoken"]["path"] == "/admin/"
    assert "unsafe" not in answer["Content-Security-Policy"]
