"""From the pasted text of a notice to sections and clauses. Pure: strings in, strings out.

A paste has the look of its source: hard line wraps of a PDF, page numbers alone on a line,
full-width spaces, cells of a table between tabs. `cut` puts the paragraphs together again, cuts
them into sections at the highest kind of heading, and proposes clauses. It adds no word and loses
none: what it drops as page numbers it names, and `words_of` gives back the rest. White space never
counts (`squeeze`).
"""

import datetime
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

# Titles of ours for parts that a notice gives no heading.
OPENING, WHOLE, CLOSING = "标题和开头", "正文", "落款"

_CHINESE = "一二三四五六七八九十百零〇"
# Kinds of headings, the highest first; the place in this list is a paragraph's level.
_MARKS = (
    re.compile(rf"第\s?[{_CHINESE}\d]+\s?(?:章|编|部分)"),
    re.compile(rf"[{_CHINESE}]{{1,3}}[、.．]"),
    re.compile(rf"第\s?[{_CHINESE}\d]+\s?条(?!第)"),
    re.compile(rf"[（(][{_CHINESE}]{{1,3}}[）)]"),
    re.compile(r"\d{1,2}[.．、](?!\d)|\d{1,2}\s+(?=[一-鿿《])(?![年月日号天元次个岁万倍种周])"),
    re.compile(r"[（(]\d{1,2}[）)]|[①-⑳]|[-•·●▪]\s"),
)
_ITEM, _PLAIN = 4, len(_MARKS)
_ANNEX = re.compile(rf"附\s?件\s?[\d{_CHINESE}]*\s?[：:]?")

_ENDS = "。；！？"
_STOPS = _ENDS + "，：;:,!?"
_RUNNING = set("。；，：")  # what a title or a heading has not
_CLOSERS = "”’」』）)】》〉〕］]"
_BRACKETS = dict(zip("（(〔《〈“「『【［[", "）)〕》〉”」』】］]", strict=True))

_PAGE = re.compile(
    r"[-—–－―]+\s*\d{1,3}\s*[-—–－―]+|第\s*\d{1,3}\s*页(?:[\s，,/]*共\s*\d{1,3}\s*页)?"
)
_BARE_PAGE = re.compile(r"\d{1,2}")
_NUMBER = re.compile(
    r"[（(]?([一-鿿]{2,12}\s?[〔\[［（(【]\s?\d{4}\s?[〕\]］）)】]\s?(?:第\s?)?\d{1,4}\s?号)[）)]?"
)
_TITLE_END = re.compile(r"(?:通知|公告|通告|意见|办法|方案|规定|细则|指南|函|决定|公示)[）)]?$")
_ISSUER = re.compile(r"[^，。；：:]{2,60}(?:局|中心|委员会|政府|办公室|委|办|厅|部|处|会)")
_DIGITS = "〇○零一二三四五六七八九"
_DATE = re.compile(
    rf"(?P<year>\d{{4}}|[{_DIGITS}]{{4}})\s?年\s?(?P<month>\d{{1,2}}|[{_DIGITS}十]{{1,3}})\s?月"
    rf"(?:\s?(?P<day>\d{{1,2}}|[{_DIGITS}十]{{1,3}})\s?日)?"
)
_START = re.compile(r"自(\d{4})年(\d{1,2})月(\d{1,2})日起(?:施行|执行|实施|生效)")

_HEADING_LENGTH = 40
_WRAP_SLACK = 8  # columns that a wrapped line may fall short of the widest
_LEAST_WRAP = 30
_MOST_RAGGED = 0.6
_BRACKETED = 200  # so far back an open bracket is looked for


@dataclass(frozen=True, slots=True)
class CutSection:
    """A part of a notice: its title, its body (a paragraph a line), the clauses proposed for it."""

    title: str
    body: str
    clauses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Details:
    """What a notice says of itself; empty where it does not. `dated` is 2026-11 or 2026-11-18."""

    title: str = ""
    number: str = ""
    issuer: str = ""
    dated: str = ""
    edition_name: str = ""
    scheme: str = ""
    start: datetime.date | None = None


