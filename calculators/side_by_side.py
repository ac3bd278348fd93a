"""Two schemes side by side: the same person's contributions and the same year of illness in each.

Each scheme answers under the newest year that it has on file, through the calculators and the year
of the contract, so that nothing here can disagree with them. There is no verdict: what two
different years cost can neither be added nor weighed by one number.
"""

import datetime
import json
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from crispy_forms.helper import FormHelper
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse

from calculators import words
from calculators.answering import Answer, answer
from calculators.asking import ASK, ask_kindly, ask_strictly
from calculators.catalogue import CALCULATORS
from calculators.fields import AmountField, ChoiceAnswer
from calculators.forms import CalculatorForm, named
from calculators.one_by_one import ask_one
from calculators.presenters import make_formula, make_json
from calculators.rules.contribution import Payer
from calculators.rules.months import MONTHS_A_YEAR, Month
from calculators.rules.people import Group, Hardship, Member, OutpatientTier, Scheme, Tier
from calculators.topics.contribution import payer_in_words
from calculators.year import answer_year, ask_year
from portal import clock
from portal.policy.age import Age, ages_of
from portal.policy.in_force import NoPolicyInForce, TableKey, Timetable
from portal.policy.models import DecidedReading, Edition
from portal.policy.models import choices as names
from portal.site.display import display_of

TITLE = "两种医保放在一起看"
# What happens in the year, and the tables it needs in both schemes.
COMPARED = ("contribution", "inpatient", "emergency", "outpatient")
# How far back a year is looked for in which a scheme has everything on file.
YEARS_BACK = 10
QUARTER_MONTHS = (2, 5, 8, 11)
STAY_MONTH, RESCUE_MONTH = 6, 3
# The residents' table has one level for both second-level hospitals, the other none for 基层 (A-76).
RESIDENT_TIERS = {Tier.LEVEL2_DISTRICT: Tier.LEVEL2, Tier.LEVEL2_CITY: Tier.LEVEL2}
FLEXIBLE_TIERS = {Tier.GRASSROOTS: Tier.LEVEL1}


class SidesForm(CalculatorForm):
    """What is asked once for both schemes. It is no calculator of the contract and has no scheme."""

    button = "放在一起看看"
    schemes = (Scheme.RESIDENT,)  # so that no scheme is asked for: the answer is about both

    member = ChoiceAnswer(
        choices=named(names.Member, Member.ADULT, Member.STUDENT, Member.MINOR),
        required=True,
        label="参加居民医保的话，您是哪一种人？",
        help_text="居民医保的缴费和报销，看是成年人、学生还是孩子。",
        error_messages={"required": "请选一项：不同的人，居民医保的缴费标准不同。"},
    )
    hardship = ChoiceAnswer(
        choices=named(names.Hardship, *Hardship),
        default=Hardship.NONE,
        label="居民医保的缴费，有没有照顾？",
        help_text="低保边缘家庭少缴，低保、特困、重残等不用缴。都不是，就选“一般”。",
    )
    cost = AmountField(
        label="假如一年住一次院，能报销的费用一共多少？",
        help_text="就是“政策范围内费用”。不住院就不用填。例如 20000",
    )
    tier = ChoiceAnswer(
        choices=named(
            names.Tier,
            Tier.GRASSROOTS,
            Tier.LEVEL1,
            Tier.LEVEL2_DISTRICT,
            Tier.LEVEL2_CITY,
            Tier.LEVEL3,
            Tier.TOP3,
        ),
        label="住的是哪一级医院？",
        help_text="填了住院费用的才要选。",
        error_messages={"required": "请选医院级别：不同级别的起付标准和报销比例不同。"},
    )
    quarter_cost = AmountField(
        label="每个季度在社区医院看门诊，大约花多少？",
        help_text="只填能报销的费用，按一年四个季度都花这么多算。不看门诊就不用填。例如 300",
    )
    emergency_cost = AmountField(
        label="假如有一次急诊抢救，能报销的费用多少？",
        help_text="没有就不用填。例如 5000",
    )

    def __init__(self, *args: Any, **named_arguments: Any) -> None:
        super().__init__(*args, **named_arguments)
        del self.fields["date"]  # each scheme has a year of its own

    @property
    def helper(self) -> FormHelper:
        rare = ("hardship", "emergency_cost")
        shown = [name for name in self.fields if name not in rare]
        helper = self.laid_out(*shown, self.fold("缴费有照顾，或者有急诊抢救？没有就不用填", *rare))
        helper.attrs = {"novalidate": ""}  # this page has no script that could swap a part of it
        return helper

    def asks(self, name: str) -> bool:
        """Whether a question matters: the hospital does for somebody who stays in one."""
        return super().asks(name) and (name != "tier" or self.is_answered("cost"))

    def _choose_questions(self) -> None:
        super()._choose_questions()
        self.fields["tier"].required = bool(self._answer_to("cost"))


