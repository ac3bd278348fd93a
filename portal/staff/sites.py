"""The admin site of the portal."""

from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path


class StaffSite(admin.AdminSite):
    """Django's own admin under Chinese names, with the publishing desk in it."""

    site_title = "沈阳医保门户后台"
    site_header = "沈阳医保门户后台"
    index_title = "要改什么？"
    empty_value_display = "（空）"

    def get_urls(self) -> list[URLPattern | URLResolver]:
        # The desk's pages use models, which are not there yet when this module is read.
        from portal.staff.desk import preview

        desk = path("desk/", include("portal.staff.desk.urls"))
        return [desk, *preview.urlpatterns, *super().get_urls()]
