"""The desk's pages of change sets: their list, a set from draft to withdrawal, its contents."""

import datetime
import re
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.http import HttpResponse
from django.urls import reverse

from portal import clock
from portal.policy.checks import check
from portal.policy.models import (
    Amount,
    ChangeSet,
    ChangeSetEvent,
    Clause,
    ClauseText,
    Document,
    Edition,
    Text,
    TextVersion,
)
from portal.policy.publishing import (
    approve,
    comment,
    note_edit,
    publish,
    return_to_author,
    submit,
    withdraw,
)
from tests.conftest import TODAY
from tests.policy.desk import NEW_DAY, draft_of_limit, hand_in, limit_on, reasons_for
from tests.policy.drafting import drafted, new_set, text_of
from tests.staff.access import (
    EDIT,
    PUBLISH,
    ROLES,
    VIEW,
    WITHDRAW,
    answers,
    client_of,
    staff_member,
)

pytestmark = pytest.mark.django_db

# What the Content-Security-Policy would not let run or apply.
INLINE = re.compile(r"<style|<script(?![^>]*\bsrc=)|<[^>]*\s(style|on[a-z]+)=|javascript:")


@pytest.fixture
def author() -> User:
    return staff_member("起草人", VIEW, EDIT, WITHDRAW)


@pytest.fixture
def publisher() -> User:
    return staff_member("审核人", VIEW, PUBLISH, WITHDRAW)


@pytest.fixture
def draft(author: User) -> ChangeSet:
    return draft_of_limit(author)


def page_of(change_set: ChangeSet, name: str = "set") -> str:
    return reverse(f"admin:desk:{name}", args=[change_set.pk])


def take(by: User, change_set: ChangeSet, step: str, **typed: str) -> HttpResponse:
    return client_of(by).post(page_of(change_set), {"step": step, **typed})


def reason_fields(change_set: ChangeSet, why: str = "核对过文件") -> dict[str, str]:
    return {f"reason-{problem.key}": why for problem in check(change_set, clock.today())}


