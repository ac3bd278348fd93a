"""What each calculator asks. One form serves the page, the JSON and (later) the OpenAPI document."""

from enum import StrEnum
from typing import Any, ClassVar

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Fieldset, Layout, Submit
from django import forms

from calculators.fields import AmountField, Answer, ChoiceAnswer, CountField, DayField
from calculators.rules.money import ZERO
from calculators.rules.people import Condition, Group, Place, Scheme, Tier
from portal.policy.models import choices as names


def _named(labels: type[Any], *members: StrEnum) -> list[tuple[StrEnum, str]]:
    """Pair members with the Chinese names that the whole site uses for them."""
    return [(member, labels(member).label) for member in members]


class CalculatorForm(forms.Form):
    """Answers of one scheme. Strings in, values out; `strict` reads them as the contract says.

    `only_for` names the fields that one scheme alone asks; `scheme_choices` the choices that
    differ. A form is made for a scheme that is already known: without one nothing can be asked.
    """

    only_for: ClassVar[dict[str, Scheme]] = {}
    scheme_choices: ClassVar[dict[Scheme, dict[str, list[tuple[StrEnum, str]]]]] = {}

    scheme = ChoiceAnswer(
        choices=_named(names.Scheme, *Scheme), required=True, widget=forms.HiddenInput, label="险种"
    )
    date = DayField(label="按哪一天的规定算", widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, scheme: Scheme, strict: bool = False) -> None:
        super().__init__(data, initial={"scheme": scheme.value})
        self.known_scheme = scheme
        for name, owner in self.only_for.items():
            if owner != scheme:
                del self.fields[name]
        for name, options in self.scheme_choices.get(scheme, {}).items():
            self.fields[name].choices = options  # type: ignore[attr-defined]
        for name, field in self.fields.items():
            if isinstance(field, Answer):
                field.strict = strict
                self.initial.setdefault(name, field.default)

    @property
    def facts(self) -> dict[str, Any]:
        """The answers that rules take: everything but the scheme and the day."""
        return {k: v for k, v in self.cleaned_data.items() if k not in {"scheme", "date"}}


class InpatientForm(CalculatorForm):
    """住院: the parameters of the contract, for both schemes."""

    slug = "inpatient"
    title = "住院要自己付多少"

    only_for = {"pool_paid": Scheme.FLEXIBLE, "large_sum_paid": Scheme.FLEXIBLE}
    scheme_choices = {
        Scheme.FLEXIBLE: {
            "group": _named(names.Group, Group.ACTIVE, Group.RETIRED),
            "tier": _named(
                names.Tier,
                Tier.LEVEL1,
                Tier.LEVEL2_DISTRICT,
                Tier.LEVEL2_CITY,
                Tier.LEVEL3,
                Tier.TOP3,
            ),
        },
        Scheme.RESIDENT: {
            "group": _named(names.Group, Group.MINOR, Group.ADULT),
            "tier": _named(
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
        help_text="不清楚可以问医院，或者拨打医保热线。",
        error_messages={"required": "请选医院级别：不同级别的起付标准和报销比例不同。"},
    )
    cost = AmountField(
        required=True,
        label="能报销的费用一共多少？",
        help_text="就是“政策范围内费用”：总费用里去掉乙类先行自付，再去掉丙类和自费。",
        error_messages={"required": "请填写金额，例如 20000。没有确切数字可以先估一个。"},
    )
    class_b = AmountField(
        default=ZERO,
        label="乙类先行自付多少？",
        help_text="乙类药品和项目里，规定要您先付的那一部分。",
    )
    outside = AmountField(
        default=ZERO, label="丙类和自费多少？", help_text="医保完全不报的那一部分。"
    )
    admission = CountField(
        default=1,
        least=1,
        label="这是今年第几次住院？",
        help_text="按自然年度数（一月到十二月），外地住院、生育住院也算。",
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
    place = ChoiceAnswer(
        choices=[
            (Place.LOCAL, "沈阳市内"),
            (Place.LONG_TERM, "外地，已办长期居住备案的地方"),
            (Place.TEMPORARY, "外地，临时去的（探亲、旅游、转院）"),
            (Place.TEMPORARY_EMERGENCY, "外地，临时去的，因急危重病抢救住院"),
        ],
        default=Place.LOCAL,
        label="在哪里住院？",
    )
    filed_on = DayField(
        label="异地长期居住是哪天备案的？", help_text="只有在备案地住院时才要填。例如 2025 6 15"
    )
    pool_paid = AmountField(
        default=ZERO,
        label="今年统筹基金已经替您付了多少？",
        help_text="没有花过大钱可以不填。一年付满限额以后，由大额补助接着付。",
    )
    large_sum_paid = AmountField(default=ZERO, label="今年大额补助已经替您付了多少？")

    @property
    def helper(self) -> FormHelper:
        more = ["class_b", "outside", "condition", "place", "filed_on"]
        more += [name for name in ("pool_paid", "large_sum_paid") if name in self.fields]
        helper = FormHelper()
        helper.form_method = "get"
        helper.form_action = ""
        helper.attrs = {"novalidate": ""}
        helper.layout = Layout(
            "scheme",
            "date",
            "group",
            "tier",
            "cost",
            "admission",
            Fieldset("还有别的情况吗？没有就不用填", *more),
            Submit("", "看看自己要付多少"),
        )
        return helper
