"""Bigrams of everything that can be found, and which entries answer a query best."""

import math
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from portal.offices.search import tidy, whole, without_common_words
from portal.search.entries import Entry, Kind
from portal.search.normal import normal

# From so many characters on a query is taken for a sentence of a document, copied or remembered.
A_SENTENCE = 10
MOST_NEAREST = 5

# For everyday words what explains and computes comes before what is to be looked up.
WEIGHTS = {Kind.GUIDE: 14, Kind.CALCULATOR: 12, Kind.OFFICE: 6, Kind.CHANNEL: -12, Kind.CLAUSE: 0}
EXACT, LITERAL, IN_TITLE, IN_TEXT, SCATTERED = 200, 100, 40, 20, 8
A_PAGE = 8  # on top of a section of it
# The sections at the end of a page: they lead on, or name documents.
LAST_SECTIONS = ("#next", "#basis")
CLAUSE_CODE = re.compile(r"(?:依据)?([a-z]{1,2})-?(\d+\.\d+)")


@dataclass(frozen=True, slots=True)
class Hit:
    """An entry that answers a query, and how well."""

    entry: Entry
    score: float
    whole: bool  # no number of the query is a piece of a longer number


@dataclass(frozen=True, slots=True)
class _Indexed:
    entry: Entry
    title: str
    text: str
    everything: str


@dataclass(frozen=True, slots=True)
class _Query:
    typed: str
    phrase: str
    words: tuple[str, ...]
    office_words: tuple[str, ...]

    @classmethod
    def of(cls, typed: str) -> "_Query":
        words = tuple(filter(None, map(normal, typed.split())))
        return cls(typed, normal(typed), words, tuple(tidy(typed).split()))

    @property
    def code(self) -> str:
        """The clause that the query names: 「F-14.10」, 「f14.10」, 「依据 F-14.10」."""
        found = CLAUSE_CODE.fullmatch(self.phrase)
        return f"{found[1]}-{found[2]}".upper() if found else ""

    @property
    def is_a_sentence(self) -> bool:
        return len(self.typed) >= A_SENTENCE