def words(response: HttpResponse) -> str:
    """What a page says, without its tags."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def state(change_set: ChangeSet) -> str:
    change_set.refresh_from_db()
    return change_set.status


# Who may open what


READERS, EDITORS = {"view", "edit", "publish", "withdraw"}, {"edit"}
# Name of the page, what is sent (None opens it), and who may.
PAGES: list[tuple[str, dict[str, str] | None, set[str]]] = [
    ("sets", None, READERS),
    ("set", None, READERS),
    ("contents", None, READERS),
    ("new", None, EDITORS),
    ("new", {}, EDITORS),
    ("head", None, EDITORS),
    ("head", {"title": "新"}, EDITORS),
    ("delete", None, EDITORS),
    ("delete", {}, EDITORS),
    ("days", {"day": "2027-01-01"}, EDITORS),
    ("set", {"step": "submit"}, EDITORS),
    ("set", {"step": "return"}, {"publish"}),
    ("set", {"step": "approve"}, {"publish"}),
    ("set", {"step": "publish"}, {"publish"}),
    ("set", {"step": "withdraw"}, {"withdraw"}),
    ("set", {"step": "comment", "why": "好"}, READERS),
]


def address_of(name: str, change_set: ChangeSet) -> str:
    return reverse(f"admin:desk:{name}", args=[] if name in {"sets", "new"} else [change_set.pk])


@pytest.mark.reads
@pytest.mark.slow
@pytest.mark.parametrize("role", [*ROLES, "anonymous"])
@pytest.mark.parametrize(
    ("name", "sent", "allowed"), PAGES, ids=lambda value: value if isinstance(value, str) else None
)
def test_each_page_and_step_asks_for_its_right(
    draft: ChangeSet, name: str, sent: dict[str, str] | None, allowed: set[str], role: str
) -> None:
    expected = "open" if role in allowed else "log in" if role == "anonymous" else "refused"
    assert answers(role, address_of(name, draft), sent) == expected


@pytest.mark.parametrize("name", ["set", "contents", "head", "delete", "days"])
def test_a_set_that_is_not_there_is_not_found(author: User, name: str) -> None:
    client = client_of(author)
    missing = reverse(f"admin:desk:{name}", args=[999_999])
    if name != "days":
        assert client.get(missing).status_code == 404
    assert client.post(missing, {"day": "2027-01-01"}).status_code == 404


def test_pages_are_never_cached(author: User, draft: ChangeSet) -> None:
    assert "no-store" in client_of(author).get(page_of(draft))["Cache-Control"]


@pytest.mark.parametrize("name", ["sets", "new", "set", "head", "delete", "contents"])
def test_pages_have_no_inline_code_and_label_every_field(
    author: User, draft: ChangeSet, name: str
) -> None:
    page = client_of(author).get(address_of(name, draft)).content.decode()
    assert not INLINE.search(page)
    main = page.partition('id="content-main"')[2]
    fields = re.findall(r"<(?:input|textarea|select)\b(?![^>]*type=\"hidden\")[^>]*>", main)
    labels = set(re.findall(r'<label for="([^"]+)"', main))
    assert all(re.search(r'\bid="([^"]+)"', field)[1] in labels for field in fields)  # type: ignore[index]


# The list


def listed(by: User) -> dict[str, list[str]]:
    """The titles under each heading of the list."""
    entries = client_of(by).get(reverse("admin:desk:sets")).context["entries"]
    groups: dict[str, list[str]] = {}
    for entry in entries:
        groups.setdefault(entry["group"], []).append(entry["set"].title)
    return groups


def test_the_list_is_grouped_by_where_sets_stand(author: User, publisher: User) -> None:
    ChangeSet.objects.create(slug="mine", title="我写的", author=author)
    ChangeSet.objects.create(slug="theirs", title="别人写的", author=publisher)
    waiting = draft_of_limit(author, slug="waiting", letter="W")
    hand_in(waiting, author)
    ahead = draft_of_limit(author, 170_000, slug="ahead", letter="V")
    hand_in(ahead, author)
    publish(ahead, publisher)
    shipped = set(ChangeSet.objects.filter(author=None).values_list("title", flat=True))
    groups = listed(author)
    assert groups["我的草稿"] == ["我写的"]
    assert groups["别人的草稿"] == ["别人写的"]
    assert groups["等待审核"] == ["调整统筹基金限额"]
    assert groups["定时生效"] == ["调整统筹基金限额"]
    assert set(groups["已生效"]) == shipped
    assert listed(publisher)["我的草稿"] == ["别人写的"]
    with clock.as_of(NEW_DAY):
        assert "定时生效" not in listed(author)


def test_approved_and_withdrawn_sets_have_their_place(author: User, publisher: User) -> None:
    draft = draft_of_limit(author)
    hand_in(draft, author)
    approve(draft, publisher)
    assert listed(author)["已批准"] == ["调整统筹基金限额"]
    publish(draft, publisher)
    withdraw(draft, author, "看错了")
    assert listed(author)["已撤回"] == ["调整统筹基金限额"]


def test_the_list_says_what_a_set_carries_and_when_it_starts(
    author: User, publisher: User, draft: ChangeSet
) -> None:
    hand_in(draft, author)
    publish(draft, publisher)
    page = words(client_of(author).get(reverse("admin:desk:sets")))
    assert "统筹基金年限额；条款原文 1 条" in page
    # From 21 November to 1 December.
    assert "2026年12月1日起，还有 10 天 · 起草：起草人 · 审核人" in page


def test_a_longer_list_asks_no_more_and_has_pages(
    author: User, django_assert_max_num_queries: Any
) -> None:
    for number in range(40):
        one = new_set(f"draft-{number}")
        drafted("flexible", "pool", change_set=one)
        comment(one, author, "好")
    client = client_of(author)
    with django_assert_max_num_queries(10):
        first = client.get(reverse("admin:desk:sets"))
    assert len(first.context["entries"]) == 30
    assert "?page=2" in first.content.decode()
    rest = client.get(reverse("admin:desk:sets"), {"page": "2"}).context["entries"]
    assert len(rest) == ChangeSet.objects.count() - 30
    assert client.get(reverse("admin:desk:sets"), {"page": "x"}).status_code == 200


def test_the_first_page_of_the_admin_counts_what_waits(author: User, draft: ChangeSet) -> None:
    new_set("second")
    hand_in(draft, author)
    page = words(client_of(author).get("/admin/"))
    assert "变更单：发布新的标准、条款和文字" in page
    assert "别人的草稿 1 张" in page
    assert "等待审核 1 张" in page


def test_the_list_of_the_admin_leads_to_the_desk(author: User, draft: ChangeSet) -> None:
    address = reverse("admin:policy_changeset_change", args=[draft.pk])
    client = client_of(author)
    assert address in client.get(reverse("admin:policy_changeset_changelist")).content.decode()
    assert client.get(address)["Location"] == page_of(draft)


# Beginning a set, and its words


def test_a_new_draft_belongs_to_who_asks_and_is_named_by_the_day(author: User) -> None:
    client = client_of(author)
    sent = {"title": "2027年缴费标准", "summary": "  缴费标准\n有调整 ", "concerns": "成年居民"}
    for slug in ("2026-11-21", "2026-11-21-2", "2026-11-21-3"):
        response = client.post(reverse("admin:desk:new"), sent)
        made = ChangeSet.objects.get(slug=slug)
        assert response["Location"] == page_of(made, "contents")
    assert (made.author, made.status, made.summary) == (author, "draft", "缴费标准 有调整")
    (event,) = made.events.all()
    assert (event.by, event.why) == (author, "新建了这张变更单")


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("title", "", "这个字段是必填项"),
        ("title", "长" * 201, "200"),
        ("summary", "长" * 201, "200"),
        ("slug", "缴费", "只用英文字母、数字、短横线和下划线"),
        ("slug", "pool-limit", "这个名字已经有别的变更单用了"),
    ],
)
def test_what_is_wrong_in_a_new_draft_is_said_and_nothing_is_lost(
    author: User, draft: ChangeSet, field: str, value: str, message: str
) -> None:
    sent = {"title": "新", "summary": "改了缴费", "concerns": "成年居民", "slug": "own"}
    response = client_of(author).post(reverse("admin:desk:new"), sent | {field: value})
    assert response.status_code == 422
    assert message in words(response)
    for typed in (sent | {field: value}).values():
        assert typed in response.content.decode()
    assert ChangeSet.objects.filter(author=author).count() == 1  # the draft that was there


def head_form(draft: ChangeSet, **typed: str) -> dict[str, str]:
    """What a browser sends from the page as it was opened, with `typed` written over it."""
    opened = {name: getattr(draft, name) for name in ("title", "summary", "concerns", "slug")}
    return {**opened, **{f"base-{name}": value for name, value in opened.items()}, **typed}


def test_the_words_of_a_draft_are_changed(author: User, draft: ChangeSet) -> None:
    client = client_of(author)
    form = client.get(page_of(draft, "head")).content.decode()
    assert 'name="base-concerns" value="参加职工医保的灵活就业人员"' in form
    response = client.post(page_of(draft, "head"), head_form(draft, title="新名称", slug=""))
    assert response["Location"] == page_of(draft)
    draft.refresh_from_db()
    assert (draft.title, draft.slug) == ("新名称", "pool-limit")
    assert [event.why for event in draft.events.all()] == ["改了名称"]


def test_saving_without_a_change_writes_no_history(author: User, draft: ChangeSet) -> None:
    client_of(author).post(page_of(draft, "head"), head_form(draft))
    assert not draft.events.exists()


def test_two_people_who_change_different_words_both_keep_theirs(
    author: User, draft: ChangeSet
) -> None:
    first, second = head_form(draft, title="甲的名称"), head_form(draft, concerns="乙写的人")
    client_of(author).post(page_of(draft, "head"), first)
    client_of(staff_member("乙", VIEW, EDIT)).post(page_of(draft, "head"), second)
    draft.refresh_from_db()
    assert (draft.title, draft.concerns) == ("甲的名称", "乙写的人")


def test_two_people_who_change_the_same_word_are_told(author: User, draft: ChangeSet) -> None:
    mine = head_form(draft, title="乙的名称", summary="乙的说明")
    client_of(author).post(page_of(draft, "head"), head_form(draft, title="甲的名称"))
    other = client_of(staff_member("乙", VIEW, EDIT))
    refused = other.post(page_of(draft, "head"), mine)
    assert refused.status_code == 409
    assert "起草人 在" in words(refused)
    assert "现在是：“甲的名称”" in words(refused)
    page = refused.content.decode()
    assert 'value="乙的名称"' in page
    assert "乙的说明" in page
    draft.refresh_from_db()
    assert (draft.title, draft.summary) == ("甲的名称", draft.summary)
    # Having seen it, they may save theirs.
    again = mine | {"base-title": "甲的名称"}
    assert other.post(page_of(draft, "head"), again).status_code == 302
    draft.refresh_from_db()
    assert (draft.title, draft.summary) == ("乙的名称", "乙的说明")


@pytest.mark.parametrize("name", ["head", "delete", "days"])
def test_a_set_under_review_is_not_changed(author: User, draft: ChangeSet, name: str) -> None:
    hand_in(draft, author)
    client = client_of(author)
    sent = {**head_form(draft, title="偷偷改"), "day": "2028-01-01"}
    response = client.post(page_of(draft, name), sent, follow=True)
    assert response.redirect_chain == [(page_of(draft), 302)]
    assert "待审核" in words(response)
    draft.refresh_from_db()
    assert (draft.title, draft.first_day) == ("调整统筹基金限额", NEW_DAY)


# The steps


def test_a_set_goes_to_the_residents_and_back_by_the_buttons(
    author: User, publisher: User, draft: ChangeSet
) -> None:
    assert take(author, draft, "submit", **reason_fields(draft)).status_code == 302
    assert state(draft) == "submitted"
    assert take(publisher, draft, "publish", why="核对过").status_code == 302
    assert state(draft) == "published"
    assert limit_on(NEW_DAY) == 160_000
    assert take(author, draft, "withdraw", why="看错了").status_code == 302
    assert state(draft) == "withdrawn"
    assert limit_on(NEW_DAY) == 150_000  # F-9.1
    page = words(client_of(author).get(page_of(draft)))
    assert page.index("提交审核") < page.index("审核人 发布") < page.index("起草人 撤回")
    assert "看错了" in page


def test_a_set_is_returned_and_approved_by_the_buttons(
    author: User, publisher: User, draft: ChangeSet
) -> None:
    hand_in(draft, author)
    take(publisher, draft, "return", why="名称不清楚")
    assert state(draft) == "draft"
    hand_in(draft, author)
    take(publisher, draft, "approve")
    assert state(draft) == "approved"
    take(publisher, draft, "publish")
    assert state(draft) == "published"


def test_the_publisher_reads_from_which_day_it_will_count(
    author: User, publisher: User, draft: ChangeSet
) -> None:
    hand_in(draft, author)
    assert "2026年12月1日零点起自动生效" in words(client_of(publisher).get(page_of(draft)))
    response = client_of(publisher).post(page_of(draft), {"step": "publish"}, follow=True)
    assert "已发布。2026年12月1日起执行。" in words(response)
    assert "还有 10 天" in words(response)


def test_a_check_that_blocks_is_shown_with_the_page_where_it_is_mended(
    author: User, draft: ChangeSet
) -> None:
    limit = Amount.objects.get(edition__change_set=draft, name="yearly_limit")
    limit.value = 999_999  # not what the notice says
    limit.save()
    edition = Edition.objects.get(change_set=draft)
    client = client_of(author)
    page = client.get(page_of(draft))
    first = page.context["problems"][0]
    assert first["blocks"]
    assert "没有写在引用的条款 N-1.1 里" in first["message"]
    assert first["address"] == reverse("admin:desk:table", args=[draft.pk, edition.pk])

    refused = client.post(page_of(draft), {"step": "submit", **reason_fields(draft, "我写的理由")})
    assert refused.status_code == 422
    assert "检查没有通过：1 个问题必须先改好" in words(refused)
    confirmable = sum(not problem["blocks"] for problem in refused.context["problems"])
    assert confirmable > 0
    assert refused.content.decode().count(">我写的理由</textarea>") == confirmable
    assert state(draft) == "draft"


def test_an_empty_draft_says_what_to_add(author: User) -> None:
    empty = ChangeSet.objects.create(slug="empty", title="空的", author=author)
    page = client_of(author).get(page_of(empty))
    (problem,) = page.context["problems"]
    assert problem["message"] == "变更单里还没有任何内容。"
    assert problem["address"] == page_of(empty, "contents")
    refused = take(author, empty, "submit")
    assert refused.status_code == 422
    assert "请写一句给居民看的话" in words(refused)


def doubtful(author: User) -> ChangeSet:
    """A draft that starts in the past, with a limit that leaps: two problems to be confirmed."""
    return draft_of_limit(author, 250_000, TODAY - datetime.timedelta(days=1))


def test_what_is_to_be_confirmed_needs_its_own_reason(author: User) -> None:
    draft = doubtful(author)
    fields = reason_fields(draft)
    assert len(fields) == 2
    last = list(fields)[-1]
    refused = take(author, draft, "submit", **(fields | {last: "  "}))
    assert refused.status_code == 422
    assert "1 个问题要写明理由" in words(refused)
    assert take(author, draft, "submit", **fields).status_code == 302


def test_reasons_given_before_hold_and_are_shown(author: User, publisher: User) -> None:
    draft = doubtful(author)
    take(author, draft, "submit", **reason_fields(draft, "局里电话确认过"))
    page = client_of(publisher).get(page_of(draft))
    assert "起草人写的理由：局里电话确认过" in words(page)
    assert 'name="reason-' not in page.content.decode()
    return_to_author(draft, publisher, "再看一遍")
    assert ">局里电话确认过</textarea>" in client_of(author).get(page_of(draft)).content.decode()


def test_an_author_does_not_publish_and_is_told_whom_to_ask(publisher: User, settings: Any) -> None:
    both = staff_member("两样都行", VIEW, EDIT, PUBLISH)
    draft = draft_of_limit(both)
    hand_in(draft, both)
    page = words(client_of(both).get(page_of(draft)))
    assert "要请另一位同事批准和发布。 可以请：审核人。" in page.replace("。可", "。 可")
    assert "批准并发布" not in page.replace("批准和发布", "")
    refused = take(both, draft, "publish", why="急")
    assert refused.status_code == 422
    assert "要请另一位同事批准和发布" in words(refused)
    assert "急" in refused.content.decode()
    settings.PUBLISHING_BY_ONE = True
    assert take(both, draft, "publish").status_code == 302


def test_it_is_said_where_nobody_may_publish(author: User, draft: ChangeSet) -> None:
    hand_in(draft, author)
    assert "请管理员把一位同事加进“审核”组" in words(client_of(author).get(page_of(draft)))


@pytest.mark.parametrize("step", ["return", "withdraw", "comment"])
def test_a_step_without_its_reason_is_refused(
    author: User, publisher: User, draft: ChangeSet, step: str
) -> None:
    hand_in(draft, author)
    if step == "withdraw":
        publish(draft, publisher)
    before = state(draft), draft.events.count()
    refused = take(publisher, draft, step, why="  ")
    assert refused.status_code == 422
    assert 'role="alert"' in refused.content.decode()
    assert (state(draft), draft.events.count()) == before


def test_who_comes_too_late_is_told_and_keeps_what_was_typed(
    author: User, publisher: User, draft: ChangeSet
) -> None:
    hand_in(draft, author)
    publish(draft, publisher)
    late = staff_member("晚来的", VIEW, PUBLISH)
    refused = take(late, draft, "return", why="第三行写错了")
    assert refused.status_code == 422
    assert "现在是“已发布”，不能退回" in words(refused)
    assert "第三行写错了" in words(refused)
    assert state(draft) == "published"


@pytest.mark.parametrize("field", ["why", "reason-abc"])
def test_a_reason_too_long_is_refused_with_its_length(
    author: User, draft: ChangeSet, field: str
) -> None:
    refused = take(author, draft, "comment", **{"why": "好", field: "长" * 1001})
    assert refused.status_code == 422
    assert "写了 1001 个字，太长了" in words(refused)
    assert not draft.events.exists()


@pytest.mark.parametrize("step", ["", "nonsense", "delete"])
def test_an_unknown_step_does_nothing(author: User, draft: ChangeSet, step: str) -> None:
    assert take(author, draft, step).status_code == 422
    assert state(draft) == "draft"


def test_a_comment_is_kept_as_it_was_written(author: User, draft: ChangeSet) -> None:
    take(author, draft, "comment", why="<b>第一行</b>\r\n第二\0行")
    page = client_of(author).get(page_of(draft)).content.decode()
    assert "&lt;b&gt;第一行&lt;/b&gt;<br>第二行" in page


def test_times_are_those_of_shenyang(author: User, draft: ChangeSet) -> None:
    at = datetime.datetime(2026, 11, 20, 18, 30, tzinfo=datetime.UTC)
    draft.events.create(action="commented", by=author, why="夜里写的", at=at)
    assert "2026年11月21日 02:30" in words(client_of(author).get(page_of(draft)))


@pytest.mark.parametrize(
    ("stands", "here"),
    [
        ("draft", "草稿"),
        ("submitted", "待审核"),
        ("approved", "已批准"),
        ("published", "定时生效"),
        ("withdrawn", "已撤回"),
    ],
)
def test_the_way_marks_where_a_set_stands(
    author: User, publisher: User, draft: ChangeSet, stands: str, here: str
) -> None:
    order = ["draft", "submitted", "approved", "published", "withdrawn"]
    steps = [
        lambda: hand_in(draft, author),
        lambda: approve(draft, publisher),
        lambda: publish(draft, publisher),
        lambda: withdraw(draft, author, "原因"),
    ]
    for step in steps[: order.index(stands)]:
        step()
    page = client_of(author).get(page_of(draft)).content.decode()
    (marked,) = re.findall(r'aria-current="step">([^<]+)<', page)
    assert marked == here


def test_a_set_in_effect_says_so(author: User, publisher: User, draft: ChangeSet) -> None:
    hand_in(draft, author)
    publish(draft, publisher)
    with clock.as_of(NEW_DAY):
        page = client_of(author).get(page_of(draft)).content.decode()
    assert 'aria-current="step">已生效<' in page


def opened(by: User, change_set: ChangeSet) -> str:
    """What the page of a set, as it is opened now, sends back with a step."""
    page = client_of(by).get(page_of(change_set)).content.decode()
    return re.findall(r'name="seen" value="(\d+)"', page)[0]


def test_nobody_publishes_what_they_have_not_seen(
    author: User, publisher: User, draft: ChangeSet
) -> None:
    """The page stays open while the set is returned, changed and handed in once more."""
    hand_in(draft, author)
    seen = opened(publisher, draft)
    return_to_author(draft, staff_member("第三人", VIEW, PUBLISH), "改一下")
    note_edit(draft, author, "统筹基金年限额：改了 1 格")
    hand_in(draft, author)
    refused = take(publisher, draft, "publish", why="核对过", seen=seen)
    assert refused.status_code == 422
    assert "您打开这一页以后，起草人在" in words(refused)
    assert ">核对过</textarea>" in refused.content.decode()
    assert state(draft) == "submitted"
    fresh = re.findall(r'name="seen" value="(\d+)"', refused.content.decode())[0]
    assert take(publisher, draft, "publish", seen=fresh).status_code == 302


def test_nobody_submits_what_somebody_else_has_just_changed(author: User, draft: ChangeSet) -> None:
    seen = opened(author, draft)
    note_edit(draft, staff_member("乙", VIEW, EDIT), "改了名称")
    assert take(author, draft, "submit", seen=seen).status_code == 422
    assert state(draft) == "draft"
    comment(draft, author, "好")  # a comment changes nothing
    seen = opened(author, draft)
    comment(draft, author, "很好")
    assert take(author, draft, "submit", seen=seen).status_code == 302


# Taking back


def test_it_is_said_what_comes_back(author: User, publisher: User, draft: ChangeSet) -> None:
    hand_in(draft, author)
    publish(draft, publisher)
    page = words(client_of(author).get(page_of(draft)))
    assert re.search("统筹基金年限额：2026年12月1日起恢复“[^”]+”里的一版", page)
    assert "条款原文 1 处没有更早的一版，会从网站上消失。" in page


def test_it_is_said_where_a_newer_set_counts_already(author: User, publisher: User) -> None:
    older = draft_of_limit(author)
    hand_in(older, author)
    publish(older, publisher)
    newer = draft_of_limit(author, 170_000, slug="newer", letter="W")
    hand_in(newer, author)
    publish(newer, publisher)
    page = words(client_of(author).get(page_of(older)))
    assert "统筹基金年限额：已经由更新的一版代替，撤回它没有影响。" in page


def test_it_is_said_where_nothing_comes_back(author: User, publisher: User) -> None:
    """The shipped plan year ends on 31 December 2024: see the document's head."""
    window = drafted("resident", "enrollment_window", datetime.date(2026, 9, 1))
    window.in_force_until = datetime.date(2027, 8, 31)
    window.save()
    draft = window.change_set
    ChangeSet.objects.filter(pk=draft.pk).update(
        status="published", published_at=datetime.datetime.now(datetime.UTC)
    )
    page = words(client_of(author).get(page_of(draft)))
    assert "集中参保缴费期：上一版只到" in page
    assert "2026年11月21日起就没有规定，有关的测算会停。" in page


