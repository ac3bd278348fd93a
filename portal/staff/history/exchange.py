"""Offices out to Excel and back: first shown, then taken over whole, with their history."""

from collections.abc import Sequence
from dataclasses import asdict

from django.contrib import messages
from django.core import signing
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path

from portal import clock
from portal.offices.models import Office
from portal.policy.xlsx import LARGEST_FILE, Unreadable
from portal.staff.bringing_back import HOURS, LONGEST_TRIAL, UploadForm
from portal.staff.desk.exports import XLSX, as_file
from portal.staff.history.admin import VersionsAdmin
from portal.staff.history.contents import OFFICE, read_all
from portal.staff.history.keeping import Action, fingerprint, keep, keep_before
from portal.staff.history.office_sheet import (
    Row,
    Trial,
    read_offices,
    take_over,
    try_out,
    write_offices,
)
from portal.staff.models import StaffRecord
from portal.staff.people.records import record


def urls_of(admin: VersionsAdmin) -> list[URLPattern]:
    """Return the addresses of export and import, for the admin of offices."""

    def export(request: HttpRequest) -> HttpResponse:
        return _export(request, admin)

    def bring_back(request: HttpRequest) -> HttpResponse:
        return _import(request, admin)

    guarded = admin.admin_site.admin_view
    return [
        path("export.xlsx", guarded(export), name="offices_office_export"),
        path("import/", guarded(bring_back), name="offices_office_import"),
    ]


def _export(request: HttpRequest, admin: VersionsAdmin) -> HttpResponse:
    """Hand out all offices as a workbook."""
    if not admin.has_view_permission(request):
        raise PermissionDenied
    content = write_offices()
    record(StaffRecord.Action.EXPORTED, request.user, "全部网点（Excel 文件）")  # type: ignore[arg-type]
    return as_file(content, f"沈阳医保网点 {clock.today()}.xlsx", XLSX)


def _import(request: HttpRequest, admin: VersionsAdmin) -> HttpResponse:
    """Take a workbook back: upload, preview, confirmation."""
    if not admin.has_change_permission(request):
        raise PermissionDenied
    if request.method != "POST":
        return _page(request, admin)
    if request.POST.get("step") == "confirm":
        return _confirm(request, admin)
    form = UploadForm(request.POST, request.FILES, label_suffix="")
    if not form.is_valid():
        return _page(request, admin, form=form, status=422)
    try:
        # A byte more than is allowed is enough to tell; the rest need not be read.
        rows = read_offices(form.cleaned_data["file"].read(LARGEST_FILE + 1))
    except Unreadable as refused:
        return _page(request, admin, problems=refused.problems, status=422)
    return _preview(request, admin, rows)


def _page(
    request: HttpRequest,
    admin: VersionsAdmin,
    *,
    form: UploadForm | None = None,
    problems: Sequence[str] = (),
    status: int = 200,
) -> HttpResponse:
    context = {"form": form or UploadForm(label_suffix=""), "problems": problems}
    return admin.show(request, "import.html", "导入 Excel", context, status=status)


def _preview(
    request: HttpRequest, admin: VersionsAdmin, rows: Sequence[Row], *, told: bool = False
) -> HttpResponse:
    """Show what would change, or which cells are wrong; nothing is saved."""
    seen = _state()
    trial = try_out(rows, may_add=admin.has_add_permission(request))
    signed = signing.dumps(
        {"rows": [asdict(row) for row in rows], "seen": seen}, salt=_salt(request), compress=True
    )
    if len(signed) > LONGEST_TRIAL:
        problem = "内容太多，一次放不下。请分几次导入：没有变化的行可以删去。"
        return _page(request, admin, problems=[problem], status=422)
    context = {"trial": trial, "signed": signed, "told": told}
    status = 422 if trial.wrong else 409 if told else 200
    return admin.show(request, "preview.html", "会改什么", context, status=status)


def _confirm(request: HttpRequest, admin: VersionsAdmin) -> HttpResponse:
    try:
        kept = signing.loads(
            request.POST.get("signed", ""), salt=_salt(request), max_age=HOURS * 3600
        )
    except signing.BadSignature:
        problem = "预览已经过期，没有保存。请重新上传一次。"
        return _page(request, admin, problems=[problem], status=422)
    rows = [Row(**row) for row in kept["rows"]]
    trial = _apply(request, admin, rows, kept["seen"])
    if trial is None:
        return _preview(request, admin, rows, told=True)
    if not (trial.new or trial.changed):
        messages.warning(request, "没有要改的，网点都和文件里一样。")
    else:
        text = f"已导入：新增 {len(trial.new)} 个网点，修改 {len(trial.changed)} 个，网站上已经是新的内容。"
        messages.success(request, text)
    return redirect(admin.address("changelist"))


def _apply(
    request: HttpRequest, admin: VersionsAdmin, rows: Sequence[Row], seen: str
) -> Trial | None:
    """Take the rows over, all or none; None if something changed since they were shown."""
    with transaction.atomic():
        before = list(Office.objects.select_for_update())
        if _state() != seen:
            return None
        for office in before:
            keep_before(office)
        trial, written = take_over(rows, may_add=admin.has_add_permission(request))
        if trial.wrong:  # a right or a clause went since
            transaction.set_rollback(True)
            return None
        for office in written:
            keep(office, Action.IMPORTED, request.user)  # type: ignore[arg-type]
    return trial


def _state() -> str:
    """Name what all offices are now."""
    return fingerprint(read_all(OFFICE))


def _salt(request: HttpRequest) -> str:
    """A preview holds for who saw it."""
    return f"offices.import.{request.user.pk}"
