"""Texts of pages in a draft: nothing typed is lost, nothing published is touched."""

import datetime
import re
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from portal.policy.in_force import Timetable
from portal.policy.models import Book, ChangeSet, ChangeSetEvent, Text, TextVersion
from portal.staff.desk.references import Figure, figures, references, search
from portal.staff.desk.text_writing import LONGEST, MOST_LINES
from tests.policy.desk import NEW_DAY, draft_of_limit, hand_in
from tests.policy.drafting import NEXT_YEAR, new_set, text_of

pytestmark = pytest.mark.django_db

BODY = "# 标题\n\n一句话。\n\n## 甲 {#a}\n\n第一段\n\n第二段"
INLINE = re.compile(r"<style|<script(?![^>]*\bsrc=)|<[^>]*\s(style|on[a-z]+)=|javascript:")


def clerk(name: str, *permissions: str) -> User:
    user = User.objects.create_user(name, is_staff=True, last_name=name)
    wanted = permissions or ("view_changeset", "change_changeset")
    user.user_permissions.set(Permission.objects.filter(codename__in=wanted))
    return user


def at_desk(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def wang() -> Client:
    return at_desk(clerk("王芳"))


@pytest.fixture
def li() -> Client:
    return at_desk(clerk("李强"))


@pytest.fixture
def version() -> TextVersion:
    return text_of(new_set(), BODY)


def address(version: TextVersion, page: str = "text") -> str:
    return reverse(f"admin:desk:{page}", args=[version.change_set_id, version.pk])


def opened(client: Client, version: TextVersion) -> dict[str, Any]:
    """What a browser would send back from the page as it is opened."""
    form = client.get(address(version)).context["form"]
    return {field.html_name: field.value() for field in form}


def save(client: Client, version: TextVersion, sent: dict[str, Any]) -> HttpResponse:
    return client.post(address(version), {**sent, "do": "save"})


def edits(change_set: ChangeSet) -> list[tuple[str, str]]:
    events = change_set.events.filter(action=ChangeSetEvent.Action.EDITED)
    return list(events.values_list("by__username", "why"))


def told(client: Client, response: HttpResponse) -> str:
    return client.get(response["Location"]).content.decode()


# --- a text comes into the draft ---------------------------------------------------------------


def test_all_texts_are_listed_by_book_and_found_by_their_words(wang: Client) -> None:
    start = reverse("admin:desk:text-new", args=[new_set().pk])
    page = wang.get(start)
    books = {book for book, _ in page.context["books"]}
    assert books == {*Book.labels, "页面里的一段话"}
    assert sum(len(texts) for _, texts in page.context["books"]) == Text.objects.count()
    found = wang.get(start, {"q": "19号文 临时外出"}).context["books"]
    assert "benefits-flexible-away" in [one["text"].slug for _, texts in found for one in texts]
    assert "没有找到" in wang.get(start, {"q": "没有这样的词"}).content.decode()


def test_what_counts_then_is_copied(wang: Client) -> None:
    draft = new_set()
    sent = {"text": "care-settlement", "in_force_from": "2027-01-01"}
    response = wang.post(reverse("admin:desk:text-new", args=[draft.pk]), sent)
    copy = TextVersion.objects.get(change_set=draft)
    assert response["Location"] == address(copy)
    before = TextVersion.objects.get(text__slug="care-settlement", change_set__status="published")
    assert (copy.body, copy.in_force_from) == (before.body, NEXT_YEAR)
    assert edits(draft) == [("王芳", f"拿来“{copy.text}”的文字，从2027年1月1日起改")]


def test_the_same_text_and_day_is_not_copied_twice(wang: Client, version: TextVersion) -> None:
    sent = {"text": version.text.slug, "in_force_from": str(NEXT_YEAR)}
    response = wang.post(reverse("admin:desk:text-new", args=[version.change_set_id]), sent)
    assert response.status_code == 422
    assert "已经有从2027年1月1日起的这一份" in response.content.decode()
    assert TextVersion.objects.filter(change_set=version.change_set).count() == 1


@pytest.mark.parametrize(
    ("day", "message"), [("", "必填"), ("明年", "请填日期"), ("0202-07-01", "请核对年份")]
)
def test_a_start_day_that_cannot_be_is_refused(wang: Client, day: str, message: str) -> None:
    draft = new_set()
    sent = {"text": "care-settlement", "in_force_from": day}
    response = wang.post(reverse("admin:desk:text-new", args=[draft.pk]), sent)
    assert response.status_code == 422
    assert message in response.content.decode()
    assert not TextVersion.objects.filter(change_set=draft).exists()


def test_a_text_that_there_is_not_is_a_404(wang: Client) -> None:
    start = reverse("admin:desk:text-new", args=[new_set().pk])
    assert wang.get(start, {"text": "nothing"}).status_code == 404
    assert wang.post(start, {"text": "nothing"}).status_code == 404
    assert wang.get(reverse("admin:desk:text-new", args=[9999])).status_code == 404


PAGE = {"book": "care", "name": "newborn", "purpose": "就医：新生儿", "position": ""}


def test_a_new_page_stands_last_in_its_book(wang: Client) -> None:
    draft = new_set()
    last = max(Text.objects.filter(book=Book.CARE).values_list("position", flat=True))
    sent = {**PAGE, "in_force_from": "2027-01-01"}
    response = wang.post(reverse("admin:desk:text-new-page", args=[draft.pk]), sent)
    text = Text.objects.get(slug="care-newborn")
    assert (text.path, text.position, text.purpose) == ("/care/newborn/", last + 1, "就医：新生儿")
    assert response["Location"] == address(text.versions.get())
    assert Client().get("/care/newborn/").status_code == 404


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"name": "settlement"}, "已经有这个名字的页面"),
        ({"name": "新生儿"}, "只能用小写字母、数字和短横线"),
        ({"name": "a/b"}, "只能用小写字母、数字和短横线"),
        ({"book": "about", "name": "more"}, "选择一个有效的选项"),
        ({"purpose": ""}, "必填"),
        ({"position": "-1"}, "大于"),
    ],
)
def test_a_page_that_cannot_be_is_refused(
    wang: Client, changes: dict[str, str], message: str
) -> None:
    sent = {**PAGE, "in_force_from": "2027-01-01", **changes}
    response = wang.post(reverse("admin:desk:text-new-page", args=[new_set().pk]), sent)
    assert response.status_code == 422
    assert not Text.objects.filter(versions__change_set__slug="draft").exists()
    assert message in response.content.decode()


