from django.apps import AppConfig


class EnrollmentConfig(AppConfig):
    name = "portal.enrollment"
    verbose_name = "参保指南"
