"""Channels: where people pay, enrol, file and ask, and what the documents say each is for."""

from django.core.validators import URLValidator
from django.db import models
from django.urls import reverse

from portal.policy.models.choices import Scheme
from portal.policy.models.rows import is_one_of


class Purpose(models.TextChoices):
    """What a channel is for."""

    ENROLL = "enroll", "参保登记"
    VERIFY = "verify", "参保核定"
    PAY = "pay", "缴费"
    RETIRE = "retire", "退休办理"
    SPECIAL_DISEASE = "special_disease", "门诊特殊病认定"
    FILE_AWAY = "file_away", "异地备案"
    MATERNITY_CLAIM = "maternity_claim", "生育报销申请"
    ASK = "ask", "查询咨询"


class ChannelManager(models.Manager["Channel"]):
    def get_queryset(self) -> models.QuerySet["Channel"]:
        # A list of channels needs no pictures.
        return super().get_queryset().defer("qr_png")

    def get_by_natural_key(self, slug: str) -> "Channel":
        return self.get(slug=slug)


class Channel(models.Model):
    """An app, mini-program, web site, counter or body that the documents name.

    The documents show QR pictures that their texts lack, and give one web address only. Staff add
    both here. The picture is kept in the database, so that a backup of it is the whole backup; it
    comes through `portal.contributions.pictures` and is always PNG.
    """

    slug = models.SlugField(
        "标识", unique=True, help_text="网址里用的名字，发布后不要再改，例如 liaoshitong"
    )
    name = models.CharField(
        "名称", max_length=60, unique=True, help_text="照文件印的写，例如 沈阳智慧医保APP"
    )
    other_names = models.CharField(
        "文件里的其他叫法",
        max_length=200,
        blank=True,
        help_text="用顿号隔开，例如 微信公众号服务平台、沈阳智慧医保微信公众号；没有就留空",
    )
    link = models.URLField(
        "网址",
        blank=True,
        validators=[URLValidator(schemes=["https", "http"], message="请填完整的网址。")],
        help_text="例如 https://ybj.shenyang.gov.cn；没有就留空",
    )
    qr_png = models.BinaryField(
        "二维码", null=True, blank=True, help_text="例如 沈阳智慧医保APP的下载码"
    )
    qr_hash = models.CharField(
        "二维码指纹",
        max_length=32,
        blank=True,
        editable=False,
        help_text="换了图片它就变，例如 9f86d081884c7d659a2feaa0c55ad015",
    )
    position = models.PositiveSmallIntegerField("次序", help_text="排第几，例如 8")

    objects = ChannelManager()

    class Meta:
        verbose_name = "渠道"
        verbose_name_plural = "渠道"
        ordering = ("position", "slug")

    def __str__(self) -> str:
        return self.name

    def natural_key(self) -> tuple[str]:
        return (self.slug,)

    @property
    def names(self) -> tuple[str, ...]:
        """All names by which the documents call it, the chosen one first."""
        return (self.name, *filter(None, self.other_names.split("、")))

    @property
    def qr_address(self) -> str:
        """Where its QR picture is served; empty if it has none."""
        return reverse("contributions:qr", args=(self.slug, self.qr_hash)) if self.qr_hash else ""


class ChannelUse(models.Model):
    """Something that one can do through a channel, and the clause that says so."""

    channel = models.ForeignKey(
        Channel, models.CASCADE, related_name="uses", verbose_name="渠道", help_text="例如 辽事通"
    )
    purpose = models.CharField("办什么", max_length=20, choices=Purpose, help_text="例如 缴费")
    scheme = models.CharField("险种", max_length=10, choices=Scheme, help_text="例如 城乡居民医保")
    clause = models.ForeignKey(
        "policy.Clause",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="channel_uses",
        verbose_name="依据条款",
        help_text="写明可以这样办的条款，例如 R-5.2；文件发布以后新开通的留空",
    )
    note = models.CharField(
        "限制或说明", max_length=100, blank=True, help_text="例如 只办跨省；没有就留空"
    )

    class Meta:
        verbose_name = "渠道用途"
        verbose_name_plural = "渠道用途"
        ordering = ("channel", "pk")
        constraints = [
            models.UniqueConstraint(
                fields=("channel", "purpose", "scheme", "clause"),
                name="channel_use_once",
                violation_error_message="这个渠道已经有同样的用途了。",
            ),
            is_one_of("channeluse", "purpose", Purpose),
            is_one_of("channeluse", "scheme", Scheme),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.get_purpose_display()}"
