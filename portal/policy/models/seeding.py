"""The memory of what the shipped fixtures have already given to this database."""

from django.db import models


class SeedRecord(models.Model):
    """A record of a fixture that was loaded once. It is never loaded again: from then on the
    database is the truth, whether staff changed the record since or took it away."""

    key = models.CharField(max_length=200, unique=True)

    class Meta:
        verbose_name = "已载入的初始数据"
        verbose_name_plural = "已载入的初始数据"

    def __str__(self) -> str:
        return self.key
