"""The questions: each way comes to an end, asks nothing in vain, and can be changed."""

import pytest

from calculators.rules.people import FlexibleEntry, ResidentEntry, Scheme
from portal.guide.desk import start_query
from portal.guide.known import Known, May
from portal.guide.path import link, link_with, link_without, walk
from portal.guide.questions import QUESTIONS
from portal.guide.sections import sections_of
from tests.guide.ways import MOST_REPAID, ends

MOST_QUESTIONS = 15
WORKER = {"who": "adult", "work": "flexible", "hukou": "shenyang", "before": "employee"}
PAYING = {**WORKER, "standing": "none", "scheme": "flexible", "age": "far"}


def step(given: dict[str, str]) -> str:
    """The question that follows."""
    question = walk(given, MOST_REPAID).question
    return question.name if question else ""


def test_every_way_comes_to_an_end() -> None:
    assert len(ends()) > 1000
    assert max(len(path.steps) for path in ends()) <= MOST_QUESTIONS
    for path in ends():
        assert path.known.is_settled, path.answers
        assert not path.lost
        assert not path.pending


def test_every_question_and_every_option_lies_on_a_way() -> None:
    for question in QUESTIONS:
        for option in question.options:
            assert any(
                question in path.steps and path.known.says(question.name, option.value)
                for path in ends()
            ), (question.words, option.value)


def test_every_end_has_a_verdict_and_a_whole_plan_or_a_refusal() -> None:
    for path in ends():
        known, sections = path.known, sections_of(path.known)
        assert sections.verdicts, path.answers
        if known.scheme is None:
            verdicts = [v for v in (known.resident, known.flexible) if v]
            assert all(verdict.may != May.YES for verdict in verdicts), path.answers
            continue
        assert sections.steps, path.answers
        assert sections.start, path.answers
        done = known.says("years", "done")
        assert done or (sections.papers and sections.missed and sections.silent), path.answers


def test_who_may_join_nothing_is_asked_nothing_more() -> None:
    for path in ends():
        if path.known.scheme is None:
            assert not path.known.told("before"), path.answers


def test_every_channel_and_every_entry_of_the_calculator_is_reached() -> None:
    plans = [path.known for path in ends() if path.known.scheme]
    residents = [known for known in plans if known.scheme == Scheme.RESIDENT]
    assert {known.channel for known in residents} == {
        *("student", "adult-renewal", "minor-renewal", "local-new", "nonlocal-new", "special"),
        "",
    }
    kinds = {start_query(known).get("kind") for known in plans}
    assert kinds - {None} == {*ResidentEntry, *FlexibleEntry}


@pytest.mark.parametrize(
    ("given", "asked"),
    [
        ({}, "who"),
        ({"who": "adult"}, "work"),
        ({"who": "adult", "work": "employer"}, ""),
        ({"who": "student", "school": "here"}, "standing"),
        # 「我市在校学生」 asks for no household register
        ({"who": "student", "school": "away"}, "hukou"),
        ({"who": "child", "hukou": "shenyang"}, "before"),
        ({"who": "child", "hukou": "elsewhere"}, "parent_permit"),
        ({"who": "child", "hukou": "foreign"}, "permit"),
        ({"who": "adult", "work": "none", "hukou": "foreign"}, "permit"),
        ({"who": "adult", "work": "none", "hukou": "hmt"}, ""),
        # F-6.4: a break of three months may be repaid, one of four may not
        ({**PAYING, "last": "2025-01", "resume": "2025-05"}, "repay"),
        ({**PAYING, "last": "2025-01", "resume": "2025-06"}, ""),
        ({**PAYING, "last": "2025-01", "resume": "2025-02"}, ""),
        ({**PAYING, "last": "later"}, ""),
    ],
)
def test_what_is_asked_next(given: dict[str, str], asked: str) -> None:
    assert step(given) == asked


