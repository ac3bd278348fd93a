"""Decided readings in a draft: words, clauses and switches, by two people at once."""

import datetime
import json
from collections import defaultdict
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from django.contrib.auth.models import User
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from calculators.rules.readings import SWITCHES
from portal.policy.differences import text_differences
from portal.policy.models import (
    ChangeSet,
    DecidedReading,
    Edition,
    Reading,
    ReadingChoice,
)
from portal.policy.titles import READINGS
from portal.staff.desk.switches import WORDS, switches_of
from tests.policy.desk import draft_of_limit, hand_in
from tests.policy.drafting import NEXT_YEAR, drafted, new_set
from tests.staff.test_desk_texts import INLINE, at_desk, clerk, edits, told

pytestmark = pytest.mark.django_db

CASES = Path(__file__).resolve().parent.parent / "cases"


@pytest.fixture
def wang() -> Client:
    return at_desk(clerk("王芳"))


@pytest.fixture
def li() -> Client:
    return at_desk(clerk("李强"))


@pytest.fixture
def edition() -> Edition:
    return drafted("flexible", READINGS)


def address(edition: Edition, page: str = "readings", *more: str) -> str:
    return reverse(f"admin:desk:{page}", args=[edition.change_set_id, edition.pk, *more])


def opened(client: Client, edition: Edition, code: str) -> dict[str, Any]:
    """What a browser would send back from the form as it is opened."""
    form = client.get(address(edition, "reading", code)).context["form"]
    return {field.html_name: field.value() for field in form}


def save(client: Client, edition: Edition, code: str, sent: dict[str, Any]) -> HttpResponse:
    return client.post(address(edition, "reading", code), sent)


def row_of(edition: Edition, code: str) -> DecidedReading:
    return DecidedReading.objects.get(edition=edition, reading__code=code)


NEW = {
    "title": "新的问题怎么办？",
    "text": "这样办。",
    "otherwise": "",
    "confidence": "L",
    "treatment": "notice",
    "clauses": "f-6.3，F-6.2",
}


# --- the words of the switches -----------------------------------------------------------------


def test_every_switch_and_choice_has_chinese_words() -> None:
    assert {name: set(words.choices) for name, words in WORDS.items()} == {
        name: set(choices) for name, choices in SWITCHES.items()
    }
    for words in WORDS.values():
        told = [words.question, *words.choices.values(), *words.titles]
        assert all(one and not any(c.isascii() and c.isalnum() for c in one) for one in told)
        assert len(set(words.choices.values())) == len(words.choices)
        assert words.calculators


def test_a_switch_belongs_to_the_scheme_that_decides_it() -> None:
    decided = ReadingChoice.objects.values_list("switch", "edition__scheme")
    assert dict(decided) == {name: words.scheme for name, words in WORDS.items()}
    assert list(switches_of("A-08", "flexible")) == ["A-08", "A-08.deductible"]
    assert switches_of("A-08", "resident") == {}


def test_the_calculators_named_are_those_whose_answers_change() -> None:
    """Every worked case is asked; a calculator that shows another choice's amounts must be named."""
    worked = json.loads((CASES / "worked-cases.json").read_text("utf-8"))
    stays = json.loads((CASES / "inpatient.json").read_text("utf-8"))
    asked = {
        (case["calculator"], urlencode([tuple(pair) for pair in case["query"]])) for case in worked
    }
    asked |= {("inpatient", case["ask"]) for case in stays if case.get("otherwise")}
    changing: dict[str, set[str]] = defaultdict(set)
    for slug, query in sorted(asked):
        answer = Client().get(f"/api/v1/calculators/{slug}?{query}").json()
        for reading in answer.get("readings", ()):
            for other in reading.get("alternatives") or ():
                changing[other["choice"].partition("=")[0]].add(slug)
    assert len(changing) > len(SWITCHES) / 2
    for switch, slugs in changing.items():
        assert slugs <= set(WORDS[switch].calculators), switch


# --- the readings come into the draft ----------------------------------------------------------


