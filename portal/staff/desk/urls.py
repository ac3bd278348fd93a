"""Addresses of the desk, under `<admin>/desk/`; each module of the desk lists its own."""

from portal.staff.desk import (
    cases,
    clauses,
    documents,
    exports,
    freshness,
    pages,
    readings,
    sets,
    tables,
    texts,
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
    *texts.urlpatterns,
    *cases.urlpatterns,
    *pages.urlpatterns,
    *exports.urlpatterns,
    *freshness.urlpatterns,
]
