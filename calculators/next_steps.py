"""Where to go from a result: the benefit's page, the guide, the counter."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from calculators.rules.people import Scheme


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


def next_steps(slug: str, scheme: Scheme, *, away: bool = False) -> list[Link]:
    """Return where to go on from a result of a calculator; `away` for care outside Shenyang.

    The offices stand last, wherever there is something to do.
    """
    links = [*_AFTER.get((slug, scheme), ()), *((AWAY, FILING) if away else ())]
    return [*dict.fromkeys(links), OFFICES]
