"""The calculators and the rules of one moment, asked for what the answers of the guide hold."""

import datetime
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple
from urllib.parse import urlencode

from django.http import QueryDict

from calculators.answering import answer
from calculators.asking import ASK, ask_strictly
from calculators.catalogue import CALCULATORS
from calculators.days import Days, make_days
from calculators.presenters import make_reason, make_result
from calculators.rules.breakdown import Finding
from calculators.rules.months import MONTHS_A_YEAR, Month, months_later
from calculators.rules.people import Hardship, ResidentEntry, Scheme
from portal.guide.known import Known
from portal.policy.age import Age, ages_of, zh_day
from portal.policy.in_force import NoPolicyInForce, Rulebook, Timetable
from portal.policy.terms.start_date import (
    FLEXIBLE_START_TABLES,
    RESIDENT_START_TABLES,
    flexible_start_terms,
    resident_start_terms,
)

# How far back a year is looked for that has amounts.
YEARS_BACK = 6

Query = dict[str, str]


@dataclass(frozen=True, slots=True)
class Figure:
    """What a calculator answers: its headline and other figures, or why there is none; its link.

    `year` says whose amount it is, `clauses` what it rests on.
    """

    headline: Mapping[str, str] | None
    figures: tuple[Mapping[str, str], ...]
    notices: tuple[str, ...]
    reason: str
    address: str
    year: str = ""
    clauses: tuple[str, ...] = ()
    days: Days | None = None

    def beside(self, name: str) -> str:
        """The address of another page of the same answers: `days.ics`, `sheet/`."""
        path, _, query = self.address.partition("?")
        return f"{path}{name}?{query}"

    @property
    def calendar(self) -> str:
        return self.beside("days.ics")

    @property
    def sheet(self) -> str:
        return self.beside("sheet/")


class Deadline(NamedTuple):
    """Until when something can still be done: what, the day or month in words, whether it is past."""

    label: str
    until: str
    is_past: bool


def start_query(known: Known) -> Query:
    """Return what is known as answers of the start-date calculator; empty where it cannot tell."""
    if known.scheme == Scheme.RESIDENT and known.resident_entry:
        asked = {
            "scheme": Scheme.RESIDENT.value,
            "kind": known.resident_entry.value,
            **_days(known, "paid", "born", "handled", "identified"),
        }
        if known.resident_entry == ResidentEntry.FROM_EMPLOYEE and known.gap is not None:
            asked["gap_months"] = str(known.gap)
        if known.says("back_paid", "yes"):
            asked["back_paid"] = "true"
        return asked
    if known.scheme == Scheme.FLEXIBLE and known.flexible_entry:
        asked = {"scheme": Scheme.FLEXIBLE.value, "kind": known.flexible_entry.value}
        if month := known.month("resume"):
            asked["first_month"] = str(month)
        if known.gap is not None:
            asked["gap_months"] = str(known.gap)
        if known.says("repay", "yes"):
            asked["back_paid"] = "true"
        return asked
    return {}


def _days(known: Known, *names: str) -> Query:
    return {f"{name}_on": str(day) for name in names if (day := known.day(name))}


def is_datable(known: Known) -> bool:
    """Whether the answers hold every day that the start depends on."""
    waited_for = ("last", "resume", "born", "paid", "handled", "identified")
    days = [name for name in waited_for if name in known.answers]
    return bool(start_query(known)) and bool(
        all(
            known.day(n) if n in ("born", "paid", "handled", "identified") else known.month(n)
            for n in days
        )
    )


