"""Compare stored policy text with the words of the source documents.

Plain functions over strings: no Django, so that the same checks can run over a
fixture file, over the database, or over a text somebody is about to publish.

White space never counts. One source is a PDF's text, where a sentence is broken
every 26 characters and a table cell in the middle of a word.
"""

from collections.abc import Iterable
from pathlib import Path


def without_space(text: str) -> str:
    return "".join(text.split())


def unwrapped(source: str) -> str:
    """The source with its hard line wraps joined and the spaces inside a line kept.

    Chinese wraps without a hyphen or a space, so joining needs no space either.
    """
    return "".join(" ".join(line.split()) for line in source.splitlines())


def invented_spacing(source: str, body: str) -> list[str]:
    """Lines of a body that the source does not have with just these spaces."""
    text = unwrapped(source)
    return [line for line in body.splitlines() if " ".join(line.split()) not in text]


def _runs(text: str, marked: bytearray) -> list[str]:
    """The stretches of text that are not marked, in order."""
    runs: list[str] = []
    after_gap = True
    for character, mark in zip(text, marked, strict=True):
        if mark:
            after_gap = True
        elif after_gap:
            runs.append(character)
            after_gap = False
        else:
            runs[-1] += character
    return runs


def not_covered(source: str, sentences: Iterable[str]) -> list[str]:
    """What of the source no sentence quotes, as runs without white space.

    Every occurrence of a sentence counts as quoted: the documents repeat whole
    sentences and notices, and a repetition says nothing new.
    """
    text = without_space(source)
    marked = bytearray(len(text))
    for sentence in sentences:
        wanted = without_space(sentence)
        at = text.find(wanted) if wanted else -1
        while at >= 0:
            marked[at : at + len(wanted)] = b"\x01" * len(wanted)
            at = text.find(wanted, at + 1)
    return _runs(text, marked)


def _pieces(text: str, body: str) -> list[str]:
    """A body as the longest runs of whole lines that stand together in the text.

    Usually that is one piece; a section has more where the document itself puts
    something of another section (or a heading) in between.
    """
    pieces: list[str] = []
    for line in map(without_space, body.splitlines()):
        if pieces and pieces[-1] + line in text:
            pieces[-1] += line
        elif line:
            pieces.append(line)
    return pieces


def partition(source: str, bodies: Iterable[str]) -> tuple[list[str], list[str]]:
    """(what no body holds, what a body holds that the source has no room for).

    Each piece of a body takes up one place in the source, and no two take the
    same: a paragraph standing in two sections shows up in the second list.
    """
    text = without_space(source)
    taken = bytearray(len(text))
    misfits: list[str] = []
    pieces = [piece for body in bodies for piece in _pieces(text, body)]
    # The longest first, so that a short line (「退休」) cannot take a place inside a
    # paragraph that is still to come.
    for piece in sorted(pieces, key=len, reverse=True):
        at = text.find(piece)
        while at >= 0 and any(taken[at : at + len(piece)]):
            at = text.find(piece, at + 1)
        if at < 0:
            misfits.append(piece)
        else:
            taken[at : at + len(piece)] = b"\x01" * len(piece)
    return _runs(text, taken), misfits


def is_made_of(text: str, pieces: Iterable[str]) -> bool:
    """Whether the text is nothing but whole pieces, one after the other."""
    pieces = list(pieces)
    reached = {0}
    for start in range(len(text)):
        if start in reached:
            reached.update(start + len(piece) for piece in pieces if text.startswith(piece, start))
    return len(text) in reached


def read_not_quoted(path: Path) -> dict[str, dict[str, list[str]]]:
    """{document slug: {group: exact strings}}: see the head of the file for its form."""
    allowed: dict[str, dict[str, list[str]]] = {}
    strings: list[str] = []
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            slug, _, group = line[1:].partition("] ")
            strings = allowed.setdefault(slug, {}).setdefault(group, [])
        elif line and not line.startswith("#"):
            strings.append(without_space(line))
    return allowed
