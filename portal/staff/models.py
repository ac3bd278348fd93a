"""Cases that staff keep, to see what a change does to them; and what staff did, recorded."""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone

from portal.staff.history.models import KeptPicture, Snapshot

__all__ = ["KeptPicture", "RecordIsFinal", "SavedCase", "Snapshot", "StaffRecord"]


class SavedCase(models.Model):
    """A calculator's answer that staff want to watch: it is computed again for each change set."""

    title = models.CharField("名称", max_length=100, help_text="例如 李阿姨那样的三级医院住院")
    slug = models.SlugField("计算器", max_length=40, help_text="网址里的名字，例如 inpatient")
    query = models.TextField(
        "答案", help_text="结果链接里问号后面的部分，例如 scheme=flexible&cost=1"
    )
    note = models.TextField("备注", blank=True, help_text="例如 热线常问到的情况；没有就留空")
    saved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="保存人"
    )
    saved_at = models.DateTimeField("保存时间", default=timezone.now)
    # See portal.staff.expected; empty for a case that was saved before there was this.
    expected = models.JSONField("应有的结果", default=dict, blank=True)
    expected_on = models.DateField("哪天记下的", null=True, blank=True)

    class Meta:
        verbose_name = "常看的例子"
        verbose_name_plural = "常看的例子"
        ordering = ("pk",)
        constraints = [
            models.UniqueConstraint(
                fields=("slug", "query"),
                name="one_saved_case_an_answer",
                violation_error_message="这个例子已经保存过了。",
            )
        ]

    def __str__(self) -> str:
        return self.title


class RecordIsFinal(Exception):
    """Somebody tried to change or delete what was recorded."""


class RecordQuerySet(models.QuerySet["StaffRecord"]):
    """Refuses to rewrite the records in bulk, too."""

    def update(self, **kwargs: Any) -> int:
        raise RecordIsFinal

    def delete(self) -> tuple[int, dict[str, int]]:
        raise RecordIsFinal


class StaffRecord(models.Model):
    """What somebody of the staff took along, or did with an account. Added, never edited."""

    class Action(models.TextChoices):
        EXPORTED = "exported", "导出"
        ACCOUNT = "account", "账号"
        PASSWORD = "password", "修改密码"
        SECOND_FACTOR_ON = "factor-on", "开启两步验证"
        SECOND_FACTOR_OFF = "factor-off", "关闭两步验证"
        SECOND_FACTOR_RESET = "factor-reset", "重置两步验证"
        CODES_MADE = "codes-made", "重新生成恢复码"
        CODE_USED = "code-used", "用恢复码登录"
        UNLOCKED = "unlocked", "解除登录锁定"
        LEFT_EVERYWHERE = "left", "在所有设备上退出"

    at = models.DateTimeField("时间", default=timezone.now, db_index=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="谁"
    )
    action = models.CharField("做了什么", max_length=20, choices=Action)
    what = models.CharField("内容", max_length=200, blank=True)

    objects = RecordQuerySet.as_manager()

    class Meta:
        verbose_name = "操作记录"
        verbose_name_plural = "登录和操作记录"
        ordering = ("-at", "-pk")
        default_permissions = ("view",)

    def __str__(self) -> str:
        return f"{self.get_action_display()} {self.what}".strip()

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise RecordIsFinal
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        raise RecordIsFinal
