"""What the site's log says, and what it never says: nobody's question, nobody's address.

Two shapes (`LOG_FORMAT`): a line to read, or a JSON object a line. Both go through `clean`, because
messages come from others too: an exception that the server tells of may name a whole address.
"""

import json
import logging
import re
import uuid
from collections.abc import Callable
from contextvars import ContextVar

from django.conf import settings
from django.http import HttpRequest, HttpResponse

# What follows a question mark in an address is somebody's case.
_QUERY = re.compile(r"\?[\w%+.~\[\]-]*=[^\s'\"<>]*")
_ADDRESS = re.compile(r"\bip=[\w.:]+")
_REQUEST_ID = re.compile(r"[0-9a-f]{32}")
_request_id: ContextVar[str] = ContextVar("request_id", default="")


def clean(text: str) -> str:
    """Return a message without query strings and without addresses of people."""
    return _ADDRESS.sub("ip=…", _QUERY.sub("?…", text))


class Lines(logging.Formatter):
    """For people: the time, how bad it is, who says so, what."""

    def __init__(self) -> None:
        super().__init__("{asctime} {levelname} {name} {message}", style="{")

    def format(self, record: logging.LogRecord) -> str:
        return clean(super().format(record))


class JsonLines(logging.Formatter):
    """For programs: one object a line, with the number that nginx gave the request."""

    default_time_format = "%Y-%m-%dT%H:%M:%S"
    default_msec_format = "%s.%03d"

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": self.formatTime(record),
            "level": record.levelname,
            "logger": record.name,
            "message": clean(record.getMessage()),
        }
        if request_id := _request_id.get():
            line["request"] = request_id
        if record.exc_info:
            line["exception"] = clean(self.formatException(record.exc_info))
        return json.dumps(line, ensure_ascii=False)


class RequestIdMiddleware:
    """Give what is logged during a request its number: nginx's, or one made up here."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request.headers.get("X-Request-ID", "") if settings.BEHIND_PROXY else ""
        number = given if _REQUEST_ID.fullmatch(given) else uuid.uuid4().hex
        token = _request_id.set(number)
        try:
            return self.get_response(request)
        finally:
            _request_id.reset(token)
