"""两病用药: its questions and the rule that answers them."""

from calculators.calculator import Calculator, SchemeRule
from calculators.fields import AmountField
from calculators.forms import CalculatorForm
from calculators.rules.money import ZERO
from calculators.rules.people import Scheme
from calculators.rules.two_diseases import two_diseases
from calculators.words import Words
from portal.policy.terms.two_diseases import TWO_DISEASES_TABLES, two_diseases_terms


class TwoDiseasesForm(CalculatorForm):
    """两病用药: the parameters of the contract. It belongs to the residents' insurance alone."""

    button = "看看自己要付多少"
    schemes = (Scheme.RESIDENT,)
    examples = {Scheme.RESIDENT: "hypertension=480&diabetes=700"}

    hypertension = AmountField(
        default=ZERO,
        label="高血压的药，一年大约花多少？",
        help_text="只填符合规定的药费。没有这个病可以不填。",
    )
    diabetes = AmountField(
        default=ZERO,
        label="糖尿病的药，一年大约花多少？",
        help_text="只填符合规定的药费。没有这个病可以不填。",
    )


WORDS = Words(
    labels={"hypertension": "高血压用药报销", "diabetes": "糖尿病用药报销"},
    sentences={
        "hypertension": "没有起付标准，按比例报，最多报到年限额。",
        "diabetes": "没有起付标准，按比例报，最多报到年限额。",
        "pool": "两种病报的钱加起来，由统筹基金付。",
    },
    not_counted={
        Scheme.RESIDENT: [
            "没有确诊、没有备案的：要先在定点医疗机构确诊并备案，才有这项待遇。",
            "检查、治疗的费用：这里只报药费。",
        ],
    },
)

TWO_DISEASES = Calculator(
    slug="two-diseases",
    title="高血压、糖尿病的药费能报多少",
    lead="居民医保给高血压、糖尿病患者报门诊药费，看看一年能报多少。",
    form=TwoDiseasesForm,
    words=WORDS,
    by_scheme={
        Scheme.RESIDENT: SchemeRule(
            tables=lambda facts: TWO_DISEASES_TABLES,
            terms=lambda book, facts: two_diseases_terms(book),
            rule=two_diseases,
        ),
    },
)
