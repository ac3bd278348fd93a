"""The OpenAPI document: valid, and the same as what the calculators really ask and answer."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator

from calculators.catalogue import CALCULATORS
from calculators.fields import Answer, ChoiceAnswer, RepeatedField
from calculators.openapi import make_document
from calculators.rules.people import Scheme

CASES = Path(__file__).resolve().parent.parent / "cases" / "worked-cases.json"
WORKED = json.loads(CASES.read_text(encoding="utf-8"))
EVERY = [(slug, scheme) for slug, one in CALCULATORS.items() for scheme in one.form.schemes]

pytestmark = pytest.mark.django_db


@pytest.fixture
def document(client: Client) -> dict[str, Any]:
    return client.get("/api/v1/openapi.json").json()


def parameters(document: dict[str, Any], slug: str) -> dict[str, dict[str, Any]]:
    asked = document["paths"][f"/api/v1/calculators/{slug}"]["get"]["parameters"]
    assert len({parameter["name"] for parameter in asked}) == len(asked)
    return {parameter["name"]: parameter for parameter in asked}


def fields_of(slug: str, scheme: Scheme) -> dict[str, Answer]:
    fields = CALCULATORS[slug].form(scheme=scheme, strict=True).fields
    return {name: field for name, field in fields.items() if isinstance(field, Answer)}


def schema_for(parameter: dict[str, Any], scheme: Scheme) -> dict[str, Any]:
    """What a value may be in one scheme: one branch, where the schemes differ."""
    branches = parameter["schema"].get("anyOf")
    if branches is None:
        return parameter["schema"]
    (branch,) = (branch for branch in branches if branch["x-scheme"] == scheme.value)
    return branch


def validator(document: dict[str, Any], name: str) -> Draft202012Validator:
    schema = {"$ref": f"#/components/schemas/{name}", "components": document["components"]}
    return Draft202012Validator(schema)


def is_chinese(text: str) -> bool:
    return bool(re.search("[一-鿿]", text))


# The document


def test_it_is_openapi_3_1(document: dict[str, Any]) -> None:
    assert document["openapi"].startswith("3.1.")
    OpenAPIV31SpecValidator(document).validate()


def test_it_is_what_the_forms_make(document: dict[str, Any]) -> None:
    assert document == json.loads(json.dumps(make_document()))


def test_it_names_every_address_of_the_json(document: dict[str, Any]) -> None:
    calculators = {f"/api/v1/calculators/{slug}" for slug in CALCULATORS}
    others = {"/api/v1/calculators", "/api/v1/offices", "/api/v1/openapi.json"}
    assert calculators | others <= set(document["paths"])


def test_every_operation_has_a_name_of_its_own_and_says_what_it_is(
    document: dict[str, Any],
) -> None:
    operations = [one for path in document["paths"].values() for one in path.values()]
    assert len({one["operationId"] for one in operations}) == len(operations)
    for one in operations:
        assert is_chinese(one["summary"])
        for parameter in one.get("parameters", ()):
            assert is_chinese(parameter["description"]), parameter["name"]
        for response in one["responses"].values():
            assert is_chinese(response["description"])


def test_no_number_in_it_is_a_float(document: dict[str, Any]) -> None:
    def refuse(text: str) -> None:
        raise AssertionError(text)

    json.loads(json.dumps(document), parse_float=refuse)


# Every parameter of every calculator


@pytest.mark.parametrize("slug", CALCULATORS)
def test_the_parameters_are_those_of_the_form_and_no_others(
    document: dict[str, Any], slug: str
) -> None:
    asked = {name for scheme in CALCULATORS[slug].form.schemes for name in fields_of(slug, scheme)}
    assert set(parameters(document, slug)) == asked


@pytest.mark.parametrize(("slug", "scheme"), EVERY, ids=str)
def test_each_parameter_stands_there_as_it_is_asked(
    document: dict[str, Any], slug: str, scheme: Scheme
) -> None:
    stated = parameters(document, slug)
    schemes = CALCULATORS[slug].form.schemes
    for name, field in fields_of(slug, scheme).items():
        parameter = stated[name]
        assert scheme.value in parameter.get("x-schemes", [one.value for one in schemes])
        assert str(field.label) in parameter["description"]
        needed = parameter["required"] or scheme.value in parameter.get("x-required-for", ())
        if name != "scheme":
            assert needed == field.required, name
            stated_default = schema_for(parameter, scheme).get("default")
            assert_is_default(field, stated_default)
        repeated = isinstance(field, RepeatedField)
        assert (parameter["schema"]["type"] == "array") == repeated, name
        if repeated:
            assert parameter["explode"] is True


def assert_is_default(field: Answer, stated: Any) -> None:
    """The default that is stated is read as the default that counts."""
    if isinstance(field, RepeatedField) or field.default is None:
        assert stated is None
        return
    spelled = str(stated).lower() if isinstance(stated, bool) else str(stated)
    assert field.read(spelled) == field.default


@pytest.mark.parametrize(("slug", "scheme"), EVERY, ids=str)
def test_the_choices_are_the_same(document: dict[str, Any], slug: str, scheme: Scheme) -> None:
    stated = parameters(document, slug)
    for name, field in fields_of(slug, scheme).items():
        if isinstance(field, ChoiceAnswer):
            schema = schema_for(stated[name], scheme)
            assert schema["enum"] == [member.value for member, _ in field.choices], name
            assert set(schema["x-labels"]) == set(schema["enum"])
            assert all(map(is_chinese, schema["x-labels"].values()))


# What lies just inside and just outside what a schema allows.
TRIED = [
    *("0", "1", "12", "13", "-1", "999", "1000", "1899", "1900", "9999", "10000", "1.5", "1.50"),
    *("20000", "0.01", "1.234", ".5", "1e3", "2万", "１", " 1", "true", "false", "True", "yes"),
    *("2025-09", "1900-01", "1899-12", "2025-13", "2025-00", "2025-9", "2025-02-28", "2025-02-30"),
    *("adult", "student:low_margin", "student:none", "minor:", "x"),
]


def assert_agrees(field: Answer, schema: dict[str, Any]) -> None:
    """A field reads what its schema allows and nothing else, as far as a schema can say it."""
    choices = schema.get("enum", [])
    for text in (*TRIED, *choices):
        value: Any = text
        if schema["type"] == "integer":
            value = int(text) if re.fullmatch("-?[0-9]+", text, re.ASCII) else text
        elif schema["type"] == "boolean":
            value = {"true": True, "false": False}.get(text, text)
        checker = Draft202012Validator.FORMAT_CHECKER
        allowed = Draft202012Validator(schema, format_checker=checker).is_valid(value)
        try:
            field.read(text)
        except ValidationError:
            assert not allowed, (text, schema)
        else:
            assert allowed, (text, schema)


@pytest.mark.parametrize(("slug", "scheme"), EVERY, ids=str)
def test_a_field_reads_what_its_schema_allows(
    document: dict[str, Any], slug: str, scheme: Scheme
) -> None:
    stated = parameters(document, slug)
    for name, field in fields_of(slug, scheme).items():
        schema = schema_for(stated[name], scheme)
        if isinstance(field, RepeatedField):
            field.one.strict = True
            assert_agrees(field.one, schema["items"])
        else:
            assert_agrees(field, schema)


# Answers


@pytest.mark.parametrize(
    "case", [c for c in WORKED if c["calculator"] in CALCULATORS], ids=lambda case: case["id"]
)
def test_a_worked_case_is_asked_and_answered_as_the_document_says(
    client: Client, document: dict[str, Any], case: dict[str, Any]
) -> None:
    stated = parameters(document, case["calculator"])
    assert {name for name, _ in case["query"]} <= set(stated)
    query: dict[str, list[str]] = {}
    for name, value in case["query"]:
        query.setdefault(name, []).append(value)
    answer = client.get(f"/api/v1/calculators/{case['calculator']}", query).json()
    validator(document, "Answer").validate(answer)
    assert not validator(document, "Refusal").is_valid(answer)


def test_a_refusal_and_errors_are_as_the_document_says(
    client: Client, document: dict[str, Any]
) -> None:
    stay = {"scheme": "resident", "group": "adult", "tier": "level3", "cost": "20000"}
    for changes in ({"place": "temporary"}, {"date": "2025-03-15"}):
        answer = client.get("/api/v1/calculators/inpatient", stay | changes).json()
        validator(document, "Refusal").validate(answer)
        assert not validator(document, "Answer").is_valid(answer)
    wrong = client.get("/api/v1/calculators/inpatient", {"sauce": "soy"})
    validator(document, "Errors").validate(wrong.json())


def test_lists_are_as_the_document_says(client: Client, document: dict[str, Any]) -> None:
    listed = client.get("/api/v1/calculators").json()
    validator(document, "CalculatorList").validate(listed)
    validator(document, "OfficeList").validate(client.get("/api/v1/offices").json())
    validator(document, "Errors").validate(client.get("/api/v1/offices?x=1").json())
