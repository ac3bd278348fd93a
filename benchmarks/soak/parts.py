"""The parts of a run: the evening with nothing broken, and one part for each fault."""

import time
from typing import NamedTuple

from benchmarks.soak import faults
from benchmarks.soak.desk import Desk
from benchmarks.soak.faults import SECONDS, Fault
from benchmarks.soak.load import Crowd, Load, loading
from benchmarks.soak.site import WORKERS, Site


class Part(NamedTuple):
    """What one part of the run came to; `wrong` says what should not have been."""

    name: str
    load: Load
    wrong: list[str]
    well_in: float = 0.0


def calm(site: Site, crowd: Crowd) -> Part:
    """Load the site with nothing broken, and staff at the desk: everything must be fine."""
    with loading(site, crowd) as load, Desk(site) as desk:
        time.sleep(crowd.seconds)
    wrong = list(desk.wrong)
    for name, told in load.told.items():
        if bad := told.kind + told.bare + told.broken:
            wrong.append(f"{name}: {bad} were not fine. {told.example}")
    if not desk.saved:
        wrong.append("the desk saved nothing")
    return Part("evening", load, wrong)


def broken(site: Site, crowd: Crowd, name: str, fault: Fault, within: float = SECONDS) -> Part:
    """Load the site and break something for a third of the time; `within` so long it is well."""
    hold = crowd.seconds / 3
    with loading(site, crowd) as load:
        time.sleep(hold / 2)
        with fault(site) as wrong:
            time.sleep(hold)
        well_in = faults.recovery(site)
    pages, answers = load.told["pages"], load.told["answers"]
    if refused := pages.kind + pages.bare + pages.broken:
        wrong.append(f"{refused} pages were not shown. {pages.example}")
    if bare := answers.bare + answers.broken:
        wrong.append(f"{bare} answers were bare or none. {answers.example}")
    if well_in > within:
        wrong.append(f"well again only after {well_in:.1f} s")
    return Part(name, load, wrong, well_in)


def warm_up(site: Site) -> None:
    """Open each page of the file `pages` once, so that it is kept; let each worker load its data."""
    for line in sorted(set((site.folder / "pages").read_text("utf-8").splitlines())):
        path = line.split("\t")[1]
        status, _ = site.ask(path)
        if status != 200:
            raise RuntimeError(f"{path}: {status}")
    for _ in range(3 * WORKERS):
        site.ask(faults.ASKED)
        site.ask("/search/?q=205")
