"""Every form of the desk and of the admin, and the one for residents, sent with anything in any field.

Whatever comes, the answer is a page: nothing here may raise. What calculators are asked is in
tests/calculators/test_fuzz.py; what a broken workbook is told, in tests/policy/test_workbook.py.
"""

import io
import random
import zipfile
from functools import cache
from html.parser import HTMLParser
from typing import Any

import pytest
from django.contrib import admin
from django.db import transaction
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given
from hypothesis import settings as how
from hypothesis import strategies as st

from portal.offices.models import Office
from portal.policy.workbook import read_workbook, write_workbook
from portal.policy.xlsx import Unreadable
from tests.calculators.test_fuzz import NASTY
from tests.policy.drafting import shipped
from tests.staff.test_admin_access import RIGHTS
from tests.staff.test_desk_access import BY_NAME, address_of, arguments

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
__all__ = ["arguments"]  # a fixture

SEED = 20261122
WAYS_OUT = ("/admin/logout/",)
MORE = (
    "99999999999999999999",
    "-1",
    "2026-02-30",
    "\ud7ff",
    "a\r\nb",
    "[[x.y.z]]",
    "{{ x }}",
    "第一",
)


class Forms(HTMLParser):
    """The forms of a page that are sent by POST: what a browser would send, button by button."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.forms: list[tuple[str, dict[str, str], list[tuple[str, str]]]] = []
        self._inside = False
        self._select = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._inside = has.get("method", "").lower() == "post"
            if self._inside:
                self.forms.append((has.get("action", ""), {}, []))
            return
        if not self._inside:
            return
        _, fields, buttons = self.forms[-1]
        name, kind = has.get("name", ""), has.get("type", "")
        if tag == "select":
            self._select = name
        elif tag == "option" and ("selected" in has or self._select not in fields):
            fields[self._select] = has.get("value", "")
        elif tag == "button" or kind == "submit":
            buttons.append((name, has.get("value", "")))
        elif tag in {"input", "textarea"} and name and name != "csrfmiddlewaretoken":
            is_chosen = kind not in {"checkbox", "radio"} or "checked" in has
            fields |= {name: has.get("value", "")} if is_chosen or name not in fields else {}

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._inside = False


def addresses(known: dict[str, object]) -> list[str]:
    desk = [address_of(pattern, known) for pattern in BY_NAME.values()]
    models = []
    for model in admin.site._registry:
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        first = model.objects.first()
        if model._meta.label_lower in RIGHTS:
            models.append(reverse(f"{name}_add"))
            models += [reverse(f"{name}_change", args=[first.pk])] if first else []
    return [*desk, *models]


def send(client: Client, path: str, random_: random.Random) -> int:
    """Send each form of a page with nasty values; return how many were sent."""
    page = client.get(path)
    if page.status_code != 200 or "text/html" not in page["Content-Type"]:
        return 0
    forms = [form for form in Forms(page.content.decode()).forms if form[0] not in WAYS_OUT]
    for action, fields, buttons in forms:
        nasty = random_.sample(sorted(fields), min(len(fields), random_.choice((1, 2, 5))))
        data: dict[str, Any] = fields | {name: random_.choice((*NASTY, *MORE)) for name in nasty}
        name, value = random_.choice(buttons or [("", "")])
        data |= {name: value} if name else {}
        to = path if not action or action.startswith(("?", "#")) else action
        with transaction.atomic():
            answer = client.post(to, data)
            assert answer.status_code < 500, (to, data)
            transaction.set_rollback(True)
    return len(forms)


def test_every_form_of_staff_answers_whatever_is_sent(
    admin_client: Client, arguments: dict[str, object]
) -> None:
    random_ = random.Random(SEED)
    paths = addresses(arguments)
    assert len(paths) > 50
    assert sum(send(admin_client, path, random_) for path in paths) > 60
    assert admin_client.get("/admin/").status_code == 200  # still logged in to the end


@pytest.mark.parametrize("typed", ["第一", "-1", "9" * 40, "\x00"])
def test_a_clause_that_is_none_is_refused(admin_client: Client, typed: str) -> None:
    path = reverse("admin:offices_office_change", args=[Office.objects.get(slug="heping").pk])
    answer = admin_client.post(path, {"name": "和平", "clause": typed})
    assert answer.status_code == 200
    assert "clause" in answer.context["adminform"].form.errors


def test_feedback_answers_whatever_is_sent(settings: Any) -> None:
    settings.FEEDBACK_AN_HOUR = 1_000_000
    random_ = random.Random(SEED)
    client = Client(headers={"sec-fetch-site": "same-origin"})
    values = (*NASTY, *MORE, "helped", "/offices/?q=1", "/\\evil.example", "//evil.example")
    for _ in range(60):
        names = random_.sample(("page", "kind", "text", "x"), 3)
        data = {name: random_.choice(values) for name in names}
        answer = client.post("/feedback/", data)
        assert answer.status_code in {303, 422}, data
        assert answer.get("Location", "/feedback/").startswith("/feedback/")
    body = bytes(random_.randrange(256) for _ in range(500))
    answer = client.post("/feedback/", body, content_type="multipart/form-data; boundary=x")
    assert answer.status_code in {400, 422}


@how(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_a_workbook_that_is_damaged_anywhere_is_read_or_refused(
    db: None, data: st.DataObject
) -> None:
    whole = _workbook()
    part = data.draw(st.sampled_from(sorted(whole)))
    text = whole[part]
    at = data.draw(st.integers(0, len(text)))
    cut = data.draw(st.integers(0, 40))
    put = data.draw(st.one_of(st.binary(max_size=20), st.sampled_from(PIECES)))
    changed = whole | {part: text[:at] + put + text[at + cut :]}
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in changed.items():
            archive.writestr(name, content)
    try:
        read_workbook(file.getvalue())
    except Unreadable:
        return  # and nothing else


PIECES = (
    b"<v>1e999</v>",
    b"NaN",
    b"<f>1+1</f>",
    b"t='s'",
    b"<row r='99999999'/>",
    b"-1",
    b"<!DOCTYPE x>",
)


@cache
def _workbook() -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(write_workbook([shipped("flexible", "pool")]))) as archive:
        return {name: archive.read(name) for name in archive.namelist()}
