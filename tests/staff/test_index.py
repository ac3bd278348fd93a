"""The first page of the admin: cards of what waits, comes and grows old; what each list is for."""

import datetime
import re

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group, Permission, User
from django.db import models
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from portal import clock
from portal.feedback.models import Feedback
from portal.policy.models import Confirmation, Edition
from portal.policy.publishing import publish
from portal.staff.admin.purposes import PURPOSES, purpose_of
from portal.staff.templatetags.desk_index import LINES_SHOWN, Card
from tests.conftest import TODAY
from tests.policy.desk import NEW_DAY, draft_of_limit, hand_in, person
from tests.policy.drafting import drafted, new_set
from tests.staff.access import EDIT, PUBLISH, VIEW, client_of, staff_member

pytestmark = pytest.mark.django_db

OURS = [model for model in admin.site._registry if model.__module__.startswith("portal.")]
ALL = [*OURS, User, Group]


def cards(answer: HttpResponse) -> dict[str, Card]:
    return {card.title: card for card in answer.context["cards"]}


def cards_of(client: Client) -> dict[str, Card]:
    return cards(client.get("/admin/"))


# Cards


def test_nothing_waits_where_nothing_does() -> None:
    told = cards_of(client_of(staff_member("编", VIEW, EDIT)))
    assert list(told) == [
        "我的草稿",
        "等待审核",
        "快要生效的",
        "该核对的表",
        "快到期和已到期的表",
    ]
    assert [told[name].says for name in ("我的草稿", "等待审核", "快要生效的")] == ["没有"] * 3


def test_own_drafts_are_named_and_others_counted() -> None:
    me, other = staff_member("编", VIEW, EDIT), person("甲")
    mine = draft_of_limit(me)
    draft_of_limit(other, slug="other", letter="O")
    new_set("nobodys")
    card = cards_of(client_of(me))["我的草稿"]
    assert card.says == "1 张，别人的草稿 2 张"
    (line,) = card.shown
    assert (line.text, line.url) == ("调整统筹基金限额", f"/admin/desk/{mine.pk}/")


def test_what_waits_for_review_is_told_with_its_author() -> None:
    author = User.objects.create_user("jia", last_name="贾", first_name="明", is_staff=True)
    draft = draft_of_limit(author)
    hand_in(draft, author)
    told = cards_of(client_of(staff_member("审", VIEW, PUBLISH)))
    assert told["等待审核"].says == "1 张"
    assert told["等待审核"].shown[0].remark == "待审核，起草：贾明"
    assert "我的草稿" not in told  # who cannot write has none


def test_what_comes_is_told_with_its_day_and_the_days_left() -> None:
    author = person("甲")
    draft = draft_of_limit(author)
    hand_in(draft, author)
    publish(draft, person("乙"))
    client = client_of(staff_member("看", VIEW))
    card = cards_of(client)["快要生效的"]
    assert card.says == "1 项"
    # 2026-11-21 to 2026-12-01
    assert (card.shown[0].text, card.shown[0].remark) == (
        "调整统筹基金限额",
        "2026年12月1日起，还有 10 天",
    )
    with clock.as_of(NEW_DAY):
        assert cards_of(client)["快要生效的"].says == "没有"


def test_a_later_day_of_a_set_that_has_begun_still_comes() -> None:
    change_set = new_set()
    drafted("flexible", "emergency", TODAY, change_set)
    drafted("flexible", "emergency", NEW_DAY, change_set)
    drafted("flexible", "top_up", NEW_DAY, change_set)
    change_set.publish()
    card = cards_of(client_of(staff_member("看", VIEW)))["快要生效的"]
    assert [line.remark for line in card.lines] == ["2026年12月1日起，还有 10 天"]


def test_overdue_tables_are_amber_and_calm_once_they_are_checked() -> None:
    client, by = client_of(staff_member("看", VIEW)), person("核")
    card = cards_of(client)["该核对的表"]
    assert card.wants
    assert card.url == "/admin/desk/tables/?show=overdue"
    assert len(card.shown) == LINES_SHOWN
    assert f"还有 {card.left} 项" in client.get("/admin/").content.decode()
    for edition in Edition.objects.all():
        Confirmation.objects.create(edition=edition, confirmed_on=TODAY, confirmed_by=by)
    card = cards_of(client)["该核对的表"]
    assert (card.says, card.wants, card.left) == ("没有", False, 0)


def test_a_table_that_ends_is_told() -> None:
    client = client_of(staff_member("看", VIEW))
    before = len(cards_of(client)["快到期和已到期的表"].lines)
    edition = drafted("flexible", "pool", datetime.date(2026, 1, 1))
    edition.in_force_until = datetime.date(2026, 12, 31)
    edition.save()
    edition.change_set.publish()
    card = cards_of(client)["快到期和已到期的表"]
    assert len(card.lines) == before + 1
    assert ("统筹基金年限额", "到2026年12月31日截止，之后的标准还没有录入，请准备下一版。") in [
        (line.text, line.remark) for line in card.lines
    ]


