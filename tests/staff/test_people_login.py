"""The way in: password, code, lock-out, and how long a log-in lasts."""

import datetime

import pytest
from axes.models import AccessAttempt
from django.contrib.sessions.models import Session
from django.test import Client, RequestFactory
from django.utils import timezone
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice

from portal.staff.models import StaffRecord
from portal.staff.people.address import client_address
from portal.staff.people.second_factor import make_recovery_codes
from tests.staff.people import PASSWORD, code_from, colleague, give_app, is_in, log_in

pytestmark = pytest.mark.django_db


def fail(name: str, times: int, client: Client | None = None, **where: str):
    client = client or Client()
    for _ in range(times):
        answer = client.post(
            "/admin/login/", {"username": name, "password": "wrong"}, headers=None, **where
        )
    return answer


# --- name and password ---------------------------------------------------------------------------


def test_a_right_password_leads_in_and_says_when_one_was_here_last() -> None:
    colleague("wang", "编辑")
    client, answer = log_in("wang")
    assert (answer.status_code, answer["Location"]) == (302, "/admin/")
    assert "这是您第一次登录。" in client.get("/admin/").content.decode()
    fail("wang", 2)
    client, _ = log_in("wang")
    said = client.get("/admin/").content.decode()
    assert "上次登录：" in said
    assert "来自 127.0.0.1。之后有 2 次没有成功的尝试" in said


def test_a_wrong_password_is_told_in_chinese() -> None:
    colleague("wang")
    page = fail("wang", 1).content.decode()
    assert "用户名或密码不对" in page
    assert 'value="wang"' in page, "the name need not be typed again"


def test_who_is_not_of_the_staff_or_switched_off_stays_outside() -> None:
    stranger, former = colleague("stranger"), colleague("former")
    stranger.is_staff = False
    stranger.save()
    former.is_active = False
    former.save()
    for name in ("stranger", "former"):
        client, answer = log_in(name)
        assert "用户名或密码不对" in answer.content.decode()
        assert not is_in(client)


@pytest.mark.parametrize("name", ["", "x" * 151, "x" * 100_000, "a\0b"])
def test_odd_names_are_refused(name: str) -> None:
    _, answer = log_in(name)
    assert answer.status_code == 200
    assert "errorlist" in answer.content.decode() or "errornote" in answer.content.decode()


@pytest.mark.parametrize(
    ("to", "leads"),
    [
        ("/admin/desk/", "/admin/desk/"),
        ("https://evil.example/", "/admin/"),
        ("//evil.example/", "/admin/"),
        ("/\\evil.example", "/admin/"),
        ("javascript:alert(1)", "/admin/"),
    ],
)
def test_next_leads_on_within_the_site_only(to: str, leads: str) -> None:
    wang = colleague("wang", "编辑")
    _, answer = log_in("wang", to=to)
    assert answer["Location"] == leads

    device = give_app(wang)
    client, answer = log_in("wang", to=to)
    assert answer["Location"] == "/admin/people/code/"
    answer = client.post("/admin/people/code/", {"code": code_from(device)})
    assert answer["Location"] == leads


# --- the code --------------------------------------------------------------------------------------


def test_a_password_alone_opens_nothing_for_who_has_an_app() -> None:
    give_app(colleague("wang", "管理员"))
    client, answer = log_in("wang", to="/admin/desk/")
    assert answer["Location"] == "/admin/people/code/"
    for path in (
        "/admin/",
        "/admin/desk/",
        "/admin/auth/user/",
        "/admin/password_change/",
        "/admin/people/security/",
        "/admin/people/security/app/",
        "/admin/people/records/",
    ):
        assert client.get(path)["Location"].startswith("/admin/login/"), path
    page = client.get("/admin/people/code/")
    assert page.status_code == 200
    assert "no-store" in page["Cache-Control"]


def test_a_right_code_leads_in_and_on(client: Client) -> None:
    device = give_app(colleague("wang", "编辑"))
    client, _ = log_in("wang", to="/admin/desk/")
    typed = code_from(device)
    answer = client.post("/admin/people/code/", {"code": f" {typed[:3]} {typed[3:]} "})
    assert answer["Location"] == "/admin/desk/"
    assert is_in(client)
    assert client.get("/admin/login/")["Location"] == "/admin/"
    assert client.get("/admin/people/code/")["Location"] == "/admin/login/", "it is used up"


def test_a_wrong_code_stays_outside_and_makes_one_wait() -> None:
    device = give_app(colleague("wang", "编辑"))
    client, _ = log_in("wang")
    wrong = f"{(int(code_from(device)) + 1) % 1_000_000:06}"
    answer = client.post("/admin/people/code/", {"code": wrong})
    assert answer.status_code == 422
    assert "验证码不对" in answer.content.decode()
    answer = client.post("/admin/people/code/", {"code": code_from(device)})
    assert answer.status_code == 422
    assert "请等 1 秒再试" in answer.content.decode(), "right, but too soon"
    assert not is_in(client)