def test_the_readings_of_a_scheme_are_copied_with_their_switches(wang: Client) -> None:
    draft = new_set()
    sent = {"scheme": "flexible", "in_force_from": "2027-01-01"}
    response = wang.post(reverse("admin:desk:readings-new", args=[draft.pk]), sent)
    edition = Edition.objects.get(change_set=draft)
    assert response["Location"] == address(edition)
    assert (edition.table, edition.in_force_from) == (READINGS, NEXT_YEAR)
    assert edition.decidedreading_rows.count() == 68
    assert edition.readingchoice_rows.count() == 14
    assert edits(draft) == [("王芳", "拿来已定的理解（灵活就业人员职工医保），从2027年1月1日起改")]
    assert text_differences(draft) == []


@pytest.mark.parametrize(
    ("sent", "message"),
    [
        ({"scheme": "flexible", "in_force_from": "2027-01-01"}, "已经有从2027年1月1日起的一份"),
        ({"scheme": "", "in_force_from": "2027-01-01"}, "必填"),
        ({"scheme": "flexible", "in_force_from": "soon"}, "请填日期"),
    ],
)
def test_what_cannot_be_copied_is_refused(
    wang: Client, edition: Edition, sent: dict[str, str], message: str
) -> None:
    response = wang.post(reverse("admin:desk:readings-new", args=[edition.change_set_id]), sent)
    assert response.status_code == 422
    assert message in response.content.decode()
    assert Edition.objects.filter(change_set=edition.change_set).count() == 1


# --- the list ----------------------------------------------------------------------------------


def states(client: Client, edition: Edition, **query: str) -> dict[str, str]:
    entries = client.get(address(edition), query).context["entries"]
    return {one.row.reading.code: one.state for one in entries}


def test_the_list_tells_what_was_changed(wang: Client, edition: Edition) -> None:
    assert set(states(wang, edition).values()) == {"same"}
    save(wang, edition, "A-47", opened(wang, edition, "A-47") | {"otherwise": "别的。"})
    sent = opened(wang, edition, "A-17") | {"switch-A-17": "per_year"}
    save(wang, edition, "A-17", sent)
    wang.post(address(edition, "reading-new"), NEW)
    wang.post(address(edition, "reading-remove", "A-22"))
    new = row_of(edition, max_code())
    assert states(wang, edition, only="changed") == {
        "A-17": "changed",
        "A-22": "removed",
        "A-47": "changed",
        new.reading.code: "new",
    }
    assert states(wang, edition, q="新的问题") == {new.reading.code: "new"}


def max_code() -> str:
    return max(Reading.objects.values_list("code", flat=True), key=lambda code: int(code[2:]))


