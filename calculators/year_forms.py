"""What the page of 全年账单 asks: once for the year, then for each event only what its kind needs."""

from typing import Any, ClassVar, cast

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Fieldset
from django.core.exceptions import ValidationError
from django.utils.datastructures import MultiValueDict

from calculators.fields import AmountField, Answer, ChoiceAnswer, DayField, DayWidget, YesNoField
from calculators.forms import CalculatorForm, named
from calculators.rules.people import Disease, Group, Scheme
from calculators.year import CARRIED, event_form
from portal.policy.models import choices as names

# An event as the JSON of the year takes it: `calculator`, `on` and its own answers, all texts.
EventAnswers = dict[str, str]

# The answers that an event of each calculator nearly always has, in the order of a link.
PLACES: dict[Scheme, dict[str, tuple[str, ...]]] = {
    Scheme.FLEXIBLE: {
        "inpatient": ("tier", "cost"),
        "outpatient": ("tier", "cost"),
        "emergency": ("cost",),
        "chronic": ("category", "cost"),
        "maternity": ("kind", "tier", "cost"),
    },
    Scheme.RESIDENT: {
        "inpatient": ("tier", "cost"),
        "outpatient": ("cost",),
        "emergency": ("cost",),
        "chronic": ("category", "tier", "cost"),
        "two-diseases": ("hypertension", "diabetes"),
        "maternity": ("kind", "tier", "cost"),
    },
}
# The year has a group too, and both stand in one query while an event is written.
_RENAMED = {"group": "event_group"}
# Said once for the year.
_OF_THE_YEAR = "chronic_holder"


class YearForm(CalculatorForm):
    """What holds for the whole year, and the size of a next stay that somebody wonders about."""

    button = "开始记账"
    only_for = {"chronic_holder": Scheme.FLEXIBLE, "threshold": Scheme.RESIDENT}
    scheme_choices = {
        Scheme.FLEXIBLE: {"group": named(names.Group, Group.ACTIVE, Group.RETIRED)},
        Scheme.RESIDENT: {"group": named(names.Group, Group.MINOR, Group.ADULT)},
    }

    date = None  # type: ignore[assignment]  # each event has a day of its own
    group = ChoiceAnswer(
        required=True,
        label="您是哪一类参保人？",
        error_messages={"required": "请选一项：不同的人报销比例不同。"},
    )
    chronic_holder = YesNoField(
        label="您有没有已经认定的门诊慢性病待遇？", help_text="有的话，门诊统筹的年限额低一些。"
    )
    threshold = AmountField(
        label="居民大病保险的起付标准线是多少？",
        help_text="文件没有写是多少。知道的可以填上；空着，就先不算大病保险。",
    )
    next = AmountField(label="下一次住院，能报销的费用大约多少？")

    @property
    def helper(self) -> FormHelper:
        """The questions of the year; the next stay is asked about elsewhere on the page."""
        return bare(self.laid_out(*(name for name in self.fields if name != "next")))


