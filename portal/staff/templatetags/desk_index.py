"""What the admin's first page tells a clerk: what waits, what comes, what has grown old.

And what each list of the admin is for, in a line.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django import template
from django.apps import apps
from django.contrib.auth.models import User
from django.template import Context
from django.urls import reverse

from portal import clock
from portal.policy.age import zh_day
from portal.policy.in_force import Timetable
from portal.policy.models import ChangeSet, ClauseText, Edition, TextVersion
from portal.staff.admin.purposes import purpose_of
from portal.staff.desk.frame import EDIT, VIEW
from portal.staff.desk.freshness import ENDING, OVERDUE, table_states
from portal.staff.desk.history import name_of

register = template.Library()
register.simple_tag(purpose_of)

# A card names so many; the rest is on the page that it leads to.
LINES_SHOWN = 5
Status = ChangeSet.Status


@dataclass(frozen=True, slots=True)
class Line:
    """One thing of a card: its words, where they lead (may be empty), and a remark."""

    text: str
    url: str = ""
    remark: str = ""


@dataclass(frozen=True, slots=True)
class Card:
    """A card of the first page. `wants`: somebody has to do something, so it is amber."""

    title: str
    url: str
    says: str
    lines: list[Line] = field(default_factory=list)
    wants: bool = False

    @property
    def shown(self) -> list[Line]:
        """The lines that the card has room for."""
        return self.lines[:LINES_SHOWN]

    @property
    def left(self) -> int:
        """How many more there are."""
        return max(len(self.lines) - LINES_SHOWN, 0)


@register.simple_tag(takes_context=True)
def desk_cards(context: Context) -> list[Card]:
    """Return the cards that who asks may see. Their number of queries does not grow."""
    user: User = context["request"].user
    cards: list[Card] = []
    if user.has_perm(VIEW):
        cards += [*_set_cards(user), _coming_card(), *_table_cards()]
    return cards + _feedback_cards(user)


def _set_cards(user: User) -> list[Card]:
    waiting = (Status.DRAFT, Status.SUBMITTED, Status.APPROVED)
    sets = list(
        ChangeSet.objects.filter(status__in=waiting).select_related("author").order_by("-pk")
    )
    drafts = [one for one in sets if one.status == Status.DRAFT]
    own = [one for one in drafts if one.author_id == user.pk]
    submitted = [one for one in sets if one.status == Status.SUBMITTED]
    approved = [one for one in sets if one.status == Status.APPROVED]
    others = f"，别人的草稿 {len(drafts) - len(own)} 张" if len(drafts) > len(own) else ""
    also = f"，已批准还没有发布 {len(approved)} 张" if approved else ""
    listing = reverse("admin:desk:sets")
    cards = [
        Card(
            "等待审核",
            listing,
            f"{_counted(submitted, '张')}{also}",
            [_set_line(one) for one in (*submitted, *approved)],
        )
    ]
    if user.has_perm(EDIT):
        mine = [Line(one.title, reverse("admin:desk:set", args=[one.pk])) for one in own]
        cards.insert(0, Card("我的草稿", listing, f"{_counted(own, '张')}{others}", mine))
    return cards


def _set_line(one: ChangeSet) -> Line:
    state = one.get_status_display()
    remark = f"{state}，起草：{name_of(one.author)}"
    return Line(one.title, reverse("admin:desk:set", args=[one.pk]), remark)


def _coming_card() -> Card:
    """What has been published and begins on a later day, the nearest first."""
    today = clock.today()
    first, *others = (
        part.objects.filter(change_set__status=Status.PUBLISHED, in_force_from__gt=today)
        .order_by()
        .values_list("in_force_from", "change_set", "change_set__title")
        for part in (Edition, ClauseText, TextVersion)
    )
    coming = sorted(first.union(*others))
    lines = [
        Line(
            title,
            reverse("admin:desk:set", args=[pk]),
            f"{zh_day(day)}起，还有 {(day - today).days} 天",
        )
        for day, pk, title in coming
    ]
    return Card("快要生效的", reverse("admin:desk:sets"), _counted(lines, "项"), lines)


def _table_cards() -> list[Card]:
    states = table_states(Timetable.load(), clock.today())
    overdue = [state for state in states if state.why_overdue]
    ending = [state for state in states if state.why_ending]
    tables = reverse("admin:desk:tables")
    return [
        Card(
            "该核对的表",
            f"{tables}?show={OVERDUE}",
            _counted(overdue, "张"),
            [Line(state.title, f"{tables}#{state.anchor}") for state in overdue],
            wants=bool(overdue),
        ),
        Card(
            "快到期和已到期的表",
            f"{tables}?show={ENDING}",
            _counted(ending, "张"),
            [Line(s.title, f"{tables}#{s.anchor}", s.why_ending) for s in ending],
            wants=bool(ending),
        ),
    ]


def _feedback_cards(user: User) -> list[Card]:
    """What residents wrote that nobody has read yet, where the app of it is installed."""
    if not apps.is_installed("portal.feedback") or not user.has_perm("feedback.view_feedback"):
        return []
    feedback: Any = apps.get_model("feedback", "Feedback")
    new = feedback.State.NEW
    count = feedback.objects.filter(state=new).count()
    url = f"{reverse('admin:feedback_feedback_changelist')}?state__exact={new.value}"
    return [Card("新的居民意见", url, f"{count} 条" if count else "没有", wants=bool(count))]


def _counted(things: Iterable[object], measure: str) -> str:
    count = len(list(things))
    return f"{count} {measure}" if count else "没有"
