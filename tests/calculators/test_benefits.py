"""急诊抢救, 门诊统筹, 门诊慢特病, 两病, 大病 and 补充 as JSON and as pages, as the contract says."""

from typing import Any

import pytest
from django.test import Client

EMERGENCY = {"scheme": "flexible", "cost": "10000"}
VISIT = {"scheme": "flexible", "group": "active", "tier": "level3", "cost": "1000"}
QUARTERS = {"scheme": "resident", "q1": "300"}
CHRONIC = {"scheme": "flexible", "category": "dialysis", "group": "active", "cost": "5000"}
LISTED = {"scheme": "resident", "category": "other", "tier": "level2", "cost": "1000"}
DRUGS = {"hypertension": "400", "diabetes": "800"}
MAJOR = {"self_paid": "37590", "threshold": "20000"}
SETTLED = {"self_paid": "1000"}

# Each calculator and scheme: a question, its results in the contract's order, what is required.
CASES: list[tuple[str, dict[str, str], list[str], set[str]]] = [
    ("emergency", EMERGENCY, ["pool", "large_sum", "supplementary", "self"], {"scheme", "cost"}),
    ("emergency", {"scheme": "resident", "cost": "1"}, ["pool", "self"], {"scheme", "cost"}),
    (
        "outpatient",
        VISIT,
        ["pool", "self", "deductible_left", "paid_this_year"],
        {"scheme", "group", "tier", "cost"},
    ),
    ("outpatient", QUARTERS, ["by_quarter", "pool", "self"], {"scheme"}),
    (
        "chronic",
        CHRONIC,
        ["pool", "large_sum", "self"],
        {"scheme", "category", "group", "cost"},
    ),
    ("chronic", LISTED, ["pool", "self"], {"scheme", "category", "tier", "cost"}),
    ("two-diseases", DRUGS, ["hypertension", "diabetes", "pool", "self"], set()),
    ("major-illness", MAJOR, ["major_illness"], {"self_paid"}),
    ("supplementary", SETTLED, ["supplementary", "by_settlement"], {"self_paid"}),
]
NAMED = [f"{slug} {question.get('scheme', '')}".strip() for slug, question, _, _ in CASES]

pytestmark = pytest.mark.django_db
each = pytest.mark.parametrize(("slug", "question", "results", "required"), CASES, ids=NAMED)


def get(client: Client, slug: str, question: Any) -> Any:
    return client.get(f"/api/v1/calculators/{slug}", question)


def answer(client: Client, slug: str, question: Any) -> dict[str, Any]:
    response = get(client, slug, question)
    assert response.status_code == 200, response.content.decode()
    return response.json()


def errors(client: Client, slug: str, question: Any) -> dict[str, list[str]]:
    response = get(client, slug, question)
    assert response.status_code == 422, response.content.decode()
    document = response.json()
    assert set(document) == {"errors"}
    for messages in document["errors"].values():
        assert any("一" <= character <= "鿿" for text in messages for character in text)
    return document["errors"]


def refused(client: Client, slug: str, question: Any) -> dict[str, Any]:
    document = answer(client, slug, question)
    assert document["computable"] is False
    assert document["result"] is None
    assert document["reason"]
    assert "024-12345-1-7" in document["ask"]
    return document


# What all of them share


@each
def test_the_results_have_the_contract_s_names_and_order(
    client: Client, slug: str, question: dict[str, str], results: list[str], required: set[str]
) -> None:
    document = answer(client, slug, question)
    assert document["calculator"] == slug
    assert list(document["result"]) == results
    assert document["steps"]
    for step in document["steps"]:
        assert step["label"]
        assert isinstance(step["amount"], str)
        assert len(step["clauses"]) == len(set(step["clauses"]))
    assert document["policy"]
    assert not [value for value in document["result"].values() if isinstance(value, float)]


@each
def test_what_has_no_default_is_required(
    client: Client, slug: str, question: dict[str, str], results: list[str], required: set[str]
) -> None:
    for name in required:
        assert name in errors(client, slug, {k: v for k, v in question.items() if k != name})
        assert name in errors(client, slug, {**question, name: ""})
    least = {name: value for name, value in question.items() if name in required}
    if slug != "major-illness":
        assert answer(client, slug, least)["computable"] is True


@each
def test_a_wrong_amount_a_name_given_twice_and_an_unknown_one(
    client: Client, slug: str, question: dict[str, str], results: list[str], required: set[str]
) -> None:
    amounts = [name for name, value in question.items() if value.isdigit()]
    for name in amounts:
        for wrong in ("-1", "1.234", "2万", "1e3", "100000000", "x"):
            assert set(errors(client, slug, {**question, name: wrong})) == {name}
        if slug != "supplementary":
            assert set(errors(client, slug, {**question, name: ["1", "1"]})) == {name}
    assert set(errors(client, slug, {**question, "sauce": "soy"})) == {"sauce"}