@pytest.mark.parametrize(
    ("given", "resident", "flexible"),
    [
        # F-1.3
        ({"who": "adult", "work": "flexible", "hukou": "shenyang"}, "yes", "yes"),
        # and F-1.2 both ask for the permit
        ({"who": "adult", "work": "flexible", "hukou": "elsewhere", "permit": "no"}, "no", "no"),
        # 「未在原籍参加」 is asked by alone
        (
            {
                "who": "adult",
                "work": "flexible",
                "hukou": "elsewhere",
                "permit": "yes",
                "living": "yes",
                "origin": "yes",
            },
            "no",
            "yes",
        ),
        # 「无雇工的个体工商户」 (F-1.3)
        ({"who": "adult", "work": "hirer", "hukou": "shenyang"}, "yes", "no"),
        # F-1.4
        ({"who": "adult", "work": "resigned", "assessed": "no", "hukou": "shenyang"}, "yes", "no"),
        (
            {
                "who": "adult",
                "work": "resigned",
                "assessed": "yes",
                "sick_age": "not_yet",
                "hukou": "shenyang",
            },
            "yes",
            "yes",
        ),
        #
        ({"who": "adult", "work": "flexible", "hukou": "hmt"}, "open", "open"),
        # 「在我市参保一年以上」
        (
            {
                "who": "child",
                "hukou": "elsewhere",
                "parent_permit": "yes",
                "parent_insured": "yes",
            },
            "yes",
            None,
        ),
        (
            {
                "who": "child",
                "hukou": "elsewhere",
                "parent_permit": "yes",
                "parent_insured": "no",
                "permit": "no",
            },
            "no",
            None,
        ),
        ({"who": "newborn", "hukou": "none"}, "open", None),
        ({"who": "student", "school": "away", "hukou": "elsewhere"}, "no", None),
    ],
)
def test_who_may_join_what(given: dict[str, str], resident: str, flexible: str | None) -> None:
    known = Known(given, MOST_REPAID)
    assert known.resident is not None
    assert known.resident.may == resident
    assert (known.flexible.may if known.flexible else None) == flexible


def test_changing_an_answer_keeps_those_that_do_not_follow_from_it() -> None:
    path = walk({**PAYING, "last": "2025-01", "resume": "later"}, MOST_REPAID)
    again = link_without(path, "hukou")
    assert "hukou" not in again
    assert "before=employee" in again
    assert "last=2025-01" in again
    asked = walk({**path.answers, "hukou": ""}, MOST_REPAID)
    assert asked.question is not None
    assert asked.question.name == "hukou"
    # From elsewhere the permit is asked for, and what was said of the last month still waits.
    changed = link_with(asked, "elsewhere")
    assert "hukou=elsewhere" in changed
    assert "last=2025-01" in changed
    # A student leaves no question about a break: at the end nothing of it is left.
    student = walk({**path.answers, "who": "student", "school": "here", "paid": "later"}, 3)
    assert student.question is None
    assert set(student.lost) >= {"work", "before", "last"}
    assert link(student.answers) == "?who=student&school=here&standing=none&paid=later"


@pytest.mark.parametrize(
    ("name", "value", "before"),
    [
        ("last", "abc", PAYING),
        ("last", "", PAYING),
        ("resume", "2025-01", {**PAYING, "last": "2025-01"}),
        ("resume", "2024-12", {**PAYING, "last": "2025-01"}),
        ("resume", "9999-12", {**PAYING, "last": "2025-01"}),
        (
            "paid",
            "2024-02-09",
            {"who": "newborn", "hukou": "shenyang", "standing": "none", "born": "2024-02-10"},
        ),
        ("born", "2024-02-30", {"who": "newborn", "hukou": "shenyang", "standing": "none"}),
    ],
)
def test_a_day_that_cannot_be_is_an_error_at_its_question(
    name: str, value: str, before: dict[str, str]
) -> None:
    path = walk({**before, name: value}, MOST_REPAID)
    assert path.question is not None
    assert path.question.name == name
    assert path.error


def test_an_option_that_there_is_not_is_lost_and_asked_again() -> None:
    path = walk({"who": "dog"}, MOST_REPAID)
    assert path.question is not None
    assert (path.question.name, path.lost) == ("who", ("who",))
