"""缴费: what residents pay for a year, and the flexible scheme for its months."""

from collections import Counter
from dataclasses import dataclass

from calculators.rules.breakdown import Finding, Notice, Refusal, Step
from calculators.rules.money import ZERO, plain
from calculators.rules.months import Month
from calculators.rules.people import Hardship, Member
from calculators.rules.terms.contribution import (
    FlexibleContributionTerms,
    ResidentContributionTerms,
)
from calculators.rules.terms.monthly import MonthlyAmounts, Stretch


@dataclass(frozen=True, slots=True)
class Payer:
    """A member of a family of residents: `student`, or `student:low_margin` with a hardship."""

    member: Member
    hardship: Hardship = Hardship.NONE

    def __str__(self) -> str:
        kind = self.member.value
        return kind if self.hardship == Hardship.NONE else f"{kind}:{self.hardship.value}"

    @property
    def code(self) -> str:
        """The code of the step that says what such a member pays: `student_low_margin`."""
        return str(self).replace(":", "_")


def resident_contribution(
    terms: ResidentContributionTerms, *, member: tuple[Payer, ...]
) -> Finding:
    """「在校学生为260元…非在校未成年人、成年居民为450元…特殊人群个人不缴费」(R-2.1 to R-2.5)

    `member` are the members of the family; each pays by the identity that costs least (A-75).
    """
    steps = []
    for payer, times in Counter(member).items():
        fee = terms.fees[payer.member, payer.hardship]
        free = payer.hardship == Hardship.SPECIAL
        clauses = (fee.clause, *(terms.special_paid_by if free else ()))
        formula = f"{plain(fee.value)} × {times}"
        steps.append(Step(payer.code, fee.value * times, formula, clauses))
    by_member = tuple(terms.fees[payer.member, payer.hardship].value for payer in member)
    total = sum(by_member, ZERO)
    written = " + ".join(plain(step.yuan) for step in steps)
    special = any(payer.hardship == Hardship.SPECIAL for payer in member)
    return Finding(
        results={"by_member": by_member, "total": total},
        steps=(*steps, Step("total", total, written, ())),
        readings=("A-75",),
        notices=(Notice("joined_by_department"),) if special else (),
    )


def flexible_contribution(
    terms: FlexibleContributionTerms,
    *,
    first_month: Month,
    last_month: Month,
    large_sum_year_paid: tuple[int, ...] = (),
) -> Finding | Refusal:
    """「灵活就业人员以上年全口径平均工资的6%比例缴费」(F-3.2)

    「大额医疗费用补助保险费在每年首次缴纳职工医疗保险费同时缴纳」(F-4.3): once and in full for each
    calendar year touched (A-32) that is not in `large_sum_year_paid`. The months from `first_month`
    to `last_month`, both included, each cost the amount that the table of arrears gives (A-31).
    """
    if not terms.monthly.cover(first_month, last_month):
        return no_amount(terms.monthly)
    stretches = terms.monthly.stretches(first_month, last_month)
    basic = stretches_step("basic", stretches, (terms.rate.clause,))
    fee = terms.large_sum_fee
    years = set(range(first_month.year, last_month.year + 1)) - set(large_sum_year_paid)
    large_sum = Step(
        "large_sum",
        fee.value * len(years),
        f"{plain(fee.value)} × {len(years)}",
        (fee.clause, *terms.when),
    )
    total = basic.yuan + large_sum.yuan
    written = f"{plain(basic.yuan)} + {plain(large_sum.yuan)}"
    return Finding(
        results={"basic": basic.yuan, "large_sum": large_sum.yuan, "total": total},
        steps=(basic, large_sum, Step("total", total, written, ())),
        readings=("A-31", "A-32"),
    )


def stretches_step(code: str, stretches: tuple[Stretch, ...], clauses: tuple[str, ...]) -> Step:
    """Return the sum of `stretches` as a step: `7 × 194.28 + 17 × 218.42`."""
    return Step(
        code,
        sum((stretch.amount for stretch in stretches), ZERO),
        " + ".join(f"{stretch.months} × {plain(stretch.monthly)}" for stretch in stretches),
        (*(stretch.clause for stretch in stretches), *clauses),
    )


def no_amount(monthly: MonthlyAmounts) -> Refusal:
    """Refuse months behind the last one on file (A-31, A-93)."""
    newest = monthly.rows[-1]
    return Refusal("no_amount", "A-31", (newest.clause,), (("until", str(newest.last)),))
