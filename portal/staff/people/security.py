"""登录安全: what everybody of the staff does for the own account."""

from typing import Any, cast

import django_otp
from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import authenticate
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST
from django_otp.plugins.otp_totp.models import default_key

from portal.site.qr import draw_qr
from portal.staff.models import StaffRecord
from portal.staff.people import gate, second_factor, visits
from portal.staff.people.entrance import CodeForm, inside
from portal.staff.people.frame import show
from portal.staff.people.records import SEE_RECORDS, record

KEY = "key_to_enrol"  # in the session, until a code has shown that an app knows it
SHOWN_VISITS = 10
Action = StaffRecord.Action


class PasswordForm(forms.Form):
    """The own password once more, before something that a stranger at an open desk would like."""

    password = forms.CharField(
        label="您的密码",
        strip=False,
        max_length=4096,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password", "autofocus": True}),
        error_messages={"required": "请输入您的密码。"},
    )

    def __init__(self, request: HttpRequest) -> None:
        super().__init__(request.POST or None, label_suffix="")
        self.request = request

    def clean_password(self) -> str:
        given: str = self.cleaned_data["password"]
        name = self.request.user.get_username()
        # By way of the log-in's own check, which counts wrong ones and locks the door.
        if authenticate(self.request, username=name, password=given) is None:
            raise forms.ValidationError("密码不对。")
        return given


def security(request: HttpRequest) -> HttpResponse:
    """Show how safe the own account is, and who came in under its name."""
    user = _user(request)
    context = {
        "is_on": second_factor.is_on(user),
        "is_must": settings.SECOND_FACTOR_FOR_REVIEWERS and user.has_perm(gate.REVIEWING),
        "codes_left": second_factor.recovery_codes_left(user),
        "last": visits.last_visit(user, before_this=True),
        "visits": visits.recent_visits(user, SHOWN_VISITS),
        "failures": visits.recent_failures(user, SHOWN_VISITS),
        "hours": gate.hours(),
        "ends_with_browser": settings.SESSION_EXPIRE_AT_BROWSER_CLOSE,
        "may_see_records": user.has_perm(SEE_RECORDS),
    }
    return show(request, "security.html", "登录安全", context)


def enrol(request: HttpRequest) -> HttpResponse:
    """Set up an app as a second factor: show the key, take its first code, hand out recovery codes."""
    user = _user(request)
    if second_factor.is_on(user):
        messages.info(request, "两步验证已经开启。")
        return redirect("admin:people:security")
    key = request.session.setdefault(KEY, default_key())
    form = CodeForm(request.POST or None)
    to = inside(request, request.GET.get("next"))
    if form.is_valid():
        device = second_factor.enrol(user, key, form.cleaned_data["code"])
        if device is not None:
            return _enrolled(request, user, device, to)
        form.add_error("code", "验证码不对。请核对手机的时间是不是自动的，再输入应用里现在的一个。")
    context = {
        "form": form,
        "picture": draw_qr(second_factor.address_for_app(user, key)),
        "key": second_factor.key_as_text(key),
        "is_must": gate.must_enrol(request),
    }
    status = 422 if form.is_bound else 200
    return show(request, "enrol.html", "开启两步验证", context, status=status)


def _enrolled(request: HttpRequest, user: User, device: Any, to: str) -> HttpResponse:
    del request.session[KEY]
    django_otp.login(request, device)
    _end_sessions(user, but=request.session.session_key)
    record(Action.SECOND_FACTOR_ON, user)
    return _show_codes(request, user, "两步验证已开启", to)


def new_codes(request: HttpRequest) -> HttpResponse:
    """Make the recovery codes anew, after the password."""
    user = _user(request)
    if not second_factor.is_on(user):
        return redirect("admin:people:security")
    form = PasswordForm(request)
    if form.is_valid():
        record(Action.CODES_MADE, user)
        return _show_codes(request, user, "新的恢复码")
    status = 422 if form.is_bound else 200
    return show(request, "new_codes.html", "重新生成恢复码", {"form": form}, status=status)


def _show_codes(request: HttpRequest, user: User, title: str, to: str = "") -> HttpResponse:
    """Show new codes in the answer to the form itself: they are kept nowhere to be shown again."""
    context = {
        "codes": second_factor.make_recovery_codes(user),
        "to": to or reverse("admin:people:security"),
        "owner": user,
    }
    return show(request, "codes.html", title, context)


def remove(request: HttpRequest) -> HttpResponse:
    """Take the own second factor away, after the password."""
    user = _user(request)
    if not second_factor.is_on(user):
        return redirect("admin:people:security")
    form = PasswordForm(request)
    if form.is_valid():
        second_factor.remove(user)
        record(Action.SECOND_FACTOR_OFF, user)
        messages.success(request, "两步验证已关闭。")
        return redirect("admin:people:security")
    context = {
        "form": form,
        "is_must": settings.SECOND_FACTOR_FOR_REVIEWERS and user.has_perm(gate.REVIEWING),
    }
    status = 422 if form.is_bound else 200
    return show(request, "remove.html", "关闭两步验证", context, status=status)


@require_POST
def leave_everywhere(request: HttpRequest) -> HttpResponse:
    """End every log-in of the own account, this one too."""
    user = _user(request)
    record(Action.LEFT_EVERYWHERE, user)
    _end_sessions(user)
    request.session.flush()
    messages.success(request, "已在所有设备上退出，请重新登录。")
    return redirect("admin:login")


def _end_sessions(user: User, but: str | None = None) -> None:
    """End the sessions of `user`. Whose a session is, only its content says; there are few."""
    for session in Session.objects.filter(expire_date__gte=timezone.now()):
        of_user = session.get_decoded().get("_auth_user_id") == str(user.pk)
        if of_user and session.session_key != but:
            session.delete()


def _user(request: HttpRequest) -> User:
    return cast("User", request.user)
