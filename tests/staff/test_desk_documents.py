"""A notice becomes a draft's document: pasted, cut, checked word for word, kept, changed, removed.

The notice in `notice-2027.txt` is invented, and so are its amounts: no such document exists.
"""

import datetime
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from portal.policy.document_drafts import documents_on_file, own_document, sections_of
from portal.policy.drafts import copy_edition
from portal.policy.in_force import Timetable
from portal.policy.models import (
    ChangeSet,
    Clause,
    ClauseText,
    DecidedReading,
    Document,
    Edition,
    ResidentFee,
    Section,
    TextVersion,
)
from tests.policy.desk import person
from tests.policy.drafting import new_set, text_of

pytestmark = pytest.mark.django_db

NOTICE = (Path(__file__).parent / "notice-2027.txt").read_text(encoding="utf-8")
TITLE = "关于做好2027年度城乡居民基本医疗保险参保缴费工作的通知"
NEW_YEAR = datetime.date(2027, 1, 1)


@pytest.fixture
def author() -> User:
    return editor("wangfang")


def editor(name: str) -> User:
    user = person(name)
    names = ("view_changeset", "change_changeset")
    user.user_permissions.set(Permission.objects.filter(codename__in=names))
    return user


@pytest.fixture
def desk(author: User) -> Client:
    client = Client()
    client.force_login(author)
    return client


@pytest.fixture
def draft(author: User) -> ChangeSet:
    return ChangeSet.objects.create(slug="fees-2027", title="2027年度居民缴费标准", author=author)


def address(draft: ChangeSet) -> str:
    return reverse("admin:desk:document", args=[draft.pk])


def typed(response: HttpResponse) -> dict[str, Any]:
    """What a browser would send from the page of the cut."""
    context: Any = response.context
    data = {bound.html_name: str(bound.value() or "") for bound in context["form"]}
    sections = context["sections"]
    for at, section in enumerate(sections):
        data[f"title-{at}"] = section.title
        data[f"body-{at}"] = section.body.replace("\n", "\r\n")
        data[f"clauses-{at}"] = section.clauses.replace("\n", "\r\n")
    if context["keep_pages"]:
        data["keep_pages"] = "1"
    return data | {
        "base": context["base"],
        "first_number": context["first_number"],
        "sections": len(sections),
    }


def cut_up(desk: Client, draft: ChangeSet, pasted: str = NOTICE, **data: Any) -> dict[str, Any]:
    start = desk.get(address(draft) + "?new=1")
    sent = {"action": "cut", "pasted": pasted, "base": start.context["base"], **data}
    return typed(desk.post(address(draft), sent))


def save(desk: Client, draft: ChangeSet, data: dict[str, Any], **changes: Any) -> HttpResponse:
    return desk.post(address(draft), {**data, "action": "save", **changes})


def entered(desk: Client, draft: ChangeSet) -> Document:
    assert save(desk, draft, cut_up(desk, draft)).status_code == 302
    draft.refresh_from_db()
    assert draft.document is not None
    return draft.document


def edited(desk: Client, draft: ChangeSet) -> dict[str, Any]:
    return typed(desk.get(address(draft) + "?edit=1"))


def sentences() -> dict[str, str]:
    texts = ClauseText.objects.filter(clause__code__startswith="B-")
    return dict(texts.values_list("clause__code", "sentence"))


def page(response: HttpResponse) -> str:
    return response.content.decode()


# --- from the paste to the document ------------------------------------------------------------


def test_a_draft_without_a_document_asks_for_one(desk: Client, draft: ChangeSet) -> None:
    shown = page(desk.get(address(draft)))
    assert "录入一份新文件" in shown
    assert "沈阳市灵活就业人员参加职工基本医疗保险办事指南" in shown


