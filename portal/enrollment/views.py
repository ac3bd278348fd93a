"""The pages of 参保指南."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from portal.policy.models import Book
from portal.site import reading


@require_safe
def page(request: HttpRequest, name: str = "") -> HttpResponse:
    """Show a page of the book; without a name its opening page."""
    return reading.show(request, Book.ENROLLMENT, name)
