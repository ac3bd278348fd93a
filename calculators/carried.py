"""Facts carried along: what was chosen in one calculator is filled in in the next, through its link.

Nothing is stored. Only what several calculators ask of the same person, with the same choices, goes
on; amounts and days never. The next page asks with it filled in (`ask=1`) and judges nothing.
"""

from collections.abc import Mapping
from enum import StrEnum
from urllib.parse import urlencode

from django.forms import Field
from django.http import QueryDict

from calculators.asking import ASK
from calculators.catalogue import CALCULATORS
from calculators.fields import ChoiceAnswer
from calculators.forms import CalculatorForm, fields_of
from calculators.rules.people import Group, Place, Scheme, Tier

# Choices by name, as a link writes them.
Told = Mapping[str, str]

# What goes on, and what must be meant by it: an outpatient's levels are another list of hospitals.
CARRIED: Mapping[str, type[StrEnum]] = {"group": Group, "tier": Tier, "place": Place}
NOTHING: Told = {}


def choices_of(form: CalculatorForm) -> dict[str, str]:
    """Return what was chosen from lists so far, without the scheme and the usual answers."""
    chosen = {}
    for name, field in form.fields.items():
        if isinstance(field, ChoiceAnswer) and name != "scheme" and form.asks(name):
            given = form.so_far.get(name, "")
            if given in {member.value for member, _ in field.choices} - {field.default}:
                chosen[name] = given
    return chosen


def told_by(form: CalculatorForm) -> Told:
    """Return the choices of `form` that other calculators may ask too."""
    return {n: value for n, value in choices_of(form).items() if _offers(form.fields, n, value)}


def told_in(query: QueryDict) -> Told:
    """Return what a link carries along; anything else in it is left alone."""
    return {
        name: value
        for name, kind in CARRIED.items()
        if (value := query.get(name, "")) in {member.value for member in kind}
    }


def carry(told: Told, form_class: type[CalculatorForm], scheme: Scheme) -> Told:
    """Return what of `told` a form asks in this scheme and offers among its choices."""
    fields = fields_of(form_class, scheme)
    return {name: value for name, value in told.items() if _offers(fields, name, value)}


def _offers(fields: Mapping[str, Field], name: str, value: str) -> bool:
    field, kind = fields.get(name), CARRIED.get(name)
    return isinstance(field, ChoiceAnswer) and any(
        type(member) is kind and member.value == value for member, _ in field.choices
    )


def questions_link(slug: str, scheme: Scheme, told: Told, **answers: str) -> str:
    """Return the address of a calculator's questions, with `answers` and what is told filled in."""
    form = CALCULATORS[slug].form
    filled = {**carry(told, form, scheme), **answers}
    asked = {} if len(form.schemes) == 1 else {"scheme": scheme.value}
    query = urlencode({**asked, **filled, **({ASK: "1"} if filled else {})})
    return f"/calculators/{slug}/{query and '?'}{query}"
