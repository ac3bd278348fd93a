"""The plan at the end: amounts, days and sections. Expected values are worked from the clauses."""

import logging
from urllib.parse import urlencode

import pytest
from django.test import Client

from calculators.rules.people import Scheme
from portal.guide.desk import Desk
from portal.guide.path import walk
from portal.guide.plan import make_plan
from portal.guide.sections import GUIDE, TEXTS, sections_of
from portal.policy.in_force import Timetable
from portal.policy.models import ChangeSet, Text, TextVersion
from portal.policy.passages import Passages
from tests.conftest import TODAY
from tests.guide.ways import ends

pytestmark = pytest.mark.django_db

LOCAL = {"who": "adult", "work": "none", "hukou": "shenyang", "standing": "none"}
NEW = {**LOCAL, "before": "never"}
STUDENT = {"who": "student", "school": "here", "standing": "none"}
CHILD = {"who": "child", "hukou": "shenyang", "before": "never", "standing": "none"}
NEWBORN = {"who": "newborn", "hukou": "shenyang", "standing": "none", "born": "2024-02-10"}
WORKER = {**LOCAL, "work": "flexible", "scheme": "flexible", "age": "far"}
LEFT = {**WORKER, "before": "employee", "last": "2025-01"}
FROM_RESIDENT = {**WORKER, "before": "resident", "two_years": "yes", "last": "2024-12"}


@pytest.fixture
def desk() -> Desk:
    return Desk(Timetable.load(), TODAY)


@pytest.mark.parametrize(
    ("given", "start"),
    [
        # paid inside the window, whose last day is 20 December: M + 4
        ({**NEW, "paid": "2023-12-20"}, "2024年1月1日"),
        ({**NEW, "paid": "2024-03-15"}, "2024年7月1日"),
        ({**LOCAL, "before": "resident", "paid": "2024-03-15"}, "2024年7月1日"),
        #
        ({**STUDENT, "paid": "2024-03-15"}, "2024年4月1日"),
        ({**CHILD, "paid": "2024-03-15"}, "2024年4月1日"),
        # with its last day inside, R-6.6
        ({**NEWBORN, "paid": "2024-05-10"}, "2024年2月10日"),
        ({**NEWBORN, "paid": "2024-05-11"}, "2024年6月1日"),
        # born the year before and paid for it as well, or not
        (
            {**NEWBORN, "born": "2023-11-20", "paid": "2024-01-20", "back_paid": "yes"},
            "2023年11月20日",
        ),
        (
            {**NEWBORN, "born": "2023-11-20", "paid": "2024-01-20", "back_paid": "no"},
            "2024年1月1日",
        ),
        # that day, R-6.10 the month after, R-6.8 that day, R-6.9 from the standing
        ({**NEW, "standing": "low_income", "handled": "2024-05-20"}, "2024年5月20日"),
        ({**NEW, "standing": "disability", "handled": "2024-05-20"}, "2024年6月1日"),
        ({**NEW, "standing": "low_margin", "paid": "2024-05-20"}, "2024年5月20日"),
        ({**STUDENT, "standing": "low_margin", "identified": "2024-02-01"}, "2024年2月1日"),
        # inside the window only
        ({**NEW, "standing": "preferential", "handled": "2023-10-01"}, "2024年1月1日"),
        # February to April are three months: four, so M + 4
        ({**LOCAL, "before": "employee", "last": "2024-01", "paid": "2024-05-10"}, "2024年6月1日"),
        ({**LOCAL, "before": "employee", "last": "2024-01", "paid": "2024-06-10"}, "2024年10月1日"),
        # F-6.3: M + 3
        ({**WORKER, "before": "never", "resume": "2025-01"}, "2025年4月1日"),
        # F-6.4: three months repaid; F-6.5: not repaid, or four
        ({**LEFT, "resume": "2025-05", "repay": "yes"}, "2025年5月1日"),
        ({**LEFT, "resume": "2025-05", "repay": "no"}, "2025年8月1日"),
        ({**LEFT, "resume": "2025-06"}, "2025年9月1日"),
        # F-6.6 without a break
        ({**LEFT, "before": "employee_elsewhere", "resume": "2025-02"}, "2025年2月1日"),
        # F-6.9: cover ran to December; F-6.8: too few years count as a first enrolment
        ({**FROM_RESIDENT, "resume": "2025-01"}, "2025年1月1日"),
        ({**FROM_RESIDENT, "resume": "2025-04", "repay": "yes"}, "2025年4月1日"),
        (
            {**WORKER, "before": "resident", "two_years": "no", "resume": "2025-01"},
            "2025年4月1日",
        ),
    ],
)
def test_from_which_day(desk: Desk, given: dict[str, str], start: str) -> None:
    path = walk(given, desk.most_repaid)
    assert (path.question, path.lost) == (None, ())
    plan = make_plan(path.known, desk)
    assert plan.start is not None
    assert plan.start.headline is not None
    assert plan.start.headline["value"] == start
    assert plan.start.clauses


