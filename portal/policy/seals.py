"""The seal: the one cinnabar tag of the site that links a citation, 「依据 F-14.10」.

It may stand hundreds of times on a page, so its HTML is built here instead of including a template.
"""

from collections.abc import Iterable
from functools import lru_cache

from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

WORD = "依据 "


@lru_cache(maxsize=4096)  # there are some hundred clauses
def seal(code: str, word: str = WORD) -> SafeString:
    """Link the clause `code`; `word` stands before the code."""
    return format_html('<a class="seal" href="/policy/{0}">{1}{0}</a>', code, word)


def seals(codes: Iterable[str]) -> SafeString:
    """Link each of `codes` with a whole seal."""
    return mark_safe(" ".join(map(seal, codes)))  # noqa: S308 - each of them is


def bare_seals(codes: Iterable[str]) -> SafeString:
    """Link clauses where every line has some, so that 「依据」 would be noise to the eye."""
    bare = '<a class="seal" href="/policy/{0}" aria-label="依据 {0}">{0}</a>'
    return format_html_join("", bare, ((code,) for code in codes))


def reading_seal(code: str) -> SafeString:
    """Link a decided reading (A-17) on the page that lists them."""
    return format_html('<a class="seal" href="{0}#{1}">另见 {1}</a>', reverse("readings"), code)
