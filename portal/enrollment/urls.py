"""Addresses of 参保指南."""

from django.urls import path

from portal.enrollment import views

app_name = "enrollment"
urlpatterns = [
    path("", views.page, name="index"),
    path("<slug:name>/", views.page, name="page"),
]
