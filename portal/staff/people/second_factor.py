"""The second factor: codes of an app (TOTP), and ten recovery codes for who lost the phone."""

import datetime
import time
import unicodedata
from base64 import b32encode
from binascii import unhexlify
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone
from django_otp.models import Device
from django_otp.oath import TOTP
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

RECOVERY_CODES = 10
DIGITS = 6


class TooSoon(Exception):
    """Codes were wrong before: the next may be tried after `until`."""

    def __init__(self, until: datetime.datetime) -> None:
        self.until = until

    @property
    def seconds(self) -> int:
        """How long to wait from now, at least one second."""
        return max(1, round((self.until - timezone.now()).total_seconds()))


def is_on(user: User) -> bool:
    """Whether somebody has set up an app."""
    return TOTPDevice.objects.filter(user=user, confirmed=True).exists()


def is_given(user: Any) -> bool:
    """Whether a code was given in this session (`OTPMiddleware` puts it on the user)."""
    return getattr(user, "otp_device", None) is not None


def tidy(code: str) -> str:
    """Return a code as it is kept: people type it with spaces, dashes, in full width or capitals."""
    plain = unicodedata.normalize("NFKC", code).lower()
    return "".join(character for character in plain if character.isalnum())


def _is_of_app(code: str) -> bool:
    return len(code) == DIGITS and code.isascii() and code.isdigit()


@transaction.atomic
def give(user: User, code: str) -> Device | None:
    """Return the device of `user` that accepts a code, which is used up by it; or None.

    Six digits are the app's, anything else a recovery code. Raises TooSoon after wrong ones.
    """
    code = tidy(code)
    kind = TOTPDevice if _is_of_app(code) else StaticDevice
    device = kind.objects.select_for_update().filter(user=user, confirmed=True).first()
    if device is None:
        return None
    allowed, why_not = device.verify_is_allowed()
    if not allowed:
        raise TooSoon(why_not["locked_until"])
    return device if device.verify_token(code) else None


@transaction.atomic
def enrol(user: User, key: str, code: str) -> TOTPDevice | None:
    """Set up an app that knows `key` (hexadecimal) if its first code is right; else return None.

    The code is used up: the log-in takes the next one.
    """
    code = tidy(code)
    totp = TOTP(unhexlify(key))
    totp.time = time.time()  # stands still, so that the step noted is the one that matched
    if not (_is_of_app(code) and totp.verify(int(code), tolerance=1)):
        return None
    User.objects.select_for_update().get(pk=user.pk)  # two windows enrol one after the other
    TOTPDevice.objects.filter(user=user).delete()
    return TOTPDevice.objects.create(
        user=user, name="验证码应用", key=key, last_t=totp.t(), drift=totp.drift
    )


@transaction.atomic
def make_recovery_codes(user: User) -> list[str]:
    """Return ten new recovery codes, as they are shown; those made before are no longer good."""
    StaticDevice.objects.filter(user=user).delete()
    device = StaticDevice.objects.create(user=user, name="恢复码")
    codes = [StaticToken.random_token() for _ in range(RECOVERY_CODES)]
    StaticToken.objects.bulk_create(StaticToken(device=device, token=code) for code in codes)
    return [f"{code[:4]}-{code[4:]}" for code in codes]


def recovery_codes_left(user: User) -> int:
    """Count the recovery codes that are still good."""
    return StaticToken.objects.filter(device__user=user).count()


@transaction.atomic
def remove(user: User) -> None:
    """Take the second factor of `user` away, recovery codes too."""
    TOTPDevice.objects.filter(user=user).delete()
    StaticDevice.objects.filter(user=user).delete()


def key_as_text(key: str) -> str:
    """Write a hexadecimal key as an app takes it, in groups of four."""
    text = b32encode(unhexlify(key)).decode().rstrip("=")
    return " ".join(text[start : start + 4] for start in range(0, len(text), 4))


def address_for_app(user: User, key: str) -> str:
    """Return the otpauth address that the QR picture says."""
    return str(TOTPDevice(user=user, key=key).config_url)
