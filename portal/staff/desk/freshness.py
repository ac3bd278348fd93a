"""各表和核对: the three dates of every table (in force, document, last confirmed), 已核对 in one click.

A table is overdue where nobody has looked for long whether the bureau still says so, or where its
document has grown old and nobody has looked since.
"""

import datetime
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from portal import clock
from portal.policy.age import MONTHS_UNTIL_OLD, is_old, months_since, zh_day
from portal.policy.checks import end_problems
from portal.policy.in_force import NoPolicyInForce, Timetable
from portal.policy.models import ChangeSet, Confirmation, Edition
from portal.policy.models.choices import Scheme
from portal.policy.problems import full_title
from portal.policy.tables import TABLES
from portal.policy.titles import READINGS
from portal.staff.desk.frame import EDIT, PUBLISH, VIEW, desk_page, show, staff_of
from portal.staff.desk.history import name_of

# Twice a year somebody should hold every table against what the bureau says now: a new document
# comes about once a year, so none goes unseen for much longer than half of that.
DAYS_UNTIL_OVERDUE = 180
# What the list can be narrowed to.
OVERDUE, ENDING = "overdue", "ending"
_SHOWN = (OVERDUE, ENDING)


@dataclass(frozen=True, slots=True)
class TableState:
    """A table as it stands on a day: the edition that counts, or its first one if none has started.

    `why_overdue` and `why_ending` are sentences for staff; empty where all is well.
    """

    scheme: str
    name: str
    edition: Edition | None
    why_overdue: str = ""
    why_ending: str = ""

    @property
    def title(self) -> str:
        """The Chinese name of the table."""
        return full_title(self.scheme, self.name)

    @property
    def anchor(self) -> str:
        """Its name on the page."""
        return f"{self.scheme}-{self.name}"


def table_states(timetable: Timetable, today: datetime.date) -> list[TableState]:
    """Return every table of both schemes, with what is to be done about it. Asks no query."""
    tables = [*TABLES, *((scheme, READINGS) for scheme in Scheme.values)]
    return [_state(timetable, scheme, name, today) for scheme, name in tables]


def _state(timetable: Timetable, scheme: str, name: str, today: datetime.date) -> TableState:
    for find in (timetable.latest_edition, timetable.first_edition):
        try:
            edition = find(scheme, name, today)
        except NoPolicyInForce:
            continue
        ending = " ".join(p.message for p in end_problems(edition, timetable, today))
        return TableState(scheme, name, edition, why_overdue(edition, today), ending)
    return TableState(scheme, name, None)


def why_overdue(edition: Edition, today: datetime.date) -> str:
    """Say why an edition that the timetable handed out wants a look; empty where it does not."""
    confirmed: datetime.date | None = edition.confirmed_on  # type: ignore[attr-defined] # annotated
    document = edition.document
    if months_since(document.dated, today) is None:
        if confirmed is None:
            return "文件没有落款日期，发布以后还没有人核对过。"
    elif is_old(document, today) and (
        confirmed is None or confirmed < _grew_old_on(document.dated)
    ):
        return (
            f"文件写于 {months_since(document.dated, today)} 个月以前，满一年以后还没有人核对过。"
        )
    since = confirmed or _published_on(edition)
    if since is not None and (days := (today - since).days) > DAYS_UNTIL_OVERDUE:
        return f"{'上次核对' if confirmed else '发布'}到现在已经 {days} 天。"
    return ""


