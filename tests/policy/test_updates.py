"""更新记录: what residents and their feed readers are told about published changes."""

import datetime
import re
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator
from html import unescape

import pytest
from django.contrib.auth.models import User
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from portal import clock
from portal.policy.models import ChangeSet, Document
from portal.policy.updates import ON_A_PAGE, forget_stories
from tests.policy.desk import NEW_DAY, draft_of_limit, person

pytestmark = pytest.mark.django_db

Publish = Callable[..., ChangeSet]
ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture(autouse=True)
def _no_stories() -> Iterator[None]:
    forget_stories()
    yield
    forget_stories()


@pytest.fixture
def author() -> User:
    return person("起草人")


def at(text: str) -> datetime.datetime:
    return datetime.datetime.fromisoformat(f"{text}+08:00")


def words(client: Client, path: str) -> str:
    """What stands in the main part of a page, without its marks and with single spaces."""
    answer = client.get(path)
    assert answer.status_code == 200, path
    main = re.search(r"<main.*</main>", answer.content.decode(), re.DOTALL)
    assert main
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", main[0])).split())


def entries(client: Client, path: str = "/updates/") -> list[str]:
    html = client.get(path).content.decode()
    return re.findall(r'<h2><a href="/updates/([\w-]+)/">', html)


def test_a_site_that_has_just_opened_says_what_it_came_with(client: Client) -> None:
    assert set(entries(client)) == {"resident-2024", "flexible-2025-10"}
    assert words(client, "/updates/").count("网站开通时录入") == 2
    page = words(client, "/updates/resident-2024/")
    assert "首次录入：2024年度城乡居民医保 网站开通时录入。" in page
    assert "2024年沈阳城乡居民医保参保缴费宣传" in page
    assert "改了哪些" not in page


def test_a_change_is_told_with_its_day_whom_it_touches_and_what_it_rests_on(
    client: Client, author: User
) -> None:
    draft = draft_of_limit(author)
    assert "pool-limit" not in entries(client)
    assert client.get("/updates/pool-limit/").status_code == 404
    draft.publish(at("2026-11-22T10:00"))
    assert entries(client)[0] == "pool-limit"
    listed = words(client, "/updates/")
    assert (
        "灵活就业人员的统筹基金年限额调整为 160,000 元 2026年12月1日起执行，现在还没到。"
        "谁会受影响：参加职工医保的灵活就业人员。 N-1.1" in listed
    )
    page = words(client, "/updates/pool-limit/")
    assert "统筹基金年限额 2026年12月1日起 项目 原来 改为 依据" in page
    assert "全年最高支付 150,000 元 160,000 元 N-1.1" in page
    assert "统筹基金年度最高支付限额为160000元。 N-1.1" in page
    assert "2026年12月1日起。这一条是新的。" in page
    assert "关于调整统筹基金限额的通知 ，沈医保发〔2026〕30号，2026年通知，2026年11月20日" in page
    html = client.get("/updates/pool-limit/").content.decode()
    assert 'href="https://ybj.shenyang.gov.cn/notice"' in html
    assert 'href="/policy/documents/notice-pool-limit/"' in html


def test_a_seal_is_a_link_once_its_clause_can_be_opened(client: Client, author: User) -> None:
    draft_of_limit(author).publish()
    link = '<a class="seal" href="/policy/N-1.1">'
    for path in ("/updates/", "/updates/pool-limit/"):
        assert link not in client.get(path).content.decode()
    assert client.get("/policy/N-1.1").status_code == 404
    with clock.as_of(NEW_DAY):
        for path in ("/updates/", "/updates/pool-limit/"):
            html = client.get(path).content.decode()
            assert link in html
            assert "现在还没到" not in html
        assert client.get("/policy/N-1.1").status_code == 200


def test_what_was_withdrawn_is_shown_as_withdrawn(client: Client, author: User) -> None:
    draft = draft_of_limit(author)
    draft.publish(at("2026-11-22T10:00"))
    draft.withdraw(at("2026-12-02T00:30"))  # 1 December in Greenwich, 2 December here
    with clock.as_of(datetime.date(2026, 12, 3)):
        assert entries(client)[0] == "pool-limit"
        for path in ("/updates/", "/updates/pool-limit/"):
            told = words(client, path)
            assert "原定2026年12月1日起执行。" in told
            assert "2026年12月2日撤回，恢复原来的规定。" in told
        html = client.get("/updates/pool-limit/").content.decode()
    assert "150,000" in html, "what was shown for a while stays on record"
    assert '"/policy/N-1.1"' not in html
    assert "/policy/documents/notice" not in html


def test_a_document_of_a_draft_shows_with_the_set_and_goes_with_it(
    client: Client, author: User
) -> None:
    draft = draft_of_limit(author)
    own = "/policy/documents/notice-pool-limit/"

    def places() -> list[bool]:
        lists = ("/policy/", "/about/", "/sitemap.xml")
        shown = [own in client.get(path).content.decode() for path in lists]
        return [*shown, client.get(own).status_code == 200]

    assert places() == [False] * 4
    draft.publish()
    assert places() == [True] * 4
    draft.withdraw()
    assert places() == [False] * 4
    assert Document.objects.public().count() == 2


