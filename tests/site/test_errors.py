"""When the data cannot be reached, a resident reads a kind page and knows when to try again."""

import pytest
from django.db import OperationalError, connection
from django.test import Client

pytestmark = pytest.mark.django_db


class Away:
    """Stands in for a database that does not answer: every query fails as it would."""

    def __call__(self, execute: object, sql: str, *rest: object) -> None:
        raise OperationalError("could not connect to server at /var/secret/path")


def test_a_page_says_that_the_data_is_away(client: Client) -> None:
    with connection.execute_wrapper(Away()):
        answer = client.get("/enrollment/resident/")
    assert answer.status_code == 503
    assert answer["Retry-After"] == "30"
    assert answer["Cache-Control"] == "no-store"
    html = answer.content.decode()
    assert "数据暂时读不到" in html
    assert "024-12345" in html
    assert "secret" not in html
    assert "default-src 'none'" in answer["Content-Security-Policy"]


def test_the_json_says_so_too(client: Client) -> None:
    with connection.execute_wrapper(Away()):
        answer = client.get("/api/v1/offices")
    assert answer.status_code == 503
    assert answer.json() == {"errors": {"": ["数据暂时读不到，请过一会儿再试。"]}}


def test_whoever_runs_the_site_reads_the_cause(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    with connection.execute_wrapper(Away()):
        client.get("/")
    assert "could not connect" in caplog.text


@pytest.mark.parametrize("path", ["/nothing", "/for/nobody/", "/policy/F-99.9"])
def test_a_wrong_address_offers_the_search_and_ways_on(client: Client, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    html = answer.content.decode()
    assert 'action="/search/"' in html
    for way in ("/", "/calculators/", "/offices/", "/policy/"):
        assert f'<a class="row" href="{way}">' in html


def test_another_mistake_stays_a_500(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*args: object) -> None:
        raise RuntimeError("a mistake of ours")

    monkeypatch.setattr("portal.site.views.contents", fail)
    client.raise_request_exception = False
    answer = client.get("/")
    assert answer.status_code == 500
    assert "024-12345" in answer.content.decode()


def test_a_strange_host_is_refused_with_a_page(resident: Client) -> None:
    answer = resident.get("/", headers={"host": "evil.example"})
    assert answer.status_code == 400
    assert "evil.example" not in answer.content.decode()


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/calculators/inpatient/",
        "/guide/",
        "/search/",
        "/feedback/",
        "/nothing",
        "/admin/login/",
    ],
)
def test_an_endless_query_is_refused_with_a_page(resident: Client, path: str) -> None:
    answer = resident.get(f"{path}?{'&x=1' * 1001}")
    assert answer.status_code == (404 if path == "/nothing" else 400)
    assert "回首页" in answer.content.decode() or path == "/nothing"
    assert "default-src 'none'" in answer["Content-Security-Policy"]


def test_an_endless_query_of_a_program_is_refused_as_json(resident: Client) -> None:
    answer = resident.get(f"/api/v1/calculators/inpatient?{'&x=1' * 1001}")
    assert answer.status_code == 400
    assert answer.json() == {"errors": {"": ["网址里的内容太多了。"]}}
