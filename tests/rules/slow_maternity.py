"""A second, slow way to work out maternity care, written from the clauses' own words.

It shares no line and no number with the rules; the tables of stays are those of `slow_inpatient`,
which was typed in from the sentences too.
"""

from fractions import Fraction

from tests.rules.slow_inpatient import FLEXIBLE, RESIDENT, Amounts, fen, resident_share


def flexible(
    *,
    kind: str,
    group: str,
    tier: str,
    cost: Fraction,
    admission: int,
    pool_paid: Fraction,
    times_used: int,
    a_01: str = "linear",
    a_29: str = "lifetime",
) -> Amounts | None:
    """F-18.7, F-18.8, F-18.10; None where the pool's 150,000 would not do (F-9.1, A-94)."""
    if kind == "assisted_reproduction":
        deductible = Fraction(0)  # 不设起付标准
        third = times_used in range(2, 1000) and a_29 == "lifetime"
        pool = Fraction(0) if third else fen(cost * Fraction(60, 100))
    else:
        listed, shares = FLEXIBLE[tier]
        if kind == "childbirth":
            deductible = Fraction(0)  # 免除…起付标准
        else:
            stays = {
                "linear": [100, 85, 70],
                "compound": [100, 85, Fraction(7225, 100)],
                "full_again": [100, 85, 70, 100],
            }[a_01]
            percent = stays[min(admission, len(stays)) - 1]
            deductible = listed * Fraction(percent) / 100
        covered = cost - deductible if cost > deductible else Fraction(0)
        pool = fen(covered * Fraction(shares[group][0], 100))
    if pool_paid + pool > 150_000 and pool > 0:
        return None
    return {
        "deductible": deductible,
        "pool": pool,
        "allowance": Fraction(0),
        "self": cost - pool,
    }


def resident(*, kind: str, group: str, tier: str, cost: Fraction, a_61: str) -> Amounts:
    """R-13: a stay like any other, and 300 yuan after a birth."""
    deductible = Fraction(RESIDENT[tier][group][0])
    pool = fen(resident_share(tier, group, cost, deductible, a_61))
    return {
        "deductible": deductible,
        "pool": pool,
        "allowance": Fraction(300 if kind == "childbirth" else 0),
        "self": cost - pool,
    }
