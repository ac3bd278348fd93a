"""Addresses of the office directory."""

from django.urls import path

from portal.offices import views

app_name = "offices"
urlpatterns = [
    path("", views.office_list, name="list"),
    path("<slug:slug>/", views.office, name="office"),
]
