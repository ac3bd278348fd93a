"""The way of a change set from a draft to the residents and back, and who may do which step."""

import datetime
import os
import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db.models import ProtectedError

from portal import clock
from portal.offices.models import Office
from portal.policy import publishing
from portal.policy.drafts import copy_edition
from portal.policy.in_force import Timetable
from portal.policy.models import (
    Amount,
    ChangeSet,
    ChangeSetEvent,
    Clause,
    ClauseText,
    Document,
    Edition,
    Section,
)
from portal.policy.models.publishing import HistoryIsFinal, PublishedIsFinal, UnderReview
from portal.policy.publishing import (
    MoreThanWords,
    ProblemsLeft,
    Refused,
    SamePerson,
    SomethingMissing,
    WordsOvertaken,
    WrongState,
    approve,
    comment,
    publish,
    return_to_author,
    submit,
    withdraw,
)
from tests.conftest import TODAY
from tests.policy.desk import NEW_DAY, draft_of_limit, hand_in, limit_on, person, reasons_for

pytestmark = pytest.mark.django_db

OLD, NEW = Decimal(150_000), Decimal(160_000)  # F-9.1, and the made-up notice
BEFORE = NEW_DAY - datetime.timedelta(days=1)


@pytest.fixture
def author() -> User:
    return person("起草人")


@pytest.fixture
def publisher() -> User:
    return person("审核人")


def history(change_set: ChangeSet) -> list[tuple[str, str, str]]:
    return [(event.action, event.by.username, event.why) for event in change_set.events.all()]


# The way there and back


def test_a_set_goes_from_draft_to_the_residents_on_its_day_and_back(
    author: User, publisher: User
) -> None:
    draft = draft_of_limit(author)
    assert draft.state_on(TODAY) == "草稿"
    hand_in(draft, author)
    assert draft.state_on(TODAY) == "待审核"
    assert limit_on(NEW_DAY) == OLD

    publish(draft, publisher, "和通知核对过")
    assert draft.state_on(BEFORE) == "定时生效"
    assert draft.state_on(NEW_DAY) == "已生效"
    assert (limit_on(BEFORE), limit_on(NEW_DAY)) == (OLD, NEW)

    withdraw(draft, author, "金额看错了")
    assert draft.state_on(NEW_DAY) == "已撤回"
    assert draft.withdrawn_at is not None
    assert limit_on(NEW_DAY) == OLD
    assert history(draft) == [
        ("submitted", "起草人", ""),
        ("approved", "审核人", ""),
        ("published", "审核人", "和通知核对过"),
        ("withdrawn", "起草人", "金额看错了"),
    ]


def test_an_approved_set_waits_to_be_published(author: User, publisher: User) -> None:
    draft = draft_of_limit(author)
    hand_in(draft, author)
    approve(draft, publisher, "可以")
    assert draft.state_on(NEW_DAY) == "已批准，待发布"
    assert limit_on(NEW_DAY) == OLD
    publish(draft, person("第三人"))
    assert limit_on(NEW_DAY) == NEW
    assert [action for action, _, _ in history(draft)] == ["submitted", "approved", "published"]


@pytest.mark.parametrize("approved", [False, True])
def test_a_set_can_be_returned_mended_and_submitted_again(
    author: User, publisher: User, approved: bool
) -> None:
    draft = draft_of_limit(author)
    hand_in(draft, author)
    if approved:
        approve(draft, publisher)
    return_to_author(draft, publisher, "少写了谁会受影响")
    assert draft.status == "draft"
    draft.concerns = "所有参加职工医保的灵活就业人员"
    draft.save()
    hand_in(draft, author)
    publish(draft, publisher)
    assert limit_on(NEW_DAY) == NEW


def test_a_set_waits_until_the_first_of_its_days(author: User, publisher: User) -> None:
    draft = draft_of_limit(author)
    assert draft.first_day == NEW_DAY
    (listed,) = ChangeSet.objects.with_first_day().filter(pk=draft.pk)
    assert listed.first_day == NEW_DAY
    assert ChangeSet.objects.create(slug="empty", title="空").first_day is None


# What a state does not allow