def _grew_old_on(dated: str) -> datetime.date:
    """The day from which `is_old` holds for a document of this month."""
    year, month = (int(part) for part in dated.split("-")[:2])
    months = year * 12 + (month - 1) + MONTHS_UNTIL_OLD + 1
    return datetime.date(months // 12, months % 12 + 1, 1)


def _published_on(edition: Edition) -> datetime.date | None:
    at = edition.change_set.published_at
    return timezone.localdate(at) if at else None


def ago(day: datetime.date, today: datetime.date) -> str:
    """Say how long a day is past: 今天, 昨天, 30 天前."""
    days = (today - day).days
    return {0: "今天", 1: "昨天"}.get(days, f"{days} 天前")


# --- the page ------------------------------------------------------------------------------------


@require_safe
@desk_page(VIEW)
def tables(request: HttpRequest) -> HttpResponse:
    """List every table with its three dates; a query narrows it to those that want something."""
    today = clock.today()
    states = table_states(Timetable.load(), today)
    shown = request.GET.get("show", "")
    shown = shown if shown in _SHOWN else ""
    listed = [state for state in states if _is_shown(state, shown)]
    context = {
        "groups": _groups(listed, today),
        "shown": shown,
        "filters": _filters(states, shown),
        "may_confirm": request.user.has_perm(EDIT) or request.user.has_perm(PUBLISH),
        "days_until_overdue": DAYS_UNTIL_OVERDUE,
    }
    return show(request, "freshness_tables.html", "各表和核对", context)


def _is_shown(state: TableState, shown: str) -> bool:
    wanted = {OVERDUE: state.why_overdue, ENDING: state.why_ending}
    return bool(wanted.get(shown, True))


def _filters(states: Sequence[TableState], shown: str) -> list[tuple[str, str, bool]]:
    """The ways to narrow the list: query, label with its count, whether it is chosen."""
    labels = (("", "全部"), (OVERDUE, "该核对的"), (ENDING, "快到期和已到期的"))
    return [
        (
            f"?{urlencode({'show': value})}" if value else "?",
            f"{label}（{sum(_is_shown(state, value) for state in states)} 张）",
            value == shown,
        )
        for value, label in labels
    ]


def _groups(
    states: Sequence[TableState], today: datetime.date
) -> list[tuple[str, list[dict[str, Any]]]]:
    editions = [state.edition for state in states if state.edition is not None]
    confirmations, clauses = _last_confirmations(editions), _clauses(editions)
    groups: dict[str, list[dict[str, Any]]] = {}
    for state in states:
        entry: dict[str, Any] = {"state": state}
        if (edition := state.edition) is not None:
            entry |= _dates(edition, confirmations.get(edition.pk), today)
            entry["clauses"] = clauses.get(edition.pk, [])
        groups.setdefault(str(Scheme(state.scheme).label), []).append(entry)
    return list(groups.items())


def _dates(
    edition: Edition, confirmation: Confirmation | None, today: datetime.date
) -> dict[str, Any]:
    months = months_since(edition.document.dated, today)
    published_on = _published_on(edition)
    confirmed_on = confirmation.confirmed_on if confirmation else None
    return {
        "is_ahead": edition.in_force_from > today,
        "document_age": "这个月" if months == 0 else f"{months} 个月前" if months else "",
        "confirmed_on": confirmed_on,
        "confirmed_ago": ago(confirmed_on, today) if confirmed_on else "",
        "confirmed_by": name_of(confirmation.confirmed_by) if confirmation else "",
        "published_on": published_on,
        "published_ago": ago(published_on, today) if published_on else "",
        "is_done_today": confirmed_on == today,
    }


def _last_confirmations(editions: Iterable[Edition]) -> dict[int, Confirmation]:
    found = Confirmation.objects.filter(edition__in=[edition.pk for edition in editions])
    ordered = found.select_related("confirmed_by").order_by("confirmed_on", "pk")
    return {confirmation.edition_id: confirmation for confirmation in ordered}


def _clauses(editions: Iterable[Edition]) -> dict[int, list[str]]:
    """The clauses that the rows of each edition rest on: one query for all kinds of rows."""
    keys = [edition.pk for edition in editions]
    kinds = dict.fromkeys(model for table in TABLES.values() for model in table.row_models)
    first, *others = (
        kind._default_manager.filter(edition__in=keys)
        .order_by()
        .values_list("edition", "clause__code")
        for kind in kinds
    )
    cited: dict[int, list[str]] = {}
    for edition, code in first.union(*others):
        cited.setdefault(edition, []).append(code)
    return {edition: sorted(codes, key=_in_document_order) for edition, codes in cited.items()}


def _in_document_order(code: str) -> list[tuple[int, str]]:
    """F-2.10 stands after F-2.9."""
    return [(int(part), "") if part.isdigit() else (0, part) for part in re.split(r"(\d+)", code)]


# --- 已核对 ---------------------------------------------------------------------------------------


@require_POST
@desk_page(EDIT, PUBLISH)
def confirm(request: HttpRequest, edition: int) -> HttpResponse:
    """Note that somebody checked a table today: once a day is enough."""
    state = _state_of(edition)
    back = _back(request, state)
    if state.edition is None or state.edition.pk != edition:
        messages.warning(
            request, f"“{state.title}”刚刚换成了新的一版，还没有记为已核对。请对照新的一版再按。"
        )
        return redirect(back)
    today, by = clock.today(), staff_of(request)
    with transaction.atomic():  # of two who press at once, the second finds the first
        Edition.objects.select_for_update().get(pk=edition)
        before = Confirmation.objects.filter(edition=edition, confirmed_on=today)
        done = before.select_related("confirmed_by").first()
        if done is None:
            Confirmation.objects.create(edition=state.edition, confirmed_on=today, confirmed_by=by)
    if done is None:
        messages.success(request, f"“{state.title}”已记为{zh_day(today)}核对。")
    else:
        messages.info(
            request, f"“{state.title}”今天{name_of(done.confirmed_by)}已经核对过，不用再记。"
        )
    return redirect(back)


def _state_of(edition: int) -> TableState:
    """The table that a published edition belongs to, as it stands today. Raises Http404."""
    published = Edition.objects.filter(change_set__status=ChangeSet.Status.PUBLISHED, pk=edition)
    found = published.values_list("scheme", "table").first()
    if found is None or (found not in TABLES and found[1] != READINGS):
        raise Http404
    scheme, name = found
    return _state(Timetable.load(), scheme, name, clock.today())


def _back(request: HttpRequest, state: TableState) -> str:
    """The list as it was shown, at the table that was confirmed."""
    shown = request.POST.get("show", "")
    query = f"?{urlencode({'show': shown})}" if shown in _SHOWN else ""
    return f"{reverse('admin:desk:tables')}{query}#{state.anchor}"


# --- 复制为新一版 ----------------------------------------------------------------------------------


@desk_page(EDIT)
def copy(request: HttpRequest, edition: int) -> HttpResponse:
    """Ask which draft a new version of a table goes into; the draft's own page makes it."""
    state = _state_of(edition)
    if state.name == READINGS:
        name, query = "admin:desk:readings-new", ""
    else:
        name = "admin:desk:table-new"
        query = f"?{urlencode({'table': f'{state.scheme}.{state.name}'})}"
    drafts = ChangeSet.objects.filter(status=ChangeSet.Status.DRAFT).select_related("author")
    context = {
        "state": state,
        "drafts": [
            (draft, name_of(draft.author), reverse(name, args=[draft.pk]) + query)
            for draft in drafts.order_by("-pk")
        ],
    }
    return show(request, "freshness_copy.html", f"“{state.title}”复制为新一版", context)


urlpatterns = [
    path("tables/", tables, name="tables"),
    path("tables/<int:edition>/confirm/", confirm, name="table-confirm"),
    path("tables/<int:edition>/copy/", copy, name="table-copy"),
]
