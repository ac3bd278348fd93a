"""A few staff at the desk meanwhile: each opens its pages and saves an office now and then."""

import subprocess
import threading
from html.parser import HTMLParser
from http.cookiejar import CookieJar
from types import TracebackType
from typing import Self
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, Request, build_opener

from benchmarks.soak.site import Site

PEOPLE = 3
PASSWORD = "only-for-this-run"  # noqa: S105
OPENED = ("/admin/", "/admin/desk/", "/admin/offices/office/", "/admin/feedback/feedback/")
LOOK_SECONDS = 1.0
ACCOUNTS = f"""
from django.contrib.auth.models import User
for number in range({PEOPLE}):
    User.objects.create_superuser(f"soak-{{number}}", password="{PASSWORD}")
"""


class _Form(HTMLParser):
    """What a browser would send of a page's form with most in it."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.fields: dict[str, str] = {}
        self._area = self._chosen = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = dict(attrs)
        name = has.get("name") or ""
        kind = has.get("type", "text")
        if tag == "textarea":
            self._area = name
            self.fields[name] = ""
        elif tag == "select":
            self._chosen = name
        elif tag == "option" and "selected" in has:
            self.fields[self._chosen] = has.get("value") or ""
        elif tag == "input" and name and kind not in {"submit", "file"}:
            is_sent = kind not in {"checkbox", "radio"} or "checked" in has
            self.fields |= {name: has.get("value") or ""} if is_sent else {}

    def handle_data(self, data: str) -> None:
        if self._area:
            self.fields[self._area] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self.fields[self._area] = self.fields[self._area].removeprefix("\n")
            self._area = ""


class Desk:
    """Staff who work until the block ends. `wrong` has what failed, `saved` how often they saved."""

    def __init__(self, site: Site) -> None:
        self.wrong: list[str] = []
        self.saved = 0
        self._site = site
        self._ends = threading.Event()
        self._people = [threading.Thread(target=self._work, args=[n]) for n in range(PEOPLE)]

    def __enter__(self) -> Self:
        made = self._site.run("manage.py", "shell", "-c", ACCOUNTS)
        _, error = made.communicate()
        if made.returncode:
            raise subprocess.CalledProcessError(made.returncode, "accounts", stderr=error)
        for person in self._people:
            person.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._ends.set()
        for person in self._people:
            person.join()

    def _work(self, number: int) -> None:
        browser = _Browser(f"http://127.0.0.1:{self._site.front}")
        try:
            browser.send("/admin/login/", username=f"soak-{number}", password=PASSWORD)
            while not self._ends.is_set():
                for path in OPENED:
                    browser.open(path)
                    self._ends.wait(LOOK_SECONDS)
                path = f"/admin/offices/office/{number + 1}/change/"
                browser.send(path)
                self.saved += 1
        except (HTTPError, URLError, OSError) as error:
            self.wrong.append(f"the desk: {getattr(error, 'url', '')} {error}")


class _Browser:
    """Keeps cookies and fills in forms."""

    def __init__(self, origin: str) -> None:
        self._origin = origin
        self._opener = build_opener(HTTPCookieProcessor(CookieJar()))

    def open(self, path: str, data: bytes | None = None) -> str:
        request = Request(self._origin + path, data, {"Referer": self._origin + path})  # noqa: S310
        with self._opener.open(request, timeout=30) as answer:
            return str(answer.read().decode())

    def send(self, path: str, **changes: str) -> None:
        """Open a page, and send its form with changes. Raises HTTPError where it is not taken."""
        fields = _Form(self.open(path)).fields | changes
        with_errors = self.open(path, urlencode(fields).encode())
        if "errorlist" in with_errors or "errornote" in with_errors:
            raise URLError(f"{path} was not taken")
