"""The way in: name and password, then a code from who has a second factor; and the locked door."""

import math
from typing import Any

import django_otp
from axes.handlers.proxy import AxesProxyHandler
from axes.helpers import get_client_username
from axes.models import AccessAttempt
from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.admin.forms import AdminAuthenticationForm
from django.contrib.auth import login, user_login_failed
from django.contrib.auth.models import User
from django.contrib.auth.views import LoginView
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django_otp.plugins.otp_static.models import StaticDevice

from portal.staff.models import StaffRecord
from portal.staff.people import gate, second_factor
from portal.staff.people.frame import show
from portal.staff.people.records import record
from portal.staff.people.visits import last_visit

WAITING = "waiting_for_code"  # in the session: who gave the password, and goes where
MINUTES_FOR_CODE = 5
MOST_TYPED = 40
LONGEST_NAME = 150  # as Django's accounts have it


class EntranceForm(AdminAuthenticationForm):
    """Name and password."""

    error_messages = {
        "invalid_login": "用户名或密码不对，请核对大小写后再试。",
        "inactive": "这个账号已经停用，请找管理员。",
    }

    def clean_username(self) -> str:
        """Refuse what is longer than any name: PostgreSQL could not note the failure."""
        name: str = self.cleaned_data["username"]
        if len(name) > LONGEST_NAME:
            raise self.get_invalid_login_error()
        return name


class Entrance(LoginView):
    """Log somebody in, or ask for the code first. `next` leads on only within this site."""

    template_name = "admin/login.html"
    authentication_form = EntranceForm
    next_page = "admin:index"

    def form_valid(self, form: Any) -> HttpResponse:
        user = form.get_user()
        if not second_factor.is_on(user):
            return _let_in(self.request, user, self.get_success_url())
        # A new session, so that one that somebody else may know is worth nothing.
        self.request.session.flush()
        self.request.session[WAITING] = {
            "user": user.pk,
            "backend": user.backend,
            "password": user.get_session_auth_hash(),
            "at": timezone.now().timestamp(),
            "to": self.get_success_url(),
        }
        return redirect("admin:people:code")


def _let_in(request: HttpRequest, user: User, to: str, device: Any = None) -> HttpResponse:
    last = last_visit(user)
    login(request, user)
    if device is not None:
        django_otp.login(request, device)
    level = messages.WARNING if last and last.failures else messages.INFO
    messages.add_message(request, level, str(last) if last else "这是您第一次登录。")
    if gate.must_enrol(request):
        return to_enrolment(to)
    return redirect(to)


def to_enrolment(to: str) -> HttpResponse:
    """Lead to the page where a second factor is set up, and from there on."""
    return redirect(reverse("admin:people:enrol", query={"next": to} if to else None))


def inside(request: HttpRequest, address: str | None) -> str:
    """Return an address if it leads within this site, else nothing."""
    hosts = {request.get_host()}
    safe = url_has_allowed_host_and_scheme(address, hosts, require_https=request.is_secure())
    return address if address and safe else ""


class CodeForm(forms.Form):
    """A code of the app, or a recovery code."""

    code = forms.CharField(
        label="验证码",
        max_length=MOST_TYPED,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "autofocus": True}),
        error_messages={"required": "请输入验证码。", "max_length": "验证码没有这么长，请核对。"},
    )

    def __init__(self, data: Any) -> None:
        super().__init__(data, label_suffix="")


@never_cache
@sensitive_post_parameters("code")
def ask_for_code(request: HttpRequest) -> HttpResponse:
    """The second step: let in who gives a right code within some minutes after the password."""
    user = _who_waits(request)
    if user is None:
        if not gate.signed_in(request):
            messages.warning(
                request, f"请先输入用户名和密码，再在 {MINUTES_FOR_CODE} 分钟内输入验证码。"
            )
        return redirect("admin:login")
    if not AxesProxyHandler.is_allowed(request, {"username": user.get_username()}):
        return locked_out(request, None, {"username": user.get_username()})
    form = CodeForm(request.POST or None)
    if form.is_valid() and (device := _accepted(request, user, form)) is not None:
        to = request.session.pop(WAITING)["to"]
        if isinstance(device, StaticDevice):
            left = second_factor.recovery_codes_left(user)
            record(StaffRecord.Action.CODE_USED, user, f"还剩 {left} 个")
            messages.warning(request, f"这个恢复码已经用掉，还剩 {left} 个。")
        return _let_in(request, user, to, device)
    status = 422 if form.is_bound else 200
    return show(request, "code.html", "输入验证码", {"form": form}, status=status)


def _who_waits(request: HttpRequest) -> User | None:
    """Return who gave the password in this session a moment ago, if nothing has changed since."""
    waiting = request.session.get(WAITING)
    if not waiting or timezone.now().timestamp() - waiting["at"] > MINUTES_FOR_CODE * 60:
        return None
    user = User.objects.filter(pk=waiting["user"], is_active=True, is_staff=True).first()
    if user is None or not constant_time_compare(waiting["password"], user.get_session_auth_hash()):
        return None
    user.backend = waiting["backend"]
    return user


def _accepted(request: HttpRequest, user: User, form: CodeForm) -> Any:
    """Return the device that takes the code; else say why not in the form, and return None."""
    try:
        device = second_factor.give(user, form.cleaned_data["code"])
    except second_factor.TooSoon as wait:
        form.add_error("code", f"前面输错了，请等 {wait.seconds} 秒再试。")
        return None
    if device is None:
        form.add_error("code", "验证码不对，或者已经用过。请等应用里换了新的一个再输入。")
        # Counted like a wrong password, so that guessing locks the door.
        named = {"username": user.get_username()}
        user_login_failed.send(__name__, credentials=named, request=request)
    return device


def locked_out(
    request: HttpRequest, original: HttpResponse | None, credentials: dict[str, Any] | None
) -> HttpResponse:
    """Answer who tried too often: until when, and whom to ask. Called by django-axes, too."""
    attempts = AccessAttempt.objects.filter(
        username=get_client_username(request, credentials),
        ip_address=request.axes_ip_address,  # type: ignore[attr-defined]
    )
    now = timezone.now()
    last = attempts.order_by("-attempt_time").values_list("attempt_time", flat=True).first()
    until = (last or now) + settings.AXES_COOLOFF_TIME
    seconds = max(1, math.ceil((until - now).total_seconds()))
    context = {
        "until": until,
        "minutes": math.ceil(seconds / 60),
        "limit": settings.AXES_FAILURE_LIMIT,
    }
    response = show(request, "locked.html", "暂时不能登录", context, status=429)
    response.headers["Retry-After"] = str(seconds)
    response.headers["Cache-Control"] = "no-store"
    return response


def log_in(request: HttpRequest, context: dict[str, Any]) -> HttpResponseBase:
    """Show the log-in page; who is in already goes on."""
    if request.method == "GET":
        if admin.site.has_permission(request):
            return redirect("admin:index")
        if gate.signed_in(request):  # and so must set up a second factor
            return to_enrolment(inside(request, request.GET.get("next")))
    extra = {
        **admin.site.each_context(request),
        "title": "登录",
        "why_again": gate.why_not(request),
        **context,
    }
    return Entrance.as_view(extra_context=extra)(request)
