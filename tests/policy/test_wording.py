"""Which words may be changed at once: those that leave every number and citation where it was."""

import datetime

import pytest
from django.db import IntegrityError

from portal.policy.checks import check
from portal.policy.models import ChangeSet, Document, Text, TextVersion
from portal.policy.publishing import (
    MoreThanWords,
    ProblemsLeft,
    SomethingMissing,
    WordsOvertaken,
    draft_words,
    publish_words,
)
from portal.policy.wording import ahead_of, fixed_parts, touched, version_in_force
from tests.conftest import TODAY
from tests.policy.desk import hand_in, person
from tests.policy.drafting import new_set, text_of

FULL = (
    "# 门诊怎么报 {#a1}\n\n"
    "全年最多 [[flexible.pool.yearly_limit]]，起付 [[flexible.inpatient.decrement.step]]。"
    "[F-14.10、A-17]\n\n"
    "1. 先备案，3 个月内有效。\n2. 再看病，报百分之八十。\n\n[[sheet:flexible.inpatient]]\n"
)


def test_what_stands_still_is_found_in_its_order() -> None:
    assert fixed_parts(FULL) == [
        ("引用的数", "[[flexible.pool.yearly_limit]]"),
        ("引用的数", "[[flexible.inpatient.decrement.step]]"),
        ("引用的条款", "F-14.10"),
        ("引用的理解", "A-17"),
        ("写出的数", "3个月"),
        ("写出的数", "百分之八十"),
        ("引用的表", "[[sheet:flexible.inpatient]]"),
    ]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("先备案", "请您先备案"),
        ("3 个月内", "3个月以内"),  # a space is no number
        ("# 门诊怎么报", "# 看门诊怎么报销"),
        ("\n2. 再看病，报百分之八十。", "\n2. 去医院。\n3. 看病，报百分之八十。"),  # a step more
        ("{#a1}", "{#a1}\n\n## 新的一节 {#part-2}\n\n写在这里。"),
        ("先备案，", "先备案（[怎么备案](/care/)），"),
    ],
)
def test_words_may_change_at_once(old: str, new: str) -> None:
    assert old in FULL
    assert touched(FULL, FULL.replace(old, new)) == []


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (
            "起付 [[flexible.inpatient.decrement.step]]",
            "有起付",
            ["删去了引用的数“[[flexible.inpatient.decrement.step]]”"],
        ),
        (
            "[[flexible.pool.yearly_limit]]",
            "[[resident.pool.yearly_limit]]",
            [
                "删去了引用的数“[[flexible.pool.yearly_limit]]”",
                "添上了引用的数“[[resident.pool.yearly_limit]]”",
            ],
        ),
        ("[[flexible.pool.yearly_limit]]", "15 万元", [
            "删去了引用的数“[[flexible.pool.yearly_limit]]”", "添上了写出的数“15万元”"
        ]),
        ("、A-17]", "]", ["删去了引用的理解“A-17”"]),
        ("[F-14.10、", "[F-14.10、F-14.11、", ["添上了引用的条款“F-14.11”"]),
        ("[F-14.10、A-17]", "", ["删去了引用的条款“F-14.10”", "删去了引用的理解“A-17”"]),
        ("3 个月", "3 天", ["删去了写出的数“3个月”", "添上了写出的数“3天”"]),
        ("3 个月", "三个月", ["删去了写出的数“3个月”", "添上了写出的数“三个月”"]),
        ("3 个月", "３ 个月", ["删去了写出的数“3个月”", "添上了写出的数“３个月”"]),
        ("八十", "九十", ["删去了写出的数“百分之八十”", "添上了写出的数“百分之九十”"]),
        ("先备案", "满半年先备案", ["添上了写出的数“半年”"]),
        ("先备案", "先打 024-12345 备案", ["添上了写出的数“024-12345”"]),
        ("[[sheet:flexible.inpatient]]", "", ["删去了引用的表“[[sheet:flexible.inpatient]]”"]),
        (
            "{#a1}",
            "{#b}",
            ["删去了小标题的名字“{#a1}”，别处可能链到那里"],
        ),
    ],
)  # fmt: skip
def test_what_is_more_than_words_is_named(old: str, new: str, told: list[str]) -> None:
    assert old in FULL
    assert touched(FULL, FULL.replace(old, new)) == told


def test_two_numbers_that_change_places_are_more_than_words() -> None:
    before = "起付 [[a.b.c]]，最多 [[a.b.d]]。"
    (told,) = touched(before, "起付 [[a.b.d]]，最多 [[a.b.c]]。")
    assert told == "调换了数或条款的先后：“[[a.b.c]]”的地方现在是“[[a.b.d]]”"


