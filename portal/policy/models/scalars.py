"""Single numbers of a table, by unit, and the clauses that a rule cites beside its rows."""

from django.db import models

from portal.policy.models.rows import (
    PolicyRow,
    is_share,
    money_field,
    not_negative,
    one_row_for,
    rate_field,
)


class NamedRow(PolicyRow):
    """A single number of its table, known by name (`portal.policy.tables` lists the names)."""

    KEYS = ("name",)
    VALUES = ("value",)

    name = models.SlugField("项目", max_length=40, help_text="程序里用的英文名，例如 yearly_limit")

    class Meta:
        abstract = True


class Amount(NamedRow):
    """An amount of money."""

    value = money_field("金额")

    class Meta:
        verbose_name = "金额"
        verbose_name_plural = "金额"
        constraints = [one_row_for("amount", "name"), not_negative("amount", "value")]


class Rate(NamedRow):
    """A share between 0 and 1."""

    value = rate_field("比例")

    class Meta:
        verbose_name = "比例"
        verbose_name_plural = "比例"
        constraints = [one_row_for("rate", "name"), is_share("rate", "value")]


class Count(NamedRow):
    """A number of months, years or times."""

    value = models.PositiveSmallIntegerField("数目", help_text="整数，例如 3")

    class Meta:
        verbose_name = "数目"
        verbose_name_plural = "数目"
        constraints = [one_row_for("count", "name")]


class Day(NamedRow):
    """A day that a clause names."""

    value = models.DateField("日期", help_text="例如 2026-12-20")

    class Meta:
        verbose_name = "日期"
        verbose_name_plural = "日期"
        constraints = [one_row_for("day", "name")]


class RuleClause(PolicyRow):
    """A clause that a rule cites for a topic of its table where no number of a row is meant.

    Such as F-14.8, which says that the rate does not cover 乙类先行自付, under `scope`.
    """

    COLUMN = "cites"
    KEYS = ("topic", "clause_id")

    topic = models.SlugField("用途", max_length=40)

    class Meta:
        verbose_name = "规则引用的条款"
        verbose_name_plural = "规则引用的条款"
        ordering = ("topic", "clause")
        constraints = [one_row_for("ruleclause", "topic", "clause")]
