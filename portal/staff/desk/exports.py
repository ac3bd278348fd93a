"""Taking the policy of a day along: its tables as a workbook, or all of it as a fixture."""

import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.http import content_disposition_header

from portal import clock
from portal.policy.exporting import fixture_of, write_fixture
from portal.policy.in_force import Timetable
from portal.policy.models import ChangeSet, Edition
from portal.policy.tables import TABLES
from portal.policy.workbook import write_workbook
from portal.staff.desk.frame import VIEW, desk_page, show, staff_of
from portal.staff.models import StaffRecord
from portal.staff.people.records import record

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TABLES_OF_DAY, ALL_OF_DAY, EVERYTHING = "tables", "day", "all"


class ExportForm(forms.Form):
    """Which day, with which draft, in which shape."""

    what = forms.ChoiceField(
        label="下载什么",
        choices=(
            (TABLES_OF_DAY, "这一天的各张表，Excel 文件"),
            (ALL_OF_DAY, "这一天的全部政策数据，数据文件"),
            (EVERYTHING, "已发布的全部政策数据，不论哪一天，数据文件"),
        ),
        widget=forms.RadioSelect,
        initial=TABLES_OF_DAY,
        error_messages={
            "required": "请选下载什么。",
            "invalid_choice": "请选其中一项。",
        },
    )
    day = forms.DateField(
        label="哪一天",
        help_text="按这一天有效的标准，例如 2027-07-01",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={
            "required": "请填日期，例如 2027-07-01。",
            "invalid": "没有这一天，请写成“年-月-日”，例如 2027-07-01。",
        },
    )
    draft = forms.ModelChoiceField(
        ChangeSet.objects.none(),
        label="连同还没有发布的变更单",
        help_text="在数据文件里它仍是草稿；在 Excel 文件里按它已经发布来算",
        empty_label="不连同",
        required=False,
        error_messages={"invalid_choice": "没有这张变更单，或者它已经发布了，请重新选。"},
    )

    def __init__(self, data: Any = None, initial: dict[str, Any] | None = None) -> None:
        super().__init__(data, initial=initial, label_suffix="")
        final = (ChangeSet.Status.PUBLISHED, ChangeSet.Status.WITHDRAWN)
        choices: forms.ModelChoiceField[Any] = self.fields["draft"]  # type: ignore[assignment]
        choices.queryset = ChangeSet.objects.exclude(status__in=final)

    def clean_day(self) -> datetime.date:
        day: datetime.date = self.cleaned_data["day"]
        if not 2000 <= day.year <= 2100:
            raise ValidationError("请核对年份。")
        return day


@desk_page(VIEW)
def exports(request: HttpRequest) -> HttpResponse:
    """Choose what to take along; with an answer in the address, hand it out."""
    form = ExportForm(request.GET or None, {"day": clock.today()})
    if form.is_bound and form.is_valid():
        name, response = _file(**form.cleaned_data)
        record(StaffRecord.Action.EXPORTED, staff_of(request), name)
        return response
    status = 422 if form.is_bound else 200
    return show(request, "exports_choose.html", "导出数据", {"form": form}, status=status)


def _file(what: str, day: datetime.date, draft: ChangeSet | None) -> tuple[str, HttpResponse]:
    along = f"（含变更单“{draft}”）" if draft else ""
    if what == TABLES_OF_DAY:
        name = f"沈阳医保各表 {day}{along}.xlsx"
        return name, workbook_file(editions_on(day, draft), name)
    records = fixture_of(day, draft, everything=what == EVERYTHING)
    title = "沈阳医保全部政策数据" if what == EVERYTHING else f"沈阳医保政策数据 {day}"
    name = f"{title}{along}.json"
    return name, as_file(write_fixture(records).encode(), name, "application/json")


def editions_on(day: datetime.date, draft: ChangeSet | None) -> list[Edition]:
    """Return the edition of each table that counts on a day, in the order of the tables."""
    found = Timetable.load(draft=draft).latest_editions(day)
    by_table = {(edition.scheme, edition.table): edition for edition in found}
    return [by_table[key] for key in TABLES if key in by_table]


def workbook_file(editions: list[Edition], name: str) -> HttpResponse:
    """Answer with the tables of editions as a workbook."""
    return as_file(write_workbook(editions), name, XLSX)


def as_file(content: bytes, name: str, kind: str) -> HttpResponse:
    """Answer with a file to be kept under a name, which may be Chinese."""
    disposition = content_disposition_header(as_attachment=True, filename=name) or "attachment"
    return HttpResponse(content, content_type=kind, headers={"Content-Disposition": disposition})


urlpatterns = [path("exports/", exports, name="exports")]
