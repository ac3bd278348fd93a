"""Accounts, roles and records: who may see and change them, and what is written down."""

import datetime
import html
import re

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django_otp.plugins.otp_totp.models import TOTPDevice

from portal.policy.publishing import publish
from portal.staff.models import RecordIsFinal, StaffRecord
from portal.staff.people.records import record
from tests.policy.desk import draft_of_limit, hand_in, reasons_for
from tests.staff.people import PASSWORD, ROLES, colleague, give_app, is_in, log_in
from tests.staff.test_pages import INLINE

pytestmark = pytest.mark.django_db

RECORDS = "/admin/people/records/"
USERS, GROUPS = "/admin/auth/user/", "/admin/auth/group/"


@pytest.fixture
def manager() -> Client:
    return log_in(colleague("guan", "管理员").username)[0]


def page_of(user: User) -> str:
    return f"{USERS}{user.pk}/change/"


def words_in(page: str) -> set[str]:
    """The words in Latin letters that a page says."""
    body = page.partition("<body")[2].partition(">")[2]
    said = html.unescape(re.sub(r"<[^>]+>", " ", body))
    return set(re.findall(r"[A-Za-z]{2,}", said))


# --- who may ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", [*ROLES, "none", "anonymous"])
@pytest.mark.parametrize(
    "page",
    [
        RECORDS,
        USERS,
        USERS + "add/",
        USERS + "{pk}/change/",
        USERS + "{pk}/password/",
        USERS + "{pk}/second-factor/",
        USERS + "{pk}/unlock/",
        GROUPS,
        GROUPS + "add/",
        GROUPS + "1/change/",
    ],
)
def test_only_managers_see_accounts_and_records(role: str, page: str) -> None:
    other = colleague("li", "编辑")
    client = Client()
    if role != "anonymous":
        log_in(colleague("wang", role).username, client=client)
    answer = client.get(page.format(pk=other.pk))
    if role == "anonymous":
        assert answer["Location"].startswith("/admin/login/")
    else:
        assert answer.status_code == (200 if role == "管理员" else 403)
    if role != "管理员":
        for address in ("second-factor/", "unlock/"):
            client.post(f"{USERS}{other.pk}/{address}")
        assert not StaffRecord.objects.exists()


@pytest.mark.parametrize(
    "page", [USERS, USERS + "add/", USERS + "{pk}/change/", USERS + "{pk}/password/", GROUPS]
)
def test_the_forms_speak_chinese_without_inline_code(manager: Client, page: str) -> None:
    answer = manager.get(page.format(pk=colleague("li", "编辑").pk))
    shown = answer.content.decode()
    assert not INLINE.search(shown)
    assert words_in(shown) <= {"guan", "li", "lixiaoming"}


def test_the_helpers_of_the_log_in_have_no_pages_of_their_own(admin_client: Client) -> None:
    page = admin_client.get("/admin/").content.decode()
    for app in ("axes", "otp_totp", "otp_static"):
        assert admin_client.get(f"/admin/{app}/").status_code == 404
        assert app not in page


def test_each_role_is_explained_where_it_is_given(manager: Client) -> None:
    page = manager.get(USERS + "add/").content.decode()
    for role in ROLES:
        assert re.search(f"{role}：[一-鿿]", page), role


# --- accounts --------------------------------------------------------------------------------------


def new_account(**changes: object) -> dict[str, object]:
    return {
        "username": "zhao",
        "last_name": "赵",
        "first_name": "明",
        "password1": PASSWORD,
        "password2": PASSWORD,
        "groups": [Group.objects.get(name="编辑").pk],
        **changes,
    }


def test_a_new_account_can_log_in_and_is_recorded(manager: Client) -> None:
    assert manager.post(USERS + "add/", new_account()).status_code == 302
    client, _ = log_in("zhao")
    assert is_in(client)
    assert [group.name for group in User.objects.get(username="zhao").groups.all()] == ["编辑"]
    told = StaffRecord.objects.get()
    assert (told.by.username, told.what) == ("guan", "新建“zhao”，岗位：编辑")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"username": "GUAN"}, "已存在"),
        ({"password1": "short", "password2": "short"}, "10"),
        ({"password2": "another-one-1"}, "不"),
        ({"groups": [999]}, "999"),
    ],
)
def test_a_wrong_account_is_refused(manager: Client, changes: dict[str, object], said: str) -> None:
    answer = manager.post(USERS + "add/", new_account(**changes))
    assert answer.status_code == 200
    errors = re.findall(r'class="errorlist".*?</ul>', answer.content.decode(), re.DOTALL)
    assert any(said in error for error in errors), errors
    assert not User.objects.filter(username="zhao").exists()


