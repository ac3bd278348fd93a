"""Saying a word about a page: what is kept, what is not, and how much."""

import logging
import re

import pytest
from django.test import Client, override_settings

from portal.feedback.limits import Limiter, address_of
from portal.feedback.models import Feedback
from portal.feedback.pages import read_page
from portal.feedback.views import limiter
from tests.addresses import STAY

pytestmark = pytest.mark.django_db

OWN = {"HTTP_SEC_FETCH_SITE": "same-origin"}
A_YEAR = "/calculators/year/?scheme=flexible&group=active&e=inpatient,2025-02-01,level3,10000"
RESULT = f"/calculators/inpatient/?scheme=flexible&{STAY}"


@pytest.fixture(autouse=True)
def _nobody_sent_yet():
    limiter.forget()
    yield
    limiter.forget()


def send(client: Client, **said: str):
    headers = {name: said.pop(name) for name in list(said) if name.isupper()}
    return client.post(
        "/feedback/", {"page": "/offices/", "kind": "helped", **said}, **OWN, **headers
    )


def test_every_page_leads_to_the_form_with_its_address(client: Client) -> None:
    page = client.get("/offices/?q=205").content.decode()
    assert 'href="/feedback/?page=/offices/">这页有帮助吗？说一句</a>' in page
    form = client.get("/feedback/?page=/offices/").content.decode()
    assert '<input type="hidden" name="page" value="/offices/">' in form
    assert "这页有帮助吗" not in form


def test_a_result_leads_to_the_form_with_its_answers(client: Client) -> None:
    page = client.get(RESULT).content.decode()
    asked = "scheme%3Dflexible%26group%3Dactive%26tier%3Dlevel3%26cost%3D20000"
    link = f"/feedback/?page=/calculators/inpatient/%3F{asked}&amp;kind=wrong"
    assert f'href="{link}">数字不对？告诉我们</a>' in page
    form = client.get(link.replace("&amp;", "&")).content.decode()
    assert f'name="page" value="{RESULT.replace("&", "&amp;")}"' in form
    assert re.findall(r'value="([a-z-]+)"[^>]* checked', form) == ["wrong"]


@pytest.mark.parametrize(
    "path",
    [
        "/calculators/inpatient/?scheme=flexible&group=active&tier=level3&cost=20000&date=2024-05-01",
        "/calculators/start-date/?scheme=resident&kind=adult&paid_on=2025-03-15",
        A_YEAR,
    ],
)
def test_refusals_findings_and_years_have_the_link_too(client: Client, path: str) -> None:
    page = client.get(path).content.decode()
    assert "数字不对？告诉我们" in page


def test_what_is_said_is_kept_with_its_page_and_hour(client: Client) -> None:
    answer = send(client, page=RESULT, kind="wrong", text="  医院收了5000元，\r\n和这里不一样 ")
    assert (answer.status_code, answer["Location"].partition("?")[0]) == (303, "/feedback/thanks/")
    assert not answer.cookies
    said = Feedback.objects.get()
    assert (said.path, said.query) == (
        "/calculators/inpatient/",
        "scheme=flexible&group=active&tier=level3&cost=20000",
    )
    assert (said.kind, said.text) == ("wrong", "医院收了5000元，\n和这里不一样")
    assert said.day.isoformat() == "2026-11-21"
    assert 0 <= said.hour < 24
    assert (said.state, said.note) == (Feedback.State.NEW, "")
    thanks = client.get(answer["Location"]).content.decode()
    assert f'href="{RESULT.replace("&", "&amp;")}">回到刚才的页面</a>' in thanks


def test_nothing_of_the_person_has_a_place_to_be_kept(client: Client) -> None:
    names = {field.name for field in Feedback._meta.fields}
    assert names == {"id", "day", "hour", "kind", "path", "query", "text", "state", "note"}
    send(client, HTTP_USER_AGENT="Li's own phone", REMOTE_ADDR="203.0.113.7")
    kept = " ".join(str(value) for value in Feedback.objects.values().get().values())
    assert "phone" not in kept
    assert "203.0" not in kept