STEPS: dict[str, Any] = {
    "submit": submit,
    "return": lambda draft, by: return_to_author(draft, by, "原因"),
    "approve": approve,
    "publish": publish,
    "withdraw": lambda draft, by: withdraw(draft, by, "原因"),
}
ALLOWED = {
    "draft": {"submit"},
    "submitted": {"return", "approve", "publish"},
    "approved": {"return", "publish"},
    "published": {"withdraw"},
    "withdrawn": set(),
}


@pytest.mark.parametrize("state", list(ALLOWED))
def test_a_state_allows_its_own_steps_only(author: User, publisher: User, state: str) -> None:
    draft = draft_of_limit(author)
    for status, step in (
        ("submitted", lambda: hand_in(draft, author)),
        ("approved", lambda: approve(draft, publisher)),
        ("published", lambda: publish(draft, publisher)),
        ("withdrawn", lambda: withdraw(draft, publisher, "原因")),
    ):
        if draft.status == state:
            break
        step()
        assert draft.status == status
    told = history(draft)
    for name in set(STEPS) - ALLOWED[state]:
        with pytest.raises(WrongState, match=r"调整统筹基金限额.*不能"):
            STEPS[name](draft, publisher)
    draft.refresh_from_db()
    assert (draft.status, history(draft)) == (state, told)
    comment(draft, publisher, "随时可以留言")


def test_of_two_people_the_second_is_told_kindly(author: User, publisher: User) -> None:
    draft = draft_of_limit(author)
    hand_in(draft, author)
    seen_by_another = ChangeSet.objects.get(pk=draft.pk)
    publish(draft, publisher)
    with pytest.raises(WrongState, match="现在是“已发布”，不能退回。可能别人刚刚处理过"):
        return_to_author(seen_by_another, person("第三人"), "晚了一步")
    assert limit_on(NEW_DAY) == NEW


def test_a_draft_that_somebody_deleted_is_refused(author: User) -> None:
    draft = ChangeSet.objects.create(slug="gone", title="已删", author=author)
    ChangeSet.objects.get(pk=draft.pk).delete()
    with pytest.raises(WrongState, match="不在了"):
        comment(draft, author, "还在吗")


# Two pairs of eyes


@pytest.mark.parametrize("step", ["approve", "publish"])
def test_nobody_publishes_what_they_wrote_or_submitted(
    author: User, publisher: User, step: str
) -> None:
    draft = draft_of_limit(author)
    hand_in(draft, publisher)  # on behalf of the author
    for person_ in (author, publisher):
        with pytest.raises(SamePerson, match="另一位同事"):
            STEPS[step](draft, person_)
    assert draft.status == "submitted"
    STEPS[step](draft, person("第三人"))


def test_who_approved_may_publish(author: User, publisher: User) -> None:
    draft = draft_of_limit(author)
    hand_in(draft, author)
    approve(draft, publisher)
    with pytest.raises(SamePerson):
        publish(draft, author)
    publish(draft, publisher)
    assert draft.status == "published"


def test_an_office_of_one_person_can_relax_it(author: User, settings: Any) -> None:
    assert settings.PUBLISHING_BY_ONE is False
    settings.PUBLISHING_BY_ONE = True
    draft = draft_of_limit(author)
    hand_in(draft, author)
    publish(draft, author)
    assert draft.status == "published"


def test_who_submits_a_draft_of_nobody_becomes_its_author(author: User) -> None:
    draft = draft_of_limit(author)
    draft.author = None
    draft.save()
    hand_in(draft, author)
    assert draft.author == author


# What must be written, and what the checks find


@pytest.mark.parametrize("field", ["summary", "concerns"])
def test_residents_are_told_what_and_whom(author: User, field: str) -> None:
    draft = draft_of_limit(author)
    setattr(draft, field, "")
    draft.save()
    with pytest.raises(SomethingMissing, match="请写"):
        hand_in(draft, author)
    assert draft.status == "draft"


