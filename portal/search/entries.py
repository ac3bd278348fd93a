"""Everything that can be found, gathered from the rooms that own it."""

import datetime
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from django.urls import reverse

from calculators.catalogue import CALCULATORS
from portal.contributions.models import Channel
from portal.offices.models import Office
from portal.offices.search import Findable, make_findable, read_offices
from portal.policy import pages
from portal.policy.documents import sentences
from portal.policy.models import Clause
from portal.policy.models.choices import Scheme
from portal.search.normal import normal

CHANNELS_PAGE = "/contributions/channels/"


class Kind(Enum):
    """What a hit is, in the order in which groups are shown where nothing else decides."""

    GUIDE = "guide", "指南与待遇"
    CALCULATOR = "calculator", "测算"
    OFFICE = "office", "办事网点"
    CHANNEL = "channel", "缴费渠道"
    CLAUSE = "clause", "政策原文"

    def __init__(self, slug: str, label: str) -> None:
        self.slug = slug
        self.label = label


@dataclass(frozen=True, slots=True)
class Entry:
    """Something that can be found.

    `context` says where it stands (its page, its section): its words help to find an entry that
    has another word of the query itself. `codes` are the clauses that have this very sentence.
    """

    kind: Kind
    title: str
    path: str
    text: str
    context: str = ""
    codes: tuple[str, ...] = ()
    office: Findable | None = None

    @property
    def is_page(self) -> bool:
        """Whether it is a page of its own, not a part of one."""
        return "#" not in self.path


def read_entries(today: datetime.date) -> list[Entry]:
    """Return every entry as it counts today."""
    return [
        *_sections(today),
        *_calculators(),
        *(_office(office) for office in read_offices()),
        *_channels(),
        *_clauses(today),
    ]


def _sections(today: datetime.date) -> Iterator[Entry]:
    for section in pages.sections(today):
        anchor = f"#{section.anchor}" if section.anchor else ""
        yield Entry(
            Kind.GUIDE,
            section.heading or section.page_title,
            section.path + anchor,
            section.text.removeprefix(section.heading).lstrip(),
            context=section.page_title if section.heading else "",
        )


def _calculators() -> Iterator[Entry]:
    for calculator in CALCULATORS.values():
        schemes = "、".join(Scheme(scheme).label for scheme in calculator.by_scheme)
        path = reverse("calculators:page", args=[calculator.slug])
        yield Entry(Kind.CALCULATOR, calculator.title, path, calculator.lead, context=schemes)


def _office(office: Office) -> Entry:
    stops = office.stops.all()
    ways = [f"{stop.station}（{'、'.join(ln.label for ln in stop.lines.all())}）" for stop in stops]
    return Entry(
        Kind.OFFICE,
        office.name,
        office.get_absolute_url(),
        "，".join([office.address.rstrip("。"), *ways]),
        office=make_findable(office),
    )


def _channels() -> Iterator[Entry]:
    for channel in Channel.objects.prefetch_related("uses"):
        uses = dict.fromkeys(
            f"{use.get_purpose_display()}（{use.get_scheme_display()}）"
            for use in channel.uses.all()
        )
        yield Entry(
            Kind.CHANNEL,
            channel.name,
            f"{CHANNELS_PAGE}#{channel.slug}",
            "、".join([*uses, *channel.names[1:]]),
        )


def _clauses(today: datetime.date) -> Iterator[Entry]:
    said = sentences(today)
    same: dict[str, list[str]] = defaultdict(list)
    sections: dict[str, str] = {}
    clauses = Clause.objects.order_by("section__document", "section__number", "position")
    for code, section, edition in clauses.values_list(
        "code", "section__title", "section__document__edition_name"
    ):
        if code in said:
            same[normal(said[code])].append(code)
            sections[code] = f"{section}，{edition}"
    for codes in same.values():
        first = codes[0]
        path = reverse("policy:clause", args=[first])
        yield Entry(Kind.CLAUSE, "", path, said[first], sections[first], tuple(codes))
