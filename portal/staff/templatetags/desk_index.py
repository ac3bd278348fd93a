"""What the admin's first page says of the publishing desk."""

from django import template

from portal.policy.models import ChangeSet

register = template.Library()


@register.simple_tag
def waiting_sets() -> dict[str, int]:
    """Count the sets that wait for somebody: `drafts` and `submitted`."""
    states = ChangeSet.objects.order_by().values_list("status", flat=True)
    waiting = list(states.filter(status__in=(ChangeSet.Status.DRAFT, ChangeSet.Status.SUBMITTED)))
    return {
        "drafts": waiting.count(ChangeSet.Status.DRAFT),
        "submitted": waiting.count(ChangeSet.Status.SUBMITTED),
    }
