"""The reading pages as a whole: lists, neighbours, who sees what, and what a slip in a text does."""

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
        entries = contents(book, Timetable.load(), TODAY)
        assert listed == [entry.path for entry in entries if entry.slug != book], book


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


def test_an_address_cut_short_leads_to_the_list_of_persons(client: Client) -> None:
    answer = client.get("/for/")
    assert answer["Location"] == "/#persons"
    assert 'id="persons"' in client.get("/").content.decode()


def draft(body: str) -> ChangeSet:
    """Write another version of /care/settlement/ into a change set of its own."""
    change = ChangeSet.objects.create(slug="draft", title="草稿")
    TextVersion.objects.create(
        text=Text.objects.get(slug="care-settlement"),
        change_set=change,
        in_force_from=datetime.date(2026, 1, 1),
        body=body,
    )
    return change


def test_a_text_in_a_draft_is_not_shown(client: Client) -> None:
    change = draft("# 新题目\n\n新的开头。\n\n## 一 {#one}\n\n新话。")
    assert "新题目" not in client.get("/care/settlement/").content.decode()
    change.publish()
    assert "新题目" in client.get("/care/settlement/").content.decode()
    change.withdraw()
    assert "新题目" not in client.get("/care/settlement/").content.decode()


def test_a_page_whose_texts_are_all_withdrawn_is_gone_from_every_list(client: Client) -> None:
    path = "/care/settlement/"
    for slug in TextVersion.objects.filter(text__slug="care-settlement").values_list(
        "change_set__slug", flat=True
    ):
        ChangeSet.objects.get(slug=slug).withdraw()
    assert client.get(path).status_code == 404
    for listing in ("/", "/sitemap.xml", "/search/?q=结算"):
        answer = client.get(listing)
        assert answer.status_code == 200, listing
        assert path not in answer.content.decode(), listing


def test_a_page_that_names_what_there_is_not_says_so_and_stays(client: Client) -> None:
    draft(
        "# 题目 [[flexible.pool.none]]\n\n开头 [[nothing]]。\n\n## 一 {#one}\n\n"
        "最多 [[flexible.pool.yearly_limit]]，又 [[flexible.pool.none]]。\n\n"
        "[[sheet:flexible.none]]\n\n::: fold 表\n[[sheet:flexible.inpatient]]\n:::"
    ).publish()
    answer = client.get("/care/settlement/")
    html = answer.content.decode()
    assert answer.status_code == 200
    assert "<h1>题目 （暂时没有这个数）</h1>" in html
    assert "最多 150,000 元，又 （暂时没有这个数）。" in html
    assert "这张表暂时没有。" in html
    assert "<table" in html, "a table in a fold is drawn as well"
    assert "题目 （暂时没有这个数）" in client.get("/care/").content.decode()
    assert "[[" not in html + client.get("/care/").content.decode()
    assert client.get("/search/?q=题目").status_code == 200


def test_html_in_a_text_is_shown_as_it_was_written(client: Client) -> None:
    draft(
        '# <b>题</b>"\n\n开<i>头</i>"。\n\n## <u>一</u> & "二" {#one}\n\n<script>x</script>"话"'
    ).publish()
    for path in ("/care/settlement/", "/care/", "/search/?q=话", "/search/?q=题"):
        html = client.get(path).content.decode()
        assert not re.search(r"<(b|i|u)>(题|头|一)|<script>x|content=\"[^\"]*[<>]", html), path
    (section,) = [s for s in sections(TODAY) if s.path == "/care/settlement/" and s.heading]
    assert section.heading == '<u>一</u> & "二"'
    assert section.text == '<u>一</u> & "二" <script>x</script>"话"'


def test_what_leads_on_stands_last(client: Client) -> None:
    html = client.get("/contributions/channels/").content.decode()
    assert html.index('id="all"') < html.index('id="next"')


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


def test_the_sitemap_lists_what_there_is_to_read(client: Client) -> None:
    xml = client.get("/sitemap.xml").content.decode()
    for path in ("/", "/enrollment/resident/", "/offices/hunnan/", "/policy/F-14.10"):
        assert f"<loc>http://testserver{path}</loc>" in xml
    assert "/api/" not in xml
    assert "Sitemap: http://testserver/sitemap.xml" in client.get("/robots.txt").content.decode()
