"""A question that is drawn from memory is the very one that its templates draw."""

import pytest
from django.utils.datastructures import MultiValueDict

from calculators.catalogue import CALCULATORS
from calculators.forms import CalculatorForm
from calculators.rules.people import Scheme
from calculators.templatetags.question_tags import _draw, question
from calculators.year_forms import YearForm

TYPED = ["20000", '"><script>', "\ue000"]
FORMS = [*(calculator.form for calculator in CALCULATORS.values()), YearForm]


@pytest.mark.slow
@pytest.mark.parametrize("form_class", FORMS, ids=lambda form: form.__name__)
@pytest.mark.parametrize("typed", TYPED)
def test_it_is_drawn_as_if_for_the_first_time(form_class: type[CalculatorForm], typed: str) -> None:
    """Each question with an answer of its own, in a form that is judged and in one that is not."""
    for scheme in form_class.schemes:
        answers = MultiValueDict({name: [typed] for name in form_class.base_fields if typed})
        for form in (
            form_class(answers, scheme=scheme),
            form_class(scheme=scheme, so_far=answers),
            form_class(scheme=scheme),
        ):
            for _ in range(2):
                for name in form.fields:
                    assert question(form[name]) == _draw(form[name]), name


def test_what_one_person_typed_is_not_shown_to_another() -> None:
    form_class = CALCULATORS["inpatient"].form
    for cost in ("12345.67", "76543.21"):
        form = form_class(MultiValueDict({"cost": [cost]}), scheme=Scheme.FLEXIBLE)
        drawn = question(form["cost"])
        assert f'value="{cost}"' in drawn
        assert drawn.count("</output>") == 1
        assert "万" in drawn.rpartition("<output")[2]