def test_a_reason_is_not_left_out(author: User, publisher: User) -> None:
    draft = draft_of_limit(author)
    with pytest.raises(SomethingMissing):
        comment(draft, author, " ")
    hand_in(draft, author)
    with pytest.raises(SomethingMissing, match="为什么退回"):
        return_to_author(draft, publisher, "")
    publish(draft, publisher)
    with pytest.raises(SomethingMissing, match="为什么撤回"):
        withdraw(draft, publisher, "  ")
    assert limit_on(NEW_DAY) == NEW


def test_what_blocks_cannot_be_confirmed_away(author: User) -> None:
    draft = draft_of_limit(author)
    limit = Amount.objects.get(edition__change_set=draft)
    limit.value = Decimal(16_000)  # the clause says 160000
    limit.save()
    reasons = reasons_for(draft)
    with pytest.raises(ProblemsLeft) as refusal:
        submit(draft, author, reasons)
    assert refusal.value.problems
    assert all(problem.blocks for problem in refusal.value.problems)
    assert "统筹基金年限额" in str(refusal.value)
    assert (draft.status, history(draft)) == ("draft", [])


def test_what_is_to_be_confirmed_takes_a_reason_that_stays_in_the_history(
    author: User, publisher: User
) -> None:
    draft = draft_of_limit(author, 250_000)  # more by two thirds
    reasons = reasons_for(draft)
    for given in ({}, dict.fromkeys(reasons, " ")):
        with pytest.raises(ProblemsLeft):
            submit(draft, author, given)
    submit(draft, author, reasons)
    (event,) = draft.events.all()
    assert {problem["key"] for problem in event.confirmations} == set(reasons)
    assert any("统筹基金年限额" in problem["problem"] for problem in event.confirmations)
    assert {problem["why"] for problem in event.confirmations} == {"核对过文件"}
    publish(draft, publisher)  # what was confirmed once need not be confirmed again
    assert limit_on(NEW_DAY) == Decimal(250_000)


def test_what_has_come_up_since_is_confirmed_by_the_publisher(
    author: User, publisher: User
) -> None:
    draft = draft_of_limit(author)
    hand_in(draft, author)
    with clock.as_of(NEW_DAY + datetime.timedelta(days=1)):  # it lay about over its start day
        with pytest.raises(ProblemsLeft) as refusal:
            publish(draft, publisher)
        (problem,) = refusal.value.problems
        publish(draft, publisher, confirmations={problem.key: "前一天出差"})
    event = draft.events.get(action="published")
    assert [told["why"] for told in event.confirmations] == ["前一天出差"]


# What is reviewed is what gets published, and what is published stays


def test_what_is_under_review_cannot_be_changed(author: User, publisher: User) -> None:
    draft = draft_of_limit(author)
    limit = Amount.objects.get(edition__change_set=draft)
    hand_in(draft, author)
    for step in (lambda: None, lambda: approve(draft, publisher)):
        step()
        limit.value = Decimal(1)
        with pytest.raises(UnderReview, match="退回草稿后才能修改"):
            limit.save()
        with pytest.raises(UnderReview):
            limit.delete()
        with pytest.raises(ProtectedError):
            ChangeSet.objects.get(pk=draft.pk).delete()
        draft.summary = "别的话"
        with pytest.raises(UnderReview):
            draft.save()
        draft.refresh_from_db()
    return_to_author(draft, publisher, "改一改")
    limit.value = NEW
    limit.save()


def test_a_published_set_is_final_but_for_its_withdrawal(author: User, publisher: User) -> None:
    draft = draft_of_limit(author)
    hand_in(draft, author)
    publish(draft, publisher)
    for field, value in (("summary", "别的话"), ("status", "draft"), ("published_at", None)):
        changed = ChangeSet.objects.get(pk=draft.pk)
        setattr(changed, field, value)
        with pytest.raises(PublishedIsFinal):
            changed.save()
    with pytest.raises(ProtectedError):
        draft.delete()
    withdraw(draft, publisher, "撤回")
    draft.status = "published"
    with pytest.raises(PublishedIsFinal):
        draft.save()


def test_the_history_is_added_to_and_never_rewritten(author: User) -> None:
    draft = draft_of_limit(author)
    comment(draft, author, "先看看")
    (event,) = draft.events.all()
    event.why = "改口"
    for rewriting in (
        event.save,
        event.delete,
        ChangeSetEvent.objects.all().delete,
        lambda: ChangeSetEvent.objects.update(why="改口"),
    ):
        with pytest.raises(HistoryIsFinal):
            rewriting()
    assert history(draft) == [("commented", "起草人", "先看看")]


