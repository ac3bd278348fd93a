"""How two versions of a public page differ, in the words that residents read."""

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from html.parser import HTMLParser
from itertools import groupby

MAIN = re.compile(r"<main\b.*?</main>", re.DOTALL)
TITLE = re.compile(r"<title>(.*?)</title>", re.DOTALL)
SITE = " - 沈阳医保服务门户"  # behind the title of each page

# Elements whose words run on in the line around them; every other begins a line of its own.
INLINE_ELEMENTS = """
    a abbr b bdi code em i ins del label mark output small span strong sub sup
"""
INLINE = frozenset(INLINE_ELEMENTS.split())
# As many lines that are alike are shown around what differs; the others are folded away.
AROUND = 2

Line = tuple[str, str]  # `-` (gone), `+` (new) or ` ` (as before), and its words


@dataclass(frozen=True, slots=True)
class Run:
    """Lines after each other that bear the same `mark`; `folded` where nobody needs to read them."""

    mark: str
    lines: tuple[str, ...]
    folded: bool = False

    @property
    def word(self) -> str:
        """What the mark means, for who does not see colours."""
        return {"-": "删去：", "+": "新增："}.get(self.mark, "")


class _Words(HTMLParser):
    """Collects the words of a piece of HTML, a line for each block."""

    def __init__(self) -> None:
        super().__init__()
        self.pieces: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self._part(tag)

    def handle_endtag(self, tag: str) -> None:
        self._part(tag)

    def handle_data(self, data: str) -> None:
        self.pieces.append(data.replace("\n", " "))

    def _part(self, tag: str) -> None:
        # Cells of a table stand beside each other, in one line.
        self.pieces.append("" if tag in INLINE else " " if tag in {"td", "th"} else "\n")


def main_of(html: str) -> str:
    """Return the main part of a page as it stands; the whole of what has none."""
    found = MAIN.search(html)
    return found[0] if found else html


def lines_of(html: str) -> list[str]:
    """Return the words of a piece of HTML in lines, with single spaces and no empty line."""
    words = _Words()
    words.feed(html)
    words.close()
    lines = (" ".join(line.split()) for line in "".join(words.pieces).split("\n"))
    return [line for line in lines if line]


def title_of(html: str) -> str:
    """Return the title of a page, without the site's name."""
    found = TITLE.search(html)
    return " ".join(lines_of(found[1])).removesuffix(SITE) if found else ""


def compare(before: list[str], after: list[str]) -> list[Line]:
    """Return the lines of both in order, each with its mark."""
    marked: list[Line] = []
    for tag, i, j, k, m in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            marked += [(" ", line) for line in before[i:j]]
        else:
            marked += [("-", line) for line in before[i:j]]
            marked += [("+", line) for line in after[k:m]]
    return marked


def runs(marked: list[Line]) -> list[Run]:
    """Put lines of the same mark together; fold away what is alike and far from any difference."""
    found = [
        Run(mark, tuple(line for _, line in lines))
        for mark, lines in groupby(marked, key=lambda line: line[0])
    ]
    shown: list[Run] = []
    for place, run in enumerate(found):
        if run.mark != " ":
            shown.append(run)
            continue
        head = AROUND if place else 0
        tail = AROUND if place + 1 < len(found) else 0
        if len(run.lines) <= head + tail + 1:
            shown.append(run)
            continue
        end = len(run.lines) - tail
        parts = (run.lines[:head], run.lines[head:end], run.lines[end:])
        shown += [Run(" ", part, part is parts[1]) for part in parts if part]
    return shown
