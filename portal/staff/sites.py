"""The admin site of the portal."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver, include, path, reverse
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache


class StaffSite(admin.AdminSite):
    """Django's own admin under Chinese names, with the publishing desk and our own log-in in it."""

    site_title = "沈阳医保门户后台"
    site_header = "沈阳医保门户后台"
    index_title = "要改什么？"
    empty_value_display = "（空）"

    # What these need uses models, which are not there yet when this module is read.

    def get_urls(self) -> list[URLPattern | URLResolver]:
        from portal.staff.desk import preview

        desk = path("desk/", include("portal.staff.desk.urls"))
        people = path("people/", include("portal.staff.people.urls"))
        return [desk, people, *preview.urlpatterns, *super().get_urls()]

    def has_permission(self, request: HttpRequest) -> bool:
        """Whether the admin opens: the second factor is given, and set up by who must have one."""
        from portal.staff.people import gate

        if not gate.signed_in(request):
            return False
        return request.path == reverse("admin:logout") or not gate.must_enrol(request)

    @method_decorator(never_cache)
    @login_not_required
    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        from portal.staff.people import entrance

        return entrance.log_in(request, extra_context or {})

    def password_change(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> TemplateResponse:
        from portal.staff.models import StaffRecord
        from portal.staff.people.records import record

        response = super().password_change(request, extra_context)
        if request.method == "POST" and response.status_code == 302:
            record(StaffRecord.Action.PASSWORD, request.user)  # type: ignore[arg-type]
        return response
