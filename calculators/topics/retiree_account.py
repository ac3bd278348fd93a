"""退休个人账户: its questions and the rule that answers them."""

from collections.abc import Sequence

from django.core.exceptions import ValidationError

from calculators.calculator import Calculator, Facts, SchemeRule
from calculators.fields import ChoiceAnswer, CountField
from calculators.forms import CalculatorForm
from calculators.rules.months import MONTHS_A_YEAR
from calculators.rules.people import FeeChannel, Scheme
from calculators.rules.retiree_account import retiree_account
from calculators.words import Words
from portal.policy.in_force import TableKey
from portal.policy.terms.retiree_account import (
    RETIREE_ACCOUNT_TABLE,
    TAX_ONCE_TABLE,
    retiree_account_terms,
)


class MonthsOfYearField(CountField):
    """A number of months of one year, from 1 to 12."""

    def read(self, text: str) -> int:
        wrong = ValidationError(f"请填写 1 到 {MONTHS_A_YEAR} 之间的整数。")
        try:
            months = super().read(text)
        except ValidationError:
            raise wrong from None
        if not 1 <= months <= MONTHS_A_YEAR:
            raise wrong
        return months


class RetireeAccountForm(CalculatorForm):
    """退休个人账户: the parameters of the contract. For the flexible scheme alone."""

    button = "看看账户里有多少"
    schemes = (Scheme.FLEXIBLE,)
    examples = {Scheme.FLEXIBLE: "months=12"}

    months = MonthsOfYearField(
        required=True,
        least=1,
        label="这一年里退休了几个月？",
        help_text="全年都是退休人员填 12；年中退休的，填退休以后的月数。",
        error_messages={"required": "请填写月数，例如 12。"},
    )
    fee = ChoiceAnswer(
        choices=[
            (FeeChannel.ACCOUNT, "每月从个人账户里扣"),
            (FeeChannel.TAX_ONCE, "通过税务渠道一次交清（按较低比例缴费的退休人员）"),
        ],
        default=FeeChannel.ACCOUNT,
        label="大额补助保险费怎么交？",
        help_text="大多数退休人员从个人账户里扣。",
    )


def _tables(facts: Facts) -> Sequence[TableKey]:
    if facts["fee"] == FeeChannel.TAX_ONCE:
        return RETIREE_ACCOUNT_TABLE, TAX_ONCE_TABLE
    return (RETIREE_ACCOUNT_TABLE,)


RETIREE_ACCOUNT = Calculator(
    slug="retiree-account",
    title="退休后个人账户有多少钱",
    lead="灵活就业退休人员：一年划入多少，扣掉大额补助保险费还剩多少。",
    form=RetireeAccountForm,
    words=Words(
        headlines=("net",),
        labels={
            "account_in": "划入个人账户",
            "large_sum_fee": "大额补助保险费",
            "net": "扣费以后还有",
        },
        sentences={
            "account_in": "由统筹基金每月划入固定的钱。",
            "large_sum_fee": "退休人员也要交大额补助保险费。",
        },
        notices={
            "account_not_known": (
                "大额补助保险费通过税务渠道一次交清的退休人员，个人账户有没有钱划入，"
                "文件没有写清，这里不给数字，请向医保中心询问。"
            ),
        },
    ),
    by_scheme={
        Scheme.FLEXIBLE: SchemeRule(
            tables=_tables,
            terms=lambda book, facts: retiree_account_terms(
                book, at_once=facts["fee"] == FeeChannel.TAX_ONCE
            ),
            rule=retiree_account,
        )
    },
)
