from django.apps import AppConfig


class GuideConfig(AppConfig):
    name = "portal.guide"
    verbose_name = "我该怎么办"
