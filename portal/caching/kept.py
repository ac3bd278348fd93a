"""A page as it is kept: its headers, and its body as each kind of phone can take it."""

import gzip
from collections import OrderedDict
from collections.abc import Hashable
from functools import lru_cache
from threading import Lock
from typing import NamedTuple

import brotli

from portal.caching.version import Shown

Headers = list[tuple[str, str]]
# Told by `_sent_with` for each encoding; the rest of a page's headers stay as they were made.
_OF_THE_BODY = {"content-length", "content-encoding", "etag", "vary"}
_COMPRESSIBLE = ("text/", "application/json", "application/xml", "application/atom+xml")
BROTLI_QUALITY = 9  # about as small as 11, in a tenth of its time


class Sent(NamedTuple):
    """What goes over the wire for one encoding."""

    headers: Headers
    body: bytes


class Kept:
    """One page. `shown` says for which version of the data it was made."""

    def __init__(self, shown: Shown, headers: Headers, body: bytes) -> None:
        self.shown = shown
        named = {name.lower(): value for name, value in headers}
        # In quotes, as it stands in strong and weak ones: whoever asks compares weakly.
        self.tag = named["etag"].removeprefix("W/")
        self.content_type = named.get("content-type", "")
        vary = dict.fromkeys(part.strip() for part in named.get("vary", "").split(",") if part)
        self._headers = [
            # Only nginx reads this: how many seconds it may answer for us. It stands before
            # Cache-Control, which nginx before 1.23 would otherwise go by.
            ("X-Accel-Expires", "1"),
            *(pair for pair in headers if pair[0].lower() not in _OF_THE_BODY),
            ("ETag", f"W/{self.tag}"),
            ("Vary", ", ".join(dict.fromkeys(["Accept-Encoding", *vary]))),
        ]
        self._sent = {"": self._sent_with("", body)}

    @property
    def size(self) -> int:
        """Bytes of memory, about: brotli and gzip make a third each."""
        return len(self._sent[""].body) * 2

    def sent(self, encoding: str) -> Sent:
        """Return headers and body for "br", "gzip" or ""; compressed when first asked for."""
        if not self.content_type.startswith(_COMPRESSIBLE):
            encoding = ""
        if encoding not in self._sent:
            body = self._sent[""].body
            packed = (
                brotli.compress(body, quality=BROTLI_QUALITY)
                if encoding == "br"
                else gzip.compress(body, mtime=0)
            )
            self._sent[encoding] = self._sent_with(encoding, packed)
        return self._sent[encoding]

    def unchanged_headers(self) -> Headers:
        """Return the headers of a 304."""
        return [pair for pair in self._headers if pair[0].lower() != "content-type"]

    def _sent_with(self, encoding: str, body: bytes) -> Sent:
        headers = [*self._headers, ("Content-Length", str(len(body)))]
        if encoding:
            headers.append(("Content-Encoding", encoding))
        return Sent(headers, body)


@lru_cache(maxsize=256)
def encoding_for(accepted: str) -> str:
    """Return the best encoding that an Accept-Encoding header takes: "br", "gzip" or ""."""
    takes = {}
    for part in accepted.lower().split(","):
        name, _, weight = part.partition(";")
        takes[name.strip()] = weight.replace(" ", "") not in {"q=0", "q=0.0", "q=0.00", "q=0.000"}
    return next((encoding for encoding in ("br", "gzip") if takes.get(encoding)), "")


class Store:
    """Pages by address, the least used leave when `limit` bytes are full."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._lock = Lock()
        self._pages: OrderedDict[Hashable, Kept] = OrderedDict()
        self._size = 0

    def get(self, key: Hashable) -> Kept | None:
        with self._lock:
            page = self._pages.get(key)
            if page is not None:
                self._pages.move_to_end(key)
            return page

    def put(self, key: Hashable, page: Kept) -> None:
        with self._lock:
            old = self._pages.pop(key, None)
            self._size += page.size - (old.size if old else 0)
            self._pages[key] = page
            while self._size > self._limit and len(self._pages) > 1:
                _, left = self._pages.popitem(last=False)
                self._size -= left.size
