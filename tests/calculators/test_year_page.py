"""全年账单 as a page: what it shows is what the JSON of the same year says, and its links keep all."""

import datetime
import html
import json
import random
import re
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qsl, urlencode

import brotli
import pytest
from django.test import Client

from calculators.rules.people import Scheme
from calculators.year_forms import PLACES
from calculators.year_link import read_event, spell_event
from calculators.year_presenters import PAYERS
from tests.calculators.test_worked_cases import WORKED

pytestmark = pytest.mark.django_db

PAGE = "/calculators/year/"
JSON = "/api/v1/calculators/year"
FLEXIBLE = "?scheme=flexible&group=active"
RESIDENT = "?scheme=resident&group=adult"
STAY = "inpatient,2025-02-01,level3,10000"
LABELS = {
    "pool": "统筹基金支付",
    "large_sum": "大额补助支付",
    "supplementary": "补充医疗保险支付",
    "major_illness": "居民大病保险支付",
    "self": "您自己付",
}


def stay(on: str, cost: str = "10000", **more: str) -> dict[str, str]:
    return {"calculator": "inpatient", "on": on, "tier": "level3", "cost": cost, **more}


def event(calculator: str, on: str, **more: str) -> dict[str, str]:
    return {"calculator": calculator, "on": on, **more}


DRUGS = event("two-diseases", "2024-05-01", diabetes="300")
YEARS: dict[str, dict[str, Any]] = {
    "stays are counted": {"events": [stay("2025-02-01", "550"), stay("2025-03-01")]},
    "a stay that cannot be computed": {
        "events": [stay("2025-03-05", place="temporary"), stay("2025-04-01")]
    },
    "retiring in the year": {"events": [stay("2025-02-01"), stay("2025-11-01", group="retired")]},
    "a chronic holder": {
        "chronic_holder": True,
        "events": [
            event("outpatient", f"2025-0{m}-01", tier="level3", cost="9000") for m in (4, 5)
        ],
    },
    "the pool used up": {
        "events": [stay(f"2025-0{m}-05", "90000.55", class_b="12.34") for m in (1, 2, 3)]
    },
    "a bit of everything": {
        "events": [
            event("outpatient", "2025-06-03", tier="top3", cost="900.55"),
            event("emergency", "2025-06-20", cost="30000", place="long_term"),
            event("chronic", "2025-07-01", category="special", cost="20000"),
            stay("2025-08-02", "60000.01", place="long_term", filed_on="2025-06-05"),
            event("maternity", "2025-09-01", kind="assisted_reproduction", cost="9000"),
            event("maternity", "2025-09-02", kind="childbirth", tier="level3", cost="9000"),
            stay("2025-11-02", "700.07", outside="3.21", condition="cancer"),
        ]
    },
    "a resident's year": {
        "scheme": "resident",
        "group": "adult",
        "threshold": "20000",
        "events": [
            stay("2024-03-01", "150000"),
            event("outpatient", "2024-03-02", cost="100"),
            event("outpatient", "2024-03-05", cost="100"),
            DRUGS,
            event("chronic", "2024-06-01", category="listed", tier="level2", cost="500"),
            event("emergency", "2024-07-01", cost="1000"),
            event("maternity", "2024-08-01", kind="assisted_reproduction", cost="1000"),
        ],
    },
    "a resident without a threshold": {
        "scheme": "resident",
        "group": "minor",
        "events": [stay("2024-03-01", "150000"), DRUGS],
    },
    "nothing on file": {"scheme": "resident", "group": "adult", "events": [stay("2025-03-01")]},
}


def body_of(year: dict[str, Any]) -> dict[str, Any]:
    return {"scheme": "flexible", "group": "active", **year}


def link_of(body: dict[str, Any]) -> str:
    scheme = Scheme(body["scheme"])
    head = [(n, str(v).lower()) for n, v in body.items() if n != "events"]
    events = [("e", spell_event(scheme, event)) for event in body["events"]]
    return "?" + urlencode([*head, *events], safe=",:")


