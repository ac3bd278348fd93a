"""The pages that explain each benefit (待遇); their words are texts in the database."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from portal.policy.models import Book
from portal.policy.models.choices import Scheme
from portal.site import reading


@require_safe
def page(request: HttpRequest, name: str = "") -> HttpResponse:
    """Show the page of a benefit; without a name the list of all benefits, by scheme."""
    if name:
        return reading.show(request, Book.BENEFITS, name)
    context = reading.read(Book.BENEFITS)
    context["groups"] = [
        {
            "title": scheme.label,
            "entries": [
                entry
                for entry in context["entries"]
                if entry.slug.startswith(f"benefits-{scheme.value}-")
            ],
        }
        for scheme in Scheme
    ]
    return render(request, "benefits/index.html", context)
