"""What is asked on a deadline evening, as two files of requests for `load.lua`.

    python -m benchmarks.soak.asking FOLDER

Pages that are the same for everybody, and answers to somebody's question. Runs in a process of its
own, with the settings and the database of the site. A line that stands more often is asked more often.
"""

import json
import random
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, urlencode

import django

from benchmarks.soak.site import ORIGIN

SEED = 20251231
WORDS = ("报销", "住院", "断缴", "新生儿", "退休", "门诊慢特病", "异地", "zhuyuan", "205")
HTMX = "HX-Request: true"


def write(folder: Path) -> None:
    """Write `pages` and `answers` into a folder."""
    for name, lines in (("pages", pages()), ("answers", answers())):
        (folder / name).write_text("".join(f"{line}\n" for line in lines), "utf-8")


def line(path: str, headers: str = "", body: str = "") -> str:
    method = "POST" if body else "GET"
    return "\t".join((method, quote(path, safe="/?&=%:,.~-_"), headers, body))


def pages() -> Iterator[str]:
    from tests.addresses import pages as every_page

    kept = sorted(path for path in every_page() if "?" not in path and "feedback" not in path)
    for path in kept:
        yield line(path)
    # Where most people arrive.
    for path in ("/", "/enrollment/resident/", "/contributions/resident/", "/guide/", "/offices/"):
        yield from [line(path)] * (len(kept) // 10)


def answers() -> Iterator[str]:
    random_ = random.Random(SEED)  # noqa: S311 - the same questions each time
    yield from _personas()
    yield from _any_parameters(random_)
    from tests.addresses import FIXED

    asked = [path for path in FIXED if "?" in path]
    yield from (line(path) for path in asked)
    yield from (line(path, "Cookie: mode=care") for path in asked)
    for word in WORDS:
        yield line(f"/search/?q={word}")
        yield line(f"/offices/?q={word}")
    yield feedback()  # one in some hundred says something


def feedback() -> str:
    said = urlencode({"page": "/offices/", "kind": "helped", "text": "压测：这一页很清楚。"})
    form = "Content-Type: application/x-www-form-urlencoded"
    return line("/feedback/", f"{form}; Origin: {ORIGIN}", said)


def _personas() -> Iterator[str]:
    """Sensible questions: the page, what htmx puts into one, and the JSON."""
    for persona in json.loads(Path("fixtures/personas.json").read_text("utf-8")):
        slug, query = persona["calculator"], persona["query"].replace("{year}", "2025")
        page = f"/calculators/{slug}/?{query}"
        yield from (line(page), line(page, HTMX))
        if slug != "year":  # its JSON is a document that is sent
            yield line(f"/api/v1/calculators/{slug}?{query}")


def _any_parameters(random_: random.Random) -> Iterator[str]:
    """Parameters of every kind, now and then wrong ones."""
    from calculators.catalogue import CALCULATORS
    from tests.calculators.test_fuzz import a_query

    for slug in CALCULATORS:
        for _ in range(10):
            query = urlencode(a_query(random_, slug))
            if len(query) < 2000:
                yield line(f"/calculators/{slug}/?{query}", random_.choice(("", HTMX)))


if __name__ == "__main__":
    django.setup()
    write(Path(sys.argv[1]))