def ask(client: Client, body: dict[str, Any]) -> dict[str, Any]:
    answer = client.post(JSON, json.dumps(body), content_type="application/json")
    assert answer.status_code == 200, answer.content.decode()
    return answer.json()


def shown(client: Client, link: str, status: int = 200) -> str:
    answer = client.get(PAGE + link)
    assert answer.status_code == status, (answer.status_code, answer.get("Location"))
    return html.unescape(answer.content.decode())


def goes_to(client: Client, link: str) -> str:
    answer = client.get(PAGE + link)
    assert answer.status_code == 303, answer.status_code
    return answer["Location"].removeprefix(PAGE)


LINE = re.compile(
    r'<div class="line[^"]*"><dt><span>(?:<svg.*?</svg>)?([^<]+)</span></dt><dd><b>([\d,.]+)</b> 元'
)


def lines(part: str) -> dict[str, str]:
    return {label: amount.replace(",", "") for label, amount in LINE.findall(part)}


def paid(amounts: dict[str, str]) -> dict[str, str]:
    """Who pays what as the page writes it: without those who pay nothing."""
    return {
        LABELS[code]: amounts[code]
        for code in PAYERS
        if code in amounts and (Decimal(amounts[code]) or code == "self")
    }


def slips(page: str) -> list[str]:
    return re.findall(r'<li class="slip event".*?</button></p>\n</li>', page, re.DOTALL)


@pytest.mark.parametrize("name", list(YEARS))
def test_the_page_shows_the_numbers_of_the_json(client: Client, name: str) -> None:
    body = body_of(YEARS[name])
    page, result = shown(client, link_of(body)), ask(client, body)["result"]
    events = slips(page)
    assert len(events) == len(body["events"])
    if any(event["computable"] for event in result["events"]):
        total = page.split('id="result"')[1].split("</section>")[0]
        assert "这一年您大约自付" in total
        assert lines(total) == {**paid(result["totals"]), "费用合计": result["totals"]["cost"]}
    for slip, told in zip(events, result["events"], strict=True):
        if told["computable"]:
            bill = {"这一笔费用": f"{sum(map(Decimal, paid_of(told))):.2f}"}
            assert lines(slip) == {**paid(told["result"]), **bill}
        else:
            assert told["reason"] in slip
        assert told.get("admission") is None or f"今年第{told['admission']}次住院" in slip
    totals = result["totals"]
    own = Decimal(totals["self"]) + Decimal(totals.get("major_illness", "0"))
    assert f"您一共付了 {short(own)}" in last_balance(events)


def paid_of(told: dict[str, Any]) -> list[str]:
    return [told["result"][code] for code in PAYERS if code in told["result"]]


def short(amount: Decimal) -> str:
    return f"{amount:,.2f}".removesuffix(".00") + " 元"


def last_balance(events: list[str]) -> str:
    balances = [slip for slip in events if "您一共付了" in slip]
    return balances[-1] if balances else f"您一共付了 {short(Decimal(0))}"


@pytest.mark.parametrize("name", ["the pool used up", "a chronic holder", "a resident's year"])
def test_the_page_shows_what_is_left_of_each_limit(client: Client, name: str) -> None:
    body = body_of(YEARS[name])
    page, left = shown(client, link_of(body)), ask(client, body)["result"]["left"]
    section = page.split('id="left"')[1].split("</section>")[0]
    rest = [amount.replace(",", "") for amount in re.findall(r"还剩 <b>([\d,.]+)</b>", section)]
    quarters = left["outpatient"] if isinstance(left["outpatient"], list) else [left["outpatient"]]
    assert rest == [amount for amount in (left["pool"], left["large_sum"], *quarters) if amount]
    assert ("文件没有写限额" in section) == (left["pool"] is None)
    assert len(re.findall('class="gauge"', section)) == len(rest)


