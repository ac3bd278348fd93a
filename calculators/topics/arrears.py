"""补缴: its questions and the rule that answers them."""

from typing import Any

from calculators.calculator import Calculator, SchemeRule
from calculators.fields import MonthField
from calculators.forms import CalculatorForm
from calculators.rules.arrears import arrears
from calculators.rules.people import Scheme
from calculators.words import Words
from portal.policy.terms.arrears import ARREARS_TABLES, arrears_terms


class ArrearsForm(CalculatorForm):
    """补缴: the parameters of the contract. For the flexible scheme alone."""

    button = "看看要补多少"
    schemes = (Scheme.FLEXIBLE,)
    examples = {Scheme.FLEXIBLE: "first_month=2015-06&last_month=2015-07"}

    first_month = MonthField(
        required=True,
        label="从哪个月开始欠缴？",
        help_text="例如 2015-06",
        error_messages={"required": "请填写开始欠缴的月份，例如 2015-06。"},
    )
    last_month = MonthField(
        required=True,
        label="欠到哪个月？",
        help_text="含这个月。例如 2015-07",
        error_messages={"required": "请填写欠到哪个月，例如 2015-07。"},
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        first, last = cleaned.get("first_month"), cleaned.get("last_month")
        if first and last and last < first:
            self.add_error("last_month", "最后一个月不能早于开始的月份。")
        return cleaned


# Words about arrears that retirement uses too.
ARREARS_NOTICES = {
    "only_owed": "只能补参保以后确实欠缴的月份，要一次补齐，不能挑月份。有没有欠缴，请向医保中心核对。",
    "no_surcharge": "要不要另外交滞纳金或大额补助保险费，文件没有写，这里没有算。",
    "counties": (
        "沈北、苏家屯、辽中、新民、康平、法库后来才纳入市级统筹。"
        "纳入以前的月份是不是也按这个标准，文件没有写，请向医保中心核对。"
    ),
}

ARREARS = Calculator(
    slug="arrears",
    title="补缴要多少钱",
    lead="填上欠缴的月份，看看每一段按什么标准补，一共要补多少。",
    form=ArrearsForm,
    words=Words(
        headlines=("total",),
        labels={
            "months": "一共几个月",
            "total": "一共要补",
            "rows": "分段",
            "stretch": "这一段",
        },
        sentences={"total": "每个月按欠缴那个月的标准补，不按交钱那天的标准。"},
        notices={
            **ARREARS_NOTICES,
            "only_short_breaks": "这些月份只有中断缴费不超过文件规定的月数时，才能补缴。",
        },
        reasons={
            "too_many_months": (
                "{after} 以后的月份，中断缴费最多只能补 {most} 个月，您填了 {asked} 个月，不能补缴。"
            ),
            "no_amount": "{until} 以后的月份按什么标准补，文件没有写，本站也不拿别的年份代替。",
        },
    ),
    by_scheme={
        Scheme.FLEXIBLE: SchemeRule(
            tables=lambda facts: ARREARS_TABLES,
            terms=lambda book, facts: arrears_terms(book),
            rule=arrears,
        )
    },
)
