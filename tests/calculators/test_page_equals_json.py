"""The page of a calculator shows the numbers that its JSON gives, for every worked case.

What stands on the slip is read back from the HTML into the contract's own spelling and compared:
the headline, who pays what, the other figures, and each step with its amount.
"""

import json
import re
from collections.abc import Iterator
from decimal import Decimal
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from django.http import QueryDict
from django.test import Client

from calculators.catalogue import CALCULATORS
from tests.calculators.asking import ask

WORKED = json.loads(
    (Path(__file__).resolve().parent.parent / "cases" / "worked-cases.json").read_text("utf-8")
)
PAYERS = ("pool", "large_sum", "supplementary", "self")
# What makes up a bill. 两病 counts the drugs of each disease.
BILLED = ("cost", "class_b", "outside", "q1", "q2", "q3", "q4", "hypertension", "diabetes")

# Cases that the documents do not answer, one for each way of refusing.
REFUSED = {
    "a reading": (
        "inpatient",
        "scheme=resident&group=adult&tier=level3&cost=20000&place=temporary",
    ),
    "an old filing": (
        "inpatient",
        "scheme=flexible&group=active&tier=level3&cost=20000&place=long_term&filed_on=2025-05-31",
    ),
    "a day without a row": (
        "inpatient",
        "scheme=flexible&group=active&tier=level3&cost=20000&date=2020-01-01",
    ),
    "residents' 辅助生殖": (
        "maternity",
        "scheme=resident&kind=assisted_reproduction&group=adult&tier=level3&cost=20000",
    ),
    "no threshold": ("major-illness", "self_paid=30000"),
    "too many months": ("arrears", "first_month=2022-01&last_month=2022-05"),
    "a month after the last amount": (
        "contribution",
        "scheme=flexible&first_month=2025-12&last_month=2026-01",
    ),
    "another year": ("start-date", "scheme=resident&kind=adult&paid_on=2025-03-15"),
    "the pool's limit in a visit": (
        "outpatient",
        "scheme=flexible&group=active&tier=level2&cost=5000&pool_paid=149999.99",
    ),
}

pytestmark = pytest.mark.django_db


class Slip(HTMLParser):
    """The slip of a result, read from its HTML.

    `headline` is the large figure, `figures` are the lines under it by label, `steps` are labels
    with their amounts, `text` is everything that the answer says.
    """

    # Open tag and class → the part of the slip that its text belongs to.
    PARTS = {
        ("span", "figure"): "headline",
        ("span", "figure said"): "headline",
        ("dt", ""): "label",
        ("dd", ""): "value",
        ("b", "name"): "step",
        ("span", "amount"): "amount",
    }

    def __init__(self, html: str) -> None:
        super().__init__()
        self.headline = self.text = ""
        self.figures: dict[str, str] = {}
        self.steps: list[list[str]] = []
        self.open: list[tuple[str, str]] = []
        self.label = ""
        self.lists = 0
        self.feed(html.partition('id="result"')[2])

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        part = self.PARTS.get((tag, dict(attributes).get("class") or ""))
        self.lists += tag == "dl"
        if part == "label":
            self.label = ""
        if part == "step":
            self.steps.append(["", ""])
        if part:
            self.open.append((tag, part))
        elif self.open and tag == self.open[-1][0]:
            self.open.append((tag, self.open[-1][1]))  # one of the same name inside: keep count

    def handle_endtag(self, tag: str) -> None:
        if self.open and self.open[-1][0] == tag:
            self.open.pop()

    def handle_data(self, data: str) -> None:
        self.text += data
        part = self.open[-1][1] if self.open else ""
        if part == "headline":
            self.headline += data
        elif part == "label":
            self.label += data
        elif part == "value" and self.lists == 1:  # later lists are other readings
            self.figures[self.label] = self.figures.get(self.label, "") + data
        elif part in {"step", "amount"} and self.steps:  # a refusal has amounts, but no steps
            self.steps[-1][part == "amount"] += data


