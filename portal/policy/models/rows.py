"""What the rows of all dated tables share.

A row belongs to an edition, which gives it its scheme, its days, its document and its change set;
it names the clause it rests on, and the decided reading where the clause alone does not settle it.
Each row model says under which name a text can refer to its value (`portal.policy.references`).
"""

from decimal import Decimal
from typing import Any, ClassVar

from django.db import models

from calculators.rules.money import plain
from portal.policy.models.publishing import ChangeSet, Edition, FinalOncePublished


class PolicyRow(FinalOncePublished):
    """Base of every row of a dated table.

    `COLUMN` names what the row holds, `KEYS` the fields that tell rows of an edition apart, and
    `VALUES` the fields that hold its numbers. Together they make the row's reference:
    `flexible.inpatient.deductible.level3.active`.
    """

    COLUMN: ClassVar[str] = ""
    KEYS: ClassVar[tuple[str, ...]] = ()
    VALUES: ClassVar[tuple[str, ...]] = ()

    edition = models.ForeignKey(
        Edition, models.CASCADE, related_name="%(class)s_rows", verbose_name="表的一版"
    )
    clause = models.ForeignKey(
        "policy.Clause", models.PROTECT, related_name="%(class)s_rows", verbose_name="依据条款"
    )
    reading = models.ForeignKey(
        "policy.Reading",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="%(class)s_rows",
        verbose_name="采用的理解",
        help_text="条款本身没有写全时，按哪一条已定的理解录入",
    )

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.reference()

    def owning_set(self) -> ChangeSet:
        return self.edition.change_set

    def reference(self) -> str:
        """The row's name inside its table: `deductible.level3.active`."""
        keys = (_spelled(getattr(self, name)) for name in self.KEYS)
        return ".".join(part for part in (self.COLUMN, *keys) if part)


def _spelled(key: object) -> str:
    """A key as a reference writes it: an edge of 15000.00 as `15000`, a month as `2025-01-01`."""
    if key is None:
        return ""
    if isinstance(key, bool):
        return "yes" if key else "no"
    if isinstance(key, Decimal):
        return plain(key)
    return str(key)


def money_field(name: str, **options: Any) -> models.DecimalField:
    """A field for yuan with two decimals, up to 99,999,999.99."""
    options.setdefault("help_text", "单位：元，例如 1200.00")
    return models.DecimalField(name, max_digits=10, decimal_places=2, **options)


def rate_field(name: str, **options: Any) -> models.DecimalField:
    """A field for a share between 0 and 1 with four decimals: 88% is 0.88."""
    options.setdefault("help_text", "0 到 1 之间的小数，例如 88% 填 0.88")
    return models.DecimalField(name, max_digits=5, decimal_places=4, **options)


def not_negative(model: str, field: str) -> models.CheckConstraint:
    """The constraint that an amount is zero or more."""
    return models.CheckConstraint(
        name=f"{model}_{field}_not_negative",
        condition=models.Q(**{f"{field}__gte": 0}),
        violation_error_message="金额不能小于 0。",
    )


def is_share(model: str, field: str) -> models.CheckConstraint:
    """The constraint that a rate lies between 0 and 1."""
    return models.CheckConstraint(
        name=f"{model}_{field}_is_share",
        condition=models.Q(**{f"{field}__gte": 0, f"{field}__lte": 1}),
        violation_error_message="比例必须在 0 和 1 之间：88% 请填 0.88。",
    )


def is_one_of(model: str, field: str, allowed: type[models.TextChoices]) -> models.CheckConstraint:
    """The constraint that a key is one of the contract's values."""
    return models.CheckConstraint(
        name=f"{model}_{field}_is_known",
        condition=models.Q(**{f"{field}__in": list(allowed.values)}),
        violation_error_message="请选择列表中的一项。",
    )


def one_row_for(model: str, *fields: str) -> models.UniqueConstraint:
    """The constraint that an edition has one row for each combination of `fields`."""
    return models.UniqueConstraint(
        fields=("edition", *fields),
        name=f"{model}_one_row_each",
        violation_error_message="这一版里已经有同样的一行。",
    )


class BandRow(PolicyRow):
    """A row that holds for the part of an amount above `above`, up to where the next row starts.

    A band has no upper end of its own, so bands always meet: a gap or an overlap cannot be typed.
    """

    above = money_field("超过", help_text="下限，不含本数；上限就是下一段的下限；单位：元")

    class Meta:
        abstract = True


def band_constraints(model: str, *keys: str) -> list[models.BaseConstraint]:
    """Constraints of bands: each starts at an edge of its own, none below zero."""
    return [not_negative(model, "above"), one_row_for(model, *keys, "above")]
