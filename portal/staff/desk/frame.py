"""What every page of the desk has: who may see it, the set it is about, its tabs, its frame."""

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, cast

from django.contrib import admin
from django.contrib.auth.models import User
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.cache import never_cache

from portal.policy.models import ChangeSet

View = Callable[..., HttpResponse]

# What a page of the desk needs, as Django's permissions name it.
VIEW = "policy.view_changeset"
EDIT = "policy.change_changeset"  # write drafts, submit them, say something
PUBLISH = "policy.publish_changeset"  # approve, publish, return
WITHDRAW = "policy.withdraw_changeset"

ALL_STAFF = (VIEW, EDIT, PUBLISH, WITHDRAW)  # whoever may do anything with change sets

# Pages about one set: the name of the address, and what the tab says.
TABS = (
    ("set", "概况"),
    ("contents", "内容"),
    ("differences", "前后对照"),
    ("cases", "对谁有影响"),
    ("pages", "哪些页面会变"),
)


class StaffRequest(HttpRequest):
    """A request of somebody who has logged in."""

    user: User


def desk_page(*permissions: str) -> Callable[[View], View]:
    """Let staff see a page who may do any of `permissions`; others are asked to log in, or told no."""

    def guarded(view: View) -> View:
        @never_cache
        @wraps(view)
        def guard(request: HttpRequest, *args: Any, **named: Any) -> HttpResponse:
            if not admin.site.has_permission(request):
                return redirect_to_login(request.get_full_path(), reverse("admin:login"))
            if not any(request.user.has_perm(permission) for permission in permissions):
                raise PermissionDenied
            return view(request, *args, **named)

        return guard

    return guarded


def set_or_404(pk: int) -> ChangeSet:
    """Return a change set. Raises Http404."""
    return get_object_or_404(ChangeSet.objects.select_related("document", "author"), pk=pk)


def show(
    request: HttpRequest,
    template: str,
    title: str,
    context: Mapping[str, Any],
    *,
    change_set: ChangeSet | None = None,
    tab: str = "",
    status: int = 200,
) -> HttpResponse:
    """Render `desk/<template>` in the admin's frame, with the tabs of `change_set` if it has one.

    `tab` names the tab that is open (see `TABS`); `title` is the page's own heading.
    """
    frame = {
        **admin.site.each_context(request),
        "title": title,
        "change_set": change_set,
        "tabs": [
            (label, reverse(f"admin:desk:{name}", args=[change_set.pk]), name == tab)
            for name, label in TABS
        ]
        if change_set
        else [],
        "may_edit": request.user.has_perm(EDIT) and (change_set is None or change_set.is_open),
    }
    return render(request, f"desk/{template}", {**frame, **context}, status=status, using="staff")


def staff_of(request: HttpRequest) -> User:
    """Return who asks; `desk_page` has made sure that it is somebody."""
    return cast("StaffRequest", request).user
