"""What ./dev mutate needs of pytest: a run that starts at once. Loaded with `-p` there alone.

mutmut forks one process for each mutant out of one that has run the tests before. The database
that lies in the memory of that process is inherited; nothing is migrated or seeded again.
"""

import os
from typing import Any

import django.test.utils
import pytest
from hypothesis import Phase, settings

MOST_EXAMPLES = 60

_make_databases = django.test.utils.setup_databases
_made: list[Any] = []
_wanted: set[str] = set()


def _setup_databases(*args: Any, **kwargs: Any) -> list[Any]:
    """Make the test databases in the first session of this process or its parent, and keep them."""
    if not _made:
        kwargs["aliases"] = None
        _made.extend(_make_databases(*args, **kwargs))
    return []


django.test.utils.setup_databases = _setup_databases


@pytest.hookimpl(trylast=True)
def pytest_configure(config: pytest.Config) -> None:
    """Ask for functions; mutmut names each case, and pytest finds no case with a Chinese name."""
    _wanted.clear()
    _wanted.update(name for name in config.args if "[" in name)
    config.args = list(dict.fromkeys(name.partition("[")[0] for name in config.args))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave the cases that mutmut named, worked examples and the module's own tests first."""
    module = os.environ.get("MUTANT_UNDER_TEST", "").partition(".x")[0].rpartition(".")[2]

    def slowness(item: pytest.Item) -> tuple[bool, bool, bool]:
        is_law = hasattr(getattr(item, "obj", None), "hypothesis")
        path = item.path.as_posix()
        return is_law, not (module and module in item.path.stem), "/rules/" not in path

    if _wanted:
        items[:] = [item for item in items if "[" not in item.nodeid or item.nodeid in _wanted]
    for item in items:
        law = getattr(item, "obj", None)
        decided = getattr(law, "_hypothesis_internal_use_settings", None)
        # A law gives up early, and does not look for the least example.
        if decided is not None and decided.max_examples > MOST_EXAMPLES:
            law._hypothesis_internal_use_settings = settings(
                decided, max_examples=MOST_EXAMPLES, phases=(Phase.explicit, Phase.generate)
            )
    items.sort(key=slowness)