def one_event(case: dict[str, Any]) -> dict[str, Any] | None:
    """A worked case of one calculator as a year of one event; None where it says more than that."""
    answers = dict(case["query"])
    scheme = Scheme(answers.pop("scheme", "resident"))
    day = answers.pop("date", "2025-10-20" if scheme == Scheme.FLEXIBLE else "2024-10-20")
    if case["calculator"] not in PLACES[scheme] or "pool" not in (case["result"] or {}):
        return None
    if answers.pop("admission", "1") != "1":
        return None
    if {"pool_paid", "large_sum_paid", "deductible_left", "paid_this_year", "q1"} & set(answers):
        return None
    group = answers.pop("group", "active" if scheme == Scheme.FLEXIBLE else "adult")
    holder = {"chronic_holder": True} if answers.pop("chronic_holder", "") == "true" else {}
    return {
        "scheme": scheme.value,
        "group": group,
        **holder,
        "events": [event(case["calculator"], day, **answers)],
    }


ALONE = {case["id"]: (case, one_event(case)) for case in WORKED if one_event(case)}


@pytest.mark.parametrize("case_id", list(ALONE))
def test_a_worked_case_is_a_year_of_one_event(client: Client, case_id: str) -> None:
    case, body = ALONE[case_id]
    assert body is not None
    (slip,) = slips(shown(client, link_of(body)))
    expected = paid(case["result"])
    assert {label: amount for label, amount in lines(slip).items() if label in expected} == expected


def test_many_worked_cases_are_years_of_one_event() -> None:
    assert len(ALONE) >= 12


def test_the_next_stay_is_the_year_with_one_more_stay(client: Client) -> None:
    body = body_of(YEARS["the pool used up"])
    page = shown(client, link_of(body) + "&next=20000")
    section = page.split('id="next-stay"')[1].split("</section>")[0]
    owns = [amount.replace(",", "") for amount in re.findall(r"您付 <b>([\d,.]+)</b>", section)]
    tiers = ("level1", "level2_district", "level2_city", "level3", "top3")
    last = body["events"][-1]["on"]
    more = [
        ask(client, {**body, "events": [*body["events"], {**stay(last, "20000"), "tier": tier}]})
        for tier in tiers
    ]
    assert owns == [answer["result"]["events"][-1]["result"]["self"] for answer in more]
    assert "今年第4次住院" in section


def test_without_a_size_the_next_stay_has_no_amount(client: Client) -> None:
    """F-14.10: the third stay at 三级 asks 600 × 70% = 420; F-14.6: the pool pays 88%."""
    page = shown(client, link_of(body_of(YEARS["stays are counted"])))
    section = page.split('id="next-stay"')[1].split("</section>")[0]
    assert "您付" not in section
    assert "起付标准 <b>420.00</b> 元" in section
    assert "统筹基金付 88%" in section


def test_the_next_stay_of_a_retired_person_is_one_of_a_retired_person(client: Client) -> None:
    """F-14.6: 91% for the retired at 三级."""
    page = shown(client, link_of(body_of(YEARS["retiring in the year"])))
    assert "统筹基金付 91%" in page


def test_the_page_asks_step_by_step(client: Client) -> None:
    assert "您参加的是哪一种医保？" in shown(client, "")
    assert "您是哪一类参保人？" in shown(client, "?scheme=flexible")
    assert "threshold" in shown(client, "?scheme=resident")
    assert "请选一项" in shown(client, "?scheme=flexible&chronic_holder=false", 422)
    assert "先记哪一笔？" in shown(client, FLEXIBLE)
    form = shown(client, f"{FLEXIBLE}&add=inpatient")
    assert "是哪一天？" in form
    assert "今年第几次住院" not in form, "the year counts itself"
    assert "已经替您付" not in form


ANSWERED = "on_year=2025&on_month=2&on_day=1&tier=level3&cost=1万"


