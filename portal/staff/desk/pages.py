"""What a change set changes: row by row, and which public pages then say something else.

The pages are rendered twice inside the process, without and with the set, on the same day, and the
words of their main parts are compared. Nothing is guessed from what a page might use.
"""

import dataclasses
import datetime
import logging
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import path, resolve, reverse
from django.views.decorators.http import require_safe

from calculators.catalogue import CALCULATORS
from portal import clock
from portal.policy.age import zh_day
from portal.policy.differences import (
    RowDifference,
    TableDifference,
    TextDifference,
    differences,
    editions_of,
    replaced_by,
    rows_by_place,
    text_differences,
    timetable_without,
)
from portal.policy.models import ChangeSet, ClauseText, DecidedReading
from portal.sitemaps import Pages
from portal.staff.desk.differing import Run, compare, lines_of, main_of, runs, title_of
from portal.staff.desk.frame import VIEW, desk_page, set_or_404, show
from portal.staff.desk.preview import WRONG_DAY, Scene, read_day
from portal.staff.desk.residents import ask
from portal.staff.desk.switches import WORDS

ClauseLink = Callable[[str], tuple[str, str]]  # an id to itself and its address

logger = logging.getLogger(__name__)

# No page of a clause beyond so many pages: a set that renews every table touches them all.
MOST_PAGES = 120
CHANGED, NEW, GONE, FAILED = "有改动", "新的页面", "不再有", "打不开"
KINDS = {"text": "文字", "clause": "条款原文", "reading": "已定的理解", "switch": "规则的开关"}


@dataclass(frozen=True, slots=True)
class Side:
    """A page on one side: its title and its main part; empty where there is no such page."""

    title: str = ""
    main: str = ""
    failed: bool = False


@dataclass(frozen=True, slots=True)
class PageChange:
    """A public page that differs; `kind` says in a word how."""

    page: str
    title: str
    kind: str
    runs: list[Run]
    before: str  # the address of the preview without the set; empty where there is no such page
    after: str

    @property
    def added(self) -> int:
        """How many lines are new."""
        return sum(len(run.lines) for run in self.runs if run.mark == "+")

    @property
    def removed(self) -> int:
        """How many lines are gone."""
        return sum(len(run.lines) for run in self.runs if run.mark == "-")


