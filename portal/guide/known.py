"""What follows from the answers so far: who may join what, and as whom. Pure; no number in it.

A verdict names the section of the text `guide` that says it in words, with its clauses.
"""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from calculators.rules.months import Month
from calculators.rules.people import FlexibleEntry, Member, ResidentEntry, Scheme

# An answer to a question about a day or a month: not yet, or forgotten.
LATER = "later"


class May(StrEnum):
    """Whether somebody may join a scheme; OPEN where the documents do not say."""

    YES = "yes"
    NO = "no"
    OPEN = "open"


class Verdict(NamedTuple):
    """Whether somebody may join, and the section that says why and what would change it."""

    may: May
    section: str


@dataclass(frozen=True, slots=True)
class Known:
    """The answers so far, by question, and the longest break in months that may be repaid."""

    answers: Mapping[str, str] = field(default_factory=dict)
    most_repaid: int = 0

    def says(self, name: str, *values: str) -> bool:
        """Whether a question was answered with one of `values`."""
        return self.answers.get(name) in values

    def told(self, *names: str) -> bool:
        """Whether all these questions have been answered."""
        return all(name in self.answers for name in names)

    def day(self, name: str) -> datetime.date | None:
        """Return the day that was answered; None where none was."""
        value = self.answers.get(name, LATER)
        return None if value == LATER else datetime.date.fromisoformat(value)

    def month(self, name: str) -> Month | None:
        """Return the month that was answered; None where none was."""
        value = self.answers.get(name, LATER)
        return None if value == LATER else Month(*map(int, value.split("-")))

    # --- who it is ---------------------------------------------------------------------------

    @property
    def is_adult(self) -> bool:
        return self.says("who", "adult")

    @property
    def is_child(self) -> bool:
        """A minor who does not go to school, a newborn too."""
        return self.says("who", "newborn", "child")

    @property
    def is_from_elsewhere(self) -> bool:
        return self.says("hukou", "elsewhere", "foreign")

    @property
    def is_of_age(self) -> bool:
        """Whether the age of retirement is reached."""
        return self.says("work", "retired") or self.says("age", "reached")

    # --- which schemes ------------------------------------------------------------------------

    @property
    def resident(self) -> Verdict | None:
        """Whether the residents' scheme is open; None while an answer is missing."""
        if self.says("work", "employer"):
            return Verdict(May.NO, "employer")
        if self.says("school", "here"):
            return Verdict(May.YES, "resident-student")
        if not self.told("hukou"):
            return None
        if self.says("who", "student"):
            here = self.says("hukou", "shenyang")
            return Verdict(*((May.OPEN, "student-away") if here else (May.NO, "student-elsewhere")))
        if self.says("hukou", "shenyang"):
            return Verdict(May.YES, "resident-local")
        if self.says("hukou", "none"):
            return Verdict(May.OPEN, "newborn-unregistered")
        if self.says("hukou", "hmt"):
            return Verdict(May.OPEN, "hmt")
        return self._by_parent() or self._by_permit()

    def _by_parent(self) -> Verdict | None:
        """「父母任意一方持有我市居住证、且在我市参保一年以上外地户籍的非在校未成年人」(R-3.4)"""
        if self.says("parent_permit", "yes") and self.says("parent_insured", "yes"):
            return Verdict(May.YES, "resident-parent")
        return None

    def _by_permit(self) -> Verdict | None:
        """「持有我市居住证长期在我市居住，且未在原籍参加基本医疗保险」(R-3.3)"""
        if self.says("permit", "yes") and self.says("living", "yes") and self.says("origin", "no"):
            return Verdict(May.YES, "resident-permit")
        lacking = {"permit": "no", "living": "no", "origin": "yes"}
        missing = [name for name, answer in lacking.items() if self.says(name, answer)]
        if not missing:
            return None
        if missing != ["origin"] and self.says("parent_permit", "local"):
            return Verdict(May.OPEN, "parent-local")
        if missing == ["permit"] and self.is_child:
            return Verdict(May.NO, self._child_without_permit())
        return Verdict(May.NO, f"no-{missing[0]}")

    def _child_without_permit(self) -> str:
        if self.says("parent_permit", "yes"):
            return "child-parent-not-insured"
        return "child-parent-no-permit" if self.says("parent_permit", "no") else "no-permit"

    @property
    def flexible(self) -> Verdict | None:
        """Whether the flexible scheme is open; None while an answer is missing, or for who works
        nowhere yet: children and students."""
        if not self.told("work"):
            return None
        if self.says("work", "employer"):
            return Verdict(May.NO, "employer")
        if self.says("work", "hirer"):
            return Verdict(May.NO, "flexible-hirer")
        if self.says("assessed", "no"):
            return Verdict(May.NO, "flexible-not-assessed")
        if self.says("sick_age", "reached"):
            return Verdict(May.NO, "flexible-sick-age")
        if not self.told("hukou") or (self.says("work", "resigned") and not self.told("sick_age")):
            return None
        if self.says("permit", "no"):
            return Verdict(May.NO, "no-permit")
        if self.says("hukou", "hmt", "foreign"):
            return Verdict(May.OPEN, f"flexible-{self.answers['hukou']}")
        if self.says("hukou", "elsewhere") and not self.told("permit"):
            return None
        if self.says("work", "none"):
            return Verdict(May.OPEN, "flexible-no-work")
        known = {"resigned": "flexible-resigned", "retired": "flexible-of-age"}
        return Verdict(May.YES, known.get(self.answers["work"], "flexible-worker"))

    @property
    def is_settled(self) -> bool:
        """Whether it is known which schemes are open."""
        return self.resident is not None and (not self.is_adult or self.flexible is not None)

    @property
    def open_schemes(self) -> tuple[Scheme, ...]:
        """The schemes that may be joined, as far as it is known."""
        verdicts = {Scheme.RESIDENT: self.resident, Scheme.FLEXIBLE: self.flexible}
        return tuple(s for s, verdict in verdicts.items() if verdict and verdict.may == May.YES)

    @property
    def scheme(self) -> Scheme | None:
        """The scheme that the plan is for: the only one that is open, or the one chosen."""
        if not self.is_settled or not self.open_schemes:
            return None
        if len(self.open_schemes) == 1:
            return self.open_schemes[0]
        chosen = self.answers.get("scheme")
        return Scheme(chosen) if chosen else None

    # --- as whom -------------------------------------------------------------------------------

    @property
    def member(self) -> Member:
        """As whom a resident pays."""
        if self.says("who", "student"):
            return Member.STUDENT
        return Member.MINOR if self.is_child else Member.ADULT

    @property
    def is_free(self) -> bool:
        """Whether somebody else pays, and the department enrols (R-2.5, R-4.10)."""
        return self.says("standing", "low_income", "disability", "preferential")

    @property
    def resident_entry(self) -> ResidentEntry | None:
        """As whom a resident's first day is reckoned; None where the documents do not say."""
        if self.says("who", "newborn") and not self.says("standing", "none"):
            return None
        standing = {
            "low_income": ResidentEntry.LOW_INCOME,
            "disability": ResidentEntry.SEVERE_DISABILITY,
            "preferential": ResidentEntry.PREFERENTIAL,
            "low_margin": ResidentEntry.LOW_MARGIN_STUDENT
            if self.member == Member.STUDENT
            else ResidentEntry.LOW_MARGIN,
        }.get(self.answers.get("standing", ""))
        if standing or self.says("who", "newborn"):
            return standing or ResidentEntry.NEWBORN
        if self.says("before", "employee"):
            return ResidentEntry.FROM_EMPLOYEE
        if self.says("before", "employee_elsewhere"):
            return None
        return ResidentEntry(self.member.value)

    @property
    def channel(self) -> str:
        """Which of the residents' channels (R-4), as the text of channels calls its sections."""
        if self.is_free:
            return "special"
        if self.member == Member.STUDENT:
            return "student"
        local = self.says("hukou", "shenyang")
        if self.says("before", "resident"):
            if self.is_adult:
                return "adult-renewal"
            return "minor-renewal" if local else ""
        return "local-new" if local else "nonlocal-new"

    @property
    def flexible_entry(self) -> FlexibleEntry | None:
        """From where somebody comes to the flexible scheme; None where the documents do not say,
        or other rules count: those of the age of retirement."""
        if self.is_of_age:
            return None
        return {
            "never": FlexibleEntry.FIRST,
            "resident": FlexibleEntry.FROM_RESIDENT,
            "employee": FlexibleEntry.GAP,
            "employee_elsewhere": FlexibleEntry.TRANSFER,
        }.get(self.answers.get("before", ""))

    @property
    def gap(self) -> int | None:
        """The whole months without a payment before the new one; None while a day is missing."""
        last, paid = self.month("last"), self.day("paid")
        resumed = self.month("resume") or (Month.of(paid) if paid else None)
        return max(0, resumed - last - 1) if last and resumed else None

    @property
    def is_long_resident(self) -> bool:
        return self.says("two_years", "yes")