@dataclass(frozen=True, slots=True)
class Cut:
    """A notice cut up: what it says of itself, its sections in order, the page numbers dropped.

    `first_number` is the number of the first section: 0 where something stands before 「一、」.
    """

    details: Details
    first_number: int
    sections: tuple[CutSection, ...]
    dropped: tuple[str, ...]


@dataclass(slots=True)
class _Line:
    text: str
    width: int
    alone: bool = False  # title, number, closing lines: joined with no other

    @property
    def is_table(self) -> bool:
        return "\t" in self.text

    @property
    def level(self) -> int:
        return _PLAIN if self.is_table else level_of(self.text)


# --- words, white space aside ------------------------------------------------------------------


def squeeze(text: str) -> str:
    """Return a text without white space and without characters that nobody sees."""
    return "".join(char for char in text if not _is_blank(char))


def _is_blank(char: str) -> bool:
    return char.isspace() or unicodedata.category(char) in {"Cc", "Cf"}


def words_of(sections: Iterable[tuple[str, str]]) -> str:
    """Return the notice's words that sections (title, body) hold, without white space.

    A title counts where it is a heading of the notice (「一、…」) that its body does not repeat; titles
    of ours do not.
    """
    words = []
    for title, body in sections:
        heading, text = squeeze(title), squeeze(body)
        if is_heading(title) and not text.startswith(heading):
            words.append(heading)
        words.append(text)
    return "".join(words)


def level_of(text: str) -> int:
    """Return how deep a paragraph stands by its mark: 0 for 第一章, 1 for 一、 … 6 without one."""
    return next((level for level, mark in enumerate(_MARKS) if mark.match(text)), _PLAIN)


def is_heading(title: str) -> bool:
    """Whether a title is the notice's own heading, by its mark."""
    return level_of(title.strip()) <= _ITEM or _ANNEX.fullmatch(title.strip()) is not None


def is_in(sentence: str, body: str) -> bool:
    """Whether a sentence stands word for word in a body."""
    wanted = squeeze(sentence)
    return bool(wanted) and wanted in squeeze(body)


# --- the cut -----------------------------------------------------------------------------------


def cut(pasted: str, *, keep_page_numbers: bool = False) -> Cut:
    """Cut a pasted notice into sections and clauses, and propose what it says of itself."""
    lines, dropped = _lines(pasted, keep_page_numbers=keep_page_numbers)
    title_at = _join_title(lines)
    number_at = _number_at(lines)
    closing, end = _closing(lines)
    for at in (title_at, number_at, *range(closing, end)):
        if at is not None:
            lines[at].alone = True
    titled = lines[title_at].text if title_at is not None else ""
    paragraphs, starts = _join(lines)
    closing, end = starts[closing], starts[end]
    sections = _sections(paragraphs, closing, end, titled)
    opens = bool(sections) and sections[0].title == OPENING
    details = _details(lines, titled, number_at, paragraphs[closing:end], pasted)
    return Cut(details, 0 if opens else 1, tuple(sections), tuple(dropped))


def _lines(pasted: str, *, keep_page_numbers: bool) -> tuple[list[_Line], list[str]]:
    """The lines that have words, tidied, and the page numbers among them."""
    lines = []
    for raw in pasted.splitlines():
        seen = "".join(char for char in raw if char == "\t" or not _is_control(char))
        cells = [" ".join(cell.split()) for cell in seen.strip().split("\t")]
        if any(cells):
            lines.append(_Line("\t".join(cells), _width(seen.rstrip())))
    if keep_page_numbers:
        return lines, []
    bare = [line.text for line in lines if _BARE_PAGE.fullmatch(line.text)]
    # A number alone may be the cell of a table: only a row 1, 2, 3 … of them counts pages.
    counts_pages = bare in ([str(n) for n in range(s, s + len(bare))] for s in (1, 2))
    pages = set(bare) if counts_pages else set()
    is_page = [line.text in pages or _PAGE.fullmatch(line.text) is not None for line in lines]
    kept = [line for line, page in zip(lines, is_page, strict=True) if not page]
    return kept, [line.text for line, page in zip(lines, is_page, strict=True) if page]


def words_of_paste(pasted: str, *, keep_page_numbers: bool = False) -> str:
    """Return a paste's words without white space: what `words_of` its sections must be."""
    lines, _ = _lines(pasted, keep_page_numbers=keep_page_numbers)
    return squeeze("".join(line.text for line in lines))


