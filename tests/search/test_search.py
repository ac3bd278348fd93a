"""Searching the site: what is found, in which order, and what the page says of it."""

import html
import re
from collections.abc import Iterator
from urllib.parse import quote, unquote

import pytest
from django.test import Client

from portal import clock
from portal.contributions.models import Channel
from portal.offices.models import Office
from portal.policy import pages
from portal.policy.models import ChangeSet, ClauseText
from portal.search import memory
from portal.search.entries import Kind, read_entries
from portal.search.index import Hit, Index
from portal.search.memory import current_index, forget_index, read_fingerprint
from portal.search.normal import normal
from portal.search.words import OFFICIAL_WORDS

pytestmark = pytest.mark.django_db

QUERIES = 1  # the public version


@pytest.fixture(scope="module", autouse=True)
def _fresh() -> Iterator[None]:
    """A rolled-back database may look like another; within these tests the fingerprint must do."""
    forget_index()
    yield
    forget_index()


def main_of(client: Client, query: str, **more: str) -> str:
    response = client.get("/search/", {"q": query, **more})
    assert response.status_code == 200
    return response.content.decode().partition("<main")[2].partition("</main>")[0]


def links(page: str) -> list[str]:
    """Where the hits lead, in the order of the page."""
    return [unquote(link) for link in re.findall(r'<a class="row" href="([^"]*)"', page)]


def items(page: str) -> list[str]:
    """The hits of the page, each with all it names."""
    return re.findall(r'<li><a class="row".*?(?=<li>|</ul>)', page, re.DOTALL)


def groups(page: str) -> list[str]:
    return re.findall(r'<h2 id="(\w+)">', page)


def words(page: str) -> str:
    return " ".join(html.unescape(re.sub("<[^>]*>", "", page)).split())


# --- every clause --------------------------------------------------------------------------------


