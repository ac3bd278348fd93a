"""待遇起算: its questions and the rules that answer them."""

import datetime
from typing import Any

from calculators.calculator import Calculator, SchemeRule
from calculators.fields import ChoiceAnswer, CountField, DayField, MonthField, YesNoField
from calculators.forms import CalculatorForm, When
from calculators.rules.people import FlexibleEntry, ResidentEntry, Scheme
from calculators.rules.start_date import flexible_start, resident_start
from calculators.words import Words
from portal.policy.terms.start_date import (
    FLEXIBLE_START_TABLES,
    RESIDENT_START_TABLES,
    flexible_start_terms,
    resident_start_terms,
)

# What a kind of case cannot be answered without.
NEEDED = {
    "paid_on": When(
        "kind",
        {
            ResidentEntry.ADULT,
            ResidentEntry.STUDENT,
            ResidentEntry.MINOR,
            ResidentEntry.NEWBORN,
            ResidentEntry.LOW_MARGIN,
            ResidentEntry.FROM_EMPLOYEE,
        },
    ),
    "born_on": When("kind", {ResidentEntry.NEWBORN}),
    "handled_on": When("kind", {ResidentEntry.LOW_INCOME, ResidentEntry.SEVERE_DISABILITY}),
    "identified_on": When("kind", {ResidentEntry.LOW_MARGIN_STUDENT}),
    "gap_months": When("kind", {ResidentEntry.FROM_EMPLOYEE}),
    "resident_years": When("kind", {FlexibleEntry.FROM_RESIDENT}),
}
# Who has paid into the employees' scheme, or comes to it from the residents' one, may have a gap.
PAID_BEFORE = (FlexibleEntry.GAP, FlexibleEntry.TRANSFER, FlexibleEntry.FROM_RESIDENT)
# What else a kind of case may say.
MAY_SAY: dict[str, tuple[ResidentEntry | FlexibleEntry, ...]] = {
    "paid_on": (ResidentEntry.PREFERENTIAL,),
    "handled_on": (ResidentEntry.PREFERENTIAL,),
    "identified_on": (ResidentEntry.LOW_MARGIN, ResidentEntry.LOW_INCOME),
    "gap_months": PAID_BEFORE,
    "back_paid": (ResidentEntry.NEWBORN, *PAID_BEFORE),
}


def _asked_when() -> dict[str, When]:
    needed = {name: tuple(when.answers) for name, when in NEEDED.items()}
    return {
        name: When("kind", {*needed.get(name, ()), *MAY_SAY.get(name, ())})
        for name in (*NEEDED, "back_paid")
    }


