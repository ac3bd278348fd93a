"""Rows of the outpatient tables: 门诊统筹 of employees, and chronic diseases of both schemes."""

from django.db import models

from portal.policy.models import choices
from portal.policy.models.rows import (
    PolicyRow,
    is_one_of,
    is_share,
    money_field,
    not_negative,
    one_row_for,
    rate_field,
)


class OutpatientDeductible(PolicyRow):
    """门诊统筹 deductible of a year, by tier."""

    COLUMN = "deductible"
    KEYS = ("tier",)
    VALUES = ("amount",)

    tier = models.CharField("机构级别", max_length=20, choices=choices.OutpatientTier)
    amount = money_field("起付标准（元/年）")

    class Meta:
        verbose_name = "门诊统筹起付标准"
        verbose_name_plural = "门诊统筹起付标准"
        ordering = ("pk",)
        constraints = [
            one_row_for("outpatientdeductible", "tier"),
            not_negative("outpatientdeductible", "amount"),
            is_one_of("outpatientdeductible", "tier", choices.OutpatientTier),
        ]


class OutpatientRate(PolicyRow):
    """门诊统筹 rate, by tier and group."""

    COLUMN = "rate"
    KEYS = ("tier", "group")
    VALUES = ("rate",)

    tier = models.CharField("机构级别", max_length=20, choices=choices.OutpatientTier)
    group = models.CharField("人员类别", max_length=10, choices=choices.Group)
    rate = rate_field("报销比例")

    class Meta:
        verbose_name = "门诊统筹报销比例"
        verbose_name_plural = "门诊统筹报销比例"
        ordering = ("pk",)
        constraints = [
            one_row_for("outpatientrate", "tier", "group"),
            is_share("outpatientrate", "rate"),
            is_one_of("outpatientrate", "tier", choices.OutpatientTier),
            is_one_of("outpatientrate", "group", choices.Group),
        ]


class OutpatientLimit(PolicyRow):
    """门诊统筹 yearly limit of what the fund pays, with and without 慢性病 benefits."""

    COLUMN = "limit"
    KEYS = ("chronic_holder",)
    VALUES = ("amount",)

    chronic_holder = models.BooleanField("已认定并享受慢性病待遇")
    amount = money_field("年最高支付限额")

    class Meta:
        verbose_name = "门诊统筹年限额"
        verbose_name_plural = "门诊统筹年限额"
        ordering = ("pk",)
        constraints = [
            one_row_for("outpatientlimit", "chronic_holder"),
            not_negative("outpatientlimit", "amount"),
        ]


class EmployeeChronicRate(PolicyRow):
    """门诊慢特病 rate of employees, by category and group.

    In the table `chronic` it is the pool's rate, in `large_sum` that of the large-sum stage.
    """

    COLUMN = "rate"
    KEYS = ("category", "group")
    VALUES = ("rate",)

    category = models.CharField("病种类别", max_length=10, choices=choices.ChronicCategory)
    group = models.CharField("人员类别", max_length=10, choices=choices.Group)
    rate = rate_field("报销比例")

    class Meta:
        verbose_name = "职工门诊慢特病比例"
        verbose_name_plural = "职工门诊慢特病比例"
        ordering = ("pk",)
        constraints = [
            one_row_for("employeechronicrate", "category", "group"),
            is_share("employeechronicrate", "rate"),
            is_one_of("employeechronicrate", "category", choices.ChronicCategory),
            is_one_of("employeechronicrate", "group", choices.Group),
        ]


class ResidentChronicRate(PolicyRow):
    """门诊慢特病 rate of residents, by category and tier."""

    COLUMN = "rate"
    KEYS = ("category", "tier")
    VALUES = ("rate",)

    category = models.CharField("病种类别", max_length=10, choices=choices.ChronicCategory)
    tier = models.CharField("机构级别", max_length=20, choices=choices.OutpatientTier)
    rate = rate_field("报销比例")

    class Meta:
        verbose_name = "居民门诊慢特病比例"
        verbose_name_plural = "居民门诊慢特病比例"
        ordering = ("pk",)
        constraints = [
            one_row_for("residentchronicrate", "category", "tier"),
            is_share("residentchronicrate", "rate"),
            is_one_of("residentchronicrate", "category", choices.ChronicCategory),
            is_one_of("residentchronicrate", "tier", choices.OutpatientTier),
        ]
