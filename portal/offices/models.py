"""Branch offices: address, telephones, other names, days closed, and how to get there."""

import datetime
import re
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models.signals import pre_save
from django.urls import reverse

from portal.offices.pinyin import spell
from portal.policy.models.rows import is_one_of

# How many days before its first one a closure is told to residents.
DAYS_TOLD_BEFORE = 7
LONGEST_CLOSURE = 366  # days; a longer one is a slip of the year, or a move for good


class Spelled(models.Model):
    """Something whose names people also type by ear: it keeps their pinyin, a line for each."""

    SPELLED: ClassVar[tuple[str, ...]]

    pinyin = models.TextField(
        "拼音", blank=True, editable=False, help_text="保存时自动记下，例如 hun nan fen zhong xin"
    )

    class Meta:
        abstract = True


class OfficeManager(models.Manager["Office"]):
    def get_by_natural_key(self, slug: str) -> "Office":
        return self.get(slug=slug)


class Office(Spelled):
    """A branch office of the service centre. Staff keep it up to date; it has no dated rows."""

    SPELLED = ("name", "district", "address")

    slug = models.SlugField(
        "标识", unique=True, help_text="网址里用的名字，发布后不要再改，例如 hunnan"
    )
    name = models.CharField("名称", max_length=60, unique=True, help_text="例如 浑南分中心")
    district = models.CharField("所在区县", max_length=40, help_text="例如 浑南区")
    address = models.CharField(
        "地址",
        max_length=200,
        help_text="与文件一字不差，例如 浑南区全运路109号，沈阳创新天地H座7楼。",
    )
    transport_text = models.TextField(
        "乘车说明",
        blank=True,
        help_text="文件里的原句，例如 乘坐751路公交车至“政务服务中心”站下车可到达。",
    )
    notice = models.CharField(
        "临时提示",
        max_length=200,
        blank=True,
        help_text="显示在这个网点的最上面，例如 12月1日起搬到新址办公；没有就留空",
    )
    clause = models.ForeignKey(
        "policy.Clause",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="offices",
        verbose_name="依据条款",
        help_text="写明这个地址的条款，例如 F-19.8；文件发布以后新设的网点留空",
    )
    position = models.PositiveSmallIntegerField("次序", help_text="页面上排第几，例如 8")
    updated_at = models.DateTimeField("最近修改", auto_now=True, help_text="保存时自动记下")

    objects = OfficeManager()

    class Meta:
        verbose_name = "网点"
        verbose_name_plural = "网点"
        ordering = ("position", "slug")

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("offices:office", args=[self.slug])

    def natural_key(self) -> tuple[str]:
        return (self.slug,)


class Phone(models.Model):
    """A telephone number of an office, as printed."""

    office = models.ForeignKey(
        Office,
        models.CASCADE,
        related_name="phones",
        verbose_name="网点",
        help_text="例如 浑南分中心",
    )
    number = models.CharField(
        "号码",
        max_length=30,
        validators=[
            RegexValidator(r"^[0-9]+(-[0-9]+)*$", "号码只写数字和短横线，例如 024-23770026。")
        ],
        help_text="照文件印的写，例如 024-23770026；接通后再按的键写成 024-12345-1-7",
    )
    label = models.CharField(
        "说明", max_length=40, blank=True, help_text="例如 医保咨询热线；只有一个号码时可留空"
    )
    clause = models.ForeignKey(
        "policy.Clause",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="phones",
        verbose_name="依据条款",
        help_text="写明同一个号码的条款，例如 R-16.8；没有就留空",
    )
    position = models.PositiveSmallIntegerField("次序", default=1, help_text="排第几，例如 1")

    class Meta:
        verbose_name = "电话"
        verbose_name_plural = "电话"
        ordering = ("office", "position", "pk")
        constraints = [
            models.UniqueConstraint(
                fields=("office", "number"),
                name="phone_once_an_office",
                violation_error_message="这个网点已经有这个号码了。",
            )
        ]

    def __str__(self) -> str:
        return self.number

    def _number_and_keys(self) -> tuple[str, list[str]]:
        # 024-12345-1-7 cannot be dialled as printed: what follows the number in single digits are
        # keys to press once the call is answered (reading A-95).
        number, keys = re.fullmatch(r"(.+?)((?:-[0-9])*)", self.number).groups()  # type: ignore[union-attr]
        return number, [key for key in keys.split("-") if key]

    @property
    def tel(self) -> str:
        """The address of a link that calls the number."""
        return f"tel:{self._number_and_keys()[0]}"

    @property
    def hint(self) -> str:
        """Which keys to press once the call is answered, in Chinese; empty if none."""
        keys = self._number_and_keys()[1]
        return f"接通后按 {'、'.join(keys)}" if keys else ""


