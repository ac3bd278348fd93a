"""From a link that somebody pasted to the case behind it: a calculator and its answers."""

import re
from collections.abc import Iterable, Mapping, Sequence
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.urls import Resolver404, resolve

from calculators.asking import DROPPED, SHOWN_AS, ask_kindly, ask_strictly
from calculators.calculator import Calculator
from calculators.catalogue import CALCULATORS
from calculators.year import YEAR
from calculators.year_link import EVENT, read_year, write_link

# A link may stand in a message that was passed on, right behind a Chinese word. The host says
# nothing: staff may use another.
_LINK = re.compile(r"[!-~]*calculators/\S*")
_AGAIN = "请在网站上算出结果，再把结果页的链接粘贴过来。"
# What a link of 全年账单 carries that is no part of the year.
_ASIDE = SHOWN_AS | {DROPPED, "next"}


def read_case_link(text: str) -> tuple[str, str]:
    """Return the calculator's slug and the answers of a result link, spelled as the site does.

    Raises ValidationError, whose message is for staff: not a calculator of this site, answers
    missing or wrong, something in the link that the calculator does not ask.
    """
    found = _LINK.search(text)
    if found is None:
        raise ValidationError(f"这不是本站计算器的结果链接。{_AGAIN}")
    try:
        link = urlsplit(found[0])
    except ValueError:
        raise ValidationError(f"这个链接不完整。{_AGAIN}") from None
    slug = _slug(link.path)
    query = QueryDict(link.query)
    if slug == YEAR.slug:
        return slug, _year_query(query)
    return slug, _query(CALCULATORS[slug], query)


def _slug(path: str) -> str:
    """The calculator of a path, also of one that staff have open in the preview."""
    try:
        page = resolve(f"/{path.strip('/')}/")
        if page.view_name == "admin:preview":
            page = resolve(f"/{page.kwargs['path'].strip('/')}/")
    except Resolver404:
        raise ValidationError(f"本站没有这个网页。{_AGAIN}") from None
    if page.view_name == "calculators:year":
        return YEAR.slug
    slug = str(page.kwargs.get("slug", ""))
    if page.view_name != "calculators:page" or slug not in CALCULATORS:
        raise ValidationError(f"这一页不是计算器的结果。{_AGAIN}")
    return slug


def _query(calculator: Calculator, query: QueryDict) -> str:
    asked = ask_kindly(calculator.form, query)
    fields = calculator.form.base_fields
    if asked.form is None:
        raise ValidationError(f"链接里没有写是居民医保还是灵活就业。{_AGAIN}")
    clean = QueryDict(asked.link[1:], mutable=True)
    if DROPPED in clean:
        left_out = [name for name in query if name not in clean and name not in SHOWN_AS]
        named = _named(left_out, {name: str(field.label) for name, field in fields.items()})
        raise ValidationError(f"链接里有这个计算器用不上的内容：{named}。{_AGAIN}")
    for name in SHOWN_AS:
        clean.pop(name, None)
    form, errors = ask_strictly(calculator.form, clean)
    if form is None:
        told = [
            f"“{fields[name].label if name in fields else name}”：{''.join(messages)}"
            for name, messages in errors.items()
        ]
        raise ValidationError(f"链接里的答案还算不出结果。{' '.join(told)}")
    return clean.urlencode(safe=":")


def _named(names: Iterable[str], labels: Mapping[str, str]) -> str:
    return "、".join(f"“{labels.get(name, name)}”" for name in names)


def _year_query(query: QueryDict) -> str:
    read = read_year(query)
    texts = [text for text in query.getlist(EVENT) if text]
    if read.asked is None or read.asked.errors:
        raise ValidationError(f"这张全年账单还没有填是谁的。{_AGAIN}")
    if not texts:
        raise ValidationError(f"这张全年账单一笔也没有记。{_AGAIN}")
    if len(read.events) < len(texts) or (read.canonical and _loses(read.canonical)):
        raise ValidationError(f"这张全年账单里有读不出来的内容。{_AGAIN}")
    head: dict[str, Sequence[str]] = {n: v for n, v in read.head.items() if n not in _ASIDE}
    return write_link(head, read.spelled())[1:]


def _loses(link: str) -> bool:
    return DROPPED in QueryDict(link[1:])
