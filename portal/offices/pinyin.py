"""How Chinese is typed by ear: hunnan for 浑南."""

from functools import cache
from typing import Any

# Where the people of Shenyang read a name otherwise than the dictionary does.
LOCAL_READINGS = {
    "长白": [["cháng"], ["bái"]],
    "朝阳": [["cháo"], ["yáng"]],
    "什字": [["shí"], ["zì"]],
}


def spell(chinese: str) -> str:
    """Return the syllables of the Chinese characters in `chinese`, parted by spaces, without tones."""
    return " ".join(_dictionary().lazy_pinyin(chinese, errors="ignore"))


@cache
def _dictionary() -> Any:
    # Half a second and 20 MB: only for a process that saves an office.
    import pypinyin

    pypinyin.load_phrases_dict(LOCAL_READINGS)
    return pypinyin
