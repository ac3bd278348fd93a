"""Blanking what could lead to a person: telephone, ID and bank numbers, e-mail addresses.

Any run of seven digits and more is taken for such a number, however it is written: full-width,
spaced, dashed, in Chinese digits. What reads plainly as an amount, a day or the hotline stays.
"""

import re
import unicodedata

NUMBER, MAIL = "〔号码已隐去〕", "〔邮箱已隐去〕"
SHORTEST = 7  # a Shenyang telephone number has eight digits, an old one seven
LONGEST_AMOUNT = 8  # 99,999,999.99 is the largest that a calculator takes
HOTLINE = frozenset({"0241234517", "02412345"})

_MAIL = re.compile(r"[A-Za-z0-9._%+-]+\s{0,2}@\s{0,2}[A-Za-z0-9-]+(?:\s?[.．。]\s?[A-Za-z0-9-]+)+")
# What people put between the digits of one number. A line's end is none of it.
_BETWEEN = r"[^\S\n]|[-‐‑‒–—―−－~～_.．·・•,，、/／\\|*＊+＋()（）\[\]:：]"
_RUN = re.compile(rf"[+＋(（]?\d(?:(?:{_BETWEEN}){{0,3}}\d)*(?:(?:{_BETWEEN}){{0,3}}[XxＸｘ×])?")
_CHINESE = re.compile(
    rf"[〇零一二三四五六七八九幺](?:[^\S\n-]{{0,2}}[〇零一二三四五六七八九幺]){{{SHORTEST - 1},}}"
)

_DAY = r"(?:19|20)\d\d([-./])(?:0?[1-9]|1[0-2])\1(?:0?[1-9]|[12]\d|3[01])"
_AMOUNT = rf"(?:\d{{1,3}}(?:[,，]\d{{3}}){{1,2}}|\d{{1,{LONGEST_AMOUNT}}})(?:\.\d{{1,2}})?"
_GROUPED = r"\d{1,3}(?:,\d{3}){1,2}(?:\.\d{1,2})?|\d{1,8}\.\d{2}"
_YEARS = r"(?:19|20)\d\d\s?[-–—~～/、]\s?(?:19|20)\d\d"
_HARMLESS = re.compile(rf"{_DAY}|{_GROUPED}|{_YEARS}", re.ASCII)
_HARMLESS_WITH_UNIT = re.compile(rf"(?:{_DAY}[ ,，、])?\s?{_AMOUNT}", re.ASCII)
_UNIT = re.compile(r"\s?(?:元|块|万|￥)")


def blank(text: str) -> str:
    """Return `text` without the numbers and addresses of people. Blanking twice changes nothing."""
    text = _MAIL.sub(MAIL, _plain(text))
    return _CHINESE.sub(NUMBER, _RUN.sub(_blank_run, text))


def _plain(text: str) -> str:
    """Write digits and letters as typed here; leave out what is not seen and could hide a number."""
    shown = (
        c for c in text if c == "\n" or unicodedata.category(c) not in ("Cc", "Cf", "Co", "Cs")
    )
    return "".join(_typed(character) for character in shown)


def _typed(character: str) -> str:
    value = unicodedata.digit(character, None)
    if value is not None:
        return str(value)
    plain = unicodedata.normalize("NFKC", character)
    return plain if plain.isascii() and (plain.isalpha() or plain == "@") else character


def _blank_run(found: re.Match[str]) -> str:
    run = found[0]
    digits = re.sub(r"\D", "", run)
    if len(digits) < SHORTEST or digits in HOTLINE or _HARMLESS.fullmatch(run):
        return run
    has_unit = _UNIT.match(found.string, found.end())
    if has_unit and _HARMLESS_WITH_UNIT.fullmatch(run):
        return run
    return NUMBER