def test_numbers_of_people_are_blanked_before_saving(client: Client, caplog) -> None:
    with caplog.at_level(logging.DEBUG):
        send(
            client,
            text="我妈身份证２１０１０２１９６５０３１２００４５，电话138-1234-5678，报了20000元",
        )
    said = Feedback.objects.get()
    assert said.text == "我妈身份证〔号码已隐去〕，电话〔号码已隐去〕，报了20000元"
    assert "我妈" not in caplog.text


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ({"kind": ""}, "请选一项。"),
        ({"kind": "angry"}, "请选一项。"),
        ({"text": "长" * 301}, "最多写 300 个字，现在有 301 个。请删短一些。"),
        ({"text": "有\x00字符"}, "打不出来的字符"),
    ],
    ids=str,
)
def test_what_is_wrong_is_said_and_nothing_is_lost(
    client: Client, said: dict[str, str], message: str
) -> None:
    answer = send(client, **{"text": "这一句要留着", "page": RESULT, **said})
    html = answer.content.decode()
    assert answer.status_code == 422
    assert message in html
    assert said.get("text", "这一句要留着").replace("\x00", "") in html.replace("\x00", "")
    assert RESULT.replace("&", "&amp;") in html
    assert not Feedback.objects.exists()


def test_a_line_end_counts_as_one_character(client: Client) -> None:
    assert send(client, text="\r\n".join("长" * 150) + "。").status_code == 303
    assert len(Feedback.objects.get().text) == 300


@pytest.mark.parametrize(
    "headers",
    [{"HTTP_SEC_FETCH_SITE": "cross-site"}, {"HTTP_ORIGIN": "https://elsewhere.example"}, {}],
    ids=str,
)
def test_another_site_cannot_send_and_the_words_stay(client: Client, headers) -> None:
    answer = client.post("/feedback/", {"kind": "helped", "text": "这一句要留着"}, **headers)
    assert answer.status_code == 403
    assert "这一句要留着" in answer.content.decode()
    assert not Feedback.objects.exists()


@pytest.mark.parametrize(
    ("address", "path", "query"),
    [
        ("/", "/", ""),
        ("/offices/?q=13812345678", "/offices/", ""),
        ("/search/?q=%E6%9D%8E%E9%98%BF%E5%A7%A8", "/search/", ""),
        ("/policy/F-14.6", "/policy/F-14.6", ""),
        (
            f"{RESULT}&name=Li&mode=care&embed=1",
            "/calculators/inpatient/",
            f"scheme=flexible&{STAY}",
        ),
        (f"{RESULT}&from=singlemessage", "/calculators/inpatient/", f"scheme=flexible&{STAY}"),
        (
            "/calculators/inpatient/?scheme=flexible&group=active&cost=13812345678",
            "/calculators/inpatient/",
            "scheme=flexible&group=active",
        ),
        ("/calculators/inpatient/?name=Li", "/calculators/inpatient/", ""),
        (
            f"{A_YEAR}&e=Li,13812345678&next=5",
            "/calculators/year/",
            A_YEAR.partition("?")[2],
        ),
        (
            f"/calculators/inpatient/compare/?scheme=flexible&{STAY}",
            "/calculators/inpatient/compare/",
            f"scheme=flexible&{STAY}",
        ),
        (
            "/calculators/inpatient/range/?scheme=flexible&group=active&tier=level3&total=20000&x=1",
            "/calculators/inpatient/range/",
            "scheme=flexible&group=active&tier=level3&total=20000",
        ),
        (f"/?{'x' * 3000}", "/", ""),
        ("", "", ""),
        ("https://elsewhere.example/", "", ""),
        ("//elsewhere.example/", "", ""),
        ("/\\elsewhere.example/", "", ""),
        ("javascript:alert(1)", "", ""),
        ("/nothing", "", ""),
        ("/admin/", "", ""),
        ("/admin/desk/", "", ""),
        ("/offices/13812345678/", "", ""),
        (f"/policy/{'x' * 300}", "", ""),
        ("/policy/\n", "", ""),
    ],
)
def test_of_an_address_only_page_and_valid_answers_are_kept(
    client: Client, address: str, path: str, query: str
) -> None:
    assert read_page(address) == (path, query)
    send(client, page=address)
    said = Feedback.objects.get()
    assert (said.path, said.query) == (path, query)


