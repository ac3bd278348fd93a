from django.apps import AppConfig


class PolicyConfig(AppConfig):
    name = "portal.policy"
    verbose_name = "政策数据"
