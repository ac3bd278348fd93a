"""补充医疗保险: its questions and the rule that answers them."""

from calculators.calculator import Calculator, SchemeRule
from calculators.fields import AmountField, ChoiceAnswer, RepeatedField
from calculators.forms import CalculatorForm, named
from calculators.rules.people import Place, Scheme
from calculators.rules.supplementary import settlements
from calculators.words import Words
from portal.policy.models import choices as names
from portal.policy.terms.supplementary import SUPPLEMENTARY_TABLES, settlement_terms


class SupplementaryForm(CalculatorForm):
    """补充医疗保险: the parameters of the contract. It belongs to the employees' insurance alone."""

    button = "看看能再报多少"
    schemes = (Scheme.FLEXIBLE,)
    examples = {Scheme.FLEXIBLE: "self_paid=2328&self_paid=900"}

    self_paid = RepeatedField(
        AmountField(),
        required=True,
        explained="coinsurance",
        label="每次结算，您按比例自付了多少？",
        help_text=(
            "住院或急诊抢救的结算单上，统筹阶段按比例自付的钱：不含起付标准、乙类先行自付、丙类和自费。"
            "一行填一次结算。"
        ),
        error_messages={"required": "请填写金额，例如 2328。有几次结算就填几行。"},
    )
    place = ChoiceAnswer(
        choices=named(names.Place, Place.LOCAL, Place.TEMPORARY),
        default=Place.LOCAL,
        label="在哪里看的病？",
        help_text="在异地长期居住备案地看病的，选“本市”。",
    )


WORDS = Words(
    headlines=("supplementary",),
    labels={
        "supplementary": "补充医疗保险支付",
        "by_settlement": "每次结算各付多少",
        "settlement": "一次结算",
    },
    sentences={
        "supplementary": "每次结算各算各的，加起来就是补充医疗保险付的钱。",
        "settlement": "自付超过规定数额的部分，落在哪一档就按哪一档的比例付。",
    },
    not_counted={
        Scheme.FLEXIBLE: [
            "起付标准、乙类先行自付、丙类和自费：补充医疗保险不付。",
            "进入大额补助阶段以后自付的钱、门诊统筹和门诊慢特病自付的钱：补充医疗保险不付。",
        ],
    },
)

SUPPLEMENTARY = Calculator(
    slug="supplementary",
    title="补充医疗保险能再报多少",
    lead="住院和急诊抢救里按比例自付的钱，超过规定数额的部分还能再报一些。",
    form=SupplementaryForm,
    words=WORDS,
    by_scheme={
        Scheme.FLEXIBLE: SchemeRule(
            tables=lambda facts: SUPPLEMENTARY_TABLES,
            terms=lambda book, facts: settlement_terms(book),
            rule=settlements,
        ),
    },
)