@pytest.mark.parametrize(
    "given",
    [
        {**NEW, "paid": "2026-11-20"},  # the window of that year is not on file
        {**NEW, "standing": "preferential", "handled": "2024-05-20"},
        {**LEFT, "last": "2020-01", "resume": "2025-05"},
    ],
)
def test_a_day_that_the_rules_do_not_know_has_a_reason(desk: Desk, given: dict[str, str]) -> None:
    plan = make_plan(walk(given, desk.most_repaid).known, desk)
    assert plan.start is not None
    assert plan.start.headline is None
    assert plan.start.reason


@pytest.mark.parametrize(
    "given", [{**NEW, "paid": "later"}, {**WORKER, "before": "never", "resume": "later"}]
)
def test_without_a_day_the_rule_is_said_and_the_calculator_is_filled_in(
    client: Client, desk: Desk, given: dict[str, str]
) -> None:
    plan = make_plan(walk(given, desk.most_repaid).known, desk)
    assert plan.start is not None
    assert (plan.start.headline, plan.start.reason) == (None, "")
    assert plan.start_words
    assert "ask=1" in plan.start.address
    assert client.get(plan.start.address).status_code == 200


@pytest.mark.parametrize(
    ("given", "cost", "year"),
    [
        #
        (NEW, "450 元", "2024年度"),
        (STUDENT, "260 元", "2024年度"),
        ({**STUDENT, "standing": "low_margin"}, "104 元", "2024年度"),
        ({**NEW, "standing": "low_margin"}, "180 元", "2024年度"),
        ({**NEW, "standing": "disability"}, "0 元", "2024年度"),
        (NEWBORN, "450 元", "2024年度"),
        # 12 × 484.38 (F-8.18) + 132 (F-4.4)
        ({**WORKER, "before": "never"}, "5,944.56 元", "2025年全年"),
    ],
)
def test_what_it_costs(desk: Desk, given: dict[str, str], cost: str, year: str) -> None:
    known = walk({**given, "paid": "later", "handled": "later", "resume": "later"}, 3).known
    assert known.scheme is not None
    found = desk.cost(known, known.scheme)
    assert found is not None
    assert found.headline is not None
    assert (found.headline["value"], found.year) == (cost, year)


def test_what_a_break_costs_and_until_when_it_may_be_repaid(desk: Desk) -> None:
    """February to April 2025: 3 × 484.38 (F-8.18); 「3个月以内（含3个月）」 ends with May (F-6.4)."""
    plan = make_plan(walk({**LEFT, "resume": "2025-05", "repay": "yes"}, 3).known, desk)
    assert plan.arrears is not None
    assert plan.arrears.headline is not None
    assert plan.arrears.headline["value"] == "1,453.14 元"
    (deadline,) = plan.deadlines
    assert (deadline.until, deadline.is_past) == ("2025年5月", True)


