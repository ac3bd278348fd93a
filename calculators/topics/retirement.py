"""退休年限: its questions and the rule that answers them."""

import datetime
from typing import Any

from calculators.calculator import Calculator, SchemeRule
from calculators.fields import ChoiceAnswer, CountField, DayField, MonthField
from calculators.forms import CalculatorForm, named
from calculators.rules.months import Month
from calculators.rules.people import Scheme, Sex, ShortfallPath
from calculators.rules.retirement import retirement
from calculators.topics.arrears import ARREARS_NOTICES
from calculators.words import Words
from portal import clock
from portal.policy.models import choices as names
from portal.policy.terms.contribution import last_month_of_arrears
from portal.policy.terms.retirement import RETIREMENT_TABLES, retirement_terms


class RetirementForm(CalculatorForm):
    """退休年限: the parameters of the contract. For the flexible scheme alone.

    Nothing is required by itself: what is not given leaves out the results that need it. Without a
    sex and without any day there is no result at all, so then both are asked for.
    """

    button = "看看够不够年限"
    schemes = (Scheme.FLEXIBLE,)
    examples = {
        Scheme.FLEXIBLE: (
            "sex=female&reaches_age_on=2025-06-15&actual_months=156&deemed_months=138"
            "&handled_on=2025-06-20&path=top_up"
        )
    }

    sex = ChoiceAnswer(
        choices=named(names.Sex, Sex.MALE, Sex.FEMALE),
        label="性别",
        help_text="男性和女性的最低缴费年限不同。",
    )
    reaches_age_on = DayField(
        label="哪一天达到法定退休年龄？",
        help_text="文件没有写法定退休年龄，请按养老保险的核定填。例如 2025 6 15",
    )
    actual_months = CountField(
        explained="months_paid",
        label="到那天为止，职工医保实际缴了几个月？",
        help_text="只算在沈阳缴的。一年算 12 个月。",
    )
    deemed_months = CountField(
        label="视同缴费有几个月？",
        help_text="符合规定的连续工龄，和在沈阳以外缴职工医保的月数。没有就填 0。",
    )
    handled_on = DayField(
        label="哪一天办医保退休手续？", help_text="还没有办的，填打算去办的日期。例如 2025 6 20"
    )
    path = ChoiceAnswer(
        choices=[
            (ShortfallPath.TOP_UP, "一次性补缴"),
            (ShortfallPath.CONTINUE, "继续按月缴费"),
        ],
        label="年限不够的话，打算怎么办？",
    )
    approved_on = DayField(
        label="养老保险退休审批是哪一天？",
        help_text="达到退休年龄较早的人才要填，看的是当时的规定。",
    )
    arrears_first = MonthField(label="以前有欠缴的话，从哪个月开始？", help_text="例如 2012-01")
    arrears_last = MonthField(label="欠到哪个月？", help_text="含这个月。例如 2013-12")

    @property
    def helper(self) -> Any:
        rare = ("approved_on", "arrears_first", "arrears_last")
        return self.laid_out(
            *(name for name in self.fields if name not in rare),
            self.fold("退休得早，或者有欠缴？没有就不用填", *rare),
        )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not any(cleaned.get(name) for name in ("sex", "reaches_age_on", "approved_on")):
            self._ask("sex", "请选性别。")
            self._ask("reaches_age_on", "请填写达到法定退休年龄的日期。")
        for name in ("reaches_age_on", "approved_on", "handled_on"):
            day = cleaned.get(name)
            if day and day.year == datetime.MAXYEAR:
                self.add_error(name, "这一天太远了，请看看年份。")
        reached, handled = cleaned.get("reaches_age_on"), cleaned.get("handled_on")
        if reached and handled and Month.of(handled) < Month.of(reached):
            self.add_error("handled_on", "办手续的月份不能早于达到退休年龄的月份。")
        self._check_arrears(cleaned)
        return cleaned

    def _check_arrears(self, cleaned: dict[str, Any]) -> None:
        first, last = cleaned.get("arrears_first"), cleaned.get("arrears_last")
        if last and not first:
            self._ask("arrears_first", "请填写从哪个月开始欠缴。")
        if first and not last:
            self._ask("arrears_last", "请填写欠到哪个月。")
        if first and last and last < first:
            self.add_error("arrears_last", "最后一个月不能早于开始的月份。")
        until = last_month_of_arrears(cleaned.get("date") or clock.today()) if last else None
        if last and until and last > until:
            self.add_error(
                "arrears_last", f"办退休时只能补{until.year}年{until.month}月及以前欠缴的月份。"
            )

    def _ask(self, name: str, message: str) -> None:
        """Ask for an answer that is missing, unless it was given and could not be read."""
        if name not in self.errors:
            self.add_error(name, message)


