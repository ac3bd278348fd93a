"""How a case is asked: strictly as JSON, kindly on the page, and never with a 5xx (HTTP contract)."""

import datetime
import random
from collections.abc import Iterator
from decimal import Decimal
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from django.test import Client

from portal import clock

API = "/api/v1/calculators/inpatient"
PAGE = "/calculators/inpatient/"
FLEXIBLE = {"scheme": "flexible", "group": "active", "tier": "level3", "cost": "20000"}
RESIDENT = {"scheme": "resident", "group": "adult", "tier": "level3", "cost": "20000"}
# F-14.6: (20000 − 600) × 88% = 17072.00, and 补充 of S = 2328.00 is 80 + 100 + 1328 × 60%.
LEVEL3_OF_20000 = {
    "deductible": "600.00",
    "pool": "17072.00",
    "large_sum": "0.00",
    "supplementary": "976.80",
    "self": "1951.20",
}

pytestmark = pytest.mark.django_db


def asked(**changes: str | None) -> dict[str, str]:
    """A flexible stay of 20,000 yuan with `changes`; None leaves a parameter out."""
    given = {**FLEXIBLE, **changes}
    return {name: value for name, value in given.items() if value is not None}


def is_chinese(text: str) -> bool:
    return any("一" <= character <= "鿿" for character in text)


def errors_of(response: Any) -> dict[str, list[str]]:
    """The errors of a refused question, in the form of the contract and nothing else."""
    assert response.status_code == 422, response.content.decode()
    assert response["Content-Type"].startswith("application/json")
    document = response.json()
    assert set(document) == {"errors"}
    for messages in document["errors"].values():
        assert messages
        assert all(is_chinese(message) for message in messages)
    return document["errors"]


# JSON: what is right


def test_the_answer_has_the_form_of_the_contract(resident: Client) -> None:
    document = resident.get(API, asked(date="2025-10-20")).json()
    assert set(document) == {
        "calculator",
        "computable",
        "date",
        "result",
        "steps",
        "policy",
        "readings",
        "notices",
    }
    assert document["calculator"] == "inpatient"
    assert document["computable"] is True
    assert document["date"] == "2025-10-20"
    assert document["result"] == LEVEL3_OF_20000
    assert [step["code"] for step in document["steps"]] == [
        "deductible",
        "pool",
        "supplementary",
        "self",
    ]
    for step in document["steps"]:
        assert set(step) == {"code", "label", "formula", "amount", "clauses"}
        assert is_chinese(step["label"])
        assert step["amount"] == LEVEL3_OF_20000[step["code"]]
    assert (
        document["policy"][0].items()
        >= {
            "scheme": "flexible",
            "table": "inpatient",
            "in_force_from": "2025-01-01",
            "document_date": "2025-10",
            "confirmed_on": None,
        }.items()
    )


def walk(value: object) -> Iterator[object]:
    yield value
    inside = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for part in inside:
        yield from walk(part)


@pytest.mark.parametrize("question", [FLEXIBLE, RESIDENT, asked(pool_paid="149000")])
def test_no_floats_anywhere(resident: Client, question: dict[str, str]) -> None:
    document = resident.get(API, question).json()
    assert not [value for value in walk(document) if isinstance(value, float)]


def test_an_empty_value_equals_none(resident: Client) -> None:
    empty = asked(class_b="", outside="", admission="", condition="", place="", filed_on="")
    answers = [resident.get(API, question).json() for question in (FLEXIBLE, empty)]
    assert answers[0] == answers[1]


def test_the_defaults_are_those_of_the_contract(resident: Client) -> None:
    defaults = {"class_b": "0", "outside": "0", "admission": "1", "condition": "none"}
    defaults |= {"place": "local", "pool_paid": "0", "large_sum_paid": "0"}
    assert resident.get(API, asked(**defaults)).json() == resident.get(API, FLEXIBLE).json()


def test_without_a_day_the_newest_rules_are_used_and_named(resident: Client) -> None:
    document = resident.get(API, RESIDENT).json()
    # The resident document ends with its plan year; today is 2026-11-21.
    assert document["date"] == "2024-12-31"
    assert any("2024" in notice for notice in document["notices"])
    assert resident.get(API, FLEXIBLE).json()["date"] == "2026-11-21"


