"""The way of a change set: written, submitted, approved and published, taken back.

草稿 → 待审核 → 已批准 → 定时生效 / 已生效 → 已撤回; from 待审核 and 已批准 a set may go back to its
author. `publish` approves and publishes in one act (批准并发布), so that a set goes live by itself on
its day: it is published at once, and the start days of what it carries are the timer. `approve`
alone leaves it at 已批准, for who wants to announce it later; residents see nothing of it.

Each step is one transaction, looks at the set as it is stored, and writes a line of its history.
What may not be is refused with a `Refused`, whose message is for staff. Mere words may be changed
at once by one person: `publish_words`.
"""

import datetime
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction

from portal import clock
from portal.policy.checks import Problem, check
from portal.policy.discarding import delete_draft
from portal.policy.drafts import free_slug
from portal.policy.models import ChangeSet, ChangeSetEvent, PublicVersion, Text, TextVersion
from portal.policy.wording import touched, version_in_force

DRAFT, SUBMITTED, APPROVED, PUBLISHED, WITHDRAWN = ChangeSet.Status
Action = ChangeSetEvent.Action
Reasons = Mapping[str, str]  # by the key of a problem
Confirmed = list[dict[str, str]]
NO_REASONS: Reasons = {}


class Refused(Exception):
    """A step that may not be taken; the message says why, in Chinese."""


class WrongState(Refused):
    """The set does not stand where the step begins; perhaps somebody else was faster."""


class SamePerson(Refused):
    """Who wrote or submitted a set may not approve or publish it."""


class SomethingMissing(Refused):
    """The set carries nothing yet, or words that somebody has to read are missing."""


class WordsOvertaken(Refused):
    """Somebody else has changed the words in the meantime: `now` is what residents read."""

    def __init__(self, now: TextVersion) -> None:
        super().__init__("这份文字刚被别人改过。")
        self.now = now


class MoreThanWords(Refused):
    """A change of words that is no mere change of words: `touched` says what it does, in Chinese."""

    def __init__(self, touched: list[str]) -> None:
        super().__init__("不只是改字：" + "；".join(touched))
        self.touched = touched


