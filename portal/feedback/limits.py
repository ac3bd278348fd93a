"""How much may be sent in an hour: by one address, and by all together.

An address is never kept, only its hash with a salt that nobody knows. Both are in the memory of
this process and are thrown away when the hour ends. Each worker counts for itself.
"""

import hashlib
import ipaddress
import secrets
import threading
import time
from collections import Counter
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest

AN_HOUR = 3600
ALL = 300


class Limiter:
    """Says whether one more may be sent. What it remembers is bounded by `most_of_all`."""

    def __init__(
        self,
        most_of_each: int | None = None,
        most_of_all: int = ALL,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self.most_of_each = settings.FEEDBACK_AN_HOUR if most_of_each is None else most_of_each
        self.most_of_all, self._now = most_of_all, now
        self._lock = threading.Lock()
        self.forget()

    def forget(self) -> None:
        """Begin a new hour, with another salt."""
        self._began = self._now()
        self._salt = secrets.token_bytes(32)
        self._sent: Counter[bytes] = Counter()

    def admit(self, address: str | None) -> bool:
        """Count one more from `address` (None: unknown) if it is within the limits."""
        with self._lock:
            if self._now() - self._began >= AN_HOUR:
                self.forget()
            sender = self._hashed(address) if address else b""
            if self._sent.total() >= self.most_of_all:
                return False
            if sender and self._sent[sender] >= self.most_of_each:
                return False
            self._sent[sender] += 1
            return True

    def minutes_left(self) -> int:
        """Return in how many minutes a new hour begins, at least one."""
        return max(1, round((AN_HOUR - (self._now() - self._began)) / 60))

    def _hashed(self, address: str) -> bytes:
        return hashlib.blake2b(address.encode(), key=self._salt, digest_size=16).digest()


def address_of(request: HttpRequest) -> str | None:
    """Return from where a request comes; None where the server does not know it.

    Behind a proxy of ours it is the last hop of X-Forwarded-For, which the proxy wrote itself. Of
    an IPv6 address the network counts: a household has billions of the rest.
    """
    text = request.META.get("REMOTE_ADDR", "")
    if settings.BEHIND_PROXY:
        last_hop = request.META.get("HTTP_X_FORWARDED_FOR", "").rpartition(",")[2].strip()
        text = last_hop or text
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped:
            return str(address.ipv4_mapped)
        return str(ipaddress.ip_network((int(address), 64), strict=False))
    return str(address)