def test_the_list_asks_the_database_the_same_for_many_readings(
    wang: Client, edition: Edition, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(30):
        wang.get(address(edition))


def test_the_start_day_is_changed(wang: Client, edition: Edition) -> None:
    response = wang.post(address(edition), {"in_force_from": "2027-07-01"})
    assert response.status_code == 302
    edition.refresh_from_db()
    assert edition.in_force_from == datetime.date(2027, 7, 1)
    assert "由2027年1月1日改为2027年7月1日" in edits(edition.change_set)[0][1]


def test_two_editions_of_one_day_are_refused(wang: Client, edition: Edition) -> None:
    later = datetime.date(2027, 7, 1)
    other = drafted("flexible", READINGS, later, edition.change_set)
    response = wang.post(address(other), {"in_force_from": str(NEXT_YEAR)})
    assert response.status_code == 422
    assert "从2027年1月1日起已经有一份" in response.content.decode()
    other.refresh_from_db()
    assert other.in_force_from == later


# --- one reading -------------------------------------------------------------------------------


def test_words_clauses_and_switch_are_saved_together(wang: Client, edition: Edition) -> None:
    sent = opened(wang, edition, "A-47")
    assert sent["switch-A-47"] == "from_first_month"
    changes = {
        "text": "从下个月数起。\r\n第二段",
        "confidence": "L",
        "clauses": "F-6.3 F-6.2",
        "switch-A-47": "from_next_month",
    }
    response = save(wang, edition, "A-47", sent | changes)
    assert "已保存" in told(wang, response)
    row = row_of(edition, "A-47")
    assert (row.text, row.confidence) == ("从下个月数起。\n第二段", "L")
    assert [clause.code for clause in row.clauses.all()] == ["F-6.2", "F-6.3"]
    choice = ReadingChoice.objects.get(edition=edition, switch="A-47")
    assert choice.choice == "from_next_month"
    assert edits(edition.change_set) == [
        ("王芳", "改了理解 A-47：采用的理解、把握、涉及条款、职工医保的等待期，从哪个月数起")
    ]


def test_a_switch_is_asked_in_words_and_names_its_calculators(
    wang: Client, edition: Edition
) -> None:
    page = wang.get(address(edition, "reading", "A-08")).content.decode()
    assert "按沈阳同级医院统筹基金的比例，不下调" in page
    assert "整次都在大额阶段时，起付标准怎么收" in page
    assert "会变的计算：住院要自己付多少、一年下来要自己付多少" in page
    assert "F-15.12</strong> " in page
    other = wang.get(address(edition, "reading", "A-22")).content.decode()
    assert "会变的计算" not in other


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"title": ""}, "必填"),
        ({"text": "长" * 2001}, "2000"),
        ({"text": "空\x00"}, "不允许"),
        ({"clauses": "F-6.2、F-99.9、瞎写"}, "没有这样的条款：F-99.9、瞎写。"),
        ({"clauses": "、"}, "请写至少一个条款编号"),
        ({"confidence": "X"}, "有效"),
        ({"switch-A-47": "never"}, "有效"),
    ],
)
def test_what_cannot_be_saved_stays_in_the_form(
    wang: Client, edition: Edition, changes: dict[str, str], message: str
) -> None:
    sent = opened(wang, edition, "A-47") | {"otherwise": "写了很久"} | changes
    response = save(wang, edition, "A-47", sent)
    assert response.status_code == 422
    page = response.content.decode()
    assert message in page
    assert "写了很久" in page
    assert row_of(edition, "A-47").otherwise != "写了很久"
    assert edits(edition.change_set) == []


def test_a_clause_that_the_draft_brings_can_be_cited(wang: Client) -> None:
    draft = draft_of_limit(User.objects.get(username="王芳"))
    edition = drafted("flexible", READINGS, NEXT_YEAR, draft)
    other = drafted("flexible", READINGS, NEXT_YEAR, new_set("other"))
    for each, status in ((edition, 302), (other, 422)):
        sent = opened(wang, each, "A-47") | {"clauses": "N-1.1"}
        assert save(wang, each, "A-47", sent).status_code == status


def test_a_number_in_the_words_is_pointed_out(wang: Client, edition: Edition) -> None:
    save(wang, edition, "A-22", opened(wang, edition, "A-22") | {"text": "按 88% 报。"})
    page = wang.get(address(edition, "reading", "A-22")).content.decode()
    assert "这里直接写了数：88%" in page


def test_saving_what_was_not_changed_writes_no_history(wang: Client, edition: Edition) -> None:
    response = save(wang, edition, "A-47", opened(wang, edition, "A-47"))
    assert "没有要保存的改动" in told(wang, response)
    assert edits(edition.change_set) == []


# --- two people --------------------------------------------------------------------------------


def test_two_people_who_change_different_fields_both_stay(
    wang: Client, li: Client, edition: Edition
) -> None:
    first, second = opened(wang, edition, "A-47"), opened(li, edition, "A-47")
    save(wang, edition, "A-47", first | {"text": "她写的。"})
    response = save(li, edition, "A-47", second | {"otherwise": "他写的。"})
    row = row_of(edition, "A-47")
    assert (row.text, row.otherwise) == ("她写的。", "他写的。")
    assert "王芳（" in told(li, response)


