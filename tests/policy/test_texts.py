"""A text names a number by its row, so it changes with the row and never goes stale in silence."""

import datetime
import re

import pytest
from django.test import Client

from portal.policy.in_force import Timetable
from portal.policy.models import ChangeSet, Edition, TextVersion
from portal.policy.texts import REFERENCE, Numbers, UnknownReference, make_text
from tests.conftest import TODAY
from tests.made_up import copy_of_edition

pytestmark = pytest.mark.django_db


def test_a_reference_becomes_its_number_with_its_unit() -> None:
    timetable = Timetable.load()
    assert Numbers(timetable, TODAY).resolve("flexible.pool.yearly_limit") == "150,000 元"
    assert Numbers(timetable, TODAY).resolve("flexible.inpatient.rate.level3.active.0") == "88%"
    assert Numbers(timetable, TODAY).resolve("flexible.inpatient.decrement.step") == "15%"


def test_a_number_whose_year_has_passed_is_marked_with_it() -> None:
    timetable = Timetable.load()
    reference = "resident.inpatient.deductible.level3.adult"
    assert Numbers(timetable, TODAY).resolve(reference) == "600 元（2024年度）"
    assert Numbers(timetable, datetime.date(2024, 7, 1)).resolve(reference) == "600 元"


@pytest.mark.parametrize(
    "reference", ["flexible.pool.nothing", "flexible.nothing.x", "nothing", "resident.inpatient"]
)
def test_a_wrong_reference_is_an_error_and_never_an_empty_place(reference: str) -> None:
    with pytest.raises(UnknownReference):
        Numbers(Timetable.load(), TODAY).resolve(reference)


def test_every_shipped_text_resolves_and_types_no_number_itself() -> None:
    for version in TextVersion.objects.filter(text__book=""):
        numbers = Numbers(Timetable.load(), TODAY)
        assert numbers.fill(version.body)
        assert numbers.missing == []
        assert not re.search(r"\d", REFERENCE.sub("", version.body)), version


def test_a_number_whose_table_was_withdrawn_is_said_to_be_missing() -> None:
    ChangeSet.objects.get(slug="flexible-2025-10").withdraw()
    numbers = Numbers(Timetable.load(), TODAY)
    assert numbers.fill("一年最多付 [[flexible.pool.yearly_limit]]。") == (
        "一年最多付 （暂时没有这个数）。"
    )
    assert numbers.sheet("flexible.inpatient") is None
    assert numbers.missing == ["flexible.pool.yearly_limit", "flexible.inpatient"]


@pytest.mark.parametrize("name", ["flexible.pool", "flexible.nothing", "flexible", ""])
def test_a_sheet_without_a_layout_is_missing_and_said_so_in_the_log(
    name: str, caplog: pytest.LogCaptureFixture
) -> None:
    assert Numbers(Timetable.load(), TODAY).sheet(name) is None
    assert f"a text names {name}, which is not on file" in caplog.text


def test_html_in_a_text_is_shown_as_text(client: Client) -> None:
    version = TextVersion.objects.get(text__slug="inpatient-flexible")
    TextVersion.objects.filter(pk=version.pk).update(body="<script>x</script> [a](javascript:x)")
    shown = make_text("inpatient-flexible", Timetable.load(), TODAY)
    assert "<script>" not in shown
    assert "href" not in shown


def test_a_text_follows_a_newly_published_row(client: Client) -> None:
    """The lead of the residents' page names the deductible of 三级: publish another, and it moves."""
    before = client.get("/calculators/inpatient/?scheme=resident").content.decode()
    assert "起付标准 600 元（2024年度）" in before
    old = Edition.objects.get(scheme="resident", table="inpatient")
    change = ChangeSet.objects.create(slug="made-up", title="虚构的一版")
    new = copy_of_edition(old, change, datetime.date(2026, 1, 1))
    new.inpatientdeductible_rows.filter(tier="level3", group="adult").update(amount=677)
    change.publish()
    after = client.get("/calculators/inpatient/?scheme=resident").content.decode()
    assert "起付标准 677 元" in after
