"""What a page's script gets to show WeChat, and from which ticket."""

import datetime
import hashlib
import threading
import time

import pytest
from django.test import Client
from django.utils import timezone

from portal.wechat import tickets
from portal.wechat.models import WeChatTicket
from portal.wechat.signature import sign
from tests.wechat.conftest import APP_ID, SECRET, TICKET, WeChat

pytestmark = pytest.mark.django_db

PAGE = "http://testserver/offices/?q=%E9%93%81%E8%A5%BF"
IN_AN_HOUR = datetime.timedelta(hours=1)


def ask(client: Client, url: str = PAGE):
    return client.get("/wechat/signature", {"url": url})


def keep(*, left: datetime.timedelta, next_try: datetime.timedelta = IN_AN_HOUR) -> None:
    now = timezone.now()
    WeChatTicket.objects.update_or_create(
        app_id=APP_ID,
        defaults={"ticket": TICKET, "expires_at": now + left, "next_try_at": now + next_try},
    )


def wait_for_renewal() -> None:
    for thread in threading.enumerate():
        if thread.name == tickets.THREAD:
            thread.join()


def test_the_published_example_is_signed_as_wechat_does() -> None:
    signature = sign(
        TICKET,
        "http://mp.weixin.qq.com?params=value",
        nonce="Wm3WZYTPz0wzccnW",
        timestamp=1414587457,
    )
    assert signature == "0f9de62fce790f9a083d5c99e95740ceb90c27ed"


def test_a_page_is_signed_with_the_ticket_that_is_kept(
    client: Client, configured: WeChat, django_assert_num_queries
) -> None:
    keep(left=IN_AN_HOUR)
    with django_assert_num_queries(1):
        answer = ask(client)
    said = answer.json()
    assert set(said) == {"appId", "timestamp", "nonceStr", "signature"}
    assert said["appId"] == APP_ID
    assert abs(said["timestamp"] - time.time()) < 60
    text = (
        f"jsapi_ticket={TICKET}&noncestr={said['nonceStr']}"
        f"&timestamp={said['timestamp']}&url={PAGE}"
    )
    assert said["signature"] == hashlib.sha1(text.encode()).hexdigest()
    assert answer["Cache-Control"] == "no-store"
    assert not answer.cookies
    assert ask(client).json()["nonceStr"] != said["nonceStr"]
    assert configured.asked == []


@pytest.mark.parametrize(
    "url",
    [
        "",
        "/offices/",
        "https://elsewhere.example/offices/",
        "http://testserver.elsewhere.example/",
        "http://testserver@elsewhere.example/",
        "http://testserver:81/",
        f"{PAGE}#top",
        "javascript://testserver/%0aalert(1)",
        "http://[testserver/",
    ],
)
def test_only_pages_of_this_site_are_signed(client: Client, configured: WeChat, url: str) -> None:
    keep(left=IN_AN_HOUR)
    answer = ask(client, url)
    assert answer.status_code == 422
    assert answer.json()["errors"]["url"]


def test_without_an_app_id_there_is_nothing_to_ask(client: Client) -> None:
    assert ask(client).status_code == 404


def test_an_id_without_its_secret_is_none(client: Client, settings) -> None:
    settings.WECHAT_APP_ID = APP_ID
    assert ask(client).status_code == 404


def test_a_signature_is_only_read(client: Client, configured: WeChat) -> None:
    assert client.post("/wechat/signature").status_code == 405


@pytest.mark.django_db(transaction=True)
def test_the_first_who_asks_starts_the_fetching_and_does_not_wait(
    client: Client, configured: WeChat
) -> None:
    configured.may_answer.clear()
    first = ask(client)
    configured.may_answer.set()
    assert (first.status_code, first["Retry-After"]) == (503, "3")
    assert first.json()["errors"][""]
    wait_for_renewal()
    assert ask(client).json()["appId"] == APP_ID
    assert configured.asked == ["token", "ticket"]


@pytest.mark.django_db(transaction=True)
def test_a_ticket_is_renewed_ahead_of_its_end_and_serves_meanwhile(
    client: Client, configured: WeChat
) -> None:
    keep(left=datetime.timedelta(minutes=5), next_try=datetime.timedelta(seconds=-1))
    assert ask(client).status_code == 200
    wait_for_renewal()
    kept = WeChatTicket.objects.get()
    assert kept.expires_at - timezone.now() > datetime.timedelta(minutes=119)
    ahead = kept.expires_at - kept.next_try_at
    assert ahead == datetime.timedelta(minutes=10)
    ask(client)
    assert configured.asked == ["token", "ticket"], "nobody asks before the next try is due"


