"""补充医疗保险: a part of what the person pays by share within the pool's stage."""

from decimal import Decimal

from calculators.rules.bands import Bands
from calculators.rules.breakdown import Step
from calculators.rules.money import to_fen


def payment(self_paid: Decimal, bands: Bands, clauses: tuple[str, ...]) -> Step:
    """「…个人按规定比例自付部分（不含起付标准），超过600元以上（不含600元）的医疗费用」(F-16.4)

    `self_paid` is what one settlement leaves to the person by share in the pool's stage, in yuan,
    without deductible, 乙类 and 自费. Bands are progressive (A-18); the sum is rounded once (A-21).
    """
    used = tuple(band.clause for _, band in bands.shares(self_paid))
    return Step(
        code="supplementary",
        amount=to_fen(bands.progressive(self_paid)),
        formula=bands.formula(self_paid),
        clauses=(*clauses, *used),
    )
