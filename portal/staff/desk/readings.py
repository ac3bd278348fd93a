"""The decided readings in a draft: their words, their clauses, and the switches that they turn."""

import json
import re
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path

from portal.policy.age import zh_day
from portal.policy.differences import TextDifference, replaced_by, timetable_without
from portal.policy.documents import sentences
from portal.policy.drafts import copy_edition
from portal.policy.in_force import NoPolicyInForce, Timetable
from portal.policy.models import (
    ChangeSet,
    Clause,
    ClauseText,
    DecidedReading,
    Edition,
    Reading,
    ReadingChoice,
)
from portal.policy.models.choices import Scheme
from portal.policy.models.publishing import NotADraft
from portal.policy.preview import with_draft
from portal.policy.problems import title_of_edition
from portal.policy.publishing import note_edit
from portal.policy.titles import READINGS
from portal.staff.desk.colleagues import (
    StartDay,
    closed_words,
    may_edit,
    need_editor,
    open_draft,
    refuse_closed,
    who_changed,
)
from portal.staff.desk.frame import (
    EDIT,
    PUBLISH,
    VIEW,
    WITHDRAW,
    desk_page,
    set_or_404,
    show,
    staff_of,
)
from portal.staff.desk.references import figures, number_of
from portal.staff.desk.switches import WORDS, Switch, switches_of

LONGEST = 2_000  # characters of what was decided; the longest has a tenth of that
_CODE = r"A-\d+"
_SWITCH = "switch-"  # before the id of a switch, in the name of its field

Values = dict[str, str]


# --- what is typed -----------------------------------------------------------------------------


class CopyForm(forms.Form):
    """Whose readings to copy into the set, and from which day on they shall hold."""

    scheme = forms.ChoiceField(label="险种", choices=Scheme, widget=forms.RadioSelect)
    in_force_from = StartDay()


class DayForm(forms.Form):
    """The start day of the readings of a set."""

    in_force_from = StartDay()


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


# --- the readings come into the draft ----------------------------------------------------------


