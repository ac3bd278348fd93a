"""What is made of the published data is made once for each version of them, and never of a draft."""

import datetime

import pytest

from portal.offices.models import Office
from portal.policy.in_force import NoPolicyInForce, Rulebook, Timetable, made_once, read_once
from portal.policy.models import ChangeSet, PublicVersion
from portal.policy.preview import with_draft
from tests.conftest import TODAY

pytestmark = pytest.mark.django_db
made: list[tuple[datetime.date, str]] = []


@made_once(8)
def words(timetable: Timetable, day: datetime.date, name: str) -> str:
    made.append((day, name))
    return f"{day} {name}"


@read_once
def start_of(book: Rulebook, table: str) -> datetime.date:
    made.append((book.day, table))
    return book.edition("flexible", table).in_force_from


@pytest.fixture(autouse=True)
def _nothing_made() -> None:
    made.clear()


def test_it_is_made_once_for_a_day_and_its_arguments() -> None:
    for _ in range(3):
        assert words(Timetable.load(), TODAY, "a") == f"{TODAY} a"
    words(Timetable.load(), TODAY, "b")
    words(Timetable.load(), TODAY + datetime.timedelta(1), "a")
    assert len(made) == 3


def test_what_is_read_once_names_its_tables_in_every_book() -> None:
    books = [Rulebook.on(TODAY) for _ in range(2)]
    starts = {start_of(book, "inpatient") for book in books}
    assert len(starts) == len(made) == 1
    assert [list(book.editions) for book in books] == [[("flexible", "inpatient")]] * 2


@read_once
def both(book: Rulebook) -> None:
    for table in ("inpatient", "no such table"):
        book.edition("flexible", table)


def test_what_was_found_before_a_gap_counts_as_opened() -> None:
    book = Rulebook.on(TODAY)
    with pytest.raises(NoPolicyInForce):
        both(book)
    assert list(book.editions) == [("flexible", "inpatient")]


def test_what_is_not_on_file_is_asked_for_again() -> None:
    for _ in range(2):
        with pytest.raises(NoPolicyInForce):
            start_of(Rulebook.on(datetime.date(1990, 1, 1)), "inpatient")
    assert len(made) == 4  # and each time once more, to tell what was found


def test_a_change_that_residents_see_makes_it_anew() -> None:
    words(Timetable.load(), TODAY, "a")
    Office.objects.get(slug="heping").save()
    words(Timetable.load(), TODAY, "a")
    assert len(made) == 2


def test_a_draft_is_never_remembered_nor_shown_what_is() -> None:
    draft = ChangeSet.objects.create(slug="draft", title="草稿")
    public = Timetable.load()
    words(public, TODAY, "a")
    for _ in range(2):
        with with_draft(draft.pk):
            words(Timetable.load(), TODAY, "a")
            words(public, TODAY, "a")
    words(Timetable.load(draft=draft), TODAY, "a")
    assert len(made) == 6
    words(Timetable.load(), TODAY, "a")
    assert len(made) == 6


def test_of_a_draft_it_is_remembered_while_its_timetable_is_held() -> None:
    draft = ChangeSet.objects.create(slug="draft", title="草稿")
    with with_draft(draft.pk), Timetable.load().held():
        for _ in range(2):
            words(Timetable.load(), TODAY, "a")
        with with_draft(None):  # residents' own
            words(Timetable.load(), TODAY, "a")
    assert len(made) == 2
    words(Timetable.load(), TODAY, "a")
    assert len(made) == 3


def test_a_version_never_comes_back() -> None:
    seen = {PublicVersion.read()}
    for _ in range(3):
        PublicVersion.step()
        seen.add(PublicVersion.read())
    assert len(seen) == 4
