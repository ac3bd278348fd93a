"""Questions that several calculators ask in the same words."""

from calculators.fields import AmountField, ChoiceAnswer
from calculators.rules.money import ZERO
from calculators.rules.people import Place


def eligible_cost(label: str, example: str, help_text: str = "") -> AmountField:
    """政策范围内费用: what of a bill the insurance looks at."""
    return AmountField(
        required=True,
        explained="cost",
        label=label,
        help_text=help_text or "就是“政策范围内费用”：总费用里去掉乙类先行自付，再去掉丙类和自费。",
        error_messages={"required": f"请填写金额，例如 {example}。没有确切数字可以先估一个。"},
    )


def place_of_care(
    label: str,
    help_text: str = "",
    *,
    temporary: str = "外地，临时去的（探亲、旅游、转诊）",
    emergency: str = "外地，临时去的，突发急危重病",
) -> ChoiceAnswer:
    """Where the care was given, seen from Shenyang."""
    return ChoiceAnswer(
        choices=[
            (Place.LOCAL, "沈阳市内"),
            (Place.LONG_TERM, "外地，已办长期居住备案的地方"),
            (Place.TEMPORARY, temporary),
            (Place.TEMPORARY_EMERGENCY, emergency),
        ],
        default=Place.LOCAL,
        explained="place",
        label=label,
        help_text=help_text,
    )


def pool_paid(
    label: str = "今年统筹基金已经替您付了多少？",
    help_text: str = "没有花过大钱可以不填。一年付满限额以后，由大额补助接着付。",
) -> AmountField:
    """What the pool has paid this year."""
    return AmountField(default=ZERO, label=label, help_text=help_text)


def large_sum_paid() -> AmountField:
    """What the large-sum supplement has paid this year."""
    return AmountField(default=ZERO, label="今年大额补助已经替您付了多少？")
