"""What the documents say of the code is so."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
_TEST = re.compile(r"`(tests/[\w/]+\.py)(?:::(\w+))?`")
NAMED = sorted(
    (document.name, *found.groups())
    for document in (ROOT / "docs").glob("*.md")
    for found in _TEST.finditer(document.read_text("utf-8"))
)


def test_the_documents_name_tests() -> None:
    assert len(NAMED) > 30


@pytest.mark.parametrize(("document", "file", "test"), NAMED)
def test_a_test_that_a_document_names_exists(document: str, file: str, test: str | None) -> None:
    assert (ROOT / file).is_file()
    if test:
        assert f"def {test}(" in (ROOT / file).read_text("utf-8")
