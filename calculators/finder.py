"""Finding a calculator by what happened to a person, not by the name of a law.

What belongs here: the situations in the person's words, and where each of them leads. What does
not: what a calculator asks (`calculators.topics`) and what a guide page says (texts in the database).
"""

from typing import NamedTuple
from urllib.parse import parse_qsl

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from calculators.asking import ASK
from calculators.carried import Told, carry, questions_link, told_in
from calculators.catalogue import CALCULATORS
from calculators.rules.people import Scheme

# What people call the schemes when they have to choose between the two.
SHORT_NAMES = {Scheme.RESIDENT: "居民", Scheme.FLEXIBLE: "灵活就业"}


class Way(NamedTuple):
    """Where a situation leads: a path, the answer that chooses it, whom it is for (None: all)."""

    path: str
    label: str = ""
    scheme: Scheme | None = None


class Situation(NamedTuple):
    """What happened, in the person's words, one way or several, and what else must be said.

    Several ways are one short question that is asked in place: which insurance, which child.
    """

    words: str
    ways: tuple[Way, ...]
    text: str = ""


class Group(NamedTuple):
    """Situations of one part of life, under a heading."""

    title: str
    situations: tuple[Situation, ...]


def resident(path: str, label: str = SHORT_NAMES[Scheme.RESIDENT]) -> Way:
    """A way for 城乡居民医保 alone."""
    return Way(path, label, Scheme.RESIDENT)


def flexible(path: str, label: str = SHORT_NAMES[Scheme.FLEXIBLE]) -> Way:
    """A way for 灵活就业人员职工医保 alone."""
    return Way(path, label, Scheme.FLEXIBLE)


def known(calculator: str, query: str) -> str:
    """The form of a calculator with the answers that the situation decides, the others open."""
    return f"/calculators/{calculator}/?{query}&{ASK}=1"


def either(calculator: str, answers: str = "") -> tuple[Way, ...]:
    """A calculator for both schemes, its first question answered here, with what else is known."""
    queries = [f"scheme={scheme}" for scheme in (Scheme.RESIDENT, Scheme.FLEXIBLE)]
    if answers:
        paths = [known(calculator, f"{query}&{answers}") for query in queries]
    else:
        paths = [f"/calculators/{calculator}/?{query}" for query in queries]
    return resident(paths[0]), flexible(paths[1])


CONTRIBUTION = "/calculators/contribution/?scheme="