def test_an_event_is_added_changed_and_removed(client: Client) -> None:
    step = f"{FLEXIBLE}&add=inpatient&event_group=active&{ANSWERED}&class_b=&outside="
    added = goes_to(client, step)
    assert added == f"{FLEXIBLE}&e={STAY}"
    form = shown(client, f"{added}&edit=1")
    assert 'name="on_month" id="id_on_1" value="02"' in form
    changed = goes_to(
        client,
        f"{added}&edit=1&{ANSWERED.replace('=1万', '=2,000.5')}&event_group=retired&condition=cancer",
    )
    expected = "inpatient,2025-02-01,level3,2000.5,condition:cancer,group:retired"
    assert changed == f"{FLEXIBLE}&e={expected}"
    assert goes_to(client, f"{changed}&e={STAY}&remove=1") == f"{FLEXIBLE}&e={STAY}"
    assert goes_to(client, f"{added}&remove=1") == FLEXIBLE


def test_a_later_event_stands_in_order_of_day(client: Client) -> None:
    link = f"{FLEXIBLE}&e={STAY}&add=emergency&on_year=2025&on_month=1&on_day=31&cost=5"
    assert goes_to(client, link) == f"{FLEXIBLE}&e=emergency,2025-01-31,5&e={STAY}"


def test_wrong_answers_of_an_event_are_told_and_nothing_is_lost(client: Client) -> None:
    link = f"{FLEXIBLE}&e={STAY}&add=inpatient&on_year=2025&on_month=2&on_day=30&cost=abc"
    page = shown(client, link, 422)
    assert "<title>错误：" in page
    for words in ("没有这一天", "请选医院级别", "请填写金额", 'value="abc"', f'value="{STAY}"'):
        assert words in page


def test_an_event_of_another_year_is_not_mixed_in(client: Client) -> None:
    link = f"{FLEXIBLE}&e={STAY}&add=emergency&on_year=2024&on_month=2&on_day=1&cost=5"
    assert "这张账单记的是2025年" in shown(client, link, 422)
    # where it is the only event, the year may change
    alone = f"{FLEXIBLE}&e={STAY}&edit=1&{ANSWERED.replace('2025', '2026')}"
    assert "2026-02-01" in goes_to(client, alone)


def test_drugs_of_no_disease_are_no_event(client: Client) -> None:
    link = f"{RESIDENT}&add=two-diseases&on_year=2024&on_month=2&on_day=1&hypertension=&diabetes="
    assert "两种药费请至少填一种" in shown(client, link, 422)
    one = goes_to(client, link + "300")
    assert one == f"{RESIDENT}&e=two-diseases,2024-02-01,,300"


def test_a_question_that_follows_from_an_answer_is_asked_next(client: Client) -> None:
    link = f"{FLEXIBLE}&add=maternity&on_year=2025&on_month=2&on_day=1&kind=childbirth&cost=9000"
    assert "住的是哪一级医院？" in shown(client, link)
    whole = goes_to(client, f"{link}&tier=level3")
    assert whole == f"{FLEXIBLE}&e=maternity,2025-02-01,childbirth,level3,9000"


@pytest.mark.parametrize(
    "damaged",
    [
        "",
        "inpatient",
        "inpatient,2025-02-30,level3,1",
        "inpatient,2025-02-01,basement,1",
        "inpatient,2025-02-01,level3,-1",
        "inpatient,2025-02-01,level3,1,2",
        "inpatient,2025-02-01,level3,1,cost:2",
        "inpatient,2025-02-01,level3,1,admission:2",
        "inpatient,2025-02-01,level3,1,calculator:emergency",
        "two-diseases,2025-02-01,1,2",
        "year,2025-02-01",
        "outpatient,2024-12-31,level3,100",
    ],
)
def test_a_damaged_event_is_dropped_and_the_rest_stays(client: Client, damaged: str) -> None:
    link = f"{FLEXIBLE}&e={STAY}&e={damaged}"
    clean = goes_to(client, link)
    told = "&dropped=e" if damaged else ""
    assert clean == f"{FLEXIBLE}&e={STAY}{told}"
    page = shown(client, clean)
    assert ("链接里有几笔记得不完整" in page) == bool(damaged)
    assert len(slips(page)) == 1


