"""Headers that every answer carries, and the answer where the data cannot be reached."""

import logging
from collections.abc import Callable, Mapping, Sequence

from django.conf import settings
from django.core.exceptions import TooManyFieldsSent
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.template.loader import render_to_string
from django.views.defaults import bad_request

logger = logging.getLogger(__name__)

Handler = Callable[[HttpRequest], HttpResponse]


class EndlessQueryMiddleware:
    """Refuse an address with more than a thousand answers (400): a damaged link, or mischief.

    Django reads a query where it is first looked at, and fails there. So it is looked at here, and
    whoever does so afterwards, as other middleware and the page of the refusal, finds none.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        try:
            request.GET  # noqa: B018
        except TooManyFieldsSent as endless:
            request.GET = QueryDict()
            request.META["QUERY_STRING"] = ""
            request.endless = endless  # type: ignore[attr-defined]
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *view: object) -> HttpResponse | None:
        """Answer in place of the view, so that the answer has the headers of every other one."""
        endless = getattr(request, "endless", None)
        if endless is None:
            return None
        if request.path.startswith("/api/"):
            return JsonResponse({"errors": {"": ["网址里的内容太多了。"]}}, status=400)
        return bad_request(request, endless)


class ContentSecurityPolicyMiddleware:
    """Send `settings.SECURE_CSP` with every answer, the admin's too (Django 6 has this built in).

    A public page may also load WeChat's script, where the card is configured. With `embed=1` it may
    be framed by the sites of `settings.EMBED_ANCESTORS`; nothing else may be framed by anybody.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response
        self.admin_prefix = "/" + settings.ADMIN_PATH
        wechat = settings.WECHAT_APP_ID and settings.WECHAT_APP_SECRET
        public = settings.WECHAT_CSP if wechat else {}
        self.policy, self.public = _policy({}), _policy(public)
        self.embedded = _policy(public, ancestors=settings.EMBED_ANCESTORS)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        policy = self.policy
        if not request.path.startswith(self.admin_prefix):
            policy = self.public
            if settings.EMBED_ANCESTORS and request.GET.get("embed") == "1":
                policy = self.embedded
                # It knows no list of sites, and would count beside the policy.
                response.headers.pop("X-Frame-Options", None)
        response.headers.setdefault("Content-Security-Policy", policy)
        return response


def _policy(more: Mapping[str, Sequence[str]], *, ancestors: Sequence[str] = ()) -> str:
    """Write `settings.SECURE_CSP` as a header, with more sources, and other sites that may frame."""
    directives = {name: list(sources) for name, sources in settings.SECURE_CSP.items()}
    for name, sources in more.items():
        directives[name] = [*directives.get(name, []), *sources]
    if ancestors:
        directives["frame-ancestors"] = list(ancestors)
    return "; ".join(f"{name} {' '.join(sources)}" for name, sources in directives.items())


class PublicPageMiddleware:
    """Let a phone keep a public page, but ask each time whether it is still the current one.

    Together with ConditionalGetMiddleware's ETag this makes a repeated visit cost one 304. The
    admin keeps Django's own headers. An address with answers or a query in it is somebody's own,
    so no search engine is to list it.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response
        self.admin_prefix = "/" + settings.ADMIN_PATH

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if not request.path.startswith(self.admin_prefix):
            response.headers.setdefault("Cache-Control", "no-cache")
            if request.META.get("QUERY_STRING"):
                response.headers.setdefault("X-Robots-Tag", "noindex")
        response.headers.setdefault(
            "Permissions-Policy", "camera=(), microphone=(), geolocation=()"
        )
        return response


class DatabaseAwayMiddleware:
    """Say kindly that the data cannot be reached, and when to try again (503), instead of a 500."""

    RETRY_AFTER_SECONDS = 30

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer for a database that is away; any other mistake stays a 500."""
        if not isinstance(exception, OperationalError | InterfaceError):
            return None
        logger.error("the database is away: %s", exception)
        headers = {"Retry-After": str(self.RETRY_AFTER_SECONDS), "Cache-Control": "no-store"}
        if request.path.startswith("/api/"):
            errors = {"errors": {"": ["数据暂时读不到，请过一会儿再试。"]}}
            return JsonResponse(errors, status=503, headers=headers)
        page = render_to_string("503.html", using="public")
        return HttpResponse(page, status=503, headers=headers)
