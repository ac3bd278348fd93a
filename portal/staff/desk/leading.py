"""Keeping who looks at a preview inside it: addresses that lead on are written anew."""

import re
from collections.abc import Callable

from django.conf import settings
from django.http import HttpResponse
from django.urls import reverse

from portal.staff.desk.residents import is_staffs

Rewrite = Callable[[str], str]

_TAG = re.compile(r"""<[a-z](?:[^"'<>]|"[^"]*"|'[^']*')*>""", re.IGNORECASE)
_ATTRIBUTE = re.compile(
    r"""(\s(?:href|src|action|formaction|(?:data-)?hx-(?:get|post|put|patch|delete|push-url|replace-url))
        \s*=\s*)(["'])(.*?)\2""",
    re.IGNORECASE | re.DOTALL | re.VERBOSE,
)
# The form that chooses the size of letters is answered by the public site, and leads back here.
_BACK = re.compile(r"""(<input\b[^<>]*\bname="next"\s+value=")([^"]*)""")
# Where a browser, or htmx in it, is told to go.
_HEADERS = ("Location", "HX-Location", "HX-Push-Url", "HX-Replace-Url", "HX-Redirect")


def into(prefix: str, origin: str) -> Rewrite:
    """Return what puts `prefix` before an address of the public site.

    An address of its own (`/policy/`), or whole (`origin` and a path), is moved. What stays as it is:
    other sites, files (`/static/…`), the admin, what is sent (how pages are shown, what somebody says of one),
    and what is said from where one stands (`?page=2`).
    """
    staying = (settings.STATIC_URL, reverse("display"), reverse("feedback:say"))

    def moved(address: str) -> str:
        path = address.removeprefix(origin) or "/"
        if address == "" or not path.startswith("/") or path.startswith(("//", *staying)):
            return address
        return address if is_staffs(path) else prefix + path[1:]

    return moved


def lead_on(html: str, moved: Rewrite) -> str:
    """Move every address in the tags of a page; its words stay as they are."""

    def attribute(found: re.Match[str]) -> str:
        name, quote, address = found.groups()
        return f"{name}{quote}{moved(address)}{quote}"

    html = _TAG.sub(lambda tag: _ATTRIBUTE.sub(attribute, tag[0]), html)
    return _BACK.sub(lambda back: back[1] + moved(back[2]), html)


def lead_headers_on(response: HttpResponse, moved: Rewrite) -> None:
    """Move the addresses in the headers of an answer."""
    for name in _HEADERS:
        if name in response.headers:
            response.headers[name] = moved(response.headers[name])