def tidy(text: str) -> str:
    """Return typed lines without blank ones and without characters that nobody sees."""
    lines, _ = _lines(text, keep_page_numbers=True)
    return "\n".join(line.text for line in lines)


def _is_control(char: str) -> bool:
    return unicodedata.category(char) in {"Cc", "Cf"}


def _width(text: str) -> int:
    """Columns that a line takes up: two for a Chinese character."""
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def _join_title(lines: list[_Line]) -> int | None:
    """Make one line of a title that was wrapped; return where it stands."""
    for end, line in enumerate(lines[:8]):
        if line.is_table or line.level < _PLAIN or line.text[-1] in _ENDS + "：":
            break
        if not _TITLE_END.search(line.text):
            continue
        begins = [at for at in range(max(0, end - 3), end + 1) if "关于" in lines[at].text]
        start = begins[-1] if begins else end
        title = "".join(part.text for part in lines[start : end + 1])
        lines[start : end + 1] = [_Line(title, 0, alone=True)]
        for before in lines[:start]:
            before.alone = True
        return start
    heads = (at for at, line in enumerate(lines[:4]) if not _is_letterhead(line))
    first = next(heads, None)
    return first if first is not None and _is_bare(lines[first]) else None


def _is_letterhead(line: _Line) -> bool:
    return bool(_NUMBER.fullmatch(line.text)) or line.text.endswith("文件")


def _is_bare(line: _Line) -> bool:
    """Whether a line can be the title of a notice that has no 「关于……的通知」."""
    plain = line.level == _PLAIN and not line.is_table and len(line.text) <= 3 * _HEADING_LENGTH
    return plain and not set(line.text) & _RUNNING and not _is_open(line.text)


def _number_at(lines: Sequence[_Line]) -> int | None:
    """Where the notice's own number stands: alone on a line, above the first heading."""
    for at, line in enumerate(lines[:10]):
        if line.level < _PLAIN:
            return None
        if _NUMBER.fullmatch(line.text):
            return at
    return None


def _closing(lines: Sequence[_Line]) -> tuple[int, int]:
    """The lines with issuer and date: the first of them, and the one after the last."""
    for at in reversed(range(1, len(lines))):
        line = lines[at]
        if line.is_table or line.level < _PLAIN:
            continue
        found = _DATE.search(line.text)
        if found is None or found.end() != len(line.text):
            continue
        before = line.text[: found.start()].strip()
        if before and not _ISSUER.fullmatch(before):
            continue
        start = at
        while start > 1 and _is_issuer(lines[start - 1]):
            start -= 1
        return start, at + 1
    return len(lines), len(lines)


def _is_issuer(line: _Line) -> bool:
    plain = line.level == _PLAIN and not line.is_table and not line.alone
    return plain and _ISSUER.fullmatch(line.text) is not None


# --- paragraphs --------------------------------------------------------------------------------


def _join(lines: Sequence[_Line]) -> tuple[list[str], list[int]]:
    """The paragraphs, and for each line (and the end) the paragraph that it starts or is in."""
    wrap = _wrap(lines)
    paragraphs: list[str] = []
    starts: list[int] = []
    for at, line in enumerate(lines):
        if at and _continues(lines[at - 1], line, paragraphs[-1], wrap):
            paragraphs[-1] += _between(paragraphs[-1], line.text) + line.text
        else:
            paragraphs.append(line.text)
        starts.append(len(paragraphs) - 1)
    return paragraphs, [*starts, len(paragraphs)]


def _wrap(lines: Sequence[_Line]) -> int | None:
    """The width at which lines were wrapped, where three of them end about there."""
    widths = sorted((line.width for line in lines if not line.is_table), reverse=True)
    for width, third in zip(widths, widths[2:], strict=False):
        if third >= max(width - _WRAP_SLACK, _LEAST_WRAP):
            return width
    return None


