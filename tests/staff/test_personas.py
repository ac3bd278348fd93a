"""The personas: every answer that a calculator offers, every number of the tables, none by mistake."""

import datetime
from collections.abc import Iterator
from copy import copy
from decimal import Decimal
from typing import Any

import pytest
from django.http import QueryDict

from calculators.asking import ask_strictly
from calculators.catalogue import CALCULATORS
from calculators.fields import ChoiceAnswer, YesNoField
from calculators.recomputing import Case, State, filled, tell_all
from calculators.rules.people import Scheme
from calculators.topics.contribution import PAYERS
from calculators.year import EVENT_CALCULATORS, YEAR
from calculators.year_link import read_year
from portal.policy.in_force import Row, Timetable
from portal.policy.models import Edition, PolicyRow
from portal.policy.tables import TABLES
from portal.staff.personas import personas
from tests.conftest import TODAY

pytestmark = [pytest.mark.django_db, pytest.mark.reads]

# The documents do not say, the months are not priced yet, or the case is one that is not allowed.
REFUSED_ON_PURPOSE = {
    "韩先生": "filed under the old policy",
    "陶大娘": "a resident away for a while",
    "姜大叔": "a resident away, urgent",
    "章大叔": "a resident's rescue away",
    "云大姐": "a resident's urgent rescue away",
    "方先生": "outpatient after the pool's limit",
    "邬大娘": "major illness without a threshold",
    "余女士": "childbirth over the pool's limit",
    "和大姐": "assisted reproduction of a resident",
    "毛女士": "months whose amount is not on file",
    "计女士": "more arrears than allowed",
    "颜大爷": "a preferential resident in the middle of the year",
}


def asked() -> Iterator[tuple[Case, Any]]:
    """Each persona of a calculator with its form, read strictly; `None` where it has errors."""
    timetable = Timetable.load()
    for case in personas():
        if case.slug != YEAR.slug:
            query = QueryDict(filled(case, timetable, TODAY))
            yield case, ask_strictly(CALCULATORS[case.slug].form, query)[0]


def years() -> list[Any]:
    timetable = Timetable.load()
    cases = [case for case in personas() if case.slug == YEAR.slug]
    return [read_year(QueryDict(filled(case, timetable, TODAY))) for case in cases]


def test_each_is_a_plain_sentence_of_its_own() -> None:
    titles = [case.title for case in personas()]
    assert len(set(titles)) == len(titles) >= 90
    assert len({(case.slug, case.query) for case in personas()}) == len(titles)
    for title in titles:
        assert not set("_=&{}") & set(title), title


def test_none_names_the_day_of_the_rules() -> None:
    assert not [case for case in personas() if "date" in QueryDict(case.query)]


def test_all_are_computed_but_those_that_are_refused_on_purpose() -> None:
    told = zip(personas(), tell_all(personas(), Timetable.load(), TODAY), strict=True)
    came_out: dict[State, list[str]] = {state: [] for state in State}
    for case, answered in told:
        came_out[answered.state].append(case.title.partition("，")[0])
    assert came_out[State.FAILED] == []
    assert came_out[State.NOT_ASKED] == []
    assert sorted(came_out[State.REFUSED]) == sorted(REFUSED_ON_PURPOSE)


def test_every_option_of_every_calculator_has_a_persona() -> None:
    given: set[tuple[str, str, str, str]] = set()
    for case, form in asked():
        for name in form.fields:
            given.add((case.slug, form.known_scheme, name, str(form.cleaned_data[name])))
    assert {option for option in offered() if option not in given} == set()


def offered() -> Iterator[tuple[str, str, str, str]]:
    """Every option of a question: calculator, scheme, question, answer."""
    for slug, calculator in CALCULATORS.items():
        for scheme in calculator.form.schemes:
            for name, question in calculator.form(scheme=scheme).fields.items():
                if name == "scheme":
                    continue
                if isinstance(question, ChoiceAnswer):
                    for member, _ in question.choices:
                        yield slug, scheme, name, str(member)
                elif isinstance(question, YesNoField):
                    yield from ((slug, scheme, name, answer) for answer in ("True", "False"))


def test_the_options_are_many() -> None:
    """So that the walk through the forms cannot become empty unseen."""
    assert ("inpatient", "resident", "tier", "grassroots") in set(offered())
    assert ("outpatient", "flexible", "maternity", "True") in set(offered())
    assert len(set(offered())) > 120


def test_every_kind_of_family_member_and_every_single_question_occurs() -> None:
    members = {payer for _, form in asked() for payer in form.cleaned_data.get("member") or ()}
    assert members == set(PAYERS)
    for slug, calculator in CALCULATORS.items():
        for scheme in calculator.form.schemes:
            forms = [f for case, f in asked() if case.slug == slug and f.known_scheme == scheme]
            unused = {"date", "scheme"}
            if scheme == Scheme.RESIDENT:  # what no resident answer depends on
                unused |= {"filed_on", "issued_on", "valid_until", "times_used"}
            for name in set(calculator.form(scheme=scheme).fields) - unused:
                assert any(form.cleaned_data[name] not in (None, ()) for form in forms), (
                    slug,
                    name,
                )


