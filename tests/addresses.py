"""Every public address of the site, for tests that must hold for all of them."""

from portal.offices.models import Office
from portal.policy.models import Clause, Document
from portal.policy.pages import all_entries
from tests.conftest import TODAY

STAY = "group=active&tier=level3&cost=20000"
FIXED = (
    "/",
    "/about/readings/",
    "/policy/",
    "/offices/",
    "/offices/?q=205&district=%E7%9A%87%E5%A7%91%E5%8C%BA",
    "/search/?q=%E5%8C%BB%E7%96%97&kind=clause",
    "/offices/?q=hn",
    "/offices/?q=nowhere",
    "/search/",
    "/search/?q=报销",
    "/search/?q=nothing-like-it",
    "/calculators/",
    "/calculators/inpatient/",
    "/calculators/inpatient/?scheme=resident",
    "/calculators/inpatient/?scheme=flexible",
    f"/calculators/inpatient/?scheme=flexible&{STAY}",
    "/calculators/inpatient/?scheme=resident&group=adult&tier=top3&cost=20000",
    "/calculators/inpatient/?scheme=resident&group=adult&tier=level3&cost=20000&place=temporary",
    f"/calculators/inpatient/?scheme=flexible&{STAY}&date=2024-05-01",
    "/calculators/start-date/?scheme=resident",
    "/calculators/start-date/?scheme=resident&kind=adult&paid_on=2024-03-15",
    "/calculators/start-date/?scheme=resident&kind=adult&paid_on=2025-03-15",
    "/calculators/start-date/?scheme=flexible&kind=gap&first_month=2025-05&gap_months=4",
    "/calculators/filing-expiry/?scheme=flexible&proof=residence_permit&issued_on=2025-03-15",
    f"/api/v1/calculators/inpatient?scheme=flexible&{STAY}",
    "/api/v1/calculators/start-date?scheme=resident&kind=adult&paid_on=2024-03-15",
    "/api/v1/calculators/filing-expiry?proof=property_deed",
    "/api/v1/calculators",
    "/api/v1/offices",
    "/api/v1/offices?q=751",
    "/api/v1/openapi.json",
)


def documents() -> list[str]:
    return [
        f"/policy/documents/{slug}/" for slug in Document.objects.values_list("slug", flat=True)
    ]


def clauses() -> list[str]:
    return [f"/policy/{code}" for code in Clause.objects.values_list("code", flat=True)]


def texts() -> list[str]:
    return [entry.path for entry in all_entries(TODAY)]


def offices() -> list[str]:
    return [f"/offices/{slug}/" for slug in Office.objects.values_list("slug", flat=True)]


def pages() -> list[str]:
    """Every address but the clauses: each kind of page at least once."""
    return [*FIXED, *documents(), *texts(), *offices()]
