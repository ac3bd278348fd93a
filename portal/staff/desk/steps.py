"""A change set's own page: where it stands, what the checks say, and the steps one may take."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils import timezone

from portal import clock
from portal.policy import publishing
from portal.policy.age import zh_day
from portal.policy.checks import Problem, check
from portal.policy.models import ChangeSet, ChangeSetEvent
from portal.policy.publishing import ProblemsLeft, Refused, reasons_given
from portal.staff.desk.contents import Part, comes_back, mending_page, parts_of
from portal.staff.desk.frame import (
    EDIT,
    PUBLISH,
    VIEW,
    WITHDRAW,
    desk_page,
    set_or_404,
    show,
    staff_of,
)
from portal.staff.desk.history import (
    ask_whom,
    is_reviewer,
    lines_of,
    name_of,
    next_of,
    rights_of,
    way_of,
)

LONGEST = 1000  # characters of a reason or comment
PARTS_SHOWN = 12
_REASON = "reason-"
Status = ChangeSet.Status


@dataclass(frozen=True, slots=True)
class Typed:
    """What somebody wrote into the forms of the page: `why`, and `reasons` by a problem's key.

    `seen` is the last event that the page told (see `_refuse_unseen`).
    """

    step: str = ""
    why: str = ""
    reasons: Mapping[str, str] = field(default_factory=dict)
    seen: str = ""

    @classmethod
    def from_post(cls, post: Any) -> "Typed":
        """Read the forms as they were sent; nothing is refused yet."""
        reasons = {
            name.removeprefix(_REASON): _clean(value)
            for name, value in post.items()
            if name.startswith(_REASON)
        }
        return cls(post.get("step", ""), _clean(post.get("why", "")), reasons, post.get("seen", ""))

    def refuse_too_long(self) -> None:
        """Raise Refused for what is too long to be a reason."""
        longest = max(map(len, (self.why, *self.reasons.values())))
        if longest > LONGEST:
            raise Refused(f"写了 {longest} 个字，太长了：请写在 {LONGEST} 个字以内。")


def _clean(text: str) -> str:
    """Without NUL, which PostgreSQL does not store."""
    return text.replace("\0", "").strip()


@dataclass(frozen=True, slots=True)
class Step:
    """A step on the way of a set: the right to it, how it is taken, and what is said afterwards."""

    permission: str
    take: Callable[[ChangeSet, User, Typed], None]
    done: str


STEPS = {
    "submit": Step(
        EDIT,
        lambda one, by, typed: publishing.submit(one, by, typed.reasons),
        "已提交审核。审核期间内容不能改动。",
    ),
    "return": Step(
        PUBLISH,
        lambda one, by, typed: publishing.return_to_author(one, by, typed.why),
        "已退回，又是草稿了。",
    ),
    "approve": Step(
        PUBLISH,
        lambda one, by, typed: publishing.approve(one, by, typed.why, typed.reasons),
        "已批准，还没有发布。",
    ),
    "publish": Step(
        PUBLISH,
        lambda one, by, typed: publishing.publish(one, by, typed.why, typed.reasons),
        "已发布。",
    ),
    "withdraw": Step(
        WITHDRAW,
        lambda one, by, typed: publishing.withdraw(one, by, typed.why),
        "已撤回，居民看到的已经恢复成原来的规定。",
    ),
    "comment": Step(
        VIEW, lambda one, by, typed: publishing.comment(one, by, typed.why), "已留言。"
    ),
}


@desk_page(VIEW)
def overview(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a set; take a step with it, or say on the same page why that may not be."""
    change_set = set_or_404(pk)
    if request.method != "POST":
        return _page(request, change_set, Typed())
    typed = Typed.from_post(request.POST)
    step = STEPS.get(typed.step)
    if step is None:
        return _page(request, change_set, typed, "没有做任何事：请用页面上的按钮。")
    if not request.user.has_perm(step.permission):
        raise PermissionDenied
    try:
        typed.refuse_too_long()
        with transaction.atomic():
            _refuse_unseen(change_set, typed)
            step.take(change_set, staff_of(request), typed)
    except Refused as refused:
        if not ChangeSet.objects.filter(pk=pk).exists():
            messages.error(request, str(refused))
            return redirect("admin:desk:sets")
        return _page(request, set_or_404(pk), typed, _why_not(refused))
    day = change_set.first_day
    when = f"{zh_day(day)}起执行。" if typed.step == "publish" and day else ""
    messages.success(request, step.done + when)
    return redirect("admin:desk:set", pk)


