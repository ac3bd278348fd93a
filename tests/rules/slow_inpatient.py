"""A second, slow way to work out a stay, written from the clauses' own words.

It shares no line and no number with the rules: the constants are typed in from the sentences, all
arithmetic is exact fractions, and a limit is reached by laying down the bill note by note until the
fund has no money left. Only `reading` says which of several readings is meant; the decided ones
stand in DECIDED.
"""

from fractions import Fraction
from math import floor

Amounts = dict[str, Fraction]

# F-14.3 to F-14.7: 起付标准, then 统筹基金报销比例 and 个人自付比例 in per cent, 在职 and 退休.
FLEXIBLE = {
    "level1": (200, {"active": (94, 6), "retired": (97, 3)}),
    "level2_district": (300, {"active": (93, 7), "retired": (96, 4)}),
    "level2_city": (300, {"active": (93, 7), "retired": (96, 4)}),
    "level3": (600, {"active": (88, 12), "retired": (91, 9)}),
    "top3": (1200, {"active": (86, 14), "retired": (89, 11)}),
}
# 起付标准 and 报销比例 of 在校学生和非在校未成年人, then of 成年居民.
RESIDENT: dict[str, dict[str, tuple[int, int | None]]] = {
    "grassroots": {"minor": (50, 90), "adult": (100, 90)},
    "level1": {"minor": (100, 85), "adult": (200, 85)},
    "level2": {"minor": (150, 80), "adult": (300, 80)},
    "level3": {"minor": (300, 75), "adult": (600, 75)},
    "top3": {"minor": (600, 70), "adult": (1200, None)},
}
# F-16.6 to F-16.13: 补偿比例 in per cent of the part that lies between two amounts.
SUPPLEMENTARY = {
    "local": ((600, 800, 40), (800, 1000, 50), (1000, 3000, 60), (3000, None, 70)),
    "temporary": ((600, 800, 10), (800, 1000, 15), (1000, 3000, 20), (3000, None, 25)),
    "none": (),
}
NOTES = [Fraction(10) ** power for power in range(5, -3, -1)]  # 100,000 yuan down to one fen

DECIDED = {
    "A-01": "linear",
    "A-05": "disease_exemption_kept",
    "A-07": "to_multiple",
    "A-08": "basic",
    "A-08.deductible": "standard",
    "A-09": "large_sum",
    "A-09.deductible": "raised",
    "A-19.long_term": "local",
    "A-19.temporary_emergency": "temporary",
    "A-61": "parts_after_deductible",
}


def fen(amount: Fraction) -> Fraction:
    """A-21: to the fen, half a fen upwards."""
    return Fraction(floor(amount * 100 + Fraction(1, 2)), 100)


def percent(number: int) -> Fraction:
    return Fraction(number, 100)


def lay_down(bill: Fraction, share: Fraction, purse: Fraction) -> Fraction:
    """How much of a bill a fund bears its share of until its purse is empty (A-11)."""
    laid = Fraction(0)
    for note in NOTES:
        while laid + note <= bill and (laid + note) * share <= purse:
            laid += note
    # Less than a fen is left, of the bill or of what the purse still covers.
    return min(bill, purse / share) if laid < bill else laid


def supplementary(own: Fraction, column: str) -> Fraction:
    """F-16.6 to F-16.13, each band on its own, rounded once."""
    paid = Fraction(0)
    for above, up_to, rate in SUPPLEMENTARY[column]:
        top = own if up_to is None or own < up_to else Fraction(up_to)
        if own > above:
            paid += (top - above) * percent(rate)
    return fen(paid)


def flexible_deductible(
    tier: str,
    admission: int,
    condition: str,
    place: str,
    *,
    large_stage: bool,
    reading: dict[str, str],
) -> Fraction:
    listed = Fraction(FLEXIBLE[tier][0])
    away = place != "local"
    # F-14.11 不设立; F-14.12 every stay of the calendar year after the first; F-15.8 不享受减免
    if condition == "no_deductible" and not (away and reading["A-05"] == "all_exemptions_lost"):
        return Fraction(0)
    waived = not away or reading["A-05"] == "all_exemptions_kept"
    if condition == "cancer" and admission >= 2 and waived:
        return Fraction(0)
    if not away:
        # F-14.10 每次递减15%，最多不得超过2次
        if reading["A-01"] == "compound":
            shares = [Fraction(1), percent(85), percent(85) * percent(85)]
        else:
            shares = [Fraction(1), percent(85), percent(70)]
        if reading["A-01"] == "full_again":
            shares.append(Fraction(1))
        due = listed * shares[min(admission, len(shares)) - 1]
        return due / 2 if large_stage else due  # F-17.5 按50%降低上述起付标准
    if place == "long_term":
        return listed / 2 if large_stage else listed  # F-15.6, F-17.5
    if place == "temporary":
        raised, switch = listed * Fraction(5, 2), "A-08.deductible"  # F-15.11 上调至2.5倍
    else:
        times = 3 if reading["A-07"] == "by_multiple" else 2  # F-15.16 上调2倍
        raised, switch = listed * times, "A-09.deductible"
    if not large_stage:
        return raised
    return {"standard": listed, "raised": raised, "halved": listed / 2}[reading[switch]]


