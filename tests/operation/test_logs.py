"""What the log says of a request, and what it does not: see portal/operation/logs.py."""

import json
import logging
from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from portal.operation.logs import JsonLines, Lines, RequestIdMiddleware, clean

CASE = "/calculators/inpatient/?scheme=flexible&tier=level3&cost=20000"
NUMBER = "0123456789abcdef0123456789abcdef"


@pytest.fixture
def said(request: pytest.FixtureRequest) -> Iterator[StringIO]:
    """What the site's own handler writes meanwhile, in the shape that the test names."""
    handlers = logging.getLogger("_granian").handlers  # pytest adds some that only listen
    handler = next(one for one in handlers if isinstance(one.formatter, Lines))
    assert isinstance(handler, logging.StreamHandler)
    was = handler.setStream(said := StringIO()), handler.formatter
    handler.setFormatter(getattr(request, "param", Lines)())
    yield said
    handler.setStream(was[0])
    handler.setFormatter(was[1])


def test_the_server_too_tells_no_question_and_no_address(said: StringIO) -> None:
    log = logging.getLogger("_granian")
    log.error("Error handling request %s %s", "GET", CASE)
    log.error("Invalid request from ip=203.0.113.9: bad")
    log.error("Invalid request from ip=2001:db8::9: bad")
    first, *others = said.getvalue().splitlines()
    assert first.endswith(" ERROR _granian Error handling request GET /calculators/inpatient/?…")
    assert [line.partition("request ")[2] for line in others] == ["from ip=… bad"] * 2


@pytest.mark.parametrize("said", [JsonLines], indirect=True)
def test_a_json_line_has_the_mistake_and_no_question(said: StringIO) -> None:
    try:
        raise ValueError(f"cannot read {CASE}")
    except ValueError:
        logging.getLogger("_granian").exception("报错 %s", CASE)
    line = json.loads(said.getvalue())
    assert line.keys() == {"time", "level", "logger", "message", "exception"}
    assert (line["level"], line["logger"]) == ("ERROR", "_granian")
    assert line["message"] == "报错 /calculators/inpatient/?…"
    assert line["exception"].endswith("ValueError: cannot read /calculators/inpatient/?…")
    assert "20000" not in said.getvalue()


def numbered(given: str) -> tuple[str, str]:
    """The number of the request that is logged within a request, and after it."""

    def logged() -> str:
        record = logging.LogRecord("portal", logging.ERROR, "", 0, "x", None, None)
        return str(json.loads(JsonLines().format(record)).get("request", ""))

    def answer(request: HttpRequest) -> HttpResponse:
        return HttpResponse(logged())

    request = RequestFactory().get("/", headers={"X-Request-ID": given} if given else {})
    return RequestIdMiddleware(answer)(request).content.decode(), logged()


@pytest.mark.parametrize("given", ["", "someone@example.com", NUMBER + "0", NUMBER.upper()])
def test_a_request_has_a_number_of_its_own(given: str, settings: Any) -> None:
    settings.BEHIND_PROXY = True
    (first, after), (second, _) = numbered(given), numbered(given)
    assert len(first) == len(second) == 32
    assert len({first, second, given}) == 3
    assert after == ""


@pytest.mark.parametrize("behind", [True, False])
def test_only_our_proxys_number_is_taken(behind: bool, settings: Any) -> None:
    settings.BEHIND_PROXY = behind
    assert (numbered(NUMBER)[0] == NUMBER) is behind


@pytest.mark.parametrize(
    "text",
    [
        "Why? Because a = b.",
        "为什么?这里 a=b",
        'connection to server at "10.0.0.5", port 5432 failed: refused',
        "/calculators/inpatient/",
    ],
)
def test_other_words_stay(text: str) -> None:
    assert clean(text) == text
