from django.urls import path

from calculators import (
    calendar_page,
    comparison,
    estimate,
    finder,
    sheet_page,
    side_by_side,
    views,
    year_page,
)

app_name = "calculators"
urlpatterns = [
    path("", finder.index, name="index"),
    path("compare/", side_by_side.compare, name="side-by-side"),
    path("year/", year_page.page, name="year"),
    path("<slug:slug>/", views.page, name="page"),
    path("<slug:slug>/days.ics", calendar_page.page, name="days"),
    path("<slug:slug>/sheet/", sheet_page.page, name="sheet"),
    path("<slug:slug>/compare/", comparison.page, name="compare"),
    path("<slug:slug>/range/", estimate.page, name="range"),
]
