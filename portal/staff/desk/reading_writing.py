"""A reading as it is written: its form, its values by field, two people's values, keeping them."""

import json
import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from portal.policy.models import ChangeSet, Clause, ClauseText, DecidedReading, ReadingChoice
from portal.policy.preview import with_draft
from portal.staff.desk.switches import WORDS, Switch

LONGEST = 2_000  # characters of what was decided; the longest has a tenth of that
_SWITCH = "switch-"  # before the id of a switch, in the name of its field

Values = dict[str, str]


class ReadingForm(forms.Form):
    """A reading in words, and the choice of each of its switches."""

    title = forms.CharField(
        label="问题",
        max_length=200,
        help_text="文件哪里没写明，用问句，例如 首次参保，等待期从哪个月数起？",
    )
    text = forms.CharField(
        label="采用的理解",
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="网站按什么算，例如 从第一次缴费的那个月数起。不写具体的数，数在表里",
    )
    otherwise = forms.CharField(
        label="另一种理解",
        required=False,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="如果不这样理解，对居民有什么不同，例如 如果从下个月数起，您会晚一个月享受；没有就留空",
    )
    confidence = forms.ChoiceField(
        label="把握", choices=DecidedReading.Confidence, widget=forms.RadioSelect
    )
    treatment = forms.ChoiceField(
        label="页面怎么做", choices=DecidedReading.Treatment, widget=forms.RadioSelect
    )
    clauses = forms.CharField(
        label="涉及条款",
        max_length=LONGEST,
        help_text="条款编号，几条之间用顿号隔开，例如 F-6.2、F-6.3",
    )
    base = forms.CharField(required=False, strip=False, widget=forms.HiddenInput)

    def __init__(
        self, *args: Any, change_set: ChangeSet, switches: dict[str, Switch], **named: Any
    ) -> None:
        super().__init__(*args, **named)
        self.change_set = change_set
        for name, switch in switches.items():
            self.fields[_SWITCH + name] = forms.ChoiceField(
                label=switch.question,
                choices=list(switch.choices.items()),
                widget=forms.RadioSelect,
            )

    @property
    def words(self) -> list[forms.BoundField]:
        """The fields in words."""
        return [f for f in self.visible_fields() if not f.name.startswith(_SWITCH)]

    @property
    def turned(self) -> list[tuple[forms.BoundField, Switch]]:
        """The fields of the switches, each with its words."""
        found = [f for f in self.visible_fields() if f.name.startswith(_SWITCH)]
        return [(field, WORDS[field.name.removeprefix(_SWITCH)]) for field in found]

    def clean_clauses(self) -> str:
        """The clauses in their order, as `values_of` writes them."""
        typed = dict.fromkeys(re.findall(r"[^\s,，、;；。]+", self.cleaned_data["clauses"].upper()))
        with with_draft(self.change_set.pk):
            known = ClauseText.objects.published().filter(clause__code__in=typed)
            codes = set(known.values_list("clause__code", flat=True))
        if missing := [code for code in typed if code not in codes]:
            raise ValidationError(f"没有这样的条款：{'、'.join(missing)[:200]}。请核对编号。")
        if not typed:
            raise ValidationError("请写至少一个条款编号。")
        return "、".join(Clause.objects.filter(code__in=typed).values_list("code", flat=True))

    @property
    def values(self) -> Values:
        """What is typed, by field."""
        return {
            name: _one_way(str(value))
            for name, value in self.cleaned_data.items()
            if name != "base"
        }


def _one_way(typed: str) -> str:
    """Browsers send other ends of lines than they were given."""
    return typed.replace("\r\n", "\n").replace("\r", "\n").strip()


def values_of(row: DecidedReading, switches: dict[str, Switch]) -> Values:
    """Return what a reading says, by the fields of its form."""
    choices = ReadingChoice.objects.filter(edition=row.edition_id, switch__in=switches)
    return {
        "title": row.title,
        "text": _one_way(row.text),
        "otherwise": _one_way(row.otherwise),
        "confidence": row.confidence,
        "treatment": row.treatment,
        "clauses": "、".join(clause.code for clause in row.clauses.all()),
        **{_SWITCH + choice.switch: choice.choice for choice in choices},
    }


def base_of(form: ReadingForm) -> Values:
    """What the page was opened with; nothing where it did not come back whole."""
    try:
        base = json.loads(form.cleaned_data["base"])
    except ValueError:
        return {}
    return {str(name): str(value) for name, value in base.items()} if isinstance(base, dict) else {}


def collisions(mine: Values, base: Values, theirs: Values) -> list[str]:
    """The fields that both changed since the page was opened, each to something else."""
    return [
        name
        for name, value in theirs.items()
        if value != mine[name] and value != base.get(name) and mine[name] != base.get(name)
    ]


def write(row: DecidedReading, values: Values) -> None:
    """Keep what a reading says, its clauses and the choices of its switches."""
    for name in ("title", "text", "otherwise", "confidence", "treatment"):
        setattr(row, name, values[name])
    row.save()
    row.clauses.set(Clause.objects.filter(code__in=values["clauses"].split("、")))
    for name, choice in values.items():
        if not name.startswith(_SWITCH):
            continue
        switch = name.removeprefix(_SWITCH)
        kept = ReadingChoice.objects.filter(edition=row.edition, switch=switch).first()
        kept = kept or ReadingChoice(edition=row.edition, switch=switch, reading=row.reading)
        kept.choice = choice
        kept.save()
