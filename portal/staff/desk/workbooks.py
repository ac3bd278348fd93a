"""A draft's tables out to Excel, changed there, and back: first shown, then taken over whole."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.core import signing
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path

from portal.policy import grid
from portal.policy.age import zh_day
from portal.policy.differences import editions_of
from portal.policy.models import ChangeSet, ChangeSetEvent, Edition
from portal.policy.models.publishing import NotADraft
from portal.policy.tables import TABLES
from portal.policy.uploading import Changed, pack, state_of, take_over, try_out, unpack
from portal.policy.workbook import (
    LARGEST_FILE,
    LONGEST_PASTE,
    Tab,
    Unreadable,
    read_pasted,
    read_workbook,
)
from portal.staff.bringing_back import HOURS, LONGEST_TRIAL, UploadForm
from portal.staff.desk.colleagues import closed_words
from portal.staff.desk.exports import workbook_file as file_of
from portal.staff.desk.frame import EDIT, VIEW, desk_page, set_or_404, show, staff_of
from portal.staff.models import StaffRecord
from portal.staff.people.records import record

UPLOADED, PASTED = "上传 Excel", "粘贴"


class PasteForm(forms.Form):
    """Cells copied out of a spreadsheet, and the sheet that they fill."""

    sheet = forms.ChoiceField(
        label="粘贴到哪张表",
        help_text="粘贴整张表：没有粘贴的行，会从这张表里删去",
        error_messages={
            "required": "请选粘贴到哪张表。",
            "invalid_choice": "变更单里已经没有这张表，请重新选。",
        },
    )
    cells = forms.CharField(
        label="从 Excel 里复制的格子",
        help_text="各列的次序和网页上一样；也可以连标题一行一起复制，那样次序可以不同",
        widget=forms.Textarea(attrs={"rows": 6, "maxlength": LONGEST_PASTE}),
        strip=False,
        error_messages={"required": "还没有粘贴内容。请从 Excel 里复制格子，粘贴到这里。"},
    )

    def __init__(self, sheets: dict[str, tuple[Edition, grid.Sheet]], data: Any = None) -> None:
        super().__init__(data, label_suffix="")
        choice: forms.ChoiceField = self.fields["sheet"]  # type: ignore[assignment]
        choice.choices = [
            (key, f"{edition.table_title}（{zh_day(edition.in_force_from)}起）· {sheet.title}")
            for key, (edition, sheet) in sheets.items()
        ]


@desk_page(VIEW, EDIT)
def workbook(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand out the draft's tables, and take them back: file or cells, preview, confirmation."""
    change_set = set_or_404(pk)
    if request.method != "POST":
        return _page(request, change_set)
    if not request.user.has_perm(EDIT):
        raise PermissionDenied
    if not change_set.is_open:
        messages.error(request, f"没有保存：{closed_words(change_set)}")
        return redirect("admin:desk:set", pk)
    steps = {"paste": _paste, "confirm": _confirm}
    return steps.get(request.POST.get("step", ""), _upload)(request, change_set)


@desk_page(VIEW, EDIT)
def workbook_file(request: HttpRequest, pk: int) -> HttpResponse:
    """Hand out the draft's tables as a workbook."""
    change_set = set_or_404(pk)
    editions = _tables(change_set)
    if not editions:
        messages.warning(request, "这张变更单里还没有表，先复制一张为新一版，再下载。")
        return redirect("admin:desk:workbook", pk)
    name = f"{change_set.title}.xlsx"
    record(StaffRecord.Action.EXPORTED, staff_of(request), name)
    return file_of(editions, name)


def _tables(change_set: ChangeSet) -> list[Edition]:
    found = editions_of(change_set)
    return [edition for edition in found if (edition.scheme, edition.table) in TABLES]


def _sheets(change_set: ChangeSet) -> dict[str, tuple[Edition, grid.Sheet]]:
    """What can be pasted into, by a key for the form."""
    return {
        f"{edition.pk}-{sheet.label}": (edition, sheet)
        for edition in _tables(change_set)
        for sheet in grid.sheets_of(edition)
    }


def _page(
    request: HttpRequest,
    change_set: ChangeSet,
    *,
    upload: UploadForm | None = None,
    paste: PasteForm | None = None,
    problems: Sequence[str] = (),
    status: int = 200,
) -> HttpResponse:
    tables = _tables(change_set)
    context = {
        "tables": tables,
        "upload": upload or UploadForm(label_suffix=""),
        "paste": paste or PasteForm(_sheets(change_set)),
        "problems": problems,
        "closed": "" if change_set.is_open else closed_words(change_set),
    }
    return show(
        request, "workbooks_files.html", "用 Excel 改", context,
        change_set=change_set, tab="contents", status=status,
    )  # fmt: skip


