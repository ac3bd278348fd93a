"""Addresses of the site. The public ones are a contract: extend them, never rename them."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path

from calculators import api
from portal.offices.api import offices
from portal.site.views import favicon, home

urlpatterns = [
    path("", home, name="home"),
    # Browsers ask for it wherever no page names an icon, as in the admin.
    path("favicon.ico", favicon),
    path("calculators/", include("calculators.urls")),
    path("api/v1/calculators", api.listing, name="api-calculators"),
    path("api/v1/calculators/year", api.calculate_year, name="api-year"),
    path("api/v1/calculators/<str:slug>", api.calculate, name="api-calculator"),
    path("api/v1/offices", api.open_to_anybody("GET", "HEAD")(offices), name="api-offices"),
    path("api/v1/openapi.json", api.openapi, name="api-openapi"),
    path("policy/", include("portal.policy.urls")),
    path("offices/", include("portal.offices.urls")),
    path("", include("portal.contributions.urls")),
    path(settings.ADMIN_PATH, admin.site.urls),
]
