"""Rows of the inpatient tables of both schemes, and of stays out of area."""

from django.db import models

from portal.policy.models import choices
from portal.policy.models.rows import (
    BandRow,
    PolicyRow,
    band_constraints,
    is_one_of,
    is_share,
    money_field,
    not_negative,
    one_row_for,
    rate_field,
)


class InpatientDeductible(PolicyRow):
    """起付标准 of a stay, by tier and group."""

    COLUMN = "deductible"
    KEYS = ("tier", "group")
    VALUES = ("amount",)

    tier = models.CharField("机构级别", max_length=20, choices=choices.Tier)
    group = models.CharField("人员类别", max_length=10, choices=choices.Group)
    amount = money_field("起付标准（元/次）")

    class Meta:
        verbose_name = "住院起付标准"
        verbose_name_plural = "住院起付标准"
        ordering = ("pk",)
        constraints = [
            one_row_for("inpatientdeductible", "tier", "group"),
            not_negative("inpatientdeductible", "amount"),
            is_one_of("inpatientdeductible", "tier", choices.Tier),
            is_one_of("inpatientdeductible", "group", choices.Group),
        ]


class InpatientRate(BandRow):
    """统筹基金报销比例 of a stay, by tier and group, for a band of the cost."""

    COLUMN = "rate"
    KEYS = ("tier", "group", "above")
    VALUES = ("above", "rate")

    tier = models.CharField("机构级别", max_length=20, choices=choices.Tier)
    group = models.CharField("人员类别", max_length=10, choices=choices.Group)
    rate = rate_field("报销比例")

    class Meta:
        verbose_name = "住院报销比例"
        verbose_name_plural = "住院报销比例"
        ordering = ("pk",)
        constraints = [
            *band_constraints("inpatientrate", "tier", "group"),
            is_share("inpatientrate", "rate"),
            is_one_of("inpatientrate", "tier", choices.Tier),
            is_one_of("inpatientrate", "group", choices.Group),
        ]


class AdmissionDecrement(PolicyRow):
    """How the deductible falls with further stays of the year: step by step, so many times."""

    COLUMN = "decrement"
    VALUES = ("step", "most_times")

    step = rate_field("每次递减")
    most_times = models.PositiveSmallIntegerField("最多递减次数")

    class Meta:
        verbose_name = "多次住院起付递减"
        verbose_name_plural = "多次住院起付递减"
        constraints = [
            one_row_for("admissiondecrement"),
            is_share("admissiondecrement", "step"),
        ]


class DeductibleExemption(PolicyRow):
    """A condition that lifts the deductible, from which stay of the year on, and where."""

    COLUMN = "exemption"
    KEYS = ("condition",)
    VALUES = ("from_admission",)

    condition = models.CharField("情形", max_length=20, choices=choices.Condition)
    from_admission = models.PositiveSmallIntegerField("从本年第几次住院起免")
    local_only = models.BooleanField("只限本市定点医疗机构", default=False)

    class Meta:
        verbose_name = "起付标准减免"
        verbose_name_plural = "起付标准减免"
        constraints = [
            one_row_for("deductibleexemption", "condition"),
            is_one_of("deductibleexemption", "condition", choices.Condition),
        ]


class OutOfAreaAdjustment(PolicyRow):
    """What being out of area does to Shenyang's own terms, by kind of care and place."""

    COLUMN = "out_of_area"
    KEYS = ("care", "place")
    VALUES = ("deductible_times", "rate_minus")

    care = models.CharField("就医类型", max_length=10, choices=choices.Care)
    place = models.CharField("就医地", max_length=20, choices=choices.Place)
    deductible_times = models.DecimalField(
        "起付标准倍数", max_digits=4, decimal_places=2, help_text="例如上调至 2.5 倍填 2.50"
    )
    rate_minus = rate_field("报销比例下调", help_text="例如下调 10 个百分点填 0.10")

    class Meta:
        verbose_name = "异地就医调整"
        verbose_name_plural = "异地就医调整"
        ordering = ("pk",)
        constraints = [
            one_row_for("outofareaadjustment", "care", "place"),
            not_negative("outofareaadjustment", "deductible_times"),
            is_share("outofareaadjustment", "rate_minus"),
            is_one_of("outofareaadjustment", "care", choices.Care),
            is_one_of("outofareaadjustment", "place", choices.Place),
        ]
