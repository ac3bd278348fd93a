"""Pages that are nothing but a text: the guide, what to pay, the benefits, care, each person's page.

A page is the newest version of a text that has started, with its numbers from the rows in force,
its clauses as seals, and a strip that says whose rules it shows.
"""

import datetime
from dataclasses import dataclass

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from portal.policy import dialect
from portal.policy.age import Age, ages_of
from portal.policy.in_force import Timetable, made_once
from portal.policy.models import Book, Document, Text, TextVersion
from portal.policy.texts import Numbers, texts_on


@dataclass(frozen=True, slots=True)
class Page:
    """A page ready to be shown. `lead` is plain words, for sharing and for lists."""

    title: str
    lead: str
    parts: list[dialect.Part]
    clauses: frozenset[str]
    ages: list[Age]


@dataclass(frozen=True, slots=True)
class Entry:
    """A page in the list of a book."""

    slug: str
    path: str
    title: str
    lead: str


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a page under one heading, in plain words: what the search looks through."""

    page_title: str
    path: str
    anchor: str
    heading: str
    text: str


def find_page(slug: str, timetable: Timetable, today: datetime.date) -> Page | None:
    """Return the page at `slug` as it counts today; None where there is none."""
    version = texts_on(timetable, today).get(slug)
    return _page(timetable, today, version) if version and version.text.book else None


@made_once(512)
def _page(timetable: Timetable, today: datetime.date, version: TextVersion) -> Page:
    return make_page(version, timetable, today)


def make_page(version: TextVersion, timetable: Timetable, today: datetime.date) -> Page:
    """Return a version of a text as a page; what it names and is not on file is said to be missing."""
    numbers = Numbers(timetable, today, marked=False)

    def draw_sheet(name: str) -> SafeString:
        return render_to_string(
            "policy/_sheet.html", {"sheet": numbers.sheet(name)}, using="public"
        )

    written = dialect.render(numbers.fill(version.body), draw_sheet)
    documents = {edition.document_id for edition in numbers.editions.values()}
    letters = {code.partition("-")[0] for code in written.clauses}
    documents |= set(Document.objects.filter(letter__in=letters).values_list("pk", flat=True))
    editions = [e for e in timetable.latest_editions(today) if e.document_id in documents]
    return Page(
        written.title, written.lead, written.parts, written.clauses, ages_of(editions, today)
    )


def contents(book: str, timetable: Timetable, today: datetime.date) -> list[Entry]:
    """List the pages of a book in their order."""
    return list(_contents(timetable, today, book))


@made_once(64)
def _contents(timetable: Timetable, today: datetime.date, book: str) -> tuple[Entry, ...]:
    numbers = Numbers(timetable, today, marked=False)
    return tuple(
        Entry(
            version.text.slug,
            version.text.path,
            *dialect.title_and_lead(numbers.fill(dialect.beginning(version.body))),
        )
        for version in texts_on(timetable, today).values()
        if version.text.book == book
    )


def paths(today: datetime.date) -> list[str]:
    """List the addresses of the pages of all books."""
    texts = texts_on(Timetable.load(), today).values()
    return [version.text.path for version in texts if version.text.book]


def sections(today: datetime.date) -> list[Section]:
    """Return every section of every page as it counts today."""
    timetable = Timetable.load()
    found = []
    for version in texts_on(timetable, today).values():
        if not version.text.book:
            continue
        page = make_page(version, timetable, today)
        for part in page.parts if _is_whole(version.text) else page.parts[:1]:
            text = part.words if part.heading else f"{page.lead} {part.words}".strip()
            found.append(Section(page.title, version.text.path, part.anchor, part.heading, text))
    return found


def _is_whole(text: Text) -> bool:
    """Whether its page shows all of it; the guided way shows one section at a time."""
    return text.book != Book.GUIDE
