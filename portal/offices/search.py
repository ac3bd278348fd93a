"""Finding offices by what people type: a name, a district, a street, a station, a line, pinyin."""

import datetime
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from django.db.models import Prefetch

from portal.offices.models import Closure, Office, Phone
from portal.policy.in_force import Timetable, made_once

LONGEST_QUERY = 100

# What a word was found in, the likeliest first.
NAME, WAY, ADDRESS = range(3)

DIGITS = "零一二三四五六七八九"
CHINESE_NUMBER = re.compile("[〇零一二三四五六七八九十][〇零一二三四五六七八九十百]*")
# What people add to the name of an office, and no office is called.
COMMON_WORDS = re.compile(
    "沈阳市?|医疗保[险障]|[医社]保|服务|中心|大厅|网点|办事处|电话|地址|怎么[走去]|公交车?|在哪[里儿]?|[局的?？]"
)


@dataclass(frozen=True, slots=True)
class Findable:
    """What an office is found by, tidied: `words` and `spelled` for NAME, WAY and ADDRESS each."""

    words: tuple[str, str, str]
    spelled: tuple[list[list[str]], list[list[str]], list[list[str]]]
    lines: frozenset[str]

    def rank(self, word: str) -> int | None:
        """Return what a tidied word is found in, or None."""
        if word in self.lines or f"{word}路" in self.lines:
            return NAME
        for place in (NAME, WAY, ADDRESS):
            # The plain look first: most offices do not hold the word at all.
            if word in self.words[place] and whole(word).search(self.words[place]):
                return place
        if word.isascii() and re.fullmatch("[a-z]{2,}", word):
            for place in (NAME, WAY, ADDRESS):
                if any(_sounds_like(word, s, place) for s in self.spelled[place]):
                    return place
        return None


def read_offices(day: datetime.date | None = None, **where: str) -> list[Office]:
    """Read the offices with everything that is shown of them, in their fixed order.

    With a day, each has in `told` the closures that residents are told of on that day.
    """
    offices = Office.objects.filter(**where).select_related("clause")
    phones = Prefetch("phones", Phone.objects.select_related("clause"))
    offices = offices.prefetch_related(phones, "aliases", "stops__lines")
    if day is not None:
        told = Prefetch("closures", Closure.objects.told_on(day), to_attr="told")
        offices = offices.prefetch_related(told)
    return list(offices)


def offices_on(day: datetime.date) -> tuple[Office, ...]:
    """Return what residents see of all offices on a day; read anew once one of them was saved."""
    return _offices(Timetable.load(), day)


@made_once(2)
def _offices(timetable: Timetable, day: datetime.date) -> tuple[Office, ...]:
    return tuple(read_offices(day))


def listed_on(day: datetime.date) -> tuple[tuple[Office, ...], tuple[str, ...]]:
    """Return `offices_on`, and the districts that have an office in the order of the offices."""
    timetable = Timetable.load()
    return _offices(timetable, day), _districts(timetable, day)


@made_once(2)
def _districts(timetable: Timetable, day: datetime.date) -> tuple[str, ...]:
    return tuple(dict.fromkeys(office.district for office in _offices(timetable, day)))


def clean_query(typed: str) -> tuple[str, bool]:
    """Return a query fit to be looked for and shown, and whether it had to be cut."""
    query = "".join(" " if unicodedata.category(c) in {"Cc", "Cs"} else c for c in typed).strip()
    return query[:LONGEST_QUERY].rstrip(), len(query) > LONGEST_QUERY


def find_offices(offices: Iterable[Office], query: str) -> list[Office]:
    """Return those of `offices` that hold every word of `query`, the best first.

    There are few of them, so they are read whole and compared here: what the comparison takes for
    the same can then grow without a query of its own.
    """
    words = tidy(query).split()
    if not words:
        return list(offices)
    ranked = []
    for office in offices:
        findable = _findable(office)
        ranks = [rank for word in words if (rank := findable.rank(word)) is not None]
        if len(ranks) == len(words):
            ranked.append((sum(ranks), office))
    return [office for _, office in sorted(ranked, key=lambda pair: pair[0])]


def find_kindly(offices: Iterable[Office], query: str) -> list[Office]:
    """Do as `find_offices`; where that finds nothing, leave out what no office is called."""
    offices = list(offices)
    found = find_offices(offices, query)
    fewer = without_common_words(query)
    return found or (find_offices(offices, fewer) if fewer else [])


def without_common_words(query: str) -> str:
    """Return what is left of 「浑南医保局怎么走」 when nothing but the place is."""
    return COMMON_WORDS.sub(" ", query).strip()


def _findable(office: Office) -> Findable:
    """Return `make_findable`, made once for an office that is shown many times."""
    known = vars(office)
    if "findable" not in known:
        known["findable"] = make_findable(office)
    found: Findable = known["findable"]
    return found


def make_findable(office: Office) -> Findable:
    """Gather what an office is found by."""
    aliases, stops = office.aliases.all(), office.stops.all()
    lines = [tidy(line.label) for stop in stops for line in stop.lines.all()]
    name, district, address = (office.pinyin + "\n\n").split("\n")[:3]
    return Findable(
        words=(
            tidy("\n".join([office.name, office.district, *(alias.name for alias in aliases)])),
            tidy("\n".join(stop.station for stop in stops)) + "\n" + "\n".join(lines),
            tidy("\n".join([office.address, *(phone.number for phone in office.phones.all())])),
        ),
        spelled=(
            [text.split() for text in (name, district, *(alias.pinyin for alias in aliases))],
            [stop.pinyin.split() for stop in stops],
            [address.split()],
        ),
        # 「2号线」 is the metro's to most people, and 地铁2号线 to the document.
        lines=frozenset(lines) | {line.removeprefix("地铁") for line in lines},
    )


def tidy(text: str) -> str:
    """Make alike what is the same to a person: wide and narrow, large and small, 二 and 2."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return CHINESE_NUMBER.sub(lambda found: _arabic(found[0]), folded)


def _arabic(chinese: str) -> str:
    """Write 十九 as 19, 一百零五 as 105 and 二〇五 as 205."""
    chinese = chinese.replace("〇", "零")
    if not re.search("[十百]", chinese):
        return "".join(str(DIGITS.index(digit)) for digit in chinese)
    total, digit = 0, 0
    for character in chinese:
        if character in "十百":
            total += (digit or 1) * (10 if character == "十" else 100)
            digit = 0
        else:
            digit = DIGITS.index(character)
    return str(total + digit)


@lru_cache(maxsize=256)
def whole(word: str) -> re.Pattern[str]:
    """A number is found whole only: 20 is not the 205路, and 2号线 not the 12号线."""
    before = r"(?<!\d)(?<!\d\.)" if word[0].isdigit() else ""
    after = r"(?!\.?\d)" if word[-1].isdigit() else ""
    return re.compile(before + re.escape(word) + after)


def _sounds_like(word: str, syllables: list[str], place: int) -> bool:
    """Whether `word` is written like some syllables, or is their initials (an address has too many)."""
    if place != ADDRESS and word in "".join(syllable[0] for syllable in syllables):
        return True
    return any(
        word.startswith(syllable) and "".join(syllables[start:]).startswith(word)
        for start, syllable in enumerate(syllables)
    )