def test_an_account_is_switched_off_not_deleted(manager: Client) -> None:
    li = colleague("li", "编辑")
    client, _ = log_in("li")
    assert manager.post(f"{USERS}{li.pk}/delete/", {"post": "yes"}).status_code == 403
    form = {"username": "li", "last_name": "李", "first_name": "", "groups": []}
    assert manager.post(page_of(li), form).status_code == 302
    li.refresh_from_db()
    assert (li.is_active, li.last_name, li.groups.count()) == (False, "李", 0)
    assert not is_in(client)
    assert StaffRecord.objects.get().what == "修改“li”，岗位：没有，已停用"


def test_a_manager_becomes_no_more_than_that(manager: Client) -> None:
    """Neither by the own form, nor by way of somebody who may do everything."""
    guan, chief = User.objects.get(username="guan"), colleague("chief", superuser=True)
    give_app(chief)
    form = {
        "username": "guan",
        "is_superuser": "on",
        "user_permissions": [Permission.objects.get(codename="delete_user").pk],
        "groups": [group.pk for group in guan.groups.all()],
    }
    assert manager.post(page_of(guan), form).status_code == 302
    guan.refresh_from_db()
    assert not guan.is_superuser
    assert guan.is_active, "the own account is not switched off by a slip"
    assert not guan.user_permissions.exists()
    new = {"password1": "liao-ning-2026", "password2": "liao-ning-2026"}
    assert manager.post(f"{USERS}{chief.pk}/password/", new).status_code == 403
    assert manager.post(page_of(chief), {"username": "chief"}).status_code == 403
    assert manager.post(f"{USERS}{chief.pk}/second-factor/").status_code == 403
    assert TOTPDevice.objects.exists()
    chief.refresh_from_db()
    assert chief.check_password(PASSWORD)


def test_a_superuser_can_make_another(admin_client: Client) -> None:
    li = colleague("li")
    form = {"username": "li", "is_active": "on", "is_superuser": "on", "groups": []}
    assert admin_client.post(page_of(li), form).status_code == 302
    li.refresh_from_db()
    assert li.is_superuser


def test_a_forgotten_password_is_set_anew(manager: Client) -> None:
    li = colleague("li", "编辑")
    client, _ = log_in("li")
    address = f"{USERS}{li.pk}/password/"
    weak = manager.post(address, {"password1": "1234567890", "password2": "1234567890"})
    assert weak.status_code == 200
    assert "errorlist" in weak.content.decode()
    new = "liao-ning-2026"
    assert manager.post(address, {"password1": new, "password2": new}).status_code == 302
    assert not is_in(client), "log-ins with the old one have ended"
    assert is_in(log_in("li", password=new)[0])


def test_another_ones_second_factor_is_reset_after_a_question(manager: Client) -> None:
    li = colleague("li", "编辑")
    address = f"{USERS}{li.pk}/second-factor/"
    assert address not in manager.get(page_of(li)).content.decode()
    give_app(li)
    assert address in manager.get(page_of(li)).content.decode()
    assert "重置“li”的两步验证？" in manager.get(address).content.decode()
    assert TOTPDevice.objects.exists(), "asked, not done"
    assert manager.post(address)["Location"] == page_of(li)
    assert log_in("li")[1]["Location"] == "/admin/"
    told = StaffRecord.objects.get()
    assert (told.action, told.by.username, told.what) == ("factor-reset", "guan", "账号“li”")
    assert manager.post(f"{USERS}99999/second-factor/").status_code == 404


def test_ones_own_takes_the_password() -> None:
    guan = colleague("guan", "管理员")
    manager = Client()
    log_in("guan", client=manager)
    answer = manager.post(f"{USERS}{guan.pk}/second-factor/")
    assert answer["Location"] == "/admin/people/security/"


def test_a_lock_out_is_ended_by_a_manager(manager: Client) -> None:
    li = colleague("li", "编辑")
    address = f"{USERS}{li.pk}/unlock/"
    assert address not in manager.get(page_of(li)).content.decode()
    for _ in range(5):
        answer = log_in("li", password="wrong")[1]
    assert answer.status_code == 429
    assert address in manager.get(page_of(li)).content.decode()
    assert manager.get(address).status_code == 200
    assert log_in("li")[1].status_code == 429, "asked, not done"
    assert manager.post(address)["Location"] == page_of(li)
    assert log_in("li")[1].status_code == 302
    assert StaffRecord.objects.get().action == "unlocked"


def test_the_list_needs_no_more_queries_for_more_accounts(
    manager: Client, django_assert_max_num_queries
) -> None:
    for number in range(15):
        give_app(colleague(f"colleague{number}", "编辑"))
    with django_assert_max_num_queries(10):
        page = manager.get(USERS).content.decode()
    assert page.count("编辑</td>") == 15


