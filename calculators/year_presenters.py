"""A year put into words: what each event cost, who paid, and what is left of the limits."""

import datetime
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any, cast

from calculators import words
from calculators.answering import Answer
from calculators.presenters import make_formula, make_notices, make_reason, spell_step
from calculators.rules.alternatives import UsedReading
from calculators.rules.bands import Bands
from calculators.rules.breakdown import Breakdown, Finding
from calculators.rules.money import ZERO
from calculators.rules.people import Group, Scheme, Tier
from calculators.rules.terms import FlexibleStayTerms, ResidentStayTerms
from calculators.rules.year import Entry, YearTerms, entries_of
from calculators.sharing import tell
from calculators.topics.inpatient import InpatientForm
from calculators.year import AskedYear, Ledger, read_terms
from calculators.year_link import ReadYear, ask_events
from portal.policy.in_force import NoPolicyInForce, Timetable
from portal.policy.models import DecidedReading
from portal.policy.models.choices import Group as GroupName
from portal.policy.values import money, percent

KINDS = {
    "inpatient": "住院",
    "outpatient": "看门诊",
    "emergency": "急诊抢救",
    "chronic": "门诊慢特病",
    "two-diseases": "高血压、糖尿病的药",
    "maternity": "生育",
}
PAYERS = ("pool", "large_sum", "supplementary", "major_illness", "self")
LIMITS = {
    Scheme.FLEXIBLE: {
        "pool": "统筹基金，全年",
        "large_sum": "大额补助，全年",
        "outpatient": "门诊统筹，全年",
    },
    Scheme.RESIDENT: {"pool": "统筹基金，全年", "outpatient": "门诊统筹"},
}
_ONCE_A_YEAR = "居民大病保险按全年合起来算，下面一笔一笔的账里没有它。"
QUARTERS = ("一季度", "二季度", "三季度", "四季度")

ONE_DAY = datetime.timedelta(days=1)


def make_ledger(ledger: Ledger, read: ReadYear) -> dict[str, Any]:
    """Return what `calculators/year/_ledger.html` shows of a year with events."""
    answered = ledger.answered
    results = cast(Finding, answered.outcome).results
    totals = cast(Mapping[str, Decimal], results["totals"])
    return {
        "headline": f"这一年{words.HEADLINE}",
        "not_a_bill": words.NOT_A_BILL,
        "own": totals["self"],
        "bill": totals["cost"],
        "payers": _payers(answered, totals),
        "events": make_events(ledger, read.group),
        "limits": _limits(ledger.terms, answered.scheme, cast(Mapping[str, Any], results["left"])),
        "notices": [
            *make_notices(answered),
            *([_ONCE_A_YEAR] if totals.get("major_illness") else []),
        ],
        "not_counted": _not_counted(answered, "major_illness" in totals),
        "readings": [
            _reading(answered, used) for used in answered.used if _is_open(answered, used)
        ],
        "policy": answered.editions,
    }


def make_telling(
    ledger: Ledger, shown: Mapping[str, Any], group: str, link: str, bare_link: str
) -> dict[str, Any]:
    """Say a year in a few lines for the family, with its amounts and without them."""
    slip = {**shown, "headline": {"label": shown["headline"], "amount": shown["own"]}}
    facts = (group, f"一共{len(shown['events'])}笔")
    return tell(replace(ledger.answered, facts=facts), slip, link, bare_link)


def _not_counted(answered: Answer, with_major_illness: bool) -> list[str]:
    listed = list(answered.calculator.words.not_counted[answered.scheme])
    if answered.scheme == Scheme.RESIDENT and not with_major_illness:
        listed.insert(0, words.MAJOR_ILLNESS_LATER)
    return listed


