"""Fill in a form of the admin as a browser does: everything it shows is sent back."""

from typing import Any

from django.forms import BaseForm
from django.http import HttpResponse


def shown(response: HttpResponse, **changes: Any) -> dict[str, Any]:
    """Return what a browser would post from a change form, with `changes` typed in."""
    context = response.context
    data: dict[str, Any] = {}
    for form in _forms(context):
        for bound in form:
            value = bound.value()
            if value is not None and value is not False:
                data[bound.html_name] = value
    assert set(changes) <= {bound.html_name for form in _forms(context) for bound in form}
    return data | changes


def _forms(context: Any) -> list[BaseForm]:
    formsets = [inline.formset for inline in context["inline_admin_formsets"]]
    return [
        context["adminform"].form,
        *(formset.management_form for formset in formsets),
        *(form for formset in formsets for form in formset.forms),
    ]
