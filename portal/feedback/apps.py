from django.apps import AppConfig


class FeedbackConfig(AppConfig):
    name = "portal.feedback"
    verbose_name = "意见和使用情况"
