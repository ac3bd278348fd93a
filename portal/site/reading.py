"""Showing a page of a book (`portal.policy.pages`): the same for the guide, benefits, and care."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from portal import clock
from portal.policy.in_force import Timetable
from portal.policy.models import Book
from portal.policy.pages import Entry, contents, find_page


def show(
    request: HttpRequest,
    book: Book,
    name: str = "",
    *,
    template: str = "reading/page.html",
    **more: Any,
) -> HttpResponse:
    """Show the page `name` of a book; without a name its opening page, with the list of the others.

    `more` is what a template of its own shows beside the text. Raises Http404.
    """
    return render(request, template, more | read(book, name))


def read(book: Book, name: str = "") -> dict[str, Any]:
    """Return what `reading/page.html` shows. Raises Http404 where the book has no such page."""
    today, timetable = clock.today(), Timetable.load()
    slug = f"{book.value}-{name}" if name else book.value
    page = find_page(slug, timetable, today)
    if page is None:
        raise Http404
    entries = contents(book.value, timetable, today)
    others = [entry for entry in entries if entry.slug != book.value]
    return {
        "page": page,
        "ages": page.ages,
        # A book without an opening page is opened from the home page.
        "book": {"title": book.label, "path": f"/{book.value}/"} if others != entries else None,
        "is_opening": slug == book.value,
        "entries": others,
        **_neighbours(slug, others),
    }


def _neighbours(slug: str, entries: list[Entry]) -> dict[str, Entry | None]:
    slugs = [entry.slug for entry in entries]
    if slug not in slugs:
        return {"previous": None, "next": None}
    place = slugs.index(slug)
    return {
        "previous": entries[place - 1] if place else None,
        "next": entries[place + 1] if place + 1 < len(entries) else None,
    }
