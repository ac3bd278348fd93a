"""Bytes a page may cost a phone, compressed as at a release (brotli 11)."""

import brotli
import pytest
from django.contrib.staticfiles import finders
from django.test import Client

from tests.addresses import documents, offices, pages, texts

pytestmark = pytest.mark.django_db

KB = 1024
HTML, WHOLE_DOCUMENT, CSS, FIRST_VIEW, READING_VIEW = 14 * KB, 24 * KB, 8 * KB, 40 * KB, 15 * KB
READING = ("/", "/policy/", "/offices/", "/calculators/", "/policy/F-16.17", "/policy/R-7.5")
READINGS = "/about/readings/"  # all decided readings: as long as a document


def packed(content: bytes) -> int:
    return len(brotli.compress(content, quality=11))


def static(name: str) -> int:
    path = finders.find(name)
    assert isinstance(path, str), name
    with open(path, "rb") as file:
        return packed(file.read())


def shell() -> int:
    """What every page loads beside its HTML."""
    names = ("css/portal.css", "js/wechat-text.js")
    return sum(static(name) for name in names)


def test_every_page_is_within_its_budget(client: Client) -> None:
    for path in pages():
        size = packed(client.get(path).content)
        limit = WHOLE_DOCUMENT if path in (*documents(), READINGS) else HTML
        assert size <= limit, f"{path}: {size} bytes"
        assert size + shell() <= FIRST_VIEW, path


def test_a_page_that_only_reads_is_light(client: Client) -> None:
    for path in (*READING, *texts(), *offices()):
        assert packed(client.get(path).content) + shell() <= READING_VIEW, path


def test_the_style_sheet_is_within_its_budget() -> None:
    assert static("css/portal.css") <= CSS
