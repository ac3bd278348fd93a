"""Sections of texts, to be shown in another page: the words stand once, and staff edit them once."""

import datetime
import logging
import re
from collections.abc import Iterable
from dataclasses import dataclass

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from portal.policy import dialect
from portal.policy.in_force import Timetable, made_once
from portal.policy.models import TextVersion
from portal.policy.texts import Numbers, texts_on

HEADING = re.compile(r"^(#{2,3})\s+(.*?)\s*\{#([a-z0-9-]+)\}\s*$", re.MULTILINE)
ANY_HEADING = re.compile(r"^(#{1,3})\s", re.MULTILINE)
TICK = re.compile(r"^- \[ \] .*(?:\n  .*)*", re.MULTILINE)

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Passage:
    """A section without its heading: `html` without its lines to tick, which are `ticks`.

    One with headings of its own is kept whole, lines to tick and all: there they mean what stands
    above them. `address` is where it stands. One that is missing has only the address of the page.
    """

    heading: str
    address: str
    html: SafeString
    ticks: tuple[str, ...] = ()

    @property
    def is_missing(self) -> bool:
        return not (self.html or self.ticks)


class Passages:
    """Sections of the texts `slugs` as they count on a day."""

    def __init__(self, slugs: Iterable[str], timetable: Timetable, today: datetime.date) -> None:
        texts = texts_on(timetable, today)
        self._versions = {slug: texts[slug] for slug in slugs if slug in texts}
        self._timetable, self._today = timetable, today
        self._numbers = Numbers(timetable, today, marked=False)

    def find(self, slug: str, anchor: str) -> Passage:
        """Return the section of `slug` under the heading with `anchor`, of two or three `#`.

        Where there is none any more, a link to its page is all that is left of it, and the log says so.
        """
        version = self._versions.get(slug)
        found = _passage(self._timetable, self._today, version, anchor) if version else None
        if found is None:
            logger.error("no section %s of the text %s", anchor, slug)
            return Passage("", version.text.path if version else "", SafeString(""))
        return found

    def fill(self, words: str) -> str:
        """Put numbers into the references of a short text."""
        return self._numbers.fill(words)

    def draw(self, ticks: Iterable[str]) -> SafeString:
        """Return lines to tick as one list, each thing once whatever clause says it."""
        once = {dialect.SEAL.sub("", line).strip(): line for line in reversed(list(ticks))}
        return _render("\n".join(reversed(once.values())), self._numbers)


@made_once(1024)
def _passage(
    timetable: Timetable, today: datetime.date, version: TextVersion, anchor: str
) -> Passage | None:
    found = _cut(version.body, anchor)
    if found is None:
        return None
    heading, body = found
    path, numbers = version.text.path, Numbers(timetable, today, marked=False)
    filled = numbers.fill(body).replace("](#", f"]({path}#")
    ticks: tuple[str, ...] = ()
    if not ANY_HEADING.search(filled):
        ticks = tuple(match.strip() for match in TICK.findall(filled))
        filled = TICK.sub("", filled)
    return Passage(heading, f"{path}#{anchor}", _render(filled, numbers), ticks)


def _render(words: str, numbers: Numbers) -> SafeString:
    def draw_sheet(name: str) -> SafeString:
        return render_to_string(
            "policy/_sheet.html", {"sheet": numbers.sheet(name)}, using="public"
        )

    return dialect.render_piece(words, draw_sheet)


def _cut(body: str, anchor: str) -> tuple[str, str] | None:
    """Cut a section out of a text: its heading, and what follows up to the next of its rank."""
    for found in HEADING.finditer(body):
        if found[3] == anchor:
            rank = len(found[1])
            ends = (n.start() for n in ANY_HEADING.finditer(body, found.end()) if len(n[1]) <= rank)
            return found[2], body[found.end() : next(ends, len(body))].strip()
    return None