def test_a_notice_names_the_year_of_the_rules_where_it_is_not_today_s(resident: Client) -> None:
    def notices() -> list[str]:
        found: list[str] = resident.get(API, FLEXIBLE).json()["notices"]
        return found

    # The document is of October 2025: thirteen months later it is old, twelve months later not yet.
    assert any("2025年10月" in notice for notice in notices())
    with clock.as_of(datetime.date(2026, 10, 31)):
        assert notices() == []
    asked_for = resident.get(API, asked(date="2025-10-20")).json()["notices"]
    assert any("2025年10月20日" in notice for notice in asked_for)


@pytest.mark.parametrize("cost", ["0", "0.0", "0.01", "00020000.5", "99999999.99", "99999999.9"])
def test_amounts_up_to_the_limit_are_taken(resident: Client, cost: str) -> None:
    response = resident.get(API, asked(cost=cost))
    assert response.status_code == 200
    result = {code: float(amount) for code, amount in response.json()["result"].items()}
    assert sum(result.values()) - result["deductible"] == pytest.approx(float(cost), abs=0.001)


# JSON: what is wrong

NO_AMOUNT = {
    "not a number": "NaN",
    "infinite": "Infinity",
    "exponent": "1e400",
    "small exponent": "2e4",
    "negative": "-1",
    "plus": "+1",
    "three decimals": "1.234",
    "no digits before the point": ".5",
    "no digits after the point": "5.",
    "thousands": "20,000",
    "full width": "２００００",
    "arabic digits": "٢٠",
    "superscript": "²",
    "unit": "2万",
    "letters": "abc",
    "hexadecimal": "0x10",
    "emoji": "😀",
    "nul": "20\x00",
    "newline": "20000\n",
    "space": " 20000",
    "only space": " ",
    "underscore": "1_000",
    "just too large": "100000000",
    "too large by a fen": "100000000.00",
    "huge": "9" * 5000,
    "two points": "1.2.3",
    "markup": "<script>alert(1)</script>",
}


@pytest.mark.parametrize("name", ["cost", "class_b", "outside", "pool_paid", "large_sum_paid"])
@pytest.mark.parametrize("value", NO_AMOUNT.values(), ids=list(NO_AMOUNT))
def test_an_amount_that_is_none_is_refused(resident: Client, name: str, value: str) -> None:
    assert set(errors_of(resident.get(API, asked(**{name: value})))) == {name}


@pytest.mark.parametrize(
    "value", ["0", "-1", "1.0", "1.5", "１", "一", "x", "1000", "1" * 50, "1e1", "\x00", "NaN", "²"]
)
def test_an_admission_that_is_no_count_is_refused(resident: Client, value: str) -> None:
    assert set(errors_of(resident.get(API, asked(admission=value)))) == {"admission"}


@pytest.mark.parametrize("name", ["date", "filed_on"])
@pytest.mark.parametrize(
    "value",
    [
        "2025-02-30",
        "2025-13-01",
        "2025-00-10",
        "0000-01-01",
        "2025-2-3",
        "20250601",
        "2025/06/01",
        "2025-06",
        "２０２５-06-01",
        "2025-06-01T00:00:00",
        "99999-01-01",
        "-2025-01-01",
        "today",
        "😀",
        "\x00",
    ],
)
def test_a_day_that_is_none_is_refused(resident: Client, name: str, value: str) -> None:
    assert set(errors_of(resident.get(API, asked(**{name: value})))) == {name}


@pytest.mark.parametrize("day", ["0001-01-01", "1999-12-31", "9999-12-31", "2024-02-29"])
def test_a_far_day_is_a_day(resident: Client, day: str) -> None:
    assert resident.get(API, asked(date=day)).status_code == 200


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("group", "minor"),  # the other scheme's
        ("group", "ACTIVE"),
        ("group", "在职"),
        ("tier", "level2"),  # residents only: here it is level2_district or level2_city
        ("tier", "grassroots"),
        ("tier", "3"),
        ("condition", "flu"),
        ("condition", "\x00"),
        ("place", "beijing"),
        ("place", " local"),
    ],
)
def test_a_choice_that_is_not_offered_is_refused(resident: Client, name: str, value: str) -> None:
    assert set(errors_of(resident.get(API, asked(**{name: value})))) == {name}


