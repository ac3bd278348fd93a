"""The screens over HTTP: each section is shown once somewhere, links are clean, nothing is a 500."""

import re
from urllib.parse import urlencode

import pytest
from django.test import Client

from portal.guide.known import May
from portal.guide.path import Path
from portal.guide.sections import GUIDE, sections_of
from portal.policy.in_force import Timetable
from portal.policy.passages import Passages
from portal.policy.texts import NOT_ON_FILE
from tests.conftest import TODAY
from tests.guide.ways import ends

pytestmark = pytest.mark.django_db


def different_ends() -> list[Path]:
    """Ends that show, together, every section that a plan can show."""
    seen: set[tuple[str, str]] = set()
    chosen = []
    for path in sorted(ends(), key=lambda path: -len(sections_of(path.known).all())):
        new = set(sections_of(path.known).all()) - seen
        if new:
            seen |= new
            chosen.append(path)
    return chosen


@pytest.mark.slow
def test_every_kind_of_plan_is_whole(client: Client) -> None:
    chosen = different_ends()
    assert len(chosen) > 20
    for path in chosen:
        answer = client.get(f"/guide/?{urlencode(path.answers)}")
        html = answer.content.decode()
        assert answer.status_code == 200, path.answers
        assert "[[" not in html, path.answers
        assert NOT_ON_FILE not in html
        assert "请看这一页" not in html, path.answers
        assert "024-12345-1-7" in html
        ids = re.findall(r'\sid="([^"]+)"', html)
        assert len(ids) == len(set(ids)), path.answers
        assert html.count(">修改</a>") == len(path.steps)


def test_the_first_screen_says_what_it_is_for(client: Client) -> None:
    html = client.get("/guide/").content.decode()
    assert "给谁办医保？" in html
    assert "不用填姓名和身份证号" in html
    assert 'href="?who=newborn"' in html
    assert "<form" not in html.partition("<main")[2].partition("</main>")[0]


def test_a_no_names_the_fact_and_what_would_change_it(client: Client) -> None:
    html = client.get("/guide/?who=adult&work=flexible&hukou=elsewhere&permit=no").content.decode()
    assert "<h1>现在还不行</h1>" in html
    assert "决定的是：没有沈阳户口，也没有沈阳的居住证" in html
    assert "怎样就行：办下沈阳的居住证以后" in html
    assert 'href="/policy/R-3.3"' in html
    assert 'href="/policy/F-1.2"' in html


@pytest.mark.parametrize(
    ("asked", "clean"),
    [
        ("who=child&from=timeline&isappinstalled=0&utm_source=x", "?who=child"),
        ("who=child&who=adult", "?who=adult"),
        ("who=dog", "?dropped=who"),
        ("who=adult&colour=red", "?who=adult&dropped=other"),
        ("who=", "?"),
        ("work=none&who=adult", None),
        ("who=adult&mode=care&scene=1", "?who=adult&mode=care"),
        (
            "who=newborn&hukou=shenyang&standing=none&born_year=2024&born_month=2&born_day=3",
            "?who=newborn&hukou=shenyang&standing=none&born=2024-02-03",
        ),
        (
            "who=student&school=here&standing=none&paid=later&hukou=shenyang",
            "?who=student&school=here&standing=none&paid=later&dropped=hukou",
        ),
    ],
)
def test_a_link_as_people_leave_it_leads_to_the_clean_one(
    client: Client, asked: str, clean: str | None
) -> None:
    answer = client.get(f"/guide/?{asked}")
    if clean is None:
        assert answer.status_code == 200
        return
    assert answer.status_code == 303
    assert answer["Location"] == f"/guide/{clean}"
    assert client.get(answer["Location"]).status_code == 200


def test_what_was_dropped_is_named(client: Client) -> None:
    html = client.get("/guide/?who=adult&dropped=hukou,other").content.decode()
    assert "链接里的“户口”已经不适用" in html


def test_a_wrong_day_is_a_422_that_keeps_what_was_typed(client: Client) -> None:
    query = "who=newborn&hukou=shenyang&standing=none"
    answer = client.get(f"/guide/?{query}&born_year=2024&born_month=2&born_day=31")
    html = answer.content.decode()
    assert answer.status_code == 422
    assert "<title>错误：" in html
    for typed in ("2024", "2", "31"):
        assert f'value="{typed}"' in html
    assert '<input type="hidden" name="hukou" value="shenyang">' in html


@pytest.mark.parametrize(
    "query", ["last=%00", "last=99999-99", "last=２０２５-０１", "last=2025-1"]
)
def test_odd_months_are_read_kindly_or_are_an_error(client: Client, query: str) -> None:
    left = "who=adult&work=flexible&hukou=shenyang&before=employee&standing=none&scheme=flexible"
    assert client.get(f"/guide/?{left}&age=far&{query}").status_code in {303, 422}


def test_a_district_shows_its_office(client: Client) -> None:
    way = "who=adult&work=none&hukou=shenyang&before=never&standing=none&paid=later"
    html = client.get(f"/guide/?{way}&district=浑南区").content.decode()
    assert "沈阳创新天地H座7楼" in html
    assert "024-23770026" in html
    assert client.get(f"/guide/?{way}&district=nowhere").status_code == 200


def test_the_home_page_leads_here_first(client: Client) -> None:
    html = client.get("/").content.decode()
    assert html.index('href="/guide/"') < html.index('href="/enrollment/"><svg')


ADULT = "who=adult&work=none&hukou=shenyang"
AWAY = "who=adult&work=none&hukou=elsewhere&permit=yes&living=yes&origin=no"


@pytest.mark.parametrize(
    ("way", "said", "clause"),
    [
        ("who=student&school=here&standing=none&paid=later", "由学校统一办参保核定", "R-4.1"),
        (f"{ADULT}&before=resident&standing=none&paid=later", "不用办参保核定", "R-4.2"),
        (
            "who=child&hukou=shenyang&before=resident&standing=none&paid=later",
            "点「确认」",
            "R-4.3",
        ),
        (f"{ADULT}&before=never&standing=none&paid=later", "做人脸识别", "R-4.7"),
        (f"{AWAY}&before=never&standing=none&paid=later", "到社区办理核定", "R-4.9"),
        (
            f"{ADULT}&before=never&standing=disability&handled=later",
            "由他们办理参保",
            "R-4.10",
        ),
    ],
)
def test_each_channel_has_its_own_steps(client: Client, way: str, said: str, clause: str) -> None:
    html = client.get(f"/guide/?{way}").content.decode()
    assert said in html
    assert f'href="/policy/{clause}"' in html
    # Who pays by oneself is told where; students are told by their school.
    pays = "standing=none" in way and "who=student" not in way
    assert ('href="/policy/R-5.2"' in html) == pays


def test_a_no_says_what_decided_and_what_would_change_it_and_the_rest_whom_to_ask() -> None:
    passages = Passages([GUIDE], Timetable.load(), TODAY)
    verdicts = {v for path in ends() for v in (path.known.resident, path.known.flexible) if v}
    assert {verdict.may for verdict in verdicts} == set(May)
    for verdict in verdicts:
        words = passages.find(GUIDE, verdict.section).html
        if verdict.may == May.NO:
            assert "决定的是：" in words, verdict
            assert "怎样" in words, verdict
        elif verdict.may == May.OPEN:
            assert "024-12345-1-7" in words, verdict
        assert 'href="/policy/' in words, verdict
