from django.apps import AppConfig


class ContributionsConfig(AppConfig):
    name = "portal.contributions"
    verbose_name = "缴费与办理渠道"
