"""住院: its questions and the rules that answer them."""

from collections.abc import Sequence
from typing import Any

from crispy_forms.helper import FormHelper

from calculators import questions, words
from calculators.calculator import Calculator, Facts, SchemeRule
from calculators.fields import AmountField, ChoiceAnswer, CountField, DayField
from calculators.forms import CalculatorForm, When, named
from calculators.rules.breakdown import Outcome
from calculators.rules.inpatient import flexible_stay, resident_stay
from calculators.rules.money import ZERO
from calculators.rules.people import Condition, Group, Place, Scheme, Tier
from calculators.words import Words
from portal.policy.in_force import TableKey
from portal.policy.models import choices as names
from portal.policy.terms.stay import (
    FLEXIBLE_STAY_TABLES,
    OUT_OF_AREA_TABLE,
    RESIDENT_STAY_TABLES,
    flexible_stay_terms,
    resident_stay_terms,
)


class InpatientForm(CalculatorForm):
    """住院: the parameters of the contract, for both schemes."""

    button = "看看自己要付多少"
    only_for = {"pool_paid": Scheme.FLEXIBLE, "large_sum_paid": Scheme.FLEXIBLE}
    # Residents have no old filing policy (F-15.10 is not theirs): the day changes nothing for them.
    asked_when = {"filed_on": When("place", {Place.LONG_TERM}, Scheme.FLEXIBLE)}
    examples = {
        Scheme.FLEXIBLE: "group=active&tier=level3&cost=20000",
        Scheme.RESIDENT: "group=adult&tier=level3&cost=20000",
    }
    scheme_choices = {
        Scheme.FLEXIBLE: {
            "group": named(names.Group, Group.ACTIVE, Group.RETIRED),
            "tier": named(
                names.Tier,
                Tier.LEVEL1,
                Tier.LEVEL2_DISTRICT,
                Tier.LEVEL2_CITY,
                Tier.LEVEL3,
                Tier.TOP3,
            ),
        },
        Scheme.RESIDENT: {
            "group": named(names.Group, Group.MINOR, Group.ADULT),
            "tier": named(
                names.Tier,
                Tier.GRASSROOTS,
                Tier.LEVEL1,
                Tier.LEVEL2,
                Tier.LEVEL3,
                Tier.TOP3,
            ),
        },
    }

    group = ChoiceAnswer(
        required=True,
        label="您是哪一类参保人？",
        error_messages={"required": "请选一项：不同的人报销比例不同。"},
    )
    tier = ChoiceAnswer(
        required=True,
        label="住的是哪一级医院？",
        help_text="不清楚可以问医院，或者拨打医保热线。因急诊抢救住进非定点医院的，也选这家医院的级别。",
        error_messages={"required": "请选医院级别：不同级别的起付标准和报销比例不同。"},
    )
    cost = questions.eligible_cost("能报销的费用一共多少？", "20000")
    class_b = AmountField(
        default=ZERO,
        explained="class_b",
        label="乙类先行自付多少？",
        help_text="乙类药品和项目里，规定要您先付的那一部分。",
    )
    outside = AmountField(
        default=ZERO,
        explained="outside",
        label="丙类和自费多少？",
        help_text="医保完全不报的那一部分。",
    )
    admission = CountField(
        default=1,
        least=1,
        label="这是今年第几次住院？",
        help_text="按自然年度数（一月到十二月），外地住院、生育住院也算。跨年住院的，看出院是哪一年。",
    )
    condition = ChoiceAnswer(
        choices=[
            (Condition.NONE, "都不是"),
            (
                Condition.NO_DEDUCTIBLE,
                "精神病、急慢性传染性肝炎、浸润型肺结核、慢性纤维空洞型肺结核、艾滋病",
            ),
            (Condition.CANCER, "恶性肿瘤（癌症）"),
        ],
        default=Condition.NONE,
        label="是因为下面的病住院吗？",
        help_text="这些病的起付标准有照顾。",
    )
    place = questions.place_of_care(
        "在哪里住院？",
        temporary="外地，临时去的（探亲、旅游、转院）",
        emergency="外地，临时去的，因急危重病抢救住院",
    )
    filed_on = DayField(
        label="异地长期居住是哪天备案的？",
        help_text="不记得可以不填：备案得早的，可能要按原来的办法算。例如 2025 6 15",
    )
    pool_paid = questions.pool_paid()
    large_sum_paid = questions.large_sum_paid()

    @property
    def helper(self) -> FormHelper:
        rare = ("class_b", "outside", "condition", "place", "filed_on", "pool_paid")
        return self.laid_out(
            *("scheme", "date", "group", "tier", "cost", "admission"),
            self.fold("还有别的情况吗？没有就不用填", *rare, "large_sum_paid"),
        )


def _flexible_stay_tables(facts: Facts) -> Sequence[TableKey]:
    if facts["place"] == Place.LOCAL:
        return FLEXIBLE_STAY_TABLES
    return (*FLEXIBLE_STAY_TABLES, OUT_OF_AREA_TABLE)


def _resident_stay(terms: Any, *, filed_on: Any = None, **facts: Any) -> Outcome:
    """Residents have no old filing policy (F-15.10 is not theirs): the day of filing is unused."""
    return resident_stay(terms, **facts)


WORDS = Words(
    sentences={
        "exempt": "按规定，这次住院不收起付标准。",
        "pool": "门槛以上、能报销的费用，由统筹基金按比例付。",
    },
    notices={
        "filing_day_unknown": (
            "您没有填备案日期。文件规定的日期以前办的备案，仍按原政策执行，结果会不同。"
        ),
        "class_b_not_split": (
            "这次住院中途才进入大额补助阶段，分不清哪些乙类费用在后一段，所以乙类先行自付没有降低。"
        ),
    },
    not_counted={
        Scheme.FLEXIBLE: [
            "个人账户里的钱：您可以用它付自己该付的部分，不影响报销多少。",
            "医疗救助和单位、商业保险的报销。",
        ],
        Scheme.RESIDENT: [
            words.MAJOR_ILLNESS_LATER,
            words.MEDICAL_AID,
            "统筹基金全年最多付多少：居民的文件没有写。",
        ],
    },
)

INPATIENT = Calculator(
    slug="inpatient",
    title="住院要自己付多少",
    lead="填上医院级别和费用，就能看到医保付多少、您付多少，每一步凭哪一条。",
    form=InpatientForm,
    words=WORDS,
    by_scheme={
        Scheme.FLEXIBLE: SchemeRule(
            tables=_flexible_stay_tables,
            terms=lambda book, facts: flexible_stay_terms(
                book, out_of_area=facts["place"] != Place.LOCAL
            ),
            rule=flexible_stay,
        ),
        Scheme.RESIDENT: SchemeRule(
            tables=lambda facts: RESIDENT_STAY_TABLES,
            terms=lambda book, facts: resident_stay_terms(book),
            rule=_resident_stay,
        ),
    },
)