def test_years_are_read_whole_and_have_every_kind_of_event() -> None:
    seen = set()
    for read in years():
        assert read.canonical == ""
        assert read.asked.errors == {}
        seen |= {(read.scheme, event["calculator"]) for event in read.events}
        seen |= {(read.scheme, read.asked.group), (read.scheme, read.asked.chronic_holder)}
    groups = {
        (s, g)
        for s, gs in (("flexible", "active retired"), ("resident", "minor adult"))
        for g in gs.split()
    }
    kinds = {(scheme, kind) for scheme, kinds in EVENT_CALCULATORS.items() for kind in kinds}
    assert groups | kinds | {("flexible", True), ("flexible", False)} <= seen


def test_days_follow_the_year_of_the_newest_rules() -> None:
    """Residents' rules are of 2024; the flexible scheme's hold on."""
    resident = Case("某人", "start-date", "scheme=resident&kind=adult&paid_on={last_year}-10-15")
    flexible = Case("某人", "start-date", "scheme=flexible&kind=first&first_month={year}-05")
    timetable = Timetable.load()
    assert filled(resident, timetable, TODAY).endswith("paid_on=2023-10-15")
    assert filled(flexible, timetable, TODAY).endswith("first_month=2026-05")
    assert filled(flexible, timetable, datetime.date(2027, 1, 1)).endswith("first_month=2027-05")


class Nudged(Timetable):
    """The published timetable with another value in one row."""

    def __init__(self, timetable: Timetable, row: PolicyRow, **values: Any) -> None:
        super().__init__([])
        self._editions = timetable._editions
        self.row, self.changed = row, copy(row)
        for name, value in values.items():
            setattr(self.changed, name, value)

    def rows(self, model: type[Row], edition: Edition) -> tuple[Row, ...]:
        rows = super().rows(model, edition)
        same = model is type(self.row)
        return tuple(self.changed if same and row.pk == self.row.pk else row for row in rows)  # type: ignore[misc]


def another(value: Any) -> Any:
    if isinstance(value, datetime.date):
        return value.replace(year=value.year + 10)
    if isinstance(value, Decimal):
        return value / 2 if value else Decimal("0.5")
    return value + 1


def numbers(timetable: Timetable) -> Iterator[tuple[PolicyRow, str]]:
    """Every number of every table in force, with its row."""
    for edition in timetable.latest_editions(TODAY):
        table = TABLES.get((edition.scheme, edition.table))
        for model in table.row_models if table else ():
            for row in timetable.rows(model, edition):
                yield from ((row, name) for name in row.VALUES)


def schemes_of(case: Case) -> set[str]:
    named = QueryDict(case.query).get("scheme")
    return {named} if named else set(CALCULATORS[case.slug].form.schemes)


def is_about(case: Case, edition: Edition) -> bool:
    """Whether the calculator of a case bears the table's name: such cases are tried first."""
    return case.slug.replace("-", "_") == edition.table


# Numbers that pages and notices tell, and no calculator computes with.
ONLY_TOLD = {
    "flexible.assisted_reproduction.covered_items value",
    "flexible.childbirth.weeks value",
    "flexible.contribution.rate value",
    # A rescue has no deductible that could be multiplied.
    *(
        f"flexible.out_of_area.out_of_area.emergency.{place} deductible_times"
        for place in ("long_term", "temporary", "temporary_emergency")
    ),
    # … and every rescue on a trip is urgent by itself (F-15.15).
    "flexible.out_of_area.out_of_area.emergency.temporary rate_minus",
    "flexible.out_of_area.change_after_months value",
    "flexible.out_of_area.residence_months value",
    "flexible.retiree_account.yearly_large_sum_fee value",
    "flexible.retirement.deemed_until value",
    "flexible.tax_once_fee.contribution_rate value",
    "flexible.top_up.rate value",
    "resident.chronic.diseases value",
    "resident.maternity.weeks value",
    "resident.out_of_area.change_after_months value",
    "resident.out_of_area.residence_months value",
}


@pytest.mark.slow
def test_every_number_that_is_computed_with_touches_a_persona() -> None:
    timetable = Timetable.load()
    before = list(zip(personas(), tell_all(personas(), timetable, TODAY), strict=True))
    by_scheme = {s: [(c, was) for c, was in before if s in schemes_of(c)] for s in Scheme}
    untouched, names = [], set()
    for row, value in numbers(timetable):
        edition = row.edition
        names.add(name := f"{edition.scheme}.{edition.table}.{row.reference()} {value}")
        if name in ONLY_TOLD:
            continue
        nudged = Nudged(timetable, row, **{value: another(getattr(row, value))})
        near = sorted(by_scheme[edition.scheme], key=lambda pair: not is_about(pair[0], edition))
        if not any(tell_all([case], nudged, TODAY) != [was] for case, was in near):
            untouched.append(name)
    assert untouched == []
    assert names >= ONLY_TOLD