def test_a_link_is_made_clean(client: Client) -> None:
    """What WeChat appends goes in silence, what does not belong is told, how it is shown stays."""
    assert goes_to(client, f"{FLEXIBLE}&from=timeline&e={STAY}") == f"{FLEXIBLE}&e={STAY}"
    clean = goes_to(client, f"{FLEXIBLE}&threshold=1&e={STAY}&x=1&mode=care")
    assert dict(parse_qsl(clean[1:])) == {
        "scheme": "flexible",
        "group": "active",
        "mode": "care",
        "e": STAY,
        "dropped": "threshold,other",
    }
    assert "已经不适用" in shown(client, clean)
    assert goes_to(client, f"{RESIDENT}&threshold=2万") == f"{RESIDENT}&threshold=20000"
    assert goes_to(client, f"{FLEXIBLE}&next=") == FLEXIBLE
    assert goes_to(client, f"{FLEXIBLE}&add=nonsense") == FLEXIBLE
    assert goes_to(client, f"{FLEXIBLE}&e={STAY}&remove=9") == f"{FLEXIBLE}&e={STAY}"


def test_a_year_is_told_to_the_family(client: Client) -> None:
    """F-14.6, F-16.6 to F-16.8: 8272 and 80 + 100 + 76.80; the bare message has no amount."""
    page = shown(client, f"{FLEXIBLE}&e={STAY}&mode=care")
    messages = re.findall(r'<p class="message"[^>]*>(.*?)</p>', page, re.DOTALL)
    bare, told = (re.sub("<[^>]*>", "", message).strip() for message in messages)
    assert told.split("\n")[1:6] == [
        "这一年您大约自付 1,471.20 元",
        "统筹基金支付 8,272.00 元",
        "补充医疗保险支付 256.80 元",
        "您自己付 1,471.20 元",
        "费用合计 10,000.00 元",
    ]
    assert told.endswith(f"http://testserver{PAGE}{FLEXIBLE}&e={STAY}")
    assert "10" not in bare.replace("2025年10月", "")
    assert bare.endswith(f"http://testserver{PAGE}?scheme=flexible&group=active")


def test_the_link_that_is_shared_has_no_event_whatever_is_being_written(client: Client) -> None:
    for more in ("", "&next=20000", "&add=inpatient&cost=9000", "&edit=1", "&threshold=5"):
        context = client.get(f"{PAGE}{FLEXIBLE}&e={STAY}{more}", follow=True).context
        assert context["share_link"] == f"http://testserver{PAGE}{FLEXIBLE}"


def test_events_wait_until_it_is_known_whose_they_are(client: Client) -> None:
    page = shown(client, f"?scheme=flexible&e={STAY}")
    assert f'<input type="hidden" name="e" value="{STAY}">' in page


def test_a_wrong_size_of_the_next_stay_does_not_hide_the_year(client: Client) -> None:
    page = shown(client, f"{FLEXIBLE}&next=abc&e={STAY}", 422)
    assert "这一年您大约自付" in page
    assert "请填写金额" in page


def test_a_year_without_rules_is_refused_and_the_newest_offered(client: Client) -> None:
    page = shown(client, f"{RESIDENT}&e=inpatient,2028-02-29,level3,100")
    assert "2028年的账还算不出来" in page
    assert "大约自付" not in page.split('id="result"')[1].split("</section>")[0]
    offered = re.search(r'<a class="button" href="([^"]+)">按2024年', page)
    assert offered is not None
    assert offered[1] == f"{RESIDENT}&e=inpatient,2024-02-29,level3,100"
    page = shown(client, f"{RESIDENT}&e=inpatient,2028-02-29,level3,100".replace("2028", "2020"))
    assert "e=inpatient,2024-02-29" in page


def many(number: int, more: str = "") -> str:
    first = datetime.date(2025, 1, 1)
    spelled = [
        f"outpatient,{first + datetime.timedelta(3 * n)},level1_or_below,{100 + n}.55{more}"
        for n in range(number)
    ]
    return FLEXIBLE + "".join(f"&e={one}" for one in spelled)


