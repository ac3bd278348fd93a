"""Where a change set stands, what comes next and who may do it, and what happened so far."""

import datetime
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User

from portal.policy.age import zh_day
from portal.policy.models import ChangeSet, ChangeSetEvent
from portal.policy.publishing import writers_of
from portal.staff.desk.frame import EDIT, PUBLISH, WITHDRAW

NAMES_SHOWN = 6
Status = ChangeSet.Status
Action = ChangeSetEvent.Action
_WAY = (Status.DRAFT, Status.SUBMITTED, Status.APPROVED, Status.PUBLISHED, Status.WITHDRAWN)


def name_of(user: Any) -> str:
    """Say who somebody is: family name first, or the name for logging in."""
    if user is None:
        return "随网站录入"
    return f"{user.last_name}{user.first_name}" or user.get_username()


@dataclass(frozen=True, slots=True)
class Station:
    """A state on the way of a set. `passed`: it lies behind; `is_here`: the set stands there."""

    label: str
    passed: bool
    is_here: bool


def way_of(change_set: ChangeSet, today: datetime.date) -> list[Station]:
    """Return the states on the way from draft to withdrawal."""
    here = _WAY.index(Status(change_set.status))
    published = "定时生效 / 已生效"
    if change_set.status == Status.PUBLISHED:
        published = change_set.state_on(today)
    labels = [*(status.label for status in _WAY[:3]), published, Status.WITHDRAWN.label]
    return [Station(label, at < here, at == here) for at, label in enumerate(labels)]


def reviewers_of(change_set: ChangeSet) -> list[User]:
    """Return who may approve and publish a set."""
    able = User.objects.with_perm(
        PUBLISH, backend="django.contrib.auth.backends.ModelBackend"
    ).filter(is_staff=True)
    if not settings.PUBLISHING_BY_ONE:
        able = able.exclude(pk__in=writers_of(change_set))
    return list(able.order_by("last_name", "username").distinct())


def is_reviewer(change_set: ChangeSet, user: User) -> bool:
    """Whether somebody may approve and publish a set: with the right to, and not their own."""
    own = user.pk in writers_of(change_set) and not settings.PUBLISHING_BY_ONE
    return user.has_perm(PUBLISH) and not own


def next_of(change_set: ChangeSet, today: datetime.date) -> str:
    """Say what happens next, and who may do it."""
    day = change_set.first_day
    if change_set.status == Status.DRAFT:
        return "写好内容、改好检查出的问题，然后提交审核。能修改变更单的同事都可以接着写。"
    if change_set.status == Status.SUBMITTED:
        return f"等另一位同事核对，然后发布或退回。{ask_whom(change_set)}"
    if change_set.status == Status.APPROVED:
        return f"已经批准，还没有发布，居民看不到。{ask_whom(change_set)}"
    if change_set.status == Status.WITHDRAWN:
        return "已经撤回，恢复了原来的规定。要再改，请新建一张变更单。"
    if day is not None and day > today:
        left = (day - today).days
        return (
            f"不用再做什么：{zh_day(day)}零点起自动生效，还有 {left} 天。发现写错了，可以随时撤回。"
        )
    return "居民已经看到。发现写错了，可以随时撤回；撤回后马上恢复原来的规定。"


def ask_whom(change_set: ChangeSet) -> str:
    """Say whom to ask to publish a set."""
    names = [name_of(user) for user in reviewers_of(change_set)]
    if not names:
        return "现在没有别的同事有审核的权限：请管理员把一位同事加进“审核”组。"
    more = f"等 {len(names)} 人" if len(names) > NAMES_SHOWN else ""
    return f"可以请：{'、'.join(names[:NAMES_SHOWN])}{more}。"


def rights_of(change_set: ChangeSet, user: User) -> dict[str, bool]:
    """Return which steps a page offers to somebody, given where the set stands."""
    status = change_set.status
    reviewed = status in {Status.SUBMITTED, Status.APPROVED}
    return {
        "submit": status == Status.DRAFT and user.has_perm(EDIT),
        "publish": reviewed and is_reviewer(change_set, user),
        "approve": status == Status.SUBMITTED and is_reviewer(change_set, user),
        "return": reviewed and user.has_perm(PUBLISH),
        "withdraw": status == Status.PUBLISHED and user.has_perm(WITHDRAW),
        "comment": True,
    }


def lines_of(change_set: ChangeSet) -> list[dict[str, object]]:
    """Return what happened to a set, the newest last."""
    return [
        {
            "event": event,
            "who": name_of(event.by),
            "did": event.get_action_display(),
            "to_compare": event.action in {Action.SUBMITTED, Action.PUBLISHED, Action.EDITED},
        }
        for event in change_set.events.select_related("by")
    ]
