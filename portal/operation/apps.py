from django.apps import AppConfig
from django.conf import settings


class OperationConfig(AppConfig):
    name = "portal.operation"
    verbose_name = "运维"

    def ready(self) -> None:
        if settings.SENTRY_DSN:
            from portal.operation.reporting import start

            start(settings.SENTRY_DSN)
