"""Each address and action of the admin outside the desk asks who comes: every role, every page.

The desk's own pages: test_desk_access.py. What is allowed stands here by hand; an address, a model
or an action that is not listed fails.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group, User
from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction
from django.test import Client, RequestFactory
from django.urls import URLPattern, URLResolver, reverse

from portal.feedback.models import DailyCount, Feedback
from portal.offices.models import Office
from portal.policy.models import ChangeSet, ChangeSetEvent, Confirmation, Edition
from portal.staff.history.keeping import Action, keep
from portal.staff.history.models import Snapshot
from portal.staff.sites import StaffSite
from portal.wechat.models import VerifyFile
from tests.conftest import TODAY

pytestmark = [pytest.mark.django_db, pytest.mark.reads]

# The office's three roles, staff without one, and somebody who has not logged in.
WRITER, REVIEWER, MANAGER, NOBODY, STRANGER = "编辑", "审核", "管理员", "无岗位", "没登录"
STAFF = {WRITER, REVIEWER, MANAGER, NOBODY}
OFFICE = {WRITER, REVIEWER, MANAGER}

# v: look, a: add, c: change, d: delete.
Rights = dict[str, str]
LOOK: Rights = {WRITER: "v", REVIEWER: "v", MANAGER: "v"}  # of the policy: changed in a set only
KEPT_BY_WRITERS: Rights = {WRITER: "vacd", REVIEWER: "v", MANAGER: "vacd"}
RIGHTS: dict[str, Rights] = {
    "offices.office": KEPT_BY_WRITERS,
    "offices.stop": KEPT_BY_WRITERS,
    "contributions.channel": KEPT_BY_WRITERS,
    "feedback.feedback": {WRITER: "vc", REVIEWER: "vc", MANAGER: "vcd"},
    "feedback.dailycount": LOOK,
    "auth.user": {MANAGER: "vac"},  # switched off, never deleted
    "auth.group": {MANAGER: "vacd"},
    "wechat.verifyfile": {MANAGER: "vacd"},
}
# Which right a page of a model asks, looked at.
PAGES = {
    "changelist": "v",
    "add": "a",
    "change": "v",
    "delete": "d",
    "history": "v",
    # Of what is public when it is saved.
    "records": "v",
    "record": "v",
    "restore": "c",
    # Of offices.
    "export": "v",
    "import": "c",
    # Of accounts.
    "password_change": "c",
    "reset_factor": "c",
    "unlock": "c",
}
# And sent; the others take nothing.
SENT = {name: right for name, right in PAGES.items() if right != "v"} | {"change": "c"}
# Pages of no model: who may open them.
OTHERS = {
    "index": STAFF,
    "login": STAFF | {STRANGER},
    "password_change": STAFF,
    "password_change_done": STAFF,
    "autocomplete": OFFICE,  # asked for clauses, below
    "jsi18n": STAFF,
    "view_on_site": STAFF,
    "app_list": OFFICE,  # asked for the offices, below
    "people:security": STAFF,
    "people:enrol": STAFF,
    "people:new-codes": STAFF,
    "people:remove": STAFF,
    "people:records": {MANAGER},
    "preview-day": OFFICE,
    "preview": OFFICE,
}
# Sent, these end a log-in, and whom they answer with a page of their own; the others lead to the
# log-in, whoever comes: between password and code one is nobody yet.
WAYS_OUT = {"logout": STAFF, "people:leave-everywhere": set(), "people:code": set()}
ACTIONS = {"delete_selected": "d", "mark_seen": "c", "mark_answered": "c"}
WITHOUT_ACTIONS = {"auth.user"}

Models = list[type[models.Model]]
MODELS: Models = sorted(admin.site._registry, key=lambda model: model._meta.label_lower)


def rights_of(model: type[models.Model]) -> Rights:
    label = model._meta.label_lower
    return LOOK if label.startswith("policy.") else RIGHTS[label]


def named(patterns: Any, space: str = "") -> Iterator[str]:
    """The names of all addresses of the admin but those of the desk; "" for one without."""
    for pattern in patterns:
        if isinstance(pattern, URLPattern):
            yield f"{space}{pattern.name or ''}"
        elif isinstance(pattern, URLResolver) and pattern.namespace != "desk":
            yield from named(
                pattern.url_patterns, f"{pattern.namespace}:" if pattern.namespace else space
            )


def pages_of(model: type[models.Model]) -> list[str]:
    own = f"{model._meta.app_label}_{model._meta.model_name}_"
    names = named(StaffSite.get_urls(admin.site))
    return [name.removeprefix(own) for name in names if name.startswith(own)]


@pytest.fixture
def clients() -> dict[str, Client]:
    """Somebody of each role, logged in."""
    made = {STRANGER: Client()}
    for role in sorted(STAFF):
        user = User.objects.create_user(f"{role}一人", is_staff=True)
        user.groups.set(Group.objects.filter(name=role))
        made[role] = Client()
        made[role].force_login(user)
    return made


def let_in(client: Client, address: str, data: dict[str, str] | None) -> bool:
    """Whether a page neither refuses nor sends to log in; what it does is undone."""
    with transaction.atomic():
        ask = client.get if data is None else client.post
        answer = ask(address, data, follow=True)
        transaction.set_rollback(True)
    assert answer.status_code < 500, address
    sent_away = any(step.startswith("/admin/login/") for step, _ in answer.redirect_chain)
    return answer.status_code not in {403, 404, 405} and not sent_away


def one_of(model: type[models.Model]) -> models.Model:
    """Something to open: what was seeded, or made up."""
    found = model._default_manager.order_by("pk").first()
    if model is User:
        return User.objects.create_user("同事", is_staff=True)
    if found is not None:
        return found
    user = User.objects.get(username="编辑一人")
    made: dict[Any, dict[str, Any]] = {
        Confirmation: {
            "edition": Edition.objects.first(),
            "confirmed_by": user,
            "confirmed_on": TODAY,
        },
        ChangeSetEvent: {
            "change_set": ChangeSet.objects.first(),
            "by": user,
            "action": "commented",
        },
        Feedback: {"day": TODAY, "hour": 9, "path": "/", "kind": "helped"},
        VerifyFile: {"name": "MP_verify_AbCd123.txt", "content": "AbCd123"},
        DailyCount: {"day": TODAY, "path": "/", "kind": "opened", "count": 1},
    }
    return model._default_manager.create(**made.get(model, {}))


def address_of(model: type[models.Model], page: str, thing: models.Model) -> str:
    name = f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}"
    if page in {"changelist", "add", "records", "export", "import"}:
        return reverse(name)
    if page == "record":
        return reverse(name, args=[thing.slug])  # type: ignore[attr-defined]
    if page == "restore":
        keep(thing, Action.CHANGED, User.objects.get(username="编辑一人"))
        version = Snapshot.objects.latest("pk")
        return reverse(name, args=[thing.slug, version.pk])  # type: ignore[attr-defined]
    return reverse(name, args=[thing.pk])


def who(rights: Rights, right: str) -> set[str]:
    return {role for role, letters in rights.items() if right in letters}


def test_every_address_is_looked_at() -> None:
    ours = {
        f"{model._meta.app_label}_{model._meta.model_name}_{page}"
        for model in MODELS
        for page in PAGES
    }
    # Those without a name lead from a thing to its page, and from nowhere to a 404.
    rest = set(named(StaffSite.get_urls(admin.site))) - ours - {""}
    assert rest == {*OTHERS, *WAYS_OUT}


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label_lower)
def test_a_model_is_for_whom_it_is_for(
    clients: dict[str, Client], model: type[models.Model]
) -> None:
    thing, rights = one_of(model), rights_of(model)
    for page in pages_of(model):
        address = address_of(model, page, thing)
        seen = {role for role, client in clients.items() if let_in(client, address, None)}
        assert seen == who(rights, PAGES[page]), f"{address} looked at"
        if page not in SENT:
            continue
        sent = {role for role, client in clients.items() if let_in(client, address, {"x": "1"})}
        assert sent == who(rights, SENT[page]), f"{address} sent"


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label_lower)
def test_an_action_is_offered_to_whom_it_is_for(
    clients: dict[str, Client], model: type[models.Model]
) -> None:
    known = {name for name, _ in admin.site.actions}
    known |= {str(action) for action in admin.site._registry[model].actions or ()}
    assert known <= set(ACTIONS)
    for role in STAFF:
        request = RequestFactory().get("/admin/")
        request.user = User.objects.get(username=f"{role}一人")
        offered = set(admin.site._registry[model].get_actions(request))
        letters = rights_of(model).get(role, "")
        allowed = {name for name in known if ACTIONS[name] in letters}
        assert offered == (set() if model._meta.label_lower in WITHOUT_ACTIONS else allowed), role


@pytest.mark.parametrize("action", ["mark_seen", "mark_answered", "delete_selected"])
def test_an_action_on_feedback_does_nothing_for_who_may_not(
    clients: dict[str, Client], action: str
) -> None:
    allowed = who(RIGHTS["feedback.feedback"], ACTIONS[action])
    for role in sorted(STAFF):
        said = Feedback.objects.create(day=TODAY, hour=9, path="/", kind="helped")
        data = {"action": action, "_selected_action": str(said.pk), "post": "yes"}
        clients[role].post("/admin/feedback/feedback/", data)
        now = Feedback.objects.filter(pk=said.pk).first()
        assert (now is None or now.state != said.state) == (role in allowed), role


@pytest.mark.parametrize("role", [REVIEWER, NOBODY, STRANGER])
def test_offices_are_not_deleted_by_who_may_not(clients: dict[str, Client], role: str) -> None:
    office = Office.objects.earliest("pk")
    data = {"action": "delete_selected", "_selected_action": str(office.pk), "post": "yes"}
    clients[role].post("/admin/offices/office/", data)
    clients[role].post(f"/admin/offices/office/{office.pk}/delete/", {"post": "yes"})
    assert Office.objects.filter(pk=office.pk).exists()


@pytest.mark.parametrize("name", OTHERS)
def test_a_page_of_no_model_is_for_whom_it_is_for(clients: dict[str, Client], name: str) -> None:
    office, change_set = Office.objects.earliest("pk"), ChangeSet.objects.earliest("pk")
    kind = ContentType.objects.get_for_model(Office).pk
    arguments: dict[str, list[Any]] = {
        "app_list": ["offices"],
        "view_on_site": [kind, office.pk],
        "preview-day": [change_set.pk],
        "preview": [change_set.pk, str(TODAY), ""],
    }
    if name == "app_list":
        address = reverse("admin:app_list", kwargs={"app_label": "offices"})
    else:
        address = reverse(f"admin:{name}", args=arguments.get(name))
    if name == "autocomplete":
        address += "?app_label=offices&model_name=office&field_name=clause&term=F"
    assert {role for role, one in clients.items() if let_in(one, address, None)} == OTHERS[name]


@pytest.mark.parametrize("name", WAYS_OUT)
def test_a_way_out_leads_out(clients: dict[str, Client], name: str) -> None:
    address = reverse(f"admin:{name}")
    assert {role for role, one in clients.items() if let_in(one, address, {})} == WAYS_OUT[name]
