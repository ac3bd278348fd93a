"""Mistakes of the program reported to a Sentry (`SENTRY_DSN`): where it went wrong, not whose question.

Off by default, and `sentry-sdk` is an extra: `pip install '.[sentry]'`.
"""

from collections.abc import Mapping
from typing import Any

from portal.operation.logs import clean

# Of a request only these are told, the address without what follows its question mark.
_TOLD_OF_A_REQUEST = ("method", "url")
_NOT_TOLD = ("user", "extra", "breadcrumbs", "modules", "server_name")


def start(dsn: str, **options: Any) -> None:
    """Begin to report. `options` go to `sentry_sdk.init` beside ours."""
    import sentry_sdk

    sentry_sdk.init(
        dsn,
        send_default_pii=False,
        max_request_body_size="never",
        include_local_variables=False,
        max_breadcrumbs=0,
        auto_session_tracking=False,
        before_send=only_the_mistake,
        **options,
    )


def only_the_mistake(event: Any, hint: Mapping[str, Any]) -> Any:
    """Return an event without query, body, headers, cookies, addresses and names of people."""
    for name in _NOT_TOLD:
        event.pop(name, None)
    if request := event.get("request"):
        told = {name: request[name] for name in _TOLD_OF_A_REQUEST if name in request}
        event["request"] = told | {"url": str(told.get("url", "")).partition("?")[0]}
    for exception in (event.get("exception") or {}).get("values", ()):
        exception["value"] = clean(str(exception.get("value") or ""))
    if entry := event.get("logentry"):
        said = clean(str(entry.get("formatted") or entry.get("message", "")))
        event["logentry"] = {"message": said}
    return event
