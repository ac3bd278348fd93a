"""How many questions each kind of page asks the database, once published rows are remembered."""

import pytest
from django.test import Client

from portal.search.memory import forget_index
from tests.addresses import GUIDE, STAY, WORKER

pytestmark = pytest.mark.django_db


# Each kind of page with the number of its questions.
PAGES = [
    ("/", 2),
    ("/guide/", 3),
    ("/guide/?who=adult", 1),
    (f"{GUIDE}&before=employee&standing=none", 3),
    ("/guide/?who=adult&work=flexible&hukou=elsewhere&permit=no", 3),
    ("/guide/?who=student&school=here&standing=none&paid=2024-03-15", 3),
    (f"{WORKER}&last=2025-01&resume=2025-05&repay=yes", 5),
    ("/for/students/", 4),
    ("/for/", 0),
    ("/enrollment/", 4),
    ("/enrollment/retirement/", 4),
    ("/contributions/resident/", 4),
    ("/contributions/channels/", 7),
    ("/benefits/", 3),
    ("/benefits/flexible-inpatient/", 4),
    ("/care/maternity-claims/", 4),
    ("/about/", 5),
    ("/about/readings/", 5),
    ("/search/", 0),
    ("/feedback/?page=/offices/", 0),
    ("/feedback/thanks/", 0),
    ("/search/?q=住院", 3),
    ("/search/?q=没有这种事", 3),
    ("/offices/", 6),
    ("/offices/?q=205路", 6),
    ("/offices/hunnan/", 6),
    ("/policy/", 1),
    ("/updates/", 2),
    ("/updates/resident-2024/", 2),
    ("/updates/feed.xml", 1),
    ("/policy/documents/resident-2024/", 5),
    ("/policy/F-14.6", 6),
    ("/calculators/", 0),
    ("/calculators/inpatient/", 0),
    ("/calculators/inpatient/?scheme=flexible", 2),
    (f"/calculators/inpatient/?scheme=flexible&{STAY}", 2),
    ("/calculators/start-date/days.ics?scheme=flexible&kind=first&first_month=2026-12", 1),
    ("/calculators/start-date/sheet/?scheme=flexible&kind=first&first_month=2026-12", 10),
    (f"/calculators/inpatient/?scheme=flexible&{STAY}&date=2020-01-01", 2),
    ("/calculators/inpatient/?scheme=flexible&cost=abc", 2),
    (f"/api/v1/calculators/inpatient?scheme=flexible&{STAY}", 1),
    ("/api/v1/calculators", 0),
    ("/api/v1/offices", 6),
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
