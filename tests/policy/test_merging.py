"""Two people's changes to one text come together, and nothing that either wrote is lost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.policy.merging import Conflict, Merged, merge

# Few different lines, so that they repeat, move and meet often.
TEXTS = st.lists(st.sampled_from(["", "甲", "乙", "丙", "丁"]), max_size=8).map("\n".join)

BASE = "标题\n\n第一段\n\n第二段\n\n第三段"


@pytest.mark.parametrize(
    ("mine", "theirs", "merged"),
    [
        # far apart
        (
            "标题\n\n第一段改\n\n第二段\n\n第三段",
            "标题\n\n第一段\n\n第二段\n\n第三段改",
            "标题\n\n第一段改\n\n第二段\n\n第三段改",
        ),
        # one adds at the end, the other takes away at the front
        (BASE + "\n\n第四段", "标题\n\n第二段\n\n第三段", "标题\n\n第二段\n\n第三段\n\n第四段"),
        # both the same, and one of them more
        (
            "新标题\n\n第一段\n\n第二段\n\n第三段",
            "新标题\n\n第一段\n\n第二段\n\n第三段。",
            "新标题\n\n第一段\n\n第二段\n\n第三段。",
        ),
    ],
)
def test_what_does_not_meet_is_put_together(mine: str, theirs: str, merged: str) -> None:
    assert merge(BASE, mine, theirs) == Merged(merged, ())
    assert merge(BASE, theirs, mine) == Merged(merged, ())


def test_a_line_that_both_changed_is_a_conflict_and_the_rest_still_comes_together() -> None:
    mine = "标题\n\n第一段甲\n\n第二段\n\n第三段"
    theirs = "新标题\n\n第一段乙\n\n第二段\n\n第三段。"
    assert merge(BASE, mine, theirs) == Merged(
        "新标题\n\n第一段甲\n\n第二段\n\n第三段。",
        (Conflict(3, ("第一段",), ("第一段甲",), ("第一段乙",)),),
    )


def test_what_one_changed_and_the_other_took_away_is_a_conflict() -> None:
    assert merge("甲\n乙\n丙", "甲\n丙", "甲\n乙改\n丙").conflicts == (
        Conflict(2, ("乙",), (), ("乙改",)),
    )


@given(TEXTS, TEXTS)
def test_who_changed_nothing_takes_what_the_other_wrote(base: str, other: str) -> None:
    assert merge(base, other, base) == Merged(other, ())
    assert merge(base, base, other) == Merged(other, ())


@given(TEXTS, TEXTS)
def test_the_same_change_twice_is_that_change(base: str, both: str) -> None:
    assert merge(base, both, both) == Merged(both, ())


@given(TEXTS, TEXTS, TEXTS)
def test_without_a_conflict_it_does_not_matter_who_is_first(
    base: str, mine: str, theirs: str
) -> None:
    merged, other_way = merge(base, mine, theirs), merge(base, theirs, mine)
    assert len(merged.conflicts) == len(other_way.conflicts)
    if not merged.conflicts:
        assert merged == other_way


@given(TEXTS, TEXTS, TEXTS)
def test_no_line_that_somebody_added_is_lost(base: str, mine: str, theirs: str) -> None:
    merged = merge(base, mine, theirs)
    shown = [*merged.text.split("\n"), *(line for c in merged.conflicts for line in c.theirs)]
    for text in (mine, theirs):
        for line in set(text.split("\n")) - set(base.split("\n")):
            assert line in shown


@given(TEXTS, TEXTS, TEXTS)
def test_mine_stands_where_the_conflict_says(base: str, mine: str, theirs: str) -> None:
    merged = merge(base, mine, theirs)
    lines = merged.text.split("\n")
    for conflict in merged.conflicts:
        first = conflict.line - 1
        assert tuple(lines[first : first + len(conflict.mine)]) == conflict.mine
        assert conflict.mine != conflict.theirs
