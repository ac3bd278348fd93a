"""Lighthouse on each kind of page, as on a mid-range phone on slow 4G, each three times.

    ./dev audit [KIND…]

The site is served as in production, with a scratch database. Times are simulated from what was
seen, so the network here does not count; a busy machine does, and makes them longer. Medians are
shown and judged: performance, accessibility and best practices, for a page that search engines may
list SEO too; the largest contentful paint; and all bytes of a first view, as tests/test_budgets.py
counts them, without headers. Exits with 1 where one is missed.
"""

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any
from urllib.parse import quote

from tests.browser.matrix import PAGES
from tests.browser.serving import serve

RUNS = 3
KB = 1024
PAINT_MS = 1200
# An answer of the guide is like a calculator's; a document and the readings are as long as they are.
READING, WHOLE_DOCUMENT, CALCULATOR = 12 * KB, 24 * KB, 20 * KB
LONG = ("longest document", "readings")
CARE = ("home", "longest text", "form", "result")
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")


@dataclass
class Audit:
    """The medians for one kind of page; `paint` in ms, sizes in bytes, a score out of 100."""

    kind: str
    scores: dict[str, float]
    paint: float
    size: float
    budget: int
    failed: set[str]

    def missed(self) -> list[str]:
        """Return what is not reached, in words."""
        wrong = [f"{name} {score:.0f}" for name, score in self.scores.items() if score < 100]
        if self.paint > PAINT_MS:
            wrong.append(f"paint {self.paint:.0f} ms")
        if self.size > self.budget:
            wrong.append(f"{self.size:.0f} bytes of {self.budget}")
        return wrong

    def line(self) -> str:
        scores = (self.scores.get(name) for name in CATEGORIES)
        shown = " | ".join("–" if score is None else f"{score:.0f}" for score in scores)
        sizes = f"{self.paint / 1000:.2f} s | {self.size / KB:.1f} of {self.budget // KB} KB"
        return f"| {self.kind} | {shown} | {sizes} |"


def kinds() -> dict[str, str]:
    """Return each kind of page with its path, some in 长辈版 too."""
    care = {f"{kind}, 长辈版": PAGES[kind] for kind in CARE}
    return PAGES | {
        kind: f"{path}{'&' if '?' in path else '?'}mode=care" for kind, path in care.items()
    }


def budget(kind: str, path: str) -> int:
    if path.startswith(("/calculators/", "/guide/?")):
        return CALCULATOR
    return WHOLE_DOCUMENT if kind in LONG else READING


def lighthouse(modules: Path, addresses: list[str]) -> Iterator[tuple[dict[str, Any], ...]]:
    """Run Lighthouse on each address; give what `audit.mjs` says of its RUNS runs."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or "chromium"
    script = Path(__file__).with_suffix(".mjs")
    command = ["node", str(script), str(modules.resolve()), chromium, str(RUNS), *addresses]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout
        runs = map(json.loads, running.stdout)
        yield from zip(*[runs] * RUNS, strict=True)
    if running.returncode:
        sys.exit("Lighthouse failed")


def judged(kind: str, path: str, runs: Sequence[dict[str, Any]]) -> Audit:
    errors = {run["error"] for run in runs} - {None}
    if errors:
        sys.exit(f"{kind}: {errors}")
    scores = {name: median(run["scores"][name] for run in runs) for name in CATEGORIES}
    if not runs[0]["indexed"]:
        del scores["seo"]
    return Audit(
        kind,
        scores,
        median(run["paint"] for run in runs),
        median(run["bytes"] for run in runs),
        budget(kind, path),
        {audit for run in runs for audit in run["failed"]} - {"is-crawlable"},
    )


def main(modules: str, *wanted: str) -> None:
    chosen = {kind: path for kind, path in kinds().items() if not wanted or kind in wanted}
    if not chosen:
        sys.exit(f"Kinds of page: {', '.join(kinds())}")
    missed = False
    out = sys.stdout
    out.write("| page | performance | accessibility | best practices | SEO | LCP | first view |\n")
    out.write("| --- | --- | --- | --- | --- | --- | --- |\n")
    with tempfile.TemporaryDirectory() as scratch, serve(Path(scratch), workers=2) as site:
        addresses = [site.address + quote(path, safe="/?&=") for path in chosen.values()]
        answers = lighthouse(Path(modules), addresses)
        for (kind, path), runs in zip(chosen.items(), answers, strict=True):
            audit = judged(kind, path, runs)
            out.write(f"{audit.line()}\n")
            if audit.missed():
                missed = True
                out.write(f"  missed: {', '.join(audit.missed())} ({', '.join(audit.failed)})\n")
            out.flush()
    if missed:
        sys.exit(1)


if __name__ == "__main__":
    main(*sys.argv[1:])
