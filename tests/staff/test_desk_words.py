"""Words changed at once: residents read them, the versions are kept, and no number moves."""

import datetime
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from portal.policy.models import Book, ChangeSet, Text, TextVersion
from portal.policy.publishing import publish_words
from portal.policy.wording import version_in_force
from tests.conftest import TODAY
from tests.policy.desk import person
from tests.policy.drafting import new_set, text_of
from tests.staff.people import ROLES, colleague
from tests.staff.test_desk_texts import INLINE, at_desk, told

pytestmark = pytest.mark.django_db

SLUG = "care-settlement"
PAGE = "/care/settlement/"
OLD = "结算"
NEW = "结账"


@pytest.fixture
def wang() -> Client:
    return at_desk(colleague("wang", "编辑"))


@pytest.fixture
def li() -> Client:
    return at_desk(colleague("li", "审核"))


def now(slug: str = SLUG) -> TextVersion:
    version = version_in_force(Text.objects.get(slug=slug), TODAY)
    assert version is not None
    return version


def title_changed(body: str) -> str:
    return body.replace("# ", f"# {NEW}：", 1)


EDIT = f"/admin/desk/texts/{SLUG}/edit/"
ONE = f"/admin/desk/texts/{SLUG}/"


def opened(client: Client, address: str = EDIT) -> dict[str, Any]:
    """What a browser would send back from the editor as it is opened."""
    return {field.html_name: field.value() or "" for field in client.get(address).context["form"]}


def send(client: Client, sent: dict[str, Any], do: str = "publish") -> HttpResponse:
    return client.post(EDIT, {**sent, "do": do})


def title_on(page: str = PAGE) -> str:
    return Client().get(page).content.decode().partition("<h1")[2].partition("</h1>")[0]


# --- finding a text ----------------------------------------------------------------------------


def test_texts_are_listed_with_since_when_and_by_which_set(wang: Client) -> None:
    page = wang.get("/admin/desk/texts/")
    books = dict(page.context["books"])
    assert set(books) == {*Book.labels, "页面里的一段话"}
    (one,) = [one for one in books["就医与报销"] if one["text"].slug == SLUG]
    assert one["version"] == now()
    day = now().in_force_from
    line = f"{day.year}年{day.month}月{day.day}日起，随“{now().change_set}”"
    assert line in page.content.decode()
    found = wang.get("/admin/desk/texts/", {"q": "19号文 临时外出"}).context["books"]
    assert "benefits-flexible-away" in [one["text"].slug for _, texts in found for one in texts]
    assert "没有找到" in wang.get("/admin/desk/texts/", {"q": "没有这样的词"}).content.decode()


def test_the_list_and_a_text_ask_no_more_for_a_hundred_versions(wang: Client) -> None:
    def counted(address: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert wang.get(address).status_code == 200
        return len(queries.captured_queries)

    places = ("/admin/desk/texts/", ONE, EDIT)
    for place in places:
        counted(place)
    before = [counted(place) for place in places]
    text = Text.objects.get(slug=SLUG)
    versions = []
    for number in range(100):
        change_set = ChangeSet.objects.create(
            slug=f"earlier-{number}",
            title=f"以前的第 {number} 版",
            status=ChangeSet.Status.PUBLISHED,
            published_at=datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC),
        )
        day = datetime.date(2000, 1, 1) + datetime.timedelta(number)
        versions.append(
            TextVersion(
                text=text, change_set=change_set, in_force_from=day, body=f"# 第 {number} 版"
            )
        )
    TextVersion.objects.bulk_create(versions)
    for place in places:
        counted(place)
    assert [counted(place) for place in places] == before
    assert wang.get(ONE).context["page"].paginator.num_pages == 4


# --- changing it -------------------------------------------------------------------------------


def test_residents_read_new_words_at_once_and_the_old_ones_after_going_back(wang: Client) -> None:
    first, before = now(), title_on()
    sent = opened(wang) | {"body": title_changed(now().body).replace("\n", "\r\n"), "why": "好懂"}
    response = send(wang, sent)
    assert response["Location"] == ONE
    assert "居民现在看到的就是这些字" in told(wang, response)
    assert title_on() != before
    assert NEW in title_on()
    assert now().change_set.immediate
    back = opened(wang, f"{EDIT}?from={first.pk}")
    assert back["body"] == first.body.rstrip()
    assert back["why"].startswith("改回")
    assert send(wang, back)["Location"] == ONE
    assert title_on() == before
    entries = wang.get(ONE).context["entries"]
    assert [(one.state, one.who, one.why[:2]) for one in entries[:2]] == [
        ("现在的", "wang", "改回"),
        ("以前的", "wang", "好懂"),
    ]
    assert entries[-1].version == first


