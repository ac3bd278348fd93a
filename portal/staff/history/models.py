"""Versions of what staff edit at once, and the pictures in them."""

from django.conf import settings
from django.db import models
from django.utils import timezone


class Snapshot(models.Model):
    """An office or a channel as it was after somebody changed it. Added, never edited.

    It is known by `kind` and `slug`, not by the row that it was made of: so that the history of
    what was deleted stays, and it can come back under its name.
    """

    class Kind(models.TextChoices):
        OFFICE = "office", "网点"
        CHANNEL = "channel", "渠道"

    class Action(models.TextChoices):
        FOUND = "found", "原来的内容"  # what was there before history was kept, or came past it
        ADDED = "added", "新增"
        CHANGED = "changed", "修改"
        DELETED = "deleted", "删除"
        RESTORED = "restored", "恢复"
        IMPORTED = "imported", "从 Excel 导入"

    kind = models.CharField("哪一类", max_length=10, choices=Kind)
    slug = models.SlugField("标识", db_index=False)
    name = models.CharField("名称", max_length=60)
    action = models.CharField("做了什么", max_length=10, choices=Action)
    content = models.JSONField("内容")
    at = models.DateTimeField("时间", default=timezone.now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name="谁",
    )

    class Meta:
        verbose_name = "修改记录"
        verbose_name_plural = "修改记录"
        ordering = ("-pk",)
        default_permissions = ()
        indexes = [models.Index(fields=("kind", "slug"), name="snapshot_of")]

    def __str__(self) -> str:
        return f"{self.name} {self.get_action_display()}"


class KeptPicture(models.Model):
    """A QR picture that some version shows; kept once, however many versions do."""

    qr_hash = models.CharField("指纹", max_length=32, unique=True)
    png = models.BinaryField("图片")

    class Meta:
        verbose_name = "留存的二维码"
        verbose_name_plural = "留存的二维码"
        default_permissions = ()

    def __str__(self) -> str:
        return self.qr_hash