class Desk:
    """The calculators and the rules of one moment: asked for everything that a plan counts."""

    def __init__(self, timetable: Timetable, today: datetime.date) -> None:
        self.timetable, self.today = timetable, today

    @property
    def most_repaid(self) -> int:
        """The longest break in months that may be repaid; 0 where it is not on file."""
        try:
            return flexible_start_terms(self._book(FLEXIBLE_START_TABLES)).back_pay_months.value
        except NoPolicyInForce:
            return 0

    def start(self, known: Known) -> Figure | None:
        """Return from which day benefits are paid, where the answers tell."""
        query = start_query(known)
        if not query:
            return None
        if known.says("two_years", "yes", "no"):
            query["resident_years"] = self._resident_years(known)
        if not is_datable(known):
            return Figure(None, (), (), "", _address("start-date", {**query, ASK: "1"}))
        return self._ask("start-date", query)

    def cost(self, known: Known, scheme: Scheme) -> Figure | None:
        """Return what a scheme costs in the newest year that has amounts."""
        if scheme == Scheme.RESIDENT:
            hardship = Hardship.SPECIAL if known.is_free else Hardship.NONE
            if known.says("standing", "low_margin"):
                hardship = Hardship.LOW_MARGIN
            payer = known.member.value
            if hardship != Hardship.NONE:
                payer = f"{payer}:{hardship.value}"
            return self._ask("contribution", {"scheme": scheme.value, "member": payer})
        for year in range(self.today.year, self.today.year - YEARS_BACK, -1):
            months = {"first_month": Month(year, 1), "last_month": Month(year, MONTHS_A_YEAR)}
            query = {name: str(month) for name, month in months.items()}
            asked = self._ask("contribution", {"scheme": scheme.value, **query})
            if asked and asked.headline:
                return replace(asked, year=f"{year}年全年")
        return None

    def arrears(self, known: Known) -> Figure | None:
        """Return what repaying the break costs, where it is to be repaid."""
        last, gap = known.month("last"), known.gap
        if not known.says("repay", "yes") or last is None or gap is None:
            return None
        months = {"first_month": str(last + 1), "last_month": str(last + gap)}
        return self._ask("arrears", months)

    def deadlines(self, known: Known) -> Iterator[Deadline]:
        """Say until when something can still be done, for this person."""
        if day := self._newborn_limit(known):
            yield Deadline("从出生起能报，最晚缴费", zh_day(day), day < self.today)
        if month := self._last_month_to_repay(known):
            is_past = month < Month.of(self.today)
            yield Deadline("还能补缴，最晚恢复缴费", f"{month.year}年{month.month}月", is_past)

    def _last_month_to_repay(self, known: Known) -> Month | None:
        """The month after the longest break that may be repaid."""
        last = known.month("last")
        if known.scheme != Scheme.FLEXIBLE or last is None or not self.most_repaid:
            return None
        return last + (self.most_repaid + 1)

    def _newborn_limit(self, known: Known) -> datetime.date | None:
        """The last day on which a newborn can be paid for from birth."""
        born = known.day("born")
        if born is None:
            return None
        try:
            terms = resident_start_terms(self._book(RESIDENT_START_TABLES))
        except NoPolicyInForce:
            return None
        return months_later(born, terms.newborn_months.value)

    def ages(self, scheme: Scheme | None) -> list[Age]:
        """Say whose rules a plan rests on: of one scheme, or of both."""
        editions = self.timetable.latest_editions(self.today)
        return ages_of([e for e in editions if scheme in (None, e.scheme)], self.today)

    def _resident_years(self, known: Known) -> str:
        """As many years as the answer says at least, or at most."""
        try:
            enough = flexible_start_terms(self._book(FLEXIBLE_START_TABLES)).resident_years.value
        except NoPolicyInForce:
            enough = 0
        return str(enough if known.is_long_resident else max(0, enough - 1))

    def _book(self, tables: Iterable[tuple[str, str]]) -> Rulebook:
        return Rulebook(self.timetable, self.timetable.newest_day(tuple(tables), self.today))

    def _ask(self, slug: str, query: Query) -> Figure | None:
        """Ask a calculator as its JSON is asked; None where the answers do not fit together."""
        calculator = CALCULATORS[slug]
        form, _ = ask_strictly(calculator.form, QueryDict(urlencode(query)))
        if form is None:
            return None
        answered = answer(calculator, form, self.timetable, self.today)
        address = _address(slug, query)
        if not isinstance(answered.outcome, Finding):
            return Figure(None, (), (), make_reason(answered), address)
        result = make_result(answered)
        editions = dict.fromkeys(edition.document.edition_name for edition in answered.editions)
        steps = answered.outcome.steps
        # Of one person the figures of each person say nothing more.
        figures = () if "member" in query else tuple(result["figures"])
        return Figure(
            result["headline"],
            figures,
            tuple(result["notices"]),
            "",
            address,
            "、".join(editions),
            tuple(dict.fromkeys(clause for step in steps for clause in step.clauses)),
            make_days(answered),
        )


def _address(slug: str, query: Query) -> str:
    return f"/calculators/{slug}/?{urlencode(query)}"
