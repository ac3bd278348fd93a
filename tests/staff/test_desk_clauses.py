"""One clause's sentence is mended in a draft: found, compared with its section, kept, removed."""

import datetime
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from portal.policy.models import ChangeSet, ClauseText
from tests.policy.desk import draft_of_limit, person
from tests.policy.drafting import new_set

pytestmark = pytest.mark.django_db

CODE = "F-14.10"
NOW = "1年内多次住院的，起付标准每次递减15%，但最多不得超过2次；"
GUIDES_DAY = datetime.date(2025, 1, 1)


@pytest.fixture
def desk() -> Client:
    return client_of("wangfang", "view_changeset", "change_changeset")


def client_of(name: str, *rights: str) -> Client:
    user = person(name)
    user.user_permissions.set(Permission.objects.filter(codename__in=rights))
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def draft() -> ChangeSet:
    return new_set()


def address(draft: ChangeSet, code: str = CODE) -> str:
    return reverse("admin:desk:clause", args=[draft.pk, code])


def page(response: HttpResponse) -> str:
    return response.content.decode()


def shown(desk: Client, draft: ChangeSet, code: str = CODE) -> dict[str, Any]:
    context = desk.get(address(draft, code)).context
    data = {bound.html_name: bound.value() for bound in context["form"]}
    return data | {"base": context["base"], "action": "save"}


def find(desk: Client, draft: ChangeSet, query: str) -> list[str]:
    response = desk.get(reverse("admin:desk:clauses", args=[draft.pk]), {"q": query})
    assert response.status_code == 200
    return [text.clause.code for text in response.context["found"]]


@pytest.mark.parametrize(
    ("query", "codes"),
    [
        ("F-14.10", ["F-14.10"]),
        (" f-14.10 ", ["F-14.10"]),
        ("R-1", ["R-1.1"]),
        ("多次住院 递减15%", ["F-14.10"]),
        ("没有这样的话", []),
        ("", []),
        ("%", None),
    ],
)
def test_a_clause_is_found_by_code_or_words(
    desk: Client, draft: ChangeSet, query: str, codes: list[str] | None
) -> None:
    found = find(desk, draft, query)
    if codes is not None:
        assert found == codes
    assert len(found) <= 50


def test_too_long_a_query_is_said_to_be_so(desk: Client, draft: ChangeSet) -> None:
    response = desk.get(reverse("admin:desk:clauses", args=[draft.pk]), {"q": "医" * 101})
    assert "最多 100 个字" in page(response)


def test_a_drafts_own_clauses_are_found_there_and_nowhere_else(desk: Client) -> None:
    own = draft_of_limit(person("author"))
    assert find(desk, own, "N-1.1") == ["N-1.1"]
    other = new_set()
    assert find(desk, other, "N-1.1") == []
    assert desk.get(address(other, "N-1.1")).status_code == 404


def test_the_sentence_stands_beside_its_section(desk: Client, draft: ChangeSet) -> None:
    response = page(desk.get(address(draft)))
    assert NOW in response
    assert "市内住院待遇" in response
    assert "找不到一字不差" not in response


def test_a_mended_sentence_comes_with_the_draft_from_the_same_day(
    desk: Client, draft: ChangeSet
) -> None:
    data = shown(desk, draft)
    assert (data["sentence"], data["in_force_from"]) == (NOW, GUIDES_DAY)
    mended = NOW.replace("最多不得超过2次；", "最多不得超过2次")
    response = desk.post(address(draft), {**data, "sentence": mended + "\r\n"}, follow=True)
    assert "条款 F-14.10 已保存。" in page(response)
    text = ClauseText.objects.get(change_set=draft)
    assert (text.clause.code, text.sentence, text.in_force_from) == (CODE, mended, GUIDES_DAY)
    assert draft.events.get().why == "改正条款 F-14.10 的原文"
    assert "〔少了：；〕" in page(response)
    listed = page(desk.get(reverse("admin:desk:clauses", args=[draft.pk])))
    assert mended in listed


