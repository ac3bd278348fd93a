from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig
from django.contrib.auth.signals import user_logged_in
from django.db.models.signals import post_migrate


class StaffAdminConfig(AdminConfig):
    default_site = "portal.staff.sites.StaffSite"
    verbose_name = "后台记录"


class StaffConfig(AppConfig):
    name = "portal.staff"
    verbose_name = "后台"

    def ready(self) -> None:
        from portal.staff.people.gate import note_time
        from portal.staff.roles import make_roles

        user_logged_in.connect(note_time)
        post_migrate.connect(make_roles, sender=self)
