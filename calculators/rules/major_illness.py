"""居民大病保险: what is paid once a year's own payments exceed the threshold, resident scheme."""

from decimal import Decimal

from calculators.rules.breakdown import Finding, Notice, Refusal, Step
from calculators.rules.money import ZERO, plain, to_fen
from calculators.rules.terms.major_illness import MajorIllnessTerms


def major_illness(
    terms: MajorIllnessTerms,
    *,
    self_paid: Decimal,
    above_pool_limit: Decimal | None = None,
    threshold: Decimal | None = None,
) -> Finding | Refusal:
    """「累计发生的…个人自付，超过居民大病保险起付标准线的医疗费用，均属于…保障范围」(R-12.1)

    Amounts are yuan, of the whole year: `self_paid` within the pool's limit, inpatient deductibles
    included (A-64), `above_pool_limit` what lies above it, None where that is not known (A-63).
    The `threshold` on file counts before one that is given; without either there is no answer.
    """
    notices: list[Notice] = []
    clauses = terms.scope
    if terms.threshold is not None:
        if threshold not in (None, terms.threshold.value):
            on_file = (("threshold", plain(terms.threshold.value)),)
            notices.append(Notice("threshold_on_file", on_file))
        threshold = terms.threshold.value
        clauses = (*clauses, terms.threshold.clause)
    if threshold is None:
        return Refusal("threshold_missing", "A-63", terms.scope)
    if above_pool_limit is None:
        notices.append(Notice("above_pool_limit_unknown"))
    if terms.tilt:
        notices.append(Notice("tilt_not_counted"))
    counted = [self_paid, *([above_pool_limit] if above_pool_limit else [])]
    over = max(sum(counted, ZERO) - threshold, ZERO)
    written = f"{' + '.join(map(plain, counted))} − {plain(threshold)}"
    exact = terms.bands.progressive(over)
    paid = to_fen(exact)
    return Finding(
        results={"major_illness": paid},
        steps=(
            Step("over_threshold", over, written if over else f"max({written}, 0)", clauses),
            Step(
                "major_illness",
                paid,
                terms.bands.formula(over),
                tuple(band.clause for band in terms.bands.bands),
            ),
        ),
        readings=("A-63", "A-64", "A-65", *(["A-21"] if paid != exact else [])),
        notices=tuple(notices),
    )
