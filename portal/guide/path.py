"""From answers to the next question or to the end, and the links between. Pure: no clock, no data."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode

from django.core.exceptions import ValidationError

from calculators.fields import FIRST_YEAR, Answer, DayField
from calculators.rules.months import Month
from portal.guide.known import Known
from portal.guide.questions import QUESTIONS, Question

ORDER = tuple(dict.fromkeys(question.name for question in QUESTIONS))


@dataclass(frozen=True, slots=True, kw_only=True)
class Path:
    """How far the answers lead.

    `steps` are the questions answered, in order; `question` is the next one, None at the end.
    `error` says what is wrong with a day that was typed as its answer. `pending` are answers to
    questions that may still come: they wait in the link. `lost` are names of answers that are no
    use: unknown options, and what the others leave no question for.
    """

    known: Known
    steps: tuple[Question, ...]
    question: Question | None = None
    error: str = ""
    pending: Mapping[str, str] = field(default_factory=dict)
    lost: tuple[str, ...] = ()

    @property
    def answers(self) -> dict[str, str]:
        """Everything that a link has to carry."""
        return {**self.known.answers, **self.pending}


def walk(given: Mapping[str, str], most_repaid: int) -> Path:
    """Take the answers in the order of the questions, until one that matters has none."""
    taken: dict[str, str] = {}
    steps: list[Question] = []
    lost: list[str] = []
    for question in QUESTIONS:
        known = Known(taken, most_repaid)
        if question.name in taken or not question.asked(known):
            continue
        value, error = _read(question, given.get(question.name), known)
        if value is None:
            if given.get(question.name) and not error:
                lost.append(question.name)
            waiting = {n: v for n, v in given.items() if v and n in ORDER and n not in taken}
            waiting.pop(question.name, None)
            return Path(
                known=known,
                steps=tuple(steps),
                question=question,
                error=error,
                pending=waiting,
                lost=tuple(lost),
            )
        taken[question.name] = value
        steps.append(question)
    lost += [name for name in given if given[name] and name in ORDER and name not in taken]
    return Path(known=Known(taken, most_repaid), steps=tuple(steps), lost=tuple(lost))


def link(answers: Mapping[str, str]) -> str:
    """Return the one link of these answers, in the order in which they are asked."""
    known = [(name, answers[name]) for name in ORDER if name in answers]
    others = [(name, value) for name, value in answers.items() if name not in ORDER]
    return f"?{urlencode(known + others)}"


def link_with(path: Path, value: str) -> str:
    """Return the link that answers the question of `path` with one of its options."""
    assert path.question is not None
    given = {**path.answers, path.question.name: value}
    return link(walk(given, path.known.most_repaid).answers)


def link_without(path: Path, name: str) -> str:
    """Return the link that asks a question again and keeps the other answers."""
    return link({other: value for other, value in path.answers.items() if other != name})


def _read(question: Question, value: str | None, known: Known) -> tuple[str | None, str]:
    """Return an answer as a link spells it, or None and what is wrong with it."""
    if value is None:
        return None, ""
    if any(option.value == value for option in question.options):
        return value, ""
    if question.field is None:
        return None, ""
    try:
        read = make_field(question).clean(value)
    except ValidationError as wrong:
        return None, wrong.messages[0]
    error = _wrong(question.name, read, known)
    return (None, error) if error else (str(read), "")


def make_field(question: Question) -> Answer:
    """Return the field in which the answer is typed."""
    assert question.field is not None
    parts = "年、月、日" if question.field is DayField else "年和月"
    return question.field(
        required=True,
        label=question.words,
        help_text=f"{question.why}{question.hint}",
        error_messages={"required": f"请填写{parts}，{question.hint}。"},
    )


def _wrong(name: str, read: datetime.date | Month, known: Known) -> str:
    """What is wrong with a day or a month, beside the others; empty where nothing is."""
    if not FIRST_YEAR <= read.year < datetime.MAXYEAR - 1:
        return "年份不太对，请看看是不是打错了。"
    last, born = known.month("last"), known.day("born")
    if name == "resume" and last and isinstance(read, Month) and read <= last:
        return "开始缴的月份，要比上一步填的月份晚。请看看两个月份。"
    if name == "paid" and born and isinstance(read, datetime.date) and read < born:
        return "缴费不能早于出生那天，请看看两个日期。"
    return ""
