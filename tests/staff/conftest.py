"""Pages of the desk by the hundred: `./dev test quick` leaves most of them to the whole run."""

from pathlib import Path

import pytest

HERE = Path(__file__).parent
LONG = (
    *("admin_access", "desk_access", "desk_cases", "desk_documents", "desk_exports", "desk_pages"),
    *("desk_preview", "desk_readings", "desk_tables", "desk_texts", "desk_words"),
    *("desk_workbooks", "history_exchange", "history_versions"),
)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.parent == HERE and item.path.stem.removeprefix("test_") in LONG:
            item.add_marker(pytest.mark.slow)