def test_the_site_proposes_data_and_cut(desk: Client, draft: ChangeSet) -> None:
    data = cut_up(desk, draft)
    assert data["title"] == TITLE
    assert data["number"] == "沈医保发〔2026〕37号"
    assert (data["issuer"], data["dated"]) == ("沈阳市医疗保障局", "2026-11-18")
    assert (data["scheme"], data["edition_name"]) == ("resident", "2027年度")
    assert (data["slug"], data["letter"]) == ("resident-2026-37", "B")
    assert data["in_force_from"] == "2027-01-01"
    assert (data["first_number"], data["sections"]) == (0, 6)
    assert data["clauses-1"] == "2027年度集中参保缴费期为2026年12月1日至2027年2月28日。"


def test_what_was_typed_counts_more_than_what_was_found(desk: Client, draft: ChangeSet) -> None:
    data = cut_up(desk, draft, title="缴费通知", scheme="flexible", dated="2026年11月")
    assert (data["title"], data["dated"], data["slug"]) == (
        "缴费通知",
        "2026年11月",
        "flexible-2026-37",
    )


def test_a_letter_or_name_in_use_is_never_proposed(desk: Client, draft: ChangeSet) -> None:
    for at, letter in enumerate("BCDE"):
        Document.objects.create(
            slug=f"resident-2026-37{'-2' * (at > 0)}{'x' * at}", letter=letter, title="x"
        )
    data = cut_up(desk, draft)
    assert data["letter"] == "G"  # F is the guide's
    assert data["slug"] == "resident-2026-37-2"


def test_saving_keeps_document_sections_clauses_and_words(
    desk: Client, draft: ChangeSet, author: User
) -> None:
    document = entered(desk, draft)
    assert (document.title, document.number) == (TITLE, "沈医保发〔2026〕37号")
    assert (document.slug, document.letter, document.dated) == (
        "resident-2026-37",
        "B",
        "2026-11-18",
    )
    fees = Section.objects.get(document=document, number=2)
    assert fees.title == "二、缴费标准"
    assert fees.body.split("\n")[-3:] == [
        "成年居民\t480\t192",
        "（三）特殊人群",
        (
            "低保对象、特困供养人员、孤儿、优抚对象、重残人员（二级及以上）、"
            "纳入监测范围的贫困人口等特殊人群个人不缴费，由财政全额补助。"
        ),
    ]
    assert [clause.code for clause in fees.clauses.all()] == [f"B-2.{at}" for at in range(1, 8)]
    text = ClauseText.objects.get(clause__code="B-2.6")
    assert (text.sentence, text.in_force_from, text.change_set) == (
        "成年居民\t480\t192",
        NEW_YEAR,
        draft,
    )
    event = draft.events.get()
    assert (event.action, event.by) == ("edited", author)
    assert event.why == f"录入文件《{TITLE}》：6 节，18 条"
    shown = page(desk.get(address(draft)))
    assert "B-2.6" in shown
    assert "修改文件和分条" in shown


def test_a_draft_of_a_document_is_no_residents_business(
    desk: Client, draft: ChangeSet, resident: Client
) -> None:
    document = entered(desk, draft)
    assert resident.get(f"/policy/documents/{document.slug}/").status_code == 404