def flexible_large_share(tier: str, group: str, place: str, reading: dict[str, str]) -> Fraction:
    pool, own = FLEXIBLE[tier][1][group]
    halved = 1 - percent(own) / 2  # F-17.5 按50%降低各项个人自付比例
    if place == "temporary":  # F-15.12 按我市基本医疗保险统筹基金待遇标准
        return {"basic": percent(pool), "large_sum": halved, "basic_reduced": percent(pool - 10)}[
            reading["A-08"]
        ]
    if place == "temporary_emergency":  # F-15.17 按照我市标准
        return {"large_sum": halved, "basic": percent(pool)}[reading["A-09"]]
    return halved


def flexible_stay(
    *,
    group: str,
    tier: str,
    cost: Fraction,
    class_b: Fraction,
    outside: Fraction,
    admission: int,
    condition: str,
    place: str,
    pool_paid: Fraction,
    large_sum_paid: Fraction,
    reading: dict[str, str],
) -> Amounts:
    """F-14, F-15, F-16, F-17, with F-9.1 年度最高支付限额为15万元 and F-4.7 50万元."""
    pool_purse = max(150_000 - pool_paid, Fraction(0))
    large_purse = max(500_000 - large_sum_paid, Fraction(0))
    large_stage = pool_purse == 0
    deductible = flexible_deductible(
        tier, admission, condition, place, large_stage=large_stage, reading=reading
    )
    base = max(cost - deductible, Fraction(0))
    pool = extra = Fraction(0)
    if large_stage:
        # F-17.4, F-17.5: 乙类先行自付 is halved too, where the large-sum stage is Shenyang's own
        if place in {"local", "long_term"}:
            base = max(cost + class_b / 2 - deductible, Fraction(0))
        beyond = base
    else:
        share = percent(FLEXIBLE[tier][1][group][0])
        if place == "temporary":
            share -= percent(10)  # F-15.11 下调10个百分点
        # The limit binds the payment, so it is reached by what is paid out, in fen.
        if fen(base * share) <= pool_purse:
            borne, pool = base, fen(base * share)
        else:
            borne, pool = lay_down(base, share, pool_purse), pool_purse
        beyond = base - borne
        column = {"local": "local", "temporary": "temporary"}.get(place) or reading[f"A-19.{place}"]
        extra = supplementary(borne - pool, column)
    large = min(fen(beyond * flexible_large_share(tier, group, place, reading)), large_purse)
    bill = cost + class_b + outside
    return {
        "deductible": deductible,
        "pool": pool,
        "large_sum": large,
        "supplementary": extra,
        "self": bill - pool - large - extra,
    }


def resident_share(
    tier: str, group: str, cost: Fraction, deductible: Fraction, how: str
) -> Fraction:
    """What the pool bears of a resident's stay before rounding: R-7.1 to R-7.5."""
    base = max(cost - deductible, Fraction(0))
    rate = RESIDENT[tier][group][1]
    if rate is not None:
        return base * percent(rate)
    # 70%（1.5万元以上） 65%（1.5万元及以下）
    edge = Fraction(15_000)
    if how == "whole_by_cost":
        return base * percent(70 if cost > edge else 65)
    if how == "whole_after_deductible":
        return base * percent(70 if base > edge else 65)
    # By parts: of the base, or of the whole cost with the deductible taken off its first yuan.
    start = Fraction(0) if how == "parts_after_deductible" else min(deductible, cost)
    end = start + base
    below = max(min(end, edge) - start, Fraction(0))
    return below * percent(65) + (base - below) * percent(70)


def resident_stay(
    *,
    group: str,
    tier: str,
    cost: Fraction,
    class_b: Fraction,
    outside: Fraction,
    admission: int,
    condition: str,
    place: str,
    reading: dict[str, str],
) -> Amounts:
    """R-7, in Shenyang and at the place of a long-term residence (R-15.2)."""
    deductible = Fraction(RESIDENT[tier][group][0])
    if condition == "no_deductible":  # 不设立统筹基金起付标准
        deductible = Fraction(0)
    # 在本市定点医疗机构住院…每年只需交纳首次住院的起付标准
    if condition == "cancer" and admission > 1 and place == "local":
        deductible = Fraction(0)
    pool = fen(resident_share(tier, group, cost, deductible, reading["A-61"]))
    return {"deductible": deductible, "pool": pool, "self": cost + class_b + outside - pool}
