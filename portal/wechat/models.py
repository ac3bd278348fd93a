"""The ticket that all workers share, and the files with which WeChat checks a domain."""

from django.core.validators import RegexValidator
from django.db import models
from django.utils import timezone


class WeChatTicket(models.Model):
    """The `jsapi_ticket` of one app id: a single row, that workers read and one of them renews.

    `next_try_at` is all that keeps them apart: who moves it on may ask WeChat (`tickets.claim`).
    """

    app_id = models.CharField(primary_key=True, max_length=64)
    ticket = models.CharField(max_length=512, blank=True)
    expires_at = models.DateTimeField(default=timezone.now)
    next_try_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = "微信票据"
        verbose_name_plural = "微信票据"
        default_permissions = ()  # nobody looks at it

    def __str__(self) -> str:
        return self.app_id


class VerifyFile(models.Model):
    """A file that WeChat has to find at the root before it believes that the domain is ours."""

    name = models.CharField(
        "文件名",
        max_length=30,
        unique=True,
        validators=[
            RegexValidator(
                r"\AMP_verify_[A-Za-z0-9]{16}\.txt\Z",
                "文件名应该是 MP_verify_ 加 16 个字母或数字，再加 .txt，请照下载的文件抄写。",
            )
        ],
        help_text="公众平台让您下载的那个文件的名字，大小写要一样，例如 MP_verify_aB3dE5fG7hJ9kL1m.txt",
    )
    content = models.CharField(
        "文件内容",
        max_length=64,
        validators=[
            RegexValidator(
                r"\A[A-Za-z0-9]+\Z", "内容只有字母和数字，没有空格和换行，请照文件里的抄写。"
            )
        ],
        help_text="用记事本打开那个文件，把里面的一行字抄到这里，例如 aB3dE5fG7hJ9kL1m",
    )

    class Meta:
        verbose_name = "微信域名校验文件"
        verbose_name_plural = "微信域名校验文件"
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name
