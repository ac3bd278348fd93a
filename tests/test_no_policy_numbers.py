"""No number of the policy stands in Python: they are rows, each with its day and its clause.

Every number and every day that is on file is looked for in the code, as a literal and inside texts.
What is small and ordinary (0, 1, 2, twelve months) is no policy; where such a number is one, the
tests of the rules change the row and see the answer follow.
"""

import ast
import datetime
import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from django.db import models

from portal.policy.models import Edition, RuleClause
from portal.policy.tables import TABLES
from portal.policy.titles import READINGS

ROOT = Path(__file__).resolve().parent.parent
# Numbers that mean something of their own in code: counts up to a dozen, percent, columns.
ORDINARY = {Decimal(number) for number in (*range(13), 100)}
# A number on file that stands in the code for another reason, with that reason.
OTHER_REASONS = {
    ("calculators/calendar_file.py", Decimal(75)): "octets of a line",
    ("calculators/days.py", Decimal(30)): "days that are counted down",
    ("calculators/fields.py", Decimal(1000)): "the word 千",
    ("calculators/api.py", Decimal(200)): "HTTP",
    ("calculators/openapi.py", Decimal(200)): "HTTP",
    ("calculators/sharing.py", Decimal(400)): "letters of a link in a picture",
    ("calculators/views.py", Decimal(200)): "HTTP",
    ("calculators/year_page.py", Decimal(200)): "HTTP",
    ("calculators/rules/money.py", Decimal(50)): "digits of the one rounding",
}
RATE = 4  # decimal places by which rates are told from money
# What a text may say in figures: ids of readings, days, examples to follow, and whom to call.
SAID = re.compile(r"A-\d+|\d{4}-\d{2}(?:-\d{2})?|例如[^。；]*|024-[\d-]+")
FIGURE = re.compile(r"\d[\d,]*(?:\.\d+)?")


def sources(*folders: str) -> list[Path]:
    found = [path for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]
    return [path for path in found if "migrations" not in path.parts]


def numbers_on_file() -> set[Decimal]:
    """Every amount, rate and count of every table, as a number and as its percent."""
    found: set[Decimal] = set()
    for edition in Edition.objects.exclude(table=READINGS):
        for model in TABLES[edition.scheme, edition.table].row_models:
            if model is RuleClause:
                continue
            for row in model._default_manager.filter(edition=edition):
                for name in model.VALUES:
                    value = getattr(row, name)
                    if isinstance(value, int | Decimal) and not isinstance(value, bool):
                        found.add(Decimal(value).normalize())
                        field = model._meta.get_field(name)
                        if isinstance(field, models.DecimalField) and field.decimal_places == RATE:
                            found.add((Decimal(value) * 100).normalize())
    return found


def days_on_file() -> set[datetime.date]:
    found: set[datetime.date] = set()
    for edition in Edition.objects.exclude(table=READINGS):
        found |= {edition.in_force_from, edition.in_force_until or edition.in_force_from}
        for model in TABLES[edition.scheme, edition.table].row_models:
            for row in model._default_manager.filter(edition=edition):
                values = (getattr(row, name) for name in (*model.VALUES, *model.KEYS))
                found |= {value for value in values if isinstance(value, datetime.date)}
    return found


def docstrings(tree: ast.AST) -> set[int]:
    """Where docstrings stand: they quote clauses, and are meant to."""
    holders = (ast.Module, ast.ClassDef, ast.FunctionDef)
    return {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, holders) and node.body and isinstance(node.body[0], ast.Expr)
    }


def constants(path: Path) -> Iterator[ast.Constant]:
    """Every literal of a file that is no docstring."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    quoting = docstrings(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and id(node) not in quoting:
            yield node


def numbers(node: ast.Constant) -> Iterator[Decimal]:
    """The numbers that a literal is, or that a text names."""
    if isinstance(node.value, str):
        for written in FIGURE.findall(SAID.sub("", node.value)):
            yield Decimal(written.replace(",", "")).normalize()
    elif isinstance(node.value, int | float) and not isinstance(node.value, bool):
        yield Decimal(str(node.value)).normalize()


@pytest.mark.django_db
def test_no_number_of_the_policy_stands_in_what_computes_and_speaks() -> None:
    policy = numbers_on_file() - ORDINARY
    assert {Decimal("484.38"), Decimal("0.88"), Decimal(88), Decimal(600)} <= policy
    found = [
        (str(path.relative_to(ROOT)), node.lineno, number)
        for path in sources("calculators", "portal/site")
        for node in constants(path)
        for number in numbers(node)
        if number in policy and (str(path.relative_to(ROOT)), number) not in OTHER_REASONS
    ]
    assert found == []


@pytest.mark.django_db
def test_no_day_of_the_policy_stands_in_python() -> None:
    days = {day.isoformat() for day in days_on_file()}
    found = [
        (str(path.relative_to(ROOT)), node.lineno, day)
        for path in sources("calculators", "portal")
        for node in constants(path)
        if isinstance(node.value, str)
        for day in re.findall(r"\d{4}-\d{2}-\d{2}", node.value)
        if day in days
    ]
    assert found == []


def test_the_search_sees_a_number_wherever_it_hides() -> None:
    """A literal, a text, thousands and percent: each form in which a clerk's number could sit."""
    hidden = ast.parse("x = 600\ny = '起付 1,200 元'\nz = '报 88%'\nw = '例如 20000。见 A-17'")
    seen = [
        number
        for node in ast.walk(hidden)
        if isinstance(node, ast.Constant)
        for number in numbers(node)
    ]
    assert sorted(seen) == [Decimal(88), Decimal(600), Decimal(1200)]


def test_rules_make_no_decimal_of_their_own() -> None:
    """In the rules even small numbers are suspect: only nothing, one and the rounding are there."""
    allowed = {"0.01", "0.00", "1e-18"}
    found = set()
    for path in (ROOT / "calculators" / "rules").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Decimal":
                found |= {str(ast.literal_eval(argument)) for argument in node.args}
    assert found - {"1"} <= allowed


def test_rules_name_no_clause_of_their_own() -> None:
    """Citations are data: a clause id outside a docstring would go stale with a new document."""
    found = [
        (str(path.relative_to(ROOT)), node.lineno, node.value)
        for path in sources("calculators")
        for node in constants(path)
        if isinstance(node.value, str) and re.search(r"\b[RF]-\d+\.\d+", node.value)
    ]
    assert found == []
