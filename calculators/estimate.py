"""A bill of which only the total is known: what it costs at least, at most, and as one guesses.

The documents say nothing about how much of a bill is 乙类 or 自费, so nothing is assumed here: at
least is "all of it counts", at most is what the person says could be 自费, and without that the
whole bill. What is likely is said only where the person gives it. The JSON takes none of this.
"""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any, cast
from urllib.parse import urlencode

from crispy_forms.helper import FormHelper
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.datastructures import MultiValueDict

from calculators.answering import answer
from calculators.asking import ASK, ask_kindly
from calculators.calculator import Calculator
from calculators.catalogue import CALCULATORS
from calculators.fields import AmountField
from calculators.forms import CalculatorForm, fields_of
from calculators.one_by_one import ask_one
from calculators.rules.breakdown import Breakdown
from calculators.rules.money import ZERO, plain
from calculators.rules.people import Scheme
from portal import clock
from portal.policy.in_force import Timetable
from portal.policy.models.choices import Scheme as SchemeName
from portal.site.display import display_of

SHARES = ("cost", "class_b", "outside")  # the parts of a bill that are not asked for here
OWN = ("total", "outside_most", "outside_likely")
_CASES = {"low": "最少", "likely": "照您估计", "high": "最多"}


@dataclass(frozen=True, slots=True)
class Case:
    """One way the bill could be shared: `outside` of it is 自费, the person pays `own` in all.

    `own` is None where the documents give no answer. `url` opens the whole computation.
    """

    code: str
    label: str
    outside: Decimal
    own: Decimal | None
    url: str


def outside_shares(
    total: Decimal, most: Decimal | None, likely: Decimal | None
) -> dict[str, Decimal]:
    """Return how much of `total` is 自费 in each case, in yuan; no `likely` where nobody guesses."""
    shares = {"low": ZERO, "likely": likely, "high": total if most is None else most}
    return {code: outside for code, outside in shares.items() if outside is not None}


@lru_cache
def range_form(base: type[CalculatorForm]) -> type[CalculatorForm]:
    """Return the form of a calculator that asks for the total of a bill instead of its parts."""

    def laid_out(form: CalculatorForm) -> FormHelper:
        first = [name for name, asked in form.fields.items() if asked.required and name not in OWN]
        hidden = [name for name in ("scheme", "date") if name in form.fields]
        shown = list(dict.fromkeys((*hidden, *first, *OWN)))
        rare = [name for name in form.fields if name not in shown]
        fold = [form.fold("还有别的情况吗？没有就不用填", *rare)] if rare else []
        return form.laid_out(*shown, *fold)

    def cleaned(form: CalculatorForm) -> dict[str, Any]:
        given = base.clean(form) or form.cleaned_data
        total, most, likely = (given.get(name) for name in OWN)
        if most is not None and total is not None and most > total:
            form.add_error("outside_most", "不会比总费用还多，请看看是不是填错了。")
        ceiling = total if most is None else most
        if likely is not None and ceiling is not None and likely > ceiling:
            form.add_error("outside_likely", "不会比最多的还多，请看看是不是填错了。")
        return given

    parts: dict[str, Any] = {
        **{name: None for name in SHARES if name in base.base_fields},
        "only_for": {n: s for n, s in base.only_for.items() if n not in SHARES},
        "button": "看看最少、最多",
        "total": AmountField(
            required=True,
            label="总费用一共多少？",
            help_text="就是票据上的“合计”，报销的、自费的都在里面。",
            error_messages={"required": "请填写金额，例如 20000。没有确切数字可以先估一个。"},
        ),
        "outside_most": AmountField(
            label="自费最多可能有多少？",
            help_text="自费、丙类和乙类先行自付加在一起，拿不准就往多里填。不填，就按全部自费算最多。",
        ),
        "outside_likely": AmountField(
            label="您估计自费有多少？", help_text="心里有数才填，本站不替您猜。"
        ),
        "helper": property(laid_out),
        "clean": cleaned,
        "__doc__": base.__doc__,
    }
    return cast(type[CalculatorForm], type(f"Range{base.__name__}", (base,), parts))


def range_url(calculator: Calculator, scheme: Scheme) -> str:
    """Return the address that asks for the total; empty where a calculator asks for no such bill."""
    if "cost" not in fields_of(calculator.form, scheme):
        return ""
    return f"{_address('range', calculator)}?{urlencode({'scheme': scheme.value})}"


def estimate(form: CalculatorForm, own_part: Callable[[Decimal], Any]) -> list[Case]:
    """Return the cases of a valid range form; `own_part` answers one, given what is 自费 in it."""
    shares = outside_shares(*(form.cleaned_data[name] for name in OWN))
    return [
        Case(code, _CASES[code], outside, *own_part(outside)) for code, outside in shares.items()
    ]


def page(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask for the total of a bill, and say what it costs at least and at most."""
    calculator = CALCULATORS.get(slug)
    if calculator is None:
        raise Http404
    care = display_of(request).care
    asked = ask_kindly(range_form(calculator.form), request.GET)
    is_open = care and ASK in request.GET
    if asked.canonical and not is_open:
        return HttpResponseRedirect(request.path + asked.canonical, status=303)
    form = asked.form
    if form is None or not range_url(calculator, form.known_scheme):
        return HttpResponseRedirect(_address("page", calculator), status=303)
    context: dict[str, Any] = {
        "title": "只知道总费用，大约要付多少",
        "calculator": calculator,
        "questions_url": f"{_address('page', calculator)}?scheme={form.known_scheme.value}",
        "scheme_label": SchemeName(form.known_scheme).label,
        "form": form,
    }
    answered = form.is_bound and form.is_valid() and not is_open
    if answered:
        context |= {"cases": _cases(calculator, form), "total": form.cleaned_data["total"]}
    elif care:
        screen = ask_one(range_form(calculator.form), request.GET)
        assert screen is not None  # as `form` has a scheme
        form = screen.form
        context |= {"screen": screen, "form": form}
    wrong = form.errors if care else form.is_bound and not answered
    status = 422 if wrong else None
    return render(request, "calculators/range.html", context, status=status)


def _cases(calculator: Calculator, form: CalculatorForm) -> list[Case]:
    """Each case as the calculator itself answers it, all on the day of the first."""
    timetable, today = Timetable.load(), clock.today()
    total = form.cleaned_data["total"]
    names_outside = "outside" in calculator.form.base_fields

    def own_part(outside: Decimal) -> tuple[Decimal | None, str]:
        given = cast(MultiValueDict[str, str], form.data)
        data = {name: values for name, values in given.lists() if name not in OWN}
        data["cost"] = [plain(total - outside)]
        if names_outside and outside:
            data["outside"] = [plain(outside)]
        case = calculator.form(MultiValueDict(data), scheme=form.known_scheme)
        case.is_valid()  # as valid as `form`: it asks for the same but the parts of the bill
        found = answer(calculator, case, timetable, today).outcome
        url = f"{_address('page', calculator)}?{urlencode(data, doseq=True)}"
        if not isinstance(found, Breakdown):
            return None, url
        return found.payers["self"] + (ZERO if names_outside else outside), url

    return estimate(form, own_part)


def _address(name: str, calculator: Calculator) -> str:
    return reverse(f"calculators:{name}", args=[calculator.slug])
