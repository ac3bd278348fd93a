"""The public site as residents will see it: on another day, with a set that is not published.

Everything is under one prefix of the admin's own, and its links stay there. Nothing of it is kept
by anybody: no browser, no cache of this process (drafts are read anew, `portal.policy.preview`).
The lists for programs (sitemap, feed, JSON) are shown as they are, with their public addresses.
"""

import datetime
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import urlencode

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.urls import path, register_converter, reverse
from django.views.decorators.http import require_safe

from portal import clock
from portal.policy.age import zh_day
from portal.policy.in_force import Timetable
from portal.policy.models import ChangeSet
from portal.policy.preview import with_draft
from portal.staff.case_links import read_case_link
from portal.staff.desk.frame import EDIT, VIEW, desk_page, show
from portal.staff.desk.leading import into, lead_headers_on, lead_on
from portal.staff.desk.residents import ask

BEFORE = ".before"  # behind the day: the same day without the set
FIRST_DAY, LAST_DAY = datetime.date(2000, 1, 1), datetime.date(2099, 12, 31)
DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
WRONG_DAY = f"预览的日期要写成 2027-07-01 这样，在{FIRST_DAY.year}年到{LAST_DAY.year}年之间。"
# What an answer says about keeping it, or about who else may read it, does not hold for a preview.
LEFT_OUT = ("ETag", "Last-Modified", "Expires", "Cache-Control", "Content-Length")
# The link to the main part stays the first thing of a page.
TOP = re.compile(r"""<body\b[^>]*>(?:\s*<a class="skip"[^>]*>[^<]*</a>)?""")


@dataclass(frozen=True, slots=True)
class Scene:
    """What a preview shows: the site on a day, with a set in it, or `without` it."""

    change_set: ChangeSet
    day: datetime.date
    without: bool = False

    @property
    def prefix(self) -> str:
        """The address of its home page, which all of its addresses begin with."""
        return self.address("/")

    @property
    def is_of_a_draft(self) -> bool:
        """Whether it shows what residents do not see yet, or no more."""
        return self.change_set.status != ChangeSet.Status.PUBLISHED

    def address(self, page: str) -> str:
        """Return where the public `page` (`/policy/?x=1`) is shown so."""
        day = f"{self.day}{BEFORE if self.without else ''}"
        return reverse("admin:preview", args=[self.change_set.pk, day, ""]) + page[1:]

    @contextmanager
    def on(self) -> Iterator[None]:
        """Let everything inside the block be as the scene has it."""
        draft = self.change_set.pk if self.is_of_a_draft and not self.without else None
        with clock.as_of(self.day), with_draft(draft), Timetable.load().held():
            yield


class AnyPath:
    """The rest of an address, whatever it is; nothing of it for the home page."""

    regex = ".*"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


@desk_page(VIEW)
@require_safe
def preview(request: HttpRequest, pk: int, day: str, path: str) -> HttpResponse:
    """Show a public page on a day with a set in it; 404 where there is no such day or set."""
    change_set = ChangeSet.objects.filter(pk=pk).first()
    shown_day = read_day(day.removesuffix(BEFORE))
    if change_set is None or shown_day is None:
        return _no_preview(request, change_set, f"/{path}")
    scene = Scene(change_set, shown_day, day.endswith(BEFORE))
    query = request.META.get("QUERY_STRING", "")
    _map_current_url_back(request, scene)
    with scene.on():
        response = ask(request, f"/{path}", query)
    return _dressed(request, response, scene, f"/{path}{'?' if query else ''}{query}")


@desk_page(VIEW)
@require_safe
def choose_day(request: HttpRequest, pk: int) -> HttpResponse:
    """Go to `?page=` of the public site as of `?day=`; without a day, the set's first one."""
    change_set = ChangeSet.objects.filter(pk=pk).first()
    page = "/" + request.GET.get("page", "").lstrip("/")
    wanted = request.GET.get("day", "")
    day = read_day(wanted)
    if change_set is not None and not wanted:
        day = change_set.first_day or clock.today()
    if change_set is None or day is None:
        return _no_preview(request, change_set, page)
    scene = Scene(change_set, day, without="without" in request.GET)
    return HttpResponseRedirect(scene.address(page))


