"""What htmx swaps is what the whole page shows: the same answer, the same form, the same link."""

import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client

from calculators.catalogue import CALCULATORS
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