@pytest.mark.parametrize("name", ["scheme", "group", "tier", "cost"])
@pytest.mark.parametrize("value", [None, ""], ids=["left out", "empty"])
def test_what_has_no_default_is_required(resident: Client, name: str, value: str | None) -> None:
    assert set(errors_of(resident.get(API, asked(**{name: value})))) == {name}


@pytest.mark.parametrize("scheme", ["employee", "Flexible", "灵活就业", "\x00", "flexible "])
def test_an_unknown_scheme_is_refused(resident: Client, scheme: str) -> None:
    assert set(errors_of(resident.get(API, asked(scheme=scheme)))) == {"scheme"}


@pytest.mark.parametrize("name", ["scheme", "group", "cost", "place", "date"])
@pytest.mark.parametrize("same", [True, False])
def test_a_parameter_given_twice_is_refused(resident: Client, name: str, same: bool) -> None:
    values = {**FLEXIBLE, "place": "local", "date": "2025-10-20"}
    second = values[name] if same else {"scheme": "resident"}.get(name, "1")
    query = urlencode([*values.items(), (name, second)])
    assert name in errors_of(resident.get(f"{API}?{query}"))


@pytest.mark.parametrize(
    "name", ["costs", "COST", "utm_source", "from", "filed_on_year", "csrfmiddlewaretoken", "😀"]
)
def test_an_unknown_parameter_is_refused(resident: Client, name: str) -> None:
    assert name in errors_of(resident.get(API, asked(**{name: "1"})))


@pytest.mark.parametrize("name", ["pool_paid", "large_sum_paid"])
def test_what_belongs_to_the_other_scheme_is_refused(resident: Client, name: str) -> None:
    assert set(errors_of(resident.get(API, {**RESIDENT, name: "1"}))) == {name}


def test_all_errors_come_at_once(resident: Client) -> None:
    wrong = {"scheme": "flexible", "tier": "9", "cost": "x", "admission": "0", "sauce": "soy"}
    errors = errors_of(resident.get(API, wrong))
    assert set(errors) == {"group", "tier", "cost", "admission", "sauce"}


def test_bytes_that_are_no_text_are_refused(resident: Client) -> None:
    assert errors_of(resident.get(f"{API}?scheme=flexible&group=active&tier=level3&cost=%FF%FE"))


# JSON: around it


def test_an_unknown_calculator_is_404_as_json(resident: Client) -> None:
    response = resident.get("/api/v1/calculators/lottery", FLEXIBLE)
    assert response.status_code == 404
    assert is_chinese(response.json()["errors"]["calculator"][0])
    assert response["Access-Control-Allow-Origin"] == "*"


def test_a_head_is_a_get_without_its_body(resident: Client) -> None:
    response = resident.head(API, FLEXIBLE)
    assert response.status_code == 200
    assert response.content == b""


def test_other_origins_may_ask(resident: Client) -> None:
    origin = {"Origin": "https://bureau.example"}
    for query in (FLEXIBLE, {}):
        response = resident.get(API, query, headers=origin)
        assert response["Access-Control-Allow-Origin"] == "*"
        assert not response.cookies


def test_a_preflight_is_answered(resident: Client) -> None:
    headers = {
        "Origin": "https://bureau.example",
        "Access-Control-Request-Method": "GET",
        "Access-Control-Request-Headers": "content-type",
    }
    response = resident.options(API, headers=headers)
    assert response.status_code in {200, 204}
    assert response["Access-Control-Allow-Origin"] == "*"
    assert "GET" in response["Access-Control-Allow-Methods"]
    assert "content-type" in response["Access-Control-Allow-Headers"].lower()


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_a_calculator_only_answers(resident: Client, method: str) -> None:
    response = getattr(resident, method)(API, FLEXIBLE)
    assert response.status_code == 405
    assert "GET" in response["Allow"]


