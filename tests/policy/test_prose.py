"""What a text links to is looked up among what counts: not among a hundred versions of each page."""

import datetime

import pytest
from django.db.models.signals import post_init

from portal.policy.in_force import Timetable
from portal.policy.models import ChangeSet, Text, TextVersion
from portal.policy.prose import Prose
from tests.conftest import TODAY
from tests.policy.drafting import NEXT_YEAR, new_set

pytestmark = pytest.mark.django_db

LINK = "看[这里](/care/settlement/#{name})。"


def version_of(body: str, start: datetime.date, change_set: ChangeSet) -> TextVersion:
    page = Text.objects.get(slug="care-settlement")
    return TextVersion.objects.create(
        text=page, change_set=change_set, in_force_from=start, body=body
    )


def problems(name: str, draft: ChangeSet | None = None, day: datetime.date = TODAY) -> list[str]:
    linking = TextVersion(text=Text.objects.get(slug="care"), body=LINK.replace("{name}", name))
    return list(Prose(Timetable.load(), draft).unknown(linking, day))


def published(slug: str) -> ChangeSet:
    made = new_set(slug)
    made.publish(datetime.datetime(2026, 11, 22, 8, tzinfo=datetime.UTC))
    return made


def test_an_anchor_of_an_earlier_version_leads_nowhere() -> None:
    earlier, later = new_set("earlier"), new_set("later")
    version_of("# 旧\n\n导语。\n\n## 甲 {#old}", TODAY, earlier)
    version_of("# 新\n\n导语。\n\n## 乙 {#new}", NEXT_YEAR, later)
    for one in (earlier, later):
        one.publish()
    gone = ["链接“/care/settlement/#old”没有对应的页面或段落。"]
    ahead = ["链接“/care/settlement/#new”没有对应的页面或段落。"]
    assert (problems("old"), problems("new")) == ([], ahead)
    assert (problems("old", day=NEXT_YEAR), problems("new", day=NEXT_YEAR)) == (gone, [])


def test_what_the_draft_itself_brings_can_be_linked_on_any_day() -> None:
    draft = new_set()
    version_of("# 草稿\n\n导语。\n\n## 丙 {#draft}", NEXT_YEAR, draft)
    assert problems("draft", draft) == []
    assert problems("draft") != []


def test_a_hundred_versions_of_a_page_are_not_read_to_check_one_link() -> None:
    body = "# 以前\n\n导语。"
    for number in range(100):
        made = published(f"earlier-{number}")
        start = datetime.date(2000, 1, 1) + datetime.timedelta(number)
        page = Text.objects.get(slug="care-settlement")
        TextVersion.objects.bulk_create(
            [TextVersion(text=page, change_set=made, in_force_from=start, body=body)]
        )
    read: list[int] = []

    def count(instance: TextVersion, **_: object) -> None:
        read.append(1)

    post_init.connect(count, sender=TextVersion)
    try:
        problems("old")
    finally:
        post_init.disconnect(count, sender=TextVersion)
    assert (
        len(read) == 1 + Text.objects.exclude(book="").count()
    )  # the one that links, and one each
