"""A row that is missing from a table is no rule on file, never a rule of nothing."""

import datetime

import pytest
from django.test import Client

from portal.policy.models import ChangeSet, Edition
from tests.made_up import copy_of_edition

pytestmark = pytest.mark.django_db

STAYS = {
    "flexible": "group=active&tier=level3&cost=20000&admission=2",
    "resident": "group=adult&tier=level3&cost=20000&admission=2",
}


@pytest.mark.parametrize(
    ("scheme", "rows"),
    [
        ("flexible", "admissiondecrement_rows"),
        ("flexible", "deductibleexemption_rows"),
        ("resident", "deductibleexemption_rows"),
    ],
)
def test_a_table_without_what_lowers_its_deductible_computes_nothing(
    client: Client, scheme: str, rows: str
) -> None:
    """F-14.10, F-14.11, R-7.8: a full deductible here would be a wrong amount without a word."""
    change = ChangeSet.objects.create(slug="torn", title="缺了一行的一版")
    old = Edition.objects.get(scheme=scheme, table="inpatient")
    day = datetime.date(2026, 6, 1) if scheme == "flexible" else old.in_force_from
    torn = copy_of_edition(old, change, day)
    row = getattr(torn, rows).first()
    assert row is not None
    row.delete()
    change.publish()

    asked = f"scheme={scheme}&{STAYS[scheme]}&date={day}"
    answer = client.get(f"/api/v1/calculators/inpatient?{asked}").json()
    assert answer["computable"] is False
    assert "住院" in answer["reason"]
    assert client.get(f"/calculators/inpatient/?{asked}").status_code == 200

    change.withdraw()
    assert client.get(f"/api/v1/calculators/inpatient?{asked}").json()["computable"] is True
