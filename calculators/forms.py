"""The base of what calculators ask: one form serves the page and the JSON of a calculator."""

from enum import StrEnum
from typing import Any, ClassVar

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Fieldset, Layout, Submit
from django import forms
from django.utils.datastructures import MultiValueDict

from calculators.fields import Answer, ChoiceAnswer, DayField
from calculators.rules.people import Scheme
from portal.policy.models import choices as names


def named(labels: type[Any], *members: StrEnum) -> list[tuple[StrEnum, str]]:
    """Pair members with the Chinese names that the whole site uses for them."""
    return [(member, labels(member).label) for member in members]


class CalculatorForm(forms.Form):
    """Answers of one scheme. Strings in, values out; `strict` reads them as the contract says.

    `schemes` are those it answers for; one that answers for a single scheme does not ask which.
    `default_scheme` counts where none is named. `only_for` names the fields that one scheme alone
    asks, `scheme_choices` the choices that differ. A form is made for a scheme that is already
    known: without one nothing can be asked.
    """

    button: ClassVar[str] = "看看结果"
    schemes: ClassVar[tuple[Scheme, ...]] = tuple(Scheme)
    default_scheme: ClassVar[Scheme | None] = None
    only_for: ClassVar[dict[str, Scheme]] = {}
    scheme_choices: ClassVar[dict[Scheme, dict[str, list[tuple[StrEnum, str]]]]] = {}

    scheme = ChoiceAnswer(
        choices=named(names.Scheme, *Scheme), required=True, widget=forms.HiddenInput, label="险种"
    )
    date = DayField(label="按哪一天的规定算", widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, scheme: Scheme, strict: bool = False) -> None:
        super().__init__(data, initial={"scheme": scheme.value})
        self.known_scheme = scheme
        if len(self.schemes) == 1:
            del self.fields["scheme"]
        else:
            self.fields["scheme"].required = self.default_scheme is None
        for name, owner in self.only_for.items():
            if owner != scheme:
                del self.fields[name]
        for name, options in self.scheme_choices.get(scheme, {}).items():
            self.fields[name].choices = options  # type: ignore[attr-defined]
        for name, field in self.fields.items():
            if isinstance(field, Answer):
                field.strict = strict
                if field.shows_default:
                    self.initial.setdefault(name, field.default)
        if data is not None and not strict:
            self.data = self._with_defaults()

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
        helper.form_method = "get"
        helper.form_action = ""
        helper.attrs = {"novalidate": ""}
        helper.layout = Layout(*layout, Submit("", self.button))
        return helper

    def fold(self, legend: str, *names: str) -> Fieldset:
        """Return questions that few people need, folded; open where one of them was answered."""
        asked = [name for name in names if name in self.fields]
        answered = self.is_bound and any(
            name in self.changed_data or name in self.errors for name in asked
        )
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
