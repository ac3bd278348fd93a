"""The one number that changes whenever residents are to see something else."""

import time

from django.db import connection, models


class PublicVersion(models.Model):
    """One row. It is changed in the transaction that changes the data, so they show together.

    It is the moment of the change in nanoseconds, so that no number comes back, not even after a
    rollback or a restored backup: what somebody remembers under it is true as long as it stands.
    """

    number = models.BigIntegerField(default=0)

    ONLY = 1

    class Meta:
        verbose_name = verbose_name_plural = "公开数据的版本"
        db_table = "caching_publicversion"  # where it stood first; running workers read it there
        default_permissions = ()  # nobody looks at it or changes it by hand

    def __str__(self) -> str:
        return str(self.number)

    @staticmethod
    def read() -> int:
        """Return the number; 0 before anything has changed."""
        # Asked for every page: making this question out of a queryset costs ten times its answer.
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT number FROM caching_publicversion WHERE id = %s", [PublicVersion.ONLY]
            )
            found = cursor.fetchone()
        return int(found[0]) if found else 0

    @staticmethod
    def step() -> None:
        """Make it another number, whoever else does so at the same time."""
        only = PublicVersion(pk=PublicVersion.ONLY, number=time.time_ns())
        PublicVersion.objects.bulk_create(
            [only], update_conflicts=True, update_fields=["number"], unique_fields=["id"]
        )
