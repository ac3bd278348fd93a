"""门诊慢特病: its questions and the rules that answer them."""

from crispy_forms.helper import FormHelper

from calculators import questions, words
from calculators.calculator import Calculator, SchemeRule
from calculators.fields import ChoiceAnswer
from calculators.forms import CalculatorForm, named
from calculators.rules.chronic import flexible_chronic, resident_chronic
from calculators.rules.people import ChronicCategory, Group, OutpatientTier, Place, Scheme
from calculators.words import Words
from portal.policy.models import choices as names
from portal.policy.terms.chronic import (
    RESIDENT_CHRONIC_TABLES,
    flexible_chronic_tables,
    flexible_chronic_terms,
    resident_chronic_terms,
)

LISTED = (
    "文件点名的病种（艾滋病、结核病、慢性乙型肝炎、慢性丙型肝炎、透析、器官移植抗排斥治疗、"
    "恶性肿瘤放化疗、严重精神障碍、血友病等）"
)


class ChronicForm(CalculatorForm):
    """门诊慢特病: the parameters of the contract, for both schemes."""

    button = "看看自己要付多少"
    only_for = {
        "group": Scheme.FLEXIBLE,
        "tier": Scheme.RESIDENT,
        "place": Scheme.FLEXIBLE,
        "pool_paid": Scheme.FLEXIBLE,
        "large_sum_paid": Scheme.FLEXIBLE,
    }
    examples = {
        Scheme.FLEXIBLE: "category=dialysis&group=retired&cost=5000",
        Scheme.RESIDENT: "category=listed&tier=level3_or_above&cost=5000",
    }
    scheme_choices = {
        Scheme.FLEXIBLE: {
            "category": [
                (ChronicCategory.DIALYSIS, "透析"),
                (ChronicCategory.SPECIAL, "其余特殊病（放化疗、器官移植抗排异、血友病、艾滋病等）"),
                (ChronicCategory.CHRONIC, "慢性病（已经认定的）"),
            ],
        },
        Scheme.RESIDENT: {
            "category": [
                (ChronicCategory.LISTED, LISTED),
                (ChronicCategory.OTHER, "其他门诊慢特病"),
            ],
        },
    }

    category = ChoiceAnswer(
        required=True,
        label="是哪一类病？",
        help_text="要先认定，才有门诊慢特病待遇。不清楚属于哪一类，请拨打医保热线。",
        error_messages={"required": "请选一项：不同的病报销比例不同。"},
    )
    group = ChoiceAnswer(
        choices=named(names.Group, Group.ACTIVE, Group.RETIRED),
        required=True,
        label="您是在职还是退休？",
        error_messages={"required": "请选一项：在职和退休的报销比例可能不同。"},
    )
    tier = ChoiceAnswer(
        choices=[
            (OutpatientTier.LEVEL1_OR_BELOW, "一级及以下（含基层、未定级）"),
            (OutpatientTier.LEVEL2, "二级"),
            (OutpatientTier.LEVEL3_OR_ABOVE, "三级及以上（含特三级）"),
        ],
        required=True,
        label="在哪一级医院看的？",
        error_messages={"required": "请选医院级别：不同级别的报销比例可能不同。"},
    )
    cost = questions.eligible_cost(
        "这次能报销的费用一共多少？", "5000", "就是“政策范围内费用”，不含乙类先行自付、丙类和自费。"
    )
    place = questions.place_of_care(
        "在哪里看的病？", "门诊慢特病在外地也按沈阳的标准报。", temporary="外地，临时去的"
    )
    pool_paid = questions.pool_paid()
    large_sum_paid = questions.large_sum_paid()

    @property
    def helper(self) -> FormHelper:
        if self.known_scheme == Scheme.RESIDENT:
            return self.laid_out(*self.fields)
        rare = ("place", "pool_paid", "large_sum_paid")
        return self.laid_out(
            *(name for name in self.fields if name not in rare),
            self.fold("还有别的情况吗？没有就不用填", *rare),
        )


WORDS = Words(
    sentences={
        "pool": "门诊慢特病没有写起付标准，能报销的费用由统筹基金按病种的比例付。",
    },
    notices={
        "no_new_applications": (
            "门诊慢性病已经不再受理新的申请。还没有认定的，请用“门诊统筹”测算。"
        ),
        "monthly_quota": (
            "透析等定额管理的病种，还有按月的结算定额作限额。文件没有写定额是多少，这里没有算。"
        ),
        "no_deductible_written": (
            "居民门诊慢特病的起付标准和病种限额，文件没有写，这里没有扣除，实际可能少报一些。"
        ),
    },
    not_counted={
        Scheme.FLEXIBLE: [
            "补充医疗保险：不付门诊慢特病自付的钱。",
            "个人账户里的钱：您可以用它付自己该付的部分，不影响报销多少。",
        ],
        Scheme.RESIDENT: [
            "居民大病保险：只累计住院和急诊抢救的自付，不累计门诊慢特病。",
            words.MEDICAL_AID,
        ],
    },
)

CHRONIC = Calculator(
    slug="chronic",
    title="门诊慢特病要自己付多少",
    lead="已经认定门诊慢特病的，看看医保付多少、您付多少，每一步凭哪一条。",
    form=ChronicForm,
    words=WORDS,
    by_scheme={
        Scheme.FLEXIBLE: SchemeRule(
            tables=lambda facts: flexible_chronic_tables(facts["place"]),
            terms=lambda book, facts: flexible_chronic_terms(
                book, out_of_area=facts["place"] != Place.LOCAL
            ),
            rule=flexible_chronic,
        ),
        Scheme.RESIDENT: SchemeRule(
            tables=lambda facts: RESIDENT_CHRONIC_TABLES,
            terms=lambda book, facts: resident_chronic_terms(book),
            rule=resident_chronic,
        ),
    },
)
