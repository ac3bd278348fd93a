"""What htmx swaps is what the whole page shows: the same answer, the same form, the same link."""

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client

from calculators.catalogue import CALCULATORS
from calculators.forms import FORM_ID, STANDS
from tests.test_budgets import CALCULATOR_VIEW, HTML, KB, first_view, packed, static

CASES = Path(__file__).resolve().parent.parent / "cases" / "worked-cases.json"
WORKED = json.loads(CASES.read_text(encoding="utf-8"))
HTMX = {"HX-Request": "true"}
SWAP, SCRIPTS, OWN_SCRIPT = 7 * KB, 18 * KB, 2 * KB
STAY = "/calculators/inpatient/?scheme=flexible&group=active&tier=level3"
LONGEST = (
    "/calculators/inpatient/?scheme=flexible&group=retired&tier=top3&cost=99999999.99"
    "&class_b=1234567.89&outside=7654321.09&admission=3&condition=cancer"
    "&place=temporary_emergency&pool_paid=149999.99"
)

pytestmark = pytest.mark.django_db


def address(case: dict[str, Any]) -> str:
    return (
        f"/calculators/{case['calculator']}/?{urlencode([tuple(pair) for pair in case['query']])}"
    )


def shared_in(html: str) -> str:
    (link,) = re.findall(r'id="og-url" content="([^"]*)"', html)
    return str(link)


def parts_of_page(html: str) -> tuple[str, str, str, str]:
    """The title, the link that is shared, the answer and the questions of a whole page."""
    found = re.search(
        r'<title>(.*?)</title>.*<div id="answer"[^>]*>(.*)</div>\n<div id="questions">(.*)</div>\n'
        r"\s*</main>",
        html,
        re.DOTALL,
    )
    assert found, html
    return " ".join(found[1].split()), shared_in(html), found[2].strip(), found[3].strip()


def parts_of_swap(html: str) -> tuple[str, str, str, str]:
    """The same of what is swapped."""
    found = re.search(
        r'<title>(.*?)</title>.*? hx-swap-oob="true">(.*)<div id="questions" hx-swap-oob="innerHTML">(.*)</div>\s*$',
        html,
        re.DOTALL,
    )
    assert found, html
    return " ".join(found[1].split()), shared_in(html), found[2].strip(), found[3].strip()