RETIREMENT = Calculator(
    slug="retirement",
    title="退休时缴费年限够不够",
    lead="填上性别、到龄日期和缴费月数，看看要满几年、还缺几个月、补缴要多少、从哪个月享受退休待遇。",
    form=RetirementForm,
    words=Words(
        headlines=("total", "continue_months", "short_total_months", "min_total_years"),
        labels={
            "min_total_years": "最低缴费年限（年）",
            "min_actual_years": "最低实际缴费年限（年）",
            "short_total_months": "缴费年限还缺（月）",
            "short_actual_months": "实际缴费年限还缺（月）",
            "arrears": "补齐欠缴",
            "top_up_months": "一次性补缴（月）",
            "top_up": "一次性补缴金额",
            "continue_months": "还要按月缴费（月）",
            "total": "办退休时一共要补",
            "retiree_benefits_from": "享受退休待遇从",
            "account_from": "个人账户划入从",
        },
        sentences={
            "min_total_years": "视同缴费和实际缴费加起来要满的年限，看达到退休年龄的日期。",
            "min_actual_years": "在沈阳实际缴费要满的年限。",
            "short_total_months": "要满的月数，减去实际缴费和视同缴费的月数。",
            "short_actual_months": "要满的月数，减去实际缴费的月数。外地的年限不算实际缴费。",
            "arrears": "先补齐欠缴的月份，每个月按那个月的标准。",
            "top_up_months": "两项里缺得多的那一项，减去已经补齐的欠缴月份。",
            "continue_months": "两项里缺得多的那一项，减去已经补齐的欠缴月份。",
            "top_up": "按办手续那时的缴费标准一次补齐。",
            "retiree_benefits_from": "办完医保退休手续的下个月。",
        },
        notices={
            **ARREARS_NOTICES,
            "needs_sex": "没有选性别，所以算不出最低缴费年限，以及和它有关的结果。",
            "needs_reaches_age_on": (
                "没有填达到退休年龄的日期，所以算不出要满几年，以及和它有关的结果。"
            ),
            "needs_approved_on": (
                "您到龄较早，最低实际缴费年限要看养老保险退休审批的日期，请补填以后再算。"
            ),
            "needs_actual_months": "没有填实际缴费的月数，所以算不出还缺几个月、要补多少。",
            "needs_deemed_months": "没有填视同缴费的月数，所以算不出缴费年限还缺几个月。没有请填 0。",
            "needs_path": "年限不够，请选一次性补缴还是继续按月缴费，才能算出要补多少。",
            "needs_handled_on": (
                "没有填办医保退休手续的日期，所以算不出和手续日期有关的结果"
                "（补缴金额、待遇或个人账户从哪个月起）。"
            ),
            "actual_years_open": (
                "您在规定改变以前到龄、改变以后才批准退休，最低实际缴费年限有几种说法："
                "按新规定是 {new} 年，按原来最后一档是 {last} 年，照原来的办法再往下推是 {continued} 年。"
                "文件没有写用哪一个，所以这一项和靠它算的结果都不给数字，请向医保中心询问。"
            ),
            "arrears_not_needed": "年限已经够了，不用补齐欠缴，所以欠缴按零算。",
            "reached_before_top_up": (
                "一次性补缴的这项规定从{since}起执行。您在那以前已经到龄，"
                "这里按办手续的日期算，请向医保中心核对。"
            ),
            "top_up_without_rule": (
                "一次性补缴的规定从{since}起执行，您办手续的日期更早，"
                "当时怎么补文件没有写，所以补缴金额不给数字。"
            ),
            "top_up_without_amount": ("{until} 以后的缴费标准文件没有写，所以补缴金额不给数字。"),
            "not_yet": (
                "您填的那天还没有缴满，办不了退休手续，所以这里不写从哪天起享受退休待遇。"
                "缴满后办了手续，从下个月起享受。"
            ),
            "paying_on": (
                "继续按月缴费期间享受在职职工的待遇，缴满以后才能办退休手续。"
                "以后每月要缴的钱没有算进去。"
            ),
        },
        reasons={"arrears_too_late": "办退休时只能补文件规定的月份及以前欠缴的月份。"},
    ),
    by_scheme={
        Scheme.FLEXIBLE: SchemeRule(
            tables=lambda facts: RETIREMENT_TABLES,
            terms=lambda book, facts: retirement_terms(book),
            rule=retirement,
        )
    },
)
