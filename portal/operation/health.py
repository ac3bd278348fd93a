"""For whoever watches the machines: is this worker alive, and can it answer people?"""

from typing import Any

from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from portal.policy.models import PublicVersion


@never_cache
@require_safe
def alive(request: HttpRequest) -> HttpResponse:
    """Answer 200 as long as the process does anything. Asks nobody else."""
    return HttpResponse("ok\n", content_type="text/plain; charset=utf-8")


@never_cache
@require_safe
def ready(request: HttpRequest) -> HttpResponse:
    """Answer 200 with the public version where the database is there and up to date, else 503."""
    found: dict[str, Any] = {"database": False, "migrations": False, "version": None}
    try:
        found["version"] = PublicVersion.read()
        found["database"] = True
        found["migrations"] = _is_migrated()
    except Error:
        pass  # a table that is missing, or no database: what was found out so far says which
    is_ready = found["database"] and found["migrations"]
    return JsonResponse(found, status=200 if is_ready else 503)


_known: set[str] = set()


def _is_migrated() -> bool:
    """Whether every migration has run. Remembered once it is so: looking costs fifty milliseconds."""
    if "migrated" not in _known:
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            return False
        _known.add("migrated")
    return True