# --- publishing them ---------------------------------------------------------------------------


def settlement() -> tuple[Text, TextVersion]:
    text = Text.objects.get(slug="care-settlement")
    now = version_in_force(text, TODAY)
    assert now is not None
    return text, now


def with_words(body: str) -> str:
    """The same page with another title."""
    return body.replace("# ", "# 新写：", 1)


@pytest.mark.django_db
def test_words_are_published_by_one_person_from_today_on() -> None:
    text, now = settlement()
    wang = person("王芳")
    made = publish_words(text, with_words(now.body), wang, " 更清楚 ", seen=now.pk)
    assert (made.immediate, made.author, made.document, made.status) == (
        True, wang, None, "published",
    )  # fmt: skip
    assert made.title == f"改文字：{text}"
    assert (made.editions.count(), made.clausetexts.count()) == (0, 0)
    read = version_in_force(text, TODAY)
    assert read is not None
    assert (read.change_set, read.in_force_from) == (made, TODAY)
    assert list(made.events.values_list("action", "by", "why")) == [
        ("published", wang.pk, "更清楚")
    ]
    # and once more on the same day, by somebody else
    again = publish_words(text, now.body, person("李强"), "改回", seen=read.pk)
    assert version_in_force(text, TODAY) == again.textversions.get()
    made.refresh_from_db()
    again.withdraw()
    assert version_in_force(text, TODAY) == read


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("body", "why", "seen", "error"),
    [
        ("", "改", 0, WordsOvertaken),
        ("另写", " ", None, SomethingMissing),
        ("{now} 5 天", "改", None, MoreThanWords),
        ("{now}\n\n[去](/nowhere/)", "改", None, ProblemsLeft),
    ],
)
def test_all_or_nothing(body: str, why: str, seen: int | None, error: type[Exception]) -> None:
    text, now = settlement()
    sets, versions = ChangeSet.objects.count(), TextVersion.objects.count()
    typed = body.replace("{now}", now.body)
    with pytest.raises(error):
        publish_words(text, typed, person("王芳"), why, seen=now.pk if seen is None else seen)
    assert (ChangeSet.objects.count(), TextVersion.objects.count()) == (sets, versions)


@pytest.mark.django_db
def test_a_set_of_mere_words_rests_on_no_document() -> None:
    ChangeSet.objects.create(slug="loaded", title="从别处导入，不知道是谁改的", immediate=True)
    with pytest.raises(IntegrityError):
        ChangeSet.objects.create(
            slug="no", title="不行", immediate=True, document=Document.objects.first()
        )


@pytest.mark.django_db
def test_what_is_more_than_words_becomes_a_draft() -> None:
    text, now = settlement()
    wang = person("王芳")
    draft = draft_words(text, now.body + "\n\n等 5 天。", wang, "补一句")
    assert (draft.status, draft.immediate, draft.author) == ("draft", False, wang)
    assert draft.textversions.get().body.endswith("等 5 天。")
    assert version_in_force(text, TODAY) == now
    assert list(draft.events.values_list("why", flat=True)) == [f"放进了“{text}”的文字：补一句"]


@pytest.mark.django_db
def test_a_draft_that_would_bring_the_old_words_back_is_to_be_confirmed() -> None:
    text, now = settlement()
    draft = text_of(new_set(), now.body)
    assert "text_undone" not in {problem.code for problem in check(draft.change_set, TODAY)}
    publish_words(text, with_words(now.body), person("王芳"), "更清楚", seen=now.pk)
    (problem,) = [one for one in check(draft.change_set, TODAY) if one.code == "text_undone"]
    assert not problem.blocks
    assert f"“{now.body.splitlines()[0]}”" in problem.message
    draft.body = with_words(now.body) + "\n\n再加一段。"
    draft.save()
    assert "text_undone" not in {one.code for one in check(draft.change_set, TODAY)}


@pytest.mark.django_db
def test_other_versions_on_their_way_are_named() -> None:
    text, now = settlement()
    assert list(ahead_of(text, TODAY)) == []
    draft = text_of(new_set(), now.body)  # from 2027-01-01
    assert list(ahead_of(text, TODAY)) == [
        "变更单“变更单 draft”（草稿）里也在改这份文字，请告诉写它的同事。"
    ]
    author = person("起草人")
    change_set = draft.change_set
    change_set.summary, change_set.concerns = "改了一页", "大家"
    change_set.save()
    hand_in(change_set, author)
    change_set.publish()
    assert list(ahead_of(text, TODAY)) == [
        "从2027年1月1日起另有一版（变更单“变更单 draft”），到那天这里改的字就看不到了。"
    ]
    assert version_in_force(text, datetime.date(2027, 1, 1)) == draft
