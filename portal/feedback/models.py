"""What residents say of a page, and how often pages are used. Nothing here is about a person."""

from django.db import models

LONGEST_TEXT = 300
LONGEST_PATH = 200


class Feedback(models.Model):
    """What somebody said of a page, without numbers of people; staff answer it by a better page."""

    class Kind(models.TextChoices):
        HELPED = "helped", "有帮助"
        NOT_HELPED = "not-helped", "没帮上"
        WRONG = "wrong", "数字不对"

    class State(models.IntegerChoices):
        """In the order in which staff want to see them."""

        NEW = 1, "新"
        SEEN = 2, "已看"
        ANSWERED = 3, "已答复"

    # The hour is enough to see what was published when; a second could be matched with a log.
    day = models.DateField("日期")
    hour = models.PositiveSmallIntegerField("几点")
    kind = models.CharField("选择", max_length=20, choices=Kind)
    path = models.CharField("页面", max_length=LONGEST_PATH, blank=True)
    query = models.TextField(
        "填的内容", blank=True, help_text="结果链接里问号后面的部分；不是测算结果就是空的"
    )
    # Longer than what was typed may be, because a blanked number can be longer than it was.
    text = models.TextField("说的话", blank=True)
    state = models.PositiveSmallIntegerField("进度", choices=State, default=State.NEW)
    note = models.TextField(
        "处理备注",
        blank=True,
        max_length=1000,
        help_text="只有工作人员能看到，例如 已改网页文字，或者 核对过，数字是对的。请不要写真实的姓名",
    )

    class Meta:
        verbose_name = "居民意见"
        verbose_name_plural = "居民意见"
        default_permissions = ("view", "change", "delete")  # residents add them
        ordering = ("state", "-day", "-hour", "-pk")
        indexes = [models.Index(fields=("state", "-day"), name="feedback_by_state")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}：{self.text[:20] or '没有写字'}"

    @property
    def address(self) -> str:
        """The address of the page, with the answers of a result; empty where none is known."""
        return f"{self.path}?{self.query}" if self.query else self.path


class DailyCount(models.Model):
    """How often something happened on a page in one day. Who it was is not known to anybody."""

    class Kind(models.TextChoices):
        OPENED = "opened", "打开"
        ANSWERED = "answered", "算出结果"
        REFUSED = "refused", "没有给数字"
        WRONG = "wrong", "有填错的"

    day = models.DateField("日期")
    path = models.CharField("页面", max_length=LONGEST_PATH)
    kind = models.CharField("次数是什么", max_length=10, choices=Kind)
    count = models.PositiveIntegerField("次数", default=0)

    class Meta:
        verbose_name = "使用情况"
        verbose_name_plural = "使用情况"
        default_permissions = ("view",)
        ordering = ("-day", "path", "kind")
        constraints = [
            models.UniqueConstraint(
                fields=("day", "path", "kind"), name="one_count_a_day_page_and_kind"
            )
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.path} {self.get_kind_display()} {self.count}"
