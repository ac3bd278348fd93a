"""The shipped pages: numbers come from rows, links lead somewhere, and no fact is lost."""

import csv
import re
from functools import cache
from html import unescape
from pathlib import Path

import pytest
from django.test import Client
from django.utils.html import strip_tags

from portal.policy.in_force import Timetable
from portal.policy.models import Clause, Reading, TextVersion
from portal.policy.pages import make_page, paths
from portal.policy.texts import NOT_ON_FILE, REFERENCE
from tests.conftest import TODAY

pytestmark = pytest.mark.django_db

ROOT = Path(__file__).resolve().parents[2]
TEXTS = sorted(path.stem for path in (ROOT / "fixtures" / "texts").glob("*.md"))
FACTS = sorted((Path(__file__).parent / "facts").glob("*.tsv"))

# A number with a unit is policy, and policy is a row. What may be typed: days of the calendar, names
# of documents with their numbers, the hotline's keys, and a link's answers.
NOT_TYPED = re.compile(
    r"""\[\[.*?\]\] | \{\#.*?\} | \(/.*?\) | 《.*?》 | \[(?:[A-Z]+-[\d.]+[,\s、]*)+\]
    | 〔\d+〕\d+号 | \d+号文 | \d{4}年度? | \d+月(?:\d+日)? | 024-[\d-]+ | 第\d+ | ^\d+\.\s""",
    re.VERBOSE | re.MULTILINE,
)
TYPED = re.compile(
    r"[\d.]+\s*(?:元|%|％|个|年|月|日|天|周|次|倍|种|万|岁|号|折|成)|[两三四五六七八九十]个月"
)


@cache
def opened(path: str) -> str:
    """A page, once for all texts that link it: no test here changes one."""
    answer = Client().get(path)
    assert answer.status_code == 200, path
    return answer.content.decode()


def bodies() -> dict[str, TextVersion]:
    versions = TextVersion.objects.exclude(text__book="").select_related("text")
    return {version.text.slug: version for version in versions}


def test_every_file_is_a_page_and_opens() -> None:
    assert sorted(bodies()) == TEXTS
    for path in paths(TODAY):
        assert opened(path)


@pytest.mark.parametrize("slug", TEXTS)
def test_a_text_is_well_made(slug: str) -> None:
    version = bodies()[slug]
    page = make_page(version, Timetable.load(), TODAY)
    assert 2 <= len(page.title) <= 22, page.title
    assert 5 <= len(page.lead) <= 110, page.lead
    assert not re.search(r"[\[\]{}#*`]", page.title + page.lead)
    anchors = [part.anchor for part in page.parts if part.heading]
    assert all(anchors), "every heading has its anchor"
    assert len(set(anchors)) == len(anchors)
    shown = "".join(part.html for part in page.parts)
    assert "[[" not in shown, "every reference and sheet stands where it is read"
    assert NOT_ON_FILE not in page.title + page.lead + shown
    assert "这张表暂时没有" not in shown
    assert not re.search(r"\[[A-Z]{1,2}-\d", shown), "every seal is read"
    assert ":::" not in shown


@pytest.mark.parametrize("slug", TEXTS)
def test_a_text_types_no_number_of_the_policy(slug: str) -> None:
    rest = NOT_TYPED.sub("", bodies()[slug].body)
    assert TYPED.findall(rest) == []


@pytest.mark.parametrize("slug", TEXTS)
def test_a_text_cites_what_exists_and_its_links_lead_somewhere(slug: str) -> None:
    version = bodies()[slug]
    cited = set(re.findall(r"[RF]-\d+\.\d+", REFERENCE.sub("", version.body)))
    assert cited <= set(Clause.objects.values_list("code", flat=True))
    readings = set(re.findall(r"\bA-\d+\b", version.body))
    assert readings <= set(Reading.objects.values_list("code", flat=True))
    for link in set(re.findall(r"\]\((.*?)\)", version.body)):
        address, _, anchor = link.partition("#")
        address = address or version.text.path
        assert address.startswith("/"), link
        page = opened(address)
        if anchor:
            assert f'id="{anchor}"' in page, link


# --- no fact is lost ---------------------------------------------------------------------------


def facts() -> list[tuple[str, str, str]]:
    lines = []
    for path in FACTS:
        with path.open(encoding="utf-8", newline="") as file:
            lines += [
                tuple(line) for line in csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
            ]
    return lines  # type: ignore[return-value]


def test_every_fact_has_its_place_on_one_page() -> None:
    """The table maps each of the 305 facts to the reader's page that says it in plain words."""
    ids = [fact for fact, _, _ in facts()]
    wanted = (ROOT / "tests/policy/fact_ids.txt").read_text(encoding="utf-8").split()
    assert sorted(ids) == sorted(wanted)


@cache
def blocks(path: str) -> list[tuple[set[str], str]]:
    """The paragraphs, items, rows and entries of a page: the clauses they link, and their words."""
    html = opened(path)
    main = html[html.index("<main") : html.index("</main>")]
    found = []
    for block in re.split(r"</?(?:p|li|tr|dd|dt|h[1-3]|summary|div|ul|ol)\b[^>]*>", main):
        codes = set(re.findall(r'href="/policy/([RF]-\d+\.\d+)"', block))
        words = re.sub(
            r"\s+", "", unescape(strip_tags(re.sub(r'<a class="seal".*?</a>', "", block)))
        )
        found.append((codes, words))
    return found


@pytest.mark.parametrize("path", sorted({path for _, path, _ in facts()}))
def test_a_page_says_its_facts_beside_their_seals(path: str) -> None:
    lost = [
        (fact, fragment)
        for fact, place, fragment in facts()
        if place == path
        and not any(
            fact in codes and re.sub(r"\s+", "", fragment) in words for codes, words in blocks(path)
        )
    ]
    assert lost == []