@each
def test_a_day_without_rules_has_no_answer(
    client: Client, slug: str, question: dict[str, str], results: list[str], required: set[str]
) -> None:
    refused(client, slug, {**question, "date": "2015-06-01"})
    if slug in ("two-diseases", "major-illness") or question.get("scheme") == "resident":
        refused(client, slug, {**question, "date": "2025-01-01"})
        assert answer(client, slug, question)["date"] == "2024-12-31"


@each
def test_the_page_answers_the_same_question(
    client: Client, slug: str, question: dict[str, str], results: list[str], required: set[str]
) -> None:
    page = client.get(f"/calculators/{slug}/", question)
    assert page.status_code == 200
    assert 'id="result"' in page.content.decode()
    empty = client.get(
        f"/calculators/{slug}/", {k: v for k, v in question.items() if k == "scheme"}
    )
    assert empty.status_code == 200
    assert 'id="result"' not in empty.content.decode()


@pytest.mark.parametrize(
    ("slug", "question", "name"),
    [
        ("emergency", {"scheme": "resident", "cost": "1"}, "pool_paid"),
        ("emergency", {"scheme": "resident", "cost": "1"}, "large_sum_paid"),
        ("emergency", EMERGENCY, "tier"),
        ("outpatient", VISIT, "q1"),
        ("outpatient", QUARTERS, "cost"),
        ("outpatient", QUARTERS, "place"),
        ("chronic", CHRONIC, "tier"),
        ("chronic", LISTED, "group"),
        ("chronic", LISTED, "pool_paid"),
        ("two-diseases", DRUGS, "scheme"),
        ("major-illness", MAJOR, "scheme"),
        ("supplementary", SETTLED, "scheme"),
    ],
)
def test_what_does_not_belong_to_the_case_is_an_error(
    client: Client, slug: str, question: dict[str, str], name: str
) -> None:
    value = {"scheme": "resident", "place": "local", "group": "active"}.get(name, "level3")
    assert name in errors(client, slug, {**question, name: value if name != "q1" else "1"})


@pytest.mark.parametrize(
    ("slug", "question", "name", "value"),
    [
        ("chronic", CHRONIC, "category", "listed"),  # the other scheme's
        ("chronic", LISTED, "category", "dialysis"),
        ("chronic", LISTED, "tier", "level3"),
        ("outpatient", VISIT, "tier", "level3_or_above"),
        ("outpatient", VISIT, "group", "adult"),
        ("outpatient", VISIT, "chronic_holder", "yes"),
        ("outpatient", VISIT, "maternity", "1"),
        ("supplementary", SETTLED, "place", "long_term"),
        ("emergency", EMERGENCY, "place", "beijing"),
    ],
)
def test_a_choice_that_is_not_offered_is_an_error(
    client: Client, slug: str, question: dict[str, str], name: str, value: str
) -> None:
    assert set(errors(client, slug, {**question, name: value})) == {name}


# Tables: only those that the case needs


@pytest.mark.parametrize(
    ("slug", "question", "local", "away"),
    [
        (
            "emergency",
            EMERGENCY,
            ["emergency", "pool", "large_sum", "supplementary"],
            ["out_of_area"],
        ),
        ("chronic", CHRONIC, ["chronic", "pool", "large_sum"], ["out_of_area"]),
        ("outpatient", VISIT, ["outpatient", "pool"], ["out_of_area"]),
        ("outpatient", {**VISIT, "maternity": "true"}, ["outpatient", "pool"], []),
    ],
)
def test_the_out_of_area_table_is_needed_only_away(
    client: Client, slug: str, question: dict[str, str], local: list[str], away: list[str]
) -> None:
    def tables(**more: str) -> list[str]:
        return [rule["table"] for rule in answer(client, slug, {**question, **more})["policy"]]

    extra = ["maternity_outpatient"] if "maternity" in question else []
    assert tables() == [*local, *extra]
    assert tables(place="long_term") == [*local, *extra, *away]
    # F-15 holds from 2025-06-01 (A-93): the day before there is no answer away.
    before = {**question, "place": "long_term", "date": "2025-05-31"}
    assert answer(client, slug, before)["computable"] is (not away)
    assert answer(client, slug, {**before, "place": "local"})["computable"] is True


# Emergency


def test_A_70_a_resident_s_trip_is_refused(client: Client) -> None:
    for place in ("temporary", "temporary_emergency"):
        refused(client, "emergency", {"scheme": "resident", "cost": "1000", "place": place})
    away = {"scheme": "resident", "cost": "1000", "place": "long_term"}
    assert answer(client, "emergency", away)["result"] == {"pool": "600.00", "self": "400.00"}