def test_a_version_is_held_against_the_one_before_it(wang: Client) -> None:
    first = now()
    send(wang, opened(wang) | {"body": title_changed(first.body), "why": "好懂"})
    page = wang.get(f"{ONE}{now().pk}/")
    marked = [(run.mark, run.lines) for run in page.context["runs"] if run.mark != " "]
    line = first.body.splitlines()[0]
    assert marked == [("-", (line,)), ("+", (title_changed(line),))]
    assert "改回这一版" not in page.content.decode()
    oldest = wang.get(f"{ONE}{first.pk}/").content.decode()
    assert "这是第一版" in oldest
    assert f'href="{EDIT}?from={first.pk}"' in oldest


def test_mere_words_are_no_entry_of_the_public_log_but_stand_at_the_desk(wang: Client) -> None:
    listed = Client().get("/updates/").content
    send(wang, opened(wang) | {"body": title_changed(now().body), "why": "好懂"})
    made = now().change_set
    assert Client().get("/updates/").content == listed
    assert made.slug not in Client().get("/updates/feed.xml").content.decode()
    assert Client().get(f"/updates/{made.slug}/").status_code == 404
    groups = [
        entry["group"]
        for entry in wang.get("/admin/desk/").context["entries"]
        if entry["set"] == made
    ]
    assert groups == ["马上改的文字"]
    page = wang.get(reverse("admin:desk:set", args=[made.pk])).content.decode()
    assert "由一个人当场公布" in page
    assert "好懂" in page


def test_a_preview_says_what_changes_and_publishes_nothing(wang: Client) -> None:
    body = title_changed(now().body)
    page = send(wang, opened(wang) | {"body": body}, do="look")
    assert page.status_code == 200
    assert NEW in page.context["look"]["title"]
    assert [mark for mark, _ in page.context["changes"]] == ["-", "+"]
    assert page.context["form"]["body"].value() == body
    found = send(wang, opened(wang) | {"find": "灵活就业 年限额 全年"}, do="find")
    assert "[[flexible.pool.yearly_limit]]" in [one.write for one in found.context["found"]]
    assert not ChangeSet.objects.filter(immediate=True).exists()


@pytest.mark.parametrize(
    ("body", "why", "message"),
    [
        ("{new}", " ", "请写一句为什么改"),
        (" ", "改", "文字不能是空的"),
        ("{new}", "长" * 201, "200"),
        ("{new}\n\n[去](/nowhere/)", "改", "链接“/nowhere/”没有对应的页面或段落"),
        ("{new}\n\n## 没有名字", "改", "小标题后面请加一个名字"),
        ("{new}\n\n等 5 天。", "改", "添上了写出的数“5天”"),
        ("{new}\n\n见 [F-14.10]", "改", "添上了引用的条款“F-14.10”"),
    ],
)
def test_what_cannot_be_published_stays_in_the_form(
    wang: Client, body: str, why: str, message: str
) -> None:
    first = now()
    typed = body.replace("{new}", title_changed(first.body))
    response = send(wang, opened(wang) | {"body": typed, "why": why})
    assert response.status_code == 422
    assert message in response.content.decode()
    assert response.context["form"]["body"].value() == typed
    assert response.context["form"]["why"].value() == why
    assert now() == first
    assert not ChangeSet.objects.filter(immediate=True).exists()


def test_what_was_not_changed_is_not_published(wang: Client) -> None:
    first = now()
    response = send(wang, opened(wang) | {"why": "没有"})
    assert "没有要保存的改动" in told(wang, response)
    assert now() == first


def test_more_than_words_is_offered_for_a_change_set(wang: Client, li: Client) -> None:
    first = now()
    typed = first.body.rstrip() + "\n\n等 5 天。"
    sent = opened(wang) | {"body": typed, "why": "补一句"}
    refused = send(wang, sent).content.decode()
    assert "放进变更单，由同事审核" in refused
    response = send(wang, sent, do="draft")
    draft = ChangeSet.objects.get(status="draft")
    assert response["Location"] == reverse("admin:desk:set", args=[draft.pk])
    assert draft.textversions.get().body == typed
    assert (draft.immediate, now()) == (False, first)
    # who reviews but does not write drafts is told whom to ask
    page = send(li, opened(li) | {"body": typed, "why": "补一句"}).content.decode()
    assert "请有编辑权限的同事放进变更单" in page
    assert 'value="draft"' not in page
    assert send(li, opened(li) | {"body": typed}, do="draft").status_code == 403


