"""How a page is shown: as 长辈版 with larger letters, or embedded without a frame.

The choice is a cookie, set by a plain form, or stands in a link that somebody sends
(`?mode=care`, `?embed=1`). A link's choice goes on in the links of the page that it opens and sets
nothing.
"""

import datetime
import re
from collections.abc import Callable
from typing import NamedTuple
from urllib.parse import parse_qsl, urlencode, urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.utils.html import format_html_join
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

COOKIE = "mode"
CARE, ORDINARY = "care", "ordinary"
MODES = (CARE, ORDINARY)
A_YEAR = datetime.timedelta(days=365)


class Display(NamedTuple):
    """How a page is shown.

    `carried` is what its links have to hand on, as a query string: the choice, and on the way from
    the guide by a calculator to an office, the district; `here` the address of the page
    without a choice in it, to come back to after another one.
    """

    care: bool = False
    embed: bool = False
    carried: str = ""
    here: str = "/"


def display_of(request: HttpRequest) -> Display:
    """Return how a page is to be shown: what its link says, else what its reader once chose."""
    linked, embed = request.GET.get("mode"), request.GET.get("embed") == "1"
    chosen = linked if linked in MODES else request.COOKIES.get(COOKIE)
    carried = {"mode": linked} if linked in MODES else {}
    if embed:
        carried["embed"] = "1"
    if (district := request.GET.get("district")) and request.path.startswith("/calculators/"):
        carried["district"] = district
    here = urlencode([given for given in request.GET.lists() if given[0] != "mode"], doseq=True)
    return Display(
        care=chosen == CARE,
        embed=embed,
        carried=urlencode(carried),
        here=f"{request.path}?{here}".removesuffix("?"),
    )


@csrf_exempt  # a page that is the same for everybody has no token; `is_our_own` stands in for it
@require_POST
def choose(request: HttpRequest) -> HttpResponse:
    """Remember the choice and go back to the page. It changes nothing but how pages look."""
    mode, back = request.POST.get("mode"), request.POST.get("next", "/")
    if not is_our_own(request) or mode not in MODES:
        return HttpResponse(
            "请回到网站上再选一次。", status=403, content_type="text/plain; charset=utf-8"
        )
    if not url_has_allowed_host_and_scheme(back, allowed_hosts=None):
        back = "/"
    response = HttpResponseRedirect(back, status=303)
    response.set_cookie(
        COOKIE, mode, max_age=A_YEAR, secure=settings.HTTPS, httponly=True, samesite="Lax"
    )
    return response


def is_our_own(request: HttpRequest) -> bool:
    """Whether a page of this site sent the form: browsers say so, and pages cannot make it up."""
    if site := request.headers.get("Sec-Fetch-Site"):
        return site == "same-origin"
    sender = request.headers.get("Origin") or request.headers.get("Referer", "")
    return urlsplit(sender).netloc == request.get_host()


# Links that stay on the site, not its files and not a part of the same page. What htmx asks for
# takes the form's fields along.
_LINK = re.compile(rb'(\shref=")(/(?!/|static/|api/)[^"#]*|\?[^"#]*)(#[^"]*)?"')
_FORM = re.compile(rb"<form\b(?![^>]*\bmethod=.?post)[^>]*>", re.IGNORECASE)
# What is sent goes to an address of its own, whose answer has to look like the page. Choosing how
# pages look is not to be overruled by it.
_SENT = re.compile(rb'(<form\b[^>]*\bmethod="post"[^>]*\saction=")(/(?!/|display/)[^"#]*)()"')


class CarryDisplayMiddleware:
    """Hand a link's `mode` and `embed` on to all that its page, or a redirect, leads to."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.admin_prefix = "/" + settings.ADMIN_PATH

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        is_page = response.get("Content-Type", "").startswith("text/html")
        if not is_page or response.streaming or request.path.startswith(self.admin_prefix):
            return response
        if carried := display_of(request).carried:
            if "Location" in response:
                response.headers["Location"] = _carry_on(response["Location"], carried)
            response.content = _carry(response.content, carried)
            if response.has_header("Content-Length"):
                response.headers["Content-Length"] = str(len(response.content))
        return response


def _carry_on(location: str, carried: str) -> str:
    """Return the address of a redirect with the choice in it; of a file or another site as it is."""
    if location.startswith(("//", settings.STATIC_URL)) or not location.startswith("/"):
        return location
    address, hash_sign, place = location.partition("#")
    given = QueryDict(address.partition("?")[2])
    more = "&".join(part for part in carried.split("&") if part.partition("=")[0] not in given)
    joint = "" if not more else "&" if "?" in address else "?"
    return f"{address}{joint}{more}{hash_sign}{place}"


def _carry(page: bytes, carried: str) -> bytes:
    names = [part.partition("=")[0].encode() for part in carried.split("&")]
    query = carried.replace("&", "&amp;").encode()
    inputs = format_html_join(
        "", '<input type="hidden" name="{}" value="{}">', parse_qsl(carried)
    ).encode()

    def link(found: re.Match[bytes]) -> bytes:
        start, address, place = found.groups(default=b"")
        if any(re.search(rb"[?;&]%s=" % name, address) for name in names):
            return found[0]
        joint = b"" if address.endswith(b"?") else b"&amp;" if b"?" in address else b"?"
        return start + address + joint + query + place + b'"'

    return _FORM.sub(lambda form: form[0] + inputs, _SENT.sub(link, _LINK.sub(link, page)))
