"""Cases that staff keep, to see what a change does to them."""

from django.conf import settings
from django.db import models
from django.utils import timezone


class SavedCase(models.Model):
    """A calculator's answer that staff want to watch: it is computed again for each change set."""

    title = models.CharField("名称", max_length=100, help_text="例如 李阿姨那样的三级医院住院")
    slug = models.SlugField("计算器", max_length=40, help_text="网址里的名字，例如 inpatient")
    query = models.TextField("答案", help_text="结果链接里问号后面的部分，例如 scheme=flexible&cost=1")
    note = models.TextField("备注", blank=True, help_text="例如 热线常问到的情况；没有就留空")
    saved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="保存人"
    )
    saved_at = models.DateTimeField("保存时间", default=timezone.now)

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
