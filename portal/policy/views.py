"""The documents and their clauses, for anybody to check a number against."""

import datetime
from typing import Any

from django.db.models import Count, Exists, OuterRef
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from portal import clock
from portal.policy.age import Age, ages_of
from portal.policy.documents import make_sections, sentences
from portal.policy.in_force import Timetable
from portal.policy.models import Clause, ClauseText, Document
from portal.policy.resting import readings_on, rows_on


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """List the documents."""
    # Counting drops the order that documents have of their own.
    counted = Document.objects.public().annotate(clause_count=Count("sections__clauses"))
    documents = [
        {
            "title": document.title,
            "edition_name": document.edition_name,
            "issuer": document.issuer,
            "dated": document.dated,
            "url": reverse("policy:document", args=[document.slug]),
            "clause_count": document.clause_count,
        }
        for document in counted.order_by("pk")
    ]
    return render(request, "policy/index.html", {"documents": documents})


@require_safe
def document(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a document as a whole, in its own words."""
    shown = get_object_or_404(Document.objects.public(), slug=slug)
    today = clock.today()
    context = {
        "document": shown,
        "sections": make_sections(shown, today),
        "ages": _ages(shown, Timetable.load(), today),
    }
    return render(request, "policy/document.html", context)


@require_safe
def clause(request: HttpRequest, code: str) -> HttpResponse:
    """Show one clause: its exact sentence, its document and dates, and what rests on it."""
    found = get_object_or_404(Clause.objects.select_related("section__document"), code=code)
    today = clock.today()
    sentence = sentences(today, pk=found.pk).get(code)
    if sentence is None:
        raise Http404
    timetable = Timetable.load()
    previous, following = _neighbours(found, today)
    context: dict[str, Any] = {
        "clause": {
            "code": code,
            "sentence": sentence,
            "section_title": found.section.title,
            "document": found.section.document,
        },
        "rows": rows_on(found, timetable, today),
        "readings": readings_on(found, timetable, today),
        "previous": previous,
        "next": following,
        "ages": _ages(found.section.document, timetable, today),
    }
    return render(request, "policy/clause.html", context)


def _ages(document: Document, timetable: Timetable, today: datetime.date) -> list[Age]:
    editions = timetable.latest_editions(today)
    return ages_of([e for e in editions if e.document_id == document.pk], today)


def _neighbours(found: Clause, today: datetime.date) -> tuple[str | None, str | None]:
    """The clauses before and after one, of those that have come into force."""
    texts = ClauseText.objects.started_by(today).filter(clause=OuterRef("pk"))
    clauses = Clause.objects.filter(Exists(texts), section__document=found.section.document)
    codes = list(clauses.order_by("section__number", "position").values_list("code", flat=True))
    place = codes.index(found.code)
    before = codes[place - 1] if place else None
    after = codes[place + 1] if place + 1 < len(codes) else None
    return before, after
