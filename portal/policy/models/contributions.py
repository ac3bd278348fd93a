"""Rows of what people pay, and of the years they must have paid."""

from django.db import models

from portal.policy.models import choices
from portal.policy.models.rows import PolicyRow, is_one_of, money_field, not_negative, one_row_for


def start_constraints(model: str, start: str, end: str, *keys: str) -> list[models.BaseConstraint]:
    """Constraints of rows that start somewhere: the end is not before it, one row has no start."""
    return [
        models.CheckConstraint(
            name=f"{model}_ends_after_it_starts",
            condition=models.Q(**{f"{start}__isnull": True})
            | models.Q(**{f"{end}__isnull": True})
            | models.Q(**{f"{end}__gte": models.F(start)}),
            violation_error_message="结束不能早于开始。",
        ),
        models.UniqueConstraint(
            fields=("edition", *keys),
            condition=models.Q(**{f"{start}__isnull": True}),
            name=f"{model}_one_row_without_start",
            violation_error_message="没有起点的行只能有一行。",
        ),
    ]


class ResidentFee(PolicyRow):
    """What a resident pays for the plan year, by kind of member and hardship."""

    COLUMN = "fee"
    KEYS = ("member", "hardship")
    VALUES = ("amount",)

    member = models.CharField("参保人", max_length=10, choices=choices.Member)
    hardship = models.CharField("困难情形", max_length=12, choices=choices.Hardship)
    amount = money_field("缴费标准（元/年）")

    class Meta:
        verbose_name = "居民缴费标准"
        verbose_name_plural = "居民缴费标准"
        ordering = ("pk",)
        constraints = [
            one_row_for("residentfee", "member", "hardship"),
            not_negative("residentfee", "amount"),
            is_one_of("residentfee", "member", choices.Member),
            is_one_of("residentfee", "hardship", choices.Hardship),
        ]


class MonthlyAmount(PolicyRow):
    """What one month of the flexible scheme costs, from a month on until the next row starts.

    Months are kept as their first day. The same row prices a month paid in time, an arrear of it,
    and a top-up whose formalities fall in it, so the number exists once. `last_month` is given only
    where the truth of the row ends with a year (reading A-93); after it there is no amount on file.
    """

    COLUMN = "monthly"
    KEYS = ("first_month",)
    VALUES = ("amount",)

    first_month = models.DateField(
        "从哪个月起", null=True, blank=True, help_text="填该月 1 日；更早的月份都适用时留空"
    )
    last_month = models.DateField(
        "最后适用的月份",
        null=True,
        blank=True,
        help_text="填该月 1 日，含当月；只有当金额限于某一年时才填",
    )
    amount = money_field("缴费标准（元/月）")

    class Meta:
        verbose_name = "每月缴费标准"
        verbose_name_plural = "每月缴费标准"
        ordering = ("pk",)
        constraints = [
            one_row_for("monthlyamount", "first_month"),
            *start_constraints("monthlyamount", "first_month", "last_month"),
            models.CheckConstraint(
                name="monthlyamount_months_are_firsts",
                condition=(models.Q(last_month__isnull=True) | models.Q(last_month__day=1))
                & (models.Q(first_month__isnull=True) | models.Q(first_month__day=1)),
                violation_error_message="月份请填该月 1 日。",
            ),
            not_negative("monthlyamount", "amount"),
        ]


class YearsRow(PolicyRow):
    """A number of years that holds where a certain date falls on a day or later, until the next
    row starts, or on its last day where the clause bounds it."""

    VALUES = ("years",)

    first_day = models.DateField("从哪天起", null=True, blank=True, help_text="更早都适用时留空")
    last_day = models.DateField(
        "最后适用的一天", null=True, blank=True, help_text="含当日；以后都适用时留空"
    )
    years = models.PositiveSmallIntegerField("年限（年）")

    class Meta:
        abstract = True


class MinimumTotalYears(YearsRow):
    """最低缴费年限 (deemed and actual together), by sex and day of reaching the retirement age."""

    COLUMN = "total"
    KEYS = ("sex", "first_day")

    sex = models.CharField("性别", max_length=6, choices=choices.Sex)

    class Meta:
        verbose_name = "最低缴费年限"
        verbose_name_plural = "最低缴费年限"
        ordering = ("pk",)
        constraints = [
            one_row_for("minimumtotalyears", "sex", "first_day"),
            *start_constraints("minimumtotalyears", "first_day", "last_day", "sex"),
            is_one_of("minimumtotalyears", "sex", choices.Sex),
        ]


class MinimumActualYears(YearsRow):
    """最低实际缴费年限, by the day that decides it: of the approval, or of reaching the age."""

    COLUMN = "actual"
    KEYS = ("basis", "first_day")

    basis = models.CharField("按哪个日期", max_length=12, choices=choices.YearsBasis)

    class Meta:
        verbose_name = "最低实际缴费年限"
        verbose_name_plural = "最低实际缴费年限"
        ordering = ("pk",)
        constraints = [
            one_row_for("minimumactualyears", "basis", "first_day"),
            *start_constraints("minimumactualyears", "first_day", "last_day", "basis"),
            is_one_of("minimumactualyears", "basis", choices.YearsBasis),
        ]
