"""How old rules and documents are, in words: pages always say which year's rules they show."""

import datetime
from dataclasses import dataclass

from portal.policy.models import Document, Edition

# A document older than this, seen from the day asked about, is marked (HTTP contract, "Asking").
MONTHS_UNTIL_OLD = 12


@dataclass(frozen=True, slots=True)
class Age:
    """A strip for the top of a page: which rules, in words how old, and whether to warn."""

    label: str
    text: str
    old: bool


def months_since(dated: str, day: datetime.date) -> int | None:
    """Return the whole months from a document's month (`2025-10`) to that of `day`; None if undated."""
    if not dated:
        return None
    year, month = (int(part) for part in dated.split("-")[:2])
    return (day.year - year) * 12 + day.month - month


def is_old(document: Document, day: datetime.date) -> bool:
    """Whether the document is more than twelve months older than `day`."""
    months = months_since(document.dated, day)
    return months is not None and months > MONTHS_UNTIL_OLD


def make_age(document: Document, last_day: datetime.date | None, today: datetime.date) -> Age:
    """Say how old a document's rules are today. `last_day` is the last day they are on file for."""
    label = f"{document.get_scheme_display()}　{document.edition_name}"
    if last_day is not None and last_day < today:
        return Age(
            label,
            f"这里只有{document.edition_name}的规定，适用到{zh_day(last_day)}。"
            "以后年份的标准，本站还没有收到文件。",
            old=True,
        )
    months = months_since(document.dated, today)
    if months is None:
        return Age(label, "文件没有落款日期。", old=True)
    if months > MONTHS_UNTIL_OLD:
        return Age(
            label,
            f"文件写于{months}个月以前，之后可能有新规定，办事前请打热线问一问。",
            old=True,
        )
    return Age(label, "按这份文件的规定。", old=False)


def ages_of(editions: list[Edition], today: datetime.date) -> list[Age]:
    """Return one strip for each document that `editions` rest on."""
    last_days: dict[int, datetime.date | None] = {}
    documents: dict[int, Document] = {}
    for edition in editions:
        documents.setdefault(edition.document_id, edition.document)
        until = edition.in_force_until
        known = last_days.setdefault(edition.document_id, until)
        if until is None or (known is not None and until > known):
            last_days[edition.document_id] = until
    return [make_age(documents[pk], last_days[pk], today) for pk in sorted(documents)]


def zh_day(day: datetime.date) -> str:
    """Write a day in Chinese: 2025年10月20日."""
    return f"{day.year}年{day.month}月{day.day}日"
