"""How many questions each kind of page asks the database, once published rows are remembered."""

import pytest
from django.test import Client

from portal.search.memory import forget_index
from tests.addresses import GUIDE, STAY, WORKER

pytestmark = pytest.mark.django_db


# Each kind of page with the number of its questions.
PAGES = [
    ("/", 1),
    ("/guide/", 1),
    ("/guide/?who=adult", 1),
    (f"{GUIDE}&before=employee&standing=none", 3),
    ("/guide/?who=adult&work=flexible&hukou=elsewhere&permit=no", 2),
    ("/guide/?who=student&school=here&standing=none&paid=2024-03-15", 2),
    (f"{WORKER}&last=2025-01&resume=2025-05&repay=yes", 4),
    ("/for/students/", 1),
    ("/for/", 0),
    ("/enrollment/", 1),
    ("/enrollment/retirement/", 1),
    ("/contributions/resident/", 1),
    ("/contributions/channels/", 4),
    ("/benefits/", 1),
    ("/benefits/flexible-inpatient/", 1),
    ("/care/maternity-claims/", 1),
    ("/about/", 2),
    ("/about/readings/", 5),
    ("/search/", 0),
    ("/feedback/?page=/offices/", 0),
    ("/feedback/thanks/", 0),
    ("/search/?q=住院", 1),
    ("/search/?q=没有这种事", 1),
    ("/offices/", 1),
    ("/offices/?q=205路", 1),
    ("/offices/hunnan/", 1),
    ("/policy/", 1),
    ("/updates/", 2),
    ("/updates/resident-2024/", 2),
    ("/updates/feed.xml", 1),
    ("/policy/documents/resident-2024/", 5),
    ("/policy/F-14.6", 6),
    ("/calculators/", 0),
    ("/calculators/inpatient/", 0),
    ("/calculators/inpatient/?scheme=flexible", 1),
    (f"/calculators/inpatient/?scheme=flexible&{STAY}", 1),
    ("/calculators/start-date/days.ics?scheme=flexible&kind=first&first_month=2026-12", 1),
    ("/calculators/start-date/sheet/?scheme=flexible&kind=first&first_month=2026-12", 3),
    (f"/calculators/inpatient/?scheme=flexible&{STAY}&date=2020-01-01", 1),
    ("/calculators/inpatient/?scheme=flexible&cost=abc", 1),
    (f"/api/v1/calculators/inpatient?scheme=flexible&{STAY}", 1),
    ("/api/v1/calculators", 0),
    ("/api/v1/offices", 1),
    ("/api/v1/openapi.json", 0),
    ("/sitemap.xml", 4),
    ("/robots.txt", 0),
    ("/nothing", 0),
]


@pytest.mark.parametrize(("path", "queries"), PAGES)
def test_a_page_asks_so_often(
    client: Client, django_assert_num_queries, path: str, queries: int
) -> None:
    forget_index()  # another test's database may have looked the same
    client.get(path)  # published rows, and the index of the search, are read once for each process
    with django_assert_num_queries(queries):
        client.get(path)
