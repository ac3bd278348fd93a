"""登录安全: an app set up, recovery codes, taken away again; and a must for who publishes."""

import re

import pytest
from django.test import Client
from django_otp.plugins.otp_static.models import StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from portal.staff.models import StaffRecord
from portal.staff.people.second_factor import make_recovery_codes
from tests.staff.people import (
    PASSWORD,
    ROLES,
    code_from,
    code_of,
    colleague,
    give_app,
    is_in,
    log_in,
)
from tests.staff.test_pages import INLINE

pytestmark = pytest.mark.django_db

SECURITY = "/admin/people/security/"
APP, CODES, OFF, LEAVE = (SECURITY + part for part in ("app/", "codes/", "off/", "leave/"))


def key_in(page: str) -> str:
    found = re.search(r'class="people-key"><code>([A-Z2-7 ]+)</code>', page)
    assert found is not None
    return found[1]


def codes_in(page: str) -> list[str]:
    return re.findall(r"<li><code>([a-z2-7]{4}-[a-z2-7]{4})</code></li>", page)


def set_up(client: Client, address: str = APP) -> tuple[str, list[str]]:
    """Set up an app as its owner does; return the key and the recovery codes."""
    key = key_in(client.get(address).content.decode())
    answer = client.post(address, {"code": code_of(key)})
    assert answer.status_code == 200
    return key, codes_in(answer.content.decode())


def with_app(name: str, *roles: str) -> tuple[Client, TOTPDevice]:
    """Somebody with an app who has logged in."""
    device = give_app(colleague(name, *roles))
    client, _ = log_in(name)
    assert client.post("/admin/people/code/", {"code": code_from(device)}).status_code == 302
    return client, device


@pytest.mark.parametrize("path", [SECURITY, APP, CODES, OFF, LEAVE])
def test_a_stranger_is_asked_to_log_in(client: Client, path: str) -> None:
    for answer in (client.get(path), client.post(path)):
        assert answer["Location"].startswith("/admin/login/?next=/admin/people/")


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("path", [SECURITY, APP, CODES, OFF])
def test_each_role_opens_its_own_pages_in_chinese(role: str, path: str) -> None:
    client, _ = log_in(colleague("wang", role).username)
    plain = client.get(path, follow=True)
    client, _ = with_app("li", role)
    for answer in (plain, client.get(path, follow=True)):
        page = answer.content.decode()
        assert answer.status_code == 200
        assert not INLINE.search(page)
        said = re.sub(r"<svg.*?</svg>|<code>.*?</code>|<[^>]+>", " ", page.partition("<body")[2])
        words = set(re.findall(r"[A-Za-z]{2,}", said.partition(">")[2]))
        assert words <= {"wang", "li", "Microsoft", "Authenticator"}
    assert ("登录和操作记录" in client.get(SECURITY).content.decode()) == (role == "管理员")


def test_the_user_tools_lead_there() -> None:
    colleague("wang", "编辑")
    client, _ = log_in("wang")
    tools = client.get("/admin/").content.decode().partition('id="user-tools"')[2]
    assert f'<a href="{SECURITY}">登录安全</a>' in tools.partition("</header>")[0]


# --- setting up --------------------------------------------------------------------------------------


def test_an_app_is_set_up_by_its_first_code_and_then_asked_for() -> None:
    wang = colleague("wang", "编辑")
    client, _ = log_in("wang")
    page = client.get(APP).content.decode()
    assert "<svg" in page
    assert "没有开启" in client.get(SECURITY).content.decode()
    key, codes = set_up(client)
    assert len(set(codes)) == 10
    assert is_in(client), "who has just set it up stays in"
    page = client.get(SECURITY).content.decode()
    assert "已开启" in page
    assert "还剩 10 个" in page
    assert not set(codes) & set(codes_in(page)), "shown once"
    assert [record.action for record in StaffRecord.objects.all()] == ["factor-on"]

    client, answer = log_in("wang")
    assert answer["Location"] == "/admin/people/code/"
    used = client.post("/admin/people/code/", {"code": code_of(key)})
    assert used.status_code == 422, "its first code was used up"
    TOTPDevice.objects.get(user=wang).throttle_reset()
    answer = client.post("/admin/people/code/", {"code": code_of(key, later=1)})
    assert answer.status_code == 302


def test_the_key_stays_until_a_code_is_right() -> None:
    colleague("wang", "编辑")
    client, _ = log_in("wang")
    key = key_in(client.get(APP).content.decode())
    wrong = f"{(int(code_of(key)) + 1) % 1_000_000:06}"
    for code in (wrong, "", "abcdef", "００", "0" * 41):
        answer = client.post(APP, {"code": code})
        assert answer.status_code == 422
        assert key_in(answer.content.decode()) == key
    assert not TOTPDevice.objects.exists()
    client.post(APP, {"code": code_of(key)})
    assert TOTPDevice.objects.get().confirmed


def test_each_has_a_key_of_its_own() -> None:
    keys = []
    for name in ("wang", "li"):
        colleague(name, "编辑")
        client, _ = log_in(name)
        keys.append(key_in(client.get(APP).content.decode()))
    assert keys[0] != keys[1]


def test_setting_up_ends_the_other_log_ins() -> None:
    colleague("wang", "编辑")
    here, there = (log_in("wang")[0] for _ in range(2))
    set_up(here)
    assert [is_in(here), is_in(there)] == [True, False]
    log_in("wang", client=there)
    assert not is_in(there)


