"""Serve the site as `deploy/` has it, load it as on a deadline evening, and break things meanwhile.

    ./dev soak [--seconds 60] [--connections 1000]

Loopback only, with data of its own that are thrown away. With DATABASE_URL naming PostgreSQL (`./dev
soak postgres` starts one) that one is used, stopped and started. Prints a line for each part; exits 1
where one failed. How long people wait says little about another machine, and much on a quiet one.
"""

import argparse
import os
import resource
import sys
import tempfile
from pathlib import Path

from benchmarks.soak import costs, faults
from benchmarks.soak.faults import Fault
from benchmarks.soak.load import Crowd
from benchmarks.soak.parts import Part, broken, calm, warm_up
from benchmarks.soak.site import serving

ON_SQLITE: dict[str, Fault] = {
    "a worker is killed": faults.worker_killed,
    "the database is locked": faults.database_locked,
    "the database is away": faults.database_away,
    "the disk is full": faults.disk_full,
    "a publication": faults.publication,
}
ON_POSTGRESQL: dict[str, Fault] = {
    "a worker is killed": faults.worker_killed,
    "the database is stopped": faults.postgresql_stopped,
    "a publication": faults.publication,
}
HEADING = (
    f"{'':33}{'requests':>9}{'a second':>9}{'p50 ms':>8}{'p99 ms':>8}{'kindly':>8}{'well in':>9}"
)


def report(part: Part) -> bool:
    """Print a part's lines; return whether it held."""
    for name, told in part.load.told.items():
        asked = told.fine + told.kind + told.bare
        figures = f"{asked:9}{told.rate:9.0f}{told.p50:8.0f}{told.p99:8.0f}{told.kind:8}"
        sys.stdout.write(f"{part.name + ', ' + name:33}{figures}{part.well_in:8.1f}s\n")
    for what in part.wrong:
        sys.stdout.write(f"       {what}\n")
    sys.stdout.write(f"{'failed' if part.wrong else 'ok    '} {part.name}\n")
    sys.stdout.flush()
    return not part.wrong


def run(folder: Path, database_url: str, evening: Crowd, trouble: Crowd) -> bool:
    """Play the evening and each fault; return whether all of it held."""
    held = True
    chosen = ON_SQLITE if database_url.startswith("sqlite") else ON_POSTGRESQL
    with serving(folder, database_url) as site:
        assert site.run("-m", "benchmarks.soak.asking", str(folder)).wait() == 0
        warm_up(site)
        faults.prepare_publication(site)
        sys.stdout.write(
            "processor ms for one answer: granian + nginx, and so many a core a second\n"
        )
        for cost in costs.measure(site):
            figures = f"{cost.ours:8.2f} +{cost.nginx:6.3f}{cost.a_core:9.0f}"
            sys.stdout.write(f"{cost.name:28}{figures}\n")
        sys.stdout.write(HEADING + "\n")
        if evening.seconds:
            held = report(calm(site, evening))
        for name, fault in chosen.items():
            held = report(broken(site, trouble, name, fault)) and held
    return held


def main() -> int:
    parser = argparse.ArgumentParser(prog="./dev soak")
    parser.add_argument(
        "--seconds", type=int, default=60, help="of the evening; 0: only the faults"
    )
    parser.add_argument("--fault-seconds", type=int, default=15)
    parser.add_argument("--connections", type=int, default=1000)
    parser.add_argument("--look-seconds", type=float, default=2.0, help="between two pages")
    asked = parser.parse_args()
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    reading = asked.connections * 3 // 5
    evening = Crowd(reading, asked.connections - reading, asked.seconds, asked.look_seconds)
    # Fewer while something is broken: an error has to be read, and that costs the client much.
    trouble = Crowd(reading // 4, reading // 6, asked.fault_seconds, asked.look_seconds, "")
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        (folder / "data").mkdir()
        url = os.environ.get("DATABASE_URL", "")
        if not url.startswith("postgres"):
            url = f"sqlite:///{folder / 'data' / 'portal.sqlite3'}"
        return 0 if run(folder, url, evening, trouble) else 1


if __name__ == "__main__":
    sys.exit(main())