class StartDateForm(CalculatorForm):
    """待遇起算: the parameters of the contract, for both schemes."""

    button = "看看从哪天起能报销"
    only_for = {
        **dict.fromkeys(("paid_on", "born_on", "handled_on", "identified_on"), Scheme.RESIDENT),
        **dict.fromkeys(("first_month", "resident_years"), Scheme.FLEXIBLE),
    }
    asked_when = _asked_when()
    needed_when = NEEDED
    examples = {
        Scheme.RESIDENT: "kind=adult&paid_on=2024-03-15",
        Scheme.FLEXIBLE: "kind=gap&first_month=2025-05&gap_months=2&back_paid=false",
    }
    scheme_choices = {
        Scheme.RESIDENT: {
            "kind": [
                (ResidentEntry.ADULT, "成年居民"),
                (ResidentEntry.STUDENT, "在校学生"),
                (ResidentEntry.MINOR, "不在校的未成年人"),
                (ResidentEntry.NEWBORN, "新生儿"),
                (ResidentEntry.LOW_INCOME, "低保对象、特困人员、孤儿"),
                (ResidentEntry.LOW_MARGIN, "低保边缘对象（不是在校学生）"),
                (ResidentEntry.LOW_MARGIN_STUDENT, "低保边缘对象（在校学生）"),
                (ResidentEntry.SEVERE_DISABILITY, "重度残疾人员（二级及以上）"),
                (ResidentEntry.PREFERENTIAL, "优抚对象、纳入监测范围的贫困人口"),
                (ResidentEntry.FROM_EMPLOYEE, "从职工医保（含灵活就业）转过来"),
            ],
        },
        Scheme.FLEXIBLE: {
            "kind": [
                (FlexibleEntry.FIRST, "第一次参加职工医保"),
                (FlexibleEntry.GAP, "在沈阳参加过职工医保，停过缴费（含单位转灵活就业）"),
                (FlexibleEntry.TRANSFER, "从外地的职工医保转过来"),
                (FlexibleEntry.FROM_RESIDENT, "从居民医保转过来"),
            ],
        },
    }

    kind = ChoiceAnswer(
        required=True,
        label="您是哪一种情况？",
        error_messages={"required": "请选一项：不同的人，待遇开始的日子不同。"},
    )
    paid_on = DayField(
        label="哪天缴的费？",
        help_text="集中参保期内看缴费的日期；过了集中参保期，看费用到账的日期。例如 2024 3 15",
        error_messages={"required": "请填写缴费到账的日期，例如 2024-03-15。"},
    )
    first_month = MonthField(
        required=True,
        label="从哪个月开始缴费？",
        help_text="中断过的，填恢复缴费的那个月。例如 2025-05",
        error_messages={"required": "请填写开始缴费的年和月，例如 2025-05。"},
    )
    born_on = DayField(
        label="孩子哪天出生？",
        help_text="例如 2024 2 10",
        error_messages={"required": "请填写孩子出生的日期，例如 2024-02-10。"},
    )
    handled_on = DayField(
        label="参保手续哪天办完？",
        help_text="例如 2024 5 20",
        error_messages={"required": "请填写参保手续办完的日期，例如 2024-05-20。"},
    )
    identified_on = DayField(
        label="身份是哪天认定的？",
        help_text="低保、特困、孤儿、低保边缘的身份。例如 2024 2 1",
        error_messages={"required": "请填写认定为低保边缘的日期，例如 2024-02-01。"},
    )
    gap_months = CountField(
        label="中间有几个月没有缴费？",
        help_text="只数整月没有缴费的月份：最后缴到1月、5月恢复，中间是3个月。没有中断填 0。"
        "居民医保管到年底，从那里转过来的，从下一年1月数起。",
        error_messages={"required": "请填写职工医保停缴以后，中间有几个月没有缴费；没有中断填 0。"},
    )
    resident_years = CountField(
        label="转过来以前，居民医保连续参加了几年？",
        error_messages={"required": "请填写转过来以前，居民医保连续参加了几年。"},
    )
    back_paid = YesNoField(
        label="补缴了吗？",
        help_text="中断的月份后来补缴了，或者新生儿补缴了出生那一年的费用，选“是”。",
    )

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        kind = given.get("kind")
        days = ("handled_on", "paid_on")
        if kind == ResidentEntry.PREFERENTIAL and not any(
            name in self.errors or given.get(name) for name in days
        ):
            self.add_error("handled_on", self.fields["handled_on"].error_messages["required"])
        if kind == ResidentEntry.NEWBORN and self._is_before("paid_on", "born_on"):
            self.add_error("paid_on", "缴费不能早于出生那天，请看看两个日期。")
        if kind == ResidentEntry.LOW_MARGIN and self._is_before("paid_on", "identified_on"):
            self.add_error(
                "paid_on", "文件说的是先认定身份、再缴费。认定以前缴的，请拨打热线问一问。"
            )
        if kind == ResidentEntry.LOW_INCOME and self._is_before("handled_on", "identified_on"):
            self.add_error("handled_on", "文件说的是先认定身份、再办手续，请看看两个日期。")
        month = given.get("first_month")
        if month and month.year >= datetime.MAXYEAR:
            self.add_error("first_month", "年份太远了，请看看是不是打错了。")
        for name in ("gap_months", "resident_years"):
            if name in given and given[name] is None:
                given[name] = 0
        return given

    def _is_before(self, first: str, second: str) -> bool:
        given = self.cleaned_data
        return bool(given.get(first) and given.get(second) and given[first] < given[second])


