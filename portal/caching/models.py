"""The one number that changes whenever residents are to see something else."""

from django.db import models
from django.db.models import F


class PublicVersion(models.Model):
    """One row. It is changed in the transaction that changes the data, so they show together."""

    number = models.BigIntegerField(default=0)

    ONLY = 1

    class Meta:
        verbose_name = verbose_name_plural = "公开数据的版本"
        default_permissions = ()  # nobody looks at it or changes it by hand

    def __str__(self) -> str:
        return str(self.number)

    @staticmethod
    def read() -> int:
        """Return the number; 0 before anything has changed."""
        only = PublicVersion.objects.filter(pk=PublicVersion.ONLY)
        return only.values_list("number", flat=True).first() or 0

    @staticmethod
    def step() -> None:
        """Count one up, whoever else does so at the same time."""
        only = PublicVersion(pk=PublicVersion.ONLY)
        PublicVersion.objects.bulk_create([only], ignore_conflicts=True)
        PublicVersion.objects.filter(pk=only.pk).update(number=F("number") + 1)
