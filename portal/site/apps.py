from django.apps import AppConfig


class SiteConfig(AppConfig):
    name = "portal.site"
    label = "portal_site"
    verbose_name = "首页"