class EventForm(CalculatorForm):
    """Mixed into a calculator's form: the questions that one event of a year still needs.

    `of_year` is the year of the other events, None where there are none; `places` are the answers
    that every such event has, `usual_group` is the year's group.
    """

    of_year: ClassVar[int | None] = None
    places: ClassVar[tuple[str, ...]] = ()
    usual_group: ClassVar[str] = ""

    on = DayField(
        required=True,
        label="是哪一天？",
        help_text="住院填出院的那一天，别的填看病的那一天。",
        error_messages={"required": "请填写年、月、日。"},
    )

    def __init__(
        self,
        data: Any = None,
        *,
        scheme: Scheme,
        strict: bool = False,
        so_far: MultiValueDict[str, str] | None = None,
    ) -> None:
        super().__init__(data, scheme=scheme, strict=strict, so_far=so_far)
        for name in (*CARRIED, _OF_THE_YEAR):
            self.fields.pop(name, None)
        self.order_fields(["on"])
        if "group" in self.fields:
            self.fields["group"].label = "那时您是哪一类参保人？"
            self.fields["group"].help_text = "年中退休的，退休以后的选“退休”。"
        for disease in (name for name in Disease if name in self.fields):
            label = names.Disease(disease).label
            self.fields[disease].label = f"这一次{label}的药花了多少？"

    def add_prefix(self, field_name: str) -> str:
        return _RENAMED.get(field_name, field_name)

    def clean_on(self) -> Any:
        on = self.cleaned_data["on"]
        if self.of_year is not None and on.year != self.of_year:
            raise ValidationError(
                f"这张账单记的是{self.of_year}年，请填{self.of_year}年的日子。别的年份请另记一张。"
            )
        return on

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        diseases = [name for name in Disease if name in self.fields]
        if diseases and not self.errors and not any(cleaned[name] for name in diseases):
            self.add_error(diseases[0], "两种药费请至少填一种。")
        return cleaned

    @property
    def answer_names(self) -> list[str]:
        """The names under which the answers come in a query."""
        parts = [
            f"{name}_{part}"
            for name, field in self.fields.items()
            if isinstance(field, DayField)
            for part in DayWidget.PARTS
        ]
        return [*map(self.add_prefix, self.fields), *parts]

    @property
    def helper(self) -> FormHelper:
        """The answers of every such event first; folded what few people need."""
        rare = [name for name in self.fields if name not in {"on", *self.places}]
        options = {"open": True} if any(map(self._is_said, rare)) else {}
        fold = Fieldset(
            "还有别的情况吗？没有就不用填",
            *rare,
            template="portal_crispy/layout/fold.html",
            **options,
        )
        return bare(self.laid_out("on", *self.places, *([fold] if rare else [])))

    def _is_said(self, name: str) -> bool:
        value, field = self[name].value(), self.fields[name]
        assert isinstance(field, Answer)
        usual = (field.prepare_value(field.default), str(field.default), self.usual(name), None, "")
        return name in (*self.errors, *self.next_questions) or not (
            value in usual or value == [""] * len(DayWidget.PARTS)
        )

    def usual(self, name: str) -> str | None:
        """What an answer is where the event says nothing, if that comes from the year."""
        return self.usual_group if name == "group" else None

    def spelled(self) -> EventAnswers:
        """Return the answers as a link carries them, without those that say nothing. Valid only."""
        answers: EventAnswers = {}
        for name, field in self.fields.items():
            typed = field.widget.value_from_datadict(
                self.data, MultiValueDict(), self.add_prefix(name)
            )
            value = self.cleaned_data[name]
            assert isinstance(field, Answer)
            if typed and self.asks(name) and value not in (field.default, self.usual(name)):
                answers[name] = field.spelled(typed, value)
        return answers


def bare(helper: FormHelper) -> FormHelper:
    """Leave the form's own tag to the template, which has more to put into it."""
    helper.form_tag = False
    helper.attrs = {}
    return helper


def make_event_form(
    scheme: Scheme,
    calculator: str,
    *,
    group: str,
    answers: MultiValueDict[str, str] | None = None,
    event: EventAnswers | None = None,
    of_year: int | None = None,
    button: str = "记上这一笔",
) -> EventForm:
    """Return the form of one event, with the `answers` given or filled in from an `event`.

    `group` is the year's, which holds where the event says nothing else.
    """
    own = {
        "button": button,
        "of_year": of_year,
        "places": PLACES[scheme][calculator],
        "usual_group": group,
    }
    kind = cast(
        type[EventForm], type("EventOfYear", (EventForm, event_form(scheme, calculator)[0]), own)
    )
    known = {"group": group, **(event or {})}
    if answers is None:
        return kind(scheme=scheme, so_far=MultiValueDict({n: [v] for n, v in known.items()}))
    own_group = str(answers.get(_RENAMED["group"]) or group)
    answers = answers.copy()
    for name in ("group", _RENAMED["group"]):
        answers[name] = own_group
    return kind(answers, scheme=scheme)
