"""From which address somebody asks, to be locked out and to be shown."""

import ipaddress

from django.conf import settings
from django.http import HttpRequest


def client_address(request: HttpRequest) -> str | None:
    """Return the address of who asks; None where the server does not know it.

    Behind a proxy of ours it is the last hop of X-Forwarded-For, which the proxy wrote itself:
    what stands before it, anybody can send.
    """
    if settings.BEHIND_PROXY:
        last_hop = request.META.get("HTTP_X_FORWARDED_FOR", "").rpartition(",")[2].strip()
        if _is_address(last_hop):
            return last_hop
    direct = request.META.get("REMOTE_ADDR", "")
    return direct if _is_address(direct) else None


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True