# --- writing -----------------------------------------------------------------------------------


def test_a_text_is_saved_and_the_history_says_so(wang: Client, version: TextVersion) -> None:
    sent = opened(wang, version) | {"body": BODY.replace("第二段", "第二段改\r\n\r\n第三段")}
    response = save(wang, version, sent)
    assert "已保存" in told(wang, response)
    version.refresh_from_db()
    assert version.body == BODY.replace("第二段", "第二段改\n\n第三段")
    assert edits(version.change_set) == [("王芳", f"改了“{version.text}”的文字：加 3 行，减 1 行")]


def test_the_start_day_is_changed(wang: Client, version: TextVersion) -> None:
    save(wang, version, opened(wang, version) | {"in_force_from": "2027-07-01"})
    version.refresh_from_db()
    assert version.in_force_from == datetime.date(2027, 7, 1)
    assert edits(version.change_set)[0][1].endswith("生效日期由2027年1月1日改为2027年7月1日")


def test_a_day_on_which_the_set_has_the_text_already_is_refused(
    wang: Client, version: TextVersion
) -> None:
    other = TextVersion.objects.create(
        text=version.text, change_set=version.change_set, in_force_from=NEW_DAY, body="别的"
    )
    sent = opened(wang, other) | {"in_force_from": str(NEXT_YEAR), "body": "写了很久"}
    response = save(wang, other, sent)
    assert response.status_code == 422
    assert "从2027年1月1日起已经有一版" in response.content.decode()
    assert "写了很久" in response.content.decode()
    other.refresh_from_db()
    assert other.body == "别的"