GROUPS = (
    Group(
        "生病、看病",
        (
            Situation("我要住院", either("inpatient")),
            Situation("在急诊抢救", either("emergency")),
            Situation("去门诊看病", either("outpatient")),
            Situation("有慢性病、特殊病", either("chronic"), "认定过的门诊慢特病"),
            Situation(
                "高血压、糖尿病吃药",
                (
                    resident("/calculators/two-diseases/"),
                    flexible("/calculators/outpatient/?scheme=flexible"),
                ),
            ),
            Situation("在外地看病，办过备案", either("inpatient", "place=long_term"), "住院的费用"),
            Situation(
                "在外地看病，临时去的",
                (
                    # How much is paid then is not in the residents' document; the page says so.
                    resident("/benefits/resident-away/"),
                    flexible(known("inpatient", "scheme=flexible&place=temporary")),
                ),
                "住院的费用",
            ),
            Situation(
                "自己付了很多，还能再报吗",
                (
                    resident("/calculators/major-illness/"),
                    flexible("/calculators/supplementary/"),
                ),
            ),
            Situation(
                "一年下来花了多少",
                (Way("/calculators/year/"),),
                "全年的住院、门诊放在一起算",
            ),
        ),
    ),
    Group(
        "生孩子",
        (
            Situation("要生孩子", either("maternity", "kind=childbirth")),
            Situation("做计划生育手术", either("maternity", "kind=family_planning")),
            Situation(
                "做辅助生殖（试管婴儿）",
                (
                    # The residents' document does not speak of it; their page says so.
                    resident("/benefits/resident-maternity/"),
                    flexible(known("maternity", "scheme=flexible&kind=assisted_reproduction")),
                ),
            ),
            Situation(
                "孩子刚出生，哪天起能报",
                (resident(known("start-date", "scheme=resident&kind=newborn")),),
            ),
        ),
    ),
    Group(
        "交医保",
        (
            Situation(
                "给孩子交医保",
                (
                    resident(f"{CONTRIBUTION}resident&member=student", "在上学"),
                    resident(f"{CONTRIBUTION}resident&member=minor", "没上学"),
                ),
            ),
            Situation("一家人一年交多少", (resident(f"{CONTRIBUTION}resident"),), "居民按人交"),
            Situation("自己按月交，一共多少", (flexible(f"{CONTRIBUTION}flexible"),), "灵活就业"),
            Situation("要补缴以前的", (flexible("/calculators/arrears/"),), "灵活就业欠缴的月份"),
            Situation("两种医保怎么比", (Way("/calculators/compare/"),), "并排看交多少、报多少"),
        ),
    ),
    Group(
        "从哪天起管用",
        (
            Situation("刚交了钱，哪天管用", either("start-date")),
            Situation(
                "我中断了缴费",
                (
                    resident("/calculators/start-date/?scheme=resident"),
                    flexible(known("start-date", "scheme=flexible&kind=gap")),
                ),
                "要不要等，能不能补",
            ),
            Situation(
                "换了工作、换了一种医保",
                (
                    resident(
                        known("start-date", "scheme=resident&kind=from_employee"), "职工转居民"
                    ),
                    flexible(
                        known("start-date", "scheme=flexible&kind=from_resident"),
                        "居民转灵活就业",
                    ),
                    flexible(known("start-date", "scheme=flexible&kind=gap"), "单位转灵活就业"),
                    flexible(known("start-date", "scheme=flexible&kind=transfer"), "外地职工转来"),
                ),
            ),
            Situation("异地备案什么时候到期", either("filing-expiry")),
        ),
    ),
    Group(
        "退休",
        (
            Situation("快退休了", (flexible("/calculators/retirement/"),), "年限够不够，要补多少"),
            Situation(
                "退休后账户有多少钱",
                (flexible("/calculators/retiree-account/"),),
                "一年划入多少，扣掉大额费还剩多少",
            ),
        ),
    ),
    Group(
        "要办手续",
        (
            Situation("不知道参加哪一种", (Way("/guide/"),), "一步一步问您，怎么办"),
            Situation("换医保要办什么", (Way("/enrollment/changes/"),)),
            Situation("去外地看病要办什么", (Way("/care/away/"),)),
            Situation("要申请门诊特殊病", (flexible("/care/special-disease/"),)),
            Situation("拿单子回来报销", (Way("/care/settlement/"),)),
            Situation("困难家庭看不起病", (Way("/for/hardship/"),)),
        ),
    ),
)


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """List the situations; with `?scheme=` those of one insurance, each led there directly.

    What a result's link carries along goes on into the questions that ask it.
    """
    asked = request.GET.get("scheme")
    scheme = next((known for known in SHORT_NAMES if known == asked), None)
    filters = [
        {"label": name, "url": f"/calculators/?scheme={known}", "is_chosen": known == scheme}
        for known, name in SHORT_NAMES.items()
    ]
    filters.append({"label": "都看", "url": "/calculators/", "is_chosen": scheme is None})
    context = {"groups": groups_for(scheme, told_in(request.GET)), "filters": filters}
    return render(request, "calculators/index.html", context)


def groups_for(scheme: Scheme | None, told: Told | None = None) -> list[Group]:
    """Return the groups with what can happen to people of one scheme; None: to anybody.

    What is `told` of the person already is filled in in the questions of the calculators.
    """
    narrowed = (
        (group.title, (_narrowed(situation, scheme, told or {}) for situation in group.situations))
        for group in GROUPS
    )
    groups = [Group(title, tuple(s for s in found if s.ways)) for title, found in narrowed]
    return [group for group in groups if group.situations]


def _narrowed(situation: Situation, scheme: Scheme | None, told: Told) -> Situation:
    ways = (way for way in situation.ways if scheme is None or way.scheme in {None, scheme})
    return situation._replace(ways=tuple(_filled_in(way, told) for way in ways))


def _filled_in(way: Way, told: Told) -> Way:
    """Lead to the questions with what is told filled in; what the situation says comes first."""
    path, _, query = way.path.partition("?")
    slug = path.removeprefix("/calculators/").strip("/")
    if not told or way.scheme is None or slug not in CALCULATORS:
        return way
    said = {n: value for n, value in parse_qsl(query) if n not in {"scheme", ASK}}
    carried = carry(told, CALCULATORS[slug].form, way.scheme)
    if not carried.keys() - said.keys():
        return way
    return way._replace(path=questions_link(slug, way.scheme, told, **said))