def _upload(request: HttpRequest, change_set: ChangeSet) -> HttpResponse:
    form = UploadForm(request.POST, request.FILES, label_suffix="")
    if not form.is_valid():
        return _page(request, change_set, upload=form, status=422)
    file = form.cleaned_data["file"]
    try:
        # A byte more than is allowed is enough to tell; the rest need not be read.
        tabs = read_workbook(file.read(LARGEST_FILE + 1))
    except Unreadable as refused:
        return _page(request, change_set, problems=refused.problems, status=422)
    return _preview(request, change_set, tabs, UPLOADED)


def _paste(request: HttpRequest, change_set: ChangeSet) -> HttpResponse:
    sheets = _sheets(change_set)
    form = PasteForm(sheets, request.POST)
    if not form.is_valid():
        return _page(request, change_set, paste=form, status=422)
    edition, sheet = sheets[form.cleaned_data["sheet"]]
    try:
        tab = read_pasted(form.cleaned_data["cells"], edition, sheet)
    except Unreadable as refused:
        return _page(request, change_set, paste=form, problems=refused.problems, status=422)
    return _preview(request, change_set, [tab], PASTED, paste=form)


def _preview(
    request: HttpRequest,
    change_set: ChangeSet,
    tabs: Sequence[Tab],
    how: str,
    *,
    paste: PasteForm | None = None,
    told: str = "",
) -> HttpResponse:
    """Show what would change; where something is wrong, what; nothing is saved."""
    seen, last = state_of(change_set, tabs), _last_event(change_set)
    trial = try_out(change_set, tabs)
    signed = signing.dumps(
        {"tabs": pack(tabs), "seen": seen, "last": last, "how": how},
        salt=_salt(request, change_set), compress=True,
    )  # fmt: skip
    if len(signed) > LONGEST_TRIAL:
        problem = "内容太多，一次放不下。请删去不用改的工作表，分几次上传。"
        return _page(request, change_set, problems=[problem], status=422)
    context = {
        "trial": trial,
        "signed": signed,
        "told": told,
        "paste": paste if trial.wrong else None,
        "is_pasted": how == PASTED,
    }
    status = 422 if trial.wrong else 409 if told else 200
    return show(
        request, "workbooks_preview.html", "会改哪些格子", context,
        change_set=change_set, tab="contents", status=status,
    )  # fmt: skip


def _confirm(request: HttpRequest, change_set: ChangeSet) -> HttpResponse:
    try:
        kept = signing.loads(
            request.POST.get("signed", ""),
            salt=_salt(request, change_set), max_age=HOURS * 3600,
        )  # fmt: skip
    except signing.BadSignature:
        problem = "预览已经过期，没有保存。请重新上传一次。"
        return _page(request, change_set, problems=[problem], status=422)
    tabs, how = unpack(kept["tabs"]), kept["how"]
    try:
        trial = take_over(
            change_set, tabs, staff_of(request),
            seen=kept["seen"], new=request.POST.getlist("new"), how=how,
        )  # fmt: skip
    except Changed:
        told = _who_changed(change_set, kept["last"])
        return _preview(request, change_set, tabs, how, told=told)
    except NotADraft:
        change_set.refresh_from_db()
        messages.error(request, f"没有保存：{closed_words(change_set)}")
        return redirect("admin:desk:set", change_set.pk)
    if not trial.parts:
        messages.warning(request, "没有要改的格子，变更单没有变。")
        return redirect("admin:desk:workbook", change_set.pk)
    cells = sum(part.cells for part in trial.parts)
    messages.success(request, f"已保存：{len(trial.parts)} 张表，共改 {cells} 格。")
    return redirect("admin:desk:contents", change_set.pk)


def _salt(request: HttpRequest, change_set: ChangeSet) -> str:
    """A preview holds for who saw it, and for the set that it was of."""
    return f"desk.workbook.{change_set.pk}.{staff_of(request).pk}"


def _last_event(change_set: ChangeSet) -> int:
    last = change_set.events.order_by("-pk").values_list("pk", flat=True).first()
    return last or 0


def _who_changed(change_set: ChangeSet, last: int) -> str:
    events = change_set.events.filter(pk__gt=last, action=ChangeSetEvent.Action.EDITED)
    event = events.select_related("by").order_by("pk").last()
    if event is None:
        return "预览以后，现行的表或可用的条款有了变化。"
    name = event.by.get_full_name() or event.by.get_username()
    return f"预览以后，{name} 改过这张变更单：{event.why}。"


urlpatterns = [
    path("<int:pk>/workbook/", workbook, name="workbook"),
    path("<int:pk>/workbook.xlsx", workbook_file, name="workbook-file"),
]