def middle(sentence: str) -> str:
    start = max(0, len(sentence) // 2 - 6)
    return sentence[start : start + 12]


@pytest.fixture
def sentences() -> dict[str, str]:
    return dict(ClauseText.objects.values_list("clause__code", "sentence"))


def clauses_among_the_first_five(page: str) -> set[str]:
    return set(re.findall(r'href="/policy/([A-Z]+-[\d.]+)"', "".join(items(page)[:5])))


@pytest.mark.reads
@pytest.mark.slow
def test_every_clause_is_found_by_twelve_characters_of_its_middle(
    client: Client, sentences: dict[str, str]
) -> None:
    assert len(sentences) == 305
    missing = [
        code
        for code, sentence in sentences.items()
        if code not in clauses_among_the_first_five(main_of(client, middle(sentence)))
    ]
    assert missing == []


@pytest.mark.reads
@pytest.mark.slow
def test_so_it_is_by_other_twelve_characters_around_its_middle(sentences: dict[str, str]) -> None:
    """Unless more than five sentences say them: 「的通知》（沈医保发〔20」 does not tell which."""
    index = current_index()
    folded = {normal(sentence) for sentence in sentences.values()}
    for code, sentence in sentences.items():
        quarter = len(sentence) // 4
        for start in range(quarter, max(quarter + 1, len(sentence) - quarter - 11), 4):
            query = sentence[start : start + 12].strip()
            hits = [hit.entry for hit in index.find(query) if hit.entry.kind is Kind.CLAUSE]
            if sum(normal(query) in text for text in folded) <= 5:
                assert any(code in entry.codes for entry in hits[:5]), (code, query)


def test_one_and_the_same_sentence_is_one_hit_that_names_all_ids(client: Client) -> None:
    """F-6.5 and F-6.7 say the same."""
    (hit,) = items(main_of(client, "3个月以内未选择补缴或中断缴费", kind="clause"))
    assert "F-6.5、F-6.7" in words(hit)
    assert 'href="/policy/F-6.5"' in hit
    assert 'href="/policy/F-6.7"' in hit


@pytest.mark.parametrize("query", ["F-14.10", "f14.10", "Ｆ－14.10", "依据 F-14.10", " F-14.10 "])
def test_a_clause_is_found_by_its_number(client: Client, query: str) -> None:
    assert links(main_of(client, query)) == ["/policy/F-14.10"]


# --- what people type ------------------------------------------------------------------------


@pytest.mark.parametrize("query", ["450 元", "４５０元", "450　元", " 450元 "])
def test_an_amount_is_found_however_it_is_typed(client: Client, query: str) -> None:
    """R-2.3."""
    assert "/policy/R-2.3" in links(main_of(client, "450元"))
    assert links(main_of(client, query)) == links(main_of(client, "450元"))


def test_thousands_may_be_parted(client: Client) -> None:
    """R-12: 大病保险, the bands."""
    assert links(main_of(client, "100,000元")) == links(main_of(client, "100000元")) != []


@pytest.mark.parametrize("query", ["50元", "84.38元", "60元"])
def test_a_piece_of_an_amount_is_another_amount(query: str) -> None:
    """Not R-2.3 (450元), not F-8.18 (484.38元), not R-2.1 (260元)."""
    codes = {code for hit in current_index().find(query) if hit.whole for code in hit.entry.codes}
    assert not codes & {"R-2.3", "F-8.18", "R-2.1"}


@pytest.mark.parametrize(
    ("query", "kind"),
    [
        ("报销", "guide"),
        ("住院", "guide"),
        ("退休", "guide"),
        ("药", "guide"),
        ("住院 学生", "guide"),
        ("要自己付多少", "calculator"),
        ("浑南", "office"),
        ("hunnan", "office"),
        ("hn", "office"),
        ("205路", "office"),
        ("地铁二号线", "office"),
        ("翠园小区", "office"),
        ("辽事通", "channel"),
        ("盛事通APP", "channel"),
        ("在校学生为260元", "clause"),
    ],
)
def test_what_people_mean_comes_first(client: Client, query: str, kind: str) -> None:
    assert groups(main_of(client, query))[0] == kind


def test_a_page_comes_before_its_sections_and_what_explains_before_what_is_to_be_looked_up(
    client: Client,
) -> None:
    page = main_of(client, "住院")
    assert groups(page)[:3] == ["guide", "calculator", "clause"]
    assert links(page)[0] in {"/benefits/resident-inpatient/", "/benefits/flexible-inpatient/"}
    assert "/calculators/inpatient/" in links(page)


def test_all_words_must_occur(client: Client) -> None:
    both = {hit.entry.path for hit in current_index().find("学生 住院")}
    assert both
    assert both == {hit.entry.path for hit in current_index().find("住院　学生")}
    for hit in current_index().find("学生 住院"):
        said = hit.entry.title + hit.entry.text + hit.entry.context
        assert "学生" in said
        assert "住院" in said
    assert current_index().find("住院 大象") == []


def test_a_word_of_the_section_helps_to_find_its_clauses() -> None:
    """R-2.3 stands under 缴费标准 and does not say so itself."""
    assert "R-2.3" in {
        c for hit in current_index().find("成年居民 缴费标准") for c in hit.entry.codes
    }
    assert "R-2.3" not in {c for hit in current_index().find("缴费标准") for c in hit.entry.codes}


def test_the_words_as_they_stand_come_before_scattered_ones() -> None:
    def best(kind: Kind) -> list[Hit]:
        return [hit for hit in current_index().find("中断 缴费") if hit.entry.kind is kind]

    texts = [normal(hit.entry.text) for hit in best(Kind.CLAUSE)]
    together = ["中断缴费" in text for text in texts]
    assert any(together)
    assert together == sorted(together, reverse=True)


@pytest.mark.parametrize("everyday", OFFICIAL_WORDS)
def test_an_everyday_word_leads_to_the_official_one(everyday: str) -> None:
    assert current_index().find(OFFICIAL_WORDS[everyday]) != []


def test_the_page_says_which_word_it_took_instead(client: Client) -> None:
    page = words(main_of(client, "门槛费"))
    assert "没有找到「门槛费」，文件里叫「起付标准」" in page


# --- the page --------------------------------------------------------------------------------


def test_the_words_found_are_marked(client: Client) -> None:
    page = main_of(client, "450元", kind="clause")
    assert "<mark>450元</mark>" in page


def test_a_long_list_is_cut_with_a_link_to_all_of_its_kind(client: Client) -> None:
    page = main_of(client, "医疗")
    (count,) = re.findall(r"政策原文 <small>(\d+) 条", page)
    clauses = [link for link in links(page) if link.startswith("/policy/")]
    assert len(clauses) == 5
    assert int(count) > 60
    (more,) = re.findall(r'href="(\?q=[^"]*kind=clause)"', page)
    rest = client.get("/search/" + html.unescape(more)).content.decode()
    assert groups(rest) == ["clause"]
    assert len(links(rest)) == 60
    assert f"找到 {count} 条政策原文" in words(rest)
    assert "只列出前 60 条" in rest


def test_an_unknown_kind_is_left_aside(client: Client) -> None:
    assert links(main_of(client, "浑南", kind="nonsense")) == links(main_of(client, "浑南"))


def test_the_counts_add_up(client: Client) -> None:
    page = main_of(client, "生育")
    counts = [int(count) for count in re.findall(r"<small>(\d+) 条</small></h2>", page)]
    assert f"找到 {sum(counts)} 条" in page
    assert len(counts) > 2


def test_nothing_found_offers_the_hotline_and_the_nearest(client: Client) -> None:
    page = main_of(client, "浑南医保怎么去")
    assert "没有找到「浑南医保怎么去」" in page
    assert "tel:024-12345" in page
    assert links(page)[0] == "/offices/hunnan/"
    assert len(links(page)) <= 5


def test_a_question_in_one_breath_finds_the_nearest_page(client: Client) -> None:
    page = main_of(client, "学生交多少钱")
    assert set(links(page)[:2]) <= {"/calculators/contribution/", "/for/students/"}


def test_nothing_near_leaves_the_hotline(client: Client) -> None:
    page = main_of(client, "qqq")
    assert "没有找到「qqq」" in page
    assert links(page) == []


def test_nothing_found_in_one_kind_says_so(client: Client) -> None:
    assert "没有找到「hunnan」" in main_of(client, "hunnan", kind="clause")


@pytest.mark.parametrize("query", ["", "   ", "。，！？", "😀", "\x00", "\x00\x01", "　"])
def test_nothing_to_look_for_is_a_page_with_examples(client: Client, query: str) -> None:
    page = main_of(client, query)
    assert "大家常找" in page
    assert "没有找到" not in page


def test_every_example_finds_something(client: Client) -> None:
    examples = re.findall(r'<li><a href="(/search/\?q=[^"]*)"', main_of(client, ""))
    assert len(examples) >= 6
    for example in examples:
        assert links(client.get(html.unescape(example)).content.decode()), unquote(example)


@pytest.mark.parametrize(
    "query",
    [
        "报" * 5000,
        "报 " * 2500,
        "<script>alert(1)</script>",
        "' OR 1=1 --",
        "%",
        "\\",
        "[[flexible.pool]]",
        "{{ 1 }}",
        "报\x00销",
        "\ud800",
        "İß",
        "ﷺ",
        "𠀀",
        "1,000,000,000",
        "١٢٣",
        "²",
        "Ⅻ①",
    ],
)
def test_an_odd_query_is_answered(client: Client, query: str) -> None:
    response = client.get("/search/?q=" + quote(query, errors="surrogatepass"))
    assert response.status_code == 200
    assert ("写得太长" in response.content.decode()) == (len(query) > 100)
    assert b"\x00" not in response.content
    assert b"<script>alert" not in response.content


def test_bytes_that_are_no_text_are_answered(client: Client) -> None:
    assert client.get("/search/?q=%ff%fe").status_code == 200
    assert client.get("/search/?q=a&q=报销&kind=&x=1").status_code == 200


def test_no_search_engine_keeps_it_and_nobody_logs_it(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level("DEBUG"):
        response = client.get("/search/", {"q": "恶性肿瘤"})
    assert response["X-Robots-Tag"] == "noindex"
    assert not response.cookies
    assert "恶性肿瘤" not in caplog.text
    assert quote("恶性肿瘤") not in caplog.text


def test_it_is_only_read(client: Client) -> None:
    assert client.post("/search/").status_code == 405


# --- the index in memory ------------------------------------------------------------------------


def test_a_search_asks_the_database_only_whether_anything_changed(
    client: Client, django_assert_num_queries
) -> None:
    current_index()
    with django_assert_num_queries(QUERIES):
        client.get("/search/", {"q": "报销"})
    with django_assert_num_queries(0):
        client.get("/search/")


def test_the_index_is_built_once(monkeypatch: pytest.MonkeyPatch) -> None:
    index = current_index()
    monkeypatch.setattr(memory, "read_entries", None)
    assert current_index() is index


def test_what_staff_change_of_an_office_is_found_at_once(client: Client) -> None:
    assert links(main_of(client, "新开路")) == []
    office = Office.objects.get(slug="hunnan")
    office.address = "浑南区新开路1号。"
    office.save()
    assert links(main_of(client, "新开路")) == ["/offices/hunnan/"]


@pytest.mark.parametrize("part", ["phones", "aliases", "stops"])
def test_what_belongs_to_an_office_counts_too(part: str) -> None:
    before = read_fingerprint()
    getattr(Office.objects.get(slug="center"), part).first().delete()
    assert read_fingerprint() != before


def test_so_do_lines_and_channels() -> None:
    seen = {read_fingerprint()}
    Office.objects.get(slug="center").stops.get().lines.first().delete()
    seen.add(read_fingerprint())
    channel = Channel.objects.get(slug="app")
    channel.name = "沈阳医保新APP"
    channel.save()
    seen.add(read_fingerprint())
    Channel.objects.get(slug="app").uses.first().delete()
    seen.add(read_fingerprint())
    assert len(seen) == 4


def test_a_draft_is_nothing_to_find() -> None:
    before = read_fingerprint()
    draft = ChangeSet.objects.create(slug="draft", title="草稿")
    clause = ClauseText.objects.get(clause__code="R-2.3").clause
    ClauseText.objects.create(
        clause=clause, change_set=draft, in_force_from="2026-01-01", sentence="长颈鹿"
    )
    assert read_fingerprint() == before


def test_a_new_sentence_is_found_from_its_day_on(client: Client) -> None:
    old = ClauseText.objects.get(clause__code="R-2.3")
    correction = ChangeSet.objects.create(slug="correction", title="更正")
    ClauseText.objects.create(
        clause=old.clause,
        change_set=correction,
        in_force_from="2026-12-01",
        sentence="改成了长颈鹿。",
    )
    assert "/policy/R-2.3" not in links(main_of(client, "长颈鹿"))
    correction.publish()
    assert "/policy/R-2.3" not in links(main_of(client, "长颈鹿")), "not before its day"
    with clock.as_of(clock.today().replace(month=12, day=1)):
        assert links(main_of(client, "长颈鹿")) == ["/policy/R-2.3"]
        correction.withdraw()
        assert "/policy/R-2.3" not in links(main_of(client, "长颈鹿"))


def test_every_section_of_every_page_is_an_entry() -> None:
    wanted = {
        section.path + (f"#{section.anchor}" if section.anchor else "")
        for section in pages.sections(clock.today())
    }
    entries = read_entries(clock.today())
    assert wanted
    assert {entry.path for entry in entries if entry.kind is Kind.GUIDE} == wanted


def test_nothing_indexed_finds_nothing() -> None:
    assert Index([]).find("报销") == []
    assert Index([]).nearest("报销") == []