@pytest.mark.parametrize(("minutes_ago", "status"), [(1, 200), (9, 200), (11, 503)])
def test_a_ticket_that_has_just_ended_still_serves(
    client: Client, configured: WeChat, minutes_ago: int, status: int
) -> None:
    keep(left=datetime.timedelta(minutes=-minutes_ago))
    assert ask(client).status_code == status


def test_only_one_of_all_that_ask_may_fetch(configured: WeChat) -> None:
    keep(left=IN_AN_HOUR, next_try=datetime.timedelta(seconds=-1))
    now = timezone.now()
    assert [tickets.claim(now) for _ in range(3)] == [True, False, False]
    later = now + datetime.timedelta(seconds=61)
    assert tickets.claim(later), "who took it on may have died meanwhile"


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (
            {"token_error": {"errcode": 40164, "errmsg": "invalid ip 203.0.113.7"}},
            "40164 invalid ip",
        ),
        ({"token_error": {"errcode": 40013, "errmsg": "invalid appid"}}, "40013"),
        ({"token_error": {"errcode": 1, "errmsg": SECRET}}, "1 …"),
        ({"token_error": {"expires_in": 7200}}, "an answer without a token"),
        ({"ticket_error": {"errcode": 40001, "errmsg": "invalid credential"}}, "40001"),
        (
            {"ticket_error": {"errcode": 0, "ticket": "", "expires_in": 7200}},
            "an answer without a ticket",
        ),
        ({"ticket_error": {"errcode": 0, "ticket": "x"}}, "an answer without a ticket"),
        ({"body": b"<html>"}, "JSONDecodeError"),
        ({"body": b"[]"}, "an answer that is no object"),
        ({"body": b"\xff"}, "UnicodeDecodeError"),
        ({"body": b"0"}, "an answer that is no object"),
    ],
    ids=str,
)
def test_what_wechat_refuses_is_logged_without_the_secret_and_rests_a_minute(
    client: Client, configured: WeChat, caplog, wrong: dict[str, object], said: str
) -> None:
    for name, value in wrong.items():
        setattr(configured, name, value)
    now = timezone.now()
    WeChatTicket.objects.create(app_id=APP_ID, next_try_at=now)
    assert tickets.claim(now)
    tickets.renew()
    assert f"WeChat gave no ticket: {said}" in caplog.text
    assert SECRET not in caplog.text
    assert "token=" not in caplog.text
    assert "Traceback" not in caplog.text
    asked = list(configured.asked)
    assert ask(client).status_code == 503, "there is none, and nobody asks again yet"
    assert configured.asked == asked
    kept = WeChatTicket.objects.get()
    assert kept.next_try_at - now == datetime.timedelta(minutes=1)


def test_a_server_that_cannot_be_reached_is_a_refusal(configured: WeChat, settings, caplog) -> None:
    settings.WECHAT_API = "http://127.0.0.1:9"
    tickets.renew()
    assert "WeChat gave no ticket: ConnectionRefusedError" in caplog.text


def test_a_server_that_does_not_answer_is_given_up(
    configured: WeChat, monkeypatch: pytest.MonkeyPatch, caplog
) -> None:
    monkeypatch.setattr("portal.wechat.api.TIMEOUT_SECONDS", 0.1)
    configured.slow_seconds = 0.5
    tickets.renew()
    assert "WeChat gave no ticket: TimeoutError" in caplog.text


def test_a_failure_keeps_the_old_ticket(configured: WeChat) -> None:
    keep(left=IN_AN_HOUR)
    configured.token_error = {"errcode": -1, "errmsg": "system error"}
    tickets.renew()
    assert WeChatTicket.objects.get().ticket == TICKET


def test_another_app_id_has_a_ticket_of_its_own(configured: WeChat, client: Client) -> None:
    WeChatTicket.objects.create(
        app_id="another", ticket="another's", expires_at=timezone.now() + IN_AN_HOUR
    )
    keep(left=-IN_AN_HOUR)
    assert ask(client).status_code == 503
