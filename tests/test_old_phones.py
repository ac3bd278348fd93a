"""What Chrome 86 and Safari 14 can read, beyond what tests/site/test_look.py holds."""

import re
from pathlib import Path

import pytest

STATIC = Path(__file__).resolve().parent.parent / "static"
SHEETS = sorted((STATIC / "css").glob("*.css"))
SCRIPTS = sorted((STATIC / "js").glob("*.js"))

TOO_NEW_IN_CSS = {
    "range in a media query (Chrome 104)": r"@media[^{]*[<>]",
    "list in :not() (Chrome 88)": r":not\([^()]*,",
    "inset of a box (Safari 14.1)": r"(?<![\w-])inset:",
    "newer colours": r"\b(oklch|oklab|color)\(",
}
TOO_NEW_IN_SCRIPTS = {
    "looking behind (Safari 16.4)": r"\(\?<[=!]",
    "at() and its like (Chrome 92)": r"\.(at|findLast|toSorted|toReversed|hasOwn)\(",
    "structuredClone (Chrome 98)": r"\bstructuredClone\b",
    "private fields (Safari 14.1)": r"(?m)\bthis\.#|^\s+#\w+",
}
# A browser drops a whole rule of whose selectors it does not know one.
UNKNOWN_TO_SOME = (":has(", ":focus-visible", "::details-content", ":user-invalid")


def without_comments(file: Path) -> str:
    return re.sub(r"/\*.*?\*/|(?m:^\s*//.*$)", "", file.read_text(), flags=re.DOTALL)


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda path: path.name)
@pytest.mark.parametrize("novelty", list(TOO_NEW_IN_CSS))
def test_an_old_phone_can_read_the_style_sheet(sheet: Path, novelty: str) -> None:
    assert re.search(TOO_NEW_IN_CSS[novelty], without_comments(sheet)) is None


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda path: path.name)
def test_a_selector_that_some_do_not_know_stands_alone(sheet: Path) -> None:
    selectors = re.findall(r"([^{}]+)\{", without_comments(sheet))
    lists = [text for text in selectors if "," in re.sub(r"\([^()]*\)", "", text)]
    assert [text for text in lists if any(part in text for part in UNKNOWN_TO_SOME)] == []


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
@pytest.mark.parametrize("novelty", list(TOO_NEW_IN_SCRIPTS))
def test_an_old_phone_can_read_the_scripts(script: Path, novelty: str) -> None:
    assert re.search(TOO_NEW_IN_SCRIPTS[novelty], without_comments(script)) is None