WORDS = Words(
    headlines=("start",),
    nothing={
        "start": "这一年度没有待遇",
        "end": "这一年度没有待遇",
        "retroactive_from": "没有要追溯的",
    },
    labels={
        "start": "从这天起能报销",
        "end": "到这天为止",
        "window": "在集中参保期内缴费",
        "newborn_limit": "出生后的参保期限",
        "gap": "中断的月数",
        "too_late": "算出来的起始日",
        "nothing_left": "这一年度没有待遇",
        "retroactive_from": "中断期间也能报，从这天起",
        "waiting": "要过等待期",
        "back_pay_allowed": "可以补缴中断的月份",
    },
    sentences={
        "start": "待遇从这一天开始，这天以前的费用不能报。",
        "end": "居民医保管到年底，下一年度要在集中参保期里再缴。",
        "window": "在集中参保期里缴下一年度的费用，从下一年度的第一天起享受。",
        "newborn_limit": "在期限以内参保缴费的新生儿，从出生那天起享受。",
        "gap": "中断得短和中断得长，规定不一样。",
        "nothing_left": "起始日已经过了年底，这一年度一天也不剩。",
        "retroactive_from": "补缴以后，中断期间的待遇追溯享受。",
    },
    notices={
        "window_closes": "集中参保期到{day}为止，这一天算在内。快到期时请早点缴，以免没有到账。",
        "window_missed": "集中参保期到{day}已经结束，这笔费用算中途参保。",
        "birth_year_fee": (
            "要享受出生那一年（{year}年）的待遇，须按那一年的标准补缴。那一年的金额，本站的文件里没有，"
            "请拨打热线问清。"
        ),
        "late_back_pay": "过了期限才参保，补缴后出生那一年能不能报，文件没有写，请拨打热线问清。",
        "nothing_left": (
            "算出来的起始日在{day}以后：缴了这一年度的费，这一年度也没有待遇，文件没有写可以少缴。"
            "缴费以前请先拨打热线问清。"
        ),
        "nothing_left_free": "算出来的起始日在{day}以后，这一年度没有待遇。",
        "older_than_rules": (
            "您填的月份在{day}以前。那时候的规定本站没有文件，这里按现在的规定算，只能作参考。"
        ),
        "counted_anew": (
            "中断的月份没有补缴，连续缴费要重新数。请确认您填的是恢复缴费的那个月，以后没有再断过。"
        ),
        "cannot_be_repaid": "中断超过 {months} 个月的不能补缴，所以照没有补缴算。",
        "may_be_repaid": "这次中断可以补缴：补缴以后，缴费当月就能享受，中断期间的费用也能报。",
        "too_few_years": (
            "居民医保连续参加不满 {years} 年的情况，文件没有写，这里按第一次参加职工医保算。"
            "以前参加过职工医保的，请改选“停过缴费”。"
        ),
        "both_schemes": (
            "等待期里能不能同时参加居民医保，文件没有写。停掉居民医保以前，请先拨打热线问清。"
        ),
    },
    reasons={
        "other_year": (
            "本站只有{first}到{last}这一年度的规定，从{opens}起缴费、办手续的才算这一年度。"
            "{day}属于别的年度，不能照这一年度的规定算。"
        ),
    },
    not_counted={
        Scheme.RESIDENT: ["能不能参保、要带什么材料：这里只算从哪天起能报销。"],
        Scheme.FLEXIBLE: [
            "能不能参保、要缴多少钱：这里只算从哪天起能报销。",
            "当年的大额补助保险费：随当年第一次缴费一起缴。",
        ],
    },
)

START_DATE = Calculator(
    slug="start-date",
    title="从哪天起能报销",
    lead="缴了费不一定马上能报。填上您的情况，看看待遇从哪天开始。",
    form=StartDateForm,
    words=WORDS,
    by_scheme={
        Scheme.RESIDENT: SchemeRule(
            tables=lambda facts: RESIDENT_START_TABLES,
            terms=lambda book, facts: resident_start_terms(book),
            rule=resident_start,
        ),
        Scheme.FLEXIBLE: SchemeRule(
            tables=lambda facts: FLEXIBLE_START_TABLES,
            terms=lambda book, facts: flexible_start_terms(book),
            rule=flexible_start,
        ),
    },
)
