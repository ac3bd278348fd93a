"""补充医疗保险: a part of what the person pays by share within the pool's stage."""

from decimal import Decimal
from itertools import accumulate

from calculators.rules.bands import Bands
from calculators.rules.breakdown import Finding, Step
from calculators.rules.money import ZERO, plain, to_fen
from calculators.rules.people import Place
from calculators.rules.readings import Readings
from calculators.rules.terms import SupplementaryTerms
from calculators.rules.terms.supplementary import SettlementTerms


def payment(self_paid: Decimal, bands: Bands, clauses: tuple[str, ...]) -> Step:
    """「…个人按规定比例自付部分（不含起付标准），超过600元以上（不含600元）的医疗费用」(F-16.4)

    `self_paid` is what one settlement leaves to the person by share in the pool's stage, in yuan,
    without deductible, 乙类 and 自费. Bands are progressive (A-18); the sum is rounded once (A-21).
    """
    split = bands.split(self_paid)
    return Step("supplementary", to_fen(split.total), split.formula, (*clauses, *split.clauses))


def paid_at(
    terms: SupplementaryTerms,
    readings: Readings,
    place: Place,
    self_paid: Decimal,
    before: Decimal = ZERO,
) -> tuple[Step, list[str]]:
    """Return the payment on the `self_paid` of one settlement, and the readings that it met.

    `before` is what earlier settlements of the year left to the person; it counts only where A-17
    adds the year up.

    「本市就医人员」(F-16.14) and 「临时外出人员」(F-16.15) are the only columns; A-19 puts the other
    two places into one of them.
    """
    met: list[str] = []
    column: Place | None = place
    if place not in terms.bands:
        met.append("A-19")
        choice = readings[f"A-19.{place.value}"]
        column = None if choice == "none" else Place(choice)
    if self_paid > 0:
        met += ["A-17", "A-18"]
    if column is None:
        return Step("supplementary", ZERO, "0", terms.scope), met
    clauses = (*terms.scope, *terms.columns[column])
    bands = terms.bands[column]
    if readings["A-17"] == "per_year" and before:
        whole, earlier = (payment(s, bands, clauses) for s in (before + self_paid, before))
        formula = f"{whole.formula} − ({earlier.formula})"
        return Step(whole.code, whole.yuan - earlier.yuan, formula, whole.clauses), met
    return payment(self_paid, bands, clauses), met


def settlements(
    terms: SettlementTerms, *, self_paid: tuple[Decimal, ...], place: Place = Place.LOCAL
) -> Finding:
    """「…个人按规定比例自付部分（不含起付标准），超过600元以上（不含600元）的医疗费用」(F-16.4)

    `self_paid` are the amounts in yuan that each settlement leaves to the person, as in `payment`.
    Each settlement stands for itself; over the year together under the other choice of A-17.
    """
    table = terms.supplementary
    bands = table.bands[place]
    clauses = (*table.scope, *table.columns[place], *(band.clause for band in bands.bands))
    over_the_year = terms.readings["A-17"] == "per_year"
    steps = []
    for amount, total in zip(self_paid, accumulate(self_paid), strict=True):
        if over_the_year:
            before = total - amount
            paid = to_fen(bands.progressive(total)) - to_fen(bands.progressive(before))
            formula = f"{bands.formula(total)} − ({bands.formula(before)})"
        else:
            paid, formula = to_fen(bands.progressive(amount)), bands.formula(amount)
        steps.append(Step("settlement", paid, formula, clauses))
    payments = tuple(step.yuan for step in steps)
    whole = Step("supplementary", sum(payments, ZERO), " + ".join(map(plain, payments)), clauses)
    if len(steps) == 1:  # the sum of one is itself: show how it came about instead
        whole, steps = Step(whole.code, whole.amount, steps[0].formula, clauses), []
    return Finding(
        results={"supplementary": whole.amount, "by_settlement": payments},
        steps=(*steps, whole),
        readings=("A-17", "A-18", "A-20", "A-21"),
    )
