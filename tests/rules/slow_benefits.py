"""A second, slow way to work out what stands beside a stay, written from the clauses' own words.

It shares no line and no number with the rules: the constants are typed in from the sentences and
all arithmetic is exact fractions. Readings are the decided ones unless another is named.
"""

from fractions import Fraction

from tests.rules.slow_inpatient import fen, lay_down, percent, supplementary

Amounts = dict[str, Fraction]
POOL, LARGE_SUM = 150_000, 500_000  # F-9.1 年度最高支付限额为15万元, F-4.7 50万元

# F-12.5, F-12.6: per cent of 在职 and 退休; F-17.8, F-17.9 in the large-sum stage.
CHRONIC = {
    ("dialysis", "active"): (Fraction(94), Fraction(94)),
    ("dialysis", "retired"): (Fraction(94), Fraction("95.5")),
    ("special", "active"): (Fraction(85), Fraction("90.5")),
    ("special", "retired"): (Fraction(85), Fraction("95.5")),
    ("chronic", "active"): (Fraction(75), Fraction("90.5")),
    ("chronic", "retired"): (Fraction(85), Fraction("95.5")),
}
# F-13.3 to F-13.6: 起付标准 of a year, then per cent of 在职 and 退休.
OUTPATIENT = {
    "top3": (600, {"active": 50, "retired": 55}),
    "level3": (400, {"active": 55, "retired": 60}),
    "level2": (200, {"active": 65, "retired": 70}),
    "specialist3": (200, {"active": 65, "retired": 70}),
    "level1_or_below": (200, {"active": 70, "retired": 75}),
}


def stages(
    cost: Fraction, shares: tuple[Fraction, Fraction], paid: tuple[Fraction, Fraction]
) -> tuple[Fraction, Fraction, Fraction]:
    """What the pool pays, what 大额 pays, and what the pool's stage leaves to the person."""
    share, large_share = shares
    purse, large_purse = (
        max(cap - p, Fraction(0)) for cap, p in zip((POOL, LARGE_SUM), paid, strict=True)
    )
    if not purse:
        return Fraction(0), min(fen(cost * large_share), large_purse), Fraction(0)
    if fen(cost * share) <= purse:
        return fen(cost * share), Fraction(0), cost - fen(cost * share)
    borne = lay_down(cost, share, purse)
    return purse, min(fen((cost - borne) * large_share), large_purse), borne - purse


def flexible_emergency(
    *, cost: Fraction, place: str, pool_paid: Fraction, large_sum_paid: Fraction
) -> Amounts:
    """F-11.1 70%, F-15.14 at the place of filing alike, F-15.15 下调10个百分点 on a trip, both rates."""
    off = 10 if place.startswith("temporary") else 0
    shares = percent(70 - off), percent(85 - off)  # F-17.5: half of the 30% that is left
    pool, large, own = stages(cost, shares, (pool_paid, large_sum_paid))
    extra = supplementary(own, "temporary" if off else "local")
    return {
        "pool": pool,
        "large_sum": large,
        "supplementary": extra,
        "self": cost - pool - large - extra,
    }


def flexible_chronic(
    *, category: str, group: str, cost: Fraction, pool_paid: Fraction, large_sum_paid: Fraction
) -> Amounts:
    share, large_share = CHRONIC[category, group]
    pool, large, _ = stages(cost, (share / 100, large_share / 100), (pool_paid, large_sum_paid))
    return {"pool": pool, "large_sum": large, "self": cost - pool - large}


def flexible_visit(
    *,
    tier: str,
    group: str,
    cost: Fraction,
    deductible_left: Fraction,
    paid_this_year: Fraction,
    chronic_holder: bool,
) -> Amounts:
    """F-13: yuan by yuan the person bears the deductible first, then the fund its share."""
    rate = percent(OUTPATIENT[tier][1][group])
    purse = max((7800 if chronic_holder else 12_000) - paid_this_year, Fraction(0))
    due = cost if cost < deductible_left else deductible_left
    pool = fen((cost - due) * rate)
    pool = purse if pool > purse else pool
    return {
        "pool": pool,
        "self": cost - pool,
        "deductible_left": deductible_left - due,
        "paid_this_year": paid_this_year + pool,
    }


def left_at(tier: str, visits: list[tuple[str, Fraction]], how: str) -> Fraction:
    """A-24: go through the visits of the year one by one, each bearing what is still due."""
    met: dict[str, Fraction] = {}
    for visited, cost in visits:
        due = min(cost, _left(visited, met, how))
        met[visited] = met.get(visited, Fraction(0)) + due
    return _left(tier, met, how)


def _left(tier: str, met: dict[str, Fraction], how: str) -> Fraction:
    full = OUTPATIENT[tier][0]
    if how == "separate":
        # 二级 and 三级专科 are one row of the table (F-13.5)
        row = ("level2", "specialist3") if tier in ("level2", "specialist3") else (tier,)
        counted = sum((met.get(name, Fraction(0)) for name in row), Fraction(0))
    else:
        counted = sum(met.values(), Fraction(0))
    done = [name for name, part in met.items() if part and counted >= OUTPATIENT[name][0]]
    if how == "once" and done:
        return Fraction(0)
    return max(full - counted, Fraction(0))


def resident_quarter(cost: Fraction) -> Fraction:
    """R-10.2 每季40元, R-10.4 55%, R-10.3 每季150元."""
    if cost <= 40:
        return Fraction(0)
    return min(fen((cost - 40) * percent(55)), Fraction(150))


def two_diseases(hypertension: Fraction, diabetes: Fraction, *, shared: bool) -> Amounts:
    """R-11.3 65%, R-11.4 高血压年限额为200元，糖尿病年限额为400元; A-67 shared: 400 for both."""
    high = min(fen(hypertension * percent(65)), Fraction(200))
    sugar = min(fen(diabetes * percent(65)), Fraction(400))
    if shared and high + sugar > 400:
        sugar = 400 - high
    return {
        "hypertension": high,
        "diabetes": sugar,
        "pool": high + sugar,
        "self": hypertension + diabetes - high - sugar,
    }


def major_illness(counted: Fraction, threshold: Fraction) -> Fraction:
    """R-12.4 to R-12.6, ten thousand yuan at a time above the threshold."""
    paid, above = Fraction(0), Fraction(0)
    left = counted - threshold
    while left > 0:
        part = min(left, Fraction(10_000))
        rate = 60 if above < 50_000 else 65 if above < 100_000 else 70
        paid += part * percent(rate)
        above, left = above + part, left - part
    return fen(paid)


def settlements(self_paid: list[Fraction], column: str, *, per_year: bool) -> list[Fraction]:
    """F-16.4 for each settlement; over the year, what each adds to the payment on the sum (A-17)."""
    if not per_year:
        return [supplementary(own, column) for own in self_paid]
    payments: list[Fraction] = []
    for count in range(1, len(self_paid) + 1):
        whole = supplementary(sum(self_paid[:count], Fraction(0)), column)
        payments.append(whole - sum(payments, Fraction(0)))
    return payments
