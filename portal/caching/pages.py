"""The first thing that a request meets: a page that is kept is answered from memory.

This wraps the whole application (portal/wsgi.py), before Django makes anything of a request. It
can, because a public page is the same for everybody: `tests/test_fifth_wall.py`. An address that
bears answers is somebody's own and never kept.

A page is made anew when the version or the day is another one, by one thread; the others wait for
it, or for a second go on with the old one. If it cannot be made, the old one is shown on.
"""

import logging
import re
import time
from collections.abc import Callable, Iterable
from threading import Lock
from typing import Any, NamedTuple

from django.conf import settings
from django.http import parse_cookie

from portal.caching.kept import Headers, Kept, Store, encoding_for
from portal.caching.version import Shown, VersionReader
from portal.feedback import counting
from portal.site.display import CARE, COOKIE

logger = logging.getLogger(__name__)

Environ = dict[str, Any]
StartResponse = Callable[..., Any]
Application = Callable[[Environ, StartResponse], Iterable[bytes]]

# The only queries that say nothing of anybody: whose insurance is asked about, how a page is shown.
_NOBODYS = re.compile(
    r"(?:(?:scheme=(?:resident|flexible)|mode=(?:care|ordinary)|embed=1)(?:&(?!$)|$)){0,3}"
)
# What WeChat and advertisers append. A calculator answers these with its clean address itself.
_APPENDED = re.compile(r"(?:from|isappinstalled|scene|clicktime|enterid|utm_\w+)=[^&]*(?:&|$)")
_CALCULATORS = "/calculators/"
# What would make an answer depend on who asks, or shorter than the whole page.
_ASIDE = ("HTTP_ACCEPT_ENCODING", "HTTP_IF_NONE_MATCH", "HTTP_IF_MODIFIED_SINCE", "HTTP_RANGE")
WAIT_SECONDS = 5.0  # for another thread that makes the same page
STALE_SECONDS = 1.0  # so long after a change the old page may be shown while the new one is made
OK = "200 OK"


class Address(NamedTuple):
    """What tells one kept page from another."""

    scheme: str
    host: str
    path: str
    query: str
    care: bool


class Made(NamedTuple):
    """An answer of the application, read to its end."""

    status: str
    headers: Headers
    body: bytes


class PageCache:
    """A WSGI application around another one."""

    def __init__(self, application: Application, *, megabytes: int) -> None:
        self._application = application
        self._store = Store(megabytes * 1024 * 1024)
        self._version = VersionReader()
        self._making: dict[Address, Lock] = {}
        self._never = ("/" + settings.ADMIN_PATH, settings.STATIC_URL, "/feedback/")

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        address = self._address(environ)
        shown = self._version.current() if address else None
        if address is None or shown is None:
            return self._application(environ, start_response)
        page = self._store.get(address)
        if page is not None and page.shown == shown:
            counting.count_opened(page.content_type, environ)
            return _send(page, environ, start_response)
        found = self._made_by_one(address, shown, page, environ)
        if isinstance(found, Kept):
            return _send(found, environ, start_response)
        start_response(found.status, found.headers)
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [found.body]

    def _address(self, environ: Environ) -> Address | None:
        """Return the address of a page that may be kept, or None."""
        path = environ.get("PATH_INFO", "")
        if (
            environ["REQUEST_METHOD"] not in {"GET", "HEAD"}
            or "HTTP_HX_REQUEST" in environ
            or path.startswith(self._never)
        ):
            return None
        query = environ.get("QUERY_STRING", "")
        if query and not path.startswith(_CALCULATORS):
            query = _APPENDED.sub("", query).rstrip("&")
        if not _NOBODYS.fullmatch(query):
            return None
        cookie = environ.get("HTTP_COOKIE", "")
        proxied = environ.get("HTTP_X_FORWARDED_PROTO", "") if settings.BEHIND_PROXY else ""
        return Address(
            proxied or environ["wsgi.url_scheme"],
            environ.get("HTTP_HOST", ""),
            path,
            query,
            COOKIE in cookie and parse_cookie(cookie).get(COOKIE) == CARE,
        )

    def _made_by_one(
        self, address: Address, shown: Shown, old: Kept | None, environ: Environ
    ) -> Kept | Made:
        """Return the page as it is now, made by this thread or by the one that is at it."""
        just_changed = time.monotonic() - self._version.changed_at < STALE_SECONDS
        lock = self._making.setdefault(address, Lock())
        if not lock.acquire(timeout=0 if old and just_changed else WAIT_SECONDS):
            return old or self._make(environ, address.query)
        try:
            page = self._store.get(address)
            if page is not None and page.shown == shown:
                return page
            return self._make_and_keep(address, shown, old, environ)
        finally:
            self._making.pop(address, None)
            lock.release()

    def _make_and_keep(
        self, address: Address, shown: Shown, old: Kept | None, environ: Environ
    ) -> Kept | Made:
        made = self._make(environ, address.query)
        if made.status.startswith("5") and old is not None:
            logger.warning("%s cannot be made now; it is shown as it was", address.path)
            return old
        if not _may_be_kept(made):
            return made
        page = Kept(shown, made.headers, made.body)
        self._store.put(address, page)
        return page

    def _make(self, environ: Environ, query: str) -> Made:
        """Ask the application for the whole page, uncompressed."""
        plain = {name: value for name, value in environ.items() if name not in _ASIDE}
        plain |= {"REQUEST_METHOD": "GET", "QUERY_STRING": query}
        started: list[tuple[str, Headers]] = []

        def note(status: str, headers: Headers, exc_info: Any = None) -> None:
            started.append((status, headers))

        answer = self._application(plain, note)
        try:
            body = b"".join(answer)
        finally:
            if hasattr(answer, "close"):
                answer.close()
        return Made(*started[-1], body)


def _may_be_kept(made: Made) -> bool:
    named = {name.lower(): value.lower() for name, value in made.headers}
    return (
        made.status == OK
        and "etag" in named
        and "set-cookie" not in named
        and "cookie" not in named.get("vary", "")
        and not {"no-store", "private"}
        & set(named.get("cache-control", "").replace(" ", "").split(","))
    )


def _send(page: Kept, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
    if page.tag in environ.get("HTTP_IF_NONE_MATCH", ""):
        start_response("304 Not Modified", page.unchanged_headers())
        return []
    sent = page.sent(encoding_for(environ.get("HTTP_ACCEPT_ENCODING", "")))
    start_response(OK, list(sent.headers))
    return [] if environ["REQUEST_METHOD"] == "HEAD" else [sent.body]