def test_a_sixth_word_within_an_hour_waits_and_stays_typed(client: Client) -> None:
    for _ in range(5):
        assert send(client).status_code == 303
    answer = send(client, text="这一句要留着")
    assert answer.status_code == 429
    assert answer["Retry-After"] == "3600"
    assert "这一句要留着" in answer.content.decode()
    assert "收到的意见太多了" in answer.content.decode()
    assert Feedback.objects.count() == 5
    assert send(client, REMOTE_ADDR="203.0.113.8").status_code == 303


def test_what_is_refused_does_not_count(client: Client) -> None:
    for _ in range(8):
        assert send(client, kind="").status_code == 422
    assert send(client).status_code == 303


class Hours:
    now = 1000.0


def test_the_limits_hold_an_hour_and_all_together_are_limited() -> None:
    limits = Limiter(2, 5, now=lambda: Hours.now)
    assert [limits.admit("203.0.113.1") for _ in range(3)] == [True, True, False]
    assert [limits.admit(f"203.0.113.{n}") for n in (2, 3, 4, 5)] == [True, True, True, False]
    assert limits.minutes_left() == 60
    assert len(limits._sent) == 4
    salt = limits._salt
    Hours.now += 3599
    assert not limits.admit("203.0.113.6")
    assert limits.minutes_left() == 1
    Hours.now += 1
    assert limits.admit("203.0.113.1")
    assert len(limits._sent) == 1
    assert limits._salt != salt
    assert not any(b"203" in sender for sender in limits._sent)


def test_where_no_address_is_known_only_the_common_limit_holds() -> None:
    limits = Limiter(1, 3)
    assert [limits.admit(None) for _ in range(4)] == [True, True, True, False]


@pytest.mark.parametrize(
    ("behind", "meta", "address"),
    [
        (False, {"REMOTE_ADDR": "203.0.113.7"}, "203.0.113.7"),
        (
            False,
            {"REMOTE_ADDR": "203.0.113.7", "HTTP_X_FORWARDED_FOR": "198.51.100.1"},
            "203.0.113.7",
        ),
        (
            True,
            {"REMOTE_ADDR": "127.0.0.1", "HTTP_X_FORWARDED_FOR": "1.1.1.1, 198.51.100.1"},
            "198.51.100.1",
        ),
        (True, {"REMOTE_ADDR": "127.0.0.1"}, "127.0.0.1"),
        (False, {"REMOTE_ADDR": ""}, None),
        (True, {"REMOTE_ADDR": "", "HTTP_X_FORWARDED_FOR": "nobody"}, None),
        (False, {"REMOTE_ADDR": "2001:db8:1:2:3:4:5:6"}, "2001:db8:1:2::/64"),
        (False, {"REMOTE_ADDR": "::ffff:203.0.113.7"}, "203.0.113.7"),
    ],
)
def test_who_asks_is_the_last_hop_of_a_proxy_of_ours(rf, behind, meta, address) -> None:
    with override_settings(BEHIND_PROXY=behind):
        assert address_of(rf.get("/feedback/", **meta)) == address


def test_the_form_asks_the_database_nothing_and_no_search_engine(
    client: Client, django_assert_num_queries
) -> None:
    with django_assert_num_queries(0):
        answer = client.get(f"/feedback/?page={RESULT}")
        client.get("/feedback/thanks/?page=/offices/")
    assert answer["X-Robots-Tag"] == "noindex"
    assert client.put("/feedback/").status_code == 405