class Alias(Spelled):
    """Another name by which people, or a document, know an office (reading A-78)."""

    SPELLED = ("name",)

    office = models.ForeignKey(
        Office,
        models.CASCADE,
        related_name="aliases",
        verbose_name="网点",
        help_text="例如 浑南分中心",
    )
    name = models.CharField("别名", max_length=60, help_text="例如 张士管理部")

    class Meta:
        verbose_name = "别名"
        verbose_name_plural = "别名"
        ordering = ("office", "pk")
        constraints = [
            models.UniqueConstraint(
                fields=("office", "name"),
                name="alias_once_an_office",
                violation_error_message="这个网点已经有这个别名了。",
            )
        ]

    def __str__(self) -> str:
        return self.name


class StopManager(models.Manager["Stop"]):
    def get_by_natural_key(self, office: str, station: str) -> "Stop":
        return self.get(office__slug=office, station=station)


class Stop(Spelled):
    """A bus or metro stop near an office. Known by its name, so that staff can reorder stops."""

    SPELLED = ("station",)

    office = models.ForeignKey(
        Office,
        models.CASCADE,
        related_name="stops",
        verbose_name="网点",
        help_text="例如 浑南分中心",
    )
    station = models.CharField("站名", max_length=60, help_text="不写“站”字，例如 百鸟公园")
    exit_hint = models.CharField(
        "出口", max_length=20, blank=True, help_text="例如 A2口；没有就留空"
    )
    how = models.CharField(
        "下车以后", max_length=100, blank=True, help_text="例如 下车东行100米；没有就留空"
    )
    position = models.PositiveSmallIntegerField("次序", default=1, help_text="排第几，例如 1")

    objects = StopManager()

    class Meta:
        verbose_name = "车站"
        verbose_name_plural = "车站"
        ordering = ("office", "position", "pk")
        constraints = [
            models.UniqueConstraint(
                fields=("office", "station"),
                name="stop_once_an_office",
                violation_error_message="这个网点已经有这个车站了。",
            )
        ]

    def __str__(self) -> str:
        return f"{self.office} {self.station}"

    def natural_key(self) -> tuple[str, str]:
        return (self.office.slug, self.station)


