"""The plan at the end of a way: what may be joined, what it costs, what to do, and from when.

Nothing is computed and no rule is worded here: amounts and days are answers of the calculators
(`desk`), words are sections of texts in force (`sections`).
"""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.safestring import SafeString

from calculators.next_steps import OFFICES, Link
from calculators.rules.people import Member, Scheme
from portal.guide.desk import Deadline, Desk, Figure
from portal.guide.known import Known, May
from portal.guide.sections import GUIDE, TEXTS, Section, sections_of
from portal.policy.age import Age
from portal.policy.models.choices import Scheme as SchemeName
from portal.policy.passages import Passage, Passages


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What stands at the end of a way. Without a `scheme` it says why none is open, and what would
    change it; each part empty where there is nothing to say."""

    scheme: Scheme | None
    title: str
    refused: bool
    verdict: Passage
    others: tuple[Passage, ...]
    both: Passage | None
    pays_at: bool
    cost: Figure | None
    arrears: Figure | None
    notes: tuple[Passage, ...]
    steps: tuple[Passage, ...]
    papers: tuple[Passage, ...]
    ticks: SafeString
    start: Figure | None
    start_words: tuple[Passage, ...]
    missed: tuple[Passage, ...]
    deadlines: tuple[Deadline, ...]
    silent: tuple[Passage, ...]
    links: tuple[Link, ...]
    ages: list[Age]


def make_plan(known: Known, desk: Desk) -> Plan:
    """Return the plan of answers that have come to their end."""
    sections, scheme = sections_of(known), known.scheme
    passages = Passages(TEXTS, desk.timetable, desk.today)

    def found(part: tuple[Section, ...]) -> tuple[Passage, ...]:
        return tuple(passages.find(*section) for section in part)

    def shown_first(part: tuple[Section, ...]) -> tuple[Passage, ...]:
        """What is not among the steps already."""
        return found(tuple(section for section in part if section not in sections.steps))

    verdict, *others = found(sections.verdicts)
    papers = found(sections.papers)
    return Plan(
        scheme=scheme,
        title=_title(known),
        refused=scheme is None,
        verdict=verdict,
        others=tuple(others) if len(known.open_schemes) < 2 else (),
        both=passages.find(GUIDE, "both") if len(known.open_schemes) > 1 else None,
        pays_at=_pays_at_channels(known),
        cost=desk.cost(known, scheme) if scheme and _still_pays(known) else None,
        arrears=desk.arrears(known),
        notes=found(sections.notes),
        steps=found(sections.steps),
        papers=shown_first(sections.papers),
        ticks=passages.draw(tick for passage in papers for tick in passage.ticks),
        start=desk.start(known),
        start_words=found(sections.start),
        missed=found(sections.missed),
        deadlines=tuple(desk.deadlines(known)),
        silent=found(sections.silent),
        links=tuple(_links(known)),
        ages=desk.ages(scheme),
    )


def _pays_at_channels(known: Known) -> bool:
    """Whether one pays by oneself, at a channel of one's choice."""
    return known.scheme == Scheme.RESIDENT and not known.is_free and known.member != Member.STUDENT


def _still_pays(known: Known) -> bool:
    """Whether a year's contributions are still to be paid: not by who may retire, or has."""
    return not known.says("years", "enough", "done")


def _links(known: Known) -> Iterator[Link]:
    """Where to go on, with what is known."""
    if known.scheme == Scheme.RESIDENT:
        yield Link("/enrollment/resident-channels/", "居民怎么办参保")
        yield Link("/calculators/inpatient/?scheme=resident", "算一算住院报多少")
        if not known.says("standing", "none"):
            yield Link("/for/hardship/", "困难群众")
            yield Link("/enrollment/medical-aid/", "医疗救助")
        if known.member == Member.STUDENT:
            yield Link("/benefits/resident-away/", "在外地看病")
    elif known.scheme == Scheme.FLEXIBLE:
        yield Link("/enrollment/flexible/", "灵活就业怎么办参保")
        if known.is_of_age or known.says("age", "soon"):
            yield Link("/calculators/retirement/", "算一算年限够不够")
            yield Link("/enrollment/retirement/", "退休怎么办")
            yield Link("/calculators/arrears/", "补缴要多少钱")
        yield Link("/calculators/inpatient/?scheme=flexible", "算一算住院报多少")
    else:
        yield Link("/enrollment/", "参保指南")
        yield Link("/enrollment/changes/", "身份变化怎么办")
    yield OFFICES


def _title(known: Known) -> str:
    """Say in a line what comes of it."""
    if known.scheme == Scheme.FLEXIBLE and known.is_of_age:
        if not known.says("before", "employee"):
            return "到了退休年龄才参加灵活就业"
        return "已经办过医保退休" if known.says("years", "done") else "办医保退休"
    if known.scheme:
        return f"您可以参加{SchemeName(known.scheme).label}"
    verdicts = [verdict for verdict in (known.resident, known.flexible) if verdict]
    if known.says("work", "employer"):
        return "不用自己办"
    if any(verdict.may == May.OPEN for verdict in verdicts):
        return "文件没有写清"
    return "现在还不行"
