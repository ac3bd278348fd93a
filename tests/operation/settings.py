"""Settings of an application machine that a test starts: nothing is collected, its day stands still."""

import datetime
import os

from django.utils import timezone

from tests.settings import *  # noqa: F403


def CLOCK_OFFSET() -> datetime.timedelta:
    """How far the day in `SITE_DAY` is from the machine's own."""
    return datetime.date.fromisoformat(os.environ["SITE_DAY"]) - timezone.localdate()
