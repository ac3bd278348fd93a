"""What staff see of what residents said, and of how often pages are used."""

import datetime
import re
from urllib.parse import parse_qs, urlsplit

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client

from portal.feedback.models import DailyCount, Feedback
from portal.staff.models import SavedCase
from portal.staff.usage import by_day, by_page
from tests.addresses import STAY
from tests.conftest import TODAY

pytestmark = pytest.mark.django_db

LIST, USAGE = "/admin/feedback/feedback/", "/admin/feedback/dailycount/"
QUERY = f"scheme=flexible&{STAY}"


def said(**parts) -> Feedback:
    return Feedback.objects.create(**{"day": TODAY, "hour": 9, "kind": "wrong", **parts})


def member(group: str) -> Client:
    user = User.objects.create_user(f"member of {group}", is_staff=True)
    if group:
        user.groups.add(Group.objects.get(name=group))
    client = Client()
    client.force_login(user)
    return client


def test_the_list_shows_new_words_first_with_the_names_of_their_pages(admin_client: Client) -> None:
    said(path="/offices/", text="这一条看过了", state=Feedback.State.SEEN)
    said(
        path="/calculators/inpatient/",
        query=QUERY,
        text="这一条是新的",
        day=datetime.date(2026, 1, 2),
    )
    html = admin_client.get(LIST).content.decode()
    assert html.index("这一条是新的") < html.index("这一条看过了")
    assert "住院" in html
    assert "办事网点" in html
    assert "2026年1月2日 9点多" in html


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", {"甲", "乙", "丙"}),
        ("kind__exact=helped", {"丙"}),
        ("state__exact=2", {"乙"}),
        ("page=p/offices/", {"乙"}),
        ("page=p", {"丙"}),
        ("q=甲", {"甲"}),
        ("q=offices", {"乙"}),
    ],
)
def test_it_can_be_filtered_and_searched(admin_client: Client, query: str, found: set[str]) -> None:
    said(path="/calculators/inpatient/", text="甲")
    said(path="/offices/", text="乙", state=2)
    said(kind="helped", text="丙")
    html = admin_client.get(f"{LIST}?{query}").content.decode()
    assert set(re.findall(r">(甲|乙|丙)</a>", html)) == found


def test_a_long_list_asks_no_more(admin_client: Client, django_assert_max_num_queries) -> None:
    for n in range(40):
        said(path=f"/policy/F-1.{n}", text=str(n))
    with django_assert_max_num_queries(14):
        admin_client.get(LIST)


def test_a_reported_result_opens_and_becomes_a_saved_case(admin_client: Client) -> None:
    one = said(path="/calculators/inpatient/", query=QUERY, text="和结算单不一样")
    html = admin_client.get(f"{LIST}{one.pk}/change/").content.decode()
    result = f"/calculators/inpatient/?{QUERY}"
    assert f'href="{result.replace("&", "&amp;")}"' in html
    found = re.search(r'href="([^"]+)">存成常看的例子', html)
    assert found
    link = found[1].replace("&amp;", "&")
    given = parse_qs(urlsplit(link).query)
    assert given["link"] == [result]
    assert "2026年11月21日" in given["title"][0]
    form = admin_client.get(link).content.decode()
    assert result.replace("&", "&amp;") in form
    admin_client.post(
        "/admin/desk/cases/", {"link": result, "title": given["title"][0], "note": ""}
    )
    assert SavedCase.objects.get().slug == "inpatient"


@pytest.mark.parametrize("path", ["/offices/", "/", ""])
def test_what_is_no_result_offers_no_case(admin_client: Client, path: str) -> None:
    one = said(path=path)
    html = admin_client.get(f"{LIST}{one.pk}/change/").content.decode()
    assert "存成常看的例子" not in html
    assert "这一条说的不是一个测算结果。" in html


def test_words_of_residents_are_shown_as_words(admin_client: Client) -> None:
    one = said(text="<script>alert(1)</script>", path="/")
    for address in (LIST, f"{LIST}{one.pk}/change/"):
        assert "<script>alert" not in admin_client.get(address).content.decode()


def test_staff_mark_and_note_but_cannot_change_the_words(admin_client: Client) -> None:
    one = said(text="原来的话", path="/")
    answer = admin_client.post(
        f"{LIST}{one.pk}/change/",
        {"state": "3", "note": "核对过，数字是对的", "text": "改了的话", "kind": "helped"},
    )
    assert answer.status_code == 302
    one.refresh_from_db()
    assert (one.state, one.note, one.text, one.kind) == (
        3,
        "核对过，数字是对的",
        "原来的话",
        "wrong",
    )


