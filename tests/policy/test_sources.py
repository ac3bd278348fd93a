"""The stored policy text is the documents' text: nothing altered, nothing lost.

The two documents in fixtures/source/ are the only text the portal may quote. The
expectations here are the documents themselves, fact_ids.txt (the 305 facts found in
them) and not_quoted.txt (what no fact quotes, string by string); nothing is taken
from the fixtures that are under test.
"""

import re
from collections import Counter
from pathlib import Path

import pytest

from portal.policy.models import Clause, ClauseText, Section
from tests.policy.source_text import (
    invented_spacing,
    is_made_of,
    not_covered,
    partition,
    read_not_quoted,
    without_space,
)

pytestmark = pytest.mark.django_db

HERE = Path(__file__).resolve().parent
SOURCES = HERE.parents[1] / "fixtures" / "source"
FACT_IDS = (HERE / "fact_ids.txt").read_text(encoding="utf-8").split()
NOT_QUOTED = read_not_quoted(HERE / "not_quoted.txt")

# Sections the document gives no heading of their own. 急诊, 门诊慢特病 and 门诊统筹 are
# items 1 to 3 under one heading; the document's name and its last lines have none.
TITLES_OF_OURS = {
    "resident-2024": {"文件标题"},
    "flexible-2025-10": {"文件落款与说明", "急诊", "门诊慢特病", "门诊统筹"},
}

each_document = pytest.mark.parametrize("slug", ["resident-2024", "flexible-2025-10"])


def source_of(slug: str) -> str:
    return (SOURCES / f"{slug}.txt").read_text(encoding="utf-8")


def sentences_of(slug: str) -> list[tuple[str, str]]:
    """(clause code, sentence), with every version a clause has ever had."""
    texts = ClauseText.objects.filter(clause__section__document__slug=slug)
    return list(
        texts.order_by("clause__code", "in_force_from", "pk").values_list(
            "clause__code", "sentence"
        )
    )


def sections_of(slug: str) -> list[Section]:
    return list(Section.objects.filter(document__slug=slug).order_by("number"))


def allowed_in(slug: str) -> list[str]:
    return [string for group in NOT_QUOTED[slug].values() for string in group]


# Each fact is a clause


def test_the_clauses_are_the_305_facts():
    codes = Clause.objects.order_by("code").values_list("code", flat=True)
    assert Counter(code[0] for code in codes) == {"R": 97, "F": 208}
    # The list itself is checked too: an id lost from both sides would go unseen.
    assert len(FACT_IDS) == 305
    assert sorted(codes) == sorted(FACT_IDS)


@pytest.mark.parametrize(("slug", "letter"), [("resident-2024", "R"), ("flexible-2025-10", "F")])
def test_a_clause_has_its_place_in_its_code_and_has_a_sentence(slug, letter):
    places = Clause.objects.filter(section__document__slug=slug).order_by("code")
    assert [
        (code, number, position)
        for code, number, position in places.values_list("code", "section__number", "position")
        if code != f"{letter}-{number}.{position}"
    ] == []
    expected = {code for code in FACT_IDS if code.startswith(letter)}
    assert {code for code, _ in sentences_of(slug)} == expected


# Each sentence is the document's


@each_document
def test_every_sentence_is_in_the_source(slug):
    source = without_space(source_of(slug))
    assert [
        (code, sentence)
        for code, sentence in sentences_of(slug)
        if not without_space(sentence) or without_space(sentence) not in source
    ] == []


@each_document
def test_every_sentence_is_in_the_text_of_its_own_section(slug):
    bodies = {section.number: without_space(section.body) for section in sections_of(slug)}
    assert [
        (code, sentence)
        for code, sentence in sentences_of(slug)
        if without_space(sentence) not in bodies[int(code[2:].partition(".")[0])]
    ] == []


# The sections are the whole document


@each_document
def test_the_sections_hold_the_whole_document_once(slug):
    left_over, misfits = partition(source_of(slug), [section.body for section in sections_of(slug)])
    assert misfits == [], "in a section, and not (or not so often) in the source"
    assert left_over == NOT_QUOTED[slug]["section titles"]


@each_document
def test_the_headings_left_over_are_the_titles(slug):
    # 「一、办理时间」 is shown as 「办理时间」: the section has a number of its own.
    headings = {
        re.sub(r"^[一二三四五]、|:$", "", heading) for heading in NOT_QUOTED[slug]["section titles"]
    }
    assert {section.title for section in sections_of(slug)} - TITLES_OF_OURS[slug] == headings


@each_document
def test_joining_wrapped_lines_put_in_no_space(slug):
    source = source_of(slug)
    assert [
        line for section in sections_of(slug) for line in invented_spacing(source, section.body)
    ] == []


# The clauses leave out only what is listed


@each_document
def test_what_no_clause_quotes_is_listed(slug):
    allowed = allowed_in(slug)
    left_out = not_covered(source_of(slug), [sentence for _, sentence in sentences_of(slug)])
    assert [run for run in left_out if not is_made_of(run, allowed)] == []
    # An allowance nobody needs would one day hide a sentence.
    assert [string for string in allowed if not any(string in run for run in left_out)] == []


@each_document
def test_the_list_of_what_is_not_quoted_hides_no_sentence(slug):
    allowed = allowed_in(slug)
    assert [
        (code, sentence)
        for code, sentence in sentences_of(slug)
        if is_made_of(without_space(sentence), allowed)
    ] == []


def test_a_repeated_name_is_quoted_elsewhere():
    quoted = [without_space(sentence) for _, sentence in sentences_of("flexible-2025-10")]
    for name in NOT_QUOTED["flexible-2025-10"]["repeated names"]:
        assert any(name in sentence for sentence in quoted), name