def test_new_feedback_is_counted_for_who_may_read_it() -> None:
    said = {"day": TODAY, "hour": 9, "kind": Feedback.Kind.NOT_HELPED, "path": "/"}
    Feedback.objects.create(**said)
    Feedback.objects.create(**said, state=Feedback.State.ANSWERED)
    user = staff_member("看", VIEW)
    assert "新的居民意见" not in cards_of(client_of(user))
    user.user_permissions.add(Permission.objects.get(codename="view_feedback"))
    client = client_of(user)
    card = cards_of(client)["新的居民意见"]
    assert (card.says, card.wants) == ("1 条", True)
    assert len(client.get(card.url).context["cl"].result_list) == 1
    Feedback.objects.filter(state=Feedback.State.NEW).delete()
    assert cards_of(client)["新的居民意见"].says == "没有"


def test_who_may_see_no_change_sets_sees_none_of_it() -> None:
    clerk = User.objects.create_user("网点", is_staff=True)
    clerk.user_permissions.add(Permission.objects.get(codename="change_office"))
    answer = client_of(clerk).get("/admin/")
    assert answer.context["cards"] == []
    html = answer.content.decode()
    assert "/admin/desk/" not in html.replace("/admin/desk/tour/", ""), "the tour is for everybody"
    assert ">网点<" in html


@pytest.mark.parametrize(
    ("group", "own_drafts"), [("编辑", True), ("审核", False), ("管理员", True)]
)
def test_each_group_has_its_cards(group: str, own_drafts: bool) -> None:
    user = User.objects.create_user("某", is_staff=True)
    user.groups.add(Group.objects.get(name=group))
    told = cards_of(client_of(user))
    assert ("我的草稿" in told) is own_drafts
    assert "该核对的表" in told


def test_cards_lead_where_one_may_go() -> None:
    user = staff_member("看", VIEW)
    client = client_of(user)
    new_set()
    answer = client.get("/admin/")
    for card in answer.context["cards"]:
        for address in [card.url, *(line.url for line in card.shown)]:
            assert client.get(address.partition("#")[0]).status_code == 200


def test_the_number_of_queries_does_not_grow(django_assert_num_queries) -> None:
    author = staff_member("编", VIEW, EDIT)
    client = client_of(author)
    client.get("/admin/")
    # session, person, second factor, rights (2), waiting sets, what comes, version of the
    # timetable, own actions
    with django_assert_num_queries(9):
        client.get("/admin/")
    for number, letter in enumerate("ABCDEGH"):
        draft_of_limit(author, slug=f"one-{number}", letter=letter)
    coming = new_set("coming")
    for month in range(1, 10):
        drafted("flexible", "pool", datetime.date(2027, month, 1), coming)
    coming.publish()
    client.get("/admin/")
    with django_assert_num_queries(9):
        answer = client.get("/admin/")
    assert cards(answer)["我的草稿"].says == "7 张"
    assert cards(answer)["快要生效的"].says == "9 项"


def test_the_page_of_one_app_has_no_cards(admin_client: Client) -> None:
    html = admin_client.get("/admin/policy/").content.decode()
    assert "该核对的表" not in html
    assert "变更单" in html


def test_a_strangers_title_is_no_markup() -> None:
    author = staff_member("编", VIEW, EDIT)
    draft = new_set()
    draft.title, draft.author = "<b>粗</b>", author
    draft.save()
    html = client_of(author).get("/admin/").content.decode()
    assert "&lt;b&gt;粗" in html
    assert "<b>粗" not in html


# What each list is for


def name_of(model: type[models.Model]) -> str:
    return model._meta.label_lower


@pytest.mark.parametrize("model", ALL, ids=name_of)
def test_each_list_says_in_a_line_what_it_is_for(
    admin_client: Client, model: type[models.Model]
) -> None:
    line = purpose_of(model)
    assert re.fullmatch(r"[^\n]{8,80}。", line)
    assert not re.search("[A-Za-z]", line)
    if name_of(model) == "feedback.dailycount":  # its page is a chart, which says so itself
        return
    address = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
    html = admin_client.get(address, follow=True).content.decode()
    assert html.count(f'<p class="admin-purpose">{line}</p>') == 1


def test_the_first_page_says_it_too(admin_client: Client) -> None:
    html = admin_client.get("/admin/").content.decode()
    assert PURPOSES["offices.office"] in html
    assert html.count("admin-purpose") >= 10


def test_no_two_lists_are_for_the_same() -> None:
    lines = [purpose_of(model) for model in ALL]
    assert len(set(lines)) == len(lines)
