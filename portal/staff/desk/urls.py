"""Addresses of the desk, under `<admin>/desk/`; each module of the desk lists its own."""

from portal.staff import tour
from portal.staff.desk import (
    cases,
    clauses,
    documents,
    exports,
    freshness,
    pages,
    reading_page,
    readings,
    sets,
    tables,
    text_page,
    texts,
    words,
    workbooks,
)

app_name = "desk"
urlpatterns = [
    *sets.urlpatterns,
    *documents.urlpatterns,
    *clauses.urlpatterns,
    *tables.urlpatterns,
    *workbooks.urlpatterns,
    *readings.urlpatterns,
    *reading_page.urlpatterns,
    *texts.urlpatterns,
    *text_page.urlpatterns,
    *words.urlpatterns,
    *cases.urlpatterns,
    *pages.urlpatterns,
    *exports.urlpatterns,
    *freshness.urlpatterns,
    *tour.urlpatterns,
]
