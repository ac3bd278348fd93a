"""Channels with what each is for, their links and their QR pictures."""

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AdminURLFieldWidget
from django.utils.html import format_html

from portal.contributions.models import Channel, ChannelUse
from portal.contributions.pictures import MOST_BYTES, fingerprint, png_from
from portal.staff.admin.clauses import PicksClause
from portal.staff.history.admin import VersionedForm, VersionsAdmin
from portal.staff.history.models import Snapshot


class ChannelForm(VersionedForm):
    link = forms.URLField(
        label="网址",
        required=False,
        assume_scheme="https",
        widget=AdminURLFieldWidget,
        help_text=Channel._meta.get_field("link").help_text,
    )
    new_qr = forms.FileField(
        label="上传二维码",
        required=False,
        help_text=f"PNG 或 JPG 图片，不超过 {MOST_BYTES // 1000} KB，例如 从官方海报上截取的二维码",
    )
    remove_qr = forms.BooleanField(
        label="删除二维码", required=False, help_text="例如 这个渠道不再使用时勾选"
    )

    class Meta:
        model = Channel
        fields = ("slug", "name", "other_names", "link", "position")

    def clean_new_qr(self) -> bytes | None:
        upload = self.cleaned_data["new_qr"]
        return png_from(upload) if upload else None

    def save(self, commit: bool = True) -> Channel:
        if self.cleaned_data["remove_qr"]:
            self.instance.qr_png, self.instance.qr_hash = None, ""
        if new := self.cleaned_data["new_qr"]:
            self.instance.qr_png, self.instance.qr_hash = new, fingerprint(new)
        return super().save(commit)


class ChannelUseInline(PicksClause, admin.StackedInline):
    model = ChannelUse
    extra = 0
    fields = (("purpose", "scheme"), ("clause", "note"))


@admin.register(Channel)
class ChannelAdmin(VersionsAdmin):
    kind = Snapshot.Kind.CHANNEL
    form = ChannelForm
    fields = (
        "name", "other_names", "slug", "link", "qr", "new_qr", "remove_qr", "position", "version",
    )  # fmt: skip
    readonly_fields = ("qr",)
    list_display = ("name", "link", "has_qr")
    list_filter = ("uses__purpose", "uses__scheme")
    search_fields = ("name", "other_names")
    inlines = (ChannelUseInline,)

    @admin.display(description="现在的二维码")
    def qr(self, channel: Channel) -> str:
        if not channel.qr_hash:
            return "（还没有）"
        return format_html(
            '<img class="qr" src="{}" alt="{}的二维码">', channel.qr_address, channel.name
        )

    @admin.display(description="二维码")
    def has_qr(self, channel: Channel) -> str:
        return "有" if channel.qr_hash else "没有"
