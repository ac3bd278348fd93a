"""长辈版 asks one question a screen: every case of every calculator ends at the ordinary link."""

import json
import re
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from django.http import QueryDict
from django.test import Client

from calculators.asking import ask_kindly
from calculators.catalogue import CALCULATORS
from calculators.fields import DayField

CASES = Path(__file__).resolve().parent.parent / "cases" / "worked-cases.json"
WORKED = json.loads(CASES.read_text(encoding="utf-8"))
# One case for each set of questions that are answered.
UNLIKE = {
    (case["calculator"], *sorted({name for name, _ in case["query"]})): case for case in WORKED
}
INPATIENT = "/calculators/inpatient/?scheme=flexible"
EVENT = "e=inpatient,2025-02-01,level3,10000"
MOST_SCREENS = 40

pytestmark = pytest.mark.django_db


@pytest.fixture
def elder(client: Client) -> Client:
    client.cookies["mode"] = "care"
    return client


class Walk:
    """Somebody who goes from screen to screen, as a browser without JavaScript would."""

    def __init__(self, client: Client, address: str) -> None:
        self.client = client
        self.open(address)

    def open(self, address: str) -> None:
        self.address = address
        answer = self.client.get(address)
        if answer.status_code == 303:
            self.open(answer["Location"])
            return
        self.status, self.html = answer.status_code, unescape(answer.content.decode())

    @property
    def kept(self) -> list[tuple[str, str]]:
        form = re.search(r'<form class="one".*?</form>', self.html, re.DOTALL)
        assert form, self.html
        return re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)">', form[0])

    @property
    def asked(self) -> set[str]:
        """The names of the boxes to fill in."""
        form = re.search(r'<form class="one".*?</form>', self.html, re.DOTALL)
        assert form, self.html
        visible = re.sub(r'<input type="hidden"[^>]*>', "", form[0])
        return set(re.findall(r'<(?:input|select|textarea)[^>]* name="([^"]+)"', visible))

    def send(self, *answers: tuple[str, str]) -> None:
        path = self.address.partition("?")[0]
        self.open(f"{path}?{urlencode([*self.kept, *answers])}")

    def told(self, label: str) -> str:
        """The link that asks a question of the list again."""
        rows = re.findall(
            r'href="(\?[^"]*)"(?: aria-label="修改：([^"]*)"|><b>([^<]*)</b>)', self.html
        )
        (link,) = [url for url, told, more in rows if label in (told, more)]
        return self.address.partition("?")[0] + link


def boxes(case: dict[str, Any]) -> dict[str, list[tuple[str, str]]]:
    """The answers of a case as its screens take them, by question: a day in three boxes."""
    fields = CALCULATORS[case["calculator"]].form.base_fields
    filled: dict[str, list[tuple[str, str]]] = {}
    for name, value in case["query"]:
        if isinstance(fields[name], DayField) and name != "date":
            parts = zip(("year", "month", "day"), value.split("-"), strict=True)
            filled[name] = [(f"{name}_{part}", digits) for part, digits in parts]
        else:
            filled.setdefault(name, []).append((name, value))
    return filled


def question_of(asked: set[str]) -> str:
    return re.sub(r"_(year|month|day)$", "", min(asked)) if len(asked) == 3 else min(asked)


@pytest.mark.parametrize("case", list(UNLIKE.values()), ids=lambda case: case["id"])
def test_a_case_is_answered_screen_by_screen(elder: Client, case: dict[str, Any]) -> None:
    calculator = CALCULATORS[case["calculator"]]
    answers = boxes(case)
    start = [pair for name in ("scheme", "date") for pair in answers.pop(name, [])]
    walk = Walk(elder, f"/calculators/{calculator.slug}/?{urlencode(start)}")
    for _ in range(MOST_SCREENS):
        if not walk.asked:
            break
        assert len({question_of(walk.asked)}) == 1
        question = question_of(walk.asked)
        left_open = [(name, "") for name in walk.asked]
        walk.send(*answers.pop(question, left_open))
        assert walk.status == 200, walk.address
    for name in list(answers):
        label = str(calculator.form.base_fields[name].label)
        walk.open(walk.told(label))
        walk.send(*answers.pop(name))
    walk.send()
    ordinary = ask_kindly(calculator.form, QueryDict(urlencode([*map(tuple, case["query"])])))
    asked = sorted(parse_qsl(urlsplit(ordinary.link).query))
    assert sorted(parse_qsl(urlsplit(walk.address).query)) == asked