def test_until_when_a_newborn_is_insured_from_birth(desk: Desk) -> None:
    """Born 31 August: three months end with 30 November (R-6.4, A-56), nine days from today."""
    known = walk({**NEWBORN, "born": "2026-08-31", "paid": "later"}, 3).known
    (deadline,) = make_plan(known, desk).deadlines
    assert (deadline.until, deadline.is_past) == ("2026年11月30日", False)


# --- the sections -----------------------------------------------------------------------------------


def test_every_section_that_a_plan_names_is_in_the_texts_as_shipped(desk: Desk) -> None:
    passages = Passages(TEXTS, desk.timetable, desk.today)
    named = {section for path in ends() for section in sections_of(path.known).all()}
    named.add((GUIDE, "both"))
    missing = [section for section in named if passages.find(*section).is_missing]
    assert missing == []
    assert all(passages.find(*section).heading for section in named)
    body = TextVersion.objects.get(text__slug=GUIDE).body
    own = {anchor for text, anchor in named if text == GUIDE}
    assert own == {line.split("{#")[1][:-1] for line in body.splitlines() if "{#" in line} - {
        "next"
    }


def test_a_section_that_staff_have_taken_away_leaves_a_link_and_a_line_in_the_log(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    change = ChangeSet.objects.create(slug="draft", title="草稿")
    TextVersion.objects.create(
        text=Text.objects.get(slug="enrollment-resident-channels"),
        change_set=change,
        in_force_from="2026-01-01",
        body="# 新题目\n\n新的开头。\n\n## 别的 {#else}\n\n新话。",
    )
    change.publish()
    with caplog.at_level(logging.ERROR):
        answer = client.get(f"/guide/?{urlencode({**NEW, 'paid': 'later'})}")
    assert answer.status_code == 200
    assert 'href="/enrollment/resident-channels/"' in answer.content.decode()
    assert "no section local-new of the text enrollment-resident-channels" in caplog.text


def test_papers_are_merged_and_each_stands_once(desk: Desk) -> None:
    plan = make_plan(walk({**WORKER, "before": "never", "resume": "later"}, 3).known, desk)
    for paper in ("身份证原件", "户口簿原件", "代办人的身份证原件"):
        assert plan.ticks.count(f"> {paper}<a") == 1, paper
    assert "居住证原件" not in plan.ticks
    passages = Passages(TEXTS, desk.timetable, desk.today)
    twice = passages.draw(["- [ ] 身份证原件[F-2.3]", "- [ ] 身份证原件[F-2.4]", "- [ ] 居住证"])
    assert twice.count("身份证原件") == 1
    assert twice.index("身份证原件") < twice.index("居住证</")


def test_both_schemes_stand_side_by_side_where_both_are_open(desk: Desk) -> None:
    both = make_plan(walk({**WORKER, "before": "never", "resume": "later"}, 3).known, desk)
    assert both.both is not None
    one = make_plan(walk({**NEW, "paid": "later"}, 3).known, desk)
    assert one.both is None
    assert one.scheme == Scheme.RESIDENT
    assert [passage.heading for passage in one.others] == ["灵活就业：没有工作的，文件没有写"]


@pytest.mark.parametrize(
    ("given", "is_coming"),
    [
        ({**LEFT, "resume": "2025-05", "repay": "yes"}, False),
        # First paid in December 2026: benefits from March 2027 (F-6.3), after today
        ({**WORKER, "before": "never", "resume": "2026-12"}, True),
    ],
)
def test_the_days_lead_to_the_counter_sheet_and_to_a_calendar(
    client: Client, desk: Desk, given: dict[str, str], is_coming: bool
) -> None:
    plan = make_plan(walk(given, desk.most_repaid).known, desk)
    assert plan.start is not None
    assert plan.start.days is not None
    assert bool(plan.start.days.coming) == is_coming
    assert client.get(plan.start.sheet).status_code == 200
    html = client.get(f"/guide/?{urlencode(given)}").content.decode()
    assert ("/calculators/start-date/days.ics?" in html) == is_coming
    if is_coming:
        assert client.get(plan.start.calendar)["Content-Type"].startswith("text/calendar")
