"""What staff and residents leave in a database, written by one version and looked for by another.

    python -m tests.operation.staff_data write|tell

`tests/operation/test_upgrade.py` runs `write` as the earlier version has it, so it may change together
with what it uses. `tell` prints one JSON object, the same before and after an upgrade.
"""

import json
import sys

PASSWORD = "written-before-the-upgrade"
ADDRESS = "和平区别处1号"
SAID = "升级以前说的话"


def write() -> None:
    """A clerk, a set that is published, a draft, an office that moved, a word of feedback."""
    from django.contrib.auth.models import User

    from portal.feedback.models import Feedback
    from portal.offices.models import Office
    from portal.policy.publishing import publish
    from tests.conftest import TODAY
    from tests.policy.desk import draft_of_limit, hand_in, person, reasons_for

    author = person("起草人")
    author.set_password(PASSWORD)
    author.save()
    published = draft_of_limit(author)
    hand_in(published, author)
    reviewer = User.objects.create_superuser("审核人", password=PASSWORD)
    publish(published, reviewer, confirmations=reasons_for(published))
    draft_of_limit(author, 170_000, slug="left-as-draft", letter="M")
    office = Office.objects.get(slug="heping")
    office.address = ADDRESS
    office.save()
    Feedback.objects.create(day=TODAY, hour=20, kind="helped", path="/offices/", text=SAID)


def tell() -> dict[str, object]:
    from django.contrib.auth.models import User

    from portal.feedback.models import Feedback
    from portal.offices.models import Office
    from portal.policy.models import ChangeSet
    from tests.policy.desk import NEW_DAY, limit_on

    sets = ChangeSet.objects.filter(slug__in=["pool-limit", "left-as-draft"]).order_by("slug")
    return {
        "clerk": User.objects.get(username="起草人").check_password(PASSWORD),
        "sets": [
            [kept.slug, kept.status, [[e.action, e.by.username] for e in kept.events.all()]]
            for kept in sets
        ],
        "limit": str(limit_on(NEW_DAY)),
        "address": Office.objects.get(slug="heping").address,
        "said": list(Feedback.objects.values_list("text", flat=True)),
    }


if __name__ == "__main__":
    import django

    django.setup()
    from portal import clock
    from tests.conftest import TODAY

    with clock.as_of(TODAY):
        if sys.argv[1] == "write":
            write()
        sys.stdout.write(json.dumps(tell(), ensure_ascii=False))