# Contents


def test_the_contents_name_every_part_and_its_changes(author: User, draft: ChangeSet) -> None:
    text_of(draft, "# 结算\n\n说明。")
    page = client_of(author).get(page_of(draft, "contents"))
    said = words(page)
    assert "统筹基金年限额 表 · 2026年12月1日起 · 和上一版比，1 行不同" in said
    assert "N-1.1 统筹基金年度最高支付限额为160000元。" in said.replace("\u3000", " ")
    assert "页面文字 · 2027年1月1日起" in said
    for name in ("document", "table-new", "workbook", "readings-new", "text-new"):
        assert f'href="{page_of(draft, name)}' in page.content.decode()


def test_a_reader_sees_the_contents_without_buttons(draft: ChangeSet) -> None:
    page = client_of(staff_member("读者", VIEW)).get(page_of(draft, "contents"))
    assert "统筹基金年限额" in words(page)
    assert "复制一张表为新一版" not in words(page)


@pytest.mark.parametrize("typed", ["2027-07-01", "2027/7/1", "2027年7月1日"])
def test_everything_is_moved_to_one_day(author: User, draft: ChangeSet, typed: str) -> None:
    text_of(draft, "# 结算\n\n说明。")
    response = client_of(author).post(page_of(draft, "days"), {"day": typed})
    assert response["Location"] == page_of(draft, "contents")
    day = datetime.date(2027, 7, 1)
    for model in (Edition, ClauseText, TextVersion):
        assert model.objects.get(change_set=draft).in_force_from == day
    assert [event.why for event in draft.events.all()] == ["全部内容改为从2027年7月1日起生效"]


