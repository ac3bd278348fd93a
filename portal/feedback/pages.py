"""Which page something is said of: an address of this site, with nothing in it but answers."""

from typing import NamedTuple
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.http import QueryDict
from django.urls import Resolver404, ResolverMatch, resolve

from calculators.asking import DROPPED, SHOWN_AS, ask_kindly
from calculators.catalogue import CALCULATORS
from calculators.estimate import range_form
from calculators.forms import CalculatorForm
from calculators.side_by_side import SidesForm
from calculators.year_link import read_year, write_link
from portal.feedback.blanking import blank
from portal.feedback.models import LONGEST_PATH

LONGEST = 2_000
# What a link of 全年账单 carries that is no part of the year.
_ASIDE = SHOWN_AS | {DROPPED, "next"}


class Page(NamedTuple):
    """A page of this site; `query` are the answers of a calculator, spelled as its own links are."""

    path: str = ""
    query: str = ""

    @property
    def address(self) -> str:
        """What to open to see it again; empty where no page is known."""
        return f"{self.path}?{self.query}" if self.query else self.path


NOWHERE = Page()


def read_page(address: str) -> Page:
    """Return the page at an address (`/offices/?q=1`), or NOWHERE if it is none of the public site.

    Only a calculator's answers are kept of a query, and of them only the valid ones: an amount says
    nothing about a person, and what else could be typed into a query might.
    """
    path, _, query = address.partition("?")
    if not _could_be_ours(path):
        return NOWHERE
    try:
        match = resolve(path)
    except Resolver404:
        return NOWHERE
    kept = _answers(match, QueryDict(query)) if len(address) <= LONGEST else ""
    return Page(path, kept if len(kept) <= LONGEST else "")


def _could_be_ours(path: str) -> bool:
    if not path.startswith("/") or path.startswith("//") or len(path) > LONGEST_PATH:
        return False
    if not path.isprintable() or "\\" in path or blank(path) != path:
        return False
    return not f"{path}/".startswith((f"/{settings.ADMIN_PATH}", "/feedback/", "/display/"))


def _answers(match: ResolverMatch, query: QueryDict) -> str:
    if match.view_name == "calculators:year":
        return _year(query)
    if match.view_name == "calculators:side-by-side":
        return _of_form(SidesForm, query)
    calculator = CALCULATORS.get(str(match.kwargs.get("slug", "")))
    if calculator is None or match.view_name not in (
        "calculators:page", "calculators:compare", "calculators:range",
    ):  # fmt: skip
        return ""
    is_range = match.view_name == "calculators:range"
    return _of_form(range_form(calculator.form) if is_range else calculator.form, query)


def _of_form(form_class: type[CalculatorForm], query: QueryDict) -> str:
    asked = ask_kindly(form_class, query)
    if asked.form is None:
        return ""
    link = QueryDict(asked.link[1:])
    valid = set(asked.form.cleaned_data) if asked.form.is_bound else {"scheme"}
    kept = [(name, link.getlist(name)) for name in link if name in valid]
    return urlencode(kept, doseq=True)


def _year(query: QueryDict) -> str:
    read = read_year(query)
    if read.canonical:  # as the page itself goes on to it
        read = read_year(QueryDict(urlsplit(read.canonical).query))
    if read.asked is None or read.asked.errors:
        return ""
    head = {name: values for name, values in read.head.items() if name not in _ASIDE}
    return write_link(head, read.spelled())[1:]