def test_a_passage_without_a_page_is_changed_too(wang: Client) -> None:
    passage = Text.objects.filter(book="", versions__isnull=False).first()
    assert passage is not None
    address = f"/admin/desk/texts/{passage.slug}/edit/"
    body = now(passage.slug).body
    sent = opened(wang, address) | {"body": f"{body}请放心。", "why": "客气些", "do": "publish"}
    assert wang.post(address, sent).status_code == 302
    assert now(passage.slug).body == f"{body.rstrip()}请放心。"


def test_a_text_that_residents_do_not_read_yet_cannot_be_changed_at_once(wang: Client) -> None:
    Text.objects.create(slug="made-up", purpose="还没有的一句")
    assert wang.get("/admin/desk/texts/made-up/edit/").status_code == 404
    page = wang.get("/admin/desk/texts/made-up/").content.decode()
    assert "还没有生效的文字" in page
    assert wang.get("/admin/desk/texts/nothing/").status_code == 404
    assert wang.get(f"{EDIT}?from=999999").status_code == 404
    assert wang.get(f"{EDIT}?from=abc").status_code == 200


def test_a_version_of_another_text_or_of_a_draft_is_not_shown(wang: Client) -> None:
    other = TextVersion.objects.exclude(text__slug=SLUG).first()
    assert other is not None
    draft = text_of(new_set(), "# 草稿\n\n还没有发布。")
    for version in (other, draft):
        assert wang.get(f"{ONE}{version.pk}/").status_code == 404
        assert wang.get(f"{EDIT}?from={version.pk}").status_code == 404


# --- two people --------------------------------------------------------------------------------


def test_who_comes_second_sees_both_and_publishes_with_open_eyes(wang: Client, li: Client) -> None:
    base = now().body.rstrip()
    lines = base.split("\n")
    last = len(lines) - 1
    hers, his = opened(wang), opened(li)
    send(wang, hers | {"body": title_changed(base), "why": "标题"})
    mine = "\n".join([*lines[:last], lines[last] + "谢谢。"])
    response = send(li, his | {"body": mine, "why": "末尾"})
    assert response.status_code == 409
    assert "没有公布：wang刚改过这份文字" in response.content.decode()
    form = response.context["form"]
    both = title_changed(mine)
    assert form["body"].value() == both
    assert now().body == title_changed(base)
    again = {field.html_name: field.value() for field in form}
    assert again["why"] == "末尾"
    assert send(li, again).status_code == 302
    assert now().body == both


def test_two_people_who_change_one_line_see_both(wang: Client, li: Client) -> None:
    base = now().body.rstrip()
    hers, his = opened(wang), opened(li)
    send(wang, hers | {"body": base.replace("# ", "# 甲", 1), "why": "标题"})
    response = send(li, his | {"body": base.replace("# ", "# 乙", 1), "why": "标题"})
    (conflict,) = response.context["conflicts"]
    title = base.split("\n")[0]
    assert conflict.mine == (title.replace("# ", "# 乙"),)
    assert conflict.theirs == (title.replace("# ", "# 甲"),)
    assert response.context["form"]["body"].value() == base.replace("# ", "# 乙", 1)


def test_a_set_that_was_published_meanwhile_is_not_overwritten(wang: Client) -> None:
    sent = opened(wang) | {"body": title_changed(now().body), "why": "好懂"}
    publish_words(now().text, now().body + "\n\n另一句。", person("别人"), "补", seen=now().pk)
    assert send(wang, sent).status_code == 409
    assert now().body.endswith("另一句。")


# --- who may -----------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ROLES)
def test_every_role_of_the_desk_may_change_words(role: str) -> None:
    client = at_desk(colleague("jemand", role))
    sent = opened(client) | {"body": title_changed(now().body), "why": "好懂"}
    assert send(client, sent).status_code == 302
    assert now().change_set.author == User.objects.get(username="jemand")


def test_pages_have_no_inline_code(wang: Client) -> None:
    for address in ("/admin/desk/texts/", ONE, EDIT, f"{ONE}{now().pk}/"):
        response = wang.get(address)
        assert response.status_code == 200
        assert not INLINE.search(response.content.decode())


def test_a_draft_with_the_same_text_is_mentioned(wang: Client) -> None:
    text_of(new_set(), now().body)
    line = "变更单“变更单 draft”（草稿）里也在改这份文字"
    for address in (ONE, EDIT):
        assert line in wang.get(address).content.decode()
