"""WSGI entry point, which `portal.operation.serving` serves.

Pages that are the same for everybody are kept in memory.
"""

import os
from collections.abc import Iterable

from django.core.wsgi import get_wsgi_application
from django.http import HttpResponse

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
_handler = get_wsgi_application()

from django.conf import settings  # noqa: E402 - there are none before the line above

from portal.caching.pages import Environ, PageCache, StartResponse  # noqa: E402


def django_application(environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
    """Answer as Django does, and in one piece where there is one: the server sends that at once."""
    response = _handler(environ, start_response)
    if not isinstance(response, HttpResponse):  # a file
        return response
    body = [response.content]
    response.close()
    return body


application = (
    PageCache(django_application, megabytes=settings.PAGE_CACHE_MB)
    if settings.PAGE_CACHE_MB
    else django_application
)
