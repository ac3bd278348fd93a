"""From a query string to the answers of a form: strictly for JSON, kindly for the page."""

from dataclasses import dataclass, field
from urllib.parse import urlencode

from django.http import QueryDict

from calculators.fields import Answer, DayField, DayWidget
from calculators.forms import CalculatorForm
from calculators.rules.people import Scheme

Errors = dict[str, list[str]]

# What WeChat and advertisers append to a link that is passed on. It says nothing about the case.
_APPENDED = frozenset({"from", "isappinstalled", "scene", "clicktime", "enterid"})
_APPENDED_PREFIX = "utm_"
DROPPED = "dropped"


def ask_strictly(
    form_class: type[CalculatorForm], query: QueryDict
) -> tuple[CalculatorForm | None, Errors]:
    """Read a query as the contract says; return the valid form, or None and errors by field.

    An empty value equals none. A parameter that is unknown, given twice or does not belong to the
    scheme is an error.
    """
    answers = {name: values for name, values in query.lists() if any(values)}
    errors: Errors = {}
    scheme_given = answers.get("scheme", [""])
    if len(scheme_given) > 1 or scheme_given[0] not in set(Scheme):
        errors["scheme"] = [
            "请说明险种：resident（城乡居民医保）或 flexible（灵活就业人员职工医保），只说一次。"
        ]
        errors.update(_unknown(answers, set(form_class.base_fields)))
        return None, errors
    scheme = Scheme(scheme_given[0])
    form = form_class(
        {name: values[-1] for name, values in answers.items()}, scheme=scheme, strict=True
    )
    for name in _unknown(answers, set(form.fields)):
        belongs_elsewhere = name in form_class.base_fields
        errors[name] = ["这个险种没有这一项。" if belongs_elsewhere else "没有这一项参数。"]
    for name, values in answers.items():
        if len(values) > 1 and name not in errors:
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
    given = {name: values[-1] for name, values in query.lists()}
    dropped = [name for name in given.pop(DROPPED, "").split(",") if name in form_class.base_fields]
    dropped += ["other"] if "other" in query.get(DROPPED, "").split(",") else []
    appended = {n for n in given if n in _APPENDED or n.startswith(_APPENDED_PREFIX)}
    kept = {name: value for name, value in given.items() if name not in appended}

    scheme = kept.get("scheme", "")
    if scheme not in set(Scheme):
        lost = ["scheme"] if scheme else []
        lost += ["other"] if set(kept) - {"scheme"} else []
        return Asked(canonical=_link({}, lost) if appended or lost else "", dropped=dropped)

    form = form_class(kept, scheme=Scheme(scheme))
    allowed = _names(form)
    lost = [name for name in kept if name not in allowed or _is_no_choice(form, name, kept[name])]
    answers = {name: value for name, value in kept.items() if name not in lost}
    asked_something = set(answers) - {"scheme", "date"}
    form = form_class(answers if asked_something else None, scheme=Scheme(scheme))
    canonical = _canonical(form, answers)
    changed = appended or lost or canonical != {k: v for k, v in answers.items() if v}
    return Asked(form, _link(canonical, _readable(form_class, lost)) if changed else "", dropped)


def _names(form: CalculatorForm) -> set[str]:
    names = set(form.fields)
    for name, known in form.fields.items():
        if isinstance(known, DayField):
            names |= {f"{name}_{part}" for part in DayWidget.PARTS}
    return names


def _is_no_choice(form: CalculatorForm, name: str, value: str) -> bool:
    """An answer that no form offers cannot have been typed: the link is old or damaged."""
    choices = getattr(form.fields.get(name), "choices", None)
    return bool(choices and value and value not in [member.value for member, _ in choices])


def _readable(form_class: type[CalculatorForm], lost: list[str]) -> list[str]:
    known = [name for name in lost if name in form_class.base_fields]
    return known + (["other"] if len(known) < len(lost) else [])


def _canonical(form: CalculatorForm, answers: dict[str, str]) -> dict[str, str]:
    """The answers as a link carries them; a wrong one stays as it was typed, so nothing is lost."""
    link: dict[str, str] = {}
    for name, asked in form.fields.items():
        typed = asked.widget.value_from_datadict(answers, {}, name)
        if not typed or not isinstance(asked, Answer):
            continue
        if not form.is_bound or name in form.errors:
            boxes = {k: v for k, v in answers.items() if k == name or k.startswith(f"{name}_")}
            link.update({k: v for k, v in boxes.items() if v})
        else:
            link[name] = asked.spelled(typed, form.cleaned_data[name])
    return link


def _link(answers: dict[str, str], dropped: list[str]) -> str:
    query = dict(answers)
    if dropped:
        query[DROPPED] = ",".join(dropped)
    return f"?{urlencode(query)}"