@pytest.mark.parametrize(("action", "state"), [("mark_seen", 2), ("mark_answered", 3)])
def test_several_are_marked_at_once(admin_client: Client, action: str, state: int) -> None:
    ones = [said(), said()]
    admin_client.post(LIST, {"action": action, "_selected_action": [one.pk for one in ones]})
    assert set(Feedback.objects.values_list("state", flat=True)) == {state}


@pytest.mark.parametrize(
    ("group", "may_look", "may_delete"),
    [("编辑", True, False), ("审核", True, False), ("管理员", True, True), ("", False, False)],
)
def test_who_may_do_what(group: str, may_look: bool, may_delete: bool) -> None:
    client, one = member(group), said(path="/calculators/inpatient/", query=QUERY)
    looked = 200 if may_look else 403
    assert client.get(LIST).status_code == looked
    assert client.get(USAGE).status_code == looked
    change = f"{LIST}{one.pk}/change/"
    assert client.get(change).status_code == looked
    assert client.post(change, {"state": "2", "note": ""}).status_code == (302 if may_look else 403)
    assert client.get(f"{LIST}add/").status_code == 403
    assert client.get(f"{USAGE}add/").status_code == 403
    assert client.get(f"{LIST}{one.pk}/delete/").status_code == (200 if may_delete else 403)


def test_strangers_are_asked_to_log_in(client: Client) -> None:
    for address in (LIST, USAGE, f"{LIST}1/change/"):
        assert client.get(address)["Location"].startswith("/admin/login/")


def test_a_reviewer_is_offered_no_form_that_would_refuse() -> None:
    one = said(path="/calculators/inpatient/", query=QUERY)
    html = member("审核").get(f"{LIST}{one.pk}/change/").content.decode()
    assert "存成常看的例子" not in html
    assert "打开：" in html


def count(path: str, kind: str, times: int, days_ago: int = 0) -> None:
    day = TODAY - datetime.timedelta(days=days_ago)
    DailyCount.objects.create(day=day, path=path, kind=kind, count=times)


def test_days_are_summed_and_bars_are_parts_of_the_longest() -> None:
    count("/", "opened", 30)
    count("/offices/", "opened", 10)
    count("/", "opened", 10, days_ago=29)
    count("/", "opened", 999, days_ago=30)
    count("/calculators/inpatient/", "refused", 2)
    days = by_day(TODAY)
    assert len(days) == 30
    assert (days[0].opened, days[0].height, days[0].y, days[0].x) == (10, 25, 75, 1)
    assert (days[-1].opened, days[-1].height, days[-1].refused) == (40, 100, 2)
    assert (days[1].opened, days[1].height) == (0, 0)


def test_calculators_tell_how_often_they_gave_no_number() -> None:
    for kind, times in (("opened", 40), ("answered", 15), ("refused", 5), ("wrong", 3)):
        count("/calculators/inpatient/", kind, times)
    count("/api/v1/calculators/inpatient", "answered", 10)
    count("/calculators/", "opened", 7)
    count("/policy/F-14.6", "opened", 1)
    count("/policy/F-14.6", "opened", 1, days_ago=3)
    calculators, pages, left_out = by_page(TODAY)
    page, program = calculators
    assert (page.opened, page.answered, page.refused, page.wrong) == (40, 15, 5, 3)
    assert (page.refused_percent, page.share) == (25, 100)
    assert (program.opened, program.answered, program.refused_percent, program.share) == (
        0,
        10,
        0,
        25,
    )
    assert "程序查询" in program.name
    assert [(one.name, one.opened) for one in pages] == [("待遇测算", 7), ("条款 F-14.6", 2)]
    assert pages[0].refused_percent is None
    assert left_out == 0


def test_the_chart_shows_names_and_sums(admin_client: Client) -> None:
    count("/enrollment/resident/", "opened", 12)
    count("/offices/hunnan/", "opened", 3)
    count("/calculators/inpatient/", "refused", 1)
    html = admin_client.get(USAGE).content.decode()
    assert "最多的一天 15 次，一共 15 次" in html
    assert "浑南" in html
    assert "100%" in html
    assert html.count("<rect ") >= 30
    assert not re.search(r"<[^>]+\s(style|on\w+)=", html)


def test_without_counts_the_page_says_so(admin_client: Client) -> None:
    assert "还没有记到" in admin_client.get(USAGE).content.decode()
