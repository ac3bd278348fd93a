from django.apps import AppConfig


class CachingConfig(AppConfig):
    name = "portal.caching"
    verbose_name = "页面缓存"

    def ready(self) -> None:
        from portal.caching import watching

        watching.watch()
