"""The base of what calculators ask: one form serves the page and the JSON of a calculator."""

from collections.abc import Collection, Iterator
from copy import copy, deepcopy
from enum import StrEnum
from functools import cache
from typing import Any, ClassVar, NamedTuple

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Fieldset, Layout, Submit
from django import forms
from django.core.exceptions import ValidationError
from django.utils.datastructures import MultiValueDict

from calculators.fields import Answer, ChoiceAnswer, DayField
from calculators.rules.people import Scheme
from portal.policy.models import choices as names

FORM_ID = "asked"
# The header by which a form says that it shows no error: where the answer changes nothing in it, it
# need not be drawn and sent again.
STANDS = "Form-Stands"


def named(labels: type[Any], *members: StrEnum) -> list[tuple[StrEnum, str]]:
    """Pair members with the Chinese names that the whole site uses for them."""
    return [(member, labels(member).label) for member in members]


class When(NamedTuple):
    """Where a question matters: `other` was answered with one of `answers`, in `scheme` or in any."""

    other: str
    answers: Collection[StrEnum]
    scheme: Scheme | None = None


class _Fields(dict[str, forms.Field]):
    """The fields of every form of one kind. A form gets copies of its own, and shares their widgets:
    none of these changes from one form to the next."""

    def __deepcopy__(self, memo: dict[int, Any]) -> dict[str, forms.Field]:
        return {name: copy(field) for name, field in self.items()}