class Boxes(HTMLParser):
    """What a browser sends of the form of a page, with nothing changed."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.sent: list[tuple[str, str]] = []
        self.open = ""  # the name of the list or the box of several lines that is open
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        box = dict(attrs)
        is_choice = box.get("type") in {"radio", "checkbox"}
        if tag == "input" and box.get("name") and (not is_choice or "checked" in box):
            self.sent.append((str(box["name"]), box.get("value") or ""))
        if tag == "option" and "selected" in box:
            self.sent.append((self.open, box["value"] or ""))
        if tag in {"select", "textarea"}:
            self.open = str(box["name"])

    def handle_data(self, data: str) -> None:
        if self.lasttag == "textarea" and self.open:
            self.sent.append((self.open, data.strip()))

    def handle_endtag(self, tag: str) -> None:
        if tag in {"select", "textarea"}:
            self.open = ""


WRONG = [
    {"calculator": slug, "query": [*scheme, *wrong], "id": f"{slug} {number}"}
    for slug, calculator in CALCULATORS.items()
    for number, wrong in enumerate([[("cost", "many"), ("months", "13")], [("date", "soon")]])
    for scheme in [[("scheme", s.value)] for s in calculator.form.schemes][:1]
]


@pytest.mark.parametrize("case", [*WORKED, *WRONG], ids=lambda case: str(case["id"]))
def test_a_swap_shows_what_a_reload_shows(case: dict[str, Any], client: Client) -> None:
    swapped = client.get(address(case), headers=HTMX)
    assert swapped.status_code in {200, 422}
    reloaded = client.get(swapped["HX-Push-Url"])
    assert reloaded.status_code == swapped.status_code
    whole = parts_of_page(reloaded.content.decode())
    assert parts_of_swap(swapped.content.decode()) == whole
    assert ("<h2" in whole[2]) or swapped.status_code == 200


STANDING = {**HTMX, STANDS: "1"}
PLACE = f'<form id="{FORM_ID}" hx-preserve></form>'


@pytest.mark.parametrize("case", WORKED, ids=lambda case: str(case["id"]))
def test_a_form_that_would_look_the_same_stays_where_it_is(
    case: dict[str, Any], client: Client
) -> None:
    whole = parts_of_page(client.get(address(case), follow=True).content.decode())
    sent = Boxes(whole[3]).sent
    swapped = client.get(f"/calculators/{case['calculator']}/?{urlencode(sent)}", headers=STANDING)
    title, _, answer, questions = parts_of_swap(swapped.content.decode())
    reloaded = parts_of_page(client.get(swapped["HX-Push-Url"]).content.decode())
    assert (title, answer) == (reloaded[0], reloaded[2])
    assert Boxes(reloaded[3]).sent == sent, "so the form that stays is the one of a reload"
    days = any(name.endswith("_day") and value for name, value in sent)
    assert (PLACE in questions) is not days, "a day in three boxes is written in another way"


@pytest.mark.parametrize(
    ("query", "stands"),
    [
        ("cost=20000&class_b=&outside=&admission=1&condition=none&place=local&pool_paid=", True),
        ("cost=2万&admission=1&condition=none&place=local", False),  # will be written 20000
        ("cost=20000&admission=&condition=none&place=local", False),  # 1 will be filled in
        ("cost=x&admission=1&condition=none&place=local", False),  # an error has to be shown
        ("cost=20000&admission=1&condition=none&place=local&sauce=soy", False),  # is dropped
    ],
)
def test_a_form_is_sent_anew_where_it_would_change(
    query: str, stands: bool, client: Client
) -> None:
    html = client.get(f"{STAY}&{query}", headers=STANDING).content.decode()
    assert (PLACE in html) is stands
    assert ("<fieldset" in html) is not stands


def test_a_form_with_an_error_does_not_ask_to_stay(client: Client) -> None:
    assert f'hx-headers="{{&quot;{STANDS}&quot;: &quot;1&quot;}}"' in client.get(
        f"{STAY}&cost=20000"
    ).content.decode().replace("&#x27;", "'")
    assert STANDS not in client.get(f"{STAY}&cost=x").content.decode()


def test_the_link_is_pushed_in_its_clean_spelling(client: Client) -> None:
    typed = f"{STAY}&cost=2万&class_b=&utm_source=x"
    response = client.get(typed, headers=HTMX)
    assert response.status_code == 200
    assert response["HX-Push-Url"] == f"{STAY}&cost=20000"
    assert "1,951.20" in response.content.decode()


def test_what_was_dropped_is_said_in_the_swap_and_on_reload(client: Client) -> None:
    response = client.get(f"{STAY}&cost=20000&sauce=soy", headers=HTMX)
    assert "没有采用" in response.content.decode()
    assert "没有采用" in client.get(response["HX-Push-Url"]).content.decode()


def test_the_same_link_again_is_no_new_entry_of_the_history(client: Client) -> None:
    here = {**HTMX, "HX-Current-URL": f"http://testserver{STAY}&cost=20000"}
    response = client.get(f"{STAY}&cost=20000", headers=here)
    assert "HX-Push-Url" not in response
    assert response["HX-Replace-Url"] == f"{STAY}&cost=20000"


def test_a_cache_keeps_the_two_apart(client: Client) -> None:
    for headers in ({}, HTMX):
        for query in ("&cost=20000", "&cost=x", "&cost=2万"):
            response = client.get(STAY + query, headers=headers)
            assert "HX-Request" in response["Vary"]
            assert "Cookie" not in response["Vary"]
            assert response["Cache-Control"] == "no-cache"
            assert not response.cookies


def test_a_page_without_a_form_loads_no_script_for_one(client: Client) -> None:
    assert "htmx" not in client.get("/calculators/inpatient/").content.decode()
    form = client.get("/calculators/inpatient/?scheme=flexible").content.decode()
    assert form.count("htmx-2.min") == 1
    assert not re.search(r"<script(?![^>]*\bdefer\b)", form)


@pytest.mark.slow
@pytest.mark.parametrize("case", WORKED, ids=lambda case: case["id"])
def test_an_answer_and_a_first_view_are_light(case: dict[str, Any], client: Client) -> None:
    swapped = client.get(address(case), headers=HTMX)
    assert packed(swapped.content) <= SWAP
    page = client.get(address(case), follow=True).content
    assert packed(page) <= HTML
    assert first_view(page) <= CALCULATOR_VIEW


def test_the_longest_answer_is_light(client: Client) -> None:
    assert packed(client.get(LONGEST, headers=HTMX).content) <= SWAP


def scripts() -> int:
    return static("django_htmx/htmx-2.min.js") + static("js/form.js") + static("js/copy.js")


def test_the_scripts_are_within_their_budget() -> None:
    assert scripts() + static("js/wechat-text.js") <= SCRIPTS
    assert static("js/form.js") <= OWN_SCRIPT