def test_saving_what_was_not_changed_writes_no_history(wang: Client, version: TextVersion) -> None:
    assert "没有要保存的改动" in told(wang, save(wang, version, opened(wang, version)))
    assert edits(version.change_set) == []


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("", "文字不能是空的"),
        (" \r\n ", "文字不能是空的"),
        ("长" * (LONGEST + 1), f"最多 {LONGEST} 个字，这里有 {LONGEST + 1} 个"),
        ("行\n" * MOST_LINES + "完", f"最多 {MOST_LINES} 行"),
        ("空\x00字符", "不允许"),
    ],
)
def test_what_cannot_be_saved_stays_in_the_form(
    wang: Client, version: TextVersion, body: str, message: str
) -> None:
    response = save(wang, version, opened(wang, version) | {"body": body})
    assert response.status_code == 422
    assert message in response.content.decode()
    assert response.context["form"]["body"].value() == body
    version.refresh_from_db()
    assert version.body == BODY


# --- seeing it ---------------------------------------------------------------------------------


def test_the_look_has_the_numbers_of_the_draft_on_its_day_and_saves_nothing(wang: Client) -> None:
    draft = draft_of_limit(User.objects.get(username="王芳"), 160_000)
    version = TextVersion.objects.create(
        text=Text.objects.get(slug="care-settlement"),
        change_set=draft,
        in_force_from=NEW_DAY,
        body=BODY,
    )
    typed = "# 标题\n\n一句话。\n\n## 甲 {#a}\n\n限额 [[flexible.pool.yearly_limit]][N-1.1]"
    sent = opened(wang, version) | {"body": typed, "do": "look"}
    page = wang.post(address(version), sent)
    assert "限额 160,000 元" in "".join(page.context["look"]["parts"])
    assert page.context["problems"] == []
    # before the draft starts, the number that counts now
    earlier = wang.post(address(version), sent | {"in_force_from": "2026-11-30"})
    assert "限额 150,000 元" in "".join(earlier.context["look"]["parts"])
    version.refresh_from_db()
    assert (version.body, edits(draft)) == (BODY, [])


def test_what_is_typed_is_shown_as_text_and_meets_no_name_of_the_frame(
    wang: Client, version: TextVersion
) -> None:
    typed = "# 题\n\n导\n\n## 甲 {#content-main}\n\n<script>alert(1)</script> [去](/care/)"
    page = wang.post(address(version), opened(wang, version) | {"body": typed, "do": "look"})
    html = page.content.decode()
    assert not INLINE.search(html)
    assert html.count('id="content-main"') == 1
    assert 'id="look-content-main"' in html
    assert '<a target="_blank" href="/care/"' in html


def test_numbers_sheets_and_clauses_are_found_by_chinese_words(
    wang: Client, version: TextVersion
) -> None:
    sent = opened(wang, version) | {"body": BODY + "未保存", "do": "find"}
    page = wang.post(address(version), sent | {"find": "灵活就业 年限额 全年"})
    assert [(one.write, one.says) for one in page.context["found"] if one.kind == "number"] == [
        ("[[flexible.pool.yearly_limit]]", "150,000 元")
    ]
    assert BODY + "未保存" in page.content.decode()
    clauses = wang.post(address(version), sent | {"find": "社保大厦二楼"}).context["found"]
    assert [one.write for one in clauses] == ["[F-19.1]"]
    sheets = wang.post(address(version), sent | {"find": "居民住院 整张表"}).context["found"]
    assert [one.write for one in sheets] == ["[[sheet:resident.inpatient]]"]


