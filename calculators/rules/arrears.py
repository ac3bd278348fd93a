"""补缴: what months cost that were owed."""

from calculators.rules.breakdown import Finding, Notice, Refusal, Result, Step
from calculators.rules.contribution import no_amount
from calculators.rules.money import ZERO, plain
from calculators.rules.months import Month
from calculators.rules.terms.arrears import ArrearsTerms
from calculators.rules.terms.monthly import MonthlyAmounts, Stretch


def arrears(terms: ArrearsTerms, *, first_month: Month, last_month: Month) -> Finding | Refusal:
    """「可选择一次性足额补齐在2021年12月前欠缴部分」(F-8.3)

    The months from `first_month` to `last_month`, both included, each at the amount of its own row
    (A-38). Later months serve the back payment of a short break only: 「中断缴费3个月以内（含3个月）
    的，可补缴」(F-6.4), 「中断缴费3个月以上的（不可补缴）」(F-6.5).
    """
    later = max(last_month - max(first_month, terms.last_month + 1) + 1, 0)
    if later > terms.back_pay_months.value:
        return Refusal(
            "too_many_months",
            "A-37",
            (terms.back_pay_months.clause, *terms.not_repaid),
            (
                ("asked", str(later)),
                ("most", str(terms.back_pay_months.value)),
                ("after", str(terms.last_month)),
            ),
        )
    if not terms.monthly.cover(first_month, last_month):
        return no_amount(terms.monthly)
    stretches = terms.monthly.stretches(first_month, last_month)
    at_retirement = first_month <= terms.last_month
    scope = terms.scope if at_retirement else ()
    if later:
        scope = (*scope, terms.back_pay_months.clause)
    steps = [
        Step(
            "stretch",
            stretch.amount,
            f"{stretch.first}—{stretch.last}：{stretch.months} × {plain(stretch.monthly)}",
            (stretch.clause,),
        )
        for stretch in stretches
    ]
    total = sum((stretch.amount for stretch in stretches), ZERO)
    written = " + ".join(plain(stretch.amount) for stretch in stretches)
    oldest = readings_of_oldest(terms.monthly, first_month, last_month)
    return Finding(
        results={
            "months": last_month - first_month + 1,
            "total": total,
            "rows": tuple(_row(stretch) for stretch in stretches),
        },
        steps=(*steps, Step("total", total, written, scope)),
        readings=(
            *(("A-37",) if at_retirement else ()),
            "A-38",
            *(("A-48",) if later else ()),
            *oldest,
            "A-46",
        ),
        notices=(
            Notice("only_owed" if at_retirement else "only_short_breaks"),
            Notice("no_surcharge"),
            *((Notice("counties"),) if oldest else ()),
        ),
    )


def _row(stretch: Stretch) -> dict[str, Result]:
    return {
        "first_month": stretch.first,
        "last_month": stretch.last,
        "months": stretch.months,
        "monthly": stretch.monthly,
        "amount": stretch.amount,
    }


def readings_of_oldest(monthly: MonthlyAmounts, first: Month, last: Month) -> tuple[str, ...]:
    """「补缴2010年8月前医疗保险费的」(F-8.5): what is read into the oldest amount.

    That it holds for its last month too (A-36); counties joined the city's pool in its time (A-86).
    """
    until = monthly.oldest_until
    if until is None or first > until:
        return ()
    return ("A-36", "A-86") if last >= until else ("A-86",)
