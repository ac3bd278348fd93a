"""The pages that explain each benefit (待遇); their words are texts in the database."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from portal import clock
from portal.policy.models import Book
from portal.policy.models.choices import Scheme
from portal.policy.pages import contents
from portal.site import reading


@require_safe
def page(request: HttpRequest, name: str = "") -> HttpResponse:
    """Show the page of a benefit; without a name the list of all benefits, by scheme."""
    if name:
        return reading.show(request, Book.BENEFITS, name)
    entries = contents(Book.BENEFITS.value, clock.today())
    groups = [
        {
            "title": scheme.label,
            "entries": [e for e in entries if e.slug.startswith(f"benefits-{scheme.value}-")],
        }
        for scheme in Scheme
    ]
    return reading.show(request, Book.BENEFITS, template="benefits/index.html", groups=groups)
