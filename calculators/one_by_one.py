"""One question a screen, as 长辈版 asks: each screen is a link, and the answers so far travel in it.

A question has a screen of its own unless its answer is usually right already or few people need
it: those are listed on the last screen, from which each can still be opened. A screen sends its
answer with `ask=1`, which says that more is to be asked; the last one sends the answers alone, so
that a result has the same link as in the ordinary form.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlencode

from crispy_forms.layout import Fieldset
from django.forms import BoundField, RadioSelect
from django.http import QueryDict

from calculators.asking import ASK, boxes_of, judge_so_far
from calculators.fields import Answer
from calculators.forms import CalculatorForm

# What `ask` says: go on with the next question, show the list of answers; else a question's name.
NEXT, LIST = "1", "list"

Pair = tuple[str, str]
Pairs = list[Pair]


@dataclass(frozen=True, slots=True)
class Told:
    """A question with its answer so far, "" where there is none, and the link that asks it again."""

    label: str
    answer: str
    url: str


@dataclass(frozen=True, slots=True)
class Screen:
    """What one screen shows: a question, or without one the list of all answers.

    `number` counts the screens on the way there; 0 where an answer is only changed. `button` is
    what the list is left by.

    `answers` were given on screens of their own; `more` are the questions that have none. `kept`
    are the answers that its form sends along unseen. `form` holds the errors of `question` alone.
    """

    form: CalculatorForm
    question: BoundField | None
    number: int
    answers: list[Told]
    more: list[Told]
    kept: Pairs
    button: str = ""

    @property
    def is_first(self) -> bool:
        return not self.answers and self.question is not None


def ask_one(form_class: type[CalculatorForm], query: QueryDict) -> Screen | None:
    """Return the screen to which the answers so far lead; None where no scheme is chosen yet."""
    form = judge_so_far(form_class, query)
    if form is None:
        return None
    return show_one(form, query.get(ASK, ""), before=len(form.schemes) > 1)


def show_one(
    form: CalculatorForm,
    ask: str,
    *,
    along: Iterable[Pair] = (),
    before: int = 0,
    button: str = "",
) -> Screen:
    """Return the screen to which the answers of a judged `form` lead.

    `ask` is what the link says of it, `along` what every link of the screen carries besides the
    answers, `before` the number of screens in front of the first question, `button` what leaves the
    list where it does not lead to a result.
    """
    own, listed, apart = _questions(form)
    # A link that holds answers only asks what it lacks, and nothing that may be left open.
    answered = {_boxes(form)[name] for name, _ in _given(form)} - {"scheme", "date"}
    asked = ask or (LIST if answered else NEXT)
    name = asked if asked in {*own, *listed, *apart} else _next(form, own, [*listed, *apart], asked)
    _keep_errors_of(form, "" if name == asked else name)
    kept = [*along, *_kept(form, name)]
    goes_on = asked == NEXT  # an answer that is changed leads back to the list
    if name and name not in apart:
        kept.append((ASK, NEXT if goes_on else LIST))
    told = [n for n in own if n != name and form.was_shown(n)]
    links = [*along, *_given(form)]
    return Screen(
        form=form,
        question=form[name] if name else None,
        number=own.index(name) + 1 + before if name in own and goes_on else 0,
        answers=[_told(form, n, links) for n in (told if name else own)],
        more=[] if name else [_told(form, n, links) for n in listed],
        kept=kept,
        button=button,
    )


def _questions(form: CalculatorForm) -> tuple[list[str], list[str], list[str]]:
    """The questions that matter now: with a screen of their own, only listed, asked elsewhere."""
    parts = form.helper.layout.fields
    folded = {name for part in parts if isinstance(part, Fieldset) for name in part.fields}
    own: list[str] = []
    listed: list[str] = []
    apart: list[str] = []
    for name, field in form.fields.items():
        if not isinstance(field, Answer) or not field.asked or form[name].is_hidden:
            continue
        if name not in folded and name not in parts:
            apart.append(name)
            continue
        unanswered = not field.shows_default
        alone = (
            field.conditional and unanswered if name in folded else field.conditional or unanswered
        )
        (own if alone else listed).append(name)
    return own, listed, apart


def _next(form: CalculatorForm, own: list[str], listed: list[str], asked: str) -> str:
    """The first question with a wrong answer or without one; "" where none is left."""
    new = [name for name in own if not form.was_shown(name)]
    for name in own:
        if name in new and (asked == NEXT or name in form.errors or name in form.next_questions):
            return name
        # One of two questions may be left open, which shows once both were asked.
        left_open = not form.fields[name].required and not form.is_answered(name)
        if name in form.errors and not (new and left_open):
            return name
    return next((name for name in listed if name in form.errors), "")


def _keep_errors_of(form: CalculatorForm, name: str) -> None:
    """Forget what is said of other questions; and a question not shown yet was not left out."""
    for wrong in list(form.errors):
        asked = wrong in form.fields and not form[wrong].is_hidden
        if asked and (wrong != name or not form.was_shown(name)):
            del form.errors[wrong]


def _kept(form: CalculatorForm, asked: str) -> Pairs:
    """The answers that a screen carries on; an empty one says that its question was passed over."""
    boxes = _boxes(form)
    given = [(name, value) for name, value in _given(form) if boxes[name] != asked]
    if not asked:
        return [(name, value) for name, value in given if value]
    # A browser sends nothing for buttons of which none is chosen.
    unsent = isinstance(form.fields[asked].widget, RadioSelect)
    return [*given, *([(form.add_prefix(asked), "")] if unsent else [])]


def _told(form: CalculatorForm, name: str, links: Pairs) -> Told:
    field = form.fields[name]
    assert isinstance(field, Answer)
    value, boxes = form.cleaned_data.get(name), _boxes(form)
    # What could not be read is repeated as it was typed.
    typed = " ".join(text for box, text in _given(form) if boxes[box] == name)
    said = field.said(value) if value or value is False else typed
    return Told(str(field.label), said, f"?{urlencode([*links, (ASK, name)])}")


def _boxes(form: CalculatorForm) -> dict[str, str]:
    """The names under which the answers of this very form travel, each with its question."""
    return {form.add_prefix(box): name for box, name in boxes_of(form).items()}


def _given(form: CalculatorForm) -> Pairs:
    boxes = _boxes(form)
    return [(name, text) for name, texts in form.so_far.lists() if name in boxes for text in texts]
