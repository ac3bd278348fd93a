"""Which questions a page asks: those that matter for the answers so far, and nothing else."""

import json
import re
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from django.http import QueryDict
from django.test import Client

from calculators.asking import ask_kindly
from calculators.calculator import Calculator
from calculators.catalogue import CALCULATORS
from calculators.fields import AmountField, ChoiceAnswer, DayField, YesNoField, amount_in_words
from calculators.rules.people import Scheme

CASES = Path(__file__).resolve().parent.parent / "cases" / "worked-cases.json"
WORKED = json.loads(CASES.read_text(encoding="utf-8"))
BOTH = [(c, scheme) for c in CALCULATORS.values() for scheme in c.form.schemes]
HTMX = {"HX-Request": "true"}
MATERNITY, START = "/calculators/maternity/", "/calculators/start-date/"
STAY = "/calculators/inpatient/?scheme=flexible&group=active&tier=level3&cost=20000"

pytestmark = pytest.mark.django_db


def shown(html: str) -> set[str]:
    """The names of the boxes that a page shows."""
    return set(re.findall(r'<(?:input|select|textarea)[^>]* name="([^"]+)"', html))


def page(client: Client, address: str, status: int = 200) -> str:
    response = client.get(address)
    assert response.status_code == status, address
    return unescape(response.content.decode())


def named(calculator: Calculator, scheme: Scheme) -> str:
    """The query of an empty form: a calculator of one scheme does not ask which."""
    return f"?scheme={scheme}" if len(calculator.form.schemes) > 1 else ""


def other_answer(calculator: Calculator, name: str) -> str:
    """An answer that is none of the defaults."""
    field = calculator.form.base_fields[name]
    if isinstance(field, DayField):
        return "2024-05-05"
    if isinstance(field, YesNoField):
        return "true"
    if isinstance(field, ChoiceAnswer):
        options = field.choices or calculator.form.scheme_choices[Scheme.FLEXIBLE][name]
        return options[-1][0].value
    return "3"


@pytest.mark.parametrize(
    "case",
    [c for c in WORKED if CALCULATORS[c["calculator"]].form.asked_when],
    ids=lambda c: c["id"],
)
def test_a_question_that_is_not_asked_changes_nothing(case: dict[str, Any], client: Client) -> None:
    calculator, query = CALCULATORS[case["calculator"]], dict(case["query"])
    asked = ask_kindly(calculator.form, QueryDict(urlencode(query))).form
    assert asked is not None
    api = f"/api/v1/calculators/{calculator.slug}"
    own = client.get(api, query).json()["result"]
    beside = [n for n in asked.fields if not asked.asks(n)]
    assert not set(beside) & set(query)
    for name in beside:
        if name in asked.scheme_choices.get(asked.known_scheme, {}):
            continue  # a choice of the other scheme is an error, not an answer
        stray = client.get(api, {**query, name: other_answer(calculator, name)})
        assert stray.json()["result"] == own, name


def test_the_page_ignores_an_answer_beside_the_point(client: Client) -> None:
    for stray in ("2020-01-01", "whenever"):
        html = page(client, f"{STAY}&place=local&filed_on={stray}")
        assert "1,951.20" in html
        assert "没有采用" not in html
        assert stray not in html


def test_the_day_of_filing_is_asked_where_it_matters(client: Client) -> None:
    assert "filed_on_year" not in shown(page(client, STAY))
    assert "filed_on_year" not in shown(page(client, f"{STAY}&place=temporary"))
    assert "filed_on_year" in shown(page(client, f"{STAY}&place=long_term"))
    resident = STAY.replace("flexible", "resident").replace("active", "adult")
    assert "filed_on_year" not in shown(page(client, f"{resident}&place=long_term"))


def test_the_next_question_is_no_mistake(client: Client) -> None:
    """Without JavaScript the button leads on: what was never shown cannot have been forgotten."""
    html = page(client, f"{MATERNITY}?scheme=flexible&kind=childbirth&cost=9000")
    assert "还要请您回答" in html
    assert "<title>错误" not in html
    assert {"group", "tier", "admission"} <= shown(html)
    assert "times_used" not in shown(html)
    assert html.count('class="ask new"') == 2
    assert 'value="9000"' in html
    # Once they were shown, leaving them open is one.
    wrong = page(client, f"{MATERNITY}?scheme=flexible&kind=childbirth&cost=9000&group=&tier=", 422)
    assert "<title>错误" in wrong
    assert "请选医院级别" in wrong


def test_a_mistake_and_a_next_question_are_told_apart(client: Client) -> None:
    html = page(client, f"{START}?scheme=resident&kind=newborn&paid_on=yesterday", 422)
    assert "有 1 处要改" in html
    assert "born_on_year" in shown(html)
    assert 'class="ask new"' in html