@pytest.mark.parametrize("code", ["", "abc", "１２", "0" * 1000, "-00001", "1e5", "a\0b", "²²²²²²"])
def test_odd_codes_are_refused(code: str) -> None:
    give_app(colleague("wang", "编辑"))
    client, _ = log_in("wang")
    assert client.post("/admin/people/code/", {"code": code}).status_code == 422
    assert not is_in(client)


def test_a_code_is_good_once() -> None:
    device = give_app(colleague("wang", "编辑"))
    code = code_from(device)
    for expected in (302, 422):
        client, _ = log_in("wang")
        assert client.post("/admin/people/code/", {"code": code}).status_code == expected
    assert not is_in(client)


def test_a_recovery_code_is_good_once_and_recorded() -> None:
    wang = colleague("wang", "编辑")
    give_app(wang)
    first, second, *_ = make_recovery_codes(wang)
    client, _ = log_in("wang")
    assert client.post("/admin/people/code/", {"code": first.upper()}).status_code == 302
    assert "还剩 9 个" in client.get("/admin/").content.decode()
    assert StaffRecord.objects.get().action == "code-used"

    client, _ = log_in("wang")
    assert client.post("/admin/people/code/", {"code": first}).status_code == 422
    assert not is_in(client)
    StaticDevice.objects.get().throttle_reset()
    answer = client.post("/admin/people/code/", {"code": second.replace("-", " ")})
    assert answer.status_code == 302
    assert is_in(client)


def test_another_persons_code_is_worth_nothing() -> None:
    give_app(colleague("wang", "编辑"))
    device = give_app(colleague("li", "编辑"))
    client, _ = log_in("wang")
    assert client.post("/admin/people/code/", {"code": code_from(device)}).status_code == 422


def test_the_code_comes_soon_after_the_password() -> None:
    wang = colleague("wang", "编辑")
    device = give_app(wang)
    client, _ = log_in("wang")
    session = client.session
    session["waiting_for_code"] = {**session["waiting_for_code"]}
    session["waiting_for_code"]["at"] -= 301
    session.save()
    answer = client.post("/admin/people/code/", {"code": code_from(device)}, follow=True)
    assert "请先输入用户名和密码" in answer.content.decode()
    assert not is_in(client)


def test_a_changed_password_or_a_closed_account_ends_the_waiting() -> None:
    wang = colleague("wang", "编辑")
    device = give_app(wang)
    for change in ({"password": "other"}, {"is_active": False}):
        client, _ = log_in("wang")
        type(wang).objects.filter(pk=wang.pk).update(**change)
        answer = client.post("/admin/people/code/", {"code": code_from(device)})
        assert answer["Location"] == "/admin/login/"
        wang.save()


def test_nobody_waits_without_a_password(client: Client) -> None:
    assert client.get("/admin/people/code/")["Location"] == "/admin/login/"


def test_a_session_from_before_the_app_asks_for_the_code(client: Client) -> None:
    wang = colleague("wang", "编辑")
    client.force_login(wang)
    assert is_in(client)
    device = give_app(wang)
    assert not is_in(client)
    assert "这个账号已开启两步验证" in client.get("/admin/login/").content.decode()
    log_in("wang", client=client)
    client.post("/admin/people/code/", {"code": code_from(device)})
    assert is_in(client)


# --- lock-out --------------------------------------------------------------------------------------


def test_five_wrong_passwords_lock_a_name_at_an_address_for_a_quarter_of_an_hour() -> None:
    colleague("wang", "编辑")
    colleague("li", "编辑")
    assert fail("wang", 4).status_code == 200
    locked = fail("wang", 1)
    page = locked.content.decode()
    assert locked.status_code == 429
    assert 890 < int(locked["Retry-After"]) <= 900
    assert "暂时不能登录" in page
    assert "大约 15 分钟" in page
    assert "请找管理员" in page

    assert log_in("wang")[1].status_code == 429, "the right password, too"
    assert log_in("li")[1].status_code == 302, "colleagues are not locked out"
    elsewhere = Client(REMOTE_ADDR="10.0.0.9")
    assert log_in("wang", client=elsewhere)[1].status_code == 302, "nor she at another desk"


def test_the_lock_ends_by_itself_and_trying_on_does_not_prolong_it() -> None:
    colleague("wang", "编辑")
    fail("wang", 5)
    attempt = AccessAttempt.objects.get()
    AccessAttempt.objects.update(attempt_time=attempt.attempt_time - datetime.timedelta(minutes=14))
    assert "大约 1 分钟" in fail("wang", 1).content.decode()
    AccessAttempt.objects.update(
        attempt_time=attempt.attempt_time - datetime.timedelta(minutes=15, seconds=1)
    )
    assert log_in("wang")[1].status_code == 302


def test_a_log_in_forgets_the_failures_before_it() -> None:
    colleague("wang", "编辑")
    for _ in range(2):
        assert fail("wang", 4).status_code == 200
        assert log_in("wang")[1].status_code == 302