def test_a_hundred_events_fit(client: Client) -> None:
    link = many(100)
    as_a_form_writes_it = urlencode(parse_qsl(f"{link[1:]}&remove=100"))
    assert len(f"GET {PAGE}?{as_a_form_writes_it} HTTP/1.1") < 8190
    answer = client.get(PAGE + link)
    assert len(slips(answer.content.decode())) == 100
    assert "已经记满了" in answer.content.decode()
    assert len(brotli.compress(answer.content, quality=11)) <= 14 * 1024
    assert goes_to(client, f"{link}&e=outpatient,2025-12-31,level3,1") == f"{link}&dropped=e"
    assert goes_to(client, f"{link}&add=outpatient") == link


def test_a_link_that_would_grow_too_long_is_refused_kindly(client: Client) -> None:
    link = many(95, ",maternity:true,place:long_term")
    answers = "on_year=2025&on_month=12&on_day=31&tier=level3&cost=5"
    assert "链接放不下了" in shown(client, f"{link}&add=outpatient&{answers}", 422)


@pytest.mark.parametrize("scheme", list(Scheme))
def test_an_event_is_read_as_it_was_spelled(scheme: Scheme) -> None:
    for calculator, places in PLACES[scheme].items():
        for given in ((), places, places[1:]):
            event = {"calculator": calculator, "on": "2024-05-01", "zzz": "2", "aaa": "1:2"}
            event |= dict.fromkeys(given, "x")
            assert read_event(scheme, spell_event(scheme, event)) == event


NASTY = (
    *(
        "",
        " ",
        "0",
        "-1",
        "1e9",
        "99999999.99",
        "1,200",
        "１２",
        "NaN",
        "true",
        "\x00",
        "😀",
        "中文",
    ),
    *("2025-02-30", "0001-01-01", "9999-12-31", "x" * 3000, "<script>", "{{ x }}", ",,,", ":::"),
    *("inpatient", "inpatient,", "inpatient,2025-02-01", "two-diseases,2024-01-01", "e", "1", "%"),
)
NAMES = (
    *("scheme", "group", "chronic_holder", "threshold", "next", "e", "add", "edit", "remove"),
    *("on", "on_year", "on_month", "on_day", "tier", "cost", "kind", "category", "event_group"),
    *("filed_on", "filed_on_year", "place", "hypertension", "dropped", "mode", "from", "x", "日期"),
)


def a_query(random_: random.Random) -> str:
    scheme = random_.choice(list(Scheme))
    bodies = [body_of(year) for year in YEARS.values()]
    body = random_.choice([body for body in bodies if body["scheme"] == scheme])
    pairs = parse_qsl(link_of(body)[1:])
    if random_.random() < 0.7:
        pairs.append(
            (random_.choice(("add", "edit", "remove")), random_.choice((*PLACES[scheme], "1", "2")))
        )
    for _ in range(random_.choice((0, 1, 2, 8))):
        pairs.insert(
            random_.randrange(len(pairs) + 1), (random_.choice(NAMES), random_.choice(NASTY))
        )
    if random_.random() < 0.3:
        name, value = pairs.pop(random_.randrange(len(pairs)))
        cut = random_.randrange(len(value) + 1)
        pairs.append((name, value[:cut] + random_.choice(NASTY) + value[cut:]))
    return urlencode(pairs)


@pytest.mark.slow
def test_five_hundred_queries_are_answered(client: Client) -> None:
    """200, 303 or 422, never a 500; and a link that a page leads to leads nowhere else."""
    random_ = random.Random(20251020)
    met = {200: 0, 303: 0, 422: 0}
    for _ in range(500):
        query = a_query(random_)
        answer = client.get(f"{PAGE}?{query}")
        assert answer.status_code in met, query
        assert not answer.cookies, query
        met[answer.status_code] += 1
        if answer.status_code == 303:
            clean = client.get(answer["Location"])
            assert clean.status_code in {200, 422}, (query, answer["Location"])
    assert min(met.values()) > 20, met