# JSON: no answer


def refused(client: Client, **changes: str | None) -> dict[str, Any]:
    response = client.get(API, asked(**changes))
    assert response.status_code == 200
    document = response.json()
    assert document["computable"] is False
    assert document["result"] is None
    assert is_chinese(document["reason"])
    assert "024-12345-1-7" in document["ask"]
    return document


def test_A_22_F_15_10_a_filing_up_to_the_day_named_is_refused(resident: Client) -> None:
    refused(resident, place="long_term", filed_on="2025-05-31", date="2025-10-20")
    refused(resident, place="long_term", filed_on="1999-01-01", date="2025-10-20")
    first = resident.get(
        API, asked(place="long_term", filed_on="2025-06-01", date="2025-10-20")
    ).json()
    assert first["result"] == LEVEL3_OF_20000


def test_A_22_a_filing_without_its_day_is_computed_with_a_notice(resident: Client) -> None:
    document = resident.get(API, asked(place="long_term", date="2025-10-20")).json()
    assert document["result"] == LEVEL3_OF_20000
    assert any("备案" in notice for notice in document["notices"])


@pytest.mark.parametrize("place", ["temporary", "temporary_emergency"])
def test_A_70_a_resident_s_temporary_stay_is_refused(resident: Client, place: str) -> None:
    changes = {**RESIDENT, "place": place, "date": "2024-10-20"}
    document = refused(resident, **changes)
    assert document["steps"] == []


def test_A_22_means_nothing_to_residents(resident: Client) -> None:
    away = {**RESIDENT, "place": "long_term", "filed_on": "2020-01-01", "date": "2024-10-20"}
    # (20000 − 600) × 75%
    assert resident.get(API, away).json()["result"]["pool"] == "14550.00"


# The page: kind


def follow(client: Client, query: dict[str, str] | str) -> Any:
    """Follow one redirect to the clean link; a second one would be a loop."""
    address = f"{PAGE}?{query if isinstance(query, str) else urlencode(query)}"
    response = client.get(address)
    if response.status_code == 303:
        response = client.get(response["Location"])
    assert response.status_code in {200, 422}, response.status_code
    return response


def link(client: Client, query: dict[str, str] | str) -> dict[str, list[str]]:
    """The answers of the clean link that a question is sent to."""
    address = f"{PAGE}?{query if isinstance(query, str) else urlencode(query)}"
    response = client.get(address)
    assert response.status_code == 303
    target = urlsplit(response["Location"])
    assert target.path == PAGE
    return parse_qs(target.query)


def text_of(response: Any) -> str:
    return unescape(response.content.decode())


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("1.2万", "12000"),
        ("1,200", "1200"),
        ("１２００元", "1200"),
        ("１．２万", "12000"),
        ("1，200.50", "1200.5"),
        (" 20000 ", "20000"),
        ("2 0 0 0 0", "20000"),
        ("¥20000", "20000"),
        ("￥20,000.5元", "20000.5"),
        ("人民币20000圆", "20000"),
        ("3千", "3000"),
        ("5百", "500"),
        ("0.0001万", "1"),
        (".5", "0.5"),
    ],
)
def test_amounts_as_people_type_them(resident: Client, typed: str, meant: str) -> None:
    (spelled,) = link(resident, asked(cost=typed))["cost"]
    assert Decimal(spelled) == Decimal(meant)
    # The clean link spells it so that the strict JSON takes it too.
    assert resident.get(API, asked(cost=spelled)).status_code == 200
    assert 'id="result"' in text_of(follow(resident, asked(cost=typed)))


def test_what_is_plain_already_stays_as_it_was_typed(resident: Client) -> None:
    for cost in ("20000", "20000.50", "020000"):
        response = resident.get(PAGE, asked(cost=cost))
        assert response.status_code == 200


def test_a_page_shows_the_same_amount_as_the_json(resident: Client) -> None:
    page = text_of(follow(resident, asked(cost="2万", date="2025-10-20")))
    assert "1,951.20" in page
    assert "17,072.00" in page


