"""生育: its questions and the rules that answer them."""

from crispy_forms.helper import FormHelper

from calculators import questions, words
from calculators.calculator import Calculator, SchemeRule
from calculators.fields import ChoiceAnswer, CountField
from calculators.forms import CalculatorForm, When
from calculators.rules.maternity import flexible_maternity, resident_maternity
from calculators.rules.people import MaternityKind, Scheme
from calculators.topics.inpatient import InpatientForm
from calculators.words import Words
from portal.policy.terms.maternity import (
    RESIDENT_MATERNITY_TABLES,
    flexible_maternity_tables,
    flexible_maternity_terms,
    resident_maternity_terms,
)

STAYS = (MaternityKind.CHILDBIRTH, MaternityKind.FAMILY_PLANNING)


class MaternityForm(CalculatorForm):
    """生育: the parameters of the contract, for both schemes. A stay needs a group and a tier."""

    button = "看看自己要付多少"
    only_for = {"pool_paid": Scheme.FLEXIBLE}
    scheme_choices = InpatientForm.scheme_choices
    asked_when = {
        **dict.fromkeys(("group", "tier", "admission"), When("kind", STAYS)),
        "times_used": When("kind", {MaternityKind.ASSISTED_REPRODUCTION}, Scheme.FLEXIBLE),
    }
    needed_when = dict.fromkeys(("group", "tier"), When("kind", STAYS))
    examples = {
        Scheme.FLEXIBLE: "kind=childbirth&group=active&tier=level3&cost=9000",
        Scheme.RESIDENT: "kind=childbirth&group=adult&tier=level3&cost=9000",
    }

    kind = ChoiceAnswer(
        choices=[
            (MaternityKind.CHILDBIRTH, "分娩住院"),
            (MaternityKind.FAMILY_PLANNING, "计划生育手术、流产、引产住院"),
            (MaternityKind.ASSISTED_REPRODUCTION, "辅助生殖门诊（例如取卵术）"),
        ],
        required=True,
        label="是哪一种？",
        error_messages={"required": "请选一项：不同的情形报销办法不同。"},
    )
    group = ChoiceAnswer(
        label="您是哪一类参保人？",
        error_messages={"required": "请选一项：不同的人报销比例不同。"},
    )
    tier = ChoiceAnswer(
        label="住的是哪一级医院？",
        help_text="不清楚可以问医院，或者拨打医保热线。",
        error_messages={"required": "请选医院级别：不同级别的起付标准和报销比例不同。"},
    )
    cost = questions.eligible_cost("能报销的费用一共多少？", "9000")
    place = questions.place_of_care(
        "在哪里看？", "生育住院不管在哪里，都按沈阳的标准报销。", temporary="外地，临时去的"
    )
    admission = CountField(
        default=1,
        least=1,
        label="这是今年第几次住院？",
        help_text="按自然年度数（一月到十二月），外地住院也算。",
    )
    pool_paid = questions.pool_paid(help_text="没有花过大钱可以不填。")
    times_used = CountField(
        label="辅助生殖以前报销过几次？", help_text="不含这一次。没有报过填 0。"
    )

    @property
    def helper(self) -> FormHelper:
        rare = ("place", "admission", "pool_paid")
        first = ("scheme", "date", "kind", "times_used", "group", "tier", "cost")
        return self.laid_out(
            *(name for name in first if name in self.fields),
            self.fold("还有别的情况吗？没有就不用填", *rare),
        )


MATERNITY = Calculator(
    slug="maternity",
    title="生育要自己付多少",
    lead="分娩、计划生育住院，还有辅助生殖：医保付多少，您付多少，每一步凭哪一条。",
    form=MaternityForm,
    words=Words(
        labels={"allowance": "产前检查补贴"},
        sentences={
            "exempt": "按规定，这次不收起付标准。",
            "allowance": "另外一次发给您的固定补贴，不在这张账单里扣。",
        },
        notices={
            "counts_as_birth": "怀孕满 {weeks} 周的引产、死胎，也按分娩住院算。",
            "not_a_birth": "怀孕满 {weeks} 周的引产、死胎，请选“分娩住院”。",
            "no_supplementary": "补充医疗保险报不报生育住院自付的钱，文件没有写，这里没有算。",
            "assisted_where": "只限在辽宁省内的辅助生殖门诊，并且属于纳入报销的项目。",
            "times_not_given": "您没有填以前报销过几次，这里按还没有用过算。",
            "no_times_left": "辅助生殖最多报销 {most} 次，已经用完，这一次由您自己付。",
        },
        reasons={
            "over_the_pool_limit": (
                "这次报销会超过统筹基金全年的最高支付限额。超过的部分怎么报，文件没有写，所以不给数字。"
            ),
            "resident_assisted": "居民医保的文件没有写辅助生殖怎么报销，所以不给数字。",
        },
        not_counted={
            Scheme.FLEXIBLE: [
                "在国外和港澳台发生的费用：不予支付。",
                "产前检查和其他生育门诊：按门诊统筹报销，请用“门诊”测算。",
            ],
            Scheme.RESIDENT: [
                words.MAJOR_ILLNESS_LATER,
                words.MEDICAL_AID,
            ],
        },
    ),
    by_scheme={
        Scheme.FLEXIBLE: SchemeRule(
            tables=lambda facts: flexible_maternity_tables(facts["kind"]),
            terms=lambda book, facts: flexible_maternity_terms(book, facts["kind"]),
            rule=flexible_maternity,
        ),
        Scheme.RESIDENT: SchemeRule(
            tables=lambda facts: RESIDENT_MATERNITY_TABLES,
            terms=lambda book, facts: resident_maternity_terms(book),
            rule=resident_maternity,
        ),
    },
)
