"""Hits as they are shown: in groups, with the words that were found marked in a snippet."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from urllib.parse import urlencode

from portal.offices.search import whole
from portal.search.entries import Entry, Kind
from portal.search.index import Hit
from portal.search.normal import normal, normal_with_places

IN_A_GROUP = 5
IN_ONE_KIND = 60
SNIPPET, BEFORE = 72, 18

Pieces = list[tuple[str, bool]]  # words, and whether they are marked


@dataclass(frozen=True, slots=True)
class Shown:
    """A hit on the page. `page` is the page of a section, `where` what else tells it from others."""

    url: str
    page: str
    title: Pieces
    where: str
    snippet: Pieces
    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """The hits of one kind; `more` leads to those that are left out here."""

    kind: Kind
    count: int
    hits: list[Shown]
    more: str


def make_groups(hits: Sequence[Hit], query: str, only: str) -> list[Group]:
    """Return the hits by kind, the kind of the best hit first; of `only` one kind if it is one."""
    best: dict[Kind, float] = {}
    for hit in hits:
        best[hit.entry.kind] = max(hit.score, best.get(hit.entry.kind, hit.score))
    order = sorted(Kind, key=lambda kind: -best.get(kind, 0))
    ordered = sorted(hits, key=lambda hit: order.index(hit.entry.kind))
    groups = []
    for kind, members in groupby(ordered, key=lambda hit: hit.entry.kind):
        entries = [hit.entry for hit in members]
        limit = IN_ONE_KIND if only else IN_A_GROUP
        if only in {"", kind.slug}:
            left_out = len(entries) > limit and not only
            more = "?" + urlencode({"q": query, "kind": kind.slug}) if left_out else ""
            shown = [show(entry, query) for entry in entries[:limit]]
            groups.append(Group(kind, len(entries), shown, more))
    return groups


def show(entry: Entry, query: str) -> Shown:
    """Return an entry with the words of the query marked."""
    is_section = entry.kind is Kind.GUIDE
    return Shown(
        url=entry.path,
        page=entry.context if is_section else "",
        title=mark("、".join(entry.codes) or entry.title, query),
        where="" if is_section else entry.context,
        snippet=snippet(entry.text, query),
        codes=entry.codes[1:],
    )


def mark(text: str, query: str) -> Pieces:
    """Cut a text into pieces, those marked that the query found."""
    pieces, at = [], 0
    for start, end in _found(text, query):
        pieces += [(text[at:start], False), (text[start:end], True)]
        at = end
    return [piece for piece in [*pieces, (text[at:], False)] if piece[0]]


def snippet(text: str, query: str) -> Pieces:
    """Return the stretch of a text around the first word found, on one line, marked."""
    line = " ".join(text.split())
    found = _found(line, query)
    start = max(0, found[0][0] - BEFORE) if found else 0
    end = max(start + SNIPPET, found[0][1] if found else 0)
    pieces = mark(line[start:end], query)
    return [("…", False)] * (start > 0) + pieces + [("…", False)] * (end < len(line))


def _found(text: str, query: str) -> list[tuple[int, int]]:
    """Where in a text the query stands; where it does not, where its words do."""
    folded, places = normal_with_places(text)
    words = {normal(query)} if normal(query) in folded else set(map(normal, query.split()))
    spans: list[tuple[int, int]] = []
    for word in filter(None, words):
        # A number that is found whole somewhere is marked only there.
        found = list(whole(word).finditer(folded))
        starts = [f.start() for f in found] or ([folded.find(word)] if word in folded else [])
        spans += [(places[start], places[start + len(word) - 1] + 1) for start in starts]
    return _apart(spans)


def _apart(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the spans in order, those that touch made one."""
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged
