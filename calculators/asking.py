"""From a query string to the answers of a form: strictly for JSON, kindly for the page."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.datastructures import MultiValueDict

from calculators.fields import Answer, ChoiceAnswer, DayField, DayWidget, RepeatedField
from calculators.forms import CalculatorForm
from calculators.rules.people import Scheme

Errors = dict[str, list[str]]
Answers = dict[str, list[str]]

# What WeChat and advertisers append to a link that is passed on. It says nothing about the case.
_APPENDED = frozenset({"from", "isappinstalled", "scene", "clicktime", "enterid"})
_APPENDED_PREFIX = "utm_"
# How the page is shown, and where the person is, for the offices: no answers, they stay in the link.
SHOWN_AS = frozenset({"mode", "embed", "district"})
DROPPED = "dropped"
# Asks only which questions follow from the answers so far. The form says it; no link keeps it.
ASK = "ask"
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
    `link` is how a clean link asks the same; `moved` says that the query is another one. `dropped`
    are names of answers that an earlier request had to leave out. `as_typed`: the form holds just
    what the query says, nothing left out, filled in or written in another way.
    """

    form: CalculatorForm | None
    link: str
    moved: bool
    dropped: list[str]
    as_typed: bool = False

    @property
    def canonical(self) -> str:
        """The link to go to instead, where the query holds what a link should not."""
        return self.link if self.moved else ""


def ask_kindly(form_class: type[CalculatorForm], query: QueryDict) -> Asked:
    """Read a query as people and links leave it; what cannot be kept is dropped and named.

    The answer to a question that does not matter for the other answers is left out without a word.
    """
    known = form_class.base_fields
    dropped = [n for n in query.get(DROPPED, "").split(",") if n in known or n == _OTHER]
    given, appended = given_in(query)
    shown_as = {n: values for n, values in given.items() if n in SHOWN_AS and any(values)}
    kept = {n: values for n, values in given.items() if n not in SHOWN_AS | {DROPPED}}

    scheme = _scheme(form_class, kept)
    if scheme is None:
        lost = [name for name in kept if any(kept[name])]
        link = _link(shown_as, _readable(form_class, lost))
        return Asked(None, link, bool(appended or lost), dropped)

    form = form_class(MultiValueDict(kept), scheme=scheme)
    boxes = boxes_of(form)
    lost = [n for n in kept if any(kept[n]) and (n not in boxes or _is_no_choice(form, n, kept[n]))]
    readable = {n: values for n, values in kept.items() if n in boxes and n not in lost}
    if readable != kept:
        form = form_class(MultiValueDict(readable), scheme=scheme)
    answers = {n: values for n, values in readable.items() if form.asks(boxes[n])}
    asked_something = {boxes[n] for n in answers} - {"scheme", "date"}
    if answers != readable or not asked_something:
        form = form_class(MultiValueDict(answers) if asked_something else None, scheme=scheme)
    link_answers = _canonical(form, answers)
    moved = appended or lost or _filled(link_answers) != _filled(answers)
    link = _link({**link_answers, **shown_as}, _readable(form_class, lost))
    as_typed = answers == kept and link_answers == _filled(answers) and not _fills_in(form, answers)
    return Asked(form, link, bool(moved or _doubled(form, query)), dropped, as_typed)


def ask_so_far(form_class: type[CalculatorForm], query: QueryDict) -> CalculatorForm | None:
    """Show the answers so far without judging them; None where no scheme is chosen."""
    given, _ = given_in(query)
    scheme = _scheme(form_class, given)
    return None if scheme is None else form_class(scheme=scheme, so_far=MultiValueDict(given))


def judge_so_far(form_class: type[CalculatorForm], query: QueryDict) -> CalculatorForm | None:
    """Judge the answers so far; None where no scheme is chosen.

    What is missing is an error here: only who shows the form knows what was asked already.
    """
    given, _ = given_in(query)
    scheme = _scheme(form_class, given)
    if scheme is None:
        return None
    form = form_class(MultiValueDict(given), scheme=scheme)
    boxes = boxes_of(form)
    answers = {n: v for n, v in given.items() if n in boxes and form.asks(boxes[n])}
    return form_class(MultiValueDict(answers), scheme=scheme)


def given_in(query: QueryDict) -> tuple[Answers, set[str]]:
    """The answers, an empty one for a box that was left empty, and what is none of them."""
    appended = {n for n in query if n in _APPENDED or n == ASK or n.startswith(_APPENDED_PREFIX)}
    given = {
        name: [value for value in values if value] or [""]
        for name, values in query.lists()
        if name not in appended
    }
    return given, appended


def _scheme(form_class: type[CalculatorForm], given: Answers) -> Scheme | None:
    return form_class.scheme_of(given.get("scheme", [""])[-1])


def _filled(answers: Answers) -> Answers:
    return {name: values for name, values in answers.items() if any(values)}


def _fills_in(form: CalculatorForm, answers: Answers) -> bool:
    """Whether the form shows the usual answer where a question was left open."""
    return any(
        asked.asked and asked.shows_default and not any(answers.get(name, ()))
        for name, asked in form.fields.items()
        if isinstance(asked, Answer)
    )


def _doubled(form: CalculatorForm, query: QueryDict) -> bool:
    """Whether a box that says "shown, but empty" stands beside the answer to its question."""
    return any(
        len(values) > 1 and not isinstance(form.fields.get(name), RepeatedField)
        for name, values in query.lists()
        if name in form.fields
    )


def boxes_of(form: CalculatorForm) -> dict[str, str]:
    """The names under which answers come, each with its question: a day has three boxes."""
    boxes = {name: name for name in form.fields}
    for name, known in form.fields.items():
        if isinstance(known, DayField):
            boxes |= {f"{name}_{part}": name for part in DayWidget.PARTS}
    return boxes


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
    boxes = boxes_of(form)
    link: Answers = {}
    for name, asked in form.fields.items():
        typed = asked.widget.value_from_datadict(data, MultiValueDict(), name)
        if not isinstance(asked, Answer):
            continue
        if name in form.errors or (typed and not form.is_bound):
            last = slice(None) if isinstance(asked, RepeatedField) else slice(-1, None)
            link.update({n: v[last] for n, v in answers.items() if boxes[n] == name})
        elif not typed:
            continue
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
