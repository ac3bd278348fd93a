"""The decided readings: what was read into the text where it is ambiguous or silent."""

from django.core.exceptions import ValidationError
from django.db import models

from calculators.rules.readings import SWITCHES, reading_id
from portal.policy.models.publishing import ChangeSet, Edition, FinalOncePublished
from portal.policy.models.rows import one_row_for


class ReadingManager(models.Manager["Reading"]):
    def get_by_natural_key(self, code: str) -> "Reading":
        return self.get(code=code)


class Reading(models.Model):
    """The lasting identity of a reading, such as A-17."""

    code = models.CharField("编号", max_length=8, unique=True)

    objects = ReadingManager()

    class Meta:
        verbose_name = "理解编号"
        verbose_name_plural = "理解编号"
        ordering = ("code",)

    def __str__(self) -> str:
        return self.code

    def natural_key(self) -> tuple[str]:
        return (self.code,)


class ReadingPart(FinalOncePublished):
    """A row of the `readings` table of a scheme."""

    edition = models.ForeignKey(
        Edition, models.CASCADE, related_name="%(class)s_rows", verbose_name="表的一版"
    )
    reading = models.ForeignKey(
        Reading, models.PROTECT, related_name="%(class)s_rows", verbose_name="编号"
    )

    class Meta:
        abstract = True

    def owning_set(self) -> ChangeSet:
        return self.edition.change_set


class DecidedReading(ReadingPart):
    """A reading in words: the open question, what was decided, and what else it could mean."""

    class Confidence(models.TextChoices):
        HIGH = "H", "文件本身能定"
        MEDIUM = "M", "文件倾向于此"
        LOW = "L", "取其一"

    class Treatment(models.TextChoices):
        DEFAULT = "default", "照此计算并说明"
        ASK = "ask", "请使用者填写"
        REFUSE = "refuse", "不给数字，请拨打热线"
        NOTICE = "notice", "加一条提示"

    title = models.CharField("问题", max_length=200)
    text = models.TextField("采用的理解")
    otherwise = models.TextField("另一种理解", blank=True)
    confidence = models.CharField("把握", max_length=1, choices=Confidence)
    treatment = models.CharField("页面怎么做", max_length=10, choices=Treatment)
    clauses = models.ManyToManyField(
        "policy.Clause", related_name="decided_readings", verbose_name="涉及条款"
    )

    class Meta:
        verbose_name = "已定的理解"
        verbose_name_plural = "已定的理解"
        ordering = ("reading",)
        constraints = [one_row_for("decidedreading", "reading")]

    def __str__(self) -> str:
        return f"{self.reading} {self.title}"


class ReadingChoice(ReadingPart):
    """The decided choice of one switch of a rule (`calculators.rules.readings`)."""

    switch = models.CharField("开关", max_length=40, help_text="例如 A-17 或 A-08.deductible")
    choice = models.SlugField("选择", max_length=40)

    class Meta:
        verbose_name = "理解的开关"
        verbose_name_plural = "理解的开关"
        ordering = ("switch",)
        constraints = [one_row_for("readingchoice", "switch")]

    def __str__(self) -> str:
        return f"{self.switch} = {self.choice}"

    def clean(self) -> None:
        if self.choice not in SWITCHES.get(self.switch, ()):
            raise ValidationError({"choice": "规则里没有这个选择。"})
        if self.reading.code != reading_id(self.switch):
            raise ValidationError({"switch": "开关要以理解的编号开头。"})
