"""The files with which WeChat checks that the domain is the office's."""

from django.contrib import admin
from django.utils.html import format_html

from portal.wechat.models import VerifyFile


@admin.register(VerifyFile)
class VerifyFileAdmin(admin.ModelAdmin):
    fields = ("name", "content")
    list_display = ("name", "content", "address")
    search_fields = ("name",)

    @admin.display(description="放在网站上的样子")
    def address(self, file: VerifyFile) -> str:
        return format_html('<a href="/{}">打开看看</a>', file.name)
