"""Where to go from a result: the next calculator, the benefit's page, the guide, the counter."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode

from calculators.carried import NOTHING, Told, carry, questions_link
from calculators.rules.people import Group, Place, ResidentEntry, Scheme
from calculators.year_forms import YearForm


@dataclass(frozen=True, slots=True)
class Link:
    """A page to go on to, by what it is about."""

    url: str
    title: str


OFFICES = Link("/offices/", "去哪里办")
SETTLEMENT = Link("/care/settlement/", "怎么结算报销")
AWAY = Link("/care/away/", "在外地看病怎么办")
FILING = Link("/enrollment/filing/", "异地就医备案")
CHANNELS = Link("/contributions/channels/", "在哪里缴费")
_FLEXIBLE, _RESIDENT = Scheme.FLEXIBLE, Scheme.RESIDENT


def _benefit(name: str, title: str) -> Link:
    return Link(f"/benefits/{name}/", title)


_AFTER: Mapping[tuple[str, Scheme], Sequence[Link]] = {
    ("inpatient", _FLEXIBLE): (_benefit("flexible-inpatient", "住院待遇"), SETTLEMENT),
    ("inpatient", _RESIDENT): (
        _benefit("resident-inpatient", "住院待遇"),
        _benefit("resident-major-illness", "居民大病保险"),
        SETTLEMENT,
    ),
    ("emergency", _FLEXIBLE): (_benefit("flexible-emergency", "急诊抢救待遇"), SETTLEMENT),
    ("emergency", _RESIDENT): (_benefit("resident-emergency", "急诊抢救待遇"), SETTLEMENT),
    ("outpatient", _FLEXIBLE): (_benefit("flexible-outpatient", "门诊统筹待遇"), SETTLEMENT),
    ("outpatient", _RESIDENT): (
        _benefit("resident-outpatient", "门诊统筹待遇"),
        _benefit("resident-two-diseases", "高血压、糖尿病用药"),
    ),
    ("chronic", _FLEXIBLE): (
        _benefit("flexible-chronic", "门诊慢特病待遇"),
        Link("/care/special-disease/", "特殊病怎么认定"),
    ),
    ("chronic", _RESIDENT): (
        _benefit("resident-chronic", "门诊慢特病待遇"),
        Link("/care/special-disease/", "特殊病怎么认定"),
    ),
    ("two-diseases", _RESIDENT): (_benefit("resident-two-diseases", "高血压、糖尿病用药"),),
    ("major-illness", _RESIDENT): (
        _benefit("resident-major-illness", "居民大病保险"),
        Link("/enrollment/medical-aid/", "医疗救助"),
    ),
    ("supplementary", _FLEXIBLE): (_benefit("flexible-supplementary", "补充医疗保险"), SETTLEMENT),
    ("maternity", _FLEXIBLE): (
        _benefit("flexible-maternity", "生育待遇"),
        Link("/care/maternity-claims/", "生育费用怎么报"),
    ),
    ("maternity", _RESIDENT): (
        _benefit("resident-maternity", "生育待遇"),
        Link("/care/maternity-claims/", "生育费用怎么报"),
    ),
    ("contribution", _FLEXIBLE): (
        CHANNELS,
        Link("/contributions/flexible/", "灵活就业缴费"),
    ),
    ("contribution", _RESIDENT): (
        CHANNELS,
        Link("/contributions/resident/", "居民缴费"),
    ),
    ("retiree-account", _FLEXIBLE): (Link("/contributions/retired/", "退休人员的费用和账户"),),
    ("arrears", _FLEXIBLE): (
        Link("/contributions/arrears/", "补缴"),
        Link("/enrollment/retirement/", "退休"),
    ),
    ("retirement", _FLEXIBLE): (
        Link("/enrollment/retirement/", "退休"),
        Link("/contributions/retired/", "退休人员的费用和账户"),
    ),
    ("start-date", _FLEXIBLE): (
        Link("/enrollment/flexible-start/", "待遇从哪天起"),
        Link("/enrollment/flexible/", "参保登记"),
    ),
    ("start-date", _RESIDENT): (
        Link("/enrollment/resident-start/", "待遇从哪天起"),
        Link("/enrollment/resident/", "居民参保"),
    ),
    ("filing-expiry", _FLEXIBLE): (FILING, AWAY),
    ("filing-expiry", _RESIDENT): (FILING, AWAY),
}


@dataclass(frozen=True, slots=True)
class Then:
    """A calculator to go on with, and what the result before it decides of its answers."""

    slug: str
    title: str
    answers: Told = field(default_factory=dict)
    scheme: Scheme | None = None  # None: the one of the result


_START = Then("start-date", "从哪天起能报销")
_OUTPATIENT = Then("outpatient", "看普通门诊")
_MAJOR_ILLNESS = Then("major-illness", "大病保险再报多少")
_STAY = Then("inpatient", "接着住院要付多少")
_NEWBORN = Then(
    "start-date", "孩子哪天起能报", {"kind": ResidentEntry.NEWBORN.value}, Scheme.RESIDENT
)
_STAY_WHERE_FILED = Then("inpatient", "在备案地住院", {"place": Place.LONG_TERM.value})
_THEN: Mapping[tuple[str, Scheme], Sequence[Then]] = {
    ("inpatient", _RESIDENT): (_MAJOR_ILLNESS,),
    ("emergency", _FLEXIBLE): (_STAY,),
    ("emergency", _RESIDENT): (_STAY, _MAJOR_ILLNESS),
    ("outpatient", _FLEXIBLE): (Then("chronic", "认定过慢特病的"),),
    ("outpatient", _RESIDENT): (Then("two-diseases", "降压药、降糖药"),),
    ("chronic", _FLEXIBLE): (_OUTPATIENT,),
    ("two-diseases", _RESIDENT): (_OUTPATIENT,),
    ("maternity", _FLEXIBLE): (
        Then("outpatient", "生育门诊", {"maternity": "true"}),
        _NEWBORN,
    ),
    ("maternity", _RESIDENT): (_NEWBORN,),
    ("contribution", _FLEXIBLE): (_START,),
    ("contribution", _RESIDENT): (_START,),
    ("start-date", _FLEXIBLE): (Then("contribution", "要缴多少钱"),),
    ("start-date", _RESIDENT): (Then("contribution", "要缴多少钱"),),
    ("arrears", _FLEXIBLE): (Then("retirement", "年限够不够退休"),),
    ("retirement", _FLEXIBLE): (Then("retiree-account", "退休后账户有多少"),),
    ("retiree-account", _FLEXIBLE): (
        Then("outpatient", "退休后看门诊", {"group": Group.RETIRED.value}),
    ),
    ("filing-expiry", _FLEXIBLE): (_STAY_WHERE_FILED,),
    ("filing-expiry", _RESIDENT): (_STAY_WHERE_FILED,),
    ("year", _RESIDENT): (_MAJOR_ILLNESS,),
}
# Whose results are events of a year, or are added up over one.
_OF_A_YEAR = (
    *("inpatient", "emergency", "outpatient", "chronic", "two-diseases"),
    *("major-illness", "supplementary", "maternity"),
)


def next_steps(
    slug: str, scheme: Scheme, *, away: bool = False, told: Told = NOTHING
) -> list[Link]:
    """Return where to go on from a result of a calculator; `away` for care outside Shenyang.

    What was `told` there is filled in in the next calculator. The offices stand last, wherever
    there is something to do.
    """
    links = [
        *(
            Link(questions_link(then.slug, then.scheme or scheme, told, **then.answers), then.title)
            for then in _THEN.get((slug, scheme), ())
        ),
        *([_year(scheme, told)] if slug in _OF_A_YEAR else ()),
        *_AFTER.get(("inpatient" if slug == "year" else slug, scheme), ()),
        *((AWAY, FILING) if away else ()),
    ]
    return [*dict.fromkeys(links), _finder(scheme, told), OFFICES]


def _year(scheme: Scheme, told: Told) -> Link:
    """The year's bill; it asks for the group and nothing else of the person."""
    answers = {"scheme": scheme.value, **carry(told, YearForm, scheme)}
    return Link(f"/calculators/year/?{urlencode(answers)}", "全年账单")


def _finder(scheme: Scheme, told: Told) -> Link:
    return Link(f"/calculators/?{urlencode({'scheme': scheme.value, **told})}", "还想算别的")
