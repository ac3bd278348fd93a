"""Making alike what is the same to a person, and finding the way back to the words as printed."""

import re
import unicodedata
from functools import lru_cache

QUOTES = dict.fromkeys("“”„‟‘’「」『』'", '"')
# 「1,200」 and 「1200」; a comma between two numbers of a list stays.
THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")


def normal(text: str) -> str:
    """Return `text` without what makes no difference: width, case, spaces, 1,200 for 1200."""
    return normal_with_places(text)[0]


def normal_with_places(text: str) -> tuple[str, list[int]]:
    """Return `normal(text)`, and for each of its characters where it stands in `text`."""
    characters: list[str] = []
    places: list[int] = []
    space = False
    for place, original in enumerate(text):
        folded = _fold(original)
        if not folded:
            space = True
            continue
        # 「600 88%」 are two numbers: only there a space makes a difference.
        if space and characters and _is_latin(characters[-1]) and _is_latin(folded[0]):
            characters.append(" ")
            places.append(place)
        characters += folded
        places += [place] * len(folded)
        space = False
    joined = "".join(characters)
    for comma in reversed([found.start() for found in THOUSANDS.finditer(joined)]):
        del characters[comma], places[comma]
    return "".join(characters), places


def has_words(text: str) -> bool:
    """Whether anything in `text` can be looked for: a letter, a character, a digit."""
    return any(character.isalnum() for character in text)


@lru_cache(maxsize=8192)
def _fold(character: str) -> str:
    folded = unicodedata.normalize("NFKC", character).casefold()
    return "".join(QUOTES.get(c, c) for c in folded if not (c.isspace() or c == "\0"))


def _is_latin(character: str) -> bool:
    return character.isascii() and character.isalnum()
