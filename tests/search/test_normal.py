"""What is the same to a person, and the way back to the words as printed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.search.normal import has_words, normal, normal_with_places
from portal.search.presenters import mark, snippet


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("450元", "450 元"),
        ("450元", "４５０元"),
        ("450元", " 450　元\n"),
        ("1,200元", "1200元"),
        ("1，200元", "1200元"),
        ("100,000元", "100000元"),
        ("「三级」", "“三级”"),
        ("『三级』", "‘三级’"),
        ("APP", "ａｐｐ"),
        ("（二级）", "(二级)"),
        ("600  88%", "600 88%"),
    ],
)
def test_they_are_the_same(one: str, other: str) -> None:
    assert normal(one) == normal(other)


@pytest.mark.parametrize(
    ("one", "other"), [("600 88%", "60088%"), ("2,1200", "21200"), ("1,20", "120"), ("a b", "ab")]
)
def test_they_are_not(one: str, other: str) -> None:
    assert normal(one) != normal(other)


@given(st.text())
def test_every_character_knows_where_it_stood(text: str) -> None:
    folded, places = normal_with_places(text)
    assert len(folded) == len(places)
    assert places == sorted(places)
    assert normal(folded) == normal(normal(folded))


@given(st.text(), st.text())
def test_marking_loses_no_word(text: str, query: str) -> None:
    assert "".join(words for words, _ in mark(text, query)) == text
    snippet(text, query)


def test_what_was_found_is_marked_as_it_is_printed() -> None:
    assert mark("成年居民为 1,200 元。", "1200元") == [
        ("成年居民为 ", False),
        ("1,200 元", True),
        ("。", False),
    ]


def test_several_words_are_marked_where_they_do_not_stand_together() -> None:
    assert mark("住院，学生", "学生 住院") == [("住院", True), ("，", False), ("学生", True)]


def test_a_number_is_marked_where_it_is_whole() -> None:
    assert mark("1450元和450元", "450元") == [("1450元和", False), ("450元", True)]


def test_a_snippet_begins_shortly_before_what_was_found() -> None:
    pieces = snippet("前" * 100 + "报销" + "后" * 100, "报销")
    assert pieces[0] == ("…", False)
    assert pieces[2] == ("报销", True)
    assert pieces[-1] == ("…", False)
    assert 60 <= len("".join(words for words, _ in pieces)) <= 80


@pytest.mark.parametrize("text", ["", "   ", "。，！", "😀", "\x00"])
def test_there_is_nothing_to_look_for(text: str) -> None:
    assert not has_words(text)
