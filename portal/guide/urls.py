"""The address of 我该怎么办: every screen is a query of it."""

from django.urls import path

from portal.guide import views
from portal.site import qr

app_name = "guide"
urlpatterns = [
    path("", views.guide, name="guide"),
    path(qr.PICTURE, qr.picture),
]