@pytest.mark.parametrize(
    ("kind", "boxes"),
    [
        ("", set()),
        ("adult", {"paid_on"}),
        ("newborn", {"paid_on", "born_on", "back_paid"}),
        ("low_income", {"handled_on", "identified_on"}),
        ("low_margin_student", {"identified_on"}),
        ("severe_disability", {"handled_on"}),
        ("preferential", {"handled_on", "paid_on"}),
        ("from_employee", {"paid_on", "gap_months"}),
    ],
)
def test_a_start_date_asks_each_person_what_matters(
    client: Client, kind: str, boxes: set[str]
) -> None:
    html = client.get(START, {"scheme": "resident", "kind": kind, "ask": "1"}, headers=HTMX)
    names = {name.removesuffix("_year") for name in shown(html.content.decode())}
    assert {n for n in names if not n.endswith(("_month", "_day"))} == boxes


def test_an_answer_is_kept_while_nobody_knows_whether_it_matters(client: Client) -> None:
    html = page(client, f"{START}?scheme=resident&paid_on=2024-03-15", 422)
    assert {"paid_on_year"} <= shown(html)
    assert 'value="2024"' in html


def test_the_link_of_a_stay_asks_nothing_twice(client: Client) -> None:
    """The empty box that says "this was shown" does not stay beside its answer."""
    query = "scheme=flexible&kind=childbirth&group=&group=active&tier=&tier=level3&cost=9000"
    response = client.get(f"{MATERNITY}?{query}")
    assert response.status_code == 303
    answers = parse_qs(urlsplit(response["Location"]).query, keep_blank_values=True)
    assert answers["group"] == ["active"]
    assert client.get(response["Location"]).status_code == 200


def test_the_button_of_an_empty_form_says_what_is_missing(client: Client) -> None:
    html = page(client, "/calculators/arrears/?first_month=&last_month=", 422)
    assert "请填写开始欠缴的月份" in html


# Asked by htmx


def test_the_questions_that_follow_come_alone(client: Client) -> None:
    query = {"scheme": "flexible", "place": "long_term", "cost": "两万", "ask": "1"}
    response = client.get("/calculators/inpatient/", query, headers=HTMX)
    html = response.content.decode()
    assert response.status_code == 200
    assert "HX-Push-Url" not in response
    assert html.count("hx-swap-oob") == 1
    assert 'id="when_filed_on"' in html
    assert shown(html) == {"filed_on_year", "filed_on_month", "filed_on_day"}


def test_what_was_typed_stays_in_the_questions_that_follow(client: Client) -> None:
    query = {"scheme": "flexible", "place": "long_term", "filed_on_year": "2025", "ask": "1"}
    html = client.get("/calculators/inpatient/", query, headers=HTMX).content.decode()
    assert 'value="2025"' in html


def test_a_link_may_fill_answers_in_without_judging_them(client: Client) -> None:
    html = page(client, "/calculators/inpatient/?scheme=flexible&place=long_term&ask=1")
    assert "wrongs" not in html
    assert 'id="result"' not in html
    assert "filed_on_year" in shown(html)
    assert "ask" not in shown(html), "what the form sends is a question like any other"


# Examples, help, and amounts in words


@pytest.mark.parametrize(("calculator", "scheme"), BOTH, ids=lambda part: str(part)[:30])
def test_there_is_an_example_to_try(client: Client, calculator: Calculator, scheme: Scheme) -> None:
    form = page(client, f"/calculators/{calculator.slug}/{named(calculator, scheme)}")
    (link,) = re.findall(r'class="example" href="(\?[^"]+)">看一个例子', form)
    html = page(client, f"/calculators/{calculator.slug}/{link}")
    assert 'id="result"' in html
    assert "refusal" not in html


def test_hard_words_are_explained_under_their_question(client: Client) -> None:
    html = page(client, "/calculators/inpatient/?scheme=flexible")
    for word in ("政策范围内费用", "乙类先行自付", "丙类和自费", "备案"):
        assert re.search(rf"<summary>[^<]*{word}", html), word
    for clause in ("F-14.8", "F-14.9", "F-15.2"):
        assert f'href="/policy/{clause}"' in html
    resident = page(client, "/calculators/inpatient/?scheme=resident")
    assert 'href="/policy/R-15.6"' in resident
    assert "F-14.8" not in resident, "a resident's page cites no document of the other scheme"


WORDS = {
    "20000": "2 万元",
    "2万": "2 万元",
    "200000": "20 万元",
    "12345.6": "1 万 2,345.60 元",
    "10050": "1 万零 50 元",
    "1200": "1,200 元",
    "99999999.99": "9,999 万 9,999.99 元",
    "0.5": "0.50 元",
    "0": "",
    "abc": "",
}


@pytest.mark.parametrize(("typed", "said"), WORDS.items())
def test_an_amount_is_repeated_in_words(client: Client, typed: str, said: str) -> None:
    query = {"scheme": "flexible", "cost": typed, "ask": "1"}
    html = client.get("/calculators/inpatient/", {**query, "group": "active"}, follow=True)
    (found,) = re.findall(r'<output[^>]* for="id_cost">([^<]*)<', html.content.decode())
    assert found == said
    if said:
        assert amount_in_words(AmountField().read(typed)) == said