def test_it_is_not_set_up_twice() -> None:
    client, device = with_app("wang", "编辑")
    assert client.get(APP)["Location"] == SECURITY
    assert client.post(APP, {"code": "123456"})["Location"] == SECURITY
    assert TOTPDevice.objects.get() == device


# --- recovery codes, and off ---------------------------------------------------------------------------


def test_new_recovery_codes_take_the_password_and_end_the_old_ones() -> None:
    client, device = with_app("wang", "编辑")
    old = make_recovery_codes(device.user)
    assert client.get(CODES).status_code == 200
    answer = client.post(CODES, {"password": "wrong"})
    assert answer.status_code == 422
    assert "密码不对" in answer.content.decode()
    new = codes_in(client.post(CODES, {"password": PASSWORD}).content.decode())
    assert len(new) == 10
    assert not set(new) & set(old)
    kept = set(StaticToken.objects.values_list("token", flat=True))
    assert kept == {code.replace("-", "") for code in new}


def test_taking_the_app_away_takes_the_password() -> None:
    client, device = with_app("wang", "编辑")
    make_recovery_codes(device.user)
    assert client.post(OFF, {"password": "wrong"}).status_code == 422
    assert TOTPDevice.objects.exists()
    assert client.post(OFF, {"password": PASSWORD})["Location"] == SECURITY
    assert not TOTPDevice.objects.exists()
    assert not StaticToken.objects.exists()
    assert is_in(client)
    _, answer = log_in("wang")
    assert answer["Location"] == "/admin/", "the password is enough again"


def test_guessing_the_password_there_locks_the_door() -> None:
    client, _ = with_app("wang", "编辑")
    answers = [client.post(OFF, {"password": "wrong"}).status_code for _ in range(5)]
    assert answers == [422, 422, 422, 422, 429]
    assert client.post(OFF, {"password": PASSWORD}).status_code == 429
    assert TOTPDevice.objects.exists()


def test_the_page_tells_who_came_in_and_who_failed() -> None:
    colleague("wang", "编辑")
    log_in("wang", client=Client(REMOTE_ADDR="10.0.0.7"))
    log_in("wang", client=Client(REMOTE_ADDR="10.0.0.8"), password="wrong")
    client, _ = log_in("wang")
    page = client.get(SECURITY).content.decode()
    assert "来自 10.0.0.7。之后有 1 次没有成功的尝试" in page
    assert "<td>10.0.0.8</td>" in page
    assert "<td>127.0.0.1</td>" in page, "this log-in"


# --- a must for who publishes ----------------------------------------------------------------------------


@pytest.fixture
def a_must(settings) -> None:
    settings.SECOND_FACTOR_FOR_REVIEWERS = True


@pytest.mark.usefixtures("a_must")
@pytest.mark.parametrize("role", ["审核", "管理员", "superuser"])
def test_who_publishes_is_led_to_set_it_up_before_anything_opens(role: str) -> None:
    colleague("wang", role, superuser=role == "superuser")
    client, answer = log_in("wang", to="/admin/desk/")
    led = f"{APP}?next=%2Fadmin%2Fdesk%2F"
    assert answer["Location"] == led
    for path in ("/admin/", "/admin/desk/", "/admin/password_change/", SECURITY, CODES, OFF):
        answer = client.get(path)
        assert answer["Location"].startswith("/admin/login/"), path
        assert client.get(answer["Location"])["Location"].startswith(APP), path
    page = client.get(led).content.decode()
    assert "必须开启两步验证" in page
    code = code_of(key_in(page))
    codes = client.post(led, {"code": code}).content.decode()
    assert 'id="user-tools"' in codes, "everything is open from then on"
    assert is_in(client)
    assert client.get("/admin/desk/").status_code == 200


@pytest.mark.usefixtures("a_must")
def test_the_codes_lead_on_to_where_one_wanted_to_go() -> None:
    colleague("wang", "审核")
    for to, leads in (("/admin/desk/", "/admin/desk/"), ("//evil.example", SECURITY)):
        TOTPDevice.objects.all().delete()
        client, _ = log_in("wang")
        key = key_in(client.get(APP, {"next": to}).content.decode())
        page = client.post(f"{APP}?next={to}", {"code": code_of(key)}).content.decode()
        assert f'<a class="button people-button" href="{leads}">' in page


@pytest.mark.usefixtures("a_must")
def test_who_must_set_it_up_can_leave() -> None:
    colleague("wang", "审核")
    client, _ = log_in("wang")
    assert client.post("/admin/logout/").status_code == 200
    assert client.get(APP)["Location"].startswith("/admin/login/")


@pytest.mark.usefixtures("a_must")
def test_editors_and_who_has_one_come_in_as_before() -> None:
    colleague("li", "编辑")
    assert log_in("li")[1]["Location"] == "/admin/"
    client, _ = with_app("wang", "审核")
    assert is_in(client)
    answer = client.post(OFF, {"password": PASSWORD})
    assert not is_in(client), "taking it away leads back to setting it up"
    assert client.get(client.get(answer["Location"])["Location"])["Location"].startswith(APP)


def test_it_is_no_must_by_default() -> None:
    colleague("wang", "审核")
    assert log_in("wang")[1]["Location"] == "/admin/"
