"""What every public page knows without asking a view."""

from typing import Any

from django.core.exceptions import DisallowedHost
from django.http import HttpRequest

from portal.site.display import display_of

# Printed in and F-19.1. It cannot be dialled as printed, so the link calls the number and
# the page says which keys follow (reading A-95).
HOTLINE = {
    "printed": "024-12345-1-7",
    "link": "tel:024-12345",
    "hint": "接通后按 1、7",
}


def site(request: HttpRequest) -> dict[str, Any]:
    """The hotline for each page, how to show it, and where the site is, for those who share it."""
    return {"hotline": HOTLINE, "display": display_of(request), "origin": _origin(request)}


def _origin(request: HttpRequest) -> str:
    try:
        return f"{request.scheme}://{request.get_host()}"
    except DisallowedHost:  # the page that refuses a strange host must not trip over it again
        return ""