def test_two_people_who_change_one_field_see_both(
    wang: Client, li: Client, edition: Edition
) -> None:
    first, second = opened(wang, edition, "A-47"), opened(li, edition, "A-47")
    hers = {"text": "她写的。", "title": "她的问题？", "switch-A-47": "from_next_month"}
    save(wang, edition, "A-47", first | hers)
    response = save(li, edition, "A-47", second | {"text": "他写的。", "confidence": "L"})
    assert response.status_code == 409
    page = response.content.decode()
    assert "没有保存：王芳（" in page
    assert "她写的。" in page
    form = response.context["form"]
    sent = {field.html_name: field.value() for field in form}
    assert (sent["text"], sent["title"], sent["confidence"], sent["switch-A-47"]) == (
        *("他写的。", "她的问题？"),
        *("L", "from_next_month"),
    )
    assert row_of(edition, "A-47").text == "她写的。"
    # having seen it, he decides
    assert save(li, edition, "A-47", sent).status_code == 302
    row = row_of(edition, "A-47")
    assert (row.text, row.title, row.confidence) == ("他写的。", "她的问题？", "L")


@pytest.mark.parametrize("base", ["", "[]", "{坏", '{"text": 1}'])
def test_where_the_base_did_not_come_back_nothing_is_overwritten(
    wang: Client, edition: Edition, base: str
) -> None:
    sent = opened(wang, edition, "A-47") | {"text": "他写的。", "base": base}
    before = row_of(edition, "A-47").text
    assert save(wang, edition, "A-47", sent).status_code == 409
    assert row_of(edition, "A-47").text == before


def test_what_is_typed_outlives_the_reading_that_was_removed(
    wang: Client, li: Client, edition: Edition
) -> None:
    sent = opened(li, edition, "A-22") | {"text": "写了很久"}
    wang.post(address(edition, "reading-remove", "A-22"))
    response = save(li, edition, "A-22", sent)
    assert response.status_code == 409
    page = response.content.decode()
    assert "写了很久" in page
    assert "A-22 刚被人从变更单里拿掉了" in page


# --- a reading comes, goes, and comes back -----------------------------------------------------


def test_a_new_reading_gets_the_next_free_code(wang: Client, edition: Edition) -> None:
    last = int(max_code()[2:])
    response = wang.post(address(edition, "reading-new"), NEW)
    code = f"A-{last + 1}"
    assert response["Location"] == address(edition, "reading", code)
    row = row_of(edition, code)
    assert (row.title, row.confidence, row.treatment) == ("新的问题怎么办？", "L", "notice")
    assert [clause.code for clause in row.clauses.all()] == ["F-6.2", "F-6.3"]
    assert edits(edition.change_set) == [("王芳", f"新增理解 {code}：新的问题怎么办？")]
    wang.post(address(edition, "reading-new"), NEW)
    assert max_code() == f"A-{last + 2}"


def test_a_new_reading_that_is_not_whole_keeps_what_was_typed(
    wang: Client, edition: Edition
) -> None:
    before = Reading.objects.count()
    response = wang.post(address(edition, "reading-new"), NEW | {"clauses": "F-99.9"})
    assert response.status_code == 422
    assert "新的问题怎么办？" in response.content.decode()
    assert Reading.objects.count() == before


def test_a_removed_reading_comes_back_as_it_was(wang: Client, edition: Edition) -> None:
    was = opened(wang, edition, "A-22")
    assert wang.get(address(edition, "reading-remove", "A-22")).status_code == 200
    wang.post(address(edition, "reading-remove", "A-22"))
    assert states(wang, edition)["A-22"] == "removed"
    wang.post(address(edition, "reading-restore", "A-22"))
    assert states(wang, edition)["A-22"] == "same"
    assert opened(wang, edition, "A-22") == was
    told_by = [why for _, why in edits(edition.change_set)]
    assert told_by[0].startswith("删掉理解 A-22：")
    assert told_by[1].startswith("放回理解 A-22：")


def test_the_code_of_a_new_reading_is_free_again_once_it_is_removed(
    wang: Client, edition: Edition
) -> None:
    before = max_code()
    wang.post(address(edition, "reading-new"), NEW)
    wang.post(address(edition, "reading-remove", max_code()))
    assert max_code() == before


def test_a_reading_that_decides_how_to_compute_stays(wang: Client, edition: Edition) -> None:
    assert "不能删" in told(wang, wang.post(address(edition, "reading-remove", "A-17")))
    assert row_of(edition, "A-17")