def _continues(line: _Line, following: _Line, paragraph: str, wrap: int | None) -> bool:
    """Whether the line break between two lines is a mere wrap. `paragraph` ends with `line`."""
    if line.alone or following.alone or line.is_table or following.is_table:
        return False
    if following.level < _PLAIN or _ANNEX.fullmatch(following.text):
        return False
    if following.text[0] in _STOPS + _CLOSERS:
        return True
    if line.text[-1] in "，、," or _is_open(paragraph[-_BRACKETED:]):
        return True
    if line.text.rstrip(_CLOSERS)[-1:] in set(_ENDS + "：:"):
        return False
    if wrap is not None and line.width >= wrap - _WRAP_SLACK:
        return True
    # Running text without its full stop goes on, where a list or a table would not.
    least = _LEAST_WRAP if wrap is None else wrap * _MOST_RAGGED
    return line.width >= least and bool(set(line.text) & _RUNNING)


def _between(before: str, after: str) -> str:
    """A space where a wrap stood between two words in Latin letters; Chinese needs none."""
    latin = before[-1].isascii() and before[-1].isalnum() and after[0].isascii()
    return " " if latin and after[0].isalpha() else ""


def _is_open(text: str) -> bool:
    """Whether a bracket or quotation is still open at the end of a text."""
    return _depths(text)[-1:] not in ([], [0])


def _depths(text: str) -> list[int]:
    """How many brackets are open after each character."""
    depth, depths = 0, []
    for char in text:
        if char in _BRACKETS:
            depth += 1
        elif char in _CLOSERS:
            depth = max(0, depth - 1)
        depths.append(depth)
    return depths


# --- sections ----------------------------------------------------------------------------------


def _sections(paragraphs: Sequence[str], closing: int, end: int, titled: str) -> list[CutSection]:
    top = _top_level(paragraphs[:closing])
    groups: list[tuple[str, list[str]]] = []
    for at, paragraph in enumerate(paragraphs):
        if at == closing < end:
            groups.append((CLOSING, [paragraph]))
        elif _starts_section(paragraph, top if at < closing else None, at >= end):
            groups.append(("", [paragraph]))
        elif groups:
            groups[-1][1].append(paragraph)
        else:
            groups.append((OPENING if top < _PLAIN else WHOLE, [paragraph]))
    signed = end - closing
    return [_section(title, group, titled, signed) for title, group in groups]


def _starts_section(paragraph: str, top: int | None, is_annexed: bool) -> bool:
    if "\t" in paragraph:
        return False
    if is_annexed and _ANNEX.fullmatch(paragraph):
        return True
    return top is not None and level_of(paragraph) == top < _PLAIN


def _top_level(paragraphs: Sequence[str]) -> int:
    """The highest kind of heading at which a notice is cut; `_PLAIN` where it has none."""
    levels = [_PLAIN if "\t" in paragraph else level_of(paragraph) for paragraph in paragraphs]
    top = min(levels, default=_PLAIN)
    if top < _ITEM:
        return top
    # 「1.」 is a heading only where text of its own follows; else it counts the items of a list.
    heads = [
        level == _ITEM and is_heading_line(paragraph) and below > _ITEM
        for paragraph, level, below in zip(paragraphs, levels, levels[1:], strict=False)
    ]
    return _ITEM if sum(heads) > 1 else _PLAIN


def is_heading_line(paragraph: str) -> bool:
    """Whether a paragraph is a heading and nothing more: short, and no sentence."""
    short = len(paragraph) <= _HEADING_LENGTH and "\t" not in paragraph
    return short and is_heading(paragraph) and not set(paragraph) & _RUNNING


def _section(title: str, paragraphs: list[str], titled: str, signed: int) -> CutSection:
    if title == CLOSING:
        signature = " ".join(paragraphs[:signed])
        rest = propose_clauses("\n".join(paragraphs[signed:]))
        return CutSection(title, "\n".join(paragraphs), (signature, *rest))
    if title:
        told = "\n".join(p for p in paragraphs if p == titled or not _is_formality(p))
        return CutSection(title, "\n".join(paragraphs), propose_clauses(told))
    heading, body = paragraphs[0], "\n".join(paragraphs[1:])
    if _ANNEX.fullmatch(heading) or is_heading_line(heading):
        if not squeeze(body).startswith(squeeze(heading)):
            return CutSection(heading, body, propose_clauses(body))
        return CutSection(heading, "\n".join(paragraphs), propose_clauses(body))
    body = "\n".join(paragraphs)
    short = re.split(f"[{_STOPS}]", heading)[0][:_HEADING_LENGTH].strip()
    return CutSection(short, body, propose_clauses(body))


