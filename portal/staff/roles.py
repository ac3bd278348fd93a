"""Who of the staff may do what: three groups, made at every `migrate`.

Permissions are added to them and never taken away, so that an office can give a group more. Other
groups are the office's own.
"""

from typing import Any

from django.apps.registry import Apps
from django.apps.registry import apps as installed
from django.contrib.auth.management import create_permissions
from django.utils import translation

EDITORS, REVIEWERS, MANAGERS = "编辑", "审核", "管理员"

# Apps whose data staff look after, and Django's own, which are named in the same list of rights.
_APPS = ("policy", "offices", "contributions", "feedback", "wechat", "staff", "auth")
_OTHERS = ("admin", "contenttypes", "sessions", "axes", "otp_totp", "otp_static")
_VERBS = {"add": "添加", "change": "修改", "delete": "删除", "view": "查看"}
# Reading everything of the desk, and the policy's tables themselves.
_LOOK = ("policy.view_",)
# What residents say is everybody's to read and to answer.
_ANSWER = ("feedback.view_", "feedback.change_feedback")
# What each group may do: names of permissions, or how they begin.
ROLES: dict[str, tuple[str, ...]] = {
    EDITORS: (
        *_LOOK,
        *_ANSWER,
        "policy.add_changeset",
        "policy.change_changeset",
        "policy.withdraw_changeset",
        "offices.",
        "contributions.",
    ),
    REVIEWERS: (
        *_LOOK,
        *_ANSWER,
        "policy.publish_changeset",
        "policy.withdraw_changeset",
        "offices.view_",
        "contributions.view_",
    ),
    MANAGERS: (
        *_LOOK,
        "policy.add_changeset",
        "policy.change_changeset",
        "policy.publish_changeset",
        "policy.withdraw_changeset",
        "offices.",
        "contributions.",
        "feedback.",
        "wechat.",
        "staff.",
        "auth.add_user",
        "auth.change_user",
        "auth.delete_user",
        "auth.view_user",
        "auth.add_group",
        "auth.change_group",
        "auth.delete_group",
        "auth.view_group",
    ),
}


def make_roles(*, using: str = "default", apps: Apps = installed, **signal: Any) -> None:
    """Make the groups, and give them what they lack: called after each migration."""
    try:
        group, permission = apps.get_model("auth", "Group"), apps.get_model("auth", "Permission")
    except LookupError:  # on the way back before there were groups
        return
    for label in (*_APPS, *_OTHERS):  # they are made app by app, and ours comes first
        create_permissions(installed.get_app_config(label), verbosity=0, using=using, apps=apps)
    _name_in_chinese(permission.objects.using(using))
    known = {
        f"{one.content_type.app_label}.{one.codename}": one
        for one in permission.objects.using(using)
        .filter(content_type__app_label__in=_APPS)
        .select_related("content_type")
    }
    for name, allowed in ROLES.items():
        role, _ = group.objects.using(using).get_or_create(name=name)
        role.permissions.add(*(one for full, one in known.items() if _is_among(full, allowed)))


def _name_in_chinese(permissions: Any) -> None:
    """Django names its rights in English in the database, where who gives them out reads them."""
    with translation.override("zh-hans"):  # `migrate` itself speaks English
        for one in permissions.filter(name__startswith="Can ").select_related("content_type"):
            verb, _, model = one.codename.partition("_")
            try:
                named = installed.get_model(one.content_type.app_label, model)._meta.verbose_name
            except LookupError:  # of a model that is gone
                continue
            if verb in _VERBS:
                one.name = f"可以{_VERBS[verb]}{named}"
                one.save()


def _is_among(name: str, allowed: tuple[str, ...]) -> bool:
    begins = tuple(one for one in allowed if one.endswith((".", "_")))
    return name in allowed or name.startswith(begins)
