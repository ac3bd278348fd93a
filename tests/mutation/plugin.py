"""What ./dev mutate needs of pytest: a run that starts at once. Loaded with `-p` there alone.

mutmut forks one process for each mutant out of one that has run the tests before. The database
that lies in the memory of that process is inherited; nothing is migrated or seeded again.
"""

from typing import Any

import django.test.utils
import pytest
from hypothesis import Phase, settings

MOST_EXAMPLES = 60

_make_databases = django.test.utils.setup_databases
_made: list[Any] = []


def _setup_databases(*args: Any, **kwargs: Any) -> list[Any]:
    """Make the test databases in the first session of this process or its parent, and keep them."""
    if not _made:
        kwargs["aliases"] = None
        _made.extend(_make_databases(*args, **kwargs))
    return []


django.test.utils.setup_databases = _setup_databases


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let worked examples run before laws; a law gives up early and does not look for the least."""

    def is_law(item: pytest.Item) -> bool:
        return hasattr(getattr(item, "obj", None), "hypothesis")

    for item in items:
        law = getattr(item, "obj", None)
        decided = getattr(law, "_hypothesis_internal_use_settings", None)
        if decided is not None and decided.max_examples > MOST_EXAMPLES:
            law._hypothesis_internal_use_settings = settings(
                decided, max_examples=MOST_EXAMPLES, phases=(Phase.explicit, Phase.generate)
            )
    items.sort(key=is_law)
