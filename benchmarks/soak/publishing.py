"""One step of a made-up change set, in a process of its own on the site's data.

    python -m benchmarks.soak.publishing prepare|killed|full|first|second|tell

Prints what became of it; `first` and `second` also when, by the clock of the machine.
"""

import os
import resource
import sys
import time

import django

SLUG = "pool-limit"
SHOWN_AT, SHOWN = "/updates/", "统筹基金年限额调整为"


def prepare() -> str:
    """Write a draft, hand it in, and make the two who will want to publish it."""
    from tests.policy.desk import draft_of_limit, hand_in, person

    draft = draft_of_limit(person("soak-author"), slug=SLUG)
    assert draft.author is not None
    hand_in(draft, draft.author)
    for name in ("first", "second"):
        person(f"soak-{name}")
    return "submitted"


def publish(name: str) -> str:
    from django.contrib.auth.models import User
    from django.db import Error

    from portal.policy import publishing
    from portal.policy.models import ChangeSet

    try:
        publishing.publish(
            ChangeSet.objects.get(slug=SLUG), User.objects.get(username=f"soak-{name}")
        )
    except publishing.WrongState:
        return "refused"
    except Error as error:
        return f"failed: {type(error).__name__}"
    return f"published {time.time()}"


def killed() -> str:
    """Die in the middle of publishing, as when somebody pulls the plug."""
    from portal.policy.models import ChangeSet

    ChangeSet.publish = lambda self: os._exit(9)  # type: ignore[method-assign]
    return publish("first")


def full() -> str:
    """Publish where nothing can be written."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))
    return publish("first")


def tell() -> str:
    from portal.policy.models import ChangeSet

    kept = ChangeSet.objects.get(slug=SLUG)
    return " ".join([kept.status, *kept.events.values_list("action", flat=True)])


STEPS = {"prepare": prepare, "killed": killed, "full": full, "tell": tell}

if __name__ == "__main__":
    django.setup()
    from portal import clock
    from tests.conftest import TODAY

    part = sys.argv[1]
    with clock.as_of(TODAY):
        sys.stdout.write((STEPS[part]() if part in STEPS else publish(part)) + "\n")