def compare(request: HttpRequest) -> HttpResponse:
    """Ask once, and show both schemes: the empty form, its errors (422), or both sides."""
    care = display_of(request).care
    is_open = care and ASK in request.GET
    asked = ask_kindly(SidesForm, request.GET)
    if asked.canonical and not is_open:
        return HttpResponseRedirect(request.path + asked.canonical, status=303)
    form = asked.form
    assert form is not None  # it knows its scheme by itself
    context: dict[str, Any] = {"title": TITLE, "form": form, "dropped": bool(asked.dropped)}
    if form.is_bound and form.is_valid() and not is_open:
        context["sides"] = compared(form.cleaned_data, Timetable.load(), clock.today())
    elif care:
        screen = ask_one(SidesForm, request.GET)
        assert screen is not None
        form = screen.form
        context |= {"screen": screen, "form": form}
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "calculators/side_by_side.html", context, status=status)


# --- both sides -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Happened:
    """An event of the year: its name, its entry in the ledger, and a link to it alone.

    `payers` are names with amounts, `steps` those of the contract with formulas for people.
    """

    title: str
    entry: dict[str, Any]
    payers: tuple[tuple[str, str], ...]
    steps: tuple[dict[str, Any], ...]
    link: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One scheme under its year. Money is written as the contract does: `"1095.20"`.

    `contribution` is the answer of that calculator for the whole year, `totals` are the ledger's.
    """

    scheme: Scheme
    label: str
    short: str
    year: int
    day: datetime.date
    edition: str
    ages: tuple[Age, ...]
    who: str
    contribution: dict[str, Any]
    totals: dict[str, str]
    events: tuple[Happened, ...]
    readings: tuple[dict[str, Any], ...]

    @property
    def whole(self) -> bool:
        """Whether everything that was asked for could be computed."""
        return all(event.entry["computable"] for event in self.events)

    @property
    def paid(self) -> Decimal:
        """Contributions and own payments of the year together, in yuan."""
        return Decimal(self.contribution["result"]["total"]) + Decimal(self.totals["self"])


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the comparison: what it is called, each side with its amount (None: no such)."""

    label: str
    cells: tuple[tuple[Side, str | None], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sides:
    """Both schemes, the lines that name the same thing in each, and what cannot be compared.

    `sums` (contributions and own payments) and their `difference`, in yuan, are given only where
    both stand under the same year and nothing was left out. `missing` names schemes without any
    year on file.
    """

    sides: tuple[Side, ...]
    rows: tuple[Row, ...]
    same_year: bool = False
    missing: tuple[str, ...] = ()
    sums: tuple[tuple[Side, Decimal], ...] = ()
    difference: Decimal | None = None
    remarks: tuple[str, ...] = ()
    not_compared: tuple[str, ...] = ()


def compared(given: dict[str, Any], timetable: Timetable, today: datetime.date) -> Sides:
    """Put the same person and the same year of illness under each scheme."""
    on_file = {scheme: list(_years_on_file(scheme, timetable, today)) for scheme in Scheme}
    common = [year for year in on_file[Scheme.RESIDENT] if year in on_file[Scheme.FLEXIBLE]]
    sides = tuple(
        _side(scheme, (common or years)[0], given, timetable, today)
        for scheme, years in on_file.items()
        if years
    )
    sums: tuple[tuple[Side, Decimal], ...] = ()
    if common and all(side.whole for side in sides):
        sums = tuple((side, side.paid) for side in sides)
    amounts = [amount for _, amount in sums]
    return Sides(
        sides=sides,
        rows=tuple(_rows(sides)),
        same_year=bool(common),
        missing=tuple(names.Scheme(s).label for s, years in on_file.items() if not years),
        sums=sums,
        difference=max(amounts) - min(amounts) if amounts else None,
        remarks=_remarks(given),
        not_compared=tuple(_not_compared(sides)),
    )


def _years_on_file(scheme: Scheme, timetable: Timetable, today: datetime.date) -> Iterator[int]:
    """The years, newest first, for which a scheme has every table that is compared, and its fee."""
    tables = [table for slug in COMPARED for table in CALCULATORS[slug].main_tables(scheme)]
    for year in range(today.year, today.year - YEARS_BACK, -1):
        day = _day_of(year, today)
        if _are_in_force(tables, timetable, day):
            paid = _ask(
                "contribution",
                _contribution_of(scheme, year, Payer(Member.ADULT)),
                day,
                timetable,
                today,
            )
            if make_json(paid)["computable"]:
                yield year


def _are_in_force(tables: list[TableKey], timetable: Timetable, day: datetime.date) -> bool:
    try:
        for table in tables:
            timetable.edition(*table, day)
    except NoPolicyInForce:
        return False
    return True


def _day_of(year: int, today: datetime.date) -> datetime.date:
    """The day of a year whose rules are asked for: its last one, or today."""
    return min(today, datetime.date(year, MONTHS_A_YEAR, 31))


def _side(
    scheme: Scheme,
    year: int,
    given: dict[str, Any],
    timetable: Timetable,
    today: datetime.date,
) -> Side:
    day = _day_of(year, today)
    payer = Payer(given["member"], given["hardship"])
    group = _group(scheme, given["member"])
    contribution = _ask(
        "contribution", _contribution_of(scheme, year, payer), day, timetable, today
    )
    events = list(_events(scheme, year, given))
    body = {"scheme": scheme, "group": group, "events": events}
    year_asked = ask_year(json.dumps(body).encode())
    assert not year_asked.errors, year_asked.errors  # the form has read every answer before
    ledger = answer_year(year_asked, timetable, today)
    tables = [table for slug in COMPARED for table in CALCULATORS[slug].main_tables(scheme)]
    editions: list[Edition] = [timetable.edition(*table, day) for table in tables]
    return Side(
        scheme=scheme,
        label=names.Scheme(scheme).label,
        short="居民医保" if scheme == Scheme.RESIDENT else "灵活就业",
        year=year,
        day=day,
        edition="、".join(dict.fromkeys(edition.document.edition_name for edition in editions)),
        ages=tuple(ages_of(editions, today)),
        who=payer_in_words(payer) if scheme == Scheme.RESIDENT else names.Group(group).label,
        contribution=make_json(contribution),
        totals=ledger["result"]["totals"],
        events=tuple(
            _happened(scheme, group, event, shown)
            for event, shown in zip(
                sorted(events, key=lambda event: event["on"]),
                ledger["result"]["events"],
                strict=True,
            )
        ),
        readings=tuple(
            reading
            for reading in ledger["readings"]
            if reading["confidence"] != DecidedReading.Confidence.HIGH
        ),
    )


def _group(scheme: Scheme, member: Member) -> Group:
    """Who pays contributions is in service; of residents the kind of person says the column."""
    if scheme == Scheme.FLEXIBLE:
        return Group.ACTIVE
    return Group.ADULT if member == Member.ADULT else Group.MINOR


def _contribution_of(scheme: Scheme, year: int, payer: Payer) -> dict[str, Any]:
    """What is asked of the calculator of contributions for a whole year."""
    if scheme == Scheme.RESIDENT:
        return {"scheme": scheme, "member": str(payer)}
    first, last = Month(year, 1), Month(year, MONTHS_A_YEAR)
    return {"scheme": scheme, "first_month": str(first), "last_month": str(last)}


def _ask(
    slug: str,
    query: dict[str, Any],
    day: datetime.date,
    timetable: Timetable,
    today: datetime.date,
) -> Answer:
    """Ask a calculator as its JSON is asked, under the rules of `day`."""
    calculator = CALCULATORS[slug]
    asked = QueryDict(urlencode({**query, "date": day.isoformat()}))
    form, errors = ask_strictly(calculator.form, asked)
    assert form is not None, errors
    return answer(calculator, form, timetable, today)


def _events(scheme: Scheme, year: int, given: dict[str, Any]) -> Iterator[dict[str, str]]:
    """The same year of illness as the scheme's own events."""
    if given["cost"]:
        tiers = RESIDENT_TIERS if scheme == Scheme.RESIDENT else FLEXIBLE_TIERS
        tier = tiers.get(given["tier"], given["tier"])
        yield _event("inpatient", year, STAY_MONTH, given["cost"], tier=tier.value)
    if given["emergency_cost"]:
        yield _event("emergency", year, RESCUE_MONTH, given["emergency_cost"])
    if given["quarter_cost"]:
        where = {} if scheme == Scheme.RESIDENT else {"tier": OutpatientTier.LEVEL1_OR_BELOW.value}
        for month in QUARTER_MONTHS:
            yield _event("outpatient", year, month, given["quarter_cost"], **where)


def _event(slug: str, year: int, month: int, cost: Decimal, **more: str) -> dict[str, str]:
    on = Month(year, month).first_day.isoformat()
    return {"calculator": slug, "on": on, "cost": f"{cost:.2f}", **more}


def _happened(
    scheme: Scheme, group: Group, event: dict[str, str], shown: dict[str, Any]
) -> Happened:
    calculator = CALCULATORS[event["calculator"]]
    result = shown["result"] or {}
    title = {"inpatient": "住院", "emergency": "急诊抢救", "outpatient": "门诊"}[
        event["calculator"]
    ]
    if event["calculator"] == "outpatient":
        title = f"{title}，第{QUARTER_MONTHS.index(int(event['on'][5:7])) + 1}季度"
    return Happened(
        title=title,
        entry=shown,
        payers=tuple(
            (calculator.words.label(code), result[code]) for code in words.PAYERS if code in result
        ),
        steps=tuple(
            {**step, "formula": make_formula(step["formula"]) if step["formula"] != "0" else ""}
            for step in shown.get("steps", ())
        ),
        link=_link(scheme, group, event),
    )


def _link(scheme: Scheme, group: Group, event: dict[str, str]) -> str:
    """Where the event can be looked at alone; residents' visits are asked by the quarter."""
    query = {"scheme": scheme.value, **event, "date": event["on"]}
    slug = query.pop("calculator")
    month = int(query.pop("on")[5:7])
    if slug != "emergency":
        query["group"] = group.value
    if (slug, scheme) == ("outpatient", Scheme.RESIDENT):
        del query["group"]
        query[f"q{QUARTER_MONTHS.index(month) + 1}"] = query.pop("cost")
    return f"{reverse('calculators:page', args=[slug])}?{urlencode(query)}"


# --- what the page says ---------------------------------------------------------------------------

# Funds that residents do not have at all: nothing is not the same as no such thing.
ONLY_FLEXIBLE = ("large_sum", "supplementary")


def _rows(sides: tuple[Side, ...]) -> Iterator[Row]:
    label = CALCULATORS["inpatient"].words.label
    yield Row("一年的缴费", tuple((s, s.contribution["result"]["total"]) for s in sides))
    if not any(side.events for side in sides):
        return
    yield Row("看病的费用", tuple((side, side.totals["cost"]) for side in sides))
    for code in ("pool", *ONLY_FLEXIBLE):
        yield Row(label(code), tuple((side, _amount(side, code)) for side in sides))
    if any("major_illness" in side.totals for side in sides):
        cells = tuple((side, side.totals.get("major_illness")) for side in sides)
        yield Row(CALCULATORS["major-illness"].words.label("major_illness"), cells)
    yield Row(label("self"), tuple((side, side.totals["self"]) for side in sides))


def _amount(side: Side, code: str) -> str | None:
    if side.scheme == Scheme.RESIDENT and code in ONLY_FLEXIBLE:
        return None
    return side.totals[code]


def _remarks(given: dict[str, Any]) -> tuple[str, ...]:
    """What was taken for granted, so that both sides see the same year."""
    remarks = ["灵活就业这一边按在职算，缴满一整年。"]
    if given["cost"] or given["emergency_cost"] or given["quarter_cost"]:
        remarks.append("两边都按在沈阳看病、全年都在待遇期里算，一年里没有别的费用。")
    if given["quarter_cost"]:
        remarks.append("门诊都在社区医院（一级及以下）看，居民是在自己选定的那一家看。")
    if given["cost"] and given["tier"] in FLEXIBLE_TIERS:
        remarks.append("灵活就业的住院规定没有“基层”这一级，那一边按一级算。")
    if given["cost"] and given["tier"] in RESIDENT_TIERS:
        remarks.append("居民的住院规定不分区属二级和市属二级，那一边按二级算。")
    return tuple(remarks)


def _not_compared(sides: tuple[Side, ...]) -> Iterator[str]:
    if not any("major_illness" in side.totals for side in sides):
        yield "居民大病保险：文件没有写起付标准线是多少，能再报多少算不出来。"
    yield "在别的医院看门诊：居民只报自己选定的那一家社区医院，灵活就业各级定点医院都有自己的比例。"
    yield "生育：两边的规定不同，居民分娩要付起付标准。请到“生育”里分别看。"
    yield "门诊慢特病、两病用药：两边的分法不同，请分别看。"
    yield "待遇从哪天开始：中途参保，两边等待几个月的算法不同。"
    yield "退休：灵活就业缴的月数计入退休时的年限，这里没有算它值多少。"
    yield "去外地看病、医疗救助：居民的文件没有写全。"
