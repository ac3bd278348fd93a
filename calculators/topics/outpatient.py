"""门诊统筹: its questions and the rules that answer them."""

from collections.abc import Sequence

from crispy_forms.helper import FormHelper

from calculators import questions
from calculators.calculator import Calculator, Facts, SchemeRule
from calculators.fields import AmountField, ChoiceAnswer, YesNoField
from calculators.forms import CalculatorForm, named
from calculators.rules.money import ZERO
from calculators.rules.outpatient import flexible_visit, resident_quarters
from calculators.rules.people import Group, OutpatientTier, Place, Scheme
from calculators.rules.terms.outpatient import FlexibleOutpatientTerms
from calculators.words import Words
from portal.policy.in_force import Rulebook, TableKey
from portal.policy.models import choices as names
from portal.policy.terms.outpatient import (
    RESIDENT_OUTPATIENT_TABLES,
    flexible_outpatient_tables,
    flexible_outpatient_terms,
    resident_outpatient_terms,
)

QUARTERS = ("q1", "q2", "q3", "q4")
VISIT = (
    *("group", "tier", "cost", "deductible_left", "paid_this_year", "chronic_holder"),
    *("maternity", "place", "pool_paid"),
)


class OutpatientForm(CalculatorForm):
    """门诊统筹: one visit of the flexible scheme, four quarters of the resident scheme."""

    button = "看看自己要付多少"
    only_for = {
        **dict.fromkeys(VISIT, Scheme.FLEXIBLE),
        **dict.fromkeys(QUARTERS, Scheme.RESIDENT),
    }
    examples = {
        Scheme.FLEXIBLE: "group=active&tier=level2&cost=900",
        Scheme.RESIDENT: "q1=330&q2=130",
    }

    group = ChoiceAnswer(
        choices=named(names.Group, Group.ACTIVE, Group.RETIRED),
        required=True,
        label="您是在职还是退休？",
        error_messages={"required": "请选一项：在职和退休的报销比例不同。"},
    )
    tier = ChoiceAnswer(
        choices=named(
            names.OutpatientTier,
            OutpatientTier.LEVEL1_OR_BELOW,
            OutpatientTier.LEVEL2,
            OutpatientTier.SPECIALIST3,
            OutpatientTier.LEVEL3,
            OutpatientTier.TOP3,
        ),
        required=True,
        label="在哪一级医院看的门诊？",
        help_text="社区医院选“一级及以下”。不清楚可以问医院，或者拨打医保热线。",
        error_messages={"required": "请选医院级别：不同级别的起付标准和报销比例不同。"},
    )
    cost = questions.eligible_cost(
        "这次能报销的费用一共多少？", "500", "就是“政策范围内费用”，不含乙类先行自付、丙类和自费。"
    )
    deductible_left = AmountField(
        label="今年在这一级医院，起付标准还剩多少没付？",
        help_text="今年头一次看门诊可以不填，按全额算。已经付满的填 0。",
    )
    paid_this_year = AmountField(
        default=ZERO,
        label="今年门诊统筹已经替您报了多少？",
        help_text="一年最多报多少有限额。不填就按没有报过算。",
    )
    chronic_holder = YesNoField(
        label="您有没有已经认定的门诊慢性病待遇？", help_text="有的话，门诊统筹的年限额低一些。"
    )
    maternity = YesNoField(
        label="是生育（含计划生育）的门诊费用吗？", help_text="生育门诊在外地也能报。"
    )
    place = questions.place_of_care("在哪里看的门诊？", "急诊抢救请用“急诊抢救”测算。")
    pool_paid = questions.pool_paid(
        label="今年统筹基金一共替您付了多少？",
        help_text="住院、门诊、抢救都算。没有花过大钱可以不填。",
    )
    q1 = AmountField(
        default=ZERO,
        label="一季度（1到3月）的门诊费用",
        help_text="只填在您选定的那一家社区医院或乡镇卫生院发生的、符合规定的费用。",
    )
    q2 = AmountField(default=ZERO, label="二季度（4到6月）的门诊费用")
    q3 = AmountField(default=ZERO, label="三季度（7到9月）的门诊费用")
    q4 = AmountField(default=ZERO, label="四季度（10到12月）的门诊费用")

    @property
    def helper(self) -> FormHelper:
        if self.known_scheme == Scheme.RESIDENT:
            return self.laid_out(*self.fields)
        rare = ("chronic_holder", "maternity", "place", "pool_paid")
        return self.laid_out(
            *(name for name in self.fields if name not in rare),
            self.fold("还有别的情况吗？没有就不用填", *rare),
        )


def _flexible_tables(facts: Facts) -> Sequence[TableKey]:
    return flexible_outpatient_tables(facts["place"], maternity=facts["maternity"])


def _flexible_terms(book: Rulebook, facts: Facts) -> FlexibleOutpatientTerms:
    maternity = facts["maternity"]
    away = facts["place"] != Place.LOCAL and not maternity
    return flexible_outpatient_terms(book, out_of_area=away, maternity=maternity)


WORDS = Words(
    labels={
        "deductible": "起付标准，这次要付的",
        "limit_left": "门诊统筹今年还能报",
        "deductible_left": "起付标准还剩",
        "paid_this_year": "门诊统筹今年已报",
        "by_quarter": "每季度报销",
        "q1": "一季度报销",
        "q2": "二季度报销",
        "q3": "三季度报销",
        "q4": "四季度报销",
    },
    sentences={
        "deductible": "起付标准一年一算，付满以前的费用由您自己付。",
        "exempt": "起付标准今年已经付满，这次不再收。",
        "limit_left": "门诊统筹一年最多报多少有限额，减去今年已经报的，就是还能报的。",
        "pool": "起付标准以上、能报销的费用，由统筹基金按比例付。",
        "q1": "每季度先扣起付标准，再按比例报，最多报到限额。",
    },
    notices={
        "deductible_left_too_high": (
            "您填的起付标准余额比这一级医院全年的还多，这里按全年的 {full} 元算，请核对。"
        ),
        "no_outpatient_on_a_trip": (
            "临时外出看普通门诊，外地医院不能用门诊统筹报销。生育门诊和急诊抢救除外。"
        ),
        "where_out_of_area": "要在备案地已经开通门诊统筹异地结算的定点医院看，才能报。",
        "lower_limit_assumed": (
            "这里按有门诊慢特病待遇的人的年限额算。没有这种待遇的人限额更高，请拨打热线核对。"
        ),
    },
    not_counted={
        Scheme.FLEXIBLE: [
            "补充医疗保险：不付门诊统筹自付的钱。",
            "个人账户里的钱：您可以用它付自己该付的部分，不影响报销多少。",
        ],
        Scheme.RESIDENT: [
            "没有选定的医院看的门诊：不能报销。",
            "高血压、糖尿病的药费：可以用“两病用药”另外报。",
            "居民大病保险：只累计住院和急诊抢救的自付，不累计门诊统筹。",
        ],
    },
)

OUTPATIENT = Calculator(
    slug="outpatient",
    title="看门诊要自己付多少",
    lead="普通门诊的费用，看看医保付多少、您付多少，每一步凭哪一条。",
    form=OutpatientForm,
    words=WORDS,
    by_scheme={
        Scheme.FLEXIBLE: SchemeRule(
            tables=_flexible_tables, terms=_flexible_terms, rule=flexible_visit
        ),
        Scheme.RESIDENT: SchemeRule(
            tables=lambda facts: RESIDENT_OUTPATIENT_TABLES,
            terms=lambda book, facts: resident_outpatient_terms(book),
            rule=resident_quarters,
        ),
    },
)
