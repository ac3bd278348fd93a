"""The crispy pack: what a question, its help and its error look like to a phone and to a reader."""

import re
from typing import Any

import pytest
from crispy_forms.helper import FormHelper
from crispy_forms.layout import Fieldset, Layout, Submit
from django import forms
from django.template import engines

FOLD = "portal_crispy/layout/fold.html"


class DayWidget(forms.MultiWidget):
    def __init__(self) -> None:
        super().__init__({part: forms.TextInput() for part in ("year", "month", "day")})

    def decompress(self, value: Any) -> list[str]:
        return [*str(value or "").split("-"), "", "", ""][:3]


class DayField(forms.CharField):
    widget = DayWidget


class Questions(forms.Form):
    tier = forms.ChoiceField(
        label="住的是哪一级医院？",
        choices=[("level1", "一级"), ("level3", "三级")],
        widget=forms.RadioSelect,
        error_messages={"required": "请选医院级别。"},
    )
    cost = forms.DecimalField(
        label="费用一共多少？",
        help_text="看<发票>。",
        widget=forms.TextInput({"inputmode": "decimal"}),
        error_messages={"required": "请填写金额。"},
    )
    class_b = forms.DecimalField(
        label="乙类多少？", required=False, widget=forms.TextInput({"inputmode": "decimal"})
    )
    place = forms.ChoiceField(
        label="在哪里住院？",
        choices=[("local", "沈阳")],
        required=False,
        initial="local",
        widget=forms.RadioSelect,
    )
    filed_on = DayField(label="哪天备案的？", required=False)

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.form_method = "get"
        helper.layout = Layout(
            "tier",
            "cost",
            Fieldset("别的情况", "class_b", "place", "filed_on", template=FOLD),
            Submit("go", "看看要付多少"),
        )
        return helper


def render(form: forms.Form) -> str:
    source = "{% load crispy_forms_tags %}{% crispy form %}"
    html: str = engines["public"].from_string(source).render({"form": form})
    return html


@pytest.fixture
def empty() -> str:
    return render(Questions())


@pytest.fixture
def wrong() -> str:
    return render(Questions({"cost": "", "class_b": "很多"}))


def test_the_form_is_checked_by_the_server_and_has_an_address(empty: str) -> None:
    (form,) = re.findall(r"<form[^>]*>", empty)
    assert 'method="get"' in form
    assert form.count("novalidate") == 1
    assert "csrf" not in empty


def test_the_button_sends_nothing_itself(empty: str) -> None:
    assert '<button class="button" type="submit">看看要付多少</button>' in empty


def test_an_amount_shows_its_unit_and_a_keypad(empty: str) -> None:
    assert 'inputmode="decimal"' in empty
    assert empty.count('<span class="unit">元</span>') == 2


def test_help_is_escaped_and_tied_to_its_field(empty: str) -> None:
    assert '<p class="why" id="id_cost_helptext">看&lt;发票&gt;。</p>' in empty
    assert 'aria-describedby="id_cost_helptext"' in empty


def test_only_what_is_left_open_is_marked_optional(empty: str) -> None:
    marked = re.findall(r"([^>]*)<span class=\"optional\">（选填）</span>", empty)
    assert marked == ["乙类多少？", "哪天备案的？"]


def test_choices_are_rows_that_name_themselves(empty: str) -> None:
    assert empty.count('<label class="choice"') == 3
    assert "<legend>住的是哪一级医院？</legend>" in empty
    assert 'for="id_tier_0"' in empty


def test_a_day_is_three_boxes_with_their_units() -> None:
    html = render(Questions({"filed_on_year": "2025", "filed_on_month": "6"}))
    for part, unit in (("year", "年"), ("month", "月"), ("day", "日")):
        assert f'name="filed_on_{part}"' in html
        assert f'<span class="unit">{unit}</span>' in html
    assert 'value="2025"' in html


def test_without_errors_there_is_no_summary_and_the_fold_is_closed(empty: str) -> None:
    assert "wrongs" not in empty
    assert '<details class="fold">' in empty


def test_the_summary_takes_the_focus_and_leads_to_each_field(wrong: str) -> None:
    (summary,) = re.findall(r'<div class="wrongs".*?</div>', wrong, re.DOTALL)
    assert 'role="alert"' in summary
    assert 'tabindex="-1" autofocus' in summary
    assert "有 3 处要改" in summary
    for target in re.findall(r'href="#([^"]+)"', summary):
        assert f'id="{target}"' in wrong
    assert re.findall(r'href="#([^"]+)"', summary) == ["id_tier_0", "id_cost", "id_class_b"]


def test_the_same_words_stand_at_the_field(wrong: str) -> None:
    assert '<p class="error" id="id_cost_error">请填写金额。</p>' in wrong
    assert 'aria-describedby="id_cost_helptext id_cost_error"' in wrong
    assert '<fieldset aria-describedby="id_tier_error">' in wrong
    assert wrong.count("请填写金额。") == 2


def test_a_fold_with_an_error_in_it_is_open(wrong: str) -> None:
    assert '<details class="fold" open>' in wrong


def test_a_page_may_put_the_summary_above_its_title() -> None:
    source = (
        "{% load crispy_forms_tags %}{% with summary_shown=True %}{% crispy form %}{% endwith %}"
    )
    html = engines["public"].from_string(source).render({"form": Questions({})})
    assert "wrongs" not in html
    assert "请填写金额。" in html
