"""What a text names that there is not: numbers, tables, clauses, readings, pages."""

import datetime
import re
from collections.abc import Iterator
from functools import cached_property
from typing import Any

from django.db.models import Q
from django.urls import Resolver404, resolve, reverse

from portal.policy.dialect import SEAL, SHEET
from portal.policy.in_force import NoPolicyInForce, Timetable
from portal.policy.models import ChangeSet, ClauseText, Reading, Text, TextVersion
from portal.policy.sheets import LAYOUTS
from portal.policy.texts import REFERENCE, Numbers, UnknownReference

_LINK = re.compile(r"\]\(\s*<?([^)\s>]*)")
_CODE = re.compile(r"[A-Z]+-\d+(?:\.\d+)?")
_OUTSIDE = ("https://", "http://", "tel:", "mailto:")


class Prose:
    """Checks texts against what there is on a timetable, a draft's own clauses and pages included.

    `unknown` yields messages in Chinese about what will never be there, `not_on_file` those about
    what exists and has no number on the day.
    """

    def __init__(self, timetable: Timetable, draft: ChangeSet | None = None) -> None:
        self.timetable, self.draft = timetable, draft
        self._bodies_on: dict[datetime.date, dict[str, list[str]]] = {}
        published = Q(change_set__status=ChangeSet.Status.PUBLISHED)
        self._counted = published | Q(change_set=draft) if draft else published

    def unknown(self, version: TextVersion, day: datetime.date) -> Iterator[str]:
        """Yield what a text names that there is not, with the tables that count on `day`."""
        body = version.body
        yield from self._unknown_numbers(body, day)
        for place in re.findall(r"\[\[.{0,40}", SHEET.sub("", REFERENCE.sub("", body))):
            yield f"“{place}”不是完整的引用：请写成“[[险种.表.项目]]”或“[[sheet:险种.表]]”。"
        for code in self._cited(body) - self._codes:
            yield f"引用了没有的条款或理解：{code}。"
        for address in dict.fromkeys(_LINK.findall(body)):
            if not self._leads_somewhere(address, version, day):
                yield f"链接“{address}”没有对应的页面或段落。"

    def not_on_file(self, version: TextVersion, day: datetime.date) -> Iterator[str]:
        """Yield the numbers and tables that a text names and that no edition has by `day`."""
        for reference in dict.fromkeys(REFERENCE.findall(version.body)):
            try:
                Numbers(self.timetable, day).resolve(reference)
            except NoPolicyInForce as missing:
                yield f"“[[{reference}]]”在“{missing.title}”里还没有数。"
            except UnknownReference:
                continue
        for scheme, table, name in self._sheets(version.body):
            try:
                self.timetable.latest_edition(scheme, table, day)
            except NoPolicyInForce as missing:
                yield f"“[[sheet:{name}]]”在“{missing.title}”里还没有表。"

    def _unknown_numbers(self, body: str, day: datetime.date) -> Iterator[str]:
        for reference in dict.fromkeys(REFERENCE.findall(body)):
            try:
                Numbers(self.timetable, day).resolve(reference)
            except UnknownReference:
                yield f"引用了没有的数：[[{reference}]]。"
            except NoPolicyInForce:
                continue
        laid_out = {name for _, _, name in self._sheets(body)}
        for name in dict.fromkeys(SHEET.findall(body)):
            if name not in laid_out:
                yield f"引用了没有的表：[[sheet:{name}]]。"

    @staticmethod
    def _sheets(body: str) -> Iterator[tuple[str, str, str]]:
        for name in dict.fromkeys(SHEET.findall(body)):
            scheme, _, own_name = name.partition(".")
            if layout := LAYOUTS.get((scheme, own_name)):
                yield scheme, layout.table or own_name, name

    @staticmethod
    def _cited(body: str) -> set[str]:
        return {code for codes in SEAL.findall(body) for code in _CODE.findall(codes)}

    @cached_property
    def _codes(self) -> set[str]:
        clauses = ClauseText.objects.filter(self._counted)
        readings = Reading.objects.values_list("code", flat=True)
        return {*clauses.values_list("clause__code", flat=True), *readings}

    def _bodies(self, day: datetime.date) -> dict[str, list[str]]:
        """The words that stand at each address on a day, and those of the draft for any day."""
        if day not in self._bodies_on:
            pages = Text.objects.exclude(book="").order_by()
            counting = TextVersion.objects.counting_on(day, pages, "text")
            own = TextVersion.objects.filter(change_set=self.draft).exclude(text__book="")
            bodies: dict[str, list[str]] = {}
            for versions in (counting, own) if self.draft else (counting,):
                for version in versions.select_related("text"):
                    bodies.setdefault(version.text.path, []).append(version.body)
            self._bodies_on[day] = bodies
        return self._bodies_on[day]

    @cached_property
    def _pages(self) -> set[object]:
        """Every public page by what it shows. This room may not look into the others, so it reads
        the site's own list of them, the one for search engines."""
        listed = resolve(reverse("sitemap")).kwargs["sitemaps"]["pages"]().items()
        return {_shown(address) for address in listed}

    def _leads_somewhere(self, address: str, version: TextVersion, day: datetime.date) -> bool:
        if address.startswith(_OUTSIDE):
            return True
        path, _, anchor = address.partition("#")
        path = path.partition("?")[0]
        if path and not self._is_page(path, day):
            return False
        bodies = self._bodies(day).get(path, []) if path else [version.body]
        return not anchor or not bodies or any(f"{{#{anchor}}}" in body for body in bodies)

    def _is_page(self, path: str, day: datetime.date) -> bool:
        if path in self._bodies(day):
            return True
        shown = _shown(path)
        return shown is not None and (shown in self._pages or not shown[1])


def _shown(path: str) -> tuple[tuple[str, ...], frozenset[Any]] | None:
    """What an address shows: its part of the site and its arguments, alike for every view of it."""
    try:
        match = resolve(path)
    except Resolver404:
        return None
    arguments = ((name, value) for name, value in match.kwargs.items() if isinstance(value, str))
    return tuple(match.namespaces), frozenset(arguments)
