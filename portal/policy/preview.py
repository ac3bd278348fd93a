"""Seeing the site with a draft in it: whose drafts count, in this thread or task, for a while.

Residents' requests never enter here. Staff's preview and the comparison of a set's consequences
wrap what they show in `with_draft`; everything that asks for what is published then counts the
draft as if it had been published this moment.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_draft: ContextVar[int | None] = ContextVar("draft", default=None)


def previewed() -> int | None:
    """Return the key of the change set that counts as published here; None for residents."""
    return _draft.get()


@contextmanager
def with_draft(change_set: int | None) -> Iterator[None]:
    """Count a set (by its key) as published inside the block; None counts none."""
    token = _draft.set(change_set)
    try:
        yield
    finally:
        _draft.reset(token)