# --- what is refused ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("pasted", "message"),
    [
        ("", "请把文件的全文贴在这里。"),
        (" 　\n", "请把文件的全文贴在这里。"),
        ("医" * 60_001, "原文太长：最多 60000 个字，现在有 60001 个字。"),
    ],
)
def test_nothing_to_cut(desk: Client, draft: ChangeSet, pasted: str, message: str) -> None:
    response = desk.post(address(draft), {"action": "cut", "pasted": pasted, "title": "我写的名称"})
    assert response.status_code == 422
    assert message in page(response)
    assert "我写的名称" in page(response)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"letter": "F"}, "这个字母已经有文件用了，请换一个。"),
        ({"letter": "f"}, "这个字母已经有文件用了，请换一个。"),
        ({"letter": "A"}, "字母 A 留给"),
        ({"letter": "1"}, "请填一个或两个大写字母。"),
        ({"slug": "resident-2024"}, "这个标识已经有文件用了，请换一个。"),
        ({"dated": "去年"}, "请写成“年-月”或“年-月-日”"),
        ({"dated": "2026-02-30"}, "请写成“年-月”或“年-月-日”"),
        ({"dated": "2026"}, "请写成“年-月”或“年-月-日”"),
        ({"link": "ybj.shenyang"}, "请填完整的网址。"),
        ({"title": ""}, "这个字段是必填项。"),
        ({"in_force_from": "2072-01-01"}, "请核对年份。"),
        ({"title-1": ""}, "请写这一节的标题。"),
        ({"clauses-2": "成年居民每年480元。"}, "第 1 条和原文不一样"),
        ({f"clauses-{at}": "" for at in range(6)}, "还没有一条条款"),
        ({"pasted": NOTICE + "\n这一句没有分进来。"}, "〔少了：这一句没有分进来。〕"),
        ({"body-4": ""}, "这一节还没有原文"),
        ({"title-4": "四、工作的要求"}, "〔多了：的〕"),
    ],
)
def test_what_is_wrong_is_said_exactly_and_nothing_typed_is_lost(
    desk: Client, draft: ChangeSet, changes: dict[str, str], message: str
) -> None:
    changes = {"title-4": "四、工作要求", **changes}
    if "body-4" in changes:  # a title of ours cannot stand for words of the notice
        changes["title-4"] = "要求"
    data = {**cut_up(desk, draft), "issuer": "我改的单位"}
    response = save(desk, draft, data, **changes)
    assert response.status_code == 422
    assert message in page(response)
    assert "我改的单位" in page(response)
    assert not Document.objects.filter(change_sets=draft).exists()
    assert not draft.events.exists()


def test_a_date_may_be_typed_as_people_write_it(desk: Client, draft: ChangeSet) -> None:
    assert save(desk, draft, cut_up(desk, draft), dated="2026年11月8日").status_code == 302
    assert Document.objects.get(letter="B").dated == "2026-11-08"


def test_page_numbers_are_told_and_can_stay(desk: Client, draft: ChangeSet) -> None:
    response = desk.post(address(draft), {"action": "cut", "pasted": NOTICE})
    assert "当作页码去掉了：— 1 —" in page(response)
    data = {**typed(response), "keep_pages": "1", "action": "recut"}
    again = desk.post(address(draft), data)
    assert "当作页码去掉了" not in page(again)
    assert "— 1 —" in typed(again)["body-2"]


def test_sections_can_be_joined_added_and_cut_anew(desk: Client, draft: ChangeSet) -> None:
    data = cut_up(desk, draft)
    joined = typed(desk.post(address(draft), {**data, "action": "join-4"}))
    assert joined["sections"] == 5
    assert joined["body-3"].split("\r\n")[2] == "四、工作要求"
    checked = desk.post(address(draft), {**joined, "action": "check"})
    assert "各节合起来和原文一字不差" in page(checked)
    longer = typed(desk.post(address(draft), {**joined, "action": "insert-1"}))
    assert (longer["sections"], longer["title-2"], longer["title-3"]) == (6, "", "二、缴费标准")
    longer["clauses-1"] = ""
    anew = typed(desk.post(address(draft), {**longer, "action": "propose-1"}))
    assert anew["clauses-1"] == "2027年度集中参保缴费期为2026年12月1日至2027年2月28日。"
    assert save(desk, draft, anew).status_code == 302  # the empty section goes
    assert Section.objects.filter(document__letter="B").count() == 5


@pytest.mark.parametrize(
    "action", ["join-0", "join-99", "insert-99", "propose-999", "", "nonsense"]
)
def test_an_odd_button_does_no_harm(desk: Client, draft: ChangeSet, action: str) -> None:
    data = cut_up(desk, draft)
    assert typed(desk.post(address(draft), {**data, "action": action})) == data


