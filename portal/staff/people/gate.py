"""Who is in: name and password, the second factor where there is one, and not for too long."""

from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser, User
from django.http import HttpRequest
from django.utils import timezone

from portal.staff.people import second_factor

SIGNED_IN_AT = "signed_in_at"  # in the session, in seconds
# Who may do this must have a second factor where the office wants it.
REVIEWING = "policy.publish_changeset"


def note_time(sender: Any, request: HttpRequest, user: User, **signal: Any) -> None:
    """Remember when somebody logged in: called at every log-in."""
    request.session[SIGNED_IN_AT] = timezone.now().timestamp()


def is_over(request: HttpRequest) -> bool:
    """Whether the log-in is older than one may be. A session alone lives longer with each use."""
    lasts = settings.STAFF_SESSION
    if request.method == "POST":
        lasts += settings.STAFF_SENDING
    since = request.session.get(SIGNED_IN_AT, 0)
    return timezone.now().timestamp() - since > lasts.total_seconds()


def signed_in(request: HttpRequest) -> bool:
    """Whether somebody of the staff asks who gave all that a log-in takes."""
    user = request.user
    if not (user.is_active and user.is_staff) or is_over(request):
        return False
    return second_factor.is_given(user) or not _has_factor(request)


def must_enrol(request: HttpRequest) -> bool:
    """Whether who asks has to set up a second factor before anything else opens."""
    user = request.user
    if not settings.SECOND_FACTOR_FOR_REVIEWERS or second_factor.is_given(user):
        return False
    return user.has_perm(REVIEWING) and not _has_factor(request)


def why_not(request: HttpRequest) -> str:
    """Say in Chinese why somebody who has logged in is asked to do it again."""
    if not request.user.is_authenticated:
        return ""
    if not request.user.is_staff:
        return "这个账号不能进入后台，请换一个账号。"
    if is_over(request):
        return f"登录已经超过 {hours()} 小时，为了安全请重新登录。"
    return "这个账号已开启两步验证，请重新登录并输入验证码。"


def hours() -> int:
    """How many hours a log-in lasts."""
    return round(settings.STAFF_SESSION.total_seconds() / 3600)


def _has_factor(request: HttpRequest) -> bool:
    # Asked several times for a page; a request ends before the answer can change under it.
    user: Any = request.user
    if isinstance(user, AnonymousUser):
        return False
    if not hasattr(user, "has_second_factor"):
        user.has_second_factor = second_factor.is_on(user)
    return bool(user.has_second_factor)