# All or nothing


@pytest.mark.parametrize("broken_at", ["approved", "published"])
def test_a_crash_in_the_middle_of_publishing_leaves_nothing(
    author: User, publisher: User, monkeypatch: pytest.MonkeyPatch, broken_at: str
) -> None:
    draft = draft_of_limit(author)
    hand_in(draft, author)
    save = ChangeSetEvent.save

    def crash(self: ChangeSetEvent, *args: Any, **kwargs: Any) -> None:
        save(self, *args, **kwargs)
        if self.action == broken_at:
            raise KeyboardInterrupt

    monkeypatch.setattr(ChangeSetEvent, "save", crash)
    with pytest.raises(KeyboardInterrupt):
        publish(draft, publisher)
    monkeypatch.undo()
    stored = ChangeSet.objects.get(pk=draft.pk)
    assert (stored.status, stored.published_at) == ("submitted", None)
    assert [action for action, _, _ in history(stored)] == ["submitted"]
    assert limit_on(NEW_DAY) == OLD
    publish(draft, publisher)
    assert limit_on(NEW_DAY) == NEW


def test_the_shipped_sets_have_no_author_and_no_history() -> None:
    shipped = ChangeSet.objects.filter(slug__in=["resident-2024", "flexible-2025-10"])
    assert [(s.author, s.events.count(), s.state_on(TODAY)) for s in shipped] == [
        (None, 0, "已生效"),
        (None, 0, "已生效"),
    ]
    assert Edition.objects.filter(change_set__in=shipped).exists()


def test_every_refusal_is_said_in_chinese() -> None:
    refusals = {
        WrongState,
        SamePerson,
        SomethingMissing,
        ProblemsLeft,
        WordsOvertaken,
        MoreThanWords,
    }
    assert refusals == set(Refused.__subclasses__())
    assert publishing.__doc__ is not None


# Processes of their own, with a database in a file

PLAY = """
import os, sys
import django
django.setup()
from django.contrib.auth.models import User
from portal.policy import publishing
from portal.policy.models import ChangeSet, ChangeSetEvent
from tests.policy.desk import draft_of_limit, hand_in, person

part = sys.argv[1]
if part == "prepare":
    from django.core.management import call_command
    call_command("migrate", verbosity=0)
    call_command("seed", verbosity=0)
    draft = draft_of_limit(person("author"))
    hand_in(draft, draft.author)
    person("first"), person("second")
elif part == "killed":
    ChangeSet.publish = lambda self: os._exit(9)
    publishing.publish(ChangeSet.objects.get(slug="pool-limit"), User.objects.get(username="first"))
elif part == "tell":
    kept = ChangeSet.objects.get(slug="pool-limit")
    print(kept.status, *kept.events.values_list("action", flat=True))
else:
    draft = ChangeSet.objects.get(slug="pool-limit")
    try:
        publishing.publish(draft, User.objects.get(username=part))
        print("published")
    except publishing.WrongState:
        print("refused")
"""


@pytest.mark.slow
def test_a_killed_process_leaves_nothing_and_of_two_at_once_one_publishes(tmp_path: Path) -> None:
    environment = {
        **os.environ,
        "DATABASE_URL": f"sqlite:///{tmp_path}/portal.sqlite3",
        "DJANGO_SETTINGS_MODULE": "tests.settings",
    }

    def start(part: str) -> "subprocess.Popen[str]":
        return subprocess.Popen(
            [sys.executable, "-c", PLAY, part],
            env=environment,
            cwd=Path(__file__).resolve().parents[2],
            stdout=subprocess.PIPE,
            text=True,
        )

    for part, code in (("prepare", 0), ("killed", 9)):
        process = start(part)
        process.communicate()
        assert process.returncode == code
    assert start("tell").communicate()[0] == "submitted submitted\n"
    both = [start("first"), start("second")]
    told = sorted(process.communicate()[0] for process in both)
    assert told == ["published\n", "refused\n"]
    assert start("tell").communicate()[0] == "published submitted approved published\n"


