"""Time each rule with its full breakdown, next to OpenFisca's single household in the same run.

    ./dev bench rules

The rules run on the terms that the shipped fixtures give, in a database in memory. The other
readings are not computed. Both sides take turns, so that a busy machine slows both; the figures
that count are the ratios.
"""

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
TURNS, SECONDS_A_TURN = 5, 0.2
WANTED_RATIO = 20


def seconds_for(calculate: Callable[[], Any]) -> float:
    """Return how long one calculation takes, best of several short rounds."""
    calculate()
    best = float("inf")
    until = time.perf_counter() + SECONDS_A_TURN
    while time.perf_counter() < until:
        start = time.perf_counter()
        for _ in range(100):
            calculate()
        best = min(best, (time.perf_counter() - start) / 100)
    return best


def cases() -> dict[str, Callable[[], Any]]:
    """One ordinary case for each rule, its terms read beforehand."""
    import datetime

    from calculators.rules import inpatient
    from calculators.rules.people import Group, Place, Tier
    from portal.policy.in_force import Rulebook
    from portal.policy.terms import flexible_stay_terms, resident_stay_terms

    in_2025 = Rulebook.on(datetime.date(2025, 10, 20))
    in_2024 = Rulebook.on(datetime.date(2024, 10, 20))
    flexible = flexible_stay_terms(in_2025, out_of_area=True)
    resident = resident_stay_terms(in_2024)
    stay = {"group": Group.ACTIVE, "tier": Tier.LEVEL3, "cost": Decimal(20000)}
    adult = {"group": Group.ADULT, "tier": Tier.TOP3, "cost": Decimal(20000)}
    return {
        "inpatient, flexible": lambda: inpatient.flexible_stay(flexible, **stay),
        "inpatient, temporary": lambda: inpatient.flexible_stay(
            flexible, **stay, place=Place.TEMPORARY
        ),
        "inpatient, crossing the limit": lambda: inpatient.flexible_stay(
            flexible, **stay, pool_paid=Decimal(149000)
        ),
        "inpatient, resident": lambda: inpatient.resident_stay(resident, **adult),
    }


def prepare() -> None:
    """Set Django up on a database in memory that holds the shipped fixtures."""
    os.environ["DATABASE_URL"] = "sqlite://:memory:"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    call_command("seed", verbosity=0)


def main(openfisca_python: str) -> None:
    prepare()
    timed = cases()
    ours: dict[str, list[float]] = {name: [] for name in timed}
    theirs = []
    for _ in range(TURNS):
        done = subprocess.run(
            [openfisca_python, str(HERE / "openfisca_household.py")],
            check=True,
            capture_output=True,
            text=True,
        )
        theirs.append(float(done.stdout))
        for name, calculate in timed.items():
            ours[name].append(seconds_for(calculate))
    household = statistics.median(theirs)
    sys.stdout.write(f"OpenFisca, one household: {household * 1e6:.0f} µs\n")
    for name, seconds in ours.items():
        median = statistics.median(seconds)
        sys.stdout.write(f"{name}: {median * 1e6:.1f} µs, {household / median:.1f} times\n")


if __name__ == "__main__":
    main(sys.argv[1])
