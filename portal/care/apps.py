from django.apps import AppConfig


class CareConfig(AppConfig):
    name = "portal.care"
    verbose_name = "就医与报销"
