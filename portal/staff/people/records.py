"""登录和操作记录: who came in, what was published, taken along or done with accounts."""

import datetime
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from axes.models import AccessFailureLog, AccessLog
from django import forms
from django.contrib.auth.models import User
from django.core.paginator import Paginator
from django.db import models
from django.db.models import F, QuerySet, Value
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone

from portal.policy.models import ChangeSetEvent
from portal.staff.models import StaffRecord
from portal.staff.people.frame import show

SEE_RECORDS = "staff.view_staffrecord"
ON_A_PAGE = 50
LOGIN, FAILURE, PUBLISHING, EXPORT, ACCOUNT = "login", "failure", "publish", "export", "account"
KINDS = {
    LOGIN: "登录",
    FAILURE: "登录失败",
    PUBLISHING: "发布和撤回",
    EXPORT: "导出",
    ACCOUNT: "账号和安全",
}
NOBODY = "（没有这个用户名）"


def record(action: StaffRecord.Action, by: User, what: str = "") -> None:
    """Write down what somebody of the staff did; `what` is one Chinese line, cut where too long."""
    longest = StaffRecord._meta.get_field("what").max_length or 0
    StaffRecord.objects.create(action=action, by=by, what=what[:longest])


@dataclass(frozen=True)
class Entry:
    """One line of the records. `who` is empty where nobody has the name that was typed."""

    at: datetime.datetime
    kind: str
    who: str
    what: str
    address: str = ""


class FilterForm(forms.Form):
    """Whose records, of which kind, of which day."""

    who = forms.ModelChoiceField(
        User.objects.order_by("username"),
        label="谁",
        to_field_name="username",
        empty_label="所有人",
        required=False,
        error_messages={"invalid_choice": "没有这个账号，请重新选。"},
    )
    kind = forms.ChoiceField(
        label="哪一类",
        choices=(("", "全部"), *KINDS.items()),
        required=False,
        error_messages={"invalid_choice": "没有这一类，请重新选。"},
    )
    day = forms.DateField(
        label="哪一天",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": "没有这一天，请写成“年-月-日”，例如 2027-07-01。"},
    )

    def __init__(self, data: Any) -> None:
        super().__init__(data, label_suffix="")
        choices: Any = self.fields["who"]
        choices.label_from_instance = name_of


def name_of(user: User) -> str:
    """Return how somebody is called among colleagues."""
    return f"{user.last_name}{user.first_name}" or user.get_username()


def records(request: HttpRequest) -> HttpResponse:
    """Show what happened, the newest first, a page at a time."""
    form = FilterForm(request.GET)
    chosen = form.cleaned_data if form.is_valid() else {}
    found = Paginator(_lines(**chosen), ON_A_PAGE, error_messages={})
    page = found.get_page(request.GET.get("page"))
    query = request.GET.copy()
    query.pop("page", None)
    context = {
        "form": form,
        "page": page,
        "entries": _entries(page.object_list),
        "query": query.urlencode(),
        "here": reverse("admin:people:records"),
    }
    return show(
        request, "records.html", "登录和操作记录", context, status=200 if form.is_valid() else 422
    )


def _lines(
    who: User | None = None, kind: str = "", day: datetime.date | None = None
) -> QuerySet[Any, Any]:
    """Return (kind, key, time) of what was asked for, of all sources together, newest first."""
    sources = [(kind, _sources()[kind])] if kind else list(_sources().items())
    parts = []
    for name, (rows, at, by) in sources:
        wanted: dict[str, Any] = {}
        if who is not None:
            wanted[by] = who.get_username()
        if day is not None:
            wanted[f"{at}__range"] = _bounds(day)
        named = rows.filter(**wanted).annotate(
            kind=Value(name, output_field=models.CharField()), key=F("pk"), time=F(at)
        )
        parts.append(named.order_by().values_list("kind", "key", "time"))
    return parts[0].union(*parts[1:], all=True).order_by("-time", "kind", "-key")


def _sources() -> dict[str, tuple[QuerySet[Any], str, str]]:
    """Return what is recorded of each kind, and under which names the time and the person are."""
    final = (ChangeSetEvent.Action.PUBLISHED, ChangeSetEvent.Action.WITHDRAWN)
    exported = models.Q(action=StaffRecord.Action.EXPORTED)
    done = StaffRecord.objects.select_related("by")
    return {
        LOGIN: (AccessLog.objects.all(), "attempt_time", "username"),
        FAILURE: (AccessFailureLog.objects.all(), "attempt_time", "username"),
        PUBLISHING: (
            ChangeSetEvent.objects.filter(action__in=final).select_related("by", "change_set"),
            "at",
            "by__username",
        ),
        EXPORT: (done.filter(exported), "at", "by__username"),
        ACCOUNT: (done.exclude(exported), "at", "by__username"),
    }


def _bounds(day: datetime.date) -> tuple[datetime.datetime, datetime.datetime]:
    first, last = (datetime.datetime.combine(day, time) for time in _ENDS)
    return timezone.make_aware(first), timezone.make_aware(last)


_ENDS = (datetime.time.min, datetime.time.max)


def _entries(lines: Iterable[tuple[str, int, datetime.datetime]]) -> list[Entry]:
    """Read the lines of one page whole, each source in one query."""
    lines = list(lines)
    keys = defaultdict(list)
    for kind, key, _ in lines:
        keys[kind].append(key)
    rows = {
        (kind, key): row
        for kind, wanted in keys.items()
        for key, row in _sources()[kind][0].in_bulk(wanted).items()
    }
    typed = [row.username for (kind, _), row in rows.items() if kind in {LOGIN, FAILURE}]
    names = {user.username: name_of(user) for user in User.objects.filter(username__in=typed)}
    return [_entry(kind, rows[kind, key], names) for kind, key, _ in lines]


def _entry(kind: str, row: Any, names: dict[str, str]) -> Entry:
    if kind in {LOGIN, FAILURE}:
        # What was typed is not shown unless it is a name: some type their password there.
        who = names.get(row.username, NOBODY)
        what = _left(row) if kind == LOGIN else _how_it_failed(row)
        return Entry(row.attempt_time, KINDS[kind], who, what, row.ip_address or "")
    what = row.what if kind == EXPORT else str(row)
    if kind == PUBLISHING:
        what = f"{row.get_action_display()}“{row.change_set}”"
    return Entry(row.at, KINDS[kind], name_of(row.by), what)


def _left(row: AccessLog) -> str:
    if row.logout_time is None:
        return ""
    return f"{timezone.localtime(row.logout_time):%Y-%m-%d %H:%M} 退出"


def _how_it_failed(row: AccessFailureLog) -> str:
    at_code = row.path_info == reverse("admin:people:code")
    return ("验证码不对" if at_code else "密码不对") + ("，已锁定" if row.locked_out else "")
