"""The admin site of the portal."""

from django.contrib import admin


class StaffSite(admin.AdminSite):
    """Django's own admin under Chinese names."""

    site_title = "沈阳医保门户后台"
    site_header = "沈阳医保门户后台"
    index_title = "要改什么？"
    empty_value_display = "（空）"
