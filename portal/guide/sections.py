"""Which sections of which texts a plan shows. Pure: from the answers alone, without their words."""

from collections.abc import Iterator
from dataclasses import dataclass

from calculators.rules.people import FlexibleEntry, ResidentEntry, Scheme
from portal.guide.known import Known

GUIDE = "guide"
CHANNELS, RESIDENT_START = "enrollment-resident-channels", "enrollment-resident-start"
JOIN, FLEXIBLE_START = "enrollment-flexible", "enrollment-flexible-start"
RETIREMENT, CHANGES = "enrollment-retirement", "enrollment-changes"
RETIRED, RETIRING = "contributions-retired", "for-retiring"
TEXTS = (
    *(GUIDE, CHANNELS, RESIDENT_START, JOIN, FLEXIBLE_START),
    *(RETIREMENT, CHANGES, RETIRED, RETIRING),
)

Section = tuple[str, str]  # of which text, under which anchor


@dataclass(frozen=True, slots=True)
class Sections:
    """Which sections of which texts a plan shows: pure, from the answers alone."""

    verdicts: tuple[Section, ...]
    notes: tuple[Section, ...] = ()
    steps: tuple[Section, ...] = ()
    papers: tuple[Section, ...] = ()
    start: tuple[Section, ...] = ()
    missed: tuple[Section, ...] = ()
    silent: tuple[Section, ...] = ()

    def all(self) -> tuple[Section, ...]:
        parts = (self.notes, self.steps, self.papers, self.start, self.missed, self.silent)
        return (*self.verdicts, *(section for part in parts for section in part))


def sections_of(known: Known) -> Sections:
    """Return what to show at the end of a way."""
    if known.scheme == Scheme.RESIDENT:
        return _resident_sections(known)
    if known.scheme == Scheme.FLEXIBLE:
        return _of_age_sections(known) if known.is_of_age else _flexible_sections(known)
    return Sections(_verdicts(known))


def _verdicts(known: Known) -> tuple[Section, ...]:
    """The verdict on the scheme of the plan first; each said once."""
    verdicts = [known.resident, known.flexible]
    if known.scheme == Scheme.FLEXIBLE:
        verdicts.reverse()
    return tuple(dict.fromkeys((GUIDE, verdict.section) for verdict in verdicts if verdict))


def _resident_sections(known: Known) -> Sections:
    return Sections(
        verdicts=_verdicts(known),
        notes=((GUIDE, "resident-year"),),
        steps=tuple(_resident_steps(known)),
        papers=(_resident_papers(known),),
        start=tuple(_resident_start(known)),
        missed=(_resident_missed(known),),
        silent=((GUIDE, "silent-resident"),),
    )


def _resident_steps(known: Known) -> Iterator[Section]:
    yield (CHANNELS, known.channel) if known.channel else (GUIDE, "renewal-elsewhere")
    if known.says("before", "employee", "employee_elsewhere") and not known.is_free:
        yield GUIDE, "from-employee-channel"


def _resident_papers(known: Known) -> Section:
    if known.channel == "nonlocal-new":
        return CHANNELS, "nonlocal-new"
    own = {
        "local-new": "papers-local-new",
        "student": "papers-student",
        "special": "papers-special",
    }
    return GUIDE, own.get(known.channel, "papers-none")


def _resident_start(known: Known) -> Iterator[Section]:
    if known.resident_entry is None:
        yield GUIDE, f"start-{'newborn-standing' if known.is_child else 'from-elsewhere'}"
    elif known.resident_entry == ResidentEntry.NEWBORN:
        yield RESIDENT_START, "newborn"
    elif known.resident_entry == ResidentEntry.FROM_EMPLOYEE:
        yield RESIDENT_START, "from-employee"
    elif known.says("standing", "none"):
        yield RESIDENT_START, "window"
        yield RESIDENT_START, "midyear"
    else:
        yield RESIDENT_START, "special"


def _resident_missed(known: Known) -> Section:
    if known.says("who", "newborn"):
        return GUIDE, "missed-newborn"
    if known.is_free:
        return GUIDE, "missed-special"
    if known.says("standing", "low_margin"):
        return GUIDE, "missed-low-margin"
    if known.resident_entry == ResidentEntry.FROM_EMPLOYEE:
        return GUIDE, "missed-from-employee"
    return GUIDE, "missed-adult" if known.is_adult else "missed-child"


def _flexible_sections(known: Known) -> Sections:
    soon = known.says("age", "soon")
    return Sections(
        verdicts=_verdicts(known),
        notes=((GUIDE, "flexible-year"),),
        steps=(*_change(known), (JOIN, "office"), (JOIN, "online"), (GUIDE, "pay-flexible")),
        papers=((JOIN, _own_papers(known)), (JOIN, "papers-agent")),
        start=(_flexible_start(known),),
        missed=(
            (GUIDE, "missed-gap" if _continues(known) else "missed-first"),
            *(((RETIREMENT, "short"),) if soon else ()),
        ),
        silent=((GUIDE, "silent-flexible"),),
    )


def _continues(known: Known) -> bool:
    """Whether an insurance goes on, so that the length of the break counts."""
    if known.flexible_entry == FlexibleEntry.FROM_RESIDENT:
        return known.is_long_resident
    return known.flexible_entry in (FlexibleEntry.GAP, FlexibleEntry.TRANSFER)


def _change(known: Known) -> tuple[Section, ...]:
    is_transfer = known.flexible_entry == FlexibleEntry.TRANSFER
    return ((CHANGES, "from-elsewhere"),) if is_transfer else ()


def _own_papers(known: Known) -> str:
    return "papers-local" if known.says("hukou", "shenyang") else "papers-nonlocal"


def _flexible_start(known: Known) -> Section:
    anchors = {
        FlexibleEntry.FIRST: "first",
        FlexibleEntry.GAP: "gap",
        FlexibleEntry.TRANSFER: "transfer",
        FlexibleEntry.FROM_RESIDENT: "from-resident",
    }
    if known.flexible_entry is None:
        return GUIDE, "start-resident-elsewhere"
    return FLEXIBLE_START, anchors[known.flexible_entry]


def _of_age_sections(known: Known) -> Sections:
    """At the age of retirement: the formalities, or a first enrolment that comes so late."""
    verdicts, silent = _verdicts(known), ((GUIDE, "silent-flexible"),)
    start, late = ((RETIRING, "start"),), ((GUIDE, "missed-retiring"),)
    papers: tuple[Section, ...] = ((RETIREMENT, "papers"),)
    if known.says("years", "done"):
        return Sections(verdicts, steps=((RETIRED, "fee"), (RETIRED, "tax")), start=start)
    if known.says("years", "enough"):
        steps = ((RETIREMENT, "enough"), (RETIRED, "fee"))
        return Sections(verdicts, (), (*steps, (JOIN, "office")), papers, start, late, silent)
    ways: tuple[Section, ...] = ((RETIREMENT, "top-up"), (RETIREMENT, "pay-on"))
    if not known.says("before", "employee"):
        ways = ((RETIREMENT, "late"), *ways)
        papers = ((JOIN, _own_papers(known)), (JOIN, "papers-agent"), *papers)
    else:
        unknown = known.says("years", "unknown")
        ways = (*(((RETIREMENT, "years"),) if unknown else ()), *ways, (RETIREMENT, "owed"))
    notes = ((GUIDE, "flexible-year"),)
    return Sections(verdicts, notes, (*ways, (JOIN, "office")), papers, start, late, silent)