@pytest.mark.parametrize("count", ["", "-1", "x", "²"])
def test_an_odd_number_of_sections_does_no_harm(desk: Client, draft: ChangeSet, count: str) -> None:
    assert save(desk, draft, {**cut_up(desk, draft), "sections": count}).status_code == 422


# --- a document on file ------------------------------------------------------------------------


def test_a_document_on_file_can_be_chosen(desk: Client, draft: ChangeSet, author: User) -> None:
    guide = Document.objects.get(slug="flexible-2025-10")
    base = desk.get(address(draft)).context["base"]
    sent = {"action": "choose", "document": guide.pk, "base": base}
    assert desk.post(address(draft), sent).status_code == 302
    draft.refresh_from_db()
    assert draft.document == guide
    assert (
        draft.events.get().why == "依据文件选为《沈阳市灵活就业人员参加职工基本医疗保险办事指南》"
    )
    shown = page(desk.get(address(draft)))
    assert "不能改" in shown
    assert "F-14.10" in shown
    assert "修改文件和分条" not in shown
    assert not draft.clausetexts.exists()


def test_what_a_published_set_brought_is_never_changed(desk: Client) -> None:
    draft = new_set("other")
    before = page(desk.get("/policy/documents/flexible-2025-10/"))
    desk.post(address(draft), {"action": "remove", "base": ""})
    assert own_document(draft) is None
    data = cut_up(desk, draft)
    assert save(desk, draft, data, slug="flexible-2025-10").status_code == 422
    assert save(desk, draft, data).status_code == 302  # a document of its own beside it
    draft.refresh_from_db()
    assert draft.document is not None
    assert draft.document.letter == "B"
    assert page(desk.get("/policy/documents/flexible-2025-10/")) == before


def test_anothers_draft_is_not_on_file(desk: Client, draft: ChangeSet) -> None:
    document = entered(desk, draft)
    other = ChangeSet.objects.create(slug="other", title="另一张")
    base = desk.get(address(other)).context["base"]
    sent = {"action": "choose", "document": document.pk, "base": base}
    response = desk.post(address(other), sent)
    assert response.status_code == 422
    assert "请从列表里选一份文件。" in page(response)


def test_a_withdrawn_sets_document_comes_back_with_its_clauses(
    desk: Client, draft: ChangeSet
) -> None:
    document = entered(desk, draft)
    draft.publish()
    draft.withdraw()
    assert document in documents_on_file()
    again = ChangeSet.objects.create(slug="again", title="改正")
    base = desk.get(address(again)).context["base"]
    sent = {"action": "choose", "document": document.pk, "base": base}
    assert desk.post(address(again), sent).status_code == 302
    texts = ClauseText.objects.filter(change_set=again)
    assert texts.count() == 18
    assert texts.get(clause__code="B-2.6").sentence == "成年居民\t480\t192"
    assert own_document(ChangeSet.objects.get(slug="again")) is None


# --- changing what is the draft's own ----------------------------------------------------------


def test_the_kept_cut_opens_as_it_was_and_saves_unchanged(desk: Client, draft: ChangeSet) -> None:
    entered(desk, draft)
    before = sentences()
    data = edited(desk, draft)
    checked = desk.post(address(draft), {**data, "action": "check"})
    assert "各节合起来和原文一字不差" in page(checked)
    assert save(desk, draft, data).status_code == 302
    assert sentences() == before


def test_data_and_start_can_be_changed(desk: Client, draft: ChangeSet) -> None:
    entered(desk, draft)
    changes = {"edition_name": "2027年", "in_force_from": "2027-02-01", "letter": "K"}
    assert save(desk, draft, edited(desk, draft), **changes).status_code == 302
    document = Document.objects.get(letter="K")
    assert document.edition_name == "2027年"
    texts = ClauseText.objects.filter(clause__section__document=document)
    assert set(texts.values_list("in_force_from", flat=True)) == {datetime.date(2027, 2, 1)}
    assert texts.filter(clause__code="K-2.6").exists()
    assert not Clause.objects.filter(code__startswith="B-").exists()


