"""Accounts and groups in the admin: plain forms in Chinese, for 管理员 only.

An account is switched off, never deleted: what it did stays told under its name.
"""

from collections.abc import Callable
from typing import Any

from axes.models import AccessAttempt
from axes.utils import reset
from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.forms import SetPasswordMixin, UserChangeForm, UserCreationForm
from django.contrib.auth.models import Group, Permission, User
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, Q, QuerySet, Sum
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils import timezone
from django_otp.plugins.otp_static import admin as _static_admin  # noqa: F401 - registers at once
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp import admin as _totp_admin  # noqa: F401 - registers at once
from django_otp.plugins.otp_totp.models import TOTPDevice

from portal.staff.models import StaffRecord
from portal.staff.people import second_factor
from portal.staff.people.frame import show
from portal.staff.people.records import name_of, record
from portal.staff.roles import EDITORS, MANAGERS, REVIEWERS

# What each role means, where it is given out.
MEANINGS = {
    EDITORS: "起草变更单、提交审核，修改网点、渠道和文字，撤回出错的变更单",
    REVIEWERS: "审核、批准、发布、退回和撤回变更单；自己起草的不能自己发布",
    MANAGERS: "管理账号和岗位，看登录和操作记录；编辑和审核能做的也都能做",
}
# Apps whose rights a group can be given; those of Django and its helpers mean nothing here.
RIGHTS_OF = ("policy", "offices", "contributions", "feedback", "wechat", "staff", "auth")
Action = StaffRecord.Action


class RolesField(forms.ModelMultipleChoiceField):
    """The groups, to be ticked, each with what it means."""

    def __init__(self) -> None:
        super().__init__(
            Group.objects.order_by("pk"),
            label="岗位",
            required=False,
            widget=forms.CheckboxSelectMultiple,
            help_text="可以选几个；一个都不选，登录以后什么也不能看。",
        )

    def label_from_instance(self, group: Any) -> str:
        meaning = MEANINGS.get(group.name)
        return f"{group.name}：{meaning}" if meaning else group.name


USERNAME_HELP = "登录时用，例如 lixiaoming；字母、数字和 @ . + - _，以后最好不改"


class AccountForm(UserChangeForm):
    """An account's name, whether it may log in, and its roles."""

    password = None  # type: ignore[assignment] # it has a page of its own
    groups = RolesField()


class NewAccountForm(UserCreationForm):
    """A new account, with a first password that its owner changes."""

    groups = RolesField()

    class Meta(UserCreationForm.Meta):
        fields = ("username", "last_name", "first_name", "groups")


class NewPasswordForm(SetPasswordMixin, forms.Form):
    """Another password for somebody who forgot it."""

    password1, password2 = SetPasswordMixin.create_password_fields("新密码", "再输一遍")

    def __init__(self, user: User, data: Any = None) -> None:
        super().__init__(data, label_suffix="")
        self.user = user

    def clean(self) -> dict[str, Any]:
        self.validate_passwords()
        self.validate_password_for_user(self.user)
        return {**self.cleaned_data, "set_usable_password": True}

    @property
    def changed_data(self) -> list[str]:
        return ["password"]

    def save(self) -> User:
        saved: User = self.set_password_and_save(self.user)
        return saved