def test_every_reference_that_is_offered_can_be_written() -> None:
    from portal.policy.prose import Prose

    timetable, day = Timetable.load(), datetime.date(2026, 11, 21)
    listed = references(timetable, day)
    assert len(listed) > 500
    body = "\n\n".join(one.write for one in listed)
    version = TextVersion(text=Text.objects.get(slug="care"), body=body)
    assert [*Prose(timetable).unknown(version, day)] == []
    assert len(search("[[flexible.inpatient.rate.level3.active.0]]", listed)) == 1


# --- problems ----------------------------------------------------------------------------------


def test_a_half_done_text_is_saved_and_its_problems_named_by_line(
    wang: Client, version: TextVersion
) -> None:
    body = (
        "一段话 [[flexible.pool.nothing]]\n\n## 甲\n\n[F-99.9] 和 [去](/care/nowhere/)\n\n"
        "[[sheet:flexible.nothing]]\n\n## 乙 {#b}\n\n## 丙 {#b}\n\n[[坏"
    )
    response = save(wang, version, opened(wang, version) | {"body": body})
    page = wang.get(response["Location"])
    found = {(one["line"], one["message"]) for one in page.context["problems"]}
    assert found == {
        (1, "引用了没有的数：[[flexible.pool.nothing]]。"),
        (7, "引用了没有的表：[[sheet:flexible.nothing]]。"),
        (5, "引用了没有的条款或理解：F-99.9。"),
        (5, "链接“/care/nowhere/”没有对应的页面或段落。"),
        (13, "“[[坏”不是完整的引用：请写成“[[险种.表.项目]]”或“[[sheet:险种.表]]”。"),
        (1, "第一行请写页面的标题，例如“# 怎么参保”。"),
        (3, "小标题后面请加一个名字，例如“## 带什么材料 {#papers}”。"),
        (11, "这一页里已经有一个叫“b”的小标题，请换一个名字。"),
    }
    assert "第 13 行" in page.content.decode()


def test_shipped_texts_have_no_problem(wang: Client) -> None:
    body = TextVersion.objects.get(text__slug="benefits-flexible-away").body
    version = text_of(new_set(), body, "benefits-flexible-away")
    assert wang.get(address(version)).context["problems"] == []


def test_a_number_typed_as_figures_is_pointed_out_with_its_reference() -> None:
    listed = references(Timetable.load(), datetime.date(2026, 11, 21))
    body = (
        "# 2025年的标准\n"
        "限额是 150000 元，报 88 %。\n"
        "等 3个月，[[flexible.pool.yearly_limit]]，打 024-12345-1-7 [F-14.10]。\n"
        "2022年1月1日以后，住三级医院，看[表](/care/2元/)。"
    )
    found = figures(body, listed)
    assert [(one.line, one.written) for one in found] == [
        (2, "150000 元"),
        (2, "88 %"),
        (3, "3个月"),
        (4, "2022年1月1日"),
    ]
    assert [one.write for one in found[0].references] == ["[[flexible.pool.yearly_limit]]"]
    assert [one.write for one in found[3].references] == [
        "[[flexible.waiting.breaks_counted_from]]"
    ]
    assert figures("没有数", listed) == []
    assert figures("1元", ()) == [Figure(1, "1元", ())]


# --- two people --------------------------------------------------------------------------------


def test_two_people_who_change_different_places_both_stay(
    wang: Client, li: Client, version: TextVersion
) -> None:
    first, second = opened(wang, version), opened(li, version)
    save(wang, version, first | {"body": BODY.replace("标题", "新标题")})
    response = save(li, version, second | {"body": BODY.replace("第二段", "第二段改")})
    version.refresh_from_db()
    assert version.body == BODY.replace("标题", "新标题").replace("第二段", "第二段改")
    page = told(li, response)
    assert "两边的改动合在一起了" in page
    assert re.search(r"王芳（\d+月\d+日 \d\d:\d\d）", page)
    assert [by for by, _ in edits(version.change_set)] == ["王芳", "李强"]


