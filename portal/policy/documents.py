"""A document as it is read: its own words in order, each clause marked where its sentence ends."""

import datetime
from collections import defaultdict
from typing import Any

from portal.policy.models import Clause, ClauseText, Document, Section


def sentences(day: datetime.date, **where: Any) -> dict[str, str]:
    """Return the sentence of each clause by its id, as it counts on `day`; None has started: none.

    `where` narrows the clauses, such as `section__document=…`.
    """
    clauses = Clause.objects.filter(**where).order_by()
    texts = ClauseText.objects.counting_on(day, clauses, "clause")
    return dict(texts.order_by("clause").values_list("clause__code", "sentence"))


def make_sections(document: Document, day: datetime.date) -> list[dict[str, Any]]:
    """Return the sections with their paragraphs, each a list of pieces with the clauses that end
    there."""
    by_section: dict[int, dict[str, str]] = defaultdict(dict)
    numbers = dict(
        document.sections.values_list("clauses__code", "number").exclude(clauses__code=None)
    )
    for code, sentence in sentences(day, section__document=document).items():
        by_section[numbers[code]][code] = sentence
    return [
        {
            "number": section.number,
            "title": section.title,
            "paragraphs": _paragraphs(section, by_section[section.number]),
        }
        for section in document.sections.all()
    ]


def _paragraphs(section: Section, clauses: dict[str, str]) -> list[list[dict[str, Any]]]:
    ends = _ends(section.body, clauses)
    paragraphs = []
    start = 0
    for line in section.body.split("\n"):
        stop = start + len(line)
        cuts = sorted(end for end in ends if start < end <= stop)
        pieces = []
        at = start
        for cut in cuts:
            pieces.append({"text": section.body[at:cut], "clauses": ends[cut]})
            at = cut
        if at < stop:
            pieces.append({"text": section.body[at:stop], "clauses": []})
        if line.strip():
            paragraphs.append(pieces)
        start = stop + 1
    return paragraphs


def _ends(body: str, clauses: dict[str, str]) -> dict[int, list[str]]:
    """Where in `body` each clause's sentence ends, white space aside."""
    positions = [place for place, character in enumerate(body) if not character.isspace()]
    squeezed = "".join(body[place] for place in positions)
    ends: dict[int, list[str]] = defaultdict(list)
    for code, sentence in clauses.items():
        wanted = "".join(sentence.split())
        found = squeezed.find(wanted)
        if found >= 0:
            ends[positions[found + len(wanted) - 1] + 1].append(code)
    return ends
