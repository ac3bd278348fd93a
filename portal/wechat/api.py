"""The two questions to WeChat's server that lead to a ticket. Nothing else leaves the site."""

import http.client
import json
from typing import Any, NamedTuple
from urllib.error import URLError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

from django.conf import settings

TIMEOUT_SECONDS = 5.0
MOST_BYTES = 64 * 1024
LONGEST_REASON = 200


class Ticket(NamedTuple):
    """A `jsapi_ticket`, and for how many seconds it counts (7,200 as a rule)."""

    value: str
    seconds: int


class NoTicketError(Exception):
    """WeChat gave no ticket. The words say why, for the log, and hold no secret."""


def fetch_ticket() -> Ticket:
    """Ask WeChat for a token, and with it for a ticket; NoTicketError if either is not given.

    The stable token is asked for: a second system of the office with the same app id then keeps
    its own, which the plain one would take away from it.
    """
    token = _ask(
        "/cgi-bin/stable_token",
        body={
            "grant_type": "client_credential",
            "appid": settings.WECHAT_APP_ID,
            "secret": settings.WECHAT_APP_SECRET,
        },
    ).get("access_token")
    if not isinstance(token, str):
        raise NoTicketError("an answer without a token")
    query = urlencode({"access_token": token, "type": "jsapi"})
    answer = _ask(f"/cgi-bin/ticket/getticket?{query}")
    match answer:
        case {"ticket": str(value), "expires_in": int(seconds)} if value:
            return Ticket(value, seconds)
    raise NoTicketError("an answer without a ticket")


def _ask(path: str, *, body: dict[str, str] | None = None) -> dict[str, Any]:
    data = None if body is None else json.dumps(body).encode()
    request = Request(  # noqa: S310 - the address is a setting
        settings.WECHAT_API + path, data, {"Content-Type": "application/json"}
    )
    try:
        with urlopen(request, timeout=TIMEOUT_SECONDS) as answer:  # noqa: S310
            said = json.loads(answer.read(MOST_BYTES))
    except (OSError, ValueError, http.client.HTTPException) as error:
        # Its name only: what it says may have the token in it.
        cause = error.reason if isinstance(error, URLError) else error
        raise NoTicketError(cause if isinstance(cause, str) else type(cause).__name__) from None
    if not isinstance(said, dict):
        raise NoTicketError("an answer that is no object")
    if said.get("errcode"):
        reason = f"{said['errcode']} {said.get('errmsg', '')}"
        raise NoTicketError(reason.replace(settings.WECHAT_APP_SECRET, "…")[:LONGEST_REASON])
    return said
