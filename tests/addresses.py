"""Every public address of the site, for tests that must hold for all of them."""

from portal.offices.models import Office
from portal.policy.models import Clause, Document
from portal.policy.pages import paths
from tests.conftest import TODAY

STAY = "group=active&tier=level3&cost=20000"
RETIRING = (
    "sex=female&reaches_age_on=2025-03-10&handled_on=2025-06-20&actual_months=200"
    "&deemed_months=64&arrears_first=2008-01&arrears_last=2010-12"
)
YEAR = "e=inpatient,2025-02-01,level3,10000&e=outpatient,2025-03-01,level3,1000"
BOTH_SCHEMES = (
    "member=adult&hardship=none&cost=20000&tier=level3&quarter_cost=300&emergency_cost=5000"
)
GUIDE = "/guide/?who=adult&work=flexible&hukou=shenyang"
WORKER = f"{GUIDE}&before=employee&standing=none&scheme=flexible&age=far"
FIXED = (
    "/",
    "/guide/",
    GUIDE,
    f"{GUIDE}&before=employee&standing=none",
    f"{WORKER}&last=2025-01&resume=2025-05&repay=yes",
    "/guide/?who=adult&work=retired&hukou=shenyang&before=employee&standing=none&scheme=flexible&years=short",
    "/guide/?who=newborn&hukou=shenyang&standing=none&born=2024-02-10&paid=2024-03-15",
    "/guide/?who=adult&work=flexible&hukou=elsewhere&permit=no",
    "/about/readings/",
    "/policy/",
    "/updates/",
    "/updates/resident-2024/",
    "/offices/",
    "/offices/?q=205&district=%E7%9A%87%E5%A7%91%E5%8C%BA",
    "/search/?q=%E5%8C%BB%E7%96%97&kind=clause",
    "/offices/?q=hn",
    "/offices/?q=nowhere",
    "/search/",
    "/feedback/",
    "/feedback/?page=/offices/",
    "/feedback/thanks/",
    "/search/?q=报销",
    "/search/?q=nothing-like-it",
    "/calculators/",
    "/calculators/?scheme=resident",
    "/calculators/inpatient/?scheme=flexible&place=temporary&ask=1",
    "/calculators/inpatient/",
    "/calculators/inpatient/?scheme=resident",
    "/calculators/inpatient/?scheme=flexible",
    f"/calculators/inpatient/?scheme=flexible&{STAY}",
    "/calculators/inpatient/?scheme=resident&group=adult&tier=top3&cost=20000",
    "/calculators/inpatient/?scheme=resident&group=adult&tier=level3&cost=20000&place=temporary",
    f"/calculators/inpatient/?scheme=flexible&{STAY}&date=2024-05-01",
    f"/calculators/inpatient/compare/?scheme=flexible&{STAY}",
    "/calculators/inpatient/compare/?scheme=resident&group=adult&tier=level3&cost=20000",
    "/calculators/emergency/compare/?scheme=resident&cost=20000",
    "/calculators/inpatient/range/?scheme=flexible",
    "/calculators/inpatient/range/?scheme=flexible&group=active&tier=level3&total=20000",
    "/calculators/start-date/?scheme=resident",
    "/calculators/start-date/?scheme=resident&kind=adult&paid_on=2024-03-15",
    "/calculators/start-date/?scheme=resident&kind=adult&paid_on=2025-03-15",
    "/calculators/start-date/?scheme=flexible&kind=gap&first_month=2025-05&gap_months=4",
    "/calculators/filing-expiry/?scheme=flexible&proof=residence_permit&issued_on=2025-03-15",
    "/calculators/arrears/?first_month=2010-01&last_month=2021-12",
    "/calculators/contribution/?scheme=flexible&first_month=2024-09&last_month=2025-12",
    f"/calculators/retirement/?{RETIRING}&path=top_up",
    f"/calculators/retirement/?{RETIRING}&path=continue",
    f"/calculators/retirement/sheet/?{RETIRING}&path=top_up&office=hunnan",
    "/calculators/start-date/sheet/?scheme=resident&kind=adult&paid_on=2024-03-15",
    "/calculators/start-date/?scheme=flexible&kind=gap&first_month=2027-02&gap_months=4",
    "/calculators/year/",
    "/calculators/year/?scheme=resident",
    "/calculators/year/?scheme=flexible&group=active",
    "/calculators/year/?scheme=flexible&group=active&add=inpatient",
    f"/calculators/year/?scheme=flexible&group=active&{YEAR}",
    f"/calculators/year/?scheme=flexible&group=active&next=20000&{YEAR}",
    f"/calculators/year/?scheme=flexible&group=active&{YEAR}&edit=1",
    "/calculators/year/?scheme=resident&group=adult&threshold=20000&e=inpatient,2024-03-01,level3,150000",
    "/calculators/year/?scheme=resident&group=adult&e=inpatient,2025-03-01,level3,150000",
    "/calculators/compare/",
    f"/calculators/compare/?{BOTH_SCHEMES}",
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
    return paths(TODAY)


def offices() -> list[str]:
    return [f"/offices/{slug}/" for slug in Office.objects.values_list("slug", flat=True)]


def pages() -> list[str]:
    """Every address but the clauses: each kind of page at least once."""
    return [*FIXED, *documents(), *texts(), *offices()]
