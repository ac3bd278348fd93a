"""居民大病保险: its questions and the rule that answers them."""

from calculators import words
from calculators.calculator import Calculator, SchemeRule
from calculators.fields import AmountField
from calculators.forms import CalculatorForm
from calculators.rules.major_illness import major_illness
from calculators.rules.people import Scheme
from calculators.words import Words
from portal.policy.terms.major_illness import MAJOR_ILLNESS_TABLES, major_illness_terms


class MajorIllnessForm(CalculatorForm):
    """居民大病保险: the parameters of the contract."""

    button = "看看能再报多少"
    schemes = (Scheme.RESIDENT,)
    examples = {Scheme.RESIDENT: "self_paid=37590&threshold=20000"}
    example_note = "例子里的起付标准线是假设的：文件没有写这条线。"

    self_paid = AmountField(
        required=True,
        explained="own_share",
        label="今年住院和急诊抢救，您合规自付了多少？",
        help_text="统筹基金限额以内、政策范围内由您自己付的钱，住院起付标准也算。不含自费。",
        error_messages={"required": "请填写金额，例如 37590。没有确切数字可以先估一个。"},
    )
    above_pool_limit = AmountField(
        label="超过统筹基金年限额的合规费用有多少？",
        help_text="没有花到限额，或者不知道，可以不填。",
    )
    threshold = AmountField(
        label="大病保险的起付标准线是多少？",
        help_text="文件没有写这条线。请拨打医保热线 024-12345-1-7 问清楚再填。",
    )


WORDS = Words(
    headlines=("major_illness",),
    labels={
        "over_threshold": "超过起付标准线的部分",
        "major_illness": "居民大病保险支付",
    },
    sentences={
        "over_threshold": "全年合规自付的钱加在一起，减去起付标准线。",
        "major_illness": "超过的部分分段算，落在哪一段就按哪一段的比例付，不设封顶线。",
    },
    notices={
        "tilt_not_counted": "未含倾斜：学生、未成年人和困难群众还有倾斜支付，文件没有写数字。",
        "above_pool_limit_unknown": (
            "没有填超过统筹基金年限额的费用，只算了限额以内自付的部分。居民的年限额，文件没有写。"
        ),
        "threshold_on_file": "起付标准线按本站登记的 {threshold} 元算，没有用您填的数。",
    },
    reasons={
        "threshold_missing": (
            "文件没有写居民大病保险的起付标准线是多少，本站不能替您猜。"
            "问清楚以后，填上起付标准线再算。"
        ),
    },
    not_counted={
        Scheme.RESIDENT: [
            "门诊统筹、门诊慢特病和两病用药自付的钱：不累计。",
            "乙类超限价部分，和规定不计入的乙类药品自付部分：不累计。",
            words.MEDICAL_AID,
        ],
    },
)

MAJOR_ILLNESS = Calculator(
    slug="major-illness",
    title="居民大病保险能再报多少",
    lead="一年里住院和急诊抢救自付的钱，超过起付标准线的部分还能再报。",
    form=MajorIllnessForm,
    words=WORDS,
    by_scheme={
        Scheme.RESIDENT: SchemeRule(
            tables=lambda facts: MAJOR_ILLNESS_TABLES,
            terms=lambda book, facts: major_illness_terms(book),
            rule=major_illness,
        ),
    },
)
