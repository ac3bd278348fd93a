"""A document's cut as it is typed into the page: read, changed by a button, checked."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.http import QueryDict

from portal.policy.cutting import (
    Details,
    Piece,
    cut,
    difference,
    is_heading,
    is_in,
    left_out,
    nearest,
    propose_clauses,
    squeeze,
    tidy,
    words_of,
    words_of_paste,
)
from portal.policy.document_drafts import KeptSection

MOST_CHARACTERS = 60_000
MOST_SECTIONS = 80
LONGEST_CLAUSE = 2_000
SHOWN_SLIPS = 5  # of one section: who pasted another text sees enough


@dataclass(frozen=True, slots=True)
class Slip:
    """A clause that does not stand word for word in its section: its line, and what differs."""

    line: int
    sentence: str
    pieces: list[Piece]


@dataclass(frozen=True, slots=True)
class TypedSection:
    """A section in the form: its clauses one a line, what no clause holds, and what is wrong."""

    number: int
    title: str
    body: str
    clauses: str
    errors: tuple[str, ...] = ()
    slips: tuple[Slip, ...] = ()

    @property
    def lines(self) -> list[str]:
        return [line for line in self.clauses.split("\n") if line.strip()]

    @property
    def left_out(self) -> list[str]:
        return left_out(self.body, self.lines)

    @property
    def body_rows(self) -> int:
        return _rows(self.body)

    @property
    def clause_rows(self) -> int:
        return _rows(self.clauses)


def _rows(text: str) -> int:
    """How many lines a text takes up in a box of about forty characters."""
    return min(24, 1 + sum(1 + len(line) // 40 for line in text.split("\n")))


def read_sections(data: QueryDict) -> list[TypedSection]:
    """Return the sections as they were sent; nothing is refused yet."""
    first = 0 if data.get("first_number") == "0" else 1
    count = data.get("sections", "")
    number = min(int(count), MOST_SECTIONS + 1) if count.isascii() and count.isdigit() else 0
    return _numbered(
        [
            TypedSection(
                0,
                tidy(data.get(f"title-{at}", "")).replace("\n", " ").replace("\t", " "),
                tidy(data.get(f"body-{at}", "")),
                tidy(data.get(f"clauses-{at}", "")),
            )
            for at in range(number)
        ],
        first,
    )


def _numbered(sections: Sequence[TypedSection], first: int) -> list[TypedSection]:
    return [replace(section, number=at) for at, section in enumerate(sections, first)]


def sections_of_cut(
    pasted: str, *, keep_page_numbers: bool
) -> tuple[list[TypedSection], Details, Any]:
    """Cut a pasted text up: its sections, the details found in it, the page numbers left out."""
    made = cut(pasted, keep_page_numbers=keep_page_numbers)
    sections = [
        TypedSection(0, section.title, section.body, "\n".join(section.clauses))
        for section in made.sections
    ]
    return _numbered(sections, made.first_number), made.details, made.dropped


def sections_of_kept(kept: Sequence[KeptSection]) -> list[TypedSection]:
    """Return the sections of a document on file, as the form shows them."""
    return [
        TypedSection(
            section.number,
            section.title,
            section.body,
            "\n".join(clause.sentence for clause in section.clauses),
        )
        for section in kept
    ]


def pasted_again(sections: Sequence[TypedSection]) -> str:
    """A kept document's text as if it had just been pasted."""
    parts: list[str] = []
    for section in sections:
        is_own = is_heading(section.title) and not _repeats(section)
        parts += [section.title] if is_own else []
        parts += [section.body] if section.body else []
    return "\n".join(parts)


def moved(sections: list[TypedSection], move: str, at: int) -> list[TypedSection]:
    """Join a section to the one before, put an empty one behind it, or propose its clauses anew."""
    if not 0 <= at < len(sections):
        return sections
    first, one = sections[0].number, sections[at]
    if move == "propose":
        changed = [replace(one, clauses="\n".join(propose_clauses(one.body)))]
    elif move == "insert":
        changed = [one, TypedSection(0, "", "", "")]
    elif at == 0:
        return sections
    else:
        before = sections[at - 1]
        heading = one.title if is_heading(one.title) and not _repeats(one) else ""
        joined = replace(
            before,
            body="\n".join(filter(None, (before.body, heading, one.body))),
            clauses="\n".join(filter(None, (before.clauses, one.clauses))),
        )
        return _numbered([*sections[: at - 1], joined, *sections[at + 1 :]], first)
    return _numbered([*sections[:at], *changed, *sections[at + 1 :]], first)


def _repeats(section: TypedSection) -> bool:
    return squeeze(section.body).startswith(squeeze(section.title))


def checked_sections(sections: Sequence[TypedSection]) -> list[TypedSection]:
    """The sections that have something in them, each with what is wrong with it."""
    filled = [s for s in sections if s.title or s.body or s.clauses]
    first = sections[0].number if sections else 1
    return [
        replace(section, errors=tuple(_errors(section)), slips=tuple(_slips(section)))
        for section in _numbered(filled, first)
    ]


def _errors(section: TypedSection) -> Iterator[str]:
    if not section.title:
        yield "请写这一节的标题。"
    if len(section.title) > 100:
        yield "标题太长：最多 100 个字。"
    if not section.body and not is_heading(section.title):
        yield "这一节还没有原文：请把属于它的段落从别的节里剪过来，或者把这一节清空。"
    if any(len(line) > LONGEST_CLAUSE for line in section.lines):
        yield f"有一条太长：一条最多 {LONGEST_CLAUSE} 个字，请换行分开。"


def _slips(section: TypedSection) -> Iterator[Slip]:
    wrong = [
        (at, line) for at, line in enumerate(section.lines, 1) if not is_in(line, section.body)
    ]
    for at, line in wrong[:SHOWN_SLIPS]:
        short = line[:LONGEST_CLAUSE]
        yield Slip(at, short, nearest(short, section.body))


def words_differ(pasted: str, sections: Sequence[TypedSection], *, keep: bool) -> list[Piece]:
    """What the sections have lost of the paste, or say more than it."""
    wanted = words_of_paste(pasted[: MOST_CHARACTERS + 1], keep_page_numbers=keep)
    return difference(wanted, words_of((s.title, s.body) for s in sections))