@pytest.mark.parametrize("typed", ["", "明年", "2027-02-30", "1999-12-31", "2100-01-01"])
def test_a_day_that_is_none_is_refused_and_shown(
    author: User, draft: ChangeSet, typed: str
) -> None:
    response = client_of(author).post(page_of(draft, "days"), {"day": typed})
    assert response.status_code == 422
    assert "errorlist" in response.content.decode()
    assert f'value="{typed}"' in response.content.decode() or not typed
    assert draft.first_day == NEW_DAY
    assert not draft.events.exists()


def test_versions_of_different_days_are_not_thrown_together(author: User, draft: ChangeSet) -> None:
    drafted("flexible", "pool", datetime.date(2028, 1, 1), draft)
    response = client_of(author).post(page_of(draft, "days"), {"day": "2027-07-01"})
    assert response.status_code == 422
    assert "“统筹基金年限额”在这张变更单里有几版" in words(response)
    assert draft.first_day == NEW_DAY


def test_a_start_after_the_last_day_is_refused(author: User, draft: ChangeSet) -> None:
    edition = Edition.objects.get(change_set=draft)
    edition.in_force_until = datetime.date(2027, 6, 30)
    edition.save()
    response = client_of(author).post(page_of(draft, "days"), {"day": "2027-07-01"})
    assert response.status_code == 422
    assert "截止日期是2027年6月30日" in words(response)
    assert not draft.events.exists()


