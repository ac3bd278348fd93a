"""Made-up policy for tests: new editions as staff will make them, from the ones in force."""

import datetime

from portal.policy.models import ChangeSet, Edition
from portal.policy.models.readings import ReadingPart
from portal.policy.models.rows import PolicyRow


def copy_of_edition(old: Edition, change: ChangeSet, in_force_from: datetime.date) -> Edition:
    """Copy a table whole into a draft change set, to be changed and published by the test."""
    new = Edition.objects.create(
        change_set=change,
        table=old.table,
        scheme=old.scheme,
        document=old.document,
        in_force_from=in_force_from,
    )
    for relation in old._meta.related_objects:
        model = relation.related_model
        if not issubclass(model, PolicyRow | ReadingPart):
            continue
        for row in model._default_manager.filter(edition=old):
            row.pk, row._state.adding, row.edition = None, True, new
            row.save()
    return new