class ProblemsLeft(Refused):
    """The checks found what blocks, or what is to be confirmed with a reason: `problems`."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("检查没有通过：" + "；".join(map(str, problems)))
        self.problems = problems


def submit(change_set: ChangeSet, by: User, confirmations: Reasons = NO_REASONS) -> None:
    """Hand a draft in for review. `confirmations` has the reason for each problem, by its key.

    Raises WrongState, SomethingMissing, ProblemsLeft.
    """
    with _held(change_set, "提交审核", DRAFT) as held:
        _need(held.summary, "请写一句给居民看的话：这次改了什么。")
        _need(held.concerns, "请写明谁会受影响。")
        confirmed = _confirmed(held, confirmations)
        if held.author is None:
            held.author = by
        _move(held, SUBMITTED)
        _note(held, Action.SUBMITTED, by, confirmed=confirmed)


def return_to_author(change_set: ChangeSet, by: User, why: str) -> None:
    """Make a set a draft again that was submitted or approved. Raises WrongState, SomethingMissing."""
    with _held(change_set, "退回", SUBMITTED, APPROVED) as held:
        _need(why.strip(), "请写明为什么退回。")
        _move(held, DRAFT)
        _note(held, Action.RETURNED, by, why)


def approve(
    change_set: ChangeSet, by: User, why: str = "", confirmations: Reasons = NO_REASONS
) -> None:
    """Approve a submitted set without publishing it yet. Raises WrongState, SamePerson, ProblemsLeft."""
    with _held(change_set, "批准", SUBMITTED) as held:
        confirmed = _look_again(held, by, confirmations)
        _move(held, APPROVED)
        _note(held, Action.APPROVED, by, why, confirmed)


def publish(
    change_set: ChangeSet, by: User, why: str = "", confirmations: Reasons = NO_REASONS
) -> None:
    """Publish a set, and approve it where nobody has: each of its contents counts from its own day.

    Raises WrongState, SamePerson, ProblemsLeft.
    """
    with _held(change_set, "发布", SUBMITTED, APPROVED) as held:
        confirmed = _look_again(held, by, confirmations)
        if held.status == SUBMITTED:
            _move(held, APPROVED)
            _note(held, Action.APPROVED, by)
        held.publish()
        _note(held, Action.PUBLISHED, by, why, confirmed)


def withdraw(change_set: ChangeSet, by: User, why: str) -> None:
    """Take a published set back: what it had replaced counts again. Raises WrongState,
    SomethingMissing.

    Anybody of the staff may, the author too: what is wrong must not wait for a second person.
    """
    with _held(change_set, "撤回", PUBLISHED) as held:
        _need(why.strip(), "请写明为什么撤回。")
        held.withdraw()
        _note(held, Action.WITHDRAWN, by, why)


@transaction.atomic
def publish_words(text: Text, body: str, by: User, why: str, *, seen: int) -> ChangeSet:
    """Publish other words for a text at once, and return the set that carries them alone.

    The one thing that one person publishes: see `portal.policy.wording`. `seen` is the key of the
    version that they started from. Raises WordsOvertaken, MoreThanWords, SomethingMissing,
    ProblemsLeft, and Text.DoesNotExist where residents read nothing there yet.
    """
    Text.objects.select_for_update().get(pk=text.pk)  # a second person waits here
    today = clock.today()
    now = version_in_force(text, today)
    if now is None:
        raise Text.DoesNotExist
    if now.pk != seen:
        raise WordsOvertaken(now)
    _need(why.strip(), "请写明为什么改。")
    if more := touched(now.body, body):
        raise MoreThanWords(more)
    made = _draft_of_words(text, body, by, today, immediate=True)
    _wait_for_who_publishes()
    if problems := check(made, today):
        raise ProblemsLeft(problems)
    made.publish()
    _note(made, Action.PUBLISHED, by, why)
    return made


@transaction.atomic
def draft_words(text: Text, body: str, by: User, why: str) -> ChangeSet:
    """Begin a draft with other words for a text, for a colleague to review, and return it."""
    draft = _draft_of_words(text, body, by, clock.today(), immediate=False)
    _note(draft, Action.EDITED, by, f"放进了“{text}”的文字：{why}".rstrip("："))
    return draft


def _draft_of_words(
    text: Text, body: str, by: User, start: datetime.date, *, immediate: bool
) -> ChangeSet:
    slug = free_slug(f"words-{start}" if immediate else str(start))
    made = ChangeSet.objects.create(
        slug=slug, title=f"改文字：{text}", author=by, immediate=immediate
    )
    TextVersion.objects.create(text=text, change_set=made, in_force_from=start, body=body)
    return made


def comment(change_set: ChangeSet, by: User, why: str) -> None:
    """Say something about a set, wherever it stands. Raises SomethingMissing."""
    with _held(change_set, "留言", *ChangeSet.Status) as held:
        _need(why.strip(), "留言不能是空的。")
        _note(held, Action.COMMENTED, by, why)


def note_edit(change_set: ChangeSet, by: User, why: str) -> None:
    """Write into a draft's history what was just saved of it: `why`, one line in Chinese.

    Raises WrongState.
    """
    with _held(change_set, "修改", DRAFT) as held:
        _note(held, Action.EDITED, by, why)


def discard(change_set: ChangeSet) -> None:
    """Throw a draft away with all that it alone brought. Raises WrongState: also where it has been
    submitted once, because then its history is kept.
    """
    with _held(change_set, "删除", DRAFT) as held:
        if held.events.filter(action=Action.SUBMITTED).exists():
            raise WrongState("这张变更单提交过审核，它的经过要留着，不能删除。不用它，放着就可以。")
        delete_draft(held)


@contextmanager
def _held(change_set: ChangeSet, step: str, *states: ChangeSet.Status) -> Iterator[ChangeSet]:
    """Hold the set as it is stored until the step is done; show `change_set` what became of it.

    Of two people who act at once the second waits here, and then finds another state.
    """
    with transaction.atomic():
        held = ChangeSet.objects.select_for_update().filter(pk=change_set.pk).first()
        if held is None:
            raise WrongState("这张变更单已经不在了，可能刚被别人删除。")
        if held.status not in states:
            raise WrongState(
                f"变更单“{held}”现在是“{held.get_status_display()}”，不能{step}。"
                "可能别人刚刚处理过，请刷新页面看一看。"
            )
        yield held
    if held.pk is not None:  # it may have been thrown away
        change_set.refresh_from_db()


def _need(given: object, message: str) -> None:
    if not given:
        raise SomethingMissing(message)


def _confirmed(held: ChangeSet, reasons: Reasons) -> Confirmed:
    """Check the set; return the problems that were confirmed, each with its reason."""
    problems = check(held, clock.today())
    given = {key: why.strip() for key, why in reasons.items() if why.strip()}
    left = [problem for problem in problems if problem.blocks or problem.key not in given]
    if left:
        raise ProblemsLeft(left)
    return [{"key": p.key, "problem": str(p), "why": given[p.key]} for p in problems]


def writers_of(change_set: ChangeSet) -> set[int]:
    """Return the keys of those who wrote or submitted a set, and so may not approve it."""
    submission = _submission(change_set)
    wrote = {change_set.author_id, submission.by_id if submission else None}
    return {key for key in wrote if key is not None}


def reasons_given(change_set: ChangeSet) -> dict[str, dict[str, str]]:
    """Return what was confirmed since a set was submitted last, by the key of the problem:
    `problem`, `why`, and `by`, the key of who did."""
    submission = _submission(change_set)
    return {
        confirmed["key"]: {**confirmed, "by": str(event.by_id)}
        for event in change_set.events.filter(pk__gte=submission.pk if submission else 0)
        for confirmed in event.confirmations
    }


def _submission(change_set: ChangeSet) -> ChangeSetEvent | None:
    return change_set.events.filter(action=Action.SUBMITTED).last()


def _look_again(held: ChangeSet, by: User, reasons: Reasons) -> Confirmed:
    """Let another pair of eyes, and the checks, look at what was submitted.

    The checks once more, because the day has moved on and other sets may have been published. What
    was confirmed before stays confirmed; return what was confirmed now.
    """
    if by.pk in writers_of(held) and not settings.PUBLISHING_BY_ONE:
        raise SamePerson("自己起草或提交的变更单，要请另一位同事批准和发布。")
    _wait_for_who_publishes()
    before = {key: confirmed["why"] for key, confirmed in reasons_given(held).items()}
    confirmed = _confirmed(held, {**before, **reasons})
    return [problem for problem in confirmed if problem["key"] not in before]


def _wait_for_who_publishes() -> None:
    """Publish one after the other, so that the checks see what a colleague is just publishing.

    SQLite lets one write at a time in any case; on PostgreSQL two sets would not know of each other.
    """
    PublicVersion.objects.select_for_update().filter(pk=PublicVersion.ONLY).first()


def _move(held: ChangeSet, status: ChangeSet.Status) -> None:
    held.status = status
    held.save()


def _note(
    held: ChangeSet,
    action: ChangeSetEvent.Action,
    by: User,
    why: str = "",
    confirmed: Confirmed | None = None,
) -> None:
    held.events.create(action=action, by=by, why=why.strip(), confirmations=confirmed or [])
