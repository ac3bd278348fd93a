"""What a Sentry is told of a mistake, through its own library: where it happened, not whose question."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
# A page fails on what somebody typed; whatever is sent away is printed instead.
PLAY = """
import json, sys
import django
django.setup()
import sentry_sdk
from django.core.wsgi import get_wsgi_application
from django.test import RequestFactory
from sentry_sdk.transport import Transport
from portal.feedback import views
from portal.operation.reporting import start

class Printed(Transport):
    def capture_envelope(self, envelope):
        for item in envelope.items:
            print(json.dumps([item.type, item.payload.json], ensure_ascii=False, default=str))

start("http://key@127.0.0.1:9/1", transport=Printed)
views.read_page = int
said = {"page": sys.argv[1], "text": "13800000000", "kind": "helped"}
phone = {"HTTP_COOKIE": "mode=secretcookie", "REMOTE_ADDR": "203.0.113.9"}
phone |= {"HTTP_USER_AGENT": "MyPhone", "HTTP_X_FORWARDED_FOR": "203.0.113.9"}
phone["QUERY_STRING"] = "age=61"
environ = RequestFactory().post("/feedback/", said, **phone).environ
b"".join(get_wsgi_application()(environ, lambda *_: None))
import logging
logging.getLogger("portal").error("cannot do %s", sys.argv[1])
sentry_sdk.flush()
"""
CASE = "/calculators/inpatient/?scheme=flexible&cost=20000"
SECRETS = ("20000", "13800000000", "secretcookie", "203.0.113.9", "MyPhone", "age=61", "scheme")


@pytest.fixture(scope="module")
def told() -> list[dict[str, Any]]:
    pytest.importorskip("sentry_sdk")
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "DATABASE_URL": "sqlite://:memory:",
    }
    command = [sys.executable, "-W", "ignore", "-c", PLAY, CASE]
    run = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    items = [json.loads(line) for line in run.stdout.splitlines()]
    assert {kind for kind, _ in items} == {"event"}
    return [event for _, event in items]


def test_where_it_went_wrong_is_told(told: list[dict[str, Any]]) -> None:
    mistake = next(event for event in told if "exception" in event)
    (value,) = mistake["exception"]["values"]
    assert value["type"] == "ValueError"
    assert value["stacktrace"]["frames"][-1]["function"] == "say"
    assert mistake["request"] == {"method": "POST", "url": "http://testserver/feedback/"}


def test_a_line_of_the_log_is_told_without_the_question(told: list[dict[str, Any]]) -> None:
    said = [event["logentry"]["message"] for event in told if "logentry" in event]
    assert "cannot do /calculators/inpatient/?…" in said


@pytest.mark.parametrize("secret", SECRETS)
def test_nothing_of_the_person_is_told(told: list[dict[str, Any]], secret: str) -> None:
    assert secret not in json.dumps(told, ensure_ascii=False)
