"""The three groups of the staff: made by `migrate`, added to, never cut back."""

import pytest
from django.apps import apps
from django.contrib.auth.models import Group, Permission, User
from django.core.management import call_command
from django.test import Client

from portal.staff.roles import make_roles

pytestmark = pytest.mark.django_db

# By hand, from the issue: who edits, who publishes, who gives out accounts.
MAY = {
    "编辑": {
        "policy.view_changeset",
        "policy.add_changeset",
        "policy.change_changeset",
        "policy.withdraw_changeset",
        "offices.change_office",
        "offices.add_phone",
        "offices.delete_stop",
        "contributions.change_channel",
        "policy.view_edition",
    },
    "审核": {
        "policy.view_changeset",
        "policy.publish_changeset",
        "policy.withdraw_changeset",
        "offices.view_office",
    },
    "管理员": {
        "policy.change_changeset",
        "policy.publish_changeset",
        "policy.withdraw_changeset",
        "auth.add_user",
        "auth.change_user",
        "auth.change_group",
        "offices.delete_office",
    },
}
MAY_NOT = {
    "编辑": {"policy.publish_changeset", "auth.view_user", "policy.change_edition"},
    "审核": {"policy.change_changeset", "policy.add_changeset", "offices.change_office"},
    "管理员": {"policy.delete_changeset", "policy.change_edition", "policy.add_changesetevent"},
}


def member(group: str) -> User:
    user = User.objects.create_user(f"member of {group}", is_staff=True)
    user.groups.add(Group.objects.get(name=group))
    return user


@pytest.mark.parametrize("group", MAY)
def test_each_group_may_do_its_work_and_no_more(group: str) -> None:
    has = member(group).get_all_permissions()
    assert MAY[group] <= has
    assert not MAY_NOT[group] & has


@pytest.mark.parametrize("group", MAY)
def test_a_member_sees_the_desk_and_its_index(client: Client, group: str) -> None:
    client.force_login(member(group))
    assert client.get("/admin/desk/").status_code == 200
    index = client.get("/admin/").content.decode()
    assert "变更单：发布新的标准、条款和文字" in index


def everything() -> dict[str, set[str]]:
    groups = Group.objects.prefetch_related("permissions")
    return {group.name: {one.codename for one in group.permissions.all()} for group in groups}


def test_migrating_again_changes_nothing() -> None:
    before = everything()
    assert set(before) == set(MAY)
    call_command("migrate", verbosity=0)
    assert everything() == before


def test_what_an_office_added_stays_and_what_is_missing_comes_back() -> None:
    editors = Group.objects.get(name="编辑")
    publishing = Permission.objects.get(codename="publish_changeset")
    editing = Permission.objects.get(codename="change_changeset")
    editors.permissions.add(publishing)
    editors.permissions.remove(editing)
    own = Group.objects.create(name="热线")
    own.permissions.add(editing)
    make_roles()
    assert {publishing, editing} <= set(editors.permissions.all())
    assert list(own.permissions.all()) == [editing]


def test_rights_are_named_in_chinese(admin_client: Client) -> None:
    assert not Permission.objects.filter(name__startswith="Can ").exists()
    viewing = Permission.objects.get(codename="view_changeset")
    assert viewing.name == "可以查看变更单"
    page = admin_client.get("/admin/auth/group/add/").content.decode()
    assert "政策数据 | 变更单 | 可以批准、发布和退回变更单" in page
    assert "Can add" not in page


def test_the_groups_are_made_where_no_permission_is_yet() -> None:
    """On a first `migrate` this app's turn comes before that of the policy."""
    Group.objects.all().delete()
    Permission.objects.all().delete()
    make_roles(apps=apps)
    assert MAY["审核"] <= member("审核").get_all_permissions()
