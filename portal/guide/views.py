"""The screens of 我该怎么办: the next question, or the plan. The answers are the query."""

from dataclasses import replace
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_safe

from calculators.asking import DROPPED, SHOWN_AS, given_in
from calculators.fields import DayWidget
from calculators.next_steps import Link
from calculators.rules.people import Scheme
from portal import clock
from portal.contributions.models import ChannelUse, Purpose
from portal.guide.desk import Desk
from portal.guide.path import ORDER, Path, link, link_with, link_without, make_field, walk
from portal.guide.plan import make_plan
from portal.guide.questions import QUESTIONS, Question
from portal.guide.sections import GUIDE
from portal.guide.telling import tell
from portal.offices.models import Office
from portal.offices.search import read_offices
from portal.policy.in_force import Timetable
from portal.policy.pages import find_page
from portal.policy.texts import Numbers
from portal.site.qr import picture_of

DISTRICT, OTHER = "district", "other"
SCHOOL = "school"  # the slug of a channel
SHORT = {question.name: question.short for question in QUESTIONS}
_BOXES = {name: [f"{name}_{part}" for part in DayWidget.PARTS] for name in ORDER}
_PARTS = {part for parts in _BOXES.values() for part in parts}


class Query(NamedTuple):
    """A query as people and links leave it: the answers, what the link carries beside them, whether
    it holds names that mean nothing here, and whether a clean link is spelled otherwise."""

    answers: dict[str, str]
    others: dict[str, str]
    has_unknown: bool
    is_unclean: bool


@require_safe
def guide(request: HttpRequest) -> HttpResponse:
    """Ask the next question, say what is wrong with an answer (422), or show the plan."""
    desk = Desk(Timetable.load(), clock.today())
    query = _read(request.GET)
    path = walk(query.answers, desk.most_repaid)
    if not path.error and (query.is_unclean or path.lost or path.answers != query.answers):
        dropped = [*path.lost, *([OTHER] if query.has_unknown else [])]
        more = {**query.others, **({DROPPED: ",".join(dropped)} if dropped else {})}
        # 303: whatever brought the person here, the screen stands at this clean link.
        return HttpResponseRedirect(request.path + link({**path.answers, **more}), status=303)
    numbers = Numbers(desk.timetable, desk.today, marked=False)
    context: dict[str, Any] = {
        "said": [_said(path, question, numbers) for question in path.steps],
        "notices": _dropped_notices(query.others.get(DROPPED, ""), numbers),
    }
    if path.question is None:
        district = query.others.get(DISTRICT, "")
        context |= _plan(request, path, desk, district, context["said"])
        return render(request, "guide/plan.html", context)
    context |= _question(path, path.question, query.answers, desk, numbers)
    return render(request, "guide/question.html", context, status=422 if path.error else 200)


def _read(query: QueryDict) -> Query:
    """Read a query. A day in three boxes becomes one answer; of one given twice the last counts."""
    given, appended = given_in(query)
    aside = (*SHOWN_AS, DISTRICT, DROPPED)
    others = {name: given[name][-1] for name in aside if given.get(name, [""])[-1]}
    answers = {name: values[-1] for name, values in given.items() if name in ORDER}
    for name, parts in _BOXES.items():
        if any(part in given for part in parts):
            typed = [given.get(part, [""])[-1].strip() for part in parts]
            answers[name] = "-".join(typed) if any(typed) else ""
    known = {*ORDER, *aside, *_PARTS}
    unknown = any(name not in known and any(values) for name, values in given.items())
    doubled = any(len(values) > 1 for _, values in query.lists())
    return Query(answers, others, unknown, bool(appended or unknown or doubled))


# --- what a screen shows ----------------------------------------------------------------------------


def _said(path: Path, question: Question, numbers: Numbers) -> dict[str, str]:
    """An answer that was given, and the link that asks again."""
    value = path.known.answers[question.name]
    chosen = next((option.words for option in question.options if option.value == value), "")
    return {
        "short": numbers.fill(question.short),
        "answer": chosen or _day_words(value),
        "change": link_without(path, question.name),
    }


