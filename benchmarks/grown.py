"""Load the site as it is shipped beside one with a long life behind it: it must be no slower.

    ./dev bench grown

The other one has a hundred versions of every table, text and clause, and 2,000 offices
(`benchmarks.growing`). Both take turns, with no page kept; exits 1 where the grown one answers less
than `FLOOR` times as often.
"""

import os
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

from benchmarks.servers import ROOT, manage, portal
from benchmarks.web import ANSWER, FORM, READING, STAY, Target, measure

FLOOR = 0.9
TURNS = 4
PAGES = {
    "reading page": READING,
    "form page": FORM,
    "result page": ANSWER,
    "JSON": f"/api/v1/calculators/inpatient?{STAY}",
    "clause": "/policy/F-14.6",
    "search": "/search/?q=%E6%8A%A5%E9%94%80",
    "offices": "/offices/",
    "an office": "/offices/heping/",
}


def main() -> int:
    with tempfile.TemporaryDirectory() as scratch, ExitStack() as servers:
        folder = Path(scratch)
        ports = []
        for name in ("shipped", "grown"):
            environment = {
                **os.environ,
                "DATABASE_URL": f"sqlite:///{folder / name}.sqlite3",
                "SECRET_KEY": "only-for-this-benchmark",
                "STATIC_ROOT": str(folder / "static"),
                "DJANGO_DEBUG": "0",
                "PAGE_CACHE_MB": "0",
            }
            manage(environment, "migrate", "seed", "collectstatic --no-input")
            if name == "grown":
                command = [sys.executable, "-m", "benchmarks.growing"]
                subprocess.run(command, cwd=ROOT, env=environment, check=True)
            ports.append(servers.enter_context(portal(environment)))
        shipped, grown = ports
        targets = {}
        for name, path in PAGES.items():
            targets[name] = Target(shipped, path)
            targets[f"{name}, grown"] = Target(grown, path)
        measured = measure(targets, folder, number_of_turns=TURNS)
    reached = True
    sys.stdout.write(f"{'':14}  shipped/s  grown/s  ratio  by CPU\n")
    for name in PAGES:
        one, other = measured[name], measured[f"{name}, grown"]
        ratio = other.rate / one.rate
        reached = reached and ratio >= FLOOR
        sys.stdout.write(
            f"{name:14}  {one.rate:9.0f}  {other.rate:7.0f}  {ratio:5.2f}  "
            f"{one.cpu / other.cpu:6.2f}  {'ok' if ratio >= FLOOR else 'below'}\n"
        )
    return 0 if reached else 1


if __name__ == "__main__":
    sys.exit(main())