class AccountAdmin(UserAdmin):
    form = AccountForm
    add_form = NewAccountForm
    add_form_template = None
    change_list_template = "people/accounts.html"
    change_form_template = "people/account.html"
    change_password_form = NewPasswordForm
    change_user_password_template = "people/account_password.html"  # noqa: S105 - a file's name
    fieldsets = (
        (None, {"fields": ("username", "last_name", "first_name", "is_active", "groups")}),
        ("登录", {"fields": ("second_factor", "last_login", "date_joined")}),
    )
    add_fieldsets = (
        (
            None,
            {
                "fields": (
                    "username", "last_name", "first_name", "password1", "password2", "groups",
                ),
            },
        ),
    )  # fmt: skip
    readonly_fields = (
        "second_factor", "last_login", "date_joined", "may_log_in", "may_everything",
    )  # fmt: skip
    list_display = ("username", "called", "roles", "may_log_in", "second_factor", "last_login")
    list_filter = ("is_active", "groups")
    search_fields = ("username", "last_name", "first_name")
    filter_horizontal = ()
    actions = None

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        apps = TOTPDevice.objects.filter(user=OuterRef("pk"), confirmed=True)
        accounts: QuerySet[User] = super().get_queryset(request)
        return accounts.prefetch_related("groups").annotate(has_app=Exists(apps))

    @admin.display(description="姓名")
    def called(self, user: User) -> str:
        return f"{user.last_name}{user.first_name}"

    @admin.display(description="岗位")
    def roles(self, user: User) -> str:
        names = [group.name for group in user.groups.all()]
        return "、".join(["超级管理员"] * user.is_superuser + names)

    # In words: the pictures that Django has for yes and no are told as True and False.

    @admin.display(description="两步验证")
    def second_factor(self, user: User) -> str:
        return "已开启" if getattr(user, "has_app", False) else "没有开启"

    @admin.display(description="可以登录", ordering="is_active")
    def may_log_in(self, user: User) -> str:
        return "可以" if user.is_active else "已停用"

    @admin.display(description="超级管理员")
    def may_everything(self, user: User) -> str:
        return "是" if user.is_superuser else "不是"

    def get_fieldsets(self, request: HttpRequest, obj: User | None = None) -> Any:
        found = super().get_fieldsets(request, obj)
        if obj is not None and request.user.is_superuser:
            # Only who has every right may give it.
            found = (*found, ("超级管理员", {"fields": ("is_superuser",)}))
        # Nobody switches off the own account by a slip.
        return _looked_at(found) if obj == request.user else found

    def formfield_for_dbfield(self, db_field: Any, request: Any, **named: Any) -> Any:
        field = super().formfield_for_dbfield(db_field, request, **named)
        if field is not None and db_field.name in FIELDS:
            field.label, field.help_text = FIELDS[db_field.name]
        return field

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        # A 管理员 must not become more than that by way of another's password.
        above = obj is not None and obj.is_superuser and not request.user.is_superuser
        return super().has_change_permission(request, obj) and not above

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        obj.is_staff = True  # there are no other accounts
        super().save_model(request, obj, form, change)

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        record(Action.ACCOUNT, _by(request), f"新建“{obj}”，岗位：{self.roles(obj) or '没有'}")
        return super().log_addition(request, obj, message)

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        if message:
            can = "能登录" if obj.is_active else "已停用"
            told = f"修改“{obj}”，岗位：{self.roles(obj) or '没有'}，{can}"
            record(Action.ACCOUNT, _by(request), told)
        return super().log_change(request, obj, message)

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view
        return [
            path("<int:pk>/second-factor/", view(self.reset_factor), name="auth_user_reset_factor"),
            path("<int:pk>/unlock/", view(self.unlock), name="auth_user_unlock"),
            *super().get_urls(),
        ]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        user = self.get_object(request, object_id)
        offers = {
            "may_change": user is not None and self.has_change_permission(request, user),
            "has_factor": user is not None and second_factor.is_on(user),
            "is_locked": user is not None and is_locked(user),
            "is_self": user == request.user,
        }
        return super().change_view(
            request, object_id, form_url, {**offers, **(extra_context or {})}
        )

    def reset_factor(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Take somebody's second factor away, who lost the phone: asked once more, then done."""
        user = self._other(request, pk)
        if user == request.user:  # by the own page, which asks for the password
            return redirect("admin:people:security")

        def act() -> str:
            second_factor.remove(user)
            record(Action.SECOND_FACTOR_RESET, _by(request), f"账号“{user}”")
            return f"“{user}”的两步验证已重置，下次登录只要密码。"

        asked = {
            "question": f"重置“{name_of(user)}”的两步验证？",
            "explained": "手机丢了、恢复码也没有了才用。请先当面或打电话确认是本人。"
            "重置以后，用密码就能登录，请提醒他马上重新开启。",
            "button": "重置两步验证",
        }
        return self._ask_then(act, request, user, asked)

    def unlock(self, request: HttpRequest, pk: int) -> HttpResponse:
        """End the lock-out of somebody who forgot the password: asked once more, then done."""
        user = self._other(request, pk)

        def act() -> str:
            reset(username=user.get_username())
            record(Action.UNLOCKED, _by(request), f"账号“{user}”")
            return f"“{user}”现在可以登录了。"

        asked = {
            "question": f"解除“{name_of(user)}”的登录锁定？",
            "explained": "请先确认是他自己输错了密码，不是别人在试。",
            "button": "解除锁定",
        }
        return self._ask_then(act, request, user, asked)

    def _other(self, request: HttpRequest, pk: int) -> User:
        """Return the account; raises Http404 or PermissionDenied."""
        user: User | None = self.get_object(request, str(pk))
        if not self.has_change_permission(request, user):
            raise PermissionDenied
        if user is None:
            raise Http404
        return user

    def _ask_then(
        self, act: Callable[[], str], request: HttpRequest, user: User, asked: dict[str, str]
    ) -> HttpResponse:
        back = reverse("admin:auth_user_change", args=[user.pk])
        if request.method != "POST":
            return show(request, "ask.html", asked["button"], {**asked, "back": back})
        messages.success(request, act())
        return redirect(back)


FIELDS = {
    "username": ("用户名", USERNAME_HELP),
    "last_name": ("姓", "例如 李"),
    "first_name": ("名", "例如 小明；同事看到的是姓名"),
    "is_active": ("可以登录", "离开岗位的取消勾选，账号和做过的事都留着；例如 调到别的科室"),
    "is_superuser": ("超级管理员", "不受岗位限制，什么都能做；例如 安装网站的人，一般不勾选"),
}


def _looked_at(fieldsets: Any) -> list[Any]:
    """Return fieldsets in which the rights of an account are told, not ticked."""
    told = {"is_active": "may_log_in", "is_superuser": "may_everything"}
    return [
        (title, {**options, "fields": tuple(told.get(name, name) for name in options["fields"])})
        for title, options in fieldsets
    ]


class RoleAdmin(GroupAdmin):
    """A group and its rights, to be ticked."""

    change_form_template = "people/account.html"
    filter_horizontal = ()

    def formfield_for_manytomany(self, db_field: Any, request: Any = None, **named: Any) -> Any:
        if db_field.name == "permissions":
            named["queryset"] = rights()
            named["widget"] = forms.CheckboxSelectMultiple
        return super().formfield_for_manytomany(db_field, request, **named)


def rights() -> QuerySet[Permission]:
    """Return the rights that mean something: what is published nobody edits, whatever a group may."""
    of_policy = Q(content_type__app_label="policy") & ~Q(content_type__model="changeset")
    ours = Permission.objects.filter(content_type__app_label__in=RIGHTS_OF)
    means_nothing = of_policy & ~Q(codename__startswith="view_")
    means_nothing |= Q(content_type__app_label="auth", content_type__model="permission")
    return ours.exclude(means_nothing).select_related("content_type")


def is_locked(user: User) -> bool:
    """Whether somebody cannot log in just now, from one address at least."""
    recent = AccessAttempt.objects.filter(
        username=user.get_username(),
        attempt_time__gte=timezone.now() - settings.AXES_COOLOFF_TIME,
    )
    by_address = recent.order_by().values("ip_address").annotate(wrong=Sum("failures_since_start"))
    return by_address.filter(wrong__gte=settings.AXES_FAILURE_LIMIT).exists()


def _by(request: HttpRequest) -> Any:
    return request.user


admin.site.unregister([User, Group, TOTPDevice, StaticDevice])
admin.site.register(User, AccountAdmin)
admin.site.register(Group, RoleAdmin)
