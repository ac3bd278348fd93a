"""急诊抢救: its questions and the rules that answer them."""

from crispy_forms.helper import FormHelper

from calculators import questions, words
from calculators.calculator import Calculator, SchemeRule
from calculators.forms import CalculatorForm
from calculators.rules.emergency import flexible_emergency, resident_emergency
from calculators.rules.people import Place, Scheme
from calculators.words import Words
from portal.policy.terms.emergency import (
    flexible_emergency_tables,
    flexible_emergency_terms,
    resident_emergency_tables,
    resident_emergency_terms,
)


class EmergencyForm(CalculatorForm):
    """急诊抢救: the parameters of the contract, for both schemes."""

    button = "看看自己要付多少"
    only_for = {"pool_paid": Scheme.FLEXIBLE, "large_sum_paid": Scheme.FLEXIBLE}
    examples = {Scheme.FLEXIBLE: "cost=8000", Scheme.RESIDENT: "cost=8000"}

    cost = questions.eligible_cost(
        "抢救中能报销的费用一共多少？",
        "10000",
        "只填政策范围内的费用，不含乙类先行自付、丙类和自费。职工医保只算确诊以后发生的。",
    )
    place = questions.place_of_care("在哪里抢救？")
    pool_paid = questions.pool_paid()
    large_sum_paid = questions.large_sum_paid()

    @property
    def helper(self) -> FormHelper:
        paid = ("pool_paid", "large_sum_paid")
        layout = [name for name in self.fields if name not in paid]
        if self.known_scheme == Scheme.FLEXIBLE:
            return self.laid_out(*layout, self.fold("今年花过大钱吗？没有就不用填", *paid))
        return self.laid_out(*layout)


WORDS = Words(
    sentences={
        "pool": "急诊抢救没有写起付标准，能报销的费用由统筹基金按比例付。",
    },
    notices={
        "filing_day_unknown": (
            "文件规定的日期以前办的异地长期居住备案，仍按原政策执行，结果会不同。"
        ),
    },
    not_counted={
        Scheme.FLEXIBLE: [
            "确诊以前的费用：不按急诊抢救报销。",
            "抢救后接着住院的费用：请另用“住院”测算。算一次结算还是分开结算，文件没有写。",
            "个人账户里的钱：您可以用它付自己该付的部分，不影响报销多少。",
        ],
        Scheme.RESIDENT: [
            "没有治疗收费项目的抢救：不在报销范围内。",
            words.MAJOR_ILLNESS_LATER,
            words.MEDICAL_AID,
        ],
    },
)

EMERGENCY = Calculator(
    slug="emergency",
    title="急诊抢救要自己付多少",
    lead="门诊、急诊抢救的费用，看看医保付多少、您付多少，每一步凭哪一条。",
    form=EmergencyForm,
    words=WORDS,
    by_scheme={
        Scheme.FLEXIBLE: SchemeRule(
            tables=lambda facts: flexible_emergency_tables(facts["place"]),
            terms=lambda book, facts: flexible_emergency_terms(
                book, out_of_area=facts["place"] != Place.LOCAL
            ),
            rule=flexible_emergency,
        ),
        Scheme.RESIDENT: SchemeRule(
            tables=lambda facts: resident_emergency_tables(facts["place"]),
            terms=lambda book, facts: resident_emergency_terms(
                book, out_of_area=facts["place"] == Place.LONG_TERM
            ),
            rule=resident_emergency,
        ),
    },
)