def test_a_story_stays_as_it_was_whatever_is_published_later(client: Client, author: User) -> None:
    first = draft_of_limit(author)
    first.publish(at("2026-11-22T10:00"))
    second = draft_of_limit(author, 170_000, slug="limit-again", letter="M")
    second.publish(at("2026-11-23T10:00"))
    first.withdraw(at("2026-11-24T10:00"))
    assert "150,000 元 160,000 元 N-1.1" in words(client, "/updates/pool-limit/")
    assert "160,000 元 170,000 元 M-1.1" in words(client, "/updates/limit-again/")


def test_the_newest_come_first_page_by_page_and_cost_no_more(
    client: Client, author: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(ON_A_PAGE + 1):
        ChangeSet.objects.create(
            slug=f"change-{number}", title="改", summary=f"第{number}次", author=author
        ).publish(at(f"2026-12-{number + 1:02}T10:00"))
    expected = [f"change-{number}" for number in range(ON_A_PAGE, 0, -1)]
    assert entries(client) == expected
    assert entries(client, "/updates/?page=2")[0] == "change-0"
    assert len(entries(client, "/updates/?page=2")) == 3
    html = client.get("/updates/").content.decode()
    assert '<a rel="next" href="?page=2">' in html
    for strange in ("0", "99", "x"):
        assert client.get("/updates/", {"page": strange}).status_code == 200
    with django_assert_num_queries(2):
        client.get("/updates/")


def test_what_staff_wrote_cannot_break_out_of_the_page(client: Client, author: User) -> None:
    ChangeSet.objects.create(
        slug="bold", title="改", summary="<b>x</b>&", concerns='"<script>', author=author
    ).publish()
    for path in ("/updates/", "/updates/bold/"):
        html = client.get(path).content.decode()
        assert "&lt;b&gt;x&lt;/b&gt;&amp;" in html
        assert "<script>" not in html
    feed = client.get("/updates/feed.xml")
    entry = ET.fromstring(feed.content).find(f"{ATOM}entry")
    assert entry is not None
    assert entry.findtext(f"{ATOM}title") == "<b>x</b>&"
    assert "&quot;&lt;script&gt;" in str(entry.findtext(f"{ATOM}summary"))


# The feed


def test_the_feed_tells_the_same(client: Client, author: User) -> None:
    draft = draft_of_limit(author)
    draft.publish(at("2026-11-22T10:00"))
    answer = client.get("/updates/feed.xml")
    assert answer["Content-Type"].startswith("application/atom+xml")
    feed = ET.fromstring(answer.content)
    assert feed.findtext(f"{ATOM}title") == "沈阳医保服务门户 更新记录"
    told = feed.findall(f"{ATOM}entry")
    assert len(told) == 3
    entry = told[0]
    assert entry.findtext(f"{ATOM}title") == "灵活就业人员的统筹基金年限额调整为 160,000 元"
    assert (
        entry.findtext(f"{ATOM}summary")
        == "2026年12月1日起执行。谁会受影响：参加职工医保的灵活就业人员。"
    )
    link = entry.find(f"{ATOM}link")
    assert link is not None
    assert link.get("href") == "http://testserver/updates/pool-limit/"
    assert entry.findtext(f"{ATOM}updated") == "2026-11-22T02:00:00+00:00"
    name = entry.findtext(f"{ATOM}id")

    draft.withdraw(at("2026-12-02T09:00"))
    entry = ET.fromstring(client.get("/updates/feed.xml").content).findall(f"{ATOM}entry")[0]
    assert str(entry.findtext(f"{ATOM}title")).startswith("已撤回：")
    assert "原定2026年12月1日起执行。" in str(entry.findtext(f"{ATOM}summary"))
    assert "2026年12月2日撤回，恢复原来的规定。" in str(entry.findtext(f"{ATOM}summary"))
    assert entry.findtext(f"{ATOM}updated") == "2026-12-02T01:00:00+00:00"
    assert entry.findtext(f"{ATOM}id") == name


def test_the_feed_is_the_same_for_everybody_and_only_read(client: Client) -> None:
    answer = client.get("/updates/feed.xml")
    assert not answer.cookies
    assert "Cookie" not in answer.get("Vary", "")
    assert answer["Cache-Control"] == "no-cache"
    clerk = Client()
    clerk.force_login(User.objects.create_superuser("clerk"))
    assert clerk.get("/updates/feed.xml").content == answer.content
    for path in ("/updates/", "/updates/resident-2024/", "/updates/feed.xml"):
        assert client.post(path).status_code == 405


def test_every_page_leads_to_the_updates_and_their_feed(client: Client) -> None:
    html = client.get("/").content.decode()
    assert '<a href="/updates/">更新记录</a>' in html
    assert (
        '<link rel="alternate" type="application/atom+xml" title="更新记录" '
        'href="/updates/feed.xml">' in html
    )
    assert "<loc>http://testserver/updates/</loc>" in client.get("/sitemap.xml").content.decode()