def _day_words(value: str) -> str:
    year, month, *day = map(int, value.split("-"))
    return f"{year}年{month}月" + (f"{day[0]}日" if day else "")


def _dropped_notices(dropped: str, numbers: Numbers) -> list[str]:
    names = [numbers.fill(SHORT[name]) for name in dropped.split(",") if name in SHORT]
    if names:
        return [f"链接里的“{'”、“'.join(names)}”已经不适用，没有采用，请看看下面的对不对。"]
    return ["链接里有一项内容看不懂，没有采用，请看看下面的对不对。"] if dropped else []


def _question(
    path: Path, question: Question, given: dict[str, str], desk: Desk, numbers: Numbers
) -> dict[str, Any]:
    context: dict[str, Any] = {
        "words": numbers.fill(question.words),
        "why": question.why,
        "options": [
            {
                "words": option.words,
                "text": _option_text(path, question.name, option.value, desk) or option.text,
                "url": link_with(path, option.value),
            }
            for option in question.options
        ],
    }
    if question.field is not None:
        form = _form(question, given.get(question.name, ""), path.error)
        hidden = {name: value for name, value in path.answers.items() if name != question.name}
        context |= {"form": form, "field": form[question.name], "hidden": hidden}
    if not path.steps:
        page = find_page(GUIDE, desk.timetable, desk.today)
        context |= {"is_first": True, "lead": page.lead if page else ""}
    return context


def _option_text(path: Path, name: str, value: str, desk: Desk) -> str:
    """What a scheme costs, where the choice is between the two."""
    cost = desk.cost(path.known, Scheme(value)) if name == "scheme" else None
    return f"{cost.year}要交 {cost.headline['value']}" if cost and cost.headline else ""


def _form(question: Question, typed: str, error: str) -> forms.Form:
    """The one question that is typed, with what is wrong with it."""
    fields = {question.name: make_field(question)}
    form_class = type("OneQuestion", (forms.Form,), fields)
    form: forms.Form = form_class({question.name: typed} if error else None)
    if error and not form.errors:
        form.add_error(question.name, error)
    return form


def _plan(
    request: HttpRequest, path: Path, desk: Desk, district: str, said: list[dict[str, str]]
) -> dict[str, Any]:
    plan = make_plan(path.known, desk)
    districts = list(dict.fromkeys(Office.objects.values_list("district", flat=True)))
    district = district if district in districts else ""
    here = request.build_absolute_uri(request.path + link(path.answers))
    return {
        "plan": plan,
        "ages": plan.ages,
        "links": [_onward(way, district) for way in plan.links],
        "districts": districts,
        "district": district,
        # Behind addresses of calculators, which all have answers in them already.
        "carried": f"&{urlencode({DISTRICT: district})}" if district else "",
        "offices": read_offices(desk.today, district=district) if district else [],
        "channels": _channels() if plan.pays_at else [],
        "hidden": path.answers,
        "other_scheme": link_without(path, "scheme") if plan.both else "",
        "qr": picture_of(here),
        **tell(request, path, plan, said),
    }


def _onward(way: Link, district: str) -> Link:
    """Hand the district on to where it says which office is near."""
    if not district or not way.url.startswith(("/calculators/", "/offices/")):
        return way
    joint = "&" if "?" in way.url else "?"
    return replace(way, url=f"{way.url}{joint}{urlencode({DISTRICT: district})}")


def _channels() -> list[dict[str, Any]]:
    """Where residents pay, each channel once, with the clauses that say so."""
    uses = ChannelUse.objects.filter(purpose=Purpose.PAY, scheme=Scheme.RESIDENT.value)
    uses = uses.exclude(channel__slug=SCHOOL)  # students are told of it among their steps
    found: dict[str, dict[str, Any]] = {}
    for use in uses.select_related("channel", "clause").order_by("channel__position", "pk"):
        shown = found.setdefault(use.channel.slug, {"channel": use.channel, "clauses": []})
        if use.clause:
            shown["clauses"].append(use.clause.code)
    return list(found.values())
