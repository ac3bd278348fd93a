from django.urls import path

from calculators import comparison, estimate, finder, side_by_side, views, year_page

app_name = "calculators"
urlpatterns = [
    path("", finder.index, name="index"),
    path("compare/", side_by_side.compare, name="side-by-side"),
    path("year/", year_page.page, name="year"),
    path("<slug:slug>/", views.page, name="page"),
    path("<slug:slug>/compare/", comparison.page, name="compare"),
    path("<slug:slug>/range/", estimate.page, name="range"),
]