def test_the_whole_edition_leaves_the_draft(wang: Client, edition: Edition) -> None:
    draft, before = edition.change_set, max_code()
    wang.post(address(edition, "reading-new"), NEW)
    page = wang.get(address(edition, "readings-remove")).content.decode()
    assert "新的问题怎么办？" in page
    response = wang.post(address(edition, "readings-remove"))
    assert response["Location"] == reverse("admin:desk:contents", args=[draft.pk])
    assert not Edition.objects.filter(change_set=draft).exists()
    assert max_code() == before
    assert edits(draft)[-1][1].startswith("拿掉了已定的理解（灵活就业人员职工医保）")


# --- who may, and when -------------------------------------------------------------------------


def refused_everywhere(client: Client, edition: Edition, changed: ChangeSet) -> None:
    away = reverse("admin:desk:set", args=[changed.pk])
    for page, more in (
        ("readings", ()),
        ("reading-remove", ("A-22",)),
        ("reading-restore", ("A-22",)),
        ("readings-remove", ()),
    ):
        sent = {"in_force_from": "2027-02-01"}
        response = client.post(address(edition, page, *more), sent)
        assert response["Location"] == away, page
    assert client.get(reverse("admin:desk:readings-new", args=[changed.pk]))["Location"] == away
    assert client.get(address(edition, "reading-new"))["Location"] == away
    kept = client.post(address(edition, "reading-new"), NEW)
    assert kept.status_code == 409
    assert "新的问题怎么办？" in kept.content.decode()


def test_a_set_that_was_handed_in_is_only_read(wang: Client) -> None:
    author = User.objects.get(username="王芳")
    draft = draft_of_limit(author)
    edition = drafted("flexible", READINGS, NEXT_YEAR, draft)
    sent = opened(wang, edition, "A-17") | {"text": "写了很久"}
    hand_in(draft, author)
    page = wang.get(address(edition, "reading", "A-17")).content.decode()
    assert "现在是“待审核”，内容不能改" in page
    assert "每次结算各算一次" in page
    assert 'type="radio"' not in page
    response = save(wang, edition, "A-17", sent)
    assert response.status_code == 409
    assert "写了很久" in response.content.decode()
    refused_everywhere(wang, edition, draft)
    assert row_of(edition, "A-17").text != "写了很久"


def test_what_is_published_is_never_changed(wang: Client) -> None:
    edition = Edition.objects.get(scheme="flexible", table=READINGS)
    before = row_of(edition, "A-22").text
    sent = {**NEW, "text": "换掉"}
    assert save(wang, edition, "A-22", sent).status_code == 409
    refused_everywhere(wang, edition, edition.change_set)
    assert row_of(edition, "A-22").text == before
    assert edits(edition.change_set) == []


def test_who_may_only_look_may_not_write(edition: Edition) -> None:
    looker = at_desk(clerk("看的人", "view_changeset"))
    assert looker.get(address(edition)).status_code == 200
    assert 'type="radio"' not in looker.get(address(edition, "reading", "A-17")).content.decode()
    assert save(looker, edition, "A-17", NEW).status_code == 403
    assert looker.post(address(edition), {}).status_code == 403
    assert looker.get(address(edition, "reading-new")).status_code == 403


def test_what_is_not_there_is_a_404(wang: Client, edition: Edition) -> None:
    elsewhere = reverse("admin:desk:readings", args=[new_set("other").pk, edition.pk])
    assert wang.get(elsewhere).status_code == 404
    for page in ("reading", "reading-remove"):
        assert wang.get(address(edition, page, "A-999")).status_code == 404
    assert wang.post(address(edition, "reading-restore", "A-999")).status_code == 404
    table = drafted("flexible", "pool", NEXT_YEAR, edition.change_set)
    assert wang.get(address(table)).status_code == 404


def test_pages_have_no_inline_code(wang: Client, edition: Edition) -> None:
    for page in (
        address(edition),
        address(edition, "reading", "A-08"),
        address(edition, "reading-new"),
        address(edition, "reading-remove", "A-22"),
        address(edition, "readings-remove"),
        reverse("admin:desk:readings-new", args=[edition.change_set_id]),
    ):
        response = wang.get(page)
        assert response.status_code == 200
        assert not INLINE.search(response.content.decode())