# Notes of edits, and drafts that are thrown away


def test_an_edit_of_a_draft_is_noted(author: User) -> None:
    draft = draft_of_limit(author)
    publishing.note_edit(draft, author, "统筹基金年限额：改了 1 格")
    assert history(draft) == [("edited", "起草人", "统筹基金年限额：改了 1 格")]


@pytest.mark.parametrize("step", [publishing.note_edit, publishing.discard])
def test_only_a_draft_is_edited_or_thrown_away(author: User, step: Any) -> None:
    draft = draft_of_limit(author)
    hand_in(draft, author)
    arguments = [author, "改了"] if step is publishing.note_edit else []
    with pytest.raises(WrongState, match="待审核"):
        step(draft, *arguments)
    assert len(history(draft)) == 1


def test_a_draft_is_thrown_away_with_its_notes(author: User) -> None:
    draft = draft_of_limit(author)
    pk = draft.pk
    publishing.note_edit(draft, author, "改了 1 格")
    comment(draft, author, "不要了")
    publishing.discard(draft)
    assert not ChangeSet.objects.filter(pk=pk).exists()
    assert not ChangeSetEvent.objects.filter(change_set=pk).exists()
    assert not Edition.objects.filter(change_set=pk).exists()
    assert not Document.objects.filter(letter="N").exists()
    with pytest.raises(WrongState, match="不在了"):
        publishing.discard(ChangeSet(pk=pk))


@pytest.mark.parametrize("tie", ["row", "reading", "office"])
def test_a_document_that_something_else_rests_on_stays(author: User, tie: str) -> None:
    draft, other = draft_of_limit(author), draft_of_limit(author, slug="other", letter="M")
    clause = Clause.objects.get(code="N-1.1")
    if tie == "row":
        amount = Amount.objects.get(edition__change_set=other, name="yearly_limit")
        amount.clause = clause
        amount.save()
    elif tie == "reading":
        edition = copy_edition(
            Timetable.load().latest_edition("flexible", "readings", NEW_DAY), other, NEW_DAY
        )
        edition.decidedreading_rows.all()[0].clauses.add(clause)
    else:
        Office.objects.filter(slug="hunnan").update(clause=clause)
    publishing.discard(draft)
    clause.refresh_from_db()
    assert clause.section.document.letter == "N"


def test_a_clause_of_an_older_document_goes_alone(author: User) -> None:
    draft = draft_of_limit(author)
    section = Section.objects.filter(document__slug="flexible-2025-10").order_by("number")[0]
    clause = Clause.objects.create(code="F-1.99", section=section, position=99)
    known = Clause.objects.get(code="F-9.1")
    for one in (clause, known):
        ClauseText.objects.create(
            change_set=draft, clause=one, in_force_from=NEW_DAY, sentence="补录"
        )
    publishing.discard(draft)
    assert not Clause.objects.filter(code="F-1.99").exists()
    assert [text.sentence != "补录" for text in known.texts.all()] == [True]
    section.refresh_from_db()


def test_the_reasons_given_are_those_since_the_last_submission(
    author: User, publisher: User
) -> None:
    draft = draft_of_limit(author, 250_000)  # more than a third above 150,000 (F-9.1)
    (problem,) = publishing.check(draft, TODAY)
    submit(draft, author, {problem.key: "第一次的理由"})
    return_to_author(draft, publisher, "再看")
    submit(draft, author, {problem.key: "第二次的理由"})
    assert publishing.reasons_given(draft)[problem.key]["why"] == "第二次的理由"
    assert publishing.reasons_given(draft)[problem.key]["by"] == str(author.pk)


def test_writers_are_who_began_it_and_who_handed_it_in_last(author: User, publisher: User) -> None:
    draft, third = draft_of_limit(author), person("第三人")
    assert publishing.writers_of(draft) == {author.pk}
    hand_in(draft, third)
    assert publishing.writers_of(draft) == {author.pk, third.pk}
    assert publishing.writers_of(ChangeSet.objects.create(slug="shipped", title="空")) == set()
