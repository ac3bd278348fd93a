"""The forms of a document that a draft rests on: choosing one, its data, what the site proposes."""

import datetime
import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict

from portal.policy.cutting import Details
from portal.policy.document_drafts import documents_on_file, own_document
from portal.policy.models import ChangeSet, Document
from portal.staff.desk.colleagues import StartDay
from portal.staff.desk.document_cut import MOST_CHARACTERS


class DocumentChoice(forms.ModelChoiceField):
    """Documents by title, edition and number."""

    def label_from_instance(self, obj: Document) -> str:
        return "，".join(filter(None, (obj.title, obj.edition_name, obj.number)))


class ChooseForm(forms.Form):
    """Which document on file a set rests on."""

    document = DocumentChoice(
        label="网站上已有的文件",
        queryset=Document.objects.none(),
        required=False,
        empty_label="不依据任何文件（只改正录入的错误）",
        error_messages={"invalid_choice": "请从列表里选一份文件。"},
    )

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self.fields["document"].queryset = documents_on_file()  # type: ignore[attr-defined]


class DocumentForm(forms.ModelForm):
    """What is kept of a document beside its cut."""

    in_force_from = StartDay()
    pasted = forms.CharField(
        label="原文",
        strip=False,
        max_length=MOST_CHARACTERS,
        widget=forms.Textarea(attrs={"rows": 16}),
        error_messages={
            "required": "请把文件的全文贴在这里。",
            "max_length": "原文太长：最多 %(limit_value)d 个字，现在有 %(show_value)d 个字。",
        },
        help_text="从网页、微信或 PDF 里复制全文，直接贴上；断行、页码和空格由网站整理",
    )

    class Meta:
        model = Document
        fields = (
            "title",
            "number",
            "dated",
            "issuer",
            "link",
            "scheme",
            "edition_name",
            "slug",
            "letter",
        )
        error_messages = {
            "slug": {"unique": "这个标识已经有文件用了，请换一个。"},
            "letter": {"unique": "这个字母已经有文件用了，请换一个。"},
        }

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self.fields["in_force_from"].label = "条款从哪天起生效"
        self.fields["dated"].label = "落款日期"
        self.fields["dated"].help_text = "例如 2026-11 或 2026-11-18；文件没有落款日期时留空"
        self.fields["dated"].widget.attrs.pop("maxlength", None)  # 2026年11月18日 may be typed
        self.fields["dated"].max_length = None  # type: ignore[attr-defined]
        self.fields["letter"].help_text = "一个或两个大写字母；条款编号以它开头，例如 F-1.2"
        self.fields["link"].widget.attrs["inputmode"] = "url"

    def clean_letter(self) -> str:
        letter = self.cleaned_data["letter"].upper()
        if not re.fullmatch("[A-Z]{1,2}", letter):
            raise ValidationError("请填一个或两个大写字母。")
        if letter == "A":
            raise ValidationError("字母 A 留给“采用的理解”编号（A-17），请换一个。")
        return str(letter)

    def clean_dated(self) -> str:
        """2026年11月18日 and 2026/11/18 are understood, too."""
        typed = self.cleaned_data["dated"].strip()
        found = re.fullmatch(r"(\d{4})[-年/.](\d{1,2})(?:[-月/.](\d{1,2})日?|月)?", typed)
        if not typed:
            return ""
        try:
            year, month, day = (int(part or 1) for part in found.groups()) if found else (0, 0, 0)
            read = datetime.date(year, month, day).isoformat()
        except ValueError as error:
            message = "请写成“年-月”或“年-月-日”，例如 2026-11 或 2026-11-18。"
            raise ValidationError(message) from error
        return read if found and found[3] else read[:7]


def start_form(typed: QueryDict | None = None) -> DocumentForm:
    """The form of the first step, in which only the pasted text is asked for."""
    form = DocumentForm(typed)
    for name, field in form.fields.items():
        field.required = name == "pasted"
    return form


def next_letter() -> str:
    """Return the next letter or pair of letters with which no clause begins."""
    used = set(Document.objects.values_list("letter", flat=True))
    alphabet = "BCDEFGHJKLMNPQRSTUVWXYZ"
    pairs = (one + other for one in alphabet for other in alphabet)
    return next((letter for letter in (*alphabet, *pairs) if letter not in used), "")


def free_slug(scheme: str, number: str, dated: str) -> str:
    """Return a name for a document's address that none has: flexible-2026-30."""
    counted = re.search(r"(\d{4})\D+(\d+)号", number)
    parts = [scheme or "document", *(counted.groups() if counted else [dated[:7]])]
    wanted = "-".join(part for part in parts if part)
    used = set(Document.objects.filter(slug__startswith=wanted).values_list("slug", flat=True))
    others = (f"{wanted}-{at}" for at in range(2, len(used) + 3))
    return next(slug for slug in (wanted, *others) if slug not in used)


def proposed_data(data: QueryDict, details: Details, change_set: ChangeSet) -> dict[str, Any]:
    """What the form starts with: what was typed, else what the text says, else what is free."""
    own = own_document(change_set)
    found: dict[str, Any] = {
        name: data.get(name, "").strip() or getattr(details, name, "")
        for name in DocumentForm.Meta.fields
    }
    found["in_force_from"] = (
        data.get("in_force_from") or change_set.first_day or details.start or ""
    )
    found["letter"] = found["letter"] or (own.letter if own else next_letter())
    made = own.slug if own else free_slug(found["scheme"], found["number"], found["dated"])
    found["slug"] = found["slug"] or made
    return found