class Index:
    """Entries with the bigrams and single characters that they hold."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self._all: list[_Indexed] = []
        self._holders: dict[str, set[int]] = defaultdict(set)
        self._offices: dict[int, str] = {}  # each with all that its words are looked for in
        self._last_sections: set[int] = set()
        self._with_code: dict[str, int] = {}
        for number, entry in enumerate(entries):
            title, text = normal(entry.title), normal(entry.text)
            everything = "\n".join([title, text, normal(entry.context)])
            self._all.append(_Indexed(entry, title, text, everything))
            for gram in {*everything, *_bigrams(everything)}:
                self._holders[gram].add(number)
            for code in entry.codes:
                self._with_code[code] = number
            # There are few, and they are found by more than their words: lines, pinyin.
            if entry.office:
                self._offices[number] = "\n".join([*entry.office.words, *entry.office.lines])
            if entry.path.endswith(LAST_SECTIONS):
                self._last_sections.add(number)
        self._of_all_offices = "\n".join(self._offices.values())

    def find(self, typed: str) -> list[Hit]:
        """Return the entries that hold the query as it stands, or all of its words, best first."""
        query = _Query.of(typed)
        if not query.phrase:
            return []
        if (named := self._with_code.get(query.code)) is not None:
            return [Hit(self._all[named].entry, EXACT, True)]
        numbers = self._candidates(query) | self._offices_holding(query.office_words)
        hits = [hit for number in sorted(numbers) if (hit := _judge(self._all[number], query))]
        if not query.is_a_sentence and any(hit.whole for hit in hits):
            hits = [hit for hit in hits if hit.whole]
        return sorted(hits, key=lambda hit: (not hit.whole, -hit.score))

    def nearest(self, typed: str) -> list[Entry]:
        """Return the offices that the query may mean, and what shares the most bigrams with it."""
        grams = {gram for word in _Query.of(typed).words for gram in _bigrams(word)}
        shared: dict[int, float] = defaultdict(float)
        for gram in grams:
            holders = self._holders.get(gram, set())
            for number in holders - self._last_sections:
                # What few entries hold says more: 浑南 more than 医保.
                shared[number] += math.log(len(self._all) / len(holders))

        def order(number: int) -> tuple[float, int, int]:
            indexed = self._all[number]
            return -shared[number], -_weight(indexed.entry), len(indexed.text)

        offices = self._offices_meant(typed)
        others = [number for number in sorted(sorted(shared), key=order) if number not in offices]
        return [self._all[number].entry for number in [*offices, *others][:MOST_NEAREST]]

    def _offices_meant(self, typed: str) -> list[int]:
        words = tidy(without_common_words(typed)).split()
        return [
            number
            for number in sorted(self._offices if words else ())
            if (office := self._all[number].entry.office)
            and all(office.rank(word) is not None for word in words)
        ]

    def _offices_holding(self, words: Sequence[str]) -> set[int]:
        """The offices that may be found by `words`; pinyin is looked at more closely later."""
        chinese = [word for word in words if not word.isascii()]
        # Most words are in none, and there may be thousands.
        if not all(word in self._of_all_offices for word in chinese):
            return set()
        return {
            number
            for number, text in self._offices.items()
            if all(word in text for word in chinese)
        }

    def _candidates(self, query: _Query) -> set[int]:
        grams = {gram for word in query.words for gram in (_bigrams(word) or word)}
        holders = [self._holders.get(gram, set()) for gram in grams]
        return set.intersection(*holders) if holders else set()


def _judge(indexed: _Indexed, query: _Query) -> Hit | None:
    entry, phrase = indexed.entry, query.phrase
    if entry.office:
        ranks = []
        for word in query.office_words:
            if (rank := entry.office.rank(word)) is None:
                return None
            ranks.append(rank)
        return Hit(entry, _weight(entry) + IN_TITLE - 10 * max(ranks), True)
    weight = _weight(entry)
    if phrase in indexed.title:
        score = IN_TITLE + 10 * len(phrase) / len(indexed.title)
    elif phrase in indexed.text:
        score = IN_TEXT + _how_much(phrase, indexed.text)
    elif _has_all(indexed, query.words):
        in_title = sum(word in indexed.title for word in query.words)
        score = weight + SCATTERED * (1 + in_title)
        return Hit(entry, score, _is_whole(query.words, indexed.everything))
    else:
        return None
    if entry.kind is Kind.CLAUSE and (query.is_a_sentence or phrase == indexed.text):
        score += EXACT if phrase == indexed.text else LITERAL
    return Hit(entry, weight + score, _is_whole([phrase], indexed.everything))


def _weight(entry: Entry) -> int:
    if entry.kind is Kind.GUIDE:
        return (
            0
            if entry.path.endswith(LAST_SECTIONS)
            else WEIGHTS[Kind.GUIDE] + entry.is_page * A_PAGE
        )
    return WEIGHTS[entry.kind]


def _how_much(phrase: str, text: str) -> float:
    """How much of a text the phrase is; of two such texts, in which it stands nearer the middle."""
    off_the_middle = abs(text.find(phrase) + len(phrase) / 2 - len(text) / 2) / len(text)
    return 10 * len(phrase) / len(text) - off_the_middle


def _has_all(indexed: _Indexed, words: Sequence[str]) -> bool:
    """Whether an entry has all words, at least one of them in its own title or text."""
    return all(word in indexed.everything for word in words) and any(
        word in indexed.title or word in indexed.text for word in words
    )


def _is_whole(words: Iterable[str], text: str) -> bool:
    return all(whole(word).search(text) for word in words)


def _bigrams(text: str) -> list[str]:
    return [text[place : place + 2] for place in range(len(text) - 1)]