STAY = f"{INPATIENT}&group=active&tier=level3&cost=20000"


def test_a_whole_link_shows_its_result_and_leads_back_to_the_answers(elder: Client) -> None:
    html = Walk(elder, STAY).html
    assert "1,951.20" in html
    (change,) = re.findall(r'<a class="button" href="(\?[^"]*)">改一改答案', html)
    listed = Walk(elder, f"/calculators/inpatient/{change}")
    assert listed.asked == set()
    tier = Walk(elder, listed.told("住的是哪一级医院？"))
    assert tier.asked == {"tier"}
    assert re.search(r'value="level3"[^>]* checked', tier.html), "it shows what was answered"
    # 一级 在职: (20000 − 200) × 94% = 18612; of 1388 the supplementary pays 292.80
    tier.send(("tier", "level1"))
    assert tier.asked == set(), "an answer that was changed leads back to the list"
    tier.send()
    assert "1,095.20" in tier.html
    assert "ask=" not in tier.address


@pytest.mark.parametrize(
    ("query", "status", "asked"),
    [
        ("", 200, {"group"}),
        ("&tier=level3", 200, {"group"}),
        ("&group=active&tier=level3", 200, {"cost"}),
        ("&group=active&ask=1", 200, {"tier"}),
        ("&group=active&tier=&ask=1", 422, {"tier"}),
        ("&group=active&tier=level3&cost=两万&ask=1", 422, {"cost"}),
        ("&group=active&tier=level3&cost=两万", 422, {"cost"}),
        ("&tier=level3&cost=两万", 200, {"group"}),
        ("&group=active&tier=level3&cost=20000&ask=1", 200, set()),
        ("&group=active&tier=level3&cost=20000&admission=0", 422, {"admission"}),
        ("&group=active&ask=no-such-question", 200, {"tier"}),
        ("&group=nobody&ask=1", 422, {"group"}),
        (
            "&group=active&tier=level3&cost=20000&place=long_term&ask=1",
            200,
            {f"filed_on_{part}" for part in ("year", "month", "day")},
        ),
    ],
)
def test_the_answers_so_far_lead_to_a_question(
    elder: Client, query: str, status: int, asked: set[str]
) -> None:
    walk = Walk(elder, INPATIENT + query)
    assert (walk.status, walk.asked) == (status, asked)
    typed = dict(parse_qsl(query)) | {"scheme": "flexible"}
    for name, value in typed.items():
        if name not in asked | {"ask"}:
            assert (name, value) in walk.kept, "nothing is lost"
    if status == 422:
        assert "<title>错误：" in walk.html
        assert walk.html.count('aria-invalid="true"') >= 1


def test_one_of_two_questions_may_be_left_open(elder: Client) -> None:
    walk = Walk(elder, "/calculators/filing-expiry/?scheme=flexible")
    walk.send(("proof", "residence_permit"))
    walk.send(*((name, "") for name in walk.asked))
    assert (walk.status, len(walk.asked)) == (200, 3), "the other one is asked"
    walk.send(*((name, "") for name in walk.asked))
    assert walk.status == 422, "but not both"


def test_ordinary_pages_and_the_json_are_as_ever(client: Client) -> None:
    ordinary = client.get(INPATIENT + "&group=active")
    assert ordinary.status_code == 422
    client.cookies["mode"] = "care"
    asked = client.get("/api/v1/calculators/inpatient?scheme=flexible&group=active")
    assert asked.status_code == 422
    assert client.get(f"{INPATIENT}&group=active&mode=ordinary").status_code == 422


def test_a_wrong_day_of_the_rules_is_said(elder: Client) -> None:
    walk = Walk(elder, f"{STAY}&date=2025-02-30")
    assert walk.status == 422
    assert "没有这一天" in walk.html


