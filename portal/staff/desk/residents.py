"""Asking for a public page as a resident would, inside the process: for previews and comparisons.

Whoever wants another day or a draft wraps the call in `clock.as_of` and `with_draft`. What comes back
is finished inside the call, so that nothing of it is made later, outside of that wrapping.
"""

from io import BytesIO
from typing import Any, cast

from django.conf import settings
from django.core.handlers.wsgi import WSGIRequest
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.http.response import HttpResponseBase
from django.urls import Resolver404, is_valid_path, resolve
from django.views.defaults import page_not_found
from django_htmx.middleware import HtmxDetails

from portal.site.display import COOKIE as DISPLAY
from portal.site.display import MODES, CarryDisplayMiddleware

# What of a staff request a public view may know: where the site is, and how htmx asks. Everything
# else stays behind, the session's cookie first of all: a page shown here is what every resident
# gets. The one cookie that a public page reads, how large its letters are, is handed on alone.
KEPT = ("SERVER_", "HTTP_HOST", "HTTP_X_FORWARDED_", "HTTP_ACCEPT", "HTTP_HX_", "wsgi.url_scheme")


class Resident(WSGIRequest):
    """A request that has no user, no session and no cookie."""

    htmx: HtmxDetails


def ask(request: HttpRequest, path: str, query: str = "") -> HttpResponse:
    """Return the public page at `path` (`/policy/`), or its 404; the admin is no public page.

    `request` says where the site is. What a view raises beside Http404 is raised here, too.
    """
    return CarryDisplayMiddleware(_ask)(as_resident(request, path, query))


def as_resident(request: HttpRequest, path: str, query: str = "") -> Resident:
    """Make of a staff request the one that a resident would send for `path`."""
    environ = {name: value for name, value in request.META.items() if name.startswith(KEPT)}
    if (mode := request.COOKIES.get(DISPLAY)) in MODES:
        environ["HTTP_COOKIE"] = f"{DISPLAY}={mode}"
    resident = Resident(
        environ
        | {
            "REQUEST_METHOD": "HEAD" if request.method == "HEAD" else "GET",
            # As WSGI has it: bytes, read as if they were Latin letters.
            "PATH_INFO": path.encode().decode("latin-1"),
            "QUERY_STRING": query,
            "wsgi.input": BytesIO(),
        }
    )
    resident.htmx = HtmxDetails(resident)
    return resident


def is_staffs(path: str) -> bool:
    """Whether an address belongs to the admin."""
    return f"{path}/".startswith(f"/{settings.ADMIN_PATH}")


def _ask(asked: HttpRequest) -> HttpResponse:
    try:
        return _finished(_answer(asked))
    except Http404 as missing:
        return _finished(page_not_found(asked, missing))


def _answer(asked: HttpRequest) -> HttpResponseBase:
    if is_staffs(asked.path_info):
        raise Http404
    try:
        match = resolve(asked.path_info)
    except Resolver404:
        if not asked.path_info.endswith("/") and is_valid_path(f"{asked.path_info}/"):
            return HttpResponsePermanentRedirect(asked.get_full_path(force_append_slash=True))
        raise
    asked.resolver_match = match
    return cast("HttpResponseBase", match.func(asked, *match.args, **match.kwargs))


def _finished(response: Any) -> HttpResponse:
    """Render what is rendered late (the sitemap), and read what is streamed."""
    if hasattr(response, "render"):
        response = response.render()
    if response.streaming:
        content = b"".join(response.streaming_content)
        return HttpResponse(content, status=response.status_code, headers=dict(response.items()))
    return cast("HttpResponse", response)
