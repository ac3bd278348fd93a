"""The desk's own tests render whole pages by the hundred: `./dev test quick` leaves them to CI."""

from pathlib import Path

import pytest

HERE = Path(__file__).parent
LONG = (
    *("test_admin_access", "test_desk_", "test_history_", "test_index", "test_people_"),
    *("test_personas", "test_recomputing", "test_tour"),
)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.parent == HERE and item.path.name.startswith(LONG):
            item.add_marker(pytest.mark.slow)