# Throwing a draft away


def counts() -> list[int]:
    models: tuple[Any, ...] = (
        ChangeSet, ChangeSetEvent, Edition, Amount, ClauseText, TextVersion, Document, Clause, Text
    )  # fmt: skip
    return [model.objects.count() for model in models]


def test_a_draft_goes_with_all_that_it_alone_brought(author: User) -> None:
    before = counts()
    draft = draft_of_limit(author)
    place = Text.objects.create(slug="own-place", purpose="新的一段")
    TextVersion.objects.create(text=place, change_set=draft, in_force_from=NEW_DAY, body="字")
    comment(draft, author, "留言")
    client = client_of(author)
    asked = words(client.get(page_of(draft, "delete")))
    assert "统筹基金年限额" in asked
    assert "关于调整统筹基金限额的通知" in asked
    response = client.post(page_of(draft, "delete"), follow=True)
    assert "已删除草稿“调整统筹基金限额”" in words(response)
    assert counts() == before


def test_a_document_that_another_set_uses_stays(author: User, draft: ChangeSet) -> None:
    other = ChangeSet.objects.create(slug="other", title="另一张", document=draft.document)
    client_of(author).post(page_of(draft, "delete"))
    assert not ChangeSet.objects.filter(slug="pool-limit").exists()
    other.refresh_from_db()
    assert other.document is not None
    assert other.document.sections.get().clauses.get().code == "N-1.1"


