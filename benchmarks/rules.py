"""Time each rule with its full breakdown, next to OpenFisca's single household in the same run.

    ./dev bench rules

The rules run on the terms that the shipped fixtures give, in a database in memory. The other
readings are not computed. Both sides take turns, so that a busy machine slows both; the figures
that count are the ratios.
"""

import datetime
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

HERE = Path(__file__).resolve().parent
WORKED = HERE.parent / "tests" / "cases" / "worked-cases.json"
TURNS, SECONDS_A_TURN = 5, 0.1
ROUND = 20


def seconds_for(calculate: Callable[[], Any]) -> float:
    """Return how long one calculation takes, best of several short rounds."""
    calculate()
    best = float("inf")
    until = time.perf_counter() + SECONDS_A_TURN
    while time.perf_counter() < until:
        start = time.perf_counter()
        for _ in range(ROUND):
            calculate()
        best = min(best, (time.perf_counter() - start) / ROUND)
    return best


def cases() -> dict[str, Callable[[], Any]]:
    """One worked case for each rule, its answers and terms read beforehand, and a year of 50."""
    from django.http import QueryDict

    from calculators.asking import ask_strictly
    from calculators.catalogue import CALCULATORS
    from portal.policy.in_force import Rulebook, Timetable

    timetable = Timetable.load()
    today = datetime.date(2026, 11, 21)
    timed: dict[str, Callable[[], Any]] = {}
    for case in json.loads(WORKED.read_text(encoding="utf-8")):
        calculator = CALCULATORS[case["calculator"]]
        form, errors = ask_strictly(
            calculator.form, QueryDict(urlencode([tuple(pair) for pair in case["query"]]))
        )
        assert form is not None, errors
        name = f"{calculator.slug}, {form.known_scheme}"
        if name in timed:
            continue
        rule = calculator.by_scheme[form.known_scheme]
        day = form.cleaned_data["date"] or rule.day(form.facts, today)
        day = day or timetable.newest_day(rule.tables(form.facts), today)
        terms = rule.terms(Rulebook(timetable, day), form.facts)
        timed[name] = partial(rule.rule, terms, **form.facts)
    timed["year of 50 events, flexible"] = a_year_of_50()
    return timed


def a_year_of_50() -> Callable[[], Any]:
    from calculators.rules.year import year
    from calculators.year import ask_year, read_terms
    from portal.policy.in_force import Timetable

    kinds = (
        {"calculator": "inpatient", "tier": "level3", "cost": "10000"},
        {"calculator": "outpatient", "tier": "level1_or_below", "cost": "300"},
        {"calculator": "emergency", "cost": "2000"},
        {"calculator": "chronic", "category": "special", "cost": "1000"},
        {"calculator": "inpatient", "tier": "level1", "cost": "4000", "place": "temporary"},
    )
    events = [
        {**kinds[n % len(kinds)], "on": f"2025-{6 + n // 25 * 3:02d}-{1 + n % 25:02d}"}
        for n in range(50)
    ]
    body = {"scheme": "flexible", "group": "active", "events": events}
    asked = ask_year(json.dumps(body).encode())
    assert not asked.errors, asked.errors
    terms = read_terms(asked, Timetable.load(), datetime.date(2026, 11, 21))
    return partial(year, terms, scheme=asked.scheme)


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
