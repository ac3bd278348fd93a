"""Addresses of the site. The public ones are a contract: extend them, never rename them."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path

from calculators import api
from portal.site.views import favicon, home

urlpatterns = [
    path("", home, name="home"),
    # Browsers ask for it wherever no page names an icon, as in the admin.
    path("favicon.ico", favicon),
    path("calculators/", include("calculators.urls")),
    path("api/v1/calculators/<slug:slug>", api.calculate, name="api-calculator"),
    path("policy/", include("portal.policy.urls")),
    path("offices/", include("portal.offices.urls")),
    path("", include("portal.contributions.urls")),
    path(settings.ADMIN_PATH, admin.site.urls),
]