def read_back(shown: str) -> Any:
    """What a figure on the page says, as the JSON spells it; None where it says no number."""
    shown = shown.replace("\N{NO-BREAK SPACE}", " ").strip()
    if re.fullmatch(r"[\d,]+(\.\d\d)? 元", shown):
        return f"{Decimal(shown.removesuffix(' 元').replace(',', '')):.2f}"
    if day := re.fullmatch(r"(\d{4})年(\d{1,2})月(?:(\d{1,2})日)?", shown):
        return "-".join(part.zfill(2) for part in day.groups() if part)
    if "；" in shown:
        return [read_back(part) for part in shown.split("；")]
    if shown.isdecimal():
        return int(shown)
    assert not re.search(r"\d", shown), f"{shown} is a number of a kind that nobody compares"
    return {"是": True, "否": False}.get(shown)


def pairs(case: dict[str, Any]) -> dict[str, list[str]]:
    query: dict[str, list[str]] = {}
    for name, value in case["query"]:
        query.setdefault(name, []).append(value)
    return query


def is_table(result: Any) -> bool:
    return isinstance(result, list) and any(isinstance(row, dict) for row in result)


def expected_bill(slug: str, query: dict[str, list[str]], result: dict[str, Any]) -> dict[str, str]:
    """The payers' lines: those who pay something, the person always, and the total."""
    label = CALCULATORS[slug].words.label
    bill = sum(Decimal(value) for name in BILLED for value in query.get(name, ()))
    own = result.get("self") or f"{bill - Decimal(result['pool']):.2f}"
    paid = {**{code: result[code] for code in PAYERS if code in result}, "self": own}
    lines = {
        label(code): amount for code, amount in paid.items() if Decimal(amount) or code == "self"
    }
    return {**lines, "费用合计": f"{bill:.2f}"}


def expected_figures(slug: str, result: dict[str, Any]) -> dict[str, Any]:
    """Each result by its label. A table is told by its steps, a list of one is its only entry."""
    label = CALCULATORS[slug].words.label
    return {
        label(code): value[0] if isinstance(value, list) and len(value) == 1 else value
        for code, value in result.items()
        if not is_table(value)
    }


def own_steps(document: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    for step in document["steps"]:
        yield step["label"], step["amount"]


@pytest.mark.parametrize("case", WORKED, ids=lambda case: case["id"])
def test_page_and_json_give_the_same_numbers(case: dict[str, Any], client: Client) -> None:
    slug, query = case["calculator"], pairs(case)
    document = ask(client, slug, query)
    response = client.get(f"/calculators/{slug}/", query)
    assert response.status_code == 200, "the link of a JSON question is the page's own link"
    slip = Slip(response.content.decode())

    shown = {label: read_back(value) for label, value in slip.figures.items()}
    result = document["result"]
    if "费用合计" in shown:
        assert shown == expected_bill(slug, query, result)
        assert read_back(slip.headline) == shown[CALCULATORS[slug].words.label("self")]
    else:
        expected = expected_figures(slug, result)
        candidates = CALCULATORS[slug].words.headlines or tuple(result)
        first = next((c for c in candidates if result[c] not in (None, "0.00", 0)), candidates[0])
        assert read_back(slip.headline) == result[first]
        # The headline's own line need not be repeated, and what is not known needs no line.
        headline = CALCULATORS[slug].words.label(first)
        known = {label for label, value in expected.items() if value is not None}
        assert known - {headline} <= shown.keys()
        assert shown == {label: expected[label] for label in shown}
    steps = [(label.strip(), read_back(amount) if amount else None) for label, amount in slip.steps]
    assert steps == list(own_steps(document))


@pytest.mark.parametrize("case", list(REFUSED))
def test_page_and_json_refuse_alike_and_say_the_same_why(case: str, client: Client) -> None:
    slug, query = REFUSED[case]
    document = ask(client, slug, QueryDict(query))
    assert document["computable"] is False
    response = client.get(f"/calculators/{slug}/?{query}")
    assert response.status_code == 200
    slip = Slip(response.content.decode())
    assert document["reason"] in slip.text
    assert document["ask"] in slip.text
    assert slip.headline == ""
    assert slip.steps == []


def test_every_calculator_has_a_worked_case() -> None:
    assert {case["calculator"] for case in WORKED} == set(CALCULATORS)
