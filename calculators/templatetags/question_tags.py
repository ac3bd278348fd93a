"""How a question of a form is drawn: once for everybody, with somebody's own answer put in.

A form of fifteen questions is two hundred small templates; drawing it took most of the time of a
page. What a question looks like follows from its field, and is remembered; what somebody typed is
not: a place is left for it.
"""

from copy import copy

from django import template
from django.conf import settings
from django.forms import BoundField, TextInput
from django.template.loader import get_template
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from calculators.fields import Answer

register = template.Library()

MOST_KEPT = 10_000  # all forms have some two thousand, so this is never reached
PLACE = "\ue000"  # no character that anybody types

_kept: dict[tuple[object, ...], SafeString] = {}


@register.simple_tag
def question(field: BoundField) -> SafeString:
    """Draw a question with its label, its explanations and its error."""
    asked, value = field.field, field.value()
    if settings.DEBUG or not isinstance(asked, Answer) or field.errors:
        return _draw(field)
    if _is_anybodys(asked, value):
        return _drawn_once(field, asked, str(value))
    if type(asked.widget) is not TextInput or not isinstance(value, str):
        return _draw(field)
    left_open = copy(field)
    left_open.value = lambda: PLACE  # type: ignore[method-assign]
    drawn = _drawn_once(left_open, asked, PLACE).replace(PLACE, escape(value))
    if in_words := getattr(field, "in_words", ""):
        drawn = drawn.replace("></output>", f">{escape(in_words)}</output>")
    return mark_safe(drawn)  # noqa: S308 - what was put in is escaped


def _draw(field: BoundField) -> SafeString:
    drawn = get_template("portal_crispy/_field.html", using="public").render({"field": field})
    return SafeString(drawn.removesuffix("\n"))


def _drawn_once(field: BoundField, asked: Answer, value: str) -> SafeString:
    looks = (*_looks(field, asked), value)
    if looks not in _kept:
        if len(_kept) >= MOST_KEPT:
            _kept.clear()
        _kept[looks] = _draw(field)
    return _kept[looks]


def _looks(field: BoundField, asked: Answer) -> tuple[object, ...]:
    """Return all that decides how a question is drawn, but for the answer."""
    widget = asked.widget
    return (
        *(field.html_name, field.auto_id, getattr(field.form, "known_scheme", "")),
        *(asked.label, asked.help_text, asked.explained, getattr(asked, "unit", "")),
        *(asked.required, bool(field.initial), asked.is_new),
        *(asked.leads_on, asked.conditional, asked.asked),
        *(type(asked), type(widget), tuple(widget.attrs.items())),
        tuple(getattr(widget, "choices", ())),
    )


def _is_anybodys(asked: Answer, value: object) -> bool:
    """Whether an answer was left open, or chosen from a list, or is the usual one."""
    if not value or str(value) == str(asked.default):
        return True
    choices = getattr(asked.widget, "choices", ())
    return isinstance(value, str) and value in {str(choice) for choice, _ in choices}
