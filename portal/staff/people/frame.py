"""What the pages about people share: who may open them, and the admin's frame around them."""

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

from django.contrib import admin
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

View = Callable[..., HttpResponse]


def staff_page(
    view: View, *, allowed: Callable[[HttpRequest], bool] | None = None, permission: str = ""
) -> View:
    """Let staff see a page who have logged in, and may do what `permission` names.

    `allowed` says who has logged in, where that is not who may use the admin.
    """

    @never_cache
    @sensitive_post_parameters()
    @wraps(view)
    def guard(request: HttpRequest, *args: Any, **named: Any) -> HttpResponse:
        if not (allowed or admin.site.has_permission)(request):
            return redirect_to_login(request.get_full_path(), reverse("admin:login"))
        if permission and not request.user.has_perm(permission):
            raise PermissionDenied
        return view(request, *args, **named)

    return guard


def show(
    request: HttpRequest,
    template: str,
    title: str,
    context: Mapping[str, Any],
    *,
    status: int = 200,
) -> HttpResponse:
    """Render `people/<template>` in the admin's frame under a title."""
    whole = {**admin.site.each_context(request), "title": title, **context}
    return render(request, f"people/{template}", whole, status=status, using="staff")
