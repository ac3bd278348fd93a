"""Settings of a served site whose clock a test can put forward while it runs, on every worker.

The file that `CLOCK_FILE` names holds the number of days; no other settings read it.
"""

import datetime
import os
from pathlib import Path

from portal.settings import *  # noqa: F403


def CLOCK_OFFSET() -> datetime.timedelta:
    """How far ahead of the machine's clock the site is."""
    file = Path(os.environ["CLOCK_FILE"])
    return datetime.timedelta(days=int(file.read_text()) if file.exists() else 0)
