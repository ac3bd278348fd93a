"""Putting two people's changes to one text together, line by line.

Where only one of them changed a stretch, that change is taken; where both changed it, and not to the
same, it is a conflict, and somebody has to choose.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

Lines = Sequence[str]


@dataclass(frozen=True, slots=True)
class Conflict:
    """A stretch that both changed. `line` is where mine stands in the merged text, from 1."""

    line: int
    base: tuple[str, ...]
    mine: tuple[str, ...]
    theirs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Merged:
    """Both changes in one text; where they conflict mine stands in it, and theirs in `conflicts`."""

    text: str
    conflicts: tuple[Conflict, ...]


def merge(base: str, mine: str, theirs: str) -> Merged:
    """Merge two texts that were both made from `base`."""
    a, b, c = base.split("\n"), mine.split("\n"), theirs.split("\n")
    merged: list[str] = []
    conflicts: list[Conflict] = []
    at = (0, 0, 0)
    for start, length in _kept(a, b, c):
        old, my, their = (tuple(x[i:j]) for x, i, j in zip((a, b, c), at, start, strict=True))
        if my == their or old == their:
            merged += my
        elif old == my:
            merged += their
        else:
            conflicts.append(Conflict(len(merged) + 1, old, my, their))
            merged += my
        merged += a[start[0] : start[0] + length]
        at = (start[0] + length, start[1] + length, start[2] + length)
    return Merged("\n".join(merged), tuple(conflicts))


def _kept(base: Lines, mine: Lines, theirs: Lines) -> Iterator[tuple[tuple[int, int, int], int]]:
    """Yield the stretches of `base` that both kept: where they start in each text, and how long.

    The last is the end of all three, of no length.
    """
    mine_kept, theirs_kept = _common(base, mine), _common(base, theirs)
    i = j = 0
    while i < len(mine_kept) and j < len(theirs_kept):
        (a, b, m), (other, c, n) = mine_kept[i], theirs_kept[j]
        start, end = max(a, other), min(a + m, other + n)
        if start < end:
            yield (start, b + start - a, c + start - other), end - start
        if a + m < other + n:
            i += 1
        else:
            j += 1
    yield (len(base), len(mine), len(theirs)), 0


def _common(base: Lines, changed: Lines) -> list[tuple[int, int, int]]:
    blocks = SequenceMatcher(None, base, changed, autojunk=False).get_matching_blocks()
    return [(block.a, block.b, block.size) for block in blocks if block.size]
