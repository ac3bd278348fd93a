"""What WeChat wants to see before a page may say what its card shows."""

import hashlib
import secrets
import time


def sign(ticket: str, url: str, *, nonce: str, timestamp: int) -> str:
    """Return the signature of an address without `#`: sha1 of the parts, by name in lower case."""
    said = {"jsapi_ticket": ticket, "noncestr": nonce, "timestamp": timestamp, "url": url}
    text = "&".join(f"{name}={said[name]}" for name in sorted(said))
    return hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()  # WeChat's own choice


def signed(app_id: str, ticket: str, url: str) -> dict[str, str | int]:
    """Return what `wx.config` takes, for an address, now."""
    nonce, timestamp = secrets.token_hex(8), int(time.time())
    signature = sign(ticket, url, nonce=nonce, timestamp=timestamp)
    return {"appId": app_id, "timestamp": timestamp, "nonceStr": nonce, "signature": signature}