def _refuse_unseen(change_set: ChangeSet, typed: Typed) -> None:
    """Raise Refused where a set is to go forward that has changed since its page was opened.

    A page may stay open for days, in which the set is returned, changed and handed in once more.
    """
    if not typed.seen or typed.step not in {"submit", "approve", "publish"}:
        return
    ChangeSet.objects.select_for_update().filter(pk=change_set.pk).first()
    last = _last_change(change_set)
    if last is not None and str(last.pk) != typed.seen:
        at = timezone.localtime(last.at)
        raise Refused(
            f"还没有做：您打开这一页以后，{name_of(last.by)}在{zh_day(at.date())} {at:%H:%M} "
            f"做了“{last.get_action_display()}”。请看过现在的样子，再按一次。"
        )


def _last_change(change_set: ChangeSet) -> ChangeSetEvent | None:
    return change_set.events.exclude(action=ChangeSetEvent.Action.COMMENTED).last()


def _why_not(refused: Refused) -> str:
    """Say why a step was refused; problems themselves are listed on the page with their places."""
    if not isinstance(refused, ProblemsLeft):
        return str(refused)
    blocking = sum(problem.blocks for problem in refused.problems)
    open_ = len(refused.problems) - blocking
    told = [
        f"{blocking} 个问题必须先改好" if blocking else "",
        f"{open_} 个问题要写明理由" if open_ else "",
    ]
    return f"检查没有通过：{'，'.join(part for part in told if part)}，都列在下面。"


def _page(
    request: HttpRequest, change_set: ChangeSet, typed: Typed, refused: str = ""
) -> HttpResponse:
    today, user = clock.today(), staff_of(request)
    rights, parts = rights_of(change_set, user), parts_of(change_set)
    problems = [] if change_set.is_final else _problems(change_set, typed, parts)
    days = sorted({part.day for part in parts})
    context = {
        "way": way_of(change_set, today),
        "state": change_set.state_on(today),
        "next": next_of(change_set, today),
        "author": name_of(change_set.author),
        "parts": parts[:PARTS_SHOWN],
        "more_parts": max(0, len(parts) - PARTS_SHOWN),
        "days": days,
        "problems": problems,
        "blocking": sum(problem["blocks"] for problem in problems),
        "open": sum(not problem["blocks"] and not problem["held"] for problem in problems),
        "may": rights,
        "own": user.has_perm(PUBLISH) and not is_reviewer(change_set, user),
        "ask": ask_whom(change_set),
        "back": comes_back(change_set, today) if rights["withdraw"] else [],
        "lines": lines_of(change_set),
        "typed": typed,
        "seen": getattr(_last_change(change_set), "pk", 0),
        "refused": refused,
        "lost": typed.why if refused and not rights.get(typed.step) else "",
        "longest": LONGEST,
        "is_new": not change_set.events.filter(action="submitted").exists(),
    }
    status = 422 if refused else 200
    title = change_set.title
    return show(
        request, "sets_set.html", title, context, change_set=change_set, tab="set", status=status
    )


def _problems(change_set: ChangeSet, typed: Typed, parts: list[Part]) -> list[dict[str, Any]]:
    """Return what the checks say of a set now, each with its page and the reason given for it."""
    given = reasons_given(change_set)
    names = {str(user.pk): name_of(user) for user in User.objects.filter(pk__in=_keys(given))}
    under_review = not change_set.is_open
    return [
        _problem(problem, change_set, parts)
        | {
            "held": given[problem.key]["why"] if under_review and problem.key in given else "",
            "by": names.get(given[problem.key]["by"], "") if problem.key in given else "",
            "typed": typed.reasons.get(problem.key, given.get(problem.key, {}).get("why", "")),
        }
        for problem in check(change_set, clock.today())
    ]


def _keys(given: Mapping[str, Mapping[str, str]]) -> set[str]:
    return {confirmed["by"] for confirmed in given.values()}


def _problem(problem: Problem, change_set: ChangeSet, parts: list[Part]) -> dict[str, Any]:
    words, address = mending_page(problem, change_set, parts)
    return {
        "where": " · ".join(part for part in problem.where if part),
        "message": problem.message,
        "blocks": problem.blocks,
        "key": problem.key,
        "mend": words if change_set.is_open else "",
        "address": address,
    }


urlpatterns = [path("<int:pk>/", overview, name="set")]
