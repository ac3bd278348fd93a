from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig


class StaffAdminConfig(AdminConfig):
    default_site = "portal.staff.sites.StaffSite"


class StaffConfig(AppConfig):
    name = "portal.staff"
    verbose_name = "后台"