class CalculatorForm(forms.Form):
    """Answers of one scheme. Strings in, values out; `strict` reads them as the contract says.

    `asked_when` says of a question when it matters: the page asks it only then, and without an
    answer its default counts. `needed_when` says when it must be answered, on the page and in the
    JSON. `examples` are answers to try, as the query of a link. `so_far` are answers that are shown
    but not judged yet; `next_questions` are those to which the answers of `data` have led, and
    which the page has not shown before: not given, but no mistake.

    `schemes` are those it answers for; one that answers for a single scheme does not ask which.
    `default_scheme` counts where none is named. `only_for` names the fields that one scheme alone
    asks, `scheme_choices` the choices that differ. A form is made for a scheme that is already
    known: without one nothing can be asked.
    """

    button: ClassVar[str] = "看看结果"
    schemes: ClassVar[tuple[Scheme, ...]] = tuple(Scheme)
    default_scheme: ClassVar[Scheme | None] = None
    only_for: ClassVar[dict[str, Scheme]] = {}
    asked_when: ClassVar[dict[str, When]] = {}
    needed_when: ClassVar[dict[str, When]] = {}
    examples: ClassVar[dict[Scheme, str]] = {}
    example_note: ClassVar[str] = ""
    scheme_choices: ClassVar[dict[Scheme, dict[str, list[tuple[StrEnum, str]]]]] = {}

    scheme = ChoiceAnswer(
        choices=named(names.Scheme, *Scheme), required=True, widget=forms.HiddenInput, label="险种"
    )
    date = DayField(label="按哪一天的规定算", widget=forms.HiddenInput)

    def __init__(
        self,
        data: Any = None,
        *,
        scheme: Scheme,
        strict: bool = False,
        so_far: MultiValueDict[str, str] | None = None,
    ) -> None:
        # What Django copies for each form, otherwise with every widget and list of choices.
        self.base_fields = fields_of(type(self), scheme, strict=strict)  # type: ignore[misc]
        super().__init__(data, initial=_first_answers(type(self), scheme))
        self.known_scheme = scheme
        self.strict = strict
        self.next_questions: list[str] = []
        self.so_far = data or so_far or MultiValueDict()
        if so_far is not None:
            self.initial.update(self._typed_so_far())
        if data is not None and not strict:
            self.data = self._with_defaults()
        if not strict:
            self._choose_questions()

    def _choose_questions(self) -> None:
        """Ask what matters for the answers so far, as something that must be answered or not."""
        for name, field in self.fields.items():
            if not isinstance(field, Answer):
                continue
            field.asked = self.asks(name)
            if name in self.needed_when:
                field.required = self._holds(self.needed_when[name])

    def asks(self, name: str) -> bool:
        """Whether a question matters, for the answers so far.

        One that was answered stays while nobody knows whether it matters: nothing typed is lost.
        """
        when = self.asked_when.get(name)
        if when is None or self._holds(when):
            return True
        return when.scheme in (None, self.known_scheme) and (
            self._answer_to(when.other) is None and self.is_answered(name)
        )

    def _holds(self, when: When) -> bool:
        here = when.scheme in (None, self.known_scheme)
        return here and self._answer_to(when.other) in when.answers

    def _answer_to(self, name: str) -> Any:
        """What was answered so far, or counts without an answer; None where that is not known."""
        try:
            return self.fields[name].to_python(self.so_far.get(name, ""))
        except ValidationError:
            return None

    def is_answered(self, name: str) -> bool:
        widget = self.fields[name].widget
        return bool(widget.value_from_datadict(self.so_far, MultiValueDict(), name))

    def was_shown(self, name: str) -> bool:
        """Whether a form with this question was sent: its boxes are there, if only empty."""
        return any(given == name or given.startswith(f"{name}_") for given in self.so_far)

    def _typed_so_far(self) -> dict[str, Any]:
        """The answers so far as each widget shows them, where there are any."""
        typed = {
            name: field.widget.value_from_datadict(self.so_far, {}, name)
            for name, field in self.fields.items()
        }
        return {name: value for name, value in typed.items() if value}

    def full_clean(self) -> None:
        super().full_clean()
        if self.strict or not self.is_bound:
            return
        self.next_questions = [
            name for name in self.errors if name in self.asked_when and not self.was_shown(name)
        ]
        for name in self.next_questions:
            del self.errors[name]
            self.fields[name].is_new = True  # type: ignore[attr-defined]

    def is_valid(self) -> bool:
        return super().is_valid() and not self.next_questions

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        for name, when in self.needed_when.items():
            missing = name in self.fields and name not in self.errors and cleaned[name] is None
            here = when.scheme in (None, self.known_scheme)
            if missing and here and cleaned.get(when.other) in when.answers:
                self.add_error(name, self.fields[name].error_messages["required"])
        return cleaned

    @property
    def example(self) -> str:
        """A link to an example, with answers filled in."""
        named = "" if len(self.schemes) == 1 else f"scheme={self.known_scheme}&"
        return f"?{named}{self.examples[self.known_scheme]}"

    @property
    def conditional(self) -> Iterator[forms.BoundField]:
        """The questions that are asked only now and then, asked now or not."""
        return (self[name] for name in self.fields if name in self.asked_when)

    @property
    def new_questions(self) -> Iterator[forms.BoundField]:
        """The questions to which the answers have just led."""
        return (self[name] for name in self.next_questions)

    def _with_defaults(self) -> MultiValueDict[str, str]:
        """The answers as given, and the default where a shown question was left alone."""
        data = MultiValueDict(self.data)
        for name, field in self.fields.items():
            if isinstance(field, Answer) and field.shows_default and not data.get(name):
                data[name] = str(field.prepare_value(field.default))
        return data

    @property
    def facts_in_words(self) -> tuple[str, ...]:
        """The choices that were made, by their Chinese names: 「在职」, 「三级」."""
        chosen = []
        for name, field in self.fields.items():
            value = self.cleaned_data.get(name)
            if isinstance(field, ChoiceAnswer) and name != "scheme" and value != field.default:
                chosen += [label for member, label in field.choices if member == value]
        return tuple(chosen)

    @property
    def helper(self) -> FormHelper:
        """How crispy lays the form out: every question in order, then the button."""
        return self.laid_out(*self.fields)

    def laid_out(self, *layout: Any) -> FormHelper:
        """Return a helper that shows `layout` and a button, as a plain GET form."""
        helper = FormHelper()
        helper.form_id = FORM_ID
        helper.form_method = "get"
        helper.form_action = ""
        # "?" and not "": htmx would add the answers to those that the link holds already.
        helper.attrs = {
            "novalidate": "",
            "hx-get": "?",
            "hx-target": "#answer",
            "hx-sync": "this:replace",
        }
        if not self.errors and not self.next_questions:
            helper.attrs["hx-headers"] = f'{{"{STANDS}": "1"}}'
        helper.layout = Layout(*layout, Submit("", self.button))
        return helper

    def fold(self, legend: str, *names: str) -> Fieldset:
        """Return questions that few people need, folded; open where one of them was answered."""
        asked = [name for name in names if name in self.fields]
        told = self.changed_data if self.is_bound else filter(self.is_answered, asked)
        answered = {*told, *self.errors, *self.next_questions} & set(asked)
        options = {"open": True} if answered else {}
        return Fieldset(legend, *asked, template="portal_crispy/layout/fold.html", **options)

    @classmethod
    def scheme_of(cls, named: str) -> Scheme | None:
        """Return the scheme that an answer names, or the one that counts where none is named."""
        if len(cls.schemes) == 1:
            return cls.schemes[0]
        if not named:
            return cls.default_scheme
        return Scheme(named) if named in set(cls.schemes) else None

    @property
    def facts(self) -> dict[str, Any]:
        """The answers that rules take: everything but the scheme and the day."""
        return {k: v for k, v in self.cleaned_data.items() if k not in {"scheme", "date"}}


@cache
def fields_of(
    form_class: type[CalculatorForm], scheme: Scheme, *, strict: bool = False
) -> dict[str, forms.Field]:
    """Return the fields that every form of a scheme starts with, to be looked at only."""
    fields = deepcopy(form_class.base_fields)
    if len(form_class.schemes) == 1:
        del fields["scheme"]
    else:
        fields["scheme"].required = form_class.default_scheme is None
    for name, owner in form_class.only_for.items():
        if owner != scheme:
            del fields[name]
    for name, options in form_class.scheme_choices.get(scheme, {}).items():
        fields[name].choices = options  # type: ignore[attr-defined]
    leading_on = {when.other for when in form_class.asked_when.values()}
    for name, field in fields.items():
        if isinstance(field, Answer):
            field.strict = strict
            field.conditional = name in form_class.asked_when
            field.leads_on = name in leading_on
    return _Fields(fields)


def _first_answers(form_class: type[CalculatorForm], scheme: Scheme) -> dict[str, Any]:
    """What the boxes of a form hold before anything is answered: the scheme, and the defaults."""
    shown = {
        name: field.default
        for name, field in fields_of(form_class, scheme).items()
        if isinstance(field, Answer) and field.shows_default
    }
    return {**shown, "scheme": scheme.value}
