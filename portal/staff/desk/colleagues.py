"""Who else edits the same draft: saving without losing what a colleague saved in the meantime."""

from collections.abc import Iterator
from contextlib import contextmanager

from django import forms
from django.contrib import messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponseRedirect
from django.shortcuts import redirect
from django.utils import timezone

from portal import clock
from portal.policy.models import ChangeSet, ChangeSetEvent
from portal.policy.models.publishing import NotADraft
from portal.staff.desk.frame import EDIT, staff_of

_YEARS = 12  # a start day further off is a slip of the year


class StartDay(forms.DateField):
    """The day from which something holds."""

    def __init__(self) -> None:
        super().__init__(
            label="从哪天起",
            help_text="从这一天起按它执行，例如 2027-07-01",
            widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            error_messages={"invalid": "请填日期，写成“年-月-日”，例如 2027-07-01。"},
        )

    def validate(self, value: object) -> None:
        super().validate(value)
        if value and abs(value.year - clock.today().year) > _YEARS:  # type: ignore[attr-defined]
            raise ValidationError("请核对年份。")


@contextmanager
def open_draft(change_set: ChangeSet) -> Iterator[ChangeSet]:
    """Hold a draft while something of it is saved; a second person waits. Raises NotADraft."""
    with transaction.atomic():
        held = ChangeSet.objects.select_for_update().filter(pk=change_set.pk).first()
        if held is None or not held.is_open:
            raise NotADraft(closed_words(held or change_set))
        yield held


def closed_words(change_set: ChangeSet) -> str:
    """Say why a set cannot be changed now, and what to do."""
    state = change_set.get_status_display()
    if change_set.is_final:
        return f"这张变更单现在是“{state}”，内容不能再改。要改请新建一张变更单。"
    return f"这张变更单现在是“{state}”，内容不能改。要改请先请审核的人退回。"


def may_edit(request: HttpRequest, change_set: ChangeSet) -> bool:
    """Whether who asks may change the set, and the set is a draft."""
    return request.user.has_perm(EDIT) and change_set.is_open


def need_editor(request: HttpRequest) -> None:
    """Raises PermissionDenied for who may only look."""
    if not request.user.has_perm(EDIT):
        raise PermissionDenied


def refuse_closed(request: HttpRequest, change_set: ChangeSet) -> HttpResponseRedirect:
    """Lead back to the set, and say why it cannot be changed."""
    messages.error(request, closed_words(change_set))
    return redirect("admin:desk:set", change_set.pk)


def who_changed(request: HttpRequest, change_set: ChangeSet, about: str) -> str:
    """Say who saved something last whose history line tells of `about`: 「王芳（11月22日 14:05）」."""
    event = _last_edit(change_set, about)
    if event is None:
        return "同事"
    at = timezone.localtime(event.at)
    who = "您在另一个窗口里" if event.by == staff_of(request) else _name(event.by)
    return f"{who}（{at.month}月{at.day}日 {at:%H:%M}）"


def _last_edit(change_set: ChangeSet, about: str) -> ChangeSetEvent | None:
    edits = change_set.events.filter(action=ChangeSetEvent.Action.EDITED, why__contains=about)
    return edits.select_related("by").last()


def _name(user: User) -> str:
    return f"{user.last_name}{user.first_name}".strip() or user.get_username()