def test_a_draft_once_submitted_is_kept(author: User, publisher: User, draft: ChangeSet) -> None:
    hand_in(draft, author)
    return_to_author(draft, publisher, "再看")
    client = client_of(author)
    assert "删除草稿" not in words(client.get(page_of(draft)))
    response = client.post(page_of(draft, "delete"), follow=True)
    assert "提交过审核，它的经过要留着，不能删除" in words(response)
    assert state(draft) == "draft"


def test_what_is_in_effect_cannot_be_deleted(author: User) -> None:
    shipped = ChangeSet.objects.filter(status="published").order_by("pk")[0]
    before = counts()
    response = client_of(author).post(page_of(shipped, "delete"), follow=True)
    assert response.status_code == 200
    assert counts() == before


@pytest.mark.parametrize("name", ["set", "contents"])
def test_the_shipped_sets_can_be_looked_at(author: User, name: str) -> None:
    client = client_of(author)
    for shipped in ChangeSet.objects.filter(author=None):
        assert client.get(page_of(shipped, name)).status_code == 200


def test_submitting_uses_the_day_of_the_clock(author: User, draft: ChangeSet) -> None:
    """A draft that starts on the next first of December is no surprise; a month later it is one."""
    assert "start_in_the_past" not in {problem.code for problem in check(draft, TODAY)}
    with clock.as_of(datetime.date(2027, 1, 1)):
        assert "已经过去" in words(client_of(author).get(page_of(draft)))
    submit(draft, author, reasons_for(draft))