@desk_page(VIEW)
@require_safe
def differences_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what differs: each table row by row, the words line by line, and the document."""
    change_set = set_or_404(pk)
    told = text_differences(change_set)
    context = {
        "tables": [_table(change_set, table) for table in differences(change_set)],
        "texts": [_words(change_set, words) for words in told if words.kind != "clause"],
        "document": change_set.document,
        "clauses": [_words(change_set, words) for words in told if words.kind == "clause"],
    }
    return show(
        request,
        "pages_differences.html",
        "前后对照",
        context,
        change_set=change_set,
        tab="differences",
    )


@desk_page(VIEW)
@require_safe
def pages(request: HttpRequest, pk: int) -> HttpResponse:
    """List the public pages that say something else with the set, on its first day or `?day=`."""
    change_set = set_or_404(pk)
    days = start_days(change_set)
    typed = request.GET.get("day", "")
    day = read_day(typed) if typed else (change_set.first_day or clock.today())
    context: dict[str, Any] = {
        "days": days,
        "day": day,
        "typed": typed,
        "message": "" if day else WRONG_DAY,
        "home": Scene(change_set, day).prefix if day else "",
        "failed": FAILED,
    }
    if day is not None and change_set.status != ChangeSet.Status.PUBLISHED:
        addresses = addresses_to_compare(change_set, day)
        context |= {
            "changes": page_changes(request, change_set, day, addresses[:MOST_PAGES]),
            "compared": min(len(addresses), MOST_PAGES),
            "left": max(0, len(addresses) - MOST_PAGES),
        }
    status = 200 if day else 422
    return show(
        request,
        "pages_list.html",
        "哪些页面会变",
        context,
        change_set=change_set,
        tab="pages",
        status=status,
    )


def start_days(change_set: ChangeSet) -> list[datetime.date]:
    """Return the days on which something of a set starts."""
    parts = (change_set.editions, change_set.textversions, change_set.clausetexts)
    return sorted({day for part in parts for day in part.values_list("in_force_from", flat=True)})


def addresses_to_compare(change_set: ChangeSet, day: datetime.date) -> list[str]:
    """Return the public addresses that a set can touch, those of clauses last.

    Offices are left out: an office is no part of a set, and its page takes no number from one.
    """
    every: dict[str, None] = {}
    for scene in _both(change_set, day):
        with scene.on():
            every |= dict.fromkeys(Pages().items())
    codes = touched_clauses(change_set, day)
    touched = {reverse("policy:clause", args=[code]) for code in codes}
    forms = [
        f"{reverse('calculators:page', args=[slug])}?scheme={scheme.value}"
        for slug, calculator in CALCULATORS.items()
        for scheme in calculator.form.schemes
    ]
    named = {address: resolve(address).view_name for address in every}
    clauses = [address for address in every if named[address] == "policy:clause"]
    left_out = {"policy:clause", "offices:list", "offices:office"}
    others = [address for address in every if named[address] not in left_out]
    return [*others, *forms, *(address for address in clauses if address in touched)]


def touched_clauses(change_set: ChangeSet, day: datetime.date) -> set[str]:
    """Return the clauses whose pages a set can touch by `day`: by their words, or by a row that
    cites them."""
    before = timetable_without(change_set)
    editions = [edition for edition in editions_of(change_set) if edition.in_force_from <= day]
    replaced = [replaced_by(edition, before) for edition in editions]
    both = [edition for edition in (*editions, *replaced) if edition is not None]
    codes = {row.clause.code for edition in both for row in rows_by_place(edition).values()}
    words = ClauseText.objects.filter(change_set=change_set, in_force_from__lte=day)
    codes |= set(words.values_list("clause__code", flat=True))
    decided = DecidedReading.objects.filter(edition__in=both)
    return codes | set(decided.exclude(clauses=None).values_list("clauses__code", flat=True))


def page_changes(
    request: HttpRequest, change_set: ChangeSet, day: datetime.date, addresses: list[str]
) -> list[PageChange]:
    """Ask for each public page without and with the set, and return those that differ."""
    before, after = _both(change_set, day)
    was, now = _all_sides(request, before, addresses), _all_sides(request, after, addresses)
    differing = [page for page in addresses if was[page] != now[page] or was[page].failed]
    changes = (_page_change(page, was[page], now[page], before, after) for page in differing)
    return [change for change in changes if change is not None]


def _both(change_set: ChangeSet, day: datetime.date) -> tuple[Scene, Scene]:
    return Scene(change_set, day, without=True), Scene(change_set, day)


def _all_sides(request: HttpRequest, scene: Scene, addresses: list[str]) -> dict[str, Side]:
    with scene.on():
        return {address: _side(request, address) for address in addresses}


def _side(request: HttpRequest, address: str) -> Side:
    page, _, query = address.partition("?")
    try:
        response = ask(request, page, query)
    except Exception:  # whatever a draft breaks is shown as broken; the other pages still count
        logger.exception("%s cannot be shown", address)
        return Side(failed=True)
    if response.status_code != HTTPStatus.OK:
        return Side()
    html = response.content.decode(response.charset)
    return Side(title_of(html), main_of(html))


def _page_change(page: str, was: Side, now: Side, before: Scene, after: Scene) -> PageChange | None:
    """Return how a page differs; None where its words are the same."""
    marked = compare(lines_of(was.main), lines_of(now.main))
    if was.failed or now.failed:
        kind, marked = FAILED, []
    elif all(mark == " " for mark, _ in marked):
        return None
    else:
        kind = CHANGED if was.main and now.main else NEW if now.main else GONE
    return PageChange(
        page,
        now.title or was.title or page,
        kind,
        runs(marked),
        before.address(page) if was.main else "",
        after.address(page) if now.main or now.failed else "",
    )


def _table(change_set: ChangeSet, table: TableDifference) -> dict[str, Any]:
    """A table as it is shown: its rows in the order changed, added, removed, each with its word."""
    kinds = (("改了", table.changed), ("新增", table.added), ("删去", table.removed))
    clause = _clause_link(change_set, table.in_force_from)
    return {
        "title": table.title,
        "scheme": table.edition.get_scheme_display(),
        "edition": table.edition,
        "from": zh_day(table.in_force_from),
        "replaces": table.replaces and zh_day(table.replaces.in_force_from),
        "is_empty": table.is_empty,
        "counts": [(word, len(rows)) for word, rows in kinds if rows],
        "rows": [_row(word, row, clause) for word, rows in kinds for row in rows],
    }


def _row(word: str, row: RowDifference, clause: ClauseLink) -> dict[str, Any]:
    codes = dict.fromkeys(code for code in (row.clause_before, row.clause_after) if code)
    return {
        "word": word,
        "row": row,
        "clauses": [clause(code) for code in codes],
        "cites_anew": len(codes) > 1,
    }


def _words(change_set: ChangeSet, words: TextDifference) -> dict[str, Any]:
    is_clause = words.kind == "clause"
    if words.kind == "switch":
        words = _in_chinese(words)
    return {
        "kind": KINDS[words.kind],
        "title": words.title,
        "from": zh_day(words.in_force_from),
        "word": "改了" if words.before and words.after else "新增" if words.after else "删去",
        "runs": runs(words.lines),
        "clause": _clause_link(change_set, words.in_force_from)(words.title) if is_clause else None,
    }


def _in_chinese(switch: TextDifference) -> TextDifference:
    """Say what a switch asks and how it was decided, where the database has codes."""
    if (known := WORDS.get(switch.title)) is None:
        return switch
    before, after = (known.choices.get(code, code) for code in (switch.before, switch.after))
    title = f"{switch.title} {known.question}"
    return dataclasses.replace(switch, title=title, before=before, after=after)


def _clause_link(change_set: ChangeSet, day: datetime.date) -> ClauseLink:
    """Link clauses as they will be read: the page of a new one is not public yet."""
    scene = Scene(change_set, day)
    return lambda code: (code, scene.address(reverse("policy:clause", args=[code])))


urlpatterns = [
    path("<int:pk>/differences/", differences_page, name="differences"),
    path("<int:pk>/pages/", pages, name="pages"),
]
