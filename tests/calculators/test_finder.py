"""The list of situations: each leads somewhere that answers, and every calculator can be found."""

import re
from urllib.parse import parse_qsl

import pytest
from django.test import Client

from calculators.catalogue import CALCULATORS
from calculators.finder import GROUPS, SHORT_NAMES, Situation, groups_for
from calculators.rules.people import Scheme

pytestmark = pytest.mark.django_db

SITUATIONS = [situation for group in GROUPS for situation in group.situations]
WAYS = {way.path: way for situation in SITUATIONS for way in situation.ways}
# What people say, as the issue lists it.
SAID = (
    *("我要住院", "在急诊抢救", "去门诊看病", "有慢性病、特殊病", "高血压、糖尿病吃药", "要生孩子"),
    *("做辅助生殖", "在外地看病", "我中断了缴费", "要补缴以前的", "快退休了", "退休后账户有多少钱"),
    *("给孩子交医保", "一家人一年交多少", "刚交了钱，哪天管用", "换了工作、换了一种医保"),
    *("异地备案什么时候到期", "一年下来花了多少", "两种医保怎么比"),
)


def slug_of(path: str) -> str:
    """The calculator that a path leads to, or "" where it leads to a guide page."""
    parts = path.partition("?")[0].strip("/").split("/")
    return parts[1] if parts[0] == "calculators" else ""


@pytest.mark.parametrize("path", list(WAYS))
def test_a_way_leads_to_a_page_without_a_detour_or_a_complaint(client: Client, path: str) -> None:
    response = client.get(path)

    assert response.status_code == 200
    assert "错误：" not in response.content.decode()
    scheme, slug = WAYS[path].scheme, slug_of(path)
    if scheme and slug:
        assert response.context["scheme"] == scheme


FILLED_IN = [path for path in WAYS if "ask=1" in path]


@pytest.mark.parametrize("path", FILLED_IN)
def test_what_the_situation_decides_is_filled_in_and_nothing_is_judged(
    client: Client, path: str
) -> None:
    page = client.get(path).content.decode()
    (name, value), *_ = [
        pair for pair in parse_qsl(path.partition("?")[2]) if pair[0] not in {"scheme", "ask"}
    ]
    assert re.search(f'name="{name}"[^>]*value="{value}"[^>]*checked', page)
    assert 'id="result"' not in page


@pytest.mark.parametrize(
    "query", ["ask=1", "scheme=x&ask=1", "scheme=flexible&kind=x&place=x&ask="]
)
def test_a_damaged_link_of_the_list_still_asks(client: Client, query: str) -> None:
    for slug in CALCULATORS:
        assert client.get(f"/calculators/{slug}/?{query}&cost=abc&utm_source=x").status_code == 200


def test_a_filled_in_question_is_not_hidden_in_a_closed_fold(client: Client) -> None:
    page = client.get("/calculators/inpatient/?scheme=flexible&place=temporary&ask=1")
    assert re.search(r"<details class=.fold.[^>]*open", page.content.decode())


def test_a_child_is_answered_at_once(client: Client) -> None:
    """缴费 of a child needs to know no more than that it is one."""
    child = next(s for s in SITUATIONS if s.words == "给孩子交医保")
    for way in child.ways:
        assert 'id="result"' in client.get(way.path).content.decode()


def test_every_calculator_the_year_and_the_comparison_are_found() -> None:
    assert {slug_of(path) for path in WAYS} - {""} == {*CALCULATORS, "year", "compare"}


def test_everything_that_people_say_is_there(client: Client) -> None:
    page = client.get("/calculators/").content.decode()
    assert [words for words in SAID if words not in page] == []
    for path in WAYS:
        assert f'href="{path.replace("&", "&amp;")}"' in page


@pytest.mark.parametrize("scheme", list(Scheme))
def test_a_chosen_insurance_leaves_no_question_which(client: Client, scheme: Scheme) -> None:
    response = client.get("/calculators/", {"scheme": scheme.value})

    groups = response.context["groups"]
    shown = {way.path for group in groups for s in group.situations for way in s.ways}
    assert shown == {path for path, way in WAYS.items() if way.scheme in {scheme, None}}
    asked = {w.label for g in groups for s in g.situations if len(s.ways) > 1 for w in s.ways}
    assert not asked & {*SHORT_NAMES.values()}
    assert f'?scheme={scheme}" aria-current="page"' in response.content.decode()


def test_a_part_of_life_that_is_not_theirs_is_left_out() -> None:
    titles = [group.title for group in groups_for(Scheme.RESIDENT)]
    assert "退休" not in titles
    assert "生病、看病" in titles


@pytest.mark.parametrize("given", ["?scheme=", "?scheme=employee", "?scheme=%00", "?from=timeline"])
def test_anything_else_in_the_link_shows_them_all(client: Client, given: str) -> None:
    everything = client.get("/calculators/").context["groups"]
    assert client.get(f"/calculators/{given}").context["groups"] == everything


def test_several_ways_are_told_apart() -> None:
    def labels(situation: Situation) -> list[str]:
        return [way.label for way in situation.ways]

    for situation in SITUATIONS:
        if len(situation.ways) > 1:
            assert all(labels(situation)), situation.words
            assert len(set(labels(situation))) == len(situation.ways), situation.words