def read_day(typed: str) -> datetime.date | None:
    """Read `2027-07-01`; None where it is no day, or one that is too far away."""
    try:
        day = datetime.date.fromisoformat(typed) if DAY.fullmatch(typed) else None
    except ValueError:
        return None
    return day if day and FIRST_DAY <= day <= LAST_DAY else None


def _no_preview(request: HttpRequest, change_set: ChangeSet | None, page: str) -> HttpResponse:
    context = {
        "page": page,
        "day": change_set and (change_set.first_day or clock.today()),
        "message": WRONG_DAY if change_set else "没有这张变更单，可能已经被删除。",
    }
    title = "这一天不能预览" if change_set else "没有这张变更单"
    return show(request, "preview_wrong.html", title, context, change_set=change_set, status=404)


def _map_current_url_back(request: HttpRequest, scene: Scene) -> None:
    """Tell the view where htmx stands in the public site, so that it knows its own address."""
    current = request.META.get("HTTP_HX_CURRENT_URL", "")
    request.META["HTTP_HX_CURRENT_URL"] = current.replace(scene.prefix, "/", 1)


def _dressed(request: HttpRequest, response: HttpResponse, scene: Scene, page: str) -> HttpResponse:
    """Keep the links of an answer inside the preview, say on a page what it is, and let nobody
    keep it."""
    moved = into(scene.prefix, f"{request.scheme}://{request.get_host()}")
    lead_headers_on(response, moved)
    if response.headers.get("Content-Type", "").startswith("text/html"):
        html = lead_on(response.content.decode(response.charset), moved)
        response.content = _with_banner(request, response, html, scene, page).encode()
    allowed = [name for name in response.headers if name.startswith("Access-Control-")]
    for name in (*LEFT_OUT, *allowed):
        response.headers.pop(name, None)
    response.headers["Cache-Control"] = "no-store, private"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _with_banner(
    request: HttpRequest, response: HttpResponse, html: str, scene: Scene, page: str
) -> str:
    """Put the banner on top of a page.

    A part for htmx has none. But where the part comes with a new address, the banner that stands
    on the page must lead to the same address, so it is swapped too.
    """
    if request.headers.get("HX-Request") != "true":
        html = html.replace("</head>", f"{_stylesheet()}</head>", 1)
        return TOP.sub(lambda top: top[0] + _banner(request, scene, page), html, count=1)
    at = response.headers.get("HX-Push-Url") or response.headers.get("HX-Replace-Url") or ""
    if not at.startswith(scene.prefix):
        return html
    return html + _banner(request, scene, "/" + at.removeprefix(scene.prefix), swapped=True)


def _stylesheet() -> str:
    return render_to_string("desk/preview_style.html", using="staff")


def _banner(request: HttpRequest, scene: Scene, page: str, *, swapped: bool = False) -> str:
    other = Scene(scene.change_set, scene.day, not scene.without)
    context = {
        "scene": scene,
        "change_set": scene.change_set,
        "day": scene.day.isoformat(),
        "said_day": zh_day(scene.day),
        "first_day": FIRST_DAY.isoformat(),
        "last_day": LAST_DAY.isoformat(),
        "page": page,
        "other": other.address(page) if scene.is_of_a_draft else "",
        "keep": _keeping_page(page) if request.user.has_perm(EDIT) else "",
        "swapped": swapped,
    }
    return render_to_string("desk/preview_banner.html", context, using="staff")


def _keeping_page(page: str) -> str:
    """Return where the result that `page` shows is saved as a case; nothing if it shows none."""
    try:
        read_case_link(page)
    except ValidationError:
        return ""
    return f"{reverse('admin:desk:saved-cases')}?{urlencode({'link': page})}"


register_converter(AnyPath, "any")

urlpatterns = [
    path("preview/<int:pk>/", choose_day, name="preview-day"),
    path("preview/<int:pk>/<str:day>/<any:path>", preview, name="preview"),
]