def _is_formality(paragraph: str) -> bool:
    """Whether a paragraph before the first heading is a letterhead, the number or the addressee."""
    if _NUMBER.fullmatch(paragraph) or paragraph.endswith("文件"):
        return True
    addressee = paragraph.endswith("：") and not paragraph.endswith(("如下：", "通知："))
    return addressee and not set(paragraph) & set("。；")


# --- clauses -----------------------------------------------------------------------------------

_SHORT_HEADED = 30  # a sentence so short needs the heading above it to be understood
_SHORT_ITEM, _LISTED = 14, 120
_SCRAP = 6


def propose_clauses(body: str) -> tuple[str, ...]:
    """Propose the clauses of a body: one for each sentence, line of a table or item of a list.

    A heading inside a section stays with the next sentence where that is short; what is listed
    briefly behind a colon stays together.
    """
    paragraphs = [line for line in body.split("\n") if line.strip()]
    clauses: list[str] = []
    heading = ""
    for at, paragraph in enumerate(paragraphs):
        below = level_of(paragraphs[at + 1]) if at + 1 < len(paragraphs) else 0
        level = level_of(paragraph)
        if level < _ITEM and is_heading_line(paragraph) and below > level:
            heading = paragraph
            continue
        sentences = [paragraph] if "\t" in paragraph else _sentences(paragraph)
        if heading and len(squeeze(sentences[0])) <= _SHORT_HEADED and "\t" not in paragraph:
            sentences[0] = f"{heading} {sentences[0]}"
        heading = ""
        clauses += sentences
    return tuple(clauses)


def _sentences(paragraph: str) -> list[str]:
    """The clauses of one paragraph."""
    kept: list[str] = []
    for group in _grouped(_pieces(paragraph)):
        lead, *others = group
        short = any(len(squeeze(piece)) <= _SHORT_ITEM for piece in others)
        together = "：" in lead and short and sum(map(len, group)) <= _LISTED
        for piece in ["".join(group)] if together else group:
            if kept and min(len(squeeze(piece)), len(squeeze(kept[-1]))) < _SCRAP:
                kept[-1] += piece
            else:
                kept.append(piece)
    return [piece.strip() for piece in kept]


def _pieces(paragraph: str) -> list[str]:
    """Cut after each 。；！？ that stands in no bracket."""
    depths = _depths(paragraph)
    if depths[-1]:  # a bracket that is never closed says nothing
        depths = [0] * len(depths)
    pieces, start = [], 0
    for found in re.finditer(f"[{_ENDS}]+[{re.escape(_CLOSERS)}]*", paragraph):
        if depths[found.end() - 1] == 0:
            pieces.append(paragraph[start : found.end()])
            start = found.end()
    rest = paragraph[start:]
    return [*pieces, rest] if rest.strip() else pieces


def _grouped(pieces: Sequence[str]) -> Iterator[list[str]]:
    """Put the pieces of one sentence together, up to its 。"""
    group: list[str] = []
    for piece in pieces:
        group.append(piece)
        if "；" not in piece[-3:]:
            yield group
            group = []
    if group:
        yield group


def left_out(body: str, clauses: Iterable[str]) -> list[str]:
    """Return the stretches of a body that no clause holds, in order, without white space."""
    text = squeeze(body)
    held = bytearray(len(text))
    for clause in clauses:
        wanted = squeeze(clause)
        at = text.find(wanted) if wanted else -1
        while at >= 0:
            held[at : at + len(wanted)] = b"\x01" * len(wanted)
            at = text.find(wanted, at + 1)
    runs = re.finditer(b"\x00+", bytes(held))
    return [text[run.start() : run.end()] for run in runs]


# --- what a notice says of itself --------------------------------------------------------------


def _details(
    lines: Sequence[_Line],
    title: str,
    number_at: int | None,
    signature: Sequence[str],
    pasted: str,
) -> Details:
    found = _NUMBER.fullmatch(lines[number_at].text) if number_at is not None else None
    signed = " ".join(signature)
    date = _DATE.search(signed)
    dated = _dated(date) if date else ""
    issuer = "、".join(signed[: date.start()].split()) if date else ""
    start = _START.search(squeeze(pasted))
    return Details(
        title=title[:200],
        number=squeeze(found[1]) if found else "",
        issuer=issuer[:100],
        dated=dated,
        edition_name=_edition_name(title, dated),
        scheme=_scheme(title) or _scheme(pasted),
        start=_day(*map(int, start.groups())) if start else None,
    )