def fee_citing(draft: ChangeSet, code: str) -> Edition:
    document = draft.document
    assert document is not None
    table = Timetable.load().latest_edition("resident", "contribution", NEW_YEAR)
    edition = copy_edition(table, draft, NEW_YEAR)
    edition.document = document
    edition.save()
    row = ResidentFee.objects.filter(edition=edition).order_by("pk")[0]
    row.clause = Clause.objects.get(code=code)
    row.save()
    return edition


def test_a_cited_clause_keeps_its_code_when_its_sentence_stays(
    desk: Client, draft: ChangeSet
) -> None:
    entered(desk, draft)
    fee_citing(draft, "B-2.6")
    cited = Clause.objects.get(code="B-2.6")
    data = edited(desk, draft)
    # The two sentences above become one, and a section is put before: the cited one moves.
    lines = data["clauses-2"].split("\r\n")
    data["clauses-2"] = "\r\n".join([lines[0] + lines[1], *lines[2:]])
    data["clauses-2"] = data["clauses-2"].replace(lines[0] + lines[1], lines[0])
    data = typed(desk.post(address(draft), {**data, "action": "insert-0"}))
    opening = data["body-0"].split("\r\n")
    data |= {"body-0": "\r\n".join(opening[:2]), "body-1": "\r\n".join(opening[2:])}
    data |= {"title-1": "开头", "clauses-0": "", "clauses-1": opening[-1]}
    assert save(desk, draft, data).status_code == 302
    cited.refresh_from_db()
    assert (cited.code, cited.section.number, cited.section.title) == ("B-2.6", 3, "二、缴费标准")
    assert sentences()["B-2.6"] == "成年居民\t480\t192"
    assert sentences()["B-3.1"].startswith("2027年度居民医保个人缴费标准为")


@pytest.mark.parametrize("kind", ["row", "reading", "text"])
def test_a_cited_clause_cannot_go(desk: Client, draft: ChangeSet, kind: str) -> None:
    entered(desk, draft)
    clause = Clause.objects.get(code="B-2.6")
    if kind == "row":
        fee_citing(draft, "B-2.6")
        where = "“居民缴费标准”的“"
    elif kind == "reading":
        table = Timetable.load().latest_edition("resident", "readings", NEW_YEAR)
        edition = copy_edition(table, draft, NEW_YEAR)
        reading = DecidedReading.objects.get(edition=edition, reading__code="A-93")
        reading.clauses.add(clause)
        where = f"“已定的理解（城乡居民医保）”的“A-93 {reading.title}”"
    else:
        version: TextVersion = text_of(draft, "# 标题\n\n成年居民按 [B-2.5, B-2.6] 缴费。")
        where = f"文字“{version.text}”"
    data = edited(desk, draft)
    before = sentences()
    kept = data["clauses-2"].replace("成年居民\t480\t192\r\n", "")
    response = save(desk, draft, {**data, "clauses-2": kept}, title="我改的名称")
    assert response.status_code == 422
    assert "<strong>B-2.6</strong> 用在" in page(response)
    assert where in page(response)
    assert "我改的名称" in page(response)
    assert sentences() == before
    assert Document.objects.get(letter="B").title == TITLE
    assert save(desk, draft, data, letter="K").status_code == 422  # its codes are cited, too


def test_a_document_can_be_removed_unless_it_is_cited(desk: Client, draft: ChangeSet) -> None:
    entered(desk, draft)
    edition = fee_citing(draft, "B-2.6")
    base = desk.get(address(draft)).context["base"]
    refused = desk.post(address(draft), {"action": "remove", "base": base}, follow=True)
    assert "没有删除：B-2.6 还用在“居民缴费标准”的“" in page(refused)
    assert Document.objects.filter(letter="B").exists()
    edition.delete()
    removed = desk.post(address(draft), {"action": "remove", "base": base}, follow=True)
    assert f"已从这张变更单里删除《{TITLE}》" in page(removed)
    assert not Document.objects.filter(letter="B").exists()
    assert not ClauseText.objects.filter(change_set=draft).exists()