def test_guessing_codes_locks_too_and_the_password_alone_forgets_nothing() -> None:
    device = give_app(colleague("wang", "编辑"))
    wrong = f"{(int(code_from(device)) + 1) % 1_000_000:06}"
    for number in range(5):
        client, answer = log_in("wang")
        assert answer["Location"] == "/admin/people/code/"
        TOTPDevice.objects.get().throttle_reset()
        answer = client.post("/admin/people/code/", {"code": wrong})
        assert answer.status_code == (429 if number == 4 else 422)
    assert client.post("/admin/people/code/", {"code": code_from(device)}).status_code == 429
    assert not is_in(client)


def test_passwords_and_codes_are_not_kept() -> None:
    give_app(colleague("wang", "编辑"))
    client, _ = log_in("wang")
    client.post("/admin/people/code/", {"code": "000000"})
    fail("wang", 1)
    for attempt in AccessAttempt.objects.all():
        assert "000000" not in attempt.post_data
        assert "wrong" not in attempt.post_data
        assert PASSWORD not in attempt.post_data


@pytest.mark.parametrize(
    ("behind", "sent", "address"),
    [
        (False, "9.9.9.9", "10.0.0.1"),
        (True, "9.9.9.9", "9.9.9.9"),
        (True, "1.1.1.1, 9.9.9.9", "9.9.9.9"),
        (True, "2001:db8::1", "2001:db8::1"),
        (True, "", "10.0.0.1"),
        (True, "9.9.9.9, nonsense", "10.0.0.1"),
    ],
)
def test_only_our_proxys_word_counts(settings, behind: bool, sent: str, address: str) -> None:
    settings.BEHIND_PROXY = behind
    request = RequestFactory().get("/", REMOTE_ADDR="10.0.0.1", HTTP_X_FORWARDED_FOR=sent)
    assert client_address(request) == address


def test_a_server_on_a_socket_knows_no_address() -> None:
    assert client_address(RequestFactory().get("/", REMOTE_ADDR="")) is None
    colleague("wang", "编辑")
    nowhere = Client(REMOTE_ADDR="")
    assert fail("wang", 5, nowhere).status_code == 429


# --- how long --------------------------------------------------------------------------------------


def test_a_log_in_ends_after_eight_hours_also_for_who_works_on() -> None:
    colleague("wang", "编辑")
    client, _ = log_in("wang")
    cookie = client.cookies["sessionid"]
    assert cookie["max-age"] == "", "it ends with the browser"
    for hours, still_in in ((7.9, True), (8.1, False)):
        session = client.session
        session["signed_in_at"] = timezone.now().timestamp() - hours * 3600
        session.save()  # which gives the session itself eight hours more
        assert is_in(client) == still_in
    assert "登录已经超过 8 小时" in client.get("/admin/login/").content.decode()
    assert client.post("/admin/password_change/").status_code == 200, "what was typed is sent still"
    session["signed_in_at"] -= 0.5 * 3600
    session.save()
    assert client.post("/admin/password_change/").status_code == 302
    log_in("wang", client=client)
    assert is_in(client)


def test_a_session_without_its_time_is_over(client: Client) -> None:
    client.force_login(colleague("wang", "编辑"))
    session = client.session
    del session["signed_in_at"]
    session.save()
    assert not is_in(client)


def test_a_new_password_ends_the_other_log_ins() -> None:
    colleague("wang", "编辑")
    here, _ = log_in("wang")
    there, _ = log_in("wang")
    new = "liao-ning-2026"
    answer = here.post(
        "/admin/password_change/",
        {"old_password": PASSWORD, "new_password1": new, "new_password2": new},
    )
    assert answer.status_code == 302
    assert is_in(here)
    assert not is_in(there)
    assert StaffRecord.objects.get().action == "password"


@pytest.mark.parametrize(
    ("password", "said"),
    [
        ("abc-12345", "10"),
        ("1234567890", "数字"),
        ("password123", "常见"),
        ("wangxiaoming1", "相似"),
    ],
)
def test_weak_passwords_are_refused_in_chinese(password: str, said: str) -> None:
    colleague("wangxiaoming", "编辑")
    client, _ = log_in("wangxiaoming")
    page = client.post(
        "/admin/password_change/",
        {"old_password": PASSWORD, "new_password1": password, "new_password2": password},
    ).content.decode()
    errors = page.partition('class="errorlist"')[2].partition("</ul>")[0]
    assert said in errors


def test_leaving_everywhere_ends_every_log_in_of_one_person() -> None:
    colleague("wang", "编辑")
    colleague("li", "编辑")
    here, there, other = (log_in(name)[0] for name in ("wang", "wang", "li"))
    assert here.get("/admin/people/security/leave/").status_code == 405
    answer = here.post("/admin/people/security/leave/", follow=True)
    assert "已在所有设备上退出" in answer.content.decode()
    assert [is_in(client) for client in (here, there, other)] == [False, False, True]
    assert Session.objects.count() == 1