def test_words_that_the_section_does_not_have_are_warned_of(desk: Client, draft: ChangeSet) -> None:
    data = {**shown(desk, draft), "sentence": NOW.replace("15%", "51%")}
    response = page(desk.post(address(draft), data, follow=True))
    assert "的原文里找不到，请再核对" in response
    assert "相近的地方比起来" in response
    assert ClauseText.objects.get(change_set=draft).sentence == data["sentence"]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({}, "和现在的一样，没有要改的。"),
        ({"sentence": " \n"}, "请写上这一条的原文。"),
        ({"sentence": "\u200b"}, "请写上这一条的原文。"),
        ({"sentence": "医" * 2001}, "太长了：一条最多 2000 个字。"),
        ({"in_force_from": "2027-02-30"}, "请填日期"),
        ({"in_force_from": ""}, "这个字段是必填项。"),
    ],
)
def test_what_cannot_be_kept(
    desk: Client, draft: ChangeSet, changes: dict[str, str], message: str
) -> None:
    response = desk.post(address(draft), {**shown(desk, draft), **changes})
    assert response.status_code == 422
    assert message in page(response)
    assert not draft.clausetexts.exists()
    assert not draft.events.exists()


def test_a_change_can_be_taken_out_again(desk: Client, draft: ChangeSet) -> None:
    desk.post(address(draft), {**shown(desk, draft), "sentence": "改错了。"})
    gone = {**shown(desk, draft), "action": "remove"}
    response = desk.post(address(draft), gone, follow=True)
    assert "条款 F-14.10 的改动已从草稿里拿掉。" in page(response)
    assert not draft.clausetexts.exists()
    assert draft.events.count() == 2


def test_a_clause_of_the_drafts_own_document_stays(desk: Client) -> None:
    own = draft_of_limit(person("author"))
    data = shown(desk, own, "N-1.1")
    response = desk.post(address(own, "N-1.1"), {**data, "action": "remove"}, follow=True)
    assert "请在“依据文件”里改分条" in page(response)
    assert own.clausetexts.count() == 1


def test_who_saves_second_sees_both_and_loses_nothing(desk: Client, draft: ChangeSet) -> None:
    mine, theirs = shown(desk, draft), shown(desk, draft)
    other = client_of("lihua", "view_changeset", "change_changeset")
    assert other.post(address(draft), {**theirs, "sentence": "李华改的。"}).status_code == 302
    response = desk.post(address(draft), {**mine, "sentence": "王芳改的。"})
    assert response.status_code == 409
    assert "lihua（" in page(response)
    assert "李华改的。" in page(response)
    assert "王芳改的。" in page(response)
    assert ClauseText.objects.get(change_set=draft).sentence == "李华改的。"
    # Their change is not taken out by who has not seen it, either.
    desk.post(address(draft), {**mine, "action": "remove"})
    assert draft.clausetexts.exists()
    knowingly = {**mine, "sentence": "王芳改的。", "base": response.context["base"]}
    assert desk.post(address(draft), knowingly).status_code == 302
    assert ClauseText.objects.get(change_set=draft).sentence == "王芳改的。"


def test_what_is_under_review_is_only_shown(desk: Client, draft: ChangeSet) -> None:
    data = shown(desk, draft)
    draft.status = ChangeSet.Status.SUBMITTED
    draft.save()
    assert "保存" not in page(desk.get(address(draft)))
    response = desk.post(address(draft), {**data, "sentence": "改错了。"})
    assert response.status_code == 409
    assert "改错了。" in page(response)
    assert not draft.clausetexts.exists()
    assert desk.post(address(draft), {**data, "action": "remove"}).status_code == 302


def test_who_may_only_look(draft: ChangeSet) -> None:
    client = client_of("reader", "view_changeset")
    assert "保存" not in page(client.get(address(draft)))
    assert client.post(address(draft), {"action": "save"}).status_code == 403


@pytest.mark.parametrize("code", ["F-99.1", "nonsense", "f-14.10"])
def test_no_such_clause(desk: Client, draft: ChangeSet, code: str) -> None:
    assert desk.get(address(draft, code)).status_code == 404