class Line(models.Model):
    """A bus or metro line that serves a stop."""

    stop = models.ForeignKey(
        Stop, models.CASCADE, related_name="lines", verbose_name="车站", help_text="例如 百鸟公园"
    )
    name = models.CharField("线路", max_length=40, help_text="照文件印的写，例如 205路、地铁十号线")
    route = models.CharField(
        "走向",
        max_length=100,
        blank=True,
        help_text="文件写了才填，例如 新城子—虎石台—沈北新政务服务中心",
    )
    position = models.PositiveSmallIntegerField("次序", default=1, help_text="排第几，例如 1")

    class Meta:
        verbose_name = "公交地铁线路"
        verbose_name_plural = "公交地铁线路"
        ordering = ("stop", "position", "pk")
        constraints = [
            models.UniqueConstraint(
                fields=("stop", "name"),
                name="line_once_a_stop",
                violation_error_message="这个车站已经有这条线路了。",
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def label(self) -> str:
        """The name for a page: the document prints 「154或128路」, so a bare 154 is 154路."""
        return f"{self.name}路" if self.name.isdigit() else self.name


class ClosureQuerySet(models.QuerySet["Closure"]):
    def told_on(self, day: datetime.date) -> "ClosureQuerySet":
        """Those that residents are told of on a day: coming soon, or not over yet."""
        soon = day + datetime.timedelta(days=DAYS_TOLD_BEFORE)
        return self.filter(first_day__lte=soon, last_day__gte=day)


class ClosureKind(models.TextChoices):
    """What an office does on the days of a closure."""

    CLOSED = "closed", "暂停办公"
    MOVED = "moved", "临时搬迁"


class Closure(models.Model):
    """Some days on which an office is closed, or works elsewhere. Residents are told of it."""

    office = models.ForeignKey(
        Office,
        models.CASCADE,
        related_name="closures",
        verbose_name="网点",
        help_text="例如 浑南分中心",
    )
    kind = models.CharField("怎么变", max_length=10, choices=ClosureKind, help_text="例如 暂停办公")
    first_day = models.DateField(
        "第一天", help_text=f"例如 2026-12-01；提前 {DAYS_TOLD_BEFORE} 天在网站上告诉大家"
    )
    last_day = models.DateField("最后一天", help_text="例如 2026-12-03；过了这一天，提示自己消失")
    notice = models.CharField(
        "提示",
        max_length=200,
        blank=True,
        help_text="例如 设备检修，急事请去和平分中心；没有就留空",
    )
    address = models.CharField(
        "临时地址",
        max_length=200,
        blank=True,
        help_text="临时搬迁才填，例如 浑南区某某路1号二楼",
    )

    objects = ClosureQuerySet.as_manager()

    class Meta:
        verbose_name = "暂停或临时搬迁"
        verbose_name_plural = "暂停或临时搬迁"
        ordering = ("office", "first_day", "pk")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(last_day__gte=models.F("first_day")),
                name="closure_days_in_order",
                violation_error_message="最后一天不能早于第一天。",
            ),
            models.UniqueConstraint(
                fields=("office", "first_day"),
                name="closure_once_a_day",
                violation_error_message="这个网点已经有从这一天起的暂停或搬迁了。",
            ),
            is_one_of("closure", "kind", ClosureKind),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.days}"

    @property
    def days(self) -> str:
        """Its days in words: 「2026年12月1日到12月3日」."""
        first, last = self.first_day, self.last_day
        told = f"{first.year}年{first.month}月{first.day}日"
        if last == first:
            return told
        year = f"{last.year}年" if last.year != first.year else ""
        return f"{told}到{year}{last.month}月{last.day}日"

    def clean(self) -> None:
        if None in (self.first_day, self.last_day):
            return  # said of the fields themselves
        if (self.last_day - self.first_day).days >= LONGEST_CLOSURE:
            raise ValidationError(
                {"last_day": "这段时间超过一年，请核对年份。长期搬走请直接改“地址”。"}
            )
        if self.kind == ClosureKind.MOVED and not (self.address or self.notice):
            raise ValidationError({"address": "请填临时地址；还没有定下来，就在“提示”里说明。"})
        if self.kind == ClosureKind.CLOSED and self.address:
            raise ValidationError(
                {"address": "暂停办公不用填临时地址。在别处办公，请选“临时搬迁”。"}
            )


def keep_pinyin(sender: type[Spelled], instance: Spelled, **kwargs: Any) -> None:
    """Spell the names anew before they are saved."""
    instance.pinyin = "\n".join(spell(getattr(instance, name)) for name in sender.SPELLED)


# A signal and not `save()`: seeding writes the records of the fixtures past `save()`.
for spelled in (Office, Alias, Stop):
    pre_save.connect(keep_pinyin, sender=spelled)
