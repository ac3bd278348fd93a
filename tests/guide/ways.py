"""Every way through the guide: breadth first, over each option and some days of each kind."""

from collections import deque
from collections.abc import Iterator
from functools import cache

from portal.guide.path import Path, walk

# F-6.4: a break of up to three months may be repaid.
MOST_REPAID = 3
# Inside and outside the window, the plan year and the breaks: last paid in December 2024, resumed in
# January is no break, in April three months are missing, in May four.
TYPED = {
    "last": ("2024-12", "2022-01", "later"),
    "resume": ("2025-01", "2025-04", "2025-05", "later"),
    "born": ("2024-02-10", "2023-11-20", "later"),
    "paid": ("2023-12-20", "2024-03-15", "2026-11-20", "later"),
    "handled": ("2024-05-20", "later"),
    "identified": ("2024-02-01", "later"),
}


def answers_to(path: Path) -> tuple[str, ...]:
    """Return what to answer to the next question of a path."""
    assert path.question is not None
    if path.question.field is not None:
        return TYPED[path.question.name]
    return tuple(option.value for option in path.question.options)


@cache
def ends() -> tuple[Path, ...]:
    """Return the end of every way."""
    return tuple(_ends())


def _ends() -> Iterator[Path]:
    waiting = deque([walk({}, MOST_REPAID)])
    while waiting:
        path = waiting.popleft()
        if path.question is None:
            yield path
            continue
        further = [
            walk({**path.answers, path.question.name: answer}, MOST_REPAID)
            for answer in answers_to(path)
        ]
        # A day may contradict the one before it; the others go one question on.
        going_on = [after for after in further if not after.error]
        assert going_on
        assert all(len(after.steps) == len(path.steps) + 1 for after in going_on)
        waiting.extend(going_on)
