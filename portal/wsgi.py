"""WSGI entry point: `gunicorn portal.wsgi`. Pages that are the same for everybody are kept in memory."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
django_application = get_wsgi_application()

from django.conf import settings  # noqa: E402 - there are none before the line above

from portal.caching.pages import PageCache  # noqa: E402

application = (
    PageCache(django_application, megabytes=settings.PAGE_CACHE_MB)
    if settings.PAGE_CACHE_MB
    else django_application
)
