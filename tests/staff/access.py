"""Who of the staff may open which page of the desk: a table of roles, and how to log one in.

To pin another module's pages, list them like `PAGES` in test_desk_sets.py and hand each to
`answers`.
"""

from django.contrib.auth.models import Permission, User
from django.test import Client

VIEW, EDIT = "view_changeset", "change_changeset"
PUBLISH, WITHDRAW = "publish_changeset", "withdraw_changeset"

# What each may do beside logging in. The office's groups all have VIEW.
ROLES: dict[str, tuple[str, ...]] = {
    "view": (VIEW,),
    "edit": (VIEW, EDIT),
    "publish": (VIEW, PUBLISH),
    "withdraw": (VIEW, WITHDRAW),
    "nobody": (),
}


def staff_member(name: str, *permissions: str) -> User:
    """Somebody of the staff who may do just this with change sets."""
    user = User.objects.create_user(name, is_staff=True)
    allowed = Permission.objects.filter(content_type__app_label="policy", codename__in=permissions)
    assert len(allowed) == len(permissions)
    user.user_permissions.set(allowed)
    return user


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def answers(role: str, address: str, data: dict[str, str] | None = None) -> str:
    """Say what a role, or `anonymous`, gets for a page: `open`, `refused` or `log in`.

    With `data` it is sent as a form.
    """
    client = Client() if role == "anonymous" else client_of(staff_member(role, *ROLES[role]))
    response = client.get(address) if data is None else client.post(address, data)
    if response.status_code == 302 and response["Location"].startswith("/admin/login/"):
        return "log in"
    if response.status_code == 403:
        return "refused"
    assert response.status_code in {200, 302, 422}, response.status_code
    return "open"