def test_A_22_an_emergency_at_the_place_of_filing_has_a_notice(client: Client) -> None:
    document = answer(client, "emergency", {**EMERGENCY, "place": "long_term"})
    assert document["result"]["pool"] == "7000.00"
    assert any("备案" in notice for notice in document["notices"])


# Outpatient


def test_the_deductible_left_defaults_to_all_of_it(client: Client) -> None:
    for question in (VISIT, {**VISIT, "deductible_left": "400"}, {**VISIT, "deductible_left": ""}):
        assert answer(client, "outpatient", question)["result"] == {
            "pool": "330.00",
            "self": "670.00",
            "deductible_left": "0.00",
            "paid_this_year": "330.00",
        }


def test_A_24_and_A_25_are_named_with_their_amounts(client: Client) -> None:
    question = {**VISIT, "deductible_left": "0", "paid_this_year": "7700"}
    readings = {r["id"]: r for r in answer(client, "outpatient", question)["readings"]}
    assert readings["A-25"]["otherwise"]["pool"] == "100.00"
    assert readings["A-24"]["alternatives"] == []


def test_F_15_19_a_trip_pays_nothing_unless_maternity(client: Client) -> None:
    for place in ("temporary", "temporary_emergency"):
        question = {**VISIT, "place": place, "deductible_left": "150", "paid_this_year": "20"}
        document = answer(client, "outpatient", question)
        assert document["result"] == {
            "pool": "0.00",
            "self": "1000.00",
            "deductible_left": "150.00",
            "paid_this_year": "20.00",
        }
        assert document["steps"][0]["clauses"] == ["F-15.19"]
        paid = answer(client, "outpatient", {**question, "maternity": "true"})
        assert paid["result"]["pool"] == "467.50"  # (1000 − 150) × 55%


def test_A_27_beyond_the_pool_limit_there_is_no_answer(client: Client) -> None:
    refused(client, "outpatient", {**VISIT, "pool_paid": "150000"})
    refused(client, "outpatient", {**VISIT, "pool_paid": "149670.01"})
    assert answer(client, "outpatient", {**VISIT, "pool_paid": "149670"})["computable"] is True


def test_quarters_not_given_are_zero(client: Client) -> None:
    nothing = answer(client, "outpatient", {"scheme": "resident"})["result"]
    assert nothing == {"by_quarter": ["0.00"] * 4, "pool": "0.00", "self": "0.00"}
    some = answer(client, "outpatient", {**QUARTERS, "q4": "1000"})["result"]
    assert some["by_quarter"] == ["143.00", "0.00", "0.00", "150.00"]


# Chronic diseases, both diseases, major illness, supplementary


def test_chronic_benefits_of_a_closed_kind_have_a_notice(client: Client) -> None:
    document = answer(client, "chronic", {**CHRONIC, "category": "chronic"})
    assert any("不再受理" in notice for notice in document["notices"])


def test_a_disease_not_given_is_zero(client: Client) -> None:
    assert answer(client, "two-diseases", {"diabetes": "700"})["result"] == {
        "hypertension": "0.00",
        "diabetes": "400.00",
        "pool": "400.00",
        "self": "300.00",
    }


def test_A_67_both_amounts_are_given(client: Client) -> None:
    (reading,) = answer(client, "two-diseases", DRUGS)["readings"]
    assert reading["id"] == "A-67"
    assert reading["otherwise"] == {"diabetes": "200.00", "pool": "400.00", "self": "800.00"}


def test_A_63_the_threshold_is_asked_for(client: Client) -> None:
    document = refused(client, "major-illness", {"self_paid": "37590"})
    assert "起付标准线" in document["reason"]
    assert answer(client, "major-illness", MAJOR)["result"] == {"major_illness": "10554.00"}


def test_A_65_the_result_says_what_it_leaves_out(client: Client) -> None:
    notices = answer(client, "major-illness", MAJOR)["notices"]
    assert any("未含倾斜" in notice for notice in notices)
    assert any("年限额" in notice for notice in notices)


def test_A_17_settlements_repeat_and_both_amounts_are_given(client: Client) -> None:
    document = answer(client, "supplementary", {"self_paid": ["500", "500"]})
    assert document["result"] == {"supplementary": "0.00", "by_settlement": ["0.00", "0.00"]}
    (a_17,) = [reading for reading in document["readings"] if reading["id"] == "A-17"]
    assert a_17["otherwise"]["supplementary"] == "180.00"


def test_one_wrong_settlement_is_an_error(client: Client) -> None:
    assert set(errors(client, "supplementary", {"self_paid": ["500", "x"]})) == {"self_paid"}