def test_a_day_may_come_in_three_boxes(resident: Client) -> None:
    boxes = {"filed_on_year": "2025", "filed_on_month": "6", "filed_on_day": "1"}
    question = asked(place="long_term", **boxes)
    assert link(resident, question) == {
        name: [value] for name, value in asked(place="long_term", filed_on="2025-06-01").items()
    }
    full_width = {"filed_on_year": "２０２５", "filed_on_month": "０６", "filed_on_day": " 1 "}
    assert link(resident, asked(place="long_term", **full_width))["filed_on"] == ["2025-06-01"]


@pytest.mark.parametrize(
    "boxes",
    [
        ("2025", "2", "30"),
        ("2025", "", ""),
        ("", "6", "1"),
        ("2025", "13", "1"),
        ("二〇二五", "六", "一"),
        ("25", "6", "1"),
        ("2025", "6", "-1"),
        ("2025", "6", "😀"),
    ],
)
def test_a_day_that_is_none_keeps_its_boxes(resident: Client, boxes: tuple[str, ...]) -> None:
    named = dict(zip(("filed_on_year", "filed_on_month", "filed_on_day"), boxes, strict=True))
    response = follow(resident, asked(place="long_term", **named))
    page = text_of(response)
    if boxes == ("25", "6", "1"):  # the year 25 is a day, if an old one
        assert response.status_code == 200
        return
    assert response.status_code == 422
    for name, value in named.items():
        assert f'name="{name}"' in page
        assert f'value="{value}"' in page


@pytest.mark.parametrize(
    "name",
    [
        "from",
        "isappinstalled",
        "scene",
        "clicktime",
        "enterid",
        "utm_source",
        "utm_medium",
        "utm_x",
    ],
)
def test_what_wechat_appends_goes_without_a_word(resident: Client, name: str) -> None:
    question = asked(date="2025-10-20")
    assert link(resident, {**question, name: "singlemessage"}) == {
        key: [value] for key, value in question.items()
    }
    assert "没有采用" not in text_of(follow(resident, {**question, name: "singlemessage"}))
    # On the empty page and on the choice of the scheme too.
    assert link(resident, {"scheme": "flexible", name: "1"}) == {"scheme": ["flexible"]}
    assert link(resident, {name: "1"}) == {}


def test_an_unknown_answer_is_dropped_with_a_notice(resident: Client) -> None:
    response = resident.get(PAGE, asked(sauce="soy"))
    assert response.status_code == 303
    assert "sauce" not in response["Location"]
    page = text_of(resident.get(response["Location"]))
    assert "没有采用" in page
    assert "1,951.20" in page  # and the rest is answered


def test_an_outdated_choice_is_dropped_with_a_notice_that_names_it(resident: Client) -> None:
    response = resident.get(PAGE, asked(place="moon"))
    assert response.status_code == 303
    assert "moon" not in response["Location"]
    page = text_of(resident.get(response["Location"]))
    assert "没有采用" in page
    assert "“在哪里住院？”" in page


def test_an_answer_of_the_other_scheme_is_dropped_with_a_notice(resident: Client) -> None:
    page = text_of(follow(resident, {**RESIDENT, "pool_paid": "150000"}))
    assert "没有采用" in page
    page = text_of(follow(resident, {**RESIDENT, "group": "active"}))
    assert "没有采用" in page


def test_an_unknown_scheme_asks_for_the_scheme_again(resident: Client) -> None:
    page = text_of(follow(resident, asked(scheme="employee")))
    assert "?scheme=resident" in page
    assert "没有采用" in page


@pytest.mark.parametrize("typed", ["abc", "1.234", "-5", "－5", "1e9", "2万3", "100000000", "1..2"])
def test_a_wrong_amount_stays_in_the_form(resident: Client, typed: str) -> None:
    response = follow(resident, asked(cost=typed, admission="2", class_b="77.70"))
    assert response.status_code == 422
    page = text_of(response)
    assert f'value="{typed}"' in page
    assert 'value="77.70"' in page
    assert 'name="admission" value="2"' in page or 'value="2"' in page


def test_a_wrong_amount_is_escaped(resident: Client) -> None:
    response = follow(resident, asked(cost='"><script>alert(1)</script>'))
    assert response.status_code == 422
    assert "<script>alert(1)" not in response.content.decode()