def test_two_people_who_change_one_line_see_both(
    wang: Client, li: Client, version: TextVersion
) -> None:
    first, second = opened(wang, version), opened(li, version)
    hers = BODY.replace("第一段", "王芳写的").replace("标题", "新标题")
    save(wang, version, first | {"body": hers})
    his = BODY.replace("第一段", "李强写的")
    response = save(li, version, second | {"body": his})
    assert response.status_code == 409
    both = BODY.replace("第一段", "李强写的").replace("标题", "新标题")
    form = response.context["form"]
    assert form["body"].value() == both
    (conflict,) = response.context["conflicts"]
    assert (conflict.line, conflict.mine, conflict.theirs) == (7, ("李强写的",), ("王芳写的",))
    page = response.content.decode()
    assert "没有保存：王芳（" in page
    assert "<del>王芳写的</del>" in page
    version.refresh_from_db()
    assert version.body == hers
    # having seen it, he decides
    again = {field.html_name: field.value() for field in form}
    assert save(li, version, again).status_code == 302
    version.refresh_from_db()
    assert version.body == both


def test_two_people_who_choose_different_days_see_both(
    wang: Client, li: Client, version: TextVersion
) -> None:
    first, second = opened(wang, version), opened(li, version)
    save(wang, version, first | {"in_force_from": "2027-02-01"})
    response = save(li, version, second | {"in_force_from": "2027-03-01"})
    assert response.status_code == 409
    assert "您填的是2027年3月1日，对方改成了2027年2月1日" in response.content.decode()
    # who did not touch the day keeps the other's
    save(li, version, second | {"body": BODY + "改"})
    version.refresh_from_db()
    assert (version.body, version.in_force_from) == (BODY + "改", datetime.date(2027, 2, 1))


@pytest.mark.parametrize("damage", [{"base": "缺了一截"}, {"base_hash": ""}, {"base": ""}])
def test_where_the_base_did_not_come_back_nothing_is_overwritten(
    wang: Client, li: Client, version: TextVersion, damage: dict[str, str]
) -> None:
    first, second = opened(wang, version), opened(li, version)
    save(wang, version, first | {"body": BODY + "她"})
    response = save(li, version, second | {"body": BODY + "他"} | damage)
    assert response.status_code == 409
    assert response.context["form"]["body"].value() == BODY + "他"
    version.refresh_from_db()
    assert version.body == BODY + "她"


def test_what_is_typed_outlives_the_text_that_was_taken_out(
    wang: Client, li: Client, version: TextVersion
) -> None:
    sent = opened(li, version) | {"body": "写了很久"}
    seen = wang.get(address(version, "text-remove")).context["seen"]
    wang.post(address(version, "text-remove"), {"seen": seen})
    response = save(li, version, sent)
    assert response.status_code == 409
    assert "写了很久" in response.content.decode()
    assert "拿掉了" in response.content.decode()


# --- leaving the draft -------------------------------------------------------------------------


def test_a_text_is_taken_out_of_the_draft(wang: Client, version: TextVersion) -> None:
    draft, text = version.change_set, version.text
    seen = wang.get(address(version, "text-remove")).context["seen"]
    response = wang.post(address(version, "text-remove"), {"seen": seen})
    assert response["Location"] == reverse("admin:desk:contents", args=[draft.pk])
    assert not TextVersion.objects.filter(change_set=draft).exists()
    assert text.versions.count() == 1  # what is published
    assert edits(draft) == [("王芳", f"拿掉了“{text}”的文字")]


def test_a_new_page_goes_with_its_only_text(wang: Client) -> None:
    draft = new_set()
    sent = {**PAGE, "in_force_from": "2027-01-01"}
    wang.post(reverse("admin:desk:text-new-page", args=[draft.pk]), sent)
    version = TextVersion.objects.get(change_set=draft)
    seen = wang.get(address(version, "text-remove")).context["seen"]
    wang.post(address(version, "text-remove"), {"seen": seen})
    assert not Text.objects.filter(slug="care-newborn").exists()