# --- two people, and other states --------------------------------------------------------------


def test_who_saves_second_sees_both_and_loses_nothing(desk: Client, draft: ChangeSet) -> None:
    entered(desk, draft)
    mine, theirs = edited(desk, draft), edited(desk, draft)
    other = Client()
    other.force_login(editor("lihua"))
    assert save(other, draft, theirs, title="李华改的名称").status_code == 302
    response = save(desk, draft, mine, title="王芳改的名称")
    assert response.status_code == 409
    assert "lihua（11月" in page(response) or "lihua（" in page(response)
    assert "李华改的名称" in page(response)
    assert "王芳改的名称" in page(response)
    assert Document.objects.get(letter="B").title == "李华改的名称"
    knowingly = {**typed(response), "title": "王芳改的名称"}
    assert save(desk, draft, knowingly).status_code == 302
    assert Document.objects.get(letter="B").title == "王芳改的名称"


def test_two_who_enter_a_document_at_once(desk: Client, draft: ChangeSet) -> None:
    mine = cut_up(desk, draft)
    entered(desk, draft)
    response = save(desk, draft, mine)
    assert response.status_code == 409
    assert Document.objects.filter(letter="B").count() == 1
    assert len(sentences()) == 18


def test_choosing_does_not_undo_what_a_colleague_entered(desk: Client, draft: ChangeSet) -> None:
    base = desk.get(address(draft)).context["base"]
    document = entered(desk, draft)
    sent = {"action": "choose", "document": "", "base": base}
    assert "刚刚改过依据文件" in page(desk.post(address(draft), sent, follow=True))
    draft.refresh_from_db()
    assert draft.document == document


@pytest.mark.parametrize("status", ["submitted", "approved"])
def test_what_is_under_review_is_only_shown(desk: Client, draft: ChangeSet, status: str) -> None:
    entered(desk, draft)
    data = edited(desk, draft)
    draft.status = status
    draft.save()
    shown = page(desk.get(address(draft) + "?edit=1"))
    assert TITLE in shown
    assert "修改文件和分条" not in shown
    response = save(desk, draft, data, title="我改的名称")
    assert response.status_code == 409
    assert "我改的名称" in page(response)
    assert Document.objects.get(letter="B").title == TITLE
    for action in ("choose", "remove"):
        assert desk.post(address(draft), {"action": action}).status_code == 302
    assert Document.objects.filter(letter="B").exists()


def test_who_may_only_look(draft: ChangeSet) -> None:
    reader = person("reader")
    reader.user_permissions.set(Permission.objects.filter(codename="view_changeset"))
    client = Client()
    client.force_login(reader)
    assert client.get(address(draft)).status_code == 200
    assert "录入一份新文件" not in page(client.get(address(draft)))
    assert client.post(address(draft), {"action": "save"}).status_code == 403


def test_no_such_set(desk: Client) -> None:
    assert desk.get(reverse("admin:desk:document", args=[99999])).status_code == 404


def test_a_kept_section_has_its_clauses_in_order(desk: Client, draft: ChangeSet) -> None:
    document = entered(desk, draft)
    duties = sections_of(document, draft)[4]
    assert [(clause.code, clause.sentence) for clause in duties.clauses] == [
        ("B-4.1", "1. 各分局要做好政策解释，不得拒收现金缴费；"),
        ("B-4.2", "2. 各学校于2026年12月20日前完成在校学生参保核定。"),
        ("B-4.3", "本通知自2027年1月1日起施行，此前规定与本通知不一致的，以本通知为准。"),
    ]
