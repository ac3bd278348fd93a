"""The page of all offices."""

from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from portal.offices.models import Office, Phone


@require_safe
def office_list(request: HttpRequest) -> HttpResponse:
    """Show every office: where it is, whom to call, how to get there."""
    offices = Office.objects.select_related("clause").prefetch_related(
        Prefetch("phones", Phone.objects.select_related("clause")), "aliases", "stops__lines"
    )
    return render(request, "offices/list.html", {"offices": offices})