@desk_page(EDIT)
def new(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose a scheme and a day: its readings are copied whole."""
    change_set = set_or_404(pk)
    if not change_set.is_open:
        return refuse_closed(request, change_set)
    form = CopyForm(request.POST or None, initial={"in_force_from": change_set.first_day})
    if request.method == "POST" and form.is_valid():
        try:
            edition = _copy(request, change_set, form)
        except NotADraft:
            return refuse_closed(request, set_or_404(pk))
        if edition is not None:
            return redirect("admin:desk:readings", pk, edition.pk)
    own = Edition.objects.filter(change_set=change_set, table=READINGS)
    return show(
        request,
        "readings_new.html",
        "改已定的理解",
        {"form": form, "own": own.order_by("scheme", "in_force_from")},
        change_set=change_set,
        tab="contents",
        status=422 if form.errors else 200,
    )


def _copy(request: HttpRequest, change_set: ChangeSet, form: CopyForm) -> Edition | None:
    """Copy the readings that count on the day; None, and an error in the form, where none can be."""
    scheme, day = form.cleaned_data["scheme"], form.cleaned_data["in_force_from"]
    with open_draft(change_set) as held:
        if _editions(held, scheme, day).exists():
            message = f"这张变更单里已经有从{zh_day(day)}起的一份，请直接去改它。"
            form.add_error("in_force_from", message)
            return None
        source = _to_start_from(held, scheme, day)
        if source is None:
            form.add_error("scheme", "这个险种还没有理解可以复制。")
            return None
        edition = copy_edition(source, held, day)
        note_edit(held, staff_of(request), f"拿来{title_of_edition(edition)}，从{zh_day(day)}起改")
    messages.success(request, "已经复制过来，可以改了。")
    return edition


def _editions(change_set: ChangeSet, scheme: str, day: date) -> Any:
    return Edition.objects.filter(
        change_set=change_set, table=READINGS, scheme=scheme, in_force_from=day
    )


def _to_start_from(change_set: ChangeSet, scheme: str, day: date) -> Edition | None:
    timetable = Timetable.load(draft=change_set)
    for find in (timetable.latest_edition, timetable.first_edition):
        try:
            return find(scheme, READINGS, day)
        except NoPolicyInForce:
            continue
    return None


# --- the list ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Entry:
    """A reading in the list: `state` is `new`, `changed`, `same` or `removed`."""

    row: DecidedReading
    state: str

    @property
    def state_words(self) -> str:
        """The state in Chinese."""
        words = {"new": "新增", "changed": "有改动", "same": "没有改动", "removed": "删掉了"}
        return words[self.state]


@desk_page(VIEW, EDIT, PUBLISH, WITHDRAW)
def listing(request: HttpRequest, pk: int, edition: int) -> HttpResponse:
    """All readings of an edition, those that were changed marked; by POST its start day."""
    change_set = set_or_404(pk)
    found = _edition_or_404(change_set, edition)
    form = DayForm(initial={"in_force_from": found.in_force_from})
    if request.method == "POST":
        need_editor(request)
        form = DayForm(request.POST)
        if form.is_valid():
            try:
                if _move(request, change_set, found, form):
                    return redirect("admin:desk:readings", pk, edition)
            except NotADraft:
                return refuse_closed(request, set_or_404(pk))
            found = _edition_or_404(change_set, edition)
    entries = _entries(found)
    wanted, only = request.GET.get("q", "")[:100], request.GET.get("only", "")
    context = {
        "edition": found,
        "title_of_it": title_of_edition(found),
        "form": form,
        "entries": [one for one in entries if _is_wanted(one, wanted, only)],
        "changed": sum(one.state != "same" for one in entries),
        "wanted": wanted,
        "only": only,
        "may_write": may_edit(request, change_set),
        "closed": "" if change_set.is_open else closed_words(change_set),
    }
    return show(
        request,
        "readings_list.html",
        title_of_edition(found),
        context,
        change_set=change_set,
        tab="contents",
        status=422 if form.errors else 200,
    )


def _edition_or_404(change_set: ChangeSet, pk: int) -> Edition:
    editions = Edition.objects.filter(change_set=change_set, table=READINGS)
    return get_object_or_404(editions.select_related("document", "change_set"), pk=pk)


def _move(request: HttpRequest, change_set: ChangeSet, edition: Edition, form: DayForm) -> bool:
    day = form.cleaned_data["in_force_from"]
    with open_draft(change_set) as held:
        edition = _edition_or_404(held, edition.pk)
        was = edition.in_force_from
        if day == was:
            return True
        if _editions(held, edition.scheme, day).exists():
            form.add_error("in_force_from", f"这张变更单里从{zh_day(day)}起已经有一份。")
            return False
        edition.in_force_from = day
        edition.save()
        told = f"{title_of_edition(edition)}：生效日期由{zh_day(was)}改为{zh_day(day)}"
        note_edit(held, staff_of(request), told)
    messages.success(request, f"已改为从{zh_day(day)}起。")
    return True


def _entries(edition: Edition) -> list[Entry]:
    """The readings of an edition, and those of the edition it replaces that it has no more."""
    replaced = replaced_by(edition, timetable_without(edition.change_set))
    old, now = _said(replaced) if replaced else {}, _said(edition)
    entries = []
    for code in sorted({*old, *now}, key=number_of):
        if code not in now:
            entries.append(Entry(old[code][0], "removed"))
        elif code not in old:
            entries.append(Entry(now[code][0], "new"))
        else:
            state = "same" if old[code][1] == now[code][1] else "changed"
            entries.append(Entry(now[code][0], state))
    return entries


def _said(edition: Edition) -> dict[str, tuple[DecidedReading, Values]]:
    rows = DecidedReading.objects.filter(edition=edition).select_related("reading")
    choices: dict[str, Values] = {}
    for choice in ReadingChoice.objects.filter(edition=edition).select_related("reading"):
        choices.setdefault(choice.reading.code, {})[choice.switch] = choice.choice
    return {
        row.reading.code: (row, values_of(row, {}) | choices.get(row.reading.code, {}))
        for row in rows.prefetch_related("clauses")
    }


def _is_wanted(entry: Entry, wanted: str, only: str) -> bool:
    row = entry.row
    hay = f"{row.reading.code} {row.title} {row.text} {row.otherwise}".lower()
    is_found = all(word in hay for word in wanted.lower().split())
    return is_found and (only != "changed" or entry.state != "same")


# --- one reading -------------------------------------------------------------------------------


@desk_page(VIEW, EDIT, PUBLISH, WITHDRAW)
def reading(request: HttpRequest, pk: int, edition: int, code: str) -> HttpResponse:
    """A reading: to be edited while the set is a draft, to be read afterwards."""
    change_set = set_or_404(pk)
    found = _edition_or_404(change_set, edition)
    rows = DecidedReading.objects.filter(edition=found, reading__code=code)
    row = rows.select_related("reading", "edition").first()
    switches = switches_of(code, found.scheme)
    if request.method == "POST":
        need_editor(request)
        form = ReadingForm(request.POST, change_set=change_set, switches=switches)
        return _posted(request, change_set, found, row, form, code)
    if row is None:
        raise Http404
    form = _form_of(values_of(row, switches), change_set, switches)
    return _page(request, change_set, found, form, row=row)


def _posted(
    request: HttpRequest,
    change_set: ChangeSet,
    edition: Edition,
    row: DecidedReading | None,
    form: ReadingForm,
    code: str,
) -> HttpResponse:
    gone = f"理解 {code} 刚被人从变更单里拿掉了，没有保存。"
    if row is None:
        return _kept(request, change_set, form, gone)
    if not change_set.is_open:
        return _kept(request, change_set, form, closed_words(change_set))
    if not form.is_valid():
        return _page(request, change_set, edition, form, row=row, status=422)
    try:
        theirs = _save(request, change_set, edition, form, code)
    except NotADraft as refused:
        return _kept(request, change_set, form, str(refused))
    except DecidedReading.DoesNotExist:
        return _kept(request, change_set, form, gone)
    if theirs is not None:
        return _conflict(request, change_set, edition, row, form, theirs)
    return redirect("admin:desk:reading", change_set.pk, edition.pk, code)


def _save(
    request: HttpRequest, change_set: ChangeSet, edition: Edition, form: ReadingForm, code: str
) -> Values | None:
    """Save what was changed, field by field, over what a colleague has saved since.

    Return what is stored where both changed a field, each to something else; None once it is saved.
    Raises NotADraft, DoesNotExist.
    """
    mine, base = form.values, _base(form)
    with open_draft(change_set) as held:
        row = DecidedReading.objects.select_related("reading", "edition").get(
            edition=edition, reading__code=code
        )
        theirs = values_of(row, switches_of(code, edition.scheme))
        merged = {
            name: theirs[name] if mine[name] == base.get(name) else mine[name] for name in theirs
        }
        merged |= {name: value for name, value in mine.items() if name not in theirs}
        if _collisions(mine, base, theirs):
            return theirs
        changed = [name for name in merged if merged[name] != theirs.get(name)]
        if not changed:
            messages.info(request, "没有要保存的改动。")
            return None
        who = who_changed(request, held, _about(code)) if merged != mine else ""
        _write(row, merged)
        labels = "、".join(str(form.fields[name].label) for name in changed)
        note_edit(held, staff_of(request), f"改了{_about(code)}{labels}"[:500])
    if who:
        messages.warning(request, f"已保存。{who}也改过这一条，两边的改动合在一起了，请看一遍。")
    else:
        messages.success(request, "已保存。")
    return None


def _about(code: str) -> str:
    return f"理解 {code}："


def _base(form: ReadingForm) -> Values:
    """What the page was opened with; nothing where it did not come back whole."""
    try:
        base = json.loads(form.cleaned_data["base"])
    except ValueError:
        return {}
    return {str(name): str(value) for name, value in base.items()} if isinstance(base, dict) else {}


def _collisions(mine: Values, base: Values, theirs: Values) -> list[str]:
    """The fields that both changed since the page was opened, each to something else."""
    return [
        name
        for name, value in theirs.items()
        if value != mine[name] and value != base.get(name) and mine[name] != base.get(name)
    ]


def _write(row: DecidedReading, values: Values) -> None:
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


def _form_of(
    values: Values, change_set: ChangeSet, switches: dict[str, Switch], **typed: str
) -> ReadingForm:
    """The form as it is opened; `typed` is what a person has typed and not saved."""
    base = json.dumps(values, ensure_ascii=False)
    initial = values | typed | {"base": base}
    return ReadingForm(initial=initial, change_set=change_set, switches=switches)


def _page(
    request: HttpRequest,
    change_set: ChangeSet,
    edition: Edition,
    form: ReadingForm,
    *,
    row: DecidedReading | None,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    """Show the form of a reading, of a new one where there is no `row`."""
    told = f"{row.title}\n{row.text}\n{row.otherwise}" if row else ""
    with with_draft(change_set.pk):
        codes = [clause.code for clause in row.clauses.all()] if row else []
        cited = sentences(edition.in_force_from, code__in=codes)
    context = {
        "form": form,
        "edition": edition,
        "title_of_it": title_of_edition(edition),
        "row": row,
        "cited": [(code, cited.get(code, "（还没有生效的原文）")) for code in codes],
        "figures": figures(told, ()),
        "chosen": _chosen(form),
        "may_write": may_edit(request, change_set),
        "closed": "" if change_set.is_open else closed_words(change_set),
        "who": "",
        "theirs": [],
        "may_remove": row is not None and not form.turned,
        **more,
    }
    return show(
        request,
        "readings_reading.html",
        f"{row.reading.code} {row.title}" if row else "新增一条理解",
        context,
        change_set=change_set,
        tab="contents",
        status=status,
    )


def _chosen(form: ReadingForm) -> list[tuple[str, str]]:
    """Each switch and its choice in words, for who may only look."""
    return [
        (switch.question, switch.choices.get(str(field.value()), "（没有定）"))
        for field, switch in form.turned
    ]


def _conflict(
    request: HttpRequest,
    change_set: ChangeSet,
    edition: Edition,
    row: DecidedReading,
    form: ReadingForm,
    theirs: Values,
) -> HttpResponse:
    """Show both: what is typed stays in the form, what the other saved stands above it."""
    mine, base = form.values, _base(form)
    switches = switches_of(row.reading.code, edition.scheme)
    typed = {name: value for name, value in mine.items() if value != base.get(name)}
    row.refresh_from_db()
    both = [
        {
            "label": form.fields[name].label,
            "lines": TextDifference(
                "",
                "",
                edition.in_force_from,
                _shown(form, name, theirs[name]),
                _shown(form, name, mine[name]),
            ).lines,
        }
        for name in _collisions(mine, base, theirs)
    ]
    return _page(
        request,
        change_set,
        edition,
        _form_of(theirs, change_set, switches, **typed),
        row=row,
        status=409,
        who=who_changed(request, change_set, _about(row.reading.code)),
        theirs=both,
    )


def _shown(form: ReadingForm, name: str, value: str) -> str:
    choices = dict(getattr(form.fields[name], "choices", ()))
    return str(choices.get(value, value))


def _kept(request: HttpRequest, change_set: ChangeSet, form: ReadingForm, why: str) -> HttpResponse:
    """What could not be saved, to be copied: nothing that was typed is lost."""
    typed = "\n\n".join(
        f"{field.label}：\n{_shown(form, field.name, str(field.value() or ''))}"
        for field in form.visible_fields()
    )
    return show(
        request,
        "texts_kept.html",
        "没有保存",
        {"why": why, "typed": typed},
        change_set=change_set,
        tab="contents",
        status=409,
    )


# --- a reading comes, goes, and comes back -----------------------------------------------------


@desk_page(EDIT)
def add(request: HttpRequest, pk: int, edition: int) -> HttpResponse:
    """A reading that there was not: it gets the next free code when it is saved."""
    change_set = set_or_404(pk)
    found = _edition_or_404(change_set, edition)
    if request.method != "POST":
        if not change_set.is_open:
            return refuse_closed(request, change_set)
        form = ReadingForm(change_set=change_set, switches={})
        return _page(request, change_set, found, form, row=None)
    form = ReadingForm(request.POST, change_set=change_set, switches={})
    if not change_set.is_open:
        return _kept(request, change_set, form, closed_words(change_set))
    if not form.is_valid():
        return _page(request, change_set, found, form, row=None, status=422)
    try:
        code = _add(request, change_set, found, form)
    except NotADraft as refused:
        return _kept(request, change_set, form, str(refused))
    return redirect("admin:desk:reading", pk, edition, code)


def _add(request: HttpRequest, change_set: ChangeSet, edition: Edition, form: ReadingForm) -> str:
    with open_draft(change_set) as held:
        if not Edition.objects.filter(pk=edition.pk).exists():
            raise NotADraft("这些理解刚被人从变更单里拿掉了，没有保存。")
        code = _take_code()
        _write(DecidedReading(edition=edition, reading=code), form.values)
        note_edit(held, staff_of(request), f"新增{_about(code.code)}{form.values['title']}"[:500])
    messages.success(request, f"已保存，编号是 {code}。文字里引用它，请写 [{code}]。")
    return code.code


def _take_code() -> Reading:
    """Make the next code. Another draft may take it this moment: then the one after it."""
    while True:
        codes = Reading.objects.values_list("code", flat=True)
        taken = [number_of(code) for code in codes if re.fullmatch(_CODE, code)]
        try:
            with transaction.atomic():
                return Reading.objects.create(code=f"A-{max(taken, default=0) + 1:02}")
        except IntegrityError:
            continue


@desk_page(EDIT)
def remove(request: HttpRequest, pk: int, edition: int, code: str) -> HttpResponse:
    """Ask, and take a reading out of the draft's edition."""
    change_set = set_or_404(pk)
    found = _edition_or_404(change_set, edition)
    rows = DecidedReading.objects.filter(edition=found).select_related("reading")
    row = get_object_or_404(rows, reading__code=code)
    if not change_set.is_open:
        return refuse_closed(request, change_set)
    if switches_of(code, found.scheme):
        messages.error(request, f"{code} 定着怎么算，不能删；可以改成另一种算法。")
        return redirect("admin:desk:reading", pk, edition, code)
    if request.method == "POST":
        try:
            _remove(request, change_set, row)
        except NotADraft:
            return refuse_closed(request, set_or_404(pk))
        except DecidedReading.DoesNotExist:
            messages.info(request, f"{code} 已经被人删掉了。")
        return redirect("admin:desk:readings", pk, edition)
    return show(
        request,
        "readings_remove.html",
        f"删掉理解 {code}？",
        {"row": row, "edition": found, "title_of_it": title_of_edition(found)},
        change_set=change_set,
        tab="contents",
    )


def _remove(request: HttpRequest, change_set: ChangeSet, row: DecidedReading) -> None:
    with open_draft(change_set) as held:
        # Its words stay in the history, should somebody else have written on them meanwhile.
        row.refresh_from_db()
        note_edit(
            held,
            staff_of(request),
            f"删掉{_about(row.reading.code)}{row.title}{row.text}"[:500],
        )
        row.delete()
        _forget_unused(row.reading)
    messages.success(request, f"已删掉 {row.reading}。")


def _forget_unused(code: Reading) -> None:
    """A code that nothing else uses is free again."""
    try:
        with transaction.atomic():
            code.delete()
    except ProtectedError:
        return


@desk_page(EDIT)
def restore(request: HttpRequest, pk: int, edition: int, code: str) -> HttpResponse:
    """Bring a reading back, by POST, that was taken out of the copy."""
    change_set = set_or_404(pk)
    found = _edition_or_404(change_set, edition)
    if not change_set.is_open:
        return refuse_closed(request, change_set)
    if request.method != "POST":
        return redirect("admin:desk:readings", pk, edition)
    replaced = replaced_by(found, timetable_without(change_set))
    old = DecidedReading.objects.filter(edition=replaced).select_related("reading")
    source = get_object_or_404(old, reading__code=code)
    try:
        with open_draft(change_set) as held:
            here = DecidedReading.objects.filter(edition=found, reading=source.reading)
            if not here.exists():
                values = values_of(source, {})
                _write(DecidedReading(edition=found, reading=source.reading), values)
                note_edit(held, staff_of(request), f"放回{_about(code)}{source.title}")
    except NotADraft:
        return refuse_closed(request, set_or_404(pk))
    messages.success(request, f"已放回 {code}。")
    return redirect("admin:desk:readings", pk, edition)


@desk_page(EDIT)
def remove_all(request: HttpRequest, pk: int, edition: int) -> HttpResponse:
    """Ask, and take the whole edition out of the draft."""
    change_set = set_or_404(pk)
    found = _edition_or_404(change_set, edition)
    if not change_set.is_open:
        return refuse_closed(request, change_set)
    entries = _entries(found)
    changed = [one for one in entries if one.state != "same"]
    if request.method == "POST":
        try:
            with open_draft(change_set) as held:
                told = f"拿掉了{title_of_edition(found)}（从{zh_day(found.in_force_from)}起）"
                new_codes = [one.row.reading for one in changed if one.state == "new"]
                found.delete()
                for code in new_codes:
                    _forget_unused(code)
                note_edit(held, staff_of(request), told)
        except NotADraft:
            return refuse_closed(request, set_or_404(pk))
        messages.success(request, "已从变更单里拿掉。已经发布的没有动。")
        return redirect("admin:desk:contents", pk)
    return show(
        request,
        "readings_remove_all.html",
        "从变更单里拿掉这些理解？",
        {"edition": found, "title_of_it": title_of_edition(found), "changed": changed},
        change_set=change_set,
        tab="contents",
    )


urlpatterns = [
    path("<int:pk>/readings/new/", new, name="readings-new"),
    path("<int:pk>/readings/<int:edition>/", listing, name="readings"),
    path("<int:pk>/readings/<int:edition>/new/", add, name="reading-new"),
    path("<int:pk>/readings/<int:edition>/remove/", remove_all, name="readings-remove"),
    path("<int:pk>/readings/<int:edition>/<str:code>/", reading, name="reading"),
    path("<int:pk>/readings/<int:edition>/<str:code>/remove/", remove, name="reading-remove"),
    path("<int:pk>/readings/<int:edition>/<str:code>/restore/", restore, name="reading-restore"),
]
