"""Accounts of the staff as an office has them, how they log in, and the code that an app shows."""

from base64 import b32decode
from binascii import unhexlify

from django.contrib.auth.models import Group, User
from django.test import Client
from django_otp.oath import totp
from django_otp.plugins.otp_totp.models import TOTPDevice

PASSWORD = "shen-yang-2025"
ROLES = ("编辑", "审核", "管理员")


def colleague(name: str, *groups: str, superuser: bool = False) -> User:
    """Somebody of the staff with a password, and with these roles."""
    user = User.objects.create_user(name, password=PASSWORD, is_staff=True, is_superuser=superuser)
    user.groups.set(Group.objects.filter(name__in=groups))
    return user


def log_in(name: str, *, client: Client | None = None, password: str = PASSWORD, to: str = ""):
    """Send name and password; return the client and the answer."""
    client = client or Client()
    address = "/admin/login/" + (f"?next={to}" if to else "")
    return client, client.post(address, {"username": name, "password": password, "next": to})


def code_of(key: str, *, later: int = 0) -> str:
    """What an app shows that was given a key as text, now or some steps of half a minute later."""
    text = key.replace(" ", "")
    return f"{totp(b32decode(text + '=' * (-len(text) % 8)), drift=later):06}"


def give_app(user: User) -> TOTPDevice:
    """Set up an app for somebody, as the pages do."""
    return TOTPDevice.objects.create(user=user, name="验证码应用", confirmed=True)


def code_from(device: TOTPDevice, *, later: int = 0) -> str:
    """What the app of `device` shows, now or some steps later."""
    return f"{totp(unhexlify(device.key), drift=later):06}"


def is_in(client: Client) -> bool:
    """Whether the admin opens."""
    return client.get("/admin/").status_code == 200
