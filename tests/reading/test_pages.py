"""The reading pages as a whole: lists, neighbours, who sees what, and how many queries they take."""

import datetime
import re

import pytest
from django.test import Client

from portal.policy.in_force import Timetable
from portal.policy.models import ChangeSet, Edition, Text, TextVersion
from portal.policy.pages import contents, find_page, sections
from tests.conftest import TODAY
from tests.made_up import copy_of_edition

pytestmark = pytest.mark.django_db


def test_an_opening_page_lists_the_pages_of_its_book(client: Client) -> None:
    for book in ("enrollment", "contributions", "benefits", "care"):
        html = client.get(f"/{book}/").content.decode()
        listed = re.findall(rf'class="row" href="(/{book}/[a-z0-9-]+/)"', html)
        assert listed == [e.path for e in contents(book, TODAY) if e.slug != book], book


def test_the_home_page_leads_to_each_kind_of_person(client: Client) -> None:
    html = client.get("/").content.decode()
    for name in ("students", "adults", "flexible", "retiring", "hardship"):
        assert f'href="/for/{name}/"' in html


def test_a_page_shows_whose_rules_it_rests_on() -> None:
    resident = find_page("benefits-resident-inpatient", Timetable.load(), TODAY)
    assert resident is not None
    assert [age.label for age in resident.ages] == ["城乡居民医保　2024年度"]
    assert resident.ages[0].old
    both = find_page("enrollment-filing", Timetable.load(), TODAY)
    assert both is not None
    assert len(both.ages) == 2


def test_no_such_page_is_a_404(client: Client) -> None:
    for path in ("/enrollment/none/", "/for/none/", "/benefits/none/", "/care/none/"):
        assert client.get(path).status_code == 404, path


def test_a_text_in_a_draft_is_not_shown(client: Client) -> None:
    change = ChangeSet.objects.create(slug="draft", title="草稿")
    text = Text.objects.get(slug="care-settlement")
    body = "# 新题目\n\n新的开头。\n\n## 一 {#one}\n\n新话。"
    TextVersion.objects.create(
        text=text, change_set=change, in_force_from=datetime.date(2026, 1, 1), body=body
    )
    assert "新题目" not in client.get("/care/settlement/").content.decode()
    change.publish()
    assert "新题目" in client.get("/care/settlement/").content.decode()
    change.withdraw()
    assert "新题目" not in client.get("/care/settlement/").content.decode()


def test_a_page_follows_a_newly_published_rate(client: Client) -> None:
    old = Edition.objects.get(scheme="resident", table="contribution")
    change = ChangeSet.objects.create(slug="made-up", title="虚构的一版")
    new = copy_of_edition(old, change, datetime.date(2026, 1, 1))
    new.residentfee_rows.filter(member="student", hardship="none").update(amount=333)
    change.publish()
    assert "333" in client.get("/contributions/resident/").content.decode()


def test_the_sections_are_words_without_markup() -> None:
    found = sections(TODAY)
    assert len(found) > 150
    for section in found:
        assert not re.search(r"<|\[\[", section.text), section
        assert not re.search(r"[RF]-\d", section.text), "a seal is no word"
    (tiers,) = [s for s in found if s.path == "/contributions/resident/" and s.heading == "交多少"]
    assert "260 元" in tiers.text


@pytest.mark.parametrize(
    ("path", "queries"),
    [("/", 2), ("/enrollment/", 4), ("/enrollment/resident/", 4), ("/about/readings/", 5)],
)
def test_a_page_takes_so_many_queries(
    client: Client, django_assert_num_queries: object, path: str, queries: int
) -> None:
    client.get(path)  # published rows are read once for each process
    with django_assert_num_queries(queries):  # type: ignore[operator]
        client.get(path)


def test_the_sitemap_lists_what_there_is_to_read(client: Client) -> None:
    xml = client.get("/sitemap.xml").content.decode()
    for path in ("/", "/enrollment/resident/", "/offices/hunnan/", "/policy/F-14.10"):
        assert f"<loc>http://testserver{path}</loc>" in xml
    assert "/api/" not in xml
    assert "Sitemap: http://testserver/sitemap.xml" in client.get("/robots.txt").content.decode()