def _edition_name(title: str, dated: str) -> str:
    if found := re.search(r"\d{4}年度", squeeze(title)):
        return found[0]
    year, _, month = dated.partition("-")
    return f"{int(year)}年{int(month[:2])}月版" if month else ""


def _scheme(text: str) -> str:
    """Which scheme a text is about, by the word that only one of them has."""
    flexible, resident = "灵活就业" in text, "居民" in text
    if flexible == resident:
        return ""
    return "flexible" if flexible else "resident"


def _dated(found: re.Match[str]) -> str:
    year, month, day = (_read(found[name]) for name in ("year", "month", "day"))
    if day is None:
        return f"{year:04}-{month:02}" if month and 1 <= month <= 12 else ""
    read = _day(year or 0, month or 0, day)
    return read.isoformat() if read else ""


def _day(year: int, month: int, day: int) -> datetime.date | None:
    try:
        return datetime.date(year, month, day)
    except ValueError:
        return None


def _read(written: str | None) -> int | None:
    """2026, 二〇二六, 十一, 二十."""
    if written is None:
        return None
    if written.isascii():
        return int(written)
    digits = {char: at for at, char in enumerate("〇一二三四五六七八九")} | {"○": 0, "零": 0}
    if "十" in written:
        tens, _, ones = written.partition("十")
        return digits.get(tens, 1) * 10 + digits.get(ones, 0)
    return int("".join(str(digits[char]) for char in written))


# --- differences -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a comparison: `kind` is same, missing (only wanted) or added (only given)."""

    kind: str
    text: str


_CONTEXT = 12
_MORE = 4  # characters by which a sentence may be too short
_TOO_LONG = 4_000_000  # characters against characters: beyond, both are shown as a whole


def difference(wanted: str, given: str) -> list[Piece]:
    """Return what differs between two texts, white space aside, each with some words around it."""
    old, new = squeeze(wanted), squeeze(given)
    start = _common(old, new)
    end = _common(old[start:][::-1], new[start:][::-1])
    middle = _middle(old[start : len(old) - end], new[start : len(new) - end])
    if not middle:
        return []
    pieces = [Piece("same", old[:start]), *middle, Piece("same", old[len(old) - end :])]
    last = len(pieces) - 1
    return [_shortened(p, at == 0, at == last) for at, p in enumerate(pieces) if p.text]


def nearest(sentence: str, body: str) -> list[Piece]:
    """Return how a sentence differs from the words of a body that are most like it."""
    wanted, text = squeeze(sentence), squeeze(body)
    if 2 * len(wanted) * len(text) > _TOO_LONG:
        return [Piece("added", wanted)]
    matcher = SequenceMatcher(None, wanted, text, autojunk=False)
    match = matcher.find_longest_match()
    start = max(0, match.b - match.a)
    blocks = SequenceMatcher(
        None, wanted, text[start : start + len(wanted) + _CONTEXT], autojunk=False
    ).get_matching_blocks()
    stop = max((block.b + block.size for block in blocks if block.size), default=0)
    return difference(text[start : start + stop], wanted)


def _common(one: str, other: str) -> int:
    shared = 0
    for a, b in zip(one, other, strict=False):
        if a != b:
            break
        shared += 1
    return shared


def _middle(old: str, new: str) -> list[Piece]:
    if len(old) * len(new) > _TOO_LONG:
        return [Piece("missing", old), Piece("added", new)]
    pieces = []
    for kind, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            pieces.append(Piece("same", old[a:b]))
            continue
        pieces += [Piece(k, t) for k, t in (("missing", old[a:b]), ("added", new[c:d])) if t]
    return pieces


def _shortened(piece: Piece, is_first: bool, is_last: bool) -> Piece:
    """Keep of what is the same only the words next to a difference."""
    text = piece.text
    if piece.kind != "same" or len(text) <= 2 * _CONTEXT:
        return piece
    before = "" if is_first else text[:_CONTEXT]
    after = "" if is_last else text[-_CONTEXT:]
    return Piece("same", f"{before}……{after}")