# --- groups ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ROLES)
def test_saving_a_role_keeps_its_rights(manager: Client, role: str) -> None:
    group = Group.objects.get(name=role)
    before = set(group.permissions.all())
    page = manager.get(f"{GROUPS}{group.pk}/change/").content.decode()
    ticked = re.findall(r'name="permissions" value="(\d+)"[^>]*checked', page)
    form = {"name": role, "permissions": ticked}
    assert manager.post(f"{GROUPS}{group.pk}/change/", form).status_code == 302
    assert set(group.permissions.all()) == before


def test_rights_that_mean_nothing_are_not_offered(manager: Client) -> None:
    page = manager.get(GROUPS + "add/").content.decode()
    for right in ("可以批准、发布和退回变更单", "可以修改网点", "可以查看各表版本", "可以修改用户"):
        assert right.replace("各表版本", "表的一版") in page
    for right in ("可以修改表的一版", "axes", "otp_", "可以添加权限", "可以删除操作记录"):
        assert right not in page


# --- records ---------------------------------------------------------------------------------------


def rows(client: Client, **query: str) -> list[list[str]]:
    """The lines of the records, without their times."""
    page = client.get(RECORDS, query).content.decode()
    lines = re.findall(r"<tr><td>(.*?)</tr>", page)
    return [re.sub(r"</?td>", "|", line).split("||")[1:] for line in lines]


def test_all_that_happened_is_told_newest_first(manager: Client) -> None:
    li, author = colleague("li", "审核"), colleague("zhang", "编辑")
    log_in("li", password="wrong", client=Client(REMOTE_ADDR="10.0.0.8"))
    log_in("my-password-in-the-wrong-box", password="x")
    draft = draft_of_limit(author)
    hand_in(draft, author)
    publish(draft, li, confirmations=reasons_for(draft))
    record(StaffRecord.Action.EXPORTED, author, "各张表，2026-11-21")
    record(StaffRecord.Action.CODES_MADE, li)
    told = [[cell.strip("|") for cell in row] for row in rows(manager)]
    assert told == [
        ["账号和安全", "li", "重新生成恢复码", ""],
        ["导出", "zhang", "各张表，2026-11-21", ""],
        ["发布和撤回", "li", "发布“调整统筹基金限额”", ""],
        ["登录失败", "（没有这个用户名）", "密码不对", "127.0.0.1"],
        ["登录失败", "li", "密码不对", "10.0.0.8"],
        ["登录", "guan", "", "127.0.0.1"],
    ]
    page = manager.get(RECORDS).content.decode()
    assert "my-password" not in page
    assert not INLINE.search(page)

    assert [row[0] for row in rows(manager, who="li")] == ["账号和安全", "发布和撤回", "登录失败"]
    assert [row[1] for row in rows(manager, kind="export")] == ["zhang"]
    assert rows(manager, who="zhang", kind="login") == []
    today = timezone.localdate()
    assert len(rows(manager, day=today.isoformat())) == 6
    assert rows(manager, day=(today - datetime.timedelta(days=1)).isoformat()) == []


def test_a_log_out_is_told_with_its_log_in(manager: Client) -> None:
    colleague("li", "编辑")
    client, _ = log_in("li")
    client.post("/admin/logout/")
    (row,) = rows(manager, who="li")
    assert row[2].endswith("退出")


@pytest.mark.parametrize("query", [{"who": "nobody"}, {"kind": "x"}, {"day": "2026-02-30"}])
def test_a_wrong_filter_says_so(manager: Client, query: dict[str, str]) -> None:
    answer = manager.get(RECORDS, query)
    assert answer.status_code == 422
    assert "errorlist" in answer.content.decode()


@pytest.mark.parametrize("page", ["0", "x", "999", "-1"])
def test_an_odd_page_is_the_nearest(manager: Client, page: str) -> None:
    assert len(rows(manager, page=page)) == 1


def test_many_records_come_in_pages(manager: Client, django_assert_max_num_queries) -> None:
    li = colleague("li")
    for number in range(120):
        record(StaffRecord.Action.EXPORTED, li, f"第{number}次")
    with django_assert_max_num_queries(12):
        first = rows(manager, kind="export", page="1")
    last = rows(manager, kind="export", page="3")
    assert (len(first), first[0][2], len(last), last[-1][2]) == (50, "第119次", 20, "第0次")
    page = manager.get(RECORDS, {"kind": "export", "page": "2"}).content.decode()
    assert "?kind=export&amp;page=3" in page


def test_a_record_is_never_rewritten() -> None:
    li = colleague("li")
    record(StaffRecord.Action.EXPORTED, li, "x" * 300)
    made = StaffRecord.objects.get()
    assert len(made.what) == 200
    for change in (
        made.save,
        made.delete,
        StaffRecord.objects.all().delete,
        lambda: StaffRecord.objects.update(what=""),
    ):
        with pytest.raises(RecordIsFinal):
            change()


def test_the_addresses_are_the_ones_that_others_link_to() -> None:
    assert reverse("admin:people:records") == RECORDS
    assert reverse("admin:people:security") == "/admin/people/security/"
