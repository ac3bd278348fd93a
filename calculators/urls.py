from django.urls import path

from calculators import (
    calendar_page,
    comparison,
    estimate,
    finder,
    sharing,
    sheet_page,
    side_by_side,
    views,
    year_page,
)
from portal.site import qr

app_name = "calculators"
urlpatterns = [
    path("", finder.index, name="index"),
    path("compare/", side_by_side.compare, name="side-by-side"),
    path("year/", year_page.page, name="year"),
    path(f"year/{qr.PICTURE}", qr.picture),
    path("<slug:slug>/", views.page, name="page"),
    path(f"<slug:slug>/{qr.PICTURE}", sharing.code),
    path("<slug:slug>/days.ics", calendar_page.page, name="days"),
    path("<slug:slug>/sheet/", sheet_page.page, name="sheet"),
    path("<slug:slug>/compare/", comparison.page, name="compare"),
    path("<slug:slug>/range/", estimate.page, name="range"),
]
