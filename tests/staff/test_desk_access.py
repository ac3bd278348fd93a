"""Each address of the desk asks who comes: every role, every page, reading and writing."""

from collections.abc import Iterator

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import URLPattern, reverse

from portal.policy.models import ChangeSet, TextVersion
from portal.staff.desk import preview
from portal.staff.desk.urls import urlpatterns
from portal.staff.models import SavedCase
from tests.policy.desk import NEW_DAY, draft_of_limit, person
from tests.policy.drafting import drafted, text_of
from tests.staff.access import ROLES, staff_member

pytestmark = [pytest.mark.django_db, pytest.mark.reads]

READERS = {"view", "edit", "publish", "withdraw"}
WRITERS = {"edit"}
# Pages on which something new begins or something goes: of no use to who may only read.
FOR_WRITERS = {
    "new", "head", "delete", "days",
    "table-new", "table-remove",
    "readings-new", "reading-new", "readings-remove", "reading-remove", "reading-restore",
    "text-new", "text-new-page", "text-remove", "saved-case", "table-copy",
}  # fmt: skip
# Pages that everybody reads and writers fill in.
FORMS = {
    "document", "clause", "table", "workbook", "readings", "reading", "text",
    "saved-cases", "saved-case-remove",
}  # fmt: skip
# Words that are changed at once: by who writes and by who reviews.
WORDS = {"words-edit"}
# A button of a page, with nothing to look at.
BUTTONS = {"saved-case-remove", "table-confirm"}
# Pages about no policy at all: for everybody who may log in.
FOR_ALL = {"tour"}
# All others only show something, but for the set's own page: each of its steps asks for its own
# right (tests/staff/test_desk_sets.py).


@pytest.fixture
def arguments() -> dict[str, object]:
    """A draft with a bit of everything, as the addresses name it."""
    draft: ChangeSet = draft_of_limit(person("起草人"))
    edition = draft.editions.get(table="pool")
    readings = drafted("flexible", "readings", NEW_DAY, draft)
    version: TextVersion = text_of(draft, "# 结算\n\n怎么结算。\n")
    case = SavedCase.objects.create(
        title="例子", slug="inpatient", query="scheme=flexible", saved_by=draft.author
    )
    return {
        "pk": draft.pk,
        "case": case.pk,
        "edition": edition.pk,
        "readings": readings.pk,
        "version": version.pk,
        "slug": version.text.slug,
        "published": version.text.versions.get(change_set__status="published").pk,
        "code": "N-1.1",
        "reading": "A-17",
        "day": str(NEW_DAY),
        "path": "",
    }


def patterns() -> Iterator[URLPattern]:
    yield from urlpatterns
    yield from preview.urlpatterns


def address_of(pattern: URLPattern, arguments: dict[str, object]) -> str:
    name = str(pattern.name)
    own = dict(arguments)
    if name.startswith("reading"):
        own |= {"edition": own["readings"], "code": own["reading"]}
    if name == "words-version":
        own["version"] = own["published"]
    if name in {"saved-case", "saved-case-remove"}:
        own["pk"] = own["case"]
    wanted = pattern.pattern.converters
    space = "admin" if pattern in preview.urlpatterns else "admin:desk"
    return reverse(f"{space}:{name}", kwargs={key: own[key] for key in wanted})


BY_NAME = {str(pattern.name): pattern for pattern in patterns()}


def who_is_let_in(address: str, data: dict[str, str] | None) -> set[str]:
    """The roles that a page neither refuses nor sends to log in."""
    let_in = set()
    for role in (*ROLES, "anonymous"):
        client = Client()
        if role != "anonymous":
            user = User.objects.filter(username=role).first()
            client.force_login(user or staff_member(role, *ROLES[role]))
        answer = client.get(address) if data is None else client.post(address, data)
        sent_away = answer.status_code == 302 and answer["Location"].startswith("/admin/login/")
        if answer.status_code not in {403, 405} and not sent_away:
            let_in.add(role)
    return let_in


def test_every_address_is_looked_at() -> None:
    assert BY_NAME.keys() >= FOR_WRITERS | FORMS
    assert len(BY_NAME) == len(list(patterns()))


def test_a_page_is_shown_to_whom_it_is_for(arguments: dict[str, object]) -> None:
    """All in one, because making the drafts takes longer than looking at a page."""
    names = [name for name in BY_NAME if name not in BUTTONS]
    shown = {name: who_is_let_in(address_of(BY_NAME[name], arguments), None) for name in names}
    assert shown == {name: who_may_look(name) for name in names}


def who_may_look(name: str) -> set[str]:
    if name in WORDS:
        return {"edit", "publish"}
    return set(ROLES) if name in FOR_ALL else WRITERS if name in FOR_WRITERS else READERS


@pytest.mark.parametrize("name", BY_NAME)
def test_a_form_is_taken_from_whom_it_is_for(arguments: dict[str, object], name: str) -> None:
    let_in = who_is_let_in(address_of(BY_NAME[name], arguments), {"nothing": "1"})
    if name in FOR_WRITERS | FORMS:
        assert let_in == WRITERS
    elif name in {*WORDS, "table-confirm"}:  # whoever writes or reviews may have looked it up
        assert let_in == {"edit", "publish"}
    else:
        assert let_in in (READERS, set())  # shown again, or no page that takes anything
