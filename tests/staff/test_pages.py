"""Every page of the admin opens, speaks Chinese and explains its fields."""

import re

import pytest
from django.contrib import admin
from django.db import models
from django.test import Client
from django.urls import reverse

from portal.contributions.models import Channel, ChannelUse
from portal.offices.models import Alias, Closure, Line, Office, Phone, Stop
from portal.policy.models import Clause, Document, Edition, PolicyRow, PublicVersion
from portal.wechat.models import VerifyFile

pytestmark = pytest.mark.django_db

EDITED = [Office, Phone, Alias, Stop, Line, Closure, Channel, ChannelUse, VerifyFile]
OURS = [model for model in admin.site._registry if model.__module__.startswith("portal.")]
SHOWN = [model for model in admin.site._registry if model._meta.app_label == "policy"]


def name_of(model: type[models.Model]) -> str:
    return model._meta.label_lower


def address_of(model: type[models.Model], page: str, *args: object) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


# What the Content-Security-Policy would not let run or apply.
INLINE = re.compile(r"<style|<script(?![^>]*\bsrc=)|<[^>]*\s(style|on[a-z]+)=|javascript:")


@pytest.mark.parametrize("model", OURS, ids=name_of)
def test_lists_and_forms_open_without_inline_code(
    admin_client: Client, model: type[models.Model]
) -> None:
    addresses = [address_of(model, "changelist"), address_of(model, "changelist") + "?q=a"]
    if (one := model._default_manager.order_by("pk").first()) is not None:
        addresses.append(address_of(model, "change", one.pk))
    for address in addresses:
        response = admin_client.get(address, follow=True)  # a set's own page is on the desk
        assert response.status_code == 200
        assert not INLINE.search(response.content.decode())


@pytest.mark.parametrize("model", OURS, ids=name_of)
def test_longer_lists_need_no_more_queries(
    admin_client: Client, django_assert_max_num_queries, model: type[models.Model]
) -> None:
    with django_assert_max_num_queries(8):
        admin_client.get(address_of(model, "changelist"))


@pytest.mark.parametrize("page", ["", "login/", "password_change/"])
def test_other_pages_have_no_inline_code(admin_client: Client, page: str) -> None:
    assert not INLINE.search(admin_client.get(f"/admin/{page}", follow=True).content.decode())


@pytest.mark.parametrize("model", EDITED, ids=name_of)
def test_every_field_is_explained_with_an_example(model: type[models.Model]) -> None:
    for field in model._meta.fields:
        if field.name == "id":
            continue
        assert re.search("[一-鿿]", str(field.verbose_name)), field
        assert field.help_text, field
        if field.editable:
            assert re.search("例如|才填|没有就留空", field.help_text), field


def test_every_model_of_the_policy_can_be_seen() -> None:
    policy = {
        model for model in Document._meta.apps.get_models() if name_of(model)[:7] == "policy."
    }
    automatic = {model for model in policy if model._meta.auto_created} | {PublicVersion}
    assert set(SHOWN) == policy - automatic


@pytest.mark.parametrize("model", SHOWN, ids=name_of)
def test_policy_is_only_shown(admin_client: Client, model: type[models.Model]) -> None:
    assert admin_client.get(address_of(model, "add")).status_code == 403
    assert admin_client.post(address_of(model, "add"), {}).status_code == 403
    if (one := model._default_manager.order_by("pk").first()) is not None:
        assert admin_client.post(address_of(model, "change", one.pk), {}).status_code == 403
        assert admin_client.get(address_of(model, "delete", one.pk)).status_code == 403


def test_the_index_lists_what_a_clerk_looks_for(admin_client: Client) -> None:
    page = admin_client.get("/admin/").content.decode()
    for name in ("网点", "渠道", "文件", "条款", "变更单", "各表版本", "已定的理解"):
        assert f">{name}<" in page
    assert not any(f'href="{address_of(row, "changelist")}"' in page for row in rows())


def test_the_index_has_no_english(admin_client: Client) -> None:
    """Beside the addresses, no word of it: names of apps, models and buttons."""
    page = admin_client.get("/admin/").content.decode()
    said = re.sub(r"<[^>]+>", " ", page.partition("<body")[2].partition(">")[2])
    assert re.findall(r"[A-Za-z]{2,}", said.replace("admin", "")) == []


def rows() -> list[type[models.Model]]:
    return [model for model in SHOWN if issubclass(model, PolicyRow)]


def test_an_edition_shows_the_tables_that_it_has(admin_client: Client) -> None:
    edition = Edition.objects.get(scheme="flexible", table="inpatient")
    response = admin_client.get(address_of(Edition, "change", edition.pk))
    shown = {inline.formset.model for inline in response.context["inline_admin_formsets"]}
    assert shown == {row for row in rows() if row._default_manager.filter(edition=edition).exists()}
    assert len(shown) > 1


def test_a_clause_is_found_by_its_words(admin_client: Client) -> None:
    page = admin_client.get(address_of(Clause, "changelist"), {"q": "社保大厦二楼"})
    assert [clause.code for clause in page.context["cl"].result_list] == ["F-19.1"]


def test_the_look_of_the_admin_is_ours(client: Client) -> None:
    """On every page, the log-in page too, comes the style sheet with the larger targets."""
    assert "staff/admin" in client.get("/admin/login/").content.decode()
