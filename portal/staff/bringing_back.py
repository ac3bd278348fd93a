"""Bringing a workbook back: its form, and for how long its signed preview can be confirmed."""

from django import forms

from portal.policy.xlsx import LARGEST_FILE

LONGEST_TRIAL = 2_000_000  # characters of a signed preview
HOURS = 12  # for which a preview can be confirmed


class UploadForm(forms.Form):
    """A workbook to bring back."""

    file = forms.FileField(
        label="改好的 Excel 文件",
        help_text=f"Excel 工作簿（.xlsx），最多 {LARGEST_FILE // 1_000_000} MB",
        widget=forms.FileInput(attrs={"accept": ".xlsx"}),
        error_messages={
            "required": "请先选一个文件。",
            "empty": "文件是空的。请重新选一个 Excel 文件（.xlsx）。",
            "missing": "请先选一个文件。",
            "invalid": "请先选一个文件。",
        },
    )