def test_what_a_colleague_just_wrote_is_not_taken_out_unseen(
    wang: Client, li: Client, version: TextVersion
) -> None:
    seen = wang.get(address(version, "text-remove")).context["seen"]
    save(li, version, opened(li, version) | {"body": BODY + "新写的"})
    response = wang.post(address(version, "text-remove"), {"seen": seen})
    assert response.status_code == 409
    assert "李强" in response.content.decode()
    version.refresh_from_db()
    assert version.body == BODY + "新写的"


# --- who may, and when -------------------------------------------------------------------------


def test_a_set_that_was_handed_in_is_only_read(wang: Client) -> None:
    draft = draft_of_limit(User.objects.get(username="王芳"))
    version = text_of(draft, BODY)
    sent = opened(wang, version) | {"body": "写了很久"}
    hand_in(draft, User.objects.get(username="王芳"))
    page = wang.get(address(version)).content.decode()
    assert "现在是“待审核”，内容不能改" in page
    assert 'name="do"' not in page
    response = save(wang, version, sent)
    assert response.status_code == 409
    assert "写了很久" in response.content.decode()
    for refused in (
        wang.post(address(version, "text-remove"), {"seen": "x"}),
        wang.get(reverse("admin:desk:text-new", args=[draft.pk])),
        wang.post(reverse("admin:desk:text-new-page", args=[draft.pk]), PAGE),
    ):
        assert refused["Location"] == reverse("admin:desk:set", args=[draft.pk])
    version.refresh_from_db()
    assert version.body == BODY


def test_what_is_published_is_never_changed(wang: Client) -> None:
    version = TextVersion.objects.filter(text__slug="care-settlement").get()
    body = version.body
    page = wang.get(address(version)).content.decode()
    assert "要改请新建一张变更单" in page
    sent = {"body": "换掉", "in_force_from": str(version.in_force_from)}
    assert save(wang, version, sent).status_code == 409
    assert wang.post(address(version, "text-remove"), {}).status_code == 302
    version.refresh_from_db()
    assert version.body == body


def test_who_may_only_look_may_not_write(version: TextVersion) -> None:
    looker = at_desk(clerk("看的人", "view_changeset"))
    assert 'name="do"' not in looker.get(address(version)).content.decode()
    assert save(looker, version, {"body": "x"}).status_code == 403
    assert looker.get(address(version, "text-remove")).status_code == 403
    nobody = at_desk(clerk("没有权限", "view_document"))
    assert nobody.get(address(version)).status_code == 403
    assert "login" in Client().get(address(version))["Location"]


def test_a_text_of_another_set_is_a_404(wang: Client, version: TextVersion) -> None:
    other = reverse("admin:desk:text", args=[new_set("other").pk, version.pk])
    assert wang.get(other).status_code == 404


def test_pages_have_no_inline_code(wang: Client, version: TextVersion) -> None:
    draft = version.change_set_id
    for page in (
        address(version),
        address(version, "text-remove"),
        reverse("admin:desk:text-new", args=[draft]),
        reverse("admin:desk:text-new", args=[draft]) + "?text=care",
        reverse("admin:desk:text-new-page", args=[draft]),
    ):
        response = wang.get(page)
        assert response.status_code == 200
        assert not INLINE.search(response.content.decode())


def test_a_passage_in_a_page_has_no_title_to_ask_for(wang: Client) -> None:
    passage = Text.objects.create(slug="made-up", purpose="某页里的一句话")
    version = TextVersion.objects.create(
        text=passage, change_set=new_set(), in_force_from=NEXT_YEAR, body="限额 **多少**"
    )
    page = wang.get(address(version))
    assert page.context["problems"] == []
    assert page.context["look"]["parts"] == ["限额 <strong>多少</strong>"]