def _payers(answered: Answer, paid: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Who paid how much, without those who paid nothing; the person's own share always."""
    return [
        {"code": code, "label": answered.calculator.words.label(code), "amount": paid[code]}
        for code in PAYERS
        if code in paid and (paid[code] or code == "self")
    ]


def make_events(ledger: Ledger, group: str) -> list[dict[str, Any]]:
    """Return the events in order of day, each with the balance of the year after it."""
    own, pool, shown = ZERO, ZERO, []
    for entry, answered in zip(ledger.entries, ledger.events, strict=True):
        event = _event(entry, answered, group)
        if isinstance(entry.outcome, Breakdown):
            own += entry.outcome.payers["self"]
            pool += entry.outcome.payers["pool"]
        limit = ledger.terms.pool_limit
        event |= {
            "own_so_far": own,
            "pool_left": None if limit is None else max(limit - pool, ZERO),
        }
        shown.append(event)
    return shown


def _event(entry: Entry, answered: Answer, group: str) -> dict[str, Any]:
    of_the_year = GroupName(group).label
    shown: dict[str, Any] = {
        "day": f"{entry.event.on.month}月{entry.event.on.day}日",
        "kind": KINDS[entry.event.calculator],
        "facts": [fact for fact in answered.facts if fact != of_the_year],
        "admission": entry.admission,
        "reason": "",
    }
    outcome = answered.outcome
    if not isinstance(outcome, Breakdown):
        return {**shown, "reason": make_reason(answered)}
    return {
        **shown,
        "bill": outcome.bill,
        "payers": _payers(answered, outcome.payers),
        "steps": [_step(spell_step(answered, step)) for step in outcome.steps],
        "notices": make_notices(answered),
    }


def _step(step: dict[str, Any]) -> dict[str, Any]:
    formula = "" if step["formula"] == "0" else make_formula(step["formula"])
    return {**step, "formula": formula}


def _limits(terms: YearTerms, scheme: Scheme, left: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What is left of each limit in yuan; `left` is None where the documents give no limit."""
    limits = {
        "pool": terms.pool_limit,
        "large_sum": terms.large_sum_limit,
        "outpatient": terms.outpatient_limit,
    }
    shown = []
    for code, label in LIMITS[scheme].items():
        if isinstance(left[code], tuple):
            rows = zip(QUARTERS, left[code], strict=True)
            shown += [_limit(f"{label}，{name}", terms.quarter_limit, rest) for name, rest in rows]
        else:
            shown.append(_limit(label, limits[code], left[code]))
    return shown


def _limit(label: str, limit: Decimal | None, left: Decimal | None) -> dict[str, Any]:
    share = left * 100 / limit if limit and left is not None else ZERO
    return {"label": label, "limit": limit, "left": left, "share": f"{share:.2f}"}


def _is_open(answered: Answer, used: UsedReading) -> bool:
    """What the text itself decides needs no remark to a resident; the JSON lists it all the same."""
    return answered.readings[used.id].confidence != DecidedReading.Confidence.HIGH


def _reading(answered: Answer, used: UsedReading) -> dict[str, Any]:
    """A reading that the year rests on, with the totals under the nearest other one."""
    decided = answered.readings[used.id]
    other = used.alternatives[0].results.get("totals", {}) if used.alternatives else {}
    return {
        "id": used.id,
        "title": decided.title,
        "text": decided.text,
        "otherwise_text": decided.otherwise,
        "otherwise": _payers(answered, cast(Mapping[str, Any], other)),
    }


def make_next_stays(
    ledger: Ledger, read: ReadYear, timetable: Timetable, day: datetime.date, cost: Decimal | None
) -> dict[str, Any]:
    """Return what one more stay would come to at each tier: the same year, with that stay behind it.

    Without a `cost` only the deductible and the rate are told: no amount is made up.
    """
    day = max([entry.event.on for entry in ledger.entries], default=day)
    group = read.events[-1].get("group", read.group) if read.events else read.group
    pool_left = make_events(ledger, group)[-1]["pool_left"] if ledger.entries else None
    tiers = []
    for tier, label in InpatientForm.scheme_choices[read.scheme]["tier"]:
        entry = _next_stay(ledger, read, timetable, day, group, cast(Tier, tier), cost or ZERO)
        if isinstance(entry.outcome, Breakdown):
            rates = _rates(entry, Group(group), cast(Tier, tier))
            paid = entry.outcome.payers
            tiers.append(
                {
                    "label": label,
                    "deductible": entry.outcome.results["deductible"],
                    "rates": rates,
                    "own": paid["self"],
                    "funds": sum(paid.values(), ZERO) - paid["self"],
                }
            )
    count = sum(entry.admission is not None for entry in ledger.entries) + 1
    return {"tiers": tiers, "count": count, "cost": cost, "pool_is_used_up": pool_left == 0}


def _next_stay(
    ledger: Ledger,
    read: ReadYear,
    timetable: Timetable,
    day: datetime.date,
    group: str,
    tier: Tier,
    cost: Decimal,
) -> Entry:
    assert read.form is not None
    stay = {
        "calculator": "inpatient",
        "on": day.isoformat(),
        "tier": tier.value,
        "cost": f"{cost:.2f}",
        "group": group,
    }
    asked: AskedYear = ask_events(read.form, [stay])
    (event,) = read_terms(asked, timetable, day).events
    terms = replace(ledger.terms, events=(*ledger.terms.events, event))
    return entries_of(terms, scheme=read.scheme)[-1]


def _rates(entry: Entry, group: Group, tier: Tier) -> list[str]:
    """The pool's rate of a tier in words: one, or one for each band of the cost."""
    terms = cast(FlexibleStayTerms | ResidentStayTerms, entry.event.terms)
    bands: Bands = terms.inpatient.rates[tier, group]
    if len(bands.bands) == 1:
        return [percent(bands.flat().rate)]
    first, *rest = bands.bands
    return [
        f"{money(rest[0].above)}以内 {percent(first.rate)}",
        *(f"超过 {money(band.above)}的部分 {percent(band.rate)}" for band in rest),
    ]


def make_elsewhen(
    ledger: Ledger, read: ReadYear, newest: datetime.date | None
) -> dict[str, Any] | None:
    """Offer the newest year with rules, where no event of a year has any; else None."""
    if not ledger.events or newest is None or newest.year == ledger.answered.day.year:
        return None
    if not all(isinstance(answered.outcome, NoPolicyInForce) for answered in ledger.events):
        return None
    events = [{**event, "on": _moved(event["on"], newest.year)} for event in read.events]
    return {
        "year": ledger.answered.day.year,
        "newest": newest.year,
        "url": read.link(events),
    }


def _moved(on: str, year: int) -> str:
    day = datetime.date.fromisoformat(on)
    try:
        return day.replace(year=year).isoformat()
    except ValueError:  # 29 February
        return (day - ONE_DAY).replace(year=year).isoformat()


def make_dropped(read: ReadYear) -> list[str]:
    """Say what a link held that could not be kept."""
    notices = []
    if "e" in read.dropped:
        notices.append("链接里有几笔记得不完整，或者不是同一年的，没有采用。请看看下面还缺哪一笔。")
    if any(name != "e" for name in read.dropped):
        notices.append("链接里有的内容已经不适用，没有采用，请看看下面填的对不对。")
    return notices
