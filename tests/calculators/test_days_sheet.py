"""The sheet for the counter: the person's own answers, the result, what to bring, and where to."""

import datetime
import re
from html import unescape
from urllib.parse import parse_qsl, urlencode

import pytest
from django.test import Client

from portal import clock
from portal.offices.models import Closure, ClosureKind, Office

pytestmark = pytest.mark.django_db

RETIRING = (
    "/calculators/retirement/sheet/?sex=female&reaches_age_on=2025-03-10&handled_on=2025-06-20"
    "&actual_months=200&deemed_months=64&path=top_up"
)
BIRTH = "/calculators/maternity/sheet/?scheme=flexible&kind=childbirth&group=active&tier=level3&cost=12000"
START = "/calculators/start-date/sheet/?scheme=resident"


def words(client: Client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200, path
    return " ".join(unescape(re.sub("<[^>]*>", " ", main(response.content.decode()))).split())


def main(html: str) -> str:
    return html[html.index("<main") : html.index("</main>")]


def test_F_5_13_the_result_the_answers_and_the_days(client: Client) -> None:
    """300 − 264 = 36 months at 484.38: 17,437.68."""
    with clock.as_of(datetime.date(2025, 6, 25)):
        text = words(client, RETIRING)
    assert "办退休时一共要补 17,437.68 元" in text
    for answer in (
        "性别 女",
        "哪一天达到法定退休年龄？ 2025年3月10日",
        "到那天为止，职工医保实际缴了几个月？ 200",
        "年限不够的话，打算怎么办？ 一次性补缴",
    ):
        assert answer in text
    assert "2025年7月1日（周二） ：从这天起享受退休待遇（还有 6 天）" in text
    assert "本页不是结算单" in text
    assert "2025年6月25日在沈阳医保服务门户算的" in text
    assert "2025年10月版" in text
    assert "依据 F-5.13" in text


@pytest.mark.parametrize(
    ("path", "wanted", "unwanted"),
    [
        # F-2.5; F-18.15, F-18.20; F-18.16; F-2.3; F-10.1; F-12.7
        (RETIRING, ["《退休审核表》原件", "代办人的身份证原件"], ["户口簿"]),
        (BIRTH, ["《出院小结》", "代办人的有效身份证件"], ["《药流记录单》"]),
        (
            BIRTH.replace("childbirth", "family_planning"),
            ["《药流记录单》"],
            ["产前检查"],
        ),
        (
            "/calculators/start-date/sheet/?scheme=flexible&kind=first&first_month=2025-01",
            ["户口簿原件", "居住证原件"],
            ["退休审核表"],
        ),
        (
            "/calculators/inpatient/sheet/?scheme=flexible&group=active&tier=level3&cost=100",
            ["社会保障卡或医保电子凭证"],
            [],
        ),
        (
            "/calculators/chronic/sheet/?scheme=flexible&category=special&group=active&cost=100",
            ["近期完整的病历"],
            [],
        ),
        (f"{START}&kind=low_income&handled_on=2024-03-15", ["找给您认定身份的部门"], ["居住证"]),
        (f"{START}&kind=student&paid_on=2024-03-15", ["由学校统一办参保核定"], []),
        # Nobody knows which of the ways is theirs, or the documents say nothing.
        (f"{START}&kind=adult&paid_on=2024-03-15", ["本站没有清单"], ["社区"]),
        (BIRTH.replace("flexible", "resident").replace("active", "adult"), ["本站没有清单"], []),
    ],
)
def test_what_to_bring_is_the_text_in_force(
    client: Client, path: str, wanted: list[str], unwanted: list[str]
) -> None:
    text = words(client, path)
    assert [word for word in wanted if word not in text] == []
    assert [word for word in unwanted if word in text] == []
    assert ("本站没有清单" in text) == ("本站没有清单" in wanted)


def test_a_bill_has_its_payers_and_amounts(client: Client) -> None:
    """F-18.7, F-14.6: a childbirth has no deductible, 12000 × 88% = 10560."""
    text = words(client, BIRTH)
    assert "统筹基金支付 10,560 元 您自己付 1,440 元" in text
    assert "费用合计 12,000 元" in text
    assert "能报销的费用一共多少？" in text


def test_an_office_is_chosen_from_all_of_them(client: Client) -> None:
    html = main(client.get(RETIRING).content.decode())
    options = re.findall(r'<option value="([a-z-]+)"( selected)?>', html)
    assert {slug for slug, _ in options} == set(Office.objects.values_list("slug", flat=True))
    assert not any(selected for _, selected in options)
    assert "还没有选网点" in html
    assert "024-12345-1-7" in html
    # The form carries every answer on.
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', html))
    assert hidden["handled_on"] == "2025-06-20"
    assert client.get(RETIRING.partition("?")[0], {**hidden, "office": "hunnan"}).status_code == 200


def test_the_chosen_office_is_on_the_sheet(client: Client) -> None:
    """F-19.8"""
    text = words(client, f"{RETIRING}&office=hunnan")
    assert "去浑南分中心" in text
    assert "浑南区全运路109号" in text
    assert "024-23770026" in text
    assert "地铁2号线" in text
    assert "还没有选网点" not in text


def test_a_closure_of_the_office_is_told(client: Client) -> None:
    with clock.as_of(datetime.date(2026, 12, 1)):
        Closure.objects.create(
            office=Office.objects.get(slug="hunnan"),
            kind=ClosureKind.CLOSED,
            first_day=datetime.date(2026, 12, 3),
            last_day=datetime.date(2026, 12, 4),
        )
        assert "暂停办公： 2026年12月3日到12月4日" in words(client, f"{RETIRING}&office=hunnan")


@pytest.mark.parametrize("office", ["gone", "<script>alert(1)</script>", '"><b>x9', "浑南"])
def test_an_office_that_there_is_not_is_said_and_never_written_out(
    client: Client, office: str
) -> None:
    response = client.get(f"{RETIRING}&{urlencode({'office': office})}")
    assert response.status_code == 200
    html = response.content.decode()
    assert "链接里的网点，现在没有了" in html
    assert "<script>alert" not in html
    assert "><b>x9" not in html
    assert " selected" not in html


@pytest.mark.parametrize(
    ("path", "leads_to"),
    [
        ("/calculators/start-date/sheet/", "/calculators/start-date/?"),
        (f"{START}&kind=adult&paid_on=abc", "/calculators/start-date/?scheme=resident"),
        # refused, and its page says why.
        (f"{START}&kind=adult&paid_on=2025-03-15", "/calculators/start-date/?scheme=resident"),
    ],
)
def test_without_a_result_its_page_says_why(client: Client, path: str, leads_to: str) -> None:
    response = client.get(path)
    assert response.status_code == 303
    assert response["Location"].startswith(leads_to)


def test_a_calculator_that_there_is_not(client: Client) -> None:
    assert client.get("/calculators/none/sheet/").status_code == 404
    assert client.get("/calculators/year/sheet/").status_code == 404


def test_a_result_leads_to_its_sheet_and_a_refusal_does_not(client: Client) -> None:
    link = "打印一张，带到窗口"
    for path in (RETIRING, BIRTH):
        html = client.get(path.replace("/sheet/", "/")).content.decode()
        assert link in html
        (address,) = re.findall(r'href="([^"]*/sheet/[^"]*)"', html)
        sheet, _, query = unescape(address).partition("?")
        assert sheet == path.partition("?")[0]
        assert sorted(parse_qsl(query)) == sorted(parse_qsl(path.partition("?")[2]))
    assert link not in client.get("/calculators/start-date/").content.decode()
    refused = f"{START}&kind=adult&paid_on=2025-03-15".replace("/sheet/", "/")
    assert link not in client.get(refused).content.decode()
    year = "/calculators/year/?scheme=flexible&group=active&e=inpatient,2025-02-01,level3,10000"
    assert link not in client.get(year).content.decode()


def test_a_sheet_is_nobody_s_and_not_listed(client: Client) -> None:
    response = client.get(f"{RETIRING}&office=hunnan&from=singlemessage&mode=care")
    assert not response.cookies
    assert response["X-Robots-Tag"] == "noindex"
    html = response.content.decode()
    assert "<svg" in html[html.index("page-qr") :]
    assert 'href="/calculators/retirement/?sex=female' in html
