"""From a query string to the answers of a form: strictly for JSON, kindly for the page."""

from dataclasses import dataclass, field
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.datastructures import MultiValueDict

from calculators.fields import Answer, ChoiceAnswer, DayField, DayWidget, RepeatedField
from calculators.forms import CalculatorForm

Errors = dict[str, list[str]]
Answers = dict[str, list[str]]

# What WeChat and advertisers append to a link that is passed on. It says nothing about the case.
_APPENDED = frozenset({"from", "isappinstalled", "scene", "clicktime", "enterid"})
_APPENDED_PREFIX = "utm_"
# How the page is shown, not an answer: it stays in the link.
_SHOWN_AS = frozenset({"mode", "embed"})
DROPPED = "dropped"
_OTHER = "other"


def ask_strictly(
    form_class: type[CalculatorForm], query: QueryDict
) -> tuple[CalculatorForm | None, Errors]:
    """Read a query as the contract says; return the valid form, or None and errors by field.

    An empty value equals none. A parameter that is unknown, given twice or does not belong to the
    scheme is an error.
    """
    answers = {name: values for name, values in query.lists() if any(values)}
    errors: Errors = {}
    scheme = form_class.scheme_of(answers.get("scheme", [""])[-1])
    if scheme is None:
        errors["scheme"] = [
            "请说明险种：resident（城乡居民医保）或 flexible（灵活就业人员职工医保）。"
        ]
        errors.update(_unknown(answers, set(form_class.base_fields)))
        return None, errors
    known = {name: values for name, values in answers.items() if name in form_class.base_fields}
    form = form_class(MultiValueDict(known), scheme=scheme, strict=True)
    for name in _unknown(answers, set(form.fields)):
        belongs_elsewhere = name in form_class.base_fields and name != "scheme"
        errors[name] = ["这个险种没有这一项。" if belongs_elsewhere else "没有这一项参数。"]
    for name, values in answers.items():
        repeated = isinstance(form.fields.get(name), RepeatedField)
        if len(values) > 1 and not repeated and name not in errors:
            errors[name] = ["这一项只能给一次。"]
    for name, messages in form.errors.items():
        errors.setdefault(name, [str(message) for message in messages])
    return (None, errors) if errors else (form, {})


def _unknown(answers: dict[str, list[str]], known: set[str]) -> Errors:
    return {name: ["没有这一项参数。"] for name in answers if name not in known}


@dataclass(slots=True)
class Asked:
    """What the page makes of a query.

    `form` is None until a scheme is chosen, and unbound until the person has answered something.
    `canonical` is the link to go to instead, where the query holds what a link should not.
    `dropped` are names of answers that an earlier request had to leave out.
    """

    form: CalculatorForm | None = None
    canonical: str = ""
    dropped: list[str] = field(default_factory=list)


def ask_kindly(form_class: type[CalculatorForm], query: QueryDict) -> Asked:
    """Read a query as people and links leave it; what cannot be kept is dropped and named."""
    given = {name: [value for value in values if value] for name, values in query.lists()}
    known = form_class.base_fields
    dropped = [n for n in query.get(DROPPED, "").split(",") if n in known or n == _OTHER]
    appended = {n for n in given if n in _APPENDED or n.startswith(_APPENDED_PREFIX)}
    shown_as = {n: values for n, values in given.items() if n in _SHOWN_AS and values}
    left_aside = appended | _SHOWN_AS | {DROPPED}
    kept = {n: values for n, values in given.items() if n not in left_aside}

    scheme = form_class.scheme_of((kept.get("scheme") or [""])[-1])
    if scheme is None:
        lost = [name for name in kept if kept[name]]
        canonical = _link(shown_as, _readable(form_class, lost)) if appended or lost else ""
        return Asked(canonical=canonical, dropped=dropped)

    form = form_class(MultiValueDict(kept), scheme=scheme)
    allowed = _names(form)
    lost = [n for n in kept if n not in allowed or _is_no_choice(form, n, kept[n])]
    answers = {n: values for n, values in kept.items() if n not in lost}
    asked_something = set(answers) - {"scheme", "date"}
    form = form_class(MultiValueDict(answers) if asked_something else None, scheme=scheme)
    canonical_answers = _canonical(form, answers)
    changed = appended or lost or canonical_answers != {n: v for n, v in answers.items() if v}
    link = _link({**canonical_answers, **shown_as}, _readable(form_class, lost)) if changed else ""
    return Asked(form, link, dropped)


def _names(form: CalculatorForm) -> set[str]:
    names = set(form.fields)
    for name, known in form.fields.items():
        if isinstance(known, DayField):
            names |= {f"{name}_{part}" for part in DayWidget.PARTS}
    return names


def _is_no_choice(form: CalculatorForm, name: str, values: list[str]) -> bool:
    """An answer that no form offers cannot have been typed: the link is old or damaged."""
    asked = form.fields.get(name)
    if not isinstance(asked, ChoiceAnswer) or not values:
        return False
    return values[-1] not in [member.value for member, _ in asked.choices]


def _readable(form_class: type[CalculatorForm], lost: list[str]) -> list[str]:
    """Names that the page can call by their question; all others together are one `other`."""
    known = [name for name in lost if name in form_class.base_fields]
    return known + ([_OTHER] if len(known) < len(lost) else [])


def _canonical(form: CalculatorForm, answers: Answers) -> Answers:
    """The answers as a link carries them; a wrong one stays as it was typed, so nothing is lost."""
    data = MultiValueDict(answers)
    link: Answers = {}
    for name, asked in form.fields.items():
        typed = asked.widget.value_from_datadict(data, MultiValueDict(), name)
        if not typed or not isinstance(asked, Answer):
            continue
        if not form.is_bound or name in form.errors:
            boxes = {k: v for k, v in answers.items() if k == name or k.startswith(f"{name}_")}
            link.update({k: v for k, v in boxes.items() if v})
        elif isinstance(asked, RepeatedField):
            link[name] = asked.spelled_all(typed, form.cleaned_data[name])
        else:
            link[name] = [asked.spelled(typed, form.cleaned_data[name])]
    return link


def _link(answers: Answers, dropped: list[str]) -> str:
    query = dict(answers)
    if dropped:
        query[DROPPED] = [",".join(dropped)]
    return f"?{urlencode(query, doseq=True)}"
