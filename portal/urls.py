"""Addresses of the site. The public ones are a contract: extend them, never rename them."""

from django.conf import settings
from django.contrib import admin
from django.contrib.sitemaps.views import sitemap
from django.urls import include, path

from calculators import api, benefits
from portal.offices.api import offices
from portal.operation import health
from portal.site import display
from portal.site import views as site
from portal.sitemaps import Pages

urlpatterns = [
    path("", site.home, name="home"),
    path("for/", site.persons),
    path("for/<slug:name>/", site.person, name="person"),
    path("about/", site.about, name="about"),
    path("about/readings/", site.readings, name="readings"),
    path("display/", display.choose, name="display"),
    path("healthz", health.alive),
    path("readyz", health.ready),
    path("robots.txt", site.robots, name="robots"),
    path("sitemap.xml", sitemap, {"sitemaps": {"pages": Pages}}, name="sitemap"),
    # Browsers ask for it wherever no page names an icon, as in the admin.
    path("favicon.ico", site.favicon),
    path("guide/", include("portal.guide.urls")),
    path("enrollment/", include("portal.enrollment.urls")),
    path("benefits/", benefits.page, name="benefits"),
    path("benefits/<slug:name>/", benefits.page, name="benefit"),
    path("care/", include("portal.care.urls")),
    path("calculators/", include("calculators.urls")),
    path("api/v1/calculators", api.listing, name="api-calculators"),
    path("api/v1/calculators/year", api.calculate_year, name="api-year"),
    path("api/v1/calculators/<str:slug>", api.calculate, name="api-calculator"),
    path("api/v1/offices", api.open_to_anybody("GET", "HEAD")(offices), name="api-offices"),
    path("api/v1/openapi.json", api.openapi, name="api-openapi"),
    path("policy/", include("portal.policy.urls")),
    path("updates/", include("portal.policy.updates")),
    path("offices/", include("portal.offices.urls")),
    path("search/", include("portal.search.urls")),
    path("feedback/", include("portal.feedback.urls")),
    path("", include("portal.wechat.urls")),
    path("", include("portal.contributions.urls")),
    path(settings.ADMIN_PATH, admin.site.urls),
]
