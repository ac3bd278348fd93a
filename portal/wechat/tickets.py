"""One ticket for all workers, kept in the database and renewed by one of them ahead of its end.

Who needs a ticket never waits for WeChat: a request that finds it due starts a thread, and takes
what there is. A try that fails is followed by the next one after a minute, whoever makes it.
"""

import datetime
import logging
import threading

from django.conf import settings
from django.db import Error, connection
from django.utils import timezone

from portal.wechat.api import NoTicketError, fetch_ticket
from portal.wechat.models import WeChatTicket

logger = logging.getLogger(__name__)

# Longer than a try can take, so that nobody starts another meanwhile; also the pause after a failure.
NEXT_TRY = datetime.timedelta(minutes=1)
AHEAD = datetime.timedelta(minutes=10)
# A ticket that has just ended is still better than none: it costs a card, and nothing else.
SERVED_LATE = datetime.timedelta(minutes=10)
THREAD = "wechat ticket"


def is_configured() -> bool:
    """Whether pages offer WeChat a card at all."""
    return bool(settings.WECHAT_APP_ID and settings.WECHAT_APP_SECRET)


def current_ticket() -> str:
    """Return the ticket to sign with, empty where there is none; start renewing one that is due."""
    kept, _ = WeChatTicket.objects.get_or_create(app_id=settings.WECHAT_APP_ID)
    now = timezone.now()
    if kept.next_try_at <= now and claim(now):
        threading.Thread(target=_renew_aside, name=THREAD, daemon=True).start()
    return kept.ticket if now < kept.expires_at + SERVED_LATE else ""


def claim(now: datetime.datetime) -> bool:
    """Take on the next try; True for exactly one of all that ask, threads and processes alike."""
    due = WeChatTicket.objects.filter(app_id=settings.WECHAT_APP_ID, next_try_at__lte=now)
    return due.update(next_try_at=now + NEXT_TRY) == 1


def renew() -> None:
    """Fetch a ticket and keep it; where WeChat gives none, say why in the log."""
    try:
        ticket = fetch_ticket()
    except NoTicketError as reason:
        logger.warning("WeChat gave no ticket: %s", reason)
        return
    now = timezone.now()
    expires_at = now + datetime.timedelta(seconds=ticket.seconds)
    WeChatTicket.objects.filter(app_id=settings.WECHAT_APP_ID).update(
        ticket=ticket.value,
        expires_at=expires_at,
        next_try_at=max(expires_at - AHEAD, now + NEXT_TRY),
    )


def _renew_aside() -> None:
    try:
        renew()
    except Error as error:
        logger.warning("the ticket of WeChat was not kept: %s", error)
    finally:
        connection.close()  # of this thread