def test_without_answers_it_is_the_empty_form(resident: Client) -> None:
    for query in ({}, {"scheme": "flexible"}, {"scheme": "flexible", "date": "2025-10-20"}):
        response = resident.get(PAGE, query)
        assert response.status_code == 200
        assert 'id="result"' not in text_of(response)
    assert resident.get("/calculators/lottery/").status_code == 404


def test_an_unfinished_form_is_422_and_names_what_is_missing(resident: Client) -> None:
    response = resident.get(PAGE, {"scheme": "flexible", "cost": "20000"})
    assert response.status_code == 422
    page = text_of(response)
    assert 'value="20000"' in page
    assert "请选医院级别" in page


def test_the_page_sets_no_cookie(resident: Client) -> None:
    for query in ({}, FLEXIBLE, asked(cost="x")):
        assert not resident.get(PAGE, query).cookies


def test_the_clean_link_asks_the_json_the_same(resident: Client) -> None:
    question = asked(cost="1.2万", class_b="1,000", place="long_term", admission="２")
    boxes = {"filed_on_year": "2025", "filed_on_month": "7", "filed_on_day": "1"}
    clean = link(resident, {**question, **boxes, "utm_source": "x"})
    assert resident.get(API, clean).json()["computable"] is True


# Anything at all

NAMES = (
    *("scheme", "group", "tier", "cost", "class_b", "outside", "admission", "condition", "place"),
    *("filed_on", "pool_paid", "large_sum_paid", "date", "filed_on_year", "filed_on_month"),
    *("filed_on_day", "date_year", "dropped", "from", "utm_source", "mode", "embed", "x", "", "😀"),
)
VALUES = (
    *("flexible", "resident", "active", "retired", "minor", "adult", "level1", "level2", "level3"),
    *("top3", "grassroots", "level2_city", "none", "cancer", "no_deductible", "local", "long_term"),
    *("temporary", "temporary_emergency", "0", "1", "2", "999", "600.01", "20000", "149999.99"),
    *("150000", "99999999.99", "100000000", "1.2万", "１２００元", "1,2", "-1", "NaN", "1e9", ".5"),
    *("2025-06-01", "2025-05-31", "2024-10-20", "2025-02-30", "2025", "13", "0001-01-01", "--"),
    *("", " ", "\x00", "\ud7ff", "%", "&a=b", "'\"<>", "cost,other", "😀" * 40, "9" * 400, "²"),
)
RANDOM_REQUESTS = 1000  # each to the page and to the JSON


def questions(seed: int) -> Iterator[str]:
    """Seeded questions: half of them nearly right, half of them anything."""
    pick = random.Random(seed)
    for _ in range(RANDOM_REQUESTS):
        base = list(pick.choice([FLEXIBLE, RESIDENT, {}]).items())
        noise = [(pick.choice(NAMES), pick.choice(VALUES)) for _ in range(pick.randrange(5))]
        yield urlencode(base + noise, errors="replace")


@pytest.mark.slow
def test_no_question_breaks_the_page_or_the_json(resident: Client) -> None:
    for query in questions(seed=20251020):
        answer = resident.get(f"{API}?{query}")
        assert answer.status_code in {200, 422}, query
        assert answer.json(), query
        page = resident.get(f"{PAGE}?{query}")
        assert page.status_code in {200, 303, 422}, query
        if page.status_code == 303:  # and the clean link is clean
            again = resident.get(page["Location"])
            assert again.status_code in {200, 422}, query


def test_how_a_page_is_shown_stays_in_its_link_and_is_no_answer(client: Client) -> None:
    """`mode` and `embed` say how to show a page (fifth wall): nothing is dropped on their account."""
    asked = "scheme=flexible&group=active&tier=level3&cost=20000&mode=care"
    assert client.get(f"/calculators/inpatient/?{asked}").status_code == 200
    moved = client.get(f"/calculators/inpatient/?{asked}&utm_source=x")
    assert moved.status_code == 303
    assert "mode=care" in moved["Location"]
    assert "dropped" not in moved["Location"]