def test_a_year_is_written_one_question_a_screen(elder: Client) -> None:
    walk = Walk(elder, "/calculators/year/?scheme=flexible")
    assert walk.asked == {"group"}
    walk.send(("group", "active"))
    assert walk.asked == set()
    walk.send()
    assert walk.address.endswith("?scheme=flexible&group=active")
    walk.open(f"{walk.address}&add=inpatient")
    assert walk.asked == {"on_year", "on_month", "on_day"}
    assert re.search(r'name="on_year"[^>]* value="20\d\d"', walk.html), "a likely year"
    walk.send(("on_year", "2025"), ("on_month", "2"), ("on_day", "30"))
    assert (walk.status, walk.asked) == (422, {"on_year", "on_month", "on_day"})
    walk.send(("on_year", "2025"), ("on_month", "2"), ("on_day", "1"))
    walk.send(("tier", "level3"))
    walk.send(("cost", "1万"))
    assert walk.asked == set()
    walk.open(walk.told("在哪里看的病？") if "在哪里看的病？" in walk.html else walk.address)
    walk.send()
    # (10000 − 600) × 88% = 8272; of 1128 the supplementary pays 80 + 100 + 76.80
    assert "1,471.20" in walk.html
    year = walk.address
    assert year.endswith("?scheme=flexible&group=active&e=inpatient,2025-02-01,level3,10000")
    walk.open(f"{year}&edit=1")
    walk.open(walk.told("能报销的费用一共多少？"))
    assert (walk.asked, 'value="10000"' in walk.html) == ({"cost"}, True)
    walk.send(("cost", "600"))
    walk.send()
    assert walk.address.endswith("&e=inpatient,2025-02-01,level3,600")


@pytest.mark.parametrize(
    ("query", "status", "asked"),
    [
        ("?scheme=resident&group=adult&ask=1", 200, {"threshold"}),
        ("?scheme=resident&group=adult&threshold=&ask=1", 200, set()),
        ("?scheme=resident&group=adult&threshold=x&ask=1", 422, {"threshold"}),
        ("?scheme=resident&e=outpatient,2024-03-02,100", 200, {"group"}),
        ("?scheme=flexible&group=active&next=abc", 422, {"next"}),
        (f"?scheme=flexible&{EVENT}&ask=1", 200, {"group"}),
        ("?scheme=flexible&group=active&ask=next", 200, {"next"}),
        ("?scheme=flexible&group=active&add=chronic&ask=1&cost=5", 200, {"on_year", "on_month"}),
        ("?scheme=flexible&group=active&add=outpatient&cost=abc&on=2025-01-02", 200, {"tier"}),
    ],
)
def test_a_year_asks_what_is_missing(
    elder: Client, query: str, status: int, asked: set[str]
) -> None:
    walk = Walk(elder, f"/calculators/year/{query}")
    assert (walk.status, asked <= walk.asked, bool(walk.asked)) == (status, True, bool(asked))
    for name, value in parse_qsl(query[1:]):
        if name not in asked | {"ask"}:
            assert (name, value) in walk.kept, "nothing is lost"


def test_the_size_of_a_next_stay_leads_back_to_the_year(elder: Client) -> None:
    walk = Walk(elder, f"/calculators/year/?scheme=flexible&group=active&{EVENT}&ask=next")
    walk.send(("next", "1万"))
    # the second stay at 三级: (10000 − 510) × 88% = 8351.20; of 1138.80: 80 + 100 + 83.28
    assert "1,385.52" in walk.html


def test_both_schemes_ask_for_the_hospital_only_of_a_stay(elder: Client) -> None:
    walk = Walk(elder, "/calculators/compare/")
    walk.send(("member", "adult"))
    assert walk.asked == {"cost"}
    walk.send(("cost", ""))
    assert walk.asked == {"quarter_cost"}
    walk.open(walk.told("假如一年住一次院，能报销的费用一共多少？"))
    walk.send(("cost", "20000"))
    assert (walk.status, walk.asked) == (200, {"tier"})
    walk.send(("tier", "level3"))
    walk.send()
    assert walk.address.endswith("/compare/?member=adult&cost=20000&tier=level3")
    assert "放在一起" in walk.html
    (change,) = re.findall(r'<a class="button" href="(\?[^"]*ask=list)">', walk.html)
    assert Walk(elder, f"/calculators/compare/{change}").asked == set()


def test_a_bill_of_which_only_the_total_is_known_is_asked_about_by_and_by(elder: Client) -> None:
    walk = Walk(elder, "/calculators/emergency/range/?scheme=flexible")
    walk.send(("total", "1万"))
    walk.send(("outside_most", "2万"))
    assert (walk.status, walk.asked) == (422, {"outside_most"})
    walk.send(("outside_most", "0"))
    walk.send(("outside_likely", ""))
    walk.send()
    # (10000 × 80% by the pool; of 2000 the supplementary pays 80 + 100 + 200): as the worked case
    assert "1,620.00" in walk.html
